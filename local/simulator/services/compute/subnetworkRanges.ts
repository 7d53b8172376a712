import { networkLimits } from "slipway/facts";
import { overlap, parseCidr, parseRange } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { api, autoRange, invalidField, selfLink } from "./names";

/** The subnetworks of a network, in all regions. */
export function subnetworksOf(cloud: Cloud, network: string): Entry[] {
    const project = network.split("/")[1];
    return cloud.store
        .list(`//${api}/projects/${project}/regions`, "subnetworks")
        .filter(({ state }) => state.network === selfLink(network));
}

/** "Subnets": prohibited IPv4 ranges. */
const prohibited = [
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "199.36.153.4/30",
    "199.36.153.8/30",
    "224.0.0.0/4",
    "255.255.255.255/32",
];

/** All ranges of a subnetwork, with their fields. */
function rangesOf({ ipCidrRange, secondaryIpRanges = [] }: Inputs): [field: string, range: string][] {
    const secondary = secondaryIpRanges.map((item: Inputs, index: number) => [
        `secondaryIpRanges[${index}].ipCidrRange`,
        item.ipCidrRange,
    ]);
    return [["ipCidrRange", ipCidrRange], ...secondary].filter(([, range]) => range) as [string, string][];
}

/** All ranges of a network's subnetworks. */
export function rangesIn(cloud: Cloud, network: string): string[] {
    return subnetworksOf(cloud, network).flatMap(({ state }) => rangesOf(state).map(([, range]) => range));
}

/** Throws if a range is not valid: "Subnets", valid IPv4 ranges. */
function verifyRange(field: string, text: string): void {
    const range = parseRange(text);
    if (!range?.isExact) {
        throw invalidField(field, text, "Must be a CIDR address range.");
    }
    const { min, max } = networkLimits.rows.subnetPrefix;
    if (range.prefix > max || range.prefix < min) {
        throw invalidField(field, text, `The prefix length must be from ${min} to ${max}.`);
    }
    if (prohibited.some((item) => overlap(item, text))) {
        throw invalidField(field, text, "The range is prohibited.");
    }
}

/**
 * A secondary range has a name of its own. One of IPv6 has 64 bits of an IP collection, or is chosen by Google:
 * https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks. The texts are approximate, except that of a missing field.
 */
function verifySecondary({ secondaryIpRanges = [] }: Inputs): void {
    const { max } = networkLimits.rows.secondaryRanges;
    if (secondaryIpRanges.length > max) {
        throw invalidField("secondaryIpRanges", secondaryIpRanges.length, `At most ${max} are allowed.`);
    }
    for (const [index, range] of (secondaryIpRanges as Inputs[]).entries()) {
        const field = `secondaryIpRanges[${index}]`;
        const { rangeName, ipCidrRange, ipVersion, ipCollection, reservedInternalRange } = range;
        if (secondaryIpRanges.findIndex((each: Inputs) => each.rangeName === rangeName) !== index) {
            throw invalidField(`${field}.rangeName`, rangeName, "The names of secondary ranges must be unique.");
        }
        if (!ipCidrRange && !reservedInternalRange && ipVersion !== "IPV6") {
            // The words are those of another field: https://github.com/kubernetes-sigs/cluster-api-provider-gcp/issues/1058
            throw new GoogleError(400, `Required field 'resource.${field}.ipCidrRange' not specified`, {
                reason: "required",
            });
        }
        if (isIpv6(ipCidrRange) && (!ipCollection || parseCidr(ipCidrRange)?.prefix !== 64)) {
            const cause = "An IPv6 range must have the prefix length 64 and belong to an IP collection.";
            throw invalidField(`${field}.ipCidrRange`, ipCidrRange, cause);
        }
    }
}

const isIpv6 = (range: unknown) => String(range ?? "").includes(":");

/** Throws if ranges of a subnetwork are not valid, or not free: they must not overlap in a network, in any region. */
export function verifyRanges(inputs: Inputs, own: string, network: Entry, cloud: Cloud): void {
    verifySecondary(inputs);
    const others = subnetworksOf(cloud, network.id).filter((entry) => entry.id !== own);
    for (const [index, [field, range]] of rangesOf(inputs).entries()) {
        if (isIpv6(range) && field !== "ipCidrRange") {
            continue;
        }
        verifyRange(field, range);
        if (network.state.autoCreateSubnetworks && field === "ipCidrRange" && overlap(range, autoRange)) {
            throw invalidField(
                field,
                range,
                `Extended subnetworks in auto subnet mode networks cannot overlap with ${autoRange}.`,
            );
        }
        const before = rangesOf(inputs).slice(0, index);
        const conflicting =
            others.find(({ state }) => rangesOf(state).some(([, item]) => overlap(item, range))) ??
            (before.some(([, item]) => overlap(item, range)) ? { state: inputs } : undefined);
        if (conflicting) {
            const { name, region } = conflicting.state;
            throw invalidField(
                field,
                range,
                `Invalid IPCidrRange: ${range} conflicts with existing subnetwork '${name}' in region '${region}'.`,
            ).recordedIn("https://github.com/terraform-google-modules/terraform-google-network/issues/20");
        }
        verifyUnreserved(field, range, network, cloud);
    }
}

/**
 * Ranges that are reserved for the services of others, as for those that are peered, are not available: the words are those of a
 * private cluster, https://cloud.google.com/vpc/docs/configure-private-services-access#allocating-range
 */
function verifyUnreserved(field: string, range: string, network: Entry, cloud: Cloud): void {
    const project = network.id.split("/")[1];
    const reserved = cloud.store
        .list(`//${api}/projects/${project}/global/addresses`)
        .filter(({ state }) => state.network === selfLink(network.id) && state.purpose === "VPC_PEERING")
        .map(({ state }) => `${state.address}/${state.prefixLength}`)
        .find((each) => overlap(each, range));
    if (reserved) {
        const cause = `Invalid IPCidrRange: ${range} conflicts with reserved IP range '${reserved}'.`;
        throw invalidField(field, range, cause);
    }
}

/** Throws for an update that {@link https://github.com/hashicorp/terraform-provider-google/issues/2570 the API refuses}. */
export function verifySecondaryUpdate(
    { secondaryIpRanges: wanted = [] }: Inputs,
    { secondaryIpRanges: found = [] }: Inputs,
) {
    const missing = (from: Inputs[], others: Inputs[]) =>
        from
            .filter((one) => !others.some((other) => same(one, other)))
            .map(({ ipCidrRange }) => ipCidrRange)
            .join(", ");
    const same = (one: Inputs, other: Inputs) =>
        one.rangeName === other.rangeName && one.ipCidrRange === other.ipCidrRange;
    const [added, removed] = [missing(wanted, found), missing(found, wanted)];
    if (wanted.length > 0 && added && removed) {
        throw invalidField(
            "secondaryIpRanges",
            "",
            `Cannot add and remove secondary IP ranges in the same request. Added ranges: [${added}]. Removed ranges: [${removed}].`,
        );
    }
}
