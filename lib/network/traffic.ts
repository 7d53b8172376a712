import * as check from "../internal/arguments/check";

type WithPorts = "tcp" | "udp" | "sctp";

/** A protocol, with a port or a port range if it has any: `tcp:443`, `udp:8000-9000`, `icmp`. */
export type Traffic = WithPorts | `${WithPorts}:${number}` | `${WithPorts}:${number}-${number}` | Others;

/** The same with the protocol in capitals. */
export type TrafficInCapitals =
    | Uppercase<WithPorts | Others>
    | `${Uppercase<WithPorts>}:${number}`
    | `${Uppercase<WithPorts>}:${number}-${number}`
    | Traffic;

type Others = "icmp" | "esp" | "ah" | "ipip" | "all";

const pattern = /^(?:(tcp|udp|sctp)(?::(\d{1,5})(?:-(\d{1,5}))?)?|icmp|esp|ah|ipip|all)$/;

/** The first and the last port; undefined for a protocol without ports, or an invalid string. */
function portRange(traffic: string): [number, number] | undefined {
    const [, protocol, first, last = first] = pattern.exec(traffic) ?? [];
    const all = traffic === "all" || (protocol !== undefined && first === undefined);
    return all ? [0, 65535] : first === undefined ? undefined : [Number(first), Number(last)];
}

function isTraffic(traffic: unknown): boolean {
    const [first, last] = portRange(String(traffic)) ?? [0, 0];
    return pattern.test(String(traffic)) && first <= last && last <= 65535;
}

/** Whether a text is a range of addresses, which the rule has elsewhere. */
const isRange = (text: unknown) => /^[\da-f.:]+\/\d+$/i.test(String(text));

const wording = "must be a protocol, with ports if it has any, such as tcp:443, udp:8000-9000 or icmp";

/** Checks the protocols and ports of a firewall rule. */
export const traffic = check.pipe(
    check.list(
        check.short(
            check.either(
                isRange,
                check.refused(`${wording}; ranges are in sources: { ranges: […] }, or in destinations`),
                check.custom<Traffic>(isTraffic, wording),
            ),
            (text: TrafficInCapitals) => text.toLowerCase() as Traffic,
        ),
    ),
    check.refine((all) => all.length > 0, "must have a protocol, such as tcp:443"),
);

/** Groups ports by protocol for the API; a protocol without ports means all its ports. */
export function groupByProtocol(all: readonly Traffic[]): { protocol: string; ports?: string[] }[] {
    const protocols = new Map<string, string[] | undefined>();
    for (const [protocol = "", ports] of all.map((each) => each.split(":"))) {
        const earlier = protocols.has(protocol) ? protocols.get(protocol) : [];
        protocols.set(protocol, ports === undefined || earlier === undefined ? undefined : [...earlier, ports]);
    }
    return [...protocols].map(([protocol, ports]) => (ports ? { protocol, ports } : { protocol }));
}

/** Ports that must not be public: services with logins, and unencrypted protocols. */
const sensitivePorts: Record<number, string> = {
    20: "FTP",
    21: "FTP",
    22: "SSH",
    80: "HTTP",
    3306: "MySQL",
    3389: "RDP",
};

/** The services in traffic that must not be public, such as `SSH (22)`. */
export function sensitiveServices(all: readonly Traffic[]): string[] {
    const ranges = all.map(portRange).filter((ports) => ports !== undefined);
    const includes = (port: number) => ranges.some(([first, last]) => first <= port && port <= last);
    return Object.entries(sensitivePorts)
        .filter(([port]) => includes(Number(port)))
        .map(([port, service]) => `${service} (${port})`);
}
