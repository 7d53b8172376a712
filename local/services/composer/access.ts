import { isIP } from "node:net";
import type { Inputs } from "../../rules/rules";
import { parseRange } from "../compute/ranges";

/** What the API makes of an environment that nobody has closed. */
export const usualAccess = {
    allowedIpRanges: [
        { value: "0.0.0.0/0", description: "Allows access from all IPv4 addresses (default value)" },
        { value: "::0/0", description: "Allows access from all IPv6 addresses (default value)" },
    ],
};

/** The groups of an address of IPv6, as one number. */
function numberOf(address: string): bigint {
    const [head = "", tail] = address.split("::");
    const groups = (text: string) => (text === "" ? [] : text.split(":"));
    const [first, last] = [groups(head), groups(tail ?? "")];
    const all = tail === undefined ? first : [...first, ...Array(8 - first.length - last.length).fill("0"), ...last];
    return all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

function isTruncated6(address: string, prefix: number): boolean {
    return numberOf(address) % 2n ** BigInt(128 - prefix) === 0n;
}

/** Whether a text is an address, or a range whose address is the first of it. */
function isRange(value: string): boolean {
    const [address = "", prefix] = value.split("/");
    switch (isIP(address)) {
        case 4:
            return prefix === undefined || parseRange(value)?.exact === true;
        case 6:
            return prefix === undefined || (Number(prefix) <= 128 && isTruncated6(address, Number(prefix)));
        default:
            return false;
    }
}

/** What is wrong with the ranges from which Airflow's interface may be reached. */
export function accessProblems({ webServerNetworkAccessControl }: Inputs): string[] {
    const ranges: Inputs[] = webServerNetworkAccessControl?.allowedIpRanges ?? [];
    return ranges.flatMap(({ value, description = "" }) => [
        ...(isRange(value)
            ? []
            : [`'${value}' is not a valid IP address or a properly truncated IP range in CIDR notation.`]),
        ...(description.length > 300
            ? [`Description of IP range '${value}' must be at most 300 characters long.`]
            : []),
    ]);
}
