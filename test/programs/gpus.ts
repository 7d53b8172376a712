import { CloudRunJob, CloudRunService, CloudRunWorkerPool } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
export const llm = new CloudRunService("llm", {
    image,
    gpu: "nvidia-l4",
    cpu: 8,
    memory: "32 GiB",
    scaling: { min: 0, max: 2, concurrency: 4 },
    health: { startup: { path: "/ready" } },
});
new CloudRunJob("embed", {
    image,
    gpu: "nvidia-l4",
    cpu: 8,
    memory: "32 GiB",
    tasks: 3,
    parallelism: 1,
    retries: 0,
    timeout: "1 hour",
});
new CloudRunWorkerPool("pull", { image, gpu: "nvidia-l4", cpu: 8, memory: "32 GiB", scaling: 1 });
