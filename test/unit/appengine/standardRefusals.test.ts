import * as pulumi from "@pulumi/pulumi";
import { sizeProblems } from "../../../lib/appengine/sourceFiles";
import { flask, standardErrors } from "./service";

const automatic = (scaling: object) => ({ scaling });
const share = "must be a percentage, from 50 to 95";
const wait = "must be from 1 millisecond to 10 seconds";
const classes = "must be one of F1, F2, F4, F4_1G, B1, B2, B4, B4_1G, B8";
const connector = "projects/acme-dev/locations/europe-west1/connectors/apps";
const connectorId =
    "network.connector: must be a connector's ID such as projects/acme-dev/locations/europe-west1/connectors/apps";

const refusals: [string, object, string][] = [
    ["another environment", { flexible: true }, "flexible: must be true or false (got true)."],
    ["an unknown option", { wramup: true }, 'wramup: unknown option "wramup"; did you mean "warmup"?'],
    ["an empty entrypoint", { entrypoint: "" }, 'entrypoint: must be a command on one line (got "").'],
    [
        "an entrypoint of two lines",
        { entrypoint: "cd app\npython main.py" },
        'entrypoint: must be a command on one line (got "cd app\\npython main.py").',
    ],
    // Scaling.
    [
        "an option of automatic scaling with basic scaling",
        { scaling: { max: 2, idleTimeout: "5 minutes", min: 1 } },
        'scaling.min: unknown option "min"; the options are max, idleTimeout.',
    ],
    [
        "names of Google's API",
        automatic({ minInstances: 1, maxInstances: 2, minIdleInstances: 1, targetCpuUtilization: 60 }),
        [
            'scaling.minInstances: unknown option "minInstances"; did you mean "min"?',
            'scaling.maxInstances: unknown option "maxInstances"; did you mean "max"?',
            'scaling.minIdleInstances: unknown option "minIdleInstances"; did you mean "minIdle"?',
            'scaling.targetCpuUtilization: unknown option "targetCpuUtilization"; did you mean "cpu"?',
        ].join("\n"),
    ],
    ["a minimum of instances above the maximum", automatic({ min: 5, max: 2 }), "scaling.min: [range/min-above-max]"],
    [
        "a minimum of idle instances above the maximum",
        automatic({ minIdle: 3, maxIdle: 2 }),
        "scaling.minIdle: [range/min-above-max]",
    ],
    [
        "a minimum latency above the maximum",
        automatic({ minPendingLatency: "2 seconds", maxPendingLatency: "500 milliseconds" }),
        "scaling.minPendingLatency: [range/min-above-max]",
    ],
    [
        "too high a minimum of instances",
        automatic({ min: 1001 }),
        "scaling.min: must be a whole number from 0 to 1000 instances (got 1001).",
    ],
    [
        "a maximum of no instances",
        automatic({ max: 0 }),
        "scaling.max: must be a whole number from 1 to 2147483647 instances (got 0).",
    ],
    [
        "a maximum of no idle instances",
        automatic({ maxIdle: 0 }),
        "scaling.maxIdle: must be a whole number from 1 to 1000 instances (got 0).",
    ],
    ["too low a CPU target", automatic({ cpu: 40 }), `scaling.cpu: ${share} (got 40).`],
    ["too high a CPU target", automatic({ cpu: 96 }), `scaling.cpu: ${share} (got 96).`],
    ["a CPU target as a string", automatic({ cpu: "60" }), `scaling.cpu: ${share} (got "60").`],
    ["a concurrency target as a fraction", automatic({ throughput: 0.6 }), `scaling.throughput: ${share} (got 0.6).`],
    [
        "too many requests at a time",
        automatic({ concurrency: 1001 }),
        "scaling.concurrency: must be a whole number from 1 to 1000 requests (got 1001).",
    ],
    [
        "a latency in app.yaml's format",
        automatic({ minPendingLatency: "30ms" }),
        'scaling.minPendingLatency: must be a duration such as "30 milliseconds" or "2 seconds" (got "30ms").',
    ],
    [
        "too long a latency",
        automatic({ maxPendingLatency: "11 seconds" }),
        `scaling.maxPendingLatency: ${wait} (got "11 seconds").`,
    ],
    [
        "a maximum latency of 0",
        automatic({ maxPendingLatency: "0 milliseconds" }),
        `scaling.maxPendingLatency: ${wait} (got "0 milliseconds").`,
    ],
    ["basic scaling without a maximum", { scaling: { idleTimeout: "5 minutes" } }, "scaling.max: is missing."],
    [
        "too many instances with basic scaling",
        { scaling: { max: 201, idleTimeout: "5 minutes" } },
        "scaling.max: must be a whole number from 1 to 200 instances (got 201).",
    ],
    [
        "an idle timeout of two days",
        { scaling: { max: 1, idleTimeout: "2 days" } },
        'scaling.idleTimeout: must be from 1 second to 24 hours (got "2 days").',
    ],
    ["no instances", { scaling: 0 }, "scaling: must be a whole number from 1 to 1000 instances (got 0)."],
    ["an unknown class", { instanceClass: "F3" }, `instanceClass: ${classes} (got "F3").`],
    [
        "an unsupported class with automatic scaling",
        { instanceClass: "B2" },
        "instanceClass: [appengine/instance-class-of-scaling]",
    ],
    [
        "an unsupported class with basic scaling",
        { scaling: { max: 1, idleTimeout: "5 minutes" }, instanceClass: "F4_1G" },
        "instanceClass: [appengine/instance-class-of-scaling]",
    ],
    [
        "an unsupported class with manual scaling",
        { scaling: 1, instanceClass: "F1" },
        "instanceClass: [appengine/instance-class-of-scaling]",
    ],
    [
        "too long a cache duration",
        { defaultExpiration: "366 days" },
        'defaultExpiration: must be from 0 seconds to 365 days (got "366 days").',
    ],
    ["warmup that is not a boolean", { warmup: "yes" }, 'warmup: must be true or false (got "yes").'],
    // Legacy services.
    ["a single legacy service", { bundledServices: "mail" }, 'bundledServices: must be a list, or all (got "mail").'],
    [
        "an unknown legacy service",
        { bundledServices: ["ndb"] },
        'bundledServices.0: must be one of app_identity_service, blobstore, capability_service, datastore_v3, images, mail, memcache, modules, search, taskqueue, urlfetch, user (got "ndb").',
    ],
    [
        "an unknown ingress",
        { inboundServices: ["xmpp_message"] },
        'inboundServices.0: must be one of mail, mail_bounce (got "xmpp_message").',
    ],
    // The network.
    ["an empty network", { network: {} }, "network: must have exactly one of connector, network (got {})."],
    ["a connector by its name", { network: { connector: "apps" } }, `${connectorId} (got "apps").`],
    [
        "a connector of another region",
        { network: { connector: "projects/acme-dev/locations/europe-west4/connectors/apps" } },
        "network.connector: [place/other-region]",
    ],
    [
        "an unknown egress",
        { network: { connector, egress: "none" } },
        'network.egress: must be one of private-ranges-only, all-traffic (got "none").',
    ],
    [
        "a network by its name",
        { network: { network: "apps", range: "10.8.0.0/28" } },
        'network.network: must be a Network (got "apps").',
    ],
    [
        "a range of no network",
        { network: { range: "10.8.0.0/28" } },
        'network: must have exactly one of connector, network (got { range: "10.8.0.0/28" }).',
    ],
];

test.each(refusals)("%s is refused", (_, given, expected) => {
    expect(standardErrors(given)).toBe(expected);
});

test("all problems are reported together", () => {
    const given = {
        ...automatic({ min: 5, max: 2 }),
        instanceClass: "B1",
        handlers: [{ url: "/static", staticDir: "static" }],
    };
    expect(standardErrors(given, { "notes.txt": "" })?.split("\n")).toEqual([
        "runtime: [appengine/standard-runtime-missing]",
        "scaling.min: [range/min-above-max]",
        "instanceClass: [appengine/instance-class-of-scaling]",
        "handlers.0.staticDir: [appengine/static-dir-missing]",
    ]);
});

const accepted: [string, object][] = [
    ["only its folder", {}],
    ["an automatic scaling to its limits", automatic({ min: 1000, max: 2147483647 })],
    ["equal bounds", automatic({ min: 2, max: 2, minIdle: 1, maxIdle: 1 })],
    ["equal latencies", automatic({ minPendingLatency: "1 second", maxPendingLatency: "1000 milliseconds" })],
    ["its environment", { flexible: false }],
    ["the lowest and the highest target", automatic({ cpu: 50, throughput: 95 })],
    ["basic scaling", { scaling: { max: 200, idleTimeout: "10 minutes" }, instanceClass: "B8" }],
    ["manual scaling", { scaling: 1000, instanceClass: "B4_1G" }],
    ["all legacy services", { bundledServices: "all", inboundServices: ["mail", "mail_bounce"] }],
    ["a connector", { network: { connector, egress: "all-traffic" } }],
    ["a connector that is known later", { network: { connector: pulumi.output(connector) } }],
];

test.each(accepted)("%s is accepted", (_, given) => {
    expect(standardErrors(given)).toBeUndefined();
});

test.each([
    ["nodejs22", { "server.js": "" }],
    ["ruby34", { Gemfile: "", "config.ru": "" }],
])("legacy services are refused for %s, which does not support them", (runtime, content) => {
    expect(standardErrors({ runtime, bundledServices: ["mail"] }, content as Record<string, string>)).toBe(
        "bundledServices: [appengine/bundled-services-of-runtime]",
    );
    expect(standardErrors({ runtime, bundledServices: [] }, content as Record<string, string>)).toBeUndefined();
});

test("a folder with too many files is refused", () => {
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`data/${index}.csv`, ""]));
    expect(standardErrors({}, { ...flask, ...many })).toBe("source: [appengine/source-too-many-files-in-folder]");
    expect(standardErrors({}, { ...flask, ...many, ".gcloudignore": "data/" })).toBeUndefined();
});

test("a source can have 10,000 files", () => {
    const many = (count: number) =>
        Array.from({ length: count }, (_, index) => ({ path: `data/${index % 20}/${index}.csv`, file: __filename }));
    expect(sizeProblems(many(10_000))).toEqual([]);
    expect(sizeProblems(many(10_001))).toEqual([
        {
            path: "source",
            id: "appengine/source-too-many-files",
            reason: "has 10001 files, and a version can have 10000. List files that the application does not need in .gcloudignore.",
        },
    ]);
});

test("a file that is too large is refused", () => {
    const megabytes = (count: number) => "0".repeat(count * 1024 * 1024);
    expect(standardErrors({}, { ...flask, "model.bin": megabytes(32) })).toBeUndefined();
    expect(standardErrors({}, { ...flask, "model.bin": `${megabytes(32)}0` })).toBe(
        "source: [appengine/source-file-too-large]",
    );
});
