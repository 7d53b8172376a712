import type { Network } from "@pulumi/gcp/compute/network";
import { Route } from "@pulumi/gcp/compute/route";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { ipRange } from "../internal/network/cidr";
import { ipAddress } from "./endpoint";
import { priority, tags } from "./firewall";
import { partKey } from "./names";

/**
 * The next hop of a route: the internet, or a VM (by its ID, `projects/acme-dev/zones/europe-west1-b/instances/router`), an internal IPv4
 * address, the forwarding rule of an internal passthrough load balancer, or a Classic VPN tunnel (both by ID).
 */
export type NextHop =
    | "internet"
    | check.OneOf<
          | {
                /** The ID of a VM: `projects/acme-dev/zones/europe-west1-b/instances/router`. */
                instance: pulumi.Input<string>;
            }
          | {
                /** An internal IPv4 address: `10.0.0.10`. */
                address: pulumi.Input<string>;
            }
          | {
                /**
                 * The ID of the forwarding rule of an internal passthrough load balancer:
                 * `projects/acme-dev/regions/europe-west1/forwardingRules/main`.
                 */
                forwardingRule: pulumi.Input<string>;
            }
          | {
                /** The ID of a Classic VPN tunnel: `projects/acme-dev/regions/europe-west1/vpnTunnels/main`. */
                vpnTunnel: pulumi.Input<string>;
            }
      >;

/**
 * A {@link https://cloud.google.com/vpc/docs/static-routes static route}. Google Cloud cannot change one: a changed route is deleted, and
 * then created again.
 */
export interface NetworkRoute {
    /** The destination: an IPv4 or IPv6 range that is not in a subnet, such as `192.168.0.0/16`. */
    range: string;
    /** The next hop of packets to the destination. */
    nextHop: NextHop;
    /**
     * The {@link https://cloud.google.com/vpc/docs/routes#routeselection priority}, 0 to 65,535: among routes of the same range, the lowest
     * number applies.
     * @default 1000
     */
    priority?: number;
    /**
     * Network tags of the VMs that the route applies to.
     * @default all VMs of the network
     */
    tags?: string[];
    /**
     * The description of the route.
     * @default none
     */
    description?: string;
}

const idOf = (collection: string) =>
    check.input(
        check.matching(
            new RegExp(`^(https://www\\.googleapis\\.com/compute/v1/)?projects/[^/]+/${collection}/[^/]+$`),
            `must be an ID such as projects/acme-dev/${collection.replace("[^/]+", collection.startsWith("zones") ? "europe-west1-b" : "europe-west1")}/main`,
        ),
    );

const hop = check.variant({
    instance: check.options<{ instance: pulumi.Input<string> }>(
        { instance: idOf("zones/[^/]+/instances") },
        "instance",
    ),
    address: check.options<{ address: pulumi.Input<string> }>({ address: check.input(ipAddress) }, "address"),
    forwardingRule: check.options<{ forwardingRule: pulumi.Input<string> }>(
        { forwardingRule: idOf("regions/[^/]+/forwardingRules") },
        "forwardingRule",
    ),
    vpnTunnel: check.options<{ vpnTunnel: pulumi.Input<string> }>(
        { vpnTunnel: idOf("regions/[^/]+/vpnTunnels") },
        "vpnTunnel",
    ),
});

const route = check.options<NetworkRoute>(
    { range: ipRange, nextHop: check.literalOr("internet", hop), priority, tags, description: check.text() },
    "range",
    "nextHop",
);

/** Checks the routes of a network. */
export const routes = check.record(partKey("the name of a route"), route);

/** Checks the parameters of `Network.route`. */
export const routeArgs = check.options<{ route: Record<string, NetworkRoute> }>({ route: routes }, "route");

/** The next hop as the arguments of the route. */
function hopInputs(nextHop: NextHop) {
    return nextHop === "internet"
        ? { nextHopGateway: "default-internet-gateway" }
        : {
              nextHopInstance: nextHop.instance,
              nextHopIp: nextHop.address,
              nextHopIlb: nextHop.forwardingRule,
              nextHopVpnTunnel: nextHop.vpnTunnel,
          };
}

/** Creates a route. */
export function createRoute(
    component: string,
    key: string,
    { name, network, subnetworks }: { name: string; network: Network; subnetworks: Subnetwork[] },
    { range, nextHop, priority = 1000, tags, description }: NetworkRoute,
    child: Child,
): Route {
    return new Route(
        ...child(
            "route",
            `${component}-${key}`,
            {
                name: partName(name, key),
                network: network.id,
                destRange: range,
                ...hopInputs(nextHop),
                priority,
                tags,
                description,
            },
            {
                // A route with the same name cannot exist next to it.
                deleteBeforeReplace: true,
                // The address is in one of them.
                dependsOn: typeof nextHop === "object" && nextHop.address !== undefined ? subnetworks : [],
            },
        ),
    );
}
