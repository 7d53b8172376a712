import { Schema, type SchemaArgs } from "@pulumi/gcp/pubsub/schema";
import { Topic, type TopicArgs } from "@pulumi/gcp/pubsub/topic";
import { TopicIAMMember } from "@pulumi/gcp/pubsub/topicIAMMember";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import { encryptionGrants, encryptionKey } from "../identity/encryption";
import * as check from "../internal/check";
import { childrenOf, type Transform, transforms } from "../internal/children";
import { type Duration, duration, inSeconds } from "../internal/duration";
import { labels } from "../internal/labels";
import { region } from "../internal/places";
import { resourceName } from "./name";
import { type ReadSchema, readSchema, schema, type TopicSchema } from "./schema/schema";

/** The arguments of a {@link PubSubTopic}. */
export interface PubSubTopicArgs extends ComponentArgs {
    /**
     * The topic's name in its project: 3 to 255 letters, digits and `-_.~+%`, starting with a letter, not with `goog`
     * ("Create a topic").
     * @default the component's name
     */
    name?: pulumi.Input<string>;
    /**
     * How long messages are kept whether or not they were acknowledged, so that a subscription can go back to them:
     * `"10 minutes"` to `"31 days"` ("Replay and purge messages"). It is billed as storage.
     * @default messages are not kept beyond the subscriptions' own retention
     */
    retention?: Duration;
    /**
     * What every message must be; a message that is not is refused when it is published. Another definition is a new
     * revision of the schema, which must go with the old ones ("Schema overview").
     * @default messages are any bytes
     */
    schema?: TopicSchema;
    /**
     * Where messages may be kept ("Configure message storage policies").
     * @default wherever the organisation's policy lets them be; mostly the region that is nearest to the publisher
     */
    messageStoragePolicy?: MessageStoragePolicy;
    /**
     * The Cloud KMS key that messages are encrypted with, as
     * `projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales` ("Configure message encryption").
     * @default a key of Google's
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * Labels of the topic: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: { topic?: Transform<TopicArgs>; schema?: Transform<SchemaArgs> };
}

/** Where the messages of a topic may be. */
export interface MessageStoragePolicy {
    /** Regions such as `europe-west1`, in which alone messages are kept. */
    allowedPersistenceRegions: pulumi.Input<string>[];
    /**
     * Whether publishers and subscribers are served in these regions only, too.
     * @default false
     */
    enforceInTransit?: boolean;
}

const args = check.options<PubSubTopicArgs>({
    name: check.input(resourceName),
    retention: duration("10 minutes", "31 days"),
    schema,
    messageStoragePolicy: check.options<MessageStoragePolicy>(
        {
            allowedPersistenceRegions: check.pipe(
                check.list(check.input(region)),
                check.refine((regions) => (regions as unknown[]).length > 0, "must have at least one region"),
            ),
            enforceInTransit: check.flag(),
        },
        "allowedPersistenceRegions",
    ),
    encryptionKey,
    labels,
    transform: transforms("topic", "schema"),
    ...componentArgs,
});

/**
 * A Pub/Sub topic. Nobody may publish to it who was not given {@link PubSubTopic.publisher}. In production Pulumi refuses
 * to delete it.
 */
export class PubSubTopic extends pulumi.ComponentResource {
    readonly topic: Topic;
    /** What every message must be, if the topic says so. */
    readonly schema?: Schema;
    /** Publishes messages; the consumer gets the topic's path, `projects/acme-dev/topics/sale-range`. */
    readonly publisher: Capability;
    /** Attaches subscriptions of its own; the consumer gets the topic's path. */
    readonly subscriber: Capability;
    /** What a table of messages is derived from. @internal */
    readonly messages?: ReadSchema;
    /** The key that messages are encrypted with, if it is not Google's. */
    readonly encryptionKey?: pulumi.Input<string>;
    /** Where messages may be kept, if the topic says so. */
    readonly messageStoragePolicy?: MessageStoragePolicy;

    constructor(name: string, given: PubSubTopicArgs = {}, options?: pulumi.ComponentResourceOptions) {
        let messages: ReadSchema | undefined;
        const { retention, transform, ...own } = check.checked(
            `PubSubTopic "${name}"`,
            check.completed(given, { name }),
            args,
            (checked) => {
                const { read, problems } = checked.schema ? readSchema(checked.schema) : { problems: [] };
                messages = read;
                return problems;
            },
        );
        super("slipway:index:PubSubTopic", name, {}, inEnvironment(options, own.crossProject));
        const environment = Environment.current();
        this.messages = messages;
        this.encryptionKey = own.encryptionKey;
        this.messageStoragePolicy = own.messageStoragePolicy;
        const child = childrenOf(this, transform, {
            dependsOn: [
                ...environment.enable("pubsub.googleapis.com"),
                ...encryptionGrants(environment, name, own, "pubsub.googleapis.com"),
            ],
            protect: environment.defaults.protect,
        });

        if (messages) {
            const { type, definition } = messages;
            this.schema = new Schema(...child("schema", name, { name: own.name, type, definition }));
        }
        this.topic = new Topic(
            ...child("topic", name, {
                name: own.name,
                messageRetentionDuration: retention && inSeconds(retention),
                schemaSettings: this.schema && { schema: this.schema.id, encoding: messages?.encoding },
                messageStoragePolicy: own.messageStoragePolicy,
                kmsKeyName: own.encryptionKey,
                labels: own.labels,
            }),
        );
        const topic = this.topic.id;
        this.publisher = capability(name, "roles/pubsub.publisher", TopicIAMMember, { topic }, topic);
        this.subscriber = capability(name, "roles/pubsub.subscriber", TopicIAMMember, { topic }, topic);
        this.registerOutputs({ topic: this.topic });
    }
}
