import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import type { AccountReference } from "../../iam/serviceAccount";
import * as check from "../../internal/arguments/check";
import { knownRegionProblem, type ModelVersion, modelVersion, versionName } from "../version";
import {
    dedicatedResources,
    machineChecks,
    machineProblems,
    type ResolvedMachines,
    resolveMachines,
    type ServingMachines,
} from "./machines";
import type { VertexDeploymentPool } from "./pool";
import { type ModelScaling, modelScaling, zeroSpec } from "./scaling";

/** What a model has on machines of its own and in a pool. */
interface Served {
    /**
     * The version of the model: a {@link ModelVersion}, or its full name with a version,
     * `projects/acme-dev/locations/europe-west1/models/iris@3`. It is in the region of the endpoint. Another version is deployed next to
     * the version that serves.
     */
    model: ModelVersion | pulumi.Input<string>;
    /**
     * Writes {@link https://cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging access logs} with the latency of each
     * request, which are billed by their size. Changing this deploys the model again.
     * @default false
     */
    accessLogs?: boolean;
    /**
     * Writes the output of the container to Cloud Logging, which is billed by its size.
     * @default true
     */
    containerLogs?: boolean;
}

/** A model on machines of its own. Changing the machine type or the GPUs deploys it again; `scaling` changes in place. */
export interface DedicatedModel extends Served, ServingMachines {
    /**
     * Uses {@link https://cloud.google.com/vertex-ai/docs/predictions/use-spot-vms Spot VMs}, which cost less and can be stopped at any
     * time. Changing this deploys the model again.
     * @default false
     */
    spot?: boolean;
    /**
     * The number of replicas: fixed, or its bounds and targets.
     * @default by CPU, and by GPU on machines with GPUs
     */
    scaling?: number | ModelScaling;
}

/** A model on the machines of a pool. */
export interface PooledModel extends Served {
    /**
     * The pool, whose machines the model shares with others. The models of a pool have the same prebuilt container, of TensorFlow or
     * PyTorch.
     */
    pool: VertexDeploymentPool;
}

/** A model that an endpoint serves, on machines of its own or of a pool. */
export type ServedModel = check.OneOf<DedicatedModel | PooledModel>;

/** The name of a model in the traffic. */
const key = check.matching(
    /^(?!previous$)[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
    "must have up to 40 lower-case letters, digits and hyphens, start with a letter, and not be previous",
);

const servedModel = check.options<ServedModel>(
    {
        model: modelVersion,
        pool: check.component<VertexDeploymentPool>("VertexDeploymentPool"),
        accessLogs: check.flag(),
        containerLogs: check.flag(),
        spot: check.flag(),
        ...machineChecks,
        scaling: modelScaling,
    } as check.Checks<ServedModel>,
    "model",
);

/** Whether a value is a model in the place of options with it: a component, or an existing one. */
const isModel = (value: unknown) => typeof value === "object" && value !== null && "version" in value;

/** The models of an endpoint, by key. */
export type ServedModels = { latest: ServedModel; [name: string]: ServedModel };

/** Checks {@link ServedModels}. */
export const servedModels = check.short(
    check.record(
        key,
        check.short(servedModel, (model: ModelVersion) => ({ model }) as ServedModel, isModel),
    ),
    (model: ModelVersion) => ({ latest: { model } }) as ServedModels,
    isModel,
) as check.Check<ServedModels | ModelVersion>;

/** A model with its machines, or with the machines of its pool. */
export type ResolvedModel = ServedModel & { machines?: ResolvedMachines };

/** Completes the models with their machines. */
export function resolveModels(models: ServedModels, environment: Environment): Record<string, ResolvedModel> {
    const resolved = Object.entries(models).map(([key, model]): [string, ResolvedModel] => {
        if (model.pool) {
            return [key, model];
        }
        return [key, { ...model, machines: resolveMachines(model, environment) }];
    });
    return Object.fromEntries(resolved);
}

const machineOptions = ["machineType", "gpu", "scaling", "spot"] as const;

/** Reports a model of another region, and machines that it cannot have. */
export function modelProblems(at: string, model: ResolvedModel, region: string) {
    const { machines, pool } = model;
    const given = machineOptions.filter((option) => model[option] !== undefined);
    return [
        knownRegionProblem(`${at}model`, model.model, region, "the endpoint"),
        ...(pool
            ? given.map((option) =>
                  check.problem(
                      `${at}${option}`,
                      "vertex/option-with-pool",
                      "cannot be combined with pool, because the pool sets it. Remove it.",
                  ),
              )
            : []),
        ...(machines ? machineProblems(at, machines, region) : []),
    ];
}

/** A deployed model in the form of the API. */
export function deployedModel(resolved: ResolvedModel, account: AccountReference | undefined) {
    const { machines, pool, accessLogs = false, containerLogs = true, spot } = resolved;
    return {
        model: versionName(resolved.model),
        enableAccessLogging: accessLogs,
        disableContainerLogging: !containerLogs,
        ...(pool && { sharedResources: pool.pool.id }),
        ...(machines && {
            dedicatedResources: {
                ...dedicatedResources(machines),
                ...(spot && { spot }),
                ...zeroSpec({ ...resolved, machines }),
            },
            ...(account && { serviceAccount: account.email }),
        }),
    };
}
