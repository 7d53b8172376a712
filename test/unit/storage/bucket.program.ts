import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, StorageBucket } from "slipway";
import { crossProject, type Given, key } from "../everythingElse";
import { call, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";

export function program(folder: string): void {
    const labels = { team: "forecast", owner: pulumi.output("sales") };
    new StorageBucket("bare");
    const models = new StorageBucket("models", {
        name: "acme-models",
        location: "EU",
        storageClass: "NEARLINE",
        versioning: false,
        upload: folder,
        labels,
    });
    const key = "projects/acme-keys/locations/europe/keyRings/data/cryptoKeys/all";
    new StorageBucket("archive", {
        location: "EU",
        dataLocations: ["europe-west1", "europe-west4"],
        rpo: "ASYNC_TURBO",
        autoclass: { terminalStorageClass: "ARCHIVE" },
        softDelete: false,
        lifecycleRules: [
            {
                action: "Delete",
                condition: { age: "0 days", isLive: false, numNewerVersions: 3, matchesPrefix: ["tmp/"] },
            },
            { action: "AbortIncompleteMultipartUpload", condition: { age: "1 day" } },
        ],
        retention: { period: "30 days", locked: true },
        objectRetention: true,
        defaultEventBasedHold: true,
        encryptionKey: pulumi.output(key),
        ipFilter: {
            ranges: ["203.0.113.0/24"],
            networks: [{ network: "projects/acme-dev/global/networks/apps", ranges: ["10.0.0.0/8"] }],
            otherOrganizations: false,
            serviceAgents: true,
        },
        cors: [{ origins: ["*"], methods: ["GET"], responseHeaders: ["ETag"], maxAge: "1 minute" }],
        website: { mainPageSuffix: "index.html", notFoundPage: "404.html" },
        accessLogs: { bucket: models, prefix: "archive" },
        upload: { source: folder, prefix: "code/", cacheControl: "no-store" },
    });
    new StorageBucket("moved", {
        lifecycleRules: [{ action: "SetStorageClass", storageClass: "COLDLINE", condition: { age: "90 days" } }],
    });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ bucket }: Given): void {
    const notes = { prefix: "models/", attributes: { team: "ml" }, payload: false };
    new StorageBucket("noted", {
        notifications: {
            all: { topic: new PubSubTopic("noted") },
            uploads: { topic: new PubSubTopic("uploads"), events: ["finalized"], ...notes },
        },
    });
    new StorageBucket("other-encrypted", { encryptionKey: key, accessLogs: { bucket }, crossProject });
}

export const storage = "https://cloud.google.com/storage/docs/access-control/iam-json";
export const getBucket = call("Client.get_bucket", "storage.buckets.get");
export const readBucket = [
    getBucket,
    call("Bucket.get_blob", "storage.objects.get"),
    call("Blob.download_as_bytes", "storage.objects.get"),
    call("Client.list_blobs", "storage.objects.list"),
    call("node: bucket.getMetadata", "storage.buckets.get"),
    call("node: bucket.getFiles", "storage.objects.list"),
    call("Blob.generate_signed_url", "iam.serviceAccounts.signBlob", { remedy: ["storage-bucket", "impersonator"] }),
];
export const createObjects = [
    call("Blob.upload_from_string", "storage.objects.create"),
    call("node: file.save", "storage.objects.create"),
];
export const writeObjects = [
    ...createObjects,
    call("Blob.delete", "storage.objects.delete"),
    call("Blob.patch", "storage.objects.update"),
    call("Bucket.copy_blob", "storage.objects.get"),
];

export const sampleCalls: SampleCalls = {
    "StorageBucket.reader": { offer: () => new StorageBucket("offered").reader, source: storage, calls: readBucket },
    "StorageBucket.writer": {
        offer: () => new StorageBucket("offered").writer,
        source: storage,
        calls: [...readBucket, ...writeObjects],
    },
    "StorageBucket.creator": {
        offer: () => new StorageBucket("offered").creator,
        source: storage,
        calls: [getBucket, ...createObjects],
    },
};

export const longestNames: LongestNames = {
    "storage/bucket:Bucket name": 63,
    "gcp:storage/bucketObject:BucketObject content.secret": "unlimited",
};

export const otherNames = {
    "StorageBucket.location": "buckets can be in multi-regions",
};
