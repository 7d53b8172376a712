import { storageLimits } from "slipway/facts";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { bucketName, bucketNotFound, findBucket, projectOf, storageAgent } from "./names";

const path = (topic: string) => topic.replace(/^\/\/pubsub\.googleapis\.com\//, "");

function verify({ bucket, topic, ...rest }: Inputs, { cloud }: Context): void {
    const found = findBucket(cloud, bucket);
    if (!found) {
        throw bucketNotFound();
    }
    verifyCount({ bucket, ...rest }, cloud);
    const resource = `//pubsub.googleapis.com/${path(topic)}`;
    const agent = storageAgent(cloud, found.project);
    if (!cloud.store.read(resource) || !isAllowedOn(cloud, agent, "pubsub.topics.publish", resource)) {
        throw new GoogleError(
            403,
            `The service account '${agent}' does not have permission to publish messages to to the Cloud Pub/Sub topic '${resource}', or that topic does not exist.`,
            { reason: "forbidden" },
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/pull/4354");
    }
}

const maxNotifications = storageLimits.rows.notifications.max;
const maxPerEvent = storageLimits.rows.notificationsOfEvent.max;

const events = ["OBJECT_FINALIZE", "OBJECT_METADATA_UPDATE", "OBJECT_DELETE", "OBJECT_ARCHIVE"];

/** A prefix that starts with another prefix applies to the same objects. */
function verifyCount({ bucket, eventTypes, objectNamePrefix = "" }: Inputs, cloud: Cloud): void {
    const all = cloud.store.list(`${bucketName(bucket)}/notificationConfigs`).map(({ state }) => state as Inputs);
    const overlapping = all.filter(
        ({ objectNamePrefix: other = "" }) => other.startsWith(objectNamePrefix) || objectNamePrefix.startsWith(other),
    );
    const crowded = (eventTypes ?? events).some(
        (event: string) =>
            overlapping.filter((item) => (item.eventTypes ?? events).includes(event)).length >= maxPerEvent,
    );
    if (all.length >= maxNotifications || crowded) {
        throw new GoogleError(
            400,
            `Too many overlapping notifications. The maximum is ${crowded ? maxPerEvent : maxNotifications}.`,
            { reason: "invalid" },
        );
    }
}

/** Reserves the next notification number of the bucket. */
function nextId(cloud: Cloud, bucket: string): string {
    const within = `${bucketName(bucket)}/notificationConfigs`;
    const project = projectOf(cloud, bucket);
    let number = Math.max(0, ...cloud.store.list(within).map(({ id }) => Number(lastPart(id))));
    for (;;) {
        number += 1;
        const id = `${bucket}/notificationConfigs/${number}`;
        if (cloud.store.create({ name: `${within}/${number}`, project, id, state: {} })) {
            return String(number);
        }
    }
}

export const notification: TypeRules = {
    noun: "notification config",
    cost: "free",
    errorPrefix: (_, { bucket }) => `Error creating notification config for bucket ${bucket}`,
    id: ({ bucket, notificationId }) => `${bucket}/notificationConfigs/${notificationId}`,
    name: ({ bucket, notificationId }) => `${bucketName(bucket)}/notificationConfigs/${notificationId}`,
    project: ({ bucket }, { cloud }) => projectOf(cloud, bucket),
    normalize: { topic: (topic) => path(String(topic)) },
    verify,
    state: ({ bucket, topic }, { cloud }, old) => {
        const notificationId = old?.notificationId ?? nextId(cloud, bucket);
        return {
            notificationId,
            topic: path(topic),
            selfLink: `https://www.googleapis.com/storage/v1/b/${bucket}/notificationConfigs/${notificationId}`,
        };
    },
    calls: { collection: "storage.notifications", update: [] },
};
