import * as pulumi from "@pulumi/pulumi";
import { PubSubSubscription, PubSubTopic, StorageBucket } from "slipway";
import type { Duration, PullDelivery } from "slipway/messaging";

const topic = new PubSubTopic("bare");
new PubSubTopic("full", {
    name: pulumi.output("sale-range"),
    retention: "36 hours",
    labels: { team: "forecast" },
    transform: { topic: { tags: {} } },
});
new PubSubSubscription("range", { topic, pull: {} });
new PubSubSubscription("range", {
    topic,
    pull: {},
    name: "predict-range",
    ackDeadlineSeconds: pulumi.output(20),
    retention: "1 day",
    labels: {},
    transform: { subscription: (args) => Object.assign(args, { filter: "attributes.kind" }) },
});
const durations: Duration[] = ["1 second", "90 seconds", "1 minute", "12 hours", "1 day", "7 days"];
const pull: PullDelivery = { pull: {} };
new PubSubSubscription("range", { topic, retention: durations[0], ...pull });

// @ts-expect-error: a length of time has a unit.
new PubSubTopic("sales", { retention: "7" });

// @ts-expect-error: a length of time is no number.
new PubSubTopic("sales", { retention: 604800 });

// @ts-expect-error: a unit that there is not.
new PubSubTopic("sales", { retention: "2 weeks" });

// @ts-expect-error: the form of Google's API.
new PubSubTopic("sales", { retention: "604800s" });

// @ts-expect-error: an option that there is not.
new PubSubTopic("sales", { retentionDays: 7 });

// @ts-expect-error: a subscription has arguments.
new PubSubSubscription("range");

// @ts-expect-error: a subscription has a topic.
new PubSubSubscription("range", { pull: {} });

// @ts-expect-error: a subscription delivers in some way.
new PubSubSubscription("range", { topic });

// @ts-expect-error: a topic by its name.
new PubSubSubscription("range", { topic: "sales", pull: {} });

// @ts-expect-error: another component.
new PubSubSubscription("range", { topic: new StorageBucket("sales"), pull: {} });

// @ts-expect-error: a deadline in text.
new PubSubSubscription("range", { topic, pull: {}, ackDeadlineSeconds: "10" });

// @ts-expect-error: pull has no options.
new PubSubSubscription("range", { topic, pull: { maxMessages: 3 } });
