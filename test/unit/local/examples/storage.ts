import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import { textAsset, type World } from "../world";

/** Owners keep their access to a bucket whose policy is replaced; buckets without uniform access are refused in new organizations. */
export function prepare(world: World): void {
    const member = "user:you@example.com";
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/storage.admin", member });
    world.make("Bucket", { name: "acme-folders", location: "europe-west1", uniformBucketLevelAccess: true });
    world.make("ManagedFolder", { bucket: "acme-folders", name: "reports/" });
    world.override("storage.uniformBucketLevelAccess", { enforce: "FALSE" });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:storage/bucket:Bucket": [
        { location: "europe-west1" },
        {
            name: "acme-much",
            location: "eu",
            labels: { team: "forecast" },
            autoclass: { enabled: true },
            encryption: {
                customerManagedEncryptionEnforcementConfig: { restrictionMode: "NotRestricted" },
                customerSuppliedEncryptionEnforcementConfig: { restrictionMode: "NotRestricted" },
                googleManagedEncryptionEnforcementConfig: { restrictionMode: "NotRestricted" },
            },
            lifecycleRules: [
                { action: { type: "Delete" }, condition: { age: 30 } },
                { action: { type: "Delete" }, condition: { age: 30, withState: "ARCHIVED" } },
            ],
            logging: { logBucket: "acme-files" },
            retentionPolicy: { retentionPeriod: "60" },
            softDeletePolicy: {},
            versioning: { enabled: true },
            website: { mainPageSuffix: "index.html" },
        },
        {
            name: "acme-placed",
            location: "EU",
            customPlacementConfig: { dataLocations: ["EUROPE-WEST1", "EUROPE-WEST4"] },
        },
    ],
    "gcp:storage/bucketObject:BucketObject": [
        { bucket: "acme-files", content: "text" },
        {
            bucket: "acme-files",
            name: "folder/much.json",
            source: textAsset("{}"),
            contentType: "application/json",
            contexts: { customs: [{ key: "season", value: "summer" }] },
            customerEncryption: { encryptionKey: "a2V5" },
            metadata: { season: "summer" },
        },
    ],
    ...policyExamples(
        "gcp:storage/managedFolderIam",
        { bucket: "acme-folders", managedFolder: "reports/" },
        "roles/storage.objectViewer",
    ),
    "gcp:storage/managedFolder:ManagedFolder": [
        { bucket: "acme-folders", name: "sales/" },
        { bucket: "acme-folders", name: "sales/daily/", forceDestroy: true },
    ],
    "gcp:storage/notification:Notification": [
        { bucket: "acme-files", payloadFormat: "NONE", topic: "projects/acme-dev/topics/sales" },
        {
            bucket: "acme-files",
            payloadFormat: "JSON_API_V1",
            topic: "projects/acme-dev/topics/sales",
            eventTypes: ["OBJECT_FINALIZE", "OBJECT_DELETE"],
        },
    ],
    ...policyExamples("gcp:storage/bucketIAM", { bucket: "acme-files" }, "roles/storage.objectViewer"),
};
