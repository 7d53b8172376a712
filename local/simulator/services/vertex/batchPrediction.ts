import { instanceFormats, isNear } from "slipway/facts";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import { type Inputs, lastPart } from "../../rules/rules";
import { bigQueryName } from "../bigquery/names";
import { bucketName, findBucket } from "../storage/names";
import { agentOf, requireAgent, verifyKey } from "./agents";
import { verifyAccount, verifyMachines } from "./deployedModels";
import { hasRunner } from "./jobRunner";
import type { JobFailure, Place } from "./jobSpec";
import { requireVersion } from "./models";
import { fullName, invalid, locationOf, pathOf, publicName } from "./names";
import { type JobEntry, jobResource, timeOf } from "./trainingJob";

const formats: Readonly<Record<string, { converts: boolean; filters: boolean; hasKey: boolean }>> =
    instanceFormats.rows;

/** Where a job reads or writes: in Cloud Storage or in BigQuery. */
interface DataPlace {
    /** The address, `gs://acme-orders/new/*.jsonl` or `bq://acme-dev.sales.orders`. */
    uri: string;
    permissions: string[];
}

/** The parts of an address of BigQuery: `bq://acme-dev.sales.orders`. */
export function bigQueryParts(uri: string): [project: string, dataset: string, table: string | undefined] {
    const [, project = "", dataset = "", table] = /^bq:\/\/([a-z0-9.:-]+?)\.([^.]+)(?:\.([^.]+))?$/.exec(uri) ?? [];
    return [project, dataset, table];
}

/** Throws for a request that the API refuses. */
export function verifyBatch(cloud: Cloud, place: Place, body: Inputs): void {
    const { model, inputConfig, outputConfig, dedicatedResources, encryptionSpec, serviceAccount } = body;
    if (!model) {
        throw invalid("Exactly one of model, unmanaged_container_model, or endpoint must be set.");
    }
    const path = pathOf(String(model), cloud);
    if (locationOf(path) !== place.location) {
        throw invalid(`The model ${model} must be in the location of the BatchPredictionJob: ${place.location}.`);
    }
    const [, version] = requireVersion(cloud, path);
    verifyInput(inputConfig);
    verifyOutput(outputConfig);
    verifyInstances(body.instanceConfig, inputConfig.instancesFormat);
    verifyResources(dedicatedResources, place.location);
    const { batchSize = 64 } = body.manualBatchTuningParameters ?? {};
    if (!Number.isInteger(batchSize) || batchSize < 1) {
        throw invalid("manual_batch_tuning_parameters.batch_size must be a positive integer.");
    }
    // "If this field is set to true, either the Model.explanation_spec or explanation_spec must be populated."
    if (body.generateExplanation && !body.explanationSpec && !version.content.explanationSpec) {
        throw invalid(
            "generate_explanation is true, but neither the Model nor the BatchPredictionJob has explanation_spec.",
        );
    }
    if (body.explanationSpec && !body.generateExplanation) {
        throw invalid("explanation_spec can be specified only if generate_explanation is set to true.");
    }
    const agent = requireAgent(cloud, place.project);
    if (encryptionSpec?.kmsKeyName) {
        verifyKey(cloud, encryptionSpec.kmsKeyName, { agent, location: place.location });
        // https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions
        if (inputConfig.bigquerySource || outputConfig.bigqueryDestination) {
            throw invalid("Customer-managed encryption key (CMEK) isn't supported with BigQuery as input/output.");
        }
    }
    if (serviceAccount) {
        verifyAccount(cloud, place.project, serviceAccount, "create the batch prediction job");
    }
}

function verifyInput({ instancesFormat, gcsSource, bigquerySource }: Inputs = {}): void {
    if (!Object.hasOwn(formats, String(instancesFormat))) {
        throw invalid(`input_config.instances_format "${instancesFormat ?? ""}" is not supported by the Model.`);
    }
    if ((gcsSource === undefined) === (bigquerySource === undefined)) {
        throw invalid("input_config must have exactly one of gcs_source, bigquery_source.");
    }
    if ((instancesFormat === "bigquery") !== (bigquerySource !== undefined)) {
        throw invalid(`input_config.instances_format "${instancesFormat}" does not fit the source.`);
    }
    const uris: string[] = gcsSource ? (gcsSource.uris ?? []) : [bigquerySource.inputUri ?? ""];
    const form = gcsSource ? /^gs:\/\/[^/]+\/.+/ : /^bq:\/\/[^.]+(\.[^.]+)*\.[^.]+\.[^.]+$/;
    const wrong = uris.find((uri) => !form.test(uri));
    if (uris.length === 0 || wrong !== undefined) {
        throw invalid(`input_config has an invalid URI "${wrong ?? ""}".`);
    }
}

function verifyOutput({ predictionsFormat, gcsDestination, bigqueryDestination }: Inputs = {}): void {
    if ((gcsDestination === undefined) === (bigqueryDestination === undefined)) {
        throw invalid("output_config must have exactly one of gcs_destination, bigquery_destination.");
    }
    const format = gcsDestination ? "jsonl" : "bigquery";
    if (predictionsFormat !== format) {
        throw invalid(`output_config.predictions_format "${predictionsFormat ?? ""}" does not fit the destination.`);
    }
    const uri = gcsDestination ? gcsDestination.outputUriPrefix : bigqueryDestination.outputUri;
    const form = gcsDestination ? /^gs:\/\/[^/]+/ : /^bq:\/\/[^.]+\.[^.]+$/;
    if (!form.test(String(uri))) {
        // Custom-trained models can write to a new table: https://github.com/googleapis/python-aiplatform/issues/1615
        throw invalid(
            gcsDestination
                ? `output_config has an invalid URI "${uri}".`
                : `output_config has an invalid URI "${uri}", or one of a table, which the local Google Cloud does not support.`,
        );
    }
}

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.batchPredictionJobs#InstanceConfig */
function verifyInstances(config: Inputs = {}, format: string): void {
    const { instanceType, keyField, includedFields = [], excludedFields = [] } = config;
    const { converts, filters, hasKey } = formats[format] as (typeof formats)[string];
    if (instanceType !== undefined && !["object", "array"].includes(instanceType)) {
        throw invalid(`instance_config.instance_type "${instanceType}" must be object or array.`);
    }
    if (includedFields.length > 0 && excludedFields.length > 0) {
        throw invalid("instance_config: when included_fields is populated, excluded_fields must be empty.");
    }
    const used: [unknown, boolean, string][] = [
        [instanceType, converts, "instance_type"],
        [keyField, hasKey, "key_field"],
        [includedFields[0], filters, "included_fields"],
        [excludedFields[0], filters, "excluded_fields"],
    ];
    for (const [value, isSupported, field] of used) {
        if (value !== undefined && !isSupported) {
            throw invalid(`instance_config.${field} does not apply to the format ${format}.`);
        }
    }
}

function verifyResources(resources: Inputs | undefined, location: string): void {
    if (!resources?.machineSpec?.machineType) {
        // "If the Model doesn't support AUTOMATIC_RESOURCES, this config must be provided."
        throw invalid("dedicated_resources.machine_spec.machine_type must be set for the Model.");
    }
    verifyMachines(resources, location);
    const { maxReplicaCount = 10, startingReplicaCount = 1 } = resources;
    if (startingReplicaCount < 1 || maxReplicaCount < startingReplicaCount) {
        throw invalid(
            "dedicated_resources.starting_replica_count must be at least 1, and not greater than max_replica_count.",
        );
    }
}

/** Stores a new job. It runs in simulated time, unless a process runs containers. */
export function storeBatch(cloud: Cloud, { project, location }: Place, body: Inputs, isFailing: boolean): JobEntry {
    const now = timeOf(cloud);
    const id = digits(`batchPredictionJobs ${now} ${Math.random()}`, 19);
    const path = `projects/${project}/locations/${location}/batchPredictionJobs/${id}`;
    const [model, { versionId }] = requireVersion(cloud, pathOf(body.model, cloud));
    const failure: JobFailure | undefined =
        dataFailure(cloud, { project, location }, body) ??
        (isFailing
            ? { code: 3, message: "Model server never became ready. Simulated failure of the containers." }
            : undefined);
    const state = {
        ...body,
        model: publicName(model.id, cloud) + (/@/.test(body.model) ? body.model.replace(/^[^@]*/, "") : ""),
        modelVersionId: versionId,
        createTime: new Date(now).toISOString(),
        ...(failure && { failure, log: [failure.message] }),
        ...(!failure && hasRunner(cloud) && { run: {} }),
    };
    const entry: JobEntry = { name: fullName(path), project, id: path, state };
    cloud.store.write(entry);
    return entry;
}

/**
 * What prevents a job from reading or writing: its data must exist, be "in the same region or multi-region" as the model, and the service
 * agent reads and writes it. https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions
 */
function dataFailure(cloud: Cloud, { project, location }: Place, body: Inputs): JobFailure | undefined {
    const agent = agentOf(cloud, project);
    for (const place of dataPlaces(body)) {
        const owner = ownerOf(place.uri);
        const found = owner && cloud.store.read(owner);
        if (!found) {
            return { code: 5, message: `${place.uri} is not found.` };
        }
        if (!isNear(String(found.state.location ?? locationOfDataset(cloud, owner)), location)) {
            const where = String(found.state.location ?? locationOfDataset(cloud, owner)).toLowerCase();
            return {
                code: 9,
                message: `${place.uri} is in location \`${where}\`. It must be in the same region or multi-region as the model, \`${location}\`.`,
            };
        }
        const lacking = place.permissions.find((permission) => !isAllowedOn(cloud, agent, permission, owner));
        if (lacking !== undefined) {
            return {
                code: 7,
                message: `Service account \`${agent}\` does not have \`[${lacking}]\` IAM permission(s) on ${place.uri}.`,
            };
        }
    }
    return undefined;
}

function dataPlaces({ inputConfig, outputConfig }: Inputs): DataPlace[] {
    const { gcsSource, bigquerySource } = inputConfig;
    const { gcsDestination, bigqueryDestination } = outputConfig;
    return [
        ...((gcsSource?.uris ?? []) as string[]).map((uri) => ({
            uri,
            permissions: ["storage.objects.list", "storage.objects.get"],
        })),
        ...(bigquerySource
            ? [
                  {
                      uri: String(bigquerySource.inputUri),
                      permissions: ["bigquery.tables.get", "bigquery.tables.getData"],
                  },
              ]
            : []),
        ...(gcsDestination
            ? [{ uri: String(gcsDestination.outputUriPrefix), permissions: ["storage.objects.create"] }]
            : []),
        ...(bigqueryDestination
            ? [{ uri: String(bigqueryDestination.outputUri), permissions: ["bigquery.tables.create"] }]
            : []),
    ];
}

/** The name of the bucket, the dataset or the table at an address. */
function ownerOf(uri: string): string {
    const [, bucket] = /^gs:\/\/([^/]+)/.exec(uri) ?? [];
    if (bucket !== undefined) {
        return bucketName(bucket);
    }
    const [project, dataset, table] = bigQueryParts(uri);
    const path = `projects/${project}/datasets/${dataset}`;
    return bigQueryName(table === undefined ? path : `${path}/tables/${table}`);
}

const locationOfDataset = (cloud: Cloud, name: string): unknown =>
    cloud.store.read(name.replace(/\/tables\/[^/]+$/, ""))?.state.location;

/** The time of a job in the names of its results: `2021_03_23T12_05_07_282Z`. */
const timeIn = ({ state }: JobEntry) => String(state.createTime).replaceAll(/[-:.]/g, "_");

/**
 * The folder of the results, `gs://…/prediction-iris-2021_03_23T12_05_07_282Z`:
 * https://github.com/GoogleCloudPlatform/vertex-ai-samples/blob/main/notebooks/community/migration/UJ10%20Custom%20Training%20Prebuilt%20Container%20SKLearn.ipynb
 */
export function outputFolder(cloud: Cloud, entry: JobEntry): string {
    const prefix = String(entry.state.outputConfig.gcsDestination.outputUriPrefix).replace(/\/$/, "");
    return `${prefix}/prediction-${modelName(cloud, entry)}-${timeIn(entry)}`;
}

/** The display name of the model, which can be deleted meanwhile. */
const modelName = (cloud: Cloud, { state }: JobEntry): string => {
    const path = pathOf(String(state.model), cloud).replace(/@.*$/, "");
    return String(cloud.store.read(fullName(path))?.state.displayName ?? lastPart(path));
};

/** The tables of the results: `predictions_2022_05_30T12_31_34_303Z_494`, by the end of the job's ID, and `errors_…`. */
export const outputTables = (entry: JobEntry) => {
    const end = `${timeIn(entry)}_${entry.id.slice(-3)}`;
    return { predictions: `predictions_${end}`, errors: `errors_${end}` };
};

/** A job in the form of the API. */
export function batchResource(entry: JobEntry, cloud: Cloud): Inputs {
    const { stats, partialFailures, ...given } = jobResource(entry, cloud);
    const { successfulCount = 0, failedCount = 0 } = stats ?? {};
    const isDone = given.state === "JOB_STATE_SUCCEEDED";
    const { gcsDestination, bigqueryDestination } = entry.state.outputConfig;
    return {
        ...given,
        // "The job is partially succeeded, some results may be missing due to errors": JobState.
        ...(isDone && failedCount > 0 && { state: "JOB_STATE_PARTIALLY_SUCCEEDED" }),
        ...(isDone && {
            outputInfo: gcsDestination
                ? { gcsOutputDirectory: outputFolder(cloud, entry) }
                : {
                      bigqueryOutputDataset: bigqueryDestination.outputUri,
                      bigqueryOutputTable: outputTables(entry).predictions,
                  },
        }),
        ...(stats && {
            completionStats: {
                successfulCount: String(successfulCount),
                ...(failedCount > 0 && { failedCount: String(failedCount) }),
            },
        }),
        ...(partialFailures && { partialFailures }),
    };
}

/** The bucket of an address, which exists. */
export const bucketAt = (cloud: Cloud, uri: string) => findBucket(cloud, /^gs:\/\/([^/]+)/.exec(uri)?.[1] ?? "");
