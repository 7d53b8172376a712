import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of budgets. */
export const budgetLimits = facts<Limit>()({
    subject: "Limits of budgets",
    source: "https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets",
    checked: "2026-10-11",
    rows: {
        displayName: { max: 60, unit: "characters" },
        /** Of a budget, for its notifications. */
        channels: { max: 5, unit: "channels" },
    },
});
