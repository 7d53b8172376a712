import * as pulumi from "@pulumi/pulumi";
import { type LifecycleRule, StorageBucket, type StorageBucketArgs, type StorageClass } from "slipway";

new StorageBucket("bare");
new StorageBucket("empty", {});
new StorageBucket("full", {
    name: pulumi.output("acme-models"),
    location: "EU",
    storageClass: "ARCHIVE",
    versioning: false,
    upload: "./models",
    labels: { team: pulumi.output("forecast") },
    transform: {
        bucket: { requesterPays: true },
        object: (args, options) => {
            args.cacheControl = "no-store";
            options.protect = true;
        },
    },
});
const storageClass: StorageClass = "NEARLINE";
const args: StorageBucketArgs = { storageClass };
const url: pulumi.Output<string> = new StorageBucket("models", args, { protect: true }).bucket.url;
pulumi.log.info(pulumi.interpolate`${url}`.toString());

const rules: LifecycleRule[] = [
    { action: "Delete", condition: { age: "30 days", matchesPrefix: ["tmp/"] } },
    { action: "SetStorageClass", storageClass: "COLDLINE", condition: { age: "90 days" } },
    { action: "AbortIncompleteMultipartUpload", condition: { age: "1 day" } },
];
const logs = new StorageBucket("logs", { retention: { period: "30 days", locked: true }, softDelete: false });
new StorageBucket("archive", {
    location: "EU",
    dataLocations: ["europe-west1", "europe-west4"],
    rpo: "ASYNC_TURBO",
    autoclass: { terminalStorageClass: "ARCHIVE" },
    softDelete: "30 days",
    lifecycleRules: rules,
    objectRetention: true,
    defaultEventBasedHold: true,
    encryptionKey: pulumi.output("projects/p/locations/l/keyRings/r/cryptoKeys/k"),
    cors: [{ origins: ["*"], methods: ["GET"] }],
    website: { mainPageSuffix: "index.html" },
    accessLogs: { bucket: logs },
    upload: { source: "./models", prefix: "v2/", cacheControl: "no-store" },
});

// @ts-expect-error: a rule that changes the class requires the class.
new StorageBucket("models", { lifecycleRules: [{ action: "SetStorageClass", condition: { age: "30 days" } }] });

new StorageBucket("models", {
    lifecycleRules: [{ action: "SetStorageClass", storageClass: "STANDARD", condition: { age: "30 days" } }],
});

// @ts-expect-error: a rule that deletes has no class.
new StorageBucket("models", { lifecycleRules: [{ action: "Delete", storageClass: "NEARLINE", condition: {} }] });

new StorageBucket("models", {
    // @ts-expect-error: incomplete uploads have no class.
    lifecycleRules: [{ action: "AbortIncompleteMultipartUpload", condition: { matchesStorageClass: ["STANDARD"] } }],
});

// @ts-expect-error: a dual-region has two regions.
new StorageBucket("models", { location: "EU", dataLocations: ["europe-west1"] });

// @ts-expect-error: a retention policy requires a period.
new StorageBucket("models", { retention: { locked: true } });

// @ts-expect-error: soft delete is `false` or a duration.
new StorageBucket("models", { softDelete: true });

// @ts-expect-error: a duration has a unit.
new StorageBucket("models", { softDelete: 604800 });

// @ts-expect-error: the log bucket is a component.
new StorageBucket("models", { accessLogs: { bucket: "logs" } });

// @ts-expect-error: an upload requires a folder.
new StorageBucket("models", { upload: { prefix: "v2/" } });

// @ts-expect-error: the component's name is required.
new StorageBucket();

// @ts-expect-error: an unknown option.
new StorageBucket("models", { versionning: true });

// @ts-expect-error: an unknown class.
new StorageBucket("models", { storageClass: "COLD" });

// @ts-expect-error: a storage class is uppercase.
new StorageBucket("models", { storageClass: "standard" });

// @ts-expect-error: an output cannot decide what is registered.
new StorageBucket("models", { versioning: pulumi.output(true) });

// @ts-expect-error: a label's value is a string.
new StorageBucket("models", { labels: { year: 2026 } });

// @ts-expect-error: an unknown child.
new StorageBucket("models", { transform: { objects: {} } });

// @ts-expect-error: an unknown property of the child.
new StorageBucket("models", { transform: { bucket: { requesterPayz: true } } });

// @ts-expect-error: children are read-only.
new StorageBucket("models").reader = new StorageBucket("others").reader;

// Nested properties need no casts: values, functions of the component's value, and lists.
new StorageBucket("models", {
    transform: {
        bucket: {
            versioning: { enabled: false },
            labels: { team: "ml" },
            lifecycleRules: (rules = []) => [...rules, { action: { type: "Delete" }, condition: { age: 9 } }],
            website: (website) => ({ ...website, notFoundPage: "404.html" }),
            name: (name) => `${name}-v2`,
        },
    },
});

// @ts-expect-error: a nested property that the resource does not have.
new StorageBucket("models", { transform: { bucket: { versioning: { enabeld: false } } } });

// @ts-expect-error: a function that returns another type.
new StorageBucket("models", { transform: { bucket: { lifecycleRules: () => "none" } } });
