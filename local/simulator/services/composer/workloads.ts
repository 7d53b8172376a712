import {
    type ComposerLimits,
    type ComposerWorkloadLimits,
    composerEnvironmentLimits,
    composerLimits,
} from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import type { Image } from "./versions";

type Bounds = readonly [min: number, max: number];
type Part = keyof ComposerLimits["workloads"];

const limitsOf = (generation: 2 | 3): ComposerLimits => composerLimits.rows[`composer${generation}`];

/** Names of workloads in the API's messages. */
const titles: Record<Part, string> = {
    scheduler: "Scheduler",
    triggerer: "Triggerer",
    webServer: "Web server",
    worker: "Worker",
    dagProcessor: "DAG processor",
};

/** The step of CPUs: their number must be a multiple of it. With the step 2, also 0.5 and 1 are allowed. */
const stepOf = (generation: 2 | 3, part: Part) =>
    generation === 2 ? 0.25 : part === "scheduler" || part === "triggerer" ? 0.5 : 2;

interface Limits extends ComposerWorkloadLimits {
    title: string;
    step: number;
}

/** The minimum memory of a workload with Airflow 3, in GB. */
const minMemoryOfAirflow3 = composerEnvironmentLimits.rows.airflow3Memory.min;

/** Default workloads. */
export const defaultWorkloads: Record<2 | 3, Inputs> = {
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
const outside = (value: number | undefined, [min, max]: Bounds) => value !== undefined && (value < min || value > max);

/** "Scale environments": whether a number of CPUs is allowed with this step. */
const isStep = (cpu: number, step: number) =>
    Number.isInteger(cpu / step) || (step === 2 && (cpu === 0.5 || cpu === 1));

function cpuProblems(cpu: number, { title, cpu: [min, max], step }: Limits): string[] {
    if (cpu > max) {
        return [`You have to specify ${title} CPUs not larger than ${written(max)}`];
    }
    if (cpu < min) {
        return [`You have to specify ${title} CPUs not smaller than ${written(min)}`];
    }
    const steps = step === 2 ? "0.5, 1 or a multiple of 2" : `a multiple of ${step}`;
    return isStep(cpu, step) ? [] : [`You have to specify ${title} CPUs that are ${steps}`];
}

function memoryProblems(
    { cpu, memoryGb }: Inputs,
    { title, memoryGb: memory }: Limits,
    { airflow, generation }: Image,
): string[] {
    const [minPerCpu, maxPerCpu] = limitsOf(generation).memoryPerCpuGb;
    const min = Math.max(memory[0], cpu * minPerCpu, airflow.startsWith("3.") ? minMemoryOfAirflow3 : 0);
    const max = Math.min(memory[1], cpu * maxPerCpu);
    return outside(memoryGb, [min, max])
        ? [`${title} memory must be between ${written(min)}GB and ${written(max)}GB for given vCpu.`]
        : [];
}

function countProblems(part: Inputs, { title, count }: Limits): string[] {
    const [min, max] = count ?? [0, 0];
    const message = `${title} count must be between ${min} and ${max}.`;
    const isOutside = [part.count, part.minCount, part.maxCount].some((item) => count && outside(item, count));
    return isOutside
        ? [message]
        : part.minCount > part.maxCount
          ? [`${title} minimum count must not be larger than the maximum count.`]
          : [];
}

function problemsOf(part: Inputs, of: Limits, image: Image): string[] {
    // Without triggerers, their size is ignored.
    if (part.count === 0 && of.count?.[0] === 0) {
        return [];
    }
    const { title, storageGb: storage } = of;
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

/** "Set up highly resilient environments": requirements of workloads. */
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

/** Verifies the sizes of workloads. */
export function workloadProblems(config: Inputs, image: Image): string[] {
    const { generation } = image;
    const size = config.environmentSize;
    return [
        ...(Object.entries(limitsOf(generation).workloads) as [Part, ComposerWorkloadLimits][]).flatMap(
            ([name, of]) => {
                const part = config.workloadsConfig[name];
                return part
                    ? problemsOf(part, { ...of, title: titles[name], step: stepOf(generation, name) }, image)
                    : [];
            },
        ),
        ...resilienceProblems(config, generation),
        ...(generation === 2 && size === "ENVIRONMENT_SIZE_EXTRA_LARGE"
            ? ["Extra large environments are not supported in Cloud Composer 2."]
            : []),
    ];
}
