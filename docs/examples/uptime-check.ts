import { Alerts, CloudRunService, UptimeCheck } from "slipway";

const oncall = new Alerts("oncall", { to: { email: "oncall@acme.example" } });
const web = new CloudRunService("web", {
    image: "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    ingress: "all",
});

new UptimeCheck("site", { target: web, path: "/health", content: { contains: "ok" }, alerts: oncall });
