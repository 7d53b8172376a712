import * as pulumi from "@pulumi/pulumi";
import { Deployer, EnvironmentProject, TagKey } from "slipway";
import { resourceManagerLimits } from "../../../lib/facts/limits/resourceManager";
import type { LongestNames } from "../lengthened";

const hosting = {
    projectId: "acme-host-dev",
    kind: "development",
    parent: { organization: "123456789012" },
    sharedVpc: "host",
} as const;

export function program(): void {
    const billingAccount = "012345-6789AB-CDEF01";
    new EnvironmentProject("bare", {
        projectId: "acme-sales-dev",
        kind: "development",
        parent: { organization: "123456789012" },
        billingAccount,
    });
    new EnvironmentProject("full", {
        projectId: "acme-sales-prod",
        kind: "production",
        parent: { folder: pulumi.output("folders/123456789012") },
        billingAccount: pulumi.output(billingAccount),
        displayName: "Sales in production",
        labels: { team: "sales" },
        apis: ["run.googleapis.com", "appengine.googleapis.com"],
        auditLogs: ["ADMIN_READ", "DATA_WRITE"],
        budget: {
            amount: 99.5,
            currency: "EUR",
            period: "QUARTER",
            thresholds: [90],
            forecastThresholds: [100, 150],
            alertEmails: ["sales@acme.example"],
            topic: "projects/acme-billing/topics/budgets",
        },
        lien: true,
        policies: {
            "gcp.resourceLocations": { allow: ["in:eu-locations"] },
            "compute.vmExternalIpAccess": "inherit",
            "iam.disableServiceAccountKeyUpload": {
                rules: [
                    { enforce: true },
                    {
                        enforce: false,
                        condition: {
                            expression: "resource.matchTag('123456789012/environment', 'test')",
                            title: "test",
                            description: "Keys of tests.",
                        },
                    },
                ],
            },
            "essentialcontacts.managed.allowedContactDomains": {
                rules: [{ enforce: true, parameters: { allowedDomains: ["@acme.example"] } }],
            },
            "sql.restrictPublicIp": { enforced: false, dryRun: true },
        },
        quotaProject: "acme-foundation",
        sharedVpc: { host: new EnvironmentProject("host", { ...hosting, billingAccount }) },
    });
    new EnvironmentProject("old", {
        projectId: "acme-old",
        kind: "staging",
        adopt: true,
        sharedVpc: { host: pulumi.output("acme-host-prod") },
        budget: { amount: 10, currency: "USD" },
        lien: true,
    });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more(): void {
    const project = new EnvironmentProject("other-project", {
        projectId: "acme-other",
        kind: "production",
        parent: { folder: "123456789013" },
        billingAccount: "012345-6789AB-CDEF03",
        customRoles: {
            reader: { permissions: ["storage.objects.get"], displayName: "Reader", description: "Reads." },
        },
        protection: false,
        policies: {
            "compute.vmExternalIpAccess": {
                allow: ["projects/acme-other/zones/a/instances/a"],
                deny: ["projects/acme-other/zones/a/instances/b"],
                inherit: true,
            },
            "gcp.resourceLocations": { deny: ["in:us-locations"], inherit: true },
            "run.allowedIngress": {
                rules: [
                    {
                        allow: ["internal"],
                        deny: ["all-traffic"],
                        condition: {
                            expression: "resource.matchTagId('tagKeys/1', 'tagValues/2')",
                            title: "other",
                            description: "Another condition.",
                        },
                    },
                ],
                inherit: true,
            },
            "iam.disableServiceAccountKeyUpload": { rules: [{ enforce: true, parameters: { other: 1 } }] },
            "sql.restrictPublicIp": { enforced: { deny: "all" }, dryRun: { allow: "all" } },
        },
    });
    new Deployer("other-deployer", {
        github: { repository: "acme/other", environment: "live" },
        roles: ["roles/pubsub.admin"],
        project,
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    const tag = new TagKey("project-tag", { values: { prod: {} } });
    new EnvironmentProject("tagged-project", {
        projectId: "acme-tagged",
        kind: "production",
        parent: { folder: "123456789013" },
        billingAccount: "012345-6789AB-CDEF03",
        resourceManagerTags: { stage: tag.value("prod") },
    });
}

export const longestNames: LongestNames = {
    "Lien reason": resourceManagerLimits.rows.lienReason.max,
    "gcp:orgpolicy/policy:Policy name": "unlimited",
};

export const documents = {
    "EnvironmentProject.policies.<name>.rules.parameters": "the constraint has their names",
};

export const otherNames = {
    "EnvironmentProject.policies.rules.condition.title": "as in the condition of a grant",
};
