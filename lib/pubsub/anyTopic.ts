import type { Topic } from "@pulumi/gcp/pubsub/topic";
import type * as pulumi from "@pulumi/pulumi";
import type { Existing } from "../environment/existing";
import type { Capability } from "../internal/access/capability";
import type { ParsedSchema } from "./schema/schema";

/**
 * The {@link https://cloud.google.com/pubsub/docs/resource-location-restriction regions} that may store the messages of a
 * topic.
 */
export interface MessageStoragePolicy {
    /** The only regions that store messages, such as `europe-west1`. */
    allowedPersistenceRegions: pulumi.Input<string>[];
    /**
     * Also processes the requests of publishers and subscribers only in these regions. The preview refuses subscriptions to a bucket, or to a
     * new table of a dataset, in another region, to which Pub/Sub would deliver nothing.
     * @default false
     */
    enforceInTransit?: boolean;
}

/** A topic of the stack, or one that exists already. */
export interface AnyTopic {
    /** The topic itself. */
    readonly topic: Pick<Topic, "id" | "name">;
    /** Grants publishing messages; the consumer receives the topic path, `projects/acme-dev/topics/sale-range`. */
    readonly publisher: Capability;
    /** Grants attaching subscriptions to the topic; the consumer receives the topic path. */
    readonly subscriber: Capability;
    /** A capability of any role on the topic, for roles that no other one has; the consumer receives the topic path. */
    readonly role: (role: string) => Capability;
    /** The parsed schema, from which tables of messages derive their columns. @internal */
    readonly messages?: ParsedSchema;
    /** The Cloud KMS key that encrypts messages; undefined for a Google-managed key. */
    readonly encryptionKey?: pulumi.Input<string>;
    /** The regions that may store messages; undefined without a policy. */
    readonly messageStoragePolicy?: MessageStoragePolicy;
}

/** A topic that exists already. */
export interface ExistingTopic extends Existing, AnyTopic {}
