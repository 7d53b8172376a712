import type { Address } from "@pulumi/gcp/compute/address";
import { BackendBucket } from "@pulumi/gcp/compute/backendBucket";
import { BackendService } from "@pulumi/gcp/compute/backendService";
import type { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import { HealthCheck } from "@pulumi/gcp/compute/healthCheck";
import { RegionBackendService } from "@pulumi/gcp/compute/regionBackendService";
import { RegionHealthCheck } from "@pulumi/gcp/compute/regionHealthCheck";
import { RegionNetworkEndpointGroup } from "@pulumi/gcp/compute/regionNetworkEndpointGroup";
import type { RegionSecurityPolicy } from "@pulumi/gcp/compute/regionSecurityPolicy";
import type { RegionUrlMap } from "@pulumi/gcp/compute/regionUrlMap";
import type { SecurityPolicy } from "@pulumi/gcp/compute/securityPolicy";
import type { URLMap } from "@pulumi/gcp/compute/urlmap";
import type { RecordSet } from "@pulumi/gcp/dns/recordSet";
import { WebBackendServiceIamMember } from "@pulumi/gcp/iap/webBackendServiceIamMember";
import { WebRegionBackendServiceIamMember } from "@pulumi/gcp/iap/webRegionBackendServiceIamMember";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import { iapRole } from "../iam/iapMember";
import { forService } from "../internal/access/capability";
import { probeArgs } from "../internal/arguments/healthCheck";
import { partName } from "../internal/arguments/names";
import { type Child, childrenOf } from "../internal/engine/children";
import { freshName } from "../internal/engine/freshName";
import { signalsOfLoadBalancer } from "../monitoring/signals/serving";
import {
    appRegion,
    type LoadBalancerBackend,
    placesOf,
    type ResolvedBackend,
    serverlessCapacity,
    type Target,
} from "./backend";
import { bucketCdn, serviceCdn } from "./cdn";
import { type Certificates, createCertificates } from "./certificates";
import { createFrontEnd, type FrontEnd, type ReservedAddress, reserveAddresses } from "./frontEnd";
import { type GroupTarget, groupBackend, probesOf } from "./group";
import type { LoadBalancerArgs } from "./loadBalancerArgs";
import { type ResolvedArgs, resolveArgs } from "./loadBalancerArgs";
import { logConfig, sampleRateOf } from "./logs";
import { recordBackends } from "./openRoutes";
import { inProjectOf } from "./otherProject";
import { createRecords, type DnsRecord, dnsRecords, namedRecords } from "./records";
import { createSecurityPolicy } from "./securityPolicy";
import type { Published } from "./serviceAttachment";
import { createRedirect, createUrlMap } from "./urlMap";

/**
 * An application load balancer for clients on the internet or in a VPC network: global, regional or in several regions. Routes by host and
 * path to Cloud Run services, functions, groups of instances, App Engine and private buckets, with Google-managed certificates, and HTTP
 * redirected to HTTPS.
 * @example
 * ```ts
 * const web = new ServerlessFunction("web", {
 *     source: "./web",
 *     trigger: { http: { public: true, ingress: "load-balancer" } },
 * });
 * new LoadBalancer("shop", { domains: "shop.acme.com", routes: { "/*": web }, securityPolicy: true });
 * ```
 */
export class LoadBalancer extends pulumi.ComponentResource {
    /** The URL: with the first domain, or of the IP address without one. */
    readonly url: pulumi.Output<string>;
    /** The reserved IPv4 address; with `regions`, the one of the first region. */
    readonly address: GlobalAddress | Address;
    /** The reserved addresses by region; empty without `regions`. */
    readonly addresses: Readonly<Record<string, Address>>;
    /** The reserved IPv6 address; undefined without `ipv6`. */
    readonly addressV6?: GlobalAddress;
    /** The backends, by the names of their components or by `backend` of their routes. */
    readonly backends: Readonly<Record<string, LoadBalancerBackend>>;
    /** The URL map with the routes. */
    readonly urlMap: URLMap | RegionUrlMap;
    /** The certificates and their map; undefined with `insecure`. */
    readonly certificates?: Certificates;
    /** The proxies, the SSL policy and the forwarding rules. */
    readonly frontEnd: FrontEnd;
    /** The Cloud Armor security policy; undefined without one, and with one that exists already. */
    readonly securityPolicy?: SecurityPolicy | RegionSecurityPolicy;
    /** The DNS records that the domains need. They are created with `zone`. */
    readonly dnsRecords: pulumi.Output<DnsRecord[]>;
    /** The records in the zone. */
    readonly records: readonly RecordSet[];
    readonly #published: Published;

    /** What a service attachment publishes; not a property, which programs would export. @internal */
    get published(): Published {
        return this.#published;
    }

    constructor(name: string, args: LoadBalancerArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:LoadBalancer", name, {}, inEnvironment(options, resolved.crossProject));
        recordBackends(name, resolved.guard);
        const { protect } = environment.defaults;
        const { child, observe } = component(this, name, resolved, {
            apis: ["compute.googleapis.com"],
            ...replacedInPlace,
        });
        const context = { component: name, args: resolved, child };

        this.securityPolicy =
            resolved.rules && createSecurityPolicy(name, resolved.name, resolved.rules, resolved.region, child);
        this.backends = Object.fromEntries(
            resolved.backends.map((backend) => [backend.key, this.createBackend(backend, context, environment)]),
        );
        const addresses = reserveAddresses(context, protect);
        const [first] = addresses as [ReservedAddress];
        this.address = first.reserved;
        this.addressV6 = addresses.find(({ type }) => type === "AAAA")?.reserved as GlobalAddress | undefined;
        this.addresses = Object.fromEntries(
            resolved.regions ? addresses.map(({ region, reserved }) => [region, reserved as Address]) : [],
        );
        // With another type, the previous rules go with their address, before the routes lead to backends of another scheme.
        this.urlMap = createUrlMap(name, resolved, this.backends, child, { dependsOn: this.address });
        this.certificates = resolved.insecure ? undefined : this.createCertificates(context, environment);
        const hasRedirect = resolved.httpRedirect && this.certificates !== undefined;
        const redirect = hasRedirect
            ? createRedirect(name, { ...resolved, name: partName(resolved.name, "redirect") }, child)
            : undefined;
        this.frontEnd = createFrontEnd(context, this.urlMap, redirect, this.certificates, addresses);
        this.#published = publishedRules(resolved, this.frontEnd, addresses);
        const records = namedRecords(resolved.domains, addresses, this.certificates);
        this.dnsRecords = dnsRecords(records);
        this.records = createRecords(
            name,
            resolved.zone,
            childrenOf(this, resolved.transform, { dependsOn: this.zoneApi(resolved, environment) }),
            records,
        );
        this.url = this.urlOf(resolved, first);
        observe(
            "Entry",
            signalsOfLoadBalancer(
                this.urlMap.name,
                resolved.isInternal ? "internal" : resolved.region === undefined ? "global" : "regional",
                this.certificates !== undefined,
            ),
            args.alerts,
        );
        this.registerOutputs({ url: this.url, address: this.address.address });
    }

    private createCertificates(context: Context, environment: Environment): Certificates {
        const dependsOn = environment.enable("certificatemanager.googleapis.com");
        const child = childrenOf(this, context.args.transform, { dependsOn, ...replacedInPlace });
        return createCertificates({ ...context, child, protect: environment.defaults.protect });
    }

    private zoneApi({ zone }: ResolvedArgs, environment: Environment): pulumi.Resource[] {
        return zone === undefined ? [] : environment.enable("dns.googleapis.com");
    }

    /** The URL, once requests to it are accepted. */
    private urlOf({ domains, insecure }: ResolvedArgs, { address, suffix }: ReservedAddress): pulumi.Output<string> {
        const [domain] = domains;
        const protocol = insecure ? "http" : "https";
        const rule = this.frontEnd.forwardingRules[`${protocol}${suffix}`] as pulumi.CustomResource;
        const host = pulumi.all([address, rule.id]).apply(([ip]) => domain ?? ip);
        return pulumi.interpolate`${protocol}://${host}`;
    }

    private createBackend(backend: ResolvedBackend, context: Context, environment: Environment): LoadBalancerBackend {
        const { target } = backend;
        return target.kind === "bucket"
            ? { backend: this.createBackendBucket(backend, target, context, environment), endpointGroups: [] }
            : this.createBackendService(backend, target, context, environment);
    }

    /** A bucket stays private: the service agent of load balancers, which is created with the first backend bucket, may read it. */
    private createBackendBucket(
        { key, cdn, responseHeaders }: ResolvedBackend,
        { component: bucket }: Extract<Target, { kind: "bucket" }>,
        { component, args, child }: Context,
        environment: Environment,
    ): BackendBucket {
        const headers = Object.entries(responseHeaders).map(([header, value]) => `${header}: ${value}`);
        const created = new BackendBucket(
            ...child("backendBucket", `${component}-${key}`, {
                name: partName(args.name, key),
                bucketName: bucket.bucket.name,
                ...bucketCdn(cdn),
                customResponseHeaders: headers.length > 0 ? headers : undefined,
            }),
        );
        environment.grantLoadBalancer(forService(bucket.reader), [created], args.crossProject);
        return created;
    }

    private createBackendService(
        backend: ResolvedBackend,
        target: Exclude<Target, { kind: "bucket" }>,
        context: Context,
        environment: Environment,
    ): LoadBalancerBackend {
        const { component, args, child } = context;
        const { key, cdn, iap, logging } = backend;
        const name = `${component}-${key}`;
        const endpointGroups = target.kind === "group" ? [] : this.createEndpointGroups(backend, target, context);
        const hasIap = iap.length > 0;
        const grants =
            hasIap && target.kind === "service"
                ? environment.grantAgent("iap.googleapis.com", target.component.invoker, args.crossProject)
                : [];
        // The routes lead to the previous backend service, of another type or name, until there is a new one.
        const fresh = freshName("name", partName(args.name, key), nameFormats.rows.computeResource.max);
        const shared = {
            name: fresh.name,
            ...inProjectOf(target),
            loadBalancingScheme: args.isInternal ? "INTERNAL_MANAGED" : "EXTERNAL_MANAGED",
            protocol: "HTTPS",
            backends: endpointGroups.map(({ id: group }) => ({ group, ...serverlessCapacity(args) })),
            outlierDetection: endpointGroups.length > 1 ? outlierDetection : undefined,
            ...(target.kind === "group" && {
                ...groupBackend(
                    backend.path,
                    target,
                    { component, ...args },
                    this.createHealthCheck(key, target, context),
                ),
            }),
            // Without the block, the provider leaves Identity-Aware Proxy as it is.
            iap: { enabled: hasIap },
            securityPolicy: this.securityPolicy?.id ?? args.existingPolicy,
            logConfig: logConfig(sampleRateOf(logging ?? args.logging)),
        };
        const iapApi = hasIap ? environment.enable("iap.googleapis.com") : [];
        const after = { ...fresh.options, dependsOn: [...iapApi, ...grants] };
        const service =
            args.region === undefined
                ? new BackendService(...child("backendService", name, { ...shared, ...serviceCdn(cdn) }, after))
                : new RegionBackendService(...child("backendService", name, { ...shared, region: args.region }, after));
        this.grantIap(name, service, iap, context);
        return { backend: service, endpointGroups };
    }

    /** The health check of groups that have none of the load balancer's scope. */
    private createHealthCheck(
        key: string,
        target: GroupTarget,
        { component, args, child }: Context,
    ): HealthCheck | RegionHealthCheck | undefined {
        const { region } = args;
        const probes = probesOf(target, region === undefined);
        const name = `${component}-${key}`;
        if (probes === undefined) {
            return undefined;
        }
        const check = { ...probeArgs(partName(args.name, key), probes), ...inProjectOf(target) };
        return region === undefined
            ? new HealthCheck(...child("healthCheck", name, check))
            : new RegionHealthCheck(...child("healthCheck", name, { ...check, region }));
    }

    /** A changed group gets another name: Google Cloud does not replace one that a backend service uses. */
    private createEndpointGroups(
        backend: ResolvedBackend,
        target: Exclude<Target, { kind: "bucket" | "group" }>,
        { component, args, child }: Context,
    ): RegionNetworkEndpointGroup[] {
        const create = (suffix: string, place: object, options: pulumi.CustomResourceOptions = {}) => {
            const key = `${backend.key}${suffix}`;
            const fresh = freshName("name", partName(args.name, key), nameFormats.rows.computeResource.max);
            return new RegionNetworkEndpointGroup(
                ...child(
                    "endpointGroup",
                    `${component}-${key}`,
                    {
                        name: fresh.name,
                        ...inProjectOf(target),
                        networkEndpointType: "SERVERLESS",
                        ...(place as { region: string }),
                    },
                    pulumi.mergeOptions(fresh.options, options),
                ),
            );
        };
        const { isInternal, region } = args;
        const hasPolicy = args.rules !== undefined || args.existingPolicy !== undefined;
        const protection = { component, isInternal, region, hasPolicy };
        if (target.kind === "app") {
            const rollouts = Object.values(target.component.services).map(({ rollout }) => rollout);
            const place = { region: appRegion(backend, target, protection), appEngine: { service: target.service } };
            return [create("", place, { dependsOn: rollouts })];
        }
        return placesOf(backend, target.component, protection).map(({ suffix, name: service, region, resource }) => {
            const after = resource ? { dependsOn: resource } : {};
            return create(suffix, { region, cloudRun: { service, tag: target.tag } }, after);
        });
    }

    private grantIap(
        name: string,
        service: BackendService | RegionBackendService,
        members: readonly string[],
        { args, child }: Context,
    ): void {
        for (const member of members) {
            const grantName = `${name}-iap-${member.replace(":", "-")}`;
            const grant = { role: iapRole, member };
            if (args.region === undefined) {
                const on = { webBackendService: service.name };
                new WebBackendServiceIamMember(...child("iapMember", grantName, { ...on, ...grant }));
            } else {
                const on = { region: args.region, webRegionBackendService: service.name };
                new WebRegionBackendServiceIamMember(...child("iapMember", grantName, { ...on, ...grant }));
            }
        }
    }
}

/**
 * What another name or region replaces is in use until what refers to it leads to the new one. Without this, the provider deletes
 * resources with a name in the program before it replaces them.
 */
const replacedInPlace = { deleteBeforeReplace: false };

/**
 * Moves requests to other regions from one that answers with errors, of which serverless backends have no health checks:
 * https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts#outlier-detection. These are the values that the API documents
 * as defaults, which the provider does not know, and `enforcingConsecutiveErrors`, without which it ejects nothing:
 * https://cloud.google.com/compute/docs/reference/rest/v1/backendServices
 */
const outlierDetection = {
    consecutiveErrors: 5,
    enforcingConsecutiveErrors: 100,
    interval: { seconds: 1 },
    baseEjectionTime: { seconds: 30 },
    maxEjectionPercent: 50,
};

/** The context of a load balancer's resources. */
interface Context {
    component: string;
    args: ResolvedArgs;
    child: Child;
}

/** The forwarding rules of an internal load balancer by region and protocol. */
function publishedRules(
    { isInternal, network }: ResolvedArgs,
    { forwardingRules }: FrontEnd,
    addresses: readonly ReservedAddress[],
): Published {
    const rules = addresses.flatMap(({ region, suffix }) => {
        const protocols = ["https", "http"].flatMap((protocol) => {
            const rule = forwardingRules[`${protocol}${suffix}`];
            return rule ? [[protocol, rule]] : [];
        });
        return region === undefined ? [] : [[region, Object.fromEntries(protocols)]];
    });
    return { isInternal, network, rules: Object.fromEntries(rules) };
}
