import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import type { Uses } from "../identity/capability";
import { minAboveMax } from "../internal/bounds";
import * as check from "../internal/check";
import { filesOf, type SourceFile } from "../internal/files";
import { fitted } from "../internal/names";
import { regionProblem } from "../internal/places";
import { isSecretName } from "../internal/secretName";
import { type FunctionScaling, functionArgs, type ServerlessFunctionArgs } from "./arguments";
import type { Mountable } from "./attachments";
import { accessTo, databaseProblems } from "./database";
import { combinationProblem } from "./limits";
import { type DecidedAccess, decidedAccess, networkProblem } from "./network";
import { secretProblems } from "./secrets";
import { defaultEntryPoint, detectedRuntime, sourceProblem } from "./source";

type Optional =
    | keyof ComponentArgs
    | keyof check.AllowUnlistedArgs
    | "network"
    | "encryptionKey"
    | "binaryAuthorization"
    | "build"
    | "description"
    | "labels"
    | "transform";

/** The arguments of a function with everything decided that they leave open. */
export interface Decided
    extends Required<Omit<ServerlessFunctionArgs, Optional | "source" | "scaling">>,
        Omit<Pick<ServerlessFunctionArgs, Optional>, "network"> {
    network?: DecidedAccess;
    scaling: Required<FunctionScaling>;
    files: SourceFile[];
}

/** Checks the arguments and decides what they leave open. */
export function decided(component: string, given: ServerlessFunctionArgs, environment: Environment): Decided {
    const named = `ServerlessFunction "${component}"`;
    const args = check.completed(given, {
        name: fitted(component, 63),
        uses: {},
        environment: {},
        memory: "512Mi",
        cpu: 1,
        timeoutSeconds: 60,
        runtimeUpdates: "automatic",
    });
    const complete = (checked: typeof args): Decided => {
        // As with "gcloud functions deploy".
        const files = filesOf(checked.source, ".gitignore");
        const runtime = checked.runtime ?? detectedRuntime(files) ?? "python313";
        const { minInstances, maxInstances } = environment.defaults;
        const scaling = check.completed(checked.scaling ?? {}, {
            min: checked.trigger.http ? minInstances : 0,
            max: Math.max(maxInstances, checked.scaling?.min ?? 0),
            concurrency: 1,
        });
        const entryPoint = checked.entryPoint ?? defaultEntryPoint(component, runtime);
        const network = decidedAccess(checked.network, environment.region);
        return { ...checked, files, runtime, entryPoint, scaling, network };
    };
    const together = (checked: typeof args) => problems(checked, complete(checked), environment.region);
    const checked = check.checked(named, args, functionArgs, together);
    const all = complete(checked);
    return { ...all, network: accessTo(named, all.uses, checked.network, environment.region) };
}

function problems(args: ServerlessFunctionArgs, all: Decided, region: string): (check.Problem | undefined)[] {
    const { min, max, concurrency } = all.scaling;
    return [
        codeProblem(args, all),
        combinationProblem(all.memory, all.cpu, concurrency),
        minAboveMax(["scaling.min", min], ["scaling.max", max]),
        timeoutProblem(all),
        networkProblem(args.network, region),
        ...databaseProblems(all.uses, all.environment, args.network, region),
        regionProblem("encryptionKey", all.encryptionKey, region, "the function"),
        regionProblem("build.workerPool", all.build?.workerPool, region, "the function"),
        ...secretProblems(all.uses),
        ...Object.entries(all.environment).map(([key, value]) => variableProblem("environment", key, value, all.uses)),
        ...Object.entries(all.build?.environment ?? {}).map(([key, value]) => {
            return variableProblem("build.environment", key, value);
        }),
    ];
}

function codeProblem({ runtime }: ServerlessFunctionArgs, all: Decided): check.Problem | undefined {
    const isUnclear = runtime === undefined && detectedRuntime(all.files) === undefined;
    const reason = "is missing, as the files of the source do not show it. Set it, such as to java21.";
    const main = all.build?.environment?.GOOGLE_FUNCTION_SOURCE;
    return isUnclear ? { path: "runtime", reason } : sourceProblem({ ...all, main });
}

/** "Function timeout"; "Job": how long Cloud Scheduler waits for an answer. */
function timeoutProblem({ trigger, timeoutSeconds }: Decided): check.Problem | undefined {
    const [most, what] = trigger.http ? [3600, "HTTP"] : trigger.schedule ? [1800, "a schedule"] : [540, "events"];
    return timeoutSeconds > most
        ? { path: "timeoutSeconds", reason: `must be at most ${most} for ${what} (got ${timeoutSeconds}).` }
        : undefined;
}

/** Why a plain variable cannot be: another one has its name, or it would show a secret to whoever sees the function. */
function variableProblem(
    of: string,
    key: string,
    value: pulumi.Input<string>,
    uses: Uses<Mountable> = {},
): check.Problem | undefined {
    const path = `${of}.${key}`;
    if (Object.hasOwn(uses, key)) {
        return { path, reason: "is in uses too. Name one of the two otherwise." };
    }
    if (typeof value === "string" && isSecretName(key)) {
        const reason = "is named as a secret is, and its text can be read by all who see the function (got a text).";
        const how = `Keep it in a Secret and take uses: { ${key}: thatSecret.reader }, or name the variable otherwise.`;
        const other = "Let the build fetch it, or name the variable otherwise.";
        return { path, reason: `${reason} ${of === "environment" ? how : other}` };
    }
    return undefined;
}
