import { facts } from "slipway/facts";
import { type Charge, monthly, type PriceRow, perUse, priceOf, unknown } from "./charges";
import type { Pricing } from "./pricing";
import type { Resource } from "./resources";

export const pubSubPrices = facts<PriceRow>()({
    subject: "Prices of Pub/Sub",
    source: "https://cloud.google.com/pubsub/pricing",
    checked: "2026-09-02",
    rows: {
        delivery: { amount: 40, unit: "TiB", checked: "2026-11-22" },
        export: { amount: 50, unit: "TiB" },
        storage: { amount: 0.27, unit: "GiB and month" },
    },
});

export const schedulerPrices = facts<PriceRow>()({
    subject: "Prices of Cloud Scheduler",
    source: "https://cloud.google.com/scheduler/pricing",
    checked: "2026-11-22",
    rows: { job: { amount: 0.1, unit: "month" } },
});

const free = "the first 10 GiB of a month";

function topic({ values }: Resource): Charge[] {
    return [
        perUse("messages that are published", priceOf(pubSubPrices, "delivery"), { free }),
        ...(values.messageRetentionDuration ? [perUse("retained messages", priceOf(pubSubPrices, "storage"))] : []),
    ];
}

function subscription({ values }: Resource): Charge[] {
    const isExport = values.bigqueryConfig !== undefined || values.cloudStorageConfig !== undefined;
    return [
        isExport
            ? perUse("messages that are delivered", priceOf(pubSubPrices, "export"))
            : perUse("messages that are delivered", priceOf(pubSubPrices, "delivery"), { free }),
        perUse(
            values.retainAckedMessages === true ? "retained messages" : "messages that wait for more than a day",
            priceOf(pubSubPrices, "storage"),
        ),
    ];
}

export const messages: Pricing = {
    "gcp:pubsub/topic:Topic": topic,
    "gcp:pubsub/subscription:Subscription": subscription,
    // Jobs are billed also when they are paused; the first 3 of a billing account are free.
    "gcp:cloudscheduler/job:Job": () => [monthly("job", priceOf(schedulerPrices, "job"), 1)],
    "gcp:eventarc/trigger:Trigger": () => [unknown("events", "no source has its price")],
    "gcp:workflows/workflow:Workflow": () => [unknown("steps", "no source has its price")],
};
