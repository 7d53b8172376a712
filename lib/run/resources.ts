import { type CpuMemory, cloudRunGpus, cloudRunLimits, memoryOfCpus } from "../facts/limits/cloudRun";
import * as check from "../internal/arguments/check";
import { cpusOf, isBelowOneText } from "../internal/arguments/cpus";
import { gpuOptions, gpuOr } from "../internal/arguments/gpu";
import { anySize, mebibytes, quantityOf, type Size, sizeOf } from "../internal/arguments/size";
import { display } from "../internal/arguments/value";

/**
 * {@link https://cloud.google.com/run/docs/configuring/services/cpu CPUs}: a whole number, or thousandths of one: `"500m"` is half a CPU,
 * `"80m"` the minimum, and `"1000m"` one. 20 and more are only for instances with a GPU that needs them.
 */
export type RunCpu = 1 | 2 | 4 | 6 | 8 | 20 | 22 | 24 | 26 | 28 | 30 | `${number}` | `${number}m`;

/** The GPU of each instance. */
export interface RunGpu {
    /** The {@link https://cloud.google.com/run/docs/configuring/services/gpu type}. */
    type: keyof typeof cloudRunGpus.rows;
    /**
     * Reserves GPUs in several zones, at a higher price. It needs
     * {@link https://cloud.google.com/run/docs/configuring/services/gpu-zonal-redundancy a quota of its own}.
     * @default false
     */
    zonalRedundancy?: boolean;
}

/** The environment that runs the containers. */
export type ExecutionEnvironment = "gen1" | "gen2";

const whole = [1, 2, 4, 6, 8];
const withLargeGpu = [20, 22, 24, 26, 28, 30];

/** Checks a number of CPUs. */
export const runCpu = check.custom<RunCpu>(
    (value) =>
        ["number", "string"].includes(typeof value) &&
        ([...whole, ...withLargeGpu].includes(cpusOf(value as RunCpu)) || isBelowOneText(value)),
    'must be 1, 2, 4, 6 or 8, or less than one as thousandths, from "80m" to "999m"',
);

/** Checks an amount of memory; {@link resourceProblems} checks its limits. */
export const runMemory: check.Check<Size> = check.pipe(
    anySize,
    check.refine(
        (value) => !(mebibytes(value) < cloudRunLimits.rows.memory.min),
        `must be at least ${sizeOf(cloudRunLimits.rows.memory.min)}`,
    ),
);

const gpuTypes = Object.keys(cloudRunGpus.rows) as RunGpu["type"][];

/** Checks a GPU: its type, or options. */
export const runGpu: check.Check<RunGpu["type"] | RunGpu> = gpuOr(
    check.oneOf(...gpuTypes),
    check.options<RunGpu>({ type: check.oneOf(...gpuTypes), zonalRedundancy: check.flag() }, "type"),
);

/** The options of a GPU; undefined without one. */
export function resolveGpu(gpu: RunGpu["type"] | RunGpu | undefined): Required<RunGpu> | undefined {
    return gpu && { zonalRedundancy: false, ...gpuOptions<RunGpu["type"], RunGpu>(gpu) };
}

/** The CPUs and the memory of a container. */
export interface ContainerSize {
    cpu: RunCpu;
    memory: Size;
}

/** The default size, which is the same in Cloud Run itself. */
export const defaultSize: ContainerSize = { cpu: 1, memory: "512Mi" };

/** The minimum size of instances with a GPU. */
export function sizeWithGpu(gpu: RunGpu | undefined): ContainerSize {
    const row = gpu && cloudRunGpus.rows[gpu.type];
    return row ? { cpu: row.cpu as RunCpu, memory: sizeOf(row.memory) } : defaultSize;
}

/**
 * Checks the combination of CPUs and memory of a container:
 * {@link https://cloud.google.com/run/docs/configuring/services/memory-limits the memory that a number of CPUs can have}.
 */
export function sizeProblems({ cpu, memory }: ContainerSize, at = "", gpu?: RunGpu): check.Problem[] {
    const [cpus, size] = [cpusOf(cpu), mebibytes(memory)];
    if (gpu) {
        const least = cloudRunGpus.rows[gpu.type];
        return [
            ...(cpus < least.cpu
                ? [
                      check.problem(
                          `${at}cpu`,
                          "run/cpu-of-gpu",
                          `must be at least ${least.cpu} with ${gpu.type} (got ${display(cpu)}).`,
                      ),
                  ]
                : []),
            ...(size < least.memory
                ? [
                      check.problem(
                          `${at}memory`,
                          "run/memory-of-gpu",
                          `must be at least ${sizeOf(least.memory)} with ${gpu.type} (got "${memory}").`,
                      ),
                  ]
                : []),
        ];
    }
    if (withLargeGpu.includes(cpus)) {
        return [
            check.problem(`${at}cpu`, "run/cpu-without-gpu", `must be 8 at most without a GPU (got ${display(cpu)}).`),
        ];
    }
    const { min, max } = memoryOfCpus(cpus) as CpuMemory;
    if (size > max) {
        const enough = [0.5, ...whole].find((count) => size <= (memoryOfCpus(count) as CpuMemory).max);
        return enough === undefined
            ? [
                  check.problem(
                      `${at}memory`,
                      "run/memory-without-gpu",
                      `must be ${sizeOf(cloudRunLimits.rows.memory.max)} at most (got "${memory}").`,
                  ),
              ]
            : [
                  check.problem(
                      `${at}cpu`,
                      "run/cpu-of-memory",
                      `must be at least ${enough === 0.5 ? '"500m"' : enough} with ${memory} of memory (got ${display(cpu)}).`,
                  ),
              ];
    }
    return size < min
        ? [
              check.problem(
                  `${at}memory`,
                  "run/memory-of-cpu",
                  `must be at least ${sizeOf(min)} with ${cpu} CPUs (got "${memory}").`,
              ),
          ]
        : [];
}

/** What the execution environment depends on. */
export interface EnvironmentNeeds extends ContainerSize {
    executionEnvironment?: ExecutionEnvironment;
    /** What only the second generation supports, as in an error: `the bucket of volumes.models`. */
    gen2For?: string;
    gpu?: RunGpu;
}

/**
 * Checks the {@link https://cloud.google.com/run/docs/configuring/execution-environments execution environment}: less than one CPU
 * needs the first generation; file systems, GPUs and jobs need the second, which needs 512 MiB at least.
 */
export function executionEnvironmentProblems(needs: EnvironmentNeeds): check.Problem[] {
    const { executionEnvironment, gen2For = needs.gpu && "a GPU", cpu, memory } = needs;
    const path = "executionEnvironment";
    const isGen2 = executionEnvironment === "gen2" || gen2For !== undefined;
    const { min } = cloudRunLimits.rows.memoryOfGen2;
    if (executionEnvironment === "gen1" && gen2For) {
        return [
            check.problem(path, "run/generation-required", `must be "gen2" for ${gen2For} (got "gen1"). Remove it.`),
        ];
    }
    return [
        ...(isGen2 && cpusOf(cpu) < 1
            ? [
                  check.problem(
                      "cpu",
                      "run/cpu-of-generation",
                      `must be 1 at least ${gen2For ? `for ${gen2For}, which needs` : "with"} the second generation execution environment (got ${display(cpu)}).`,
                  ),
              ]
            : []),
        ...(isGen2 && mebibytes(memory) < min
            ? [
                  check.problem(
                      "memory",
                      "run/memory-of-generation",
                      `must be at least ${sizeOf(min)} ${gen2For ? `for ${gen2For}, which needs` : "with"} the second generation execution environment (got "${memory}").`,
                  ),
              ]
            : []),
    ];
}

/** Reports a GPU in a region without them. */
export function gpuRegionProblem(gpu: RunGpu | undefined, region: string): check.Problem | undefined {
    const { regions } = gpu ? (cloudRunGpus.rows[gpu.type] as { regions?: readonly string[] }) : {};
    return regions && !regions.includes(region)
        ? check.problem(
              "gpu",
              "run/gpu-in-region",
              `is not available in ${region} (got ${gpu?.type}). It is in ${regions.join(", ")}.`,
          )
        : undefined;
}

/** Whether a number of CPUs is less than one, which serves one request at a time. */
export const isBelowOne = (cpu: RunCpu): boolean => cpusOf(cpu) < 1;

/** The limits of a container in the form of the API. */
export function limitsOf({ cpu, memory }: ContainerSize, gpu?: RunGpu): Record<string, string> {
    const cpus = cpusOf(cpu);
    return {
        cpu: cpus < 1 ? `${Math.round(cpus * 1000)}m` : String(cpus),
        memory: quantityOf(memory),
        ...(gpu && { "nvidia.com/gpu": "1" }),
    };
}

/** The execution environment in the form of the API; undefined leaves the choice to Cloud Run. */
export function executionEnvironmentOf({
    executionEnvironment,
    gen2For,
    gpu,
}: Omit<EnvironmentNeeds, "cpu" | "memory">) {
    const generation = executionEnvironment ?? (gen2For !== undefined || gpu ? "gen2" : undefined);
    return generation && `EXECUTION_ENVIRONMENT_${generation.toUpperCase()}`;
}

/** Checks what less than one CPU, and CPUs at all times, do not support. */
export function cpuProblems({
    cpu,
    memory,
    cpuAlways,
    scaling,
}: ContainerSize & { cpuAlways: boolean; scaling: { concurrency: number } }): check.Problem[] {
    const { min } = cloudRunLimits.rows.memoryOfGen2;
    const isSmall = isBelowOne(cpu);
    return [
        ...(isSmall && scaling.concurrency > 1
            ? [
                  check.problem(
                      "scaling.concurrency",
                      "run/concurrency-of-cpu",
                      `must be 1 with less than one CPU (got ${scaling.concurrency}). Set cpu to 1 or more.`,
                  ),
              ]
            : []),
        ...(isSmall && cpuAlways
            ? [check.problem("cpuAlways", "run/cpu-always-of-cpu", "needs one CPU at least. Set cpu to 1 or more.")]
            : []),
        ...(cpuAlways && mebibytes(memory) < min
            ? [
                  check.problem(
                      "memory",
                      "run/memory-of-cpu-always",
                      `must be at least ${sizeOf(min)} with cpuAlways (got "${memory}").`,
                  ),
              ]
            : []),
    ];
}
