import type { BudgetArgs } from "@pulumi/gcp/billing/budget";
import type { SharedVPCHostProjectArgs } from "@pulumi/gcp/compute/sharedVPCHostProject";
import type { SharedVPCServiceProjectArgs } from "@pulumi/gcp/compute/sharedVPCServiceProject";
import type { NotificationChannelArgs } from "@pulumi/gcp/monitoring/notificationChannel";
import type { ProjectArgs } from "@pulumi/gcp/organizations/project";
import type { PolicyArgs } from "@pulumi/gcp/orgpolicy/policy";
import type { DefaultServiceAccountsArgs } from "@pulumi/gcp/projects/defaultServiceAccounts";
import type { IAMAuditConfigArgs } from "@pulumi/gcp/projects/iamauditConfig";
import type { IAMCustomRoleArgs } from "@pulumi/gcp/projects/iamcustomRole";
import type { ServiceArgs } from "@pulumi/gcp/projects/service";
import type { ServiceIdentityArgs } from "@pulumi/gcp/projects/serviceIdentity";
import type { ProviderArgs } from "@pulumi/gcp/provider";
import type { LienArgs } from "@pulumi/gcp/resourcemanager/lien";
import * as pulumi from "@pulumi/pulumi";
import { type TaggedArgs, taggedArgs } from "../../component/tags";
import { labelLimits } from "../../facts/limits/labels";
import * as check from "../../internal/arguments/check";
import { labelValue } from "../../internal/arguments/labels";
import { type Transform, transforms } from "../../internal/engine/children";
import { type AuditLogType, type EnvironmentKind, environmentDefaults } from "../../stack/settings/defaults";
import { projectId } from "../../stack/settings/projectId";
import { type AdoptedProject, adoptedProjectChecks } from "./adoptedProject";
import { apis } from "./apis";
import { type AuditLogs, auditLogs, resolveAuditLogs } from "./auditLogs";
import { billingAccount, budget, type ProjectBudget } from "./budget";
import { type CreatedProject, createdProjectChecks } from "./createdProject";
import { type CustomRole, customRoleChecks } from "./customRoles";
import { type PolicyRule, policies, resolvePolicies } from "./policies";
import { type SharedVpc, sharedVpc, sharedVpcProblems } from "./sharedVpc";

interface SharedArgs extends TaggedArgs {
    /**
     * The {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects project ID}, globally unique and never
     * reused: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen. Changing this
     * replaces the project.
     */
    projectId: string;
    /** The kind of the environment, which selects the defaults below and the defaults of all components. */
    kind: EnvironmentKind;
    /**
     * Additional APIs to enable: `["run.googleapis.com"]`. Components enable theirs themselves. Removing an API leaves it enabled.
     * @default []
     */
    apis?: string[];
    /**
     * Custom roles by ID: 3 to 64 letters, digits, periods and underscores. `allow(project.role("modelReader"), …)` grants one.
     * @default none
     */
    customRoles?: Record<string, CustomRole>;
    /**
     * A budget with alerts.
     * @default none
     */
    budget?: ProjectBudget;
    /**
     * The {@link https://cloud.google.com/logging/docs/audit audit log types} of all services, besides Admin Activity logs, which are
     * always on; or types by API, with principals that are exempt. Billed as other logs beyond the free 50 GiB a month; data access logs can be
     * large.
     * @default ["ADMIN_READ", "DATA_READ", "DATA_WRITE"] in production, elsewhere ["ADMIN_READ"]
     */
    auditLogs?: readonly AuditLogType[] | AuditLogs;
    /**
     * Places a {@link https://cloud.google.com/resource-manager/docs/project-liens lien}: the project cannot be deleted until it is
     * removed.
     * @default true in production, elsewhere false
     */
    lien?: boolean;
    /**
     * {@link https://cloud.google.com/resource-manager/docs/organization-policy/overview Organization policies} of the project by
     * constraint, in addition to the preset of the kind, or instead of its policies: `{ "compute.vmExternalIpAccess": "inherit" }`.
     * `"none"` sets no policies, for a deployer without `roles/orgpolicy.policyAdmin`.
     * @default the preset of the kind: "basic" in development, elsewhere "strict"
     */
    policies?: "none" | Record<string, PolicyRule>;
    /**
     * The part of the project in a {@link https://cloud.google.com/vpc/docs/shared-vpc Shared VPC}: `"host"` shares its networks,
     * `{ host }` attaches it to a host project, whose stack grants the use of subnets: `allow(network.subnet("apps").user, …)`. Both need
     * `roles/compute.xpnAdmin` on the folder or the organization.
     * @default its networks are its own
     */
    sharedVpc?: SharedVpc;
    /**
     * `false` lifts the protection of production: run `pulumi up` to apply it, then `pulumi destroy`.
     * @default `slipway:protection` of the stack, by default true
     */
    protection?: boolean;
    /**
     * The {@link https://cloud.google.com/docs/quotas/quota-project quota project}, in which the called APIs must be enabled. User
     * credentials need one for budgets.
     * @default `gcp:billingProject` of the stack, or the project itself
     */
    quotaProject?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        project?: Transform<ProjectArgs>;
        provider?: Transform<ProviderArgs>;
        customRole?: Transform<IAMCustomRoleArgs>;
        service?: Transform<ServiceArgs>;
        serviceIdentity?: Transform<ServiceIdentityArgs>;
        defaultServiceAccounts?: Transform<DefaultServiceAccountsArgs>;
        auditConfig?: Transform<IAMAuditConfigArgs>;
        notificationChannel?: Transform<NotificationChannelArgs>;
        budget?: Transform<BudgetArgs>;
        lien?: Transform<LienArgs>;
        policy?: Transform<PolicyArgs>;
        sharedVpcHost?: Transform<SharedVPCHostProjectArgs>;
        sharedVpcService?: Transform<SharedVPCServiceProjectArgs>;
    };
}

/** The arguments of an {@link EnvironmentProject}. */
export type EnvironmentProjectArgs = SharedArgs & check.OneOf<CreatedProject | AdoptedProject>;

const shared = {
    projectId,
    kind: check.oneOf(...(Object.keys(environmentDefaults) as EnvironmentKind[])),
    apis,
    customRoles: customRoleChecks,
    budget,
    auditLogs,
    lien: check.flag(),
    policies,
    protection: check.flag(),
    quotaProject: projectId,
    sharedVpc,
    ...taggedArgs,
    billingAccount: check.publicInput(billingAccount),
    transform: transforms<Required<SharedArgs>["transform"]>(
        "project",
        "provider",
        "customRole",
        "service",
        "serviceIdentity",
        "defaultServiceAccounts",
        "auditConfig",
        "notificationChannel",
        "budget",
        "lien",
        "policy",
        "sharedVpcHost",
        "sharedVpcService",
    ),
};

const createdProjectArgs = check.options<SharedArgs & CreatedProject>(
    {
        ...shared,
        ...createdProjectChecks,
    },
    "projectId",
    "kind",
    "parent",
    "billingAccount",
);

const adoptedProjectArgs = check.options<SharedArgs & AdoptedProject & { [Key in keyof CreatedProject]?: unknown }>(
    {
        ...shared,
        ...adoptedProjectChecks,
    },
    "projectId",
    "kind",
    "adopt",
);

const isAdopted = (value: unknown) => (value as { adopt?: unknown } | undefined)?.adopt === true;

/** Validated arguments with the defaults of the kind and the stack. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(name: string, args: EnvironmentProjectArgs) {
    const setting = new pulumi.Config("slipway").get("protection") ?? "on";
    // The check reports another text.
    const protection = (setting === "on" || (setting === "off" ? false : setting)) as boolean;
    const checked = check.resolved(
        `EnvironmentProject "${name}"`,
        check.withDefaults(args, { protection }),
        check.either(isAdopted, adoptedProjectArgs, createdProjectArgs),
        (valid) => ({ ...valid, labels: allLabels(name, valid) }),
        ({ labels, sharedVpc: shared, projectId: id }) => [labelCountProblem(labels), ...sharedVpcProblems(id, shared)],
        { parent: 'Set its folder or organization with parent: { folder: "123456789012" }.' },
    );
    const { keepProject, protect, protectKeys, ...defaults } = environmentDefaults[checked.kind];
    return {
        ...checked,
        lien: checked.lien ?? defaults.lien,
        auditLogs: resolveAuditLogs(checked.auditLogs, defaults.auditLogs),
        policies: resolvePolicies(defaults.policies, checked.policies),
        isKept: keepProject && checked.protection,
        protect: protect && checked.protection,
        protectKeys: protectKeys && checked.protection,
        quotaProject: checked.quotaProject ?? new pulumi.Config("gcp").get("billingProject"),
    };
}

function allLabels(name: string, { kind, labels: own }: EnvironmentProjectArgs) {
    return { environment: labelValue(name), kind, ...own };
}

function labelCountProblem(labels: object): check.Problem | undefined {
    const count = Object.keys(labels).length;
    const { max } = labelLimits.rows.labels;
    const reason = `there can be ${max} labels at most, with environment and kind (got ${count}).`;
    return check.when(count > max, "labels", "resourcemanager/too-many-labels", reason);
}
