import { parseCidr } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { type Inputs, lastPart } from "../../rules/rules";
import { fullName, invalidField, notFound } from "./names";

/** The names in conditions of rules: https://cloud.google.com/compute/docs/reference/rest/v1/routers */
const names = ["destination.ip", "inIpRange", "nexthop.hub", "nexthop.is_hybrid", "isIPv6", "source.ip"];

/** Throws if a condition is not an expression of the known names. The texts are approximate, except that of sources. */
function verifyMatch(field: string, match: string): void {
    if (/\bsource\.ip\s*[=!]=|inIpRange\(\s*source\.ip/.test(match)) {
        throw invalidField(field, match, "Source expressions are only supported in beta.").recordedIn(
            "https://github.com/terraform-google-modules/terraform-google-cloud-nat/issues/188",
        );
    }
    const withoutTexts = match.replace(/'[^']*'|"[^"]*"/g, "''");
    const unknown = withoutTexts.match(/[A-Za-z_][\w.]*/g)?.find((name) => !names.includes(name));
    const rest = withoutTexts.replace(/''|[A-Za-z_][\w.]*/g, "x").replace(/\s/g, "");
    // Calls, comparisons and their combinations, from the inside to the outside.
    let reduced = rest;
    for (let before = ""; before !== reduced; ) {
        before = reduced;
        reduced = reduced.replace(/x\(x(,x)*\)|\(x\)|!x|x(==|!=)x|x(&&|\|\|)x/, "x");
    }
    if (unknown || reduced !== "x") {
        throw invalidField(field, match, "Must be a valid match expression.");
    }
    const isAddress = (text: string) => parseCidr(`${text}/${text.includes(":") ? 128 : 32}`) !== undefined;
    const addresses = [...match.matchAll(/destination\.ip\s*[=!]=\s*['"]([^'"]*)['"]/g)].map(([, text = ""]) => text);
    const ranges = [...match.matchAll(/inIpRange\(\s*destination\.ip\s*,\s*['"]([^'"]*)['"]/g)].map(
        ([, text = ""]) => text,
    );
    const wrong = addresses.find((text) => !isAddress(text)) ?? ranges.find((text) => !parseCidr(text));
    if (wrong !== undefined) {
        throw invalidField(field, match, `Must be an IP address or a CIDR address range: '${wrong}'.`);
    }
}

/**
 * "NAT rules specifications" (https://cloud.google.com/nat/docs/nat-rules-overview): only with manual addresses, without
 * endpoint-independent mapping, each with a number and addresses of its own. The texts are approximate.
 */
export function verifyRules(inputs: Inputs, cloud: Cloud): void {
    const { natIpAllocateOption, enableEndpointIndependentMapping, natIps = [] } = inputs;
    const rules: Inputs[] = inputs.rules ?? [];
    for (const [index, { match, ruleNumber, action }] of rules.entries()) {
        const field = `nats[0].rules[${index}]`;
        verifyMatch(`${field}.match`, String(match));
        if (rules.findIndex((each) => each.ruleNumber === ruleNumber) !== index) {
            throw invalidField(`${field}.ruleNumber`, ruleNumber, "The numbers of rules must be unique.");
        }
        verifyRanges(`${field}.action.sourceNatActiveRanges`, action?.sourceNatActiveRanges, inputs, cloud);
    }
    if (rules.length === 0 || inputs.type === "PRIVATE") {
        return;
    }
    if (natIpAllocateOption !== "MANUAL_ONLY") {
        throw invalidField("nats[0].rules", rules.length, "NAT rules are only supported with MANUAL_ONLY NAT IPs.");
    }
    if (enableEndpointIndependentMapping) {
        const cause = "NAT rules are not supported with endpoint independent mapping.";
        throw invalidField("nats[0].enableEndpointIndependentMapping", true, cause);
    }
    const used = new Set<string>(natIps.map((each: string) => lastPart(each)));
    for (const [index, { action }] of rules.entries()) {
        for (const address of action?.sourceNatActiveIps ?? []) {
            if (used.has(lastPart(address))) {
                const field = `nats[0].rules[${index}].action.sourceNatActiveIps`;
                throw invalidField(field, address, "A NAT IP can only be used by one rule, or by all other traffic.");
            }
            used.add(lastPart(address));
        }
    }
}

/** The ranges of Private NAT are subnetworks with that purpose. */
function verifyRanges(field: string, ranges: string[] = [], { project, region }: Inputs, cloud: Cloud): void {
    for (const range of ranges) {
        const path = `projects/${project}/regions/${region}/subnetworks/${lastPart(range)}`;
        const found = cloud.store.read(fullName(path));
        if (!found) {
            throw notFound(path);
        }
        if (found.state.purpose !== "PRIVATE_NAT") {
            throw invalidField(field, range, "The subnetwork must have the purpose PRIVATE_NAT.");
        }
    }
}
