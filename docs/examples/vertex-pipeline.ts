import { StorageBucket, VertexPipeline } from "slipway";

const sales = new StorageBucket("sales", { upload: "./sales" });
const results = new StorageBucket("results");

// A ContainerImage, or the name of an image with its digest.
const image = "docker.io/acme/forecast@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

// Runs when the file, the image, a parameter or sales.csv has changed, and every Monday.
const forecast = new VertexPipeline("forecast", {
    source: "./pipelines/forecast.yaml",
    pipelineRoot: results,
    parameters: { weeks: 12 },
    uses: { bucket: sales.reader },
    images: { train: image },
    runOnDeploy: true,
    runOn: [sales.object("sales.csv")],
    schedule: { cron: "0 3 * * MON", timeZone: "Europe/Berlin" },
});

// The model of the task "fit", when the run has ended.
export const model = forecast.artifacts["fit.model"];
