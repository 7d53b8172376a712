import { randomUUID } from "node:crypto";
import type { Cloud } from "../cloud/cloud";
import { GoogleError } from "../cloud/errors";
import { requireQuotaProject } from "../rules/quotaProject";
import type { Context, Inputs, Service, TypeRules } from "../rules/rules";
import { topicName } from "./pubsub/names";
import { isBillingAccount } from "./resourcemanager/parents";

const api = "billingbudgets.googleapis.com";
const title = "Cloud Billing Budget API";

const id = ({ billingAccount, name }: Inputs) => `billingAccounts/${billingAccount}/budgets/${name}`;
const invalid = () => new GoogleError(400, "Request contains an invalid argument.");

function verify(inputs: Inputs, context: Context): void {
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
    if (Number(units) + nanos <= 0 || displayName.length > 60 || isBelow || isStrange || isLost || isNoTopic) {
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
    const { monitoringNotificationChannels: channels, pubsubTopic } = allUpdatesRule ?? {};
    if (channels?.length > 5) {
        return `Too many list items: Attribute all_updates_rule.0.monitoring_notification_channels supports 5 item maximum, but config has ${channels.length} declared.`;
    }
    return allUpdatesRule && channels === undefined && pubsubTopic === undefined
        ? '"all_updates_rule.0.monitoring_notification_channels": one of `all_updates_rule.0.monitoring_notification_channels,all_updates_rule.0.pubsub_topic` must be specified'
        : undefined;
}

const budget: TypeRules = {
    noun: "Budget",
    generatedNoun: "BillingBudgetsBudget",
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
};

const service: Service = { titles: { [api]: title }, types: { "gcp:billing/budget:Budget": budget } };

export default service;
