import { Network, StorageBucket, VertexTrainingJob } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const out = new StorageBucket("models");
const net = new Network("ml", { subnets: { ml: { range: "10.0.0.0/20" } }, privateServices: true });
new VertexTrainingJob("gpu", {
    image,
    output: out,
    machineType: "n1-standard-8",
    gpu: { type: "nvidia-tesla-t4", count: 1 },
    timeout: "5 days",
    disk: { type: "pd-ssd", size: "500 GB" },
    env: { A: "b" },
    network: { network: net },
});
new VertexTrainingJob("dist", {
    image,
    output: out,
    machineType: "n1-standard-4",
    replicas: 1,
    pools: {
        workers: { replicas: 3, machineType: "n1-standard-4" },
        parameterServers: { replicas: 1, machineType: "n1-standard-4" },
    },
    wait: false,
    restartOnWorkerRestart: true,
});
new VertexTrainingJob("tune", {
    image,
    output: out,
    tuning: {
        metrics: { accuracy: "maximize" },
        trials: 10,
        parallel: 2,
        parameters: { lr: { min: 0.001, max: 0.1, scale: "log" } },
    },
});
