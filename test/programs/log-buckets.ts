import { allow, KmsKey, LogBucket, LogSink } from "slipway";

// Log buckets in each kind of location, with the shortest and longest retention, and views with each kind of filter.
const n = "n".repeat(93);
const central = new LogBucket("central", {
    location: "global",
    retention: "3650 days",
    analytics: { datasetId: "a".repeat(100) },
    views: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`view-${index}`, {}])),
});
const regional = new LogBucket("regional", {
    name: n,
    retention: "1 day",
    encryptionKey: new KmsKey("logs"),
    views: {
        a: { filter: 'SOURCE("projects/acme-dev") AND NOT LOG_ID("stdout") AND resource.type != "gce_instance"' },
        ["z".repeat(100)]: { filter: 'log_id("cloudaudit.googleapis.com/activity")' },
    },
    indexes: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`jsonPayload.f${index}`, "string" as const])),
});
const europe = new LogBucket("europe", { location: "eu", analytics: true });
new LogBucket("default", { name: "_Default", retention: "10 days", views: { audit: {} } });

new LogSink("central", { to: central, exclusions: { health: 'httpRequest.requestUrl:"/healthz"' } });
new LogSink("regional", { to: regional });
new LogSink("europe", { to: europe, paused: true });
allow(central.view("view-29").viewer, "group:ops@acme.com");
allow(regional.viewer, "group:ops@acme.com", { until: "2099-01-31" });
