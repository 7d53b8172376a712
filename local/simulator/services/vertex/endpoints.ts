import { nameFormats, vertexEndpointLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { verifyLabels } from "../../cloud/limits";
import type { Entry } from "../../cloud/store";
import { policyTypes } from "../../rules/policy";
import { type Inputs, lastPart, refusedObject, type TypeRules } from "../../rules/rules";
import { agentOf, verifyKey } from "./agents";
import { api, fullName, invalid, notFound, precondition, verifyRegion, vertexApi } from "./names";
import { verifyServingQuota } from "./quotas";

/** A model that an endpoint serves, as in the API. */
export interface Deployed extends Inputs {
    id: string;
    model: string;
    modelVersionId: string;
}

/** An endpoint in the store. `deployedModels` are as in the API, and `trafficSplit` as in the provider's state. */
export type EndpointEntry = Entry & { state: Inputs & { deployedModels: Deployed[]; trafficSplit: string } };

export const endpointPath = ({ project, location, name }: Inputs) =>
    `projects/${project}/locations/${location}/endpoints/${name}`;

export function findEndpoint(cloud: Cloud, path: string): EndpointEntry | undefined {
    return cloud.store.read(fullName(path)) as EndpointEntry | undefined;
}

export function requireEndpoint(cloud: Cloud, path: string): EndpointEntry {
    const found = findEndpoint(cloud, path);
    if (!found) {
        throw notFound("Endpoint", path, cloud);
    }
    return found;
}

/** Stores changed parts of an endpoint. */
export function changeEndpoint(cloud: Cloud, path: string, parts: Inputs): EndpointEntry {
    const found = requireEndpoint(cloud, path);
    const changed = { ...found, state: { ...found.state, ...parts, updateTime: cloud.now().toISOString() } };
    cloud.store.write(changed);
    return changed;
}

/** Whether an endpoint is reached at the address of the API only. */
export const isShared = ({ state }: EndpointEntry) =>
    !state.dedicatedEndpointEnabled && !state.privateServiceConnectConfig && !state.network;

/** Durations as in the API. */
const seconds = (text: string) => Number(/^(\d+(?:\.\d+)?)s$/.exec(text)?.[1]);

const { requestTime, dedicatedRequestTime } = vertexEndpointLimits.rows;

/** The timeout of requests: https://cloud.google.com/vertex-ai/docs/predictions/private-service-connect */
export const requestSeconds = (endpoint: EndpointEntry): number =>
    isShared(endpoint) || endpoint.state.network
        ? secondsIn(requestTime.max)
        : seconds(endpoint.state.clientConnectionConfig?.inferenceTimeout ?? "600s");

/** Throws for a timeout of requests that the API refuses. */
export function verifyRequestTimeout(endpoint: EndpointEntry, { inferenceTimeout = "" }: Inputs): void {
    if (isShared(endpoint) || endpoint.state.network) {
        throw invalid("The inference_timeout is only supported by dedicated endpoints and Private Service Connect.");
    }
    const { min, max } = dedicatedRequestTime;
    if (!(seconds(inferenceTimeout) >= secondsIn(min) && seconds(inferenceTimeout) <= secondsIn(max))) {
        throw invalid(`The inference_timeout must be between ${secondsIn(min)}s and ${secondsIn(max)}s.`);
    }
}

/** "endpointId": https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/create */
const idFormat = new RegExp(
    `^([a-z]([a-z0-9-]{0,${vertexEndpointLimits.rows.endpointId.max - 2}}[a-z0-9])?|[1-9][0-9]{0,8})$`,
);

function verify(inputs: Inputs, cloud: Cloud): void {
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/vertexai/resource_vertex_ai_endpoint.go
    const refused = inputs.trafficSplit && refusedObject(inputs.trafficSplit);
    if (refused) {
        throw new Error(refused);
    }
    const { project, location, name, displayName, encryptionSpec, labels, network } = inputs;
    verifyRegion(location);
    if (!idFormat.test(name)) {
        throw invalid(`The endpoint ID "${name}" must match ${idFormat.source}.`);
    }
    if (!displayName || String(displayName).length > vertexEndpointLimits.rows.displayName.max) {
        throw invalid(`The display name must have 1 to ${vertexEndpointLimits.rows.displayName.max} characters.`);
    }
    verifyLabels(labels ?? {});
    const agent = agentOf(cloud, project);
    if (encryptionSpec) {
        verifyKey(cloud, encryptionSpec.kmsKeyName, { agent, location });
    }
    if (network && !/^projects\/\d+\/global\/networks\/[^/]+$/.test(network)) {
        throw invalid(
            `The network "${network}" must have the form projects/{project number}/global/networks/{network}.`,
        );
    }
    verifyConnections(cloud, inputs.privateServiceConnectConfig);
    verifyLogs(inputs, cloud, agent);
}

/**
 * The networks in which forwarding rules are created, whose service connection policies are not part of the local Google Cloud:
 * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/PSCAutomationConfig
 */
export function verifyConnections(
    cloud: Cloud,
    { pscAutomationConfigs = [], projectAllowlists = [] }: Inputs = {},
): void {
    for (const { projectId, network } of pscAutomationConfigs) {
        if (!cloud.store.read(`//compute.googleapis.com/${network}`)) {
            throw new GoogleError(404, `The network ${network} does not exist.`);
        }
        if (!projectAllowlists.includes(projectId)) {
            throw invalid(`The project ${projectId} of the PSC automation config must be in the project_allowlist.`);
        }
    }
}

const writing = ["bigquery.tables.create", "bigquery.tables.updateData"];

/** "BigQuery table for logging": the agent creates the table, and writes to it. */
function verifyLogs({ predictRequestResponseLoggingConfig: logs }: Inputs, cloud: Cloud, agent: string): void {
    if (!logs?.enabled) {
        return;
    }
    const uri = logs?.bigqueryDestination?.outputUri;
    const [, project, dataset] = /^bq:\/\/([^.]+)\.([^.]+)(?:\.\w+)?$/.exec(uri ?? "") ?? [];
    if (!(logs.samplingRate > 0 && logs.samplingRate <= 1)) {
        throw invalid("The sampling rate must be in the range (0, 1].");
    }
    const name = `//bigquery.googleapis.com/projects/${project}/datasets/${dataset}`;
    if (dataset && !cloud.store.read(name)) {
        throw new GoogleError(404, `Not found: Dataset ${project}:${dataset}`);
    }
    if (dataset && !writing.every((permission) => isAllowedOn(cloud, agent, permission, name))) {
        throw new GoogleError(
            403,
            `Access Denied: Dataset ${project}:${dataset}: ${agent} may not create and write tables.`,
        );
    }
}

/** A deployed model in the form of the provider. */
const ofProvider = ({ dedicatedResources, privateEndpoints, ...deployed }: Deployed): Inputs => ({
    automaticResources: [],
    createTime: deployed.createTime,
    dedicatedResources: dedicatedResources
        ? [
              {
                  autoscalingMetricSpecs: dedicatedResources.autoscalingMetricSpecs ?? [],
                  machineSpecs: [
                      {
                          acceleratorCount: dedicatedResources.machineSpec.acceleratorCount ?? 0,
                          acceleratorType: dedicatedResources.machineSpec.acceleratorType ?? "",
                          machineType: dedicatedResources.machineSpec.machineType,
                      },
                  ],
                  maxReplicaCount: dedicatedResources.maxReplicaCount,
                  minReplicaCount: dedicatedResources.minReplicaCount,
              },
          ]
        : [],
    displayName: deployed.displayName,
    enableAccessLogging: deployed.enableAccessLogging ?? false,
    enableContainerLogging: false,
    id: deployed.id,
    model: deployed.model,
    modelVersionId: deployed.modelVersionId,
    privateEndpoints: privateEndpoints ? [privateEndpoints] : [],
    serviceAccount: deployed.serviceAccount ?? "",
    sharedResources: deployed.sharedResources ?? "",
});

const endpoint: TypeRules = {
    noun: "Endpoint",
    generatedNoun: "VertexAIEndpoint",
    api,
    id: endpointPath,
    alreadyExists: (inputs) => new GoogleError(409, `The Endpoint ${endpointPath(inputs)} already exists.`),
    changesOnUpdate: ["etag", "updateTime"],
    verify: (inputs, { cloud }) => verify(inputs, cloud),
    state: (inputs, { cloud }) => {
        const { project, location, name, dedicatedEndpointEnabled } = inputs;
        const old = findEndpoint(cloud, endpointPath(inputs))?.state;
        const now = cloud.now().toISOString();
        const dns = `${name}.${location}-${cloud.projects.number(project)}.prediction.vertexai.goog`;
        return {
            createTime: old?.createTime ?? now,
            updateTime: now,
            dedicatedEndpointDns: dedicatedEndpointEnabled ? dns : "",
            deployedModels: old?.deployedModels ?? [],
            etag: `AMEw9y${Buffer.from(now).toString("base64url").slice(0, 40)}=`,
            modelDeploymentMonitoringJob: old?.modelDeploymentMonitoringJob ?? "",
            trafficSplit: inputs.trafficSplit ?? old?.trafficSplit ?? "",
        };
    },
    read: (state, { cloud }) => {
        const found = findEndpoint(cloud, endpointPath(state))?.state;
        return found && { ...found, deployedModels: found.deployedModels.map(ofProvider) };
    },
    verifyRemoval: (state, { cloud }) => {
        const { deployedModels = [] } = findEndpoint(cloud, endpointPath(state))?.state ?? {};
        if (deployedModels.length > 0) {
            const ids = deployedModels.map(({ id }) => id).join(", ");
            throw precondition(
                `Endpoint ${endpointPath(state)} has deployed or being-deployed DeployedModel(s): ${ids}. Undeploy them first.`,
            );
        }
    },
};

export const poolPath = ({ project, region, name }: Inputs) =>
    `projects/${project}/locations/${region}/deploymentResourcePools/${name}`;

/** The models of all endpoints on a pool. */
export function modelsOfPool(cloud: Cloud, path: string): Deployed[] {
    const [, project] = path.split("/");
    const endpoints = cloud.store.list(fullName(`projects/${project}/locations`), "endpoints") as EndpointEntry[];
    return endpoints
        .flatMap(({ state }) => state.deployedModels ?? [])
        .filter(({ sharedResources }) => lastPart(sharedResources ?? "") === lastPart(path));
}

const pool: TypeRules = {
    noun: "DeploymentResourcePool",
    generatedNoun: "VertexAIDeploymentResourcePool",
    cost: "unknown",
    api,
    id: poolPath,
    alreadyExists: (inputs) => new GoogleError(409, `The DeploymentResourcePool ${poolPath(inputs)} already exists.`),
    verify: (inputs, { cloud }, old) => {
        const { name, region, dedicatedResources } = inputs;
        verifyRegion(region);
        // "The maximum length is 63 characters": https://cloud.google.com/vertex-ai/docs/predictions/model-co-hosting
        if (!nameFormats.rows.computeResource.pattern.test(name)) {
            throw invalid(`The DeploymentResourcePool ID "${name}" must match /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.`);
        }
        if (!dedicatedResources) {
            throw invalid("The dedicated_resources of a DeploymentResourcePool are required.");
        }
        if (!old) {
            verifyServingQuota(cloud, poolPath(inputs), dedicatedResources);
        }
    },
    state: (_, { cloud }, old) => ({ createTime: old?.createTime ?? cloud.now().toISOString() }),
    verifyRemoval: (state, { cloud }) => {
        const models = modelsOfPool(cloud, poolPath(state));
        if (models.length > 0) {
            throw precondition(
                `DeploymentResourcePool ${poolPath(state)} is in use by DeployedModel(s): ${models.map(({ id }) => id).join(", ")}.`,
            );
        }
    },
};

/** By path; a pool is in the region of its models. */
export function requirePool(cloud: Cloud, path: string): Entry {
    const found = cloud.store.read(fullName(path));
    if (!found) {
        throw notFound("DeploymentResourcePool", path, cloud);
    }
    return found;
}

const policyPath = ({ project, location, endpoint: name }: Inputs) =>
    String(name).includes("/") ? String(name) : endpointPath({ project, location, name });

/** Endpoints, pools, and the policies of endpoints. */
export const endpointTypes: Record<string, TypeRules> = {
    "gcp:vertex/aiEndpoint:AiEndpoint": endpoint,
    "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool": pool,
    ...policyTypes({
        token: "gcp:vertex/aiEndpointIam",
        property: "endpoint",
        api: vertexApi,
        id: policyPath,
        name: (inputs) => fullName(policyPath(inputs)),
        describe: (inputs) => `vertexai endpoint "${policyPath(inputs)}"`,
        missing: (inputs, { cloud }) => notFound("Endpoint", policyPath(inputs), cloud),
    }),
};
