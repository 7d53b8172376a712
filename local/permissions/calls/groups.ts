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

/** Calls for groups of instances, in the order of the provider. Named ports and sizes are set by calls of their own. */
export const groups: Record<string, TypeCalls> = {
    "gcp:compute/healthCheck:HealthCheck": {
        create: ["compute.healthChecks.insert", "compute.globalOperations.get", "compute.healthChecks.get"],
        read: ["compute.healthChecks.get"],
        update: ["compute.healthChecks.update", "compute.globalOperations.get", "compute.healthChecks.get"],
        delete: ["compute.healthChecks.delete", "compute.globalOperations.get"],
    },
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
