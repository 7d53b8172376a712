import { getTopic } from "@pulumi/gcp/pubsub/getTopic";
import { Schema, type SchemaArgs } from "@pulumi/gcp/pubsub/schema";
import { Topic, type TopicArgs } from "@pulumi/gcp/pubsub/topic";
import { TopicIAMMember } from "@pulumi/gcp/pubsub/topicIAMMember";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyOf, idOfKey } from "../component/encryption";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import { Environment, inEnvironment } from "../environment/environment";
import { type ExistingArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { pubSubLimits } from "../facts/limits/pubSub";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, inSeconds } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import { region } from "../internal/arguments/locations";
import { type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { signalsOfTopic, topicSignals } from "../monitoring/signals/data";
import type { AnyTopic, ExistingTopic, MessageStoragePolicy } from "./anyTopic";
import { resourceName } from "./resourceName";
import { type ParsedSchema, parseSchema, schema, type TopicSchema } from "./schema/schema";

/** The arguments of a {@link PubSubTopic}. */
export interface PubSubTopicArgs extends ComponentArgs, TaggedArgs {
    /**
     * The {@link https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names name} of the topic: 3 to 255 letters,
     * digits and `-_.~+%`. It must start with a letter, and not with `goog`.
     * @default the component's name
     */
    name?: pulumi.Input<string>;
    /**
     * How long the topic retains messages, acknowledged or not, so that subscriptions can
     * {@link https://cloud.google.com/pubsub/docs/replay-overview replay} them: `"10 minutes"` to `"31 days"`. They are
     * billed as storage.
     * @default no retention by the topic; subscriptions have their own
     */
    retention?: Duration;
    /**
     * The {@link https://cloud.google.com/pubsub/docs/schemas schema} of messages: Pub/Sub rejects the publication of a
     * message that does not match it. Changing the definition commits a new revision, which must be compatible with the
     * earlier ones.
     * @default no schema: messages are any bytes
     */
    schema?: TopicSchema;
    /**
     * The {@link https://cloud.google.com/pubsub/docs/resource-location-restriction message storage policy}: the regions
     * that may store messages.
     * @default set by the organization's policy; usually the region nearest to the publisher
     */
    messageStoragePolicy?: MessageStoragePolicy;
    /**
     * The {@link https://cloud.google.com/pubsub/docs/encryption Cloud KMS key}, a `KmsKey`, a `KmsKeyHandle`, or an ID, that encrypts
     * messages, such as `projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales`.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * Labels of the topic: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about failed publications to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, errors: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"errors">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { topic?: Transform<TopicArgs>; schema?: Transform<SchemaArgs> };
}

const pubSubTopicArgs = check.options<PubSubTopicArgs>({
    name: check.publicInput(resourceName),
    retention: durationWithin(pubSubLimits.rows.topicRetention),
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
    encryptionKey: encryptionKeyOf("pubsub.googleapis.com/Topic"),
    labels,
    alerts: componentAlerts(...topicSignals),
    transform: transforms("topic", "schema"),
    ...componentArgs,
    ...taggedArgs,
});

/** The capabilities of a topic. */
function offers(name: string, topic: pulumi.Output<string>) {
    const { offered, role } = rolesOn(name, TopicIAMMember, { topic }, topic);
    return { publisher: offered("roles/pubsub.publisher"), subscriber: offered("roles/pubsub.subscriber"), role };
}

/**
 * A Pub/Sub topic, to which only consumers of {@link PubSubTopic.publisher} can publish. In production it is protected from
 * deletion.
 * @example
 * ```ts
 * const sales = new PubSubTopic("sales", { retention: "7 days" });
 * new ServerlessFunction("order", { source: "./order", trigger: { http: {} }, uses: { SALES: sales.publisher } });
 * ```
 */
export class PubSubTopic extends pulumi.ComponentResource implements AnyTopic {
    /** The topic itself. */
    readonly topic: Topic;
    /** The schema of messages, if any. */
    readonly schema?: Schema;
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

    /**
     * A topic that exists already and is not managed by the stack, which only grants access to it: `PubSubTopic.existing("sales")`. The
     * preview fails if there is none.
     */
    static existing(name: string, args: ExistingArgs = {}): ExistingTopic {
        requireKnown("PubSubTopic", name, args);
        const find = ({ project }: Place, options: pulumi.InvokeOptions) => getTopic({ name, project }, options);
        const topic = lookUp("PubSubTopic", name, resourceName, args, find, "id", "name");
        return { existing: "PubSubTopic", topic, ...sharedOffers(offers(name, topic.id)) };
    }

    constructor(name: string, args: PubSubTopicArgs = {}, options?: pulumi.ComponentResourceOptions) {
        let messages: ParsedSchema | undefined;
        const resolved = check.checked(
            `PubSubTopic "${name}"`,
            check.withDefaults(args, { name }),
            pubSubTopicArgs,
            (checked) => {
                const { parsed, problems } = checked.schema ? parseSchema(checked.schema) : { problems: [] };
                messages = parsed;
                return problems;
            },
        );
        super("slipway:index:PubSubTopic", name, {}, inEnvironment(options, resolved.crossProject));
        this.messages = messages;
        this.encryptionKey = idOfKey(resolved.encryptionKey);
        this.messageStoragePolicy = resolved.messageStoragePolicy;
        const api = "pubsub.googleapis.com";
        const { protect } = Environment.current().defaults;
        const { child, observe, bindTags } = component(this, name, resolved, {
            apis: [api],
            encryptedBy: [api],
            protect,
        });

        if (messages) {
            const { type, definition } = messages;
            this.schema = new Schema(...child("schema", name, { name: resolved.name, type, definition }));
        }
        this.topic = new Topic(
            ...child("topic", name, {
                name: resolved.name,
                messageRetentionDuration: resolved.retention && inSeconds(resolved.retention),
                schemaSettings: this.schema && { schema: this.schema.id, encoding: messages?.encoding },
                messageStoragePolicy: resolved.messageStoragePolicy,
                kmsKeyName: this.encryptionKey,
                labels: resolved.labels,
            }),
        );
        const topic = this.topic.id;
        ({ publisher: this.publisher, subscriber: this.subscriber, role: this.role } = offers(name, topic));
        observe("Messaging", signalsOfTopic(this.topic.name), args.alerts);
        bindTags(this.topic);
        this.registerOutputs({ topic: this.topic });
    }
}
