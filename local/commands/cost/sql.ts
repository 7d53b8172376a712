import { facts } from "slipway/facts";
import { type Charge, hourly, monthly, type Price, type PriceRow, perUse, priceOf, unknown } from "./charges";
import type { Pricing } from "./pricing";
import { numberIn, objectIn, type Resource, textIn } from "./resources";

const responses =
    "https://github.com/M-Naveed-Ashraf/cloud_pricing_with_infracost/blob/bdf080d9cde0395f2a7b8d585598a1fd61092fe7/GCP/cloudSQL/cloudSQL_cuds_infra_response.py" as const;
const billed = { source: responses, checked: "2024-03-29" } as const;

/** Of the edition Enterprise for MySQL and PostgreSQL in one zone, by region. */
export const sqlPrices = facts<PriceRow>()({
    subject: "Prices of Cloud SQL",
    source: "https://www.usage.ai/blogs/gcp/cloud-sql/pricing/",
    checked: "2026-05-31",
    rows: {
        "us-central1 cpu": { amount: 0.0413, unit: "vCPU-hour" },
        "us-central1 memory": { amount: 0.007, unit: "GiB-hour" },
        "us-central1 db-f1-micro": { amount: 0.0105, unit: "hour", ...billed },
        "us-central1 db-g1-small": { amount: 0.035, unit: "hour", ...billed },
        // Of MySQL, whose earlier machine types have one price: of 64 vCPUs, half of a regional instance's.
        "us-central1 db-n1-standard-4": { amount: 0.2702, unit: "hour", ...billed },
        "us-central1 db-n1-standard-8": { amount: 0.5404, unit: "hour", ...billed },
        "us-central1 db-n1-standard-32": { amount: 2.162, unit: "hour", ...billed },
        "us-central1 db-n1-standard-64": { amount: 4.3239, unit: "hour", ...billed },
        "us-central1 db-n1-standard-96": { amount: 6.4859, unit: "hour", ...billed },
        "us-central1 db-n1-highmem-8": { amount: 0.7042, unit: "hour", ...billed },
        "us-central1 PD_SSD": { amount: 0.17, unit: "GiB and month", ...billed },
        "us-central1 PD_HDD": { amount: 0.09, unit: "GiB and month", ...billed },
        // 8 vCPUs with 30 GB cost as much as in Iowa.
        "europe-west1 cpu": { amount: 0.0413, unit: "vCPU-hour", ...billed },
        "europe-west1 memory": { amount: 0.007, unit: "GiB-hour", ...billed },
        // Half of what a regional instance costs.
        "europe-west1 db-f1-micro": { amount: 0.0105, unit: "hour", ...billed },
        "europe-west2 cpu": { amount: 0.0496, unit: "vCPU-hour", ...billed },
        "europe-west2 memory": { amount: 0.0084, unit: "GiB-hour", ...billed },
        "europe-west2 db-f1-micro": { amount: 0.0126, unit: "hour", ...billed },
        "europe-west2 db-g1-small": { amount: 0.042, unit: "hour", ...billed },
        "europe-west3 PD_SSD": { amount: 0.204, unit: "GiB and month", ...billed },
        "us-east1 cpu": { amount: 0.0413, unit: "vCPU-hour", ...billed },
        "us-east1 memory": { amount: 0.007, unit: "GiB-hour", ...billed },
        "us-east1 db-f1-micro": { amount: 0.0105, unit: "hour", ...billed },
        "us-east1 PD_HDD": { amount: 0.09, unit: "GiB and month", ...billed },
    },
});

/** vCPUs and GiB of a tier; undefined for shared cores and other tiers, which have a price of their own. */
function sizeOf(tier: string, engine: string): { cpu: number; memory: number } | undefined {
    const [, cpus, memory = ""] = /^db-custom-(\d+)-(\d+)$/.exec(tier) ?? [];
    if (cpus !== undefined) {
        return { cpu: Number(cpus), memory: Number(memory) / 1024 };
    }
    // Only MySQL has other prices for the earlier names.
    const [, cpu] = engine.startsWith("POSTGRES") ? (/^db-n1-standard-(\d+)$/.exec(tier) ?? []) : [];
    return cpu === undefined ? undefined : { cpu: Number(cpu), memory: Number(cpu) * 3.75 };
}

function instance({ values, region }: Resource): Charge[] {
    const settings = objectIn(values.settings);
    const tier = textIn(settings.tier) ?? "";
    const isRegional = settings.availabilityType === "REGIONAL";
    const engine = textIn(values.databaseVersion) ?? "";
    const price = (row: string): Price | undefined =>
        engine.startsWith("SQLSERVER") || settings.edition === "ENTERPRISE_PLUS"
            ? undefined
            : priceOf(sqlPrices, `${region} ${row}`);
    const copies = isRegional ? 2 : 1;
    const standby = isRegional ? ", with its standby" : "";
    const size = sizeOf(tier, engine);
    const machine =
        size === undefined
            ? [hourly(`${tier}${standby}`, price(tier), copies, region)]
            : [
                  hourly(`${size.cpu} vCPU${standby}`, price("cpu"), size.cpu * copies, region),
                  hourly(`${size.memory} GiB of memory${standby}`, price("memory"), size.memory * copies, region),
              ];
    const diskType = textIn(settings.diskType) ?? "PD_SSD";
    const disk = numberIn(settings.diskSize) ?? 10;
    // Automatic growth has no limit unless one is set.
    const grows = settings.diskAutoresize !== false;
    const limit = numberIn(settings.diskAutoresizeLimit);
    return [
        ...(settings.activationPolicy === "NEVER" ? [] : machine),
        monthly(
            `${disk} GiB of ${diskType}${standby}${grows ? ", which grows with the data" : ""}`,
            price(diskType),
            { min: disk * copies, max: grows ? (limit ? limit * copies : undefined) : disk * copies },
            region,
        ),
        ...(objectIn(settings.backupConfiguration).enabled === true
            ? [perUse("backups", undefined, { place: region })]
            : []),
        ...(settings.edition === "ENTERPRISE_PLUS" && objectIn(settings.dataCacheConfig).dataCacheEnabled === true
            ? [unknown("data cache", "no source has its price")]
            : []),
    ];
}

export const sql: Pricing = { "gcp:sql/databaseInstance:DatabaseInstance": instance };
