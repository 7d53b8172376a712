import { exportTogether } from "../internal/arguments/reportTogether";

export type { Duration } from "../internal/arguments/duration";
export type { AnyTopic, ExistingTopic, MessageStoragePolicy } from "./anyTopic";
export type { DeadLetter, DeadLetterOptions, DeadLetters } from "./deadLetters";
export type { BigQueryDelivery, BigQueryOptions, BigQueryTarget } from "./delivery/bigQuery";
export type { AvroFormat, AvroObjects, BucketDelivery, BucketOptions } from "./delivery/bucket";
export type { Delivery, PullDelivery } from "./delivery/delivery";
export type { PushDelivery, PushOptions, PushTarget } from "./delivery/push";
export type { SubscriptionRetries } from "./retries";
export type { AvroSchema, ProtobufSchema, TopicSchema } from "./schema/schema";
export { type ExistingSubscription, PubSubSubscription } from "./subscription";
export type { PubSubSubscriptionArgs } from "./subscriptionArgs";
export { PubSubTopic, type PubSubTopicArgs } from "./topic";

exportTogether(module);
