import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { capability } from "../../identity/capability";
import * as check from "../../internal/check";
import { type Duration, duration, inSeconds } from "../../internal/duration";
import type { StorageBucket } from "../../storage";
import type { PubSubTopic } from "../topic";
import { metadataTaken } from "./bigQuery";

/** How messages become objects of a bucket ("Create Cloud Storage subscriptions"). */
export interface BucketOptions {
    /** Where the objects are written. */
    bucket: StorageBucket;
    /**
     * With what the objects' names begin; a folder ends with `/`.
     * @default nothing
     */
    filenamePrefix?: pulumi.Input<string>;
    /**
     * With what the objects' names end; not with `/`.
     * @default nothing
     */
    filenameSuffix?: pulumi.Input<string>;
    /**
     * How the time stands in the objects' names: each of `YYYY` or `YY`, `MM`, `DD`, `hh`, `mm` and `ss` once, `T` and
     * `Z` or `+00:00` once at most, and `-`, `_`, `:` and `/` between them.
     * @default "YYYY-MM-DDThh:mm:ssZ"
     */
    filenameDatetimeFormat?: pulumi.Input<string>;
    /**
     * What is in an object: the messages' data, a line each, or Avro records.
     * @default "text"
     */
    format?: "text" | { avro: AvroFormat };
    /**
     * The size in bytes at which an object is complete: 1000 to 10 GiB.
     * @default no size
     */
    maxBytes?: pulumi.Input<number>;
    /**
     * The time after which an object is complete: `"1 minute"` to `"10 minutes"`, and not beyond the acknowledgement
     * deadline.
     * @default "5 minutes"
     */
    maxDuration?: Duration;
    /**
     * The number of messages at which an object is complete: at least 1000.
     * @default no number
     */
    maxMessages?: pulumi.Input<number>;
}

/** What stands in an Avro record. */
export interface AvroFormat {
    /**
     * Whether the subscription's name, the message's id, time and attributes stand beside the data.
     * @default false
     */
    writeMetadata?: boolean;
    /**
     * Whether a record is of the topic's own schema, which must be an Avro schema.
     * @default false: the data are bytes
     */
    useTopicSchema?: boolean;
}

/** How a subscription delivers: messages are written to a bucket. */
export interface BucketDelivery {
    bucket: StorageBucket | BucketOptions;
}

const component = check.component("StorageBucket");
const tenGibibytes = 10 * 1024 ** 3;

export const bucket: check.Check = check.componentOr(
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
                        "must have each of YYYY or YY, MM, DD, hh, mm and ss once, T and Z at most once, and else only - _ : /",
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
            maxBytes: check.input(check.whole(1000, tenGibibytes, "bytes")),
            maxDuration: duration("1 minute", "10 minutes"),
            maxMessages: check.input(check.whole(1000, Number.MAX_SAFE_INTEGER)),
        },
        "bucket",
    ),
);

function isDatetimeFormat(format: string): boolean {
    const found = format.match(/YYYY|YY|MM|DD|hh|mm|ss|T|Z|\+00:00|[-_:/]|[\s\S]/g) ?? [];
    const count = (...matchers: string[]) => found.filter((each) => matchers.includes(each)).length;
    const needed = [["YYYY", "YY"], ["MM"], ["DD"], ["hh"], ["mm"], ["ss"]].every((each) => count(...each) === 1);
    const known = found.every((each) => /^(YYYY|YY|MM|DD|hh|mm|ss|T|Z|\+00:00|[-_:/])$/.test(each));
    return needed && known && count("T") <= 1 && count("Z", "+00:00") <= 1;
}

/** How messages are written to a bucket, and what must be there before they are. */
export function archived(name: string, delivery: StorageBucket | BucketOptions, environment: Environment) {
    const options = bucketOptions(delivery);
    const { format } = options;
    const config: SubscriptionArgs["cloudStorageConfig"] = {
        bucket: options.bucket.bucket.name,
        filenamePrefix: options.filenamePrefix,
        filenameSuffix: options.filenameSuffix,
        filenameDatetimeFormat: options.filenameDatetimeFormat,
        maxBytes: options.maxBytes,
        maxDuration: inSeconds(options.maxDuration),
        maxMessages: options.maxMessages,
        avroConfig: format === "text" ? undefined : format.avro,
    };
    return { config, needs: grants(name, options.bucket, environment) };
}

/** The options of a delivery, with the defaults of those that are not given. */
export function bucketOptions(delivery: StorageBucket | BucketOptions) {
    const options = pulumi.Resource.isInstance(delivery)
        ? { bucket: delivery as StorageBucket }
        : (delivery as BucketOptions);
    return check.completed(options, { format: "text", maxDuration: "5 minutes" });
}

/** "Create Cloud Storage subscriptions": records of the topic's own schema must be Avro, with room for the metadata. */
export function bucketProblems(delivery: StorageBucket | BucketOptions, { messages }: PubSubTopic): check.Problem[] {
    const { format } = bucketOptions(delivery);
    if (format === "text" || !format.avro.useTopicSchema) {
        return [];
    }
    const at = "bucket.format.avro";
    if (messages?.type !== "AVRO") {
        const got = messages ? "it has one of Protocol Buffers" : "it has none";
        return [
            { path: `${at}.useTopicSchema`, reason: `needs a topic with an Avro schema (${got}). Give the topic one.` },
        ];
    }
    const taken = format.avro.writeMetadata ? metadataTaken(messages.columns.columns) : [];
    return taken.map((name) => ({
        path: `${at}.writeMetadata`,
        reason: `needs the name ${name}, which a field of the topic's schema has. Give the field another name.`,
    }));
}

/** "Create Cloud Storage subscriptions": Pub/Sub writes objects and looks at the bucket, which are two roles. */
function grants(name: string, { bucket }: StorageBucket, environment: Environment): pulumi.Resource[] {
    return ["roles/storage.objectCreator", "roles/storage.legacyBucketReader"].flatMap((role) => {
        const writer = capability(name, role, BucketIAMMember, { bucket: bucket.name }, bucket.name);
        return environment.grantAgent("pubsub.googleapis.com", writer);
    });
}
