import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import { fullName, locationPath, notFound, precondition } from "../../services/vertex/names";
import {
    type PipelineEntry,
    pipelineResource,
    storePipelineJob,
    verifyPipelineJob,
} from "../../services/vertex/pipelineJob";
import { cancelJob, hasEnded, stateOf } from "../../services/vertex/trainingJob";
import { type Call, type Method, page } from "../methods/call";
import { type FieldOf, matcher } from "./filter";
import { patiently } from "./patience";

const location = "v1/projects/{projectsId}/locations/{locationsId}";
const collection = `${location}/pipelineJobs`;
const path = `${collection}/{pipelineJobsId}`;
const id = "aiplatform.projects.locations.pipelineJobs";

const placeOf = ({ projectsId, locationsId }: Inputs) => ({
    project: String(projectsId),
    location: String(locationsId),
});

function jobOf({ cloud, names }: Call): PipelineEntry {
    const path = `${locationPath(names)}/pipelineJobs/${names.pipelineJobsId}`;
    const found = cloud.store.read(fullName(path)) as PipelineEntry | undefined;
    if (!found) {
        throw notFound("PipelineJob", path, cloud);
    }
    return found;
}

function create({ cloud, names, body, query, isFailing }: Call): object {
    const place = placeOf(names);
    verifyPipelineJob(body, place, cloud);
    const entry = storePipelineJob(cloud, place, body, { id: query.get("pipelineJobId") ?? undefined, isFailing });
    return pipelineResource(entry, cloud);
}

async function get(call: Call): Promise<object> {
    const { cloud } = call;
    const before = stateOf(jobOf(call), cloud);
    await patiently(cloud, () => {
        const found = jobOf(call);
        return found.state.run === undefined || hasEnded(found, cloud) || stateOf(found, cloud) !== before;
    });
    return pipelineResource(jobOf(call), cloud);
}

const fieldOf =
    (cloud: Cloud): FieldOf<PipelineEntry> =>
    (entry, field) =>
        field === "state"
            ? stateOf(entry, cloud).replace(/^JOB_/, "PIPELINE_")
            : field === "display_name"
              ? entry.state.displayName
              : entry.state.labels?.[field.slice("labels.".length)];

function list({ cloud, names, query }: Call): object {
    const all = cloud.store.list(fullName(`${locationPath(names)}/pipelineJobs`)) as PipelineEntry[];
    const newest = [...all].sort((one, other) => (one.state.createTime < other.state.createTime ? 1 : -1));
    const { items, ...more } = page(query, newest.filter(matcher(query.get("filter") ?? "", fieldOf(cloud))));
    return {
        ...(items.length > 0 && { pipelineJobs: items.map((entry) => pipelineResource(entry, cloud, true)) }),
        ...more,
    };
}

function remove(call: Call): object {
    const { cloud, operate } = call;
    const found = jobOf(call);
    if (!hasEnded(found, cloud)) {
        const state = stateOf(found, cloud).replace(/^JOB_/, "PIPELINE_");
        throw precondition(`The PipelineJob is in state ${state} and cannot be deleted. Cancel it first.`);
    }
    return operate(
        {
            target: found.id,
            method: "PipelineService.DeletePipelineJob",
            type: "protobuf.Empty",
            metadataType: "google.cloud.aiplatform.v1.DeleteOperationMetadata",
        },
        () => {
            cloud.store.remove(found.name);
            return {};
        },
    );
}

/** The methods of pipeline jobs. */
export const pipelineMethods: Method[] = [
    {
        id: `${id}.create`,
        verb: "POST",
        path: collection,
        query: ["pipelineJobId"],
        fields: [
            ...[
                "displayName",
                "pipelineSpec",
                "labels",
                "runtimeConfig",
                "encryptionSpec",
                "serviceAccount",
                "network",
            ],
            ...["reservedIpRanges", "pscInterfaceConfig", "templateUri", "preflightValidations"],
        ],
        creates: "displayName",
        answer: create,
    },
    { id: `${id}.get`, verb: "GET", path, answer: get },
    {
        id: `${id}.list`,
        verb: "GET",
        path: collection,
        query: ["filter", "pageSize", "pageToken", "readMask", "orderBy"],
        answer: list,
    },
    {
        id: `${id}.cancel`,
        verb: "POST",
        path: `${path}:cancel`,
        answer: (call) => {
            cancelJob(jobOf(call), call.cloud);
            return {};
        },
    },
    { id: `${id}.delete`, verb: "DELETE", path, answer: remove },
];
