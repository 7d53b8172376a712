import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { unknown } from "../../machine/marks";
import type { Cloud } from "../cloud/cloud";
import { GoogleError } from "../cloud/errors";
import { requireQuotaProject } from "../rules/quotaProject";
import type { Calls, Context, Inputs, Service, TypeRules } from "../rules/rules";
import { topicName } from "./pubsub/names";
import { billingAccountName } from "./resourcemanager/billing";
import { isBillingAccount } from "./resourcemanager/parents";

const api = "billingbudgets.googleapis.com";
const title = "Cloud Billing Budget API";

const id = ({ billingAccount, name }: Inputs) => `billingAccounts/${billingAccount}/budgets/${name}`;
const invalid = () => new GoogleError(400, "Request contains an invalid argument.");

function verify(inputs: Inputs, context: Context, old?: Inputs): void {
    requireQuotaProject(api, title, context);
    const {
        billingAccount,
        displayName = "",
        amount,
        thresholdRules = [],
        allUpdatesRule = {},
        budgetFilter = {},
    } = inputs;
    if (!isBillingAccount(billingAccount)) {
        throw new GoogleError(403, "The caller does not have permission");
    }
    const { units = "0", nanos = 0 } = amount.specifiedAmount ?? { units: "1" };
    const isBelow = (thresholdRules as Inputs[]).some(({ thresholdPercent }) => thresholdPercent < 0);
    const isStrange = (budgetFilter.projects ?? []).some((project: string) => !numbered(context.cloud, project));
    const { monitoringNotificationChannels: channels = [], pubsubTopic } = allUpdatesRule;
    const isLost = channels.some(
        (channel: string) => !context.cloud.store.read(`//monitoring.googleapis.com/${channel}`),
    );
    const isNoTopic = pubsubTopic !== undefined && !context.cloud.store.read(topicName(pubsubTopic, ""));
    // "If credit_types_treatment is not INCLUDE_SPECIFIED_CREDITS, this field must be empty":
    // https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#filter
    const { creditTypesTreatment = "INCLUDE_ALL_CREDITS", creditTypes = [] } = budgetFilter;
    // The provider sends the types again that the program does not have anymore, and the API accepts them.
    const isKept = isDeepStrictEqual(creditTypes, old?.budgetFilter?.creditTypes);
    const isMistreated = !isKept && (creditTypesTreatment === "INCLUDE_SPECIFIED_CREDITS") !== creditTypes.length > 0;
    if (
        isMistreated ||
        Number(units) + nanos <= 0 ||
        displayName.length > 60 ||
        isBelow ||
        isStrange ||
        isLost ||
        isNoTopic
    ) {
        throw invalid();
    }
}

/** Projects in filters, by number, as the API returns them. */
function numbered({ projects }: Cloud, value: string): string | undefined {
    const [, desired] = /^projects\/(.+)$/.exec(value) ?? [];
    const found = projects.all().find((element) => element === desired || projects.number(element) === desired);
    return found && `projects/${projects.number(found)}`;
}

function filterOf({ budgetFilter = {} }: Inputs, cloud: Cloud): Inputs {
    const { projects, customPeriod } = budgetFilter;
    return {
        ...(customPeriod ? {} : { calendarPeriod: "MONTH" }),
        creditTypesTreatment: "INCLUDE_ALL_CREDITS",
        labels: {},
        services: [],
        ...budgetFilter,
        ...(projects && { projects: projects.map((project: string) => numbered(cloud, project)) }),
    };
}

/** The provider requires at least one notification channel or topic besides the billing account's administrators. */
function refusedTogether({ allUpdatesRule }: Inputs): string | undefined {
    if (allUpdatesRule === unknown) {
        return undefined;
    }
    const { monitoringNotificationChannels: channels, pubsubTopic } = allUpdatesRule ?? {};
    if (channels?.length > 5) {
        return `Too many list items: Attribute all_updates_rule.0.monitoring_notification_channels supports 5 item maximum, but config has ${channels.length} declared.`;
    }
    return allUpdatesRule && channels === undefined && pubsubTopic === undefined
        ? '"all_updates_rule.0.monitoring_notification_channels": one of `all_updates_rule.0.monitoring_notification_channels,all_updates_rule.0.pubsub_topic` must be specified'
        : undefined;
}

/** Budgets are subject to the policy of their billing account. */
const onBudget =
    (...verbs: string[]) =>
    ({ billingAccount: account }: Inputs): Calls =>
        verbs.map((verb) => ({
            method: `billingbudgets.billingAccounts.budgets.${verb}`,
            on: billingAccountName(account),
        }));

/**
 * "Caller is expected to have `pubsub.topics.setIamPolicy` permission on the topic when it's set for a budget":
 * https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#notificationsrule
 */
function setBudgetTopic({ allUpdatesRule }: Inputs, old?: Inputs): Calls {
    const topic = allUpdatesRule?.pubsubTopic;
    return topic && topic !== old?.allUpdatesRule?.pubsubTopic
        ? [{ method: "billingbudgets.topics.setIamPolicy", on: topicName(topic, "") }]
        : [];
}

const budget: TypeRules = {
    noun: "Budget",
    generatedNoun: "BillingBudgetsBudget",
    cost: "free",
    id,
    name: (inputs) => `//${api}/${id(inputs)}`,
    project: () => "",
    validateInputs: refusedTogether,
    verify,
    state: (inputs, { cloud }, old) => ({
        name: old?.name ?? randomUUID(),
        amount: {
            ...inputs.amount,
            ...(inputs.amount.specifiedAmount && {
                specifiedAmount: { currencyCode: "USD", ...inputs.amount.specifiedAmount },
            }),
        },
        budgetFilter: filterOf(inputs, cloud),
    }),
    calls: {
        create: (inputs) => [...setBudgetTopic(inputs), ...onBudget("create", "get")(inputs)],
        read: onBudget("get"),
        update: (inputs, _, old) => [...setBudgetTopic(inputs, old), ...onBudget("patch", "get")(inputs)],
        delete: onBudget("delete"),
    },
};

const service: Service = { titles: { [api]: title }, types: { "gcp:billing/budget:Budget": budget } };

export default service;
