import type { BudgetArgs } from "@pulumi/gcp/billing/budget";
import type { NotificationChannelArgs } from "@pulumi/gcp/monitoring/notificationChannel";
import type { ProjectArgs } from "@pulumi/gcp/organizations/project";
import type { DefaultServiceAccountsArgs } from "@pulumi/gcp/projects/defaultServiceAccounts";
import type { IAMAuditConfigArgs } from "@pulumi/gcp/projects/iamauditConfig";
import type { ServiceArgs } from "@pulumi/gcp/projects/service";
import type { ServiceIdentityArgs } from "@pulumi/gcp/projects/serviceIdentity";
import type { ProviderArgs } from "@pulumi/gcp/provider";
import type { LienArgs } from "@pulumi/gcp/resourcemanager/lien";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { labels, labelValue } from "../../internal/labels";
import { type AuditLogType, type EnvironmentKind, environmentDefaults } from "../defaults";
import { projectId } from "../projectId";
import * as limits from "./limits";

/** What a project belongs to. */
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

/** How much a project may cost, and who hears of it. Nothing is switched off when it costs more. */
export interface ProjectBudget {
    /** The amount in units of the currency, above 0: `300`, `99.5`. */
    amount: number;
    /** The currency by its code in ISO 4217, which must be that of the billing account: `"EUR"`. */
    currency: string;
    /**
     * What the amount is for.
     * @default "MONTH"
     */
    period?: "MONTH" | "QUARTER" | "YEAR";
    /**
     * At which shares of the amount an alert is sent when so much was spent: above 0 and up to 10.
     * @default [0.5, 0.7, 1]
     */
    thresholds?: number[];
    /**
     * At which shares of the amount an alert is sent when so much is forecast for the whole period: above 0 and up to 10.
     * @default []
     */
    forecastThresholds?: number[];
    /**
     * Who gets the alerts beside the administrators and users of the billing account: 5 addresses at most ("Budgets" of the
     * Cloud Billing Budget API), each by a notification channel in the project.
     * @default []
     */
    alertEmails?: string[];
    /**
     * The path of a Pub/Sub topic that is told of the costs several times a day, in any project:
     * `"projects/acme-billing/topics/budgets"`. Whoever deploys must be able to change the topic's policy, as Cloud Billing makes
     * itself a publisher of it.
     * @default none
     */
    topic?: pulumi.Input<string>;
}

/** A project that is made. */
export interface CreatedProject {
    /** A project is adopted only by `true`. */
    adopt?: false;
    /** The folder or the organization that the project belongs to; another one moves it. */
    parent: ProjectParent;
    /** The billing account that pays for the project: `"012345-6789AB-CDEF01"`. */
    billingAccount: pulumi.Input<string>;
    /**
     * What people read: 4 to 30 letters, digits, hyphens, quotes, spaces and exclamation marks ("Creating and managing
     * projects").
     * @default the project's id
     */
    displayName?: pulumi.Input<string>;
    /**
     * Labels of the project beside `environment`, which is the component's name, and `kind`: at most 64 in all
     * ("Requirements for labels").
     * @default none
     */
    labels?: Record<string, pulumi.Input<string>>;
}

/** A project that is there already: nothing of it is changed, but what is around it is made. */
export interface AdoptedProject {
    /** The project is there already. */
    adopt: true;
    /**
     * The billing account of the budget.
     * @default the one that pays for the project
     */
    billingAccount?: pulumi.Input<string>;
}

interface SharedArgs {
    /**
     * The project's id, which nobody else may ever have had: 6 to 30 lower-case letters, digits and hyphens, starting with a
     * letter, not ending with a hyphen ("Creating and managing projects"). Another id makes another project.
     */
    projectId: string;
    /** What the environment is for, which decides the defaults below and those of all components in it. */
    kind: EnvironmentKind;
    /**
     * APIs beside those that every environment needs: `["run.googleapis.com"]`. Components enable theirs themselves. An API
     * that is no longer here stays on.
     * @default []
     */
    apis?: string[];
    /**
     * How much the project may cost, with alerts.
     * @default no budget
     */
    budget?: ProjectBudget;
    /**
     * What of all services the audit logs have beside changes of settings, which they have always: settings that are read,
     * data that is read, data that is written ("Cloud Audit Logs overview"). They cost as all logs beyond the free 50 GiB of
     * a month, and those of data can be many.
     * @default ["ADMIN_READ", "DATA_READ", "DATA_WRITE"] in production, elsewhere ["ADMIN_READ"]
     */
    auditLogs?: readonly AuditLogType[];
    /**
     * Whether a lien refuses the deletion of the project to everybody until it is taken away ("Protecting projects with
     * liens").
     * @default true in production, elsewhere false
     */
    lien?: boolean;
    /**
     * `"off"` lets a production environment be taken down: `pulumi up` once, so that the protection is lifted, then
     * `pulumi destroy`.
     * @default what `slipway:protection` of the stack says, or "on"
     */
    protection?: "on" | "off";
    /**
     * The project that is asked for quota, and in which the APIs must be on that are called. People's own credentials need
     * one for budgets ("Troubleshoot your ADC setup").
     * @default `gcp:billingProject` of the stack, or the project itself
     */
    quotaProject?: string;
    /** The last word on a child's arguments. */
    transform?: {
        project?: Transform<ProjectArgs>;
        provider?: Transform<ProviderArgs>;
        service?: Transform<ServiceArgs>;
        serviceIdentity?: Transform<ServiceIdentityArgs>;
        defaultServiceAccounts?: Transform<DefaultServiceAccountsArgs>;
        auditConfig?: Transform<IAMAuditConfigArgs>;
        notificationChannel?: Transform<NotificationChannelArgs>;
        budget?: Transform<BudgetArgs>;
        lien?: Transform<LienArgs>;
    };
}

/** The arguments of an {@link EnvironmentProject}. */
export type EnvironmentProjectArgs = SharedArgs & check.OneOf<CreatedProject | AdoptedProject>;

const budget = check.options<ProjectBudget>(
    {
        amount: limits.amount,
        currency: limits.currency,
        period: check.oneOf("MONTH", "QUARTER", "YEAR"),
        thresholds: check.list(limits.threshold),
        forecastThresholds: check.list(limits.threshold),
        alertEmails: limits.mails,
        topic: check.input(limits.topicPath),
    },
    "amount",
    "currency",
);

const shared = {
    projectId,
    kind: check.oneOf(...Object.keys(environmentDefaults)),
    apis: check.list(limits.api, "must be a list of APIs"),
    budget,
    auditLogs: check.list(check.oneOf("ADMIN_READ", "DATA_READ", "DATA_WRITE"), "must be a list of ADMIN_READ, …"),
    lien: check.flag(),
    protection: check.oneOf("on", "off"),
    quotaProject: projectId,
    billingAccount: check.input(limits.billingAccount),
    transform: transforms(
        "project",
        "provider",
        "service",
        "serviceIdentity",
        "defaultServiceAccounts",
        "auditConfig",
        "notificationChannel",
        "budget",
        "lien",
    ),
};

const created = check.options<SharedArgs & CreatedProject>(
    {
        ...shared,
        adopt: check.custom((given) => given === false, "must be true or false"),
        parent: check.variant({
            folder: check.options<{ folder: string }>({ folder: check.input(limits.folder) }, "folder"),
            organization: check.options<{ organization: string }>(
                { organization: check.input(limits.organization) },
                "organization",
            ),
        }),
        displayName: check.input(limits.displayName),
        labels,
    },
    "projectId",
    "kind",
    "parent",
    "billingAccount",
);

const untouched = check.custom(() => false, "cannot be given with adopt, which changes nothing of the project itself");

const adopted = check.options<SharedArgs & AdoptedProject & { [Key in keyof CreatedProject]?: unknown }>(
    {
        ...shared,
        adopt: check.flag(),
        parent: untouched,
        displayName: untouched,
        labels: untouched,
    },
    "projectId",
    "kind",
    "adopt",
);

const isAdopted = (given: unknown) => (given as { adopt?: unknown } | undefined)?.adopt === true;

/** The arguments with everything that the kind of the environment and the stack decide. */
export type Decided = ReturnType<typeof decided>;

export function decided(name: string, given: EnvironmentProjectArgs) {
    const protection = new pulumi.Config("slipway").get("protection") as "on" | undefined;
    const args = check.checked(
        `EnvironmentProject "${name}"`,
        check.completed(given, { protection: protection ?? "on" }),
        check.either(isAdopted, adopted, created),
        (all) => [tooManyLabels(name, all)],
        { parent: 'Give its folder or organization, as parent: { folder: "123456789012" }.' },
    );
    const { keepProject, protect, ...defaults } = environmentDefaults[args.kind];
    return {
        ...args,
        labels: allLabels(name, args),
        lien: args.lien ?? defaults.lien,
        auditLogs: args.auditLogs ?? defaults.auditLogs,
        isKept: keepProject && args.protection === "on",
        protect: protect && args.protection === "on",
        quotaProject: args.quotaProject ?? new pulumi.Config("gcp").get("billingProject"),
    };
}

function allLabels(name: string, { kind, labels: own }: EnvironmentProjectArgs) {
    return { environment: labelValue(name), kind, ...own };
}

function tooManyLabels(name: string, args: EnvironmentProjectArgs): check.Problem | undefined {
    const count = Object.keys(allLabels(name, args)).length;
    const reason = `there can be 64 labels at most, with environment and kind (got ${count}).`;
    return count > 64 ? { path: "labels", reason } : undefined;
}
