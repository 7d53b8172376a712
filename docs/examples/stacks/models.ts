import { PubSubTopic, StorageBucket } from "slipway";

// The team of the models owns the bucket and the topic, in its own project.
const models = new StorageBucket("models", { upload: "./models" });
const sales = new PubSubTopic("sale-range");

export const bucket = models.bucket.name;
export const topic = sales.topic.name;
