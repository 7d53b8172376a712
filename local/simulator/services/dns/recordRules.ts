import { isIPv4, isIPv6 } from "node:net";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { fullName, invalid } from "./names";

// Reasons and texts: https://docs.cloud.google.com/dns/docs/error-messages. Formats:
// https://docs.cloud.google.com/dns/docs/reference/json-record, by which host names end with a dot.

const endsInName = ["ALIAS", "CNAME", "MX", "NS", "PTR", "SRV"];

/** The presentation formats of other types, in their RFCs: 8659, 4034, 4255, 6698, 9460. */
const forms: Record<string, RegExp> = {
    CAA: /^\d{1,3} [a-z0-9]+ \S.*$/i,
    DS: /^\d+ \d+ \d+ [0-9a-f ]+$/i,
    HTTPS: /^\d+ \S+( .*)?$/,
    SSHFP: /^\d+ \d+ [0-9a-f ]+$/i,
    SVCB: /^\d+ \S+( .*)?$/,
    TLSA: /^\d+ \d+ \d+ [0-9a-f ]+$/i,
};

/** Whether one value is valid for its type. */
function isValue(type: string, value: string): boolean {
    if (type === "A") {
        return isIPv4(value);
    }
    if (type === "AAAA") {
        return isIPv6(value);
    }
    if (type === "MX" && !/^\d+ \S+$/.test(value)) {
        return false;
    }
    if (type === "SRV" && !/^\d+ \d+ \d+ \S+$/.test(value)) {
        return false;
    }
    if (endsInName.includes(type)) {
        return value.endsWith(".");
    }
    if (forms[type]) {
        return forms[type].test(value);
    }
    // Strings of a TXT record have at most 255 bytes: https://www.rfc-editor.org/rfc/rfc1035#section-3.3.14
    const strings = value.match(/"([^"\\]|\\.)*"|[^\s"]+/g) ?? [];
    return type !== "TXT" || strings.every((one) => one.replace(/^"|"$/g, "").replaceAll(/\\(.)/g, "$1").length <= 255);
}

/** The values of a record set, also of its routing policy, by item. */
function itemsOf({ rrdatas, routingPolicy }: Inputs): string[][] {
    const { wrrs = [], geos = [] } = routingPolicy ?? {};
    return [rrdatas ?? [], ...[...wrrs, ...geos].map((item: Inputs) => item.rrdatas ?? [])];
}

/** https://cloud.google.com/dns/docs/records-overview#supported_dns_record_types */
const types = [
    "A",
    "AAAA",
    "ALIAS",
    "CAA",
    "CNAME",
    "DNSKEY",
    "DS",
    "HTTPS",
    "IPSECKEY",
    "MX",
    "NAPTR",
    "NS",
    "PTR",
].concat(["SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"]);

/** A part of a name between dots. Underscores are in names that are not of hosts. */
const partOfName = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** The values of a record set. */
export function verifyValues(inputs: Inputs): void {
    const at = `change.additions[${inputs.name}][${inputs.type}]`;
    if (!types.includes(inputs.type)) {
        throw invalid(`${at}.type`, inputs.type);
    }
    if (inputs.ttl < 0) {
        throw invalid(`${at}.ttl`, inputs.ttl);
    }
    // An asterisk is a whole label, the first one: https://cloud.google.com/dns/docs/records-overview#wildcard
    const [first = "", ...labels] = inputs.name.slice(0, -1).split(".");
    if (![first.replace(/^\*$/, "a"), ...labels].every((label) => partOfName.test(label))) {
        throw invalid(`${at}.name`, inputs.name);
    }
    for (const values of itemsOf(inputs)) {
        const wrong = values.findIndex((value) => !isValue(inputs.type, value));
        if (wrong >= 0) {
            throw invalid(`${at}.rrdata[${wrong}]`, values[wrong]);
        }
        if (inputs.type === "CNAME" && values.length > 1) {
            throw new GoogleError(
                400,
                `The resource record set 'entity.${at}' is only permitted to have one record because it is of type 'CNAME'.`,
                { reason: "invalidRecordCount" },
            );
        }
    }
}

/** What a record set can be beside the others of the zone, of which an update replaces the old one. */
export function verifyBeside(inputs: Inputs, zone: { path: string; domain: string }, cloud: Cloud, old?: Inputs): void {
    const { name, type } = inputs;
    const at = `entity.change.additions[${name}][${type}]`;
    if (type === "CNAME" && name === zone.domain) {
        throw new GoogleError(
            400,
            `The resource record set '${at}' cannot exist alongside any other record type, including the SOA record that is required at the zone apex.`,
            { reason: "recordTypeDisallowedAtZoneApex" },
        );
    }
    if (type === "NS" && name.startsWith("*.")) {
        throw new GoogleError(400, `The resource record set '${at}' has the wrong type to be a wildcard.`, {
            reason: "wildcardNotAllowed",
        });
    }
    const others = cloud.store
        .list(fullName(zone.path), "rrsets")
        .map(({ state }) => state)
        .filter((state) => state.name === name && state.type !== type && state.type !== old?.type);
    if (others.some((other) => type === "CNAME" || other.type === "CNAME")) {
        throw new GoogleError(
            400,
            `The resource record set '${at}' is invalid because the DNS name '${name}' may have either one CNAME resource record set or resource record sets of other types, but not both.`,
            { reason: "cnameResourceRecordSetConflict" },
        );
    }
}

/** Zones whose queries something else answers have no records: https://github.com/kubernetes-sigs/external-dns/issues/2947 */
export function verifyAnswers(zone: Inputs): void {
    const kinds = { peeringConfig: "Peering", forwardingConfig: "Forwarding" };
    const [, kind] = Object.entries(kinds).find(([property]) => zone[property]) ?? [];
    if (kind) {
        throw new GoogleError(
            400,
            `Resource record sets for the zone '${zone.name}' cannot be modified because it is a ${kind} zone.`,
            { reason: `${kind.toLowerCase()}ChangeDisallowed` },
        );
    }
}
