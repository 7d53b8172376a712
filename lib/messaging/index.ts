export type { Duration } from "../internal/duration";
export { PubSubSubscription, type PubSubSubscriptionArgs, type PullDelivery } from "./subscription";
export { PubSubTopic, type PubSubTopicArgs } from "./topic";
