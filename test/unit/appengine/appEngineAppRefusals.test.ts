import * as pulumi from "@pulumi/pulumi";
import { AppEngineApp, type AppEngineAppArgs, Network, Secret, StorageBucket } from "slipway";
import { addressProblem } from "../../../lib/appengine/serviceNames";
import { iamClient, routeBy } from "../databaseClient";
import { folderOf } from "../folders";
import { refused, registered, told } from "../registered";

const empty = folderOf({ ".gcloudignore": "" });
const source = folderOf({ "main.py": "app = None\n", "static/app.css": "" });
const image = `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:${"a".repeat(64)}`;
const standard = { source };
const flex = { flexible: true, image };

const shop = (services: object, more: object = {}) =>
    new AppEngineApp("shop", { services, ...more } as unknown as AppEngineAppArgs);

/** Errors of the service `default`, without its path. */
async function errorsOf(service: object): Promise<string> {
    const message = await refused(() => shop({ default: service }));
    return message.replaceAll(/^AppEngineApp "shop": services\.default\./gm, "");
}

const refusals: [string, object, string][] = [
    ["another environment", { ...standard, flexible: "yes" }, 'flexible: must be true or false (got "yes").'],
    ["a standard service without a source", {}, "source: is missing."],
    [
        "a missing source",
        { source: "./nowhere" },
        `source: is not a folder: ${process.cwd()}/nowhere does not exist (got "./nowhere"). The path is relative to ${process.cwd()}.`,
    ],
    [
        "an empty source",
        { source: empty },
        `source: has no files: ${empty} is empty, or .gcloudignore excludes all files (got "${empty}").`,
    ],
    ["an image of a standard service", { ...standard, image }, 'image: unknown option "image".'],
    ["handlers of a flexible service", { ...flex, handlers: [] }, 'handlers: unknown option "handlers".'],
    [
        "a class of a flexible service",
        { ...flex, instanceClass: "F2" },
        'instanceClass: unknown option "instanceClass".',
    ],
    ["a misspelled option", { ...standard, ingres: "all" }, 'ingres: unknown option "ingres"; did you mean "ingress"?'],
    // Variables.
    ["a secret in plain text", { ...standard, env: { API_TOKEN: "a" } }, "env.API_TOKEN: [appengine/secret-in-env]"],
    [
        "a bucket instead of its capability",
        { ...standard, uses: { MODELS: "models" } },
        'uses.MODELS: must be a capability, such as models.reader or sales.publisher (got "models").',
    ],
    [
        "a queue that the application does not have",
        { ...standard, uses: { MAILS: { queue: "mails" } } },
        "uses.MAILS.queue: [appengine/uses-unknown-reference]",
    ],
    [
        "a service that the application does not have",
        { ...standard, uses: { WORKER: { service: "worker" } } },
        "uses.WORKER.service: [appengine/uses-unknown-reference]",
    ],
    // Databases.
    [
        "a database with a private address, and no network of a standard service",
        { ...standard, uses: { SALES: iamClient("sales") } },
        "network: [appengine/network-missing-for-database]",
    ],
    [
        "a database whose network has no subnet for a flexible service",
        { ...flex, uses: { SALES: iamClient("sales", { route: { ...routeBy(), subnetworkIn: () => undefined } }) } },
        "network: [appengine/network-missing-for-database]",
    ],
    [
        "another network than that of a database",
        { ...flex, network: { network: "other" }, uses: { SALES: iamClient("sales") } },
        "network: [appengine/network-of-other-database]",
    ],
    [
        "databases in two networks",
        {
            ...flex,
            uses: {
                SALES: iamClient("sales"),
                STOCK: iamClient("stock", { route: routeBy("projects/acme-dev/global/networks/stock") }),
            },
        },
        "uses.STOCK: [appengine/databases-in-several-networks]",
    ],
    [
        "a variable that a database has as well",
        { ...flex, uses: { SALES: iamClient("sales") }, env: { SALES_INSTANCE: "a" } },
        "env.SALES_INSTANCE: [iam/env-variable-twice]",
    ],
    // Traffic, including impossible migrations.
    [
        "percentages that do not add up to 100",
        { ...standard, traffic: { split: { latest: 10, previous: 80 } } },
        "traffic.split: [traffic/split-sum]",
    ],
    [
        "a migration without warmup",
        { ...standard, traffic: { migrate: true } },
        "traffic.migrate: [appengine/migrate-without-warmup]",
    ],
    [
        "a migration with basic scaling",
        { ...standard, scaling: { max: 1, idleTimeout: "5 minutes" }, traffic: { migrate: true } },
        "traffic.migrate: [appengine/migrate-without-automatic-scaling]",
    ],
    [
        "a migration with manual scaling",
        { ...standard, scaling: 2, traffic: { migrate: true } },
        "traffic.migrate: [appengine/migrate-without-automatic-scaling]",
    ],
    [
        "a migration of a flexible service",
        { ...flex, traffic: { migrate: true } },
        'traffic.migrate: unknown option "migrate"; the options are split, by.',
    ],
    ["no versions", { ...standard, keep: 0 }, "keep: must be a whole number from 1 to 100 (got 0)."],
    [
        "a rollback to a deleted version",
        { ...standard, keep: 1, traffic: { split: { latest: 50, previous: 50 } } },
        "keep: [appengine/keep-without-previous-version]",
    ],
    [
        "a transform of an unknown child",
        { ...flex, transform: { versions: {} } },
        'transform.versions: unknown option "versions"; did you mean "version"?',
    ],
    // Problems in all parts of a service.
    [
        "a minimum of instances above the maximum",
        { ...standard, scaling: { min: 3, max: 2 } },
        "scaling.min: [range/min-above-max]",
    ],
    [
        "a handler after one for all paths",
        {
            ...standard,
            handlers: [
                { url: "/.*", script: "auto" },
                { url: "/static", staticDir: "static" },
            ],
        },
        "handlers.1.url: [appengine/handler-never-reached]",
    ],
    [
        "an invalid number of CPUs",
        { ...flex, resources: { cpu: 3 } },
        "resources.cpu: must be 1, an even number from 2 to 32, or a multiple of 4 from 36 to 80 (got 3).",
    ],
];

test.each(refusals)("%s is refused", async (_, service, words) => {
    expect(await errorsOf(service)).toBe(words);
});

test("a service that is only a folder is refused with the arguments to choose from", async () => {
    expect(await refused(() => shop({ default: source }))).toMatch(
        `AppEngineApp "shop": services.default: must be an object with flexible, source, runtime,`,
    );
});

test("a service whose host would be too long for a DNS label is refused", async () => {
    const [name, longest] = ["a".repeat(51), "a".repeat(50)];
    expect(await refused(() => shop({ default: standard, [name]: standard }))).toBe(
        `AppEngineApp "shop": services.${name}: [appengine/service-host-too-long]`,
    );
    expect(addressProblem(longest, "acme-dev")).toBeUndefined();
    expect(addressProblem("default", `a${"b".repeat(29)}`)).toBeUndefined();
});

test.each<[string, object]>([
    ["standard", standard],
    ["flexible", { ...flex, network: { network: "apps", subnet: "projects/a/regions/us-east1/subnetworks/apps" } }],
])("a %s service of an environment in a region without App Engine needs another region", async (_, service) => {
    const config = { "gcp:region": "europe-north2" };
    expect(await refused(() => shop({ default: service }), { config })).toBe(
        'AppEngineApp "shop": region: [appengine/region-without-app-engine]',
    );
});

test("an application without services is refused", async () => {
    expect(await refused(() => shop({}))).toBe('AppEngineApp "shop": services: must have a service at least (got {}).');
});

test("a flexible service in another region than the environment's network needs a network", async () => {
    expect(await refused(() => shop({ default: flex }, { region: "us-east1" }))).toBe(
        'AppEngineApp "shop": services.default.network: [place/shared-network-region]',
    );
});

test("a standard service can be in another region than the environment's network", async () => {
    expect(await registered(() => shop({ default: standard }, { region: "us-east1" }))).toHaveProperty([
        "StandardAppVersion shop-default",
    ]);
});

test("the problems of what is beside the services are reported together", async () => {
    const more = {
        dispatch: [{ url: "*/api/*", service: "gone" }],
        domains: { "*.acme.dev": {} },
        cron: { nightly: { cron: "0 3 * * *", path: "/", service: "gone" } },
        queues: { mails: { service: "gone" } },
        firewall: { rules: { 10: { action: "deny", range: "*" } } },
        iap: { members: ["group:shop@acme.dev"], oauth2ClientId: "123-abc.apps.googleusercontent.com" },
    };
    expect((await refused(() => shop({ default: standard }, more))).split("\n")).toEqual(
        [
            "dispatch.0.service: [appengine/unknown-service]",
            "domains.*.acme.dev.certificate: [appengine/wildcard-certificate]",
            "cron.nightly.service: [appengine/unknown-service]",
            "queues.mails.service: [appengine/unknown-service]",
            "firewall.rules.10: [appengine/firewall-blocks-scheduler]",
            "iap.oauth2ClientSecret: [appengine/iap-client-incomplete]",
        ].map((problem) => `AppEngineApp "shop": ${problem}`),
    );
});

test("all problems of all services are reported together", async () => {
    const services = {
        default: { ...standard, scaling: { min: 3, max: 2 }, instanceClass: "B1" },
        predictions: {
            ...flex,
            health: { readiness: { timeout: "9 seconds" } },
            scaling: { min: 2, max: 1 },
        },
    };
    expect((await refused(() => shop(services))).split("\n")).toEqual([
        'AppEngineApp "shop": services.default.scaling.min: [range/min-above-max]',
        'AppEngineApp "shop": services.default.instanceClass: [appengine/instance-class-of-scaling]',
        'AppEngineApp "shop": services.predictions.scaling.min: [range/min-above-max]',
        'AppEngineApp "shop": services.predictions.health.readiness.timeout: [appengine/health-timeout-above-interval]',
    ]);
});

test("a capability that App Engine cannot mount is refused", async () => {
    const program = () => {
        const key = new Secret("api-key");
        shop({ default: { ...standard, uses: { API_KEY: key.reader } } });
    };
    expect(await refused(program, {}, ["Secret api-key", "SecretVersion api-key"])).toBe(
        'AppEngineApp "shop": services.default.uses.API_KEY: needs what cannot be mounted here: secret-variable (got { grants: [{ … }], attachments: [{ … }] }).',
    );
});

test("a variable that is set twice, directly and by a used resource, is refused", async () => {
    const program = () => {
        const models = new StorageBucket("models");
        shop({ default: { ...standard, uses: { MODELS: models.reader }, env: { MODELS: "acme" } } });
    };
    expect(await refused(program, {}, ["Bucket models"])).toBe(
        'AppEngineApp "shop": services.default.env.MODELS: [appengine/env-also-in-uses]',
    );
});

describe("a network", () => {
    /** Errors of a service in a network, without its own resources. */
    async function networkErrorsOf(services: (apps: Network) => object, region = "europe-west1"): Promise<string> {
        const apps = () => new Network("apps", { privateServices: false });
        const made = Object.keys(await registered(apps));
        return refused(() => shop(services(apps()), { region }), {}, made);
    }

    test("of a connector must be a /28", async () => {
        expect(
            await networkErrorsOf((network) => ({
                default: { ...standard, network: { network, range: "10.8.0.0/26" } },
            })),
        ).toBe(
            'AppEngineApp "shop": services.default.network.range: must have a prefix from /28 to /28 (got "10.8.0.0/26").',
        );
    });

    test("of two connectors needs a range for each", async () => {
        const errorsOf = await networkErrorsOf((network) => ({
            default: { ...standard, network: { network, range: "10.8.0.0/28" } },
            other: { ...standard, network: { network, range: "10.8.0.0/28" } },
        }));
        expect(errorsOf).toBe(
            'AppEngineApp "shop": services.other.network.range: [appengine/connector-range-overlaps]',
        );
    });

    test("of a flexible service needs a subnet in the application's region", async () => {
        const far = "europe-west3";
        expect(await networkErrorsOf((network) => ({ default: { ...flex, network } }), far)).toBe(
            'AppEngineApp "shop": services.default.network: [place/subnet-missing]',
        );
        expect(await networkErrorsOf((network) => ({ default: { ...flex, network: { network } } }), far)).toBe(
            'AppEngineApp "shop": services.default.network.network: [place/subnet-missing]',
        );
    });

    test("of a standard service is only configured with a connector", async () => {
        expect(await networkErrorsOf((network) => ({ default: { ...standard, network } }))).toContain(
            "services.default.network: must be an object with exactly one of connector, network",
        );
    });
});

test("a runtime whose support ends soon causes a warning, and is deployed", async () => {
    jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-11-20"));
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const php = folderOf({ "index.php": "" });
    const services = {
        default: { source: php, runtime: "php82" },
        board: { source: php },
        built: { flexible: true, source: php, runtime: { name: "php", version: "8.2" } },
    };
    await registered(() => shop(services));
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
        'AppEngineApp "shop": services.default.runtime: php82 can be deployed until 2026-12-31. Use php85.',
        'AppEngineApp "shop": services.built.runtime: php82 can be deployed until 2026-12-31. Use php85.',
    ]);
    jest.restoreAllMocks();
});

describe("runtimes that are not listed", () => {
    const source = folderOf({ "main.py": "app = None" });
    const services = {
        default: { source, runtime: "python399" },
        built: { flexible: true, source, runtime: { name: "python", version: "3.99" } },
    };
    beforeEach(() => jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-11-20")));
    afterEach(() => jest.restoreAllMocks());

    test("are refused, with a way out", async () => {
        const hint = "If Google Cloud added it since, update slipway or set allowUnlisted: true.";
        const message = await refused(() => shop(services));
        expect(message.split("\n")).toEqual([
            expect.stringMatching(
                /^AppEngineApp "shop": services\.default\.runtime: must be one of .* \(got "python399"\)/,
            ),
            `AppEngineApp "shop": services.built.runtime.version: must be one of 3.11, 3.12, 3.13, 3.14 (got "3.99"). ${hint}`,
        ]);
        expect(message.split("\n")[0]).toContain(hint);
    });

    test("are deployed with warnings if the application allows it", async () => {
        const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
        await registered(() => shop(services, { allowUnlisted: true }));
        expect(warn.mock.calls.map(([text]) => text)).toEqual([
            expect.stringMatching(
                /^AppEngineApp "shop": services\.default\.runtime: .* It is passed on because of allowUnlisted\.$/,
            ),
            'AppEngineApp "shop": services.built.runtime.version: must be one of 3.11, 3.12, 3.13, 3.14 (got "3.99"). It is passed on because of allowUnlisted.',
        ]);
    });
});

test.each<[string, object, string]>([
    ["standard", { ...standard, uses: { SALES: iamClient("sales") } }, "Set network: { network, range }, or"],
    [
        "flexible",
        { ...flex, uses: { SALES: iamClient("sales", { route: { ...routeBy(), subnetworkIn: () => undefined } }) } },
        "Add a subnet in europe-west1 to its network, set network: { network, subnet }, or",
    ],
])("a %s service that lacks the network of its database is refused with what to set", async (_, service, hint) => {
    expect(await told(() => shop({ default: service }))).toContain(hint);
});
