import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageSource } from "../../artifactregistry";
import type { ComponentArgs } from "../../environment/component";
import type { Environment } from "../../environment/environment";
import {
    allTrainingMachines,
    attachableCounts,
    includedGpu,
    isFlexStart,
    machinesWith,
    type TrainingGpu,
    trainingCounts,
    trainingGpus,
    trainingLimits,
    trainingRegionsOf,
} from "../../facts/vertex/training";
import { variableProblems } from "../../iam/serverless/variables";
import * as check from "../../internal/check";
import { secondsIn } from "../../internal/duration";
import { type GpuOptions, gpuOptions } from "../../internal/gpu";
import { shortenName } from "../../internal/names";
import { regionProblem } from "../../internal/places";
import { imageProblem } from "../images";
import { alertsProblem } from "../jobSchedule";
import { attachmentOf } from "../network";
import type {
    ImageTraining,
    PackageTraining,
    SourceTraining,
    TrainingMachines,
    TrainingPool,
    VertexTrainingJobArgs,
} from "./arguments";
import { vertexTrainingJobArgs } from "./arguments";
import { hasPackaging, requirementProblems } from "./package";
import { tuningProblems } from "./tuning";

/** Machines with their defaults. */
export interface ResolvedMachines extends Pick<TrainingMachines, "disk"> {
    machineType: string;
    gpu?: Required<GpuOptions<TrainingGpu>>;
}

/** A worker pool with its defaults. */
export interface ResolvedPool extends ResolvedMachines, Pick<TrainingPool, "image" | "replicas"> {}

type Defaulted = "name" | "region" | "uses" | "env" | "runOn" | "strategy" | "timeout" | "wait" | "webAccess";

/** The arguments in any of their shapes. */
type AnyArgs = Partial<ImageTraining & SourceTraining & PackageTraining> &
    Omit<VertexTrainingJobArgs, keyof (ImageTraining & SourceTraining & PackageTraining)>;

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<AnyArgs, Defaulted | keyof TrainingMachines | "replicas" | "pools">,
        Required<Pick<AnyArgs, Defaulted>>,
        ComponentArgs {
    /** The worker pools in the order of the API: the first machine, workers, parameter servers, evaluators. */
    pools: (ResolvedPool | undefined)[];
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, given: VertexTrainingJobArgs, environment: Environment): ResolvedArgs {
    const args = check.withDefaults(given as AnyArgs, {
        name: shortenName(component.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-"), 63),
        region: environment.region,
        uses: {},
        env: {},
        runOn: [],
        strategy: "standard",
        timeout: "7 days",
        wait: true,
        webAccess: false,
    });
    const problems = (checked: typeof args) => [
        ...codeProblems(checked),
        imageProblem("image", checked.image, environment),
        ...Object.entries(checked.pools ?? {}).map(([key, pool]) =>
            imageProblem(`pools.${key}.image`, pool?.image, environment),
        ),
        ...machineProblems("", checked, checked.region),
        ...poolProblems(checked, checked.region),
        ...strategyProblems(checked),
        ...variableProblems("training job", "env", checked.env, checked.uses, secretHint),
        countProblem(checked),
        ...tuningProblems(checked.tuning),
        ...placeProblems(checked, checked.region),
        alertsProblem(checked),
    ];
    const checked = check.checked(
        `VertexTrainingJob "${component}"`,
        args as typeof args & VertexTrainingJobArgs,
        vertexTrainingJobArgs,
        problems as never,
    ) as typeof args;
    return { ...checked, pools: poolsOf(checked) };
}

/** Reports too many variables. */
function countProblem({ uses = {}, env = {} }: AnyArgs): check.Problem | undefined {
    const { max } = trainingLimits.rows.variables;
    const count = Object.keys(uses).length + Object.keys(env).length;
    return check.when(
        count > max,
        "env",
        "vertex/too-many-variables",
        `must have ${max} variables at most, with uses (got ${count}).`,
    );
}

const secretHint = (name: string) =>
    `Store it in a Secret, set uses: { ${name}: thatSecret.role("roles/secretmanager.secretAccessor") } and read the secret in the code, or rename the variable.`;

function codeProblems({ image, command, source, packages, module, container }: AnyArgs): check.Problem[] {
    const shapes = Object.entries({ image, source, packages }).filter(([, value]) => value !== undefined);
    if (shapes.length !== 1) {
        const got = shapes.length === 0 ? "none" : shapes.map(([key]) => key).join(" and ");
        return [
            check.problem(
                "",
                "vertex/code-not-exactly-one",
                `must have exactly one of image, source, packages (got ${got}).`,
            ),
        ];
    }
    if (image !== undefined) {
        return Object.entries({ module, container })
            .filter(([, value]) => value !== undefined)
            .map(([path]) =>
                check.problem(
                    path,
                    "vertex/option-of-python-code",
                    "is only for Python code, with source or packages. Remove it.",
                ),
            );
    }
    return [
        ...(module === undefined
            ? [check.problem("module", "vertex/module-missing", "is missing. It is the Python module to run.")]
            : []),
        ...(container === undefined
            ? [
                  check.problem(
                      "container",
                      "vertex/container-missing",
                      "is missing. It is the prebuilt container that runs the module.",
                  ),
              ]
            : []),
        ...(command === undefined
            ? []
            : [check.problem("command", "vertex/command-without-image", "is only for an image. Remove it.")]),
        ...(packages?.length === 0
            ? [check.problem("packages", "vertex/packages-empty", "must have at least one package.")]
            : []),
        ...(packages ?? []).flatMap((one, index) => packageProblems(`packages.${index}`, one)),
        ...(source === undefined || module === undefined ? [] : sourceProblems(source, module)),
    ];
}

/** A local package must exist; objects are read by Vertex AI. */
function packageProblems(path: string, one: unknown): check.Problem[] {
    if (typeof one !== "string") {
        return [];
    }
    if (!/\.(tar\.gz|whl)$/.test(one)) {
        return [check.problem(path, "vertex/package-format", `must end with .tar.gz or .whl (got "${one}").`)];
    }
    return one.startsWith("gs://") || existsSync(one)
        ? []
        : [
              check.problem(
                  path,
                  "vertex/package-missing",
                  `does not exist (got "${one}"). The path is relative to ${process.cwd()}.`,
              ),
          ];
}

function sourceProblems(source: string, module: string): check.Problem[] {
    if (hasPackaging(source)) {
        return [];
    }
    const path = module.replaceAll(".", "/");
    const isThere = [`${path}.py`, `${path}/__main__.py`].some((file) => existsSync(join(source, file)));
    const requirements = join(source, "requirements.txt");
    return [
        ...(isThere
            ? []
            : [
                  check.problem(
                      "module",
                      "vertex/module-not-in-folder",
                      `is not in the folder: ${source} has no ${path}.py (got "${module}").`,
                  ),
              ]),
        ...(existsSync(requirements) ? requirementProblems(readFileSync(requirements, "utf8")) : []),
    ];
}

const gpuOf = ({ machineType, gpu }: TrainingMachines): ResolvedMachines["gpu"] => {
    const included = machineType === undefined ? undefined : includedGpu(machineType);
    if (gpu === undefined) {
        return included;
    }
    const { type, count } = gpuOptions<TrainingGpu, GpuOptions<TrainingGpu>>(gpu);
    return { type, count: count ?? (included?.type === type ? included.count : 1) };
};

/** The smallest machine type for GPUs. */
function machineFor({ type, count }: Required<GpuOptions<TrainingGpu>>): string | undefined {
    return attachableCounts(type).includes(count)
        ? "n1-standard-4"
        : Object.entries(machinesWith(type)).find(([, included]) => included === count)?.[0];
}

function resolveMachines(machines: TrainingMachines): ResolvedMachines {
    const gpu = gpuOf(machines);
    const { machineType = (gpu && machineFor(gpu)) ?? "n1-standard-4", disk } = machines;
    return { machineType, gpu, disk };
}

/**
 * Reports GPUs that are not in the region, or that the machine type cannot have. Vertex AI refuses the job:
 * `Accelerator "NVIDIA_TESLA_T4" is not supported for machine type "e2-standard-8"`.
 */
function machineProblems(at: string, machines: TrainingMachines, region: string): check.Problem[] {
    const gpu = gpuOf(machines);
    if (gpu === undefined) {
        return [];
    }
    const { type, count } = gpu;
    const path = machines.gpu === undefined ? `${at}machineType` : `${at}gpu`;
    const regions = trainingRegionsOf(type);
    return [
        ...(regions.includes(region)
            ? []
            : [
                  check.problem(
                      path,
                      "vertex/gpu-in-region",
                      `${type} is not available for training in ${region}. It is in ${regions.join(", ")}.`,
                  ),
              ]),
        ...countProblems(at, machines.machineType, { type, count }),
    ];
}

function countProblems(
    at: string,
    machineType: string | undefined,
    { type, count }: NonNullable<ResolvedMachines["gpu"]>,
) {
    const including = machinesWith(type);
    const attachable = attachableCounts(type);
    const path = `${at}gpu`;
    const counts = [...new Set([...attachable, ...Object.values(including)])].sort((one, other) => one - other);
    if (!counts.includes(count)) {
        return [
            check.problem(path, "vertex/gpu-count-of-type", `must be ${counts.join(", ")} of ${type} (got ${count}).`),
        ];
    }
    // What unlisted machine types can have is unknown.
    if (machineType === undefined || !allTrainingMachines.includes(machineType)) {
        return [];
    }
    const possible = trainingCounts(machineType, type);
    if (possible.includes(count)) {
        return [];
    }
    if (machineType.startsWith("n1-") && possible.length > 0) {
        return [
            check.problem(
                path,
                "vertex/gpu-count-of-machine",
                `must be ${possible.join(", ")} of ${type} on ${machineType} (got ${count}).`,
            ),
        ];
    }
    const fitting = Object.entries(including)
        .filter(([, included]) => included === count)
        .map(([name]) => name);
    const how = [...fitting, ...(attachable.includes(count) ? ["an n1 machine type"] : [])].join(", ");
    return [
        check.problem(
            `${at}machineType`,
            "vertex/gpu-of-machine",
            `cannot have ${count} of ${type} (got "${machineType}"). Use ${how}.`,
        ),
    ];
}

function poolProblems({ replicas = 1, pools = {}, image, strategy, ...machines }: AnyArgs, region: string) {
    const all = Object.entries(pools).filter((entry): entry is [string, TrainingPool] => entry[1] !== undefined);
    const first = JSON.stringify(resolveMachines(machines));
    return [
        ...(replicas > 1 && pools.workers !== undefined
            ? [
                  check.problem(
                      "replicas",
                      "vertex/replicas-and-workers",
                      "cannot be combined with pools.workers. Remove one of them.",
                  ),
              ]
            : []),
        ...all.flatMap(([key, pool]) => [
            ...machineProblems(`pools.${key}.`, pool, region),
            ...(pool.image !== undefined && image === undefined
                ? [
                      check.problem(
                          `pools.${key}.image`,
                          "vertex/pool-image-without-image",
                          "is only for code in an image. Remove it.",
                      ),
                  ]
                : []),
            // https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws#requirements
            ...(strategy === "flex-start" && JSON.stringify(resolveMachines(pool)) !== first
                ? [
                      check.problem(
                          `pools.${key}`,
                          "vertex/flex-start-machines-differ",
                          'must have the machines of the job with strategy "flex-start".',
                      ),
                  ]
                : []),
        ]),
    ];
}

/** {@link https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws#requirements Requirements} of Dynamic Workload Scheduler. */
function strategyProblems({ strategy, maxWait, timeout, ...machines }: AnyArgs): check.Problem[] {
    if (strategy !== "flex-start") {
        return maxWait === undefined
            ? []
            : [
                  check.problem(
                      "maxWait",
                      "vertex/max-wait-without-flex-start",
                      'is only for strategy "flex-start". Remove it, or set the strategy.',
                  ),
              ];
    }
    const gpu = gpuOf(machines);
    const types = (Object.keys(trainingGpus.rows) as TrainingGpu[]).filter(isFlexStart);
    const { max } = trainingLimits.rows.flexStartTimeout;
    return [
        ...(gpu && isFlexStart(gpu.type)
            ? []
            : [
                  check.problem(
                      "strategy",
                      "vertex/flex-start-gpu",
                      `"flex-start" needs one of these GPUs: ${types.join(", ")} (got ${gpu?.type ?? "none"}).`,
                  ),
              ]),
        ...(timeout !== undefined && secondsIn(timeout) > secondsIn(max)
            ? [
                  check.problem(
                      "timeout",
                      "vertex/flex-start-timeout",
                      `must be ${max} at most with strategy "flex-start" (got "${timeout}").`,
                  ),
              ]
            : []),
    ];
}

function placeProblems({ encryptionKey, network, tensorboard }: AnyArgs, region: string) {
    return [
        regionProblem("encryptionKey", encryptionKey, region, "the job"),
        regionProblem("network.attachment", attachmentOf(network), region, "the job"),
        regionProblem("tensorboard", tensorboard, region, "the job"),
    ];
}

function poolsOf({ replicas = 1, pools = {}, ...machines }: AnyArgs): ResolvedArgs["pools"] {
    const first = { ...resolveMachines(machines), replicas: 1 };
    const resolved = ({ replicas: count, image, ...own }: TrainingPool): ResolvedPool => ({
        ...resolveMachines(own.machineType === undefined && own.gpu === undefined ? { ...machines, ...own } : own),
        replicas: count,
        image: image as ImageSource | undefined,
    });
    const { workers, parameterServers, evaluators } = pools;
    const all = [
        first,
        workers ? resolved(workers) : replicas > 1 ? { ...first, replicas: replicas - 1 } : undefined,
        parameterServers && resolved(parameterServers),
        evaluators && resolved(evaluators),
    ];
    while (all.at(-1) === undefined) {
        all.pop();
    }
    return all;
}
