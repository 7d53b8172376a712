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
    { action: "Delete", condition: { age: 30, matchesPrefix: ["tmp/"] } },
    { action: "SetStorageClass", storageClass: "COLDLINE", condition: { age: 90 } },
    { action: "AbortIncompleteMultipartUpload", condition: { age: 1 } },
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
    upload: { folder: "./models", prefix: "v2/", cacheControl: "no-store" },
});

// @ts-expect-error: a rule that moves says to which class.
new StorageBucket("models", { lifecycleRules: [{ action: "SetStorageClass", condition: { age: 30 } }] });

new StorageBucket("models", {
    // @ts-expect-error: objects are never moved to the warmest class.
    lifecycleRules: [{ action: "SetStorageClass", storageClass: "STANDARD", condition: { age: 30 } }],
});

// @ts-expect-error: a rule that deletes has no class.
new StorageBucket("models", { lifecycleRules: [{ action: "Delete", storageClass: "NEARLINE", condition: {} }] });

new StorageBucket("models", {
    // @ts-expect-error: what is not yet an object has no class.
    lifecycleRules: [{ action: "AbortIncompleteMultipartUpload", condition: { matchesStorageClass: ["STANDARD"] } }],
});

// @ts-expect-error: a pair of regions is two.
new StorageBucket("models", { location: "EU", dataLocations: ["europe-west1"] });

// @ts-expect-error: a retention has a period.
new StorageBucket("models", { retention: { locked: true } });

// @ts-expect-error: it is off or as long as is said.
new StorageBucket("models", { softDelete: true });

// @ts-expect-error: a length of time has a unit.
new StorageBucket("models", { softDelete: 604800 });

// @ts-expect-error: the bucket of the logs is a component.
new StorageBucket("models", { accessLogs: { bucket: "logs" } });

// @ts-expect-error: an upload has a folder.
new StorageBucket("models", { upload: { prefix: "v2/" } });

// @ts-expect-error: a component has a name.
new StorageBucket();

// @ts-expect-error: an option that there is not.
new StorageBucket("models", { versionning: true });

// @ts-expect-error: a class that there is not.
new StorageBucket("models", { storageClass: "COLD" });

// @ts-expect-error: a class in lower case.
new StorageBucket("models", { storageClass: "standard" });

// @ts-expect-error: what decides what is registered cannot be known only at deployment.
new StorageBucket("models", { versioning: pulumi.output(true) });

// @ts-expect-error: a label's value is a text.
new StorageBucket("models", { labels: { year: 2026 } });

// @ts-expect-error: a child that there is not.
new StorageBucket("models", { transform: { objects: {} } });

// @ts-expect-error: a property that the child has not.
new StorageBucket("models", { transform: { bucket: { requesterPayz: true } } });

// @ts-expect-error: what a component made stays what it is.
new StorageBucket("models").reader = new StorageBucket("others").reader;
