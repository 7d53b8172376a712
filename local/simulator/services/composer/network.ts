import { composerEnvironmentLimits } from "slipway/facts";
import { overlap, parseRange } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import { type Inputs, lastPart } from "../../rules/rules";
import { freeAddress } from "../compute/freeAddress";
import * as compute from "../compute/names";
import { findNetwork } from "../compute/network";
import { findSubnetwork } from "../compute/subnetwork";
import { environmentsOf } from "./names";
import { type Image, imageVersionOf, isComposer3 } from "./versions";

type Found = Entry & { state: Inputs };

/** The network of an environment; empty if it has none in the project. */
export function networkOf({ project, region, config }: Inputs, cloud: Cloud): { network?: Found; subnetwork?: Found } {
    const { network, subnetwork } = config.nodeConfig;
    return {
        network: network ? findNetwork(cloud, network, project) : undefined,
        subnetwork: subnetwork ? findSubnetwork(cloud, subnetwork, { project, region }) : undefined,
    };
}

/** The full paths of the network and subnetwork. */
export function pathsOf({ project, region, config }: Inputs, { generation }: Image, cloud: Cloud): Inputs {
    const value = config?.nodeConfig ?? {};
    const defaults = generation === 2 && !value.subnetwork ? "default" : "";
    const network = value.network || defaults;
    const path = network && compute.networkPath(network, project);
    const isAuto = path && findNetwork(cloud, network, project)?.state.autoCreateSubnetworks;
    const subnetwork = value.subnetwork || (generation === 2 && isAuto ? lastPart(path) : "");
    return { network: path, subnetwork: subnetwork && compute.subnetworkPath(subnetwork, { project, region }) };
}

/** The generated network attachment of a Cloud Composer 3 environment. */
export function attachmentOf({ project, region, name }: Inputs, hash: string): string {
    return `projects/${project}/regions/${region}/networkAttachments/${region}-${name.slice(0, 15).replace(/-$/, "")}-${hash}`;
}

const attachment = /^projects\/([^/]+)\/regions\/([^/]+)\/networkAttachments\/[^/]+$/;

function attachmentProblems({ project, region, config }: Inputs): string[] {
    const value: string = config.nodeConfig.composerNetworkAttachment ?? "";
    const [, owner, place] = attachment.exec(value) ?? [];
    if (value === "") {
        return [];
    }
    if (!owner) {
        return [`Network Attachment ('${value}') is malformed.`];
    }
    if (owner !== project) {
        return [`Network Attachment ('${value}') does not belong to Composer project ('${project}').`];
    }
    return place === region
        ? []
        : [`Network Attachment ('${value}') is not in the environment's region ('${region}').`];
}

/** "Configure private IP networking": prefix lengths of the ranges for Google's resources. */
const sizes: Record<string, { title: string; min: number; max: number }> = {
    masterIpv4CidrBlock: { title: "GKE master", ...composerEnvironmentLimits.rows.controlPlanePrefix },
    cloudSqlIpv4CidrBlock: { title: "Cloud SQL", min: 1, max: 24 },
    cloudComposerNetworkIpv4CidrBlock: { title: "Cloud Composer network", min: 24, max: 29 },
};

/** The range of Docker's network on the nodes. */
const docker = "172.17.0.0/16";

function privateProblems(
    { config }: Inputs,
    { network, subnetwork }: { network?: Found; subnetwork?: Found },
    others: Inputs[],
): string[] {
    const { connectionType, ...ranges } = config.privateEnvironmentConfig ?? {};
    // Only private environments have these ranges. With Private Service Connect, the database needs no range.
    const counted = Object.entries(sizes).filter(
        ([key]) => connectionType && (key !== "cloudSqlIpv4CidrBlock" || connectionType === "VPC_PEERING"),
    );
    const value = counted.flatMap(([key, size]) => {
        const range: string = ranges[key] ?? "";
        return range === "" ? [] : [{ ...size, key, range }];
    });
    const own = subnetwork
        ? [
              subnetwork.state.ipCidrRange,
              ...subnetwork.state.secondaryIpRanges.map(({ ipCidrRange }: Inputs) => ipCidrRange),
          ]
        : [];
    const taken = others
        .filter(({ config: other }) => network && other.nodeConfig.network === network.id)
        .map(({ config: other }) => other.privateEnvironmentConfig?.masterIpv4CidrBlock)
        .filter(Boolean);
    return value.flatMap(({ title, key, range, min, max }, index) => {
        const parsed = parseRange(range);
        if (!parsed?.isExact) {
            return [`${title} CIDR block '${range}' is not a valid IP range.`];
        }
        const existing = value.slice(0, index).find((other) => overlap(other.range, range));
        const within = own.find((item) => overlap(item, range));
        const elsewhere = key === "masterIpv4CidrBlock" && taken.find((item) => overlap(item, range));
        return [
            ...(parsed.prefix < min || parsed.prefix > max
                ? [`${title} CIDR block '${range}' must have a netmask size between ${min} and ${max}.`]
                : []),
            ...(key === "masterIpv4CidrBlock" && overlap(range, docker)
                ? [
                      `The IP range ${range} is reserved for the Docker bridge network. GKE master CIDR block must not overlap with it`,
                  ]
                : []),
            ...(existing
                ? [`${title} CIDR block '${range}' overlaps with ${existing.title} CIDR block '${existing.range}'.`]
                : []),
            ...(within ? [`${title} CIDR block '${range}' overlaps with range '${within}' of the subnetwork.`] : []),
            ...(elsewhere
                ? [`${title} CIDR block '${range}' overlaps with '${elsewhere}' of another environment in the network.`]
                : []),
        ];
    });
}

function rangeProblems({ config }: Inputs, subnetwork: Found | undefined): string[] {
    const { clusterSecondaryRangeName: pods, servicesSecondaryRangeName: services } =
        config.nodeConfig.ipAllocationPolicy ?? {};
    const known = (subnetwork?.state.secondaryIpRanges ?? []).map(({ rangeName }: Inputs) => rangeName);
    return [
        ...[pods, services]
            .filter((name) => name && !known.includes(name))
            .map((name) => `Secondary range '${name}' does not exist in the subnetwork.`),
        ...(pods && pods === services
            ? [`Secondary range '${pods}' must not be used for both pods and services.`]
            : []),
    ];
}

/** Verifies the network of an environment. */
export function networkProblems(inputs: Inputs, image: Image, cloud: Cloud): string[] {
    const { config, project, region, name } = inputs;
    const { network, subnetwork, ipAllocationPolicy } = config.nodeConfig;
    const found = networkOf(inputs, cloud);
    const others = environmentsOf(cloud, project)
        .map(({ state }) => state)
        .filter((other) => !isComposer3(imageVersionOf(other)) && (other.name !== name || other.region !== region));
    const isPlanned = Object.values(ipAllocationPolicy ?? {}).some(Boolean);
    return [
        ...(network && !found.network ? [`Network '${network}' does not exist.`] : []),
        ...(subnetwork && !found.subnetwork
            ? [`Subnetwork '${subnetwork}' does not exist in region '${region}'.`]
            : []),
        ...(found.network && found.subnetwork && found.subnetwork.state.network !== compute.selfLink(found.network.id)
            ? [`Subnetwork '${subnetwork}' does not belong to network '${network}'.`]
            : []),
        ...(subnetwork && !network ? ["Network must be specified when subnetwork is specified."] : []),
        ...(network && !subnetwork
            ? ["Subnetwork must be specified when a network with custom subnets is specified."]
            : []),
        ...(image.generation === 3
            ? [
                  ...attachmentProblems(inputs),
                  ...(isPlanned
                      ? ["Configuring IP allocation policy is not supported for Cloud Composer 3 environments."]
                      : []),
              ]
            : [...rangeProblems(inputs, found.subnetwork), ...privateProblems(inputs, found, others)]),
    ];
}

/** The path of what an environment reserves in a subnetwork: an attachment, or the internal address of its cluster. */
function reservationOf(state: Inputs): string {
    const { project, region, config } = state;
    const address = `projects/${project}/regions/${region}/addresses/gk3-${lastPart(config.gkeCluster)}-pe`;
    return config.nodeConfig.composerNetworkAttachment || address;
}

/** Prevents deletion of the environment's subnetwork; custom attachments do this themselves. */
export function reserveSubnetwork(state: Inputs, cloud: Cloud): void {
    const { subnetwork } = networkOf(state, cloud);
    if (!subnetwork) {
        return;
    }
    const path = reservationOf(state);
    const address = state.config.nodeConfig.composerNetworkAttachment
        ? {}
        : { address: freeAddress(subnetwork, cloud), purpose: "GCE_ENDPOINT" };
    cloud.store.write({
        name: compute.fullName(path),
        project: state.project,
        id: path,
        state: { ...address, subnetwork: compute.selfLink(subnetwork.id) },
    });
}

export function releaseSubnetwork(state: Inputs, cloud: Cloud): void {
    if (networkOf(state, cloud).subnetwork) {
        cloud.store.remove(compute.fullName(reservationOf(state)));
    }
}
