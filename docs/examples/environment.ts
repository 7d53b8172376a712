import { Environment, PubSubTopic } from "slipway";

const environment = Environment.current();

// The same topic everywhere; only production pays for keeping its messages.
export const topic = new PubSubTopic("sale-range", {
    retention: environment.kind === "production" ? "31 days" : undefined,
}).topic.id;
export const project = environment.project;
