import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunService,
    CloudSqlInstance,
    ContainerImage,
    ContainerRegistry,
    Network,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
    Secret,
    ServerlessFunction,
    StorageBucket,
} from "slipway";
import { openByDefault } from "../../../lib/internal/network/ingress";
import { lookUpService } from "../../../lib/run/revision";
import { client, routeBy } from "../databaseClient";
import { folderOf } from "../folders";
import { source } from "../predicting";
import { problemsIn, registered, registeredOptions, registeredOutputs, registeredWhole } from "../registered";
import { container, image, made, serving, template } from "../serving";

interface Template {
    containers: Record<string, unknown>[];
    volumes?: object[];
    vpcAccess?: object;
}

/** The service of a program, without what depends on the name of its revision. */
async function serviceOf(program: () => unknown, stack: Parameters<typeof registered>[1] = {}, name = "web") {
    const all = await registered(program, stack);
    const { traffics: _, ...service } = all[`Service ${name}`] as { template: Template; traffics: object[] };
    const { revision: __, ...rest } = service.template as Template & { revision: string };
    return { ...service, template: rest };
}

const { traffics: _, ...bareService } = made["Service web"];
const { revision: __, ...bareTemplate } = template;
const bare = { ...bareService, template: bareTemplate };

/** A bare service with other parts. */
const withParts = (service: object, ofTemplate: object = {}, ofContainer: object = {}) => ({
    ...bare,
    ...service,
    template: { ...bareTemplate, ...ofTemplate, containers: [{ ...container, ...ofContainer }] },
});

test("a bare service is private, has an account of its own and no grants", async () => {
    expect(await registered(() => serving())).toEqual(made);
});

test("a service waits for its APIs and grants, and ignores the names of tools", async () => {
    const options = await registeredOptions(() => serving({ uses: { MODELS: new StorageBucket("models").reader } }));
    expect(options["Service web"]).toEqual({
        parent: "CloudRunService web",
        provider: "Provider dev",
        deleteBeforeReplace: true,
        ignoreChanges: ["client", "clientVersion"],
        after: [
            "Account web-run",
            "Bucket models",
            "BucketIAMMember web-models-object-viewer",
            "BucketIAMMember web-models-storage-bucket-viewer",
            "Service iam",
            "Service run",
        ],
        aliases: ["web-europe-west1"],
    });
});

test("a service in production has a minimum instance, and is protected", async () => {
    expect(await serviceOf(() => serving(), { kind: "production" })).toEqual(
        withParts(
            {
                deletionProtection: true,
                scaling: { scalingMode: "AUTOMATIC", minInstanceCount: 1, maxInstanceCount: 100 },
            },
            { scaling: { minInstanceCount: 0, maxInstanceCount: 100 } },
        ),
    );
    const options = await registeredOptions(() => serving(), { kind: "production" });
    expect(options["Service web"]).toMatchObject({ protect: true });
});

test("the outputs of the component are the service and its URL", async () => {
    expect(await registeredOutputs(() => serving())).toEqual({
        "CloudRunService web": { service: { resource: "Service web" }, url: "https://web-1a2b3c-ew.a.run.app" },
    });
});

const http = (path: string, port = 8080) => ({ httpGet: { path, port } });
const times = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };
const { initialDelaySeconds: ___, ...readinessTimes } = times;

const options: [string, object, object][] = [
    ["public", { public: true }, withParts({ ingress: "INGRESS_TRAFFIC_ALL", invokerIamDisabled: true })],
    ["internal", { ingress: "internal" }, withParts({ ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" })],
    [
        "public in the network",
        { public: true, ingress: "internal" },
        withParts({ ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY", invokerIamDisabled: true }),
    ],
    ["private from everywhere", { ingress: "all" }, withParts({ ingress: "INGRESS_TRAFFIC_ALL" })],
    ["without a default URL", { defaultUrl: false }, withParts({ defaultUriDisabled: true })],
    [
        "a port and HTTP/2",
        { port: 50_051, http2: true },
        withParts({}, {}, { ports: { containerPort: 50_051, name: "h2c" } }),
    ],
    [
        "a command",
        { command: ["node"], args: ["main.js"], workingDirectory: "/app" },
        withParts({}, {}, { commands: ["node"], args: ["main.js"], workingDir: "/app" }),
    ],
    [
        "variables, by name",
        { env: { LEVEL: "info", AGE: pulumi.output("3") } },
        withParts(
            {},
            {},
            {
                envs: [
                    { name: "AGE", value: "3" },
                    { name: "LEVEL", value: "info" },
                ],
            },
        ),
    ],
    [
        "four CPUs at all times, without a boost",
        { cpu: 4, memory: "4Gi", cpuAlways: true, startupBoost: false },
        withParts(
            {},
            {},
            { resources: { limits: { cpu: "4", memory: "4Gi" }, cpuIdle: false, startupCpuBoost: false } },
        ),
    ],
    ["CPUs only during requests, which is the default", { cpuAlways: false }, withParts({}, {}, {})],
    [
        "half a CPU, for one request at a time",
        { cpu: "500m", memory: "128Mi" },
        withParts(
            {},
            { maxInstanceRequestConcurrency: 1 },
            { resources: { limits: { cpu: "500m", memory: "128Mi" }, cpuIdle: true, startupCpuBoost: true } },
        ),
    ],
    [
        "a GPU, with its minimum size and CPUs at all times",
        { gpu: "nvidia-l4" },
        withParts(
            { scaling: { scalingMode: "AUTOMATIC", minInstanceCount: 0, maxInstanceCount: 1 } },
            {
                scaling: { minInstanceCount: 0, maxInstanceCount: 1 },
                nodeSelector: { accelerator: "nvidia-l4" },
                gpuZonalRedundancyDisabled: true,
                executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
            },
            {
                resources: {
                    limits: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" },
                    cpuIdle: false,
                    startupCpuBoost: true,
                },
            },
        ),
    ],
    [
        "a larger GPU in several zones",
        { gpu: { type: "nvidia-rtx-pro-6000", zonalRedundancy: true }, memory: "96Gi" },
        withParts(
            { scaling: { scalingMode: "AUTOMATIC", minInstanceCount: 0, maxInstanceCount: 1 } },
            {
                scaling: { minInstanceCount: 0, maxInstanceCount: 1 },
                nodeSelector: { accelerator: "nvidia-rtx-pro-6000" },
                gpuZonalRedundancyDisabled: false,
                executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
            },
            {
                resources: {
                    limits: { cpu: "20", memory: "96Gi", "nvidia.com/gpu": "1" },
                    cpuIdle: false,
                    startupCpuBoost: true,
                },
            },
        ),
    ],
    [
        "bounds of instances",
        { scaling: { min: 2, max: 20, concurrency: 10, revision: { min: 1, max: 5 } } },
        withParts(
            { scaling: { scalingMode: "AUTOMATIC", minInstanceCount: 2, maxInstanceCount: 20 } },
            { maxInstanceRequestConcurrency: 10, scaling: { minInstanceCount: 1, maxInstanceCount: 5 } },
        ),
    ],
    [
        "a minimum above the default maximum",
        { scaling: { min: 7 } },
        withParts(
            { scaling: { scalingMode: "AUTOMATIC", minInstanceCount: 7, maxInstanceCount: 7 } },
            { scaling: { minInstanceCount: 0, maxInstanceCount: 7 } },
        ),
    ],
    [
        "a number of instances",
        { scaling: { instances: 0, concurrency: 5 } },
        withParts(
            { scaling: { scalingMode: "MANUAL", manualInstanceCount: 0 } },
            { maxInstanceRequestConcurrency: 5, scaling: { minInstanceCount: 0, maxInstanceCount: 1 } },
        ),
    ],
    [
        "a timeout, affinity and generation",
        { timeout: "3600 seconds", sessionAffinity: true, executionEnvironment: "gen1" },
        withParts({}, { timeout: "3600s", sessionAffinity: true, executionEnvironment: "EXECUTION_ENVIRONMENT_GEN1" }),
    ],
    [
        "the path of the startup probe",
        { health: "/ready" },
        withParts({}, {}, { startupProbe: { ...times, ...http("/ready") } }),
    ],
    [
        "probes",
        {
            health: {
                startup: {
                    tcp: 9090,
                    initialDelay: "5 seconds",
                    interval: "2 seconds",
                    timeout: "2 seconds",
                    unhealthyThreshold: 120,
                },
                liveness: { path: "/live", port: 9091, headers: { "X-Probe": "1" }, interval: "3600 seconds" },
            },
        },
        withParts(
            {},
            {},
            {
                startupProbe: {
                    initialDelaySeconds: 5,
                    periodSeconds: 2,
                    timeoutSeconds: 2,
                    failureThreshold: 120,
                    tcpSocket: { port: 9090 },
                },
                livenessProbe: {
                    ...times,
                    periodSeconds: 3600,
                    httpGet: { path: "/live", port: 9091, httpHeaders: [{ name: "X-Probe", value: "1" }] },
                },
            },
        ),
    ],
    [
        "the longest interval of a startup probe that fails three times",
        { health: { startup: { path: "/ready", interval: "80 seconds" } } },
        withParts({}, {}, { startupProbe: { ...times, periodSeconds: 80, ...http("/ready") } }),
    ],
    [
        "a probe that is left out by a condition",
        { health: { startup: "/ready", liveness: undefined } },
        withParts({}, {}, { startupProbe: { ...times, ...http("/ready") } }),
    ],
    [
        "probes of gRPC, and of readiness",
        { health: { startup: { grpc: "" }, liveness: { grpc: "shop.Health" }, readiness: "/ready" }, http2: true },
        withParts(
            { launchStage: "BETA" },
            {},
            {
                ports: { containerPort: 8080, name: "h2c" },
                startupProbe: { ...times, grpc: { port: 8080 } },
                livenessProbe: { ...times, grpc: { port: 8080, service: "shop.Health" } },
                readinessProbe: { ...readinessTimes, ...http("/ready") },
            },
        ),
    ],
    [
        "a key and Binary Authorization",
        {
            encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales",
            binaryAuthorization: "default",
            crossProject: undefined,
        },
        withParts(
            { binaryAuthorization: { useDefault: true } },
            { encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales" },
        ),
    ],
    [
        "a policy",
        { binaryAuthorization: pulumi.output("projects/acme-dev/platforms/cloudRun/policies/signed") },
        withParts({ binaryAuthorization: { policy: "projects/acme-dev/platforms/cloudRun/policies/signed" } }),
    ],
    [
        "audiences",
        { customAudiences: ["https://shop.acme.dev"] },
        withParts({ customAudiences: ["https://shop.acme.dev"] }),
    ],
    [
        "a description and labels",
        { description: "The shop.", labels: { team: "shop" } },
        withParts({ description: "The shop.", labels: { team: "shop" } }, { labels: { team: "shop" } }),
    ],
    [
        "a connector",
        { network: { connector: "projects/acme-dev/locations/europe-west1/connectors/apps", egress: "all-traffic" } },
        withParts(
            {},
            {
                vpcAccess: {
                    connector: "projects/acme-dev/locations/europe-west1/connectors/apps",
                    egress: "ALL_TRAFFIC",
                },
            },
        ),
    ],
    [
        "a subnet",
        { network: { subnet: "apps", network: "acme", tags: ["web"] } },
        withParts(
            {},
            {
                vpcAccess: {
                    networkInterfaces: [{ subnetwork: "apps", network: "acme", tags: ["web"] }],
                    egress: "PRIVATE_RANGES_ONLY",
                },
            },
        ),
    ],
];

test.each([20, 22, 24, 26, 28, 30])("a larger GPU can have %d CPUs", async (cpu) => {
    const made = await registered(() => serving({ gpu: "nvidia-rtx-pro-6000", cpu, memory: "96Gi" }));
    expect(made["Service web"]).toMatchObject({
        template: { containers: [{ resources: { limits: { cpu: String(cpu) } } }] },
    });
});

test.each(options)("%s", async (_, args, service) => {
    expect(await serviceOf(() => serving(args))).toEqual(service);
});

test("a network is that of a component, with Cloud NAT for all traffic", async () => {
    const program = () => {
        const network = new Network("apps");
        serving({ network: { network, egress: "all-traffic" } });
    };
    expect((await serviceOf(program)).template.vpcAccess).toEqual({
        networkInterfaces: [
            {
                network: "projects/acme-dev/global/networks/apps",
                subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/apps-default",
            },
        ],
        egress: "ALL_TRAFFIC",
    });
    const { "Service web": service } = await registeredOptions(program);
    expect(service?.after).toContain("RouterNat apps-europe-west1");
});

test("secrets are variables and files by reference, with their versions", async () => {
    const { containers, volumes } = (
        await serviceOf(() => {
            const key = new Secret("key");
            serving({ uses: { KEY: key.reader, KEY_FILE: key.file("/secrets/key/text") } });
        })
    ).template;
    expect(containers[0]).toEqual({
        ...container,
        envs: [
            { name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "1" } } },
            { name: "KEY_FILE", value: "/secrets/key/text" },
        ],
        volumeMounts: [{ name: "secret-secrets-key", mountPath: "/secrets/key" }],
    });
    expect(volumes).toEqual([
        {
            name: "secret-secrets-key",
            secret: { secret: "key", defaultMode: 0o444, items: [{ path: "text", version: "1" }] },
        },
    ]);
});

test.each([
    ["with capital letters", "/secrets/Key", /^secret-secrets-key-[0-9a-f]{6}$/],
    ["with a long path", `/secrets/${"k".repeat(60)}`, /^secret-secrets-k{41}-[0-9a-f]{6}$/],
])("a folder of secrets %s is a volume with a name of its own", async (_, folder, name) => {
    const { containers, volumes } = (
        await serviceOf(() => serving({ uses: { KEY_FILE: new Secret("key").file(`${folder}/text`) } }))
    ).template;
    expect(volumes).toEqual([expect.objectContaining({ name: expect.stringMatching(name) })]);
    expect(containers[0]?.volumeMounts).toEqual([{ name: expect.stringMatching(name), mountPath: folder }]);
});

test("a secret of another project is named by its path", async () => {
    const secret = "projects/acme-shared/secrets/key";
    const uses = { KEY: { grants: [], attachments: [{ kind: "secret-variable", secret, version: "latest" }] } };
    const { containers } = (await serviceOf(() => serving({ uses }))).template;
    expect(containers[0]?.envs).toEqual([
        { name: "KEY", valueSource: { secretKeyRef: { secret, version: "latest" } } },
    ]);
});

test("a database with a public address is connected by a socket, and needs no network", async () => {
    const all = await registered(() => {
        const database = new CloudSqlInstance("sales", { network: false, publicAddress: true });
        serving({ uses: { DATABASE: database.client } });
    });
    const found = JSON.parse(JSON.stringify(all["Service web"]).replaceAll(/\bsales-[0-9a-f]{6}\b/g, "sales-1a2b3c"));
    const instance = "acme-dev:europe-west1:sales-1a2b3c";
    expect(found.template.vpcAccess).toBeUndefined();
    expect(found.template.containers[0]).toEqual({
        ...container,
        envs: [
            { name: "DATABASE", value: `postgresql://web-run%40acme-dev.iam@/postgres?host=/cloudsql/${instance}` },
            { name: "DATABASE_INSTANCE", value: instance },
        ],
        volumeMounts: [{ name: "cloudsql", mountPath: "/cloudsql" }],
    });
    expect(found.template.volumes).toEqual([{ name: "cloudsql", cloudSqlInstance: { instances: [instance] } }]);
    expect(Object.keys(all)).toEqual(
        expect.arrayContaining(["IAMMember web-sales-client", "IAMMember web-sales-instance-user"]),
    );
});

/** What a service uses: a handmade database. */
const using = (more: object) => ({ uses: { DATABASE: { grants: [], attachments: [client("sales", more)] } } });

const ways: [string, object, string, boolean][] = [
    ["a private address", using({}), "by the network", true],
    ["a public address", using({ addressType: "public", route: undefined }), "by /cloudsql", false],
    ["both addresses", using({ hasPublicAddress: true }), "by /cloudsql", false],
    [
        "both addresses, if all traffic goes through the network",
        {
            ...using({ hasPublicAddress: true, route: routeBy() }),
            network: { subnet: "apps", egress: "all-traffic" },
        },
        "by the network",
        true,
    ],
    [
        "a public address of SQL Server",
        using({ engine: "sqlserver", addressType: "public", route: undefined }),
        "by the network",
        false,
    ],
];

test.each(ways)("a database with %s is connected %s", async (_, args, way, hasNetwork) => {
    const { containers, vpcAccess, volumes } = (await serviceOf(() => serving(args))).template;
    const [main] = containers as { envs: { name: string; value: string }[] }[];
    expect(main?.envs.find(({ name }) => name === "DATABASE")?.value).toMatch(new RegExp(`${way}$`));
    expect([vpcAccess !== undefined, volumes !== undefined]).toEqual([hasNetwork, way === "by /cloudsql"]);
});

test("volumes are buckets, memory and NFS, with the grants that they need", async () => {
    const program = () =>
        serving({
            network: { subnet: "apps" },
            volumes: {
                models: {
                    path: "/models",
                    bucket: new StorageBucket("models"),
                    readOnly: true,
                    options: ["implicit-dirs"],
                },
                uploads: { path: "/uploads", bucket: new StorageBucket("uploads") },
                cache: { path: "/cache", memory: "64Mi" },
                share: { path: "/mnt/share", nfs: { server: "10.0.0.2", path: "/share" }, readOnly: true },
            },
        });
    const service = await serviceOf(program);
    expect(service.template).toMatchObject({
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        volumes: [
            { name: "models", gcs: { bucket: "acme-dev-models", readOnly: true, mountOptions: ["implicit-dirs"] } },
            { name: "uploads", gcs: { bucket: "acme-dev-uploads", readOnly: false } },
            { name: "cache", emptyDir: { medium: "MEMORY", sizeLimit: "64Mi" } },
            { name: "share", nfs: { server: "10.0.0.2", path: "/share", readOnly: true } },
        ],
    });
    expect(service.template.containers[0]?.volumeMounts).toEqual([
        { name: "models", mountPath: "/models" },
        { name: "uploads", mountPath: "/uploads" },
        { name: "cache", mountPath: "/cache" },
        { name: "share", mountPath: "/mnt/share" },
    ]);
    const grants = Object.keys(await registered(program)).filter((key) => key.startsWith("BucketIAMMember"));
    expect(grants).toEqual(["BucketIAMMember web-models-object-viewer", "BucketIAMMember web-uploads-object-user"]);
});

test("a sidecar has its own image, variables, secrets and size, and starts first", async () => {
    const other = `docker.io/acme/proxy@sha256:${"0c".repeat(32)}`;
    const program = () => {
        const key = new Secret("key");
        serving({
            uses: { KEY_FILE: key.file("/secrets/key") },
            volumes: { cache: { path: "/cache", memory: "64Mi" } },
            sidecars: {
                proxy: {
                    image: other,
                    args: ["--quiet"],
                    uses: { KEY_FILE: key.file("/secrets/key") },
                    env: { LEVEL: "info" },
                    cpu: "500m",
                    memory: "256Mi",
                    health: { startup: { tcp: 9000 }, liveness: { path: "/live", port: 9000 } },
                    volumes: ["cache"],
                },
            },
            startAfter: ["proxy"],
        });
    };
    const { containers, volumes } = (await serviceOf(program)).template;
    expect(containers.map(({ name }) => name)).toEqual(["web", "proxy"]);
    expect(containers[0]?.dependsOns).toEqual(["proxy"]);
    expect(containers[1]).toEqual({
        name: "proxy",
        image: other,
        args: ["--quiet"],
        envs: [
            { name: "KEY_FILE", value: "/secrets/key" },
            { name: "LEVEL", value: "info" },
        ],
        resources: { limits: { cpu: "500m", memory: "256Mi" }, cpuIdle: true, startupCpuBoost: true },
        startupProbe: { ...times, tcpSocket: { port: 9000 } },
        livenessProbe: { ...times, ...http("/live", 9000) },
        volumeMounts: [
            { name: "proxy-secret-secrets", mountPath: "/secrets" },
            { name: "cache", mountPath: "/cache" },
        ],
    });
    expect(volumes).toHaveLength(3);
    const grants = Object.keys(await registered(program)).filter((key) => key.startsWith("SecretIamMember"));
    expect(grants).toEqual(["SecretIamMember web-key-secret-accessor"]);
});

test("a service whose URL the API does not know has an empty one", async () => {
    const urls: string[] = [];
    await registered(() => {
        const web = serving();
        Object.assign(web.service, { uri: pulumi.output(undefined) });
        web.url.apply((url) => urls.push(url));
    });
    expect(urls).toEqual([""]);
});

test("a service can have nine sidecars", async () => {
    const sidecars = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((each) => [`side${each}`, { image }]));
    expect((await serviceOf(() => serving({ sidecars }))).template.containers).toHaveLength(10);
});

test("a sidecar starts after the main container, whose port says when it has started", async () => {
    const sidecars = { logs: { image: `docker.io/acme/logs@sha256:${"0c".repeat(32)}`, startAfter: ["web"] } };
    const { containers } = (await serviceOf(() => serving({ sidecars }))).template;
    expect(containers.map(({ name, dependsOns }) => [name, dependsOns])).toEqual([
        ["web", undefined],
        ["logs", ["web"]],
    ]);
});

test("an image of the program is that with its digest", async () => {
    const digest = `sha256:${"0b".repeat(32)}`;
    const { containers } = (
        await serviceOf(() => {
            const registry = new ContainerRegistry("app");
            serving({ image: new ContainerImage("shop", { registry, digest }) });
        })
    ).template;
    expect(containers[0]?.image).toBe(`europe-west1-docker.pkg.dev/acme-dev/app/shop@${digest}`);
});

test("a folder is built as an image of the registry, which the service runs", async () => {
    const base = `FROM docker.io/library/python@sha256:${"0e".repeat(32)}\n`;
    const folder = folderOf({ Dockerfile: base });
    const program = () => {
        const registry = new ContainerRegistry("app");
        return serving({ image: undefined, source: folder, registry });
    };
    const { containers } = (await serviceOf(program)).template;
    // The digest of the mocked build.
    expect(containers[0]?.image).toBe(`europe-west1-docker.pkg.dev/acme-dev/app/web@sha256:${"0d".repeat(32)}`);
    const options = await registeredOptions(program);
    expect(options["ContainerImage web"]).toMatchObject({ parent: "CloudRunService web" });
    expect(options["Service web"]?.after).toContain("Image web");
});

test("consumers and triggers may invoke the service, and nobody else", async () => {
    const all = await registered(() => {
        const sales = new PubSubTopic("sales");
        const web = serving({
            labels: { team: "shop" },
            triggers: {
                sales: { topic: sales },
                uploads: {
                    bucket: new StorageBucket("uploads", { location: "EU" }),
                    event: "deleted",
                    retries: true,
                    path: "/uploads",
                },
                jobs: { audit: { service: "bigquery.googleapis.com", method: "jobs.insert" }, region: "global" },
            },
        });
        new ServerlessFunction("predict", { source, trigger: { http: {} }, uses: { WEB: web.invoker } });
        new Schedule("nightly", { call: web, cron: "0 3 * * *" });
        new PubSubSubscription("sales-web", { topic: sales, push: web });
    });
    const invokers = Object.entries(all).filter(([key]) => key.startsWith("ServiceIamMember"));
    expect(Object.fromEntries(invokers.map(([key, grant]) => [key, Reflect.get(grant, "member")]))).toEqual({
        "ServiceIamMember nightly-web-invoker": "serviceAccount:nightly-call@acme-dev.iam.gserviceaccount.com",
        "ServiceIamMember predict-web-invoker": "serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com",
        "ServiceIamMember sales-web-push-web-invoker": "serviceAccount:sales-web-push@acme-dev.iam.gserviceaccount.com",
        "ServiceIamMember web-trigger-web-invoker": "serviceAccount:web-trigger@acme-dev.iam.gserviceaccount.com",
    });
    expect(all["IAMMember web-trigger-receiver"]).toMatchObject({ role: "roles/eventarc.eventReceiver" });
    const common = {
        project: "acme-dev",
        serviceAccount: "web-trigger@acme-dev.iam.gserviceaccount.com",
        labels: { team: "shop" },
    };
    const destination = { cloudRunService: { service: "web", region: "europe-west1" } };
    expect(all["Trigger web-sales"]).toEqual({
        ...common,
        name: "web-sales",
        location: "europe-west1",
        destination,
        matchingCriterias: [{ attribute: "type", value: "google.cloud.pubsub.topic.v1.messagePublished" }],
        transport: { pubsub: { topic: "projects/acme-dev/topics/sales" } },
        retryPolicy: { maxAttempts: 1 },
    });
    expect(all["Trigger web-uploads"]).toEqual({
        ...common,
        name: "web-uploads",
        location: "eu",
        destination: { cloudRunService: { ...destination.cloudRunService, path: "/uploads" } },
        matchingCriterias: [
            { attribute: "type", value: "google.cloud.storage.object.v1.deleted" },
            { attribute: "bucket", value: "acme-dev-uploads" },
        ],
    });
    expect(all["Trigger web-jobs"]).toEqual({
        ...common,
        name: "web-jobs",
        location: "global",
        destination,
        matchingCriterias: [
            { attribute: "type", value: "google.cloud.audit.log.v1.written" },
            { attribute: "serviceName", value: "bigquery.googleapis.com" },
            { attribute: "methodName", value: "jobs.insert" },
        ],
        retryPolicy: { maxAttempts: 1 },
    });
});

test("the events of a service in several regions call it in the first one, by triggers with names of 63 characters", async () => {
    const key = "k".repeat(50);
    const { inputs, options } = await registeredWhole(() => {
        const network = new Network("apps", {
            subnets: { one: { range: "10.0.0.0/20" }, two: { region: "us-central1", range: "10.1.0.0/20" } },
        });
        const triggers = { [key]: { topic: new PubSubTopic("sales") } };
        serving({ name: "w".repeat(40), regions: ["europe-west1", "us-central1"], network, triggers });
    });
    expect(Object.keys(inputs).filter((each) => each.startsWith("ServiceIamMember"))).toEqual([
        "ServiceIamMember web-trigger-web-europe-west1-invoker",
    ]);
    expect(inputs[`Trigger web-${key}`]).toMatchObject({
        name: expect.stringMatching(/^w{40}-k{15}-[0-9a-f]{6}$/),
        destination: { cloudRunService: { region: "europe-west1" } },
    });
    expect(options[`Trigger web-${key}`]).toMatchObject({
        after: expect.arrayContaining(["Service eventarc", "Service pubsub", "Service run"]),
    });
});

test.each<[object, boolean]>([
    [{ public: true }, true],
    [{ iap: ["group:shop@acme.dev"] }, true],
    [{ public: true, ingress: "all" }, false],
    [{ public: true, defaultUrl: false }, false],
    [{ ingress: "all" }, false],
    [{}, false],
])("a service with %j is open to the internet without being told so: %s", async (args, isOpen) => {
    let owner: string | undefined;
    await registered(() => {
        owner = openByDefault(serving(args));
    });
    expect(owner).toBe(isOpen ? 'CloudRunService "web"' : undefined);
});

test("members sign in by Identity-Aware Proxy, which may invoke the service", async () => {
    const all = await registered(() => serving({ iap: ["group:shop@acme.dev"] }), { environment: true });
    expect(all["Service web"]).toMatchObject({
        iapEnabled: true,
        ingress: "INGRESS_TRAFFIC_ALL",
        invokerIamDisabled: false,
    });
    expect(all["WebCloudRunServiceIamMember web-iap-group-shop@acme.dev"]).toEqual({
        project: "acme-dev",
        location: "europe-west1",
        cloudRunServiceName: "web",
        role: "roles/iap.httpsResourceAccessor",
        member: "group:shop@acme.dev",
    });
    expect(all["ServiceIamMember iap-agent-web-invoker"]).toMatchObject({
        role: "roles/run.invoker",
        member: "serviceAccount:service-123@gcp-sa-iap.iam.gserviceaccount.com",
    });
});

test("a service of several regions is one in each, which its consumers may invoke", async () => {
    const all = await registered(() => {
        const network = new Network("apps", {
            subnets: { one: { range: "10.0.0.0/20" }, two: { region: "us-central1", range: "10.1.0.0/20" } },
        });
        const web = serving({ regions: ["europe-west1", "us-central1"], network });
        new ServerlessFunction("predict", { source, trigger: { http: {} }, uses: { WEB: web.invoker } });
    });
    const services = ["Service web-europe-west1", "Service web-us-central1"].map(
        (key) => all[key] as Record<string, unknown>,
    );
    expect(services.map(({ name, location }) => [name, location])).toEqual([
        ["web", "europe-west1"],
        ["web", "us-central1"],
    ]);
    expect(services[1]?.template).toMatchObject({
        vpcAccess: {
            networkInterfaces: [{ subnetwork: expect.stringMatching(/\/us-central1\/subnetworks\//) }],
        },
    });
    expect(Object.keys(all).filter((key) => key.startsWith("ServiceIamMember"))).toEqual([
        "ServiceIamMember predict-web-europe-west1-invoker",
        "ServiceIamMember predict-web-us-central1-invoker",
    ]);
    expect(all["Function predict"]).toMatchObject({
        serviceConfig: { environmentVariables: { WEB: "https://web-1a2b3c-ew.a.run.app" } },
    });
});

test.each<[string, object, string, string]>([
    ["a list of regions", { regions: ["europe-west1", "us-central1"] }, "-europe-west1", ""],
    ["one region", { region: "europe-west1" }, "", "-europe-west1"],
])("a service with %s keeps what it had before its regions became a list, or ceased to be one", async (...given) => {
    const [, regions, now, before] = given;
    const made = await registeredOptions(() => serving({ ...regions, iap: ["group:shop@acme.dev"] }));
    const grant = "iap-group-shop@acme.dev";
    expect(made).toMatchObject({
        [`Service web${now}`]: { aliases: [`web${before}`] },
        [`WebCloudRunServiceIamMember web${now}-${grant}`]: { aliases: [`web${before}-${grant}`] },
    });
    // The second region is a resource of its own in any list.
    expect(made["Service web-us-central1"]?.aliases).toEqual(now === "" ? undefined : ["web-us-central1"]);
});

test("a service in another region has the name of the component", async () => {
    const all = await registered(() => serving({ region: "us-central1" }));
    expect(all["Service web"]).toMatchObject({ name: "web", location: "us-central1" });
});

test("a tag has an address of its own", async () => {
    let urls: unknown;
    await registered(() => {
        const web = serving({ traffic: { tags: { candidate: "latest" } } });
        pulumi.all([web.tagged("candidate"), web.tagged("previous")]).apply((known) => {
            urls = known;
        });
    });
    expect(urls).toEqual(["https://candidate---web-1a2b3c-ew.a.run.app", "https://previous---web-1a2b3c-ew.a.run.app"]);
});

test("a tag can have 46 characters together with the name of the service", async () => {
    const tag = "a".repeat(43);
    const { "Service web": service } = await registered(() => serving({ traffic: { tags: { [tag]: "latest" } } }));
    expect(service).toMatchObject({ traffics: [{ percent: 100 }, { tag }] });
});

test("an unknown tag has no address", async () => {
    let refusal: Error | undefined;
    await registered(() => {
        try {
            serving({ traffic: { tags: { candidate: "latest" } } }).tagged("stable");
        } catch (error) {
            refusal = error as Error;
        }
    });
    expect(problemsIn(refusal as Error)).toBe('CloudRunService "web": traffic.tags: [run/traffic-tag-unknown]');
});

test("a service that exists already can be called, and is not managed", async () => {
    const all = await registered(
        () => {
            const web = CloudRunService.existing("web", { region: "us-central1" });
            new Schedule("nightly", { call: web, cron: "0 3 * * *" });
        },
        { call: (token) => (token.endsWith(":getService") ? { uri: "https://web.run.app" } : undefined) },
    );
    expect(Object.keys(all)).toEqual(["Account nightly-call", "Job nightly", "ServiceIamMember nightly-web-invoker"]);
    expect(all["ServiceIamMember nightly-web-invoker"]).toMatchObject({ location: "us-central1", name: "web" });
});

test("the preview fails if the service cannot be looked up, and says what the deployer needs", async () => {
    const words = "googleapi: Error 403: Permission 'run.services.get' denied";
    const call = () => {
        throw Object.assign(new Error(words), { details: words });
    };
    const place = { project: "acme-dev", location: "europe-west1", name: "web" };
    const refusal = async () => {
        await expect(lookUpService('CloudRunService "web"', place, {})).rejects.toMatchObject({
            message: expect.stringMatching(
                /^CloudRunService "web": the service cannot be looked up in acme-dev: .*Permission 'run\.services\.get' denied\. The deployer needs run\.services\.get\. \[run\/lookup-denied\]$/,
            ),
        });
    };
    await registered(refusal, { call });
    expect.assertions(1);
});

test("an image name is used as it is", async () => {
    expect((await serviceOf(() => serving({ image: pulumi.output(image) }))).template.containers[0]?.image).toBe(image);
});
