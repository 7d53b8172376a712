import type { BudgetArgs } from "@pulumi/gcp/billing/budget";
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
import type * as pulumi from "@pulumi/pulumi";
import { customRoleLimits } from "../../facts/limits/iam";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { labels } from "../../internal/labels";
import { type AuditLogType, type EnvironmentKind, environmentDefaults } from "../defaults";
import { projectId } from "../projectId";
import { billingAccount, budget, type ProjectBudget } from "./budget";
import { type PolicyRule, policies } from "./policies";

/** A number with or without the prefix of its resource name; the prefix is removed. */
function numbered(word: string, wording: string): check.Check<string> {
    return check.pipe(
        check.matching(new RegExp(`^(${word}/)?\\d{1,19}$`), wording),
        check.transform((id) => id.replace(`${word}/`, "")),
    );
}

/** A {@link https://cloud.google.com/resource-manager/docs/creating-managing-folders folder} number. */
const folder = numbered("folders", "must be a folder's number, such as 123456789012");

/** An {@link https://cloud.google.com/resource-manager/docs/creating-managing-organization organization} number. */
const organization = numbered("organizations", "must be an organization's number, such as 123456789012");

/** A project's {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects display name}. */
const displayName = check.nameOf(nameFormats.rows.projectDisplayName);

const api = check.matching(/^[a-z0-9-]+\.googleapis\.com$/, "must be an API's name, such as run.googleapis.com");

/** The parent of a project. */
export type ProjectParent = check.OneOf<
    | {
          /** The folder's number, as `"123456789012"` or `"folders/123456789012"`. */
          folder: pulumi.Input<string>;
      }
    | {
          /** The organization's number, as `"123456789012"` or `"organizations/123456789012"`. */
          organization: pulumi.Input<string>;
      }
>;

/** A new project. */
export interface CreatedProject {
    /** Creates the project. */
    adopt?: false;
    /** The parent folder or organization. Changing this moves the project. */
    parent: ProjectParent;
    /** The ID of the billing account: `"012345-6789AB-CDEF01"`. */
    billingAccount: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects display name}: 4 to 30 letters, digits,
     * hyphens, quotes, spaces and exclamation marks.
     * @default the project ID
     */
    displayName?: pulumi.Input<string>;
    /**
     * Labels of the project besides `environment` (the component's name) and `kind`: at most
     * {@link https://cloud.google.com/resource-manager/docs/labels-overview 64} in total.
     * @default none
     */
    labels?: Record<string, pulumi.Input<string>>;
}

/** An existing project, which is not changed itself; the resources around it are created. */
export interface AdoptedProject {
    /** Uses the existing project. */
    adopt: true;
    /**
     * The billing account of the budget.
     * @default the project's billing account
     */
    billingAccount?: pulumi.Input<string>;
}

/** A {@link https://cloud.google.com/iam/docs/creating-custom-roles custom role} of a project. */
export interface CustomRole {
    /** The permissions: `["storage.objects.get", "storage.objects.list"]`. At most 3,000. */
    permissions: string[];
    /**
     * The name that the console shows: up to 100 bytes.
     * @default the ID
     */
    displayName?: string;
    /**
     * What the role is for: up to 300 characters.
     * @default none
     */
    description?: string;
}

interface SharedArgs {
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
     * always on. Billed as other logs beyond the free 50 GiB a month; data access logs can be large.
     * @default ["ADMIN_READ", "DATA_READ", "DATA_WRITE"] in production, elsewhere ["ADMIN_READ"]
     */
    auditLogs?: readonly AuditLogType[];
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
    };
}

/** The arguments of an {@link EnvironmentProject}. */
export type EnvironmentProjectArgs = SharedArgs & check.OneOf<CreatedProject | AdoptedProject>;

const limits = customRoleLimits.rows;

const customRole = check.options<CustomRole>(
    {
        permissions: check.pipe(
            check.list(
                check.matching(
                    /^[a-z][a-zA-Z0-9]*(\.[a-zA-Z0-9_]+){2,}$/,
                    "must be a permission such as storage.objects.get",
                ),
                "must be a list of permissions",
            ),
            check.refine((all) => (all as unknown[]).length > 0, "must have at least one permission"),
            check.atMost(limits.permissions),
        ),
        displayName: check.pipe(
            check.text(),
            check.refine(
                (text) => Buffer.byteLength(String(text)) <= limits.title.max,
                `must have ${limits.title.max} bytes at most`,
            ),
        ),
        description: check.pipe(
            check.text(),
            check.refine(
                (text) => String(text).length <= limits.description.max,
                `must have ${limits.description.max} characters at most`,
            ),
        ),
    },
    "permissions",
);

const shared = {
    projectId,
    kind: check.oneOf(...(Object.keys(environmentDefaults) as EnvironmentKind[])),
    apis: check.list(api, "must be a list of APIs"),
    customRoles: check.record(check.nameOf(nameFormats.rows.customRole), customRole),
    budget,
    auditLogs: check.list(check.oneOf("ADMIN_READ", "DATA_READ", "DATA_WRITE"), "must be a list of ADMIN_READ, …"),
    lien: check.flag(),
    policies,
    protection: check.flag(),
    quotaProject: projectId,
    billingAccount: check.input(billingAccount),
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
    ),
};

export const createdProjectArgs = check.options<SharedArgs & CreatedProject>(
    {
        ...shared,
        adopt: check.custom((value) => value === false, "must be true or false"),
        parent: check.variant({
            folder: check.options<{ folder: pulumi.Input<string> }>({ folder: check.input(folder) }, "folder"),
            organization: check.options<{ organization: pulumi.Input<string> }>(
                { organization: check.input(organization) },
                "organization",
            ),
        }),
        displayName: check.input(displayName),
        labels,
    },
    "projectId",
    "kind",
    "parent",
    "billingAccount",
);

const untouched = check.refused("cannot be combined with adopt, which does not change the project itself");

export const adoptedProjectArgs = check.options<
    SharedArgs & AdoptedProject & { [Key in keyof CreatedProject]?: unknown }
>(
    {
        ...shared,
        adopt: check.custom<true>((value) => value === true, "must be true or false"),
        parent: untouched,
        displayName: untouched,
        labels: untouched,
    },
    "projectId",
    "kind",
    "adopt",
);
