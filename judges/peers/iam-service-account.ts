import { AccountIamMember } from "@pulumi/gcp/billing/accountIamMember";
import { IAMMember as FolderRole } from "@pulumi/gcp/folder/iammember";
import { allow, ServiceAccount, TagKey } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Simple Example",
        hcl: 325,
        kind: "components",
        program: () => {
            const account = new ServiceAccount("vm-default", {
                roles: ["roles/logging.logWriter", "roles/monitoring.metricWriter"],
            });
            allow(account.user, "group:ops@acme.com");
        },
    },
    {
        title: "IAM",
        hcl: 358,
        kind: "raw",
        program: () => {
            const { member } = new ServiceAccount("test-service-account");
            new AccountIamMember("billing", {
                billingAccountId: "012345-6789AB-CDEF01",
                role: "roles/billing.user",
                member,
            });
            new FolderRole("folder", {
                folder: "folders/123456789012",
                role: "roles/resourcemanager.folderAdmin",
                member,
            });
        },
    },
    {
        title: "Reusing Existing Service Accounts",
        hcl: 392,
        kind: "raw",
        given: () => {
            new ServiceAccount("test-0");
        },
        program: () => {
            const { member } = ServiceAccount.existing("test-0");
            new AccountIamMember("billing", {
                billingAccountId: "012345-6789AB-CDEF01",
                role: "roles/billing.user",
                member,
            });
            new FolderRole("folder", {
                folder: "folders/123456789012",
                role: "roles/resourcemanager.folderAdmin",
                member,
            });
        },
    },
    {
        title: "Tag Bindings",
        hcl: 227,
        kind: "components",
        given: () => {
            new TagKey("foo", { values: { bar: {} } });
        },
        program: () => {
            const foo = TagKey.existing("foo").value("bar");
            new ServiceAccount("test-service-account", { resourceManagerTags: { foo } });
        },
    },
];
