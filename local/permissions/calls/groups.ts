import type { Inputs } from "../../rules/rules";
import { fullName, pathOf } from "../../services/compute/names";
import type { Calls, TypeCalls } from "./call";

const wait = "compute.regionOperations.get";

/** A regional resource whose methods begin with `region`. */
function regional(kind: string, update: TypeCalls["update"]): TypeCalls {
    const get = `compute.${kind}.get`;
    return {
        create: [`compute.${kind}.insert`, wait, get],
        read: [get],
        update,
        delete: [`compute.${kind}.delete`, wait],
    };
}

/** "compute.instanceGroupManagers.use on the MIG": https://cloud.google.com/compute/docs/autoscaler/multiple-signals */
function usedGroup({ target, project, region }: Inputs): Calls {
    const path = pathOf(String(target), project, `regions/${region}/instanceGroupManagers`);
    return [{ method: "compute.instanceGroupManagers.use", on: fullName(path) }];
}

const group = "compute.regionInstanceGroupManagers";
const isSame = (name: string, inputs: Inputs, old: Inputs = {}) =>
    JSON.stringify(inputs[name]) === JSON.stringify(old[name]);

const zonal = "compute.zoneOperations.get";

/** A group, and what is attached to it and detached from it by calls of its own. */
function attached(kind: string, operation: string, [attach, detach, list]: [string, string, string]): TypeCalls {
    return {
        create: [`compute.${kind}.${attach}`, operation, `compute.${kind}.${list}`],
        read: [`compute.${kind}.${list}`],
        update: [],
        delete: [`compute.${kind}.${detach}`, operation],
    };
}

const endpoints: [string, string, string] = [
    "attachNetworkEndpoints",
    "detachNetworkEndpoints",
    "listNetworkEndpoints",
];

/** A group of endpoints, which is never updated. */
const endpointGroup = (kind: string, operation: string): TypeCalls => ({
    create: [`compute.${kind}.insert`, operation, `compute.${kind}.get`],
    read: [`compute.${kind}.get`],
    update: [],
    delete: [`compute.${kind}.delete`, operation],
});

const instanceGroup = "compute.instanceGroups";

/** Calls for groups of instances, in the order of the provider. Named ports and sizes are set by calls of their own. */
export const groups: Record<string, TypeCalls> = {
    "gcp:compute/healthCheck:HealthCheck": {
        create: ["compute.healthChecks.insert", "compute.globalOperations.get", "compute.healthChecks.get"],
        read: ["compute.healthChecks.get"],
        update: ["compute.healthChecks.update", "compute.globalOperations.get", "compute.healthChecks.get"],
        delete: ["compute.healthChecks.delete", "compute.globalOperations.get"],
    },
    "gcp:compute/regionHealthCheck:RegionHealthCheck": regional("regionHealthChecks", [
        "compute.regionHealthChecks.update",
        wait,
        "compute.regionHealthChecks.get",
    ]),
    "gcp:compute/instanceGroup:InstanceGroup": {
        create: (inputs) => [
            `${instanceGroup}.insert`,
            zonal,
            ...(inputs.instances?.length > 0 ? [`${instanceGroup}.addInstances`] : []),
            `${instanceGroup}.get`,
            `${instanceGroup}.listInstances`,
        ],
        read: [`${instanceGroup}.get`, `${instanceGroup}.listInstances`],
        update: (inputs, _, old) => [
            ...(isSame("namedPorts", inputs, old) ? [] : [`${instanceGroup}.setNamedPorts`]),
            ...(isSame("instances", inputs, old)
                ? []
                : [`${instanceGroup}.removeInstances`, `${instanceGroup}.addInstances`]),
            zonal,
            `${instanceGroup}.get`,
        ],
        delete: [`${instanceGroup}.delete`, zonal],
    },
    "gcp:compute/instanceGroupMembership:InstanceGroupMembership": attached("instanceGroups", zonal, [
        "addInstances",
        "removeInstances",
        "listInstances",
    ]),
    "gcp:compute/networkEndpointGroup:NetworkEndpointGroup": endpointGroup("networkEndpointGroups", zonal),
    "gcp:compute/networkEndpoint:NetworkEndpoint": attached("networkEndpointGroups", zonal, endpoints),
    "gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup": endpointGroup(
        "globalNetworkEndpointGroups",
        "compute.globalOperations.get",
    ),
    "gcp:compute/globalNetworkEndpoint:GlobalNetworkEndpoint": attached(
        "globalNetworkEndpointGroups",
        "compute.globalOperations.get",
        endpoints,
    ),
    "gcp:compute/regionNetworkEndpoint:RegionNetworkEndpoint": attached("regionNetworkEndpointGroups", wait, endpoints),
    "gcp:compute/regionAutoscaler:RegionAutoscaler": {
        ...regional("regionAutoscalers", ["compute.regionAutoscalers.update", wait, "compute.regionAutoscalers.get"]),
        create: (inputs) => [
            "compute.regionAutoscalers.insert",
            ...usedGroup(inputs),
            wait,
            "compute.regionAutoscalers.get",
        ],
    },
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": regional("regionInstanceTemplates", []),
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": {
        ...regional("regionInstanceGroupManagers", (inputs, _, old) => [
            `${group}.patch`,
            ...(isSame("namedPorts", inputs, old) ? [] : ["compute.regionInstanceGroups.setNamedPorts"]),
            ...(isSame("targetSize", inputs, old) ? [] : [`${group}.resize`]),
            wait,
            `${group}.get`,
        ]),
    },
};
