import { PubSubSubscription, PubSubTopic } from "slipway";

const sales = new PubSubTopic("sale-range");

const predictRange = new PubSubSubscription("predict-range", {
    topic: sales,
    pull: {},
    ackDeadlineSeconds: 60,
});

export const subscription = predictRange.subscription.id;
