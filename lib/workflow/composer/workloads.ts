import * as check from "../../internal/check";
import { memoryFor } from "./workloadLimits";

/** How much of a machine one of a kind gets. */
export interface WorkloadResources {
    /**
     * vCPUs. Composer 3 takes 0.5, 1 or an even number, Composer 2 quarters.
     * @default by the environment's size
     */
    cpu?: number;
    /**
     * Memory in GB, in quarters: 1 to 8 GB for a vCPU in Composer 3, 1 to 6.5 in Composer 2.
     * @default by the environment's size, within what the vCPUs take
     */
    memoryGb?: number;
}

/** The same with a disk. */
export interface WorkloadResourcesWithDisk extends WorkloadResources {
    /**
     * The disk in GB: 0 to 100 in Composer 3, 0.05 to 10 in Composer 2.
     * @default by the environment's size
     */
    storageGb?: number;
}

/** What Airflow runs on ("Scale environments", resource limits). */
export interface ComposerWorkloads {
    /** Schedulers: 1 to 3 in Composer 3, 1 to 10 in Composer 2; exactly 2 of a resilient environment. */
    scheduler?: WorkloadResourcesWithDisk & { count?: number };
    /** The processors of DAG files, of Composer 3 alone: 1 to 3; 2 at least of a resilient environment. */
    dagProcessor?: WorkloadResourcesWithDisk & { count?: number };
    /** The triggerers of deferred tasks: 0 to 10; none, or 2 at least of a resilient environment. */
    triggerer?: WorkloadResources & { count?: number };
    /** The server of Airflow's pages. */
    webServer?: WorkloadResourcesWithDisk;
    /** Workers, of which there are as many as the tasks need between two bounds of 1 to 100; 2 at least of a resilient environment. */
    worker?: WorkloadResourcesWithDisk & { min?: number; max?: number };
}

/** How large what Google manages is: the database of Airflow and its queues. */
export type ComposerSize = "small" | "medium" | "large" | "extra-large";

/** The resources of one of a part. */
export interface Amount {
    cpu: number;
    memoryGb: number;
    storageGb: number;
}

/** ComposerWorkloads with nothing left open, in the form of the provider. */
export interface DecidedWorkloads {
    scheduler: Amount & { count: number };
    dagProcessor?: Amount & { count: number };
    triggerer: Omit<Amount, "storageGb"> & { count: number };
    webServer: Amount;
    worker: Amount & { minCount: number; maxCount: number };
}

/** What an environment of a size has of which nothing is told; a small one has what Composer takes by itself. */
const usual: Record<ComposerSize, DecidedWorkloads> = {
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

const amount = check.custom(
    (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
    "must be a number",
);
const count = check.whole(0, 100);
const workers = check.whole(1, 100);
const disk = { cpu: amount, memoryGb: amount, storageGb: amount };

/** Checks the form of workloads; their amounts depend on the generation. */
export const workloads: check.Check = check.options<ComposerWorkloads>({
    scheduler: check.options<Required<ComposerWorkloads>["scheduler"]>({ ...disk, count }),
    dagProcessor: check.options<Required<ComposerWorkloads>["dagProcessor"]>({ ...disk, count }),
    triggerer: check.options<Required<ComposerWorkloads>["triggerer"]>({ cpu: amount, memoryGb: amount, count }),
    webServer: check.options<WorkloadResourcesWithDisk>(disk),
    worker: check.options<Required<ComposerWorkloads>["worker"]>({ ...disk, min: workers, max: workers }),
});

/** The workloads with everything decided that is left open. */
export function decidedWorkloads(
    given: ComposerWorkloads,
    size: ComposerSize,
    { composer, resilient }: { composer: 2 | 3; resilient: boolean },
): DecidedWorkloads {
    const { scheduler, dagProcessor, triggerer, webServer, worker } = usual[size];
    const two = resilient ? { count: 2 } : {};
    const { min, max, ...resources } = given.worker ?? {};
    const minCount = min ?? Math.max(worker.minCount, resilient ? 2 : 1);
    const amounts = <Part extends Omit<Amount, "storageGb">>(ofSize: Part, own: WorkloadResources = {}): Part => {
        const { cpu, memoryGb } = { ...ofSize, ...own };
        return { ...ofSize, ...own, memoryGb: own.memoryGb ?? memoryFor(cpu, memoryGb, composer) };
    };
    return {
        scheduler: amounts({ ...scheduler, ...two }, given.scheduler),
        ...(composer === 3 &&
            dagProcessor && { dagProcessor: amounts({ ...dagProcessor, ...two }, given.dagProcessor) }),
        triggerer: amounts({ ...triggerer, ...two }, given.triggerer),
        webServer: amounts(webServer, given.webServer),
        worker: {
            ...amounts(worker, resources),
            minCount,
            maxCount: max ?? Math.max(worker.maxCount, minCount),
        },
    };
}
