import { PubSubSubscription, PubSubTopic } from "slipway";

const sales = new PubSubTopic("sale-range", { labels: { team: "forecast" } });
new PubSubSubscription("predict-range", { topic: sales, pull: {} });

export const topic = sales.topic.id;
