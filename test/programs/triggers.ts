import { CloudRunService, PubSubTopic, StorageBucket } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const uploads = new StorageBucket("uploads");
const topic = new PubSubTopic("jobs", { retention: "10 minutes" });
export const web = new CloudRunService("web", {
    image,
    cpu: "1000m",
    memory: "512M",
    triggers: {
        uploads: { bucket: uploads, path: "/uploads" },
        jobs: { topic },
        logs: { audit: { service: "storage.googleapis.com", method: "storage.buckets.create" } },
    },
});
