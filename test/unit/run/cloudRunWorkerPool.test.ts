import type * as pulumi from "@pulumi/pulumi";
import {
    CloudRunWorkerPool,
    type CloudRunWorkerPoolArgs,
    CloudSqlInstance,
    ContainerImage,
    ContainerRegistry,
    Network,
    PubSubSubscription,
    PubSubTopic,
    Secret,
    ServiceAccount,
    StorageBucket,
} from "slipway";
import { use } from "../../../lib/internal/access/capability";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs } from "../registered";

const image = `docker.io/acme/worker@sha256:${"0a".repeat(32)}`;
const working = (args: object = {}, options?: pulumi.ComponentResourceOptions) =>
    new CloudRunWorkerPool("worker", { image, ...args } as CloudRunWorkerPoolArgs, options);

const container = { name: "worker", image, resources: { limits: { cpu: "1", memory: "512Mi" } } };
const template = { containers: [container], serviceAccount: "worker-run@acme-dev.iam.gserviceaccount.com" };
const bare = {
    name: "worker",
    location: "europe-west1",
    project: "acme-dev",
    deletionProtection: false,
    scaling: { manualInstanceCount: 1 },
    template,
};

interface Made {
    scaling: object;
    template: { containers: Record<string, unknown>[]; volumes?: object[]; vpcAccess?: object };
}

async function poolOf(program: () => unknown, stack: Parameters<typeof registered>[1] = {}) {
    return (await registered(program, stack))["WorkerPool worker"] as Made;
}

/** A bare pool with other parts. */
const withParts = (pool: object, ofTemplate: object = {}, ofContainer: object = {}) => ({
    ...bare,
    ...pool,
    template: { ...template, ...ofTemplate, containers: [{ ...container, ...ofContainer }] },
});

test("a bare pool has one instance, an account of its own and no grants", async () => {
    expect(await registered(() => working())).toEqual({
        "Account worker-run": { accountId: "worker-run", displayName: "Runs the worker pool worker" },
        "WorkerPool worker": bare,
    });
});

test("a pool waits for its APIs and grants, and ignores the names of tools", async () => {
    const program = () => {
        const orders = new PubSubSubscription("orders", { topic: new PubSubTopic("orders"), pull: {} });
        working({ uses: { ORDERS: orders.subscriber } });
    };
    const all = await registered(program);
    expect((all["WorkerPool worker"] as Made).template.containers[0]?.envs).toEqual([
        { name: "ORDERS", value: "projects/acme-dev/subscriptions/orders" },
    ]);
    expect(all["SubscriptionIAMMember worker-orders-subscriber"]).toMatchObject({ role: "roles/pubsub.subscriber" });
    expect((await registeredOptions(program))["WorkerPool worker"]).toEqual({
        parent: "CloudRunWorkerPool worker",
        provider: "Provider dev",
        ignoreChanges: ["client", "clientVersion", "template.client", "template.clientVersion"],
        after: [
            "Account worker-run",
            "Service iam",
            "Service run",
            "Subscription orders",
            "SubscriptionIAMMember worker-orders-subscriber",
        ],
    });
});

test("a pool in production is protected", async () => {
    const stack = { kind: "production" } as const;
    expect(await poolOf(() => working(), stack)).toEqual({ ...bare, deletionProtection: true });
    expect((await registeredOptions(() => working(), stack))["WorkerPool worker"]).toMatchObject({ protect: true });
});

test("the output of the component is the pool", async () => {
    const outputs = await registeredOutputs(() => working());
    expect(outputs["CloudRunWorkerPool worker"]).toEqual({ pool: { resource: "WorkerPool worker" } });
});

const times = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };
const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales";
const automatic = (minInstanceCount: number, maxInstanceCount: number) => ({
    scaling: { scalingMode: "AUTOMATIC", minInstanceCount, maxInstanceCount },
});

const options: [string, object, object][] = [
    ["no instances", { scaling: 0 }, withParts({ scaling: { manualInstanceCount: 0 } })],
    ["scaling by CPU", { scaling: {} }, withParts(automatic(1, 3))],
    [
        "scaling with a GPU",
        { scaling: {}, gpu: "nvidia-l4" },
        withParts(
            automatic(1, 1),
            { nodeSelector: { accelerator: "nvidia-l4" }, gpuZonalRedundancyDisabled: true },
            { resources: { limits: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" } } },
        ),
    ],
    ["bounds", { scaling: { min: 2, max: 20 } }, withParts(automatic(2, 20))],
    ["a minimum above the default maximum", { scaling: { min: 7 } }, withParts(automatic(7, 7))],
    [
        "a command and variables",
        { command: ["node"], args: ["main.js"], workingDirectory: "/app", env: { LEVEL: "info" } },
        withParts(
            {},
            {},
            { commands: ["node"], args: ["main.js"], workingDir: "/app", envs: [{ name: "LEVEL", value: "info" }] },
        ),
    ],
    [
        "probes of TCP and HTTP",
        {
            health: {
                startup: { tcp: 9090 },
                liveness: { path: "/live", port: 9090, interval: "60 seconds" },
            },
        },
        withParts(
            {},
            {},
            {
                startupProbe: { ...times, tcpSocket: { port: 9090 } },
                livenessProbe: {
                    ...times,
                    periodSeconds: 60,
                    httpGet: { path: "/live", port: 9090 },
                },
            },
        ),
    ],
    [
        "probes of gRPC",
        { health: { liveness: { grpc: "", port: 9090 } } },
        withParts(
            {},
            {},
            {
                livenessProbe: { ...times, grpc: { port: 9090 } },
            },
        ),
    ],
    [
        "a GPU, with its minimum size",
        { gpu: "nvidia-l4" },
        withParts(
            {},
            { nodeSelector: { accelerator: "nvidia-l4" }, gpuZonalRedundancyDisabled: true },
            { resources: { limits: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" } } },
        ),
    ],
    [
        "a key and Binary Authorization",
        { encryptionKey: key, binaryAuthorization: "default" },
        withParts({ binaryAuthorization: { useDefault: true } }, { encryptionKey: key }),
    ],
    [
        "a description and labels",
        { description: "Ships orders.", labels: { team: "shop" } },
        withParts({ description: "Ships orders.", labels: { team: "shop" } }, { labels: { team: "shop" } }),
    ],
    [
        "a subnet",
        { network: { subnet: "apps", network: "acme", egress: "all-traffic" } },
        withParts(
            {},
            { vpcAccess: { networkInterfaces: [{ subnetwork: "apps", network: "acme" }], egress: "ALL_TRAFFIC" } },
        ),
    ],
    [
        "transforms",
        { transform: { pool: { scaling: { manualInstanceCount: 3 } } } },
        withParts({ scaling: { manualInstanceCount: 3 } }),
    ],
];

test.each(options)("%s", async (_, args, pool) => {
    expect(await poolOf(() => working(args))).toEqual(pool);
});

test("the maximum of scaling depends on the environment", async () => {
    const { scaling } = await poolOf(() => working({ scaling: {} }), { kind: "production" });
    expect(scaling).toEqual(automatic(1, 100).scaling);
});

test("secrets, files, buckets and a private database are attached", async () => {
    const all = await registered(() => {
        const database = new CloudSqlInstance("sales", { network: new Network("apps") });
        const secret = new Secret("key");
        working({
            uses: { KEY: secret.reader, FILE: secret.file("/secrets/key/text"), DATABASE: database.client },
            volumes: { models: { bucket: new StorageBucket("models"), path: "/models", readOnly: true } },
        });
    });
    const { containers, volumes, vpcAccess } = (all["WorkerPool worker"] as Made).template;
    expect(containers[0]?.envs).toEqual(
        expect.arrayContaining([
            { name: "FILE", value: "/secrets/key/text" },
            { name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "1" } } },
            { name: "DATABASE_INSTANCE", value: expect.stringMatching(/^acme-dev:europe-west1:sales-/) },
        ]),
    );
    expect(volumes).toEqual([
        {
            name: "secret-secrets-key",
            secret: { secret: "key", defaultMode: 0o444, items: [{ path: "text", version: "1" }] },
        },
        { name: "models", gcs: { bucket: expect.stringMatching(/models/), readOnly: true } },
    ]);
    expect(vpcAccess).toMatchObject({ egress: "PRIVATE_RANGES_ONLY" });
    expect(Object.keys(all)).toEqual(
        expect.arrayContaining(["IAMMember worker-sales-client", "BucketIAMMember worker-models-object-viewer"]),
    );
});

test("a source is built as an image, and the pool runs it", async () => {
    const ran = jest.spyOn(ContainerImage.prototype, "ranBy");
    const source = folderOf({ Dockerfile: "FROM scratch" });
    const { containers } = (
        await poolOf(() => {
            const pool = new CloudRunWorkerPool("worker", { source, registry: new ContainerRegistry("images", {}) });
            expect(ran.mock.calls).toEqual([[pool.pool]]);
        })
    ).template;
    expect(containers[0]?.image).toMatch(/^europe-west1-docker\.pkg\.dev\/acme-dev\/images\/worker@sha256:(0d){32}$/);
    expect(ran).toHaveBeenCalledTimes(1);
    ran.mockRestore();
});

test("an account of the program runs the code", async () => {
    const all = await registered(() => working({ account: new ServiceAccount("shop-worker") }));
    expect((all["WorkerPool worker"] as Made).template).toMatchObject({
        serviceAccount: "shop-worker@acme-dev.iam.gserviceaccount.com",
    });
    expect(Object.keys(all)).toEqual(["Account shop-worker", "WorkerPool worker"]);
});

test.each([
    ["", () => working()],
    [" that exists already", () => CloudRunWorkerPool.existing("worker")],
])("roles on a pool%s are granted", async (_, make) => {
    const all = await registered(() => {
        use(
            "crema",
            { POOL: make().role("roles/run.developer") },
            "serviceAccount:crema@acme-dev.iam.gserviceaccount.com",
            {},
        );
    });
    expect(all["WorkerPoolIamMember crema-worker-run-developer"]).toEqual({
        project: "acme-dev",
        location: "europe-west1",
        name: "worker",
        role: "roles/run.developer",
        member: "serviceAccount:crema@acme-dev.iam.gserviceaccount.com",
    });
});

test.each<[string, object, string]>([
    ["no code", { image: undefined }, "[run/image-or-source]"],
    [
        "a fraction of an instance",
        { scaling: 0.5 },
        "scaling: must be a whole number from 0 to 1000 instances (got 0.5).",
    ],
    [
        "a number of instances by another name",
        { instances: 2 },
        'instances: unknown option "instances"; did you mean "scaling"?',
    ],
    ["no minimum", { scaling: { min: 0 } }, "scaling.min: must be a whole number from 1 to 1000 (got 0)."],
    ["a minimum above the maximum", { scaling: { min: 5, max: 2 } }, "scaling.min: "],
    ["less than one CPU", { cpu: "500m" }, "cpu: [run/cpu-of-generation]"],
    ["little memory", { memory: "256Mi" }, "memory: [run/memory-of-generation]"],
    [
        "a header of a probe",
        { health: { startup: { path: "/ready", port: 80, headers: { A: "1" } } } },
        "health.startup.headers: [run/probe-headers-of-worker-pool]",
    ],
    ["a probe without a port", { health: { liveness: "/live" } }, "health.liveness: [run/probe-without-port]"],
    ["a port", { port: 8080 }, "port: "],
    ["a plain secret", { env: { API_KEY: "abc" } }, "env.API_KEY: "],
    ["a tag", { image: "docker.io/acme/worker:1" }, "image: names an image by a tag"],
    ["a long name", { name: "w".repeat(50) }, "name: "],
])("%s is refused", async (_, args, problem) => {
    expect(await refused(() => working(args))).toContain(`CloudRunWorkerPool "worker": ${problem}`);
});
