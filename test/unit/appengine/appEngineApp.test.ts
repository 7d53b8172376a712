import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import {
    AppEngineApp,
    type AppEngineAppArgs,
    ContainerImage,
    ContainerRegistry,
    Network,
    StorageBucket,
} from "slipway";
import { openByDefault } from "../../../lib/internal/network/ingress";
import { iamClient } from "../databaseClient";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs, registeredWhole } from "../registered";

const files = { "main.py": "app = None\n", "requirements.txt": "gunicorn\n" };
const source = folderOf(files);
const standard = { source } as const;
const image = `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:${"a".repeat(64)}`;
const flex = { flexible: true, image } as const;

const shop = (args: Partial<AppEngineAppArgs> = {}) =>
    new AppEngineApp("shop", { services: { default: standard }, ...args });

const hash = (algorithm: string, path: keyof typeof files) => createHash(algorithm).update(files[path]).digest("hex");
const email = (service: string) => `shop-${service}-app@acme-dev.iam.gserviceaccount.com`;
const member = (service: string) => `serviceAccount:${email(service)}`;
const bucket = "acme-dev-shop-appengine";

/** The resources of every application. */
const application = {
    "Application shop": {
        project: "acme-dev",
        locationId: "europe-west",
        servingStatus: "SERVING",
        sslPolicy: "MODERN",
        iap: { enabled: false },
        __provider: 'exports.handler = () => require("slipway/appengine/admin").application;',
    },
    "Provider shop": {},
};

/** The locations of the files. */
const uploaded = {
    "Bucket shop-source": {
        name: bucket,
        location: "europe-west1",
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy: true,
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } }],
    },
    ...Object.fromEntries(
        (["main.py", "requirements.txt"] as const).map((path) => [
            `BucketObject shop-${hash("sha256", path).slice(0, 12)}`,
            { bucket, name: hash("sha256", path), source: { file: `${source}/${path}` } },
        ]),
    ),
};

const account = (service: string) => ({
    [`Account shop-${service}`]: {
        accountId: `shop-${service}-app`,
        displayName: `Runs the App Engine service ${service}`,
    },
});

/** The handlers and settings of a version, which determine its ID. */
const rolledOut = (service: string, latest: unknown, more: object = {}) => ({
    [`Rollout shop-${service}`]: {
        project: "acme-dev",
        service,
        latest,
        split: { latest: 100 },
        shardBy: "COOKIE",
        migrate: false,
        keep: 5,
        __provider: 'exports.handler = () => require("slipway/appengine/admin").rollout;',
        ...more,
    },
    [`ServiceNetworkSettings shop-${service}`]: {
        service,
        networkSettings: { ingressTrafficAllowed: "INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB" },
    },
});

const onProject = (service: string, child: string, role: string) => ({
    [`IAMMember shop-${service}-${child}`]: { project: "acme-dev", role, member: member(service) },
});

/** The arguments of a standard service, without its version ID. */
const built = (service: string, latest: unknown, more: object = {}) => ({
    ...account(service),
    ...onProject(service, "create-on-push-writer", "roles/artifactregistry.createOnPushWriter"),
    ...onProject(service, "log-writer", "roles/logging.logWriter"),
    [`BucketIAMMember shop-${service}-source`]: {
        bucket,
        role: "roles/storage.objectViewer",
        member: member(service),
    },
    [`BucketIAMMember shop-${service}-staging`]: {
        bucket: "staging.acme-dev.appspot.com",
        role: "roles/storage.objectUser",
        member: member(service),
    },
    [`BucketIAMMember shop-${service}-staging-bucket`]: {
        bucket: "staging.acme-dev.appspot.com",
        role: "roles/storage.legacyBucketReader",
        member: member(service),
    },
    ...rolledOut(service, latest, more),
});

const always = {
    securityLevel: "SECURE_ALWAYS",
    redirectHttpResponseCode: "REDIRECT_HTTP_RESPONSE_CODE_301",
    login: "LOGIN_OPTIONAL",
    authFailAction: "AUTH_FAIL_ACTION_REDIRECT",
};

/** The version of a bare standard service. */
const bareVersion = (service = "default", versionId: unknown = expect.stringMatching(/^v[0-9a-f]{8}$/)) => ({
    versionId,
    service,
    runtime: "python313",
    entrypoint: { shell: "" },
    deployment: {
        files: (["main.py", "requirements.txt"] as const).map((name) => ({
            name,
            sha1Sum: hash("sha1", name),
            sourceUrl: `https://storage.googleapis.com/${bucket}/${hash("sha256", name)}`,
        })),
    },
    serviceAccount: email(service),
    envVariables: {},
    handlers: [{ urlRegex: "/.*", script: { scriptPath: "auto" }, ...always }],
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

type Version = { versionId: string; envVariables: Record<string, string>; betaSettings?: object; network?: object };

async function versionOf(args: Partial<AppEngineAppArgs>, service = "default"): Promise<Version> {
    const made = await registered(() => shop(args));
    return (made[`StandardAppVersion shop-${service}`] ?? made[`FlexibleAppVersion shop-${service}`]) as Version;
}

test("an application with one standard service has only the necessary resources", async () => {
    const { versionId } = await versionOf({});
    expect(await registered(() => shop())).toEqual({
        ...application,
        ...uploaded,
        ...built("default", versionId),
        "StandardAppVersion shop-default": bareVersion(),
    });
});

test("a service from an image can pull it and write logs and metrics, and is in the environment's network", async () => {
    const made = await registered(() => {
        const registry = new ContainerRegistry("app");
        const predict = new ContainerImage("predict", { registry, digest: `sha256:${"a".repeat(64)}` });
        shop({ services: { default: { flexible: true, image: predict } } });
    });
    const own = Object.fromEntries(Object.entries(made).filter(([key]) => key.includes("shop")));
    const { versionId } = made["FlexibleAppVersion shop-default"] as Version;
    expect(own).toEqual({
        ...application,
        ...account("default"),
        ...onProject("default", "log-writer", "roles/logging.logWriter"),
        ...onProject("default", "metric-writer", "roles/monitoring.metricWriter"),
        "RepositoryIamMember shop-default-app-reader": {
            project: "acme-dev",
            location: "europe-west1",
            repository: "app",
            role: "roles/artifactregistry.reader",
            member: member("default"),
        },
        ...rolledOut("default", versionId),
        "FlexibleAppVersion shop-default": expect.objectContaining({
            versionId: expect.stringMatching(/^v[0-9a-f]{8}$/),
            service: "default",
            runtime: "custom",
            deployment: { container: { image } },
            serviceAccount: email("default"),
            network: expect.objectContaining({ subnetwork: expect.any(String) }),
        }),
    });
});

test("a service from an image has no access to the files of other services", async () => {
    const made = await registered(() => shop({ services: { default: standard, predictions: flex } }));
    expect(Object.keys(made).filter((key) => /^BucketIAMMember |-predictions-.*writer$/.test(key))).toEqual([
        "BucketIAMMember shop-default-source",
        "BucketIAMMember shop-default-staging",
        "BucketIAMMember shop-default-staging-bucket",
        "IAMMember shop-predictions-log-writer",
        "IAMMember shop-predictions-metric-writer",
    ]);
});

test("files of two services are uploaded once, and other services wait for the first version of default", async () => {
    const services = { staging: standard, default: standard };
    const made = await registered(() => shop({ services }));
    expect(Object.keys(made).filter((key) => key.startsWith("BucketObject"))).toHaveLength(2);
    const options = await registeredOptions(() => shop({ services }));
    expect(options["StandardAppVersion shop-staging"]?.after).toContain("StandardAppVersion shop-default");
});

test("a version ID depends only on what determines the version", async () => {
    const same = folderOf(files);
    const first = await versionOf({});
    expect((await versionOf({ services: { default: { ...standard, source: same } } })).versionId).toBe(first.versionId);
    expect((await versionOf({ services: { default: { ...standard, keep: 2, ingress: "internal" } } })).versionId).toBe(
        first.versionId,
    );
    // The files are in a bucket of each project.
    const elsewhere = await registered(() => shop(), { config: { "gcp:project": "acme-prod" } });
    expect(elsewhere["StandardAppVersion shop-default"]).toMatchObject({ versionId: first.versionId });
    const others = [
        { ...standard, env: { COLOUR: "red" } },
        { ...standard, env: { COLOUR: "blue" } },
        { ...standard, instanceClass: "F2" },
        { ...standard, entrypoint: "gunicorn -b :$PORT main:app" },
        { ...standard, source: folderOf({ ...files, "main.py": "app = 1\n" }) },
        { ...standard, source: folderOf({ ...files, "other.py": files["main.py"] }) },
    ] as const;
    const ids: string[] = [];
    for (const one of others) {
        ids.push((await versionOf({ services: { default: one } })).versionId);
    }
    expect(new Set([first.versionId, ...ids]).size).toBe(others.length + 1);
});

test("a transform that changes a version creates a new version", async () => {
    const transform = { version: { runtimeApiVersion: "1" } };
    const { versionId } = await versionOf({ services: { default: { ...standard, transform } } });
    expect(versionId).not.toBe((await versionOf({})).versionId);
});

test("a service can use capabilities of other components, a queue of its application, and the address of another service", async () => {
    const made = await registered(() =>
        shop({
            services: {
                default: {
                    ...standard,
                    ingress: "all",
                    env: { LEVEL: "info" },
                    uses: {
                        MODELS: new StorageBucket("models").reader,
                        MAILS: { queue: "mails" },
                        PREDICTIONS: { service: "predictions" },
                        SELF: { service: "default" },
                    },
                },
                predictions: { ...standard, ingress: "all" },
            },
            queues: { mails: { name: "mails" } },
        }),
    );
    expect((made["StandardAppVersion shop-default"] as Version).envVariables).toEqual({
        LEVEL: "info",
        MODELS: "acme-dev-models",
        MAILS: "projects/acme-dev/locations/europe-west1/queues/mails",
        PREDICTIONS: "https://predictions-dot-acme-dev.ew.r.appspot.com",
        SELF: "https://acme-dev.ew.r.appspot.com",
    });
    expect(made).toHaveProperty("BucketIAMMember shop-default-models-object-viewer");
    expect(made["QueueIamMember shop-default-shop-mails-enqueuer"]).toMatchObject({
        role: "roles/cloudtasks.enqueuer",
        member: member("default"),
    });
});

const sockets = (client: ReturnType<typeof iamClient>) => ({ uses: { DATABASE: client } });
const both = iamClient("sales", { hasPublicAddress: true });

test("a database with a public address is reached through App Engine's socket", async () => {
    const { envVariables } = await versionOf({ services: { default: { ...standard, ...sockets(both) } } });
    expect(envVariables).toEqual({
        DATABASE: `postgres ${member("default")} by /cloudsql`,
        DATABASE_INSTANCE: "acme-dev:europe-west1:sales",
    });
});

test("a flexible service has each instance's socket once", async () => {
    const uses = { DATABASE: both, AGAIN: both, OTHER: iamClient("stock", { hasPublicAddress: true }) };
    const { betaSettings } = await versionOf({ services: { default: { ...flex, uses } } });
    expect(betaSettings).toEqual({
        cloud_sql_instances: "acme-dev:europe-west1:sales,acme-dev:europe-west1:stock",
    });
});

test("a database with a private address is reached through the service's own connector", async () => {
    const made = await registered(() => {
        const network = new Network("apps");
        const route = { network: network.network, subnetworkIn: () => undefined };
        const uses = { DATABASE: iamClient("sales", { route }) };
        shop({ services: { default: { ...standard, uses, network: { network, range: "10.8.0.0/28" } } } });
    });
    expect(made["Connector shop-default"]).toEqual({
        name: "shop-default",
        region: "europe-west1",
        network: "apps",
        ipCidrRange: "10.8.0.0/28",
        machineType: "e2-micro",
        minInstances: 2,
        maxInstances: 3,
    });
    expect(made["StandardAppVersion shop-default"]).toMatchObject({
        vpcAccessConnector: {
            name: "projects/acme-dev/locations/europe-west1/connectors/shop-default",
            egressSetting: "PRIVATE_IP_RANGES",
        },
        envVariables: { DATABASE: `postgres ${member("default")} by the network` },
    });
});

test("a flexible service is in its database's network", async () => {
    const { network, betaSettings } = await versionOf({
        services: { default: { ...flex, uses: { DATABASE: iamClient("sales") } } },
    });
    expect(network).toMatchObject({ name: "apps", subnetwork: "apps" });
    expect(betaSettings).toBeUndefined();
});

test("in production a service is retained, and the application always is", async () => {
    const made = await registeredOptions(() => shop(), { kind: "production" });
    expect(made["Rollout shop-default"]).toMatchObject({ protect: true });
    expect(made["Application shop"]).toMatchObject({ retainOnDelete: true });
    expect(made["StandardAppVersion shop-default"]).toMatchObject({ retainOnDelete: true });
});

test("the state of a flexible version is the rollout's: it stops versions without traffic", async () => {
    const made = await registeredOptions(() => shop({ services: { default: flex } }));
    expect(made["FlexibleAppVersion shop-default"]).toMatchObject({ ignoreChanges: ["servingStatus"] });
});

test("an application with members of Identity-Aware Proxy enables it, and its client's secret is a secret in the state", async () => {
    const inputsWith = async (iap: AppEngineAppArgs["iap"]) =>
        (await registered(() => shop({ iap })))["Application shop"];
    const members: ["group:shop@acme.dev"] = ["group:shop@acme.dev"];
    expect(await inputsWith({ members })).toEqual({ ...application["Application shop"], iap: { enabled: true } });
    const oauth2ClientId = "123-abc.apps.googleusercontent.com";
    expect(await inputsWith({ members, oauth2ClientId, oauth2ClientSecret: pulumi.output("canary") })).toEqual({
        ...application["Application shop"],
        iap: { enabled: true, oauth2ClientId, oauth2ClientSecret: { secret: "canary" } },
    });
});

test("a service is public only by its ingress, or if Identity-Aware Proxy lets in only its members", async () => {
    const ingressOf = async (args: object, service: object = {}) => {
        const made = await registered(() => shop({ services: { default: { ...standard, ...service } }, ...args }));
        return made["ServiceNetworkSettings shop-default"];
    };
    const settings = (from: string) => ({
        service: "default",
        networkSettings: { ingressTrafficAllowed: `INGRESS_TRAFFIC_ALLOWED_${from}` },
    });
    expect(await ingressOf({})).toEqual(settings("INTERNAL_AND_LB"));
    expect(await ingressOf({}, { ingress: "all" })).toEqual(settings("ALL"));
    expect(await ingressOf({ iap: { members: ["group:shop@acme.dev"] } })).toEqual(settings("ALL"));
    expect(await refused(() => shop({ domains: { "shop.acme.dev": {} } }))).toBe(
        'AppEngineApp "shop": domains.shop.acme.dev: [appengine/domain-without-service]',
    );
});

test("an application whose default service another program deploys has its address, and domains lead there", async () => {
    const program = () => shop({ services: { worker: standard }, domains: { "shop.acme.dev": {} } });
    const { inputs, outputs } = await registeredWhole(program);
    expect(Object.keys(inputs)).toContain("DomainMapping shop-shop.acme.dev");
    expect(outputs["AppEngineApp shop"]).toMatchObject({ url: "https://acme-dev.ew.r.appspot.com" });
});

test("a domain leads to another service that gets requests from the internet", async () => {
    const services = { default: standard, board: { ...standard, ingress: "all" as const } };
    expect(await registered(() => shop({ services, domains: { "shop.acme.dev": {} } }))).toHaveProperty([
        "DomainMapping shop-shop.acme.dev",
    ]);
});

test("a service that is called from outside of the networks must have ingress settings", async () => {
    const called = (more: object, service: object = {}, caller: object = {}) =>
        shop({
            services: {
                default: { ...standard, ...caller },
                predictions: { ...standard, ...service },
            },
            ...more,
        });
    const uses = { PREDICTIONS: { service: "predictions" } };
    const target = { service: "predictions" };
    const cron = { train: { cron: "0 3 * * *", path: "/train", ...target } };
    const connector = "projects/acme-dev/locations/europe-west1/connectors/apps";
    const twice = { mails: { name: "mails" }, letters: { name: "mails" } };
    expect(await refused(() => called({ queues: twice }, {}, { ingress: "all" }))).toBe(
        'AppEngineApp "shop": queues.letters.name: [appengine/queue-name-twice]',
    );
    expect(await refused(() => called({ cron, queues: { mails: target } }, {}, { uses }))).toBe(
        'AppEngineApp "shop": services.predictions.ingress: [appengine/ingress-missing]',
    );
    for (const program of [
        () => called({ cron }, { ingress: "all" }),
        () => called({ cron }, { ingress: "internal" }),
        () => called({ cron, iap: { members: ["group:shop@acme.dev"] } }),
        () => called({}, {}, { uses, network: { connector, egress: "all-traffic" } }),
        () => called({}, {}, { uses: { SELF: { service: "default" } } }),
    ]) {
        expect(await registered(program)).toHaveProperty("ServiceNetworkSettings shop-predictions");
    }
});

test.each<[string, Partial<AppEngineAppArgs>, string[]]>([
    ["no job or queue", {}, ["2147483646"]],
    ["a job", { cron: { train: { cron: "0 3 * * *", path: "/train" } } }, ["2147483645", "2147483646"]],
    ["a queue", { queues: { mails: { name: "mails" } } }, ["2147483645", "2147483646"]],
])("a firewall that denies by default, of an application with %s, has these rules", async (_, more, priorities) => {
    const services = { default: { ...standard, ingress: "all" as const } };
    const made = await registered(() => shop({ services, firewall: { default: "deny" }, ...more }));
    expect(Object.keys(made).filter((key) => key.startsWith("FirewallRule "))).toEqual(
        priorities.map((priority) => `FirewallRule shop-firewall-${priority}`),
    );
});

test.each<[string, Partial<AppEngineAppArgs>, boolean]>([
    ["nothing else", {}, true],
    ["a domain", { domains: { "shop.acme.dev": {} } }, false],
    ["a job", { cron: { train: { cron: "0 3 * * *", path: "/train" } } }, false],
])("with %s, it is known whether a service with IAP has its own address only by default", async (_, more, isOpen) => {
    const owners: unknown[] = [];
    await registered(() => {
        const { services } = shop({ iap: { members: ["group:shop@acme.dev"] }, ...more });
        owners.push(openByDefault(services.default?.version as pulumi.Resource));
    });
    expect(owners).toEqual([isOpen ? 'services.default of AppEngineApp "shop"' : undefined]);
});

test("resources beside the services wait for the services that they refer to, and a firewall is created before the services", async () => {
    const made = await registeredOptions(() =>
        shop({
            dispatch: [{ url: "*/*", service: "default" }],
            domains: { "shop.acme.dev": {} },
            firewall: { default: "deny", rules: { 1000: { action: "allow", range: "203.0.113.0/24" } } },
            cron: { nightly: { cron: "0 3 * * *", path: "/nightly" } },
            iap: { members: ["group:shop@acme.dev"] },
        }),
    );
    for (const key of [
        "ApplicationUrlDispatchRules shop-dispatch",
        "DomainMapping shop-shop.acme.dev",
        "Job shop-nightly",
    ]) {
        expect(made[key]?.after).toContain("Rollout shop-default");
    }
    expect(made["StandardAppVersion shop-default"]?.after).toContain("FirewallRule shop-firewall-1000");
});

test("the outputs of the component are the application, and the address of the default service", async () => {
    const application = { resource: "Application shop" };
    expect((await registeredOutputs(() => shop()))["AppEngineApp shop"]).toEqual({
        application,
        url: "https://acme-dev.ew.r.appspot.com",
    });
});

test("a preview with unknown outputs registers the same resources", async () => {
    const program = () =>
        shop({
            services: {
                default: {
                    ...standard,
                    ...sockets(both),
                    ingress: "all",
                    uses: { MAILS: { queue: "mails" }, DATABASE: both },
                },
                predictions: flex,
            },
            queues: { mails: { service: "default" } },
            domains: { "shop.acme.dev": {} },
        });
    const keys = async (preview: boolean) => Object.keys(await registered(program, { preview }));
    expect(await keys(true)).toEqual(await keys(false));
});
