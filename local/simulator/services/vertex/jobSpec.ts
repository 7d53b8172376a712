import {
    allTrainingMachines,
    gpuOfVertex,
    includedGpu,
    isFlexStart,
    type TrainingGpu,
    trainingCounts,
    trainingGpus,
    trainingLimits,
    trainingRegionsOf,
    trainingTpuMachines,
    vertexGpu,
} from "slipway/facts";
import { isAllowedOn, targetOf } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { accountName } from "../../cloud/iam";
import { projectName } from "../../cloud/projects";
import type { Inputs } from "../../rules/rules";
import { storedDigest } from "../artifactregistry/images";
import { imageName, repositoryName } from "../artifactregistry/names";
import { bucketName, findBucket, objectName } from "../storage/names";
import { agentOf } from "./agents";
import { actAsDenied, fullName, invalid, pathOf, unsupportedMachine } from "./names";

/** Where a job is. */
export interface Place {
    project: string;
    location: string;
}

/** The service agent that code runs as by default: https://cloud.google.com/vertex-ai/docs/general/access-control#service-agents */
const codeAgentOf = (cloud: Cloud, project: string) =>
    `service-${cloud.projects.number(project)}@gcp-sa-aiplatform-cc.iam.gserviceaccount.com`;

/** The account that the code of a job runs as. Google creates the service agent with the first job of a project. */
export function accountOf(spec: Inputs, { project }: Place, cloud: Cloud): string {
    if (spec.serviceAccount) {
        return spec.serviceAccount;
    }
    const agent = codeAgentOf(cloud, project);
    if (cloud.iam.admitAgent(project, agent)) {
        const role = "roles/aiplatform.customCodeServiceAgent";
        cloud.iam.grant(project, projectName(project), { role, member: `serviceAccount:${agent}` });
    }
    return agent;
}

/** @param field the path of the spec in errors: `custom_job.job_spec` */
export function verifyJobSpec(spec: Inputs | undefined, field: string, place: Place, cloud: Cloud): void {
    if (!spec) {
        throw invalid(`Required field ${field} is missing.`);
    }
    const { workerPoolSpecs = [], serviceAccount, tensorboard, network } = spec;
    if (workerPoolSpecs.length === 0 || !hasMachines(workerPoolSpecs[0])) {
        throw invalid(`${field}.worker_pool_specs[0] must be specified.`);
    }
    // Primary replica, workers, parameter servers or reducers, evaluators:
    // https://cloud.google.com/vertex-ai/docs/training/distributed-training
    if (workerPoolSpecs.length > 4) {
        throw invalid(`${field}.worker_pool_specs must have 4 worker pools at most.`);
    }
    for (const [index, pool] of workerPoolSpecs.entries()) {
        verifyPool(pool, `${field}.worker_pool_specs[${index}]`, index, place.location);
    }
    verifyScheduling(spec, field);
    if (tensorboard && !serviceAccount) {
        throw invalid(`${field}.service_account must be specified when uploading to TensorBoard.`).recordedIn(
            "https://github.com/kubeflow/pipelines/issues/7123",
        );
    }
    if (tensorboard) {
        verifyTensorboard(tensorboard, place, cloud);
    }
    verifyNetwork(network, field);
    verifyAccount(spec, place, cloud);
}

const hasMachines = (pool: Inputs | undefined) => pool !== undefined && Object.keys(pool).length > 0;

function verifyPool(pool: Inputs, field: string, index: number, location: string): void {
    if (!hasMachines(pool)) {
        return;
    }
    const { machineSpec = {}, containerSpec, pythonPackageSpec, replicaCount = "0" } = pool;
    if ((containerSpec === undefined) === (pythonPackageSpec === undefined)) {
        throw invalid(`${field} must have exactly one of container_spec, python_package_spec.`);
    }
    if (index === 0 && Number(replicaCount) !== 1) {
        throw invalid(`${field}.replica_count must be 1.`);
    }
    const { machineType } = machineSpec;
    if (!machineType) {
        throw invalid(`${field}.machine_spec.machine_type is required.`);
    }
    verifyMachines(machineSpec, field, location);
    const { env = [], packageUris = [] } = containerSpec ?? pythonPackageSpec;
    const { variables, packages } = trainingLimits.rows;
    if (env.length > variables.max) {
        throw invalid(`${field} must have ${variables.max} environment variables at most.`);
    }
    if (containerSpec && !containerSpec.imageUri) {
        throw invalid(`${field}.container_spec.image_uri is required.`);
    }
    if (pythonPackageSpec) {
        verifyPackage(pythonPackageSpec, field);
        if (packageUris.length > packages.max) {
            throw invalid(`${field} must have ${packages.max} packages at most.`);
        }
    }
}

/** "You must use an image from this list": https://cloud.google.com/vertex-ai/docs/reference/rest/v1/CustomJobSpec#pythonpackagespec */
function verifyPackage({ executorImageUri = "", packageUris = [], pythonModule }: Inputs, field: string): void {
    if (
        !/^((us|europe|asia)-docker\.pkg\.dev\/vertex-ai|gcr\.io\/cloud-aiplatform)\/training\//.test(executorImageUri)
    ) {
        throw invalid(`Unsupported container image ${executorImageUri} in ${field}.python_package_spec.`);
    }
    if (!pythonModule || packageUris.length === 0) {
        throw invalid(`${field}.python_package_spec must have package_uris and python_module.`);
    }
}

/** https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/configure-compute */
function verifyMachines({ machineType, acceleratorType, acceleratorCount }: Inputs, field: string, location: string) {
    if (Object.hasOwn(trainingTpuMachines.rows, machineType)) {
        return;
    }
    const isNone = acceleratorType === undefined || acceleratorType === "ACCELERATOR_TYPE_UNSPECIFIED";
    if (!allTrainingMachines.includes(machineType)) {
        throw unsupportedMachine(machineType);
    }
    if (isNone !== ((acceleratorCount ?? 0) === 0)) {
        const path = `${field.replace(/^\w+\./, "")}.machine_spec.accelerator_type`;
        throw invalid(
            `List of found errors:\t1.Field: ${path}; Message: Both \`accelerator_type\` and \`accelerator_count\` should be specified or none.\t`,
        ).recordedIn("https://github.com/prefect-archive/prefect-gcp/issues/175");
    }
    const included = includedGpu(machineType);
    if (isNone) {
        if (included !== undefined) {
            throw invalid(`Machine type "${machineType}" requires accelerators of type "${vertexGpu(included.type)}".`);
        }
        return;
    }
    const gpu = trainingGpuOf(acceleratorType);
    if (gpu === undefined || !trainingCounts(machineType, gpu).includes(acceleratorCount)) {
        throw invalid(`Accelerator "${acceleratorType}" is not supported for machine type "${machineType}"`).recordedIn(
            "https://github.com/GoogleCloudPlatform/vertex-ai-samples/issues/213",
        );
    }
    // "If a specific resource isn't available in the selected region"
    if (!trainingRegionsOf(gpu).includes(location)) {
        throw unsupportedMachine(machineType);
    }
}

/** The GPU that the API calls so; undefined for one that trains no models. */
function trainingGpuOf(acceleratorType: unknown): TrainingGpu | undefined {
    const gpu = gpuOfVertex(acceleratorType);
    return gpu !== undefined && Object.hasOwn(trainingGpus.rows, gpu) ? (gpu as TrainingGpu) : undefined;
}

/** https://cloud.google.com/vertex-ai/docs/training/schedule-jobs-dws#requirements */
function verifyScheduling({ scheduling = {}, workerPoolSpecs }: Inputs, field: string): void {
    const { strategy, timeout = "604800s" } = scheduling;
    if (strategy !== "FLEX_START") {
        return;
    }
    const pools = workerPoolSpecs.filter(hasMachines).map(({ machineSpec }: Inputs) => JSON.stringify(machineSpec));
    const gpu = trainingGpuOf(workerPoolSpecs[0].machineSpec.acceleratorType);
    if (gpu === undefined || !isFlexStart(gpu) || new Set(pools).size > 1 || Number.parseFloat(timeout) > 7 * 86_400) {
        throw invalid(
            `${field}.scheduling.strategy FLEX_START requires supported GPUs, the same machine configuration for all worker pools, and a timeout of 7 days or less.`,
        );
    }
}

function verifyTensorboard(name: string, { location }: Place, cloud: Cloud): void {
    const path = pathOf(name, cloud);
    if (path.split("/")[3] !== location) {
        throw invalid(`The TensorBoard ${name} must be in the location ${location}.`);
    }
    if (!cloud.store.read(fullName(path))) {
        throw new GoogleError(404, `The Tensorboard \`${name}\` does not exist.`);
    }
}

/** The account exists, the caller may act as it, and the service agent may get its tokens. */
function verifyAccount(spec: Inputs, place: Place, cloud: Cloud): void {
    verifyRunAs(accountOf(spec, place, cloud), place, cloud, spec.serviceAccount !== undefined);
}

/** @param isGiven whether the caller chose the account, and must be allowed to act as it */
export function verifyRunAs(account: string, place: Place, cloud: Cloud, isGiven: boolean): void {
    const project = cloud.iam.projectOfAccount(account);
    const target = targetOf(cloud, project ?? place.project, accountName(account));
    const isKnown = cloud.iam.hasAccount(account) && !cloud.iam.isDisabled(account);
    const isLacking = isGiven && cloud.caller.lacks(["iam.serviceAccounts.actAs"], target) !== undefined;
    if (!isKnown || isLacking) {
        throw actAsDenied(account);
    }
}

/** "Label keys and values can be no longer than 64 characters": https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.customJobs */
export function verifyLabels(labels: Record<string, string> = {}): void {
    const wrong = Object.entries(labels)
        .flat()
        .find((text) => !/^[\p{Ll}\p{Lo}\d_-]{0,64}$/u.test(text));
    if (wrong !== undefined) {
        throw invalid(`Invalid label "${wrong}".`);
    }
}

export function verifyNetwork(network: string | undefined, field: string): void {
    if (network !== undefined && !/^projects\/\d+\/global\/networks\/[^/]+$/.test(network)) {
        throw invalid(`${field}.network must be of the form projects/{project_number}/global/networks/{network}.`);
    }
}

/** Why a job cannot run, with the code of gRPC. */
export interface JobFailure {
    code: number;
    message: string;
}

/**
 * What prevents the code from running: the service agent pulls images, and the account reads packages and writes to the folder of
 * the results. https://cloud.google.com/vertex-ai/docs/training/create-custom-container#host
 */
export function startFailure(spec: Inputs, place: Place, cloud: Cloud): JobFailure | undefined {
    const account = accountOf(spec, place, cloud);
    const pools: Inputs[] = spec.workerPoolSpecs.filter(hasMachines);
    const images = pools.map(({ containerSpec }) => containerSpec?.imageUri).filter((image) => image !== undefined);
    const packages = pools.flatMap(({ pythonPackageSpec }) => pythonPackageSpec?.packageUris ?? []);
    const output = spec.baseOutputDirectory?.outputUriPrefix;
    return (
        first(images, (image) => imageFailure(image, place, cloud)) ??
        first(packages, (uri) => packageFailure(uri, account, cloud)) ??
        (output && outputFailure(output, account, cloud))
    );
}

function first<Item>(items: Item[], failure: (item: Item) => JobFailure | undefined): JobFailure | undefined {
    for (const item of items) {
        const found = failure(item);
        if (found) {
            return found;
        }
    }
    return undefined;
}

/** Images of other registries and unknown projects are assumed to exist. */
export function imageFailure(image: string, { project }: Place, cloud: Cloud): JobFailure | undefined {
    const name = imageName(image);
    if (!name || !cloud.projects.find(name.project)) {
        return undefined;
    }
    const repository = repositoryName(name.repository);
    const agent = agentOf(cloud, project);
    const isReadable =
        cloud.store.read(repository) !== undefined &&
        isAllowedOn(cloud, agent, "artifactregistry.repositories.downloadArtifacts", repository);
    if (!isReadable) {
        return {
            code: 7,
            message: `Vertex AI Service Agent ${agent} must have permission to read the image, ${image}. Permission 'artifactregistry.repositories.downloadArtifacts' is denied, or the repository does not exist.`,
        };
    }
    const isStandard = cloud.store.read(repository)?.state.mode === "STANDARD_REPOSITORY";
    return isStandard && storedDigest(cloud, name) === undefined
        ? { code: 5, message: `The image ${image} is not found.` }
        : undefined;
}

const objectForm = /^gs:\/\/([^/]+)\/(.*)$/;

function packageFailure(uri: string, account: string, cloud: Cloud): JobFailure | undefined {
    const [, bucket = "", object = ""] = objectForm.exec(uri) ?? [];
    const refusal = storageRefusal(bucket, "storage.objects.get", account, cloud);
    const isThere = cloud.store.read(objectName(bucket, object)) !== undefined;
    return refusal === undefined && isThere ? undefined : replicaFailure(refusal ?? `404 No such object: ${uri}`);
}

function outputFailure(uri: string, account: string, cloud: Cloud): JobFailure | undefined {
    const [, bucket = ""] = /^gs:\/\/([^/]+)/.exec(uri) ?? [];
    const refusal = storageRefusal(bucket, "storage.objects.create", account, cloud);
    return refusal === undefined ? undefined : replicaFailure(refusal);
}

/** The error of Cloud Storage that code in the job gets: https://cloud.google.com/storage/docs/json_api/v1/status-codes#403-forbidden */
function storageRefusal(bucket: string, permission: string, account: string, cloud: Cloud): string | undefined {
    if (!findBucket(cloud, bucket)) {
        return "404 The specified bucket does not exist.";
    }
    return isAllowedOn(cloud, account, permission, bucketName(bucket))
        ? undefined
        : `403 ${account} does not have ${permission} access to the Google Cloud Storage object. Permission '${permission}' denied on resource (or it may not exist).`;
}

/**
 * The failure of code in a job, with the end of its output: https://github.com/GoogleCloudPlatform/vertex-ai-samples/issues/2880
 *
 * @param code that of gRPC: of a job, by default
 */
export const replicaFailure = (why: string, code = 3): JobFailure => ({
    code,
    message: `The replica workerpool0-0 exited with a non-zero status of 1. Termination reason: Error. ${why}`,
});
