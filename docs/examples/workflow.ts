import { CloudRunService, PubSubTopic, Workflow } from "slipway";

// A ContainerImage, or the name of an image with its digest.
const image = "docker.io/acme/predict@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const predict = new CloudRunService("predict", { image });
const predictions = new PubSubTopic("predictions");

// Each step calls what it reads from a variable, as an account that may call nothing else.
new Workflow("nightly", {
    source: "./workflows/nightly.yaml",
    uses: { PREDICT: predict.invoker, PREDICTIONS: predictions.publisher },
    schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin" },
});
