import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import { healthPort } from "../internal/arguments/healthCheck";
import { region, zone } from "../internal/arguments/locations";
import { networkComponent } from "../internal/network/networkOf";
import { serviceAttachment } from "../internal/network/serviceAttachment";
import type { Network } from "../network";
import { machines } from "./machines";
import type { AnyMachine } from "./virtualMachine";

/** Endpoints on machines of one zone. */
export interface MachineEndpoints {
    /**
     * The machines, at least one: each a `VirtualMachine`, or one that exists already. All must be in one zone and one network. A firewall rule
     * lets load balancers and their health checks reach the port on machines of the program; of machines that exist already, allow it in
     * `firewall` of the `Network`.
     */
    machines: AnyMachine[];
    /** The port of the machines that gets the requests: 1 to 65535. */
    port: number;
}

/**
 * Endpoints outside of Google Cloud that a network reaches by Cloud VPN or Cloud Interconnect:
 * {@link https://cloud.google.com/load-balancing/docs/negs/hybrid-neg-concepts hybrid connectivity}.
 */
export interface HybridEndpoints {
    /** The network that reaches the endpoints. Changing this replaces the group. */
    network: Network;
    /** The zone next to the endpoints: `"europe-west1-b"`. Changing this replaces the group. */
    zone: string;
    /** The private IPv4 addresses with their ports: `["10.20.0.5:443"]`. */
    endpoints: string[];
}

/** An {@link https://cloud.google.com/load-balancing/docs/negs/internet-neg-concepts endpoint on the internet}. */
export interface InternetEndpoint {
    /** A host or an IPv4 address that the internet reaches, with a port or 443: `"api.acme.com"`, `"203.0.113.7:8443"`. */
    internet: string;
    /**
     * The network of a regional load balancer, through whose Cloud NAT it reaches the endpoint. Changing this replaces the group.
     * @default none: for global load balancers
     */
    network?: Network;
    /**
     * The region of the load balancer, with `network`. Changing this replaces the group.
     * @default the environment's region
     */
    region?: string;
}

/** A {@link https://cloud.google.com/vpc/docs/private-service-connect published service} of another network. */
export interface PublishedEndpoint {
    /** The service attachment: `projects/acme-sales/regions/europe-west1/serviceAttachments/sales`. Changing this replaces the group. */
    serviceAttachment: pulumi.Input<string>;
    /** The network, with a subnet in the region. Changing this replaces the group. */
    network: Network;
    /**
     * The region of the service attachment. Changing this replaces the group.
     * @default the environment's region
     */
    region?: string;
}

/** A regional endpoint of a {@link https://cloud.google.com/vpc/docs/regional-service-endpoints Google API}. */
export interface GoogleApiEndpoint {
    /** The host of the regional endpoint: `"europe-west3-cloudkms.googleapis.com"`. Changing this replaces the group. */
    googleApi: string;
    /**
     * The region of the endpoint. Changing this replaces the group.
     * @default the environment's region
     */
    region?: string;
}

/** The endpoints of a {@link NetworkEndpointGroup}. */
export type Endpoints = check.OneOf<
    MachineEndpoints | HybridEndpoints | InternetEndpoint | PublishedEndpoint | GoogleApiEndpoint
>;

/** All arguments of the kinds together. */
export type AnyEndpoints = Partial<
    MachineEndpoints & HybridEndpoints & InternetEndpoint & PublishedEndpoint & GoogleApiEndpoint
>;

const address = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}";
const isAddress = new RegExp(`^${address}$`);
const isPort = (port: string) => Number(port) >= 1 && Number(port) <= 65_535;

/** The host and the port of an endpoint. */
export interface HostAndPort {
    host: string;
    port: number;
    /** Whether the host is an IP address. */
    isAddress: boolean;
}

/** The host and the port of an endpoint; the port of HTTPS without one. */
export function hostAndPort(endpoint: string): HostAndPort {
    const [host = "", port = "443"] = endpoint.split(":");
    return { host, port: Number(port), isAddress: isAddress.test(host) };
}

const privateEndpoint = check.matching(
    new RegExp(`^${address}:\\d{1,5}$`),
    "must be an IPv4 address and a port such as 10.20.0.5:443",
);
const internetEndpoint = check.matching(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d{1,5})?$/,
    "must be a host in lower case or an IPv4 address, with a port or without one, such as api.acme.com or 203.0.113.7:8443",
);
const withPort = check.refine(
    (text: string) => isPort(String(hostAndPort(text).port)),
    "must have a port of 1 to 65535",
);

const network = networkComponent as check.Check<Network>;

/**
 * Checks the endpoints of a group.
 *
 * @param shared the checks of the group's other arguments
 */
export function endpointsWith<Shared extends object>(shared: check.Checks<Shared>) {
    return check.variant({
        machines: check.options<MachineEndpoints>({ machines, port: healthPort, ...shared }, "machines", "port"),
        endpoints: check.options<HybridEndpoints>(
            {
                network,
                zone,
                endpoints: check.pipe(
                    check.list(check.pipe(privateEndpoint, withPort)),
                    check.refine(
                        (all) => all.length > 0 && new Set(all).size === all.length,
                        "must be a list of different endpoints with at least one",
                    ),
                ),
                ...shared,
            },
            "network",
            "zone",
            "endpoints",
        ),
        internet: check.options<InternetEndpoint>(
            { internet: check.pipe(internetEndpoint, withPort), network, region, ...shared },
            "internet",
        ),
        serviceAttachment: check.options<PublishedEndpoint>(
            { serviceAttachment, network, region, ...shared },
            "serviceAttachment",
            "network",
        ),
        googleApi: check.options<GoogleApiEndpoint>(
            {
                googleApi: check.matching(
                    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.googleapis\.com$/,
                    "must be the host of a Google API such as europe-west3-cloudkms.googleapis.com",
                ),
                region,
                ...shared,
            },
            "googleApi",
        ),
    });
}
