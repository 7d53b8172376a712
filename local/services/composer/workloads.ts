import type { Inputs } from "../../rules/rules";
import type { Image } from "./versions";

/** From what to what a part of an environment may be; nothing where it has no such setting. */
type Bounds = [least: number, most: number];

interface Limits {
    /** How the API calls the part in what it says. */
    title: string;
    count?: Bounds;
    cpu: Bounds;
    /** What the number of CPUs must be a multiple of; beside it halves and one where the number is 2. */
    step: number;
    memory: Bounds;
    storage?: Bounds;
}

/** How much memory there may be for each CPU. */
const perCpu: Record<2 | 3, Bounds> = { 2: [1, 6.5], 3: [1, 8] };

/** What each part needs that runs Airflow 3, in GB. */
const leastOfAirflow3 = 2;

/** "Scale environments", resource limits, of each generation. */
const limits: Record<2 | 3, Record<string, Limits>> = {
    2: {
        scheduler: {
            title: "Scheduler",
            count: [1, 10],
            cpu: [0.5, 28],
            step: 0.25,
            memory: [0.5, 80],
            storage: [0.05, 10],
        },
        triggerer: { title: "Triggerer", count: [0, 10], cpu: [0.5, 1], step: 0.25, memory: [0.5, 80] },
        webServer: { title: "Web server", cpu: [0.5, 28], step: 0.25, memory: [1, 80], storage: [0.05, 10] },
        worker: {
            title: "Worker",
            count: [1, 100],
            cpu: [0.5, 28],
            step: 0.25,
            memory: [0.5, 80],
            storage: [0.05, 10],
        },
    },
    3: {
        scheduler: { title: "Scheduler", count: [1, 3], cpu: [0.5, 2], step: 0.5, memory: [1, 8], storage: [0, 100] },
        triggerer: { title: "Triggerer", count: [0, 10], cpu: [0.5, 1], step: 0.5, memory: [1, 8] },
        webServer: { title: "Web server", cpu: [0.5, 4], step: 2, memory: [2, 32], storage: [0, 100] },
        worker: { title: "Worker", count: [1, 100], cpu: [0.5, 32], step: 2, memory: [1, 256], storage: [0, 100] },
        dagProcessor: {
            title: "DAG processor",
            count: [1, 3],
            cpu: [0.5, 32],
            step: 2,
            memory: [1, 256],
            storage: [0, 100],
        },
    },
};

/** What the parts of an environment have that nobody has sized. */
export const usualWorkloads: Record<2 | 3, Inputs> = {
    2: {
        scheduler: { count: 1, cpu: 0.5, memoryGb: 2, storageGb: 1 },
        triggerer: { count: 1, cpu: 0.5, memoryGb: 0.5 },
        webServer: { cpu: 0.5, memoryGb: 2, storageGb: 1 },
        worker: { cpu: 0.5, maxCount: 3, memoryGb: 2, minCount: 1, storageGb: 1 },
    },
    3: {
        dagProcessor: { count: 1, cpu: 1, memoryGb: 4, storageGb: 1 },
        scheduler: { count: 1, cpu: 0.5, memoryGb: 2, storageGb: 1 },
        triggerer: { count: 1, cpu: 1, memoryGb: 2 },
        webServer: { cpu: 1, memoryGb: 4, storageGb: 1 },
        worker: { cpu: 0.5, maxCount: 3, memoryGb: 2, minCount: 1, storageGb: 10 },
    },
};

const written = (number: number) => number.toFixed(2);
const outside = (value: number | undefined, [least, most]: Bounds) =>
    value !== undefined && (value < least || value > most);

/** "Scale environments": steps in which CPUs are counted. */
const isStep = (cpu: number, step: number) =>
    Number.isInteger(cpu / step) || (step === 2 && (cpu === 0.5 || cpu === 1));

function cpuProblems(cpu: number, { title, cpu: [least, most], step }: Limits): string[] {
    if (cpu > most) {
        return [`You have to specify ${title} CPUs not larger than ${written(most)}`];
    }
    if (cpu < least) {
        return [`You have to specify ${title} CPUs not smaller than ${written(least)}`];
    }
    const steps = step === 2 ? "0.5, 1 or a multiple of 2" : `a multiple of ${step}`;
    return isStep(cpu, step) ? [] : [`You have to specify ${title} CPUs that are ${steps}`];
}

function memoryProblems(
    { cpu, memoryGb }: Inputs,
    { title, memory }: Limits,
    { airflow, generation }: Image,
): string[] {
    const [few, many] = perCpu[generation];
    const least = Math.max(memory[0], cpu * few, airflow.startsWith("3.") ? leastOfAirflow3 : 0);
    const most = Math.min(memory[1], cpu * many);
    return outside(memoryGb, [least, most])
        ? [`${title} memory must be between ${written(least)}GB and ${written(most)}GB for given vCpu.`]
        : [];
}

function countProblems(part: Inputs, { title, count }: Limits): string[] {
    const [least, most] = count ?? [0, 0];
    const said = `${title} count must be between ${least} and ${most}.`;
    const isOutside = [part.count, part.minCount, part.maxCount].some((each) => count && outside(each, count));
    return isOutside
        ? [said]
        : part.minCount > part.maxCount
          ? [`${title} minimum count must not be larger than the maximum count.`]
          : [];
}

function problemsOf(part: Inputs, of: Limits, image: Image): string[] {
    // Where there is no triggerer, its size is of no account.
    if (part.count === 0 && of.count?.[0] === 0) {
        return [];
    }
    const { title, storage } = of;
    const wrong = cpuProblems(part.cpu, of);
    return [
        ...wrong,
        ...(wrong.length > 0 ? [] : memoryProblems(part, of, image)),
        ...(storage && outside(part.storageGb, storage)
            ? [`${title} storage must be between ${written(storage[0])}GB and ${written(storage[1])}GB.`]
            : []),
        ...countProblems(part, of),
    ];
}

/** "Set up highly resilient environments": what each part must have for it. */
function resilienceProblems({ resilienceMode, workloadsConfig }: Inputs, generation: 2 | 3): string[] {
    if (resilienceMode !== "HIGH_RESILIENCE") {
        return [];
    }
    const { scheduler, worker, triggerer, dagProcessor } = workloadsConfig;
    return [
        ...(scheduler.count === 2 || (generation === 2 && scheduler.count > 2)
            ? []
            : [`Highly resilient environments must have ${generation === 2 ? "at least" : "exactly"} 2 schedulers.`]),
        ...(worker.minCount < 2 ? ["Highly resilient environments must have at least 2 workers."] : []),
        ...(triggerer?.count === 1 ? ["Highly resilient environments must have at least 2 triggerers, or none."] : []),
        ...(dagProcessor?.count < 2 ? ["Highly resilient environments must have at least 2 DAG processors."] : []),
    ];
}

/** What is wrong with the sizes of an environment's parts. */
export function workloadProblems(config: Inputs, image: Image): string[] {
    const { generation } = image;
    const size = config.environmentSize;
    return [
        ...Object.entries(limits[generation]).flatMap(([name, of]) => {
            const part = config.workloadsConfig[name];
            return part ? problemsOf(part, of, image) : [];
        }),
        ...resilienceProblems(config, generation),
        ...(generation === 2 && size === "ENVIRONMENT_SIZE_EXTRA_LARGE"
            ? ["Extra large environments are not supported in Cloud Composer 2."]
            : []),
    ];
}
