import { networkLimits } from "slipway/facts";
import { contains, parseCidr, parseRange } from "../../../../lib/formats";
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
    verifyBgp(inputs.bgp ?? {});
    verifyKey(inputs.md5AuthenticationKeys);
}

const isBlock = (text: string) => [text, `${text}/32`, `${text}/128`].some((each) => parseCidr(each) !== undefined);

/** https://cloud.google.com/compute/docs/reference/rest/v1/routers. The texts are approximate, except that of ranges. */
function verifyBgp({
    advertisedIpRanges = [],
    advertisedGroups = [],
    keepaliveInterval,
    identifierRange,
}: Inputs): void {
    for (const [index, { range }] of (advertisedIpRanges as Inputs[]).entries()) {
        if (!isBlock(range)) {
            const field = `bgp.advertisedIpRanges[${index}].range`;
            throw invalidField(field, range, "Must be a CIDR address range.").recordedIn(
                "https://github.com/terraform-google-modules/terraform-google-vpn/issues/92",
            );
        }
    }
    const unknown = advertisedGroups.find((each: string) => each !== "ALL_SUBNETS");
    if (unknown !== undefined) {
        throw invalidField("bgp.advertisedGroups[0]", unknown, "Must be ALL_SUBNETS.");
    }
    if (keepaliveInterval !== undefined && (keepaliveInterval < 20 || keepaliveInterval > 60)) {
        throw invalidField("bgp.keepaliveInterval", keepaliveInterval, "Must be between 20 and 60.");
    }
    const prefix = parseRange(identifierRange ?? "")?.prefix ?? 32;
    if (identifierRange && (!contains("169.254.0.0/16", identifierRange) || prefix > 30)) {
        const cause = "Must be a range of 169.254.0.0/16 with a prefix of at most 30.";
        throw invalidField("bgp.identifierRange", identifierRange, cause);
    }
}

/** The key of MD5 authentication, which must not be in a message. */
function verifyKey(md5: Inputs | undefined): void {
    if (md5 && nameError(md5.name)) {
        throw invalidField(
            "md5AuthenticationKeys[0].name",
            md5.name,
            "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'",
        );
    }
    if (md5 && !/^[ -~]{1,80}$/.test(md5.key)) {
        throw invalidField("md5AuthenticationKeys[0].key", "", "Must have 1 to 80 printable ASCII characters.");
    }
}

export const router: TypeRules = {
    noun: "Router",
    generatedNoun: "ComputeRouter",
    cost: "free",
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
            refuse: ({ bgp }, _, isUnknown) => {
                const has = (list: unknown[] = []) => list.length > 0;
                return bgp &&
                    !isUnknown("bgp.advertiseMode") &&
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
