import { natLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { api, fullName, inUse, invalidField, nameError, notFound, pathOf, selfLink, subnetworkPath } from "./names";
import { verifyRules } from "./natRules";
import { natWithAddress, verifySources } from "./natSources";
import { routerName } from "./router";

const id = ({ project, region, router, name }: Inputs) => `${project}/${region}/${lastPart(router)}/${name}`;
const name = (inputs: Inputs) => `${routerName(inputs)}/nats/${inputs.name}`;

const { addresses, minPorts, minDynamicPorts, maxDynamicPorts } = natLimits.rows;

/** "Cloud NAT limits": with dynamic port allocation, ports per VM must be a power of two. */
const isPower = (number: number) => Number.isInteger(Math.log2(number));

/**
 * Without dynamic port allocation, the maximum "has no effect", and Google accepts it:
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_router_nat_test.go
 */
function verifyPorts(inputs: Inputs): void {
    const {
        enableDynamicPortAllocation,
        enableEndpointIndependentMapping,
        minPortsPerVm = 0,
        maxPortsPerVm = 0,
    } = inputs;
    if (!enableDynamicPortAllocation) {
        if (minPortsPerVm !== 0 && (minPortsPerVm < minPorts.min || minPortsPerVm > minPorts.max)) {
            const cause = `Must be between ${minPorts.min} and ${minPorts.max}.`;
            throw invalidField("nats[0].minPortsPerVm", minPortsPerVm, cause);
        }
        return;
    }
    if (enableEndpointIndependentMapping) {
        const cause = "Dynamic port allocation is not supported with endpoint independent mapping.";
        throw invalidField("nats[0].enableDynamicPortAllocation", true, cause);
    }
    for (const [field, ports, { min, max }] of [
        ["minPortsPerVm", minPortsPerVm, minDynamicPorts],
        ["maxPortsPerVm", maxPortsPerVm, maxDynamicPorts],
    ] as const) {
        if (ports !== 0 && (!isPower(ports) || ports < min || ports > max)) {
            throw invalidField(`nats[0].${field}`, ports, `Must be a power of two between ${min} and ${max}.`);
        }
    }
    if (maxPortsPerVm > 0 && maxPortsPerVm <= (minPortsPerVm || minDynamicPorts.min)) {
        throw invalidField("nats[0].maxPortsPerVm", maxPortsPerVm, "Must be greater than min ports per VM.");
    }
}

const endpoints = ["ENDPOINT_TYPE_VM", "ENDPOINT_TYPE_SWG", "ENDPOINT_TYPE_MANAGED_PROXY_LB"];

function verifyEndpoints({ endpointTypes = [] }: Inputs): void {
    const unknown = endpointTypes.find((each: string) => !endpoints.includes(each));
    if (unknown !== undefined) {
        throw invalidField("nats[0].endpointTypes", unknown, `Must be one of ${endpoints.join(", ")}.`);
    }
}

function verifyAddresses(inputs: Inputs, { cloud }: Context): void {
    const { project, region, natIpAllocateOption, type } = inputs;
    const natIps = [...(inputs.natIps ?? []), ...(inputs.initialNatIps ?? [])];
    if (type !== "PRIVATE" && natIpAllocateOption === undefined) {
        throw invalidField("nats[0].natIpAllocateOption", "", "A public NAT must have a NAT IP allocate option.");
    }
    if (natIpAllocateOption === "MANUAL_ONLY" && natIps.length === 0) {
        throw invalidField("nats[0].natIps", "", "NAT IPs must be given with MANUAL_ONLY.");
    }
    if (natIpAllocateOption === "AUTO_ONLY" && natIps.length > 0) {
        throw invalidField("nats[0].natIps", natIps, "NAT IPs may not be given with AUTO_ONLY.");
    }
    if (natIps.length > addresses.max) {
        throw invalidField("nats[0].natIps", natIps.length, `At most ${addresses.max} are allowed.`);
    }
    const ofRules = (inputs.rules ?? []).flatMap(({ action }: Inputs) => action?.sourceNatActiveIps ?? []);
    for (const address of [...natIps, ...ofRules]) {
        const path = `projects/${project}/regions/${region}/addresses/${lastPart(address)}`;
        const found = cloud.store.read(fullName(path));
        if (!found) {
            throw notFound(path);
        }
        // https://cloud.google.com/nat/docs/overview: "static external IP addresses". The text is approximate.
        if (found.state.addressType === "INTERNAL") {
            throw invalidField("nats[0].natIps", address, "A NAT IP must be an external IP address.");
        }
        const user = natWithAddress(address, inputs, cloud);
        if (user) {
            throw new GoogleError(400, inUse("address", path, `${user.router}/${user.name}`), {
                reason: "resourceInUseByAnotherResource",
            });
        }
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
    verifyEndpoints(inputs);
    verifyAddresses(inputs, context);
    verifySources(inputs, context);
    verifyRules(inputs, context.cloud);
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
    calls: {
        create: ["compute.routers.patch", "compute.regionOperations.get"],
        read: ["compute.routers.get"],
        update: ["compute.routers.patch", "compute.regionOperations.get"],
        delete: ["compute.routers.patch", "compute.regionOperations.get"],
    },
};
