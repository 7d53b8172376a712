import { type ComposerLimits, type ComposerWorkloadLimits, composerLimits } from "../../facts/composerLimits";
import { minAboveMax } from "../../internal/bounds";
import type * as check from "../../internal/check";
import type { Amount, ComposerWorkloads, DecidedWorkloads } from "./workloads";

type Part = keyof ComposerWorkloads;

const limitsOf = (composer: 2 | 3): ComposerLimits => composerLimits.rows[`composer${composer}`];

/** What comes nearest to so much memory that so many vCPUs take. */
export function memoryFor(cpu: number, memoryGb: number, composer: 2 | 3): number {
    const [least, most] = limitsOf(composer).memoryPerCpuGb;
    return Math.min(Math.max(memoryGb, least * cpu), most * cpu);
}

/** What is wrong with workloads for a generation of Composer. */
export function workloadProblems(
    given: ComposerWorkloads,
    all: DecidedWorkloads,
    { composer, airflow, resilient }: { composer: 2 | 3; airflow: string; resilient: boolean },
): (check.Problem | undefined)[] {
    const parts = Object.entries(limitsOf(composer).workloads) as [Part, ComposerWorkloadLimits][];
    const { minCount, maxCount } = all.worker;
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
        minAboveMax(["workloads.worker.min", minCount], ["workloads.worker.max", maxCount]),
        ...(resilient ? resilienceProblems(all) : []),
        ...(composer === 3 ? memoryProblems(all, airflow) : []),
    ];
}

function partProblems(
    path: string,
    part: Amount & { count: number },
    { count: counts, cpu, memoryGb, storageGb }: ComposerWorkloadLimits,
    composer: 2 | 3,
): (check.Problem | undefined)[] {
    const within = (key: keyof typeof part, bounds: readonly [number, number] | undefined, unit = "") => {
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
    const [least, most] = limitsOf(composer).memoryPerCpuGb;
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
export function resilienceProblems({ scheduler, dagProcessor, triggerer, worker }: DecidedWorkloads): check.Problem[] {
    const problem = (path: string, what: string, got: number) => ({
        path: `workloads.${path}`,
        reason: `must be ${what} with resilience "high" (got ${got}). Mend it, or take resilience "standard".`,
    });
    const problems = [
        scheduler.count !== 2 ? problem("scheduler.count", "2", scheduler.count) : undefined,
        dagProcessor && dagProcessor.count < 2
            ? problem("dagProcessor.count", "2 at least", dagProcessor.count)
            : undefined,
        triggerer.count === 1 ? problem("triggerer.count", "0, or 2 at least,", triggerer.count) : undefined,
        worker.minCount < 2 ? problem("worker.min", "2 at least", worker.minCount) : undefined,
    ];
    return problems.filter((each) => each !== undefined);
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
