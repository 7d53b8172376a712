import { StorageBucket } from "slipway";

new StorageBucket("logs", { storageClass: "NEARLINE", versionRetention: "forever", softDelete: false });
export const b = new StorageBucket("site", {
    website: { mainPageSuffix: "index.html" },
    cors: [{ origins: ["*"], methods: ["GET"], maxAge: "1 minute" }],
    lifecycleRules: [
        { action: "Delete", condition: { age: "10 days", isLive: false } },
        { action: "AbortIncompleteMultipartUpload", condition: { age: "1 day" } },
        {
            action: "SetStorageClass",
            storageClass: "COLDLINE",
            condition: { timeSinceNoncurrent: "3 days", matchesSuffix: [".zip"] },
        },
    ],
});
new StorageBucket("dual", { location: "EU", dataLocations: ["europe-west1", "europe-west4"], rpo: "ASYNC_TURBO" });
new StorageBucket("hold", { retention: { period: "30 days" }, defaultEventBasedHold: true, objectRetention: true });
new StorageBucket("flat", { hierarchicalNamespace: true, versioning: false });
new StorageBucket("auto", { autoclass: { terminalStorageClass: "ARCHIVE" } });
