import { Alerts, CloudRunService, ServiceObjective } from "slipway";

const oncall = new Alerts("oncall", { to: { email: "oncall@acme.example" } });
const web = new CloudRunService("web", {
    image: "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
});

new ServiceObjective("answers", { target: web, goal: 99.5, alerts: oncall });
new ServiceObjective("fast", { target: web, goal: 95, latency: "300 milliseconds" });
