import * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import {
    isNetwork,
    type NetworkAndSubnet,
    type NetworkOfProgram,
    type NetworkOr,
    networkAndSubnet,
    networkOr,
    networkProblem,
    networkSettings,
} from "../../internal/network/networkOf";
import { natOf } from "../../internal/network/subnetNat";

/**
 * A forwarded port: the same of the host and the container, or a host port and a container port, for TCP and UDP or one of
 * them.
 */
export type ForwardedPort =
    | number
    | `${number}/${"tcp" | "udp"}`
    | `${number}:${number}`
    | `${number}:${number}/${"tcp" | "udp"}`;

/** The network settings of a service's instances. */
export interface FlexibleNetworkSettings extends NetworkAndSubnet {
    /**
     * Ports of the host that are forwarded to the container: `8125`, `"2222/tcp"`, `"9000:9001/udp"`. Host ports are 1024 to
     * 65535, and App Engine {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml reserves some}.
     * Requests go to the instance's own address, and a firewall rule must allow them.
     * @default none
     */
    forwardedPorts?: ForwardedPort[];
    /**
     * A network tag of the instances, for firewall rules.
     * @default `aef-` and the instance's id
     */
    instanceTag?: pulumi.Input<string>;
    /**
     * Whether a cookie keeps the requests of a user on the same instance while it exists.
     * @default false
     */
    sessionAffinity?: boolean;
    /**
     * Whether instances have external IP addresses. Instances without one need Private Google Access in the subnet, which
     * subnets of a {@link Network} have, and Cloud NAT for destinations outside of Google, which a {@link Network} then creates.
     * With an organization policy for `compute.vmExternalIpAccess`, deployments with external addresses time out.
     * @default "internal" in a {@link Network} with a subnet in the region and without `nat: false`, otherwise "external"
     */
    addresses?: "internal" | "external";
}

/** The VPC network of a service: a network or settings. */
export type FlexibleNetwork = NetworkOr<FlexibleNetworkSettings>;

const name = nameFormats.rows.computeResource.pattern.source.slice(1, -1);

const isReserved = (port: number) => [22, 10001, 11211].includes(port) || (port >= 10400 && port <= 10500);
const isReservedOnHost = (port: number) => isReserved(port) || [8080, 8090, 8443, 10000, 24231].includes(port);

const portForm = /^(\d+)(?::(\d+))?(?:\/(?:tcp|udp))?$/;

const forwardedPort = check.pipe(
    check.custom<ForwardedPort>(
        (value) => portForm.test(String(value)),
        "must be a port, or two: 8125, 2222/tcp, 9000:9001/udp",
    ),
    check.refine(
        (value) => !isOutside(parsePorts(value).host, 1024) && !isReservedOnHost(parsePorts(value).host),
        "must have a port of the machine from 1024 to 65535 that App Engine does not reserve: 8080, 8090, 8443, 10000, 10001, 10400-10500, 11211, 24231",
    ),
    check.refine(
        (value) => !isOutside(parsePorts(value).container, 1) && !isReserved(parsePorts(value).container),
        "must have a port of the container from 1 to 65535 that App Engine does not reserve: 22, 10001, 10400-10500, 11211",
    ),
);

const isOutside = (port: number, min: number) => port < min || port > 65535;

function parsePorts(value: unknown): { host: number; container: number } {
    const [, host, container = host] = portForm.exec(String(value)) as unknown as string[];
    return { host: Number(host), container: Number(container) };
}

const settings = check.options<FlexibleNetworkSettings>({
    ...networkAndSubnet,
    forwardedPorts: check.list(forwardedPort),
    instanceTag: check.input(
        check.matching(
            new RegExp(`^${name}$`),
            "must be a network tag: up to 63 lower-case letters, digits and hyphens, starting with a letter",
        ),
    ),
    sessionAffinity: check.flag(),
    addresses: check.oneOf("internal", "external"),
});

/** Checks the network of a service. */
export const flexibleNetwork = networkOr(settings);

/** The names of a network and its subnet. */
export interface NetworkReference {
    name: pulumi.Input<string>;
    subnetwork?: pulumi.Input<string>;
    /** The Cloud NAT gateway that serves instances without external addresses; undefined if unknown. */
    nat?: pulumi.Resource;
}

/**
 * The network that a service configures; undefined if it configures none.
 *
 * @param consumer the component for which the network may need Cloud NAT: `AppEngineApp "shop"`
 */
export function configuredNetwork(
    consumer: string,
    value: FlexibleNetwork | undefined,
    region: string,
): NetworkReference | undefined {
    const { network, subnet, addresses } = networkSettings(value);
    const subnetName = subnet === undefined ? undefined : shortName(subnet);
    if (isNetwork(network)) {
        const reference = networkInRegion(consumer, network, region, addresses);
        return { ...reference, ...(subnetName === undefined ? {} : { subnetwork: subnetName }) };
    }
    const [nat] = addresses === "internal" ? natOf(subnet, consumer) : [];
    return network === undefined ? undefined : { name: shortName(network), subnetwork: subnetName, nat };
}

/** A network of this program and its first subnet in a region. */
export function networkInRegion(
    consumer: string,
    network: NetworkOfProgram,
    region: string,
    addresses?: FlexibleNetworkSettings["addresses"],
): NetworkReference {
    const subnetwork = network.subnetworkIn(region);
    const [nat] = addresses === "external" ? [] : natOf(subnetwork?.id, consumer);
    return { name: network.network.name, subnetwork: subnetwork?.name, nat };
}

/** The last segment of an id, or the name itself. */
function shortName(id: pulumi.Input<string>): pulumi.Input<string> {
    const last = (path: string) => path.slice(path.lastIndexOf("/") + 1);
    return pulumi.output(id).apply(last);
}

/** Checks the region of the network and the subnet. */
export function networkProblems(value: FlexibleNetwork | undefined, region: string): check.Problem[] {
    const { network, subnet } = networkSettings(value);
    const needsNetwork = "needs its network. Set network.network.";
    return [
        networkProblem(value, region, "the application", false),
        check.when(
            subnet !== undefined && network === undefined,
            "network.subnet",
            "appengine/subnet-without-network",
            needsNetwork,
        ),
    ].filter((problem) => problem !== undefined);
}

export function networkArgs(value: FlexibleNetwork | undefined, reference: NetworkReference) {
    const { forwardedPorts, instanceTag, sessionAffinity, addresses } = networkSettings(value);
    const { name: network, subnetwork, nat } = reference;
    const mode = addresses ?? (nat ? "internal" : "external");
    return {
        name: network,
        subnetwork,
        forwardedPorts: forwardedPorts?.map(String),
        instanceTag,
        sessionAffinity,
        instanceIpMode: mode.toUpperCase(),
    };
}
