import type { LinkedDatasetArgs } from "@pulumi/gcp/logging/linkedDataset";
import type { LogViewArgs } from "@pulumi/gcp/logging/logView";
import type { ProjectBucketConfigArgs } from "@pulumi/gcp/logging/projectBucketConfig";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKey, keyLocation, shownKey } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { logBucketLimits, logBucketTimes } from "../facts/limits/logging";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { type Duration, wholeDays } from "../internal/arguments/duration";
import { isPlainObject } from "../internal/arguments/value";
import { type Transform, transforms } from "../internal/engine/children";
import { suffixLength } from "../internal/engine/freshName";
import { description } from "./filter";
import { type LogViewDefinition, views } from "./view";

/** How long a log bucket stores log entries. */
export interface LogRetention {
    /** How long a log entry is stored, counted from its time: whole days, `"1 day"` to `"3650 days"`. */
    period: Duration;
    /**
     * {@link https://cloud.google.com/logging/docs/buckets#locking-logs-buckets Locks} the log bucket permanently: nobody can change the
     * period, unlock it or delete the log bucket. A destroyed stack leaves it.
     * @default false
     */
    locked?: boolean;
}

/** The {@link https://cloud.google.com/logging/docs/log-analytics analysis} of a log bucket with SQL. */
export interface LogAnalytics {
    /**
     * The ID of a dataset in BigQuery that Cloud Logging creates and through which queries read the log entries: 1 to 100 letters, digits and
     * `_`. It must not exist yet. Changing this replaces the dataset, not the log entries.
     * @default no dataset
     */
    datasetId?: string;
}

/** The arguments of a {@link LogBucket}. */
export interface LogBucketArgs extends ComponentArgs {
    /**
     * The name without the random suffix: up to 93 letters, digits and `_-.`, starting with a letter or a digit
     * ({@link https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.locations.buckets/create limit}). Changing this replaces
     * the log bucket. `"_Default"` is the log bucket that Google Cloud created with the project: it has no suffix, is changed, not created,
     * and stays as it is when the stack is destroyed.
     * @default the component's name
     */
    name?: string;
    /**
     * The {@link https://cloud.google.com/logging/docs/region-support region}, such as `"europe-west1"`, the multi-region `"eu"` or `"us"`, or
     * `"global"`, where Google Cloud selects it. Changing this replaces the log bucket.
     * @default the environment's region; "global" for `_Default`
     */
    location?: string;
    /**
     * How long log entries are {@link https://cloud.google.com/logging/docs/buckets#custom-retention stored}: whole days, `"1 day"` to
     * `"3650 days"`, or an object that also locks the log bucket. Each month after the first 30 days is billed.
     * @default "30 days"
     */
    retention?: Duration | LogRetention;
    /**
     * Whether log entries can be queried with SQL, or also by BigQuery: `{ datasetId: "audit_logs" }`. It cannot be disabled afterwards; a dataset
     * can be removed.
     * @default false
     */
    analytics?: boolean | LogAnalytics;
    /**
     * Parts of the log entries with readers of their own, by name: at most {@link https://cloud.google.com/logging/quotas 30}. Readers get
     * {@link LogBucket.view}`("errors").viewer`.
     * @default only `_AllLogs`, which Google Cloud creates
     */
    views?: Record<string, LogViewDefinition>;
    /**
     * Fields of log entries that are {@link https://cloud.google.com/logging/docs/analyze/custom-index indexed} for faster queries, with the
     * type of their values: `{ "jsonPayload.request.status": "integer" }`. At most 20. Only later log entries are indexed.
     * @default those that Cloud Logging indexes itself, such as `severity`
     */
    indexes?: Record<string, "string" | "integer">;
    /**
     * The description of the log bucket: at most 8,000 characters.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/logging/docs/routing/managed-encryption-storage Cloud KMS key}, a `KmsKey` or its ID, that encrypts
     * log entries. It must be in the location of the log bucket. Another key encrypts later log entries; a key cannot be added or removed
     * afterwards. Not for `_Default`.
     * @default the key of the organization or the folder, or a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        bucket?: Transform<ProjectBucketConfigArgs>;
        view?: Transform<LogViewArgs>;
        dataset?: Transform<LinkedDatasetArgs>;
    };
}

/** The log bucket that Google Cloud creates with a project, and that can be changed. */
export const defaultBucket = "_Default";

/** The maximum length of a log bucket's name. */
export const maxName = nameFormats.rows.logBucket.max;

const period = wholeDays(logBucketTimes.rows.retention.min, logBucketTimes.rows.retention.max);
const location = check.matching(
    /^(global|us|eu|[a-z]+-[a-z]+\d+)$/,
    "must be a region such as europe-west1, eu, us or global",
);

const logBucketArgs = check.options<LogBucketArgs>({
    name: check.literalOr<typeof defaultBucket, string>(
        defaultBucket,
        check.pipe(check.nameOf(nameFormats.rows.logBucket), check.longest(maxName - suffixLength)),
    ),
    location,
    retention: check.either(
        isPlainObject,
        check.options<LogRetention>({ period, locked: check.flag() }, "period"),
        period,
    ),
    analytics: check.either(
        (value) => typeof value === "boolean",
        check.flag(),
        check.options<LogAnalytics>({ datasetId: check.nameOf(nameFormats.rows.logLink) }),
    ),
    views,
    indexes: check.pipe(
        check.record(
            check.matching(
                /^[A-Za-z]\w*(\.([\w-]+|"[^"]+"))+$/,
                "must be a field of log entries such as jsonPayload.request.status",
            ),
            check.oneOf("string", "integer"),
        ),
        check.atMost(logBucketLimits.rows.indexes),
    ),
    description,
    encryptionKey,
    transform: transforms("bucket", "view", "dataset"),
    ...componentArgs,
});

/** The arguments of a log bucket with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

export function resolveArgs(name: string, args: LogBucketArgs, environment: Environment) {
    return check.resolved(
        `LogBucket "${name}"`,
        check.withDefaults(args, { name }),
        logBucketArgs,
        ({ retention = "30 days", analytics = false, views = {}, indexes = {}, ...given }) => {
            const { period, locked = false } = typeof retention === "string" ? { period: retention } : retention;
            return {
                ...given,
                location: given.location ?? (given.name === defaultBucket ? "global" : environment.region),
                period,
                locked,
                analytics: analytics !== false,
                datasetId: typeof analytics === "object" ? analytics.datasetId : undefined,
                views,
                indexes,
            };
        },
        problems,
    );
}

function problems({
    name,
    location,
    locked,
    encryptionKey,
}: {
    name: string;
    location: string;
    locked: boolean;
    encryptionKey?: EncryptionKey;
}): (check.Problem | undefined)[] {
    const isDefault = name === defaultBucket;
    return [
        check.when(
            isDefault && encryptionKey !== undefined,
            "encryptionKey",
            "logging/key-of-default-bucket",
            "cannot be set for _Default, whose key is a setting of the organization or the folder. Create a LogBucket with another name.",
        ),
        check.when(
            isDefault && locked,
            "retention.locked",
            "logging/lock-of-default-bucket",
            "is not for _Default, which could never be changed again. Create a LogBucket with another name.",
        ),
        check.when(
            (keyLocation(encryptionKey) ?? location) !== location,
            "encryptionKey",
            "logging/key-other-location",
            `must be in ${location}, as the log bucket is (got ${shownKey(encryptionKey)}).`,
        ),
    ];
}
