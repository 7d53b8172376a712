import { Firewall } from "@pulumi/gcp/compute/firewall";
import * as pulumi from "@pulumi/pulumi";
import {
    healthCheckRanges,
    passthroughHealthCheckRanges,
    passthroughHealthCheckRanges6,
} from "../facts/machines/instanceGroups";
import * as check from "../internal/arguments/check";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { cidr, ipRange } from "../internal/network/cidr";
import type { Network } from "../network";
import { type Backends, targetAccounts } from "./networkBackends";

/** Who sends packets to a passthrough load balancer, which keeps the addresses of clients. */
export interface Clients {
    clients?: string[];
    public?: boolean;
}

const everybody = "0.0.0.0/0";

/** Checks the `clients` of a load balancer. */
export const clients = check.pipe(
    check.list(
        check.either(
            (range) => range === everybody || range === "::/0",
            check.refused(
                'cannot be everybody\nRemove clients, and set public: true, which only the type "external-passthrough" has.',
            ),
            check.either((range) => String(range).includes(":"), ipRange, cidr(8)),
        ),
    ),
    check.refine((ranges) => ranges.length > 0, "must have a range"),
);

const isIpv6 = (range: string) => range.includes(":");

/** The IPv4 ranges from which packets are let in. */
export const clientRanges = ({ clients, public: isPublic, network }: Clients & { network: Network }): string[] =>
    isPublic ? [everybody] : (clients?.filter((range) => !isIpv6(range)) ?? [...network.ranges]);

/** The same for IPv6, by default the range of the network. */
export const clientRanges6 = ({
    clients,
    public: isPublic,
    network,
}: Clients & { network: Network }): pulumi.Input<string>[] =>
    isPublic ? ["::/0"] : (clients?.filter(isIpv6) ?? [network.network.internalIpv6Range]);

/** Nobody on the internet reaches machines that the program does not open. */
export function clientProblems(
    args: Clients & { network: Network; type: string; ports?: readonly number[] | "all"; ipv6: unknown },
): (check.Problem | undefined)[] {
    const { clients, public: isPublic, type, ports } = args;
    if (type.endsWith("-proxy")) {
        const reason =
            "cannot be set, as proxies connect to the machines, not the clients. Remove it; a Cloud Armor policy can restrict clients.";
        return Object.entries({ clients, public: isPublic }).map(([path, value]) =>
            check.when(value !== undefined, path, "loadbalancer/clients-of-proxy", reason),
        );
    }
    const isExternal = type === "external-passthrough";
    return [
        check.when(
            clients?.some(isIpv6) && !args.ipv6,
            "clients",
            "loadbalancer/clients-of-ipv6",
            "can only have IPv6 ranges with ipv6. Remove them, or set ipv6: true.",
        ),
        check.when(
            clients && args.ipv6 && !(clients.some(isIpv6) && !clients.every(isIpv6)),
            "clients",
            "loadbalancer/clients-of-one-version",
            'must have IPv4 and IPv6 ranges with ipv6, such as ["10.0.0.0/20", "fd20::/48"].',
        ),
        check.when(
            isExternal && clients === undefined && isPublic !== true,
            "clients",
            "loadbalancer/clients-missing",
            'is missing. Set the ranges of the clients, such as ["203.0.113.0/24"], or public: true for everybody.',
        ),
        check.when(
            isExternal && clients !== undefined && isPublic === true,
            "clients",
            "loadbalancer/clients-of-public",
            "cannot be combined with public: true. Remove one.",
        ),
        check.when(
            !isExternal && isPublic === true,
            "public",
            "loadbalancer/public-of-internal",
            'is only for type "external-passthrough". Remove it.',
        ),
        isExternal && isPublic === true && ports === "all"
            ? {
                  ...check.problem(
                      "public",
                      "loadbalancer/public-with-all-ports",
                      "cannot be true with all ports, which also open SSH to the internet. Set ports, or clients.",
                  ),
                  isPolicy: true,
              }
            : undefined,
        check.when(
            !isExternal && clients === undefined && args.network.ranges.length === 0,
            "clients",
            "loadbalancer/clients-unknown",
            'is missing, because the program does not know the ranges of the network. Set the ranges of the clients, such as ["10.0.0.0/20"].',
        ),
    ];
}

/** What firewall rules open. */
interface Opened extends Clients, Pick<Backends, "groups" | "failover" | "protocol"> {
    name: string;
    network: Network;
    type: string;
    ports: readonly number[] | "all";
    /** The port of the health check. */
    probed: number;
    /** The IPv4 addresses of all forwarding rules. */
    addresses: pulumi.Output<string>[];
    /** The IPv6 range of its forwarding rule, if there is one. */
    range6?: pulumi.Output<string>;
}

/**
 * Lets probes and clients reach the machines of the program:
 * https://cloud.google.com/load-balancing/docs/firewall-rules. A rule for clients on the internet only opens the address of the load balancer.
 */
export function openClients(component: string, opened: Opened, child: Child): Record<string, Firewall> {
    const { name, network, type, protocol, ports, probed, addresses, range6 } = opened;
    const accounts = targetAccounts(opened);
    if (accounts.length === 0) {
        return {};
    }
    const isExternal = type === "external-passthrough";
    const rule = (part: string, description: string, own: object) =>
        new Firewall(
            ...child("firewall", `${component}-${part}`, {
                name: partName(name, part),
                description: `${description} of the load balancer ${name}`,
                network: network.network.id,
                project: network.inProject,
                direction: "INGRESS",
                targetServiceAccounts: accounts,
                logConfig: { metadata: "INCLUDE_ALL_METADATA" },
                ...own,
            }),
        );
    const all =
        protocol === "all" ? { protocol } : { protocol, ports: ports === "all" ? undefined : ports.map(String) };
    const probes = { allows: [{ protocol: "tcp", ports: [String(probed)] }] };
    return {
        // The firewall rule of a group with the same name ends with "health".
        probes: rule("probes", "Health checks", {
            sourceRanges: isExternal ? passthroughHealthCheckRanges : healthCheckRanges,
            ...probes,
        }),
        clients: rule("clients", "Clients", {
            sourceRanges: clientRanges(opened),
            destinationRanges: isExternal ? addresses.map((address) => pulumi.interpolate`${address}/32`) : undefined,
            allows: [all],
        }),
        // A firewall rule has ranges of one version.
        ...(range6 && {
            "probes-ipv6": rule("probes-ipv6", "Health checks by IPv6", {
                sourceRanges: passthroughHealthCheckRanges6[isExternal ? "external" : "internal"],
                ...probes,
            }),
            "clients-ipv6": rule("clients-ipv6", "Clients with IPv6", {
                sourceRanges: clientRanges6(opened),
                destinationRanges: isExternal ? [range6] : undefined,
                allows: [all],
            }),
        }),
    };
}
