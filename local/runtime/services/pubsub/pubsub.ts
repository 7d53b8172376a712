import { matchesFilter, parseFilter } from "../../../../lib/formats";
import { type Cloud, type Entry, type Inputs, isAllowedOn } from "../../../simulator";
import { RpcError, rpcError } from "../../emulator/errors";
import type { Terminal } from "../../emulator/terminal";
import { Backlog } from "./backlog";
import { type Draft, type Message, rfc3339 } from "./message";
import { nobody, type PubSubObserver } from "./observer";
import { settingsOf } from "./settings";
import { storedMessages, undeliveredMessages } from "./storedMessages";
import { Subscription } from "./subscription";
import { verifyMessages } from "./verify";

const api = "//pubsub.googleapis.com";

export const notFound = (path: string) =>
    new RpcError("NOT_FOUND", `Resource not found (resource=${path.split("/").at(-1)}).`);

/** The size of a message in bytes, with its attributes. */
const sizeOf = ({ data, attributes, orderingKey }: Draft): number =>
    Object.entries(attributes).reduce(
        (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
        data.length + Buffer.byteLength(orderingKey),
    );

/** The topics and subscriptions of the local Google Cloud, with their messages. */
export class PubSub {
    private readonly subscriptions = new Map<string, Subscription>();
    private readonly readers: ((topic: string, messages: Message[]) => void)[] = [];
    private lastId = 0;

    constructor(
        readonly cloud: Cloud,
        private readonly terminal: Terminal,
        /** Called with each subscription before it receives messages. */
        private readonly opened: (subscription: Subscription) => void = () => undefined,
        private readonly observer: PubSubObserver = nobody,
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

    /** The subscriptions of a topic, in all projects. */
    subscriptionsOf(topic: string): Entry[] {
        return this.cloud.projects
            .all()
            .flatMap((project) => this.cloud.store.list(`${api}/projects/${project}/subscriptions`))
            .filter(({ state }) => state.topic === topic);
    }

    /** The current subscription with its messages. */
    subscription(path: string): Subscription {
        try {
            return this.open(this.found("subscriptions", path));
        } catch (error) {
            const deleted = this.subscriptions.get(path);
            this.subscriptions.delete(path);
            deleted?.remove();
            throw error;
        }
    }

    /** Publishes messages to all subscriptions of a topic; returns their IDs. */
    publish(path: string, drafts: Draft[]): string[] {
        const topic = this.topic(path);
        const sizes = drafts.map(sizeOf);
        try {
            verifyMessages(this.cloud, topic, drafts);
        } catch (error) {
            this.observer.published(topic, sizes, rpcError(error));
            throw error;
        }
        this.observer.published(topic, sizes);
        const messages = drafts.map((draft) => ({ ...draft, messageId: this.newId(), published: Date.now() }));
        for (const entry of this.subscriptionsOf(path)) {
            this.open(entry).add(messages.filter((message) => this.passes(entry, message)));
        }
        for (const reader of this.readers) {
            reader(path, messages);
        }
        return messages.map(({ messageId }) => messageId);
    }

    /** Calls the listener for all published messages. */
    onPublished(reader: (topic: string, messages: Message[]) => void): void {
        this.readers.push(reader);
    }

    /** Whether a member can subscribe to a subscription or publish to a topic. */
    may(member: string, path: string, role: "subscriber" | "publisher"): boolean {
        const permission = role === "publisher" ? "pubsub.topics.publish" : "pubsub.subscriptions.consume";
        return isAllowedOn(this.cloud, member, permission, `${api}/${path}`);
    }

    /** Delivers the messages that an earlier process has left. */
    start(): void {
        const all = this.cloud.projects.all().flatMap((project) => this.list("subscriptions", `projects/${project}`));
        for (const entry of all.filter(({ id }) => undeliveredMessages(this.cloud, id))) {
            this.open(entry);
        }
    }

    /** The backlog of each subscription. */
    backlogs(): { entry: Entry; backlog: Backlog }[] {
        return [...this.subscriptions.values()].map(({ entry, backlog }) => ({ entry, backlog }));
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
        const forward = (message: Message, attempts: number) => this.forward(entry.id, message, attempts);
        const backlog = new Backlog(settings, forward, undefined, storedMessages(this.cloud, entry));
        const subscription = new Subscription(entry, backlog, this.observer);
        this.subscriptions.set(entry.id, subscription);
        this.opened(subscription);
        return subscription;
    }

    /** Whether a message matches the filter of a subscription. */
    passes({ id, state }: Entry, { attributes }: Message): boolean {
        try {
            return !state.filter || matchesFilter(parseFilter(String(state.filter)), attributes);
        } catch (error) {
            this.terminal.logOnce(
                `${id} receives no messages because its filter is invalid: ${(error as Error).message}`,
            );
            return false;
        }
    }

    /** IDs increase and differ from those of earlier runs. */
    private newId(): string {
        this.lastId = Math.max(this.lastId + 1, Date.now() * 1000);
        return String(this.lastId);
    }

    /** Forwards a dead letter to its topic, if Pub/Sub's service agent has permission for both. */
    private forward(path: string, message: Message, attempts: number): boolean {
        const entry = this.cloud.store.read(`${api}/${path}`);
        if (!entry) {
            return false;
        }
        const { project, state } = entry;
        const topic = String((state as Inputs).deadLetterPolicy?.deadLetterTopic);
        const agent = `serviceAccount:service-${this.cloud.projects.number(project)}@gcp-sa-pubsub.iam.gserviceaccount.com`;
        const missingRoles = [
            this.may(agent, path, "subscriber") ? [] : `roles/pubsub.subscriber on ${path}`,
            this.may(agent, topic, "publisher") ? [] : `roles/pubsub.publisher on ${topic}`,
        ].flat();
        if (missingRoles.length > 0) {
            this.terminal.logOnce(
                `${path} forwards no dead letters because Pub/Sub's service agent lacks ${missingRoles.join(" and ")}`,
            );
            return false;
        }
        const source = {
            CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
            CloudPubSubDeadLetterSourceSubscription: path.split("/").at(-1) as string,
            CloudPubSubDeadLetterSourceSubscriptionProject: project,
            CloudPubSubDeadLetterSourceTopicPublishTime: rfc3339(message.published).replace("Z", "+00:00"),
        };
        const { data, attributes, orderingKey, trace } = message;
        try {
            this.publish(topic, [
                { data, attributes: { ...attributes, ...source }, orderingKey, ...(trace && { trace }) },
            ]);
            this.observer.forwarded(entry);
            this.terminal.log(
                `${path}: message ${message.messageId} was forwarded to ${topic} after ${attempts} deliveries`,
                { trace },
            );
            return true;
        } catch (error) {
            this.terminal.log(
                `${path}: message ${message.messageId} cannot be forwarded as a dead letter: ${(error as Error).message}`,
            );
            return false;
        }
    }
}
