import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import { api, invalidField, notFound } from "./names";
import { routerName } from "./router";
import { findSubnetwork } from "./subnetwork";

const nats = (inputs: Inputs, cloud: Cloud): Entry[] => {
    const { project, region } = inputs;
    return cloud.store.list(`//${api}/projects/${project}/regions/${region}/routers`, "nats");
};

/** The gateways of the same kind in the region of the network, on any router. */
function others(inputs: Inputs, cloud: Cloud): Inputs[] {
    const networkOf = (gateway: Inputs) => cloud.store.read(routerName(gateway))?.state.network;
    const kindOf = ({ type = "PUBLIC", endpointTypes = ["ENDPOINT_TYPE_VM"] }: Inputs) =>
        [type, ...endpointTypes].join();
    const isSame = (one: Inputs) => one.name === inputs.name && lastPart(one.router) === lastPart(inputs.router);
    return nats(inputs, cloud)
        .map(({ state }) => state as Inputs)
        .filter((each) => !isSame(each) && kindOf(each) === kindOf(inputs) && networkOf(each) === networkOf(inputs));
}

const all = "ALL_SUBNETWORKS_ALL_IP_RANGES";

/** "There should not be any other Router.Nat section in any Router for this network in this region". */
function verifyAlone(inputs: Inputs, cloud: Cloud): void {
    const { sourceSubnetworkIpRangesToNat: source } = inputs;
    const beside = others(inputs, cloud);
    if (beside.some((each) => each.sourceSubnetworkIpRangesToNat === all) || (source === all && beside.length > 0)) {
        const cause = `Can not create new Nats since a Nat with option ${all} exists.`;
        throw invalidField("nats[0].sourceSubnetworkIpRangesToNat", source, cause).recordedIn(
            "https://github.com/google/osv.dev/pull/5629",
        );
    }
}

/** The parts of a subnetwork that a gateway translates. */
const partsOf = ({ sourceIpRangesToNats = [], secondaryIpRangeNames = [] }: Inputs): string[] =>
    sourceIpRangesToNats.flatMap((each: string) =>
        each === "LIST_OF_SECONDARY_IP_RANGES" ? secondaryIpRangeNames.map((name: string) => `name ${name}`) : [each],
    );

/** Whether two selections of a subnetwork have a part in common. */
function isShared(one: Inputs, other: Inputs): boolean {
    const [here, there] = [partsOf(one), partsOf(other)];
    return [here, there].some((parts) => parts.includes("ALL_IP_RANGES")) || here.some((part) => there.includes(part));
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/routers. The texts are approximate, except that of a conflict. */
function verifySubnetwork(field: string, subnetwork: Inputs, inputs: Inputs, cloud: Cloud): void {
    const { name, sourceIpRangesToNats: kinds = [], secondaryIpRangeNames: names = [] } = subnetwork;
    const { project, region } = inputs;
    const found = findSubnetwork(cloud, name, { project, region });
    if (!found) {
        throw notFound(`projects/${project}/regions/${region}/subnetworks/${lastPart(name)}`);
    }
    const unknown = kinds.find(
        (each: string) => !/^(ALL_IP_RANGES|PRIMARY_IP_RANGE|LIST_OF_SECONDARY_IP_RANGES)$/.test(each),
    );
    if (unknown !== undefined || (kinds.length > 1 && kinds.includes("ALL_IP_RANGES"))) {
        const cause = "Must be ALL_IP_RANGES, or PRIMARY_IP_RANGE and LIST_OF_SECONDARY_IP_RANGES.";
        throw invalidField(`${field}.sourceIpRangesToNat`, kinds, cause);
    }
    if (kinds.includes("LIST_OF_SECONDARY_IP_RANGES") !== names.length > 0) {
        const cause = "Secondary ranges are given with LIST_OF_SECONDARY_IP_RANGES, and only then.";
        throw invalidField(`${field}.secondaryIpRangeNames`, names, cause);
    }
    const ranges = ((found.state.secondaryIpRanges ?? []) as Inputs[]).map(({ rangeName }) => rangeName);
    const missing = names.find((each: string) => !ranges.includes(each));
    if (missing !== undefined) {
        const cause = `The subnetwork has no secondary range with the name '${missing}'.`;
        throw invalidField(`${field}.secondaryIpRangeNames`, names, cause);
    }
    const conflict = others(inputs, cloud)
        .flatMap((each) => (each.subnetworks ?? []) as Inputs[])
        .find(
            (each) =>
                findSubnetwork(cloud, each.name, { project, region })?.id === found.id && isShared(each, subnetwork),
        );
    if (conflict) {
        const cause = `The subnetwork is already configured with ${conflict.sourceIpRangesToNats[0]} for Nat which conflicts with the specified IpRangeToNatOption options in this Nat.`;
        throw invalidField(`${field}.sourceIpRangesToNat`, "", cause).recordedIn(
            "https://github.com/forseti-security/terraform-google-forseti/issues/203",
        );
    }
}

/** Throws if the subnetworks of a gateway are not valid, or another gateway has them. */
export function verifySources(inputs: Inputs, { cloud }: Context): void {
    const { sourceSubnetworkIpRangesToNat: source, subnetworks = [] } = inputs;
    const { sourceSubnetworkIpRangesToNat64: source64, nat64Subnetworks = [] } = inputs;
    if ((source === "LIST_OF_SUBNETWORKS") !== subnetworks.length > 0) {
        const cause = "Subnetworks are given with LIST_OF_SUBNETWORKS, and only then.";
        throw invalidField("nats[0].subnetworks", subnetworks.length, cause);
    }
    if ((source64 === "LIST_OF_IPV6_SUBNETWORKS") !== nat64Subnetworks.length > 0) {
        const cause = "Subnetworks are given with LIST_OF_IPV6_SUBNETWORKS, and only then.";
        throw invalidField("nats[0].nat64Subnetworks", nat64Subnetworks.length, cause);
    }
    for (const [index, subnetwork] of (subnetworks as Inputs[]).entries()) {
        verifySubnetwork(`nats[0].subnetworks[${index}]`, subnetwork, inputs, cloud);
    }
    verifyAlone(inputs, cloud);
}

/** The gateway that uses an address already. */
export function natWithAddress(address: string, inputs: Inputs, cloud: Cloud): Inputs | undefined {
    const isSame = (one: Inputs) => one.name === inputs.name && lastPart(one.router) === lastPart(inputs.router);
    return nats(inputs, cloud)
        .map(({ state }) => state as Inputs)
        .find((each) => !isSame(each) && each.natIps?.some((ip: string) => lastPart(ip) === lastPart(address)));
}
