import type { Cloud } from "../../cloud/cloud";
import { type Inputs, lastPart } from "../../rules/rules";
import { locationOf, publicName } from "../../services/vertex/names";
import type { JobEntry } from "../../services/vertex/trainingJob";

/** One of the containers of a job. */
export interface Replica {
    /** Such as `workerpool0`. */
    pool: string;
    /** Its number in the pool, from 0. */
    number: number;
    spec: Inputs;
}

/** The worker pools of a job with their replicas, without those that have none. */
export function poolsOf({ state }: JobEntry): { pool: string; replicas: Replica[] }[] {
    const specs: Inputs[] = state.jobSpec.workerPoolSpecs;
    return specs
        .map((spec, index) => ({
            pool: `workerpool${index}`,
            replicas: Array.from({ length: Number(spec.replicaCount ?? 0) }, (_, number) => ({
                pool: `workerpool${index}`,
                number,
                spec,
            })),
        }))
        .filter(({ replicas }) => replicas.length > 0);
}

/** The port that replicas reserve for each other. */
const clusterPort = 2222;

/**
 * The variables that Vertex AI sets for training. Those that the page does not name are read by Google's client:
 * https://cloud.google.com/vertex-ai/docs/training/code-requirements#environment-variables
 * https://github.com/googleapis/python-aiplatform/blob/main/google/cloud/aiplatform/training_utils/environment_variables.py
 * https://github.com/googleapis/python-aiplatform/blob/main/google/cloud/aiplatform/initializer.py
 */
export function jobVariables(cloud: Cloud, job: JobEntry, { pool, number }: Replica): Record<string, string> {
    const { baseOutputDirectory, tensorboard }: Inputs = job.state.jobSpec;
    const id = lastPart(job.id);
    const output = String(baseOutputDirectory?.outputUriPrefix ?? "").replace(/\/$/, "");
    return {
        CLOUD_ML_JOB_ID: id,
        CLOUD_ML_PROJECT_ID: cloud.projects.number(job.project),
        CLOUD_ML_REGION: locationOf(job.id),
        CLUSTER_SPEC: JSON.stringify(clusterSpec(job, pool, number)),
        ...(output && {
            AIP_MODEL_DIR: `${output}/model/`,
            AIP_CHECKPOINT_DIR: `${output}/checkpoints/`,
            AIP_TENSORBOARD_LOG_DIR: `${output}/logs/`,
        }),
        ...(tensorboard && { AIP_TENSORBOARD_RESOURCE_NAME: publicName(tensorboard, cloud) }),
    };
}

/**
 * The replicas of a job, and which one this is. All have the address of this machine, which they share.
 * https://cloud.google.com/vertex-ai/docs/training/distributed-training#cluster-spec-format
 */
function clusterSpec(job: JobEntry, type: string, index: number): object {
    const pools = poolsOf(job);
    const before = (at: number) => pools.slice(0, at).reduce((sum, { replicas }) => sum + replicas.length, 0);
    const cluster = pools.map(({ pool, replicas }, at) => [
        pool,
        replicas.map(({ number }) => `127.0.0.1:${clusterPort + before(at) + number}`),
    ]);
    return { cluster: Object.fromEntries(cluster), environment: "cloud", task: { type, index } };
}
