import { Topic } from "@pulumi/gcp/pubsub/topic";
import {
    BigQueryDataset,
    type ComponentArgs,
    crossing,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
    Secret,
    StorageBucket,
} from "slipway";

// A component names the environments that it can refer to, one or several.
const one: ComponentArgs = { crossProject: "prod" };
const sales = new PubSubTopic("sales", { ...one, retention: "1 day" });
new StorageBucket("models", { crossProject: ["staging", "prod"] });
new PubSubSubscription("range", { topic: sales, pull: {}, ...one });
new Secret("key", { external: true, ...one });
new Schedule("nightly", { cron: "0 3 * * *", call: { url: "https://acme-prod.appspot.com" }, ...one });

// Options of any resource or component can allow the same.
const options = { transformations: [crossing("staging", "prod")] };
new Topic("raw", {}, options);
new PubSubTopic("returns", {}, options);

// @ts-expect-error: environments are named.
new PubSubTopic("sales", { crossProject: true });

// @ts-expect-error: names cannot be outputs.
new PubSubTopic("sales", { crossProject: sales.topic.name });

// @ts-expect-error: an environment is named by its stack.
crossing({ project: "acme-prod" });

// @ts-expect-error: parts of a dataset use the setting of the dataset.
new BigQueryDataset("sales", { tables: { orders: { crossProject: "prod" } } });
