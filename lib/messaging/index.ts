export type { Duration } from "../internal/duration";
export type { Delivery, PubSubSubscriptionArgs, PullDelivery, Retry } from "./arguments";
export type { DeadLetter, DeadLetterOptions, DeadLetters } from "./deadLetters";
export type { AvroFormat, BucketDelivery, BucketOptions } from "./delivery/bucket";
export type { PushDelivery, PushOptions, PushTarget } from "./delivery/push";
export { PubSubSubscription } from "./subscription";
export { type MessageStoragePolicy, PubSubTopic, type PubSubTopicArgs } from "./topic";
