import { firewallLimits } from "slipway/facts";
import { parseCidr } from "slipway/formats";
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

const port = /^\d{1,5}(-\d{1,5})?$/;

function verifyProtocols(field: string, rules: Inputs[]): void {
    for (const [index, { protocol, ports = [] }] of rules.entries()) {
        const wrong = ports.findIndex((item: string) => !port.test(item));
        if (wrong >= 0) {
            throw invalidField(
                `${field}[${index}].ports[${wrong}]`,
                ports[wrong],
                "Ports may only be integers or ranges of integers.",
            );
        }
        if (ports.length > 0 && !["tcp", "udp", "sctp", "6", "17", "132"].includes(String(protocol).toLowerCase())) {
            throw invalidField(`${field}[${index}].ports`, ports, `Ports may not be specified with ${protocol}.`);
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
    const source = ["sourceRanges", "sourceTags", "sourceServiceAccounts"].find((item) => inputs[item]?.length > 0);
    if (direction === "EGRESS" && source && source !== "sourceRanges") {
        throw new GoogleError(400, "Firewall direction must be INGRESS if source tags or accounts are specified.", {
            reason: "invalid",
        });
    }
    verifyProtocols("allowed", allows);
    verifyProtocols("denied", denies);
    for (const field of ["sourceRanges", "destinationRanges"]) {
        const wrong = (inputs[field] ?? []).findIndex((item: string) => !isAddress(item));
        if (wrong >= 0) {
            throw invalidField(`${field}[${wrong}]`, inputs[field][wrong], "Must be a valid CIDR address range.");
        }
    }
}

const isAddress = (text: string) =>
    parseCidr(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`) !== undefined;

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

export const firewall: TypeRules = {
    noun: "Firewall",
    generatedNoun: "ComputeFirewall",
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
            refuse: ({ direction, sourceTags, sourceRanges, sourceServiceAccounts }) =>
                direction === "EGRESS" || sourceTags || sourceRanges || sourceServiceAccounts
                    ? undefined
                    : "one of source_tags, source_ranges, or source_service_accounts must be defined",
        },
    },
    alreadyExists: (inputs) => alreadyExists(id(inputs)),
    verify,
    state: (inputs, _, old) => firewallState(inputs, old),
};
