import { vertexEndpointLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { type Cloud, digits, type Entry, GoogleError, type Inputs, isAllowedOn } from "../../../simulator";
import { bucketName, objectName } from "../../../simulator/services/storage/names";
import { requireAgent, verifyKey } from "../../../simulator/services/vertex/agents";
import { changeEndpoint, requireEndpoint } from "../../../simulator/services/vertex/endpoints";
import {
    fullName,
    invalid,
    locationPath,
    notFound,
    pathOf,
    precondition,
    publicName,
} from "../../../simulator/services/vertex/names";
import { type Call, type Method, maskOf, page } from "../../emulator/methods/call";

const collection = "modelDeploymentMonitoringJobs";
type JobEntry = Entry & { state: Inputs };

const prefix = (names: Inputs) => fullName(`${locationPath(names)}/${collection}`);

const jobsOf = ({ cloud, names }: Call) => cloud.store.list(prefix(names)) as JobEntry[];

function jobOf({ cloud, names }: Call): JobEntry {
    const path = `${locationPath(names)}/${collection}/${names[`${collection}Id`]}`;
    const found = cloud.store.read(fullName(path)) as JobEntry | undefined;
    if (!found) {
        throw notFound("ModelDeploymentMonitoringJob", path, cloud);
    }
    return found;
}

const resource = ({ cloud }: Call, { id, state }: JobEntry): Inputs => ({ ...state, name: publicName(id, cloud) });

const durationOf = (text: unknown) => Number(/^(\d+(?:\.\d+)?)s$/.exec(String(text))?.[1]);

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.modelDeploymentMonitoringJobs */
function verify(cloud: Cloud, job: Inputs, location: string): void {
    const { displayName = "", loggingSamplingStrategy, modelDeploymentMonitoringScheduleConfig: schedule } = job;
    const { modelDeploymentMonitoringObjectiveConfigs: objectives = [], endpoint = "" } = job;
    if (displayName.length === 0 || [...displayName].length > 128) {
        throw invalid("model_deployment_monitoring_job.display_name must have 1 to 128 characters.");
    }
    const { sampleRate } = loggingSamplingStrategy?.randomSampleConfig ?? {};
    if (!(sampleRate > 0 && sampleRate <= 1)) {
        throw invalid("The sample_rate must be in the range (0, 1].");
    }
    if (!(durationOf(schedule?.monitorInterval) >= secondsIn(vertexEndpointLimits.rows.monitoringInterval.min))) {
        throw invalid("The monitor_interval must be at least one hour.");
    }
    const path = pathOf(endpoint, cloud);
    if (path.split("/")[3] !== location) {
        throw invalid(`The endpoint ${endpoint} must be in ${location}.`);
    }
    const { deployedModels } = requireEndpoint(cloud, path).state;
    if (objectives.length === 0) {
        throw invalid("model_deployment_monitoring_objective_configs must not be empty.");
    }
    for (const { deployedModelId, objectiveConfig } of objectives as Inputs[]) {
        if (!deployedModels.some(({ id }) => id === deployedModelId)) {
            throw invalid(`The following DeployedModel ID(s) [${deployedModelId}] do not exist.`);
        }
        verifyObjective(cloud, objectiveConfig ?? {}, path.split("/")[1] as string);
    }
}

/** "Each feature must have a non-zero threshold if they need to be monitored." The agent reads the data of the training. */
function verifyObjective(cloud: Cloud, objective: Inputs, project: string): void {
    const {
        trainingDataset,
        trainingPredictionSkewDetectionConfig: skew,
        predictionDriftDetectionConfig: drift,
    } = objective;
    const all = [skew?.defaultSkewThreshold, drift?.defaultDriftThreshold].filter(Boolean);
    const thresholds = [...all, ...Object.values({ ...skew?.skewThresholds, ...drift?.driftThresholds })] as Inputs[];
    if (thresholds.length === 0 || thresholds.some(({ value }) => !(value > 0))) {
        throw invalid("Each monitored feature must have a non-zero threshold.");
    }
    if (Boolean(skew) !== Boolean(trainingDataset)) {
        throw invalid(
            "A training_dataset has to be set only if training_prediction_skew_detection_config is specified.",
        );
    }
    const [uri = ""] = trainingDataset?.gcsSource?.uris ?? [];
    const [, bucket, object = ""] = /^gs:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    const [, table] = /^bq:\/\/(.+)$/.exec(trainingDataset?.bigquerySource?.inputUri ?? "") ?? [];
    const [owner, dataset, tableId] = table?.split(".") ?? [];
    const tableName = `//bigquery.googleapis.com/projects/${owner}/datasets/${dataset}/tables/${tableId}`;
    const [name, permission, resource] = bucket
        ? [objectName(bucket, object), "storage.objects.get", bucketName(bucket)]
        : [tableName, "bigquery.tables.getData", tableName];
    if (trainingDataset) {
        const agent = requireAgent(cloud, project);
        if (!cloud.store.read(name)) {
            throw new GoogleError(404, `Not found: ${uri || table}`);
        }
        if (!isAllowedOn(cloud, agent, permission, resource)) {
            throw new GoogleError(403, `${agent} does not have ${permission} access to ${uri || table}.`);
        }
    }
}

const uploadable = [
    ...["displayName", "endpoint", "labels", "logTtl", "loggingSamplingStrategy", "encryptionSpec"],
    ...["modelDeploymentMonitoringObjectiveConfigs", "modelDeploymentMonitoringScheduleConfig"],
    ...["modelMonitoringAlertConfig", "analysisInstanceSchemaUri", "predictInstanceSchemaUri"],
    ...["enableMonitoringPipelineLogs", "statsAnomaliesBaseDirectory", "samplePredictInstance"],
];

function create(call: Call): object {
    const { cloud, names, body } = call;
    const [project, location] = [String(names.projectsId), String(names.locationsId)];
    verify(cloud, body, location);
    const path = pathOf(body.endpoint, cloud);
    if (jobsOf(call).some(({ state }) => pathOf(state.endpoint, cloud) === path)) {
        throw precondition(`The Endpoint ${body.endpoint} already has a ModelDeploymentMonitoringJob.`);
    }
    const agent = requireAgent(cloud, project);
    if (body.encryptionSpec?.kmsKeyName) {
        verifyKey(cloud, body.encryptionSpec.kmsKeyName, { agent, location });
    }
    const id = `${locationPath(names)}/${collection}/${digits(`${Date.now()} ${Math.random()}`, 19)}`;
    const now = cloud.now().toISOString();
    const given = Object.fromEntries(uploadable.flatMap((key) => (key in body ? [[key, body[key]]] : [])));
    const state = {
        ...given,
        endpoint: publicName(path, cloud),
        state: "JOB_STATE_RUNNING",
        scheduleState: "OFFLINE",
        createTime: now,
        updateTime: now,
    };
    const entry: JobEntry = { name: fullName(id), project, id, state };
    cloud.store.write(entry);
    changeEndpoint(cloud, path, { modelDeploymentMonitoringJob: publicName(id, cloud) });
    return resource(call, entry);
}

/** "Updatable fields" */
const patchable = [
    ...["displayName", "labels", "logTtl", "loggingSamplingStrategy", "enableMonitoringPipelineLogs"],
    ...["modelDeploymentMonitoringScheduleConfig", "modelMonitoringAlertConfig"],
    "modelDeploymentMonitoringObjectiveConfigs",
];

const operation = (method: string, type: string, target: string, metadata = method) => ({
    method: `JobService.${method}`,
    type,
    metadataType: `google.cloud.aiplatform.v1.${metadata}OperationMetadata`,
    target,
});

function change(cloud: Cloud, entry: JobEntry, parts: Inputs): JobEntry {
    const changed = { ...entry, state: { ...entry.state, ...parts, updateTime: cloud.now().toISOString() } };
    cloud.store.write(changed);
    return changed;
}

function patch(call: Call): object {
    const { cloud, query, body, operate, names } = call;
    const found = jobOf(call);
    const parts = Object.fromEntries(maskOf(query, patchable).map((key) => [key, body[key]]));
    verify(cloud, { ...found.state, ...parts }, String(names.locationsId));
    const type = "cloud.aiplatform.v1.ModelDeploymentMonitoringJob";
    return operate(operation("UpdateModelDeploymentMonitoringJob", type, found.id), () =>
        resource(call, change(cloud, found, parts)),
    );
}

function remove(call: Call): object {
    const { cloud, operate } = call;
    const found = jobOf(call);
    if (found.state.state !== "JOB_STATE_PAUSED") {
        throw precondition(
            `The ModelDeploymentMonitoringJob is in state ${found.state.state} and cannot be deleted. Pause it first.`,
        );
    }
    return operate(operation("DeleteModelDeploymentMonitoringJob", "protobuf.Empty", found.id, "Delete"), () => {
        cloud.store.remove(found.name);
        changeEndpoint(cloud, pathOf(found.state.endpoint, cloud), { modelDeploymentMonitoringJob: "" });
        return {};
    });
}

const become = (state: string) => (call: Call) => {
    change(call.cloud, jobOf(call), { state });
    return {};
};

const location = "v1/projects/{projectsId}/locations/{locationsId}";
const path = `${location}/${collection}/{${collection}Id}`;
const id = (method: string) => `aiplatform.projects.locations.${collection}.${method}`;

/** The methods of monitoring jobs, which do not analyze anything. */
export const monitoringMethods: Method[] = [
    {
        id: id("create"),
        verb: "POST",
        path: `${location}/${collection}`,
        fields: uploadable,
        creates: "displayName",
        answer: create,
    },
    { id: id("get"), verb: "GET", path, answer: (call) => resource(call, jobOf(call)) },
    {
        id: id("list"),
        verb: "GET",
        path: `${location}/${collection}`,
        query: ["pageSize", "pageToken"],
        answer: (call) => {
            const { items, ...more } = page(call.query, jobsOf(call));
            return { ...(items.length > 0 && { [collection]: items.map((each) => resource(call, each)) }), ...more };
        },
    },
    {
        id: id("patch"),
        verb: "PATCH",
        path,
        query: ["updateMask"],
        fields: ["name", ...uploadable],
        answer: patch,
    },
    { id: id("pause"), verb: "POST", path: `${path}:pause`, answer: become("JOB_STATE_PAUSED") },
    { id: id("resume"), verb: "POST", path: `${path}:resume`, answer: become("JOB_STATE_RUNNING") },
    { id: id("delete"), verb: "DELETE", path, answer: remove },
];
