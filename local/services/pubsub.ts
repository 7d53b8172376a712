import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import type { Inputs, Service, TypeRules } from "../rules/rules";

const api = "pubsub.googleapis.com";
const lastPart = (path: string) => path.split("/").at(-1) as string;

/** The path of a topic or subscription that may be given by its short name too. */
const path = (kind: "topics" | "subscriptions", name: string, project: string) =>
    name.includes("/") ? name : `projects/${project}/${kind}/${name}`;

export const topicName = (topic: string, project: string) => `//${api}/${path("topics", topic, project)}`;

export const noResource = (name: string) => new GoogleError(404, `Resource not found (resource=${lastPart(name)}).`);

/** What topics and subscriptions have in common. */
function named(kind: "topics" | "subscriptions") {
    return {
        api,
        autoname: true,
        id: ({ project, name }: Inputs) => `projects/${project}/${kind}/${name}`,
        taken: ({ name }: Inputs) => new GoogleError(409, `Resource already exists in the project (resource=${name}).`),
    };
}

/** "Create a topic: guidelines to name a topic". */
function verifyName(kind: string, { project, name }: Inputs): void {
    if (!/^[A-Za-z][\w.~+%-]{2,254}$/.test(name) || name.startsWith("goog")) {
        throw new GoogleError(
            400,
            `Invalid resource name given (name=projects/${project}/${kind}/${name}). Refer to https://cloud.google.com/pubsub/docs/admin#resource_names for more information.`,
        );
    }
}

/** Refuses a duration such as `604800s` that is outside of a range of seconds. */
function verifyDuration(field: string, value: string | undefined, least: number, most: number): void {
    const seconds = Number(value?.replace(/s$/, ""));
    if (value !== undefined && !(seconds >= least && seconds <= most)) {
        throw new GoogleError(400, `Invalid [${field}]: ${value}. Must be between ${least} and ${most} seconds.`);
    }
}

const topic: TypeRules = {
    noun: "Topic",
    ...named("topics"),
    replaceOnChange: ["name", "project", "tags"],
    verify: (inputs) => {
        verifyName("topics", inputs);
        verifyDuration("message_retention_duration", inputs.messageRetentionDuration, 600, 2_678_400);
    },
    remove: ({ project, name }, { cloud }) => {
        const id = `projects/${project}/topics/${name}`;
        for (const subscription of cloud.store.list(`//${api}/projects`)) {
            if (subscription.state.topic === id) {
                const state = { ...subscription.state, topic: "_deleted-topic_" };
                cloud.store.write({ ...subscription, state });
            }
        }
    },
};

const subscription: TypeRules = {
    noun: "Subscription",
    ...named("subscriptions"),
    replaceOnChange: ["name", "project", "topic", "filter", "enableMessageOrdering", "tags"],
    defaults: { messageRetentionDuration: "604800s" },
    exclusive: [{ properties: ["bigqueryConfig", "cloudStorageConfig", "pushConfig"] }],
    comparedByLastPart: ["topic"],
    verify: (inputs, { cloud }) => {
        verifyName("subscriptions", inputs);
        for (const name of [inputs.topic, inputs.deadLetterPolicy?.deadLetterTopic]) {
            if (name !== undefined && !cloud.store.read(topicName(name, inputs.project))) {
                throw noResource(name);
            }
        }
        const deadline = inputs.ackDeadlineSeconds ?? 10;
        if (deadline !== 0 && (deadline < 10 || deadline > 600)) {
            throw new GoogleError(
                400,
                `Invalid ack deadline given (ack_deadline_secs=${deadline}). The value must be between 10 and 600 seconds.`,
            );
        }
        verifyDuration("message_retention_duration", inputs.messageRetentionDuration, 600, 2_678_400);
        const account = inputs.pushConfig?.oidcToken?.serviceAccountEmail;
        if (account !== undefined && !cloud.iam.account(account)) {
            throw new GoogleError(404, `Service account ${account} not found.`);
        }
    },
    state: ({ topic: name, project, ackDeadlineSeconds, expirationPolicy, retryPolicy }) => ({
        topic: path("topics", name, project),
        ackDeadlineSeconds: ackDeadlineSeconds || 10,
        expirationPolicy: expirationPolicy ?? { ttl: "2678400s" },
        ...(retryPolicy && { retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s", ...retryPolicy } }),
    }),
};

function policies(kind: "topic" | "subscription") {
    const id = (inputs: Inputs) => path(`${kind}s`, inputs[kind], inputs.project);
    return policyTypes({
        token: `gcp:pubsub/${kind}IAM`,
        property: kind,
        api,
        id,
        name: (inputs) => `//${api}/${id(inputs)}`,
        described: (inputs) => `pubsub ${kind} "${id(inputs)}"`,
        missing: (inputs) => noResource(inputs[kind]),
    });
}

const service: Service = {
    titles: { [api]: "Cloud Pub/Sub API" },
    types: {
        "gcp:pubsub/topic:Topic": topic,
        "gcp:pubsub/subscription:Subscription": subscription,
        ...policies("topic"),
        ...policies("subscription"),
    },
};

export default service;
