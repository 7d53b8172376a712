import { Budget } from "@pulumi/gcp/billing/budget";
import { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import * as pulumi from "@pulumi/pulumi";
import { budgetLimits } from "../../facts/limits/billing";
import { deferredError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { shortenName } from "../../internal/arguments/names";
import { displayKnown } from "../../internal/arguments/value";
import type { Child } from "../../internal/engine/children";
import { noted } from "../../internal/engine/creationNote";
import { errorHook, withErrorHook } from "../../internal/engine/hooks";
import { valueIfKnown } from "../../internal/engine/pulumiSdk";

/** A {@link https://cloud.google.com/billing/docs/how-to/find-billing-account-id billing account ID}. */
export const billingAccount = check.pipe(
    check.matching(
        /^(billingAccounts\/)?[0-9A-F]{6}(-[0-9A-F]{6}){2}$/,
        "must be a billing account's ID, such as 012345-6789AB-CDEF01",
    ),
    check.transform((id) => id.replace("billingAccounts/", "")),
);

/** An ISO 4217 code that this version of Node.js supports. */
const currency = check.custom<string>(
    (code) => Intl.supportedValuesOf("currency").includes(String(code)),
    "must be the code of a currency, such as EUR",
);

/** The API accepts units and billionths of a {@link https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets budget amount}. */
const amount = check.custom<number>(
    (value) => typeof value === "number" && Number.isFinite(value) && value > 0,
    "must be a number above 0, in units of the currency",
);

/** The API accepts any share. */
const threshold = check.whole(1, 1000, "percent of the amount");

const mail = check.matching(/^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$/, "must be an email address");

/** Of a {@link https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#notificationsrule budget}. */
export const maxBudgetChannels = budgetLimits.rows.channels.max;

const mails = check.pipe(
    check.list(mail, "must be a list of email addresses"),
    check.atMost({ max: maxBudgetChannels, unit: "addresses" }),
    check.refine((all) => new Set(all as unknown[]).size === (all as unknown[]).length, "has duplicate addresses"),
);

/** The path of a {@link https://cloud.google.com/billing/docs/how-to/budgets-programmatic-notifications topic}. */
const topicPath = check.matching(
    /^projects\/[^/]+\/topics\/[^/]+$/,
    "must be a topic's path, such as projects/acme-billing/topics/budgets",
);

/** The {@link https://cloud.google.com/billing/docs/how-to/cost-table types} of credits. */
const creditTypes = [
    "COMMITTED_USAGE_DISCOUNT",
    "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE",
    "DISCOUNT",
    "FEE_UTILIZATION_OFFSET",
    "FREE_TIER",
    "PROMOTION",
    "RESELLER_MARGIN",
    "SUBSCRIPTION_BENEFIT",
    "SUSTAINED_USAGE_DISCOUNT",
] as const;

/** A type of credits. `PROMOTION` includes the credit of new billing accounts. */
export type CreditType = (typeof creditTypes)[number];

const credits = check.pipe(
    check.list(check.oneOf<CreditType>(...creditTypes)),
    check.refine((types) => (types as unknown[]).length > 0, "must have a type of credits, or be false"),
    check.refine((types) => new Set(types as unknown[]).size === (types as unknown[]).length, "has duplicate types"),
);

/** A {@link https://cloud.google.com/billing/docs/how-to/budgets budget} with alerts. Exceeding it disables nothing. */
export interface ProjectBudget {
    /** The amount in units of the currency, above 0: `300`, `99.5`. */
    amount: number;
    /** The ISO 4217 code of the currency, which must be the billing account's: `"EUR"`. */
    currency: string;
    /**
     * The period of the amount.
     * @default "MONTH"
     */
    period?: "MONTH" | "QUARTER" | "YEAR";
    /**
     * Percentages of the amount that trigger an alert when spent: 1 to 1000.
     * @default [50, 70, 100]
     */
    thresholds?: number[];
    /**
     * Percentages of the amount that trigger an alert when forecast for the period: 1 to 1000.
     * @default []
     */
    forecastThresholds?: number[];
    /**
     * Recipients besides the administrators and users of the billing account: at most
     * {@link https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#notificationsrule 5} email
     * addresses. Each gets a notification channel in the project.
     * @default []
     */
    alertEmails?: string[];
    /**
     * The path of a Pub/Sub topic, in any project, that receives the costs several times a day:
     * `"projects/acme-billing/topics/budgets"`. The deployer must be allowed to set the topic's IAM policy, as Cloud Billing adds
     * itself as a publisher.
     * @default none
     */
    topic?: pulumi.Input<string>;
    /**
     * Which credits reduce the costs: with `false` none, or only these types
     * ({@link https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#filter filter}). The credit of a new billing
     * account hides all costs until it is spent, so that no alert comes before.
     * @default Cloud Billing's: all credits
     */
    credits?: false | CreditType[];
}

/** Checks the options of a budget. */
export const budgetChecks: check.Checks<ProjectBudget> = {
    amount,
    currency,
    period: check.oneOf("MONTH", "QUARTER", "YEAR"),
    thresholds: check.list(threshold),
    forecastThresholds: check.list(threshold),
    alertEmails: mails,
    topic: check.input(topicPath),
    credits: check.literalOr<false, CreditType[]>(false, credits as check.Check<CreditType[]>),
};

/** Checks a budget. */
export const budget = check.options<ProjectBudget>(budgetChecks, "amount", "currency");

/** The APIs of budgets and their alerts. */
export const budgetApis = ["billingbudgets.googleapis.com", "monitoring.googleapis.com"];

/** The inputs of a budget. */
interface BudgetInputs {
    /** The component in errors: `Budget "costs"`. */
    title: string;
    displayName: string;
    /** The number of the project whose costs count. */
    number: pulumi.Output<string>;
    /** A label of the resources whose costs count. */
    labels?: Record<string, string>;
    billingAccount: pulumi.Input<string>;
    budget: ProjectBudget;
    /** The names of the notification channels. */
    channels: pulumi.Input<string>[];
}

/** Creates the notification channels of a budget, by email address. */
export function createAlertChannels(
    name: string,
    { alertEmails = [] }: ProjectBudget,
    project: pulumi.Input<string>,
    child: Child,
): Record<string, NotificationChannel> {
    const channels = alertEmails.map((mail) => {
        const args = { project, type: "email", displayName: mail, labels: { email_address: mail } };
        return [mail, new NotificationChannel(...child("notificationChannel", `${name}-${mail}`, args))] as const;
    });
    return Object.fromEntries(channels);
}

/** Creates a budget of a project, or of its resources with a label. */
export function createBudget(
    name: string,
    { title, displayName, number, labels, billingAccount, budget, channels }: BudgetInputs,
    child: Child,
): Budget {
    const { period = "MONTH", thresholds = [50, 70, 100], forecastThresholds = [], topic } = budget;
    const args = {
        billingAccount,
        displayName: shortenName(displayName, budgetLimits.rows.displayName.max),
        // The API returns the project number.
        budgetFilter: {
            projects: [number.apply((known) => `projects/${known}`)],
            calendarPeriod: period,
            labels,
            ...creditsOf(budget),
        },
        amount: { specifiedAmount: { currencyCode: budget.currency, ...moneyOf(budget.amount) } },
        thresholdRules: [
            ...thresholds.map((percent) => ({ thresholdPercent: percent / 100, spendBasis: "CURRENT_SPEND" })),
            ...forecastThresholds.map((percent) => ({
                thresholdPercent: percent / 100,
                spendBasis: "FORECASTED_SPEND",
            })),
        ],
        allUpdatesRule: alertRule(channels, topic),
    };
    const [logicalName, inputs, options] = noted(child, budget.credits === undefined ? creditNote(title) : undefined)(
        "budget",
        name,
        args,
    );
    return new Budget(logicalName, inputs, withErrorHook(options, refusalHint(title, budget)));
}

/**
 * What preview reports about the default, as trials begin with credit: https://cloud.google.com/free/docs/free-cloud-features
 */
const creditNote = (title: string) =>
    `${title}: the budget counts costs after credits, so that no alert comes while credit pays for all, as on a new billing account. credits: false counts costs before credits.`;

/**
 * What can be wrong with a refused budget. Google Cloud only answers that an argument is invalid, for a topic that does not exist as for the
 * currency of another billing account, or that the caller does not have a permission, also for one that it needs on the topic:
 * {@link https://github.com/hashicorp/terraform-provider-google/issues/24637},
 * {@link https://github.com/hashicorp/terraform-provider-google/issues/14648}
 */
export function refusalHint(title: string, { topic, currency }: ProjectBudget): pulumi.ErrorHook | undefined {
    const hintOf = (error: string, path: string | undefined) => {
        const others =
            "and an organization policy can exclude billing-budget-alert@system.gserviceaccount.com, which publishes to it: https://cloud.google.com/billing/docs/how-to/budgets-programmatic-notifications";
        if (/Error 400.*invalid argument/s.test(error)) {
            const ofTopic = path ? ` The topic ${path} must exist, ${others}.` : "";
            return `Google Cloud does not name the invalid argument.${ofTopic} The currency ${currency} must be the billing account's.`;
        }
        return path && /Error 403.*does not have permission/s.test(error)
            ? `Google Cloud does not name the missing permission. In addition to that for budgets, the deployer needs pubsub.topics.setIamPolicy on the topic ${path}, such as by roles/pubsub.admin, ${others}.`
            : undefined;
    };
    return errorHook(`${title}: what is wrong with the budget`, async ([error = ""]) => {
        const path = await valueIfKnown(pulumi.output(topic));
        const hint = hintOf(error, path && (await displayKnown(topic, path)));
        if (hint) {
            pulumi.log.error(`${title}: ${hint}`);
        }
    });
}

/** Which credits are subtracted. The API only accepts types for a treatment that names them. */
function creditsOf({ credits }: ProjectBudget) {
    if (credits === undefined) {
        return {};
    }
    return credits === false
        ? { creditTypesTreatment: "EXCLUDE_ALL_CREDITS" }
        : { creditTypesTreatment: "INCLUDE_SPECIFIED_CREDITS", creditTypes: credits };
}

/** The recipients besides billing administrators; the API refuses a rule without any. */
function alertRule(channels: pulumi.Input<string>[], pubsubTopic: pulumi.Input<string> | undefined) {
    return channels.length > 0 || pubsubTopic !== undefined
        ? { monitoringNotificationChannels: channels, pubsubTopic }
        : undefined;
}

/** Splits an amount into units and nanos. */
function moneyOf(amount: number): { units: string; nanos?: number } {
    const [units, fraction] = amount.toFixed(9).split(".") as [string, string?];
    const nanos = Number(fraction ?? 0);
    return nanos === 0 ? { units } : { units, nanos };
}

/** The billing account of an existing project. */
export function billingAccountOf(component: string, found: pulumi.Output<string | undefined>): pulumi.Output<string> {
    return found.apply((account) => {
        if (account) {
            return account;
        }
        const reason = "is missing, and the project has no visible billing account, which a budget needs.";
        const problem = check.problem(
            "billingAccount",
            "resourcemanager/billing-account-missing",
            `${reason} Set the billing account of the budget.`,
        );
        throw deferredError(component, [problem]);
    });
}
