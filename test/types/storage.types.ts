import * as pulumi from "@pulumi/pulumi";
import { StorageBucket, type StorageBucketArgs, type StorageClass } from "slipway";

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
