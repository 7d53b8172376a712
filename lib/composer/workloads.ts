import { type ComposerLimits, composerLimits } from "../facts/composerLimits";
import * as check from "../internal/arguments/check";
import { anySize, gigabytesIn, type Size } from "../internal/arguments/size";

/** The resources of one instance of a workload. */
export interface WorkloadResources {
    /**
     * vCPUs: in Composer 3 0.5, 1 or an even number, in Composer 2 a multiple of 0.25.
     * @default by the environment's size
     */
    cpu?: number;
    /**
     * Memory, a multiple of `"0.25 GB"`: 1 to 8 GB per vCPU in Composer 3, 1 to 6.5 GB in Composer 2. A GB is a GiB.
     * @default by the environment's size, within the range for the vCPUs
     */
    memory?: Size;
}

/** The resources of one instance of a workload with a disk. */
export interface WorkloadResourcesWithDisk extends WorkloadResources {
    /**
     * The size of the disk: `"0 GB"` to `"100 GB"` in Composer 3, `"0.05 GB"` to `"10 GB"` in Composer 2.
     * @default by the environment's size
     */
    diskSize?: Size;
}

/** The minimum and maximum number of workers. */
export interface WorkerScaling {
    /**
     * The minimum number: 1 to 100; at least 2 with high resilience.
     * @default by the environment's size
     */
    min?: number;
    /**
     * The maximum number: 1 to 100.
     * @default by the environment's size, at least `min`
     */
    max?: number;
}

/** The {@link https://cloud.google.com/composer/docs/composer-3/scale-environments workloads} of an environment. */
export interface ComposerWorkloads {
    /** Schedulers: 1 to 3 in Composer 3, 1 to 10 in Composer 2; exactly 2 with high resilience. */
    scheduler?: WorkloadResourcesWithDisk & {
        /**
         * The number of schedulers.
         * @default by the environment's size
         */
        count?: number;
    };
    /** DAG processors, only in Composer 3: 1 to 3; at least 2 with high resilience. */
    dagProcessor?: WorkloadResourcesWithDisk & {
        /**
         * The number of DAG processors.
         * @default by the environment's size
         */
        count?: number;
    };
    /** Triggerers, which run deferred tasks: 0 to 10; none or at least 2 with high resilience. */
    triggerer?: WorkloadResources & {
        /**
         * The number of triggerers; `0` for none.
         * @default by the environment's size
         */
        count?: number;
    };
    /** The Airflow web server. */
    webServer?: WorkloadResourcesWithDisk;
    /** Workers: `scaling` bounds their number, or fixes it: 1 to 100; at least 2 with high resilience. */
    worker?: WorkloadResourcesWithDisk & {
        /**
         * The number of workers, or its bounds, between which Composer scales: 1 to 100; at least 2 with high resilience.
         * @default by the environment's size
         */
        scaling?: number | WorkerScaling;
    };
}

/** The size of the infrastructure that Google manages: the Airflow database and queues. */
export type ComposerSize = "small" | "medium" | "large" | "extra-large";

/** The resolved resources of one instance of a workload, as Composer's API has them. */
export interface ResolvedResources {
    cpu: number;
    memoryGb: number;
    storageGb: number;
}

/** The `workloadsConfig` of the environment resource: {@link ComposerWorkloads} with all defaults. */
export interface ResolvedWorkloads {
    scheduler: ResolvedResources & { count: number };
    dagProcessor?: ResolvedResources & { count: number };
    triggerer: Omit<ResolvedResources, "storageGb"> & { count: number };
    webServer: ResolvedResources;
    worker: ResolvedResources & { minCount: number; maxCount: number };
}

/** The default workloads by environment size; the values of a small one are Composer's own defaults. */
const defaultWorkloads: Record<ComposerSize, ResolvedWorkloads> = {
    small: {
        scheduler: { count: 1, cpu: 0.5, memoryGb: 2, storageGb: 1 },
        dagProcessor: { count: 1, cpu: 1, memoryGb: 4, storageGb: 1 },
        triggerer: { count: 1, cpu: 1, memoryGb: 2 },
        webServer: { cpu: 1, memoryGb: 4, storageGb: 1 },
        worker: { minCount: 1, maxCount: 3, cpu: 0.5, memoryGb: 2, storageGb: 10 },
    },
    medium: {
        scheduler: { count: 2, cpu: 1, memoryGb: 4, storageGb: 1 },
        dagProcessor: { count: 2, cpu: 2, memoryGb: 8, storageGb: 1 },
        triggerer: { count: 1, cpu: 1, memoryGb: 2 },
        webServer: { cpu: 2, memoryGb: 8, storageGb: 1 },
        worker: { minCount: 2, maxCount: 6, cpu: 2, memoryGb: 8, storageGb: 10 },
    },
    large: {
        scheduler: { count: 2, cpu: 1, memoryGb: 8, storageGb: 1 },
        dagProcessor: { count: 2, cpu: 4, memoryGb: 16, storageGb: 1 },
        triggerer: { count: 1, cpu: 1, memoryGb: 4 },
        webServer: { cpu: 2, memoryGb: 8, storageGb: 1 },
        worker: { minCount: 3, maxCount: 12, cpu: 4, memoryGb: 16, storageGb: 10 },
    },
    "extra-large": {
        scheduler: { count: 2, cpu: 1, memoryGb: 8, storageGb: 1 },
        dagProcessor: { count: 3, cpu: 8, memoryGb: 32, storageGb: 1 },
        triggerer: { count: 1, cpu: 1, memoryGb: 4 },
        webServer: { cpu: 4, memoryGb: 16, storageGb: 1 },
        worker: { minCount: 4, maxCount: 24, cpu: 8, memoryGb: 32, storageGb: 10 },
    },
};

const amount = check.custom<number>(
    (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
    "must be a number",
);
const count = check.whole(0, 100);
const workers = check.whole(...composerLimits.rows.composer3.workloads.worker.count);
const disk = { cpu: amount, memory: anySize, diskSize: anySize };

/** Checks the workloads; their limits depend on the generation of Composer. */
export const workloads = check.options<ComposerWorkloads>({
    scheduler: check.options<Required<ComposerWorkloads>["scheduler"]>({ ...disk, count }),
    dagProcessor: check.options<Required<ComposerWorkloads>["dagProcessor"]>({ ...disk, count }),
    triggerer: check.options<Required<ComposerWorkloads>["triggerer"]>({ cpu: amount, memory: anySize, count }),
    webServer: check.options<WorkloadResourcesWithDisk>(disk),
    worker: check.options<Required<ComposerWorkloads>["worker"]>({
        ...disk,
        scaling: check.either(
            (value) => typeof value === "number",
            workers,
            check.options<WorkerScaling>({ min: workers, max: workers }),
        ),
    }),
});

/** The limits of a generation of Composer. */
export const limitsOf = (composer: 2 | 3): ComposerLimits => composerLimits.rows[`composer${composer}`];

/** Limits memory to the range for the vCPUs. */
function clampMemory(cpu: number, memoryGb: number, composer: 2 | 3): number {
    const [min, max] = limitsOf(composer).memoryPerCpuGb;
    return Math.min(Math.max(memoryGb, min * cpu), max * cpu);
}

/** Completes the workloads with their defaults. */
export function resolveWorkloads(
    workloads: ComposerWorkloads,
    size: ComposerSize,
    { composer, resilient }: { composer: 2 | 3; resilient: boolean },
): ResolvedWorkloads {
    const { scheduler, dagProcessor, triggerer, webServer, worker } = defaultWorkloads[size];
    const resilientCount = resilient ? { count: 2 } : {};
    const { scaling = {}, ...workerResources } = workloads.worker ?? {};
    const { min, max } = typeof scaling === "number" ? { min: scaling, max: scaling } : scaling;
    const minCount = min ?? Math.max(worker.minCount, resilient ? 2 : 1);
    const resources = <Part extends Omit<ResolvedResources, "storageGb">>(
        defaults: Part,
        { memory, diskSize, ...args }: WorkloadResourcesWithDisk = {},
    ): Part => {
        const { cpu, memoryGb } = { ...defaults, ...args };
        return {
            ...defaults,
            ...args,
            memoryGb: memory === undefined ? clampMemory(cpu, memoryGb, composer) : gigabytesIn(memory),
            ...(diskSize !== undefined && { storageGb: gigabytesIn(diskSize) }),
        };
    };
    return {
        scheduler: resources({ ...scheduler, ...resilientCount }, workloads.scheduler),
        ...(composer === 3 &&
            dagProcessor && {
                dagProcessor: resources({ ...dagProcessor, ...resilientCount }, workloads.dagProcessor),
            }),
        triggerer: resources({ ...triggerer, ...resilientCount }, workloads.triggerer),
        webServer: resources(webServer, workloads.webServer),
        worker: {
            ...resources(worker, workerResources),
            minCount,
            maxCount: max ?? Math.max(worker.maxCount, minCount),
        },
    };
}
