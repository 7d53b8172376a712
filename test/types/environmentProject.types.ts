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

// @ts-expect-error: a project that is made has a parent.
new EnvironmentProject("dev", { ...shared, billingAccount });

// @ts-expect-error: a project that is made is paid for.
new EnvironmentProject("dev", { ...shared, parent });

// @ts-expect-error: a project has one parent.
new EnvironmentProject("dev", { ...shared, parent: { folder: "1", organization: "2" }, billingAccount });

// @ts-expect-error: a project that is adopted stays where it is.
new EnvironmentProject("dev", { ...shared, adopt: true, parent });

// @ts-expect-error: a project that is adopted keeps its labels.
new EnvironmentProject("dev", { ...shared, adopt: true, labels: { team: "sales" } });

// @ts-expect-error: a project that is adopted keeps its name.
new EnvironmentProject("dev", { ...shared, adopt: true, displayName: "Sales" });

// @ts-expect-error: every environment is of a kind.
new EnvironmentProject("dev", { projectId: "acme-sales-dev", adopt: true });

// @ts-expect-error: a kind that there is not.
new EnvironmentProject("dev", { ...shared, kind: "test", adopt: true });

// @ts-expect-error: an id is known before anything is made.
new EnvironmentProject("dev", { ...shared, projectId: pulumi.output("acme-sales-dev"), adopt: true });

// @ts-expect-error: an amount is in a currency.
new EnvironmentProject("dev", { ...shared, adopt: true, budget: { amount: 300 } });

// @ts-expect-error: a period that there is not.
new EnvironmentProject("dev", { ...shared, adopt: true, budget: { ...budget, period: "WEEK" } });

// @ts-expect-error: a log that there is not.
export const logs: EnvironmentProjectArgs["auditLogs"] = ["ADMIN_WRITE"];

// @ts-expect-error: a child that there is not.
new EnvironmentProject("dev", { ...shared, adopt: true, transform: { network: {} } });

// @ts-expect-error: what it made is not set by others.
made.number = pulumi.output("1");
