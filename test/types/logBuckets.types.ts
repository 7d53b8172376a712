import type * as pulumi from "@pulumi/pulumi";
import { allow, KmsKey, LogBucket, LogSink } from "slipway";

const logs = new LogBucket("audit", {
    name: "audit",
    location: "eu",
    retention: { period: "365 days", locked: true },
    analytics: { datasetId: "audit_logs" },
    views: { errors: { filter: 'LOG_ID("stderr")', description: "Errors" } },
    indexes: { "jsonPayload.status": "integer" },
    description: "Audit logs",
    transform: { bucket: {}, view: {}, dataset: {} },
});
new LogBucket("encrypted", { retention: "90 days", analytics: true, encryptionKey: new KmsKey("logs") });
new LogBucket("default", { name: "_Default", retention: "90 days" });
const existing = LogBucket.existing("central", { project: "acme-logs", location: "global" });
new LogSink("audit", { to: logs });
new LogSink("central", { to: existing, crossProject: "prod" });
allow(logs.view("errors").viewer, "group:ops@acme.com");
allow(existing.viewer, "group:ops@acme.com");
const id: pulumi.Output<string> = logs.view("errors").id;

// @ts-expect-error: a duration has its unit.
new LogBucket("audit", { retention: 365 });

// @ts-expect-error: a lock has a period.
new LogBucket("audit", { retention: { locked: true } });

// @ts-expect-error: an index is of texts or whole numbers.
new LogBucket("audit", { indexes: { "jsonPayload.at": "time" } });

// @ts-expect-error: views are by name.
new LogBucket("audit", { views: ["errors"] });

// @ts-expect-error: the location is a string, as the location of the key is compared.
new LogBucket("audit", { location: id });

// @ts-expect-error: a view is no destination.
new LogSink("audit", { to: logs.view("errors") });
