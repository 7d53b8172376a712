import type { ComponentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import { variableProblems } from "../iam/serverless/variables";
import { minAboveMax } from "../internal/bounds";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";
import {
    type NetworkAndSubnet,
    type NetworkOr,
    networkOf,
    networkProblem,
    networkSettings,
} from "../internal/networkOf";
import { regionProblem, sharedNetworkProblem } from "../internal/places";
import { type DataflowJobArgs, type DataflowScaling, dataflowJobArgs } from "./arguments";
import { type AnyPipeline, pipelineProblems, templateRow } from "./code";

type Options = Omit<DataflowJobArgs, keyof AnyPipeline>;

/** The arguments in any of their shapes. */
export type AnyArgs = AnyPipeline & Options;

type Defaulted =
    | "name"
    | "type"
    | "uses"
    | "parameters"
    | "region"
    | "publicAddress"
    | "streamingEngine"
    | "onIncompatible"
    | "drainTimeout"
    | "runOn"
    | "runOnDeploy"
    | "wait"
    | "transformNames";

/** Validated arguments with their defaults, except for the network. */
export interface ResolvedArgs
    extends Omit<AnyArgs, Defaulted | "scaling">,
        Required<Pick<AnyArgs, Defaulted>>,
        ComponentArgs {
    scaling: DataflowScaling & { max: number };
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, given: DataflowJobArgs, environment: Environment): ResolvedArgs {
    const any = given as AnyArgs;
    const type = any?.type ?? templateRow(Object(any))?.type;
    const isStreaming = type === "streaming";
    const args = check.withDefaults(any, {
        name: shortenName(component.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"), 50),
        uses: {},
        parameters: {},
        region: environment.region,
        onIncompatible: "drain",
        drainTimeout: "30 minutes",
        runOn: [],
        runOnDeploy: true,
        wait: true,
        publicAddress: false,
        transformNames: {},
    });
    const checked = check.checked(
        `DataflowJob "${component}"`,
        args as typeof args & DataflowJobArgs,
        dataflowJobArgs,
        ((all: AnyArgs) => problems(all, type ?? "batch", environment)) as never,
    ) as unknown as AnyArgs & Required<Pick<AnyArgs, Exclude<Defaulted, "type" | "streamingEngine">>>;
    const { streamingEngine = true } = checked;
    const { min, max } = scalingOf(checked.scaling);
    return {
        ...checked,
        type: type ?? "batch",
        streamingEngine: isStreaming && streamingEngine,
        scaling: {
            min: min ?? (isStreaming ? 1 : undefined),
            max: max ?? Math.max(environment.defaults.maxWorkers, min ?? 1),
        },
    };
}

/** The bounds of the number of workers, of which a fixed number is the short form. */
const scalingOf = (scaling: number | DataflowScaling = {}): DataflowScaling =>
    typeof scaling === "number" ? { min: scaling, max: scaling } : scaling;

function problems(args: AnyArgs, type: "streaming" | "batch", environment: Environment): (check.Problem | undefined)[] {
    const { region = environment.region, scaling, encryptionKey, parameters = {}, uses = {} } = args;
    const { min, max } = scalingOf(scaling);
    return [
        ...pipelineProblems(args),
        ...typeProblems(args, type),
        ...variableProblems("job", "parameters", parameters, uses, secretHint),
        minAboveMax(["scaling.min", min], ["max", max]),
        regionProblem("encryptionKey", encryptionKey, region, "the job"),
        ...networkProblems(args, region, environment),
        check.when(
            args.atLeastOnce && args.streamingEngine === false,
            "atLeastOnce",
            "dataflow/at-least-once-without-engine",
            "requires Streaming Engine. Remove streamingEngine.",
        ),
    ];
}

const secretHint = (name: string) =>
    `Store it in a Secret, set uses: { ${name}: thatSecret.role("roles/secretmanager.secretAccessor") } and read the secret in the pipeline, or rename the parameter.`;

/** Reports options of the other type of jobs. */
function typeProblems(args: AnyArgs, type: "streaming" | "batch"): check.Problem[] {
    const onlyStreaming = {
        streamingEngine: args.streamingEngine,
        atLeastOnce: args.atLeastOnce,
        transformNames: Object.keys(args.transformNames ?? {}).length > 0 || undefined,
        onIncompatible: args.onIncompatible === "fail" || undefined,
    };
    const onlyBatch = {
        runOn: (args.runOn ?? []).length > 0 || undefined,
        schedule: args.schedule,
        runOnDeploy: args.runOnDeploy === false || undefined,
        wait: args.wait === true ? undefined : args.wait,
    };
    const [others, kind] = type === "streaming" ? [onlyBatch, "batch"] : [onlyStreaming, "streaming"];
    const inDeployments = args.runOnDeploy === false ? { runOn: onlyBatch.runOn, wait: onlyBatch.wait } : {};
    return [
        ...Object.entries(others)
            .filter(([, value]) => value !== undefined)
            .map(([path]) =>
                check.problem(path, "dataflow/option-of-other-type", `is only for ${kind} jobs. Remove it.`),
            ),
        ...Object.entries(type === "batch" ? inDeployments : {})
            .filter(([, value]) => value !== undefined)
            .map(([path]) =>
                check.problem(
                    path,
                    "dataflow/option-of-deployed-jobs",
                    "is only for jobs of deployments. Remove it, or runOnDeploy.",
                ),
            ),
        ...(type === "batch" && args.runOnDeploy === false && args.schedule === undefined
            ? [
                  check.problem(
                      "schedule",
                      "dataflow/schedule-missing",
                      "is missing: without runOnDeploy, nothing else starts jobs.",
                  ),
              ]
            : []),
    ];
}

function networkProblems(
    { network }: AnyArgs,
    region: string,
    environment: Environment,
): (check.Problem | undefined)[] {
    return network === undefined
        ? [sharedNetworkProblem("network", region, environment)]
        : [networkProblem(network, region, "the job", false), hasSubnet(network)];
}

/** Dataflow finds the network by the subnet. */
const hasSubnet = (network: NetworkOr<NetworkAndSubnet>) =>
    check.when(
        !networkOf(network) && networkSettings(network).subnet === undefined,
        "network.subnet",
        "dataflow/subnet-missing",
        "is missing.",
    );
