import { CloudRunService, ContainerImage, ContainerRegistry, VertexEndpoint, VertexModel } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const r = new ContainerRegistry("ml");
const img = new ContainerImage("serve", { registry: r, digest: `sha256:${"b".repeat(64)}` });
const m = new VertexModel("own", {
    source: "./iris",
    container: { image: img, predictRoute: "/predict", health: "/health", port: 8080 },
});
const e = new VertexEndpoint("own", {
    models: {
        latest: {
            model: m,
            machineType: "n1-standard-2",
            spot: true,
            scaling: { min: 0, scaleToZeroAfter: "10 minutes" },
        },
    },
    timeout: "10 minutes",
});
new CloudRunService("web", { image, uses: { MODEL: e.predictor } });
