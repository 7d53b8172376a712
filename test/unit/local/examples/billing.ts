import { digits } from "../../../../local/simulator/cloud/ids";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const billingAccount = "012345-6789AB-CDEF01";

/** Budgets belong to no project, so they require a quota project. */
export const settings = { billingProject: "acme-dev", userProjectOverride: true };

export function prepare(world: World): void {
    world.enable("billingbudgets");
}

export const examples: Record<string, Inputs[]> = {
    "gcp:billing/budget:Budget": [
        { billingAccount, amount: { specifiedAmount: { units: "300" } } },
        {
            billingAccount,
            displayName: "acme-dev",
            budgetFilter: {
                projects: [`projects/${digits("acme-dev", 12)}`],
                calendarPeriod: "YEAR",
                services: ["services/24E6-581D-38E5"],
            },
            amount: { specifiedAmount: { currencyCode: "EUR", units: "99", nanos: 500_000_000 } },
            thresholdRules: [{ thresholdPercent: 0.5 }, { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" }],
            allUpdatesRule: { pubsubTopic: "projects/acme-dev/topics/sales" },
        },
        { billingAccount, amount: { lastPeriodAmount: true }, budgetFilter: { labels: { team: "sales" } } },
    ],
};
