import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { authorizeMethod } from "../../provider/authorize";
import type { Inputs } from "../../rules/rules";
import { type PipelineEntry, pipelineLog } from "../../services/vertex/pipelineJob";
import { type JobEntry, type JobKind, jobKinds, jobLog } from "../../services/vertex/trainingJob";
import type { Answer, RestApi } from "../http";

const loggingApi: [string, string] = ["logging.googleapis.com", "Cloud Logging API"];

const term = /^([a-z_.]+)\s*=\s*"([^"]*)"$/;

/** The terms of a filter: only equalities that are joined by `AND`. */
function termsOf(filter: string): [field: string, value: string][] {
    const parts = filter.split(/\s+AND\s+|\n+/).map((part) => part.trim());
    return parts
        .filter((part) => part !== "")
        .map((part) => {
            const [, field, value] = term.exec(part) ?? [];
            if (field === undefined || value === undefined) {
                throw new GoogleError(400, `The local Google Cloud does not support the filter ${part}.`);
            }
            return [field, value];
        });
}

/** The value of a field such as `resource.labels.service_name`. */
const fieldOf = (entry: Inputs, field: string): unknown =>
    field.split(".").reduce<Inputs | undefined>((value, key) => value?.[key], entry);

/** The log of a revision, which is empty unless it did not start: containers do not run. */
function entriesOf({ name, project, state }: Entry): Inputs[] {
    const [, location, service, revision] =
        /\/locations\/([^/]+)\/(?:services|workerPools)\/([^/]+)\/revisions\/([^/]+)$/.exec(name) ?? [];
    const type = name.includes("/workerPools/") ? "cloud_run_worker_pool" : "cloud_run_revision";
    const labels = {
        project_id: project,
        location,
        revision_name: revision,
        ...(type === "cloud_run_revision" ? { service_name: service } : { worker_pool_name: service }),
    };
    return ((state.log ?? []) as string[]).map((textPayload, index) => ({
        logName: `projects/${project}/logs/run.googleapis.com%2Fvarlog%2Fsystem`,
        insertId: `${revision}-${index}`,
        timestamp: new Date(Date.parse(String(state.createTime)) + index).toISOString(),
        severity: "ERROR",
        resource: { type, labels },
        textPayload,
    }));
}

function list(cloud: Cloud, { resourceNames = [], filter = "", orderBy = "", pageSize = 50 }: Inputs): Inputs {
    const terms = termsOf(filter);
    const all = (resourceNames as string[]).flatMap((resource) => {
        const project = resource.replace(/^projects\//, "");
        cloud.projects.requireApi(project, ...loggingApi);
        authorizeMethod("logging.entries.list", `//cloudresourcemanager.googleapis.com/${resource}`, project, cloud);
        const jobs = (Object.keys(jobKinds) as JobKind[]).flatMap((kind) =>
            cloud.store.list(`//aiplatform.googleapis.com/projects/${project}/locations`, kind),
        ) as JobEntry[];
        return [
            ...cloud.store.list(`//run.googleapis.com/projects/${project}/locations`, "revisions").flatMap(entriesOf),
            ...jobs.flatMap((job) => jobLog(job, cloud)),
            ...(
                cloud.store.list(
                    `//aiplatform.googleapis.com/projects/${project}/locations`,
                    "pipelineJobs",
                ) as PipelineEntry[]
            ).flatMap((job) => pipelineLog(job, cloud)),
        ];
    });
    const found = all.filter((entry) => terms.every(([field, value]) => fieldOf(entry, field) === value));
    const sorted = found.sort((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
    return { entries: (orderBy.endsWith(" desc") ? sorted.reverse() : sorted).slice(0, pageSize) };
}

const statuses: Record<number, string> = { 400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED" };

/** The Cloud Logging API, for programs that show why a revision of Cloud Run or a training job failed. */
export function loggingRest(cloud: Cloud): RestApi {
    return ({ method, path, body }): Answer | undefined => {
        if (method !== "POST" || decodeURIComponent(path) !== "/v2/entries:list") {
            return undefined;
        }
        try {
            return { status: 200, body: list(cloud, JSON.parse(body.toString())) };
        } catch (error) {
            if (!(error instanceof GoogleError)) {
                throw error;
            }
            const { code, text, details } = error;
            return { status: code, body: { error: { code, message: text, status: statuses[code], details } } };
        }
    };
}
