import { facts } from "../facts";

/** The letters of the zones by region. */
export type ZonesByRegion = Readonly<Record<string, string>>;

/**
 * Zones with a type of GPU, by region. The catalog is a list of the API's machine and accelerator types; a GPU that is not here is not
 * compared with zones.
 */
export const gpuZones = facts<{ zones: ZonesByRegion }>()({
    subject: "Zones with GPUs",
    source: "https://github.com/skypilot-org/skypilot-catalog/blob/master/catalogs/v8/gcp/vms.csv",
    checked: "2026-11-22",
    rows: {
        "nvidia-l4": {
            zones: {
                "asia-east1": "abc",
                "asia-northeast1": "abc",
                "asia-northeast3": "ab",
                "asia-south1": "abc",
                "asia-southeast1": "abc",
                "europe-west1": "bc",
                "europe-west2": "ab",
                "europe-west3": "ab",
                "europe-west4": "abc",
                "europe-west6": "bc",
                "me-central2": "ac",
                "northamerica-northeast1": "bc",
                "northamerica-northeast2": "ab",
                "us-central1": "abc",
                "us-east1": "bcd",
                "us-east4": "ac",
                "us-west1": "abc",
                "us-west4": "ac",
            },
        },
        "nvidia-tesla-t4": {
            zones: {
                "asia-east1": "ac",
                "asia-east2": "ac",
                "asia-northeast1": "ac",
                "asia-northeast3": "bc",
                "asia-south1": "ab",
                "asia-southeast1": "abc",
                "asia-southeast2": "ab",
                "australia-southeast1": "ac",
                "europe-central2": "bc",
                "europe-west1": "bcd",
                "europe-west2": "ab",
                "europe-west3": "b",
                "europe-west4": "abc",
                "me-west1": "bc",
                "northamerica-northeast1": "c",
                "southamerica-east1": "abc",
                "us-central1": "abcf",
                "us-east1": "bcd",
                "us-east4": "abc",
                "us-west1": "ab",
                "us-west2": "bc",
                "us-west3": "b",
                "us-west4": "ab",
            },
        },
        "nvidia-tesla-p4": {
            zones: {
                "asia-southeast1": "abc",
                "australia-southeast1": "ab",
                "europe-west4": "bc",
                "northamerica-northeast1": "abc",
                "us-central1": "ac",
                "us-east4": "abc",
                "us-west2": "bc",
            },
        },
        "nvidia-tesla-a100": {
            zones: {
                "asia-northeast1": "ac",
                "asia-northeast3": "ab",
                "asia-southeast1": "abc",
                "europe-west4": "ab",
                "me-west1": "ac",
                "us-central1": "abcf",
                "us-east1": "b",
                "us-west1": "b",
                "us-west3": "b",
                "us-west4": "b",
            },
        },
        "nvidia-a100-80gb": {
            zones: {
                "asia-southeast1": "c",
                "europe-west4": "a",
                "us-central1": "ac",
                "us-east4": "c",
                "us-east5": "ab",
            },
        },
        "nvidia-h100-80gb": {
            zones: {
                "asia-east1": "c",
                "asia-northeast1": "b",
                "asia-northeast3": "ac",
                "asia-south1": "c",
                "asia-south2": "b",
                "asia-southeast1": "bc",
                "australia-southeast1": "c",
                "europe-north1": "c",
                "europe-west1": "bc",
                "europe-west2": "b",
                "europe-west3": "ac",
                "europe-west4": "bc",
                "europe-west8": "c",
                "europe-west9": "c",
                "northamerica-northeast2": "c",
                "us-central1": "abc",
                "us-east4": "abc",
                "us-east5": "a",
                "us-west1": "ab",
                "us-west4": "a",
            },
        },
    },
});

const rows: Readonly<Record<string, { zones: ZonesByRegion }>> = gpuZones.rows;

/** The zones of a region with a GPU; undefined if no zones of the GPU are listed. */
export function zonesWithGpu(gpu: string, region: string): string[] | undefined {
    const letters = Object.hasOwn(rows, gpu) ? (rows[gpu]?.zones[region] ?? "") : undefined;
    return letters === undefined ? undefined : [...letters].map((letter) => `${region}-${letter}`);
}
