import { type ComposerWorkloadLimits, composerEnvironmentLimits } from "../facts/composerLimits";
import { minAboveMax } from "../internal/arguments/bounds";
import * as check from "../internal/arguments/check";
import { gigabytes } from "../internal/arguments/size";
import { type ComposerWorkloads, limitsOf, type ResolvedResources, type ResolvedWorkloads } from "./workloads";

type Part = keyof ComposerWorkloads;

/** Workloads outside the limits of a generation of Composer. */
export function workloadProblems(
    args: ComposerWorkloads,
    all: ResolvedWorkloads,
    { composer, airflow, resilient }: { composer: 2 | 3; airflow: string; resilient: boolean },
): (check.Problem | undefined)[] {
    const parts = Object.entries(limitsOf(composer).workloads) as [Part, ComposerWorkloadLimits][];
    const { minCount, maxCount } = all.worker;
    return [
        check.when(
            composer === 2 && args.dagProcessor,
            "workloads.dagProcessor",
            "composer/dag-processor-of-generation",
            "is only available in Composer 3: in Composer 2 schedulers process DAGs. Remove it.",
        ),
        ...parts.flatMap(([part, limit]) =>
            partProblems(`workloads.${part}`, all[part] as ResolvedResources & { count: number }, limit, composer),
        ),
        minAboveMax(["workloads.worker.scaling.min", minCount], ["workloads.worker.scaling.max", maxCount]),
        ...(resilient ? resilienceProblems(all) : []),
        ...(composer === 3 ? memoryProblems(all, airflow) : []),
    ];
}

function partProblems(
    path: string,
    part: ResolvedResources & { count: number },
    { count: counts, cpu, memoryGb, storageGb }: ComposerWorkloadLimits,
    composer: 2 | 3,
): (check.Problem | undefined)[] {
    const within = (
        key: string,
        value: number,
        bounds: readonly [number, number] | undefined,
        format: (value: number) => unknown = String,
    ) => {
        if (bounds === undefined) {
            return undefined;
        }
        const [min, max] = bounds;
        return value < min || value > max
            ? check.problem(
                  `${path}.${key}`,
                  "composer/workload-range",
                  `must be from ${format(min)} to ${format(max)} in Composer ${composer} (got ${format(value)}).`,
              )
            : undefined;
    };
    const problems = [
        within("count", part.count, counts),
        within("cpu", part.cpu, cpu),
        within("memory", part.memoryGb, memoryGb, gigabytes),
        within("diskSize", part.storageGb, storageGb, gigabytes),
    ];
    // A value out of bounds needs no further check.
    return problems.some((one) => one !== undefined)
        ? problems
        : stepProblems(path, part, composer, storageGb !== undefined);
}

function stepProblems(
    path: string,
    part: ResolvedResources,
    composer: 2 | 3,
    hasDisk: boolean,
): (check.Problem | undefined)[] {
    const [min, max] = limitsOf(composer).memoryPerCpuGb;
    const { cpu, memoryGb, storageGb } = part;
    const isStep = composer === 3 ? [0.5, 1].includes(cpu) || cpu % 2 === 0 : cpu % 0.25 === 0;
    const ratio = memoryGb / cpu;
    return [
        isStep
            ? undefined
            : check.problem(
                  `${path}.cpu`,
                  "composer/workload-cpu-step",
                  `must be ${composer === 3 ? "0.5, 1 or an even number" : "in quarters, such as 0.75"} (got ${cpu}).`,
              ),
        composer === 3 && memoryGb % 0.25 !== 0
            ? check.problem(
                  `${path}.memory`,
                  "composer/workload-memory-step",
                  `must be a multiple of 0.25 GB, such as 2.25 GB (got ${gigabytes(memoryGb)}).`,
              )
            : undefined,
        ratio < min || ratio > max
            ? check.problem(
                  `${path}.memory`,
                  "composer/workload-memory-of-cpu",
                  `must be from ${gigabytes(min * cpu)} to ${gigabytes(max * cpu)} with ${cpu} vCPU (got ${gigabytes(memoryGb)}).`,
              )
            : undefined,
        composer === 3 && hasDisk && !Number.isInteger(storageGb)
            ? check.problem(
                  `${path}.diskSize`,
                  "composer/workload-disk-step",
                  `must be a whole number of GB (got ${gigabytes(storageGb)}).`,
              )
            : undefined,
    ];
}

/**
 * Workloads that {@link https://cloud.google.com/composer/docs/composer-3/set-up-highly-resilient-environments high resilience}
 * does not allow.
 */
export function resilienceProblems({ scheduler, dagProcessor, triggerer, worker }: ResolvedWorkloads): check.Problem[] {
    const problem = (path: string, what: string, got: number) =>
        check.problem(
            `workloads.${path}`,
            "composer/workload-count-with-resilience",
            `must be ${what} with resilience "high" (got ${got}). Change it, or set resilience: "standard".`,
        );
    const problems = [
        scheduler.count !== 2 ? problem("scheduler.count", "2", scheduler.count) : undefined,
        dagProcessor && dagProcessor.count < 2
            ? problem("dagProcessor.count", "2 at least", dagProcessor.count)
            : undefined,
        triggerer.count === 1 ? problem("triggerer.count", "0, or 2 at least,", triggerer.count) : undefined,
        worker.minCount < 2 ? problem("worker.scaling.min", "2 at least", worker.minCount) : undefined,
    ];
    return problems.filter((each) => each !== undefined);
}

/**
 * Memory that newer versions of Airflow need, by the {@link https://cloud.google.com/composer/docs/release-notes release notes}
 * of July 13, 2026, and the guide "Migrate environments to Airflow 3".
 */
function memoryProblems(all: ResolvedWorkloads, airflow: string): (check.Problem | undefined)[] {
    const isAirflow3 = Number.parseInt(airflow, 10) >= 3;
    const parts = Object.entries(all) as [Part, Pick<ResolvedResources, "memoryGb">][];
    return parts.map(([part, { memoryGb }]) => {
        const min = isAirflow3
            ? composerEnvironmentLimits.rows.airflow3Memory.min
            : part === "webServer" && airflow.startsWith("2.11.")
              ? 3
              : 0;
        return memoryGb < min
            ? check.problem(
                  `workloads.${part}.memory`,
                  "composer/workload-memory-of-airflow",
                  `must be ${gigabytes(min)} at least with Airflow ${airflow} (got ${gigabytes(memoryGb)}).`,
              )
            : undefined;
    });
}
