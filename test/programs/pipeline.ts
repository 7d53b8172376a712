import { StorageBucket, VertexPipeline } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const b = new StorageBucket("b");
new VertexPipeline("p", {
    source: "./pipelines/forecast.yaml",
    pipelineRoot: b,
    parameters: { weeks: 3 },
    uses: { bucket: b.reader },
    images: { train: image },
    caching: false,
    failurePolicy: "fail-fast",
    schedule: "0 3 * * *",
    wait: false,
});
