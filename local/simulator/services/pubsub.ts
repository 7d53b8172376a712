import { policyTypes } from "../rules/policy";
import type { Inputs, Service } from "../rules/rules";
import { path, pubsubApi, pubsubName, resourceNotFound, schemaNotFound } from "./pubsub/names";
import { schema } from "./pubsub/schema";
import { subscription } from "./pubsub/subscription";
import { topic } from "./pubsub/topic";

function policies(kind: "topic" | "subscription" | "schema") {
    const id = (inputs: Inputs) => path(`${kind}s`, inputs[kind], inputs.project);
    return policyTypes({
        token: kind === "schema" ? "gcp:pubsub/schemaIam" : `gcp:pubsub/${kind}IAM`,
        property: kind,
        asGiven: kind === "subscription",
        api: pubsubApi,
        id,
        name: (inputs) => pubsubName(id(inputs)),
        describe: (inputs) => `pubsub ${kind} "${id(inputs)}"`,
        missing: (inputs) => (kind === "schema" ? schemaNotFound(id(inputs)) : resourceNotFound(inputs[kind])),
    });
}

const service: Service = {
    titles: Object.fromEntries([pubsubApi]),
    lookups: {
        "gcp:pubsub/getSubscription:getSubscription": {
            type: "gcp:pubsub/subscription:Subscription",
            method: "pubsub.projects.subscriptions.get",
        },
        "gcp:pubsub/getTopic:getTopic": { type: "gcp:pubsub/topic:Topic", method: "pubsub.projects.topics.get" },
    },
    types: {
        "gcp:pubsub/schema:Schema": schema,
        "gcp:pubsub/subscription:Subscription": subscription,
        "gcp:pubsub/topic:Topic": topic,
        ...policies("schema"),
        ...policies("subscription"),
        ...policies("topic"),
    },
};

export default service;
