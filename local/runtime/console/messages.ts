import { type Entry, type Inputs, lastPart } from "../../simulator";
import { HttpError } from "../emulator/http";
import type { Serving } from "../emulator/serving";
import pubsubPart from "../services/pubsub";
import { type Message, rfc3339 } from "../services/pubsub/message";
import type { PubSub } from "../services/pubsub/pubsub";
import { triggerOf } from "../services/pubsub/settings";

/** How many messages are shown, and how many bytes of each. */
const limits = { messages: 100, bytes: 10_000 };

/** A topic with the subscriptions that read it. */
export interface TopicView {
    id: string;
    project: string;
    /** The definition of its schema. */
    schema?: string;
    subscriptions: { id: string; delivery: string; backlog: number }[];
}

/** A message since the start, and what became of it in each subscription. */
export interface MessageView {
    id: string;
    topic: string;
    published: string;
    text: string;
    attributes: Record<string, string>;
    orderingKey: string;
    subscriptions: { id: string; state: "acknowledged" | "not acknowledged" | "filtered out" }[];
}

/** A message to send, as a person writes it. */
export interface SentMessage {
    topic?: unknown;
    text?: unknown;
    attributes?: unknown;
    orderingKey?: unknown;
}

/** A message with the subscriptions that it was published to. */
interface Published {
    topic: string;
    message: Message;
    subscriptions: { id: string; passes: boolean }[];
}

/** The topics, and the messages since the start. */
export class Messages {
    private readonly pubsub: PubSub;
    private readonly latest: Published[] = [];

    constructor(private readonly serving: Serving) {
        this.pubsub = serving.part(pubsubPart).pubsub;
        this.pubsub.onPublished((topic, messages) => this.keep(topic, messages));
    }

    private keep(topic: string, messages: Message[]): void {
        const entries = this.pubsub.subscriptionsOf(topic);
        const [, project] = topic.split("/");
        for (const message of messages) {
            const subscriptions = entries.map((entry) => ({
                id: entry.id,
                passes: this.pubsub.passes(entry, message),
            }));
            this.latest.unshift({ topic, message, subscriptions });
            const text = `${topic}: message ${message.messageId} was published: ${textOf(message)}`;
            const { trace } = message;
            this.serving.activity.add({ kind: "message", project, text, ...(trace && { trace }) });
        }
        this.latest.splice(limits.messages);
    }

    topics(): TopicView[] {
        const { cloud } = this.serving;
        const topics = cloud.projects.all().flatMap((project) => this.pubsub.list("topics", `projects/${project}`));
        return topics.map(({ id, project, state }) => {
            const { schemaSettings }: Inputs = state;
            const schema = schemaSettings && cloud.store.read(`//pubsub.googleapis.com/${schemaSettings.schema}`);
            const subscriptions = this.pubsub.subscriptionsOf(id).map((entry) => ({
                id: entry.id,
                delivery: this.deliveryOf(entry),
                backlog: this.pubsub.subscription(entry.id).backlog.messages.length,
            }));
            return { id, project, ...(schema && { schema: String(schema.state.definition) }), subscriptions };
        });
    }

    /** The newest message first. */
    messages(): MessageView[] {
        const waiting = new Set(
            this.pubsub
                .backlogs()
                .flatMap(({ entry, backlog }) => backlog.messages.map(({ messageId }) => `${entry.id} ${messageId}`)),
        );
        return this.latest.map(({ topic, message, subscriptions }) => ({
            id: message.messageId,
            topic,
            published: rfc3339(message.published),
            text: textOf(message),
            attributes: message.attributes,
            orderingKey: message.orderingKey,
            subscriptions: subscriptions.map(({ id, passes }) => {
                const state = waiting.has(`${id} ${message.messageId}`) ? "not acknowledged" : "acknowledged";
                return { id, state: passes ? state : "filtered out" };
            }),
        }));
    }

    send({ topic, text, attributes = {}, orderingKey = "" }: SentMessage): { id: string } {
        const isMap = typeof attributes === "object" && attributes !== null;
        if (
            !isMap ||
            [topic, text, orderingKey, ...Object.values(attributes)].some((each) => typeof each !== "string")
        ) {
            throw new HttpError(
                400,
                "invalid",
                'A message has the form {"topic": "projects/acme-dev/topics/sales", "text": "…", "attributes": {"season": "summer"}, "orderingKey": "tea"}.',
            );
        }
        const draft = {
            data: Buffer.from(String(text)),
            attributes: attributes as Record<string, string>,
            orderingKey: String(orderingKey),
        };
        const [id = ""] = this.pubsub.publish(String(topic), [draft]);
        return { id };
    }

    /** Where the messages of a subscription go. */
    private deliveryOf(entry: Entry): string {
        const { pushConfig, bigqueryConfig, cloudStorageConfig }: Inputs = entry.state;
        const trigger = triggerOf(this.serving.cloud, entry);
        if (trigger) {
            return `trigger ${lastPart(trigger.id)}`;
        }
        if (pushConfig?.pushEndpoint) {
            return `push to ${pushConfig.pushEndpoint}`;
        }
        if (bigqueryConfig) {
            return `table ${bigqueryConfig.table}`;
        }
        return cloudStorageConfig ? `bucket ${cloudStorageConfig.bucket}` : "pull";
    }
}

/** The start of a message; bytes that are no text are in Base64. */
function textOf({ data }: Message): string {
    const start = data.subarray(0, limits.bytes);
    const text = start.toString();
    return text.includes("\uFFFD") && data.length <= limits.bytes ? data.toString("base64") : text;
}
