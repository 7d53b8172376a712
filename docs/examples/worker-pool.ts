import { CloudRunWorkerPool, PubSubSubscription, PubSubTopic, StorageBucket } from "slipway";

const orders = new PubSubTopic("orders");
const pending = new PubSubSubscription("pending", { topic: orders, pull: {}, ackDeadline: "60 seconds" });
const labels = new StorageBucket("labels");
// A ContainerImage, or the name of an image with its digest.
const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

// Two instances request messages of the subscription.
new CloudRunWorkerPool("shipping", {
    image,
    args: ["ship"],
    uses: { ORDERS: pending.subscriber, LABELS: labels.writer },
    scaling: 2,
});
