import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Cloud Storage. */
export const storageLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud Storage",
    source: "https://cloud.google.com/storage/quotas",
    checked: "2026-11-20",
    rows: {
        /** Of a bucket. */
        lifecycleRules: { max: 100, unit: "rules" },
        /** Of a bucket, in all lifecycle rules, as measured. */
        lifecycleAffixes: {
            max: 1000,
            unit: "prefixes and suffixes",
            source: "https://github.com/kmoneil/zig-gcp/blob/0612e65a9b020045034137b5b480028eb26bec1f/src/storage/validate.zig",
            checked: "2026-09-29",
        },
        /** A prefix or suffix of a lifecycle rule, as measured. */
        lifecycleAffix: {
            max: 1024,
            unit: "bytes",
            source: "https://github.com/kmoneil/zig-gcp/blob/0612e65a9b020045034137b5b480028eb26bec1f/src/storage/validate.zig",
            checked: "2026-09-29",
        },
        objectName: { max: 1024, unit: "bytes" },
        objectSize: { max: 5, unit: "TiB" },
        /** All keys and values of an object's custom metadata. */
        customMetadata: { max: 8, unit: "KiB" },
        /** Of an object. */
        contexts: {
            max: 50,
            unit: "contexts",
            source: "https://cloud.google.com/storage/docs/reference/rpc/google.storage.v2",
            checked: "2026-08-22",
        },
        /** A key or a value of an object's context. */
        context: {
            max: 256,
            unit: "characters",
            source: "https://cloud.google.com/storage/docs/reference/rpc/google.storage.v2",
            checked: "2026-08-22",
        },
        softDelete: {
            min: "7 days",
            max: "90 days",
            source: "https://cloud.google.com/storage/docs/soft-delete",
        },
        /** Of a bucket's retention policy: "greater than zero and less than 100 years". */
        retention: {
            min: "1 second",
            max: "36500 days",
            source: "https://cloud.google.com/storage/docs/reference/rpc/google.storage.v2",
            checked: "2026-08-22",
        },
        /** Of a bucket, in all rules. */
        ipFilterRanges: {
            max: 200,
            unit: "ranges",
            source: "https://cloud.google.com/storage/docs/ip-filtering-overview",
            checked: "2026-11-27",
        },
        /** Of a bucket. */
        ipFilterNetworks: {
            max: 25,
            unit: "networks",
            source: "https://cloud.google.com/storage/docs/ip-filtering-overview",
            checked: "2026-11-27",
        },
        /** With the `/` at the end. */
        managedFolderName: {
            max: 1024,
            unit: "bytes",
            source: "https://cloud.google.com/storage/docs/managed-folders",
            checked: "2026-11-27",
        },
        /** Of a bucket. */
        notifications: {
            max: 100,
            unit: "notification configurations",
            source: "https://cloud.google.com/storage/docs/pubsub-notifications",
        },
        /** Of a notification. */
        notificationAttributes: {
            max: 5,
            unit: "attributes",
            source: "https://cloud.google.com/storage/docs/reference/rpc/google.storage.v2",
        },
        /** The key of an attribute of a notification. */
        notificationAttributeKey: {
            min: 1,
            max: 256,
            unit: "characters",
            source: "https://cloud.google.com/storage/docs/reference/rpc/google.storage.v2",
        },
        /** The value of an attribute of a notification. */
        notificationAttributeValue: {
            max: 1024,
            unit: "characters",
            source: "https://cloud.google.com/storage/docs/reference/rpc/google.storage.v2",
        },
        /** Of a bucket, for one kind of event. */
        notificationsOfEvent: {
            max: 10,
            unit: "notification configurations",
            source: "https://cloud.google.com/storage/docs/pubsub-notifications",
        },
    },
});
