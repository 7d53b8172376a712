import * as check from "../../internal/check";

/** How much of a machine one of a kind gets. */
export interface WorkloadResources {
    /**
     * vCPUs. Composer 3 takes 0.5, 1 or an even number, Composer 2 quarters.
     * @default by the environment's size
     */
    cpu?: number;
    /**
     * Memory in GB, in quarters: 1 to 8 GB for a vCPU in Composer 3, 1 to 6.5 in Composer 2.
     * @default by the environment's size
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

type Part = keyof ComposerWorkloads;

interface Limits {
    cpu: [number, number];
    memoryGb: [number, number];
    storageGb?: [number, number];
    count?: [number, number];
}

/** "Scale environments", resource limits, by generation. */
const limits: Record<2 | 3, Partial<Record<Part, Limits>>> = {
    2: {
        scheduler: { count: [1, 10], cpu: [0.5, 28], memoryGb: [0.5, 80], storageGb: [0.05, 10] },
        triggerer: { count: [0, 10], cpu: [0.5, 1], memoryGb: [0.5, 80] },
        webServer: { cpu: [0.5, 28], memoryGb: [1, 80], storageGb: [0.05, 10] },
        worker: { cpu: [0.5, 28], memoryGb: [0.5, 80], storageGb: [0.05, 10] },
    },
    3: {
        scheduler: { count: [1, 3], cpu: [0.5, 1], memoryGb: [1, 8], storageGb: [0, 100] },
        dagProcessor: { count: [1, 3], cpu: [0.5, 32], memoryGb: [1, 256], storageGb: [0, 100] },
        triggerer: { count: [0, 10], cpu: [0.5, 1], memoryGb: [1, 8] },
        webServer: { cpu: [1, 4], memoryGb: [2, 32], storageGb: [0, 100] },
        worker: { cpu: [0.5, 32], memoryGb: [1, 256], storageGb: [0, 100] },
    },
};

/** The memory for a vCPU, in GB. */
const ratios: Record<2 | 3, [number, number]> = { 2: [1, 6.5], 3: [1, 8] };

interface Amount {
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
const disk = { cpu: amount, memoryGb: amount, storageGb: amount };

/** Checks the form of workloads; their amounts depend on the generation. */
export const workloads: check.Check = check.options<ComposerWorkloads>({
    scheduler: check.options<Required<ComposerWorkloads>["scheduler"]>({ ...disk, count }),
    dagProcessor: check.options<Required<ComposerWorkloads>["dagProcessor"]>({ ...disk, count }),
    triggerer: check.options<Required<ComposerWorkloads>["triggerer"]>({ cpu: amount, memoryGb: amount, count }),
    webServer: check.options<WorkloadResourcesWithDisk>(disk),
    worker: check.options<Required<ComposerWorkloads>["worker"]>({ ...disk, min: count, max: count }),
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
    return {
        scheduler: { ...scheduler, ...two, ...given.scheduler },
        ...(composer === 3 && dagProcessor && { dagProcessor: { ...dagProcessor, ...two, ...given.dagProcessor } }),
        triggerer: { ...triggerer, ...two, ...given.triggerer },
        webServer: { ...webServer, ...given.webServer },
        worker: { ...worker, ...resources, minCount, maxCount: max ?? Math.max(worker.maxCount, minCount) },
    };
}

/** What is wrong with workloads for a generation of Composer. */
export function workloadProblems(
    given: ComposerWorkloads,
    all: DecidedWorkloads,
    { composer, airflow, resilient }: { composer: 2 | 3; airflow: string; resilient: boolean },
): (check.Problem | undefined)[] {
    const parts = Object.entries(limits[composer]) as [Part, Limits][];
    const { minCount, maxCount } = all.worker;
    const outside = (path: string, value: number) =>
        value < 1 || value > 100
            ? { path: `workloads.worker.${path}`, reason: `must be from 1 to 100 (got ${value}).` }
            : undefined;
    return [
        composer === 2 && given.dagProcessor
            ? {
                  path: "workloads.dagProcessor",
                  reason: "is of Composer 3 alone: in Composer 2 schedulers do it. Leave it out.",
              }
            : undefined,
        ...parts.flatMap(([part, limit]) =>
            partProblems(`workloads.${part}`, all[part] as Amount & { count: number }, limit, composer),
        ),
        outside("min", minCount),
        outside("max", maxCount),
        minCount > maxCount
            ? {
                  path: "workloads.worker.min",
                  reason: `must not be above workloads.worker.max, ${maxCount} (got ${minCount}).`,
              }
            : undefined,
        ...(resilient ? resilienceProblems(all) : []),
        ...(composer === 3 ? memoryProblems(all, airflow) : []),
    ];
}

function partProblems(
    path: string,
    part: Amount & { count: number },
    { count: counts, cpu, memoryGb, storageGb }: Limits,
    composer: 2 | 3,
): (check.Problem | undefined)[] {
    const within = (key: keyof typeof part, bounds: [number, number] | undefined, unit = "") => {
        const [least, most] = bounds ?? [];
        const value = part[key];
        return least !== undefined && most !== undefined && (value < least || value > most)
            ? {
                  path: `${path}.${key}`,
                  reason: `must be from ${least} to ${most}${unit} in Composer ${composer} (got ${value}).`,
              }
            : undefined;
    };
    const problems = [
        within("count", counts),
        within("cpu", cpu),
        within("memoryGb", memoryGb, " GB"),
        within("storageGb", storageGb, " GB"),
    ];
    // What is out of bounds needs no step.
    return problems.some((one) => one !== undefined)
        ? problems
        : stepProblems(path, part, composer, storageGb !== undefined);
}

function stepProblems(path: string, part: Amount, composer: 2 | 3, hasDisk: boolean): (check.Problem | undefined)[] {
    const [least, most] = ratios[composer];
    const { cpu, memoryGb, storageGb } = part;
    const isStep = composer === 3 ? [0.5, 1].includes(cpu) || cpu % 2 === 0 : cpu % 0.25 === 0;
    const ratio = memoryGb / cpu;
    return [
        isStep
            ? undefined
            : {
                  path: `${path}.cpu`,
                  reason: `must be ${composer === 3 ? "0.5, 1 or an even number" : "in quarters, such as 0.75"} (got ${cpu}).`,
              },
        composer === 3 && memoryGb % 0.25 !== 0
            ? { path: `${path}.memoryGb`, reason: `must be in quarters, such as 2.25 (got ${memoryGb}).` }
            : undefined,
        ratio < least || ratio > most
            ? {
                  path: `${path}.memoryGb`,
                  reason: `must be ${least * cpu} to ${most * cpu} GB for ${cpu} vCPU (got ${memoryGb}).`,
              }
            : undefined,
        composer === 3 && hasDisk && !Number.isInteger(storageGb)
            ? { path: `${path}.storageGb`, reason: `must be a whole number of GB (got ${storageGb}).` }
            : undefined,
    ];
}

/** "Set up highly resilient environments": how many there are of everything that there are two of. */
function resilienceProblems({
    scheduler,
    dagProcessor,
    triggerer,
    worker,
}: DecidedWorkloads): (check.Problem | undefined)[] {
    const problem = (path: string, what: string, got: number) => ({
        path: `workloads.${path}`,
        reason: `must be ${what} with resilience "high" (got ${got}). Mend it, or take resilience "standard".`,
    });
    return [
        scheduler.count !== 2 ? problem("scheduler.count", "2", scheduler.count) : undefined,
        dagProcessor && dagProcessor.count < 2
            ? problem("dagProcessor.count", "2 at least", dagProcessor.count)
            : undefined,
        triggerer.count === 1 ? problem("triggerer.count", "0, or 2 at least,", triggerer.count) : undefined,
        worker.minCount < 2 ? problem("worker.min", "2 at least", worker.minCount) : undefined,
    ];
}

/** "Release notes" of July 13, 2026, and "Migrate environments to Airflow 3": how much memory newer versions of Airflow need. */
function memoryProblems(all: DecidedWorkloads, airflow: string): (check.Problem | undefined)[] {
    const isThird = Number.parseInt(airflow, 10) >= 3;
    const parts = Object.entries(all) as [Part, Pick<Amount, "memoryGb">][];
    return parts.map(([part, { memoryGb }]) => {
        const least = isThird ? 2 : part === "webServer" && airflow.startsWith("2.11.") ? 3 : 0;
        return memoryGb < least
            ? {
                  path: `workloads.${part}.memoryGb`,
                  reason: `must be ${least} GB at least with Airflow ${airflow} (got ${memoryGb}).`,
              }
            : undefined;
    });
}
