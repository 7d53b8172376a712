import type { Environment } from "../../environment/environment";
import type { Problem } from "../../internal/check";
import * as check from "../../internal/check";
import type { SourceFile } from "../../internal/files";
import { lifecycleWarning } from "../runtimes";
import { environmentProblems, type ServiceArgs } from "../serviceArguments";
import { sizeProblems } from "../sourceFiles";
import { sourceProblems } from "../startup";
import type { FlexibleService } from "./arguments";
import { healthProblems, type ResolvedHealth, resolveHealth } from "./health";
import { networkProblems } from "./network";
import { phpProblems } from "./php";
import { type ResolvedResources, resolveResources, resourcesProblems } from "./resources";
import { detectFlexibleRuntime, type ResolvedRuntime, resolveRuntime, runtimeId } from "./runtime";
import { type ResolvedScaling, resolveScaling, scalingProblems } from "./scaling";

/** A validated service of the flexible environment with its defaults. */
export interface ResolvedFlexibleService extends Pick<FlexibleService, "flexible" | "image" | "network"> {
    /** Custom for an image. */
    runtime: ResolvedRuntime;
    /** Undefined for an image, or for the runtime's default. */
    entrypoint?: string;
    resources: ResolvedResources;
    scaling: ResolvedScaling;
    health: ResolvedHealth;
}

/** Completes a service with its defaults. The environment's kind sets the number of instances. */
export function resolveFlexibleService(
    service: FlexibleService,
    files: readonly SourceFile[],
    { defaults }: Pick<Environment, "defaults">,
): ResolvedFlexibleService {
    const runtimeSettings = service.image === undefined ? (service.runtime ?? detectFlexibleRuntime(files)) : undefined;
    return {
        flexible: true,
        image: service.image,
        runtime: resolveRuntime(runtimeSettings ?? { name: "custom" }),
        entrypoint: service.entrypoint,
        resources: resolveResources(service.resources),
        scaling: resolveScaling(service.scaling, defaults),
        health: resolveHealth(service.health),
        network: service.network,
    };
}

/** Checks combinations of arguments, as they are given and with their defaults. Paths are relative to the service. */
export function flexibleProblems(
    service: FlexibleService & ServiceArgs,
    { resources, health }: ResolvedFlexibleService,
    files: readonly SourceFile[],
    region?: string,
): Problem[] {
    return [
        ...codeProblems(service, files),
        ...environmentProblems(service),
        ...resourcesProblems(resources),
        ...scalingProblems(service.scaling),
        ...healthProblems(health),
        ...(region === undefined ? [] : networkProblems(service.network, region)),
    ];
}

/** Checks that there is either an image or a source that can be built. */
function codeProblems(service: FlexibleService, files: readonly SourceFile[]): Problem[] {
    const { image, source, entrypoint, runtime } = service;
    if (image === undefined && source === undefined) {
        return [
            check.problem(
                "source",
                "appengine/source-or-image-missing",
                "is missing, and so is image. Specify the folder of the code, or the image.",
            ),
        ];
    }
    if (image !== undefined && source !== undefined) {
        return [
            check.problem("image", "appengine/image-and-source", "cannot be combined with source. Remove one of them."),
        ];
    }
    if (source === undefined) {
        const unused = Object.entries({ runtime, entrypoint });
        const reason = "is only valid with source, not with image. Remove it.";
        return unused.flatMap(([path, value]) =>
            value === undefined ? [] : [check.problem(path, "appengine/only-with-source", reason)],
        );
    }
    const runtimeSettings = runtime ?? detectFlexibleRuntime(files);
    const reason =
        'is missing, and cannot be detected from the source files. Set it, for example to { name: "python" }.';
    return [
        ...(runtimeSettings === undefined
            ? [check.problem("runtime", "appengine/flexible-runtime-missing", reason)]
            : runtimeSettings.php === undefined
              ? sourceProblems({ files, runtime: runtimeId(runtimeSettings), entrypoint: entrypoint ?? "" })
              : phpProblems(runtimeSettings.php, files)),
        ...sizeProblems(files),
    ];
}

/** A warning if the runtime can be deployed only for a limited time. */
export function flexibleWarning({ runtime }: ResolvedFlexibleService): string | undefined {
    return lifecycleWarning(runtimeId(runtime));
}
