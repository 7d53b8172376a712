import * as pulumi from "@pulumi/pulumi";
import { Alerts, CloudRunJob, CloudRunService, PubSubTopic } from "slipway";

const image = `docker.io/acme/web@sha256:…`;
const token = pulumi.secret("token");
const oncall = new Alerts("oncall", {
    to: {
        email: "oncall@acme.example",
        slack: { channel: "#oncall", token },
        pagerDuty: { serviceKey: token },
        pubSub: new PubSubTopic("incidents"),
        webhook: { url: "https://hooks.acme.example/alerts", username: "google", password: token },
        channels: ["projects/acme-dev/notificationChannels/1"],
    },
    thresholds: { errors: { threshold: 10, for: "5 minutes" }, latency: false },
    quota: false,
    transform: { policy: { severity: "WARNING" } },
});
const channels: pulumi.Output<string>[] = oncall.channels;
pulumi.log.info(String(channels.length));

new CloudRunService("web", { image, alerts: oncall });
new CloudRunService("web", { image, alerts: { to: oncall, errors: { threshold: 5 }, instances: false } });
new CloudRunJob("migrate", { image, alerts: { to: oncall, failedRuns: {} } });

// @ts-expect-error: a job has no latency.
new CloudRunJob("wrong", { image, alerts: { to: oncall, latency: false } });

// @ts-expect-error: changes of signals need a contact.
new CloudRunJob("wrong", { image, alerts: { failedRuns: false } });

// @ts-expect-error: a webhook has a token or a user.
new Alerts("wrong", { to: { webhook: { url: "https://acme.example", token, username: "google", password: token } } });

// @ts-expect-error: a signal is changed, not switched on.
new Alerts("wrong", { to: { email: "a@acme.example" }, thresholds: { errors: true } });
