import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import { functionLimits } from "../facts/limits/cloudRun";
import { cloudSchedulerLimits } from "../facts/limits/cloudScheduler";
import { nameFormats } from "../facts/names";
import type { Uses } from "../identity/capability";
import { minAboveMax } from "../internal/bounds";
import * as check from "../internal/check";
import { secondsIn } from "../internal/duration";
import { filesOf, type SourceFile } from "../internal/files";
import { shortenName } from "../internal/names";
import { regionProblem } from "../internal/places";
import { isSecretName } from "../internal/secretName";
import {
    type FunctionAttachment,
    type FunctionScaling,
    type ServerlessFunctionArgs,
    serverlessFunctionArgs,
} from "./arguments";
import { databaseProblems, resolveNetwork } from "./database";
import { validateResources } from "./limits";
import { type ResolvedVpcAccess, resolveVpcAccess, validateNetwork } from "./network";
import { secretProblems } from "./secrets";
import { defaultEntryPoint, detectRuntime, validateSource } from "./source";

type Optional =
    | keyof ComponentArgs
    | keyof check.AllowUnlistedArgs
    | "account"
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
    files: SourceFile[];
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: ServerlessFunctionArgs, environment: Environment): ResolvedArgs {
    const title = `ServerlessFunction "${component}"`;
    const { region } = environment;
    const withDefaults = check.withDefaults(args, {
        name: shortenName(component, nameFormats.rows.function.max),
        uses: {},
        environment: {},
        memory: "512Mi",
        cpu: 1,
        timeoutSeconds: 60,
        runtimeUpdates: "automatic",
    });
    const complete = (checked: typeof withDefaults): ResolvedArgs => {
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
        const network = resolveVpcAccess(checked.network, region);
        return { ...checked, files, runtime, entryPoint, scaling, network };
    };
    const combined = (checked: typeof withDefaults) => problems(checked, complete(checked), region);
    const checked = check.checked(title, withDefaults, serverlessFunctionArgs, combined);
    const resolved = complete(checked);
    return { ...resolved, network: resolveNetwork(title, resolved.uses, checked.network, region) };
}

function problems(args: ServerlessFunctionArgs, resolved: ResolvedArgs, region: string): (check.Problem | undefined)[] {
    const { uses, environment, build, encryptionKey, memory, cpu } = resolved;
    const { min, max, concurrency } = resolved.scaling;
    return [
        validateCode(args, resolved),
        validateResources(memory, cpu, concurrency),
        minAboveMax(["scaling.min", min], ["scaling.max", max]),
        validateTimeout(resolved),
        validateNetwork(args.network, region),
        ...databaseProblems(uses, environment, args.network, region),
        regionProblem("encryptionKey", encryptionKey, region, "the function"),
        regionProblem("build.workerPool", build?.workerPool, region, "the function"),
        ...secretProblems(uses),
        ...Object.entries(environment).map(([key, value]) => validateVariable("environment", key, value, uses)),
        ...Object.entries(build?.environment ?? {}).map(([key, value]) => {
            return validateVariable("build.environment", key, value);
        }),
    ];
}

function validateCode({ runtime }: ServerlessFunctionArgs, resolved: ResolvedArgs): check.Problem | undefined {
    const isUnclear = runtime === undefined && detectRuntime(resolved.files) === undefined;
    const reason = "is missing, and cannot be detected from the source files. Set it, for example to java21.";
    const main = resolved.build?.environment?.GOOGLE_FUNCTION_SOURCE;
    return isUnclear ? { path: "runtime", reason } : validateSource({ ...resolved, main });
}

/**
 * Validates the {@link https://cloud.google.com/functions/docs/configuring/timeout timeout}. Cloud Scheduler waits
 * {@link https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs at most 30 minutes} for a response.
 */
function validateTimeout({ trigger, timeoutSeconds }: ResolvedArgs): check.Problem | undefined {
    const { httpTimeout, eventTimeout } = functionLimits.rows;
    const [max, caller] = trigger.http
        ? [httpTimeout.max, "HTTP"]
        : trigger.schedule
          ? [secondsIn(cloudSchedulerLimits.rows.attemptDeadline.max), "a schedule"]
          : [eventTimeout.max, "events"];
    return timeoutSeconds > max
        ? { path: "timeoutSeconds", reason: `must be at most ${max} for ${caller} (got ${timeoutSeconds}).` }
        : undefined;
}

/** Refuses a plain variable that has the name of another one, or a value that looks like a secret. */
function validateVariable(
    of: string,
    key: string,
    value: pulumi.Input<string>,
    uses: Uses<FunctionAttachment> = {},
): check.Problem | undefined {
    const path = `${of}.${key}`;
    if (Object.hasOwn(uses, key)) {
        return { path, reason: "is also in uses. Rename one of them." };
    }
    if (typeof value === "string" && isSecretName(key)) {
        const reason =
            "has the name of a secret, and everyone who can view the function can read its value (got a string).";
        const how = `Store it in a Secret and set uses: { ${key}: thatSecret.reader }, or rename the variable.`;
        const other = "Fetch it in the build, or rename the variable.";
        return { path, reason: `${reason} ${of === "environment" ? how : other}` };
    }
    return undefined;
}
