import { createHash } from "node:crypto";
import { type Cloud, type Inputs, lastPart } from "../../../simulator";
import { locationOf, publicName } from "../../../simulator/services/vertex/names";

/** What runs in containers: a custom job, or a trial of a tuning job. */
export interface Work {
    /** The path of the job: `projects/p/locations/l/customJobs/1`. */
    id: string;
    project: string;
    /** The `CustomJobSpec`. */
    spec: Inputs;
    /** The number of the trial, with the arguments for its hyperparameters. */
    trial?: { id: string; args: string[] };
}

/** One of the containers of a job. */
export interface Replica {
    /** Such as `workerpool0`. */
    pool: string;
    /** Its number in the pool, from 0. */
    number: number;
    spec: Inputs;
    /** The name by which the others reach it, such as `cmle-training-workerpool0-1f0c2a9d3b-0`. */
    host: string;
}

/** The worker pools of a job with their replicas, without those that have none. */
export function poolsOf({ id, spec: { workerPoolSpecs }, trial }: Work): { pool: string; replicas: Replica[] }[] {
    const hash = createHash("sha256")
        .update(`${id} ${trial?.id ?? ""}`)
        .digest("hex")
        .slice(0, 10);
    return (workerPoolSpecs as Inputs[])
        .map((spec, index) => {
            const pool = `workerpool${index}`;
            const replicas = Array.from({ length: Number(spec.replicaCount ?? 0) }, (_, number) => {
                return { pool, number, spec, host: `cmle-training-${pool}-${hash}-${number}` };
            });
            return { pool, replicas };
        })
        .filter(({ replicas }) => replicas.length > 0);
}

/** The port that replicas reserve for each other. */
const clusterPort = 2222;

/**
 * The variables that Vertex AI sets for training. Those that the page does not name are read by Google's client:
 * https://cloud.google.com/vertex-ai/docs/training/code-requirements#environment-variables
 * https://github.com/googleapis/python-aiplatform/blob/main/google/cloud/aiplatform/training_utils/environment_variables.py
 * https://github.com/googleapis/python-aiplatform/blob/main/google/cloud/aiplatform/initializer.py
 *
 * @param isHostNetwork whether replicas share the network of this machine, where each needs a port of its own
 */
export function jobVariables(
    cloud: Cloud,
    work: Work,
    replica: Replica,
    isHostNetwork: boolean,
): Record<string, string> {
    const { baseOutputDirectory, tensorboard }: Inputs = work.spec;
    const { trial } = work;
    const base = String(baseOutputDirectory?.outputUriPrefix ?? "").replace(/\/$/, "");
    // "For HyperparameterTuningJob, the baseOutputDirectory of each child CustomJob backing a Trial is set to a subdirectory of name id":
    // https://cloud.google.com/vertex-ai/docs/reference/rest/v1/CustomJobSpec
    const output = base && trial ? `${base}/${trial.id}` : base;
    const addresses = addressesOf(work, isHostNetwork);
    return {
        CLOUD_ML_JOB_ID: lastPart(work.id),
        CLOUD_ML_PROJECT_ID: cloud.projects.number(work.project),
        CLOUD_ML_REGION: locationOf(work.id),
        ...(trial && { CLOUD_ML_TRIAL_ID: trial.id, CLOUD_ML_HP_METRIC_FILE: metricFile }),
        CLUSTER_SPEC: JSON.stringify(clusterSpec(work, replica, addresses)),
        ...(Object.values(addresses).flat().length > 1 && {
            TF_CONFIG: JSON.stringify(tensorFlowConfig(work, replica, addresses)),
        }),
        ...(output && {
            AIP_MODEL_DIR: `${output}/model/`,
            AIP_CHECKPOINT_DIR: `${output}/checkpoints/`,
            AIP_TENSORBOARD_LOG_DIR: `${output}/logs/`,
        }),
        ...(tensorboard && { AIP_TENSORBOARD_RESOURCE_NAME: publicName(tensorboard, cloud) }),
    };
}

/** The folder of a trial's container in which the package `cloudml-hypertune` writes metrics. */
export const metricFolder = "/var/hypertune";

/** https://github.com/GoogleCloudPlatform/cloudml-hypertune */
const metricFile = `${metricFolder}/output.metrics`;

/** The addresses of all replicas, by their worker pools. */
function addressesOf(work: Work, isHostNetwork: boolean): Record<string, string[]> {
    let port = clusterPort;
    return Object.fromEntries(
        poolsOf(work).map(({ pool, replicas }) => [
            pool,
            replicas.map(({ host }) => `${host}:${isHostNetwork ? port++ : port}`),
        ]),
    );
}

/** https://cloud.google.com/vertex-ai/docs/training/distributed-training#cluster-spec-format */
const clusterSpec = ({ spec, trial }: Work, { pool, number }: Replica, cluster: Record<string, string[]>): object => ({
    cluster,
    environment: "cloud",
    task: { type: pool, index: number, ...(trial && { trial: trial.id }) },
    job: spec,
});

/** The tasks of TensorFlow, by worker pools. */
const tasks: Record<string, string> = {
    workerpool0: "chief",
    workerpool1: "worker",
    workerpool2: "ps",
    workerpool3: "evaluator",
};

/**
 * "Vertex AI sets the TF_CONFIG environment variable on each replica of all distributed training jobs", and not on others. "This
 * dictionary never contains evaluator as a key."
 * https://cloud.google.com/vertex-ai/docs/training/distributed-training#tf-config
 */
function tensorFlowConfig(
    { id, spec, trial }: Work,
    { pool, number }: Replica,
    addresses: Record<string, string[]>,
): object {
    const cluster = Object.entries(addresses).flatMap(([name, all]) =>
        tasks[name] === "evaluator" ? [] : [[tasks[name], all]],
    );
    return {
        cluster: Object.fromEntries(cluster),
        environment: "cloud",
        job: spec,
        task: { type: tasks[pool], index: number, ...(trial && { trial: trial.id }), cloud: lastPart(id) },
    };
}
