import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Further limits of the containers of Cloud Run services, jobs and worker pools, which the local Google Cloud checks. */
export const cloudRunContainerLimits = facts<Limit>()({
    subject: "Limits of containers in Cloud Run",
    source: "https://cloud.google.com/run/docs/reference/rest/v2/Container",
    checked: "2026-11-22",
    rows: {
        /** Of all containers. */
        arguments: { max: 1000, unit: "arguments", source: "https://cloud.google.com/run/quotas" },
        port: { min: 1, max: 65_535, unit: "number" },
        startupTimeout: { min: 1, max: 240, unit: "seconds" },
        readiness: { min: 1, max: 300, unit: "seconds" },
    },
});

/** Limits of Cloud Run jobs. */
export const cloudRunJobLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud Run jobs",
    source: "https://cloud.google.com/run/docs/create-jobs",
    checked: "2026-11-22",
    rows: {
        tasks: { min: 1, max: 10_000, unit: "tasks" },
        retries: {
            min: 0,
            max: 10,
            unit: "retries",
            source: "https://cloud.google.com/run/docs/configuring/max-retries",
        },
        taskTimeout: { min: "1 second", max: "7 days" },
        /** Longer ones are in preview. */
        gpuTaskTimeout: { min: 1, max: 3600, unit: "seconds" },
        /** The name of a job and an execution token, together. */
        executionName: {
            max: 62,
            unit: "characters",
            source: "https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs",
        },
    },
});

/** What a project and a GPU of Cloud Run have in addition to `cloudRunGpus`. */
export interface CloudRunGpuQuota {
    /** The name of the quotas, with and without zonal redundancy. */
    quota: string;
    /** The GPUs of a new project in a region, without zonal redundancy; it has none with it. */
    count: number;
    /** The numbers of CPUs, if they differ from those without a GPU. */
    cpus?: readonly number[];
}

/** Quotas of GPUs. */
export const cloudRunGpuQuotas = facts<CloudRunGpuQuota>()({
    subject: "Quotas of GPUs of Cloud Run",
    source: "https://cloud.google.com/run/docs/configuring/services/gpu",
    checked: "2026-11-22",
    rows: {
        "nvidia-l4": { quota: "NvidiaL4", count: 3 },
        "nvidia-rtx-pro-6000": { quota: "NvidiaRtxPro6000", count: 1, cpus: [20, 22, 24, 26, 28, 30] },
    },
});
