import type { CertificateArgs } from "@pulumi/gcp/certificatemanager/certificate";
import type { CertificateMapArgs } from "@pulumi/gcp/certificatemanager/certificateMap";
import type { CertificateMapEntryArgs } from "@pulumi/gcp/certificatemanager/certificateMapEntry";
import type { DnsAuthorizationArgs } from "@pulumi/gcp/certificatemanager/dnsAuthorization";
import type { AddressArgs } from "@pulumi/gcp/compute/address";
import type { BackendBucketArgs } from "@pulumi/gcp/compute/backendBucket";
import type { BackendServiceArgs } from "@pulumi/gcp/compute/backendService";
import type { ForwardingRuleArgs } from "@pulumi/gcp/compute/forwardingRule";
import type { GlobalAddressArgs } from "@pulumi/gcp/compute/globalAddress";
import type { GlobalForwardingRuleArgs } from "@pulumi/gcp/compute/globalForwardingRule";
import type { HealthCheckArgs } from "@pulumi/gcp/compute/healthCheck";
import type { RegionBackendServiceArgs } from "@pulumi/gcp/compute/regionBackendService";
import type { RegionHealthCheckArgs } from "@pulumi/gcp/compute/regionHealthCheck";
import type { RegionNetworkEndpointGroupArgs } from "@pulumi/gcp/compute/regionNetworkEndpointGroup";
import type { RegionSecurityPolicyArgs } from "@pulumi/gcp/compute/regionSecurityPolicy";
import type { RegionSslPolicyArgs } from "@pulumi/gcp/compute/regionSslPolicy";
import type { RegionTargetHttpProxyArgs } from "@pulumi/gcp/compute/regionTargetHttpProxy";
import type { RegionTargetHttpsProxyArgs } from "@pulumi/gcp/compute/regionTargetHttpsProxy";
import type { RegionUrlMapArgs } from "@pulumi/gcp/compute/regionUrlMap";
import type { SecurityPolicyArgs } from "@pulumi/gcp/compute/securityPolicy";
import type { SSLPolicyArgs } from "@pulumi/gcp/compute/sslpolicy";
import type { TargetHttpProxyArgs } from "@pulumi/gcp/compute/targetHttpProxy";
import type { TargetHttpsProxyArgs } from "@pulumi/gcp/compute/targetHttpsProxy";
import type { URLMapArgs } from "@pulumi/gcp/compute/urlmap";
import type { RecordSetArgs } from "@pulumi/gcp/dns/recordSet";
import type { WebBackendServiceIamMemberArgs } from "@pulumi/gcp/iap/webBackendServiceIamMember";
import type { WebRegionBackendServiceIamMemberArgs } from "@pulumi/gcp/iap/webRegionBackendServiceIamMember";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import { duplicateMembers, type IapMember, iapMember } from "../iam/iapMember";
import * as check from "../internal/arguments/check";
import { labels } from "../internal/arguments/labels";
import { region, regionList } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { type DnsZoneReference, dnsZone } from "../internal/network/dnsZone";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { loadBalancerSignals } from "../monitoring/signals/serving";
import type { IpAddress, Network } from "../network";
import { addressProblems } from "./addresses";
import { backendProblems, openByDefaultProblems, type ResolvedBackend } from "./backend";
import { certificates, type OwnCertificate } from "./certificates";
import { domainProblems, domains } from "./domain";
import { type LoadBalancerLogs, loadBalancerLogs } from "./logs";
import { networkProblems } from "./network";
import { type Guard, openProblems, otherProblems } from "./openRoutes";
import { otherProjectProblems } from "./otherProject";
import { type RegionalRoute, type Route, route, routeKey } from "./route";
import { resolveRoutes, routeProblems, sharingProblem } from "./routes";
import { kindProblem, resolvePolicy, ruleProblems, type SecurityPolicyOption, securityPolicy } from "./securityPolicy";
import { isInternalType, isRegionalType, type LoadBalancerType, loadBalancerTypes } from "./types";

/** The arguments of all types of a {@link LoadBalancer}. */
export interface SharedLoadBalancerArgs extends ComponentArgs {
    /**
     * The {@link https://cloud.google.com/compute/docs/naming-resources name} of the load balancer, and the prefix of the names of its parts:
     * up to 63 lower-case letters, digits and hyphens, starting with a letter. Changing this replaces all of them.
     * @default the component's name
     */
    name?: string;
    /**
     * The domains, such as `["shop.acme.com"]`, or a single one as a text. The load balancer has a certificate for each, and `url` has the first one.
     * `"*.acme.com"` is only possible with DNS authorization, and not as the first one.
     * @default none; then `insecure` is required
     * @example
     * ```ts
     * domains: ["shop.acme.com", "www.acme.com"]
     * ```
     */
    domains?: string | string[];
    /**
     * The reserved IPv4 address, an `IpAddress` of the load balancer's `type`: it stays if the load balancer is replaced, and can be in use
     * for DNS records before. An internal one needs the purpose `"SHARED_LOADBALANCER_VIP"`, unless there is only HTTP or only HTTPS.
     * @default an address of the load balancer's own
     */
    address?: IpAddress;
    /**
     * The public Cloud DNS zone of the domains, a `DnsZone` or a `ManagedZone` of the program or the name of a zone in the project: gets the
     * records of the domains and of the DNS authorization of certificates.
     * @default none: create the records in `dnsRecords` yourself
     */
    zone?: DnsZoneReference;
    /**
     * The certificates for all domains, at most 4: IDs of certificates of Certificate Manager, or your own, `{ certificate, privateKey }` in PEM.
     * @default a Google-managed certificate for each domain
     */
    certificates?: (pulumi.Input<string> | OwnCertificate)[];
    /**
     * The minimum TLS version of clients, and the {@link https://cloud.google.com/load-balancing/docs/ssl-policies-concepts profile} of
     * ciphers: `MODERN` with 1.2, `RESTRICTED` with 1.3.
     * @default "1.2"
     */
    minTlsVersion?: "1.2" | "1.3";
    /**
     * Redirects HTTP to HTTPS. Otherwise port 80 is closed.
     * @default true
     */
    httpRedirect?: boolean;
    /**
     * Serves only HTTP, without encryption.
     * @default false
     */
    insecure?: boolean;
    /**
     * The members that {@link https://cloud.google.com/iap/docs/concepts-overview Identity-Aware Proxy} lets in, such as
     * `["group:shop@acme.dev"]`. A route can have others.
     * @default none: everybody
     */
    iap?: IapMember[];
    /**
     * A {@link https://cloud.google.com/armor/docs/security-policy-overview Cloud Armor security policy} for all services: rules, the ID of a
     * policy that exists already, `true` for the default rules, or `false` for none. Rules are for external load balancers. Required if another
     * external load balancer of the program has a policy for one of the services.
     * @default the default rules in production, for external load balancers
     */
    securityPolicy?: SecurityPolicyOption;
    /**
     * Logs requests to services; those to buckets are always logged. `logging` of a route applies to its backend.
     * @default true: all requests
     */
    logging?: LoadBalancerLogs | boolean;
    /**
     * Labels of the addresses, forwarding rules and certificates; other parts do not support labels. At most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about errors, latency and the end of certificates to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, latency: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"errors" | "latency" | "certificateEnd">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        endpointGroup?: Transform<RegionNetworkEndpointGroupArgs>;
        healthCheck?: Transform<HealthCheckArgs & RegionHealthCheckArgs>;
        backendService?: Transform<BackendServiceArgs & RegionBackendServiceArgs>;
        backendBucket?: Transform<BackendBucketArgs>;
        iapMember?: Transform<WebBackendServiceIamMemberArgs & WebRegionBackendServiceIamMemberArgs>;
        securityPolicy?: Transform<SecurityPolicyArgs & RegionSecurityPolicyArgs>;
        urlMap?: Transform<URLMapArgs & RegionUrlMapArgs>;
        address?: Transform<GlobalAddressArgs & AddressArgs>;
        sslPolicy?: Transform<SSLPolicyArgs & RegionSslPolicyArgs>;
        dnsAuthorization?: Transform<DnsAuthorizationArgs>;
        certificate?: Transform<CertificateArgs>;
        certificateMap?: Transform<CertificateMapArgs>;
        certificateMapEntry?: Transform<CertificateMapEntryArgs>;
        httpsProxy?: Transform<TargetHttpsProxyArgs & RegionTargetHttpsProxyArgs>;
        httpProxy?: Transform<TargetHttpProxyArgs & RegionTargetHttpProxyArgs>;
        forwardingRule?: Transform<GlobalForwardingRuleArgs & ForwardingRuleArgs>;
        record?: Transform<RecordSetArgs>;
    };
}

/** The arguments of a global external load balancer. */
export interface GlobalLoadBalancerArgs extends SharedLoadBalancerArgs {
    /**
     * The {@link https://cloud.google.com/load-balancing/docs/application-load-balancer type}: for clients on the internet, with proxies in all
     * of Google's locations or in one region, or for clients in the VPC network. Changing this replaces the load balancer.
     * @default "global-external"
     */
    type?: "global-external";
    /**
     * The routes by path, or by host and path: `"/*"`, which is required, `"/api/*"`, `"admin.acme.com/*"`. The longest matching path applies. A
     * path that ends with `/*` also matches the path without it, unless another route has that path.
     * @example
     * ```ts
     * routes: { "/*": web, "/static/*": { bucket: assets, cdn: true }, "/old/*": { redirect: { path: "/" } } }
     * ```
     */
    routes: Record<string, Route>;
    /**
     * Adds an IPv6 address: a new one, or an `IpAddress` of type `"global-external"` with `ipv6`.
     * @default false
     */
    ipv6?: boolean | IpAddress;
}

/** The arguments of a regional load balancer. */
export interface RegionalLoadBalancerArgs extends SharedLoadBalancerArgs {
    /**
     * The type: in one region, for clients on the internet or for clients in the VPC network. Changing this replaces the load balancer.
     */
    type: "regional-external" | "regional-internal";
    /** The routes by path, or by host and path, to services in the region. */
    routes: Record<string, RegionalRoute>;
    /**
     * The network, with a {@link https://cloud.google.com/load-balancing/docs/proxy-only-subnets proxy-only subnet} in the region, and for an
     * internal load balancer a subnet for its address. Changing this replaces the load balancer.
     */
    network: Network;
    /**
     * The region of the load balancer and its services. Changing this replaces the load balancer.
     * @default the environment's region
     */
    region?: string;
}

/** The arguments of an internal load balancer of several regions. */
export interface CrossRegionLoadBalancerArgs extends Omit<SharedLoadBalancerArgs, "address"> {
    /** The type: for clients in the VPC network, with proxies in several regions. Changing this replaces the load balancer. */
    type: "cross-region-internal";
    /** The routes by path, or by host and path, to services and groups in any region. */
    routes: Record<string, RegionalRoute>;
    /**
     * The network, with a {@link https://cloud.google.com/load-balancing/docs/proxy-only-subnets proxy-only subnet} of
     * `globalProxyOnlySubnets` and a subnet for an address in each of the regions. Changing this replaces the load balancer.
     */
    network: Network;
    /**
     * The regions where the load balancer has an address and proxies. Clients in any region can use each address; with `zone`, a domain
     * resolves to the address of the nearest region.
     * @default the environment's region
     */
    regions?: string[];
}

/** The arguments of a {@link LoadBalancer}. */
export type LoadBalancerArgs =
    | (GlobalLoadBalancerArgs & { network?: never; region?: never; regions?: never })
    | (RegionalLoadBalancerArgs & { ipv6?: never; regions?: never })
    | (CrossRegionLoadBalancerArgs & { ipv6?: never; region?: never; address?: never });

/** The arguments of all types together, so that validation can report which of them conflict. */
export interface UncheckedArgs extends SharedLoadBalancerArgs {
    type: LoadBalancerType;
    routes: Record<string, Route>;
    ipv6?: boolean | IpAddress;
    network?: Network;
    region?: string;
    regions?: string[];
}

/** Checks each argument. */
const loadBalancerArgs = check.options<UncheckedArgs>(
    {
        type: check.oneOf(...loadBalancerTypes),
        name: check.nameOf(nameFormats.rows.computeResource),
        routes: check.record(routeKey, route),
        domains,
        address: check.component("IpAddress"),
        zone: dnsZone,
        certificates,
        minTlsVersion: check.oneOf("1.2", "1.3"),
        httpRedirect: check.flag(),
        insecure: check.flag(),
        iap: check.pipe(
            check.list(iapMember),
            check.refine((members) => members.length > 0, "must have a member"),
        ),
        securityPolicy,
        logging: loadBalancerLogs,
        ipv6: check.componentOr(check.component<IpAddress>("IpAddress"), check.flag()),
        network: check.component("Network"),
        region,
        regions: regionList,
        labels,
        alerts: componentAlerts(...loadBalancerSignals),
        transform: transforms(
            "endpointGroup",
            "healthCheck",
            "backendService",
            "backendBucket",
            "iapMember",
            "securityPolicy",
            "urlMap",
            "address",
            "sslPolicy",
            "dnsAuthorization",
            "certificate",
            "certificateMap",
            "certificateMapEntry",
            "httpsProxy",
            "httpProxy",
            "forwardingRule",
            "record",
        ),
        ...componentArgs,
    },
    "routes",
);

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: LoadBalancerArgs, environment: Environment) {
    const { type = "global-external" } = (args ?? {}) as Partial<UncheckedArgs>;
    const isInternal = isInternalType(type);
    const completed = check.withDefaults(args as UncheckedArgs, {
        type,
        name: shortenName(component, nameFormats.rows.computeResource.max),
        minTlsVersion: "1.2",
        httpRedirect: true,
        insecure: false,
        securityPolicy: environment.defaults.securityPolicy && !isInternal,
        logging: true,
        ipv6: false,
    });
    const complete = (checked: typeof completed) => {
        const { routes, backends, all } = resolveRoutes(checked);
        const guard: Guard = {
            backends,
            isInternal,
            hasPolicy: checked.securityPolicy !== false,
            isWithoutPolicy: args?.securityPolicy === false,
        };
        return { checked, routes, backends, all, guard };
    };
    const { checked, routes, backends, guard } = check.resolved(
        `LoadBalancer "${component}"`,
        completed,
        loadBalancerArgs,
        complete,
        (resolved) => [
            ...problems(resolved.checked, resolved.all, environment),
            ...openByDefaultProblems(resolved.backends),
            ...otherProblems(resolved.guard),
        ],
    );
    const domains = [checked.domains ?? []].flat();
    const region = isRegionalType(type) ? (checked.region ?? environment.region) : undefined;
    return {
        ...checked,
        type,
        routes,
        backends,
        domains,
        region,
        /** The regions of the addresses of a cross-region load balancer. */
        regions: type === "cross-region-internal" ? (checked.regions ?? [environment.region]) : undefined,
        isInternal,
        guard,
        ...resolvePolicy(checked.securityPolicy),
    };
}

function problems(
    args: UncheckedArgs,
    groups: ResolvedBackend[][],
    environment: Environment,
): (check.Problem | undefined)[] {
    const { type, domains: given, certificates, insecure, iap = [], securityPolicy } = args;
    const domains = [given ?? []].flat();
    const hasIap = groups.flat().some((backend) => backend.iap.length > 0);
    return [
        ...routeProblems(args.routes),
        ...groups.flatMap(([first, ...others]) =>
            others.map((other) => sharingProblem(first as ResolvedBackend, other)),
        ),
        ...groups.flat().flatMap((backend) => backendProblems(backend, args)),
        ...groups.flat().flatMap((backend) => otherProjectProblems(backend, environment.project, securityPolicy)),
        ...openProblems(groups.flat()),
        ...(iap.length > 0 && groups.flat().some(({ target }) => target.kind === "app" || target.kind === "bucket")
            ? [
                  check.problem(
                      "iap",
                      "loadbalancer/iap-of-bucket",
                      "does not protect routes to buckets and App Engine. Set iap on the routes to services instead.",
                  ),
              ]
            : []),
        ...duplicateMembers("iap", iap),
        ...ruleProblems(securityPolicy),
        kindProblem(securityPolicy, type),
        ...domainProblems(args, domains),
        check.when(
            insecure && hasIap,
            "insecure",
            "loadbalancer/insecure-with-iap",
            "cannot be combined with iap, because Identity-Aware Proxy requires HTTPS. Remove one.",
        ),
        check.when(
            insecure && certificates,
            "certificates",
            "loadbalancer/certificates-with-insecure",
            "cannot be combined with insecure: true. Remove one.",
        ),
        ...networkProblems(args, environment),
        ...addressProblems(args, environment),
    ];
}
