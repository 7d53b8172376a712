import { facts } from "slipway/facts";
import { type Charge, type Count, hoursPerMonth, type Price, type PriceRow, perUse, priceOf, unknown } from "./charges";
import type { Pricing } from "./pricing";
import { numberIn, objectIn, objectsIn, type Resource, textIn } from "./resources";

/** Of instances that are billed while they answer requests, in regions of tier 1 and tier 2, and the tier of each region. */
export const runPrices = facts<PriceRow>()({
    subject: "Prices of Cloud Run",
    source: "https://github.com/firebase/firebase-tools/blob/a786bda73b48196fce1df22fe2b1cbc9e463b2d0/src/deploy/functions/pricing.ts",
    checked: "2026-08-21",
    rows: {
        requests: { amount: 0.4, unit: "million requests" },
        "1 cpu": { amount: 0.000_024, unit: "vCPU-second" },
        "1 memory": { amount: 0.000_002_5, unit: "GiB-second" },
        "1 idle cpu": { amount: 0.000_002_5, unit: "vCPU-second" },
        "2 cpu": { amount: 0.000_033_6, unit: "vCPU-second" },
        "2 memory": { amount: 0.000_003_5, unit: "GiB-second" },
        "2 idle cpu": { amount: 0.000_003_5, unit: "vCPU-second" },
        // Of instances that are billed for their whole life, and of jobs.
        "1 instance cpu": {
            amount: 0.000_018,
            unit: "vCPU-second",
            source: "https://cloud.google.com/run/pricing",
            checked: "2026-10-07",
        },
        "1 instance memory": {
            amount: 0.000_002,
            unit: "GiB-second",
            source: "https://cloud.google.com/run/pricing",
            checked: "2026-10-07",
        },
    },
});

const regionsOfTier1 = new Set(
    "africa-south1 asia-east1 asia-northeast1 asia-northeast2 europe-north1 europe-southwest1 europe-west1 europe-west4 europe-west8 europe-west9 me-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1".split(
        " ",
    ),
);
const regionsOfTier2 = new Set(
    "asia-east2 asia-northeast3 asia-south1 asia-south2 asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2 europe-central2 europe-west2 europe-west3 europe-west6 europe-west10 europe-west12 me-central1 me-central2 northamerica-northeast1 northamerica-northeast2 southamerica-east1 southamerica-west1 us-west2 us-west3 us-west4".split(
        " ",
    ),
);

const tierOf = (region: string) => (regionsOfTier1.has(region) ? "1" : regionsOfTier2.has(region) ? "2" : undefined);

const inTier = (region: string, row: string): Price | undefined => priceOf(runPrices, `${tierOf(region)} ${row}`);

/** CPUs and memory of the containers of an instance. */
interface Size {
    cpu: number;
    /** In GiB. */
    memory: number;
}

/** The CPUs of a function that says none: https://cloud.google.com/functions/docs/configuring/memory */
const defaultCpus: [memory: number, cpu: number][] = [
    [0.125, 0.083],
    [0.25, 0.167],
    [0.5, 0.333],
    [1, 0.583],
    [2, 1],
    [8, 2],
    [16, 4],
    [32, 8],
];

/** Gibibytes of `512Mi`, `2Gi`, `512M` or a number of bytes; undefined for another text. */
export function gibibytes(text: unknown): number | undefined {
    const [, amount = "", unit = ""] = /^([\d.]+)([KMGT]i?)?B?$/.exec(String(text ?? "")) ?? [];
    const factor = { "": 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }[unit];
    return amount === "" || factor === undefined ? undefined : (Number(amount) * factor) / 2 ** 30;
}

/** CPUs of `2`, `"1"` or `"1000m"`. */
const cpus = (value: unknown): number | undefined => {
    const text = textIn(value);
    return text?.endsWith("m") ? (numberIn(text.slice(0, -1)) ?? 0) / 1000 : numberIn(value);
};

/** Instances that run all the time: billed at idle or instance prices at the least, and at most as if all of them always worked. */
function instances(
    { cpu, memory }: Size,
    region: string,
    { min, max }: Count,
    kind: "requests" | "instances",
): Charge[] {
    const [least, most, stored] =
        kind === "requests"
            ? [inTier(region, "idle cpu"), inTier(region, "cpu"), inTier(region, "memory")]
            : [inTier(region, "instance cpu"), inTier(region, "instance cpu"), inTier(region, "instance memory")];
    const item = `${min === 1 && max === 1 ? "instance" : "instances"} of ${cpu} vCPU and ${memory} GiB`;
    if (least === undefined || most === undefined || stored === undefined) {
        return [unknown(item, `no source has its price in ${region || "this region"}`)];
    }
    const month = hoursPerMonth * 3600;
    const amount = (price: Price) => (cpu * price.amount + memory * stored.amount) * month;
    return [
        {
            kind: "fixed",
            item: `${min === max ? min : `${min} to ${max ?? "any number of"}`} ${item}`,
            min: min * amount(least),
            max: max === undefined ? undefined : max * amount(most),
            price: least,
        },
        ...(min === max && kind === "instances"
            ? []
            : [
                  perUse("CPU", most, {
                      free: kind === "requests" ? "180,000 vCPU-seconds a month" : "240,000 vCPU-seconds a month",
                  }),
                  perUse("memory", stored, {
                      free: kind === "requests" ? "360,000 GiB-seconds a month" : "450,000 GiB-seconds a month",
                  }),
              ]),
        ...(kind === "requests"
            ? [perUse("requests", priceOf(runPrices, "requests"), { free: "2 million a month" })]
            : []),
    ];
}

/** The size of all containers of an instance, by default 1 vCPU and 512 MiB each. */
function containersSize(containers: unknown): Size {
    const sizes = objectsIn(containers).map(({ resources }) => {
        const limits = objectIn(objectIn(resources).limits);
        return { cpu: cpus(limits.cpu) ?? 1, memory: gibibytes(limits.memory) ?? 0.5 };
    });
    const all = sizes.length > 0 ? sizes : [{ cpu: 1, memory: 0.5 }];
    return {
        cpu: all.reduce((sum, { cpu }) => sum + cpu, 0),
        memory: all.reduce((sum, { memory }) => sum + memory, 0),
    };
}

function service({ values, region }: Resource): Charge[] {
    const template = objectIn(values.template);
    const { minInstanceCount, maxInstanceCount } = objectIn(template.scaling);
    const own = objectIn(values.scaling);
    const manual = own.scalingMode === "MANUAL" ? numberIn(own.manualInstanceCount) : undefined;
    const min = manual ?? numberIn(own.minInstanceCount) ?? numberIn(minInstanceCount) ?? 0;
    // Without a maximum, the value is 0 or missing.
    const max = manual ?? (numberIn(own.maxInstanceCount) || numberIn(maxInstanceCount) || undefined);
    const isBilledAlways = objectsIn(template.containers).some(
        ({ resources }) => objectIn(resources).cpuIdle === false,
    );
    return [
        ...instances(
            containersSize(template.containers),
            region,
            { min, max },
            isBilledAlways ? "instances" : "requests",
        ),
        ...gpus(template),
    ];
}

/** GPUs of an instance. */
const gpus = (template: Record<string, unknown>): Charge[] => {
    const accelerator = textIn(objectIn(template.nodeSelector).accelerator);
    return accelerator ? [unknown(accelerator, "no source has its price")] : [];
};

function job({ values, region }: Resource): Charge[] {
    const template = objectIn(objectIn(values.template).template);
    const { cpu, memory } = containersSize(template.containers);
    return [
        perUse(`${cpu} vCPU of each task`, inTier(region, "instance cpu"), {
            place: region,
            free: "240,000 vCPU-seconds a month",
        }),
        perUse(`${memory} GiB of each task`, inTier(region, "instance memory"), {
            place: region,
            free: "450,000 GiB-seconds a month",
        }),
        ...gpus(template),
    ];
}

function cloudFunction({ values, region }: Resource): Charge[] {
    const config = objectIn(values.serviceConfig);
    const memory = gibibytes(config.availableMemory ?? "256M") ?? 0.25;
    const cpu = cpus(config.availableCpu) ?? defaultCpus.find(([most]) => memory <= most)?.[1] ?? 8;
    const min = numberIn(config.minInstanceCount) ?? 0;
    return instances({ cpu, memory }, region, { min, max: numberIn(config.maxInstanceCount) }, "requests");
}

export const run: Pricing = {
    "gcp:cloudrunv2/service:Service": service,
    "gcp:cloudrunv2/job:Job": job,
    "gcp:cloudrunv2/workerPool:WorkerPool": () => [unknown("instances of a worker pool", "no source has its price")],
    "gcp:cloudfunctionsv2/function:Function": cloudFunction,
};
