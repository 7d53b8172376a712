import { facts } from "slipway/facts";
import { type Charge, type PriceRow, perUse, priceOf, unknown } from "./charges";
import type { Pricing } from "./pricing";
import { numberIn, type Resource } from "./resources";
import { inRegion, snapshot } from "./snapshot";

export const observabilityPrices = facts<PriceRow>()({
    subject: "Prices of Google Cloud Observability",
    source: "https://cloud.google.com/stackdriver/pricing",
    checked: "2026-11-28",
    rows: {
        logs: { amount: 0.5, unit: "GiB" },
        retention: { amount: 0.01, unit: "GiB and month" },
        "uptime checks": { amount: 0.3, unit: "1,000 executions" },
    },
});

/** The days that the price of storing contains. */
const includedDays = 30;

function logBucket({ values }: Resource): Charge[] {
    return [
        perUse("log entries", priceOf(observabilityPrices, "logs"), { free: "the first 50 GiB of a month" }),
        ...((numberIn(values.retentionDays) ?? includedDays) > includedDays
            ? [perUse("entries after 30 days", priceOf(observabilityPrices, "retention"))]
            : []),
    ];
}

export const operations: Pricing = {
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": logBucket,
    "gcp:logging/folderBucketConfig:FolderBucketConfig": logBucket,
    "gcp:logging/organizationBucketConfig:OrganizationBucketConfig": logBucket,
    "gcp:logging/billingAccountBucketConfig:BillingAccountBucketConfig": logBucket,
    "gcp:logging/metric:Metric": () => [
        perUse("metric data", inRegion(snapshot().metrics, "us-central1", "MiB"), {
            free: "the first 150 MiB of a month",
        }),
    ],
    "gcp:monitoring/metricDescriptor:MetricDescriptor": () => [
        perUse("metric data", inRegion(snapshot().metrics, "us-central1", "MiB"), {
            free: "the first 150 MiB of a month",
        }),
    ],
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": () => [
        perUse("checks", priceOf(observabilityPrices, "uptime checks"), { free: "the first million of a month" }),
    ],
    "gcp:monitoring/alertPolicy:AlertPolicy": () => [
        unknown("conditions", "sources differ about the price since May 2026"),
    ],
};
