import { Notification, type NotificationArgs } from "@pulumi/gcp/storage/notification";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { storageLimits } from "../facts/limits/storage";
import type { ObjectEvent } from "../iam/serverless/events";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import type { AnyTopic } from "../pubsub/anyTopic";

/**
 * {@link https://cloud.google.com/storage/docs/pubsub-notifications Messages} about objects. Changing them replaces the notification: Cloud Storage
 * sends messages of both during the replacement.
 */
export interface BucketNotification {
    /** The topic that receives the messages; the service agent of Cloud Storage may publish to it. */
    topic: AnyTopic;
    /**
     * The events of objects that are published.
     * @default all
     */
    events?: ObjectEvent[];
    /**
     * Only objects whose names start with this.
     * @default all objects
     */
    prefix?: string;
    /**
     * Attributes of each message: up to 5, with keys of up to 256 and values of up to 1,024 characters.
     * @default none
     */
    attributes?: Record<string, string>;
    /**
     * Whether messages have the metadata of the object in JSON.
     * @default true
     */
    payload?: boolean;
}

const eventTypes: Record<ObjectEvent, string> = {
    finalized: "OBJECT_FINALIZE",
    deleted: "OBJECT_DELETE",
    archived: "OBJECT_ARCHIVE",
    metadataUpdated: "OBJECT_METADATA_UPDATE",
};
const all = Object.keys(eventTypes) as ObjectEvent[];

const {
    notifications: limit,
    notificationsOfEvent: limitOfEvent,
    notificationAttributes: attributes,
    notificationAttributeKey: key,
    notificationAttributeValue: value,
} = storageLimits.rows;

const textUpTo = ({ max }: { max: number }) =>
    check.matching(new RegExp(`^[^]{1,${max}}$`), `must have up to ${max} characters`);

/** Checks the notifications of a bucket by name. */
export const notifications = check.pipe(
    check.record(
        check.text(),
        check.options<BucketNotification>(
            {
                topic: check.component<AnyTopic>("PubSubTopic"),
                events: check.pipe(
                    check.list(check.oneOf(...all)),
                    check.refine(
                        (events) => events.length > 0 && new Set(events).size === events.length,
                        "must have at least one event, and each once",
                    ),
                ),
                prefix: check.matching(/^[^\r\n]+$/, "must be the start of an object's name, such as models/"),
                attributes: check.pipe(
                    check.record(textUpTo(key), textUpTo(value)),
                    check.refine(
                        (given) => Object.keys(given).length <= attributes.max,
                        `must have up to ${attributes.max} attributes`,
                    ),
                ),
                payload: check.flag(),
            },
            "topic",
        ),
    ),
    check.refine((given) => Object.keys(given).length <= limit.max, `must have up to ${limit.max} notifications`),
);

/** Events for which too many notifications apply to the same objects. */
export function notificationProblems(given: Record<string, BucketNotification> = {}): (check.Problem | undefined)[] {
    const rows = Object.entries(given).map(([name, { events = all, prefix = "" }]) => ({ name, events, prefix }));
    const overlap = (one: string, other: string) => one.startsWith(other) || other.startsWith(one);
    return rows.map(({ name, events, prefix }, index) => {
        const before = rows.slice(0, index).filter((other) => overlap(other.prefix, prefix));
        const crowded = events.find(
            (event) => before.filter((other) => other.events.includes(event)).length >= limitOfEvent.max,
        );
        return check.when(
            crowded,
            `notifications.${name}`,
            "storage/too-many-notifications",
            `exceeds the ${limitOfEvent.max} notifications of one event for the same objects (the event "${crowded}"). Remove one, or subscribe to its topic.`,
        );
    });
}

/** Creates the notifications, after the topics let the service agent of Cloud Storage publish. */
export function createNotifications(
    component: string,
    bucket: pulumi.Output<string>,
    given: Record<string, BucketNotification> = {},
    environment: Environment,
    crossProject: string | string[] | undefined,
    child: Child,
): Record<string, Notification> {
    const created = Object.entries(given).map(([name, { topic, events, prefix, attributes, payload = true }]) => {
        const args: NotificationArgs = {
            bucket,
            topic: topic.topic.id,
            payloadFormat: payload ? "JSON_API_V1" : "NONE",
            eventTypes: events?.map((event) => eventTypes[event]),
            objectNamePrefix: prefix,
            customAttributes: attributes,
        };
        const dependsOn = environment.grantAgent("storage.googleapis.com", topic.publisher, crossProject);
        return [name, new Notification(...child("notification", `${component}-${name}`, args, { dependsOn }))] as const;
    });
    return Object.fromEntries(created);
}
