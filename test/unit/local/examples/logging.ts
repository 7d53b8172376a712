import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

const place = { project: "acme-dev", location: "europe-west1" };
const bucket = "projects/acme-dev/locations/europe-west1/buckets/audit";

export function prepare(world: World): void {
    world.enable("logging", "bigquery");
    world.make("Dataset", { datasetId: "logs" });
    world.make("LogBucket", { ...place, bucketId: "audit", enableAnalytics: true });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:logging/linkedDataset:LinkedDataset": [{ linkId: "audit_logs", bucket, description: "Audit logs" }],
    "gcp:logging/logView:LogView": [
        { name: "all", bucket },
        {
            name: "errors",
            bucket: "audit",
            parent: "projects/acme-dev",
            location: "europe-west1",
            filter: 'LOG_ID("stderr") AND NOT resource.type = "gce_instance"',
            description: "Errors",
        },
    ],
    ...policyExamples(
        "gcp:logging/logViewIam",
        { parent: "projects/acme-dev", location: "europe-west1", bucket: "audit", name: "_AllLogs" },
        "roles/logging.viewAccessor",
    ),
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": [
        { ...place, bucketId: "logs" },
        { ...place, location: "global", bucketId: "_Default", retentionDays: 60 },
        {
            ...place,
            location: "eu",
            bucketId: "all",
            retentionDays: 365,
            description: "All logs",
            enableAnalytics: true,
            indexConfigs: [{ fieldPath: "jsonPayload.status", type: "INDEX_TYPE_INTEGER" }],
        },
    ],
    "gcp:logging/metric:Metric": [
        { name: "errors", filter: "severity>=ERROR" },
        {
            name: "http/seconds",
            filter: 'resource.type="cloud_run_revision"',
            description: "Seconds of requests",
            metricDescriptor: {
                metricKind: "DELTA",
                valueType: "DISTRIBUTION",
                unit: "s",
                displayName: "Seconds",
                labels: [
                    { key: "path", description: "The path" },
                    { key: "status", valueType: "INT64" },
                ],
            },
            labelExtractors: {
                path: 'REGEXP_EXTRACT(httpRequest.requestUrl, "https://[^/]+(/[^?]*)")',
                status: "EXTRACT(httpRequest.status)",
            },
            valueExtractor: "EXTRACT(jsonPayload.seconds)",
            bucketOptions: { explicitBuckets: { bounds: [0.1, 1, 10] } },
        },
        {
            name: "exponential",
            filter: "severity>=INFO",
            metricDescriptor: { metricKind: "DELTA", valueType: "DISTRIBUTION" },
            valueExtractor: "EXTRACT(jsonPayload.size)",
            bucketOptions: { exponentialBuckets: { growthFactor: 2, numFiniteBuckets: 20, scale: 1 } },
            disabled: true,
        },
    ],
    "gcp:logging/projectExclusion:ProjectExclusion": [
        { name: "health", filter: 'httpRequest.requestUrl:"/healthz"' },
        { name: "debug", filter: "severity<INFO", description: "Too many", disabled: true },
    ],
    "gcp:logging/projectSink:ProjectSink": [
        { name: "files", destination: "storage.googleapis.com/acme-files" },
        {
            name: "tables",
            destination: "bigquery.googleapis.com/projects/acme-dev/datasets/logs",
            filter: "severity>=WARNING",
            description: "Warnings",
            disabled: true,
            exclusions: [{ name: "health", filter: 'httpRequest.requestUrl:"/healthz"', description: "Probes" }],
            bigqueryOptions: { usePartitionedTables: true },
        },
        { name: "messages", destination: "pubsub.googleapis.com/projects/acme-dev/topics/sales" },
    ],
};
