import { resolveStandardService, type StandardService, standardDefinition } from "../../../lib/appengine/standard";
import { type EnvironmentKind, environmentDefaults } from "../../../lib/stack/settings/defaults";
import { filesFrom, flask } from "./service";

const parts = {
    account: { email: "shop@acme-dev.iam.gserviceaccount.com" },
    files: [{ name: "main.py", sha1Sum: "2fd4", sourceUrl: "https://storage.googleapis.com/source/de9f" }],
    env: { LEVEL: "info" },
};

function defined(given: object, kind: EnvironmentKind = "development", more: object = {}) {
    const args = { source: ".", ...given } as StandardService;
    const resolved = resolveStandardService(args, filesFrom(flask), { defaults: environmentDefaults[kind] });
    return standardDefinition(resolved, { ...parts, ...more });
}

/** The arguments of a handler with defaults. */
const usual = {
    securityLevel: "SECURE_ALWAYS",
    redirectHttpResponseCode: "REDIRECT_HTTP_RESPONSE_CODE_301",
    login: "LOGIN_OPTIONAL",
    authFailAction: "AUTH_FAIL_ACTION_REDIRECT",
};
const rest = { urlRegex: "/.*", ...usual, script: { scriptPath: "auto" } };

test("a service with only a folder starts with its runtime's default, serves HTTPS only, and has up to three instances", () => {
    expect(defined({})).toEqual({
        runtime: "python313",
        entrypoint: { shell: "" },
        deployment: { files: parts.files },
        serviceAccount: parts.account.email,
        envVariables: { LEVEL: "info" },
        handlers: [rest],
        instanceClass: "F1",
        automaticScaling: {
            maxConcurrentRequests: 10,
            minIdleInstances: 0,
            standardSchedulerSettings: {
                minInstances: 0,
                maxInstances: 3,
                targetCpuUtilization: 0.6,
                targetThroughputUtilization: 0.6,
            },
        },
    });
});

test("in production an instance is kept and warmed up, and there are at most a hundred", () => {
    const { automaticScaling, inboundServices } = defined({}, "production");
    expect(automaticScaling).toMatchObject({ standardSchedulerSettings: { minInstances: 1, maxInstances: 100 } });
    expect(inboundServices).toEqual(["INBOUND_SERVICE_WARMUP"]);
    expect(defined({ warmup: false }, "production").inboundServices).toBeUndefined();
});

test.each([
    [{ min: 5 }, "development", [5, 5]],
    [{ max: 2 }, "development", [0, 2]],
    [{ max: 1 }, "production", [1, 1]],
    [{ min: 0 }, "production", [0, 100]],
    [{ min: 0, max: 7 }, "staging", [0, 7]],
] as const)("a limit that %j omits is valid in %s with the other one", (scaling, kind, bounds) => {
    const { automaticScaling } = defined({ scaling }, kind);
    const { standardSchedulerSettings } = automaticScaling as { standardSchedulerSettings: Record<string, number> };
    expect([standardSchedulerSettings.minInstances, standardSchedulerSettings.maxInstances]).toEqual(bounds);
});

test("a service has all configured properties", () => {
    const connector = "projects/acme-dev/locations/europe-west1/connectors/apps";
    const given = {
        runtime: "python314",
        entrypoint: "gunicorn -b :$PORT shop:app",
        scaling: {
            min: 1,
            max: 8,
            minIdle: 2,
            maxIdle: 4,
            cpu: 70,
            throughput: 80,
            concurrency: 40,
            minPendingLatency: "30 milliseconds",
            maxPendingLatency: "2 seconds",
        },
        instanceClass: "F4_1G",
        warmup: true,
        bundledServices: ["memcache", "taskqueue", "user"],
        inboundServices: ["mail", "mail_bounce"],
        network: { connector, egress: "all-traffic" },
    };
    expect(defined(given, "staging", { connector })).toEqual({
        runtime: "python314",
        entrypoint: { shell: "gunicorn -b :$PORT shop:app" },
        deployment: { files: parts.files },
        serviceAccount: parts.account.email,
        envVariables: { LEVEL: "info" },
        handlers: [rest],
        instanceClass: "F4_1G",
        automaticScaling: {
            maxConcurrentRequests: 40,
            minIdleInstances: 2,
            maxIdleInstances: 4,
            minPendingLatency: "0.03s",
            maxPendingLatency: "2s",
            standardSchedulerSettings: {
                minInstances: 1,
                maxInstances: 8,
                targetCpuUtilization: 0.7,
                targetThroughputUtilization: 0.8,
            },
        },
        inboundServices: ["INBOUND_SERVICE_MAIL", "INBOUND_SERVICE_MAIL_BOUNCE", "INBOUND_SERVICE_WARMUP"],
        appEngineBundledServices: [
            "BUNDLED_SERVICE_TYPE_MEMCACHE",
            "BUNDLED_SERVICE_TYPE_TASKQUEUES",
            "BUNDLED_SERVICE_TYPE_USERS",
        ],
        vpcAccessConnector: { name: connector, egressSetting: "ALL_TRAFFIC" },
    });
});

test("only private addresses are reached through the network by default", () => {
    const connector = "projects/acme-dev/locations/europe-west1/connectors/apps";
    const { vpcAccessConnector } = defined({ network: { connector } }, "development", { connector });
    expect(vpcAccessConnector).toEqual({ name: connector, egressSetting: "PRIVATE_IP_RANGES" });
});

test("a single legacy service can be enabled", () => {
    const { appEngineApis, appEngineBundledServices } = defined({ bundledServices: ["memcache"] });
    expect([appEngineApis, appEngineBundledServices]).toEqual([undefined, ["BUNDLED_SERVICE_TYPE_MEMCACHE"]]);
});

test.each([{ min: 1 }, { minIdle: 1 }])("instances that are kept as %j are warmed up", (scaling) => {
    expect(defined({ scaling }).inboundServices).toEqual(["INBOUND_SERVICE_WARMUP"]);
});

test("one option enables all legacy services", () => {
    const { appEngineApis, appEngineBundledServices } = defined({ bundledServices: "all" });
    expect([appEngineApis, appEngineBundledServices]).toEqual([true, undefined]);
});

test("an instance with basic scaling stops after five minutes, and has the class B2", () => {
    const { automaticScaling, basicScaling, instanceClass, inboundServices } = defined(
        { scaling: { max: 3, idleTimeout: "5 minutes" } },
        "production",
    );
    expect([automaticScaling, basicScaling, instanceClass, inboundServices]).toEqual([
        undefined,
        { maxInstances: 3, idleTimeout: "300s" },
        "B2",
        undefined,
    ]);
    const { basicScaling: other } = defined({ scaling: { max: 1, idleTimeout: "1 hour" } });
    expect(other).toEqual({ maxInstances: 1, idleTimeout: "3600s" });
});

test("a fixed number of instances is constant", () => {
    const { automaticScaling, manualScaling, instanceClass } = defined({
        scaling: 2,
        instanceClass: "B8",
    });
    expect([automaticScaling, manualScaling, instanceClass]).toEqual([undefined, { instances: 2 }, "B8"]);
});

describe("handlers", () => {
    const handled = (handlers: object[], more: object = {}) => defined({ handlers, ...more }).handlers;

    test("of a folder are a pattern with the path after the prefix", () => {
        expect(handled([{ url: "/static/", staticDir: "./static/" }])).toEqual([
            {
                urlRegex: "/static/(.*)",
                ...usual,
                staticFiles: {
                    path: "static/\\1",
                    uploadPathRegex: "static/.*",
                    requireMatchingFile: false,
                    applicationReadable: false,
                },
            },
            rest,
        ]);
    });

    test("of files are passed on unchanged", () => {
        const given = {
            url: "/(.*\\.png)",
            staticFiles: "static/\\1",
            upload: "static/.*\\.png",
            secure: "optional",
            login: "required",
            authFailAction: "unauthorized",
            expiration: "1 day",
            httpHeaders: { Vary: "Accept-Encoding" },
            mimeType: "image/png",
            requireMatchingFile: true,
            applicationReadable: true,
        };
        expect(handled([given], { defaultExpiration: "1 hour" })).toEqual([
            {
                urlRegex: "/(.*\\.png)",
                securityLevel: "SECURE_OPTIONAL",
                login: "LOGIN_REQUIRED",
                authFailAction: "AUTH_FAIL_ACTION_UNAUTHORIZED",
                staticFiles: {
                    path: "static/\\1",
                    uploadPathRegex: "static/.*\\.png",
                    expiration: "86400s",
                    httpHeaders: { Vary: "Accept-Encoding" },
                    mimeType: "image/png",
                    requireMatchingFile: true,
                    applicationReadable: true,
                },
            },
            rest,
        ]);
    });

    test("without a cache duration have that of the service", () => {
        const [handler] = handled([{ url: "/static", staticDir: "static" }], {
            defaultExpiration: "1 hour",
        }) as object[];
        expect(handler).toMatchObject({ staticFiles: { expiration: "3600s" } });
    });

    test("that redirect to HTTP have a redirect status", () => {
        const given = { url: "/feed", script: "auto", secure: "never", redirectHttpResponseCode: 307 };
        expect(handled([given])).toEqual([
            {
                urlRegex: "/feed",
                securityLevel: "SECURE_NEVER",
                redirectHttpResponseCode: "REDIRECT_HTTP_RESPONSE_CODE_307",
                login: "LOGIN_OPTIONAL",
                authFailAction: "AUTH_FAIL_ACTION_REDIRECT",
                script: { scriptPath: "auto" },
            },
            rest,
        ]);
    });

    test("that match all paths are last", () => {
        const admin = { url: "/admin/.*", script: "auto", login: "admin" };
        const all = { url: ".*", script: "auto", redirectHttpResponseCode: 302 };
        expect(handled([admin, all])).toEqual([
            { urlRegex: "/admin/.*", ...usual, login: "LOGIN_ADMIN", script: { scriptPath: "auto" } },
            {
                urlRegex: ".*",
                ...usual,
                redirectHttpResponseCode: "REDIRECT_HTTP_RESPONSE_CODE_302",
                script: { scriptPath: "auto" },
            },
        ]);
    });

    test("of files are followed by one for the application, if there is one", () => {
        const page = { url: "/.*", staticFiles: "index.html", upload: "index\\.html" };
        expect(handled([page])).toEqual([
            expect.objectContaining({ urlRegex: "/.*", staticFiles: expect.anything() }),
            rest,
        ]);
        const api = { url: "/api/.*", script: "auto" };
        expect(handled([api, page])).toHaveLength(2);
    });
});
