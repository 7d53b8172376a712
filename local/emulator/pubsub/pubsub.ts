import { matchesFilter, parseFilter } from "slipway/formats";
import type { Cloud } from "../../cloud/cloud";
import { projectName } from "../../cloud/projects";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { RpcError } from "../errors";
import type { Terminal } from "../terminal";
import { Backlog } from "./backlog";
import { type Message, rfc3339 } from "./message";
import { settingsOf } from "./settings";
import { Subscription } from "./subscription";
import { verifyMessages } from "./verify";

/** A message before it is published. */
export type Draft = Pick<Message, "data" | "attributes" | "orderingKey">;

const api = "//pubsub.googleapis.com";

export const notFound = (path: string) =>
    new RpcError("NOT_FOUND", `Resource not found (resource=${path.split("/").at(-1)}).`);

/** The topics and subscriptions of a local Google Cloud with the messages that are on their way. */
export class PubSub {
    private readonly subscriptions = new Map<string, Subscription>();
    private readonly readers: ((topic: string, messages: Message[]) => void)[] = [];
    private lastId = 0;

    constructor(
        private readonly cloud: Cloud,
        private readonly terminal: Terminal,
        /** Is told of each subscription before it has a message. */
        private readonly opened: (subscription: Subscription) => void = () => undefined,
    ) {}

    topic(path: string): Entry {
        return this.found("topics", path);
    }

    /** The topics or subscriptions of `projects/acme-dev`. */
    list(kind: "topics" | "subscriptions", project: string): Entry[] {
        if (!this.cloud.projects.find(project.replace(/^projects\//, ""))) {
            throw new RpcError(
                "NOT_FOUND",
                `Requested project not found or user does not have access to it (project=${project.replace(/^projects\//, "")}). Make sure to specify the unique project identifier and not the Google Cloud Console display name.`,
            );
        }
        return this.cloud.store.list(`${api}/${project}/${kind}`);
    }

    /** The subscriptions of a topic, of whatever project. */
    subscriptionsOf(topic: string): Entry[] {
        return this.cloud.projects
            .all()
            .flatMap((project) => this.cloud.store.list(`${api}/projects/${project}/subscriptions`))
            .filter(({ state }) => state.topic === topic);
    }

    /** The subscription as it is deployed now, with its messages. */
    subscription(path: string): Subscription {
        try {
            return this.open(this.found("subscriptions", path));
        } catch (error) {
            const gone = this.subscriptions.get(path);
            this.subscriptions.delete(path);
            gone?.remove();
            throw error;
        }
    }

    /** Gives messages to every subscription of a topic; returns their ids. */
    publish(path: string, drafts: Draft[]): string[] {
        const topic = this.topic(path);
        verifyMessages(this.cloud, topic, drafts);
        const messages = drafts.map((draft) => ({ ...draft, messageId: this.newId(), published: Date.now() }));
        for (const entry of this.subscriptionsOf(path)) {
            this.open(entry).add(messages.filter((message) => this.passes(entry, message)));
        }
        for (const reader of this.readers) {
            reader(path, messages);
        }
        return messages.map(({ messageId }) => messageId);
    }

    /** Calls the reader with all that is published. */
    onPublished(reader: (topic: string, messages: Message[]) => void): void {
        this.readers.push(reader);
    }

    /** Whether a member may take messages from a subscription, or publish to a topic. */
    may(member: string, path: string, role: "subscriber" | "publisher"): boolean {
        const roles = ["pubsub.editor", "pubsub.admin", "editor", "owner"].map((each) => `roles/${each}`);
        const project = projectName(path.split("/")[1] as string);
        return [`${api}/${path}`, project].some((on) =>
            this.cloud.iam.has(on, [`roles/pubsub.${role}`, ...roles], member),
        );
    }

    /** How many messages are not acknowledged, by the path of their subscription. */
    waiting(): Record<string, number> {
        const all = [...this.subscriptions].map(([path, { backlog }]) => [path, backlog.messages.length]);
        return Object.fromEntries(all);
    }

    close(): void {
        for (const subscription of this.subscriptions.values()) {
            subscription.close();
        }
        this.subscriptions.clear();
    }

    private found(kind: string, path: string): Entry {
        const entry = path.split("/")[2] === kind ? this.cloud.store.read(`${api}/${path}`) : undefined;
        if (!entry) {
            throw notFound(path);
        }
        return entry;
    }

    private open(entry: Entry): Subscription {
        const settings = settingsOf(this.cloud, entry);
        const open = this.subscriptions.get(entry.id);
        if (open && open.entry.state.topic === entry.state.topic) {
            open.entry = entry;
            open.backlog.settings = settings;
            return open;
        }
        open?.close();
        const backlog = new Backlog(settings, (message, attempts) => this.forward(entry.id, message, attempts));
        const subscription = new Subscription(entry, backlog);
        this.subscriptions.set(entry.id, subscription);
        this.opened(subscription);
        return subscription;
    }

    /** Whether the filter of a subscription lets a message through. */
    passes({ id, state }: Entry, { attributes }: Message): boolean {
        try {
            return !state.filter || matchesFilter(parseFilter(String(state.filter)), attributes);
        } catch (error) {
            this.terminal.once(`${id} gets no message: its filter is none, as ${(error as Error).message}`);
            return false;
        }
    }

    /** Ids that only grow and are not those of an earlier run. */
    private newId(): string {
        this.lastId = Math.max(this.lastId + 1, Date.now() * 1000);
        return String(this.lastId);
    }

    /** Brings a dead letter to its topic, if Pub/Sub's own account may take it from here and put it there. */
    private forward(path: string, message: Message, attempts: number): boolean {
        const entry = this.cloud.store.read(`${api}/${path}`);
        if (!entry) {
            return false;
        }
        const { project, state } = entry;
        const topic = String((state as Inputs).deadLetterPolicy?.deadLetterTopic);
        const agent = `serviceAccount:service-${this.cloud.projects.number(project)}@gcp-sa-pubsub.iam.gserviceaccount.com`;
        const lacks = [
            this.may(agent, path, "subscriber") ? [] : `roles/pubsub.subscriber on ${path}`,
            this.may(agent, topic, "publisher") ? [] : `roles/pubsub.publisher on ${topic}`,
        ].flat();
        if (lacks.length > 0) {
            this.terminal.once(`${path} has no dead letters, as Pub/Sub's account lacks ${lacks.join(" and ")}`);
            return false;
        }
        const source = {
            CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
            CloudPubSubDeadLetterSourceSubscription: path.split("/").at(-1) as string,
            CloudPubSubDeadLetterSourceSubscriptionProject: project,
            CloudPubSubDeadLetterSourceTopicPublishTime: rfc3339(message.published).replace("Z", "+00:00"),
        };
        const { data, attributes, orderingKey } = message;
        try {
            this.publish(topic, [{ data, attributes: { ...attributes, ...source }, orderingKey }]);
            this.terminal.say(`${path}: message ${message.messageId} went to ${topic} after ${attempts} deliveries`);
            return true;
        } catch (error) {
            this.terminal.say(`${path}: message ${message.messageId} is no dead letter: ${(error as Error).message}`);
            return false;
        }
    }
}
