import * as pulumi from "@pulumi/pulumi";
import { EnvironmentProject } from "slipway";
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
