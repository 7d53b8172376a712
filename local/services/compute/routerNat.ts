import { natLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { api, fullName, invalidField, nameError, notFound, pathOf, selfLink, subnetworkPath } from "./names";
import { routerName } from "./router";
import { findSubnetwork } from "./subnetwork";

const id = ({ project, region, router, name }: Inputs) => `${project}/${region}/${lastPart(router)}/${name}`;
const name = (inputs: Inputs) => `${routerName(inputs)}/nats/${inputs.name}`;

const { minDynamicPorts } = natLimits.rows;

/** "Cloud NAT limits": with dynamic port allocation, ports per VM must be a power of two. */
const isPower = (number: number) => Number.isInteger(Math.log2(number));

function verifyPorts({ enableDynamicPortAllocation, minPortsPerVm = 0, maxPortsPerVm = 0 }: Inputs): void {
    if (!enableDynamicPortAllocation && maxPortsPerVm > 0) {
        throw invalidField(
            "nats[0].maxPortsPerVm",
            maxPortsPerVm,
            "Max ports per VM may only be set with dynamic port allocation.",
        );
    }
    if (
        enableDynamicPortAllocation &&
        minPortsPerVm > 0 &&
        (!isPower(minPortsPerVm) || minPortsPerVm < minDynamicPorts.min)
    ) {
        throw invalidField(
            "nats[0].minPortsPerVm",
            minPortsPerVm,
            `Must be a power of two of ${minDynamicPorts.min} at least.`,
        );
    }
    if (maxPortsPerVm > 0 && maxPortsPerVm <= minPortsPerVm) {
        throw invalidField("nats[0].maxPortsPerVm", maxPortsPerVm, "Must be greater than min ports per VM.");
    }
}

function verifyAddresses(inputs: Inputs, { cloud }: Context): void {
    const { project, region, natIpAllocateOption, natIps = [], type } = inputs;
    if (type !== "PRIVATE" && natIpAllocateOption === undefined) {
        throw invalidField("nats[0].natIpAllocateOption", "", "A public NAT must have a NAT IP allocate option.");
    }
    if (natIpAllocateOption === "MANUAL_ONLY" && natIps.length === 0 && !inputs.initialNatIps?.length) {
        throw invalidField("nats[0].natIps", "", "NAT IPs must be given with MANUAL_ONLY.");
    }
    if (natIpAllocateOption === "AUTO_ONLY" && natIps.length > 0) {
        throw invalidField("nats[0].natIps", natIps, "NAT IPs may not be given with AUTO_ONLY.");
    }
    for (const address of natIps) {
        const path = `projects/${project}/regions/${region}/addresses/${lastPart(address)}`;
        const found = cloud.store.read(fullName(path));
        if (!found) {
            throw notFound(path);
        }
        // https://cloud.google.com/nat/docs/overview: "static external IP addresses". The text is approximate.
        if (found.state.addressType === "INTERNAL") {
            throw invalidField("nats[0].natIps", address, "A NAT IP must be an external IP address.");
        }
    }
}

/**
 * "NAT rules specifications" (https://cloud.google.com/nat/docs/nat-rules-overview): only with manual addresses, and without
 * endpoint-independent mapping. The texts are approximate.
 */
function verifyRules({ rules = [], natIpAllocateOption, enableEndpointIndependentMapping, type }: Inputs): void {
    if (rules.length === 0 || type === "PRIVATE") {
        return;
    }
    if (natIpAllocateOption !== "MANUAL_ONLY") {
        throw invalidField("nats[0].rules", rules.length, "NAT rules are only supported with MANUAL_ONLY NAT IPs.");
    }
    if (enableEndpointIndependentMapping) {
        const cause = "NAT rules are not supported with endpoint independent mapping.";
        throw invalidField("nats[0].enableEndpointIndependentMapping", true, cause);
    }
}

function verifySources(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, region, sourceSubnetworkIpRangesToNat: source, subnetworks = [] } = inputs;
    if ((source === "LIST_OF_SUBNETWORKS") !== subnetworks.length > 0) {
        throw invalidField(
            "nats[0].subnetworks",
            subnetworks.length,
            "Subnetworks are given with LIST_OF_SUBNETWORKS, and only then.",
        );
    }
    for (const subnetwork of subnetworks) {
        const found = findSubnetwork(cloud, subnetwork.name, { project, region });
        if (!found) {
            throw notFound(`projects/${project}/regions/${region}/subnetworks/${lastPart(subnetwork.name)}`);
        }
    }
    const others = cloud.store.list(`${routerName(inputs)}/nats`).filter(({ state }) => state.name !== inputs.name);
    if (!old && source !== "LIST_OF_SUBNETWORKS" && others.length > 0) {
        throw new GoogleError(
            400,
            `Invalid value for field 'resource.nats[1].sourceSubnetworkIpRangesToNat': '${source}'. There is another NAT for the subnetworks of the network: ${others[0]?.state.name}.`,
            { reason: "invalid" },
        );
    }
}

function verify(inputs: Inputs, context: Context, old?: Inputs): void {
    const { region } = inputs;
    if (!region) {
        throw new Error("Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.");
    }
    if (!context.cloud.store.read(routerName(inputs))) {
        throw notFound(routerName(inputs).replace(`//${api}/`, ""));
    }
    if (!old && context.cloud.store.read(name(inputs))) {
        throw new Error(`Unable to create RouterNat, existing object already found: map[name:${inputs.name}]`);
    }
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_router_nat.go
    if (
        inputs.type === "PRIVATE" &&
        inputs.rules?.some(({ action }: Inputs) => !action?.sourceNatActiveRanges?.length)
    ) {
        throw new Error("The rule for PRIVATE nat type must contain an action with source_nat_active_ranges set");
    }
    verifyAddresses(inputs, context);
    verifySources(inputs, context, old);
    verifyRules(inputs);
    verifyPorts(inputs);
}

/** Addresses are drained after they have been in use, and are in use no more. */
function refusedDrain({ drainNatIps = [], natIps = [] }: Inputs, state?: Inputs): string | undefined {
    const names = (links: unknown[] = []) => links.map((link) => lastPart(link));
    const [before, now] = [names(state?.natIps), names(natIps)];
    const added = names(drainNatIps).filter((name) => !names(state?.drainNatIps).includes(name));
    if (added.length > 0 && !state) {
        return `New RouterNat cannot have drain_nat_ips, got values [${added.join(" ")}]`;
    }
    const [missing, kept] = [added.find((name) => !before.includes(name)), added.find((name) => now.includes(name))];
    return missing
        ? `drain_nat_ip "${missing}" was not previously set in nat_ips [${before.join(" ")}]`
        : kept && `drain_nat_ip "${kept}" cannot be drained if still set in nat_ips [${now.join(" ")}]`;
}

/** The API answers references by their self links: https://cloud.google.com/compute/docs/reference/rest/v1/routers */
function links({ project, region, natIps, drainNatIps, subnetworks }: Inputs): Inputs {
    const addresses = (all: string[]) =>
        all.map((each) => selfLink(pathOf(each, project, `regions/${region}/addresses`)));
    return {
        ...(natIps && { natIps: addresses(natIps) }),
        ...(drainNatIps && { drainNatIps: addresses(drainNatIps) }),
        ...(subnetworks && {
            subnetworks: subnetworks.map((each: Inputs) => ({
                ...each,
                name: selfLink(subnetworkPath(each.name, { project, region })),
            })),
        }),
    };
}

export const routerNat: TypeRules = {
    noun: "RouterNat",
    generatedNoun: "ComputeRouterNat",
    api,
    id,
    name,
    validators: { name: nameError },
    plan: { resourceComputeRouterNatDrainNatIpsCustomDiff: { refuse: refusedDrain } },
    verify,
    state: (inputs) => ({
        autoNetworkTier: "PREMIUM",
        drainNatIps: [],
        enableDynamicPortAllocation: false,
        enableEndpointIndependentMapping: false,
        endpointTypes: ["ENDPOINT_TYPE_VM"],
        minPortsPerVm: inputs.enableDynamicPortAllocation ? minDynamicPorts.min : 64,
        natIps: [],
        ...inputs,
        ...links(inputs),
        ...(inputs.rules && {
            rules: inputs.rules.map((rule: Inputs) => ({ action: { sourceNatActiveIps: [] }, ...rule })),
        }),
    }),
};
