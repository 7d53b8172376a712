import * as pulumi from "@pulumi/pulumi";
import { AppEngineApp, CloudRunService, StorageBucket, UptimeCheck, type UptimeCheckArgs } from "slipway";
import { Alerts } from "slipway/monitoring";
import { inChild } from "../child";
import { folderOf } from "../folders";
import { identified, refused, registered, registeredOptions, registeredOutputs } from "../registered";

const image =
    "europe-docker.pkg.dev/acme/app/web@sha256:0000000000000000000000000000000000000000000000000000000000000000";
const app = folderOf({ "main.py": "app = None\n", "requirements.txt": "gunicorn==23.0.0\nflask==3.1.0\n" });

async function checkOf(program: () => unknown, stack = {}) {
    const made = await registered(program, { environment: true, ...stack });
    return made["UptimeCheckConfig site"] as Record<string, unknown>;
}

test("a URL is asked from three continents every five minutes, in production every minute", async () => {
    const program = () => new UptimeCheck("site", { target: "https://acme.example/health?full=1" });
    const expected = {
        displayName: "site",
        period: "300s",
        timeout: "10s",
        selectedRegions: ["EUROPE", "USA_VIRGINIA", "ASIA_PACIFIC"],
        logCheckFailures: true,
        monitoredResource: { type: "uptime_url", labels: { host: "acme.example" } },
        httpCheck: { useSsl: true, validateSsl: true, path: "/health?full=1", port: 443 },
    };
    expect(await checkOf(program)).toEqual(expected);
    expect(await checkOf(program, { kind: "production" })).toEqual({ ...expected, period: "60s" });
});

test("a service is asked with an ID token of Monitoring's service agent, which may call it", async () => {
    const program = () => {
        const web = new CloudRunService("web", { image, ingress: "all" });
        new UptimeCheck("site", {
            target: web,
            path: "/health",
            content: { json: { path: "$.status", value: '"ok"' } },
        });
    };
    const made = await registered(program, { environment: true });
    expect(made["UptimeCheckConfig site"]).toMatchObject({
        httpCheck: { path: "/health", serviceAgentAuthentication: { type: "OIDC_TOKEN" } },
        contentMatchers: [
            {
                content: '"ok"',
                matcher: "MATCHES_JSON_PATH",
                jsonPathMatcher: { jsonPath: "$.status", jsonMatcher: "EXACT_MATCH" },
            },
        ],
    });
    expect(made["ServiceIamMember monitoring-agent-web-invoker"]).toMatchObject({ role: "roles/run.invoker" });
    const { after } = (await registeredOptions(program))["UptimeCheckConfig site"] ?? {};
    expect(after).toContain("ServiceIamMember monitoring-agent-web-invoker");
});

test.each<[string, UptimeCheckArgs["content"], object]>([
    ["contains", { contains: "ok" }, { content: "ok", matcher: "CONTAINS_STRING" }],
    ["matches", { matches: "o[kK]" }, { content: "o[kK]", matcher: "MATCHES_REGEX" }],
    ["lacks", { lacks: "error" }, { content: "error", matcher: "NOT_CONTAINS_STRING" }],
])("a response %s a text", async (_, content, matcher) => {
    const args: UptimeCheckArgs = {
        target: "http://acme.example:8080",
        content,
        statuses: [401, "2xx"],
        headers: { "X-A": "b" },
    };
    expect(await checkOf(() => new UptimeCheck("site", args))).toMatchObject({
        contentMatchers: [matcher],
        httpCheck: {
            useSsl: false,
            validateSsl: false,
            port: 8080,
            path: "/",
            headers: { "X-A": "b" },
            maskHeaders: false,
            acceptedResponseStatusCodes: [{ statusValue: 401 }, { statusClass: "STATUS_CLASS_2XX" }],
        },
    });
});

test.each([
    ["http://acme.example", { port: 80, useSsl: false }],
    ["https://acme.example", { port: 443, useSsl: true }],
])("%s is asked at the port of its protocol", async (of, httpCheck) => {
    expect(await checkOf(() => new UptimeCheck("site", { target: of }))).toMatchObject({ httpCheck });
});

test("a check that a transform applies to a group of resources has no host", async () => {
    const program = () => {
        const oncall = new Alerts("oncall", { to: { email: "team@acme.example" }, quota: false });
        const resourceGroup = { groupId: "web", resourceType: "INSTANCE" };
        new UptimeCheck("site", {
            target: "https://acme.example",
            alerts: oncall,
            transform: { check: { monitoredResource: undefined, resourceGroup } },
        });
    };
    const made = (await registered(program)) as Record<string, { conditions: { conditionThreshold: object }[] }>;
    expect(made["AlertPolicy site-unavailable"]?.conditions[0]?.conditionThreshold).toMatchObject({
        filter: expect.stringContaining('resource.labels.host = "" AND'),
    });
});

test.each([
    [301, { statusValue: 301 }],
    ["3xx", { statusClass: "STATUS_CLASS_3XX" }],
] as const)("a response can be required to have the status %s", async (status, accepted) => {
    const program = () => new UptimeCheck("site", { target: "https://acme.example", statuses: [status] });
    expect(await checkOf(program)).toMatchObject({ httpCheck: { acceptedResponseStatusCodes: [accepted] } });
});

test("headers that contain a secret are masked", async () => {
    const headers = { "X-A": "b", Authorization: pulumi.secret("canary") };
    const { httpCheck } = await checkOf(() => new UptimeCheck("site", { target: "https://acme.example", headers }));
    expect(httpCheck).toMatchObject({ maskHeaders: true });
});

test("an alert is about the share of locations that get a response", async () => {
    const program = () => {
        const oncall = new Alerts("oncall", { to: { email: "team@acme.example" }, quota: false });
        new UptimeCheck("site", {
            target: "https://acme.example",
            alerts: { to: oncall, unavailable: { for: "10 minutes" } },
        });
    };
    const made = (await registered(program)) as Record<string, { conditions: { conditionThreshold: object }[] }>;
    expect(made["AlertPolicy site-unavailable"]?.conditions[0]?.conditionThreshold).toMatchObject({
        filter: 'resource.type = "uptime_url" AND resource.labels.host = "acme.example" AND metric.type = "monitoring.googleapis.com/uptime_check/check_passed" AND metric.labels.check_id = "site-1a2b3c"',
        comparison: "COMPARISON_LT",
        thresholdValue: 0.5,
        duration: "600s",
        aggregations: [{ perSeriesAligner: "ALIGN_FRACTION_TRUE", crossSeriesReducer: "REDUCE_MEAN" }],
    });
});

test("a check has itself and the URL as outputs", async () => {
    const program = () => new UptimeCheck("site", { target: "https://acme.example/health" });
    expect(await registeredOutputs(program)).toEqual({
        "UptimeCheck site": { check: { resource: "UptimeCheckConfig site" }, url: "https://acme.example/health" },
    });
});

test.each(["contains", "matches", "lacks"])("a text that a response %s has 1 to 1,024 bytes", async (kind) => {
    const program = (text: string) => () =>
        new UptimeCheck("site", {
            target: "https://acme.example",
            content: { [kind]: text } as unknown as UptimeCheckArgs["content"],
        });
    for (const text of ["a", "a".repeat(1024), "é".repeat(512)]) {
        expect(await checkOf(program(text))).toMatchObject({ contentMatchers: [{ content: text }] });
    }
    for (const text of ["", "a".repeat(1025), "é".repeat(513)]) {
        expect(await refused(program(text))).toContain(`content.${kind}: must have 1 to 1024 bytes`);
    }
});

const wrong: [string, object, string][] = [
    ["no target", { target: undefined }, "target: must be a URL such as https://acme.example/health (got undefined)."],
    [
        "two locations",
        { regions: ["EUROPE", "USA_IOWA"] },
        'regions: must have at least 3 locations; USA has three (got ["EUROPE", "USA_IOWA"]).',
    ],
    ["no status", { statuses: [] }, "statuses: must have at least one status (got [])."],
    ["an empty name", { displayName: "" }, 'displayName: must not be empty (got "").'],
    ["a path beside a URL", { path: "/a" }, "path: [monitoring/path-with-url]"],
    [
        "a timeout of two minutes",
        { timeout: "2 minutes" },
        'timeout: must be from 1 second to 60 seconds (got "2 minutes").',
    ],
    [
        "two contents",
        { content: { contains: "a", lacks: "b" } },
        "content: must have exactly one of contains, matches, lacks, json",
    ],
];

test.each(wrong)("%s is refused", async (_, args, problem) => {
    const program = () => new UptimeCheck("site", { target: "https://acme.example", ...args } as UptimeCheckArgs);
    expect(await refused(program)).toContain(`UptimeCheck "site": ${problem}`);
});

test("a component without a URL is refused", async () => {
    const program = () => new UptimeCheck("site", { target: new StorageBucket("files") as never });
    expect(await refused(program, {}, ["Bucket files"])).toBe(
        'UptimeCheck "site": target: must be a component that can be called, such as a ServerlessFunction (got a StorageBucket).',
    );
});

test("an App Engine application is asked at its own URL", async () => {
    const program = () => {
        const application = new AppEngineApp("app", {
            services: { default: { source: app, runtime: "python313" } },
        });
        new UptimeCheck("site", { target: application });
    };
    expect((await checkOf(program)).monitoredResource).toEqual({
        type: "uptime_url",
        labels: { host: "acme-dev.ew.r.appspot.com" },
    });
});

test("an internal load balancer is refused, as uptime checks cannot reach it", async () => {
    const output = await inChild(`
        const { CloudRunService, LoadBalancer, Network, UptimeCheck } = require("./lib");
        const { registered } = require("./test/unit/registered.ts");
        process.on("unhandledRejection", ({ message }) => {
            console.log(JSON.stringify(message));
            process.exit();
        });
        registered(() => {
            const network = new Network("main", { proxyOnlySubnets: true });
            const web = new CloudRunService("web", { image: "${image}" });
            const of = new LoadBalancer("inner", { type: "regional-internal", insecure: true, network, routes: { "/*": web } });
            new UptimeCheck("site", { target: of });
        });
    `);
    expect(identified(output)).toBe('UptimeCheck "site": target: [monitoring/target-not-public]');
});
