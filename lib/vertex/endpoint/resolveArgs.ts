import type { Environment } from "../../environment/environment";
import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import * as check from "../../internal/check";
import { shortenName } from "../../internal/names";
import { regionProblem } from "../../internal/places";
import { splitProblems } from "../../internal/traffic";
import { display } from "../../internal/value";
import { knownName } from "../version";
import type { PrivateAccess } from "./access";
import { type ModelScaling, type ServedModel, type VertexEndpointArgs, vertexEndpointArgs } from "./arguments";
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
        return [key, { ...model, machines: resolveMachines(model, environment) }];
    });
    return Object.fromEntries(resolved);
}

const machineOptions = ["machineType", "gpu", "scaling", "spot"] as const;

function problems(resolved: ResolvedArgs) {
    const { region, models, split, access, timeout, account, uses } = resolved;
    const known = [...Object.keys(models), "previous"];
    return [
        models.latest
            ? undefined
            : check.problem(
                  "models",
                  "vertex/latest-missing",
                  `must have the key latest (got ${Object.keys(models).join(", ") || "none"}).`,
              ),
        regionProblem("encryptionKey", resolved.encryptionKey, region, "the endpoint"),
        ...splitProblems(split, 0),
        ...Object.keys(split).flatMap((key) =>
            known.includes(key)
                ? []
                : [
                      check.problem(
                          `traffic.split.${key}`,
                          "vertex/split-unknown-model",
                          `must be a key of models: ${known.join(", ")}.`,
                      ),
                  ],
        ),
        ...Object.entries(models).flatMap(([key, model]) => modelProblems(`models.${key}.`, model, region)),
        ...Object.entries(models).flatMap(([key, model]) =>
            zeroProblems(`models.${key}.`, model, models, split, access),
        ),
        check.when(
            timeout !== undefined && access === "shared",
            "timeout",
            "vertex/timeout-of-shared",
            `is ${limits.requestTime.max} for shared endpoints (got "${timeout}"). Remove it, or set another access.`,
        ),
        ...monitoringProblems(resolved),
        check.when(
            uses.length > 0 && !account && Object.values(models).every(({ pool }) => pool),
            "uses",
            "vertex/uses-in-pool",
            "needs a model outside of a pool, whose machines do not run as the endpoint's account.",
        ),
    ];
}

function modelProblems(at: string, model: ResolvedModel, region: string) {
    const { machines, pool } = model;
    const given = machineOptions.filter((option) => model[option] !== undefined);
    return [
        regionProblem(`${at}model`, knownName(model.model), region, "the endpoint"),
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

/** https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scale-to-zero */
function zeroProblems(
    at: string,
    { scaling, machines }: ResolvedModel,
    models: Record<string, ResolvedModel>,
    split: Record<string, number>,
    access: ResolvedArgs["access"],
) {
    const { scaleToZeroAfter, keepFor, initial } = scalingOf(scaling);
    if (machines?.replicas.min !== 0) {
        return Object.entries({ scaleToZeroAfter, keepFor, initial }).flatMap(([option, value]) =>
            value === undefined
                ? []
                : [
                      check.problem(
                          `${at}scaling.${option}`,
                          "vertex/option-without-scaling-to-zero",
                          `is only for scaling to zero (got ${display(value)}). Set min: 0, or remove it.`,
                      ),
                  ],
        );
    }
    const path = `${at}scaling.min`;
    const { max } = machines.replicas;
    return [
        check.when(
            access === "shared",
            path,
            "vertex/zero-in-shared",
            "cannot be 0 in shared endpoints. Set another access.",
        ),
        Object.keys(models).length > 1
            ? check.problem(
                  path,
                  "vertex/zero-with-several-models",
                  `cannot be 0 in an endpoint with several models (got ${Object.keys(models).join(", ")}).`,
              )
            : undefined,
        check.when(
            split.previous !== undefined,
            path,
            "vertex/zero-with-previous",
            "cannot be 0 with traffic of the previous version, as an endpoint that scales to zero has one model.",
        ),
        check.when(
            initial !== undefined && initial > max,
            `${at}scaling.initial`,
            "vertex/initial-above-max",
            `must not be above max, ${max} (got ${initial}).`,
        ),
    ];
}

/** The options of a scaling, of which a fixed number is the short form. */
export const scalingOf = (scaling: number | ModelScaling = {}): ModelScaling =>
    typeof scaling === "number" ? { min: scaling, max: scaling } : scaling;
