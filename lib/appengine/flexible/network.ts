import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import { regionProblem, subnetProblem } from "../../internal/places";
import type { Network } from "../../network";

/** A port that is forwarded to the container, or one of the machine to another of the container, by TCP and UDP or by one of them. */
export type ForwardedPort =
    | number
    | `${number}/${"tcp" | "udp"}`
    | `${number}:${number}`
    | `${number}:${number}/${"tcp" | "udp"}`;

/** Where the instances of a service are in a network. */
export interface FlexibleNetworkSettings {
    /**
     * The VPC network: a {@link Network}, whose first subnet in the application's region is taken, or a network's id or name.
     * @default that of the environment
     */
    network?: Network | pulumi.Input<string>;
    /**
     * The id or the name of a subnet of it in the application's region. A network of custom mode needs one.
     * @default the first subnet of a {@link Network} in the region
     */
    subnetwork?: pulumi.Input<string>;
    /**
     * Ports of the machine that are forwarded to the container: `8125`, `"2222/tcp"`, `"9000:9001/udp"`. Those of the machine are
     * 1024 to 65535, and some are App Engine's own ("app.yaml Configuration File"). What comes to them comes to an instance's own
     * address, and a firewall rule must let it in.
     * @default none
     */
    forwardedPorts?: ForwardedPort[];
    /**
     * A network tag of the instances, for firewall rules.
     * @default `aef-` and the instance's id
     */
    instanceTag?: pulumi.Input<string>;
    /**
     * Whether requests of one user go to one instance, by a cookie, as far as there is that instance.
     * @default false
     */
    sessionAffinity?: boolean;
    /**
     * Whether instances have addresses on the internet. Those without need Private Google Access in the subnet, which those of a
     * {@link Network} have, and Cloud NAT for what is not Google's.
     * @default "internal" in a {@link Network} with Cloud NAT in the region, else "external"
     */
    addresses?: "internal" | "external";
}

/** The VPC network of a service: one by itself, or with more. */
export type FlexibleNetwork = Network | FlexibleNetworkSettings;

const name = "[a-z]([a-z0-9-]{0,61}[a-z0-9])?";
const named = (path: string, wording: string) =>
    check.input(check.matching(new RegExp(`^(${path}/)?${name}$`), wording));

const reserved = (port: number) => [22, 10001, 11211].includes(port) || (port >= 10400 && port <= 10500);
const reservedOnHost = (port: number) => reserved(port) || [8080, 8090, 8443, 10000, 24231].includes(port);

const portForm = /^(\d+)(?::(\d+))?(?:\/(?:tcp|udp))?$/;

const forwardedPort = check.pipe(
    check.custom((given) => portForm.test(String(given)), "must be a port, or two: 8125, 2222/tcp, 9000:9001/udp"),
    // What is no port was told by the check of its form.
    check.refine(
        (given) => !isOutside(portsOf(given).host, 1024) && !reservedOnHost(portsOf(given).host),
        "must have a port of the machine from 1024 to 65535 that is not App Engine's own: 8080, 8090, 8443, 10000, 10001, 10400-10500, 11211, 24231",
    ),
    check.refine(
        (given) => !isOutside(portsOf(given).container, 1) && !reserved(portsOf(given).container),
        "must have a port of the container from 1 to 65535 that is not App Engine's own: 22, 10001, 10400-10500, 11211",
    ),
);

const isOutside = (port: number, least: number) => port < least || port > 65535;

function portsOf(given: unknown): { host: number; container: number } {
    const [, host, container = host] = portForm.exec(String(given)) ?? [];
    return { host: Number(host), container: Number(container) };
}

const settings = check.options<FlexibleNetworkSettings>({
    network: check.componentOr(
        check.component("Network"),
        named(
            "projects/[^/]+/global/networks",
            "must be a network's name or id, as projects/acme-dev/global/networks/apps is",
        ),
    ),
    subnetwork: named(
        "projects/[^/]+/regions/[^/]+/subnetworks",
        "must be a subnet's name or id, as projects/acme-dev/regions/europe-west1/subnetworks/apps is",
    ),
    forwardedPorts: check.list(forwardedPort),
    instanceTag: check.input(
        check.matching(
            new RegExp(`^${name}$`),
            "must be a network tag: up to 63 lower-case letters, digits and -, starting with a letter",
        ),
    ),
    sessionAffinity: check.flag(),
    addresses: check.oneOf("internal", "external"),
});

/** Checks the network of a service. */
export const flexibleNetwork: check.Check = check.componentOr(check.component("Network"), settings);

const isComponent = (given: unknown): given is Network => pulumi.Resource.isInstance(given);

/** The settings of a network that was given by itself, too. */
export function settingsOf(given: FlexibleNetwork | undefined): FlexibleNetworkSettings {
    return isComponent(given) ? { network: given } : (given ?? {});
}

/** A network and a subnet by their names, as the API has them. */
export interface NetworkPlace {
    name: pulumi.Input<string>;
    subnetwork?: pulumi.Input<string>;
    /** By this, what has no address on the internet reaches it all the same; nothing where that is not known. */
    nat?: pulumi.Resource;
}

/** Where a service is that says in which network; nothing where it does not. */
export function placeOf(given: FlexibleNetwork | undefined, region: string): NetworkPlace | undefined {
    const { network, subnetwork } = settingsOf(given);
    const chosen = subnetwork === undefined ? undefined : shortName(subnetwork);
    if (isComponent(network)) {
        return { ...placeIn(network, region), ...(chosen === undefined ? {} : { subnetwork: chosen }) };
    }
    return network === undefined ? undefined : { name: shortName(network), subnetwork: chosen };
}

/** The place of a service in a network of this program: that of the environment, where it says nothing. */
export function placeIn(network: Network, region: string): NetworkPlace {
    const { nat } = network.gateways[region] ?? {};
    return { name: network.network.name, subnetwork: network.subnetworkIn(region)?.name, nat };
}

/** The last part of an id, or a name as it is. */
function shortName(id: pulumi.Input<string>): pulumi.Input<string> {
    const last = (path: string) => path.slice(path.lastIndexOf("/") + 1);
    return typeof id === "string" ? last(id) : pulumi.output(id).apply(last);
}

/** Why an application of this region cannot be in a network. */
export function networkProblems(given: FlexibleNetwork | undefined, region: string): check.Problem[] {
    const { network, subnetwork } = settingsOf(given);
    const path = isComponent(given) ? "network" : "network.network";
    const alone = "needs a network, which it is in. Set network.network.";
    return [
        isComponent(network) && subnetwork === undefined
            ? subnetProblem(path, network, region, "the application")
            : undefined,
        regionProblem("network.subnetwork", subnetwork, region, "the application"),
        subnetwork !== undefined && network === undefined ? { path: "network.subnetwork", reason: alone } : undefined,
    ].filter((problem) => problem !== undefined);
}

/** As the API takes it. */
export function networkOf(given: FlexibleNetwork | undefined, place: NetworkPlace) {
    const { forwardedPorts, instanceTag, sessionAffinity, addresses } = settingsOf(given);
    const { name: network, subnetwork, nat } = place;
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
