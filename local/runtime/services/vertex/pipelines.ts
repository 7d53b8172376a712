import {
    type PipelineEntry,
    pipelineResource,
    storePipelineJob,
    verifyPipelineJob,
} from "../../../simulator/services/vertex/pipelineJob";
import type { Call, Method } from "../../emulator/methods/call";
import { methodsOf, placeOf } from "./jobs";

function create({ cloud, names, body, query, isFailing }: Call): object {
    const place = placeOf(names);
    verifyPipelineJob(body, place, cloud);
    const entry = storePipelineJob(cloud, place, body, { id: query.get("pipelineJobId") ?? undefined, isFailing });
    return pipelineResource(entry, cloud);
}

/** The methods of pipeline jobs. */
export const pipelineMethods: Method[] = methodsOf({
    name: "pipelineJobs",
    title: "PipelineJob",
    service: "PipelineService",
    query: ["pipelineJobId"],
    fields: [
        ...["displayName", "pipelineSpec", "labels", "runtimeConfig", "encryptionSpec", "serviceAccount", "network"],
        ...["reservedIpRanges", "pscInterfaceConfig", "templateUri", "preflightValidations"],
    ],
    create,
    resource: (entry, cloud, isListed) => pipelineResource(entry as PipelineEntry, cloud, isListed),
});
