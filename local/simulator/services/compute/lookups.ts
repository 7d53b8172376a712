import type { Context, Inputs, Service } from "../../rules/rules";
import { filterOf } from "./listFilter";

/** A resource by its self link, or by its name in its zone, which is the provider's by default. */
function inZoneOf({ selfLink = "", ...args }: Inputs, { zone: own }: Context): Inputs {
    const [, project, zone, name] = /projects\/([^/]+)\/zones\/([^/]+)\/\w+\/([^/]+)$/.exec(selfLink) ?? [];
    return name ? { project, zone, name } : { zone: own, ...args };
}

/**
 * The snapshot that a filter finds, or the latest of several:
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/data_source_google_compute_snapshot.go
 */
function snapshotOf({ filter, mostRecent }: Inputs, project: string, { cloud }: Context): unknown {
    if (!filter) {
        throw new Error("one of name or filter must be set");
    }
    const isFound = filterOf(String(filter));
    const [first, ...others] = cloud.store
        .list(`//compute.googleapis.com/projects/${project}/global/snapshots`)
        .map(({ state }) => state as Inputs)
        .filter((state) => isFound(state))
        .sort((one, other) => String(other.creationTimestamp).localeCompare(String(one.creationTimestamp)));
    if (!first || (others.length > 0 && !mostRecent)) {
        const count = first ? others.length + 1 : 0;
        throw new Error(
            `your filter has returned ${count} snapshot(s). Please refine your filter or set most_recent to return exactly one snapshot`,
        );
    }
    return first.name;
}

/** The data sources of resources. */
export const lookups: Service["lookups"] = {
    "gcp:compute/getDisk:getDisk": {
        type: "gcp:compute/disk:Disk",
        method: "compute.disks.get",
        inputs: (args, { zone }) => ({ zone, ...args }),
    },
    "gcp:compute/getRegionDisk:getRegionDisk": {
        type: "gcp:compute/regionDisk:RegionDisk",
        method: "compute.regionDisks.get",
        // The path of a regional disk differs from that of a zonal one by its zones.
        inputs: (args) => ({ ...args, replicaZones: [] }),
    },
    "gcp:compute/getSnapshot:getSnapshot": {
        type: "gcp:compute/snapshot:Snapshot",
        method: "compute.snapshots.get",
        inputs: ({ name, project, ...args }, context) => ({
            name: name ?? snapshotOf(args, project, context),
            project,
        }),
    },
    "gcp:compute/getForwardingRule:getForwardingRule": {
        type: "gcp:compute/forwardingRule:ForwardingRule",
        method: "compute.forwardingRules.get",
    },
    "gcp:compute/getGlobalForwardingRule:getGlobalForwardingRule": {
        type: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        method: "compute.globalForwardingRules.get",
        inputs: ({ name, project }) => ({ name, project }),
    },
    "gcp:compute/getNetwork:getNetwork": {
        type: "gcp:compute/network:Network",
        method: "compute.networks.get",
        inputs: ({ selfLink = "", ...args }) => {
            const [, project, name] = /projects\/([^/]+)\/global\/networks\/([^/]+)$/.exec(selfLink) ?? [];
            return name ? { project, name } : args;
        },
    },
    "gcp:compute/getSubnetwork:getSubnetwork": {
        type: "gcp:compute/subnetwork:Subnetwork",
        method: "compute.subnetworks.get",
        inputs: ({ selfLink = "", ...args }) => {
            const [, project, region, name] =
                /projects\/([^/]+)\/regions\/([^/]+)\/subnetworks\/([^/]+)$/.exec(selfLink) ?? [];
            return name ? { project, region, name } : args;
        },
    },
    "gcp:compute/getInstance:getInstance": {
        type: "gcp:compute/instance:Instance",
        method: "compute.instances.get",
        inputs: inZoneOf,
    },
    "gcp:compute/getInstanceGroup:getInstanceGroup": {
        type: "gcp:compute/instanceGroup:InstanceGroup",
        method: "compute.instanceGroups.get",
        inputs: inZoneOf,
    },
    "gcp:compute/getNetworkEndpointGroup:getNetworkEndpointGroup": {
        type: "gcp:compute/networkEndpointGroup:NetworkEndpointGroup",
        method: "compute.networkEndpointGroups.get",
        inputs: inZoneOf,
    },
};
