import * as pulumi from "@pulumi/pulumi";
import {
    AutoscaledInstanceGroup,
    LoadBalancer,
    type LoadBalancerArgs,
    Network,
    NetworkEndpointGroup,
    type NetworkEndpointGroupArgs,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import { groupMachines } from "../../../lib/compute/machines";
import type { AnyMachine } from "../../../lib/compute/virtualMachine";
import { otherRegionProblem } from "../../../lib/loadbalancer/group";
import { outcomeOf, refused, registered } from "../registered";

const zone = "europe-west1-b";
const machine = (name = "web") => new VirtualMachine(name, { zone });
const instances = (name = "web", ports: Record<string, number> = { http: 8080 }) =>
    new UnmanagedInstanceGroup(`${name}-group`, { machines: [machine(name)], ports });
const endpoints = (args: object) => new NetworkEndpointGroup("endpoints", args as NetworkEndpointGroupArgs);
const network = () => new Network("apps", { proxyOnlySubnets: true });
const hybrid = (given = network()) => endpoints({ network: given, zone, endpoints: ["10.1.0.5:443"] });
const service = "projects/acme-sales/regions/europe-west1/serviceAttachments/sales";

const front = (route: unknown, args: object = {}) =>
    new LoadBalancer("front", { domains: "shop.acme.com", routes: { "/*": route }, ...args } as LoadBalancerArgs);

/** The problems of what a program makes with other components, which are registered. */
const refusedWith = async <Made>(make: () => Made, use: (made: Made) => unknown) =>
    refused(() => use(make()), {}, Object.keys(await registered(make)));

const backendOf = async (run: () => unknown, key: string) => {
    const made = await registered(run);
    return made[`BackendService front-${key}`] ?? made[`RegionBackendService front-${key}`];
};

describe("an unmanaged group", () => {
    test("has its machines, in their zone and network", async () => {
        const made = await registered(() => instances());
        expect(made["InstanceGroup web-group"]).toMatchObject({
            name: expect.stringMatching(/^web-group-[0-9a-f]{6}$/),
            zone,
            namedPorts: [{ name: "http", port: 8080 }],
        });
        expect(made["InstanceGroupMembership web-group-web"]).toMatchObject({ zone });
        expect(made["Firewall web-group"]).toMatchObject({
            sourceRanges: ["35.191.0.0/16", "130.211.0.0/22"],
            allows: [{ protocol: "tcp", ports: ["8080"] }],
        });
    });

    test("without ports has no firewall rule", async () => {
        expect(await registered(() => instances("web", {}))).not.toHaveProperty("Firewall web-group");
    });

    test.each([
        ["no machine", () => [], "machines: must have a machine (got [])."],
        [
            "a machine twice",
            () => {
                const web = machine();
                return [web, web];
            },
            "machines: must have each machine once",
        ],
        ["something else", () => ["web"], 'machines.0: must be a VirtualMachine (got "web").'],
    ])("with %s is refused", async (_, machines, problem) => {
        const problems = await refusedWith(
            () => machines() as never,
            (machines) => new UnmanagedInstanceGroup("group", { machines }),
        );
        expect(problems).toContain(problem);
    });

    test("of machines in several zones is refused when they are known", async () => {
        const at = (zone: string) => ({ instance: { zone: pulumi.output(zone) } }) as AnyMachine;
        const found = (...zones: string[]) => outcomeOf(() => groupMachines('Group "web"', zones.map(at)).zone);
        expect(await found(zone, zone)).toBe(zone);
        expect(await found(zone, zone, "europe-west1-c")).toMatchObject({
            message: expect.stringContaining(
                'Group "web": machines.2: must be in europe-west1-b, as the first machine is (got "europe-west1-c"). Create a group for each zone. [compute/machines-in-zones]',
            ),
        });
    });
});

describe("endpoints", () => {
    test("of machines are their port", async () => {
        const made = await registered(() => endpoints({ machines: [machine()], port: 9090 }));
        expect(made["NetworkEndpointGroup endpoints"]).toMatchObject({
            networkEndpointType: "GCE_VM_IP_PORT",
            zone,
            defaultPort: 9090,
        });
        expect(made["NetworkEndpoint endpoints-web"]).toMatchObject({ zone, port: 9090 });
        expect(made["Firewall endpoints"]).toMatchObject({ allows: [{ protocol: "tcp", ports: ["9090"] }] });
    });

    test("outside of Google Cloud are addresses", async () => {
        const made = await registered(() => hybrid());
        expect(made["NetworkEndpointGroup endpoints"]).toMatchObject({
            networkEndpointType: "NON_GCP_PRIVATE_IP_PORT",
        });
        expect(made["NetworkEndpoint endpoints-10-1-0-5-443"]).toMatchObject({ ipAddress: "10.1.0.5", port: 443 });
    });

    test.each([
        ["api.acme.com", { fqdn: "api.acme.com", port: 443 }, "INTERNET_FQDN_PORT"],
        ["203.0.113.7:8443", { ipAddress: "203.0.113.7", port: 8443 }, "INTERNET_IP_PORT"],
    ])("on the internet are %s", async (internet, endpoint, networkEndpointType) => {
        const global = await registered(() => endpoints({ internet }));
        expect(global["GlobalNetworkEndpointGroup endpoints"]).toMatchObject({ networkEndpointType });
        expect(global["GlobalNetworkEndpoint endpoints"]).toMatchObject(endpoint);
        const regional = await registered(() => endpoints({ internet, network: network() }));
        expect(regional["RegionNetworkEndpointGroup endpoints"]).toMatchObject({
            networkEndpointType,
            region: "europe-west1",
        });
        expect(regional["RegionNetworkEndpoint endpoints"]).toMatchObject(endpoint);
        // The proxies reach the internet by Cloud NAT.
        expect(Object.keys(regional)).toContainEqual(expect.stringMatching(/^RouterNat /));
    });

    test.each([
        ["a published service", () => ({ serviceAttachment: service, network: network() }), service],
        [
            "a Google API",
            () => ({ googleApi: "europe-west1-cloudkms.googleapis.com" }),
            "europe-west1-cloudkms.googleapis.com",
        ],
    ])("of %s", async (_, args, pscTargetService) => {
        const made = await registered(() => endpoints(args()));
        expect(made["RegionNetworkEndpointGroup endpoints"]).toMatchObject({
            networkEndpointType: "PRIVATE_SERVICE_CONNECT",
            pscTargetService,
            region: "europe-west1",
        });
    });

    const addressList = { zone, endpoints: ["10.1.0.5:443"] };
    test.each([
        ["nothing", () => ({}), "must have exactly one of machines, endpoints, internet, serviceAttachment, googleApi"],
        ["two kinds", () => ({ internet: "a.acme.com", googleApi: "b.googleapis.com" }), "must have exactly one of"],
        ["no port", () => ({ machines: [machine()] }), "port: is missing"],
        ["port 0", () => ({ machines: [machine()], port: 0 }), "port: must be a whole number from 1 to 65535"],
        ["no network", () => addressList, "network: is missing"],
        [
            "the same address twice",
            () => ({ network: network(), zone, endpoints: ["10.1.0.5:443", "10.1.0.5:443"] }),
            "endpoints: must be a list of different endpoints with at least one",
        ],
        [
            "an address without a port",
            () => ({ network: network(), zone, endpoints: ["10.1.0.5"] }),
            "endpoints.0: must be an IPv4 address and a port such as 10.20.0.5:443",
        ],
        ["port 70000", () => ({ internet: "a.acme.com:70000" }), "internet: must have a port of 1 to 65535"],
        [
            "a URL",
            () => ({ internet: "https://a.acme.com" }),
            "internet: must be a host in lower case or an IPv4 address",
        ],
        ["another API", () => ({ googleApi: "kms.acme.com" }), "googleApi: must be the host of a Google API"],
        [
            "a service's name",
            () => ({ serviceAttachment: "sales", network: network() }),
            "serviceAttachment: must be a service attachment",
        ],
        [
            "a region without a network",
            () => ({ internet: "a.acme.com", region: "europe-west1" }),
            "region: [compute/endpoint-region-without-network]",
        ],
        [
            "a region without a subnet",
            () => ({ internet: "a.acme.com", region: "europe-west4", network: network() }),
            "network: [place/subnet-missing]",
        ],
    ])("with %s are refused", async (_, args, problem) => {
        const problems = await refusedWith(args, endpoints);
        expect(problems).toContain(problem);
    });
});

describe("a backend", () => {
    test("of several groups has a health check of its own", async () => {
        const made = await registered(() => {
            const group = [instances("a"), instances("b")];
            front({ group, health: { path: "/healthz", host: "shop.acme.com", port: 8081 }, protocol: "https" });
        });
        expect(made["HealthCheck front-a-group"]).toMatchObject({
            name: "front-a-group",
            httpsHealthCheck: { port: 8081, requestPath: "/healthz", host: "shop.acme.com" },
        });
        const utilization = { balancingMode: "UTILIZATION", maxUtilization: 0.8, capacityScaler: 1 };
        expect(made["BackendService front-a-group"]).toMatchObject({
            protocol: "HTTPS",
            portName: "http",
            healthChecks: "front-a-group-id",
            backends: [utilization, utilization],
        });
    });

    test("of endpoints is probed by TCP and has a rate", async () => {
        const made = await registered(() => front(hybrid()));
        expect(made["HealthCheck front-endpoints"]).toMatchObject({
            tcpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
        });
        const backend = made["BackendService front-endpoints"];
        expect(backend).toMatchObject({
            protocol: "HTTP",
            backends: [{ balancingMode: "RATE", maxRatePerEndpoint: 100, capacityScaler: 1 }],
        });
        expect(backend).not.toHaveProperty("portName");
    });

    test("on the internet is encrypted, gets its own host, and is not probed", async () => {
        const made = await registered(() => front(endpoints({ internet: "api.acme.com" })));
        const backend = made["BackendService front-endpoints"];
        expect(backend).toMatchObject({ protocol: "HTTPS", backends: [{ group: "endpoints-id" }] });
        expect(backend).not.toHaveProperty("healthChecks");
        expect(made["URLMap front"]).toMatchObject({
            defaultRouteAction: { urlRewrite: { hostRewrite: "api.acme.com" } },
        });
    });

    test.each([
        ["the host of the route", { host: "shop.acme.com" }, { hostRewrite: "shop.acme.com" }],
        ["a path", { rewrite: "/v1" }, { hostRewrite: "api.acme.com", pathPrefixRewrite: "/v1" }],
    ])("on the internet gets %s", async (_, options, urlRewrite) => {
        const made = await registered(() => front({ group: endpoints({ internet: "api.acme.com" }), ...options }));
        expect(made["URLMap front"]).toMatchObject({ defaultRouteAction: { urlRewrite } });
    });

    test("on the internet by address gets the host of the request", async () => {
        const made = await registered(() => front(endpoints({ internet: "203.0.113.7" })));
        expect(made["URLMap front"]).not.toHaveProperty("defaultRouteAction");
    });

    test.each(["regional-internal", "regional-external"])(
        "of a %s load balancer has a regional check",
        async (type) => {
            const made = await registered(() => {
                const group = new AutoscaledInstanceGroup("web", { ports: { http: 80 }, health: "/healthz" });
                front(group, { type, network: network() });
            });
            expect(made["RegionHealthCheck front-web"]).toMatchObject({
                region: "europe-west1",
                httpHealthCheck: { port: 80, requestPath: "/healthz" },
            });
            expect(made["RegionBackendService front-web"]).toMatchObject({ healthChecks: "front-web-id" });
        },
    );

    test("of a published service of a regional external load balancer has a capacity", async () => {
        const backend = await backendOf(() => {
            const apps = network();
            const sales = endpoints({ serviceAttachment: service, network: apps });
            front(sales, { type: "regional-external", network: apps });
        }, "endpoints");
        expect(backend).toMatchObject({ backends: [{ capacityScaler: 1 }] });
    });

    test.each([
        [
            "groups without a common port",
            () => ({ group: [instances("a", { http: 1 }), instances("b", { web: 1 })] }),
            "routes./*: [loadbalancer/group-port-unknown]",
        ],
        [
            "groups with several ports",
            () => ({ group: instances("a", { http: 1, admin: 2 }) }),
            "routes./*: [loadbalancer/group-port-unknown]",
        ],
        [
            "a group twice",
            () => {
                const group = instances();
                return { group: [group, group] };
            },
            "routes./*.group: must be a list of different groups with at least one",
        ],
        [
            "another component",
            () => ({ group: machine() }),
            "routes./*.group: must be an AutoscaledInstanceGroup, an UnmanagedInstanceGroup or a NetworkEndpointGroup (got a VirtualMachine).",
        ],
        [
            "instances beside endpoints",
            () => ({ group: [instances(), hybrid()] }),
            "routes./*: [loadbalancer/groups-of-kinds]",
        ],
        [
            "the port of endpoints",
            () => ({ group: hybrid(), port: "http" }),
            "routes./*.port: [loadbalancer/port-of-endpoints]",
        ],
        [
            "the utilization of endpoints",
            () => ({ group: hybrid(), capacity: { utilization: 80 } }),
            "routes./*.capacity: [loadbalancer/utilization-of-endpoints]",
        ],
        [
            "the health of the internet",
            () => ({ group: endpoints({ internet: "a.acme.com" }), health: "/" }),
            "routes./*.health: [loadbalancer/health-of-unprobed]",
        ],
        [
            "the capacity of the internet",
            () => ({ group: endpoints({ internet: "a.acme.com" }), capacity: { requestsPerSecond: 1 } }),
            "routes./*.capacity: [loadbalancer/capacity-of-unprobed]",
        ],
        [
            "a path of TCP",
            () => ({ group: instances(), health: { protocol: "tcp", path: "/" } }),
            "routes./*.health.path: [loadbalancer/health-request-of-tcp]",
        ],
        [
            "a host of TCP",
            () => ({ group: instances(), health: { protocol: "tcp", host: "a" } }),
            "routes./*.health.host: [loadbalancer/health-request-of-tcp]",
        ],
        [
            "a timeout above the interval",
            () => ({ group: instances(), health: { timeout: "20 seconds" } }),
            "routes./*.health.timeout: [health/timeout-above-interval]",
        ],
        [
            "the internet from a network",
            () => endpoints({ internet: "a.acme.com", network: network() }),
            "routes./*: [loadbalancer/internet-scope]",
        ],
    ])("with %s is refused", async (_, route, problem) => {
        expect(await refusedWith<unknown>(route, (route) => front(route))).toContain(problem);
    });

    test("on the internet, for global load balancers, is refused in a region", async () => {
        const make = () => ({ group: endpoints({ internet: "a.acme.com" }), apps: network() });
        const use = ({ group, apps }: ReturnType<typeof make>) =>
            front(group, { type: "regional-internal", network: apps });
        expect(await refusedWith(make, use)).toContain("routes./*: [loadbalancer/internet-scope]");
    });

    test("in another region than the load balancer is refused when it is known", () => {
        expect(otherRegionProblem("routes./*", "europe-west1", "europe-west4")).toMatchObject({
            path: "routes./*",
            id: "loadbalancer/backend-in-other-region",
        });
        expect(otherRegionProblem("routes./*", "europe-west1", "europe-west1")).toBeUndefined();
        expect(otherRegionProblem("routes./*", "europe-west1", undefined)).toBeUndefined();
    });
});
