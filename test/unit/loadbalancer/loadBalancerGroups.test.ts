import { HealthCheck } from "@pulumi/gcp/compute/healthCheck";
import * as pulumi from "@pulumi/pulumi";
import {
    AutoscaledInstanceGroup,
    type AutoscaledInstanceGroupArgs,
    LoadBalancer,
    type LoadBalancerArgs,
} from "slipway";
import { identified, refused, registered, told } from "../registered";

type Group = AutoscaledInstanceGroupArgs;

const served = { ports: { http: 8080 }, health: { port: 8081 } };

const balanced = (route: object = {}, args: object = {}, group: object = served) => {
    const web = new AutoscaledInstanceGroup("web", group as Group);
    const routes = { "/*": Object.keys(route).length === 0 ? web : { group: web, ...route } };
    return new LoadBalancer("front", { domains: "shop.acme.com", routes, ...args } as LoadBalancerArgs);
};

const backendOf = async (...given: Parameters<typeof balanced>) =>
    (await registered(() => balanced(...given)))["BackendService front-web"];

/** What a group registers, without a load balancer. */
const made = async (group: object) =>
    Object.keys(await registered(() => new AutoscaledInstanceGroup("web", group as Group)));

const backend = {
    name: expect.stringMatching(/^front-web-[0-9a-f]{6}$/),
    loadBalancingScheme: "EXTERNAL_MANAGED",
    protocol: "HTTP",
    portName: "http",
    healthChecks: "web-id",
    timeoutSec: 30,
    backends: [{ group: "web-instances", capacityScaler: 1, balancingMode: "UTILIZATION", maxUtilization: 0.8 }],
    enableCdn: false,
    iap: { enabled: false },
    logConfig: { enable: true, sampleRate: 1 },
};

test("a group is the backend by its only port and its health check", async () => {
    expect(await backendOf()).toEqual(backend);
});

describe("a health check that exists already", () => {
    const existing = "projects/acme-dev/global/healthChecks/shop";

    test("is that of the backend", async () => {
        const all = await registered(() => balanced({ health: { existing } }));
        expect(all["BackendService front-web"]).toMatchObject({ healthChecks: existing });
        expect(Object.keys(all).filter((key) => key.startsWith("HealthCheck"))).toEqual(["HealthCheck web"]);
    });

    test("can be one of the program", async () => {
        const all = await registered(() => {
            const { name } = new HealthCheck("own", { name: "own", tcpHealthCheck: { port: 80 } });
            balanced({ health: { existing: pulumi.interpolate`projects/acme-dev/global/healthChecks/${name}` } });
        });
        expect(all["BackendService front-web"]).toMatchObject({
            healthChecks: "projects/acme-dev/global/healthChecks/own",
        });
    });

    test("is shared by the routes that have the same one", async () => {
        const route = (web: AutoscaledInstanceGroup, health: object) => ({ group: web, health });
        const routes = (other: object) => () => {
            const web = new AutoscaledInstanceGroup("web", served as unknown as Group);
            const all = { "/*": route(web, { existing }), "/a/*": route(web, other) };
            new LoadBalancer("front", { domains: "shop.acme.com", routes: all } as LoadBalancerArgs);
        };
        expect(await registered(routes({ existing }))).toHaveProperty("BackendService front-web");
        const problem = expect.stringContaining("[loadbalancer/backend-options-differ]");
        expect(await refused(routes({ existing: `${existing}-2` }), {}, await made(served))).toEqual(problem);
        expect(await refused(routes({ path: "/" }), {}, await made(served))).toEqual(problem);
    });

    test("is named by its ID", async () => {
        expect(await refused(() => balanced({ health: { existing: "shop" } }), {}, await made(served))).toContain(
            "must be the ID of a health check, such as projects/acme-dev/global/healthChecks/shop",
        );
    });
});

describe("the certificates of a group", () => {
    const authenticationConfig = "projects/acme-dev/locations/global/backendAuthenticationConfigs/internal";
    const sni = "backend.acme.com";

    test.each([
        [{ sni }, { sni }],
        [
            { sni, subjectAltNames: ["a.acme.com", "b.acme.com"], authenticationConfig },
            { sni, subjectAltNames: [{ dnsName: "a.acme.com" }, { dnsName: "b.acme.com" }], authenticationConfig },
        ],
    ])("are verified with %j", async (tls, expected) => {
        expect(await backendOf({ protocol: "https", tlsSettings: tls })).toMatchObject({
            protocol: "HTTPS",
            tlsSettings: expected,
        });
    });

    test.each([
        ["without encryption", {}, { sni }, "[loadbalancer/tls-of-http]"],
        ["without a host", { protocol: "http2" }, {}, "routes./*.tlsSettings.sni: is missing"],
        [
            "with six names",
            { protocol: "https" },
            { sni, subjectAltNames: Array(6).fill(sni) },
            "routes./*.tlsSettings.subjectAltNames: must have 1 to 5 names",
        ],
        [
            "with another ID",
            { protocol: "https" },
            { sni, authenticationConfig: "internal" },
            "routes./*.tlsSettings.authenticationConfig: must be an ID such as",
        ],
    ])("%s are refused", async (_, route, tls, problem) => {
        const text = await refused(() => balanced({ ...route, tlsSettings: tls }), {}, await made(served));
        expect(identified(text)).toContain(problem);
    });

    test("are those of all routes to the group with one backend", async () => {
        const routes = (one: object, other: object) => () => {
            const web = new AutoscaledInstanceGroup("web", served as unknown as Group);
            const route = (tls: object) => ({ group: web, protocol: "https", tlsSettings: { sni, ...tls } });
            const all = { "/*": route(one), "/a/*": route(other) };
            new LoadBalancer("front", { domains: "shop.acme.com", routes: all } as LoadBalancerArgs);
        };
        expect(await registered(routes({}, {}))).toHaveProperty("BackendService front-web");
        for (const other of [{ authenticationConfig }, { subjectAltNames: [sni] }]) {
            expect(await refused(routes({}, other), {}, await made(served))).toContain("backend-options-differ");
        }
    });
});

test("the firewall lets in probes and the load balancer", async () => {
    expect((await registered(() => balanced()))["Firewall web"]).toMatchObject({
        sourceRanges: ["35.191.0.0/16", "130.211.0.0/22"],
        allows: [{ protocol: "tcp", ports: ["8081", "8080"] }],
    });
});

test.each([
    [
        "requests per second",
        { capacity: { requestsPerSecond: 100 } },
        {
            backends: [{ group: "web-instances", capacityScaler: 1, balancingMode: "RATE", maxRatePerInstance: 100 }],
        },
    ],
    [
        "a fraction of a request per second",
        { capacity: { requestsPerSecond: 0.5 } },
        { backends: [expect.objectContaining({ balancingMode: "RATE", maxRatePerInstance: 0.5 })] },
    ],
    [
        "the most requests per second",
        { capacity: { requestsPerSecond: 1_000_000 } },
        { backends: [expect.objectContaining({ maxRatePerInstance: 1_000_000 })] },
    ],
    ...[1, 100].map((utilization): [string, object, object] => [
        `${utilization} percent of the CPU`,
        { capacity: { utilization } },
        { backends: [expect.objectContaining({ balancingMode: "UTILIZATION", maxUtilization: utilization / 100 })] },
    ]),
    ["a timeout", { timeout: "5 minutes" }, { timeoutSec: 300 }],
    ["the longest timeout", { timeout: "1 day" }, { timeoutSec: 86_400 }],
    ["caching", { cdn: true }, { enableCdn: true }],
    ["Identity-Aware Proxy", { iap: ["group:shop@acme.dev"] }, { iap: { enabled: true } }],
])("a group with %s", async (_, route, expected) => {
    expect(await backendOf(route)).toMatchObject(expected);
});

test("a group's requests arrive with the rewritten path", async () => {
    const made = await registered(() => {
        const web = new AutoscaledInstanceGroup("web", served);
        const routes = { "/*": web, "/api/*": { group: web, rewrite: "/" } };
        return new LoadBalancer("front", { domains: "shop.acme.com", routes });
    });
    expect(made["URLMap front"]).toMatchObject({
        pathMatchers: [
            {
                pathRules: [{ paths: ["/api", "/api/*"], routeAction: { urlRewrite: { pathPrefixRewrite: "/" } } }],
            },
        ],
    });
});

test("of several ports one is named", async () => {
    const ports = { http: 8080, admin: 9000 };
    expect(await backendOf({ port: "admin" }, {}, { ...served, ports })).toMatchObject({ portName: "admin" });
});

test("the ports of a group are in the error for one without a port, or with an unknown one", async () => {
    const ports = { http: 8080, admin: 9000 };
    const portsIn = async (target: object) => {
        const group = { ...served, ports };
        const text = await told(() => balanced(target, {}, group), {}, await made(group));
        return /must name a port of the group: .*/.exec(text)?.[0];
    };
    expect(await portsIn({})).toBe("must name a port of the group: http, admin. [loadbalancer/group-port-unknown]");
    expect(await portsIn({ port: "api" })).toBe(
        'must name a port of the group: http, admin (got "api"). [loadbalancer/group-port-unknown]',
    );
});

test.each([
    ["without a health check", {}, {}, { ports: { http: 8080 } }, "routes./*: [loadbalancer/group-without-health]"],
    ["without ports", {}, {}, { health: { port: 80 } }, "routes./*: [loadbalancer/group-port-unknown]"],
    [
        "without one of its ports",
        {},
        {},
        { ...served, ports: { http: 8080, admin: 9000 } },
        "routes./*: [loadbalancer/group-port-unknown]",
    ],
    ["with an unknown port", { port: "api" }, {}, served, "routes./*.port: [loadbalancer/group-port-unknown]"],
    [
        "with two capacities",
        { capacity: { utilization: 80, requestsPerSecond: 10 } },
        {},
        served,
        "routes./*.capacity: must have exactly one of utilization, requestsPerSecond",
    ],
    ...[0, 1_000_001, "100"].map((requestsPerSecond): [string, object, object, object, string] => [
        `with ${JSON.stringify(requestsPerSecond)} requests per second`,
        { capacity: { requestsPerSecond } },
        {},
        served,
        `routes./*.capacity.requestsPerSecond: must be a number above 0, up to 1000000 requests a second (got ${JSON.stringify(requestsPerSecond)}).`,
    ]),
    ...[0, 101].map((utilization): [string, object, object, object, string] => [
        `with ${utilization} percent of the CPU`,
        { capacity: { utilization } },
        {},
        served,
        `routes./*.capacity.utilization: must be a whole number from 1 to 100 percent (got ${utilization}).`,
    ]),
    ...["0 seconds", "86401 seconds"].map((timeout): [string, object, object, object, string] => [
        `with a timeout of ${timeout}`,
        { timeout },
        {},
        served,
        `routes./*.timeout: must be from 1 second to 1 day (got "${timeout}").`,
    ]),
])("a group %s is refused", async (_, route, args, group, message) => {
    expect(await refused(() => balanced(route, args, group), {}, await made(group))).toContain(message);
});
