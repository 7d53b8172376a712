/**
 * The package at run time: `index` with each field loaded when one of its names is first used, so that a program does
 * not wait for what it does not use. A test holds the two lists against each other.
 */
const fields: Record<string, () => Record<string, unknown>> = {
    Environment: () => require("./environment"),
    environmentDefaults: () => require("./environment"),
    PubSubSubscription: () => require("./messaging"),
    PubSubTopic: () => require("./messaging"),
    ServerlessFunction: () => require("./function"),
    StorageBucket: () => require("./storage"),
};

for (const [name, load] of Object.entries(fields)) {
    Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] });
}
