import type { Network as Vpc } from "@pulumi/gcp/compute/network";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { childrenOf } from "../internal/children";
import { fitted } from "../internal/names";
import { type Decided, decided, type NetworkArgs } from "./arguments";
import { flowLogDefaults, type Gateway, gateway, subnet, vpc } from "./parts";
import { connected, type PrivateServices } from "./privateServices";

/** The networks that environments have for all components. */
const shared = new WeakMap<Environment, Network>();

/**
 * A VPC network of custom mode: subnets with Private Google Access and flow logs, Cloud NAT for what has no address on the
 * internet, and private services access for Google's services. Nothing comes in.
 */
export class Network extends pulumi.ComponentResource {
    readonly network: Vpc;
    /** By their keys in `subnets`. */
    readonly subnetworks: Readonly<Record<string, Subnetwork>>;
    /** The routers and gateways, by region. */
    readonly gateways: Readonly<Record<string, Gateway>>;
    /** By these Google's services have addresses in the network; nothing with `privateServices: false`. */
    readonly privateServices?: PrivateServices;

    private readonly regions: Decided["subnets"];

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

        this.regions = args.subnets;
        this.network = vpc(name, args.name, child);
        const { network } = this;
        this.subnetworks = Object.fromEntries(
            args.subnets.map(({ key, ...parts }) => {
                const subnetName = `${fitted(args.name, 62 - key.length)}-${key}`;
                const all = { ...parts, name: subnetName, network, flowLogs: flowLogDefaults };
                return [key, subnet(`${name}-${key}`, all, child)];
            }),
        );
        const regions = args.nat ? new Set(args.subnets.map(({ region }) => region)) : [];
        this.gateways = Object.fromEntries(
            [...regions].map((region) => {
                return [region, gateway(`${name}-${region}`, { name: args.name, region, network }, child)];
            }),
        );
        this.privateServices = args.privateServices
            ? connected(
                  name,
                  { name: args.name, network },
                  args.privateServices,
                  child,
                  environment.enable("servicenetworking.googleapis.com"),
              )
            : undefined;
        this.registerOutputs({ network });
    }

    /** The first subnet of a region; nothing where there is none. */
    subnetworkIn(region: string): Subnetwork | undefined {
        const found = this.regions.find((each) => each.region === region);
        return found && this.subnetworks[found.key];
    }

    /** The names of the secondary ranges of that subnet. */
    secondaryRangesIn(region: string): readonly string[] {
        const found = this.regions.find((each) => each.region === region);
        return Object.keys(found?.secondaryRanges ?? {});
    }
}

/** A name that no other program has in a project that several deploy to. */
function sharedName(): string {
    const name = `${pulumi.getProject()}-${pulumi.getStack()}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
    return fitted(/^[a-z]/.test(name) ? name : `network-${name}`, 50).replace(/-+$/, "");
}
