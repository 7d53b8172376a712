import { facts } from "slipway/facts";
import { type PriceRow, perUse, priceOf } from "./charges";
import type { Pricing } from "./pricing";
import { textIn } from "./resources";

/** By location. */
export const bigQueryPrices = facts<PriceRow>()({
    subject: "Prices of BigQuery",
    source: "https://cloud.google.com/bigquery/pricing",
    checked: "2026-09-02",
    rows: {
        "us storage": { amount: 0.02, unit: "GiB and month" },
        "us queries": { amount: 6.25, unit: "TiB" },
        "us-central1 storage": { amount: 0.023, unit: "GiB and month" },
        "us-central1 queries": { amount: 6.25, unit: "TiB" },
        "europe-west1 storage": { amount: 0.02, unit: "GiB and month" },
        "europe-west1 queries": { amount: 7.5, unit: "TiB" },
        "asia-southeast1 storage": { amount: 0.02, unit: "GiB and month" },
        "asia-southeast1 queries": { amount: 8.4375, unit: "TiB" },
        "southamerica-east1 storage": { amount: 0.023, unit: "GiB and month" },
        "southamerica-east1 queries": { amount: 11.25, unit: "TiB" },
    },
});

export const bigQuery: Pricing = {
    // Its tables have no price of their own.
    "gcp:bigquery/dataset:Dataset": ({ values }) => {
        const location = (textIn(values.location) ?? "US").toLowerCase();
        const options = { place: location };
        return [
            perUse("rows", priceOf(bigQueryPrices, `${location} storage`), {
                ...options,
                free: "the first 10 GiB of a month",
            }),
            perUse("data that queries read", priceOf(bigQueryPrices, `${location} queries`), {
                ...options,
                free: "the first TiB of a month",
            }),
        ];
    },
    "gcp:bigquery/dataTransferConfig:DataTransferConfig": () => [],
};
