import { RpcError } from "../../emulator/errors";
import { type Message, rfc3339, timestamp } from "./message";
import { notFound, type PubSub } from "./pubsub";
import type { Format } from "./resources";
import type { Subscription } from "./subscription";

/** "Replay and purge messages": snapshots expire after a week. */
const lifetime = 7 * 86_400_000;

interface Snapshot {
    id: string;
    topic: string;
    made: number;
    /** Messages that were unacknowledged at its creation, and messages published since. */
    messages: Message[];
}

/** The snapshots of subscriptions. */
export class Snapshots {
    private readonly snapshots = new Map<string, Snapshot>();

    constructor(private readonly pubsub: PubSub) {
        pubsub.onPublished((topic, messages) => {
            for (const snapshot of this.snapshots.values()) {
                if (snapshot.topic === topic) {
                    snapshot.messages.push(...messages);
                }
            }
        });
    }

    create(id: string, subscription: string, form: Format): object {
        if (!/^projects\/[^/]+\/snapshots\/[^/]+$/.test(id)) {
            throw new RpcError("INVALID_ARGUMENT", `Invalid resource name given (name=${id}).`);
        }
        if (this.snapshots.has(id)) {
            throw new RpcError(
                "ALREADY_EXISTS",
                `Resource already exists in the project (resource=${id.split("/").at(-1)}).`,
            );
        }
        const { entry, backlog } = this.pubsub.subscription(subscription);
        this.snapshots.set(id, { id, topic: String(entry.state.topic), made: Date.now(), messages: backlog.messages });
        return this.get(id, form);
    }

    get(id: string, form: Format): object {
        const { topic, made: created } = this.found(id);
        return {
            name: id,
            topic,
            expireTime: form === "grpc" ? timestamp(created + lifetime) : rfc3339(created + lifetime),
        };
    }

    list(project: string): Snapshot[] {
        return [...this.snapshots.values()].filter(({ id }) => id.startsWith(`${project}/`));
    }

    remove(id: string): object {
        this.found(id);
        this.snapshots.delete(id);
        return {};
    }

    /** Restores a snapshot in a subscription of the same topic. */
    restore(id: string, subscription: Subscription): void {
        const { topic, messages } = this.found(id);
        if (subscription.entry.state.topic !== topic) {
            throw new RpcError(
                "INVALID_ARGUMENT",
                `The snapshot ${id} is of another topic than the subscription ${subscription.entry.id}.`,
            );
        }
        const desired = messages.filter((message) => this.pubsub.passes(subscription.entry, message));
        subscription.seek((backlog) => backlog.restart(desired));
    }

    private found(id: string): Snapshot {
        const snapshot = this.snapshots.get(id);
        if (!snapshot || snapshot.made + lifetime <= Date.now()) {
            throw notFound(id);
        }
        return snapshot;
    }
}
