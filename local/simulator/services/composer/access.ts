import { isIP } from "node:net";
import { composerEnvironmentLimits } from "slipway/facts";
import { parseCidr } from "../../../../lib/formats";
import type { Inputs } from "../../rules/rules";

/** The default web server access of the API. */
export const defaultAccess = {
    allowedIpRanges: [
        { value: "0.0.0.0/0", description: "Allows access from all IPv4 addresses (default value)" },
        { value: "::0/0", description: "Allows access from all IPv6 addresses (default value)" },
    ],
};

/** Whether a value is an IP address or a CIDR range without host bits. */
function isRange(value: string): boolean {
    const [address = ""] = value.split("/");
    return isIP(value) > 0 || (isIP(address) > 0 && parseCidr(value)?.isExact === true);
}

/** Verifies the allowed ranges of the web server. */
export function accessProblems({ webServerNetworkAccessControl }: Inputs): string[] {
    const ranges: Inputs[] = webServerNetworkAccessControl?.allowedIpRanges ?? [];
    const { max } = composerEnvironmentLimits.rows.rangeDescription;
    return ranges.flatMap(({ value, description = "" }) => [
        ...(isRange(value)
            ? []
            : [`'${value}' is not a valid IP address or a properly truncated IP range in CIDR notation.`]),
        ...(description.length > max
            ? [`Description of IP range '${value}' must be at most ${max} characters long.`]
            : []),
    ]);
}
