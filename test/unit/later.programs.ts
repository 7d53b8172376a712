import * as pulumi from "@pulumi/pulumi";
import { PubSubSubscription, PubSubTopic, ServerlessFunction, StorageBucket } from "../../lib";

/** What is only known after a while, as it comes from another resource. */
const later = <Value>(value: Value) => pulumi.output(new Promise<Value>((resolve) => setTimeout(resolve, 5, value)));

/** Programs of which some value is wrong, and is known only when they run. */
export const programs: Record<string, (folder: string) => unknown> = {
    "a topic's name": () => new PubSubTopic("sales", { name: later("ab") }),
    "a promise of a topic's name": () => new PubSubTopic("sales", { name: Promise.resolve("ab") }),
    "a label": () => new PubSubTopic("sales", { labels: { team: later("Forecast") } }),
    "two labels": () => new PubSubTopic("sales", { labels: { team: later("Forecast"), owner: later("Sales") } }),
    "a deadline": () =>
        new PubSubSubscription("range", {
            topic: new PubSubTopic("sales"),
            pull: {},
            ackDeadlineSeconds: later(9),
            deadLetter: false,
        }),
    "a bucket's name": () => new StorageBucket("models", { name: later("Models") }),
    "a bucket's location": () => new StorageBucket("models", { location: later("europe-west1-b") }),
    "a variable": (source) =>
        new ServerlessFunction("predict", {
            source,
            trigger: { http: {} },
            environment: { LEVEL: later(3) as unknown as string },
        }),
    "a secret name": () => new PubSubTopic("sales", { name: pulumi.secret("the canary") }),
    "a name that is right": () => new PubSubTopic("sales", { name: later("sale-range") }),
};
