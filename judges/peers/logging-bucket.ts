import { BillingAccountBucketConfig } from "@pulumi/gcp/logging/billingAccountBucketConfig";
import { FolderBucketConfig } from "@pulumi/gcp/logging/folderBucketConfig";
import { OrganizationBucketConfig } from "@pulumi/gcp/logging/organizationBucketConfig";
import { Folder } from "@pulumi/gcp/organizations/folder";
import { allow, LogBucket } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Custom logging bucket in a project",
        hcl: 104,
        kind: "components",
        program: () => {
            new LogBucket("mybucket", { location: "global" });
        },
    },
    {
        title: "Custom logging bucket in a project with Log Analytics",
        hcl: 162,
        kind: "components",
        program: () => {
            new LogBucket("mybucket", { location: "global", analytics: { datasetId: "log" } });
        },
    },
    {
        title: "Change retention period of a folder _Default bucket",
        hcl: 258,
        kind: "raw",
        program: () => {
            const { id: folder } = new Folder("folder", { parent: "folders/657104291943", displayName: "my folder" });
            new FolderBucketConfig("default", {
                folder,
                location: "global",
                bucketId: "_Default",
                retentionDays: 10,
            });
        },
    },
    {
        title: "Organization and billing account buckets",
        hcl: 301,
        kind: "raw",
        program: () => {
            const bucket = { location: "global", bucketId: "mybucket" };
            new OrganizationBucketConfig("organization", { organization: "organizations/123456789012", ...bucket });
            new BillingAccountBucketConfig("billing", { billingAccount: "012345-6789AB-CDEF01", ...bucket });
        },
    },
    {
        title: "Custom bucket with views",
        hcl: 295,
        kind: "components",
        program: () => {
            const views = { myview: { filter: 'LOG_ID("stdout")' } };
            const bucket = new LogBucket("mybucket", { location: "global", views });
            allow(bucket.view("myview").viewer, "user:user@acme.com");
        },
    },
];
