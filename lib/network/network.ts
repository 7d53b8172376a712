import type { Firewall } from "@pulumi/gcp/compute/firewall";
import { Network as Vpc } from "@pulumi/gcp/compute/network";
import type { Route } from "@pulumi/gcp/compute/route";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type { Policy } from "@pulumi/gcp/dns/policy";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { ExistingOf, idOf, requireKnown } from "../environment/existing";
import { sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { region } from "../internal/arguments/locations";
import { partName, shortenName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { noted } from "../internal/engine/creationNote";
import { serviceAttachment } from "../internal/network/serviceAttachment";
import { setNat } from "../internal/network/subnetNat";
import { flowLogDefaults, type LoadBalancerProxies, loadBalancerProxies, subnet, vpc } from "../internal/network/vpc";
import { createDnsPolicy } from "./dnsPolicy";
import { createEndpoint, type Endpoint, ipAddress } from "./endpoint";
import { createFirewall } from "./firewall";
import { createGoogleApisEndpoint, type GoogleApisEndpoint } from "./googleApis";
import { partKey } from "./names";
import { createNat, isWithNat, type Nat, type NatGateway } from "./nat";
import type { ExistingNetworkArgs, NetworkArgs } from "./networkArgs";
import { type ResolvedArgs, resolveArgs } from "./networkArgs";
import { createPrivateServices, type PrivateServices, type PrivateServicesRange, rangeOf } from "./privateServices";
import { createRoute, type NetworkRoute, routeArgs } from "./routes";
import { type SubnetRoles, subnetArgs, subnetKeyProblem, subnetRoles } from "./subnetRoles";
import { isExisting, isUsable, type ResolvedSubnet } from "./subnets";

/** The shared network of each environment. */
const sharedNetworks = new WeakMap<Environment, Network>();

/**
 * A custom mode VPC network: subnets with Private Google Access and flow logs. Cloud NAT for outbound internet access and private
 * services access for Google services are created when a component needs them. Ingress is denied unless a firewall rule allows it.
 * @example
 * ```ts
 * const apps = new Network("apps", { subnets: { apps: { range: "10.0.0.0/20" } } });
 * new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} }, network: apps });
 * ```
 */
export class Network extends pulumi.ComponentResource {
    /** The network itself. */
    readonly network: Vpc;
    /** The subnets, by their keys in `subnets`. */
    readonly subnetworks: Readonly<Record<string, Subnetwork>>;
    /** The proxy-only subnets of internal load balancers with their firewall rules, by region. */
    readonly proxies: Readonly<Record<string, LoadBalancerProxies>>;
    /** The proxy-only subnets of cross-region load balancers with their firewall rules, by region. */
    readonly globalProxies: Readonly<Record<string, LoadBalancerProxies>>;
    /**
     * The Cloud NAT gateways, by region; none with `nat: false`. Reading the gateway of a region with a subnet creates it, so that
     * resources without external addresses can depend on `gateways["europe-west1"].nat`.
     */
    readonly gateways: Readonly<Record<string, NatGateway>>;
    /** The endpoint for Google APIs; undefined without `privateServiceConnect.googleApis`. */
    readonly googleApis?: GoogleApisEndpoint;
    /** The endpoints for published services, by their keys in `privateServiceConnect.endpoints`. */
    readonly endpoints: Readonly<Record<string, Endpoint>>;
    /** The private services access of other service producers, by their keys in `serviceProducers`. */
    readonly producers: Readonly<Record<string, PrivateServices>>;
    /** The DNS server policy; undefined without `dnsPolicy`. */
    readonly dnsPolicy?: Policy;
    /** The firewall rules, by their keys in `firewall`, and `iap-ssh`. */
    readonly firewallRules: Readonly<Record<string, Firewall>>;

    /** The static routes, by their keys in `routes`. */
    readonly routes: Readonly<Record<string, Route>>;

    private readonly component: string;
    private readonly args: ResolvedArgs;
    /** The children in the network's project. */
    private readonly child: Child;
    /** The children in the environment's project. */
    readonly #ownChild: Child;
    private readonly environment: Environment;
    private readonly createdGateways = new Map<string, NatGateway>();
    private readonly roles = new Map<string, SubnetRoles>();
    private createdServices?: PrivateServices;

    /** Returns the environment's network for components without a `network` argument; the first call creates it. */
    static shared(): Network {
        const environment = Environment.current();
        const network = sharedNetworks.get(environment) ?? new Network(sharedName());
        sharedNetworks.set(environment, network);
        return network;
    }

    /**
     * A network that exists already, and that the component does not manage. It only adds what the arguments ask for: subnets, firewall
     * rules, Cloud NAT, endpoints.
     *
     * @param name the name of the network in Google Cloud, which is also the component's
     */
    static existing(name: string, args: ExistingNetworkArgs = {}, options?: pulumi.ComponentResourceOptions): Network {
        requireKnown("Network", name, args);
        return new Network(name, new ExistingOf(args) as object, options);
    }

    constructor(name: string, args: NetworkArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:Network", name, {}, inEnvironment(options, resolved.crossProject));
        const { child: own } = component(this, name, resolved, { apis: ["compute.googleapis.com"] });
        this.component = name;
        this.args = resolved;
        this.environment = environment;
        const { inProject } = this;
        const child = inProject === undefined ? own : childIn(inProject, own);
        this.child = child;
        this.#ownChild = own;

        this.network = resolved.isExisting
            ? this.found(resolved.project)
            : vpc(name, resolved.name, child, networkOptions(resolved));
        const { network } = this;
        const parts = { name: resolved.name, network, labels: resolved.labels };
        this.subnetworks = this.createSubnetworks(resolved);
        this.proxies = this.createProxies("proxies", resolved.proxies);
        this.globalProxies = this.createProxies("global-proxies", resolved.globalProxies, "GLOBAL_MANAGED_PROXY");
        this.gateways = this.provideGateways(resolved);
        this.createRequested(resolved);
        this.producers = this.createProducers(resolved);
        this.googleApis =
            resolved.googleApis &&
            createGoogleApisEndpoint(
                name,
                { ...parts, region: environment.region },
                resolved.googleApis,
                child,
                environment,
            );
        this.dnsPolicy =
            resolved.dnsPolicy &&
            createDnsPolicy(name, { name: resolved.name, network: network.id }, resolved.dnsPolicy, child, environment);
        this.firewallRules = createFirewall(name, parts, resolved, child);
        this.routes = Object.fromEntries(
            Object.entries(resolved.routes ?? {}).map(([key, route]) => [
                key,
                createRoute(name, key, { ...parts, subnetworks: Object.values(this.subnetworks) }, route, child),
            ]),
        );
        this.endpoints = Object.fromEntries(
            Object.entries(resolved.endpoints).map(
                ([key, { subnet: subnetKey, serviceAttachment: target, address }]) => {
                    const subnet =
                        resolved.subnets.find((each) => each.key === subnetKey) ?? resolved.subnets.find(isUsable);
                    return [key, this.createEndpoint(key, subnet as ResolvedSubnet, target, address)];
                },
            ),
        );
        this.warnOfRemovedGateways(resolved);
        this.registerOutputs({ network });
    }

    /** The project of a network in another project, the host of a Shared VPC; not a property, which programs would export. @internal */
    get inProject(): string | undefined {
        const { project } = this.args;
        return project === this.environment.project ? undefined : project;
    }

    /**
     * The private services access; undefined with `privateServices: false`. Reading it creates it unless it exists, so that
     * resources with private addresses can depend on `privateServices.connection`.
     */
    get privateServices(): PrivateServices | undefined {
        const { privateServices } = this.args;
        if (privateServices !== false) {
            const note = `Network "${this.component}": creates private services access, for the private addresses of Google services.`;
            this.createdServices ??= this.createServices(
                { ...(privateServices !== true && privateServices) },
                noted(this.child, privateServices ? undefined : note),
            );
        }
        return this.createdServices;
    }

    /** Whether the network exists already, and can have subnets that the program does not know. @internal */
    get isFound(): boolean {
        return this.args.isExisting;
    }

    /** Returns the first subnet in a region, if any. */
    subnetworkIn(region: string): Subnetwork | undefined {
        const subnet = this.firstSubnetIn(region);
        return subnet && this.subnetworks[subnet.key];
    }

    /** The IP ranges in the arguments; ranges that Google chooses are not known. */
    get ranges(): readonly string[] {
        const range = rangeOf(this.args.privateServices);
        const subnetRanges = this.args.subnets.flatMap(({ range, secondaryRanges = {} }) =>
            range === undefined ? [] : [range, ...Object.values(secondaryRanges)],
        );
        const producers = Object.values(this.args.serviceProducers ?? {}).map(rangeOf);
        const all = [
            ...subnetRanges,
            ...producers.filter((each) => each !== undefined),
            ...Object.values(this.args.proxies),
            ...Object.values(this.args.globalProxies),
        ];
        return range === undefined ? all : [...all, range];
    }

    /** Returns the range of a subnet, or of the first one in a region; undefined if it is not known. @internal */
    rangeIn(region: string, id?: pulumi.Input<string>): string | undefined {
        const isOf = ({ id: own, name }: Subnetwork) =>
            [own, name].includes(check.originOf(id) as pulumi.Output<string>);
        const found =
            id === undefined
                ? this.firstSubnetIn(region)
                : this.args.subnets.find(({ key }) => isOf(this.subnetworks[key] as Subnetwork));
        return found?.range;
    }

    /** Returns the kind of the IPv6 addresses of the first subnet in a region; undefined without any. @internal */
    ipv6In(region: string): "internal" | "external" | undefined {
        return this.firstSubnetIn(region)?.ipv6;
    }

    /** Returns the subnets of a region from which connections to published services come. @internal */
    publishingSubnetsIn(region: string): Subnetwork[] {
        return this.args.subnets
            .filter((subnet) => subnet.region === region && subnet.purpose === "PRIVATE_SERVICE_CONNECT")
            .map(({ key }) => this.subnetworks[key] as Subnetwork);
    }

    /** Returns the names of the secondary ranges of the first subnet in a region. */
    secondaryRangesIn(region: string): readonly string[] {
        return Object.keys(this.firstSubnetIn(region)?.secondaryRanges ?? {});
    }

    /**
     * Creates a Private Service Connect endpoint for a published service, in the first subnet of the service's region.
     *
     * @param name the suffix of the endpoint's name, after the network's name
     * @param target the service attachment, `projects/…/regions/europe-west1/serviceAttachments/…`
     * @param region the region of the service attachment
     * @param address the IP address in the subnet, by default a free one
     */
    endpoint(name: string, target: pulumi.Input<string>, region: string, address?: pulumi.Input<string>): Endpoint {
        const args = check.checked(
            `Network "${this.component}"`,
            { endpoint: { name, target, region, address } },
            endpointArgs,
            () => {
                const reason = `must be a region with a subnet (got "${region}"). Add one to the network's subnets.`;
                return this.firstSubnetIn(region)
                    ? []
                    : [check.problem("endpoint.region", "network/endpoint-region-without-subnet", reason)];
            },
        );
        const subnet = this.firstSubnetIn(region) as ResolvedSubnet;
        return this.createEndpoint(name, subnet, args.endpoint.target, args.endpoint.address);
    }

    /**
     * The roles on a subnet, as capabilities for {@link allow}: teams and accounts of other projects use a subnet of a Shared VPC with
     * `user`.
     *
     * @param key the key of the subnet in `subnets`
     */
    subnet(key: string): SubnetRoles {
        check.checked(`Network "${this.component}"`, { subnet: key }, subnetArgs, () => [
            subnetKeyProblem("subnet", key, this.args.subnets),
        ]);
        const roles = this.roles.get(key) ?? subnetRoles(this.component, key, this.subnetworks[key] as Subnetwork);
        this.roles.set(key, roles);
        return this.args.subnets.some((subnet) => subnet.key === key && isExisting(subnet))
            ? sharedOffers(roles)
            : roles;
    }

    /**
     * Adds a static route to a resource in the network, such as a VM.
     *
     * @param key the suffix of the route's name, after the network's name
     */
    route(key: string, route: NetworkRoute): Route {
        const checked = check.checked(`Network "${this.component}"`, { route: { [key]: route } }, routeArgs);
        const { args, network } = this;
        const parts = { name: args.name, network, subnetworks: Object.values(this.subnetworks) };
        return createRoute(this.component, key, parts, checked.route[key] as NetworkRoute, this.child);
    }

    private firstSubnetIn(region: string): ResolvedSubnet | undefined {
        return this.args.subnets.find((subnet) => subnet.region === region && isUsable(subnet));
    }

    private createSubnetworks({ name, subnets }: ResolvedArgs): Record<string, Subnetwork> {
        const created = subnets.map(({ key, flowLogs, existing, ...parts }) => {
            if (parts.range === undefined) {
                return [key, this.foundSubnet(key, existing as string, parts.region)];
            }
            const isLogged = flowLogs ?? isUsable(parts);
            const logs = isLogged ? check.withDefaults(flowLogs || {}, flowLogDefaults) : undefined;
            const args = { ...parts, name: partName(name, key), network: this.network, flowLogs: logs };
            return [key, subnet(`${this.component}-${key}`, args, this.child)];
        });
        return Object.fromEntries(created);
    }

    /** Reads an existing network, which the stack does not manage. */
    private found(project: string): Vpc {
        const [name, , options] = this.child("network", this.component, {});
        return Vpc.get(name, `projects/${project}/global/networks/${this.component}`, undefined, options);
    }

    private foundSubnet(key: string, existing: string, region: string): Subnetwork {
        const [name, , options] = this.child("subnetwork", `${this.component}-${key}`, {});
        const id = idOf(existing, this.args.project, `regions/${region}/subnetworks`);
        return Subnetwork.get(name, id, undefined, options);
    }

    /** The regions of the subnets, and of an existing network without any the environment's. */
    private regions({ subnets, nat }: ResolvedArgs): string[] {
        return subnets.length > 0
            ? subnetsWithNat(subnets, nat).map(({ region }) => region)
            : [this.environment.region];
    }

    /**
     * Defines a gateway for each region with a subnet, which is created when it is first read or needed. Until then it is not listed,
     * so that a network among the stack's outputs does not create it.
     */
    private provideGateways(args: ResolvedArgs): Record<string, NatGateway> {
        const gateways: Record<string, NatGateway> = {};
        const { nat, subnets } = args;
        for (const region of nat === false ? [] : this.regions(args)) {
            Object.defineProperty(gateways, region, { get: () => this.gatewayIn(region), configurable: true });
        }
        for (const { key, region } of nat === false ? [] : subnetsWithNat(subnets, nat)) {
            setNat(this.subnetworks[key] as Subnetwork, (consumer) => this.gatewayIn(region, consumer).nat);
        }
        return gateways;
    }

    /** Warns if production has a Cloud NAT that nothing in the program needs any more: other things can use it. */
    private warnOfRemovedGateways(args: ResolvedArgs): void {
        if (args.nat !== undefined || !this.environment.defaults.protect || !pulumi.runtime.isDryRun()) {
            return;
        }
        const { atEnd }: typeof import("../internal/engine/replacements") = require("../internal/engine/replacements");
        atEnd(this, "gcp:compute/routerNat:RouterNat", (names) => {
            const removed = this.regions(args).filter((region) => names.includes(`${this.component}-${region}`));
            for (const region of removed.filter((each) => !this.createdGateways.has(each))) {
                pulumi.log.warn(
                    `Network "${this.component}": deletes the Cloud NAT in ${region}, because no component of the program needs it. What else uses it can no longer reach the internet. nat: true keeps it.`,
                );
            }
        });
    }

    /** Creates what the arguments ask for, even if no component needs it yet. */
    private createRequested(args: ResolvedArgs): void {
        for (const region of args.nat ? this.regions(args) : []) {
            this.gatewayIn(region);
        }
        if (args.privateServices) {
            void this.privateServices;
        }
    }

    private createProducers({ serviceProducers = {} }: ResolvedArgs): Record<string, PrivateServices> {
        const created = Object.entries(serviceProducers).map(([service, range]) => {
            return [service, this.createServices(range, this.child, service)];
        });
        return Object.fromEntries(created);
    }

    private createServices(range: PrivateServicesRange, child: Child, service?: string): PrivateServices {
        const { name, labels } = this.args;
        const proxies = [...Object.values(this.proxies), ...Object.values(this.globalProxies)];
        const subnetworks = [...Object.values(this.subnetworks), ...proxies.map(({ subnetwork }) => subnetwork)];
        return createPrivateServices(
            this.component,
            { name, network: this.network, subnetworks, labels },
            range,
            child,
            this.environment.enable("servicenetworking.googleapis.com"),
            service,
        );
    }

    /** Returns the Cloud NAT of a region. The first call creates it, and preview reports for which component. */
    private gatewayIn(region: string, consumer?: string): NatGateway {
        const { name, nat, labels } = this.args;
        const note =
            consumer &&
            `Network "${this.component}": creates Cloud NAT in ${region}, for the internet access of ${consumer}. nat: false omits it.`;
        const created =
            this.createdGateways.get(region) ??
            createNat(
                this.component,
                { name, region, network: this.network, labels, subnets: this.subnetsWithNatIn(region) },
                { ...(nat !== true && nat) },
                { child: noted(this.child, note), protect: this.environment.defaults.protect },
            );
        this.createdGateways.set(region, created);
        Object.defineProperty(this.gateways, region, { value: created, enumerable: true });
        return created;
    }

    /** The IDs of the subnets of a region that use Cloud NAT, by key. */
    private subnetsWithNatIn(region: string): Record<string, pulumi.Output<string>> {
        const own = subnetsWithNat(this.args.subnets, this.args.nat).filter((subnet) => subnet.region === region);
        return Object.fromEntries(own.map(({ key }) => [key, (this.subnetworks[key] as Subnetwork).id]));
    }

    private createProxies(
        kind: string,
        ranges: Record<string, string>,
        purpose?: string,
    ): Record<string, LoadBalancerProxies> {
        const created = Object.entries(ranges).map(([region, range]) => {
            const part = `${kind}-${region}`;
            const args = { name: partName(this.args.name, part), region, network: this.network, range, purpose };
            return [region, loadBalancerProxies(`${this.component}-${part}`, args, this.child)];
        });
        return Object.fromEntries(created);
    }

    private createEndpoint(
        key: string,
        subnet: ResolvedSubnet,
        target: pulumi.Input<string>,
        address: pulumi.Input<string> | undefined,
    ): Endpoint {
        const { args, network } = this;
        const parts = {
            name: partName(args.name, key),
            region: subnet.region,
            network,
            subnetwork: this.subnetworks[subnet.key] as Subnetwork,
            serviceAttachment: target,
            address,
            labels: args.labels,
        };
        return createEndpoint(`${this.component}-${key}`, parts, this.#ownChild, this.environment);
    }
}

/** The options of a new network that follow from its subnets. */
const networkOptions = ({ subnets }: ResolvedArgs) => ({
    enableUlaInternalIpv6: subnets.some(({ ipv6 }) => ipv6 === "internal") || undefined,
});

/** The parameters of {@link Network.endpoint}. */
interface EndpointParameters {
    name: string;
    target: pulumi.Input<string>;
    region: string;
    address?: pulumi.Input<string>;
}

/** Checks the parameters of {@link Network.endpoint}. */
const endpointArgs = check.options<{ endpoint: EndpointParameters }>(
    {
        endpoint: check.options<EndpointParameters>(
            {
                name: partKey("it"),
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

/** The name of the shared network, unique among the Pulumi programs that deploy to one project. */
function sharedName(): string {
    const name = `${pulumi.getProject()}-${pulumi.getStack()}`.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-");
    return shortenName(/^[a-z]/.test(name) ? name : `network-${name}`, 50).replace(/-+$/, "");
}

/** The subnets in which Cloud NAT is used, if there is one. */
const subnetsWithNat = (subnets: readonly ResolvedSubnet[], nat: Nat | boolean | undefined) =>
    subnets.filter((subnet) => isUsable(subnet) && isWithNat(subnet.key, nat));

/**
 * The children of a network in another project: subnets, rules, routes and gateways are in the project of their network
 * (https://cloud.google.com/vpc/docs/shared-vpc). A peering connection has no project of its own.
 */
const childIn =
    (project: string, child: Child): Child =>
    (part, name, args, options) =>
        child(part, name, part === "privateServicesConnection" ? args : { ...args, project }, options);
