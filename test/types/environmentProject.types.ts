import type { Project } from "@pulumi/gcp/organizations/project";
import type { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import { EnvironmentProject, type EnvironmentProjectArgs } from "slipway";

const parent = { folder: "123456789012" };
const billingAccount = "012345-6789AB-CDEF01";
const shared = { projectId: "acme-sales-dev", kind: "development" } as const;
const budget = { amount: 300, currency: "EUR" };

const made = new EnvironmentProject("dev", { ...shared, parent, billingAccount, budget, adopt: false });
new EnvironmentProject("dev", { ...shared, parent: { organization: pulumi.output("1") }, billingAccount });
new EnvironmentProject("dev", { ...shared, adopt: true, billingAccount, budget });
export const known: [Project | undefined, Provider, pulumi.Output<string>, pulumi.Resource[]] = [
    made.project,
    made.provider,
    made.projectId,
    made.ready,
];
export const entry: pulumi.Output<{ project: string; number: string }> = made.entry;

// @ts-expect-error: a new project requires a parent.
new EnvironmentProject("dev", { ...shared, billingAccount });

// @ts-expect-error: a new project requires a billing account.
new EnvironmentProject("dev", { ...shared, parent });

// @ts-expect-error: a project has one parent.
new EnvironmentProject("dev", { ...shared, parent: { folder: "1", organization: "2" }, billingAccount });

// @ts-expect-error: an adopted project keeps its parent.
new EnvironmentProject("dev", { ...shared, adopt: true, parent });

// @ts-expect-error: an adopted project keeps its labels.
new EnvironmentProject("dev", { ...shared, adopt: true, labels: { team: "sales" } });

// @ts-expect-error: an adopted project keeps its name.
new EnvironmentProject("dev", { ...shared, adopt: true, displayName: "Sales" });

// @ts-expect-error: the kind is required.
new EnvironmentProject("dev", { projectId: "acme-sales-dev", adopt: true });

// @ts-expect-error: an unknown kind.
new EnvironmentProject("dev", { ...shared, kind: "test", adopt: true });

// @ts-expect-error: the ID cannot be an output.
new EnvironmentProject("dev", { ...shared, projectId: pulumi.output("acme-sales-dev"), adopt: true });

// @ts-expect-error: an amount requires a currency.
new EnvironmentProject("dev", { ...shared, adopt: true, budget: { amount: 300 } });

// @ts-expect-error: an unknown period.
new EnvironmentProject("dev", { ...shared, adopt: true, budget: { ...budget, period: "WEEK" } });

// @ts-expect-error: an unknown log.
export const logs: EnvironmentProjectArgs["auditLogs"] = ["ADMIN_WRITE"];

new EnvironmentProject("dev", {
    ...shared,
    adopt: true,
    policies: { "sql.restrictPublicIp": true, "gcp.resourceLocations": { allow: ["in:eu-locations"] } },
});

// @ts-expect-error: an unknown rule.
new EnvironmentProject("dev", { ...shared, adopt: true, policies: { "sql.restrictPublicIp": "enforced" } });

// @ts-expect-error: an unknown child.
new EnvironmentProject("dev", { ...shared, adopt: true, transform: { network: {} } });

// @ts-expect-error: outputs are read-only.
made.number = pulumi.output("1");
