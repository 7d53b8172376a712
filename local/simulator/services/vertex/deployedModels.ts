import {
    type GpuAvailability,
    gpuCountsOn,
    gpuMachineOf,
    gpuOfVertex,
    servingGpus,
    servingVcpus,
    vertexEndpointLimits,
    vertexGpu,
} from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { isAllowedOn, targetOf } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { accountName } from "../../cloud/iam";
import { digits } from "../../cloud/ids";
import type { Inputs } from "../../rules/rules";
import { agentOf } from "./agents";
import { frameworkOf } from "./artifacts";
import { type Deployed, type EndpointEntry, isShared, modelsOfPool, requirePool } from "./endpoints";
import { requireVersion, withoutVersion } from "./models";
import {
    actAsDenied,
    invalid,
    locationOf,
    pathOf,
    precondition,
    projectOf,
    publicName,
    unsupportedMachine,
} from "./names";
import { verifyServingQuota } from "./quotas";

/** A version of the API: replicas can be 0 only in v1beta1. */
export type Version = "v1" | "v1beta1";

/** Throws for a deployment that the API refuses. */
export function verifyDeployment(cloud: Cloud, endpoint: EndpointEntry, deployed: Inputs, version: Version): void {
    const { id, model, dedicatedResources, sharedResources, automaticResources, serviceAccount } = deployed;
    const { deployedModels } = endpoint.state;
    // "This value should be 1-10 characters, and valid characters are /[0-9]/."
    if (id !== undefined && !/^\d{1,10}$/.test(id)) {
        throw invalid(`The DeployedModel ID "${id}" must have 1 to 10 digits.`);
    }
    if (deployedModels.some((one) => one.id === id)) {
        throw new GoogleError(409, `The Endpoint ${endpoint.id} already has a DeployedModel with the ID ${id}.`);
    }
    versionOf(cloud, model);
    if (locationOf(pathOf(model, cloud)) !== locationOf(endpoint.id)) {
        throw invalid(`The Model ${model} must be in the location of the Endpoint, ${locationOf(endpoint.id)}.`);
    }
    const resources = [dedicatedResources, sharedResources, automaticResources].filter(Boolean);
    if (resources.length !== 1) {
        throw invalid("Exactly one of dedicated_resources, automatic_resources and shared_resources must be set.");
    }
    if (automaticResources) {
        // https://github.com/googleapis/python-aiplatform/issues/1041
        throw invalid(`'automatic_resources' is not supported for Model ${model}.`);
    }
    // "Only support one model per private endpoint": https://cloud.google.com/vertex-ai/docs/predictions/using-private-endpoints
    if (endpoint.state.network && deployedModels.length > 0) {
        throw precondition(`The private Endpoint ${endpoint.id} can have one DeployedModel only.`);
    }
    if (sharedResources) {
        verifyPool(cloud, pathOf(sharedResources, cloud), model);
    } else {
        verifyMachines(dedicatedResources, locationOf(endpoint.id));
        verifyReplicas(dedicatedResources, endpoint, deployedModels, version);
        verifyServingQuota(cloud, endpoint.id, dedicatedResources);
    }
    if (deployedModels.some(({ dedicatedResources: one }) => one?.minReplicaCount === 0)) {
        throw precondition("An Endpoint with a DeployedModel that scales to zero cannot have another DeployedModel.");
    }
    if (serviceAccount) {
        const doing = `deploy model ${model} to endpoint ${publicName(endpoint.id, cloud)}`;
        verifyAccount(cloud, projectOf(endpoint.id), serviceAccount, doing);
    }
}

/**
 * Models of a pool have the same prebuilt container, of TensorFlow or PyTorch: "Custom containers aren't supported".
 * https://cloud.google.com/vertex-ai/docs/predictions/model-co-hosting#limitations
 */
function verifyPool(cloud: Cloud, path: string, model: unknown): void {
    requirePool(cloud, path);
    const image = imageOf(cloud, String(model ?? ""));
    const framework = frameworkOf(image);
    if (framework !== "tensorflow" && framework !== "pytorch") {
        throw precondition(
            `The Model ${model} cannot be deployed to a DeploymentResourcePool, which needs a prebuilt container of TensorFlow or PyTorch (its image is ${image}).`,
        );
    }
    const other = modelsOfPool(cloud, path)
        .map((deployed) => imageOf(cloud, `${pathOf(deployed.model, cloud)}@${deployed.modelVersionId}`))
        .find((one) => one !== image);
    if (other !== undefined) {
        throw precondition(`The DeploymentResourcePool ${path} has models with the image ${other}, not ${image}.`);
    }
}

const imageOf = (cloud: Cloud, model: string): string =>
    requireVersion(cloud, pathOf(model, cloud))[1].content.containerSpec.imageUri;

/** The ID of a version, by its name or the name of its model. */
const versionOf = (cloud: Cloud, model: unknown): string =>
    requireVersion(cloud, pathOf(String(model ?? ""), cloud))[1].versionId;

/** Throws for a machine type or accelerator that serves no predictions in a region. */
export function verifyMachines({ machineSpec = {} }: Inputs, location: string): void {
    const { machineType = "n1-standard-2", acceleratorType, acceleratorCount = 0 } = machineSpec;
    if (servingVcpus(machineType) === undefined) {
        throw unsupportedMachine(machineType);
    }
    const builtIn = gpuMachineOf(machineType);
    const gpu = gpuOfVertex(acceleratorType);
    if (builtIn && (gpu !== builtIn.gpu || !gpuCountsOn(machineType, builtIn.gpu).includes(acceleratorCount))) {
        throw invalid(
            `Machine type "${machineType}" requires the accelerator ${vertexGpu(builtIn.gpu)}, 1 to ${builtIn.gpus}.`,
        );
    }
    if (acceleratorType !== undefined) {
        if (gpu === undefined || gpuCountsOn(machineType, gpu).length === 0) {
            throw invalid(
                `Accelerator "${acceleratorType}" is not supported for machine type "${machineType}"`,
            ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/18907");
        }
        const rows: Readonly<Record<string, GpuAvailability>> = servingGpus.rows;
        if (!rows[gpu]?.regions.includes(location)) {
            throw invalid(`Accelerator "${acceleratorType}" is not supported in region "${location}".`);
        }
        if (!gpuCountsOn(machineType, gpu).includes(acceleratorCount)) {
            throw invalid(
                `Accelerator count ${acceleratorCount} of "${acceleratorType}" is not supported for machine type "${machineType}".`,
            );
        }
    }
}

const { min: shortest = "", max: longest = "" } = vertexEndpointLimits.rows.scaleToZero;

/** https://cloud.google.com/vertex-ai/docs/predictions/autoscaling */
function verifyReplicas(
    {
        minReplicaCount: min = 0,
        maxReplicaCount: max = min,
        initialReplicaCount: initial,
        scaleToZeroSpec = {},
        autoscalingMetricSpecs = [],
    }: Inputs,
    endpoint: EndpointEntry,
    others: Deployed[],
    version: Version,
): void {
    if (min < 0 || (min === 0 && version === "v1")) {
        throw invalid("The min_replica_count of dedicated_resources must be greater than or equal to 1.");
    }
    if (max < Math.max(min, 1)) {
        throw invalid("The max_replica_count must be greater than or equal to the min_replica_count, and to 1.");
    }
    if (min === 0 && (isShared(endpoint) || others.length > 0)) {
        throw precondition(
            "Scale to zero is only supported by endpoints that are not shared, and have a single DeployedModel.",
        );
    }
    // "When min_replica_count = 0 […], initial_replica_count should be larger than zero, but no greater than max_replica_count."
    if (initial !== undefined && (min > 0 || initial < 1 || initial > Math.max(max, 1))) {
        throw invalid(
            "The initial_replica_count must be from 1 to the max_replica_count, and is only for a min_replica_count of 0.",
        );
    }
    for (const [field, period] of Object.entries(scaleToZeroSpec as Record<string, string>)) {
        if (!(Number.parseFloat(period) >= secondsIn(shortest) && Number.parseFloat(period) <= secondsIn(longest))) {
            throw invalid(`The ${field} of scale_to_zero_spec must be from ${shortest} to ${longest} (got ${period}).`);
        }
    }
    for (const { metricName, target = 60 } of autoscalingMetricSpecs as Inputs[]) {
        const isPercentage = /(utilization|duty_cycle)$/.test(metricName);
        if (target < 1 || (isPercentage && target > 100)) {
            throw invalid(`The target ${target} of the metric ${metricName} is out of range.`);
        }
    }
}

/**
 * https://cloud.google.com/vertex-ai/docs/general/custom-service-account
 *
 * @param doing what fails
 */
export function verifyAccount(cloud: Cloud, project: string, account: string, doing: string): void {
    const name = accountName(account);
    const mayNot = cloud.caller.lacks(["iam.serviceAccounts.actAs"], targetOf(cloud, project, name)) !== undefined;
    if (!cloud.iam.hasAccount(account) || mayNot) {
        throw actAsDenied(account);
    }
    const agent = agentOf(cloud, project);
    if (!isAllowedOn(cloud, agent, "iam.serviceAccounts.setIamPolicy", name)) {
        throw precondition(
            `Failed to ${doing} due to the error: Failed to add IAM policy binding. Please grant ${agent} the iam.serviceAccountAdmin role on service account ${account}`,
        ).recordedIn("https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/troubleshooting");
    }
}

/** A deployed model as the API stores it. */
export function deployedOf(cloud: Cloud, { id: path, state }: EndpointEntry, requested: Inputs): Deployed {
    const id = requested.id ?? digits(`${path} ${Date.now()} ${Math.random()}`, 10);
    const attachment = `projects/${state.name}-tp/regions/${locationOf(path)}/serviceAttachments/gkedpm-${id}`;
    return {
        ...requested,
        id,
        model: publicName(withoutVersion(pathOf(requested.model, cloud)), cloud),
        modelVersionId: versionOf(cloud, requested.model),
        createTime: cloud.now().toISOString(),
        ...(state.privateServiceConnectConfig && { privateEndpoints: { serviceAttachment: attachment } }),
        // https://cloud.google.com/vertex-ai/docs/predictions/using-private-endpoints#private-prediction-uri-format
        ...(state.network && {
            privateEndpoints: {
                predictHttpUri: `http://${state.name}.aiplatform.googleapis.com/v1/models/${id}:predict`,
            },
        }),
    };
}

/** Throws unless the percentages of these models, which exist, sum to 100, or there are none. */
export function verifySplit(split: Record<string, number>, ids: string[]): void {
    const missing = Object.keys(split).filter((id) => !ids.includes(id));
    if (missing.length > 0) {
        // https://github.com/GoogleCloudPlatform/java-docs-samples/pull/8475
        throw invalid(`The following DeployedModel ID(s) [${missing.join(", ")}] do not exist.`);
    }
    const shares = Object.values(split);
    const sum = shares.reduce((one, other) => one + other, 0);
    if (shares.some((share) => !Number.isInteger(share) || share < 0) || (shares.length > 0 && sum !== 100)) {
        throw invalid(`The traffic percentage values must be whole numbers and add up to 100 (they add up to ${sum}).`);
    }
}

export const splitOf = ({ state }: EndpointEntry): Record<string, number> => JSON.parse(state.trafficSplit || "{}");

/** Sets what can be changed of a deployed model. */
export function mutated(
    cloud: Cloud,
    found: Deployed,
    requested: Inputs,
    paths: string[],
    endpoint: EndpointEntry,
    version: Version,
) {
    const others = endpoint.state.deployedModels.filter(({ id }) => id !== found.id);
    const changed: Deployed = {
        ...found,
        dedicatedResources: found.dedicatedResources && { ...found.dedicatedResources },
    };
    for (const path of paths) {
        const [key = "", part] = path.split(".");
        if (part === undefined) {
            Object.assign(changed, { [key]: requested[key] });
        } else {
            changed[key] = { ...changed[key], [part]: requested[key]?.[part] };
        }
    }
    if (changed.dedicatedResources) {
        verifyReplicas(changed.dedicatedResources, endpoint, others, version);
        verifyServingQuota(cloud, endpoint.id, changed.dedicatedResources, found.id);
    }
    return changed;
}
