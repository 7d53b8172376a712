import { facts } from "../facts";
import type { Limit } from "./limit";

/** Limits of the containers of Cloud Run services, jobs and worker pools. */
export const cloudRunContainerLimits = facts<Limit>()({
    subject: "Limits of containers in Cloud Run",
    source: "https://cloud.google.com/run/docs/reference/rest/v2/Container",
    checked: "2026-11-22",
    rows: {
        /** Of all containers. */
        arguments: { max: 1000, unit: "arguments", source: "https://cloud.google.com/run/quotas" },
        port: { min: 1, max: 65_535, unit: "number" },
        startupPeriod: { min: 0, max: 240, unit: "seconds" },
        startupTimeout: { min: 0, max: 240, unit: "seconds" },
        startupDelay: { min: 0, max: 240, unit: "seconds" },
        livenessPeriod: { min: 0, max: 3600, unit: "seconds" },
        livenessTimeout: { min: 0, max: 3600, unit: "seconds" },
        livenessDelay: { min: 0, max: 3600, unit: "seconds" },
        readinessPeriod: { min: 0, max: 300, unit: "seconds" },
        readinessTimeout: { min: 0, max: 300, unit: "seconds" },
        /** Of instances of the second generation, and so of jobs and worker pools. */
        memoryOfSecondGeneration: {
            min: 512,
            unit: "MiB",
            source: "https://cloud.google.com/run/docs/configuring/services/memory-limits",
        },
    },
});

/** Limits of Cloud Run jobs. */
export const cloudRunJobLimits = facts<Limit>()({
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
        taskTimeout: { min: 1, max: 604_800, unit: "seconds" },
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

/** Names of revisions, and of the tags of traffic, which become labels of a host name. */
export const cloudRunNameLimits = facts<Limit>()({
    subject: "Names in Cloud Run",
    source: "https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration",
    checked: "2026-11-22",
    rows: {
        revision: { max: 63, unit: "characters" },
        /** A tag with the name of its service. */
        tagAndService: { max: 46, unit: "characters" },
    },
});

/** A GPU of Cloud Run. */
export interface CloudRunGpu {
    /** The least CPUs and memory in MiB of its container. */
    cpus: number;
    memory: number;
    /** The numbers of CPUs, if they differ from those without a GPU. */
    cpuCounts?: readonly number[];
    /** The GPUs of new projects in a region, without zonal redundancy. */
    quota: number;
    /** The name of its quota. */
    quotaName: string;
    /** Regions with the GPU; none if no page lists them. */
    regions?: readonly string[];
}

/** GPUs of Cloud Run. */
export const cloudRunGpus = facts<CloudRunGpu>()({
    subject: "GPUs of Cloud Run",
    source: "https://cloud.google.com/run/docs/configuring/services/gpu",
    checked: "2026-11-22",
    rows: {
        "nvidia-l4": {
            cpus: 4,
            memory: 16 * 1024,
            quota: 3,
            quotaName: "NvidiaL4",
            regions: ["asia-south1", "asia-southeast1", "europe-west1", "europe-west4", "us-central1", "us-east4"],
        },
        "nvidia-rtx-pro-6000": {
            cpus: 20,
            memory: 80 * 1024,
            cpuCounts: [20, 22, 24, 26, 28, 30],
            quota: 1,
            quotaName: "NvidiaRtxPro6000",
        },
    },
});
