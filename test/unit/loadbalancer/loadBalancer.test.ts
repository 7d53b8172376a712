import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ManagedZone } from "@pulumi/gcp/dns/managedZone";
import * as pulumi from "@pulumi/pulumi";
import { AppEngineApp, CloudRunService, LoadBalancer, Network, ServerlessFunction, StorageBucket } from "slipway";
import type {
    CdnPolicy,
    GlobalLoadBalancerArgs,
    LoadBalancerArgs,
    RegionalLoadBalancerArgs,
} from "slipway/loadbalancer";
import { keyProblem } from "../../../lib/loadbalancer/certificates";
import { inChild } from "../child";
import { folderOf } from "../folders";
import { registered, registeredOptions, registeredOutputs } from "../registered";

const source = folderOf({ "main.py": "def web(request):\n    return 'range'\n\n\napp = web\n" });
const ingress = "load-balancer";

const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;
const web = () => new CloudRunService("web", { image });
const other = (name: string) =>
    new ServerlessFunction(name, { source, entryPoint: "web", trigger: { http: { ingress } } });

/** What a program registers of a load balancer, without the resources of its backends and with a fixed suffix of fresh names. */
async function balanced(program: () => unknown, ...stack: Parameters<typeof registered>[1][]) {
    const all = await registered(program, stack[0]);
    const own = Object.entries(all).filter(([key]) => / (shop|load-balancers)(-|$)/.test(key));
    return JSON.parse(
        JSON.stringify(Object.fromEntries(own)).replaceAll(
            /(networkEndpointGroups\/|backendServices\/|"name":")(shop-[\w-]+)-[0-9a-f]{6}"/g,
            '$1$2-1a2b3c"',
        ),
    );
}

const shop = (args: Partial<GlobalLoadBalancerArgs> = {}) =>
    new LoadBalancer("shop", { domains: "shop.acme.com", ...args, routes: args.routes ?? { "/*": web() } });

const id = (path: string) => `projects/acme-dev/global/${path}`;
const group = (key: string) => `projects/acme-dev/regions/europe-west1/networkEndpointGroups/shop-${key}-1a2b3c`;

const bare = {
    "BackendService shop-web": {
        name: "shop-web-1a2b3c",
        loadBalancingScheme: "EXTERNAL_MANAGED",
        protocol: "HTTPS",
        backends: [{ group: group("web") }],
        enableCdn: false,
        iap: { enabled: false },
        logConfig: { enable: true, sampleRate: 1 },
    },
    "Certificate shop-shop-acme-com": {
        name: "shop-shop-acme-com",
        location: "global",
        managed: { domains: ["shop.acme.com"] },
    },
    "CertificateMap shop": { name: "shop" },
    "CertificateMapEntry shop-shop-acme-com": {
        name: "shop-shop-acme-com",
        map: "shop",
        hostname: "shop.acme.com",
        certificates: ["projects/acme-dev/locations/global/certificates/shop-shop-acme-com"],
    },
    "GlobalAddress shop": { name: "shop" },
    "GlobalForwardingRule shop-http": {
        name: "shop-http",
        ipAddress: "203.0.113.5",
        ipProtocol: "TCP",
        loadBalancingScheme: "EXTERNAL_MANAGED",
        portRange: "80",
        target: id("targetHttpProxies/shop"),
    },
    "GlobalForwardingRule shop-https": {
        name: "shop-https",
        ipAddress: "203.0.113.5",
        ipProtocol: "TCP",
        loadBalancingScheme: "EXTERNAL_MANAGED",
        portRange: "443",
        target: id("targetHttpsProxies/shop"),
    },
    "RegionNetworkEndpointGroup shop-web": {
        name: "shop-web-1a2b3c",
        networkEndpointType: "SERVERLESS",
        region: "europe-west1",
        cloudRun: { service: "web" },
    },
    "SSLPolicy shop": { name: "shop", profile: "MODERN", minTlsVersion: "TLS_1_2" },
    "TargetHttpProxy shop": { name: "shop", urlMap: id("urlMaps/shop-redirect") },
    "TargetHttpsProxy shop": {
        name: "shop",
        urlMap: id("urlMaps/shop"),
        certificateMap: "//certificatemanager.googleapis.com/projects/acme-dev/locations/global/certificateMaps/shop",
        sslPolicy: "shop-id",
    },
    "URLMap shop": { name: "shop", defaultService: id("backendServices/shop-web-1a2b3c") },
    "URLMap shop-redirect": {
        name: "shop-redirect",
        defaultUrlRedirect: {
            httpsRedirect: true,
            redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
            stripQuery: false,
        },
    },
};

/** What differs from a bare load balancer: changed and new resources, and `undefined` for missing ones. */
function different(made: Record<string, object>): Record<string, unknown> {
    const keys = [...new Set([...Object.keys(bare), ...Object.keys(made)])];
    const changed = keys.filter((key) => !isDeepStrictEqual(made[key], bare[key as keyof typeof bare]));
    return Object.fromEntries(changed.map((key) => [key, made[key]]));
}

test("a bare load balancer serves a domain over TLS 1.2 with a managed certificate, and redirects HTTP", async () => {
    expect(await balanced(() => shop())).toEqual(bare);
});

test("properties that a program adds to a component are no options of its route", async () => {
    const routed = () =>
        shop({
            routes: {
                "/*": Object.assign(web(), { cdn: true, requestHeaders: { "X-A": "b" }, redirect: { path: "/a" } }),
            },
        });
    expect(await balanced(routed)).toEqual(bare);
});

test("the endpoint group waits for its service, and no property of it depends on it, so that the service can be replaced", async () => {
    const options = await registeredOptions(() => shop());
    expect(options["RegionNetworkEndpointGroup shop-web"]).toMatchObject({
        after: ["Service compute", "Service web"],
        deleteBeforeReplace: false,
        ignoreChanges: ["name"],
        replacementTrigger: "shop-web",
    });
});

test("production protects addresses, certificates and their authorizations, and filters requests", async () => {
    const program = () => shop({ zone: "acme", ipv6: true });
    const options = await registeredOptions(program, { kind: "production" });
    const kept = Object.entries(options).filter(([, { protect }]) => protect);
    expect(kept.map(([key]) => key)).toEqual([
        "Certificate shop-shop-acme-com-dns",
        "DnsAuthorization shop-shop-acme-com",
        "GlobalAddress shop",
        "GlobalAddress shop-ipv6",
        "Service web",
    ]);
    const made = await balanced(program, { kind: "production" });
    expect(made["BackendService shop-web"].securityPolicy).toBe(id("securityPolicies/shop"));
    const rules: { priority: number; description: string; preview: boolean; action: string }[] =
        made["SecurityPolicy shop"].rules;
    expect(rules[0]).toEqual({
        priority: 10000,
        description: "sqli",
        action: "deny(403)",
        preview: true,
        match: { expr: { expression: "evaluatePreconfiguredWaf('sqli-v422-stable', {'sensitivity': 1})" } },
    });
    expect(rules.slice(1, 9).every(({ priority }) => priority > 10000 && priority < 20000)).toBe(true);
    expect(rules.map(({ description, preview, action }) => [description, preview, action])).toEqual([
        ...["sqli", "xss", "lfi", "rfi", "rce", "scannerdetection", "protocolattack", "sessionfixation", "cve"].map(
            (set) => [set, true, "deny(403)"],
        ),
        ["rate limit", false, "throttle"],
        ["default", false, "allow"],
    ]);
    expect(rules.at(-2)).toEqual({
        priority: 20000,
        description: "rate limit",
        action: "throttle",
        preview: false,
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
        rateLimitOptions: {
            conformAction: "allow",
            exceedAction: "deny(429)",
            enforceOnKey: "IP",
            rateLimitThreshold: { count: 1000, intervalSec: 60 },
        },
    });
});

test("an internal load balancer has no security policy in production, and an external one with false none either", async () => {
    const internal = () => regional({ type: "regional-internal", insecure: true, domains: undefined });
    for (const program of [internal, () => shop({ securityPolicy: false })]) {
        const made = await balanced(program, { kind: "production" });
        expect(Object.keys(made).filter((key) => key.includes("SecurityPolicy"))).toEqual([]);
    }
});

const regional = (args: Partial<RegionalLoadBalancerArgs> = {}) =>
    new LoadBalancer("shop", {
        type: "regional-external",
        domains: "shop.acme.com",
        ...args,
        network: args.network ?? new Network("apps", { proxyOnlySubnets: true }),
        routes: args.routes ?? { "/*": web() },
    } as RegionalLoadBalancerArgs);

describe("routes", () => {
    const service = id("backendServices/shop-web-1a2b3c");

    test("a path with /* also matches the path without it, and other hosts have their own default", async () => {
        const made = await balanced(() => {
            const run = web();
            shop({
                domains: ["shop.acme.com", "admin.acme.com"],
                routes: { "/*": run, "/api/*": other("api"), "/about": run, "admin.acme.com/*": other("admin") },
            });
        });
        expect(made["URLMap shop"]).toEqual({
            name: "shop",
            defaultService: service,
            hostRules: [
                { hosts: ["*"], pathMatcher: "all" },
                { hosts: ["admin.acme.com"], pathMatcher: "host-admin-acme-com" },
            ],
            pathMatchers: [
                {
                    name: "all",
                    defaultService: service,
                    pathRules: [
                        { paths: ["/api", "/api/*"], service: id("backendServices/shop-api-1a2b3c") },
                        { paths: ["/about"], service },
                    ],
                },
                { name: "host-admin-acme-com", defaultService: id("backendServices/shop-admin-1a2b3c") },
            ],
        });
        expect(made["RegionNetworkEndpointGroup shop-api"]).toMatchObject({ cloudRun: { service: "api" } });
    });

    test("the default is the route /* of all hosts, wherever the program has it", async () => {
        const made = await balanced(() =>
            shop({
                domains: ["shop.acme.com", "admin.acme.com"],
                routes: { "/api/*": other("api"), "admin.acme.com/*": other("admin"), "/*": web() },
            }),
        );
        expect(made["URLMap shop"]).toMatchObject({
            defaultService: service,
            pathMatchers: [
                { name: "all", defaultService: service },
                { name: "host-admin-acme-com", defaultService: id("backendServices/shop-admin-1a2b3c") },
            ],
        });
    });

    test("all requests but some can be redirected, also to one path", async () => {
        const made = await balanced(() =>
            shop({ routes: { "/*": { redirect: { path: "/soon", status: 302 } }, "/api/*": web() } }),
        );
        const defaultUrlRedirect = { pathRedirect: "/soon", redirectResponseCode: "FOUND", stripQuery: false };
        expect(made["URLMap shop"]).toEqual({
            name: "shop",
            defaultUrlRedirect,
            hostRules: [{ hosts: ["*"], pathMatcher: "all" }],
            pathMatchers: [{ name: "all", defaultUrlRedirect, pathRules: [{ paths: ["/api", "/api/*"], service }] }],
        });
    });

    test("a host can lead elsewhere, and a service can have headers of responses only", async () => {
        const headers = { headerName: "X-Frame-Options", headerValue: "DENY", replace: true };
        const weighted = [{ backendService: service, weight: 100, headerAction: { responseHeadersToAdds: [headers] } }];
        const redirect = {
            hostRedirect: "shop.acme.com",
            redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
            stripQuery: false,
        };
        const made = await balanced(() =>
            shop({
                domains: ["shop.acme.com", "old.acme.com"],
                routes: {
                    "/*": { service: web(), responseHeaders: { "X-Frame-Options": "DENY" } },
                    "old.acme.com/*": { redirect: { host: "shop.acme.com" } },
                },
            }),
        );
        expect(made["URLMap shop"]).toEqual({
            name: "shop",
            defaultRouteAction: { weightedBackendServices: weighted },
            hostRules: [
                { hosts: ["*"], pathMatcher: "all" },
                { hosts: ["old.acme.com"], pathMatcher: "host-old-acme-com" },
            ],
            pathMatchers: [
                { name: "all", defaultRouteAction: { weightedBackendServices: weighted } },
                { name: "host-old-acme-com", defaultUrlRedirect: redirect },
            ],
        });
    });

    test("a host without a default of its own has that of all hosts", async () => {
        const made = await balanced(() =>
            shop({
                domains: ["shop.acme.com", "admin.acme.com"],
                routes: { "/*": web(), "admin.acme.com/api/*": other("api") },
            }),
        );
        const { pathMatchers } = made["URLMap shop"];
        expect(pathMatchers[1]).toEqual({
            name: "host-admin-acme-com",
            defaultService: service,
            pathRules: [{ paths: ["/api", "/api/*"], service: id("backendServices/shop-api-1a2b3c") }],
        });
    });

    test.each([
        ["of up to 58 characters", [`${"a".repeat(49)}.acme.com`], [`host-${"a".repeat(49)}-acme-com`]],
        [
            "with similar names",
            ["api-shop.acme.com", "api.shop.acme.com"],
            ["host-api-shop-acme-com", "host-api-shop-acme-com-45d1ef"],
        ],
        [
            "with the same long beginning",
            [`${"a".repeat(60)}.acme.com`, `${"a".repeat(60)}.acme.dev`],
            [`host-${"a".repeat(51)}-9407b7`, `host-${"a".repeat(51)}-7a7019`],
        ],
    ])("hosts %s have path matchers with different names of at most 63 characters", async (_, hosts, names) => {
        const made = await balanced(() => {
            const run = web();
            const own = Object.fromEntries(hosts.map((host) => [`${host}/*`, run]));
            shop({ domains: ["shop.acme.com", ...hosts], routes: { "/*": run, ...own } });
        });
        const { hostRules, pathMatchers } = made["URLMap shop"];
        expect(pathMatchers.map(({ name }: { name: string }) => name)).toEqual(["all", ...names]);
        expect(hostRules).toEqual([
            { hosts: ["*"], pathMatcher: "all" },
            ...hosts.map((host, index) => ({ hosts: [host], pathMatcher: names[index] })),
        ]);
    });

    test("a path has its own route beside one for the paths below it", async () => {
        const made = await balanced(() => {
            const one = web();
            shop({ routes: { "/*": one, "/api": one, "/api/*": { service: one, backend: "api", cdn: true } } });
        });
        const { pathMatchers } = made["URLMap shop"];
        expect(pathMatchers[0].pathRules).toEqual([
            { paths: ["/api"], service },
            { paths: ["/api/*"], service: id("backendServices/shop-api-1a2b3c") },
        ]);
    });

    test("a rewrite, headers and a redirect are actions of the URL map", async () => {
        const made = await balanced(() => {
            const one = web();
            shop({
                routes: {
                    "/*": one,
                    "/api/*": { service: one, rewrite: "/" },
                    "/geo": {
                        service: one,
                        requestHeaders: { "X-Region": "{client_region}" },
                        responseHeaders: { "Strict-Transport-Security": "max-age=31536000" },
                    },
                    "/old/*": { redirect: { host: "acme.com", prefix: "/new/", status: 308, stripQuery: true } },
                },
            });
        });
        const { pathMatchers } = made["URLMap shop"];
        expect(pathMatchers[0].pathRules).toEqual([
            { paths: ["/api", "/api/*"], service, routeAction: { urlRewrite: { pathPrefixRewrite: "/" } } },
            {
                paths: ["/geo"],
                routeAction: {
                    weightedBackendServices: [
                        {
                            backendService: service,
                            weight: 100,
                            headerAction: {
                                requestHeadersToAdds: [
                                    { headerName: "X-Region", headerValue: "{client_region}", replace: true },
                                ],
                                responseHeadersToAdds: [
                                    {
                                        headerName: "Strict-Transport-Security",
                                        headerValue: "max-age=31536000",
                                        replace: true,
                                    },
                                ],
                            },
                        },
                    ],
                },
            },
            {
                paths: ["/old", "/old/*"],
                urlRedirect: {
                    hostRedirect: "acme.com",
                    prefixRedirect: "/new/",
                    redirectResponseCode: "PERMANENT_REDIRECT",
                    stripQuery: true,
                },
            },
        ]);
    });

    test("requests are split by weight", async () => {
        const made = await balanced(() =>
            shop({
                routes: {
                    "/*": {
                        split: [
                            { service: web(), weight: 90 },
                            { service: other("next"), weight: 10 },
                        ],
                    },
                },
            }),
        );
        expect(made["URLMap shop"]).toEqual({
            name: "shop",
            defaultRouteAction: {
                weightedBackendServices: [
                    { backendService: service, weight: 90 },
                    { backendService: id("backendServices/shop-next-1a2b3c"), weight: 10 },
                ],
            },
        });
    });
});

describe("backends", () => {
    test("a bucket stays private, and is cached: only the service agent of load balancers may read it", async () => {
        const made = await balanced(() => {
            const assets = new StorageBucket("assets");
            shop({
                routes: {
                    "/*": web(),
                    "/static/*": { bucket: assets, rewrite: "/", responseHeaders: { "X-Frame-Options": "DENY" } },
                },
            });
        });
        expect(made["BackendBucket shop-assets"]).toEqual({
            name: "shop-assets",
            bucketName: "acme-dev-assets",
            enableCdn: true,
            cdnPolicy: {
                cacheMode: "CACHE_ALL_STATIC",
                defaultTtl: 3600,
                maxTtl: 86400,
                clientTtl: 3600,
                serveWhileStale: 86400,
                negativeCaching: true,
            },
            customResponseHeaders: ["X-Frame-Options: DENY"],
        });
        expect(made["URLMap shop"].pathMatchers[0].pathRules).toEqual([
            {
                paths: ["/static", "/static/*"],
                service: id("backendBuckets/shop-assets"),
                routeAction: { urlRewrite: { pathPrefixRewrite: "/" } },
            },
        ]);
    });

    test("the grant on a bucket waits for the backend bucket, with which the agent is created", async () => {
        const stack = { environment: true };
        const program = () => shop({ routes: { "/*": new StorageBucket("assets") } });
        expect((await registered(program, stack))["BucketIAMMember load-balancers-assets-object-viewer"]).toEqual({
            bucket: "acme-dev-assets",
            role: "roles/storage.objectViewer",
            member: "serviceAccount:service-123@https-lb.iam.gserviceaccount.com",
        });
        const { after } =
            (await registeredOptions(program, stack))["BucketIAMMember load-balancers-assets-object-viewer"] ?? {};
        expect(after).toEqual(["BackendBucket shop-assets", "Bucket assets"]);
    });

    test("a service that exists already is reached by its name and its region", async () => {
        const call = (token: string) => (token.endsWith(":getService") ? { uri: "https://web.example" } : undefined);
        const program = () => shop({ routes: { "/*": CloudRunService.existing("web", { region: "us-east1" }) } });
        const made = await balanced(program, { call });
        expect(made["RegionNetworkEndpointGroup shop-default"]).toMatchObject({
            region: "us-east1",
            cloudRun: { service: "web" },
        });
        const options = await registeredOptions(program, { call });
        expect(options["RegionNetworkEndpointGroup shop-default"]?.after).toEqual(["Service compute"]);
    });

    test("a bucket that exists already has the key of its route", async () => {
        const call = () => ({ name: "acme-data", location: "EU", url: "gs://acme-data" });
        const program = () => shop({ routes: { "/*": web(), "/files/*": StorageBucket.existing("acme-data") } });
        expect((await balanced(program, { call }))["BackendBucket shop-files"]).toMatchObject({
            bucketName: "acme-data",
        });
    });

    test("an App Engine application is reached by its dispatch rules, or one of its services", async () => {
        const app = () =>
            new AppEngineApp("site", {
                services: { default: { source }, api: { source } },
            });
        const made = await balanced(() => {
            const site = app();
            shop({ routes: { "/*": site, "/api/*": { app: site, service: "api" } } });
        });
        expect([
            made["RegionNetworkEndpointGroup shop-site"],
            made["RegionNetworkEndpointGroup shop-site-api"],
        ]).toMatchObject([
            { region: "europe-west1", appEngine: {} },
            { region: "europe-west1", appEngine: { service: "api" } },
        ]);
    });

    const regions = ["europe-west1", "us-east1"];
    const inRegions = (all = regions) => new CloudRunService("web", { image, regions: all });

    test("a service in several regions has an endpoint group in each, and one that fails gets no requests", async () => {
        const outlierDetection = {
            consecutiveErrors: 5,
            enforcingConsecutiveErrors: 100,
            interval: { seconds: 1 },
            baseEjectionTime: { seconds: 30 },
            maxEjectionPercent: 50,
        };
        const far = "projects/acme-dev/regions/us-east1/networkEndpointGroups/shop-web-us-east1-1a2b3c";
        expect(different(await balanced(() => shop({ routes: { "/*": inRegions() } })))).toEqual({
            "BackendService shop-web": {
                ...bare["BackendService shop-web"],
                backends: [{ group: group("web") }, { group: far }],
                outlierDetection,
            },
            "RegionNetworkEndpointGroup shop-web-us-east1": {
                ...bare["RegionNetworkEndpointGroup shop-web"],
                name: "shop-web-us-east1-1a2b3c",
                region: "us-east1",
            },
        });
    });

    test("each endpoint group waits for the service of its region", async () => {
        const options = await registeredOptions(() => shop({ routes: { "/*": inRegions() } }));
        const waitsFor = (key: string) => options[`RegionNetworkEndpointGroup shop-${key}`]?.after;
        expect([waitsFor("web"), waitsFor("web-us-east1")]).toEqual([
            ["Service compute", "Service web-europe-west1"],
            ["Service compute", "Service web-us-east1"],
        ]);
    });

    test("Identity-Aware Proxy may invoke a service in all of its regions", async () => {
        const program = () => shop({ iap: ["group:shop@acme.com"], routes: { "/*": inRegions() } });
        const made = Object.entries(await registered(program, { environment: true }));
        const invoked = made.filter(([key]) => key.startsWith("ServiceIamMember iap-agent-"));
        expect(invoked.map(([, inputs]) => Reflect.get(inputs, "location"))).toEqual(regions);
    });

    test("a regional load balancer takes the service of its own region", async () => {
        const made = await balanced(() => regional({ routes: { "/*": inRegions([...regions].reverse()) } }));
        expect(made["RegionNetworkEndpointGroup shop-web"]).toEqual(bare["RegionNetworkEndpointGroup shop-web"]);
        expect(made["RegionBackendService shop-web"].backends).toEqual([{ group: group("web"), capacityScaler: 1 }]);
        expect(made["RegionBackendService shop-web"]).not.toHaveProperty("outlierDetection");
    });

    test("a tag selects a revision of a Cloud Run service", async () => {
        const made = await balanced(() => shop({ routes: { "/*": { service: web(), tag: "candidate" } } }));
        expect(made["RegionNetworkEndpointGroup shop-web"].cloudRun).toEqual({ service: "web", tag: "candidate" });
    });

    test.each<[string, object, object]>([
        ["static content", {}, { cacheMode: "CACHE_ALL_STATIC", defaultTtl: 3600, maxTtl: 86400, clientTtl: 3600 }],
        ["what the responses allow", { cacheMode: "USE_ORIGIN_HEADERS" }, { cacheMode: "USE_ORIGIN_HEADERS" }],
        [
            "everything",
            { cacheMode: "FORCE_CACHE_ALL", defaultTtl: "1 minute" },
            { cacheMode: "FORCE_CACHE_ALL", defaultTtl: 60, clientTtl: 3600 },
        ],
        [
            "everything for the longest time",
            { cacheMode: "FORCE_CACHE_ALL", defaultTtl: "366 days", clientTtl: "366 days" },
            { cacheMode: "FORCE_CACHE_ALL", defaultTtl: 31_622_400, clientTtl: 31_622_400 },
        ],
        [
            "static content for one time",
            { defaultTtl: "2 days", maxTtl: "2 days", clientTtl: "2 days" },
            { cacheMode: "CACHE_ALL_STATIC", defaultTtl: 172_800, maxTtl: 172_800, clientTtl: 172_800 },
        ],
        [
            "what is never fresh",
            { defaultTtl: "0 seconds", maxTtl: "0 seconds", clientTtl: "0 seconds" },
            { cacheMode: "CACHE_ALL_STATIC", defaultTtl: 0, maxTtl: 0, clientTtl: 0 },
        ],
    ])("a service caches %s", async (_, cdn, expected) => {
        const made = await balanced(() => shop({ routes: { "/*": { service: web(), cdn } } }));
        expect(made["BackendService shop-web"]).toMatchObject({ enableCdn: true });
        expect(made["BackendService shop-web"].cdnPolicy).toEqual({
            ...expected,
            serveWhileStale: 86400,
            negativeCaching: true,
            cacheKeyPolicy: { includeHost: true, includeProtocol: true, includeQueryString: true },
        });
    });

    const cached: CdnPolicy = { serveWhileStale: "7 days", negativeCaching: false, queryParameters: ["v"] };
    const cachedAs = { serveWhileStale: 604_800, negativeCaching: false };

    test("a service caches by query parameters, stale responses for days, and no errors", async () => {
        const made = await balanced(() => shop({ routes: { "/*": { service: web(), cdn: cached } } }));
        expect(made["BackendService shop-web"].cdnPolicy).toMatchObject({
            ...cachedAs,
            cacheKeyPolicy: {
                includeHost: true,
                includeProtocol: true,
                includeQueryString: true,
                queryStringWhitelists: ["v"],
            },
        });
    });

    test("a bucket is cached by query parameters, stale objects for days, and no errors", async () => {
        const made = await balanced(() => {
            shop({ routes: { "/*": { bucket: new StorageBucket("assets"), cdn: cached } } });
        });
        expect(made["BackendBucket shop-assets"].cdnPolicy).toMatchObject({
            ...cachedAs,
            cacheKeyPolicy: { queryStringWhitelists: ["v"] },
        });
    });

    test("a bucket need not be cached", async () => {
        const made = await balanced(() => {
            shop({ routes: { "/*": { bucket: new StorageBucket("assets"), cdn: false } } });
        });
        expect(made["BackendBucket shop-assets"]).toEqual({
            name: "shop-assets",
            bucketName: "acme-dev-assets",
            enableCdn: false,
        });
    });
});

describe("Identity-Aware Proxy", () => {
    test("lets only its members in, uses Google's client, and may invoke the service", async () => {
        const made = await registered(() => shop({ iap: ["group:shop@acme.com"] }), { environment: true });
        expect(made["BackendService shop-web"]).toMatchObject({ iap: { enabled: true } });
        expect(made["WebBackendServiceIamMember shop-web-iap-group-shop@acme.com"]).toEqual({
            webBackendService: expect.stringMatching(/^shop-web-[0-9a-f]{6}$/),
            role: "roles/iap.httpsResourceAccessor",
            member: "group:shop@acme.com",
        });
        expect(made["ServiceIamMember iap-agent-web-invoker"]).toMatchObject({
            role: "roles/run.invoker",
            member: "serviceAccount:service-123@gcp-sa-iap.iam.gserviceaccount.com",
        });
    });

    test("is not enabled, and may not invoke the service, without members", async () => {
        const made = await registered(() => shop(), { environment: true });
        expect(Object.keys(made)).toContain("Service compute");
        expect(Object.keys(made).filter((key) => key.includes("iap"))).toEqual([]);
    });

    test("is enabled, and may invoke the service, before the backend service uses it", async () => {
        const program = () => shop({ iap: ["group:shop@acme.com"] });
        const options = await registeredOptions(program, { environment: true });
        expect(options["BackendService shop-web"]?.after).toEqual([
            "RegionNetworkEndpointGroup shop-web",
            "Service compute",
            "Service iap",
            "ServiceIamMember iap-agent-web-invoker",
        ]);
    });

    test("can protect one route only, with a backend of its own", async () => {
        const made = await balanced(() => {
            const run = web();
            shop({
                routes: {
                    "/*": { service: run, iap: false },
                    "/admin/*": { service: run, iap: ["group:shop@acme.com"], backend: "admin" },
                },
            });
        });
        const enabled = ["web", "admin"].map((key) => made[`BackendService shop-${key}`].iap.enabled);
        expect(enabled).toEqual([false, true]);
    });
});

describe("certificates and records", () => {
    test("a zone gets the records of domains and authorizations, and certificates are authorized by DNS", async () => {
        const made = await balanced(() => {
            const zone = new ManagedZone("acme", { name: "acme", dnsName: "acme.com." });
            shop({ domains: ["acme.com", "*.acme.com"], zone, ipv6: true });
        });
        expect(Object.keys(made).filter((key) => /^(RecordSet|DnsAuthorization|Certificate) /.test(key))).toEqual([
            "Certificate shop-acme-com-dns",
            "Certificate shop-wildcard-acme-com-dns",
            "DnsAuthorization shop-acme-com",
            "RecordSet shop-acme-com-a",
            "RecordSet shop-acme-com-aaaa",
            "RecordSet shop-acme-com-authorization",
            "RecordSet shop-wildcard-acme-com-a",
            "RecordSet shop-wildcard-acme-com-aaaa",
        ]);
        expect(made["DnsAuthorization shop-acme-com"]).toEqual({
            name: "shop-acme-com",
            location: "global",
            domain: "acme.com",
            type: "FIXED_RECORD",
        });
        expect(made["Certificate shop-wildcard-acme-com-dns"]).toEqual({
            name: "shop-wildcard-acme-com-dns",
            location: "global",
            managed: {
                domains: ["*.acme.com"],
                dnsAuthorizations: ["projects/acme-dev/locations/global/dnsAuthorizations/shop-acme-com"],
            },
        });
        expect(made["RecordSet shop-acme-com-authorization"]).toEqual({
            managedZone: "acme",
            name: "_acme-challenge.acme.com.",
            type: "CNAME",
            ttl: 300,
            rrdatas: ["1a2b.authorize.certificatemanager.goog."],
        });
        expect(made["RecordSet shop-acme-com-a"]).toMatchObject({
            name: "acme.com.",
            type: "A",
            rrdatas: ["203.0.113.5"],
        });
    });

    test("domains that differ only by . and - have their own certificates and records", async () => {
        const domains = ["api-shop.acme.com", "api.shop.acme.com"];
        const made = await balanced(() => shop({ domains, zone: "acme" }));
        const own = (type: string) => Object.keys(made).filter((key) => key.startsWith(`${type} `));
        expect(["Certificate", "CertificateMapEntry", "DnsAuthorization", "RecordSet"].flatMap(own)).toEqual([
            "Certificate shop-api-shop-acme-com-45d1ef-dns",
            "Certificate shop-api-shop-acme-com-dns",
            "CertificateMapEntry shop-api-shop-acme-com",
            "CertificateMapEntry shop-api-shop-acme-com-45d1ef",
            "DnsAuthorization shop-api-shop-acme-com",
            "DnsAuthorization shop-api-shop-acme-com-45d1ef",
            "RecordSet shop-api-shop-acme-com-45d1ef-a",
            "RecordSet shop-api-shop-acme-com-45d1ef-authorization",
            "RecordSet shop-api-shop-acme-com-a",
            "RecordSet shop-api-shop-acme-com-authorization",
        ]);
    });

    test("the proxy gets the certificate map once all of its entries exist", async () => {
        const domains = ["shop.acme.com", "www.acme.com"];
        const options = await registeredOptions(() => shop({ domains }));
        expect(options["TargetHttpsProxy shop"]?.after).toEqual([
            "CertificateMap shop",
            "CertificateMapEntry shop-shop-acme-com",
            "CertificateMapEntry shop-www-acme-com",
            "SSLPolicy shop",
            "Service compute",
            "URLMap shop",
        ]);
    });

    test("existing certificates take the place of managed ones", async () => {
        const own = "projects/acme-dev/locations/global/certificates/own";
        expect(different(await balanced(() => shop({ certificates: [own] })))).toStrictEqual({
            "Certificate shop-shop-acme-com": undefined,
            "CertificateMapEntry shop-shop-acme-com": {
                ...bare["CertificateMapEntry shop-shop-acme-com"],
                certificates: [own],
            },
        });
    });

    test("four existing certificates take the place of managed ones, also in a region", async () => {
        const own = (location: string) =>
            Array.from(
                { length: 4 },
                (_, index) => `projects/acme-dev/locations/${location}/certificates/own-${index}`,
            );
        const domains = ["shop.acme.com", "www.acme.com"];
        const made = await balanced(() => regional({ domains, certificates: own("europe-west1") }));
        expect(made["RegionTargetHttpsProxy shop"]).toMatchObject({
            certificateManagerCertificates: own("europe-west1"),
        });
        expect(Object.keys(made).filter((key) => /^(Certificate|DnsAuthorization) /.test(key))).toEqual([]);
        const { "CertificateMapEntry shop-shop-acme-com": entry } = await balanced(() =>
            shop({ certificates: own("global") }),
        );
        expect(entry.certificates).toEqual(own("global"));
    });

    test("without a zone, the records are listed for another one", async () => {
        let records: pulumi.Output<unknown> | undefined;
        await registered(() => {
            records = regional().dnsRecords;
        });
        expect(await new Promise((resolve) => records?.apply(resolve))).toEqual([
            { name: "shop.acme.com.", type: "A", data: "10.0.0.5" },
            { name: "_acme-challenge.shop.acme.com.", type: "CNAME", data: "1a2b.authorize.certificatemanager.goog." },
        ]);
    });
});

describe("options", () => {
    test("the logs of a route are those of its backend", async () => {
        const routes = () => {
            const service = web();
            return {
                "/*": service,
                "/video/*": { service, backend: "video", logging: { sampling: 50 } },
                "/audio/*": { service, backend: "audio", logging: true },
            };
        };
        const made = await balanced(() => shop({ logging: false, routes: routes() }));
        const logs = ["web", "video", "audio"].map((key) => made[`BackendService shop-${key}`].logConfig);
        expect(logs).toEqual([{ enable: false }, { enable: true, sampleRate: 0.5 }, { enable: true, sampleRate: 1 }]);
    });

    test.each<[string, Partial<GlobalLoadBalancerArgs>, Record<string, unknown>]>([
        [
            "TLS 1.3 only",
            { minTlsVersion: "1.3" },
            { "SSLPolicy shop": { name: "shop", profile: "RESTRICTED", minTlsVersion: "TLS_1_3" } },
        ],
        [
            "no redirect from HTTP",
            { httpRedirect: false },
            {
                "GlobalForwardingRule shop-http": undefined,
                "TargetHttpProxy shop": undefined,
                "URLMap shop-redirect": undefined,
            },
        ],
        [
            "logs of a share of the requests",
            { logging: { sampling: 10 } },
            {
                "BackendService shop-web": {
                    ...bare["BackendService shop-web"],
                    logConfig: { enable: true, sampleRate: 0.1 },
                },
            },
        ],
        [
            "no logs",
            { logging: false },
            { "BackendService shop-web": { ...bare["BackendService shop-web"], logConfig: { enable: false } } },
        ],
        [
            "a security policy that exists already",
            { securityPolicy: id("securityPolicies/shared") },
            {
                "BackendService shop-web": {
                    ...bare["BackendService shop-web"],
                    securityPolicy: id("securityPolicies/shared"),
                },
            },
        ],
        [
            "a security policy that is known only at deployment",
            { securityPolicy: pulumi.output(id("securityPolicies/shared")) },
            {
                "BackendService shop-web": {
                    ...bare["BackendService shop-web"],
                    securityPolicy: id("securityPolicies/shared"),
                },
            },
        ],
        [
            "a security policy without preset rules",
            { securityPolicy: { attacks: false, rateLimit: false } },
            {
                "BackendService shop-web": {
                    ...bare["BackendService shop-web"],
                    securityPolicy: id("securityPolicies/shop"),
                },
                "SecurityPolicy shop": {
                    name: "shop",
                    type: "CLOUD_ARMOR",
                    rules: [
                        {
                            priority: 2147483647,
                            description: "default",
                            action: "allow",
                            preview: false,
                            match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
                        },
                    ],
                },
            },
        ],
        [
            "a changed child",
            { transform: { sslPolicy: { profile: "RESTRICTED" } } },
            { "SSLPolicy shop": { ...bare["SSLPolicy shop"], profile: "RESTRICTED" } },
        ],
        [
            "HTTP only",
            { insecure: true, domains: undefined },
            {
                "Certificate shop-shop-acme-com": undefined,
                "CertificateMap shop": undefined,
                "CertificateMapEntry shop-shop-acme-com": undefined,
                "GlobalForwardingRule shop-https": undefined,
                "SSLPolicy shop": undefined,
                "TargetHttpProxy shop": { name: "shop", urlMap: id("urlMaps/shop") },
                "TargetHttpsProxy shop": undefined,
                "URLMap shop-redirect": undefined,
            },
        ],
        [
            "labels",
            { labels: { team: "shop" } },
            Object.fromEntries(
                [
                    "Certificate shop-shop-acme-com",
                    "CertificateMap shop",
                    "CertificateMapEntry shop-shop-acme-com",
                    "GlobalAddress shop",
                    "GlobalForwardingRule shop-http",
                    "GlobalForwardingRule shop-https",
                ].map((key) => [key, { ...bare[key as keyof typeof bare], labels: { team: "shop" } }]),
            ),
        ],
    ])("%s", async (_, args, expected) => {
        expect(different(await balanced(() => shop(args)))).toStrictEqual(expected);
    });

    test("own rules come before the preset ones, which can be enforced", async () => {
        const securityPolicy = {
            rateLimit: { requests: 100, interval: "10 seconds", preview: true },
            attacks: { sets: ["sqli"], sensitivity: 2, preview: false },
            rules: {
                partners: { priority: 2, action: "deny", expression: 'origin.region_code == "AQ"' },
                office: { priority: 1, action: "allow", ranges: ["203.0.113.0/24"], preview: true },
            },
        } as const;
        const made = await balanced(() => shop({ securityPolicy }));
        expect(made["SecurityPolicy shop"]).toMatchObject({
            name: "shop",
            type: "CLOUD_ARMOR",
            rules: [
                {
                    priority: 1,
                    description: "office",
                    action: "allow",
                    preview: true,
                    match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["203.0.113.0/24"] } },
                },
                {
                    priority: 2,
                    description: "partners",
                    action: "deny(403)",
                    preview: false,
                    match: { expr: { expression: 'origin.region_code == "AQ"' } },
                },
                {
                    priority: 10000,
                    description: "sqli",
                    action: "deny(403)",
                    preview: false,
                    match: { expr: { expression: "evaluatePreconfiguredWaf('sqli-v422-stable', {'sensitivity': 2})" } },
                },
                {
                    priority: 20000,
                    preview: true,
                    rateLimitOptions: { rateLimitThreshold: { count: 100, intervalSec: 10 } },
                },
                { priority: 2147483647, action: "allow" },
            ],
        });
    });

    test.each([1, 2, 3, 4] as const)("rules against attacks can have the sensitivity %d", async (sensitivity) => {
        const made = await balanced(() => shop({ securityPolicy: { attacks: { sets: ["xss"], sensitivity } } }));
        expect(made["SecurityPolicy shop"].rules[0].match.expr.expression).toBe(
            `evaluatePreconfiguredWaf('xss-v422-stable', {'sensitivity': ${sensitivity}})`,
        );
    });

    test("a rule matches up to ten ranges, or has up to five conditions", async () => {
        const ranges = Array.from({ length: 10 }, (_, index) => `203.0.113.${index}`);
        const expression = Array.from({ length: 5 }, () => "true").join(" && ");
        const rules = {
            many: { priority: 1, action: "deny", ranges },
            long: { priority: 2, action: "deny", expression },
        } as const;
        const made = await balanced(() => shop({ securityPolicy: { rules } }));
        expect(made["SecurityPolicy shop"].rules.slice(0, 2)).toMatchObject([
            { description: "many", match: { config: { srcIpRanges: ranges } } },
            { description: "long", match: { expr: { expression } } },
        ]);
    });
});

describe("certificates of your own", () => {
    const file = (name: string) => readFileSync(join(__dirname, "../../../judges/peers/files", name), "utf8");
    const pair = { certificate: file("certificate.pem"), key: file("key.pem") };
    const { privateKey: other } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const own = (certificate: string, key: string) => ({ certificate, privateKey: pulumi.secret(key) });

    test("are uploaded, and are in the map of the domains", async () => {
        const given = "projects/acme-dev/locations/global/certificates/given";
        const certificates = () => [own(pair.certificate, pair.key), given];
        const made = await balanced(() => shop({ certificates: certificates() }));
        expect(made["Certificate shop-own-1"]).toEqual({
            name: "shop-own-1",
            location: "global",
            selfManaged: { secret: { pemCertificate: pair.certificate, pemPrivateKey: pair.key } },
        });
        expect(made["CertificateMapEntry shop-shop-acme-com"].certificates).toEqual([
            "projects/acme-dev/locations/global/certificates/shop-own-1",
            given,
        ]);
        expect(Object.keys(made).filter((key) => key.startsWith("Certificate "))).toEqual(["Certificate shop-own-1"]);
    });

    test("of a region are in it, and listed by its proxy", async () => {
        const made = await balanced(() => regional({ certificates: [own(pair.certificate, pair.key)] }));
        expect(made["Certificate shop-own-1"]).toMatchObject({ location: "europe-west1" });
        expect(made["RegionTargetHttpsProxy shop"].certificateManagerCertificates).toEqual([
            "projects/acme-dev/locations/europe-west1/certificates/shop-own-1",
        ]);
        expect(Object.keys(made).filter((key) => key.startsWith("DnsAuthorization"))).toEqual([]);
    });

    test.each([
        ["of another certificate", other.export({ type: "pkcs8", format: "pem" }) as string],
        ["that is none", "key"],
    ])("with a key %s are refused", (_, key) => {
        expect(keyProblem("certificates.0", pair.certificate, key)).toMatchObject({
            path: "certificates.0.privateKey",
            id: "loadbalancer/private-key-mismatch",
        });
        expect(keyProblem("certificates.0", pair.certificate, pair.key)).toBeUndefined();
    });

    test("with another key fail at preview, at the line of the program", async () => {
        const [message, line] = await inChild(`
            const pulumi = require("@pulumi/pulumi");
            const { CloudRunService, LoadBalancer } = require("./lib");
            const { registered } = require("./test/unit/registered.ts");
            process.on("unhandledRejection", ({ message }) => {
                console.log(JSON.stringify(message.split("\\n").slice(0, 2)));
                process.exit();
            });
            registered(() => {
                const routes = { "/*": new CloudRunService("web", { image: "${image}" }) };
                const own = { certificate: ${JSON.stringify(pair.certificate)}, privateKey: pulumi.secret("key") };
                new LoadBalancer("shop", { domains: "shop.acme.com", routes, certificates: [own] });
            });
        `);
        expect(message).toBe(
            'LoadBalancer "shop": certificates.0.privateKey: must be the private key of the certificate in PEM, without a passphrase. [loadbalancer/private-key-mismatch]',
        );
        expect(line).toMatch(/^ {4}at /);
    });

    test("with a key in plain text are refused without showing it", async () => {
        const given = { certificate: pair.certificate, privateKey: "plain text" as never };
        const failed = balanced(() => shop({ certificates: [given] }));
        await expect(failed).rejects.toThrow("certificates.0.privateKey: must not be in the source code as plain text");
        await expect(failed).rejects.not.toThrow("(got");
    });
});

describe("a cross-region internal load balancer", () => {
    const subnets = { near: { range: "10.0.0.0/24" }, far: { range: "10.1.0.0/24", region: "us-east1" } };
    const ranges = { "europe-west1": "10.2.0.0/23", "us-east1": "10.3.0.0/23" };
    const inner = (args: object = {}) =>
        new LoadBalancer("shop", {
            type: "cross-region-internal",
            domains: "shop.acme.com",
            network: new Network("apps", { subnets, globalProxyOnlySubnets: ranges }),
            routes: { "/*": new CloudRunService("web", { image, regions: ["europe-west1", "us-east1"] }) },
            ...args,
        } as LoadBalancerArgs);
    const twice = { regions: ["europe-west1", "us-east1"] };

    test("has an address and rules in each region, and global backends for all", async () => {
        const made = await balanced(() => inner(twice));
        const addressIn = (region: string) => made[`Address shop-${region}`];
        expect(addressIn("us-east1")).toEqual({
            name: "shop-us-east1",
            region: "us-east1",
            addressType: "INTERNAL",
            purpose: "SHARED_LOADBALANCER_VIP",
            subnetwork: "projects/acme-dev/regions/us-east1/subnetworks/apps-far",
        });
        expect(addressIn("europe-west1")).toMatchObject({ region: "europe-west1" });
        expect(Object.keys(made).filter((key) => key.startsWith("GlobalForwardingRule"))).toEqual([
            "GlobalForwardingRule shop-http-europe-west1",
            "GlobalForwardingRule shop-http-us-east1",
            "GlobalForwardingRule shop-https-europe-west1",
            "GlobalForwardingRule shop-https-us-east1",
        ]);
        expect(made["GlobalForwardingRule shop-https-us-east1"]).toEqual({
            name: "shop-https-us-east1",
            target: id("targetHttpsProxies/shop"),
            ipAddress: "10.0.0.5",
            ipProtocol: "TCP",
            portRange: "443",
            loadBalancingScheme: "INTERNAL_MANAGED",
            network: "projects/acme-dev/global/networks/apps",
            subnetwork: "projects/acme-dev/regions/us-east1/subnetworks/apps-far",
        });
        expect(made["BackendService shop-web"]).toMatchObject({
            loadBalancingScheme: "INTERNAL_MANAGED",
            backends: [{}, {}],
        });
    });

    test("has certificates for all regions, which DNS authorizes", async () => {
        const made = await balanced(() => inner());
        expect(made["Certificate shop-shop-acme-com-regions"]).toEqual({
            name: "shop-shop-acme-com-regions",
            location: "global",
            scope: "ALL_REGIONS",
            managed: {
                domains: ["shop.acme.com"],
                dnsAuthorizations: ["projects/acme-dev/locations/global/dnsAuthorizations/shop-shop-acme-com"],
            },
        });
        expect(made["TargetHttpsProxy shop"].certificateManagerCertificates).toEqual([
            "projects/acme-dev/locations/global/certificates/shop-shop-acme-com-regions",
        ]);
        expect(Object.keys(made).filter((key) => key.startsWith("CertificateMap"))).toEqual([]);
    });

    test("its domain resolves to the nearest of several regions, and to the address of one", async () => {
        const geos = [
            { location: "europe-west1", rrdatas: ["10.0.0.5"] },
            { location: "us-east1", rrdatas: ["10.0.0.5"] },
        ];
        const record = { managedZone: "acme", name: "shop.acme.com.", type: "A", ttl: 300 };
        const several = await balanced(() => inner({ ...twice, zone: "acme" }));
        expect(several["RecordSet shop-shop-acme-com-a"]).toEqual({ ...record, routingPolicy: { geos } });
        const one = await balanced(() => inner({ zone: "acme" }));
        expect(one["RecordSet shop-shop-acme-com-a"]).toEqual({ ...record, rrdatas: ["10.0.0.5"] });
    });

    test("has its addresses by region, and the URL of the first one", async () => {
        let made: LoadBalancer | undefined;
        const outputs = await registeredOutputs(() => {
            made = inner({ ...twice, domains: undefined, insecure: true });
        });
        expect(outputs["LoadBalancer shop"]).toMatchObject({ url: "http://10.0.0.5" });
        expect(Object.keys((made as LoadBalancer).addresses)).toEqual(twice.regions);
    });
});

describe("a regional load balancer", () => {
    const place = "projects/acme-dev/regions/europe-west1";
    const network = "projects/acme-dev/global/networks/apps";

    test.each<[string, Partial<RegionalLoadBalancerArgs>, object, object, object]>([
        [
            "external",
            {},
            { addressType: "EXTERNAL" },
            { loadBalancingScheme: "EXTERNAL_MANAGED", networkTier: "PREMIUM" },
            { capacityScaler: 1 },
        ],
        [
            "internal",
            { type: "regional-internal" },
            {
                addressType: "INTERNAL",
                purpose: "SHARED_LOADBALANCER_VIP",
                subnetwork: `${place}/subnetworks/apps-default`,
            },
            { loadBalancingScheme: "INTERNAL_MANAGED", subnetwork: `${place}/subnetworks/apps-default` },
            {},
        ],
    ])(
        "is %s, in its network, with a certificate that DNS authorizes in the region",
        async (_, args, address, rule, capacity) => {
            const region = "europe-west1";
            const made = await balanced(() => regional(args));
            expect(made).toEqual({
                "Address shop": { name: "shop", region, ...address },
                "Certificate shop-shop-acme-com": {
                    name: "shop-shop-acme-com",
                    location: region,
                    managed: {
                        domains: ["shop.acme.com"],
                        dnsAuthorizations: [
                            `projects/acme-dev/locations/${region}/dnsAuthorizations/shop-shop-acme-com`,
                        ],
                    },
                },
                "DnsAuthorization shop-shop-acme-com": {
                    name: "shop-shop-acme-com",
                    location: region,
                    domain: "shop.acme.com",
                    type: "PER_PROJECT_RECORD",
                },
                ...Object.fromEntries(
                    Object.entries({ http: ["80", "targetHttpProxies"], https: ["443", "targetHttpsProxies"] }).map(
                        ([protocol, [portRange, target]]) => [
                            `ForwardingRule shop-${protocol}`,
                            {
                                name: `shop-${protocol}`,
                                region,
                                network,
                                ipAddress: "10.0.0.5",
                                ipProtocol: "TCP",
                                portRange,
                                target: `${place}/${target}/shop`,
                                ...rule,
                            },
                        ],
                    ),
                ),
                "RegionBackendService shop-web": {
                    name: "shop-web-1a2b3c",
                    region,
                    loadBalancingScheme: Reflect.get(rule, "loadBalancingScheme"),
                    protocol: "HTTPS",
                    backends: [{ group: group("web"), ...capacity }],
                    iap: { enabled: false },
                    logConfig: { enable: true, sampleRate: 1 },
                },
                "RegionNetworkEndpointGroup shop-web": bare["RegionNetworkEndpointGroup shop-web"],
                "RegionSslPolicy shop": { ...bare["SSLPolicy shop"], region },
                "RegionTargetHttpProxy shop": { name: "shop", region, urlMap: `${place}/urlMaps/shop-redirect` },
                "RegionTargetHttpsProxy shop": {
                    name: "shop",
                    region,
                    urlMap: `${place}/urlMaps/shop`,
                    sslPolicy: `${place}/sslPolicies/shop`,
                    certificateManagerCertificates: [
                        `projects/acme-dev/locations/${region}/certificates/shop-shop-acme-com`,
                    ],
                },
                "RegionUrlMap shop": {
                    name: "shop",
                    region,
                    defaultService: `${place}/backendServices/shop-web-1a2b3c`,
                },
                "RegionUrlMap shop-redirect": { ...bare["URLMap shop-redirect"], region },
            });
        },
    );

    test("has its policy, its members, its labels and all other parts in the region that it names", async () => {
        const region = "us-east1";
        const subnets = { far: { range: "10.8.0.0/20", region } };
        const made = await balanced(() =>
            regional({
                region,
                network: new Network("apps", { subnets, proxyOnlySubnets: true }),
                iap: ["group:shop@acme.com"],
                securityPolicy: true,
                labels: { team: "shop" },
                routes: { "/*": new CloudRunService("web", { image, region }) },
            }),
        );
        const inRegion = "projects/acme-dev/regions/us-east1";
        expect(made["WebRegionBackendServiceIamMember shop-web-iap-group-shop@acme.com"]).toEqual({
            region,
            webRegionBackendService: expect.stringMatching(/^shop-web-[0-9a-f]{6}$/),
            role: "roles/iap.httpsResourceAccessor",
            member: "group:shop@acme.com",
        });
        expect(made["RegionSecurityPolicy shop"]).toMatchObject({ name: "shop", type: "CLOUD_ARMOR", region });
        expect(made["RegionBackendService shop-web"]).toMatchObject({
            region,
            iap: { enabled: true },
            securityPolicy: `${inRegion}/securityPolicies/shop`,
            backends: [{ group: `${inRegion}/networkEndpointGroups/shop-web-1a2b3c` }],
        });
        expect(made["DnsAuthorization shop-shop-acme-com"]).toMatchObject({
            location: region,
            labels: { team: "shop" },
        });
        const elsewhere = Object.entries(made).filter(([, one]) => {
            const { region: own, location = own } = one as { region?: string; location?: string };
            return location !== undefined && location !== region;
        });
        expect(elsewhere).toEqual([]);
        expect(JSON.stringify(made)).not.toContain("europe-west1");
    });

    test("waits for no proxy-only subnet of a network that exists already", async () => {
        const network = () => Network.existing("found", { subnets: { default: { existing: "found" } } });
        const options = await registeredOptions(() => regional({ network: network() }));
        const { after = [] } = options["ForwardingRule shop-https"] ?? {};
        expect(after).toContain("RegionTargetHttpsProxy shop");
        expect(after.filter((key) => key.startsWith("Subnetwork "))).toEqual([]);
    });

    test("is deleted before the proxy-only subnet", async () => {
        const { after } = (await registeredOptions(() => regional()))["ForwardingRule shop-https"] ?? {};
        expect(after).toContain("Subnetwork apps-proxies-europe-west1");
    });
});

test.each<[string, () => LoadBalancer, string]>([
    ["a domain", () => shop(), "https://shop.acme.com"],
    ["several domains", () => shop({ domains: ["acme.com", "shop.acme.com"] }), "https://acme.com"],
    ["an address", () => shop({ domains: undefined, insecure: true }), "http://203.0.113.5"],
    ["a domain without TLS", () => shop({ insecure: true }), "http://shop.acme.com"],
    [
        "a domain without TLS, of which other hosts need no certificates",
        () => {
            const run = web();
            return shop({ insecure: true, routes: { "/*": run, "admin.acme.com/*": run } });
        },
        "http://shop.acme.com",
    ],
    [
        "an internal address",
        () => regional({ type: "regional-internal", domains: undefined, insecure: true }),
        "http://10.0.0.5",
    ],
])("the URL is that of %s", async (_, program, url) => {
    const outputs = await registeredOutputs(program);
    expect(outputs["LoadBalancer shop"]).toMatchObject({ url });
});
