import { StorageBucket, VertexTrainingJob } from "slipway";

const sales = new StorageBucket("sales", { upload: "./sales" });
const models = new StorageBucket("models");

// Trains when the code, its arguments or sales.csv have changed, and every Monday.
const forecast = new VertexTrainingJob("forecast", {
    source: "./training",
    module: "trainer.task",
    container: "sklearn-cpu.1-6.py310:latest",
    args: ["--weeks=8"],
    uses: { SALES: sales.reader },
    runOn: [sales.object("sales.csv")],
    output: models,
    schedule: "0 3 * * MON",
});

// A ContainerImage, or the name of an image with its digest.
const image = "docker.io/acme/images@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

new VertexTrainingJob("images", {
    image,
    args: ["--epochs=20"],
    gpu: "nvidia-tesla-t4",
    replicas: 2,
    strategy: "spot",
    timeout: "6 hours",
    output: models,
});

// The folder of the trained model, when the training has ended.
export const artifacts = forecast.artifacts;
