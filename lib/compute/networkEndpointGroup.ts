import type { Firewall, FirewallArgs } from "@pulumi/gcp/compute/firewall";
import { getNetworkEndpointGroup } from "@pulumi/gcp/compute/getNetworkEndpointGroup";
import { GlobalNetworkEndpoint, type GlobalNetworkEndpointArgs } from "@pulumi/gcp/compute/globalNetworkEndpoint";
import {
    GlobalNetworkEndpointGroup,
    type GlobalNetworkEndpointGroupArgs,
} from "@pulumi/gcp/compute/globalNetworkEndpointGroup";
import { NetworkEndpoint, type NetworkEndpointArgs } from "@pulumi/gcp/compute/networkEndpoint";
import {
    NetworkEndpointGroup as ZonalNetworkEndpointGroup,
    type NetworkEndpointGroupArgs as ZonalNetworkEndpointGroupArgs,
} from "@pulumi/gcp/compute/networkEndpointGroup";
import { RegionNetworkEndpoint, type RegionNetworkEndpointArgs } from "@pulumi/gcp/compute/regionNetworkEndpoint";
import {
    RegionNetworkEndpointGroup,
    type RegionNetworkEndpointGroupArgs,
} from "@pulumi/gcp/compute/regionNetworkEndpointGroup";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { checkExisting, type Existing, lookUp, type Place } from "../environment/existing";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { regionOf, subnetProblem, zone } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Child, type Transform, transforms } from "../internal/engine/children";
import { freshName } from "../internal/engine/freshName";
import { natOf } from "../internal/network/subnetNat";
import type { Network } from "../network";
import { projectId } from "../stack/settings/projectId";
import { type AnyEndpoints, type Endpoints, endpointsWith, type HostAndPort, hostAndPort } from "./endpoints";
import { groupMachines, openMachines } from "./machines";
import type { AnyMachine, ExistingMachineArgs } from "./virtualMachine";

/** The arguments of all kinds of a {@link NetworkEndpointGroup}. */
export interface SharedEndpointGroupArgs extends ComponentArgs {
    /**
     * The {@link https://cloud.google.com/compute/docs/naming-resources name} of the group: up to 63 lower-case letters, digits and hyphens,
     * starting with a letter. Changing this replaces the group.
     * @default the component's name with a random suffix
     */
    name?: string;
    /**
     * The description of the group. Changing this replaces the group.
     * @default none
     */
    description?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        group?: Transform<
            ZonalNetworkEndpointGroupArgs & RegionNetworkEndpointGroupArgs & GlobalNetworkEndpointGroupArgs
        >;
        endpoint?: Transform<NetworkEndpointArgs & RegionNetworkEndpointArgs & GlobalNetworkEndpointArgs>;
        firewall?: Transform<FirewallArgs>;
    };
}

/** The arguments of a {@link NetworkEndpointGroup}. */
export type NetworkEndpointGroupArgs = SharedEndpointGroupArgs & Endpoints;

/** The arguments of all kinds together. */
type UncheckedArgs = SharedEndpointGroupArgs & AnyEndpoints;

const networkEndpointGroupArgs = endpointsWith<SharedEndpointGroupArgs>({
    name: check.nameOf(nameFormats.rows.computeResource),
    description: check.text(),
    transform: transforms("group", "endpoint", "firewall"),
    ...componentArgs,
}) as check.Check<UncheckedArgs>;

const titleOf = (name: string) => `NetworkEndpointGroup "${name}"`;

function resolveArgs(name: string, args: NetworkEndpointGroupArgs, environment: Environment) {
    const completed = check.withDefaults(args as UncheckedArgs, {
        name: shortenName(name, nameFormats.rows.computeResource.max),
    });
    const regionIn = ({ region, zone }: UncheckedArgs) =>
        zone === undefined ? (region ?? environment.region) : regionOf(zone);
    const checked = check.checked(titleOf(name), completed, networkEndpointGroupArgs, (resolved) => [
        check.when(
            resolved.internet !== undefined && resolved.region !== undefined && resolved.network === undefined,
            "region",
            "compute/endpoint-region-without-network",
            "is for a regional load balancer, which reaches the internet from its network. Set network too, or remove it for a global one.",
        ),
        resolved.network === undefined
            ? undefined
            : subnetProblem("network", resolved.network, regionIn(resolved), "the group"),
    ]);
    return { ...checked, name: checked.name as string, region: regionIn(checked) };
}

type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Creates the groups and endpoints of a component. */
interface Context {
    component: string;
    title: string;
    child: Child;
    /** What groups of all kinds have, and the options of their resources. */
    shared: { name: string; description?: string };
    options: pulumi.CustomResourceOptions;
}

/** A group with its endpoints. */
interface Made {
    group: ZonalNetworkEndpointGroup | RegionNetworkEndpointGroup | GlobalNetworkEndpointGroup;
    firewall?: Firewall;
    /** The region of the load balancers that can use the group; undefined for global ones only. */
    region?: pulumi.Input<string>;
}

/** A group of endpoints in a zone that exists already. */
export interface ExistingEndpointGroup extends Existing {
    readonly group: Record<"project" | "zone" | "name" | "id", pulumi.Output<string>>;
}

/**
 * A {@link https://cloud.google.com/load-balancing/docs/negs network endpoint group}: addresses and ports to which a load balancer sends
 * requests, such as ports of machines, servers outside of Google Cloud, a host on the internet, or a published service.
 * @example
 * ```ts
 * const images = new NetworkEndpointGroup("images", { internet: "images.acme.net" });
 * new LoadBalancer("images", { domains: "images.acme.com", routes: { "/*": images }, securityPolicy: true });
 * ```
 */
export class NetworkEndpointGroup extends pulumi.ComponentResource {
    /** The group itself. */
    readonly group: ZonalNetworkEndpointGroup | RegionNetworkEndpointGroup | GlobalNetworkEndpointGroup;
    /** The firewall rule that lets load balancers reach machines of the program; undefined for other endpoints. */
    readonly firewall?: Firewall;
    /** The region of the load balancers that can use the group; undefined for a group that only global ones can use. */
    readonly region?: pulumi.Output<string>;
    readonly #endpoints: AnyEndpoints;

    /** What the endpoints are; not a property, which programs would export. @internal */
    get endpoints(): AnyEndpoints {
        return this.#endpoints;
    }

    /** The name of a host on the internet; undefined for its address, and for other endpoints. @internal */
    get host(): string | undefined {
        const { internet } = this.#endpoints;
        const { host, isAddress } = hostAndPort(internet ?? "");
        return internet === undefined || isAddress ? undefined : host;
    }

    /**
     * A group of a zone that exists already, to which a `LoadBalancer` can send requests, such as one that GKE creates for a Service:
     * `NetworkEndpointGroup.existing("shop", { zone: "europe-west1-b" })`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingMachineArgs): ExistingEndpointGroup {
        const format = check.nameOf(nameFormats.rows.computeResource);
        const place = checkExisting("NetworkEndpointGroup", name, format, args, { zone, project: projectId }, ["zone"]);
        const find = async ({ project, location: zone }: Place, options: pulumi.InvokeOptions) => {
            await getNetworkEndpointGroup({ project, zone, name }, options);
            return { project, zone, name, id: `projects/${project}/zones/${zone}/networkEndpointGroups/${name}` };
        };
        const group = lookUp(
            "NetworkEndpointGroup",
            name,
            format,
            { project: place.project, region: place.zone },
            find,
            "project",
            "zone",
            "name",
            "id",
        );
        return { existing: "NetworkEndpointGroup", inProject: place.project, group };
    }

    constructor(name: string, args: NetworkEndpointGroupArgs, options?: pulumi.ComponentResourceOptions) {
        const resolved = Environment.current().resolved((environment) => resolveArgs(name, args, environment));
        super("slipway:index:NetworkEndpointGroup", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["compute.googleapis.com"] });
        // A group that is replaced exists beside the new one: load balancers keep it from being deleted first.
        const fresh = freshName("name", resolved.name, nameFormats.rows.computeResource.max);
        const shared = { name: fresh.name, description: resolved.description };
        // A group with an endpoint on the internet has only one: another endpoint is in another group.
        const trigger = resolved.internet === undefined ? resolved.name : `${resolved.name} ${resolved.internet}`;
        const made = createGroup(
            {
                component: name,
                title: titleOf(name),
                child,
                shared,
                options: { ...fresh.options, replacementTrigger: trigger },
            },
            resolved,
        );
        this.group = made.group;
        this.firewall = made.firewall;
        this.region = made.region === undefined ? undefined : pulumi.output(made.region);
        this.#endpoints = resolved;
        this.registerOutputs({ group: this.group });
    }
}

function createGroup(context: Context, resolved: ResolvedArgs): Made {
    const { machines, endpoints, internet, network, port, serviceAttachment } = resolved;
    if (machines) {
        return ofMachines(context, resolved.name, machines, port as number);
    }
    if (endpoints) {
        return hybrid(context, network as Network, resolved, endpoints);
    }
    if (internet) {
        const endpoint = hostAndPort(internet);
        return network ? internetIn(context, network, resolved.region, endpoint) : global(context, endpoint);
    }
    const args = {
        ...context.shared,
        region: resolved.region,
        networkEndpointType: "PRIVATE_SERVICE_CONNECT",
        pscTargetService: serviceAttachment ?? resolved.googleApi,
        network: network?.network.id,
        subnetwork: network?.subnetworkIn(resolved.region)?.id,
    };
    const { child, component, options } = context;
    return {
        group: new RegionNetworkEndpointGroup(...child("group", component, args, options)),
        region: resolved.region,
    };
}

/** A port of machines. A machine that is replaced leaves the group; its endpoint is created again with it. */
function ofMachines(context: Context, name: string, machines: AnyMachine[], port: number): Made {
    const { component, title, child, shared, options } = context;
    const { zone, network, subnetwork, inProject, members, dependsOn } = groupMachines(title, machines);
    const firewall = openMachines(component, { name, ports: [port], network, inProject }, machines, child);
    const args = { ...shared, networkEndpointType: "GCE_VM_IP_PORT", zone, network, subnetwork, defaultPort: port };
    const group = new ZonalNetworkEndpointGroup(...child("group", component, args, { ...options, dependsOn }));
    for (const { name, link, address } of members) {
        const endpoint = { networkEndpointGroup: group.name, zone, instance: link, ipAddress: address, port };
        new NetworkEndpoint(...child("endpoint", `${component}-${name}`, endpoint));
    }
    return { group, firewall, region: zone.apply(regionOf) };
}

function hybrid(context: Context, { network }: Network, { zone, region }: ResolvedArgs, endpoints: string[]): Made {
    const { component, child, shared, options } = context;
    const args = { ...shared, networkEndpointType: "NON_GCP_PRIVATE_IP_PORT", zone, network: network.id };
    const group = new ZonalNetworkEndpointGroup(...child("group", component, args, options));
    for (const endpoint of endpoints) {
        const { host, port } = hostAndPort(endpoint);
        const at = { networkEndpointGroup: group.name, zone, ipAddress: host, port };
        new NetworkEndpoint(...child("endpoint", `${component}-${keyOf(endpoint)}`, at));
    }
    return { group, region };
}

/** The part of names for an endpoint. */
const keyOf = (endpoint: string): string => endpoint.replaceAll(/[.:]/g, "-");

const internetType = ({ isAddress }: HostAndPort) => (isAddress ? "INTERNET_IP_PORT" : "INTERNET_FQDN_PORT");
const internetAddress = ({ host, port, isAddress }: HostAndPort) =>
    isAddress ? { ipAddress: host, port } : { fqdn: host, port };

function internetIn(context: Context, network: Network, region: string, endpoint: HostAndPort): Made {
    const { component, child, shared, options } = context;
    const args = { ...shared, networkEndpointType: internetType(endpoint), region, network: network.network.id };
    const dependsOn = natOf(network.subnetworkIn(region)?.id, context.title);
    const group = new RegionNetworkEndpointGroup(
        ...child("group", component, args, pulumi.mergeOptions(options, { dependsOn })),
    );
    const at = { regionNetworkEndpointGroup: group.name, region, ...internetAddress(endpoint) };
    new RegionNetworkEndpoint(...child("endpoint", component, at));
    return { group, region };
}

function global(context: Context, endpoint: HostAndPort): Made {
    const { component, child, shared, options } = context;
    const args = { ...shared, networkEndpointType: internetType(endpoint), defaultPort: endpoint.port };
    const group = new GlobalNetworkEndpointGroup(...child("group", component, args, options));
    const at = { globalNetworkEndpointGroup: group.name, ...internetAddress(endpoint) };
    new GlobalNetworkEndpoint(...child("endpoint", component, at));
    return { group };
}
