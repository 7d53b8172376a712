import { allow, CloudRunJob, KmsKey, LogBucket, LogSink } from "slipway";

/** Log buckets, their views and sinks. */
export function logBuckets(): void {
    const logs = new LogBucket("logs-all", {
        name: "all",
        location: "eu",
        retention: { period: "365 days", locked: true },
        analytics: { datasetId: "all_logs" },
        views: { errors: { filter: 'LOG_ID("stderr")', description: "Errors" }, everything: {} },
        indexes: { "jsonPayload.status": "integer", "jsonPayload.reason": "string" },
        description: "All logs",
        transform: { bucket: { deletionPolicy: "DELETE" }, view: { deletionPolicy: "DELETE" }, dataset: {} },
    });
    new LogSink("logs-all", { to: logs });
    const encrypted = new LogBucket("logs-encrypted", { encryptionKey: new KmsKey("logs-key"), retention: "7 days" });
    new LogBucket("logs-default", { name: "_Default", analytics: true });
    allow(encrypted.viewer, "group:ops@acme.com");
    new CloudRunJob("logs-report", {
        image: "docker.io/acme/report@sha256:9999999999999999999999999999999999999999999999999999999999999999",
        uses: { ALL: logs.viewer, ROLE: logs.view("_AllLogs").role("roles/logging.viewer") },
    });
    new LogSink("logs-central", { to: LogBucket.existing("central", { project: "acme-shared", location: "eu" }) });
}
