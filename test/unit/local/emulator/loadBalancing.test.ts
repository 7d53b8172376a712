import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningServer, serve } from "../../../../local/runtime/emulator/server";
import { Terminal } from "../../../../local/runtime/emulator/terminal";
import { targetOf } from "../../../../local/runtime/services/compute/loadBalancing/backends";
import { clientCacheControl } from "../../../../local/runtime/services/compute/loadBalancing/headers";
import type { Requested } from "../../../../local/runtime/services/compute/loadBalancing/matching";
import {
    type ArmorRequest,
    SecurityPolicies,
} from "../../../../local/runtime/services/compute/loadBalancing/securityPolicy";
import { routeOf, Split } from "../../../../local/runtime/services/compute/loadBalancing/urlMap";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import * as run from "../runWorld";

const region = "europe-west1";
const asked = (more: Partial<ArmorRequest> = {}): ArmorRequest => ({
    method: "GET",
    scheme: "https",
    host: "acme.com",
    path: "/",
    query: "",
    headers: {},
    client: "198.51.100.1",
    region: "",
    ...more,
});

describe("the routes of a URL map", () => {
    const hosts = (hosts: string[], pathMatcher: string) => ({ hosts, pathMatcher });
    const ofHosts = {
        defaultService: "default",
        hostRules: [
            hosts(["*"], "any"),
            hosts(["*.acme.com"], "acme"),
            hosts(["*-dev.acme.com"], "dev"),
            hosts(["admin.acme.com"], "admin"),
            hosts(["admin.acme.com:8080"], "port"),
        ],
        pathMatchers: ["any", "acme", "dev", "admin", "port"].map((name) => ({ name, defaultService: name })),
    };

    test.each([
        ["admin.acme.com", "admin"],
        ["admin.acme.com:443", "admin"],
        ["admin.acme.com:8080", "port"],
        ["shop.acme.com", "acme"],
        ["a.b.acme.com", "acme"],
        ["shop-dev.acme.com", "dev"],
        ["acme.com", "any"],
        ["203.0.113.9", "any"],
    ])("of the host %s are those of the most specific pattern, %s", (host, expected) => {
        expect(routeOf(ofHosts, asked({ host })).backends).toEqual([{ service: expected, weight: 1 }]);
    });

    test("without a host rule are the default of the map", () => {
        const map = { ...ofHosts, hostRules: ofHosts.hostRules.slice(3) };
        expect(routeOf(map, asked({ host: "shop.acme.com" })).backends).toEqual([{ service: "default", weight: 1 }]);
    });

    const rule = (priority: number, service: string, match: Inputs, action?: Inputs) => ({
        priority,
        service,
        matchRules: [match],
        ...(action && { routeAction: action }),
    });
    const header = (match: Inputs) => ({ prefixMatch: "/h", headerMatches: [{ headerName: "X-Kind", ...match }] });
    const query = (match: Inputs) => ({ prefixMatch: "/q", queryParameterMatches: [{ name: "v", ...match }] });
    const ofRules = {
        defaultService: "default",
        hostRules: [hosts(["*"], "any")],
        pathMatchers: [
            {
                name: "any",
                defaultService: "matcher",
                routeRules: [
                    rule(9, "last", { prefixMatch: "/" }),
                    rule(1, "full", { fullPathMatch: "/Full", ignoreCase: true }),
                    rule(2, "regex", { regexMatch: "/r/[0-9]+" }),
                    rule(
                        3,
                        "template",
                        { pathTemplateMatch: "/t/{user}/*/{rest=**}" },
                        { urlRewrite: { pathTemplateRewrite: "/{rest}/of/{user}" } },
                    ),
                    rule(4, "exact", header({ exactMatch: "a" })),
                    rule(5, "range", header({ rangeMatch: { rangeStart: 10, rangeEnd: 20 } })),
                    rule(6, "absent", header({ presentMatch: true, invertMatch: true })),
                    rule(7, "query", query({ regexMatch: "[0-9]" })),
                    rule(
                        8,
                        "prefix",
                        { prefixMatch: "/p/" },
                        { urlRewrite: { pathPrefixRewrite: "/new/", hostRewrite: "inner.acme.com" } },
                    ),
                ],
            },
        ],
    };

    test.each<[string, Partial<Requested>, string, string]>([
        ["the whole path in any case", { path: "/FULL" }, "full", "/FULL"],
        ["a longer path", { path: "/full/a" }, "last", "/full/a"],
        ["a regular expression", { path: "/r/12" }, "regex", "/r/12"],
        ["a part of a regular expression", { path: "/r/12a" }, "last", "/r/12a"],
        ["a template", { path: "/t/ann/x/b/c" }, "template", "/b/c/of/ann"],
        ["a header", { path: "/h", headers: { "x-kind": "a" } }, "exact", "/h"],
        ["a number in a range", { path: "/h", headers: { "x-kind": "19" } }, "range", "/h"],
        ["a number beyond it", { path: "/h", headers: { "x-kind": "20" } }, "last", "/h"],
        ["no header", { path: "/h" }, "absent", "/h"],
        ["a parameter", { path: "/q", query: "a=b&v=1" }, "query", "/q"],
        ["another value", { path: "/q", query: "v=12" }, "last", "/q"],
        ["a prefix", { path: "/p/a/b" }, "prefix", "/new/a/b"],
    ])("with route rules, by priority, match %s", (_, given, service, path) => {
        const route = routeOf(ofRules, asked(given));
        expect([route.backends[0]?.service, route.path]).toEqual([service, path]);
        expect(route.host).toBe(service === "prefix" ? "inner.acme.com" : undefined);
    });

    test("are spread by weight, evenly", () => {
        const split = new Split();
        const backends = [90, 0, 10].map((weight, index) => ({ service: String(index), weight }));
        const chosen = Array.from({ length: 1000 }, () => split.choose(backends)?.service);
        const share = (service: string) => chosen.filter((each) => each === service).length / 10;
        expect(Math.abs(share("0") - 90)).toBeLessThan(1);
        expect([share("1"), Math.abs(share("2") - 10) < 1]).toEqual([0, true]);
    });
});

test.each([
    ["CACHE_ALL_STATIC", {}, "image/png", undefined, "public,max-age=3600"],
    ["CACHE_ALL_STATIC", {}, "text/html", undefined, undefined],
    ["CACHE_ALL_STATIC", { clientTtl: 60 }, "text/html", "public, max-age=600", "public,max-age=60"],
    ["CACHE_ALL_STATIC", {}, "image/png", "private", "private"],
    ["FORCE_CACHE_ALL", { defaultTtl: 30 }, "text/html", "private", "public,max-age=30"],
    ["USE_ORIGIN_HEADERS", {}, "image/png", undefined, undefined],
])(
    "clients of Cloud CDN with %s and %j receive the Cache-Control of a %s response with %s as %s",
    (mode, ttls, type, given, expected) => {
        const headers = { "content-type": type, ...(given && { "cache-control": given }) };
        const policy = { cacheMode: mode, ...ttls };
        expect(clientCacheControl(policy, headers, 200)["cache-control"]).toBe(expected);
        expect(clientCacheControl(policy, headers, 404)["cache-control"]).toBe(given);
    },
);

describe("a security policy", () => {
    /** The statuses of requests at times in seconds. */
    function statuses(rules: Inputs[], requests: [number, Partial<ArmorRequest>][]) {
        let now = 0;
        const lines: string[] = [];
        const policies = new SecurityPolicies(new Terminal((line) => lines.push(line)), () => now * 1000);
        const entry = { name: "//compute.googleapis.com/p", id: "p", project: "acme-dev", state: { rules } };
        const found = requests.map(([time, given]) => {
            now = time;
            const answer = policies.check(entry, "web", asked(given));
            return "status" in answer ? answer.status : 200;
        });
        return { found, lines };
    }
    const all = { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } };
    const limit = (action: string, more: Inputs = {}) => ({
        action,
        priority: 1,
        match: all,
        rateLimitOptions: {
            conformAction: "allow",
            exceedAction: "deny(429)",
            enforceOnKey: "IP",
            rateLimitThreshold: { count: 2, intervalSec: 10 },
            ...more,
        },
    });

    test("throttles each client until the interval is over", () => {
        const { found } = statuses(
            [limit("throttle")],
            [0, 1, 2, 3, 10].map((time) => [time, {}]),
        );
        expect(found).toEqual([200, 200, 429, 429, 200]);
    });

    test("bans a client for a time, also if it sends less", () => {
        const times = [0, 1, 2, 11, 30, 33];
        const { found } = statuses(
            [limit("rate_based_ban", { banDurationSec: 30 })],
            times.map((time) => [time, {}]),
        );
        expect(found).toEqual([200, 200, 429, 429, 429, 200]);
    });

    test("bans a client only beyond a second threshold, if there is one", () => {
        const banned = limit("rate_based_ban", { banDurationSec: 100, banThreshold: { count: 1, intervalSec: 60 } });
        const { found } = statuses(
            [banned],
            [0, 1, 2, 10, 11, 12, 25].map((time) => [time, {}]),
        );
        expect(found).toEqual([200, 200, 429, 200, 200, 429, 429]);
    });

    test.each<[string, Inputs, Partial<ArmorRequest>[]]>([
        [
            "a header",
            { enforceOnKey: "HTTP_HEADER", enforceOnKeyName: "X-Key" },
            [{ headers: { "x-key": "a" } }, { headers: { "x-key": "b" } }],
        ],
        [
            "a cookie",
            { enforceOnKey: "HTTP_COOKIE", enforceOnKeyName: "id" },
            [{ headers: { cookie: "a=1; id=2" } }, { headers: { cookie: "id=3" } }],
        ],
        [
            "the first forwarded address",
            { enforceOnKey: "XFF_IP" },
            [{ headers: { "x-forwarded-for": "10.0.0.1, 10.0.0.2" } }, { headers: { "x-forwarded-for": "10.0.0.2" } }],
        ],
        [
            "a path and a region",
            {
                enforceOnKey: "",
                enforceOnKeyConfigs: [{ enforceOnKeyType: "HTTP_PATH" }, { enforceOnKeyType: "REGION_CODE" }],
            },
            [
                { path: "/a", region: "DE" },
                { path: "/a", region: "FR" },
            ],
        ],
    ])("counts requests by %s", (_, options, [one = {}, other = {}]) => {
        const { found } = statuses(
            [limit("throttle", options)],
            [one, one, one, other].map((given) => [0, given]),
        );
        expect(found).toEqual([200, 200, 429, 200]);
    });

    const deny = (expression: string, more: Inputs = {}) => ({
        action: "deny(404)",
        priority: 1,
        match: { expr: { expression } },
        ...more,
    });
    test.each<[string, Partial<ArmorRequest>, number]>([
        ["request.path.matches('/admin') && request.method == 'POST'", { path: "/a/admin", method: "POST" }, 404],
        ["request.path.lower().urlDecode().contains('/../')", { path: "/A/%2E%2E/b" }, 404],
        ["inIpRange(origin.ip, '198.51.100.0/24')", {}, 404],
        ["!inIpRange(origin.ip, '198.51.100.0/24')", {}, 200],
        ["has(request.headers['x-key']) && request.headers['x-key'] == 'a'", { headers: { "x-key": "a" } }, 404],
        ["request.headers['x-key'] == 'a'", {}, 200],
        ["!(origin.region_code in ['DE', 'FR'])", { region: "DE" }, 200],
        ["request.query.startsWith('a=')", { query: "a=b" }, 404],
    ])("evaluates %s for %j", (expression, given, status) => {
        expect(statuses([deny(expression)], [[0, given]]).found).toEqual([status]);
    });

    test.each([
        [
            "evaluatePreconfiguredWaf('sqli-v33-stable', {'sensitivity': 1})",
            "evaluatePreconfiguredWaf() is not evaluated here",
        ],
        ["token.recaptcha_action.score >= 0.8", "token is not evaluated here"],
    ])("says which rule it cannot evaluate: %s", (expression, why) => {
        const { found, lines } = statuses(
            [
                deny(expression),
                { ...deny("true"), priority: 2, action: "redirect", redirectOptions: { target: "https://acme.com" } },
            ],
            [
                [0, {}],
                [0, {}],
            ],
        );
        expect(found).toEqual([302, 302]);
        expect(lines).toEqual([expect.stringContaining(`rule 1 of 'p' matches nothing: `)]);
        expect(lines[0]).toContain(why);
    });
});

describe("a serverless endpoint group", () => {
    const world = run.runWorld();
    beforeAll(() => {
        const traffic = [
            { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 },
            { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", tag: "next" },
        ];
        run.serve(world, {}, { traffics: traffic });
        run.serve(world, {}, { name: "inner", ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" });
        run.serve(
            world,
            {},
            { name: "hidden", ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", defaultUriDisabled: true },
        );
    });

    let made = 0;
    function found(group: Inputs, given: Partial<Requested> = {}, isInternal = false) {
        const { id } = world.make("RegionNetworkEndpointGroup", { name: `group-${made++}`, region, ...group });
        const entry = world.cloud.store.read(`//compute.googleapis.com/${id}`);
        const target = targetOf(world.cloud, entry as NonNullable<typeof entry>, asked(given), isInternal);
        return "status" in target ? target.status : `${target.service.id.split("/").at(-1)} ${target.tag}`.trim();
    }

    test.each<[string, Inputs, Partial<Requested>, string | number]>([
        ["its service", { service: "web" }, {}, "web"],
        ["a tag", { service: "web", tag: "next" }, {}, "web next"],
        ["an unknown tag", { service: "web", tag: "other" }, {}, 404],
        ["a service that does not exist", { service: "none" }, {}, 404],
        ["a service without a URL", { service: "hidden" }, {}, "hidden"],
        ["a service with internal ingress", { service: "inner" }, {}, 404],
        ["a mask of the path", { urlMask: "/<service>" }, { path: "/web/a" }, "web"],
        [
            "a mask of the host and the path",
            { urlMask: "<tag>.acme.com/<service>" },
            { host: "next.acme.com:443", path: "/web" },
            "web next",
        ],
        ["a mask of the host", { urlMask: "<service>.acme.com" }, { host: "hidden.acme.com", path: "/any" }, "hidden"],
        ["a mask that does not match", { urlMask: "/apps/<service>" }, { path: "/web" }, 404],
        ["a mask for a service that does not exist", { urlMask: "/<service>" }, { path: "/none" }, 404],
    ])("leads to %s", (_, cloudRun, given, expected) => {
        expect(found({ cloudRun }, given)).toBe(expected);
    });

    test("of an internal load balancer leads to a service with internal ingress", () => {
        expect(found({ cloudRun: { service: "inner" } }, {}, true)).toBe("inner");
    });

    test("can be created before its service, and remains when it is deleted", () => {
        expect(found({ cloudRun: { service: "later" } })).toBe(404);
        const later = run.serve(world, {}, { name: "later" });
        expect(found({ cloudRun: { service: "later" } })).toBe("later");
        world.remove(later);
        expect(found({ cloudRun: { service: "later" } })).toBe(404);
    });
});

describe("a raw load balancer", () => {
    const servers: Server[] = [];
    const emulators: RunningServer[] = [];
    afterEach(async () => {
        await Promise.all(emulators.splice(0).map((emulator) => emulator.close()));
        for (const server of servers.splice(0)) {
            server.closeAllConnections();
            server.close();
        }
    });

    /** The address of a regional load balancer before a service with these answers: a status, or the milliseconds until one. */
    async function served(routeAction: Inputs, answers: number[], invoker = "allUsers") {
        const world = run.runWorld();
        const service = run.serve(world, {}, { invokerIamDisabled: invoker === "allUsers" });
        world.make("Network", { name: "private", autoCreateSubnetworks: false });
        const purpose = { purpose: "REGIONAL_MANAGED_PROXY", role: "ACTIVE" };
        world.make("Subnetwork", {
            name: "proxies",
            region,
            network: "private",
            ipCidrRange: "10.129.0.0/23",
            ...purpose,
        });
        const group = world.make("RegionNetworkEndpointGroup", { name: "web", region, cloudRun: { service: "web" } });
        const managed = { region, loadBalancingScheme: "EXTERNAL_MANAGED" };
        const backend = world.make("RegionBackendService", {
            name: "web",
            ...managed,
            backends: [{ group: group.id, capacityScaler: 1 }],
        });
        const weighted = { weightedBackendServices: [{ backendService: backend.id, weight: 1 }] };
        const urlMap = world.make("RegionUrlMap", {
            name: "web",
            region,
            defaultRouteAction: { ...weighted, ...routeAction },
        });
        const proxy = world.make("RegionTargetHttpProxy", { name: "web", region, urlMap: urlMap.id });
        const address = world.make("Address", { name: "web", region, networkTier: "STANDARD" });
        const rule = { portRange: "80", network: "private", networkTier: "STANDARD", ipAddress: address.state.address };
        world.make("ForwardingRule", { name: "web", ...managed, ...rule, target: proxy.id });
        const bodies: string[] = [];
        const server = createServer(async (incoming, response) => {
            bodies.push((await buffer(incoming)).toString());
            const answer = answers[bodies.length - 1] ?? answers.at(-1) ?? 200;
            await sleep(answer < 200 ? 0 : answer > 599 ? answer : 0);
            response.writeHead(answer > 599 ? 200 : answer).end("done");
        });
        servers.push(server);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const routes = { web: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base` };
        const lines: string[] = [];
        const emulator = await serve(world.cloud, { routes, report: (line) => lines.push(line) });
        emulators.push(emulator);
        return { url: emulator.loadBalancers["web (http)"] as string, bodies, lines, service };
    }

    async function post(url: string): Promise<[number, string]> {
        const answer = await fetch(url, { method: "POST", body: "sale", headers: { connection: "close" } });
        return [answer.status, await answer.text()];
    }

    test("retries what its policy names, with the body, as often as it says", async () => {
        const retryPolicy = { numRetries: 2, retryConditions: ["gateway-error"] };
        const { url, bodies } = await served({ retryPolicy }, [503, 502, 200]);
        expect([await post(url), bodies]).toEqual([
            [200, "done"],
            ["sale", "sale", "sale"],
        ]);
        const other = await served({ retryPolicy }, [500, 200]);
        expect([await post(other.url), other.bodies]).toEqual([[500, "done"], ["sale"]]);
        const more = await served({ retryPolicy }, [503, 503, 503, 200]);
        expect([(await post(more.url))[0], more.bodies.length]).toEqual([503, 3]);
    });

    test("answers 504 after the timeout of its route, and retries after that of a try", async () => {
        const slow = await served({ timeout: { seconds: "0", nanos: 100_000_000 } }, [700]);
        expect(await post(slow.url)).toEqual([504, "upstream request timeout"]);
        // On a busy machine, an answer takes longer than usual.
        const perTryTimeout = { seconds: "0", nanos: 500_000_000 };
        const retryPolicy = { numRetries: 1, perTryTimeout, retryConditions: ["5xx"] };
        const { url, bodies } = await served({ retryPolicy }, [700, 200]);
        expect([await post(url), bodies.length]).toEqual([[200, "done"], 2]);
    });

    test("passes on WebSockets, and refuses callers that a service does not accept", async () => {
        const { url } = await served({ urlRewrite: { pathPrefixRewrite: "/live/" } }, []);
        let upgraded = "";
        servers.at(-1)?.on("upgrade", (incoming, socket) => {
            upgraded = String(incoming.url);
            socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello");
        });
        const { hostname, port } = new URL(url);
        const headers = { connection: "upgrade", upgrade: "websocket" };
        const greeting = await new Promise<string>((resolve, reject) => {
            const sent = request({ hostname, port, path: "/sales", headers });
            sent.on("upgrade", (_, socket, head) => void text(socket).then((rest) => resolve(head.toString() + rest)));
            sent.on("error", reject).end();
        });
        expect([upgraded, greeting]).toEqual(["/base/live/sales", "hello"]);
        const closed = await served({}, [200], "nobody");
        expect([(await post(closed.url))[0], closed.bodies]).toEqual([403, []]);
        expect(closed.lines).toContainEqual(
            expect.stringMatching(/^web \(http\): 403: The request was not authenticated/),
        );
    });
});
