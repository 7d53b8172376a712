import { type Entry, type Inputs, lastPart } from "../../../../simulator";
import { autoscalerOf } from "../../../../simulator/services/compute/groups/live";
import { isSameTemplate } from "../../../../simulator/services/compute/groups/versions";
import { fullName, notFound, selfLink } from "../../../../simulator/services/compute/names";
import type { Call, Method } from "../../../emulator/methods/call";
import type { RunningInstance } from "./instance";
import type { RunningGroup } from "./runningGroup";
import type { RunningGroups } from "./runningGroups";

const groups = "compute/v1/projects/{project}/regions/{region}/instanceGroupManagers";

function managerOf({ cloud, names }: Pick<Call, "cloud" | "names">): Entry {
    const path = `projects/${names.project}/regions/${names.region}/instanceGroupManagers/${names.instanceGroupManager}`;
    const found = cloud.store.read(fullName(path));
    if (!found) {
        throw notFound(path);
    }
    return found;
}

/** An instance in the form of the API. */
function managedInstance(entry: Entry, healing: string | undefined, instance: RunningInstance): object {
    const { member, status, action } = instance;
    const { versions = [] }: Inputs = entry.state;
    const version = versions.find(({ instanceTemplate }: Inputs) => isSameTemplate(instanceTemplate, member.template));
    const isGone = action === "DELETING";
    return {
        id: member.id,
        name: member.name,
        instance: selfLink(`projects/${entry.project}/zones/${member.zone}/instances/${member.name}`),
        instanceStatus: status === "STOPPED" ? "TERMINATED" : status,
        currentAction: action,
        targetStatus: isGone ? "DELETED" : (member.pool ?? "RUNNING"),
        ...(!isGone && {
            version: { ...(version?.name && { name: version.name }), instanceTemplate: linkOf(member.template) },
        }),
        ...(healing && {
            instanceHealth: [{ healthCheck: linkOf(healing), detailedHealthState: instance.healthBy(healing) }],
        }),
    };
}

const linkOf = (path: string) =>
    selfLink(path.replace(/^(\/\/compute\.googleapis\.com\/|https:\/\/.*\/compute\/v1\/)/, ""));

/** The counts of instances by their action: `currentActions`. */
function actionsOf(instances: readonly RunningInstance[]): Record<string, number> {
    const names = [
        ...["abandoning", "creating", "creatingWithoutRetries", "deleting", "none", "recreating", "refreshing"],
        ...["restarting", "resuming", "starting", "stopping", "suspending", "verifying"],
    ];
    return Object.fromEntries(
        names.map((name) => [name, instances.filter(({ action }) => action.toLowerCase() === name).length]),
    );
}

const fixedOrPercent = (values: Inputs, name: string): object =>
    values[`${name}Percent`] === undefined
        ? { fixed: values[`${name}Fixed`], calculated: values[`${name}Fixed`] }
        : { percent: values[`${name}Percent`] };

/** A group in the form of the API. */
function groupResource({ cloud }: Call, entry: Entry, running: RunningGroup | undefined): object {
    const { state, id } = entry;
    const {
        updatePolicy,
        autoHealingPolicies,
        versions = [],
        namedPorts = [],
        standbyPolicy,
        distributionPolicyZones,
    }: Inputs = state;
    const instances = running?.instances ?? [];
    const autoscaler = autoscalerOf(cloud, id);
    const isReached = instances.every(({ member }) =>
        versions.some(({ instanceTemplate }: Inputs) => isSameTemplate(instanceTemplate, member.template)),
    );
    const policy = Object.entries(updatePolicy as Inputs).filter(([name]) => !/^max(Surge|Unavailable)/.test(name));
    return {
        kind: "compute#instanceGroupManager",
        id: String(state.instanceGroupManagerId),
        name: state.name,
        ...(state.description ? { description: state.description } : {}),
        creationTimestamp: state.creationTimestamp,
        selfLink: selfLink(id),
        region: selfLink(`projects/${entry.project}/regions/${state.region}`),
        baseInstanceName: state.baseInstanceName,
        instanceGroup: state.instanceGroup,
        fingerprint: state.fingerprint,
        targetSize: state.targetSize,
        targetStoppedSize: state.targetStoppedSize,
        targetSuspendedSize: state.targetSuspendedSize,
        standbyPolicy,
        currentActions: actionsOf(instances),
        namedPorts: namedPorts.map(({ name, port }: Inputs) => ({ name, port })),
        versions: versions.map(({ name, instanceTemplate, targetSize }: Inputs) => ({
            ...(name && { name }),
            instanceTemplate: linkOf(instanceTemplate),
            ...(targetSize && { targetSize }),
        })),
        updatePolicy: {
            ...Object.fromEntries(policy),
            maxSurge: fixedOrPercent(updatePolicy, "maxSurge"),
            maxUnavailable: fixedOrPercent(updatePolicy, "maxUnavailable"),
        },
        ...(autoHealingPolicies && {
            autoHealingPolicies: [{ ...autoHealingPolicies, healthCheck: linkOf(autoHealingPolicies.healthCheck) }],
        }),
        distributionPolicy: {
            targetShape: state.distributionPolicyTargetShape,
            zones: distributionPolicyZones.map((zone: string) => ({
                zone: selfLink(`projects/${entry.project}/zones/${lastPart(zone)}`),
            })),
        },
        status: {
            isStable:
                instances.every(({ action }) => action === "NONE") && instances.length >= Number(state.targetSize),
            versionTarget: { isReached },
            ...(autoscaler && { autoscaler: selfLink(autoscaler.id) }),
        },
    };
}

const listQuery = ["filter", "maxResults", "orderBy", "pageToken", "returnPartialSuccess"];

/** The methods that show groups and their instances. */
export const groupMethods = (running: RunningGroups | undefined): Method[] => [
    {
        id: "compute.regionInstanceGroupManagers.get",
        verb: "GET",
        path: `${groups}/{instanceGroupManager}`,
        answer: (call) => {
            const entry = managerOf(call);
            return groupResource(call, entry, running?.of(entry.name));
        },
    },
    {
        id: "compute.regionInstanceGroupManagers.listManagedInstances",
        verb: "POST",
        path: `${groups}/{instanceGroupManager}/listManagedInstances`,
        query: listQuery,
        answer: (call) => {
            const entry = managerOf(call);
            const group = running?.of(entry.name);
            return group
                ? { managedInstances: group.instances.map((each) => managedInstance(entry, group.healing, each)) }
                : {};
        },
    },
];
