import {
    CloudRunService,
    LoadBalancer,
    type LoadBalancerArgs,
    Network,
    NetworkEndpointGroup,
    NetworkLoadBalancer,
    UnmanagedInstanceGroup,
} from "slipway";
import { type GroupTarget, portProblem } from "../../../lib/loadbalancer/group";
import { refused, registered } from "../registered";

const zone = "europe-west1-b";

/** What Google Cloud answers: the named ports of each group, by its name. */
const call = (token: string, { name }: Record<string, unknown>) => {
    const ports: Record<string, string[]> = { shop: ["http"], stock: ["http", "admin"], bare: [] };
    return token === "gcp:compute/getInstanceGroup:getInstanceGroup"
        ? { namedPorts: (ports[String(name)] ?? []).map((port) => ({ name: port, port: 8080 })) }
        : undefined;
};

const front = (route: unknown, args: object = {}) =>
    new LoadBalancer("front", { insecure: true, routes: { "/*": route }, ...args } as LoadBalancerArgs);

const group = (name: string, args: object = {}) => UnmanagedInstanceGroup.existing(name, { zone, ...args });

const backendIn = async (run: () => unknown) => {
    const made = await registered(run, { call });
    return made["BackendService front-default"] ?? made["RegionBackendService front-default"];
};

describe("instance groups that exist already", () => {
    test("get requests to their only port", async () => {
        expect(await backendIn(() => front({ group: group("shop"), health: "/" }))).toMatchObject({
            protocol: "HTTP",
            portName: "http",
            healthChecks: "front-default-id",
            backends: [
                {
                    group: "projects/acme-dev/zones/europe-west1-b/instanceGroups/shop",
                    balancingMode: "UTILIZATION",
                    maxUtilization: 0.8,
                    capacityScaler: 1,
                },
            ],
        });
    });

    test("get requests to the port that all have", async () => {
        const backend = await backendIn(() => front({ group: [group("shop"), group("stock")] }));
        expect(backend).toMatchObject({ portName: "http" });
    });

    test("get requests to the port that the route names", async () => {
        expect(await backendIn(() => front({ group: group("stock"), port: "admin" }))).toMatchObject({
            portName: "admin",
        });
    });

    test.each(["bare", "stock"])("get packets at any port, whatever ports %s has", async (name) => {
        const packets = () =>
            new NetworkLoadBalancer("packets", {
                type: "external-passthrough",
                network: new Network("apps"),
                group: group(name),
                ports: [443],
                clients: ["203.0.113.0/24"],
                health: { port: 443 },
            });
        const made = await registered(packets, { call });
        expect(made["RegionBackendService packets"]).toMatchObject({ protocol: "TCP" });
        expect(made["RegionBackendService packets"]).not.toHaveProperty("portName");
    });

    test("are not registered", async () => {
        const made = await registered(() => front(group("shop")), { call });
        expect(Object.keys(made).filter((key) => key.startsWith("InstanceGroup"))).toEqual([]);
    });

    test.each([
        ["with several ports", [["http", "admin"]], undefined, "", "must name a port of the group: http, admin."],
        ["without ports", [[]], undefined, "", "must name a port of the group: there are none, set its ports."],
        [
            "without the port of the route",
            [["http"], ["http", "admin"]],
            "admin",
            ".port",
            'must name a port of all groups: http (got "admin").',
        ],
    ])("%s are refused once they are found", (_, ports, port, path, reason) => {
        const target = { groups: ports.map(() => ({})), port } as unknown as GroupTarget;
        const place = { group: "routes./*", port: "routes./*.port" };
        expect(portProblem(place, target, ports)).toMatchObject({
            path: `routes./*${path}`,
            id: "loadbalancer/group-port-unknown",
            reason,
        });
    });

    test.each([
        ["no zone", {}, "zone: is missing"],
        ["a region in place of the zone", { zone: "europe-west1" }, "zone: must be a zone such as europe-west1-b"],
        ["another option", { zone, ports: { http: 80 } }, "ports: "],
    ])("%s is refused", async (_, args, expected) => {
        expect(await refused(() => UnmanagedInstanceGroup.existing("shop", args as never), { call })).toContain(
            expected,
        );
        expect(await refused(() => NetworkEndpointGroup.existing("shop", args as never), { call })).toContain(expected);
    });
});

describe("endpoint groups that exist already", () => {
    const endpoints = (args: object = {}) => NetworkEndpointGroup.existing("shop", { zone, ...args });

    test("get requests by a rate, in the project that has them", async () => {
        const backend = await backendIn(() =>
            front({ group: endpoints({ project: "acme-shop" }), capacity: { requestsPerSecond: 10 } }),
        );
        expect(backend).toMatchObject({
            healthChecks: "front-default-id",
            backends: [
                {
                    group: "projects/acme-shop/zones/europe-west1-b/networkEndpointGroups/shop",
                    balancingMode: "RATE",
                    maxRatePerEndpoint: 10,
                },
            ],
        });
        expect(backend).not.toHaveProperty("portName");
    });

    test("have no port and no utilization", async () => {
        const both = { group: endpoints(), port: "http", capacity: { utilization: 50 } };
        const problems = await refused(() => front(both), { call });
        expect(problems).toContain("[loadbalancer/port-of-endpoints]");
        expect(problems).toContain("[loadbalancer/utilization-of-endpoints]");
    });

    test("are not beside instances", async () => {
        const problems = await refused(() => front({ group: [endpoints(), group("shop")] }), { call });
        expect(problems).toContain("[loadbalancer/groups-of-kinds]");
    });
});

describe("backends in another project", () => {
    const project = "acme-shop";
    const shop = (args: object = {}) => group("shop", { project, ...args });

    test("have their backend service and health check there, to which the routes lead", async () => {
        const made = await registered(() => front({ group: shop(), health: "/" }), { call });
        expect(made["BackendService front-default"]).toMatchObject({
            project,
            backends: [{ group: "projects/acme-shop/zones/europe-west1-b/instanceGroups/shop" }],
        });
        expect(made["HealthCheck front-default"]).toMatchObject({ project });
        expect(made["URLMap front"]).not.toHaveProperty("project");
    });

    test("of Cloud Run have their endpoint group there, too", async () => {
        const made = await registered(() => front(CloudRunService.existing("web", { project })), { call });
        expect(made["RegionNetworkEndpointGroup front-default"]).toMatchObject({
            project,
            cloudRun: { service: "web" },
        });
        expect(made["BackendService front-default"]).toMatchObject({ project });
    });

    test("in the environment's project are as without it", async () => {
        const made = await registered(() => front({ group: group("shop", { project: "acme-dev" }) }), { call });
        expect(made["BackendService front-default"]).not.toHaveProperty("project");
        expect(made["HealthCheck front-default"]).not.toHaveProperty("project");
    });

    const inProject = (id: string, path: string) => `projects/${id}/global/${path}/shop`;

    test("have the policy and the health check of their project", async () => {
        const health = { existing: inProject(project, "healthChecks") };
        const securityPolicy = inProject(project, "securityPolicies");
        const made = await registered(() => front({ group: shop(), health }, { securityPolicy }), { call });
        expect(made["BackendService front-default"]).toMatchObject({ securityPolicy, healthChecks: health.existing });
    });

    test.each<[string, () => unknown, string]>([
        ["of several projects", () => front({ group: [shop(), group("stock")] }), "loadbalancer/groups-of-projects"],
        [
            "with rules of the load balancer",
            () => front({ group: shop() }, { securityPolicy: true }),
            "loadbalancer/policy-of-other-project",
        ],
        [
            "with a policy of the environment's project",
            () => front({ group: shop() }, { securityPolicy: inProject("acme-dev", "securityPolicies") }),
            "loadbalancer/existing-policy-of-other-project",
        ],
        [
            "with Identity-Aware Proxy",
            () => front({ group: shop(), iap: ["user:ana@acme.com"] }, { insecure: false, domains: "shop.acme.com" }),
            "loadbalancer/iap-of-other-project",
        ],
        [
            "with a health check of the environment's project",
            () => front({ group: shop(), health: { existing: inProject("acme-dev", "healthChecks") } }),
            "loadbalancer/health-of-other-project",
        ],
        [
            "behind a network load balancer",
            () => {
                const network = Network.existing("apps");
                const type = "external-passthrough";
                new NetworkLoadBalancer("db", { type, network, group: shop(), ports: [5432] } as never);
            },
            "loadbalancer/network-group-of-other-project",
        ],
    ])("%s are refused", async (_, run, id) => {
        expect(await refused(run, { call })).toContain(`[${id}]`);
    });
});
