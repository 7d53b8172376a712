import * as check from "../internal/check";

type WithPorts = "tcp" | "udp" | "sctp";

/** A protocol, or one with a port or a range of ports: `tcp:443`, `udp:8000-9000`, `icmp`. */
export type Traffic = WithPorts | `${WithPorts}:${number}` | `${WithPorts}:${number}-${number}` | Others;

type Others = "icmp" | "esp" | "ah" | "ipip" | "all";

const form = /^(?:(tcp|udp|sctp)(?::(\d{1,5})(?:-(\d{1,5}))?)?|icmp|esp|ah|ipip|all)$/;

/** The first and the last port of traffic; nothing where it is no traffic or has no ports. */
function portsOf(traffic: string): [number, number] | undefined {
    const [, protocol, first, last = first] = form.exec(traffic) ?? [];
    const all = traffic === "all" || (protocol !== undefined && first === undefined);
    return all ? [0, 65535] : first === undefined ? undefined : [Number(first), Number(last)];
}

function isTraffic(traffic: unknown): boolean {
    const [first, last] = portsOf(String(traffic)) ?? [0, 0];
    return form.test(String(traffic)) && first <= last && last <= 65535;
}

const wording = "must be a protocol, with ports if it has any, such as tcp:443, udp:8000-9000 or icmp";

/** Checks what a rule of a firewall is about. */
export const traffic: check.Check = check.pipe(
    check.list(check.custom(isTraffic, wording)),
    check.refine((all) => (all as unknown[]).length > 0, "must have a protocol, such as tcp:443"),
);

/** By protocol, as the API takes it: all ports where one part of the traffic has none. */
export function byProtocol(all: readonly Traffic[]): { protocol: string; ports?: string[] }[] {
    const protocols = new Map<string, string[] | undefined>();
    for (const [protocol = "", ports] of all.map((each) => each.split(":"))) {
        const before = protocols.has(protocol) ? protocols.get(protocol) : [];
        protocols.set(protocol, ports === undefined || before === undefined ? undefined : [...before, ports]);
    }
    return [...protocols].map(([protocol, ports]) => (ports ? { protocol, ports } : { protocol }));
}

/** What is never open to everybody, by port: what signs people in, and what sends in clear. */
const closed: Record<number, string> = {
    20: "FTP",
    21: "FTP",
    22: "SSH",
    80: "HTTP",
    3306: "MySQL",
    3389: "RDP",
};

/** The services among traffic that are never open to everybody, as `SSH (22)`. */
export function neverPublic(all: readonly Traffic[]): string[] {
    const ranges = all.map(portsOf).filter((ports) => ports !== undefined);
    const open = (port: number) => ranges.some(([first, last]) => first <= port && port <= last);
    return Object.entries(closed)
        .filter(([port]) => open(Number(port)))
        .map(([port, service]) => `${service} (${port})`);
}
