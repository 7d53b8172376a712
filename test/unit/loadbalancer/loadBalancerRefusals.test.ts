import {
    AppEngineApp,
    CloudRunService,
    DnsZone,
    IpAddress,
    LoadBalancer,
    Network,
    NetworkEndpointGroup,
    ServerlessFunction,
    StorageBucket,
} from "slipway";
import type { LoadBalancerArgs } from "slipway/loadbalancer";
import type { Problem } from "../../../lib/internal/arguments/argumentsError";
import { display } from "../../../lib/internal/arguments/value";
import { appProblems, placeProblems } from "../../../lib/loadbalancer/backend";
import { inChild } from "../child";
import { folderOf } from "../folders";
import { identified, problemsIn, refused, registered } from "../registered";

const source = folderOf({ "main.py": "def web(request):\n    return 'range'\n\n\napp = web\n" });

/** The backends of a program. */
interface Backends {
    web: ServerlessFunction;
    other: ServerlessFunction;
    assets: StorageBucket;
    site: AppEngineApp;
    network: Network;
    narrow: Network;
    global: Network;
}

/** What is wrong with a load balancer before these backends, which are registered nevertheless. */
async function problemsOf(args: (backends: Backends) => object): Promise<string[]> {
    let refusal: Error | undefined;
    const call = (token: string) =>
        token.endsWith(":getFunction") ? { serviceConfigs: [{ uri: "https://web-1a2b3c-ew.a.run.app" }] } : undefined;
    const made = await registered(
        () => {
            const all = backends();
            const given = args(all);
            const routes = Reflect.get(given, "routes") ?? { "/*": all.web };
            const complete = { domains: "shop.acme.com", ...given, routes };
            try {
                new LoadBalancer("shop", complete as LoadBalancerArgs);
            } catch (error) {
                refusal = error as Error;
            }
        },
        { call },
    );
    expect(Object.keys(made).filter((key) => / shop(-|$)/.test(key))).toEqual([]);
    const lines = problemsIn(refusal as Error).split("\n");
    return lines.map((line) => line.replace(/^LoadBalancer "shop": /, ""));
}

/** The backends, which are only created for the tests that use them. */
function backends(): Backends {
    const made: Partial<Backends> = {};
    const create: { [Key in keyof Backends]: () => Backends[Key] } = {
        web: () =>
            new ServerlessFunction("web", {
                source,
                trigger: { http: { ingress: "load-balancer" } },
            }),
        other: () => new ServerlessFunction("other", { source, entryPoint: "web", trigger: { http: {} } }),
        assets: () => new StorageBucket("assets"),
        site: () =>
            new AppEngineApp("site", {
                services: { default: { source } },
            }),
        network: () => new Network("apps", { proxyOnlySubnets: true }),
        global: () =>
            new Network("global", {
                subnets: { apps: { range: "10.0.0.0/24" } },
                globalProxyOnlySubnets: { "europe-west1": "10.2.0.0/23" },
            }),
        narrow: () => new Network("narrow", { subnets: { far: { range: "10.0.0.0/20", region: "us-east1" } } }),
    };
    return new Proxy(made as Backends, {
        get: (target, key: keyof Backends) => {
            target[key] ??= create[key]() as never;
            return target[key];
        },
    });
}

const regional = { type: "regional-external" };
const inner = { type: "regional-internal" };
const crossRegion = { type: "cross-region-internal" };
const group = "group:shop@acme.com";
const rangesOf = (count: number) => Array.from({ length: count }, (_, index) => `203.0.113.${index}`);
const conditionsOf = (count: number) => Array.from({ length: count }, () => "true").join(" || ");
const routeForm =
    "a route must be a path such as /, /about or /api/*, or a host with a path such as admin.acme.com/*, with * only at the end";

test.each<[string, (all: Backends) => object, string[]]>([
    [
        "certificates without a domain",
        () => ({ domains: undefined, certificates: ["projects/acme-dev/locations/global/certificates/shop"] }),
        ["domains: [loadbalancer/domain-missing]", "certificates: [loadbalancer/certificates-without-domain]"],
    ],
    ...[[], Array(5).fill("projects/acme-dev/locations/global/certificates/shop")].map(
        (certificates): [string, () => object, string[]] => [
            `${certificates.length} certificates`,
            () => ({ certificates }),
            [`certificates: must be a list of 1 to 4 certificates (got ${display(certificates)}).`],
        ],
    ),
    ...[[], ["acme.com", "acme.com"]].map((domain): [string, () => object, string[]] => [
        `the domains ${JSON.stringify(domain)}`,
        () => ({ domains: domain }),
        [`domains: must be a list of different domains with at least one (got ${display(domain)}).`],
    ]),
    [
        "another resource as a zone",
        ({ network }) => ({ zone: network }),
        ["zone: must be a DnsZone, a ManagedZone, or the name of a zone (got a Network)."],
    ],
    ["no routes", () => ({ routes: {} }), ["routes: [loadbalancer/default-route-missing]"]],
    [
        "a route without a default",
        ({ web }) => ({ routes: { "/api/*": web } }),
        ["routes: [loadbalancer/default-route-missing]"],
    ],
    [
        "a path with * in the middle",
        ({ web }) => ({ routes: { "/*": web, "/a/*/b": web } }),
        [`routes./a/*/b: ${routeForm} (got "/a/*/b").`],
    ],
    ["a path without /", ({ web }) => ({ routes: { "/*": web, api: web } }), [`routes.api: ${routeForm} (got "api").`]],
    [
        "another resource as a backend",
        ({ network }) => ({ routes: { "/*": network } }),
        [
            "routes./*: must be a CloudRunService, ServerlessFunction, StorageBucket, AppEngineApp, AutoscaledInstanceGroup, UnmanagedInstanceGroup or NetworkEndpointGroup (got a Network).",
        ],
    ],
    ...["web", null].map((backend): [string, () => object, string[]] => [
        `${display(backend)} as a backend`,
        () => ({ routes: { "/*": backend } }),
        [
            `routes./*: must be an object with exactly one of service, group, bucket, split, redirect (got ${display(backend)}).`,
        ],
    ]),
    [
        "a function that exists already, of whose service nothing is known",
        () => ({ routes: { "/*": { service: ServerlessFunction.existing("web") } } }),
        [
            expect.stringMatching(
                /^routes\.\/\*\.service: must be a CloudRunService or a ServerlessFunction of the program /,
            ),
        ],
    ],
    [
        "a bucket as a service",
        ({ assets }) => ({ routes: { "/*": { service: assets } } }),
        ["routes./*.service: must be a CloudRunService or a ServerlessFunction of the program (got a StorageBucket)."],
    ],
    [
        "a split to one service",
        ({ web }) => ({ routes: { "/*": { split: [{ service: web, weight: 1 }] } } }),
        [expect.stringMatching(/^routes\.\/\*\.split: must have at least two services /)],
    ],
    [
        "a timeout, which serverless backends do not have",
        ({ web }) => ({ routes: { "/*": { service: web, timeout: "60 seconds" } } }),
        [
            'routes./*.timeout: unknown option "timeout". The load balancer waits up to 60 minutes for serverless backends, which Google Cloud does not let you change. Set the timeout of the service.',
        ],
    ],
    [
        "App Engine behind a regional load balancer",
        ({ site, network }) => ({ ...regional, network, routes: { "/*": site } }),
        ["routes./*: [loadbalancer/backend-kind-of-type]"],
    ],
    [
        "a bucket behind a regional load balancer",
        ({ assets, network }) => ({ ...inner, network, routes: { "/*": assets } }),
        ["routes./*: [loadbalancer/backend-kind-of-type]"],
    ],
    [
        "a cache of a regional load balancer",
        ({ web, network }) => ({ ...inner, network, routes: { "/*": { service: web, cdn: true } } }),
        ["routes./*.cdn: [loadbalancer/cdn-of-regional]"],
    ],
    [
        "a cache of what Identity-Aware Proxy protects",
        ({ web }) => ({ iap: [group], routes: { "/*": { service: web, cdn: true } } }),
        ["routes./*.cdn: [loadbalancer/cdn-with-iap]"],
    ],
    [
        "Identity-Aware Proxy for a bucket",
        ({ web, assets }) => ({ iap: [group], routes: { "/*": web, "/static/*": assets } }),
        ["iap: [loadbalancer/iap-of-bucket]"],
    ],
    [
        "Identity-Aware Proxy for App Engine",
        ({ web, site }) => ({ iap: [group], routes: { "/*": web, "/site/*": site } }),
        ["iap: [loadbalancer/iap-of-bucket]"],
    ],
    [
        "a member of a route twice",
        ({ web }) => ({ routes: { "/*": { service: web, iap: [group, group] } } }),
        ["routes./*.iap.1: [iam/member-twice]"],
    ],
    [
        "Identity-Aware Proxy for everyone",
        () => ({ iap: ["allUsers"] }),
        ['iap.0: would allow everyone (got "allUsers"). Name the members, such as group:shop@acme.dev, or remove iap.'],
    ],
    [
        "options that buckets do not have",
        ({ assets }) => ({ routes: { "/*": { bucket: assets, iap: [group], requestHeaders: { a: "b" } } } }),
        [
            'routes./*.iap: unknown option "iap". Identity-Aware Proxy does not support buckets.',
            'routes./*.requestHeaders: unknown option "requestHeaders". Cloud Storage gets no headers of its own. responseHeaders sets the headers of the response.',
        ],
    ],
    ["Identity-Aware Proxy for no one", () => ({ iap: [] }), ["iap: must have a member (got [])."]],
    ["a member twice", () => ({ iap: [group, group] }), ["iap.1: [iam/member-twice]"]],
    [
        "Identity-Aware Proxy without TLS",
        () => ({ insecure: true, iap: [group] }),
        ["insecure: [loadbalancer/insecure-with-iap]"],
    ],
    [
        "Identity-Aware Proxy of App Engine",
        ({ site }) => ({ routes: { "/*": { app: site, iap: [group] } } }),
        ['routes./*.iap: unknown option "iap". App Engine has its own: set iap of the AppEngineApp.'],
    ],
    ["no domain", () => ({ domains: undefined }), ["domains: [loadbalancer/domain-missing]"]],
    [
        "no domain, which a host could be one of",
        ({ web }) => ({ domains: undefined, routes: { "/*": web, "admin.acme.com/*": web } }),
        ["domains: [loadbalancer/domain-missing]"],
    ],
    [
        "a wildcard as the first domain",
        () => ({ domains: ["*.acme.com"], zone: "acme" }),
        ["domains: [loadbalancer/first-domain-wildcard]"],
    ],
    [
        "a wildcard without DNS authorization",
        () => ({ domains: ["acme.com", "*.acme.com"] }),
        ["zone: [loadbalancer/wildcard-without-zone]"],
    ],
    [
        "a zone without a domain",
        () => ({ domains: undefined, insecure: true, zone: "acme" }),
        ["zone: [loadbalancer/zone-without-domain]"],
    ],
    [
        "a domain outside of the zone",
        () => ({ domains: ["shop.acme.com", "acme.dev"], zone: new DnsZone("acme", { domain: "acme.dev" }) }),
        ["zone: [loadbalancer/domain-outside-zone]"],
    ],
    [
        "a domain that only ends with the text of the zone",
        () => ({ domains: "myacme.dev", zone: new DnsZone("acme", { domain: "acme.dev" }) }),
        ["zone: [loadbalancer/domain-outside-zone]"],
    ],
    [
        "a host without a certificate",
        ({ web }) => ({ routes: { "/*": web, "admin.acme.com/*": web } }),
        ["routes.admin.acme.com: [loadbalancer/host-without-certificate]"],
    ],
    [
        "a host for which no wildcard is",
        ({ web }) => ({
            domains: ["acme.com", "*.acme.com"],
            zone: "acme",
            routes: { "/*": web, "a.b.acme.com/*": web, "shop.acme.com/*": web },
        }),
        ["routes.a.b.acme.com: [loadbalancer/host-without-certificate]"],
    ],
    [
        "certificates without TLS",
        () => ({ insecure: true, certificates: ["projects/acme-dev/locations/global/certificates/own"] }),
        ["certificates: [loadbalancer/certificates-with-insecure]"],
    ],
    ["a network of a global load balancer", ({ network }) => ({ network }), ["network: [loadbalancer/option-of-type]"]],
    [
        "a region of a global load balancer",
        () => ({ region: "europe-west1" }),
        ["region: [loadbalancer/option-of-type]"],
    ],
    ["a regional load balancer without a network", () => regional, ["network: [loadbalancer/network-missing]"]],
    [
        "a network without a proxy-only subnet, and without a subnet for the address",
        ({ narrow }) => ({ ...inner, network: narrow }),
        ["network: [loadbalancer/proxy-only-subnet-missing]", "network: [place/subnet-missing]"],
    ],
    [
        "IPv6 of a regional load balancer",
        ({ network }) => ({ ...regional, network, ipv6: true }),
        ["ipv6: [loadbalancer/option-of-type]"],
    ],
    [
        "a cross-region load balancer in regions without proxies and subnets",
        ({ network }) => ({ ...crossRegion, network, regions: ["europe-west1", "us-east1"] }),
        [
            "network: [loadbalancer/proxy-only-subnet-missing]",
            "network: [loadbalancer/proxy-only-subnet-missing]",
            "network: [place/subnet-missing]",
        ],
    ],
    [
        "options of other types with a cross-region load balancer",
        ({ global }) => ({ ...crossRegion, network: global, region: "us-east1", address: new IpAddress("own") }),
        ["region: [loadbalancer/option-of-type]", "address: [loadbalancer/option-of-type]"],
    ],
    [
        "regions of a regional load balancer",
        ({ network }) => ({ ...inner, network, regions: ["europe-west1"] }),
        ["regions: [loadbalancer/option-of-type]"],
    ],
    ...[[], ["europe-west1", "europe-west1"]].map((regions): [string, (all: Backends) => object, string[]] => [
        `the regions ${JSON.stringify(regions)}`,
        ({ global }) => ({ ...crossRegion, network: global, regions }),
        [`regions: must have at least one region, and each once (got ${display(regions)}).`],
    ]),
    [
        "Identity-Aware Proxy before several regions of a service",
        ({ global }) => {
            const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;
            const regions = ["europe-west1", "us-east1"];
            const run = new CloudRunService("run", { image, regions, ingress: "load-balancer" });
            return { ...crossRegion, network: global, iap: [group], routes: { "/*": run } };
        },
        ["routes./*: [loadbalancer/iap-of-regions]"],
    ],
    [
        "what a cross-region load balancer has no access to",
        ({ global, assets }) => {
            const endpoint = new NetworkEndpointGroup("partner", { internet: "api.acme.com:443" } as never);
            return { ...crossRegion, network: global, routes: { "/*": assets, "/partner/*": endpoint } };
        },
        [
            "routes./*: [loadbalancer/backend-kind-of-type]",
            "routes./partner/*: [loadbalancer/internet-of-cross-region]",
        ],
    ],
    [
        "rules of an internal load balancer",
        ({ network }) => ({ ...inner, network, securityPolicy: true }),
        ["securityPolicy: [loadbalancer/policy-of-internal]"],
    ],
    [
        "rules with equal priorities",
        () => ({
            securityPolicy: {
                rules: {
                    one: { priority: 1, action: "allow", ranges: ["203.0.113.0/24"] },
                    other: { priority: 1, action: "deny", expression: "true" },
                },
            },
        }),
        ["securityPolicy.rules.other.priority: [loadbalancer/rule-priority-twice]"],
    ],
    [
        "a rule of more addresses or conditions than Cloud Armor has, or of none",
        () => ({
            securityPolicy: {
                rules: {
                    many: { priority: 1, action: "deny", ranges: rangesOf(11) },
                    none: { priority: 2, action: "deny", ranges: [] },
                    long: { priority: 3, action: "deny", expression: conditionsOf(6) },
                    empty: { priority: 4, action: "deny", expression: " " },
                },
            },
        }),
        [
            `securityPolicy.rules.many.ranges: must be 1 to 10 ranges (got ${display(rangesOf(11))}).`,
            "securityPolicy.rules.none.ranges: must be 1 to 10 ranges (got []).",
            `securityPolicy.rules.long.expression: must have 1 to 5 subexpressions, separated by && and || (got ${display(conditionsOf(6))}).`,
            'securityPolicy.rules.empty.expression: must have 1 to 5 subexpressions, separated by && and || (got " ").',
        ],
    ],
    [
        "a rule of the preset's priorities",
        () => ({ securityPolicy: { rules: { late: { priority: 10000, action: "deny", expression: "true" } } } }),
        ["securityPolicy.rules.late.priority: must be a whole number from 0 to 9999 (got 10000)."],
    ],
    ...[[], ["sqli", "sqli"]].map((sets): [string, () => object, string[]] => [
        `the rule sets ${JSON.stringify(sets)}`,
        () => ({ securityPolicy: { attacks: { sets } } }),
        [`securityPolicy.attacks.sets: must be different rule sets (got ${display(sets)}).`],
    ]),
    ...[0, 5].map((sensitivity): [string, () => object, string[]] => [
        `the sensitivity ${sensitivity}`,
        () => ({ securityPolicy: { attacks: { sensitivity } } }),
        [`securityPolicy.attacks.sensitivity: must be 1, 2, 3 or 4 (got ${sensitivity}).`],
    ]),
    [
        "null as a security policy",
        () => ({ securityPolicy: null }),
        [
            "securityPolicy: must be rules, true, false, or the ID of a policy such as projects/acme-dev/global/securityPolicies/shop (got null).",
        ],
    ],
    [
        "an interval that Cloud Armor does not have",
        () => ({ securityPolicy: { rateLimit: { interval: "45 seconds" } } }),
        [
            'securityPolicy.rateLimit.interval: must be 10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700 or 3600 seconds (got "45 seconds").',
        ],
    ],
    [
        "a longer lifetime than the longest",
        ({ assets }) => ({ routes: { "/*": { bucket: assets, cdn: { defaultTtl: "2 days" } } } }),
        ["routes./*.cdn.defaultTtl: [loadbalancer/cdn-ttl-above-max]"],
    ],
    [
        "lifetimes that the responses have",
        ({ assets }) => ({
            routes: { "/*": { bucket: assets, cdn: { cacheMode: "USE_ORIGIN_HEADERS", maxTtl: "1 day" } } },
        }),
        ["routes./*.cdn.maxTtl: [loadbalancer/cdn-option-of-cache-mode]"],
    ],
    ...(
        [
            [{ clientTtl: "2 days" }, "clientTtl: [loadbalancer/cdn-ttl-above-max]"],
            [{ maxTtl: "3599 seconds", defaultTtl: "0 seconds" }, "clientTtl: [loadbalancer/cdn-ttl-above-max]"],
            [{ maxTtl: "3599 seconds", clientTtl: "0 seconds" }, "defaultTtl: [loadbalancer/cdn-ttl-above-max]"],
            [
                { cacheMode: "USE_ORIGIN_HEADERS", defaultTtl: "1 day" },
                "defaultTtl: [loadbalancer/cdn-option-of-cache-mode]",
            ],
            [
                { cacheMode: "USE_ORIGIN_HEADERS", clientTtl: "1 day" },
                "clientTtl: [loadbalancer/cdn-option-of-cache-mode]",
            ],
            [{ cacheMode: "FORCE_CACHE_ALL", maxTtl: "1 day" }, "maxTtl: [loadbalancer/cdn-option-of-cache-mode]"],
            ...["defaultTtl", "maxTtl", "clientTtl"].map((key) => [
                { [key]: "367 days" },
                `${key}: must be from 0 seconds to 366 days (got "367 days").`,
            ]),
            [{ serveWhileStale: "8 days" }, 'serveWhileStale: must be from 0 seconds to 7 days (got "8 days").'],
        ] as [object, string][]
    ).map(([cdn, problem]): [string, (backends: Backends) => object, string[]] => [
        `the cache ${JSON.stringify(cdn)}`,
        ({ assets }) => ({ routes: { "/*": { bucket: assets, cdn } } }),
        [`routes./*.cdn.${problem}`],
    ]),
    [
        "one component with different options",
        ({ web }) => ({ routes: { "/*": web, "/static/*": { service: web, cdn: true } } }),
        ["routes./static/*: [loadbalancer/backend-options-differ]"],
    ],
    [
        "one component that exists already with different options",
        () => {
            const service = CloudRunService.existing("web");
            return {
                routes: { "/*": { service, backend: "web" }, "/static/*": { service, backend: "web", cdn: true } },
            };
        },
        ["routes./static/*: [loadbalancer/backend-options-differ]"],
    ],
    [
        "a route that leaves out the members of another route to the same service",
        ({ web }) => ({
            routes: { "/*": web, "/admin/*": { service: web, iap: [group], backend: "admin" } },
        }),
        ["routes./*.iap: [loadbalancer/route-without-iap]"],
    ],
    [
        "a share of such a service",
        ({ web, other }) => ({
            routes: {
                "/*": { service: web, iap: [group] },
                "/new/*": {
                    split: [
                        { service: web, weight: 1, backend: "open" },
                        { service: other, weight: 1 },
                    ],
                },
            },
        }),
        ["routes./new/*.split.0.iap: [loadbalancer/route-without-iap]"],
    ],
    [
        "no members of a route",
        ({ web }) => ({ iap: [group], routes: { "/*": { service: web, iap: [] } } }),
        ["routes./*.iap: must have a member, or be false for everybody (got [])."],
    ],
    [
        "two services with one name",
        ({ web, other }) => ({ routes: { "/*": web, "/other/*": { service: other, backend: "web" } } }),
        ["routes./other/*: [loadbalancer/backend-name-twice]"],
    ],
    [
        "a service and a bucket with one name",
        ({ web, assets }) => ({ routes: { "/*": web, "/static/*": { bucket: assets, backend: "web" } } }),
        ["routes./static/*: [loadbalancer/backend-name-twice]"],
    ],
    [
        "a redirect to a path and a prefix",
        ({ web }) => ({ routes: { "/*": web, "/old/*": { redirect: { path: "/a", prefix: "/b" } } } }),
        ["routes./old/*.redirect.prefix: [loadbalancer/redirect-prefix-and-path]"],
    ],
    ["an unknown option", () => ({ domain: "acme.com" }), ['domain: unknown option "domain"; did you mean "domains"?']],
])("%s is refused", async (_, args, expected) => {
    expect(await problemsOf(args)).toEqual(expected);
});

/** Problems by path and identifier. */
const lines = (problems: Problem[]) => problems.map(({ path, id }) => `${path}: [${id}]`);

test.each<[string, object, object, boolean]>([
    ["round Identity-Aware Proxy", { ingress: "ALLOW_ALL" }, { iap: [group] }, true],
    ["round Cloud Armor", { ingress: "ALLOW_ALL" }, { hasPolicy: true }, true],
    ["round both", { ingress: "ALLOW_ALL" }, { iap: [group], hasPolicy: true }, true],
    ["with nothing to go round", { ingress: "ALLOW_ALL" }, {}, false],
    ["only through it", { ingress: "ALLOW_INTERNAL_AND_GCLB" }, { iap: [group], hasPolicy: true }, false],
    [
        "by the URL of a Cloud Run service",
        { ingress: "INGRESS_TRAFFIC_ALL", isFunction: false },
        { hasPolicy: true },
        true,
    ],
    [
        "but has no URL",
        { ingress: "INGRESS_TRAFFIC_ALL", hasOwnUrl: false, isFunction: false },
        { hasPolicy: true },
        false,
    ],
    ["as one that exists already, of which nothing is known", { isFunction: false }, { hasPolicy: true }, false],
])("a service that can be reached %s is refused if it goes round what protects it", (_, reach, more, isRefused) => {
    const { iap = [], ...protection } = more as { iap?: [] };
    const target = { kind: "service", component: {} as ServerlessFunction } as const;
    const backend = { key: "web", path: "routes./*", target, cdn: false, iap, isOpen: false, responseHeaders: {} };
    const all = { region: "europe-west1", hasOwnUrl: true, isFunction: true, ...reach };
    const problems = placeProblems(backend, all, {
        component: "shop",
        isInternal: false,
        hasPolicy: false,
        ...protection,
    });
    expect(lines(problems)).toEqual(isRefused ? ["routes./*: [loadbalancer/backend-bypass]"] : []);
});

test.each([
    ["rules", true],
    ["a policy that exists already", "projects/acme-dev/global/securityPolicies/shared"],
])("a service that goes round %s is refused at preview, once its ingress is known", async (_, securityPolicy) => {
    const [message] = await inChild(`
        const { CloudRunService, LoadBalancer } = require("./lib");
        const { registered } = require("./test/unit/registered.ts");
        process.on("unhandledRejection", ({ message }) => {
            console.log(JSON.stringify(message.split("\\n").slice(0, 1)));
            process.exit();
        });
        const image = "docker.io/acme/web@sha256:${"0a".repeat(32)}";
        registered(() => {
            const routes = { "/*": new CloudRunService("web", { image, ingress: "all" }) };
            const securityPolicy = ${JSON.stringify(securityPolicy)};
            new LoadBalancer("shop", { domains: "shop.acme.com", routes, securityPolicy });
        });
    `);
    expect(identified(message)).toBe('LoadBalancer "shop": routes./*: [loadbalancer/backend-bypass]');
});

test("a load balancer without arguments is refused", async () => {
    expect(await refused(() => new LoadBalancer("shop", undefined as never))).toMatch(
        /^LoadBalancer "shop": must be an object with type, name, routes, .* \(got undefined\)\.$/,
    );
});

test("a service that does not accept the requests of its load balancer is refused, and so is one in another region", () => {
    const target = { kind: "service", component: {} as ServerlessFunction } as const;
    const backend = { key: "web", path: "routes./*", target, cdn: false, iap: [], isOpen: false, responseHeaders: {} };
    const reach = { region: "us-east1", ingress: "ALLOW_INTERNAL_ONLY", hasOwnUrl: true, isFunction: true };
    const shared = { component: "shop", hasPolicy: false, region: "europe-west1" };
    const elsewhere = "routes./*: [loadbalancer/backend-in-other-region]";
    const problems = (isInternal: boolean) => lines(placeProblems(backend, reach, { ...shared, isInternal }));
    expect(problems(false)).toEqual(["routes./*: [loadbalancer/backend-ingress]", elsewhere]);
    expect(problems(true)).toEqual([elsewhere]);
});

test("an App Engine service that can be reached without the security policy is refused, and so is one that its load balancer cannot reach", () => {
    const target = { kind: "app", component: {} as AppEngineApp } as const;
    const backend = { key: "site", path: "routes./*", target, cdn: false, iap: [], isOpen: false, responseHeaders: {} };
    const problems = (hasPolicy: boolean) =>
        appProblems(
            backend,
            [
                ["default", "load-balancer"],
                ["open", "all"],
                ["inner", "internal"],
            ],
            { component: "shop", isInternal: false, hasPolicy },
        ).map((problem) => [...lines([problem]), problem.reason]);
    // The identifiers are the same for all services of the application.
    const inner = ["routes./*: [loadbalancer/backend-ingress]", expect.stringContaining("of services.inner of")];
    const open = ["routes./*: [loadbalancer/backend-bypass]", expect.stringContaining("of services.open of")];
    expect(problems(false)).toEqual([inner]);
    expect(problems(true)).toEqual([open, inner]);
});
