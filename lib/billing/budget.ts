import type { Budget as BillingBudget, BudgetArgs as BillingBudgetArgs } from "@pulumi/gcp/billing/budget";
import type { NotificationChannel, NotificationChannelArgs } from "@pulumi/gcp/monitoring/notificationChannel";
import { getProjectOutput } from "@pulumi/gcp/organizations/getProject";
import { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import { labels, labelValue } from "../internal/arguments/labels";
import { type Transform, transforms } from "../internal/engine/children";
import type { Alerts } from "../monitoring/alerts/alerts";
import {
    billingAccount,
    billingAccountOf,
    budgetApis,
    budgetChecks,
    createAlertChannels,
    createBudget,
    maxBudgetChannels,
    type ProjectBudget,
} from "../resourcemanager/project/budget";
import { projectId } from "../stack/settings/projectId";

/** The arguments of a {@link Budget}. */
export interface BudgetArgs extends ProjectBudget, ComponentArgs {
    /**
     * The label of the resources whose costs count, `{ team: "forecast" }`: exactly one
     * ({@link https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#filter limit}). With `false`, all
     * costs of the project count, also those without labels.
     * @default the label `environment` with the name of the stack, which all resources of the stack have that can have labels
     */
    label?: Record<string, string> | false;
    /**
     * The {@link Alerts} whose channels are notified as well. With `alertEmails`, there can be 5 channels.
     * @default none
     */
    alerts?: Alerts;
    /**
     * The ID of the billing account: `"012345-6789AB-CDEF01"`.
     * @default the project's billing account
     */
    billingAccount?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/docs/quotas/quota-project quota project}, in which the called APIs must be enabled. User
     * credentials need one for budgets.
     * @default `gcp:billingProject` of the stack, or the project of the environment
     */
    quotaProject?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { budget?: Transform<BillingBudgetArgs>; notificationChannel?: Transform<NotificationChannelArgs> };
}

const label = check.pipe(
    labels as check.Check<Record<string, string>>,
    check.refine((value) => Object.keys(value as object).length === 1, "must have exactly one label"),
);

const budgetArgs = check.options<BudgetArgs>(
    {
        ...budgetChecks,
        label: check.literalOr<false, Record<string, string>>(false, label),
        alerts: check.component<Alerts>("Alerts"),
        billingAccount: check.publicInput(billingAccount),
        quotaProject: projectId,
        transform: transforms("budget", "notificationChannel"),
        ...componentArgs,
    },
    "amount",
    "currency",
);

/**
 * A {@link https://cloud.google.com/billing/docs/how-to/budgets budget} for the costs of the stack, with alerts. Exceeding it does not
 * disable anything.
 * @example
 * ```ts
 * new Budget("costs", { amount: 300, currency: "EUR", alertEmails: ["sales@acme.example"] });
 * ```
 */
export class Budget extends pulumi.ComponentResource {
    /** The budget itself. */
    readonly budget: BillingBudget;
    /** The notification channels of `alertEmails`, by email address. */
    readonly alertChannels: Readonly<Record<string, NotificationChannel>>;

    constructor(name: string, args: BudgetArgs, options?: pulumi.ComponentResourceOptions) {
        const title = `Budget "${name}"`;
        const resolved = check.checked(title, args, budgetArgs, ({ alerts, alertEmails = [] }) => [
            channelsProblem(alertEmails.length + (alerts?.channels.length ?? 0)),
        ]);
        super("slipway:index:Budget", name, {}, inEnvironment(options, resolved.crossProject));
        const environment = Environment.current();
        const { project } = environment;
        const quotaProject = resolved.quotaProject ?? new pulumi.Config("gcp").get("billingProject") ?? project;
        // The API requires a quota project with user credentials.
        const provider = new Provider(
            name,
            { project, userProjectOverride: true, billingProject: quotaProject },
            { parent: this },
        );
        const { child } = component(this, name, resolved, { apis: budgetApis, provider });
        this.alertChannels = createAlertChannels(name, resolved, project, child);
        const found = getProjectOutput({ projectId: project }, { parent: this });
        const ownChannels = Object.values(this.alertChannels).map((channel) => channel.name);
        this.budget = createBudget(
            name,
            {
                title,
                displayName: name,
                number: found.number,
                labels: resolved.label === false ? undefined : (resolved.label ?? stackLabel()),
                billingAccount: resolved.billingAccount ?? billingAccountOf(title, found.billingAccount),
                budget: resolved,
                channels: [...ownChannels, ...(resolved.alerts?.channels ?? [])],
            },
            child,
        );
        this.registerOutputs({ budget: this.budget });
    }
}

/** The label that the environment's provider sets. */
const stackLabel = () => ({ environment: labelValue(pulumi.getStack()) });

function channelsProblem(count: number): check.Problem | undefined {
    const reason = `has, with alertEmails, ${count} channels; there can be ${maxBudgetChannels} at most.`;
    return check.when(count > maxBudgetChannels, "alerts", "billing/too-many-channels", reason);
}
