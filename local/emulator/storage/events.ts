import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { bucketName, storageAgent } from "../../services/storage";
import type { PubSub } from "../pubsub/pubsub";
import type { Terminal } from "../terminal";
import { objectResource } from "./resources";

/** How often is looked for what a deployment wrote, in milliseconds. */
const interval = 1000;

/** Who wants to know of the objects of a bucket: a trigger of Eventarc, or a notification configuration. */
interface Listener {
    bucket: string;
    topic: string;
    /** All types when left out. */
    eventTypes?: string[];
    prefix: string;
    payload: "JSON_API_V1" | "NONE";
    attributes: Record<string, string>;
}

type Happening = [eventType: string, object: Entry, more: Record<string, string>];

/** "Event types": those of Eventarc, with what Cloud Storage calls them itself. */
const eventTypes: Record<string, string> = {
    finalized: "OBJECT_FINALIZE",
    deleted: "OBJECT_DELETE",
    archived: "OBJECT_ARCHIVE",
    metadataUpdated: "OBJECT_METADATA_UPDATE",
};

/**
 * Publishes what happens to objects, whoever writes them: it compares what is in the buckets that somebody listens to
 * with what was there before.
 */
export class ObjectEvents {
    /** The objects of each bucket that was looked at, by their names. */
    private known = new Map<string, Map<string, Entry>>();
    private looked = Date.now();
    private readonly timer: NodeJS.Timeout;

    constructor(
        private readonly cloud: Cloud,
        private readonly pubsub: PubSub,
        private readonly terminal: Terminal,
        /** Where objects are downloaded. */
        private readonly origin: () => string,
    ) {
        this.look();
        this.timer = setInterval(() => this.look(), interval).unref();
    }

    close(): void {
        clearInterval(this.timer);
    }

    /** Publishes what has happened since the last look. */
    look(): void {
        const listeners = [...this.triggers(), ...this.notifications()];
        const before = this.known;
        const since = this.looked;
        this.looked = Date.now();
        this.known = new Map();
        for (const bucket of new Set(listeners.map((listener) => listener.bucket))) {
            const now = this.objects(bucket);
            this.known.set(bucket, now);
            // To a new listener, what was written before is nothing that happens.
            const then = before.get(bucket) ?? new Map([...now].filter(([, object]) => writtenAt(object) < since));
            for (const happening of this.happenings(bucket, then, now)) {
                this.tell(listeners, happening);
            }
        }
    }

    private objects(bucket: string): Map<string, Entry> {
        return new Map(this.cloud.store.list(`${bucketName(bucket)}/objects`).map((object) => [object.name, object]));
    }

    private happenings(bucket: string, then: Map<string, Entry>, now: Map<string, Entry>): Happening[] {
        const found: Happening[] = [];
        const versioning = this.cloud.store.read(bucketName(bucket))?.state.versioning as
            | { enabled?: boolean }
            | undefined;
        const gone = versioning?.enabled ? "OBJECT_ARCHIVE" : "OBJECT_DELETE";
        for (const [name, object] of then) {
            const next = now.get(name);
            if (!next) {
                found.push([gone, object, {}]);
            } else if (generationOf(next) !== generationOf(object)) {
                found.push([gone, object, { overwrittenByGeneration: generationOf(next) }]);
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

    private tell(listeners: Listener[], [eventType, object, more]: Happening): void {
        const { bucket, name } = object.state as Inputs;
        const size = object.content === undefined ? 0 : this.cloud.store.content(object.content).length;
        const wanted = listeners.filter(
            (listener) =>
                listener.bucket === bucket &&
                (listener.eventTypes?.includes(eventType) ?? true) &&
                name.startsWith(listener.prefix),
        );
        for (const { topic, payload, attributes } of wanted) {
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

    /** Publishes as Cloud Storage's own account, if that still may. */
    private publish(object: Entry, topic: string, data: Buffer, attributes: Record<string, string>): void {
        const agent = storageAgent(this.cloud, object.project);
        if (!this.pubsub.may(`serviceAccount:${agent}`, topic, "publisher")) {
            this.terminal.once(
                `no event of ${attributes.bucketId} is published: ${agent} lacks roles/pubsub.publisher on ${topic}`,
            );
            return;
        }
        try {
            this.pubsub.publish(topic, [{ data, attributes, orderingKey: "" }]);
        } catch (error) {
            this.terminal.once(
                `no event of ${attributes.bucketId} is published to ${topic}: ${(error as Error).message}`,
            );
        }
    }

    private triggers(): Listener[] {
        return this.cloud.store.list("//eventarc.googleapis.com/").flatMap(({ state }) => {
            const { eventType, eventFilters = [], topic }: Inputs = state;
            const [, kind = ""] = /^google\.cloud\.storage\.object\.v1\.(\w+)$/.exec(eventType) ?? [];
            const bucket = eventFilters.find(({ attribute }: Inputs) => attribute === "bucket")?.value;
            const wanted = eventTypes[kind];
            return wanted && bucket
                ? { bucket, topic, eventTypes: [wanted], prefix: "", payload: "JSON_API_V1" as const, attributes: {} }
                : [];
        });
    }

    private notifications(): Listener[] {
        return this.cloud.store.list("//storage.googleapis.com/", "notificationConfigs").flatMap(({ id, state }) => {
            const { bucket, topic, eventTypes, objectNamePrefix, payloadFormat, customAttributes }: Inputs = state;
            const notificationConfig = `projects/_/buckets/${id}`;
            // A number that is taken and not yet used is of no notification.
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

/** A generation is the time of the writing, in microseconds. */
const writtenAt = ({ state }: Entry): number => Number(state.generation) / 1000;
