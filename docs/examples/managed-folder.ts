import { CloudRunService, ManagedFolder, StorageBucket } from "slipway";

const data = new StorageBucket("data");

// The service writes its reports, and reaches nothing else in the bucket.
const reports = new ManagedFolder("reports", { bucket: data });

new CloudRunService("reporter", {
    image: "docker.io/acme/reporter@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    uses: { REPORTS: reports.writer },
});

export const url = reports.uri;
