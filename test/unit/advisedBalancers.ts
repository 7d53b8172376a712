import {
    AutoscaledInstanceGroup,
    CloudRunService,
    IpAddress,
    LoadBalancer,
    Network,
    NetworkEndpointGroup,
    NetworkLoadBalancer,
    StorageBucket,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import type { registered } from "./registered";

/** Creates a component, whose arguments a test replaces. */
type Create = <Made>(Component: new (name: string, args: never) => Made, name: string, args?: object) => Made;

export interface Case {
    /** The program that is refused. */
    program: (create: Create) => unknown;
    /** The component that the advice is for, if it is not the one that is refused. */
    of?: string;
    stack?: Parameters<typeof registered>[1];
}

export const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;
export const zone = "europe-west1-b";
const group = "group:shop@acme.com";

/** A program with only one component. */
export const of =
    (Component: new (name: string, args: never) => unknown, name: string) =>
    (args: object): Case => ({ program: (create) => create(Component, name, args) });

/** A load balancer before a service that load balancers alone can call. */
const balanced = (args: (web: CloudRunService, create: Create) => object, more: Omit<Case, "program"> = {}): Case => ({
    program: (create) => {
        const web = create(CloudRunService, "web", { image, ingress: "load-balancer" });
        return create(LoadBalancer, "shop", { domains: "shop.acme.com", ...args(web, create) });
    },
    ...more,
});
const subnets = { default: { range: "10.0.0.0/20" } };
const regional = () => ({ type: "regional-internal", network: new Network("apps", { proxyOnlySubnets: true }) });

/** A load balancer of packets before machines in a network, or of connections before other endpoints. */
const packets = (
    args: object | ((network: Network) => object),
    groupIn?: (network: Network) => unknown,
    net: object = { subnets, proxyOnlySubnets: true },
    more: Omit<Case, "program"> = {},
): Case => ({
    program: (create) => {
        const network = create(Network, "apps", net);
        const machines = () =>
            new UnmanagedInstanceGroup("sql", {
                machines: [new VirtualMachine("sql-1", { network, zone })],
                ports: { sql: 5432 },
            });
        return create(NetworkLoadBalancer, "db", {
            network,
            group: groupIn?.(network) ?? machines(),
            ports: [5432],
            ...(typeof args === "function" ? args(network) : args),
        });
    },
    ...more,
});
const proxy = { type: "regional-internal-proxy" };
const external = { type: "external-passthrough" };
const hybrid = (network: Network) =>
    new NetworkEndpointGroup("factory", { network, zone, endpoints: ["10.1.0.5:443"] });
const partner = (network: Network) => new NetworkEndpointGroup("partner", { network, internet: "api.acme.com" });
const dual = { subnets: { default: { range: "10.0.0.0/20", ipv6: "internal" } } };

/** A program that each error of load balancers refuses. */
export const balancerCases: Record<string, Case> = {
    "address/other-version": balanced(
        (web, create) => ({
            routes: { "/*": web },
            ipv6: create(IpAddress, "six", { type: "global-external" }),
        }),
        { of: 'IpAddress "six"' },
    ),
    "loadbalancer/address-not-shared": {
        program: (create) => {
            const network = new Network("apps", { proxyOnlySubnets: true });
            const web = new CloudRunService("web", { image, ingress: "load-balancer" });
            return create(LoadBalancer, "shop", {
                type: "regional-internal",
                network,
                address: new IpAddress("ip", { type: "regional-internal", network }),
                domains: "shop.internal.acme.com",
                certificates: ["projects/acme-dev/locations/europe-west1/certificates/shop"],
                routes: { "/*": web },
            });
        },
    },
    "loadbalancer/backend-kind-of-type": balanced(() => ({
        ...regional(),
        domains: undefined,
        insecure: true,
        routes: { "/*": new StorageBucket("assets") },
    })),
    "loadbalancer/backend-name-twice": balanced((web) => ({
        routes: {
            "/*": web,
            "/other/*": {
                service: new CloudRunService("other", { image, ingress: "load-balancer" }),
                backend: "web",
            },
        },
    })),
    "loadbalancer/backend-open-by-default": {
        program: (create) =>
            create(LoadBalancer, "shop", {
                domains: "shop.acme.com",
                routes: { "/*": create(CloudRunService, "web", { image, public: true }) },
            }),
        of: 'CloudRunService "web"',
    },
    "loadbalancer/backend-options-differ": balanced((web) => ({
        routes: { "/*": web, "/static/*": { service: web, cdn: true } },
    })),
    "loadbalancer/cdn-of-regional": balanced((web) => ({
        ...regional(),
        domains: undefined,
        insecure: true,
        routes: { "/*": { service: web, cdn: true } },
    })),
    "loadbalancer/cdn-with-iap": balanced((web) => ({ iap: [group], routes: { "/*": { service: web, cdn: true } } })),
    "loadbalancer/certificates-with-insecure": balanced((web) => ({
        insecure: true,
        certificates: ["projects/acme-dev/locations/global/certificates/shop"],
        routes: { "/*": web },
    })),
    "loadbalancer/clients-missing": packets(external),
    "loadbalancer/clients-of-ipv6": packets({ clients: ["10.0.0.0/20", "fd20::/48"] }, undefined, dual),
    "loadbalancer/clients-of-proxy": packets({ ...proxy, clients: ["10.0.0.0/8"] }),
    "loadbalancer/clients-of-public": packets({ ...external, public: true, clients: ["10.0.0.0/8"] }),
    "loadbalancer/clients-unknown": {
        program: (create) => {
            const existing = { apps: { existing: "apps", region: "europe-west1" } };
            const network = Network.existing("apps", { subnets: existing } as never);
            const machines = [new VirtualMachine("sql-1", { network, zone })];
            const group = new UnmanagedInstanceGroup("sql", { machines, ports: { sql: 5432 } });
            return create(NetworkLoadBalancer, "db", { network, group, ports: [5432] });
        },
    },
    "loadbalancer/domain-missing": balanced((web) => ({ domains: undefined, routes: { "/*": web } })),
    "loadbalancer/failover-drain-of-tcp": packets((network) => ({
        protocol: "udp",
        health: { port: 80 },
        failover: {
            group: new UnmanagedInstanceGroup("standby", {
                machines: [new VirtualMachine("standby-1", { network, zone })],
                ports: { sql: 5432 },
            }),
            drain: false,
        },
    })),
    "loadbalancer/health-port-missing": packets({ protocol: "udp" }),
    "loadbalancer/iap-of-other-project": {
        program: (create) =>
            create(LoadBalancer, "front", {
                domains: "shop.acme.com",
                routes: {
                    "/*": {
                        group: UnmanagedInstanceGroup.existing("shop", { zone, project: "acme-shared" }),
                        iap: ["user:ana@acme.com"],
                    },
                },
                crossProject: undefined,
            }),
        stack: {
            call: (token) =>
                token.endsWith(":getInstanceGroup") ? { namedPorts: [{ name: "http", port: 8080 }] } : undefined,
        },
    },
    "loadbalancer/internet-of-cross-region": {
        program: (create) => {
            const network = new Network("global", {
                subnets: { apps: { range: "10.0.0.0/24" } },
                globalProxyOnlySubnets: { "europe-west1": "10.2.0.0/23" },
                proxyOnlySubnets: true,
            });
            return create(LoadBalancer, "shop", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1"],
                insecure: true,
                routes: { "/*": partner(network) },
            });
        },
    },
    "loadbalancer/network-health-of-unprobed": packets({ ...proxy, health: "/" }, partner),
    "loadbalancer/network-port-of-endpoints": packets({ ...proxy, port: "sql" }, hybrid),
    "loadbalancer/option-of-proxy": packets({ port: "sql" }),
    "loadbalancer/ports-missing": packets({ ports: undefined }),
    "loadbalancer/ports-of-all-protocols": packets({ protocol: "all", health: { port: 80 } }),
    "loadbalancer/public-of-internal": packets({ public: true }),
    "loadbalancer/service-label-of-type": packets({ ...external, public: true, serviceLabel: "sql" }),
    "loadbalancer/subnet-without-ipv6": packets({ ipv6: true }, undefined, { subnets }, { of: 'Network "apps"' }),
    "loadbalancer/tls-of-http": {
        program: (create) =>
            create(LoadBalancer, "front", {
                domains: "shop.acme.com",
                routes: {
                    "/*": {
                        group: new AutoscaledInstanceGroup("web", { ports: { http: 8080 }, health: { port: 8081 } }),
                        tlsSettings: { sni: "backend.acme.com" },
                    },
                },
            }),
    },
    "loadbalancer/too-many-ports": packets({ ports: [1, 2, 3, 4, 5, 6], health: { port: 80 } }),
    "loadbalancer/zonal-affinity-ratio": packets({ zonalAffinity: { spillover: "stay-within-zone", ratio: 50 } }),
};
