import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { projectName } from "../../cloud/projects";
import { isRegion } from "../../cloud/regions";
import type { Entry } from "../../cloud/store";
import { type Inputs, lastPart } from "../../rules/rules";
import { pubsubApi, resourceNotFound, topicName } from "../pubsub/names";
import { findBucket, storageAgent } from "../storage/names";

const api = "eventarc.googleapis.com";

/** The API and its title. */
export const eventarcApi: [string, string] = [api, "Eventarc API"];

const storageEvent = /^google\.cloud\.storage\.object\.v1\.(finalized|deleted|archived|metadataUpdated)$/;
const auditEvent = "google.cloud.audit.log.v1.written";
export const messageEvent = "google.cloud.pubsub.topic.v1.messagePublished";

/** A trigger in the terms of functions: its `eventTrigger`, with location and name of the function. */
export interface TriggerRequest {
    project: string;
    location: string;
    name: string;
    event: Inputs;
    /** The words for a bucket that is in another location than the trigger. */
    otherPlace?(bucket: string, place: string, region: string): string;
}

/** The words of functions for {@link TriggerRequest.otherPlace}. */
const functionsOtherPlace = (bucket: string, place: string, region: string) =>
    `Bucket '${bucket}' is in location '${place}', but the trigger location is '${region}'. The trigger must be in the same location as the bucket. Try redeploying and changing the trigger location to '${place}'`;

/** Immediate checks of a function's trigger, before the build. */
export function verifyTrigger(cloud: Cloud, request: TriggerRequest): void {
    try {
        verifyEvents(cloud, request);
    } catch (error) {
        if (error instanceof GoogleError) {
            throw error.within(`Validation failed for trigger ${triggerPath(request)}`);
        }
        throw error;
    }
}

/** The checks of what a trigger receives. */
export function verifyEvents(cloud: Cloud, request: TriggerRequest): void {
    const { project, event } = request;
    cloud.projects.requireApi(project, ...eventarcApi);
    cloud.projects.requireApi(project, ...pubsubApi);
    verifyAgent(cloud, request);
    if (event.eventType === messageEvent) {
        verifyTopic(cloud, request);
        return;
    }
    if (storageEvent.test(event.eventType)) {
        verifyBucket(cloud, request);
    }
    if (event.eventType === auditEvent) {
        verifyAudit(request);
    }
    verifyReceiver(cloud, request);
}

/** Eventarc's service agent must exist and have its role, which takes minutes for a new API if it is not granted. */
function verifyAgent(cloud: Cloud, { project }: TriggerRequest): void {
    if (
        !cloud.iam.has(projectName(project), ["roles/eventarc.serviceAgent"], `serviceAccount:${agent(cloud, project)}`)
    ) {
        throw new GoogleError(
            400,
            'Invalid resource state for "": Permission denied while using the Eventarc Service Agent. If you recently started to use Eventarc, it may take a few minutes before all necessary permissions are propagated to the Service Agent. Otherwise, verify that it has Eventarc Service Agent role.',
        );
    }
}

const agent = (cloud: Cloud, project: string) =>
    `service-${cloud.projects.number(project)}@gcp-sa-eventarc.iam.gserviceaccount.com`;

/** Triggers for messages without a topic get their own. */
function verifyTopic(cloud: Cloud, { project, event }: TriggerRequest): void {
    if (event.pubsubTopic !== undefined && !cloud.store.read(topicName(event.pubsubTopic, project))) {
        throw resourceNotFound(event.pubsubTopic);
    }
}

function bucketOf({ eventFilters = [] }: Inputs): string {
    return eventFilters.find((filter: Inputs) => filter.attribute === "bucket")?.value;
}

function verifyBucket(cloud: Cloud, request: TriggerRequest): void {
    const { location, event, otherPlace = functionsOtherPlace } = request;
    const name = bucketOf(event);
    const bucket = findBucket(cloud, name ?? "");
    if (!bucket) {
        throw new GoogleError(
            403,
            `Permission "storage.buckets.get" denied on "Bucket \\"${name}\\" could not be validated. Please verify that the bucket exists and that the Eventarc service account has permission."`,
        );
    }
    const place = String(bucket.state.location).toLowerCase();
    const region = event.triggerRegion ?? location;
    if (place !== region) {
        throw new GoogleError(400, otherPlace(name, place, region));
    }
}

/** "Determine event filters for Cloud Audit Logs": locations are regions, and `global` for all. */
function verifyAudit({ location, event }: TriggerRequest): void {
    const { eventFilters = [], eventType, triggerRegion = location } = event;
    const invalid = (reason: string) => new GoogleError(400, `The request was invalid: ${reason}`);
    for (const name of ["serviceName", "methodName"]) {
        if (!eventFilters.some(({ attribute }: Inputs) => attribute === name)) {
            throw invalid(`missing required attribute "${name}" for event type ${eventType}`);
        }
    }
    for (const { attribute, operator } of eventFilters) {
        if (!/^(serviceName|methodName|resourceName)$/.test(attribute)) {
            throw invalid(`attribute "${attribute}" is not supported for event type ${eventType}`);
        }
        if (operator && (operator !== "match-path-pattern" || attribute !== "resourceName")) {
            throw invalid(`invalid operator "${operator}" for attribute "${attribute}"`);
        }
    }
    if (triggerRegion !== "global" && !isRegion(triggerRegion)) {
        throw new GoogleError(403, `Location ${triggerRegion} is not found or access is unauthorized.`);
    }
}

/** "Roles and permissions for Eventarc": the trigger's account must be able to receive events. */
function verifyReceiver(cloud: Cloud, { project, event }: TriggerRequest): void {
    const account = event.serviceAccountEmail ?? cloud.projects.defaultAccount(project);
    if (!isAllowedOn(cloud, account, "eventarc.events.receiveEvent", projectName(project))) {
        throw new GoogleError(403, `Permission "eventarc.events.receiveEvent" denied on "${account}"`);
    }
}

/**
 * Checks after the build: bucket events are sent as messages.
 *
 * @param prefix of the error
 */
export function verifyDelivery(
    cloud: Cloud,
    { project, event }: Pick<TriggerRequest, "project" | "event">,
    prefix = "",
): void {
    const agent = storageAgent(cloud, project);
    const mayPublish = isAllowedOn(cloud, agent, "pubsub.topics.publish", projectName(project));
    if (storageEvent.test(event.eventType) && !mayPublish) {
        throw new OperationError(
            7,
            `${prefix}The Cloud Storage service account for your bucket is unable to publish to Cloud Pub/Sub topics in the specified project.\nTo use GCS CloudEvent triggers, the GCS service account requires the Pub/Sub Publisher (roles/pubsub.publisher) IAM role in the specified project. (See https://cloud.google.com/eventarc/docs/run/quickstart-storage#before-you-begin)`,
        );
    }
}

/** The path of a function's trigger. */
export function triggerPath({ project, location, name, event }: TriggerRequest): string {
    const region = event.triggerRegion ?? location;
    return `projects/${project}/locations/${region}/triggers/${name}-${digits(`${project}/${region}/${name}`, 6)}`;
}

/** The transport topic: the program's own, or one that Eventarc creates. */
export function transportTopic(request: TriggerRequest): string {
    return request.event.pubsubTopic ?? ownTopicOf(triggerPath(request));
}

/** How events reach a trigger. */
export interface Transport {
    project: string;
    /** The paths of the topic and the push subscription. */
    topic: string;
    subscription: string;
    /** Whether Eventarc creates and deletes the topic. */
    ownTopic: boolean;
}

/** The path of Eventarc's subscription for a trigger. */
export function subscriptionOf(trigger: string): string {
    const [, project, , region, , name] = trigger.split("/");
    return `projects/${project}/subscriptions/eventarc-${region}-${name}-sub-${digits(trigger, 3)}`;
}

/** The path of the topic that Eventarc creates for a trigger without one. */
export function ownTopicOf(trigger: string): string {
    const [, project, , region, , name] = trigger.split("/");
    return `projects/${project}/topics/eventarc-${region}-${name}-${digits(trigger, 3)}`;
}

/** Creates Eventarc's push subscription, and its topic. */
export function makeTransport(cloud: Cloud, { project, topic, subscription, ownTopic }: Transport): void {
    if (ownTopic) {
        const state = { project, name: lastPart(topic) };
        cloud.store.write({ project, name: topicName(topic, project), id: topic, state });
    }
    cloud.store.write({
        project,
        name: `//pubsub.googleapis.com/${subscription}`,
        id: subscription,
        state: { project, name: lastPart(subscription), topic, ackDeadlineSeconds: 600 },
    });
}

/** Deletes what {@link makeTransport} creates. */
export function removeTransport(cloud: Cloud, { topic, subscription, ownTopic }: Omit<Transport, "project">): void {
    cloud.store.remove(`//pubsub.googleapis.com/${subscription}`);
    if (ownTopic) {
        cloud.store.remove(`//pubsub.googleapis.com/${topic}`);
    }
}

/** Creates the trigger of a function, and Eventarc's push subscription. */
export function makeTrigger(cloud: Cloud, request: TriggerRequest): void {
    const { project, event } = request;
    const path = triggerPath(request);
    const topic = transportTopic(request);
    const subscription = subscriptionOf(path);
    makeTransport(cloud, { project, topic, subscription, ownTopic: !event.pubsubTopic });
    cloud.store.write({
        project,
        name: `//${api}/${path}`,
        id: path,
        state: { ...event, name: path, topic, subscription, ownTopic: !event.pubsubTopic },
    });
}

export function removeTrigger(cloud: Cloud, path: string): void {
    const trigger = cloud.store.read(`//${api}/${path}`);
    if (trigger) {
        removeTransport(cloud, trigger.state as unknown as Transport);
        cloud.store.remove(trigger.name);
    }
}

/** What a trigger receives, whether it belongs to a function or is a resource of its own. */
export interface ReceivedEvents {
    eventType: string;
    eventFilters: Inputs[];
    topic: string;
    subscription: string;
}

export function receivedEvents({ type, state }: Entry): ReceivedEvents {
    const { eventType, eventFilters = [], topic, subscription, matchingCriterias = [], transport }: Inputs = state;
    return type
        ? {
              eventType: matchingCriterias.find(({ attribute }: Inputs) => attribute === "type")?.value,
              eventFilters: matchingCriterias,
              topic: transport.pubsub.topic,
              subscription: transport.pubsub.subscription,
          }
        : { eventType, eventFilters, topic, subscription };
}
