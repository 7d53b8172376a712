import type { Environment } from "../../environment/environment";
import type { Problem } from "../../internal/check";
import type { SourceFile } from "../../internal/files";
import { lifecycleWarning } from "../runtimes";
import { environmentProblems, type ServiceArgs } from "../serviceArguments";
import { sizeProblems } from "../sourceFiles";
import { sourceProblems } from "../startup";
import type { FlexibleService } from "./arguments";
import {
    type DecidedLiveness,
    type DecidedReadiness,
    decidedLiveness,
    decidedReadiness,
    healthProblem,
} from "./health";
import { networkProblems } from "./network";
import { phpProblems } from "./php";
import { type DecidedResources, decidedResources, resourcesProblems } from "./resources";
import { type DecidedRuntime, decidedRuntime, detected, idOf } from "./runtime";
import { type DecidedScaling, decidedScaling, scalingProblems } from "./scaling";

/** A service with everything decided that it leaves open. */
export interface DecidedFlexible extends Pick<FlexibleService, "env" | "image" | "network"> {
    /** Custom where there is an image. */
    runtime: DecidedRuntime;
    /** Nothing where there is an image, or the runtime starts by itself. */
    entrypoint?: string;
    resources: DecidedResources;
    scaling: DecidedScaling;
    readiness: DecidedReadiness;
    liveness: DecidedLiveness;
}

/** The service with what it leaves open, the kind of the environment deciding how many instances there are. */
export function decidedFlexible(
    service: FlexibleService,
    files: SourceFile[],
    { defaults }: Pick<Environment, "defaults">,
): DecidedFlexible {
    const built = service.image === undefined ? (service.runtime ?? detected(files)) : undefined;
    return {
        env: "flex",
        image: service.image,
        runtime: decidedRuntime(built ?? { name: "custom" }),
        entrypoint: service.entrypoint,
        resources: decidedResources(service.resources),
        scaling: decidedScaling(service.scaling, defaults),
        readiness: decidedReadiness(service.readiness),
        liveness: decidedLiveness(service.liveness),
        network: service.network,
    };
}

/** All that is wrong with a service each argument of which is right by itself, by paths within the service. */
export function flexibleProblems(
    service: FlexibleService & ServiceArgs,
    files: SourceFile[],
    region?: string,
): Problem[] {
    return [
        ...originProblems(service, files),
        ...environmentProblems(service),
        ...resourcesProblems(service.resources),
        ...scalingProblems(service.scaling),
        ...healthProblem("readiness", decidedReadiness(service.readiness)),
        ...healthProblem("liveness", decidedLiveness(service.liveness)),
        ...(region === undefined ? [] : networkProblems(service.network, region)),
    ];
}

/** A service is an image, or a source with what makes one of it. */
function originProblems(service: FlexibleService, files: SourceFile[]): Problem[] {
    const { image, source, entrypoint, runtime } = service;
    if (image === undefined && source === undefined) {
        return [
            {
                path: "source",
                reason: "is missing, and so is image. Give the folder of the code, or the image that runs.",
            },
        ];
    }
    if (image !== undefined && source !== undefined) {
        return [{ path: "image", reason: "must not be there with source. Leave one of the two out." }];
    }
    if (source === undefined) {
        const useless = Object.entries({ runtime, entrypoint });
        const reason = "is for a source, and there is an image. Leave it out.";
        return useless.flatMap(([path, given]) => (given === undefined ? [] : [{ path, reason }]));
    }
    const built = runtime ?? detected(files);
    const reason = 'is missing, as the files of the source do not show it. Set it, such as to { name: "python" }.';
    return [
        ...(built === undefined
            ? [{ path: "runtime", reason }]
            : built.php === undefined
              ? sourceProblems({ files, runtime: idOf(built), entrypoint: entrypoint ?? "" })
              : phpProblems(built.php, files)),
        ...sizeProblems(files),
    ];
}

/** What to tell of a service that can be deployed for a short time only. */
export function flexibleWarning({ runtime }: DecidedFlexible): string | undefined {
    return lifecycleWarning(idOf(runtime));
}
