import { Network } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const net = new Network("k", { subnets: { k: { range: "10.0.0.0/20" } } });
const c = new GkeCluster("std", {
    releaseChannel: "EXTENDED",
    network: net,
    zone: "europe-west1-b",
    nodePools: {
        a: { machineType: "e2-standard-4", scaling: { min: 0, max: 3 }, spot: true },
        gpu: { machineType: "g2-standard-4", gpu: "nvidia-l4", scaling: { max: 1 } },
    },
    maintenance: { window: { start: "02:00", duration: "6 hours", days: ["SATURDAY"] } },
    controlPlaneLogs: ["APISERVER"],
    backupAgent: true,
});
new AutoscaledDeployment("echo", {
    cluster: c,
    image,
    port: 8080,
    scaling: { min: 1, max: 3, cpu: 50 },
    resources: { limits: { memory: "2Gi" } },
});
