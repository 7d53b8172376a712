import { facts } from "slipway/facts";
import { type Charge, type PriceRow, perUse, priceOf, unknown } from "./charges";
import type { Pricing } from "./pricing";
import { objectsIn, type Resource, textIn } from "./resources";
import { inRegion, listed, snapshot } from "./snapshot";

export const registryPrices = facts<PriceRow>()({
    subject: "Prices of Artifact Registry",
    source: "https://cloud.google.com/artifact-registry/pricing",
    checked: "2026-11-22",
    rows: { storage: { amount: 0.1, unit: "GB and month" } },
});

type Classes = ReturnType<typeof snapshot>["buckets"];

function classPrice(classes: Classes, storageClass: string, location: string, unit: string) {
    const prices = classes[storageClass];
    return listed(prices?.large[location], unit) ?? inRegion(prices?.regional, location.toLowerCase(), unit);
}

function bucket({ values }: Resource): Charge[] {
    const location = (textIn(values.location) ?? "").toUpperCase();
    const first = textIn(values.storageClass) ?? "STANDARD";
    const moved = objectsIn(values.lifecycleRules).map(
        ({ action }) => (action as { storageClass?: string })?.storageClass,
    );
    const used = [...new Set([first, ...moved.filter((each) => textIn(each) !== undefined)])] as string[];
    return used.flatMap((storageClass) => {
        const name = storageClass.toLowerCase();
        const retrieval = classPrice(snapshot().retrieval, storageClass, location, "GiB");
        return [
            perUse(
                `objects in ${name} storage`,
                classPrice(snapshot().buckets, storageClass, location, "GiB and month"),
                {
                    place: location,
                },
            ),
            ...(retrieval ? [perUse(`retrieval from ${name} storage`, retrieval)] : []),
        ];
    });
}

/** Virtual repositories store nothing. */
const repository = ({ values }: Resource): Charge[] =>
    values.mode === "VIRTUAL_REPOSITORY"
        ? []
        : [
              perUse("packages and images", priceOf(registryPrices, "storage"), {
                  free: "the first 0.5 GB of a billing account",
              }),
          ];

export const storage: Pricing = {
    "gcp:storage/bucket:Bucket": bucket,
    "gcp:artifactregistry/repository:Repository": repository,
    "gcp:compute/image:Image": () => [unknown("image", "no source has its price")],
};
