import type { TableArgs } from "@pulumi/gcp/bigquery/table";
import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import type { AnyTable } from "../../bigquery/table";
import type { ComponentArgs } from "../../component/component";
import type { Environment } from "../../environment/environment";
import * as check from "../../internal/arguments/check";
import type { Child, Transform } from "../../internal/engine/children";
import type { AnyTopic } from "../anyTopic";
import { type BigQueryDelivery, bigQuery, bigQueryProblems, configureBigQuery } from "./bigQuery";
import { type BucketDelivery, bucket, bucketProblems, configureBucket, type ResolvedBucketOptions } from "./bucket";
import { configurePush, type PushDelivery, push, validatePush } from "./push";

/** Pull delivery: subscribers request messages. */
export interface PullDelivery {
    /** `{}`: subscribers {@link https://cloud.google.com/pubsub/docs/pull pull} messages. */
    pull: Record<string, never>;
    /**
     * Enables {@link https://cloud.google.com/pubsub/docs/exactly-once-delivery exactly-once delivery}: an acknowledged
     * message is never redelivered.
     * @default false
     */
    exactlyOnceDelivery?: boolean;
}

/** How a {@link PubSubSubscription} delivers messages: exactly one of these. */
export type Delivery = check.OneOf<PullDelivery | PushDelivery | BigQueryDelivery | BucketDelivery>;

/** The options of all delivery types together, so that validation can report which of them conflict. */
export type AnyDelivery = Partial<PullDelivery & PushDelivery & BigQueryDelivery & BucketDelivery>;

/** Checks each of {@link AnyDelivery}. */
export const deliveryChecks: check.Checks<AnyDelivery> = {
    pull: check.options<PullDelivery["pull"]>({}),
    push,
    bigQuery,
    bucket,
    exactlyOnceDelivery: check.flag(),
};

/** A delivery whose bucket has its defaults. */
export interface ResolvedDelivery extends Omit<check.Long<AnyDelivery>, "bucket"> {
    bucket?: ResolvedBucketOptions;
}

const deliveryTypes = ["pull", "push", "bigQuery", "bucket"] as const;

/** Reports several delivery types, or none. */
export function deliveryConflict(args: ResolvedDelivery): check.Problem | undefined {
    const types = deliveryTypes.filter((type) => args[type] !== undefined);
    const got = types.join(" and ") || "none of them";
    return check.when(
        types.length !== 1,
        "",
        "pubsub/delivery-not-exactly-one",
        `must have exactly one of ${deliveryTypes.join(", ")} (got ${got}).`,
    );
}

/** Reports options that the delivery type does not have together, or with the topic. */
export const deliveryProblems = ({ push, bigQuery, bucket }: ResolvedDelivery, topic: AnyTopic) => [
    push && validatePush(push),
    ...(bigQuery ? bigQueryProblems(bigQuery, topic) : []),
    ...(bucket ? bucketProblems(bucket, topic) : []),
];

/**
 * Only {@link https://cloud.google.com/pubsub/docs/exactly-once-delivery pull subscriptions} support exactly-once delivery.
 */
export function validateExactlyOnce({ pull, exactlyOnceDelivery }: ResolvedDelivery): check.Problem | undefined {
    return check.when(
        exactlyOnceDelivery && !pull,
        "exactlyOnceDelivery",
        "pubsub/exactly-once-of-pull",
        "is only valid with pull (got true). Remove it, or use pull delivery.",
    );
}

/** The configuration of a delivery type, its resources, and the resources that the subscription depends on. */
interface ConfiguredDelivery {
    config: Partial<SubscriptionArgs>;
    account?: Account;
    table?: AnyTable;
    dependsOn: pulumi.Resource[];
}

/** What a delivery needs of the subscription. */
interface Delivered extends ResolvedDelivery, ComponentArgs {
    topic: AnyTopic;
    transform?: { table?: Transform<TableArgs> };
}

/** Creates what the delivery type needs, and grants Pub/Sub access to its target. */
export function configureDelivery(
    name: string,
    args: Delivered,
    child: Child,
    environment: Environment,
    parent: pulumi.ComponentResource,
): ConfiguredDelivery {
    if (args.push) {
        const { config, ...others } = configurePush(name, args.push, child, environment, parent);
        return { config: { pushConfig: config }, ...others };
    }
    if (args.bigQuery) {
        const { bigQuery, topic, crossProject } = args;
        const delivery = { bigQuery, topic, crossProject, transform: args.transform?.table };
        const { config, ...others } = configureBigQuery(name, delivery, environment, parent);
        return { config: { bigqueryConfig: config }, ...others };
    }
    if (args.bucket) {
        const { bucket, topic, crossProject } = args;
        const { config, dependsOn } = configureBucket(name, { bucket, topic, crossProject }, environment);
        return { config: { cloudStorageConfig: config }, dependsOn };
    }
    return { config: { enableExactlyOnceDelivery: args.exactlyOnceDelivery }, dependsOn: [] };
}
