import * as pulumi from "@pulumi/pulumi";
import {
    Alerts,
    CloudRunService,
    Dashboard,
    LogExclusion,
    LogMetric,
    LogSink,
    PubSubTopic,
    ServiceObjective,
    UptimeCheck,
} from "slipway";

const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const oncall = new Alerts("oncall", {
    to: {
        email: "a@acme.example",
        pubSub: new PubSubTopic("iii"),
        webhook: { url: "https://hooks.acme.example/x", token: pulumi.secret("x") },
    },
});
const web = new CloudRunService("web", {
    image,
    public: true,
    ingress: "all",
    alerts: { to: oncall, latency: { threshold: "2 milliseconds" } },
});
new UptimeCheck("u", { target: web, path: "/", regions: ["EUROPE", "USA_OREGON", "USA_IOWA"], alerts: oncall });
new ServiceObjective("o", { target: web, goal: 99.9, alerts: oncall });
new Dashboard("d");
new LogSink("ls", { to: new PubSubTopic("logs"), filter: "severity>=ERROR" });
new LogMetric("lm", { filter: "severity>=ERROR" });
new LogExclusion("le", { filter: "severity<INFO" });
