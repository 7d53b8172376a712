import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { FunctionArgs } from "@pulumi/gcp/cloudfunctionsv2/function";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "../environment/defaults";
import { type Uses, uses, variable } from "../identity/capability";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { filesOf, folder, type SourceFile } from "../internal/files";
import { labels } from "../internal/labels";
import { fitted } from "../internal/names";
import { type Cpu, combinationProblem, cpus, type Memory, memories } from "./limits";
import { defaultEntryPoint, detectedRuntime, type Runtime, runtimes, sourceProblem } from "./source";
import { type Trigger, trigger } from "./trigger";

/** How many instances a function has, and how many requests each takes at a time. */
export interface FunctionScaling {
    /**
     * Instances that wait for requests when there are none: 0 to 1000.
     * @default 0; 1 in production, when the function answers HTTP
     */
    min?: number;
    /**
     * Instances at most: 1 to 1000 ("Maximum instances").
     * @default 3 in development, 10 in staging, 100 in production
     */
    max?: number;
    /**
     * Requests that one instance handles at the same time: 1 to 1000 ("Concurrency"); more than 1 needs one CPU.
     * @default 1
     */
    concurrency?: number;
}

/** The arguments of a {@link ServerlessFunction}. */
export interface ServerlessFunctionArgs {
    /** The folder of the code, seen from the program's working folder. What its `.gcloudignore` names is left out. */
    source: string;
    /** What calls the function: requests, messages of a topic, or what happens to a bucket's objects. */
    trigger: Trigger;
    /**
     * The language and its version ("Runtime support").
     * @default by the files of the source: `main.py` python313, `package.json` nodejs22, `go.mod` go125
     */
    runtime?: Runtime;
    /**
     * The function in the code that is called.
     * @default the component's name, spelled as the language does: `predict-range` is `predict_range` in Python
     */
    entryPoint?: string;
    /**
     * What the code may do with other components, by the environment variable that tells it of each.
     * @default nothing
     */
    uses?: Uses;
    /**
     * Environment variables that are not secret: a text is refused for one whose name ends with `PASSWORD`, `TOKEN`,
     * `KEY` or `SECRET`.
     * @default none but those of `uses`
     */
    environment?: Record<string, pulumi.Input<string>>;
    /** How many instances there are, and what each does at a time. */
    scaling?: FunctionScaling;
    /**
     * Memory of an instance; 1 GiB needs 0.583 CPUs at least, 2 and 4 GiB one, 8 GiB two, 16 GiB four and 32 GiB eight
     * ("Memory limits").
     * @default "512Mi"
     */
    memory?: Memory;
    /**
     * CPUs of an instance; less than one only with a concurrency of 1, four with 2 GiB at least, six and eight with 4 GiB
     * ("CPU limits").
     * @default 1
     */
    cpu?: Cpu;
    /**
     * Seconds for one call: 1 to 3600 for HTTP, 1 to 540 for events ("Function timeout").
     * @default 60
     */
    timeoutSeconds?: number;
    /**
     * The function's name in its project and region: lower-case letters, digits and hyphens, 63 at most.
     * @default the component's name
     */
    name?: string;
    /**
     * Labels of the function, the bucket of its source and the repository of its images: at most 64 ("Requirements for
     * labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: {
        function?: Transform<FunctionArgs>;
        sourceBucket?: Transform<BucketArgs>;
        archive?: Transform<BucketObjectArgs>;
        repository?: Transform<RepositoryArgs>;
        account?: Transform<AccountArgs>;
        buildAccount?: Transform<AccountArgs>;
        triggerAccount?: Transform<AccountArgs>;
    };
}

const functionArgs = check.options<ServerlessFunctionArgs>(
    {
        source: folder(),
        trigger,
        runtime: check.oneOf(...runtimes),
        entryPoint: check.matching(/^[A-Za-z_][\w.]*$/, "must be the name of a function in the code"),
        uses: uses(),
        environment: check.record(variable, check.input(check.text())),
        scaling: check.options<FunctionScaling>({
            min: check.whole(0, 1000),
            max: check.whole(1, 1000),
            concurrency: check.whole(1, 1000),
        }),
        memory: check.oneOf(...memories),
        cpu: check.custom((value) => cpus.includes(value as Cpu), `must be one of ${cpus.join(", ")}`),
        timeoutSeconds: check.whole(1, 3600, "seconds"),
        name: check.matching(
            /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
            "must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
        ),
        labels,
        transform: transforms(
            "function",
            "sourceBucket",
            "archive",
            "repository",
            "account",
            "buildAccount",
            "triggerAccount",
        ),
    },
    "source",
    "trigger",
);

/** The arguments of a function with everything decided that they leave open. */
export interface Decided
    extends Required<Pick<ServerlessFunctionArgs, "trigger" | "runtime" | "entryPoint" | "uses" | "environment">>,
        Required<Pick<ServerlessFunctionArgs, "memory" | "cpu" | "timeoutSeconds" | "name">>,
        Pick<ServerlessFunctionArgs, "labels" | "transform"> {
    scaling: Required<FunctionScaling>;
    files: SourceFile[];
}

/** Checks the arguments and decides what they leave open. */
export function decided(component: string, given: ServerlessFunctionArgs, defaults: EnvironmentDefaults): Decided {
    const args = check.completed(given, {
        name: fitted(component, 63),
        uses: {},
        environment: {},
        memory: "512Mi",
        cpu: 1,
        timeoutSeconds: 60,
    });
    const complete = (checked: typeof args): Decided => {
        const files = filesOf(checked.source);
        const runtime = checked.runtime ?? detectedRuntime(files) ?? "python313";
        const scaling = check.completed(checked.scaling ?? {}, {
            min: checked.trigger.http ? defaults.minInstances : 0,
            max: Math.max(defaults.maxInstances, checked.scaling?.min ?? 0),
            concurrency: 1,
        });
        const entryPoint = checked.entryPoint ?? defaultEntryPoint(component, runtime);
        return { ...checked, files, runtime, entryPoint, scaling };
    };
    const together = (checked: typeof args) => problems(checked, complete(checked));
    return complete(check.checked(`ServerlessFunction "${component}"`, args, functionArgs, together));
}

function problems(args: ServerlessFunctionArgs, all: Decided): (check.Problem | undefined)[] {
    const { min, max, concurrency } = all.scaling;
    const isUnclear = args.runtime === undefined && detectedRuntime(all.files) === undefined;
    return [
        isUnclear
            ? {
                  path: "runtime",
                  reason: "is missing, as the files of the source do not show it. Set it, such as to java21.",
              }
            : sourceProblem(all.files, all.runtime, all.entryPoint),
        combinationProblem(all.memory, all.cpu, concurrency),
        min > max ? { path: "scaling.min", reason: `must not be above scaling.max, ${max} (got ${min}).` } : undefined,
        !all.trigger.http && all.timeoutSeconds > 540
            ? { path: "timeoutSeconds", reason: `must be at most 540 for events (got ${all.timeoutSeconds}).` }
            : undefined,
        ...Object.entries(all.environment).map(([key, value]) => variableProblem(key, value, all.uses)),
    ];
}

/** Why a plain variable cannot be: another one has its name, or it would show a secret to whoever sees the function. */
function variableProblem(key: string, value: pulumi.Input<string>, uses: Uses): check.Problem | undefined {
    const path = `environment.${key}`;
    if (Object.hasOwn(uses, key)) {
        return { path, reason: "is in uses too. Name one of the two otherwise." };
    }
    if (typeof value === "string" && /(PASSWORD|TOKEN|KEY|SECRET)$/i.test(key)) {
        const reason = "is named as a secret is, and its text can be read by all who see the function (got a text).";
        return { path, reason: `${reason} Keep it in Secret Manager, or name the variable otherwise.` };
    }
    return undefined;
}
