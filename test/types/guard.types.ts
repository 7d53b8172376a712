import { Topic } from "@pulumi/gcp/pubsub/topic";
import { BigQueryDataset, crossing, PubSubSubscription, PubSubTopic, Schedule, Secret, StorageBucket } from "slipway";
import type { ComponentArgs } from "slipway/environment";

// A component names the environments to whose projects it may refer, one or several.
const one: ComponentArgs = { crossProject: "prod" };
const sales = new PubSubTopic("sales", { ...one, retention: "1 day" });
new StorageBucket("models", { crossProject: ["staging", "prod"] });
new PubSubSubscription("range", { topic: sales, pull: {}, ...one });
new Secret("key", { external: true, ...one });
new Schedule("nightly", { cron: "0 3 * * *", call: { url: "https://acme-prod.appspot.com" }, ...one });

// Any resource and any component may be told so by its options.
const options = { transformations: [crossing("staging", "prod")] };
new Topic("raw", {}, options);
new PubSubTopic("returns", {}, options);

// @ts-expect-error: which environments is said by name.
new PubSubTopic("sales", { crossProject: true });

// @ts-expect-error: names are known when the program runs, not when it deploys.
new PubSubTopic("sales", { crossProject: sales.topic.name });

// @ts-expect-error: an environment is named, not given.
crossing({ project: "acme-prod" });

// @ts-expect-error: what is defined within a dataset is let be by the dataset.
new BigQueryDataset("sales", { tables: { orders: { crossProject: "prod" } } });
