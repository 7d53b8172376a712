import type { ComponentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import { functionLimits } from "../facts/limits/cloudRun";
import { cloudSchedulerLimits } from "../facts/limits/cloudScheduler";
import { nameFormats } from "../facts/names";
import type { CloudSqlWay } from "../iam/capability";
import { type DatabaseWorkload, databaseProblems, resolveNetwork } from "../iam/serverless/databases";
import { secretFileProblems } from "../iam/serverless/secretFiles";
import { variableProblems } from "../iam/serverless/variables";
import { type ResolvedVpcAccess, validateNetwork } from "../iam/serverless/vpcAccess";
import { minAboveMax } from "../internal/bounds";
import * as check from "../internal/check";
import { cpusOf } from "../internal/cpus";
import { secondsIn } from "../internal/duration";
import { filesOf, type SourceFile } from "../internal/files";
import { shortenName } from "../internal/names";
import { regionProblem } from "../internal/places";
import { type FunctionScaling, type ServerlessFunctionArgs, serverlessFunctionArgs } from "./arguments";
import { validateResources } from "./limits";
import { defaultEntryPoint, detectRuntime, validateSource } from "./source";

/** The folders of the code, its packages and its launcher, which a secret volume would hide. */
const codeFolders = /^\/(cnb|layers|pod|workspace)(\/|$)/;

type Optional =
    | keyof ComponentArgs
    | keyof check.AllowUnlistedArgs
    | keyof check.InsecureArgs
    | "account"
    | "alerts"
    | "network"
    | "encryptionKey"
    | "binaryAuthorization"
    | "build"
    | "description"
    | "labels"
    | "transform";

/** Validated arguments with their defaults, and the files of the source. */
export interface ResolvedArgs
    extends Required<Omit<ServerlessFunctionArgs, Optional | "source" | "scaling">>,
        Omit<Pick<ServerlessFunctionArgs, Optional>, "network"> {
    network?: ResolvedVpcAccess;
    scaling: Required<FunctionScaling>;
    files: readonly SourceFile[];
}

/** The same without the subnet of the network. */
type Completed = Omit<ResolvedArgs, "network"> & Pick<ServerlessFunctionArgs, "network">;

/** Functions connect to databases by IP address, as they cannot mount Unix sockets. */
export const databaseWay = (): CloudSqlWay => ({ network: true });

/** A function in errors, and how it connects to databases. */
export const workloadOf = (component: string): DatabaseWorkload => ({
    title: `ServerlessFunction "${component}"`,
    kind: "function",
    way: databaseWay,
});

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: ServerlessFunctionArgs, environment: Environment): ResolvedArgs {
    const workload = workloadOf(component);
    const withDefaults = check.withDefaults(args, {
        name: shortenName(component, nameFormats.rows.function.max),
        region: environment.region,
        uses: {},
        env: {},
        memory: "512 MiB",
        cpu: 1,
        timeout: "60 seconds",
        runtimeUpdates: "automatic",
    });
    const complete = (checked: typeof withDefaults): Completed => {
        // Like "gcloud functions deploy", which falls back to .gitignore.
        const files = filesOf(checked.source, ".gitignore");
        const runtime = checked.runtime ?? detectRuntime(files) ?? "python313";
        const { minInstances, maxInstances } = environment.defaults;
        const scaling = check.withDefaults(checked.scaling ?? {}, {
            min: checked.trigger.http ? minInstances : 0,
            max: Math.max(maxInstances, checked.scaling?.min ?? 0),
            concurrency: 1,
        });
        const entryPoint = checked.entryPoint ?? defaultEntryPoint(component, runtime);
        return { ...checked, files, runtime, entryPoint, scaling };
    };
    const resolved = check.resolved(workload.title, withDefaults, serverlessFunctionArgs, complete, (all, checked) =>
        problems(checked, all, workload, all.region),
    );
    return { ...resolved, network: resolveNetwork(workload, resolved.uses, resolved.network, resolved.region) };
}

function problems(
    args: ServerlessFunctionArgs,
    resolved: Completed,
    workload: DatabaseWorkload,
    region: string,
): (check.Problem | undefined)[] {
    const { uses, env, build, encryptionKey, memory, cpu } = resolved;
    const { min, max, concurrency } = resolved.scaling;
    return [
        validateCode(args, resolved),
        validateResources(memory, cpusOf(cpu), concurrency),
        minAboveMax(["scaling.min", min], ["scaling.max", max]),
        validateTimeout(resolved),
        validateNetwork(workload, args.network, region),
        ...databaseProblems(workload, uses, env, args.network, region),
        regionProblem("encryptionKey", encryptionKey, region, "the function"),
        regionProblem("build.workerPool", build?.workerPool, region, "the function"),
        ...secretFileProblems(uses, codeFolders),
        ...variableProblems("function", "env", env, uses),
        ...variableProblems("function", "build.env", build?.env ?? {}),
    ];
}

function validateCode({ runtime }: ServerlessFunctionArgs, resolved: Completed): check.Problem | undefined {
    const isUnclear = runtime === undefined && detectRuntime(resolved.files) === undefined;
    const reason = "is missing, and cannot be detected from the source files. Set it, for example to java21.";
    const main = resolved.build?.env?.GOOGLE_FUNCTION_SOURCE;
    return isUnclear
        ? check.problem("runtime", "functions/runtime-missing", reason)
        : validateSource({ ...resolved, main });
}

/**
 * Validates the {@link https://cloud.google.com/functions/docs/configuring/timeout timeout}. Cloud Scheduler waits
 * {@link https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs at most 30 minutes} for a response.
 */
function validateTimeout({ trigger, timeout }: Completed): check.Problem | undefined {
    const { httpTimeout, eventTimeout } = functionLimits.rows;
    const [max, caller] = trigger.http
        ? [httpTimeout.max, "HTTP"]
        : trigger.schedule
          ? [cloudSchedulerLimits.rows.attemptDeadline.max, "a schedule"]
          : [eventTimeout.max, "events"];
    return check.when(
        secondsIn(timeout) > secondsIn(max),
        "timeout",
        "functions/timeout-of-trigger",
        `must be at most ${max} for ${caller} (got "${timeout}").`,
    );
}
