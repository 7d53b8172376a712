import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Cloud Run services, and of the functions that run as such. */
export const cloudRunLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud Run",
    source: "https://cloud.google.com/run/quotas",
    checked: "2026-11-20",
    rows: {
        /** In a project and region, with the services of functions. */
        services: { max: 1000, unit: "services", checked: "2026-11-29" },
        /** In a project and region. */
        jobs: { max: 1000, unit: "jobs", checked: "2026-11-29" },
        /** Of a service, by default. */
        instances: { max: 1000, unit: "instances" },
        /** Of an instance. */
        concurrency: {
            min: 1,
            max: 1000,
            unit: "requests",
            source: "https://cloud.google.com/run/docs/about-concurrency",
        },
        timeout: {
            min: "1 second",
            max: "3600 seconds",
            source: "https://cloud.google.com/run/docs/configuring/request-timeout",
        },
        memory: {
            min: 128,
            max: 32 * 1024,
            unit: "MiB",
            source: "https://cloud.google.com/run/docs/configuring/services/memory-limits",
        },
        /** Of an instance. */
        containers: { min: 1, max: 10, unit: "containers" },
        /** With the name of its service. */
        revisionName: {
            max: 63,
            unit: "characters",
            source: "https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services",
            checked: "2026-11-22",
        },
        /** Of a service's name with a traffic tag, which are a label of a host name. */
        tagWithService: {
            max: 46,
            unit: "characters",
            source: "https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration",
            checked: "2026-11-22",
        },
        /** Of a service or a worker pool. */
        description: {
            max: 512,
            unit: "characters",
            source: "https://cloud.google.com/run/docs/configuring/description",
            checked: "2026-11-25",
        },
        /** Of a service with the second generation execution environment. */
        memoryOfGen2: {
            min: 512,
            max: 32 * 1024,
            unit: "MiB",
            source: "https://cloud.google.com/run/docs/configuring/services/memory-limits",
            checked: "2026-11-22",
        },
        /** Of a container. */
        variables: { max: 1000, unit: "variables" },
        variable: { max: 32 * 1024, unit: "bytes" },
    },
});

/** The memory that instances with a number of CPUs can have, in MiB. */
export interface CpuMemory {
    min: number;
    max: number;
}

/** The memory of Cloud Run instances, from a number of CPUs to the next one. */
export const cloudRunMemory = facts<CpuMemory>()({
    subject: "Memory and CPUs of Cloud Run",
    source: "https://cloud.google.com/run/docs/configuring/services/memory-limits",
    checked: "2026-11-20",
    rows: {
        0.08: { min: 128, max: 512 },
        0.5: { min: 128, max: 1024 },
        1: { min: 128, max: 4096 },
        2: { min: 128, max: 8192 },
        4: { min: 2048, max: 16_384 },
        6: { min: 4096, max: 24_576 },
        8: { min: 4096, max: 32_768 },
    },
});

/** The memory that a number of CPUs of Cloud Run can have, in MiB; undefined for fewer than the minimum. */
export function memoryOfCpus(cpus: number): CpuMemory | undefined {
    const rows = Object.entries<CpuMemory>(cloudRunMemory.rows).sort(([one], [other]) => Number(other) - Number(one));
    return rows.find(([from]) => cpus >= Number(from))?.[1];
}

/** The limits of {@link https://cloud.google.com/run/docs/configuring/healthchecks probes} of containers. */
export const cloudRunProbeLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud Run's probes",
    source: "https://cloud.google.com/run/docs/reference/rest/v2/Container",
    checked: "2026-11-22",
    rows: {
        startupDelay: { min: "0 seconds", max: "240 seconds" },
        startupPeriod: { min: "1 second", max: "240 seconds" },
        /** The failures that are allowed, times the period. */
        startupTotal: {
            min: 1,
            max: 240,
            unit: "seconds",
            source: "https://cloud.google.com/run/docs/configuring/healthchecks",
        },
        delay: { min: "0 seconds", max: "3600 seconds" },
        period: { min: "1 second", max: "3600 seconds" },
        timeout: { min: "1 second", max: "3600 seconds" },
    },
});

/** A GPU of Cloud Run instances. */
export interface CloudRunGpu {
    /** The minimum number of CPUs. */
    cpu: number;
    /** The minimum memory, in MiB. */
    memory: number;
    /** The regions; none if no page lists them. */
    regions?: readonly string[];
}

/** The GPUs that a Cloud Run instance can have, one each. */
export const cloudRunGpus = facts<CloudRunGpu>()({
    subject: "GPUs of Cloud Run",
    source: "https://cloud.google.com/run/docs/configuring/services/gpu",
    checked: "2026-11-22",
    rows: {
        "nvidia-l4": {
            cpu: 4,
            memory: 16 * 1024,
            regions: ["asia-south1", "asia-southeast1", "europe-west1", "europe-west4", "us-central1", "us-east4"],
        },
        "nvidia-rtx-pro-6000": { cpu: 20, memory: 80 * 1024 },
    },
});

/** A number of CPUs of a function. */
interface FunctionCpus {
    /** The number as the API returns it. */
    returned: string;
    /** The number is the default up to this memory, in MiB. */
    defaultUpTo?: number;
}

/** CPUs of Cloud Run functions. */
export const functionCpus = facts<FunctionCpus>()({
    subject: "CPUs of Cloud Run functions",
    source: "https://cloud.google.com/functions/docs/configuring/memory",
    checked: "2026-11-20",
    rows: {
        0.083: { returned: "0.0833", defaultUpTo: 128 },
        0.167: { returned: "0.1666", defaultUpTo: 256 },
        0.333: { returned: "0.3333", defaultUpTo: 512 },
        0.583: { returned: "0.5833", defaultUpTo: 1024 },
        1: { returned: "1", defaultUpTo: 2048 },
        2: { returned: "2", defaultUpTo: 8192 },
        4: { returned: "4", defaultUpTo: 16_384 },
        6: { returned: "6" },
        8: { returned: "8", defaultUpTo: 32_768 },
    },
});

/** Limits of Cloud Run functions. */
export const functionLimits = facts<DurationLimit>()({
    subject: "Limits of Cloud Run functions",
    source: "https://cloud.google.com/functions/docs/configuring/timeout",
    checked: "2026-11-20",
    rows: {
        httpTimeout: { min: "1 second", max: "60 minutes" },
        eventTimeout: { min: "1 second", max: "9 minutes" },
    },
});
