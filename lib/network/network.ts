import type { Firewall } from "@pulumi/gcp/compute/firewall";
import type { Network as Vpc } from "@pulumi/gcp/compute/network";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import * as check from "../internal/check";
import { type Child, childrenOf } from "../internal/children";
import { fitted } from "../internal/names";
import { region } from "../internal/places";
import { flowLogDefaults, subnet, vpc } from "../internal/vpc";
import { type Decided, decided, type NetworkArgs } from "./arguments";
import { type Endpoint, endpoint, ipAddress, serviceAttachment } from "./endpoint";
import { firewallOf } from "./firewall";
import { type GoogleApisEndpoint, googleApisOf } from "./googleApis";
import { partName, partOf } from "./names";
import { type NatGateway, natIn } from "./nat";
import { connected, type PrivateServices } from "./privateServices";

/** The networks that environments have for all components. */
const shared = new WeakMap<Environment, Network>();

/**
 * A VPC network of custom mode: subnets with Private Google Access and flow logs, Cloud NAT for what has no address on the
 * internet, and private services access for Google's services. Nothing comes in that no rule of its firewall allows.
 */
export class Network extends pulumi.ComponentResource {
    readonly network: Vpc;
    /** By their keys in `subnets`. */
    readonly subnetworks: Readonly<Record<string, Subnetwork>>;
    /** The routers and gateways to the internet, by region. */
    readonly gateways: Readonly<Record<string, NatGateway>>;
    /** By these Google's services have addresses in the network; nothing with `privateServices: false`. */
    readonly privateServices?: PrivateServices;
    /** At this Google's APIs are found; nothing unless `privateServiceConnect` says so. */
    readonly googleApis?: GoogleApisEndpoint;
    /** The endpoints of `privateServiceConnect`, by their keys. */
    readonly endpoints: Readonly<Record<string, Endpoint>>;
    /** By their keys in `firewall`, and `iap-ssh`. */
    readonly firewallRules: Readonly<Record<string, Firewall>>;

    private readonly component: string;
    private readonly args: Decided;
    private readonly child: Child;

    /** The network that the environment has for components which need one and are given none: made when first asked for. */
    static shared(): Network {
        const environment = Environment.current();
        const made = shared.get(environment) ?? new Network(sharedName());
        shared.set(environment, made);
        return made;
    }

    constructor(name: string, given: NetworkArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment);
        super("slipway:index:Network", name, {}, inEnvironment(options, args.crossProject));
        const child = childrenOf(this, args.transform, { dependsOn: environment.enable("compute.googleapis.com") });
        this.component = name;
        this.args = args;
        this.child = child;

        this.network = vpc(name, args.name, child);
        const { network } = this;
        const parts = { name: args.name, network, labels: args.labels };
        this.subnetworks = this.subnetworksOf(args);
        const { protect } = environment.defaults;
        const regions = args.nat ? new Set(args.subnets.map((each) => each.region)) : [];
        const nat = args.nat || {};
        this.gateways = Object.fromEntries(
            [...regions].map((each) => [each, natIn(name, { ...parts, region: each }, nat, { child, protect })]),
        );
        const api = "servicenetworking.googleapis.com";
        this.privateServices = args.privateServices
            ? connected(name, parts, args.privateServices, child, environment.enable(api))
            : undefined;
        this.googleApis =
            args.googleApis &&
            googleApisOf(name, parts, args.googleApis, child, environment.enable("dns.googleapis.com"));
        this.firewallRules = firewallOf(name, parts, args, child);
        this.endpoints = Object.fromEntries(
            Object.entries(args.endpoints).map(([key, { subnet: chosen, serviceAttachment: target, address }]) => {
                const place = args.subnets.find((each) => each.key === chosen) ?? args.subnets[0];
                return [key, this.endpointIn(key, place as Place, target, address)];
            }),
        );
        this.registerOutputs({ network });
    }

    /** The first subnet of a region; nothing where there is none. */
    subnetworkIn(region: string): Subnetwork | undefined {
        const found = this.placeIn(region);
        return found && this.subnetworks[found.key];
    }

    /** Every range of its addresses that the program tells. */
    get ranges(): readonly string[] {
        const { range } = this.args.privateServices || {};
        const ofSubnets = this.args.subnets.flatMap((each) => [
            each.range,
            ...Object.values(each.secondaryRanges ?? {}),
        ]);
        return range === undefined ? ofSubnets : [...ofSubnets, range];
    }

    /** The names of the secondary ranges of that subnet. */
    secondaryRangesIn(region: string): readonly string[] {
        return Object.keys(this.placeIn(region)?.secondaryRanges ?? {});
    }

    /**
     * An endpoint of Private Service Connect for what somebody publishes, in the first subnet of the service's region.
     *
     * @param name what it is called, behind the network's name
     * @param target the service attachment, `projects/…/regions/europe-west1/serviceAttachments/…`
     * @param region the region of that
     * @param address in the subnet; one that is free when left out
     */
    endpoint(name: string, target: pulumi.Input<string>, region: string, address?: pulumi.Input<string>): Endpoint {
        const args = check.checked(
            `Network "${this.component}"`,
            { endpoint: { name, target, region, address } },
            given,
            () => {
                const reason = `must be a region with a subnet (got "${region}"). Add one to the network's subnets.`;
                return this.placeIn(region) ? [] : [{ path: "endpoint.region", reason }];
            },
        );
        return this.endpointIn(name, this.placeIn(region) as Place, args.endpoint.target, args.endpoint.address);
    }

    private placeIn(region: string): Place | undefined {
        return this.args.subnets.find((each) => each.region === region);
    }

    private subnetworksOf({ name, subnets }: Decided): Record<string, Subnetwork> {
        const made = subnets.map(({ key, flowLogs, ...parts }) => {
            const logs = flowLogs === false ? undefined : check.completed(flowLogs ?? {}, flowLogDefaults);
            const all = { ...parts, name: partOf(name, key), network: this.network, flowLogs: logs };
            return [key, subnet(`${this.component}-${key}`, all, this.child)];
        });
        return Object.fromEntries(made);
    }

    private endpointIn(
        key: string,
        place: Place,
        target: pulumi.Input<string>,
        address: pulumi.Input<string> | undefined,
    ): Endpoint {
        const { args, network } = this;
        const parts = {
            name: partOf(args.name, key),
            region: place.region,
            network,
            subnetwork: this.subnetworks[place.key] as Subnetwork,
            serviceAttachment: target,
            address,
            labels: args.labels,
        };
        return endpoint(`${this.component}-${key}`, parts, this.child);
    }
}

type Place = Decided["subnets"][number];

const given = check.options<{ endpoint: object }>(
    {
        endpoint: check.options<{ name: string; target: string; region: string; address?: string }>(
            {
                name: partName("it"),
                target: serviceAttachment,
                region,
                address: check.input(ipAddress),
            },
            "name",
            "target",
            "region",
        ),
    },
    "endpoint",
);

/** A name that no other program has in a project that several deploy to. */
function sharedName(): string {
    const name = `${pulumi.getProject()}-${pulumi.getStack()}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
    return fitted(/^[a-z]/.test(name) ? name : `network-${name}`, 50).replace(/-+$/, "");
}
