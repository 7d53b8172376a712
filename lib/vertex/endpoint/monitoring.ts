import * as pulumi from "@pulumi/pulumi";
import type { AnyTable } from "../../bigquery/table";
import { isTableId, tableOf } from "../../bigquery/tableOf";
import { type EncryptionKey, idOfKey } from "../../component/encryption";
import type { Environment } from "../../environment/environment";
import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import * as check from "../../internal/arguments/check";
import { type Duration, duration, inSeconds, secondsIn } from "../../internal/arguments/duration";
import { labelValue } from "../../internal/arguments/labels";
import { shortenName } from "../../internal/arguments/names";
import { isObject } from "../../internal/arguments/value";
import type { CrossProject } from "../../stack/crossing";
import type { AnyBucket } from "../../storage";
import type { Deployments, MonitoringArgs } from "../dynamic";

/** The threshold of all features, or of each one that is monitored: a distance above 0, up to 1. */
export type Thresholds = number | Record<string, number>;

/** The data that a model was trained with: an object of a bucket, or a table. */
export type TrainingData = check.OneOf<
    | {
          /** The bucket with the training data. */
          bucket: AnyBucket;
          /** The path of the object: `iris/training.csv`, `.jsonl` or `.tfrecord`. */
          path: string;
      }
    | {
          /** The table with the training data. */
          table: check.Short<AnyTable, string>;
      }
>;

/** How requests differ from the data that a model was trained with. */
export interface SkewMonitoring {
    /** The data that the models were trained with. */
    trainingData: TrainingData;
    /** The column that the model predicts, which requests do not have. */
    target: string;
    /**
     * The distances above which an alert is sent.
     * @default 0.3
     */
    thresholds?: Thresholds;
}

/** The recipients of notifications of anomalies. */
export interface MonitoringAlerts {
    /** Addresses that get an email. */
    emails?: string[];
    /** The names of notification channels: `projects/acme-dev/notificationChannels/123`. */
    channels?: pulumi.Input<string>[];
    /**
     * Writes anomalies to Cloud Logging.
     * @default false
     */
    logs?: boolean;
}

/**
 * {@link https://cloud.google.com/vertex-ai/docs/model-monitoring/using-model-monitoring Monitoring} of the requests to tabular models,
 * whose instances are objects of features: of `latest` and `previous`.
 */
export interface ModelMonitoring {
    /**
     * Detects how requests change over time.
     * @default 0.3; none with only `skew`
     */
    drift?: Thresholds;
    /**
     * Detects how requests differ from the data that the models were trained with.
     * @default none
     */
    skew?: SkewMonitoring;
    /**
     * The percentage of requests that is logged and analyzed: 1 to 100.
     * @default 100
     */
    sampling?: number;
    /**
     * How often requests are analyzed: at least `"1 hour"`, in whole hours.
     * @default "1 day"
     */
    every?: Duration;
    /**
     * The time of the requests that each analysis has.
     * @default the value of `every`
     */
    window?: Duration;
    /** The recipients of notifications of anomalies. */
    alerts?: MonitoringAlerts;
    /**
     * A file in Cloud Storage with the
     * {@link https://cloud.google.com/vertex-ai/docs/model-monitoring/schemas schema} of an instance. Changing this replaces the monitoring.
     * @default derived from the first requests
     */
    schema?: pulumi.Input<string>;
    /**
     * How long logged requests are kept in BigQuery, in whole days.
     * @default always
     */
    retention?: Duration;
}

/** A distance of distributions, which is no share. */
const distance = check.custom<number>(
    (value) => typeof value === "number" && value > 0 && value <= 1,
    "must be above 0 and at most 1",
);

const thresholds: check.Check<Thresholds> = check.either(
    (value) => typeof value === "number",
    distance,
    check.record(check.text(), distance),
);

const interval = duration(vertexEndpointLimits.rows.monitoringInterval.min, "365 days");

/** Checks a {@link ModelMonitoring}. */
export const modelMonitoring = check.options<ModelMonitoring>({
    drift: thresholds,
    skew: check.options<SkewMonitoring>(
        {
            trainingData: check.options<TrainingData>({
                bucket: check.component<AnyBucket>("StorageBucket"),
                path: check.matching(
                    /\.(csv|jsonl|tfrecord)$/,
                    "must be the path of a .csv, .jsonl or .tfrecord object",
                ),
                table: check.short(check.component<AnyTable>("BigQueryTable"), tableOf, isTableId),
            } as check.Checks<TrainingData>),
            target: check.text(),
            thresholds,
        },
        "trainingData",
        "target",
    ),
    sampling: check.whole(1, 100, "percent"),
    every: interval,
    window: interval,
    alerts: check.options<MonitoringAlerts>({
        emails: check.list(
            check.matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "must be an email address"),
            "must be a list of addresses",
        ) as check.Check<string[]>,
        channels: check.list(
            check.input(
                check.matching(
                    /^projects\/[^/]+\/notificationChannels\/[^/]+$/,
                    "must be the name of a notification channel such as projects/acme-dev/notificationChannels/123",
                ),
            ),
            "must be a list of notification channels",
        ) as check.Check<pulumi.Input<string>[]>,
        logs: check.flag(),
    }),
    schema: check.input(
        check.matching(/^gs:\/\/\S+$/, "must be a file in Cloud Storage: gs://acme-models/schema.yaml"),
    ),
    retention: duration("1 day", "3650 days"),
});

const [hour, day] = [3600, 24 * 3600];

/** What the monitoring of an endpoint depends on. */
interface MonitoredEndpoint {
    monitoring?: check.Long<ModelMonitoring>;
    /** The shares of traffic, by version. */
    split: Record<string, number>;
    crossProject?: CrossProject;
    encryptionKey?: EncryptionKey;
    labels?: Record<string, pulumi.Input<string>>;
}

/** Checks combinations. */
export function monitoringProblems({
    monitoring,
}: Pick<MonitoredEndpoint, "monitoring">): (check.Problem | undefined)[] {
    const { skew, every, window, retention } = monitoring ?? {};
    const data = skew?.trainingData;
    const whole = (option: string, value: Duration | undefined, unit: number, name: string) =>
        check.when(
            value !== undefined && secondsIn(value) % unit !== 0,
            `monitoring.${option}`,
            "vertex/monitoring-not-whole",
            `must be in whole ${name} (got "${value}").`,
        );
    return [
        check.when(
            data && (data.bucket === undefined) !== (data.path === undefined),
            "monitoring.skew.trainingData",
            "vertex/training-data-missing",
            "must have bucket and path, or table.",
        ),
        whole("every", every, hour, "hours"),
        whole("window", window, hour, "hours"),
        whole("retention", retention, day, "days"),
    ];
}

/** The default of {@link https://cloud.google.com/vertex-ai/docs/model-monitoring/using-model-monitoring Google's console}. */
const defaultThreshold = 0.3;

const valued = (value: number) => ({ value });

const byFeature = (thresholds: Record<string, number>) =>
    Object.fromEntries(Object.entries(thresholds).map(([feature, value]) => [feature, valued(value)]));

const skewConfig = (thresholds: Thresholds) =>
    isObject(thresholds) ? { skewThresholds: byFeature(thresholds) } : { defaultSkewThreshold: valued(thresholds) };

const driftConfig = (thresholds: Thresholds) =>
    isObject(thresholds) ? { driftThresholds: byFeature(thresholds) } : { defaultDriftThreshold: valued(thresholds) };

const formats: Record<string, string> = { csv: "csv", jsonl: "jsonl", tfrecord: "tf-record" };

function trainingDataset({ trainingData, target: targetField }: check.Long<SkewMonitoring>) {
    const { bucket, path, table } = trainingData;
    if (table) {
        const { project, datasetId, tableId } = table.table;
        return {
            bigquerySource: { inputUri: pulumi.interpolate`bq://${project}.${datasetId}.${tableId}` },
            targetField,
        };
    }
    const uris = [pulumi.interpolate`gs://${bucket?.bucket.name}/${path}`];
    return { gcsSource: { uris }, dataFormat: formats[/\w+$/.exec(path as string)?.[0] as string], targetField };
}

/** What Vertex AI needs to read the data of a training: its own role, and one on data of other projects. */
export function monitoringGrants(
    { monitoring, crossProject }: MonitoredEndpoint,
    environment: Environment,
    api: string,
): pulumi.Resource[] {
    const { bucket, table } = monitoring?.skew?.trainingData ?? {};
    const reader = (bucket ?? table)?.reader;
    return [
        ...environment.grantAgent(api, "roles/aiplatform.serviceAgent"),
        ...(reader ? environment.grantAgent(api, reader, crossProject) : []),
    ];
}

/** The arguments of the monitoring. */
export function monitoringArgs(
    name: string,
    monitoring: check.Long<ModelMonitoring>,
    { labels, encryptionKey, split }: MonitoredEndpoint,
    deployments: Deployments,
): MonitoringArgs {
    const { drift, skew, sampling = 100, every = "1 day", window, alerts = {}, schema, retention } = monitoring;
    const driftThresholds = drift ?? (skew ? undefined : defaultThreshold);
    const { emails, channels, logs } = alerts;
    const args = {
        endpoint: deployments.id,
        // Without a share, the previous version is undeployed.
        deployedModels: [deployments.latest, ...(split.previous === undefined ? [] : [deployments.previous])],
        objective: {
            ...(driftThresholds !== undefined && { predictionDriftDetectionConfig: driftConfig(driftThresholds) }),
            ...(skew && {
                trainingDataset: trainingDataset(skew),
                trainingPredictionSkewDetectionConfig: skewConfig(skew.thresholds ?? defaultThreshold),
            }),
        },
        job: {
            displayName: shortenName(name, vertexEndpointLimits.rows.displayName.max),
            labels: { environment: labelValue(pulumi.getStack()), ...labels },
            loggingSamplingStrategy: { randomSampleConfig: { sampleRate: sampling / 100 } },
            modelDeploymentMonitoringScheduleConfig: {
                monitorInterval: inSeconds(every),
                ...(window !== undefined && { monitorWindow: inSeconds(window) }),
            },
            modelMonitoringAlertConfig: {
                ...(emails && { emailAlertConfig: { userEmails: emails } }),
                notificationChannels: channels,
                ...(logs && { enableLogging: logs }),
            },
            ...(retention !== undefined && { logTtl: inSeconds(retention) }),
        },
        schema: schema ?? "",
        encryptionKey: idOfKey(encryptionKey) ?? "",
    };
    return args as MonitoringArgs;
}
