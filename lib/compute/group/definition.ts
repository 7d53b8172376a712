import type { RegionInstanceGroupManagerArgs } from "@pulumi/gcp/compute/regionInstanceGroupManager";
import type { RegionInstanceTemplateArgs } from "@pulumi/gcp/compute/regionInstanceTemplate";
import type * as pulumi from "@pulumi/pulumi";
import { secondsIn } from "../../internal/duration";
import { type MachineParts, machineArgs } from "../template/definition";
import type { ResolvedDisk } from "../template/disks";
import type { ResolvedTemplate } from "../template/resolveArgs";
import type { ResolvedArgs } from "./resolveArgs";
import { standbyArgs, updateArgs } from "./update";

function diskArgs({ type, size, iops, throughput }: ResolvedDisk, { labels, encryptionKey }: ResolvedTemplate) {
    return {
        diskType: type,
        diskSizeGb: size,
        provisionedIops: iops,
        provisionedThroughput: throughput,
        autoDelete: true,
        labels,
        diskEncryptionKey: encryptionKey === undefined ? undefined : { kmsKeySelfLink: encryptionKey },
    };
}

/** The template of the instances. */
export function templateArgs(
    resolved: ResolvedTemplate & { region: string },
    name: string,
    parts: MachineParts,
): RegionInstanceTemplateArgs {
    const { region, bootDisk, disks } = resolved;
    const data = Object.entries(disks).map(([deviceName, disk]) => ({ deviceName, ...diskArgs(disk, resolved) }));
    return {
        name,
        region,
        ...machineArgs(resolved, parts),
        disks: [{ boot: true, sourceImage: parts.image, ...diskArgs(bootDisk, resolved) }, ...data],
    };
}

/** What of a group is created before it. */
export interface GroupParts {
    template: pulumi.Input<string>;
    canary?: pulumi.Input<string>;
    healthCheck?: pulumi.Input<string>;
}

/**
 * The group. The size of a scaled one is never sent: "it should never be set" with an autoscaler, which would lose it with each update.
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_region_instance_group_manager#target_size
 */
export function groupArgs(resolved: ResolvedArgs, name: string, parts: GroupParts): RegionInstanceGroupManagerArgs {
    const { name: base, region, zones, size, ports, health, statefulDisks, standby, update, place, canary } = resolved;
    const named = Object.entries(ports).map(([name, port]) => ({ name, port }));
    const stateful = Object.entries(statefulDisks).map(([deviceName, rule]) => ({
        deviceName,
        deleteRule: rule === "keep" ? "NEVER" : "ON_PERMANENT_INSTANCE_DELETION",
    }));
    return {
        name,
        region,
        baseInstanceName: base,
        versions: [
            { name: "latest", instanceTemplate: parts.template },
            ...(canary && parts.canary !== undefined
                ? [{ name: "canary", instanceTemplate: parts.canary, targetSize: { percent: canary.percent } }]
                : []),
        ],
        ...(size !== undefined && { targetSize: size }),
        distributionPolicyZones: zones,
        distributionPolicyTargetShape: place.shape,
        updatePolicy: updateArgs(update, place),
        namedPorts: named.length > 0 ? named : undefined,
        autoHealingPolicies:
            health && parts.healthCheck !== undefined
                ? { healthCheck: parts.healthCheck, initialDelaySec: secondsIn(health.initialDelay) }
                : undefined,
        statefulDisks: stateful.length > 0 ? stateful : undefined,
        ...(standby && standbyArgs(standby)),
    };
}
