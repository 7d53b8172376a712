import { type ErrorInfo, RpcError } from "../../../emulator/errors";
import type { Inputs } from "../../../rules/rules";
import type { Draft, ReceivedMessage } from "./message";
import type { PubSub } from "./pubsub";
import { type Format, receivedResource, subscriptionResource, topicResource } from "./resources";
import { Snapshots } from "./snapshots";
import type { Subscription } from "./subscription";

/** How long a pull waits for messages, in milliseconds, unless the client disconnects. */
const pullTimeout = 20_000;

/**
 * Implements a method for requests with bytes as buffers and times in milliseconds; the result has the requested
 * format.
 */
export type Method = (request: Inputs, form: Format, ended: AbortSignal) => object | Promise<object>;

/** The methods of the API for both gRPC and REST. */
export class PubSubApi {
    private readonly snapshots: Snapshots;

    constructor(private readonly pubsub: PubSub) {
        this.snapshots = new Snapshots(pubsub);
    }

    readonly publisher: Record<string, Method> = {
        Publish: ({ topic, messages }) => ({ messageIds: this.publish(topic, messages) }),
        GetTopic: ({ topic }, form) => topicResource(this.pubsub.topic(topic), form),
        ListTopics: (request, form) => {
            const { page, nextPageToken } = paged(this.pubsub.list("topics", request.project), request);
            return { topics: page.map((topic) => topicResource(topic, form)), nextPageToken };
        },
        ListTopicSubscriptions: (request) => {
            const found = this.pubsub.subscriptionsOf(this.pubsub.topic(request.topic).id);
            const { page, nextPageToken } = paged(found, request);
            return { subscriptions: page.map(({ id }) => id), nextPageToken };
        },
    };

    readonly subscriber: Record<string, Method> = {
        GetSubscription: ({ subscription }, form) =>
            subscriptionResource(this.pubsub.cloud, this.pubsub.subscription(subscription).entry, form),
        ListSubscriptions: (request, form) => {
            const { page, nextPageToken } = paged(this.pubsub.list("subscriptions", request.project), request);
            return {
                subscriptions: page.map((subscription) => subscriptionResource(this.pubsub.cloud, subscription, form)),
                nextPageToken,
            };
        },
        Pull: (request, form, ended) => this.pull(request, form, ended),
        Acknowledge: ({ subscription, ackIds }) => {
            const pulled = this.pulled(subscription);
            return confirmed(pulled, pulled.acknowledge(ackIds ?? []));
        },
        ModifyAckDeadline: ({ subscription, ackIds, ackDeadlineSeconds }) => {
            const pulled = this.pulled(subscription);
            return confirmed(pulled, pulled.extend(ackIds ?? [], ackDeadlineSeconds ?? 0));
        },
        Seek: ({ subscription, time, snapshot }) => {
            const sought = this.pubsub.subscription(subscription);
            if (snapshot) {
                this.snapshots.restore(snapshot, sought);
            } else if (time !== undefined) {
                sought.seek((backlog) => backlog.seek(time));
            } else {
                throw new RpcError("INVALID_ARGUMENT", "A seek has a time or a snapshot.");
            }
            return {};
        },
        CreateSnapshot: ({ name, subscription }, form) => this.snapshots.create(name, subscription, form),
        GetSnapshot: ({ snapshot }, form) => this.snapshots.get(snapshot, form),
        ListSnapshots: (request, form) => {
            const { page, nextPageToken } = paged(this.snapshots.list(request.project), request);
            return { snapshots: page.map(({ id }) => this.snapshots.get(id, form)), nextPageToken };
        },
        DeleteSnapshot: ({ snapshot }) => this.snapshots.remove(snapshot),
    };

    /** Returns a pull subscription. */
    pulled(path: string): Subscription {
        const subscription = this.pubsub.subscription(path);
        const { type, state } = subscription.entry;
        const { pushConfig, bigqueryConfig, cloudStorageConfig }: Inputs = state;
        if (!type || pushConfig?.pushEndpoint || bigqueryConfig || cloudStorageConfig) {
            throw new RpcError("FAILED_PRECONDITION", "This method is not supported for this subscription type.");
        }
        return subscription;
    }

    private publish(topic: string, messages: Partial<Draft>[] = []): string[] {
        const drafts = messages.map(({ data, attributes, orderingKey }) => ({
            data: data ?? Buffer.alloc(0),
            attributes: attributes ?? {},
            orderingKey: orderingKey ?? "",
        }));
        return this.pubsub.publish(topic, drafts);
    }

    private async pull(
        { subscription, maxMessages = 0, returnImmediately }: Inputs,
        form: Format,
        ended: AbortSignal,
    ): Promise<object> {
        if (maxMessages <= 0) {
            throw new RpcError(
                "INVALID_ARGUMENT",
                `Invalid value for max_messages: ${maxMessages}. It must be greater than 0.`,
            );
        }
        const pulled = this.pulled(subscription);
        let taken = pulled.take(maxMessages);
        if (taken.length === 0 && !returnImmediately) {
            taken = await new Promise((resolve) => {
                const finish = (found: ReceivedMessage[]) => {
                    stop();
                    clearTimeout(timer);
                    resolve(found);
                };
                // Not a signal with a timeout, which Node can collect before its time.
                const timer = setTimeout(() => finish([]), pullTimeout).unref();
                const stop = pulled.listen(() => {
                    const found = ended.aborted ? [] : pulled.take(maxMessages);
                    if (found.length > 0 || ended.aborted) {
                        finish(found);
                    }
                });
                ended.addEventListener("abort", () => finish([]));
            });
        }
        return { receivedMessages: taken.map((received) => receivedResource(received, form)) };
    }
}

/** Returns a page of a list; the page token is the ID of its last element. */
function paged<Element extends { id: string }>(all: Element[], { pageSize, pageToken }: Inputs) {
    const start = pageToken ? all.findIndex(({ id }) => id === pageToken) + 1 : 0;
    const page = all.slice(start, start + (pageSize || 100));
    const nextPageToken = start + page.length < all.length ? page.at(-1)?.id : undefined;
    return { page, nextPageToken };
}

/** "Exactly-once delivery": only such subscriptions report expired acknowledgment IDs. */
function confirmed(subscription: Subscription, over: string[]): object {
    if (subscription.backlog.settings.exactlyOnce && over.length > 0) {
        const reason = "PERMANENT_FAILURE_INVALID_ACK_ID";
        const info: ErrorInfo = {
            reason: "EXACTLY_ONCE_ACKID_FAILURE",
            domain: "pubsub.googleapis.com",
            metadata: Object.fromEntries(over.map((ackId) => [ackId, reason])),
        };
        throw new RpcError(
            "FAILED_PRECONDITION",
            "Some acknowledgement ids in the request were invalid. This could be because the acknowledgement ids have expired or the acknowledgement ids were malformed.",
            info,
        );
    }
    return {};
}
