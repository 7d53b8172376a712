import type { Environment } from "../environment/environment";
import { cloudRunJobLimits } from "../facts/limits/cloudRunContainers";
import { nameFormats } from "../facts/names";
import type { ResolvedVpcAccess } from "../iam/serverless/vpcAccess";
import * as check from "../internal/check";
import { secondsIn } from "../internal/duration";
import { shortenName } from "../internal/names";
import { codeProblems, type ImageCode, type SourceCode } from "./arguments";
import { containersOf } from "./container";
import { healthProblems } from "./health";
import { type CloudRunJobArgs, cloudRunJobArgs } from "./jobArguments";
import { databaseWorkload, type ResolvedRunArgs, resolveNetworks, runDefaults, runProblems } from "./resolveArgs";
import { type RunGpu, resolveGpu, sizeWithGpu } from "./resources";

type Defaulted = "cpu" | "memory" | "tasks" | "retries" | "timeout" | "runOnDeploy" | "health" | "region";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<ResolvedRunArgs, "cpu" | "memory">,
        Partial<ImageCode & SourceCode>,
        Required<Pick<CloudRunJobArgs, Defaulted>>,
        Pick<CloudRunJobArgs, "alerts" | "parallelism" | "schedule" | "transform"> {
    gpu?: Required<RunGpu>;
    vpcAccess?: ResolvedVpcAccess;
}

/** The title of a job in errors, and its kind. */
export const jobWorkload = (component: string) => ({ title: `CloudRunJob "${component}"`, kind: "job" });

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: CloudRunJobArgs, environment: Environment): ResolvedArgs {
    const named = jobWorkload(component);
    const withDefaults = check.withDefaults(args, {
        ...runDefaults(),
        name: shortenName(component, nameFormats.rows.cloudRunService.max),
        tasks: 1,
        retries: 3,
        timeout: "10 minutes",
        runOnDeploy: false,
        health: {},
        region: environment.region,
    });
    const complete = (checked: typeof withDefaults): ResolvedArgs => {
        const gpu = resolveGpu(checked.gpu);
        const all = {
            ...sizeWithGpu(gpu),
            ...(checked as typeof checked & Partial<ImageCode & SourceCode>),
            gpu,
        };
        return { ...all, containers: containersOf(all) };
    };
    const resolved = check.resolved(named.title, withDefaults, cloudRunJobArgs, complete, (all) => [
        ...codeProblems(all),
        // Jobs run in the second generation execution environment.
        ...runProblems(databaseWorkload(named, all), { ...all, args: all, regions: [all.region], isGen2: true }),
        ...all.containers.flatMap(({ at, health }) => [
            ...healthProblems(health, false, `${at}health`),
            check.when(
                health.liveness !== undefined,
                `${at}health.liveness`,
                "run/liveness-of-job",
                "is not supported in jobs, whose failed tasks are retried. Remove it.",
            ),
        ]),
        ...taskProblems(all),
    ]);
    const networks = resolveNetworks(databaseWorkload(named, resolved), resolved, [resolved.region]);
    return { ...resolved, vpcAccess: networks[resolved.region] };
}

function taskProblems({ tasks, parallelism = 1, timeout, gpu }: ResolvedArgs): check.Problem[] {
    const { max } = cloudRunJobLimits.rows.gpuTaskTimeout;
    return [
        ...(parallelism > tasks
            ? [
                  check.problem(
                      "parallelism",
                      "run/parallelism-above-tasks",
                      `must not be above tasks, ${tasks} (got ${parallelism}).`,
                  ),
              ]
            : []),
        ...(gpu && secondsIn(timeout) > max
            ? [check.problem("timeout", "run/timeout-of-gpu", `must be 1 hour at most with a GPU (got "${timeout}").`)]
            : []),
    ];
}
