import { facts } from "slipway/facts";
import { type Charge, hourly, type PriceRow, perUse, priceOf, unknown } from "./charges";
import type { Pricing } from "./pricing";
import { numberIn, objectIn, type Resource, textIn } from "./resources";

export const composerPrices = facts<PriceRow>()({
    subject: "Prices of Cloud Composer 3",
    // Its table is the one of Iowa unless a reader selects another region.
    source: "https://cloud.google.com/composer/pricing",
    checked: "2026-11-28",
    rows: {
        "us-central1 dcu": { amount: 0.06, unit: "DCU-hour" },
        "us-central1 database": { amount: 0.000_232_877, unit: "GiB-hour" },
    },
});

export const appEnginePrices = facts<PriceRow>()({
    subject: "Prices of App Engine",
    source: "https://cloud.google.com/appengine/pricing",
    checked: "2026-11-28",
    rows: { "us-central1 F1": { amount: 0.05, unit: "hour" } },
});

/** Of its size and its workloads, Google computes how many DCUs an environment has. */
const composer = ({ region }: Resource): Charge[] => [
    unknown("DCU-hours of the environment", "how many DCUs its size and workloads have is not known"),
    perUse("DCU-hours", priceOf(composerPrices, `${region} dcu`), { place: region }),
    perUse("storage of its database", priceOf(composerPrices, `${region} database`), { place: region }),
];

function standardVersion({ values, region }: Resource): Charge[] {
    const { minIdleInstances, standardSchedulerSettings } = objectIn(values.automaticScaling);
    const { minInstances, maxInstances } = objectIn(standardSchedulerSettings);
    const instances = `instances of ${textIn(values.instanceClass) ?? "F1"}`;
    const manual = numberIn(objectIn(values.manualScaling).instances);
    const min = manual ?? Math.max(numberIn(minInstances) ?? 0, numberIn(minIdleInstances) ?? 0);
    const price = priceOf(appEnginePrices, `${region} ${textIn(values.instanceClass) ?? "F1"}`);
    return [hourly(instances, price, { min, max: manual ?? numberIn(maxInstances) }, region)];
}

const unpriced = (item: string) => (): Charge[] => [unknown(item, "no source has its price")];

export const platforms: Pricing = {
    "gcp:composer/environment:Environment": composer,
    "gcp:appengine/standardAppVersion:StandardAppVersion": standardVersion,
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion": unpriced("machines"),
    "gcp:certificatemanager/certificate:Certificate": unpriced("certificate"),
    "gcp:vertex/aiEndpoint:AiEndpoint": unpriced("machines of its models"),
    "gcp:dataflow/flexTemplateJob:FlexTemplateJob": unpriced("workers"),
    "gcp:dataflow/job:Job": unpriced("workers"),
    "pulumi-nodejs:dynamic/appengine:Rollout": () => [],
    "pulumi-nodejs:dynamic/model:TrainingJob": unpriced("machines while it runs"),
    "pulumi-nodejs:dynamic/model:BatchPrediction": unpriced("machines while it runs"),
    "pulumi-nodejs:dynamic/model:PipelineRun": unpriced("machines while it runs"),
    "pulumi-nodejs:dynamic/model:PipelineSchedule": unpriced("machines while its runs do"),
    "pulumi-nodejs:dynamic/model:Deployments": unpriced("machines"),
    "pulumi-nodejs:dynamic/data:DataflowRun": unpriced("workers while it runs"),
};
