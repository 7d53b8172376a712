import { firewallLimits, nameFormats } from "slipway/facts";
import { parseCidr } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import { between, type Context, type Inputs, type TypeRules } from "../../rules/rules";
import {
    alreadyExists,
    api,
    fullName,
    invalidField,
    nameError,
    networkPath,
    notFound,
    overQuota,
    requireOwnProject,
    selfLink,
} from "./names";

const id = ({ project, name }: Inputs) => `projects/${project}/global/firewalls/${name}`;

const limits = firewallLimits.rows;

/** The limits of a rule, by its properties. */
const maxCounts: Record<string, number> = {
    sourceRanges: limits.ranges.max,
    destinationRanges: limits.ranges.max,
    sourceTags: limits.sourceTags.max,
    targetTags: limits.targetTags.max,
    sourceServiceAccounts: limits.serviceAccounts.max,
    targetServiceAccounts: limits.serviceAccounts.max,
};

/** The protocols that have ports, by their names and numbers. */
const withPorts = ["tcp", "udp", "sctp", "6", "17", "132"];

const protocols = ["ah", "all", "esp", "icmp", "ipip", "sctp", "tcp", "udp"];

/** The provider sends protocols as they are written; Google ignores case, as `CompareCaseInsensitive` of the provider shows. */
function verifyProtocol(field: string, protocol: string, ranges: string[]): void {
    const isNumber = /^\d{1,3}$/.test(protocol) && Number(protocol) <= 255;
    if (!isNumber && !protocols.includes(protocol.toLowerCase())) {
        const names = protocols.map((each) => JSON.stringify(each)).join(", ");
        const cause = `Must be one of [${names}] or an IP protocol number between 0 and 255.`;
        throw invalidField(`${field}.IPProtocol`, protocol, cause).recordedIn(
            "https://github.com/terraform-google-modules/terraform-google-network/issues/535",
        );
    }
    if (protocol.toLowerCase() === "icmp" && ranges.some(isIpv6)) {
        const cause = "IPv6 is not compatible with the ICMP protocol. Use the ICMPv6 protocol instead.";
        throw invalidField(`${field}.IPProtocol`, protocol, cause).recordedIn(
            "https://github.com/kubernetes/kops/issues/15298",
        );
    }
}

/** A port, or a range of ports from the lower to the higher one. */
function isPorts(text: string): boolean {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
    return first !== undefined && Number(first) <= Number(last) && Number(last) <= 65_535;
}

function verifyTraffic(field: string, rules: Inputs[], ranges: string[]): void {
    for (const [index, { protocol, ports = [] }] of rules.entries()) {
        verifyProtocol(`${field}[${index}]`, String(protocol), ranges);
        const wrong = ports.findIndex((item: string) => !isPorts(item));
        if (wrong >= 0) {
            const cause = "Invalid port range specification.";
            throw invalidField(`${field}[${index}].ports[${wrong}]`, ports[wrong], cause).recordedIn(
                "https://github.com/GoogleCloudPlatform/google-cloud-powershell/issues/537",
            );
        }
        if (ports.length > 0 && !withPorts.includes(String(protocol).toLowerCase())) {
            throw invalidField(`${field}[${index}].ports`, ports, `Ports may not be specified with ${protocol}.`);
        }
    }
}

const isIpv6 = (range: string) => range.includes(":");

/**
 * Ranges begin with the first address of their block (https://github.com/CartoDB/cartodb/pull/15649), and a rule has ranges of one version
 * of IP: "A firewall rule can contain either IPv4 or IPv6 ranges, but not both" (https://cloud.google.com/firewall/docs/using-firewalls). The
 * texts are approximate.
 */
function verifyRanges(inputs: Inputs): void {
    for (const field of ["sourceRanges", "destinationRanges"]) {
        const wrong = (inputs[field] ?? []).findIndex((item: string) => !isRange(item));
        if (wrong >= 0) {
            throw invalidField(`${field}[${wrong}]`, inputs[field][wrong], "Must be a valid CIDR address range.");
        }
    }
    const ranges = rangesOf(inputs);
    if (new Set(ranges.map(isIpv6)).size > 1) {
        const [field, value] = inputs.sourceRanges?.length
            ? ["sourceRanges", inputs.sourceRanges]
            : ["destinationRanges", inputs.destinationRanges];
        throw invalidField(
            field,
            value.join(","),
            "A firewall rule can contain either IPv4 or IPv6 ranges, but not both.",
        );
    }
}

const rangesOf = ({ sourceRanges = [], destinationRanges = [] }: Inputs): string[] => [
    ...sourceRanges,
    ...destinationRanges,
];

const isRange = (text: string) => {
    const block = text.includes("/") ? text : `${text}/${isIpv6(text) ? 128 : 32}`;
    return parseCidr(block)?.isExact === true;
};

const tagForm = "(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)";

/** Network tags are names as those of resources: https://cloud.google.com/vpc/docs/add-remove-network-tags */
function verifyTags(inputs: Inputs): void {
    for (const field of ["sourceTags", "targetTags"]) {
        const tags: string[] = inputs[field] ?? [];
        const wrong = tags.findIndex((tag) => !nameFormats.rows.computeResource.pattern.test(tag));
        if (wrong >= 0) {
            // The text is that of names: https://github.com/crowdsecurity/cs-cloud-firewall-bouncer/issues/5
            throw invalidField(`${field}[${wrong}]`, tags[wrong], `Must be a match of regex '${tagForm}'`);
        }
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, allows = [], denies = [], direction = "INGRESS" } = inputs;
    const path = networkPath(inputs.network, project);
    if (!cloud.store.read(fullName(path))) {
        throw notFound(path);
    }
    requireOwnProject("network", path, inputs);
    if (!old && cloud.store.list(`//${api}/projects/${project}/global/firewalls`).length >= limits.rules.max) {
        throw overQuota("FIREWALLS", limits.rules.max);
    }
    for (const [field, max] of Object.entries(maxCounts)) {
        if (inputs[field]?.length > max) {
            throw invalidField(field, inputs[field].length, `At most ${max} are allowed.`);
        }
    }
    if (direction === "EGRESS" && (inputs.sourceTags?.length > 0 || inputs.sourceServiceAccounts?.length > 0)) {
        throw new GoogleError(400, "Should not specify source tag or service account for egress direction.", {
            reason: "badRequest",
        }).recordedIn("https://github.com/mchmarny/grunner/issues/6");
    }
    verifyRanges(inputs);
    verifyTags(inputs);
    verifyTraffic("allowed", allows, rangesOf(inputs));
    verifyTraffic("denied", denies, rangesOf(inputs));
}

/** Values that the server sets, also for rules of the default network. */
export function firewallState(inputs: Inputs, old?: Inputs): Inputs {
    return {
        creationTimestamp: old?.creationTimestamp ?? new Date().toISOString(),
        destinationRanges: [],
        direction: "INGRESS",
        enableLogging: inputs.logConfig !== undefined,
        ...inputs,
        network: selfLink(networkPath(inputs.network, inputs.project)),
        selfLink: selfLink(id(inputs)),
    };
}

const sources = ["sourceTags", "sourceRanges", "sourceServiceAccounts"];

export const firewall: TypeRules = {
    noun: "Firewall",
    generatedNoun: "ComputeFirewall",
    cost: "free",
    api,
    id,
    validators: {
        name: nameError,
        priority: between("priority", limits.priority.min, limits.priority.max),
    },
    plan: {
        resourceComputeFirewallEnableLoggingCustomizeDiff: {
            refuse: ({ enableLogging, logConfig }) =>
                enableLogging === false && logConfig
                    ? "log_config cannot be defined when enable_logging is false"
                    : undefined,
        },
        resourceComputeFirewallSourceFieldsCustomizeDiff: {
            // An unknown set exists for the provider (`GetOkExists`), unlike other unknown values.
            refuse: (inputs, _, isUnknown) =>
                inputs.direction === "EGRESS" || sources.some((each) => inputs[each] || isUnknown(each))
                    ? undefined
                    : "one of source_tags, source_ranges, or source_service_accounts must be defined",
        },
    },
    alreadyExists: (inputs) => alreadyExists(id(inputs)),
    verify,
    state: (inputs, _, old) => firewallState(inputs, old),
};
