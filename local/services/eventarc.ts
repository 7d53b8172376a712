import { isAllowedOn } from "../cloud/access";
import type { Cloud } from "../cloud/cloud";
import { GoogleError, OperationError } from "../cloud/errors";
import { digits } from "../cloud/ids";
import { projectName } from "../cloud/projects";
import { isRegion } from "../cloud/regions";
import { type Inputs, lastPart, type Service } from "../rules/rules";
import { pubsubApi, resourceNotFound, topicName } from "./pubsub/names";
import { findBucket, storageAgent } from "./storage/names";

const api = "eventarc.googleapis.com";
const title = "Eventarc API";

const storageEvent = /^google\.cloud\.storage\.object\.v1\.(finalized|deleted|archived|metadataUpdated)$/;
const auditEvent = "google.cloud.audit.log.v1.written";
export const messageEvent = "google.cloud.pubsub.topic.v1.messagePublished";

/** The trigger of a function: its `eventTrigger`, with location and name of the function. */
export interface TriggerRequest {
    project: string;
    location: string;
    name: string;
    event: Inputs;
}

/** Immediate checks of a trigger, before the build. */
export function verifyTrigger(cloud: Cloud, request: TriggerRequest): void {
    const { project, event } = request;
    try {
        cloud.projects.requireApi(project, api, title);
        cloud.projects.requireApi(project, ...pubsubApi);
        verifyAgent(cloud, request);
        if (event.eventType === messageEvent) {
            verifyTopic(cloud, request);
        } else {
            if (storageEvent.test(event.eventType)) {
                verifyBucket(cloud, request);
            }
            if (event.eventType === auditEvent) {
                verifyAudit(request);
            }
            verifyReceiver(cloud, request);
        }
    } catch (error) {
        if (error instanceof GoogleError) {
            throw error.within(`Validation failed for trigger ${triggerPath(request)}`);
        }
        throw error;
    }
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

function verifyBucket(cloud: Cloud, { location, event }: TriggerRequest): void {
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
        throw new GoogleError(
            400,
            `Bucket '${name}' is in location '${place}', but the trigger location is '${region}'. The trigger must be in the same location as the bucket. Try redeploying and changing the trigger location to '${place}'`,
        );
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

/** Checks after the build: bucket events are sent as messages. */
export function verifyDelivery(cloud: Cloud, request: TriggerRequest): void {
    const { project, event } = request;
    const agent = storageAgent(cloud, project);
    const mayPublish = isAllowedOn(cloud, agent, "pubsub.topics.publish", projectName(project));
    if (storageEvent.test(event.eventType) && !mayPublish) {
        throw new OperationError(
            7,
            `Creating trigger failed for ${triggerPath(request)}: The Cloud Storage service account for your bucket is unable to publish to Cloud Pub/Sub topics in the specified project.\nTo use GCS CloudEvent triggers, the GCS service account requires the Pub/Sub Publisher (roles/pubsub.publisher) IAM role in the specified project. (See https://cloud.google.com/eventarc/docs/run/quickstart-storage#before-you-begin)`,
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
    const path = triggerPath(request);
    const [, , , region, , trigger] = path.split("/");
    const own = `projects/${request.project}/topics/eventarc-${region}-${trigger}-${digits(path, 3)}`;
    return request.event.pubsubTopic ?? own;
}

/** Creates the trigger of a function, and Eventarc's push subscription. */
export function makeTrigger(cloud: Cloud, request: TriggerRequest): void {
    const { project, event } = request;
    const path = triggerPath(request);
    const topic = transportTopic(request);
    const [, , , region, , trigger] = path.split("/");
    const subscription = `projects/${project}/subscriptions/eventarc-${region}-${trigger}-sub-${digits(path, 3)}`;
    if (!event.pubsubTopic) {
        const state = { project, name: lastPart(topic) };
        cloud.store.write({ project, name: topicName(topic, project), id: topic, state });
    }
    cloud.store.write({
        project,
        name: `//pubsub.googleapis.com/${subscription}`,
        id: subscription,
        state: { project, name: lastPart(subscription), topic, ackDeadlineSeconds: 600 },
    });
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
        cloud.store.remove(`//pubsub.googleapis.com/${trigger.state.subscription}`);
        if (trigger.state.ownTopic) {
            cloud.store.remove(`//pubsub.googleapis.com/${trigger.state.topic}`);
        }
        cloud.store.remove(trigger.name);
    }
}

const service: Service = { titles: { [api]: title } };

export default service;
