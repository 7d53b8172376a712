import type { Environment } from "../../environment/environment";
import type { Problem } from "../../internal/check";
import * as check from "../../internal/check";
import type { SourceFile } from "../../internal/files";
import { detectRuntime, languageOf, lifecycleWarning, type StandardRuntime } from "../runtimes";
import { environmentProblems, type ServiceArgs } from "../serviceArguments";
import { sizeProblems } from "../sourceFiles";
import { sourceProblems } from "../startup";
import type { StandardService } from "./arguments";
import { type Handler, handlerProblems, isCatchAll, isStatic } from "./handlers";
import { networkProblem } from "./network";
import { type ResolvedScaling, resolveScaling, scalingProblems } from "./scaling";
import { bundledProblem } from "./services";

/** A validated service of the standard environment with its defaults. */
export interface ResolvedStandardService
    extends Required<Omit<StandardService, "source" | "scaling" | "defaultExpiration" | "network">>,
        Pick<StandardService, "defaultExpiration" | "network"> {
    runtime: StandardRuntime;
    /** Empty for the runtime's default. */
    entrypoint: string;
    scaling: ResolvedScaling;
}

/** Completes a service with its defaults. The environment's kind sets the number of instances. */
export function resolveStandardService(
    service: StandardService,
    files: readonly SourceFile[],
    { defaults }: Pick<Environment, "defaults">,
): ResolvedStandardService {
    const scaling = resolveScaling(service.scaling, defaults);
    const { min = 0, minIdle = 0 } = scaling.automatic ?? {};
    return {
        flexible: false,
        runtime: service.runtime ?? detectRuntime(files) ?? "python313",
        entrypoint: service.entrypoint ?? "",
        scaling,
        instanceClass: service.instanceClass ?? (scaling.automatic ? "F1" : "B2"),
        handlers: withCatchAll(service.handlers ?? []),
        defaultExpiration: service.defaultExpiration,
        warmup: service.warmup ?? min + minIdle > 0,
        bundledServices: service.bundledServices ?? [],
        inboundServices: service.inboundServices ?? [],
        network: service.network,
    };
}

/**
 * Adds a handler for the remaining paths. App Engine requires a handler with a script even if a static one matches every
 * path.
 */
function withCatchAll(handlers: Handler[]): Handler[] {
    const isComplete = handlers.some(isCatchAll) && !handlers.every(isStatic);
    return isComplete ? handlers : [...handlers, { url: "/.*", script: "auto" }];
}

/** Checks combinations of arguments, as they are given and with their defaults. Paths are relative to the service. */
export function standardProblems(
    service: StandardService & ServiceArgs,
    resolved: ResolvedStandardService,
    files: readonly SourceFile[],
    region?: string,
): Problem[] {
    const { handlers = [], entrypoint = "" } = service;
    const runtime = service.runtime ?? detectRuntime(files);
    const reason = "is missing, and cannot be detected from the source files. Set it, for example to java21.";
    return [
        ...(runtime
            ? sourceProblems({ files, runtime, entrypoint })
            : [check.problem("runtime", "appengine/standard-runtime-missing", reason)]),
        ...sizeProblems(files),
        ...scalingProblems(service),
        ...handlerProblems(handlers, resolved.handlers, files),
        ...environmentProblems(service),
        ...bundledProblem(service.bundledServices, languageOf(runtime ?? "")),
        ...(region === undefined ? [] : networkProblem(service.network, region)),
    ];
}

/** A warning if the runtime can be deployed only for a limited time. */
export function standardWarning({ runtime }: ResolvedStandardService): string | undefined {
    return lifecycleWarning(runtime);
}
