import { policyTypes } from "../rules/policy";
import type { Inputs, Service } from "../rules/rules";
import { noResource, noSchema, path, pubsubApi, pubsubName } from "./pubsub/names";
import { schema } from "./pubsub/schema";
import { subscription } from "./pubsub/subscription";
import { topic } from "./pubsub/topic";

function policies(kind: "topic" | "subscription" | "schema") {
    const id = (inputs: Inputs) => path(`${kind}s`, inputs[kind], inputs.project);
    return policyTypes({
        token: kind === "schema" ? "gcp:pubsub/schemaIam" : `gcp:pubsub/${kind}IAM`,
        property: kind,
        beside: ["project"],
        asGiven: kind === "subscription",
        api: pubsubApi,
        id,
        name: (inputs) => pubsubName(id(inputs)),
        described: (inputs) => `pubsub ${kind} "${id(inputs)}"`,
        missing: (inputs) => (kind === "schema" ? noSchema(id(inputs)) : noResource(inputs[kind])),
    });
}

const service: Service = {
    titles: Object.fromEntries([pubsubApi]),
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
