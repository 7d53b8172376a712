export type { Duration } from "../internal/duration";
export type { Delivery, PubSubSubscriptionArgs, PullDelivery, SubscriptionRetries } from "./arguments";
export type { DeadLetter, DeadLetterOptions, DeadLetters } from "./deadLetters";
export type { BigQueryDelivery, BigQueryOptions, BigQueryTarget } from "./delivery/bigQuery";
export type { AvroFormat, BucketDelivery, BucketOptions } from "./delivery/bucket";
export type { PushDelivery, PushOptions, PushTarget } from "./delivery/push";
export type { AvroSchema, ProtobufSchema, TopicSchema } from "./schema/schema";
export { type ExistingSubscription, PubSubSubscription } from "./subscription";
export {
    type AnyTopic,
    type ExistingTopic,
    type MessageStoragePolicy,
    PubSubTopic,
    type PubSubTopicArgs,
} from "./topic";
