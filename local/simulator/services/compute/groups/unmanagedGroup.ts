import type { Cloud } from "../../../cloud/cloud";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { attached, isSame, zoneWait } from "../calls";
import { required, requireUnused } from "../loadBalancing/references";
import { instancePath } from "../machines/instance";
import { inZone, verifyZone, zonalRules, zonePath } from "../machines/zonal";
import { api, fullName, invalidField, networkPath, selfLink } from "../names";

const collection = "instanceGroups";

const groupPath = (inputs: Inputs) => `${zonePath(inputs)}/${collection}/${inputs.name}`;

/** The path of the network of a machine. */
const networkOf = ({ networkInterfaces, project }: Inputs): string =>
    networkPath(String(networkInterfaces?.[0]?.network ?? "default"), project);

/**
 * "VM instances must be in the same zone … and in the same VPC network":
 * https://cloud.google.com/compute/docs/instance-groups/creating-groups-of-unmanaged-instances. The texts are approximate.
 */
function verifyMachine(input: string, group: Inputs, cloud: Cloud): void {
    const machine = required(cloud, instancePath(input, group));
    if (machine.state.zone !== group.zone) {
        throw invalidField("instances", input, `The instance must be in the zone '${group.zone}' of the group.`);
    }
    const network = group.network && networkPath(group.network, group.project);
    if (network && networkOf(machine.state) !== network) {
        throw invalidField("instances", input, `The instance must be in the network '${network}' of the group.`);
    }
}

/** The paths of links, which the provider compares by: `SelfLinkRelativePathHash` in `google-beta/tpgresource/self_link_helpers.go`. */
const relativePaths = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(relativePaths).sort() : String(value).replace(/^.*?(projects\/)/, "$1");

const instanceGroups = "compute.instanceGroups";

/** https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/compute/resource_compute_instance_group.go */
export const instanceGroup: TypeRules = {
    noun: "InstanceGroup",
    cost: "free",
    normalize: { instances: relativePaths },
    ...zonalRules(groupPath),
    verify: (inputs, { cloud }) => {
        verifyZone(inputs);
        const network = inputs.network && networkPath(inputs.network, inputs.project);
        if (network) {
            required(cloud, network);
        }
        for (const each of inputs.instances ?? []) {
            verifyMachine(each, inputs, cloud);
        }
    },
    state: (inputs, { cloud }, old) => {
        const instances = inputs.instances ?? old?.instances ?? [];
        const [first] = instances;
        const network = first
            ? networkOf(required(cloud, instancePath(first, inputs)).state)
            : inputs.network && networkPath(inputs.network, inputs.project);
        return {
            ...inputs,
            instances: instances.map((each: string) => selfLink(instancePath(each, inputs))),
            ...(network && { network: selfLink(network) }),
            size: instances.length,
            selfLink: selfLink(groupPath(inputs)),
        };
    },
    remove: (inputs, { cloud }) => requireUnused("instance_group", groupPath(inputs), cloud, "backendServices"),
    calls: {
        create: (inputs) => [
            `${instanceGroups}.insert`,
            zoneWait,
            ...(inputs.instances?.length > 0 ? [`${instanceGroups}.addInstances`] : []),
            `${instanceGroups}.get`,
            `${instanceGroups}.listInstances`,
        ],
        read: [`${instanceGroups}.get`, `${instanceGroups}.listInstances`],
        update: (inputs, _, old) => [
            ...(isSame("namedPorts", inputs, old) ? [] : [`${instanceGroups}.setNamedPorts`]),
            ...(isSame("instances", inputs, old)
                ? []
                : [`${instanceGroups}.removeInstances`, `${instanceGroups}.addInstances`]),
            zoneWait,
            `${instanceGroups}.get`,
        ],
        delete: [`${instanceGroups}.delete`, zoneWait],
    },
};

const groupOf = (inputs: Inputs) => inZone(inputs.instanceGroup, inputs, collection);

/** Changes the machines of a group, which is all that a membership is. */
function change(inputs: Inputs, { cloud }: Context, next: (all: string[], link: string) => string[]): void {
    const entry = cloud.store.read(fullName(groupOf(inputs)));
    if (entry) {
        const { instances: all = [] } = entry.state as Inputs;
        const instances = next(all, selfLink(instancePath(inputs.instance, inputs)));
        cloud.store.write({ ...entry, state: { ...entry.state, instances, size: instances.length } });
    }
}

/** https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/compute/resource_compute_instance_group_membership.go */
export const instanceGroupMembership: TypeRules = {
    noun: "InstanceGroupMembership",
    generatedNoun: "ComputeInstanceGroupMembership",
    cost: "free",
    api,
    zonal: true,
    id: ({ project, zone, instanceGroup, instance }) => `${project}/${zone}/${lastPart(instanceGroup)}/${instance}`,
    name: (inputs) => `${fullName(groupOf(inputs))}/members/${lastPart(inputs.instance)}`,
    verify: (inputs, { cloud }) => {
        verifyMachine(inputs.instance, required(cloud, groupOf(inputs)).state, cloud);
    },
    state: (inputs) => inputs,
    afterStore: (state, context) =>
        change(state, context, (all, link) => [...all.filter((each) => each !== link), link]),
    // A machine that is deleted leaves its groups.
    read: (state, { cloud }) => {
        const path = instancePath(state.instance, state);
        const { instances = [] } = (cloud.store.read(fullName(groupOf(state)))?.state ?? {}) as Inputs;
        return instances.includes(selfLink(path)) && cloud.store.read(fullName(path)) ? state : undefined;
    },
    remove: (state, context) => change(state, context, (all, link) => all.filter((each) => each !== link)),
    calls: attached("instanceGroups", zoneWait, ["addInstances", "removeInstances", "listInstances"]),
};
