import { addressIn } from "../../../../lib/formats";
import { digits, type Inputs } from "../../../simulator";
import {
    deployedOf,
    mutated,
    splitOf,
    type Version,
    verifyDeployment,
    verifySplit,
} from "../../../simulator/services/vertex/deployedModels";
import {
    changeEndpoint,
    type EndpointEntry,
    requireEndpoint,
    verifyRequestTimeout,
} from "../../../simulator/services/vertex/endpoints";
import { hasRunner } from "../../../simulator/services/vertex/jobRunner";
import { invalid, locationPath, precondition, publicName } from "../../../simulator/services/vertex/names";
import { applyDeployment, endAbandonedDeployments } from "../../../simulator/services/vertex/pendingDeployments";
import { type Call, type Method, maskOf, page } from "../../emulator/methods/call";

const path = (names: Inputs) => `${locationPath(names)}/endpoints/${names.endpointsId}`;

/** An endpoint as the API returns it. */
function resource({ cloud }: Call, entry: EndpointEntry, version: Version): Inputs {
    const { state } = entry;
    const { displayName, description, labels, network, encryptionSpec, createTime, updateTime, etag } = state;
    const { dedicatedEndpointEnabled, dedicatedEndpointDns, privateServiceConnectConfig: psc } = state;
    const { predictRequestResponseLoggingConfig, clientConnectionConfig, modelDeploymentMonitoringJob } = state;
    const trafficSplit = splitOf(entry);
    return {
        name: publicName(entry.id, cloud),
        displayName,
        ...(description && { description }),
        ...(labels && { labels }),
        ...(network && { network }),
        ...(encryptionSpec && { encryptionSpec }),
        ...(dedicatedEndpointEnabled && { dedicatedEndpointEnabled, dedicatedEndpointDns }),
        ...(psc && {
            privateServiceConnectConfig: {
                enablePrivateServiceConnect: psc.enablePrivateServiceConnect,
                projectAllowlist: psc.projectAllowlists,
                ...(psc.pscAutomationConfigs?.length > 0 && {
                    pscAutomationConfigs: psc.pscAutomationConfigs.map((each: Inputs) => automation(entry, each)),
                }),
            },
        }),
        ...(clientConnectionConfig && { clientConnectionConfig }),
        ...(modelDeploymentMonitoringJob && { modelDeploymentMonitoringJob }),
        ...(predictRequestResponseLoggingConfig && { predictRequestResponseLoggingConfig }),
        ...(state.deployedModels.length > 0 && {
            deployedModels: state.deployedModels.map((deployed) => shown(deployed, version)),
        }),
        ...(Object.keys(trafficSplit).length > 0 && { trafficSplit }),
        createTime,
        updateTime,
        etag,
    };
}

/** A network, with the forwarding rule that exists in it once a model is deployed. */
function automation({ id, state }: EndpointEntry, { projectId, network }: Inputs): Inputs {
    const [, , , region] = id.split("/");
    const made = {
        state: "PSC_AUTOMATION_STATE_SUCCESSFUL",
        ipAddress: addressIn("10.127.1.0/24", 2 + (Number(digits(`${id} ${network}`, 3)) % 250)),
        forwardingRule: `projects/${projectId}/regions/${region}/forwardingRules/sca-auto-fr-${state.name}`,
    };
    return { projectId, network, ...(state.deployedModels.length > 0 && made) };
}

/** Fields in preview are only in v1beta1, where the field of container logs is the opposite. */
function shown({ dedicatedResources, disableContainerLogging, ...deployed }: Inputs, version: Version): Inputs {
    const { scaleToZeroSpec, initialReplicaCount, ...resources } = dedicatedResources ?? {};
    const beta = { ...(scaleToZeroSpec && { scaleToZeroSpec }), ...(initialReplicaCount && { initialReplicaCount }) };
    return {
        ...deployed,
        ...(dedicatedResources && { dedicatedResources: { ...resources, ...(version === "v1beta1" && beta) } }),
        ...(version === "v1"
            ? disableContainerLogging && { disableContainerLogging }
            : { enableContainerLogging: !disableContainerLogging }),
    };
}

/** A deployed model in the fields of v1. */
function inV1({ enableContainerLogging, ...deployed }: Inputs, version: Version): Inputs {
    return version === "v1" ? deployed : { ...deployed, disableContainerLogging: !enableContainerLogging };
}

function operation(version: Version, method: string, response = `${method}Response`) {
    const google = `google.cloud.aiplatform.${version}`;
    return {
        method: `EndpointService.${method}`,
        type: `cloud.aiplatform.${version}.${response}`,
        metadataType: `${google}.${method}OperationMetadata`,
    };
}

const list =
    (version: Version) =>
    (call: Call): object => {
        const { cloud, names, query } = call;
        const prefix = `//aiplatform.googleapis.com/${locationPath(names)}/endpoints`;
        const { items, ...more } = page(query, cloud.store.list(prefix) as EndpointEntry[]);
        return { endpoints: items.map((entry) => resource(call, entry, version)), ...more };
    };

const get =
    (version: Version) =>
    (call: Call): object =>
        resource(call, requireEndpoint(call.cloud, path(call.names)), version);

const patchable = ["displayName", "description", "labels", "trafficSplit"];

const patch =
    (version: Version) =>
    (call: Call): object => {
        const { cloud, names, query, body } = call;
        const found = requireEndpoint(cloud, path(names));
        const paths = maskOf(query, patchable);
        const { trafficSplit = {} } = body;
        verifySplit(
            trafficSplit,
            found.state.deployedModels.map(({ id }) => id),
        );
        const parts = paths.map((each) => [each, each === "trafficSplit" ? JSON.stringify(trafficSplit) : body[each]]);
        return resource(call, changeEndpoint(cloud, path(names), Object.fromEntries(parts)), version);
    };

/** "Currently we only support updating the `client_connection_config` field, all the other fields' update will be blocked." */
const update =
    (version: Version) =>
    (call: Call): object => {
        const { cloud, names, body, operate } = call;
        const found = requireEndpoint(cloud, path(names));
        const { name: _, clientConnectionConfig, ...others } = body.endpoint ?? {};
        if (!clientConnectionConfig || Object.keys(others).length > 0) {
            throw invalid("Only client_connection_config can be updated.");
        }
        verifyRequestTimeout(found, clientConnectionConfig);
        return operate({ ...operation(version, "UpdateEndpoint", "Endpoint"), target: path(names) }, () =>
            resource(call, changeEndpoint(cloud, path(names), { clientConnectionConfig }), version),
        );
    };

const deployModel =
    (version: Version) =>
    ({ cloud, names, body, operate }: Call): object => {
        const found = requireEndpoint(cloud, path(names));
        const { deployedModel = {}, trafficSplit = {} } = body;
        const requested = inV1(deployedModel, version);
        verifyDeployment(cloud, found, requested, version);
        verifySplit(trafficSplit, [...found.state.deployedModels.map(({ id }) => id), "0"]);
        const deployed = deployedOf(cloud, found, requested);
        const deployment = { endpoint: path(names), deployed, trafficSplit };
        const pending = hasRunner(cloud) ? deployment : undefined;
        return operate({ ...operation(version, "DeployModel"), target: path(names), pending }, () => {
            if (!pending) {
                applyDeployment(cloud, deployment);
            }
            return { deployedModel: shown(deployed, version) };
        });
    };

const undeployModel =
    (version: Version) =>
    ({ cloud, names, body, operate }: Call): object => {
        const found = requireEndpoint(cloud, path(names));
        const { deployedModelId: id, trafficSplit } = body;
        const { deployedModels } = found.state;
        verifySplit(
            { [id]: 100 },
            deployedModels.map((each) => each.id),
        );
        const remaining = deployedModels.filter((each) => each.id !== id);
        if (trafficSplit) {
            verifySplit(
                trafficSplit,
                remaining.map((each) => each.id),
            );
        }
        const split: Record<string, number> = trafficSplit ?? splitOf(found);
        // "A DeployedModel will be successfully undeployed only if it doesn't have any traffic assigned to it".
        if (split[id] && remaining.length > 0) {
            throw precondition(`DeployedModel ${id} of Endpoint ${found.id} has traffic. Assign it to others first.`);
        }
        return operate({ ...operation(version, "UndeployModel"), target: path(names) }, () => {
            const { [id]: _, ...others } = split;
            changeEndpoint(cloud, path(names), {
                deployedModels: remaining,
                trafficSplit: JSON.stringify(remaining.length > 0 ? others : {}),
            });
            return {};
        });
    };

/** Of dedicated resources; the others are immutable. */
const mutable = {
    v1: ["minReplicaCount", "maxReplicaCount", "requiredReplicaCount", "autoscalingMetricSpecs"],
    v1beta1: [
        "minReplicaCount",
        "maxReplicaCount",
        "requiredReplicaCount",
        "autoscalingMetricSpecs",
        "scaleToZeroSpec",
        "initialReplicaCount",
    ],
};

const mutateDeployedModel =
    (version: Version) =>
    ({ cloud, names, body, operate }: Call): object => {
        const found = requireEndpoint(cloud, path(names));
        const { deployedModel = {}, updateMask = "" } = body;
        const logging = version === "v1" ? "disableContainerLogging" : "enableContainerLogging";
        const allowed = [...mutable[version].map((field) => `dedicatedResources.${field}`), logging];
        const asked = maskOf(new URLSearchParams({ updateMask }), allowed);
        const { deployedModels } = found.state;
        const one = deployedModels.find(({ id }) => id === deployedModel.id);
        if (!one) {
            throw invalid(`The following DeployedModel ID(s) [${deployedModel.id}] do not exist.`);
        }
        const paths = asked.map((each) => (each === logging ? "disableContainerLogging" : each));
        const changed = mutated(cloud, one, inV1(deployedModel, version), paths, found, version);
        return operate({ ...operation(version, "MutateDeployedModel"), target: path(names) }, () => {
            changeEndpoint(cloud, path(names), {
                deployedModels: deployedModels.map((each) => (each.id === one.id ? changed : each)),
            });
            return { deployedModel: shown(changed, version) };
        });
    };

const listOperations = ({ cloud, operations, names, query }: Call): object => {
    requireEndpoint(cloud, path(names));
    endAbandonedDeployments(cloud);
    const { items, ...more } = page(query, operations.about(path(names)));
    return { operations: items, ...more };
};

const pages = ["pageSize", "pageToken"];

/** The methods of endpoints in a version of the API. */
export function endpointMethods(version: Version): Method[] {
    const id = (method: string) => `aiplatform.projects.locations.endpoints.${method}`;
    const endpoints = `${version}/projects/{projectsId}/locations/{locationsId}/endpoints`;
    const endpoint = `${endpoints}/{endpointsId}`;
    const call = (method: string, fields: string[], answer: Method["answer"]): Method => {
        return { id: id(method), verb: "POST", path: `${endpoint}:${method}`, fields, answer };
    };
    return [
        { id: id("list"), verb: "GET", path: endpoints, query: pages, answer: list(version) },
        { id: id("get"), verb: "GET", path: endpoint, answer: get(version) },
        {
            id: id("patch"),
            verb: "PATCH",
            path: endpoint,
            query: ["updateMask"],
            fields: ["name", ...patchable],
            answer: patch(version),
        },
        call("update", ["endpoint"], update(version)),
        call("deployModel", ["deployedModel", "trafficSplit"], deployModel(version)),
        call("undeployModel", ["deployedModelId", "trafficSplit"], undeployModel(version)),
        call("mutateDeployedModel", ["deployedModel", "updateMask"], mutateDeployedModel(version)),
        {
            id: id("operations.list"),
            verb: "GET",
            path: `${endpoint}/operations`,
            query: [...pages, "filter", "returnPartialSuccess"],
            answer: listOperations,
        },
    ];
}
