import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import type { Calls, Inputs, TypeCalls, TypeRules } from "../../rules/rules";
import { verifyMachines } from "./deployedModels";
import { type Deployed, endpointPath, findEndpoint, verifyConnections } from "./endpoints";
import { api, fullName, invalid, precondition, publicName, verifyRegion } from "./names";
import { verifyServingQuota } from "./quotas";

const publisherModel = /^publishers\/[^/]+\/models\/[^/@]+@[^/@]+$/;

/** The type has one network, where endpoints have a list. */
const connectionOf = ({ pscAutomationConfigs: automation, ...connection }: Inputs): Inputs => ({
    ...connection,
    pscAutomationConfigs: automation ? [automation] : [],
});

const pathOf = ({ project, location, endpoint }: Inputs) => endpointPath({ project, location, name: endpoint });

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations/deploy */
function verify(inputs: Inputs, cloud: Cloud, old?: Inputs): void {
    const { location, publisherModelName, huggingFaceModelId, deployConfig, endpointConfig, modelConfig } = inputs;
    verifyRegion(location);
    if (publisherModelName && !publisherModel.test(publisherModelName)) {
        throw invalid(
            `The publisher model "${publisherModelName}" must have the form publishers/{publisher}/models/{publisher_model}@{version_id}.`,
        );
    }
    if (huggingFaceModelId && !/^[^/\s]+\/[^/\s]+$/.test(huggingFaceModelId)) {
        throw invalid(`The Hugging Face model "${huggingFaceModelId}" must have the form {author}/{model}.`);
    }
    if (modelConfig?.huggingFaceAccessToken && !huggingFaceModelId) {
        throw invalid("A hugging_face_access_token needs a hugging_face_model_id.");
    }
    const { machineSpec, minReplicaCount, maxReplicaCount = minReplicaCount } = deployConfig?.dedicatedResources ?? {};
    if (machineSpec) {
        verifyMachines({ machineSpec }, location);
        if (minReplicaCount < 1 || maxReplicaCount < minReplicaCount) {
            throw invalid("The max_replica_count must be greater than or equal to the min_replica_count, and to 1.");
        }
        if (!old) {
            verifyServingQuota(cloud, pathOf(inputs), deployConfig.dedicatedResources);
        }
    }
    const connection = endpointConfig?.privateServiceConnectConfig;
    verifyConnections(cloud, connection && connectionOf(connection));
}

/** The deployed model of the endpoint, in the form of the API. */
function deployedOf({ project, location, endpoint, deployConfig, ...state }: Inputs, cloud: Cloud): Deployed {
    const { dedicatedResources } = deployConfig ?? {};
    const id = state.deployedModelId;
    const attachment = `projects/${endpoint}-tp/regions/${location}/serviceAttachments/gkedpm-${id}`;
    const model = `projects/${project}/locations/${location}/models/${modelIdOf(endpoint)}`;
    return {
        id,
        displayName: state.deployedModelDisplayName,
        model: publicName(model, cloud),
        modelVersionId: "1",
        createTime: cloud.now().toISOString(),
        ...(dedicatedResources && { dedicatedResources }),
        ...(state.endpointConfig?.privateServiceConnectConfig && {
            privateEndpoints: { serviceAttachment: attachment },
        }),
    };
}

const modelIdOf = (endpoint: string) => digits(`model of ${endpoint}`, 19);

/** The endpoint and the model in the registry, which deploying creates. */
function store(state: Inputs, cloud: Cloud): void {
    const { project, location, endpoint: name, endpointConfig, modelConfig, deployedModelDisplayName } = state;
    const now = cloud.now().toISOString();
    const id = pathOf(state);
    const deployed = deployedOf(state, cloud);
    const { dedicatedEndpointEnabled, privateServiceConnectConfig } = endpointConfig ?? {};
    const found = findEndpoint(cloud, id);
    const dns = `${name}.${location}-${cloud.projects.number(project)}.prediction.vertexai.goog`;
    const properties = {
        ...(found?.state ?? { createTime: now, etag: digits(id, 20) }),
        project,
        location,
        name,
        displayName: endpointConfig?.endpointDisplayName ?? deployedModelDisplayName,
        dedicatedEndpointEnabled: dedicatedEndpointEnabled ?? false,
        dedicatedEndpointDns: dedicatedEndpointEnabled ? dns : "",
        ...(privateServiceConnectConfig && { privateServiceConnectConfig: connectionOf(privateServiceConnectConfig) }),
        updateTime: now,
        deployedModels: [deployed],
        trafficSplit: JSON.stringify({ [deployed.id]: 100 }),
    };
    cloud.store.write({ name: fullName(id), project, id, state: properties });
    const model = `projects/${project}/locations/${location}/models/${modelIdOf(name)}`;
    if (!found) {
        const version = { versionId: "1", versionAliases: ["default"], labels: {}, versionCreateTime: now };
        const displayName = modelConfig?.modelDisplayName ?? deployedModelDisplayName;
        const versions = [{ ...version, versionUpdateTime: now, content: {}, copies: {} }];
        const registered = { displayName, createTime: now, updateTime: now, labels: {}, uploaded: 1, versions };
        cloud.store.write({ name: fullName(model), project, id: model, state: registered });
    }
}

const vertex = "aiplatform.projects.locations";
const endpointOf = ({ project, location, endpoint }: Inputs) =>
    `//aiplatform.googleapis.com/projects/${project}/locations/${location}/endpoints/${endpoint}`;
const onEndpoint =
    (...methods: string[]) =>
    (inputs: Inputs): Calls =>
        [...methods, "operations.get"].map((method) => ({
            method: `${vertex}.endpoints.${method}`,
            on: endpointOf(inputs),
        }));

/** The provider never reads an endpoint with a model of Model Garden after its creation. */
const calls: TypeCalls = {
    create: ({ project, location }) => {
        const on = `//aiplatform.googleapis.com/projects/${project}/locations/${location}`;
        return [`${vertex}.deploy`, `${vertex}.operations.get`, `${vertex}.endpoints.get`].map((method) => ({
            method,
            on,
        }));
    },
    read: [],
    update: onEndpoint("mutateDeployedModel"),
    delete: onEndpoint("undeployModel", "delete"),
};

/** An endpoint with a model of Model Garden. Its provider never reads it, and destroying it leaves the model in the registry. */
const garden: TypeRules = {
    noun: "EndpointWithModelGardenDeployment",
    generatedNoun: "VertexAIEndpointWithModelGardenDeployment",
    cost: "unknown",
    api,
    id: pathOf,
    name: (inputs) => `${fullName(pathOf(inputs))}/modelGardenDeployment`,
    verify: (inputs, { cloud }, old) => verify(inputs, cloud, old),
    state: (inputs, { cloud }, old) => {
        const { endpointConfig, publisherModelName, huggingFaceModelId } = inputs;
        const endpoint = old?.endpoint ?? digits(`${Date.now()} ${Math.random()}`, 19);
        const deployedModelId = old?.deployedModelId ?? digits(`deployed to ${endpoint}`, 19);
        const made = {
            endpoint,
            deployedModelId,
            deployedModelDisplayName:
                old?.deployedModelDisplayName ??
                String(huggingFaceModelId ?? publisherModelName).replace(/^.*[/@]/, ""),
        };
        const psc = endpointConfig?.privateServiceConnectConfig;
        if (!psc) {
            return made;
        }
        const { privateEndpoints } = deployedOf({ ...inputs, ...made }, cloud);
        return {
            ...made,
            endpointConfig: { ...endpointConfig, privateServiceConnectConfig: { ...psc, ...privateEndpoints } },
        };
    },
    afterStore: (state, { cloud }) => store(state, cloud),
    verifyRemoval: (state, { cloud }) => {
        const found = findEndpoint(cloud, pathOf(state));
        if (!found) {
            throw new GoogleError(404, `The Endpoint ${pathOf(state)} does not exist.`);
        }
        const { deployedModels } = found.state;
        if (!deployedModels.some(({ id }) => id === state.deployedModelId)) {
            throw invalid(`The following DeployedModel ID(s) [${state.deployedModelId}] do not exist.`);
        }
        if (deployedModels.length > 1) {
            throw precondition(`Endpoint ${found.id} has deployed or being-deployed DeployedModel(s).`);
        }
    },
    remove: (state, { cloud }) => cloud.store.remove(fullName(pathOf(state))),
    calls,
};

/** Models of Model Garden. */
export const gardenTypes: Record<string, TypeRules> = {
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment": garden,
};
