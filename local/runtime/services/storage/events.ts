import type { Cloud, Entry, Inputs } from "../../../simulator";
import { receivedEvents } from "../../../simulator/services/eventarc";
import { bucketName, storageAgent } from "../../../simulator/services/storage";
import type { Terminal } from "../../emulator/terminal";
import type { PubSub } from "../pubsub/pubsub";
import { objectResource } from "./resources";

/** The interval for detecting changes by deployments, in milliseconds. */
const interval = 1000;

/** A listener for the objects of a bucket: an Eventarc trigger or a notification configuration. */
interface Listener {
    bucket: string;
    topic: string;
    /** Undefined for all types. */
    eventTypes?: string[];
    prefix: string;
    payload: "JSON_API_V1" | "NONE";
    attributes: Record<string, string>;
}

type ObjectChange = [eventType: string, object: Entry, more: Record<string, string>];

/** "Event types" of Eventarc, with their names in Cloud Storage. */
const eventTypes: Record<string, string> = {
    finalized: "OBJECT_FINALIZE",
    deleted: "OBJECT_DELETE",
    archived: "OBJECT_ARCHIVE",
    metadataUpdated: "OBJECT_METADATA_UPDATE",
};

/** Publishes changes of objects, by any process: compares the contents of buckets with their previous contents. */
export class ObjectEvents {
    /** The known objects of each bucket, by name. */
    private known = new Map<string, Map<string, Entry>>();
    private looked = Date.now();
    private readonly timer: NodeJS.Timeout;

    constructor(
        private readonly cloud: Cloud,
        private readonly pubsub: PubSub,
        private readonly terminal: Terminal,
        /** The URL for downloads. */
        private readonly origin: () => string,
    ) {
        this.look();
        this.timer = setInterval(() => this.look(), interval).unref();
    }

    close(): void {
        clearInterval(this.timer);
    }

    /** Publishes changes since the last check. */
    look(): void {
        const listeners = [...this.triggers(), ...this.notifications()];
        const before = this.known;
        const since = this.looked;
        this.looked = Date.now();
        this.known = new Map();
        for (const bucket of new Set(listeners.map((listener) => listener.bucket))) {
            const now = this.objects(bucket);
            this.known.set(bucket, now);
            // New listeners receive no events for existing objects.
            const then = before.get(bucket) ?? new Map([...now].filter(([, object]) => writtenAt(object) < since));
            for (const event of this.happenings(bucket, then, now)) {
                this.notify(listeners, event);
            }
        }
    }

    private objects(bucket: string): Map<string, Entry> {
        return new Map(this.cloud.store.list(`${bucketName(bucket)}/objects`).map((object) => [object.name, object]));
    }

    private happenings(bucket: string, then: Map<string, Entry>, now: Map<string, Entry>): ObjectChange[] {
        const found: ObjectChange[] = [];
        const versioning = this.cloud.store.read(bucketName(bucket))?.state.versioning as
            | { enabled?: boolean }
            | undefined;
        const removed = versioning?.enabled ? "OBJECT_ARCHIVE" : "OBJECT_DELETE";
        for (const [name, object] of then) {
            const next = now.get(name);
            if (!next) {
                found.push([removed, object, {}]);
            } else if (generationOf(next) !== generationOf(object)) {
                found.push([removed, object, { overwrittenByGeneration: generationOf(next) }]);
            } else if (JSON.stringify(next.state) !== JSON.stringify(object.state)) {
                found.push(["OBJECT_METADATA_UPDATE", next, {}]);
            }
        }
        const written = [...now.values()].filter((object) => {
            const before = then.get(object.name);
            return !before || generationOf(before) !== generationOf(object);
        });
        for (const object of written.sort((one, other) => writtenAt(one) - writtenAt(other))) {
            const before = then.get(object.name);
            found.push(["OBJECT_FINALIZE", object, before ? { overwroteGeneration: generationOf(before) } : {}]);
        }
        return found;
    }

    private notify(listeners: Listener[], [eventType, object, more]: ObjectChange): void {
        const { bucket, name } = object.state as Inputs;
        const size = object.content === undefined ? 0 : this.cloud.store.content(object.content).length;
        const desired = listeners.filter(
            (listener) =>
                listener.bucket === bucket &&
                (listener.eventTypes?.includes(eventType) ?? true) &&
                name.startsWith(listener.prefix),
        );
        for (const { topic, payload, attributes } of desired) {
            const content = payload === "NONE" ? "" : JSON.stringify(objectResource(object, size, this.origin()));
            const about = {
                bucketId: bucket,
                objectId: name,
                objectGeneration: generationOf(object),
                eventType,
                eventTime: new Date().toISOString(),
                payloadFormat: payload,
            };
            this.publish(object, topic, Buffer.from(content), { ...attributes, ...about, ...more });
        }
    }

    /** Publishes with Cloud Storage's service agent, if it has permission. */
    private publish(object: Entry, topic: string, data: Buffer, attributes: Record<string, string>): void {
        const agent = storageAgent(this.cloud, object.project);
        if (!this.pubsub.may(`serviceAccount:${agent}`, topic, "publisher")) {
            this.terminal.logOnce(
                `cannot publish events of ${attributes.bucketId}: ${agent} lacks roles/pubsub.publisher on ${topic}`,
            );
            return;
        }
        try {
            this.pubsub.publish(topic, [{ data, attributes, orderingKey: "" }]);
        } catch (error) {
            this.terminal.logOnce(
                `cannot publish events of ${attributes.bucketId} to ${topic}: ${(error as Error).message}`,
            );
        }
    }

    private triggers(): Listener[] {
        return this.cloud.store.list("//eventarc.googleapis.com/").flatMap((entry) => {
            const { eventType, eventFilters, topic } = receivedEvents(entry);
            const [, kind = ""] = /^google\.cloud\.storage\.object\.v1\.(\w+)$/.exec(eventType) ?? [];
            const bucket = eventFilters.find(({ attribute }: Inputs) => attribute === "bucket")?.value;
            const desired = eventTypes[kind];
            return desired && bucket
                ? { bucket, topic, eventTypes: [desired], prefix: "", payload: "JSON_API_V1" as const, attributes: {} }
                : [];
        });
    }

    private notifications(): Listener[] {
        return this.cloud.store.list("//storage.googleapis.com/", "notificationConfigs").flatMap(({ id, state }) => {
            const { bucket, topic, eventTypes, objectNamePrefix, payloadFormat, customAttributes }: Inputs = state;
            const notificationConfig = `projects/_/buckets/${id}`;
            // IDs that are reserved, but not used yet, belong to no notification.
            return topic
                ? {
                      bucket,
                      topic,
                      eventTypes: eventTypes?.length > 0 ? eventTypes : undefined,
                      prefix: objectNamePrefix ?? "",
                      payload: payloadFormat,
                      attributes: { ...customAttributes, notificationConfig },
                  }
                : [];
        });
    }
}

const generationOf = ({ state }: Entry): string => String(state.generation);

/** A generation is the write time in microseconds. */
const writtenAt = ({ state }: Entry): number => Number(state.generation) / 1000;
