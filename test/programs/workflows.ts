import { CloudRunJob, CloudRunService, PubSubTopic, Schedule, Workflow } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
new CloudRunJob("j", { image });
const p = new CloudRunService("p", { image });
const t = new PubSubTopic("ttt");
const w = new Workflow("flow", {
    source: "./workflows/nightly.yaml",
    uses: { PREDICT: p.invoker, PREDICTIONS: t.publisher },
    labels: { a: "b" },
});
new Schedule("s", { cron: "0 1 * * *", call: w });
new Workflow("evented", { source: "./workflows/nightly.yaml", uses: { PREDICT: p.invoker, PREDICTIONS: t.publisher } });
