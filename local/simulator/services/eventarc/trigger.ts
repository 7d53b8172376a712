import { randomUUID } from "node:crypto";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { isRegion } from "../../cloud/regions";
import { deniedActAs } from "../../permissions/accounts";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { serviceName, servicePath } from "../run/names";
import {
    eventarcApi,
    makeTransport,
    ownTopicOf,
    removeTransport,
    subscriptionOf,
    type TriggerRequest,
    verifyDelivery,
    verifyEvents,
} from "./events";

const path = ({ project, location, name }: Inputs) => `projects/${project}/locations/${location}/triggers/${name}`;

const invalid = (reason: string) => new GoogleError(400, `The request was invalid: ${reason}`);

/** The multi-regions that buckets, and so their triggers, can be in. */
const multiRegions = ["us", "eu", "asia"];

/** The service account, by its email or path. */
const accountOf = ({ serviceAccount }: Inputs): string | undefined => serviceAccount && lastPart(serviceAccount);

/** A trigger in the terms of functions. */
function requestOf(inputs: Inputs): TriggerRequest {
    const { project, location, name, matchingCriterias, transport } = inputs;
    const others = matchingCriterias.filter(({ attribute }: Inputs) => attribute !== "type");
    return {
        project,
        location,
        name,
        event: {
            eventType: matchingCriterias.find(({ attribute }: Inputs) => attribute === "type")?.value,
            eventFilters: others,
            pubsubTopic: transport?.pubsub?.topic,
            serviceAccountEmail: accountOf(inputs),
        },
        otherPlace: (bucket, place, region) =>
            `The request was invalid: Bucket "${bucket}" location "${place}" does not match trigger location "${region}".`,
    };
}

/** Exactly one destination, which must exist if it is a service of Cloud Run. */
function verifyDestination({ project, location, destination }: Inputs, { cloud }: Context): void {
    const { cloudRunService, workflow, gke, httpEndpoint } = destination;
    if ([cloudRunService, workflow, gke, httpEndpoint].filter(Boolean).length !== 1) {
        throw invalid("exactly one destination must be set");
    }
    if (cloudRunService) {
        const { service, region = location } = cloudRunService;
        const target = servicePath({ project, location: region }, lastPart(service));
        if (!cloud.store.read(serviceName(target))) {
            throw invalid(`the Cloud Run service ${target} does not exist`);
        }
    }
}

function verify(inputs: Inputs, context: Context): void {
    const { location, name, project } = inputs;
    const { cloud } = context;
    if (!isRegion(location) && location !== "global" && !multiRegions.includes(location)) {
        throw new GoogleError(403, `Location ${location} is not found or access is unauthorized.`);
    }
    if (!/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
        throw invalid("the trigger's ID must match ^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$");
    }
    const request = requestOf(inputs);
    if (request.event.eventType === undefined) {
        throw invalid('missing required attribute "type"');
    }
    const account = accountOf(inputs);
    if (account !== undefined && !cloud.iam.hasAccount(account)) {
        throw invalid(`the service account ${account} does not exist in the project ${project}`);
    }
    verifyEvents(cloud, request);
    verifyDestination(inputs, context);
    verifyDelivery(cloud, request);
}

function state(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const { destination, location, transport } = inputs;
    const now = cloud.now().toISOString();
    const topic = transport?.pubsub?.topic ?? ownTopicOf(path(inputs));
    return {
        eventDataContentType: "application/json",
        ...inputs,
        destination: {
            cloudFunction: "",
            ...destination,
            ...(destination.cloudRunService && {
                cloudRunService: { region: location, ...destination.cloudRunService },
            }),
        },
        transport: { pubsub: { topic, subscription: subscriptionOf(path(inputs)) } },
        conditions: {},
        createTime: old?.createTime ?? now,
        updateTime: now,
        etag: `"${digits(`${path(inputs)} ${now}`, 16)}"`,
        uid: old?.uid ?? randomUUID(),
    };
}

/** The transport of a trigger; Eventarc deletes only topics that it has created. */
const transportOf = (state: Inputs) => ({
    project: state.project,
    topic: state.transport.pubsub.topic,
    subscription: state.transport.pubsub.subscription,
    ownTopic: state.transport.pubsub.topic === ownTopicOf(path(state)),
});

/** A trigger of its own. Functions have theirs, which only they change. */
export const trigger: TypeRules = {
    noun: "Trigger",
    generatedNoun: "EventarcTrigger",
    sendsOnlyChanges: true,
    api: eventarcApi[0],
    // https://cloud.google.com/eventarc/docs/access-control
    actsAs: { accounts: ({ serviceAccount }) => [serviceAccount && lastPart(serviceAccount)], refusal: deniedActAs },
    id: path,
    changesOnUpdate: ["etag", "updateTime"],
    alreadyExists: (inputs) => new GoogleError(409, `Resource '${path(inputs)}' already exists`),
    verify,
    state,
    afterStore: (state, { cloud }) => makeTransport(cloud, transportOf(state)),
    remove: (state, { cloud }) => removeTransport(cloud, transportOf(state)),
};
