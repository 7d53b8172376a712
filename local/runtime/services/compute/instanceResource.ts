import { type Cloud, type Inputs, lastPart } from "../../../simulator";
import { fingerprint } from "../../../simulator/services/compute/machines/disk";
import { findDisk } from "../../../simulator/services/compute/machines/diskUsers";
import { currentStatus, instanceId } from "../../../simulator/services/compute/machines/instanceChecks";
import type { InstanceEntry } from "../../../simulator/services/compute/machines/lifecycle";
import { selfLink } from "../../../simulator/services/compute/names";
import { isSpot } from "./definition";

/** Without fields that have no value. */
const filled = (resource: Inputs): Inputs =>
    Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== undefined && value !== ""));

/** An instance as the API returns it: https://cloud.google.com/compute/docs/reference/rest/v1/instances */
export function instanceResource({ state }: InstanceEntry, cloud: Cloud): Inputs {
    const { project, zone, scheduling = {}, shieldedInstanceConfig: shielded = {}, metadata = {} } = state;
    const inZone = (path: string) => selfLink(`projects/${project}/zones/${zone}/${path}`);
    return filled({
        kind: "compute#instance",
        id: String(state.instanceId),
        creationTimestamp: state.creationTimestamp,
        name: state.name,
        description: state.description,
        tags: filled({ items: state.tags, fingerprint: fingerprint(state.tags) }),
        machineType: inZone(`machineTypes/${lastPart(state.machineType)}`),
        status: currentStatus(state, cloud),
        zone: selfLink(`projects/${project}/zones/${zone}`),
        canIpForward: state.canIpForward ?? false,
        networkInterfaces: ((state.networkInterfaces ?? []) as Inputs[]).map(interfaceResource),
        disks: disksOf(state, cloud),
        metadata: {
            kind: "compute#metadata",
            fingerprint: fingerprint(state.metadata),
            items: Object.entries(metadata).map(([key, value]) => ({ key, value })),
        },
        serviceAccounts: state.serviceAccount && [
            { email: state.serviceAccount.email, scopes: state.serviceAccount.scopes ?? [] },
        ],
        selfLink: selfLink(instanceId(state)),
        scheduling: filled({
            onHostMaintenance: scheduling.onHostMaintenance,
            automaticRestart: scheduling.automaticRestart,
            preemptible: scheduling.preemptible ?? false,
            provisioningModel: isSpot({ scheduling }) ? "SPOT" : "STANDARD",
            instanceTerminationAction: scheduling.instanceTerminationAction,
        }),
        cpuPlatform: state.cpuPlatform,
        labels: state.labels,
        labelFingerprint: state.labelFingerprint,
        startRestricted: false,
        deletionProtection: state.deletionProtection ?? false,
        resourcePolicies: state.resourcePolicies && [state.resourcePolicies].flat(),
        shieldedInstanceConfig: {
            enableSecureBoot: shielded.enableSecureBoot ?? false,
            enableVtpm: shielded.enableVtpm ?? true,
            enableIntegrityMonitoring: shielded.enableIntegrityMonitoring ?? true,
        },
        guestAccelerators:
            state.guestAccelerators?.length > 0
                ? state.guestAccelerators.map(({ type, count }: Inputs) => ({
                      acceleratorType: inZone(`acceleratorTypes/${lastPart(type)}`),
                      acceleratorCount: count,
                  }))
                : undefined,
    });
}

const interfaceResource = (each: Inputs): Inputs =>
    filled({
        kind: "compute#networkInterface",
        name: each.name,
        network: each.network,
        subnetwork: each.subnetwork,
        networkIP: each.networkIp,
        stackType: each.stackType,
        accessConfigs: each.accessConfigs?.map(({ natIp, networkTier }: Inputs) => ({
            kind: "compute#accessConfig",
            type: "ONE_TO_ONE_NAT",
            name: "external-nat",
            natIP: natIp,
            networkTier,
        })),
    });

const disksOf = (state: Inputs, cloud: Cloud): Inputs[] =>
    [state.bootDisk, ...(state.attachedDisks ?? [])].map((disk: Inputs, index) => {
        const found = findDisk(cloud, disk.source, state);
        return filled({
            kind: "compute#attachedDisk",
            type: "PERSISTENT",
            mode: disk.mode,
            source: disk.source,
            deviceName: disk.deviceName,
            index,
            boot: index === 0,
            autoDelete: index === 0 && disk.autoDelete !== false,
            interface: "SCSI",
            diskSizeGb: found && String((found.state as Inputs).size),
        });
    });
