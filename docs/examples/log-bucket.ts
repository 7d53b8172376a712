import { allow, LogBucket, LogSink } from "slipway";

const audit = new LogBucket("audit", {
    retention: "400 days",
    analytics: { datasetId: "audit_logs" },
    views: { access: { filter: 'LOG_ID("cloudaudit.googleapis.com/data_access")' } },
});
new LogSink("audit", { to: audit, filter: 'logName:"cloudaudit.googleapis.com"' });

allow(audit.view("access").viewer, "group:security@acme.com");

new LogBucket("default", { name: "_Default", retention: "60 days" });
