import { createHash } from "node:crypto";
import { addressIn, contains, overlap, parseRange } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { isRegion } from "../../cloud/regions";
import type { Entry } from "../../cloud/store";
import { type Context, type Inputs, lastPart, type TypeCalls, type TypeRules } from "../../rules/rules";
import { ruleWithAddress } from "./forwardingRule";
import { freeAddress } from "./freeAddress";
import { instanceWithAddress } from "./machines/addresses";
import {
    alreadyExists,
    api,
    fullName,
    inUse,
    invalidField,
    nameError,
    networkPath,
    notFound,
    selfLink,
    subnetworkPath,
} from "./names";
import { verifyUsable } from "./subnetwork";
import { rangesIn } from "./subnetworkRanges";

const placeOf = ({ project, region }: Inputs) =>
    region ? `projects/${project}/regions/${region}` : `projects/${project}/global`;
const id = (inputs: Inputs) => `${placeOf(inputs)}/addresses/${inputs.name}`;

const isInternal = ({ addressType }: Inputs) => addressType === "INTERNAL";

/** A unique address for each name, in a documentation range. */
const external = (inputs: Inputs) => addressIn("203.0.113.0/24", 1 + (Number(digits(id(inputs), 3)) % 254));

/** The same for IPv6. */
const external6 = (inputs: Inputs) => `2001:db8:0:${Number(digits(id(inputs), 4)).toString(16)}::`;

function others(inputs: Inputs, cloud: Cloud): Entry[] {
    return cloud.store.list(`//${api}/${placeOf(inputs)}/addresses`).filter((entry) => entry.id !== id(inputs));
}

/** The subnetwork of an internal address: the configured one, or the region's default. */
function subnetworkOf(inputs: Inputs): string | undefined {
    const { project, region, subnetwork, network } = inputs;
    const isInSubnetwork = isInternal(inputs) ? !network : subnetwork !== undefined;
    return isInSubnetwork && region ? subnetworkPath(subnetwork ?? "default", { project, region }) : undefined;
}

/** Ranges in the network of a global address. */
function rangesBeside({ network, project }: Inputs, cloud: Cloud): string[] {
    return network ? rangesIn(cloud, networkPath(network, project)) : [];
}

/**
 * "Configure private services access": a global internal address is a range for services, or an address of Private Service Connect, of a
 * network, and must not be in a subnetwork. The texts without a record are approximate.
 */
function verifyGlobal(inputs: Inputs, cloud: Cloud): void {
    const { address, network, prefixLength = 32, purpose } = inputs;
    if (!network) {
        const cause =
            "The field must be specified for reserving internal IP Addresses. Please set a valid value for the field and retry the operation.";
        throw invalidField("network", "", cause).recordedIn(
            "https://github.com/terraform-google-modules/terraform-google-address/issues/34",
        );
    }
    if (purpose !== "VPC_PEERING" && purpose !== "PRIVATE_SERVICE_CONNECT") {
        throw invalidField("purpose", purpose ?? "", "Must be VPC_PEERING or PRIVATE_SERVICE_CONNECT.");
    }
    if (purpose === "PRIVATE_SERVICE_CONNECT" && !address) {
        const cause = "The field is not a valid IP address or does not match the given prefix length";
        throw invalidField("address", "", cause).recordedIn("https://github.com/pulumi/pulumi-gcp/issues/746");
    }
    if (purpose === "VPC_PEERING" && inputs.prefixLength && (prefixLength < 8 || prefixLength > 29)) {
        throw invalidField("prefixLength", prefixLength, "Must be between 8 and 29.");
    }
    const range = `${address}/${purpose === "PRIVATE_SERVICE_CONNECT" ? 32 : prefixLength}`;
    if (address && !parseRange(range)?.isExact) {
        const cause = "The field is not a valid IP address or does not match the given prefix length";
        throw invalidField("address", address, cause).recordedIn("https://github.com/pulumi/pulumi-gcp/issues/746");
    }
    const taken = address && rangesBeside(inputs, cloud).find((item) => overlap(item, range));
    if (taken) {
        throw invalidField(
            "address",
            address,
            `Requested range conflicts with other resources: The provided IP range overlaps with existing subnetwork IP range ${taken}.`,
        );
    }
}

/** The user of an address: a forwarding rule, an instance, or the router of a gateway. */
function userOf(path: string, cloud: Cloud): string | undefined {
    const address = cloud.store.read(fullName(path));
    const [, project, , region] = path.split("/");
    const gateways = cloud.store.list(`//${api}/projects/${project}/regions/${region}/routers`, "nats");
    const gateway = gateways.find(({ state }) =>
        ((state.natIps ?? []) as string[]).some((item) => lastPart(item) === lastPart(path)),
    );
    const router = gateway && `projects/${project}/regions/${region}/routers/${lastPart(gateway.state.router)}`;
    return address && (ruleWithAddress(address, cloud)?.id ?? instanceWithAddress(address, cloud)?.id ?? router);
}

/** An unused range for Google services, outside of all subnetworks: the last free range below the subnetworks of auto mode networks. */
function nextRange(inputs: Inputs, cloud: Cloud): string {
    const prefix = inputs.prefixLength ?? 24;
    const used = [
        ...others(inputs, cloud).map(({ state }) => `${state.address}/${state.prefixLength || 32}`),
        ...rangesBeside(inputs, cloud),
    ];
    for (let byte = 127; byte > 0; byte--) {
        const candidate = `10.${byte}.0.0/${prefix}`;
        if (parseRange(candidate)?.isExact && !used.some((item) => overlap(item, candidate))) {
            return `10.${byte}.0.0`;
        }
    }
    throw new GoogleError(400, "Couldn't find free blocks in allocated IP ranges.", { reason: "invalid" });
}

function verify(inputs: Inputs, { cloud }: Context): void {
    const { project, region, address, network, purpose } = inputs;
    if (region && !isRegion(region)) {
        throw new GoogleError(400, `Invalid value for field 'region': '${region}'. Unknown region.`, {
            reason: "invalid",
        });
    }
    if (network && !cloud.store.read(fullName(networkPath(network, project)))) {
        throw notFound(networkPath(network, project));
    }
    if (!region && isInternal(inputs)) {
        verifyGlobal(inputs, cloud);
    }
    const path = subnetworkOf(inputs);
    const subnetwork = path && cloud.store.read(fullName(path));
    if (path && !subnetwork && !inputs.subnetwork) {
        const cause = "No default subnetwork was found for an address with type INTERNAL.";
        throw invalidField("subnetwork", "", cause).recordedIn("https://github.com/hashicorp/terraform/issues/19507");
    }
    if (path && !subnetwork) {
        throw notFound(path);
    }
    if (subnetwork) {
        verifyUsable(subnetwork, "subnetwork", path as string);
    }
    verifyIpv6(inputs, subnetwork || undefined);
    // "Reserve a static internal IP address": in the region of the subnet; the text is approximate.
    if (subnetwork && subnetwork.state.region !== region) {
        const cause = `The subnetwork must be in the same region as the address, '${region}'.`;
        throw invalidField("subnetwork", path, cause);
    }
    if (purpose && !isInternal(inputs)) {
        throw invalidField("purpose", purpose, "The field cannot be specified with external address.").recordedIn(
            "https://github.com/hashicorp/terraform-provider-google/pull/9649",
        );
    }
    if (address && subnetwork && !contains(String(subnetwork.state.ipCidrRange), `${address}/32`)) {
        throw invalidField("address", address, `IP address is outside of range ${subnetwork.state.ipCidrRange}.`);
    }
    if (address && others(inputs, cloud).some(({ state }) => state.address === address)) {
        throw new GoogleError(409, `The IP address '${address}' is already reserved.`, { reason: "alreadyExists" });
    }
}

/** The first free range of 96 bits in the IPv6 range of a subnetwork, after those of instances. */
function freeRange6({ state: { ipv6CidrRange } }: Entry, inputs: Inputs, cloud: Cloud): string {
    const prefix = String(ipv6CidrRange).replace(/:0:0:0:0\/64$/, "");
    const used = others(inputs, cloud).map(({ state }) => state.address);
    for (let part = 0x8000; part < 0x10000; part++) {
        const range = `${prefix}:${part.toString(16)}:0:0:0`;
        if (!used.includes(range)) {
            return range;
        }
    }
    throw new GoogleError(400, "The IPv6 range of the subnetwork is exhausted.", { reason: "invalid" });
}

/**
 * A regional IPv6 range is in a subnetwork that has such addresses: https://cloud.google.com/vpc/docs/reserve-static-external-ip-address and
 * https://cloud.google.com/vpc/docs/reserve-static-internal-ip-addresses. The texts are approximate.
 */
function verifyIpv6(inputs: Inputs, subnetwork: Entry | undefined): void {
    const { region, ipVersion, networkTier = "PREMIUM", ipv6EndpointType } = inputs;
    if (region === undefined || ipVersion !== "IPV6") {
        return;
    }
    const kind = isInternal(inputs) ? "INTERNAL" : "EXTERNAL";
    if (!isInternal(inputs) && !inputs.subnetwork) {
        throw invalidField("subnetwork", "", "A subnetwork must be specified for an external IPv6 address.");
    }
    if (subnetwork?.state.ipv6AccessType !== kind || !subnetwork.state.ipv6CidrRange) {
        const cause = `The subnetwork must have ${kind.toLowerCase()} IPv6 addresses.`;
        throw invalidField("subnetwork", inputs.subnetwork ?? "", cause);
    }
    if (networkTier !== "PREMIUM") {
        throw invalidField("networkTier", networkTier, "An IPv6 address must have the network tier PREMIUM.");
    }
    if (!isInternal(inputs) && !ipv6EndpointType) {
        throw invalidField("ipv6EndpointType", "", "An endpoint type must be specified for an external IPv6 address.");
    }
}

function addressOf(inputs: Inputs, cloud: Cloud): string {
    const path = subnetworkOf(inputs);
    const subnetwork = path && cloud.store.read(fullName(path));
    if (subnetwork && inputs.ipVersion === "IPV6") {
        return freeRange6(subnetwork, inputs, cloud);
    }
    if (subnetwork) {
        return freeAddress(subnetwork, cloud);
    }
    return isInternal(inputs)
        ? nextRange(inputs, cloud)
        : inputs.ipVersion === "IPV6"
          ? external6(inputs)
          : external(inputs);
}

/** Regional IPv6 addresses are ranges: https://cloud.google.com/vpc/docs/reserve-static-external-ip-address */
const isRange6 = ({ region, ipVersion }: Inputs) => region !== undefined && ipVersion === "IPV6";

function state(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const path = subnetworkOf(inputs);
    const { project, network } = inputs;
    return {
        address: old?.address ?? inputs.address ?? addressOf(inputs, cloud),
        creationTimestamp: old?.creationTimestamp ?? new Date().toISOString(),
        labelFingerprint: createHash("sha256")
            .update(JSON.stringify(inputs.labels ?? {}))
            .digest()
            .subarray(0, 8)
            .toString("base64"),
        prefixLength: inputs.prefixLength || (isRange6(inputs) ? 96 : 0),
        selfLink: selfLink(id(inputs)),
        ...(network && { network: selfLink(networkPath(network, project)) }),
        ...(inputs.region && {
            addressId: digits(`address ${id(inputs)}`, 19),
            networkTier: "PREMIUM",
            purpose: inputs.purpose ?? (isInternal(inputs) ? "GCE_ENDPOINT" : ""),
            subnetwork: path ? selfLink(path) : "",
            users: [],
            ...(inputs.networkTier && { networkTier: inputs.networkTier }),
        }),
    };
}

/** Labels are set by another call after the creation; Pulumi's attribution label always is. */
const labelled = (collection: string) => [`compute.${collection}.setLabels`];

function addressCalls(collection: string): TypeCalls {
    const method = (verb: string, inputs: Inputs) =>
        `compute.${collection}.${verb}${isInternal(inputs) ? "Internal" : ""}`;
    const wait = collection === "addresses" ? "compute.regionOperations.get" : "compute.globalOperations.get";
    const get = `compute.${collection}.get`;
    return {
        create: (inputs) => [method("insert", inputs), ...labelled(collection), wait, get],
        read: [get],
        update: [...labelled(collection), wait, get],
        delete: (inputs) => [method("delete", inputs), wait],
    };
}

const shared: Omit<TypeRules, "noun"> = {
    api,
    id,
    validators: { name: nameError },
    changesOnUpdate: ["labelFingerprint"],
    alreadyExists: (inputs) => alreadyExists(id(inputs)),
    verify,
    state,
    remove: (inputs, { cloud }) => {
        const user = userOf(id(inputs), cloud);
        if (user) {
            throw new GoogleError(400, inUse("address", id(inputs), user), {
                reason: "resourceInUseByAnotherResource",
            });
        }
    },
};

export const address: TypeRules = {
    ...shared,
    noun: "Address",
    generatedNoun: "ComputeAddress",
    calls: addressCalls("addresses"),
};

export const globalAddress: TypeRules = {
    ...shared,
    noun: "GlobalAddress",
    generatedNoun: "ComputeGlobalAddress",
    calls: addressCalls("globalAddresses"),
};
