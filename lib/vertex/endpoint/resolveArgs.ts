import type { Environment } from "../../environment/environment";
import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import * as check from "../../internal/check";
import { shortenName } from "../../internal/names";
import { regionProblem } from "../../internal/places";
import { splitProblems } from "../../internal/traffic";
import { knownName } from "../version";
import type { PrivateAccess } from "./access";
import { type ServedModel, type VertexEndpointArgs, vertexEndpointArgs } from "./arguments";
import { machineProblems, type ResolvedMachines, resolveMachines } from "./machines";
import { monitoringProblems } from "./monitoring";

const { rows: limits } = vertexEndpointLimits;

/** A model with its machines, or with the machines of its pool. */
export type ResolvedModel = ServedModel & { machines?: ResolvedMachines };

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<VertexEndpointArgs, "name" | "region" | "displayName" | "uses" | "models" | "traffic" | "access">,
        Required<Pick<VertexEndpointArgs, "name" | "region" | "displayName" | "uses">> {
    models: Record<string, ResolvedModel>;
    split: Record<string, number>;
    access: "dedicated" | "shared" | PrivateAccess;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: VertexEndpointArgs, environment: Environment): ResolvedArgs {
    const withDefaults = check.withDefaults(args, {
        name: shortenName(component, limits.endpointId.max - 7),
        region: environment.region,
        displayName: component,
        uses: [],
        access: "dedicated" as const,
    });
    return check.resolved(
        `VertexEndpoint "${component}"`,
        withDefaults,
        vertexEndpointArgs,
        ({ traffic, ...checked }): ResolvedArgs => ({
            ...(checked as Omit<ResolvedArgs, "models" | "split">),
            models: resolveModels(checked.models, environment),
            split: traffic?.split ?? { latest: 100 },
        }),
        (resolved) => problems(resolved),
    );
}

function resolveModels(models: VertexEndpointArgs["models"], environment: Environment): Record<string, ResolvedModel> {
    const resolved = Object.entries(models).map(([key, model]): [string, ResolvedModel] => {
        if (model.pool) {
            return [key, model];
        }
        const machines = resolveMachines(model, environment);
        const zero = model.scaleToZero && { replicas: { ...machines.replicas, min: 0 } };
        return [key, { ...model, machines: { ...machines, ...zero } }];
    });
    return Object.fromEntries(resolved);
}

const machineOptions = ["machineType", "gpu", "replicas", "scaling", "spot", "scaleToZero"] as const;

function problems(resolved: ResolvedArgs) {
    const { region, models, split, access, requestTimeout, account, uses } = resolved;
    const known = [...Object.keys(models), "previous"];
    return [
        models.latest
            ? undefined
            : { path: "models", reason: `must have the key latest (got ${Object.keys(models).join(", ") || "none"}).` },
        regionProblem("encryptionKey", resolved.encryptionKey, region, "the endpoint"),
        ...splitProblems(split, 0),
        ...Object.keys(split).flatMap((key) =>
            known.includes(key)
                ? []
                : [{ path: `traffic.split.${key}`, reason: `is no key of models. There are ${known.join(", ")}.` }],
        ),
        ...Object.entries(models).flatMap(([key, model]) => modelProblems(`models.${key}.`, model, region)),
        ...Object.entries(models).flatMap(([key, model]) =>
            zeroProblems(`models.${key}.`, model, models, split, access),
        ),
        requestTimeout !== undefined && access === "shared"
            ? {
                  path: "requestTimeout",
                  reason: `is ${limits.requestTime.max} for shared endpoints (got "${requestTimeout}"). Remove it, or set another access.`,
              }
            : undefined,
        ...monitoringProblems(resolved),
        uses.length > 0 && !account && Object.values(models).every(({ pool }) => pool)
            ? {
                  path: "uses",
                  reason: "needs a model outside of a pool, whose machines do not run as the endpoint's account.",
              }
            : undefined,
    ];
}

function modelProblems(at: string, model: ResolvedModel, region: string) {
    const { machines, pool } = model;
    const given = machineOptions.filter((option) => model[option] !== undefined);
    return [
        regionProblem(`${at}model`, knownName(model.model), region, "the endpoint"),
        ...(pool
            ? given.map((option) => ({
                  path: `${at}${option}`,
                  reason: "cannot be combined with pool, which has it. Remove it.",
              }))
            : []),
        ...(machines ? machineProblems(at, machines, region) : []),
    ];
}

/** https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scale-to-zero */
function zeroProblems(
    at: string,
    { scaleToZero, replicas, machines }: ResolvedModel,
    models: Record<string, ResolvedModel>,
    split: Record<string, number>,
    access: ResolvedArgs["access"],
) {
    if (!scaleToZero) {
        return [];
    }
    const path = `${at}scaleToZero`;
    const { initialReplicas = 1 } = scaleToZero;
    const max = machines?.replicas.max ?? 1;
    const min = typeof replicas === "object" ? replicas.min : replicas;
    return [
        access === "shared" ? { path, reason: "is not supported by shared endpoints. Set another access." } : undefined,
        Object.keys(models).length > 1
            ? { path, reason: `needs an endpoint with one model (got ${Object.keys(models).join(", ")}).` }
            : undefined,
        split.previous !== undefined
            ? {
                  path,
                  reason: "cannot be combined with traffic of the previous version, as such an endpoint has one model.",
              }
            : undefined,
        min !== undefined
            ? {
                  path: `${at}replicas${typeof replicas === "object" ? ".min" : ""}`,
                  reason: `is 0 with scaleToZero (got ${min}). Remove it.`,
              }
            : undefined,
        initialReplicas > max
            ? {
                  path: `${path}.initialReplicas`,
                  reason: `must not be above replicas.max, ${max} (got ${initialReplicas}).`,
              }
            : undefined,
    ];
}
