import { isIPv4, isIPv6 } from "node:net";
import { dnsLimits } from "../facts/limits/dns";
import { nameFormats } from "../facts/names";

/** A type of record: what a value must be, and its form in Cloud DNS. */
interface RecordType {
    /** Whether a value is valid. */
    isValid: (value: string) => boolean;
    wording: string;
    /** The value as Cloud DNS stores it. */
    form?: (value: string) => string;
    /** Whether {@link https://cloud.google.com/dns/docs/routing-policies-overview routing policies} support the type. */
    routed?: true;
}

/** A name that others than hosts can have, such as `_dmarc.acme.dev`, and which can end with a dot. */
const target = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?)?$/i;

const isName = (value: string) => target.test(value) && value.length <= nameFormats.rows.domain.max + 1;
const withDot = (value: string) => (value.endsWith(".") ? value : `${value}.`);
const nameWording = "must be a whole domain name, such as www.acme.dev";

/** Numbers before a name, as in MX and SRV records. `.` stands for no host. */
const beforeName = (count: number, example: string): RecordType => ({
    isValid: (value) => {
        const parts = value.split(" ");
        const name = parts.at(-1) ?? "";
        const numbers = parts.slice(0, -1);
        const isNumber = (part: string) => /^\d{1,5}$/.test(part) && Number(part) < 65_536;
        return numbers.length === count && numbers.every(isNumber) && (name === "." || isName(name));
    },
    wording: `must be such as "${example}"`,
    form: withDot,
});

const name: RecordType = { isValid: isName, wording: nameWording, form: withDot };
const anything = (wording: string): RecordType => ({ isValid: (value) => value.trim() !== "", wording });

const maxText = dnsLimits.rows.text.max;
const quoted = /^"([^"\\]|\\.)*"(\s*"([^"\\]|\\.)*")*$/;
const printable = /^[ -~]+$/;

/** A text in quotes, in strings of at most 255 characters, which readers join. Without quotes, Cloud DNS splits it at spaces. */
function texts(value: string): string {
    if (quoted.test(value)) {
        return value;
    }
    const strings = value.match(new RegExp(`.{1,${maxText}}`, "g")) ?? [];
    return strings.map((one) => `"${one.replaceAll(/["\\]/g, "\\$&")}"`).join(" ");
}

const isText = (value: string) =>
    printable.test(value) &&
    (!quoted.test(value) || (value.match(/"([^"\\]|\\.)*"/g) ?? []).every((one) => one.length - 2 <= maxText));

const caa = /^(\d{1,3}) ([a-z0-9]+) (?:"([^"]*)"|(\S+))$/;

/** The {@link https://cloud.google.com/dns/docs/records-overview types of records} that a program sets. Cloud DNS sets SOA records. */
export const recordTypes = {
    A: { isValid: isIPv4, wording: 'must be an IPv4 address, such as "203.0.113.7"', routed: true },
    AAAA: { isValid: isIPv6, wording: 'must be an IPv6 address, such as "2001:db8::7"', routed: true },
    ALIAS: name,
    CAA: {
        isValid: (value) => caa.test(value),
        wording: "must be such as '0 issue \"pki.goog\"'",
        form: (value) =>
            value.replace(caa, (_, flags, tag, inQuotes, plain) => `${flags} ${tag} "${inQuotes ?? plain}"`),
    },
    CNAME: { ...name, routed: true },
    DS: anything('must be such as "44879 8 2 9a7b…"'),
    HTTPS: anything('must be such as "1 . alpn=h2,h3"'),
    MX: { ...beforeName(1, "10 mail.acme.dev"), routed: true },
    NAPTR: anything("must not be empty"),
    NS: name,
    PTR: name,
    SRV: { ...beforeName(3, "0 5 5060 sip.acme.dev"), routed: true },
    SSHFP: anything('must be such as "4 2 123abc…"'),
    SVCB: anything('must be such as "1 . alpn=h2,h3"'),
    TLSA: anything('must be such as "3 1 1 0b9f…"'),
    TXT: {
        isValid: isText,
        wording: `must be a text of printable ASCII characters; one in quotes has at most ${maxText} in each pair of them`,
        form: texts,
        routed: true,
    },
} as const satisfies Record<string, RecordType>;

/** A {@link https://cloud.google.com/dns/docs/records-overview type of record}. */
export type DnsRecordType = keyof typeof recordTypes;

/** The types in the order of the alphabet. */
export const typeNames = Object.keys(recordTypes) as DnsRecordType[];

/** What is known of a type. */
export const typeOfRecord = (type: DnsRecordType): RecordType => recordTypes[type];

/** A value as Cloud DNS stores it. */
export const valueForm = (type: DnsRecordType, value: string): string => typeOfRecord(type).form?.(value) ?? value;
