import { ContainerImage, ContainerRegistry, VertexEndpoint, VertexModel } from "slipway";

const registry = new ContainerRegistry("ml");
const image = new ContainerImage("serve", { registry, digest: `sha256:${"c".repeat(64)}` });
const m = new VertexModel("llm", {
    container: { image, port: 8080, predictRoute: "/p", health: "/h" },
    labels: { a: "b" },
});
new VertexEndpoint("llm", {
    models: {
        latest: { model: m, machineType: "g2-standard-8", gpu: "nvidia-l4", scaling: { min: 1, max: 2 } },
    },
    access: "shared",
});
