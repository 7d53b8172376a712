import { Budget } from "@pulumi/gcp/billing/budget";
import { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import type * as pulumi from "@pulumi/pulumi";
import type { Child } from "../../internal/children";
import type { ProjectBudget } from "./arguments";

/** What a budget is made of. */
interface Budgeted {
    projectId: string;
    project: pulumi.Output<string>;
    number: pulumi.Output<string>;
    billingAccount: pulumi.Input<string>;
    budget: ProjectBudget;
}

/** The notification channels of a budget, by address. */
export function alertChannels(name: string, { project, budget }: Budgeted, child: Child) {
    const channels = (budget.alertEmails ?? []).map((mail) => {
        const args = { project, type: "email", displayName: mail, labels: { email_address: mail } };
        return [mail, new NotificationChannel(...child("notificationChannel", `${name}-${mail}`, args))] as const;
    });
    return Object.fromEntries(channels);
}

export function budgetOf(
    name: string,
    { projectId, number, billingAccount, budget }: Budgeted,
    channels: Record<string, NotificationChannel>,
    child: Child,
): Budget {
    const { period = "MONTH", thresholds = [0.5, 0.7, 1], forecastThresholds = [], topic } = budget;
    const args = {
        billingAccount,
        displayName: projectId,
        // By its number, as the API gives it back.
        budgetFilter: { projects: [number.apply((known) => `projects/${known}`)], calendarPeriod: period },
        amount: { specifiedAmount: { currencyCode: budget.currency, ...split(budget.amount) } },
        thresholdRules: [
            ...thresholds.map((thresholdPercent) => ({ thresholdPercent, spendBasis: "CURRENT_SPEND" })),
            ...forecastThresholds.map((thresholdPercent) => ({ thresholdPercent, spendBasis: "FORECASTED_SPEND" })),
        ],
        allUpdatesRule: alerts(Object.values(channels), topic),
    };
    return new Budget(...child("budget", name, args));
}

/** Who hears of it beside the account's administrators, to whom the rule without anybody else cannot be sent. */
function alerts(channels: NotificationChannel[], pubsubTopic: pulumi.Input<string> | undefined) {
    return channels.length > 0 || pubsubTopic !== undefined
        ? { monitoringNotificationChannels: channels.map(({ name }) => name), pubsubTopic }
        : undefined;
}

/** An amount in whole units and billionths of one, as the API has it. */
function split(amount: number): { units: string; nanos?: number } {
    const units = Math.floor(amount);
    const nanos = Math.round((amount - units) * 1e9);
    return nanos === 0 ? { units: String(units) } : { units: String(units), nanos };
}
