import { networkLimits } from "slipway/facts";
import { parseRange } from "slipway/formats";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
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
} from "./names";
import { findNetwork } from "./network";

const id = ({ project, region, name }: Inputs) => `projects/${project}/regions/${region}/routers/${name}`;

const maxRouters = networkLimits.rows.routers.max;

/** The full resource name of a router, from its name, path or self link. */
export function routerName({ project, region, router }: Inputs): string {
    return fullName(id({ project, region, name: lastPart(router) }));
}

/**
 * Private AS numbers (RFC 6996), and that of Partner Interconnect: `ValidateRFC6996Asn` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/verify/validation.go
 */
const isLocal = (number: number) =>
    number === 16550 || (number >= 64512 && number <= 65534) || (number >= 4200000000 && number <= 4294967294);

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, region, network, name } = inputs;
    if (!region) {
        throw new Error("Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.");
    }
    if (!isRegion(region)) {
        throw new GoogleError(400, `Invalid value for field 'region': '${region}'. Unknown region.`, {
            reason: "invalid",
        });
    }
    if (!network) {
        throw invalidField("network", "", "A router must have a network.");
    }
    const found = findNetwork(cloud, network, project);
    if (!found) {
        throw notFound(networkPath(network, project));
    }
    requireOwnProject("network", found.id, inputs);
    const existing = cloud.store
        .list(`//${api}/projects/${project}/regions/${region}/routers`)
        .filter(({ state }) => state.network === selfLink(found.id) && state.name !== name);
    if (!old && existing.length >= maxRouters) {
        throw new GoogleError(
            403,
            `Quota 'ROUTERS_PER_REGION_PER_VPC_NETWORK' exceeded.  Limit: ${maxRouters}.0 in region ${region}.`,
            { reason: "quotaExceeded" },
        );
    }
    for (const [index, { range }] of (inputs.bgp?.advertisedIpRanges ?? []).entries()) {
        if (!parseRange(range) && !parseRange(`${range}/32`)) {
            throw invalidField(`bgp.advertisedIpRanges[${index}].range`, range, "Must be a valid CIDR address range.");
        }
    }
}

export const router: TypeRules = {
    noun: "Router",
    generatedNoun: "ComputeRouter",
    api,
    id,
    validators: {
        name: nameError,
        "bgp.asn": (asn) =>
            isLocal(Number(asn))
                ? undefined
                : `expected "bgp.0.asn" to be a RFC6996-compliant Local ASN: must be either in the private ASN ranges: [64512..65534], [4200000000..4294967294]; or be the value of [16550], got ${asn}`,
    },
    plan: {
        resourceComputeRouterCustomDiff: {
            refuse: ({ bgp }) => {
                const has = (list: unknown[] = []) => list.length > 0;
                return bgp &&
                    (bgp.advertiseMode ?? "DEFAULT") === "DEFAULT" &&
                    (has(bgp.advertisedGroups) || has(bgp.advertisedIpRanges))
                    ? `Error in bgp: ${has(bgp.advertisedGroups) ? "advertised_groups" : "advertised_ip_ranges"} cannot be specified when using advertise_mode DEFAULT`
                    : undefined;
            },
        },
    },
    alreadyExists: (inputs) => alreadyExists(id(inputs)),
    verify,
    state: (inputs, { cloud }, old) => ({
        creationTimestamp: old?.creationTimestamp ?? cloud.now().toISOString(),
        network: selfLink(networkPath(inputs.network, inputs.project)),
        selfLink: selfLink(id(inputs)),
        ...(inputs.bgp && { bgp: { identifierRange: "", ...inputs.bgp } }),
    }),
    remove: (inputs, { cloud }) => {
        const [gateway] = cloud.store.list(`${fullName(id(inputs))}/nats`);
        if (gateway) {
            throw new GoogleError(400, inUse("router", id(inputs), gateway.id), {
                reason: "resourceInUseByAnotherResource",
            });
        }
    },
};
