import { overlap } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { OperationError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { regionOf } from "../../cloud/zones";
import type { Inputs } from "../../rules/rules";
import { lastPart } from "../../rules/rules";
import { findNetwork, findSubnetwork } from "../compute";
import { selfLink } from "../compute/names";
import { subnetworksOf } from "../compute/subnetworkRanges";
import { api, badRequest, clusterPath, fullName } from "./names";

type Found = Entry & { state: Inputs };

/** The network of a cluster. */
function networkOf({ project, network = "default" }: Inputs, cloud: Cloud): Found {
    const found = findNetwork(cloud, network, project);
    if (!found) {
        throw badRequest(`Project "${project}" has no network named "${lastPart(network)}".`);
    }
    return found;
}

/** The subnetwork of the nodes; in auto mode networks by default that of the region. */
export function subnetworkOf(inputs: Inputs, cloud: Cloud): Found {
    const { project, location, subnetwork } = inputs;
    const network = networkOf(inputs, cloud);
    const place = { project, region: regionOf(location) };
    if (!subnetwork && !network.state.autoCreateSubnetworks) {
        throw badRequest(`Network "${network.state.name}" requires specifying a subnetwork.`);
    }
    const found = findSubnetwork(cloud, subnetwork ?? network.state.name, place);
    if (!found || found.state.network !== selfLink(network.id)) {
        throw badRequest(
            `Subnetwork "${lastPart(subnetwork ?? network.state.name)}" does not exist in network "${network.state.name}", region "${place.region}".`,
        );
    }
    return found;
}

/** Finds a secondary range of a cluster's subnetwork. */
export function findRange(cloud: Cloud, cluster: Inputs, rangeName: string): string | undefined {
    const { secondaryIpRanges = [] } = subnetworkOf(cluster, cloud).state;
    return secondaryIpRanges.find((range: Inputs) => range.rangeName === rangeName)?.ipCidrRange;
}

/** "About GKE networking": the default range of Services. */
const usualServices = "34.118.224.0/20";

interface Used {
    range: string;
    /** The ID of the subnetwork. */
    subnetwork: string;
    /** The full name of the cluster, if it is its range. */
    owner?: string;
}

/** The ranges of a network: those of its subnetworks, and those that GKE adds to them for clusters. */
function usedRanges(network: string, cloud: Cloud): Used[] {
    const subnetworks = subnetworksOf(cloud, network).flatMap(({ id, state }) =>
        [state.ipCidrRange, ...(state as Inputs).secondaryIpRanges.map((range: Inputs) => range.ipCidrRange)].map(
            (range) => ({ range: String(range), subnetwork: id }),
        ),
    );
    const clusters = cloud.store
        .list(`//${api}/`)
        .filter(({ type, state }) => type === "gcp:container/cluster:Cluster" && state.network === network)
        .flatMap(({ name, state: { clusterIpv4Cidr, servicesIpv4Cidr, subnetwork } }) =>
            [clusterIpv4Cidr, servicesIpv4Cidr].map((range) => ({
                range: String(range),
                subnetwork: String(subnetwork),
                owner: name,
            })),
        );
    return [...subnetworks, ...clusters.filter(({ range }) => range !== usualServices)];
}

/** An unused range of a given size, from the top of 10.x outside of auto mode ranges. */
function freeRange(prefix: number, network: string, cloud: Cloud): string {
    const used = usedRanges(network, cloud);
    for (let second = 4; second < 128; second += 4) {
        const range = `10.${second}.0.0/${prefix}`;
        if (!used.some((item) => overlap(item.range, range))) {
            return range;
        }
    }
    throw badRequest("No free IP address space for the Pods of the cluster.");
}

/** A failed operation of GKE, of which the provider only has the message. */
class ClusterFailure extends OperationError {
    constructor(message: string) {
        super(9, message);
        this.message = message;
    }
}

const networkPath = (inputs: Inputs, cloud: Cloud): string =>
    String(subnetworkOf(inputs, cloud).state.network).replace(selfLink(""), "");

/**
 * Throws if the range of a new cluster is in use in its network, which GKE only finds after its answer:
 * https://github.com/terraform-google-modules/terraform-google-gke-gitlab/pull/17 has the message.
 */
export function claimRanges(inputs: Inputs, cloud: Cloud): void {
    const { clusterIpv4CidrBlock, servicesIpv4CidrBlock } = inputs.ipAllocationPolicy ?? {};
    const used = usedRanges(networkPath(inputs, cloud), cloud).filter(
        ({ owner }) => owner !== fullName(clusterPath(inputs)),
    );
    for (const [index, range] of [clusterIpv4CidrBlock ?? inputs.clusterIpv4Cidr, servicesIpv4CidrBlock].entries()) {
        const taken = range?.includes(".") && used.find((item) => overlap(item.range, range));
        if (taken) {
            const [, region, name] = /regions\/([^/]+)\/subnetworks\/([^/]+)$/.exec(taken.subnetwork) ?? [];
            throw new ClusterFailure(
                `Retry budget exhausted (10 attempts): Google Compute Engine: Invalid value for field 'resource.secondaryIpRanges[${index}].ipCidrRange': '${range}'. Invalid IPCidrRange: ${range} conflicts with existing subnetwork '${name}' in region '${region}'.`,
            );
        }
    }
}

/** The ranges of Pods and Services, from CIDR ranges, sizes, or names of secondary ranges. */
export function rangesOf(inputs: Inputs, cloud: Cloud): { pods: string; services: string } {
    const { ipAllocationPolicy = {}, clusterIpv4Cidr, enableAutopilot } = inputs;
    const { clusterIpv4CidrBlock, clusterSecondaryRangeName, servicesIpv4CidrBlock, servicesSecondaryRangeName } =
        ipAllocationPolicy;
    const path = networkPath(inputs, cloud);
    const sized = (value: string | undefined, defaults: number) =>
        value?.includes(".") ? value : freeRange(Number(value?.slice(1) ?? defaults), path, cloud);
    return {
        pods: clusterSecondaryRangeName
            ? (findRange(cloud, inputs, clusterSecondaryRangeName) as string)
            : sized(clusterIpv4CidrBlock ?? clusterIpv4Cidr, enableAutopilot ? 17 : 14),
        services: servicesSecondaryRangeName
            ? (findRange(cloud, inputs, servicesSecondaryRangeName) as string)
            : servicesIpv4CidrBlock
              ? sized(servicesIpv4CidrBlock, 20)
              : usualServices,
    };
}

/** Throws if secondary ranges do not exist, or are the same. */
export function verifyRanges(inputs: Inputs, cloud: Cloud): void {
    const { clusterSecondaryRangeName: pods, servicesSecondaryRangeName: services } = inputs.ipAllocationPolicy ?? {};
    const { name, network } = subnetworkOf(inputs, cloud).state;
    if (pods && pods === services) {
        throw badRequest(`Pod secondary range name (${pods}) should not be the same as service secondary range name.`);
    }
    for (const [kind, range] of [
        ["Pod", pods],
        ["Services", services],
    ]) {
        if (range && !findRange(cloud, inputs, range)) {
            throw badRequest(
                `${kind} secondary range "${range}" not found in network "${network}", subnetwork "${name}".`,
            );
        }
    }
}
