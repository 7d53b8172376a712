import { facts } from "../facts";
import { servingVcpus } from "./servingMachines";

/** A quota of a new project. */
export interface RegionalQuota {
    /** The value in a region. */
    value: number;
    /** Other values, by region. */
    regions?: Readonly<Record<string, number>>;
}

/** The quotas for replicas of deployed models: CPUs of all machine types together, and GPUs. */
export const servingQuotas = facts<RegionalQuota>()({
    subject: "Quotas of Vertex AI for predictions, in each region",
    source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/quotas#custom-trained_model_quotas",
    checked: "2026-08-22",
    rows: {
        cpus: {
            value: 2200,
            regions: {
                "africa-south1": 16,
                "asia-northeast2": 16,
                "asia-south2": 16,
                "australia-southeast2": 16,
                "europe-north1": 16,
                "europe-southwest1": 16,
                "europe-west12": 16,
                "europe-west8": 16,
                "europe-west9": 16,
                "me-central1": 16,
                "me-central2": 16,
                "us-east5": 16,
                "us-west4": 16,
                "europe-central2": 450,
                "me-west1": 450,
                "northamerica-northeast2": 450,
                "southamerica-west1": 450,
                "us-south1": 450,
            },
        },
        NVIDIA_H200_141GB: { value: 0, regions: { "asia-south2": 8, "us-south1": 8 } },
        NVIDIA_TESLA_P100: { value: 30, regions: { "us-central1": 56 } },
        NVIDIA_TESLA_P4: { value: 6 },
        NVIDIA_TESLA_T4: {
            value: 12,
            regions: {
                "asia-east1": 6,
                "asia-northeast1": 6,
                "asia-northeast3": 6,
                "asia-south1": 6,
                "asia-southeast1": 6,
                "europe-west3": 0,
            },
        },
        NVIDIA_L4: { value: 28 },
        NVIDIA_TESLA_V100: { value: 6 },
        NVIDIA_TESLA_A100: { value: 14, regions: { "me-west1": 1 } },
        NVIDIA_A100_80GB: { value: 1 },
        NVIDIA_B200: { value: 0 },
        NVIDIA_GB200: { value: 0 },
        NVIDIA_H100_80GB: { value: 16, regions: { "us-east4": 0, "us-west1": 8 } },
        NVIDIA_H100_MEGA_80GB: { value: 0 },
        NVIDIA_RTX_PRO_6000: {
            value: 8,
            regions: { "asia-south2": 0, "europe-west1": 0, "us-east4": 0, "us-west1": 0 },
        },
    },
});

/** The quotas for running training jobs: CPUs of N1 and E2 machine types, CPUs of other families, and GPUs. */
export const trainingQuotas = facts<RegionalQuota>()({
    subject: "Quotas of Vertex AI for training, in each region",
    source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/quotas#custom-trained_model_quotas",
    checked: "2026-08-22",
    rows: {
        cpus: {
            value: 2200,
            regions: {
                "africa-south1": 450,
                "europe-central2": 450,
                "europe-west12": 450,
                "europe-west9": 450,
                "me-central1": 450,
                "me-central2": 450,
                "me-west1": 450,
                "us-east5": 450,
                "us-south1": 450,
                "asia-northeast2": 20,
                "asia-south2": 20,
                "australia-southeast2": 20,
                "europe-north1": 20,
                "europe-southwest1": 20,
                "europe-west6": 20,
                "europe-west8": 20,
                "northamerica-northeast2": 20,
                "southamerica-east1": 20,
                "southamerica-west1": 20,
                "us-east4": 20,
                "us-west2": 20,
                "us-west4": 20,
            },
        },
        n2_cpus: {
            value: 20,
            regions: {
                "africa-south1": 450,
                "asia-east1": 450,
                "europe-west12": 450,
                "europe-west4": 450,
                "europe-west9": 450,
                "me-central1": 450,
                "me-central2": 450,
                "us-central1": 450,
                "us-east5": 450,
            },
        },
        n4_cpus: {
            value: 20,
            regions: {
                "africa-south1": 450,
                "asia-east1": 450,
                "australia-southeast2": 450,
                "europe-north1": 450,
                "europe-southwest1": 450,
                "europe-west12": 450,
                "europe-west4": 450,
                "europe-west8": 450,
                "europe-west9": 450,
                "me-central1": 450,
                "me-central2": 450,
                "southamerica-west1": 450,
                "us-central1": 450,
                "us-east5": 450,
                "asia-northeast2": 180,
            },
        },
        m1_cpus: { value: 0 },
        c2_cpus: {
            value: 20,
            regions: {
                "asia-east1": 450,
                "europe-west4": 450,
                "europe-west9": 450,
                "us-central1": 450,
                "us-east5": 450,
            },
        },
        NVIDIA_H200_141GB: { value: 0, regions: { "asia-south2": 8, "us-east4": 8 } },
        NVIDIA_TESLA_P4: { value: 6, regions: { "us-east4": 1 } },
        NVIDIA_TESLA_T4: {
            value: 2,
            regions: {
                "asia-northeast1": 6,
                "asia-south1": 6,
                "europe-west2": 6,
                "asia-northeast3": 1,
                "asia-southeast1": 1,
                "europe-west3": 0,
                "us-central1": 12,
            },
        },
        NVIDIA_L4: { value: 0 },
        NVIDIA_RTX_PRO_6000: { value: 0 },
        NVIDIA_TESLA_P100: { value: 30, regions: { "australia-southeast1": 6, "us-central1": 56 } },
        NVIDIA_TESLA_V100: { value: 6 },
        NVIDIA_TESLA_A100: { value: 8 },
        NVIDIA_A100_80GB: { value: 0 },
        NVIDIA_H100_80GB: { value: 0 },
        NVIDIA_B200: { value: 0 },
        NVIDIA_GB200: { value: 0 },
        NVIDIA_H100_MEGA_80GB: { value: 0 },
    },
});

/** What uses quotas of Vertex AI. */
export type VertexUse = "serving" | "training";

/** Machines in the form of the API, whose CPUs and GPUs are counted. */
export interface VertexMachines {
    machineSpec?: { machineType?: string; acceleratorType?: string; acceleratorCount?: number };
    count: number;
}

/** The key of a machine type's CPUs: N1 and E2 share a quota, and so do all machines that serve. */
function cpusKey(use: VertexUse, machineType: string): string {
    const [family = ""] = machineType.split("-");
    return use === "serving" || family === "n1" || family === "e2" ? "cpus" : `${family}_cpus`;
}

/** What machines use of the quotas, by their keys. */
export function quotaUse(use: VertexUse, machines: readonly VertexMachines[]): Map<string, number> {
    const used = new Map<string, number>();
    const add = (key: string, count: number) => used.set(key, (used.get(key) ?? 0) + count);
    for (const { machineSpec = {}, count } of machines) {
        const { machineType = "n1-standard-2", acceleratorType, acceleratorCount = 0 } = machineSpec;
        const cpus = servingVcpus(machineType) ?? Number(/-(\d+)$/.exec(machineType)?.[1] ?? 0);
        add(cpusKey(use, machineType), count * cpus);
        if (acceleratorType) {
            add(acceleratorType, count * acceleratorCount);
        }
    }
    return used;
}

/** The metric of a quota: `custom_model_serving_nvidia_t4_gpus`. */
export const quotaMetric = (use: VertexUse, key: string): string =>
    `custom_model_${use}_${key.startsWith("NVIDIA_") ? `${key.replace("TESLA_", "").toLowerCase()}_gpus` : key}`;
