import { networkLimits } from "slipway/facts";
import { addressIn, contains, parseCidr, parseRange } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { isRegion } from "../../cloud/regions";
import type { Entry } from "../../cloud/store";
import { isInAnyOrder } from "../../rules/plan/blocks";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { userOf as userOfPath } from "./loadBalancing/references";
import {
    alreadyExists,
    api,
    fullName,
    inUse,
    invalidField,
    nameError,
    networkPath,
    notFound,
    requireOwnProject,
    selfLink,
    subnetworkPath,
} from "./names";
import { heldAddress } from "./serverless";
import { subnetworksOf, verifyRanges, verifySecondaryUpdate } from "./subnetworkRanges";

const id = ({ project, region, name }: Inputs) => `projects/${project}/regions/${region}/subnetworks/${name}`;

/** Finds a subnetwork by its name, path or self link. */
export function findSubnetwork(
    cloud: Cloud,
    input: string,
    place: { project: string; region: string },
): Entry | undefined {
    return cloud.store.read(fullName(subnetworkPath(input, place)));
}

/** The purposes of proxy-only subnets of regional load balancers; the second is the former one. */
export const proxyPurposes = ["REGIONAL_MANAGED_PROXY", "INTERNAL_HTTPS_LOAD_BALANCER"];

/** Whether the proxies of load balancers are in a subnetwork, of a region or of all regions. */
const isProxyOnly = (purpose: unknown) => proxyPurposes.includes(String(purpose)) || purpose === "GLOBAL_MANAGED_PROXY";

/**
 * Throws if nothing can have an address in a subnetwork, because it has a purpose: "NAT subnets cannot be used for resources such as
 * virtual machine (VM) instances or forwarding rules" (https://cloud.google.com/vpc/docs/about-vpc-hosted-services), and the same for
 * proxy-only subnets (https://cloud.google.com/load-balancing/docs/proxy-only-subnets). The text is approximate.
 */
export function verifyUsable({ state }: Entry, field: string, path: string): void {
    const { purpose = "PRIVATE" } = state as Inputs;
    if (!/^PRIVATE(_RFC_1918)?$|^PEER_MIGRATION$/.test(purpose)) {
        throw invalidField(field, path, `The subnetwork has the purpose ${purpose}, and cannot be used for addresses.`);
    }
}

/** The active subnetwork for proxies of the same kind, in the same network and region. */
function activeBeside(inputs: Inputs, network: string, cloud: Cloud): Entry | undefined {
    return subnetworksOf(cloud, network).find(
        ({ id: other, state }) =>
            other !== id(inputs) &&
            state.region === inputs.region &&
            state.role === "ACTIVE" &&
            isProxyOnly(state.purpose) &&
            proxyPurposes.includes(String(state.purpose)) === proxyPurposes.includes(inputs.purpose),
    );
}

/**
 * A backup that becomes active takes the place of the active one, which becomes the backup:
 * https://cloud.google.com/load-balancing/docs/proxy-only-subnets
 */
function demoteOther(inputs: Inputs, cloud: Cloud, old?: Inputs): void {
    const isPromoted = isProxyOnly(inputs.purpose) && inputs.role === "ACTIVE" && old?.role === "BACKUP";
    const other = isPromoted ? activeBeside(inputs, networkPath(inputs.network, inputs.project), cloud) : undefined;
    if (other) {
        cloud.store.write({ ...other, state: { ...other.state, role: "BACKUP" } });
    }
}

/**
 * Proxy-only subnets (https://cloud.google.com/load-balancing/docs/proxy-only-subnets) have a role and at least 64 addresses,
 * and one of a network and region is active. They have no options of other subnetworks
 * (https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/issues/633); the other texts are approximate.
 */
function verifyProxyOnly(inputs: Inputs, network: Entry, cloud: Cloud, old?: Inputs): void {
    const { purpose, role, ipCidrRange, logConfig, secondaryIpRanges, privateIpGoogleAccess } = inputs;
    if (!isProxyOnly(purpose)) {
        verifyPurpose(inputs);
        return;
    }
    const others = Object.entries({ logConfig, secondaryIpRanges, privateIpGoogleAccess });
    const [field, value] = others.find(([, each]) => each && (each === true || Object.keys(each).length > 0)) ?? [];
    if (field) {
        const cause = `Invalid field set in subnetwork with purpose ${purpose}.`;
        throw invalidField(field, JSON.stringify(value), cause);
    }
    if (role !== "ACTIVE" && role !== "BACKUP") {
        const cause = `Subnetwork role must be specified when purpose set to ${purpose}.`;
        throw invalidField("role", role || "UNSPECIFIED_ROLE", cause).recordedIn(
            "https://github.com/hashicorp/terraform-provider-google/issues/13438",
        );
    }
    const { max } = networkLimits.rows.proxyOnlyPrefix;
    if ((parseRange(ipCidrRange)?.prefix ?? 0) > max) {
        throw invalidField("ipCidrRange", ipCidrRange, `The prefix length must be at most ${max}.`);
    }
    const active = activeBeside(inputs, network.id, cloud);
    if (role === "ACTIVE" && active && !old) {
        const cause = `An active subnetwork with this purpose already exists in the region: '${active.state.name}'.`;
        throw invalidField("role", role, cause);
    }
}

/**
 * A subnetwork for Private Service Connect has no secondary ranges, as nothing has addresses in it, and only proxy-only subnets have a
 * role: https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks. The texts are approximate.
 */
function verifyPurpose({ purpose = "PRIVATE", role, secondaryIpRanges = [] }: Inputs): void {
    if (role) {
        throw invalidField("role", role, "Only subnetworks for the proxies of load balancers have a role.");
    }
    if (/^PRIVATE_(SERVICE_CONNECT|NAT)$/.test(purpose) && secondaryIpRanges.length > 0) {
        const cause = `Invalid field set in subnetwork with purpose ${purpose}.`;
        throw invalidField("secondaryIpRanges", JSON.stringify(secondaryIpRanges), cause);
    }
}

/**
 * The address range of the network is not removed, and a subnetwork keeps the kind of its IPv6 addresses:
 * https://cloud.google.com/vpc/docs/subnets#ipv6-ranges. The texts are approximate.
 */
function verifyIpv6(inputs: Inputs, network: Entry, old?: Inputs): void {
    const { stackType = "IPV4_ONLY", ipv6AccessType } = inputs;
    if (stackType !== "IPV4_ONLY" && network.state.autoCreateSubnetworks) {
        throw invalidField(
            "stackType",
            stackType,
            "Subnetworks with IPv6 addresses are not supported in auto mode networks.",
        );
    }
    if (stackType !== "IPV4_ONLY" && !ipv6AccessType) {
        throw invalidField("ipv6AccessType", "", `An access type is required for the stack type ${stackType}.`);
    }
    if (ipv6AccessType === "INTERNAL" && !network.state.enableUlaInternalIpv6) {
        const cause = "The network has no internal IPv6 range. Set enableUlaInternalIpv6 of the network.";
        throw invalidField("ipv6AccessType", ipv6AccessType, cause);
    }
    if (old?.ipv6AccessType && hasIpv6(old) && ipv6AccessType !== old.ipv6AccessType) {
        throw invalidField("ipv6AccessType", ipv6AccessType ?? "", "The access type cannot be changed.");
    }
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks. The texts are approximate. */
function verifyLogs({ logConfig }: Inputs): void {
    const { flowSampling = 0.5, metadata, metadataFields = [] } = logConfig ?? {};
    if (flowSampling < 0 || flowSampling > 1) {
        throw invalidField("logConfig.flowSampling", flowSampling, "Must be between 0.0 and 1.0.");
    }
    if (metadataFields.length > 0 && metadata !== "CUSTOM_METADATA") {
        const cause = "Metadata fields can only be specified if metadata is set to CUSTOM_METADATA.";
        throw invalidField("logConfig.metadataFields", metadataFields, cause);
    }
}

const purposes = [
    ...proxyPurposes,
    "GLOBAL_MANAGED_PROXY",
    "PEER_MIGRATION",
    "PRIVATE",
    "PRIVATE_NAT",
    "PRIVATE_RFC_1918",
    "PRIVATE_SERVICE_CONNECT",
];

/** A purpose is known, and stays, except that of a migration: https://cloud.google.com/vpc/docs/create-modify-vpc-networks#migrate-subnet */
function verifyKnownPurpose({ purpose = "PRIVATE" }: Inputs, old?: Inputs): void {
    if (!purposes.includes(purpose)) {
        throw invalidField("purpose", purpose, `Must be one of ${purposes.join(", ")}.`);
    }
    const migrates = [purpose, old?.purpose].includes("PEER_MIGRATION") && [purpose, old?.purpose].includes("PRIVATE");
    if (old?.purpose && purpose !== old.purpose && !migrates) {
        throw invalidField("purpose", purpose, "The purpose of a subnetwork cannot be changed.");
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, region, name, ipCidrRange } = inputs;
    if (old) {
        verifySecondaryUpdate(inputs, old);
    }
    if (!region) {
        throw new Error("Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.");
    }
    if (!isRegion(region)) {
        throw new GoogleError(400, `Invalid value for field 'region': '${region}'. Unknown region.`, {
            reason: "invalid",
        });
    }
    const path = networkPath(inputs.network, project);
    const network = cloud.store.read(fullName(path));
    if (!network) {
        throw notFound(path);
    }
    requireOwnProject("network", path, inputs);
    if (!old && cloud.store.read(fullName(id(inputs)))) {
        throw alreadyExists(`projects/${project}/regions/${region}/subnetworks/${name}`);
    }
    if (!ipCidrRange && inputs.stackType !== "IPV6_ONLY" && !inputs.reservedInternalRange) {
        throw new GoogleError(
            400,
            "Invalid value for field 'resource.ipCidrRange': ''. Must be a CIDR address range of the subnetwork.",
            { reason: "invalid" },
        );
    }
    verifyKnownPurpose(inputs, old);
    verifyProxyOnly(inputs, network, cloud, old);
    verifyIpv6(inputs, network, old);
    verifyLogs(inputs);
    verifyRanges(inputs, id(inputs), network, cloud);
}

const hasIpv6 = ({ stackType = "IPV4_ONLY" }: Inputs): boolean => stackType !== "IPV4_ONLY";

/**
 * The IPv6 range of a subnetwork: 64 bits of those of the network, or of Google's.
 * https://cloud.google.com/vpc/docs/subnets#ipv6-ranges
 */
function ipv6Ranges(inputs: Inputs, old?: Inputs): Inputs {
    const { ipv6AccessType, externalIpv6Prefix, internalIpv6Prefix } = inputs;
    const part = Number(digits(`IPv6 range of ${id(inputs)}`, 4)).toString(16);
    switch (hasIpv6(inputs) ? ipv6AccessType : undefined) {
        case "EXTERNAL": {
            const range = externalIpv6Prefix || old?.externalIpv6Prefix || `2600:1900:4000:${part}:0:0:0:0/64`;
            return { externalIpv6Prefix: range, internalIpv6Prefix: "", ipv6CidrRange: range };
        }
        case "INTERNAL": {
            const range = internalIpv6Prefix || old?.internalIpv6Prefix || `fd20:eb5:88a:${part}:0:0:0:0/64`;
            return { externalIpv6Prefix: "", internalIpv6Prefix: range, ipv6CidrRange: range };
        }
        default:
            return { externalIpv6Prefix: "", internalIpv6Prefix: "", ipv6CidrRange: "" };
    }
}

/** Values that the server sets, also for auto mode subnetworks. */
export function subnetworkState(inputs: Inputs, old?: Inputs): Inputs {
    const { project, network, ipCidrRange, secondaryIpRanges = [] } = inputs;
    const now = new Date().toISOString();
    return {
        allowSubnetCidrRoutesOverlap: false,
        privateIpGoogleAccess: false,
        privateIpv6GoogleAccess: "DISABLE_GOOGLE_ACCESS",
        purpose: "PRIVATE",
        stackType: "IPV4_ONLY",
        ...inputs,
        ...ipv6Ranges(inputs, old),
        network: selfLink(networkPath(network, project)),
        ipCidrRange: ipCidrRange ?? "",
        creationTimestamp: old?.creationTimestamp ?? now,
        gatewayAddress: ipCidrRange ? addressIn(ipCidrRange, 1) : "",
        ipv6GceEndpoint: "",
        secondaryIpRanges: secondaryIpRanges.map((item: Inputs) => ({ ipCidrRange: "", ipVersion: "", ...item })),
        selfLink: selfLink(id(inputs)),
        // "Proxy-only subnets": no other has a state.
        state: /MANAGED_PROXY$/.test(inputs.purpose ?? "") ? "READY" : "",
        subnetworkId: Number(digits(`subnetwork ${id(inputs)}`, 19)),
    };
}

/** A user of a subnetwork: reserved addresses, including those of serverless services, attachments, rules, and instances. */
export function subnetworkUser(cloud: Cloud, { project, region, name }: Inputs): string | undefined {
    const path = id({ project, region, name });
    const kinds = ["addresses", "networkAttachments", "forwardingRules"].map((kind) => `regions/${region}/${kind}`);
    // Global rules of cross-region internal load balancers have a subnetwork, too.
    const users = [...kinds, "global/forwardingRules", "zones"].flatMap((kind) =>
        cloud.store.list(`//${api}/projects/${project}/${kind}`),
    );
    return (
        users.find(({ state }) => state.subnetwork === selfLink(path))?.id ??
        heldAddress(cloud, path) ??
        proxyUser(cloud, path) ??
        userOfPath(cloud, path, "serviceAttachments")?.id
    );
}

/** The rule of a load balancer whose proxies are in the subnetwork: a regional one, or an internal one of several regions. */
function proxyUser(cloud: Cloud, path: string): string | undefined {
    const subnetwork = cloud.store.read(fullName(path));
    const { purpose, role, network, region, project } = (subnetwork?.state ?? {}) as Inputs;
    if (!isProxyOnly(purpose) || role !== "ACTIVE") {
        return undefined;
    }
    const isOfRegions = purpose === "GLOBAL_MANAGED_PROXY";
    const place = isOfRegions ? "global" : `regions/${region}`;
    const isInRegion = ({ state }: Entry) =>
        !isOfRegions ||
        (state.loadBalancingScheme === "INTERNAL_MANAGED" && String(state.subnetwork).includes(`/regions/${region}/`));
    return cloud.store
        .list(`//${api}/projects/${project}/${place}/forwardingRules`)
        .filter(isInRegion)
        .find(({ state }) => /_MANAGED$/.test(String(state.loadBalancingScheme)) && state.network === network)?.id;
}

export const subnetwork: TypeRules = {
    noun: "Subnetwork",
    generatedNoun: "ComputeSubnetwork",
    cost: "free",
    api,
    id,
    validators: {
        name: nameError,
        ipCidrRange: (range) =>
            parseCidr(range)
                ? undefined
                : `"ip_cidr_range" is not a valid IP CIDR range: invalid CIDR address: ${range}`,
    },
    plan: {
        // Ranges can be expanded in place; other changes replace the subnetwork.
        'customdiff.ForceNewIfChange("ip_cidr_range", IsShrinkageIpCidr)': {
            replaceWhen: { ipCidrRange: (desired, found) => !contains(String(desired), String(found)) },
        },
        resourceComputeSubnetworkSecondaryIpRangeCustomDiff: {
            same: { secondaryIpRanges: (desired, found) => isInAnyOrder(found, desired) },
        },
    },
    changesOnUpdate: ["gatewayAddress"],
    verify,
    state: (inputs, _, old) => subnetworkState(inputs, old),
    afterStore: (state, { cloud }, old) => demoteOther(state, cloud, old),
    remove: (inputs, { cloud }) => {
        const user = subnetworkUser(cloud, inputs);
        if (user) {
            throw new GoogleError(400, inUse("subnetwork", id(inputs), user), {
                reason: "resourceInUseByAnotherResource",
            }).recordedIn("https://github.com/hashicorp/terraform/issues/21362");
        }
    },
    calls: {
        also: {
            update: ({ ipCidrRange, privateIpGoogleAccess }, _, old) => [
                ...(ipCidrRange === old?.ipCidrRange ? [] : ["compute.subnetworks.expandIpCidrRange"]),
                ...(Boolean(privateIpGoogleAccess) === Boolean(old?.privateIpGoogleAccess)
                    ? []
                    : ["compute.subnetworks.setPrivateIpGoogleAccess"]),
            ],
        },
    },
};
