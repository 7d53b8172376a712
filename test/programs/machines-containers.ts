import { AutoscaledInstanceGroup, VirtualMachine } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
new VirtualMachine("app", { container: { image, ports: [8080] }, machineType: "e2-medium" });
new AutoscaledInstanceGroup("apps", {
    container: { image, ports: [8080] },
    ports: { http: 8080 },
    scaling: { min: 1, max: 3, cpu: 70 },
    machineType: "e2-small",
    health: { port: "http", path: "/ok", interval: "5 seconds" },
    update: { surge: 3, unavailable: 0 },
});
