import {
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    PubSubTopic,
    Schedule,
    ServerlessFunction,
    ServiceAccount,
    StorageBucket,
    Workflow,
} from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const n60 = "a123456789b123456789c123456789d123456789e12345678";
const topic = new PubSubTopic(`${n60}-topic-of-messages`);
new CloudRunService(n60.slice(0, 49), { image, triggers: { "a-very-long-trigger-name": { topic } } });
new CloudRunJob(`j${n60.slice(0, 48)}`, { image, schedule: "0 3 * * *" });
new CloudRunWorkerPool(`p${n60.slice(0, 48)}`, { image });
new ServerlessFunction(`f${n60}`, { source: "./predict", trigger: { topic }, entryPoint: "predict" });
new StorageBucket(`b${n60.slice(0, 20)}`);
new Schedule(`s${n60}`, { cron: "0 3 * * *", topic, message: "x" });
new Workflow(`w${n60}`, {
    source: "./workflows/nightly.yaml",
    uses: { PREDICT: new CloudRunService("t", { image }).invoker, PREDICTIONS: topic.publisher },
    schedule: "0 3 * * *",
});
new ServiceAccount(`sa${n60.slice(0, 28)}`);
