import { allow, CloudRunJob, KmsKey, LogBucket, LogSink } from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject } from "../everythingElse";
import { call, onProject, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";
import { image } from "../serving";

/** Log buckets, their views and sinks. */
export function program(): void {
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

const logs = "https://cloud.google.com/logging/docs/access-control";
const listEntries = [
    call("Client.list_entries(resource_names=[view])", "logging.views.access"),
    call("Logger.list_entries", "logging.logEntries.list", { ...onProject, remedy: ["log-bucket", "resource_names"] }),
];

export const sampleCalls: SampleCalls = {
    "LogBucket.viewer": { offer: () => new LogBucket("offered").viewer, source: logs, calls: listEntries },
    "LogBucketView.viewer": {
        offer: () =>
            new LogBucket("offered", { views: { errors: { filter: 'LOG_ID("stderr")' } } }).view("errors").viewer,
        source: logs,
        calls: listEntries,
    },
    "LogBucket.writer": "The writers of log sinks are service agents.",
};

export const longestNames: LongestNames = {
    "logging/logView:LogView name": nameFormats.rows.logBucket.max,
    "logging/projectBucketConfig:ProjectBucketConfig bucketId": nameFormats.rows.logBucket.max,
    "logging/projectSink:ProjectSink name": nameFormats.rows.logSink.max,
    "logging/projectSink:ProjectSink exclusions.name": nameFormats.rows.logSink.max,
    "gcp:logging/logViewIamMember:LogViewIamMember bucket": "unlimited",
};

export const otherNames = {
    "LogBucket.location": "log buckets can be in multi-regions, or global",
};

/** Those that exist already. */
export function existing(): void {
    const own = LogBucket.existing("existing-logs");
    const central = LogBucket.existing("existing-logs", { project: "acme-shared", location: "eu" });
    new LogSink("to-existing-logs", { to: own });
    new LogSink("to-central-logs", { to: central, crossProject });
    new CloudRunJob("reads-logs", {
        image,
        uses: {
            ALL: own.viewer,
            ERRORS: central.view("errors").viewer,
            ROLE: central.view("errors").role("roles/logging.viewer"),
        },
        crossProject,
    });
}
