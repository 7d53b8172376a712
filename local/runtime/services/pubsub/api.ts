import { type Inputs, projectName } from "../../../simulator";
import type { Access } from "../../emulator/access";
import { type ErrorInfo, RpcError } from "../../emulator/errors";
import { traceOf } from "../../emulator/trace";
import type { Draft, ReceivedMessage } from "./message";
import type { PubSub } from "./pubsub";
import { type Format, receivedResource, subscriptionResource, topicResource } from "./resources";
import { Snapshots } from "./snapshots";
import type { Subscription } from "./subscription";

/** How long a pull waits for messages, in milliseconds, unless the client disconnects. */
const pullTimeout = 20_000;

/**
 * Implements a method for requests with bytes as buffers and times in milliseconds; the result has the requested
 * format. The `trace` of a request is the ID of the trace that it belongs to, if it is known.
 */
export type Method = (request: Inputs, form: Format, ended: AbortSignal) => object | Promise<object>;

/** The methods of the API for both gRPC and REST. */
export class PubSubApi {
    private readonly snapshots: Snapshots;

    constructor(
        private readonly pubsub: PubSub,
        private readonly need: Access["require"],
    ) {
        this.snapshots = new Snapshots(pubsub);
    }

    readonly publisher: Record<string, Method> = {
        Publish: ({ topic, messages, trace }) => ({ messageIds: this.publish(topic, messages, trace) }),
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

    /** Requires what a method needs of a caller: https://cloud.google.com/pubsub/docs/access-control#required_permissions */
    authorize(method: string, request: Inputs, account: string | undefined): void {
        const [permission, key = ""] = permissions[method] ?? [];
        const resource = key === "project" ? String(request.project) : String(request[key] ?? "");
        if (permission && resource !== "") {
            const name = key === "project" ? projectName(resource.replace(/^projects\//, "")) : fullName(resource);
            this.need(account, permission, name);
        }
    }

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

    private publish(topic: string, messages: Partial<Draft>[] = [], trace?: string): string[] {
        const drafts = messages.map(({ data, attributes = {}, orderingKey }) => {
            // https://docs.cloud.google.com/pubsub/docs/open-telemetry-tracing
            const own = traceOf({ traceparent: attributes?.googclient_traceparent }) ?? trace;
            return {
                data: data ?? Buffer.alloc(0),
                attributes: attributes ?? {},
                orderingKey: orderingKey ?? "",
                ...(own && { trace: own }),
            };
        });
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

/** The permission of each method, and the property of a request with the resource. */
const permissions: Record<string, [permission: string, resource: string]> = {
    Publish: ["pubsub.topics.publish", "topic"],
    GetTopic: ["pubsub.topics.get", "topic"],
    ListTopics: ["pubsub.topics.list", "project"],
    ListTopicSubscriptions: ["pubsub.topics.get", "topic"],
    GetSubscription: ["pubsub.subscriptions.get", "subscription"],
    ListSubscriptions: ["pubsub.subscriptions.list", "project"],
    Pull: ["pubsub.subscriptions.consume", "subscription"],
    StreamingPull: ["pubsub.subscriptions.consume", "subscription"],
    Acknowledge: ["pubsub.subscriptions.consume", "subscription"],
    ModifyAckDeadline: ["pubsub.subscriptions.consume", "subscription"],
    Seek: ["pubsub.subscriptions.consume", "subscription"],
    CreateSnapshot: ["pubsub.subscriptions.consume", "subscription"],
    GetSnapshot: ["pubsub.snapshots.get", "snapshot"],
    ListSnapshots: ["pubsub.snapshots.list", "project"],
    DeleteSnapshot: ["pubsub.snapshots.delete", "snapshot"],
};

const fullName = (path: string) => `//pubsub.googleapis.com/${path}`;

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
