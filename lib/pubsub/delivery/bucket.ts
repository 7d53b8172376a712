import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../../component/component";
import type { Environment } from "../../environment/environment";
import { pubSubLimits } from "../../facts/limits/pubSub";
import { capability } from "../../internal/access/roles";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin, inSeconds } from "../../internal/arguments/duration";
import { bytesIn, type Size, size } from "../../internal/arguments/size";
import type { AnyBucket } from "../../storage";
import type { AnyTopic } from "../anyTopic";
import { metadataConflicts } from "./bigQuery";
import { inTransit } from "./inTransit";

/**
 * The options of a
 * {@link https://cloud.google.com/pubsub/docs/create-cloudstorage-subscription Cloud Storage subscription}.
 */
export interface BucketOptions {
    /** The bucket to write to. */
    bucket: AnyBucket;
    /**
     * A prefix of the object names; end it with `/` for a folder.
     * @default none
     */
    filenamePrefix?: pulumi.Input<string>;
    /**
     * A suffix of the object names, which must not end with `/`.
     * @default none
     */
    filenameSuffix?: pulumi.Input<string>;
    /**
     * The format of the time in object names: `YYYY` or `YY`, `MM`, `DD`, `hh`, `mm` and `ss` exactly once each, `T` and
     * `Z` or `+00:00` at most once, and the separators `-`, `_`, `:` and `/`.
     * @default "YYYY-MM-DDThh:mm:ssZ"
     */
    filenameDatetimeFormat?: pulumi.Input<string>;
    /**
     * The format of objects: the data of the messages, one per line, or Avro records.
     * @default "text"
     */
    format?: "text" | AvroObjects;
    /**
     * The maximum size of an object: `"1 KB"` to `"10 GiB"`.
     * @default no limit
     */
    maxSize?: Size;
    /**
     * The maximum time before Pub/Sub starts a new object: `"1 minute"` to `"10 minutes"`, and not above the acknowledgement
     * deadline.
     * @default "5 minutes"
     */
    maxDuration?: Duration;
    /**
     * The maximum number of messages in an object: at least 1000.
     * @default no limit
     */
    maxMessages?: pulumi.Input<number>;
}

/** Objects of Avro records. */
export interface AvroObjects {
    /** The contents of the records: `{}` for only the data of the messages. */
    avro: AvroFormat;
}

/** The contents of Avro records. */
export interface AvroFormat {
    /**
     * Also writes the subscription name and the ID, the publish time and the attributes of each message.
     * @default false
     */
    writeMetadata?: boolean;
    /**
     * Writes records in the topic's schema, which must be an Avro schema.
     * @default false: the data is written as bytes
     */
    useTopicSchema?: boolean;
}

/** Cloud Storage delivery: Pub/Sub writes messages to a bucket. */
export interface BucketDelivery {
    /** The bucket to write to, or options. */
    bucket: AnyBucket | BucketOptions;
}

const component = check.component("StorageBucket");
const limits = pubSubLimits.rows;

export const bucket = check.componentOr(
    component,
    check.options<BucketOptions>(
        {
            bucket: component,
            filenamePrefix: check.input(check.text()),
            filenameSuffix: check.input(check.matching(/(^|[^/])$/, "must not end with /")),
            filenameDatetimeFormat: check.input(
                check.pipe(
                    check.text(),
                    check.refine(
                        (format) => isDatetimeFormat(String(format)),
                        "must have YYYY or YY, MM, DD, hh, mm and ss once each, T and Z at most once, and otherwise only - _ : /",
                    ),
                ),
            ),
            format: check.literalOr(
                "text",
                check.options<{ avro: AvroFormat }>(
                    { avro: check.options<AvroFormat>({ writeMetadata: check.flag(), useTopicSchema: check.flag() }) },
                    "avro",
                ),
            ),
            maxSize: size(`${limits.fileSize.min / 1000} KB`, `${limits.fileSize.max / 1024 ** 3} GiB`),
            maxDuration: durationWithin(limits.fileDuration),
            maxMessages: check.input(check.whole(limits.fileMessages.min, Number.MAX_SAFE_INTEGER)),
        },
        "bucket",
    ),
);

function isDatetimeFormat(format: string): boolean {
    const tokens = format.match(/YYYY|YY|MM|DD|hh|mm|ss|T|Z|\+00:00|[-_:/]|[\s\S]/g) ?? [];
    const count = (...alternatives: string[]) => tokens.filter((token) => alternatives.includes(token)).length;
    const hasRequired = [["YYYY", "YY"], ["MM"], ["DD"], ["hh"], ["mm"], ["ss"]].every((each) => count(...each) === 1);
    const isValid = tokens.every((token) => /^(YYYY|YY|MM|DD|hh|mm|ss|T|Z|\+00:00|[-_:/])$/.test(token));
    return hasRequired && isValid && count("T") <= 1 && count("Z", "+00:00") <= 1;
}

/** Configures delivery to the bucket, and grants Pub/Sub access to it. */
export function configureBucket(
    name: string,
    { bucket: options, topic, crossProject }: ComponentArgs & { bucket: ResolvedBucketOptions; topic: AnyTopic },
    environment: Environment,
) {
    const { format } = options;
    const { bucket } = options.bucket;
    const config: SubscriptionArgs["cloudStorageConfig"] = {
        bucket: inTransit(`PubSubSubscription "${name}"`, "bucket", topic, bucket.name, bucket.location),
        filenamePrefix: options.filenamePrefix,
        filenameSuffix: options.filenameSuffix,
        filenameDatetimeFormat: options.filenameDatetimeFormat,
        maxBytes: options.maxSize && bytesIn(options.maxSize),
        maxDuration: inSeconds(options.maxDuration),
        maxMessages: options.maxMessages,
        avroConfig: format === "text" ? undefined : format.avro,
    };
    return { config, dependsOn: grantBucket(name, options.bucket, environment, crossProject) };
}

/** Options with their defaults. */
export type ResolvedBucketOptions = ReturnType<typeof resolveBucketOptions>;

/** Completes the options with their defaults. */
export function resolveBucketOptions(delivery: AnyBucket | BucketOptions) {
    const options = check.isResource(delivery) ? { bucket: delivery as AnyBucket } : (delivery as BucketOptions);
    return check.withDefaults(options, { format: "text", maxDuration: "5 minutes" });
}

/** Checks `useTopicSchema`, which needs an Avro schema without fields that have the names of metadata. */
export function bucketProblems({ format }: ResolvedBucketOptions, { messages }: AnyTopic): check.Problem[] {
    if (format === "text" || !format.avro.useTopicSchema) {
        return [];
    }
    const at = "bucket.format.avro";
    if (messages?.type !== "AVRO") {
        const got = messages ? "it has one of Protocol Buffers" : "it has none";
        return [
            check.problem(
                `${at}.useTopicSchema`,
                "pubsub/avro-schema-missing",
                `needs a topic with an Avro schema (${got}). Add a schema to the topic.`,
            ),
        ];
    }
    const conflicts = format.avro.writeMetadata ? metadataConflicts(messages.columns.columns) : [];
    return conflicts.map((name) =>
        check.problem(
            `${at}.writeMetadata`,
            "pubsub/bucket-metadata-name-taken",
            `needs the name ${name}, which a field of the topic's schema has. Rename the field.`,
        ),
    );
}

/**
 * Grants the Pub/Sub service agent the
 * {@link https://cloud.google.com/pubsub/docs/create-cloudstorage-subscription two roles} to create objects and to get the
 * bucket.
 */
function grantBucket(
    name: string,
    { bucket }: AnyBucket,
    environment: Environment,
    crossProject: ComponentArgs["crossProject"],
): pulumi.Resource[] {
    return ["roles/storage.objectCreator", "roles/storage.legacyBucketReader"].flatMap((role) => {
        const writer = capability(name, role, BucketIAMMember, { bucket: bucket.name }, bucket.name);
        return environment.grantAgent("pubsub.googleapis.com", writer, crossProject);
    });
}
