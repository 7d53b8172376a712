import { Alerts, CloudRunJob, CloudRunService, PubSubSubscription, PubSubTopic } from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const oncall = new Alerts("oncall", {
    to: { email: "oncall@acme.example", pubSub: new PubSubTopic("incidents") },
    thresholds: { backlogAge: { threshold: "5 minutes" } },
});

new CloudRunService("web", { image, alerts: { to: oncall, errors: { threshold: 5 }, instances: false } });
new CloudRunJob("migrate", { image, alerts: oncall });
new PubSubSubscription("store", { topic: new PubSubTopic("sales"), pull: {}, alerts: oncall });
