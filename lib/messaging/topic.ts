import { Topic, type TopicArgs } from "@pulumi/gcp/pubsub/topic";
import { TopicIAMMember } from "@pulumi/gcp/pubsub/topicIAMMember";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import * as check from "../internal/check";
import { childrenOf, type Transform, transforms } from "../internal/children";
import { type Duration, duration, inSeconds } from "../internal/duration";
import { labels } from "../internal/labels";
import { resourceName } from "./name";

/** The arguments of a {@link PubSubTopic}. */
export interface PubSubTopicArgs {
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
     * Labels of the topic: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: { topic?: Transform<TopicArgs> };
}

const args = check.options<PubSubTopicArgs>({
    name: check.input(resourceName),
    retention: duration("10 minutes", "31 days"),
    labels,
    transform: transforms("topic"),
});

/**
 * A Pub/Sub topic. Nobody may publish to it who was not given {@link PubSubTopic.publisher}. In production Pulumi refuses
 * to delete it.
 */
export class PubSubTopic extends pulumi.ComponentResource {
    readonly topic: Topic;
    /** Publishes messages; the consumer gets the topic's path, `projects/acme-dev/topics/sale-range`. */
    readonly publisher: Capability;
    /** Attaches subscriptions of its own; the consumer gets the topic's path. */
    readonly subscriber: Capability;

    constructor(name: string, given: PubSubTopicArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const { retention, transform, ...own } = check.checked(
            `PubSubTopic "${name}"`,
            check.completed(given, { name }),
            args,
        );
        super("slipway:index:PubSubTopic", name, {}, inEnvironment(options));
        const environment = Environment.current();
        const child = childrenOf(this, transform, {
            dependsOn: environment.enable("pubsub.googleapis.com"),
            protect: environment.defaults.protect,
        });

        this.topic = new Topic(
            ...child("topic", name, {
                name: own.name,
                messageRetentionDuration: retention && inSeconds(retention),
                labels: own.labels,
            }),
        );
        const topic = this.topic.id;
        this.publisher = capability(name, "roles/pubsub.publisher", TopicIAMMember, { topic }, topic);
        this.subscriber = capability(name, "roles/pubsub.subscriber", TopicIAMMember, { topic }, topic);
        this.registerOutputs({ topic: this.topic });
    }
}
