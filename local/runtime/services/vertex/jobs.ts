import type { Cloud, Inputs } from "../../../simulator";
import { requireAgent, verifyKey } from "../../../simulator/services/vertex/agents";
import { type Place, verifyJobSpec, verifyLabels } from "../../../simulator/services/vertex/jobSpec";
import { fullName, invalid, locationPath, notFound, precondition } from "../../../simulator/services/vertex/names";
import { verifyTrainingQuota } from "../../../simulator/services/vertex/quotas";
import { verifyStudy } from "../../../simulator/services/vertex/study";
import {
    cancelJob,
    hasEnded,
    type JobEntry,
    type JobKind,
    jobKinds,
    jobResource,
    stateOf,
    storeJob,
} from "../../../simulator/services/vertex/trainingJob";
import { type Call, type Method, page } from "../../emulator/methods/call";
import { type FieldOf, matcher } from "./filter";
import { patiently } from "./patience";

/** A collection of jobs. */
export interface JobCollection {
    /** Its name in the API: `customJobs`. */
    name: string;
    /** What errors call a job: `CustomJob`. */
    title: string;
    fields: readonly string[];
    create(call: Call): object;
    /** The service of the API. @default JobService */
    service?: string;
    /** The parameters of the request that creates a job, besides its fields. */
    query?: readonly string[];
    /** A job in the form of the API, or in that of its lists. */
    resource(entry: JobEntry, cloud: Cloud, isListed?: boolean): Inputs;
}

export const placeOf = ({ projectsId, locationsId }: Inputs): Place => ({
    project: String(projectsId),
    location: String(locationsId),
});

/** The requests of each kind: their names in errors, and what they need. */
const forms = {
    customJobs: {
        field: "custom_job",
        spec: "jobSpec",
        fields: ["displayName", "jobSpec", "labels", "encryptionSpec"],
    },
    hyperparameterTuningJobs: {
        field: "hyperparameter_tuning_job",
        spec: "trialJobSpec",
        fields: [
            ...["displayName", "studySpec", "maxTrialCount", "parallelTrialCount", "maxFailedTrialCount"],
            ...["trialJobSpec", "labels", "encryptionSpec"],
        ],
    },
} as const;

function create(kind: JobKind, { cloud, names, body, isFailing }: Call): object {
    const { field, spec } = forms[kind];
    const { displayName = "", labels, encryptionSpec } = body;
    if (displayName.length === 0 || [...displayName].length > 128) {
        throw invalid(`${field}.display_name must have 1 to 128 characters.`);
    }
    verifyLabels(labels);
    if (kind === "hyperparameterTuningJobs") {
        verifyStudy(body);
    }
    const place = placeOf(names);
    verifyJobSpec(body[spec], `${field}.${spec === "jobSpec" ? "job_spec" : "trial_job_spec"}`, place, cloud);
    verifyTrainingQuota(cloud, locationPath(names), body[spec], body.parallelTrialCount);
    const agent = requireAgent(cloud, place.project);
    if (encryptionSpec?.kmsKeyName) {
        verifyKey(cloud, encryptionSpec.kmsKeyName, { agent, location: place.location });
    }
    return jobResource(storeJob(cloud, kind, place, body, isFailing), cloud);
}

function jobOf({ name, title }: JobCollection, { cloud, names }: Call): JobEntry {
    const path = `${locationPath(names)}/${name}/${names[`${name}Id`]}`;
    const found = cloud.store.read(fullName(path)) as JobEntry | undefined;
    if (!found) {
        throw notFound(title, path, cloud);
    }
    return found;
}

async function get(kind: JobCollection, call: Call): Promise<object> {
    const { cloud } = call;
    const before = stateOf(jobOf(kind, call), cloud);
    await patiently(cloud, () => {
        const found = jobOf(kind, call);
        return found.state.run === undefined || hasEnded(found, cloud) || stateOf(found, cloud) !== before;
    });
    return kind.resource(jobOf(kind, call), cloud);
}

/** What filters of jobs read. */
const fieldOf =
    ({ resource }: JobCollection, cloud: Cloud): FieldOf<JobEntry> =>
    (entry, field) =>
        field === "state"
            ? resource(entry, cloud, true).state
            : field === "display_name"
              ? entry.state.displayName
              : entry.state.labels?.[field.slice("labels.".length)];

function list(kind: JobCollection, { cloud, names, query }: Call): object {
    const { name, resource } = kind;
    const all = cloud.store.list(fullName(`${locationPath(names)}/${name}`)) as JobEntry[];
    const newest = [...all].sort((one, other) => (one.state.createTime < other.state.createTime ? 1 : -1));
    const { items, ...more } = page(query, newest.filter(matcher(query.get("filter") ?? "", fieldOf(kind, cloud))));
    return { ...(items.length > 0 && { [name]: items.map((entry) => resource(entry, cloud, true)) }), ...more };
}

function remove(kind: JobCollection, call: Call): object {
    const { cloud, operate } = call;
    const found = jobOf(kind, call);
    if (!hasEnded(found, cloud)) {
        throw precondition(
            `The ${kind.title} is in state ${kind.resource(found, cloud).state} and cannot be deleted. Cancel it first.`,
        );
    }
    return operate(
        {
            method: `${kind.service ?? "JobService"}.Delete${kind.title}`,
            target: found.id,
            type: "protobuf.Empty",
            metadataType: "google.cloud.aiplatform.v1.DeleteOperationMetadata",
        },
        () => {
            cloud.store.remove(found.name);
            return {};
        },
    );
}

const location = "v1/projects/{projectsId}/locations/{locationsId}";

/** The methods of a collection of jobs. */
export const methodsOf = (kind: JobCollection): Method[] => {
    const id = `aiplatform.projects.locations.${kind.name}`;
    const path = `${location}/${kind.name}/{${kind.name}Id}`;
    return [
        {
            id: `${id}.create`,
            verb: "POST",
            path: `${location}/${kind.name}`,
            ...(kind.query && { query: [...kind.query] }),
            fields: [...kind.fields],
            creates: "displayName",
            answer: (call) => kind.create(call),
        },
        { id: `${id}.get`, verb: "GET", path, answer: (call) => get(kind, call) },
        {
            id: `${id}.list`,
            verb: "GET",
            path: `${location}/${kind.name}`,
            query: ["filter", "pageSize", "pageToken", "readMask"],
            answer: (call) => list(kind, call),
        },
        {
            id: `${id}.cancel`,
            verb: "POST",
            path: `${path}:cancel`,
            answer: (call) => {
                cancelJob(jobOf(kind, call), call.cloud);
                return {};
            },
        },
        { id: `${id}.delete`, verb: "DELETE", path, answer: (call) => remove(kind, call) },
    ];
};

/** The methods of custom jobs and hyperparameter tuning jobs. */
export const jobMethods: Method[] = (Object.keys(jobKinds) as JobKind[]).flatMap((name) =>
    methodsOf({
        name,
        title: jobKinds[name],
        fields: forms[name].fields,
        create: (call) => create(name, call),
        resource: jobResource,
    }),
);
