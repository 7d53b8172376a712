import type { Environment } from "../../environment/environment";
import type { Problem } from "../../internal/check";
import type { SourceFile } from "../../internal/files";
import { detectedRuntime } from "../detected";
import { languageOf, lifecycleWarning, type StandardRuntime } from "../runtimes";
import { environmentProblems, type ServiceArgs } from "../serviceArguments";
import { sizeProblems } from "../sourceFiles";
import { sourceProblems } from "../startup";
import type { StandardService } from "./arguments";
import { handlerProblems, isCatchAll } from "./handlerProblems";
import { type Handler, isStatic } from "./handlers";
import { networkProblem } from "./network";
import { type DecidedScaling, decidedScaling, scalingProblems } from "./scaling";
import { bundledProblem } from "./services";

/** A service with everything decided that it leaves open. */
export interface DecidedStandard
    extends Required<Omit<StandardService, "source" | "scaling" | "defaultExpiration" | "network">>,
        Pick<StandardService, "defaultExpiration" | "network"> {
    runtime: StandardRuntime;
    /** Empty: as the runtime starts by itself. */
    entrypoint: string;
    scaling: DecidedScaling;
}

/** The service with what it leaves open, the kind of the environment deciding how many instances there are. */
export function decidedStandard(
    service: StandardService,
    files: SourceFile[],
    { defaults }: Pick<Environment, "defaults">,
): DecidedStandard {
    const scaling = decidedScaling(service.scaling, defaults);
    const { minInstances = 0, minIdleInstances = 0 } = scaling.automatic ?? {};
    return {
        env: "standard",
        runtime: service.runtime ?? detectedRuntime(files) ?? "python313",
        entrypoint: service.entrypoint ?? "",
        scaling,
        instanceClass: service.instanceClass ?? (scaling.automatic ? "F1" : "B2"),
        handlers: completed(service.handlers ?? []),
        defaultExpiration: service.defaultExpiration,
        warmup: service.warmup ?? minInstances + minIdleInstances > 0,
        bundledServices: service.bundledServices ?? [],
        inboundServices: service.inboundServices ?? [],
        network: service.network,
    };
}

/** The handlers with one more for the other paths. App Engine asks for one that leads to the application even where files take all. */
function completed(handlers: Handler[]): Handler[] {
    const isComplete = handlers.some(isCatchAll) && !handlers.every(isStatic);
    return isComplete ? handlers : [...handlers, { url: "/.*", script: "auto" }];
}

/** All that is wrong with a service each argument of which is right by itself, by paths within the service. */
export function standardProblems(
    service: StandardService & ServiceArgs,
    files: SourceFile[],
    region?: string,
): Problem[] {
    const { handlers = [], entrypoint = "" } = service;
    const runtime = service.runtime ?? detectedRuntime(files);
    const reason = "is missing, as the files of the source do not show it. Set it, such as to java21.";
    return [
        ...(runtime ? sourceProblems({ files, runtime, entrypoint }) : [{ path: "runtime", reason }]),
        ...sizeProblems(files),
        ...scalingProblems(service),
        ...handlerProblems(handlers, completed(handlers), files),
        ...environmentProblems(service),
        ...bundledProblem(service.bundledServices, languageOf(runtime ?? "")),
        ...(region === undefined ? [] : networkProblem(service.network, region)),
    ];
}

/** What to tell of a service that can be deployed for a short time only. */
export function standardWarning({ runtime }: DecidedStandard): string | undefined {
    return lifecycleWarning(runtime);
}
