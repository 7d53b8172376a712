import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi, AdminError } from "../../internal/adminApi/adminApi";
import { createOnce } from "../../internal/adminApi/awaitedJob";
import { canonicalJson } from "../../internal/arguments/json";
import { waitClock } from "../../internal/engine/waitingClock";
import type { MonitoringInputs, MonitoringOutputs } from "./monitoringInputs";
import { locationOf, type VertexApis, vertexApis } from "./vertexApi";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.modelDeploymentMonitoringJobs job} in the API. */
interface Job {
    name: string;
    endpoint: string;
    state?: string;
    error?: { message?: string };
}

const collection = "modelDeploymentMonitoringJobs";

/** The fields that the API can change. */
const settings = [
    "displayName",
    "labels",
    "logTtl",
    "loggingSamplingStrategy",
    "modelDeploymentMonitoringScheduleConfig",
    "modelMonitoringAlertConfig",
] as const;

/**
 * The provider of the monitoring of an endpoint, which has one job. A job is created once: an earlier call without an answer has created
 * the one of the endpoint.
 */
export function monitoringProvider(
    apis: VertexApis = vertexApis,
): dynamic.ResourceProvider<MonitoringInputs, MonitoringOutputs> {
    return {
        async diff(_id, olds, news) {
            const isChanged = (key: keyof MonitoringInputs) => canonicalJson(olds[key]) !== canonicalJson(news[key]);
            const replaces = (["endpoint", "schema", "encryptionKey"] as const).filter(isChanged);
            const changes = replaces.length > 0 || (["job", "deployedModels", "objective"] as const).some(isChanged);
            // An endpoint has one job.
            return { changes, replaces, deleteBeforeReplace: true };
        },
        async create(inputs) {
            const api = apis(locationOf(inputs.endpoint));
            let created: Job | undefined;
            const { name } = await createOnce(
                () => jobOf(api, inputs.endpoint),
                async () => {
                    created = await createJob(api, inputs);
                    return created;
                },
            );
            await started(api, name);
            if (created === undefined) {
                // One that was found can be of other inputs.
                await patchJob(api, name, inputs);
            }
            return { id: name, outs: inputs };
        },
        async update(id, olds, news) {
            const api = apis(locationOf(id));
            await started(api, id);
            await patchJob(api, id, news, olds);
            return { outs: news };
        },
        async read(id, props) {
            const found = await apis(locationOf(id)).find(id);
            // An empty id means that the resource was deleted.
            return found === undefined ? { id: "" } : { id, props };
        },
        async delete(id) {
            const api = apis(locationOf(id));
            const found = await api.find<Job>(id);
            if (found?.state === "JOB_STATE_RUNNING") {
                await api.post(`${id}:pause`, { body: {} });
            }
            if (found !== undefined) {
                await api.change("DELETE", id).catch(ignoreMissing);
            }
        },
    };
}

function ignoreMissing(error: AdminError): void {
    if (error.status !== 404) {
        throw error;
    }
}

const idIn = (path: string) => path.split("/").at(-1);

/** The job of an endpoint, whose project the API names by its number. */
async function jobOf(api: AdminApi, endpoint: string): Promise<Job | undefined> {
    const jobs = await api.list<Job>(`${parentOf(endpoint)}/${collection}`, collection);
    return jobs.find((job) => idIn(job.endpoint) === idIn(endpoint));
}

const parentOf = (endpoint: string) => endpoint.split("/").slice(0, 4).join("/");

function createJob(api: AdminApi, inputs: MonitoringInputs): Promise<Job> {
    const { endpoint, job, schema, encryptionKey } = inputs;
    const body = {
        endpoint,
        ...job,
        ...objectivesOf(inputs),
        ...(schema && { analysisInstanceSchemaUri: schema }),
        ...(encryptionKey && { encryptionSpec: { kmsKeyName: encryptionKey } }),
    };
    return api.post<Job>(`${parentOf(endpoint)}/${collection}`, { body, retry: false });
}

/** The objective of each model that serves. */
const objectivesOf = ({ deployedModels, objective }: MonitoringInputs) => ({
    modelDeploymentMonitoringObjectiveConfigs: deployedModels
        .filter((id) => id !== "")
        .map((deployedModelId) => ({ deployedModelId, objectiveConfig: objective })),
});

async function patchJob(api: AdminApi, name: string, news: MonitoringInputs, olds?: MonitoringInputs): Promise<void> {
    const before: object | undefined = olds && { ...olds.job, ...objectivesOf(olds) };
    const wanted: Record<string, unknown> = { ...news.job, ...objectivesOf(news) };
    const isSame = (key: string) =>
        before !== undefined && canonicalJson(Reflect.get(before, key)) === canonicalJson(wanted[key]);
    const mask = [...settings, "modelDeploymentMonitoringObjectiveConfigs"].filter((key) => !isSame(key));
    if (mask.length > 0) {
        const body = Object.fromEntries(mask.map((key) => [key, wanted[key]]));
        await api.change("PATCH", name, { query: { updateMask: mask.join(",") }, body });
    }
}

/** In milliseconds. */
const start = { wait: 5000, total: 600_000 };

/** Waits until a job is created. Until then its state is `PENDING`. */
async function started(api: AdminApi, name: string): Promise<void> {
    const clock = waitClock();
    const end = clock.now() + start.total;
    for (;;) {
        const { state, error } = await api.get<Job>(name);
        if (state === "JOB_STATE_FAILED") {
            throw new Error(`${name}: ${error?.message ?? "the job has failed."}`);
        }
        if (state !== "JOB_STATE_PENDING" || clock.now() > end) {
            return;
        }
        await clock.sleep(start.wait);
    }
}
