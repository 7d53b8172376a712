import { type Inputs, lastPart } from "../../../simulator";
import type { RunningGroups } from "../compute/groups/runningGroups";
import type { RunningMachines } from "../compute/runningMachines";
import type { Reading, Recorder } from "./recorder";

/** The CPU of a machine: 0 to 1, of its vCPUs. */
const cpuOf = (
    project: string,
    { name, id, zone }: { name: string; id: string; zone: string },
    value: number,
): Reading => ({
    project,
    metric: "compute.googleapis.com/instance/cpu/utilization",
    resource: { type: "gce_instance", labels: { instance_id: id, zone } },
    labels: { instance_name: name },
    metadata: { name },
    value,
});

/**
 * Records the CPU that machines use, and the sizes of groups in each of their zones.
 * https://docs.cloud.google.com/monitoring/api/metrics_gcp_c#gcp-compute
 */
export function recordMachines(
    recorder: Recorder,
    machines: Pick<RunningMachines, "loads"> | undefined,
    groups: Pick<RunningGroups, "all"> | undefined,
): void {
    recorder.read(() => [
        ...(machines?.loads() ?? []).map(({ entry: { project, state }, load }) =>
            cpuOf(project, { name: String(state.name), id: String(state.instanceId), zone: String(state.zone) }, load),
        ),
        ...(groups?.all ?? []).flatMap(({ entry: { project, state }, instances }): Reading[] => {
            const { name, instanceGroupManagerId, distributionPolicyZones = [] }: Inputs = state;
            const zones: string[] = [
                ...new Set<string>([
                    ...distributionPolicyZones.map((zone: string) => lastPart(zone)),
                    ...instances.map(({ member }) => member.zone),
                ]),
            ];
            return [
                ...instances.flatMap(({ member, machine, load }) => (machine ? [cpuOf(project, member, load)] : [])),
                ...zones.map(
                    (location): Reading => ({
                        project,
                        metric: "compute.googleapis.com/instance_group/size",
                        resource: {
                            type: "instance_group",
                            labels: {
                                instance_group_id: String(instanceGroupManagerId),
                                instance_group_name: name,
                                location,
                            },
                        },
                        value: instances.filter(({ member }) => member.zone === location && !member.isParked).length,
                    }),
                ),
            ];
        }),
    ]);
}
