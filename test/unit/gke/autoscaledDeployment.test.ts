import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, ContainerRegistry } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import {
    type Args,
    bare,
    container,
    deployed,
    deployedOptions,
    deploying,
    draining,
    image,
    metadata,
    pod,
    service,
    serving,
    withContainer,
    withPod,
} from "../deploying";
import { problemsIn, registered, registeredOptions, registeredOutputs } from "../registered";

const secured = { port: 8080, health: "/healthz" };

test("a bare deployment has accounts, a namespace with restricted pods, and no network access except DNS", async () => {
    expect(await deployed()).toEqual(bare);
});

test("a deployment with a port has a cluster-internal Service and health checks", async () => {
    expect(await deployed(secured)).toEqual({
        ...bare,
        "Deployment echo": withContainer({ ...serving, ...draining(15) }, { terminationGracePeriodSeconds: 45 }),
        "Service echo": service(),
    });
});

test.each([
    [1, [{ name: "net.ipv4.ip_unprivileged_port_start", value: "1" }]],
    [80, [{ name: "net.ipv4.ip_unprivileged_port_start", value: "80" }]],
    [1023, [{ name: "net.ipv4.ip_unprivileged_port_start", value: "1023" }]],
    [1024, undefined],
])("at port %d a user that is not root may listen", async (port, sysctls) => {
    const made = await deployed({ port });
    const { spec } = (made["Deployment echo"] as { spec: { template: { spec: Record<string, unknown> } } }).spec
        .template;
    expect(spec.securityContext).toEqual({ ...pod.securityContext, ...(sysctls && { sysctls }) });
});

test.each([
    ["staging", 2, 5, 1],
    ["production", 3, 10, 1],
] as const)("in %s there are %d to %d replicas", async (kind, minReplicas, maxReplicas, maxUnavailable) => {
    const made = await deployed({}, { kind });
    expect(made["HorizontalPodAutoscaler echo"]).toMatchObject({ spec: { minReplicas, maxReplicas } });
    expect(made["PodDisruptionBudget echo"]).toMatchObject({ spec: { maxUnavailable } });
    expect(made["Deployment echo"]).toEqual(bare["Deployment echo"]);
});

test("the number of replicas is set only if it is fixed", async () => {
    const made = await deployed({ scaling: 4 });
    expect(made["Deployment echo"]).toEqual(withPod({}, { replicas: 4 }));
    expect(made).not.toHaveProperty("HorizontalPodAutoscaler echo");
});

test.each([
    [1, 1],
    [{ min: 7, max: 9 }, 1],
    [{ min: 8, max: 9 }, 2],
    [100, 25],
])("with %j a drain of nodes can evict %d at a time", async (scaling, maxUnavailable) => {
    expect((await deployed({ scaling }))["PodDisruptionBudget echo"]).toMatchObject({ spec: { maxUnavailable } });
});

const both = (amounts: object) => ({ requests: amounts, limits: amounts });

const inContainer: [string, Args, object][] = [
    ["a command", { command: ["serve"], args: ["--all"] }, { command: ["serve"], args: ["--all"] }],
    [
        "variables, in their order",
        { env: { B: pulumi.output("two"), A: "one", API_KEY_FILE: "/a" } },
        {
            env: [
                { name: "B", value: "two" },
                { name: "A", value: "one" },
                { name: "API_KEY_FILE", value: "/a" },
            ],
        },
    ],
    [
        "more CPU, with matching memory",
        { resources: { requests: { cpu: "2" } } },
        {
            resources: {
                requests: { cpu: "2", memory: "2Gi", "ephemeral-storage": "1Gi" },
                limits: { cpu: "2", memory: "2Gi", "ephemeral-storage": "1Gi" },
            },
        },
    ],
    [
        "more memory, with matching CPU, and higher limits",
        { resources: { requests: { memory: "13Gi" }, limits: { cpu: "2.5", memory: "13312Mi" } } },
        {
            resources: {
                requests: { cpu: "2", memory: "13Gi", "ephemeral-storage": "1Gi" },
                limits: { cpu: "2500m", memory: "13Gi", "ephemeral-storage": "1Gi" },
            },
        },
    ],
    [
        "as little as Autopilot accepts",
        { resources: { requests: { cpu: "50m", memory: "52Mi", ephemeralStorage: "10Mi" } } },
        { resources: both({ cpu: "50m", memory: "52Mi", "ephemeral-storage": "10Mi" }) },
    ],
    [
        "as much as Autopilot accepts",
        { resources: { requests: { cpu: "30", memory: "110Gi", ephemeralStorage: "10Gi" } } },
        { resources: both({ cpu: "30", memory: "110Gi", "ephemeral-storage": "10Gi" }) },
    ],
    [
        "little memory, with matching CPU",
        {
            resources: {
                requests: { memory: "256Mi", ephemeralStorage: "512Mi" },
                limits: { cpu: "1" },
            },
        },
        {
            resources: {
                requests: { cpu: "250m", memory: "256Mi", "ephemeral-storage": "512Mi" },
                limits: { cpu: "1", memory: "256Mi", "ephemeral-storage": "512Mi" },
            },
        },
    ],
    [
        "another health check without a port",
        { health: { command: ["ok"], startupTimeout: "12 seconds", timeout: "2 seconds" } },
        {
            startupProbe: { exec: { command: ["ok"] }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
            readinessProbe: { exec: { command: ["ok"] }, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
            livenessProbe: { exec: { command: ["ok"] }, periodSeconds: 20, timeoutSeconds: 2, failureThreshold: 6 },
        },
    ],
];

test.each(inContainer)("a container has %s", async (_, args, more) => {
    expect((await deployed(args))["Deployment echo"]).toEqual(withContainer(more));
});

test("readiness and liveness can have different times", async () => {
    const liveness = { path: "/live", interval: "30 seconds", timeout: "3 seconds", unhealthyThreshold: 2 } as const;
    const made = await deployed({ port: 9000, health: { readiness: { interval: "5 seconds" }, liveness } });
    const tcp = { tcpSocket: { port: "http" } };
    expect(made["Deployment echo"]).toEqual(
        withContainer(
            {
                ...serving,
                ...draining(15),
                ports: [{ name: "http", containerPort: 9000 }],
                env: [{ name: "PORT", value: "9000" }],
                startupProbe: { ...tcp, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 60 },
                readinessProbe: { ...tcp, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
                livenessProbe: {
                    httpGet: { path: "/live", port: "http" },
                    periodSeconds: 30,
                    timeoutSeconds: 3,
                    failureThreshold: 2,
                },
            },
            { terminationGracePeriodSeconds: 45 },
        ),
    );
});

test("readiness and liveness can have different paths", async () => {
    const made = await deployed({ port: 9000, health: { readiness: "/ready", liveness: "/live" } });
    const get = (path: string) => ({ httpGet: { path, port: "http" } });
    expect(made["Deployment echo"]).toEqual(
        withContainer(
            {
                ...serving,
                ...draining(15),
                ports: [{ name: "http", containerPort: 9000 }],
                env: [{ name: "PORT", value: "9000" }],
                startupProbe: { ...get("/ready"), periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 60 },
                readinessProbe: { ...get("/ready"), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
                livenessProbe: { ...get("/live"), periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
            },
            { terminationGracePeriodSeconds: 45 },
        ),
    );
});

test("without a path the port is checked", async () => {
    const made = await deployed({ port: 8080 });
    expect(made["Deployment echo"]).toMatchObject({
        spec: {
            template: {
                spec: {
                    containers: [
                        {
                            startupProbe: { tcpSocket: { port: "http" } },
                            readinessProbe: { tcpSocket: { port: "http" } },
                            livenessProbe: { tcpSocket: { port: "http" } },
                        },
                    ],
                },
            },
        },
    });
});

const spot = { key: "cloud.google.com/gke-spot", operator: "Equal", value: "true", effect: "NoSchedule" };
const inPod: [string, Args, object][] = [
    ["a longer grace period", { terminationGracePeriod: "90 seconds" }, { terminationGracePeriodSeconds: 90 }],
    [
        "another user",
        { user: 12345 },
        { securityContext: { ...pod.securityContext, runAsUser: 12345, runAsGroup: 12345, fsGroup: 12345 } },
    ],
    ["a priority", { priorityClassName: pulumi.output("high") }, { priorityClassName: "high" }],
    [
        "its nodes",
        { nodeSelector: { "cloud.google.com/machine-family": "c3" }, tolerations: [{ key: "gpu" }] },
        {
            nodeSelector: { "cloud.google.com/machine-family": "c3" },
            tolerations: [{ key: "gpu", operator: "Exists" }],
        },
    ],
    [
        "Spot VMs beside others",
        { spot: true, nodeSelector: { disk: "ssd" }, tolerations: [{ key: "gpu", value: "l4", effect: "NoSchedule" }] },
        {
            nodeSelector: { disk: "ssd", "cloud.google.com/gke-spot": "true" },
            tolerations: [{ key: "gpu", operator: "Equal", value: "l4", effect: "NoSchedule" }, spot],
            terminationGracePeriodSeconds: 25,
        },
    ],
    [
        "writable folders",
        { writable: ["/var/cache/models", "/tmp", "/home/Echo"] },
        {
            containers: [
                {
                    ...container,
                    volumeMounts: [
                        { name: "writable-tmp", mountPath: "/tmp" },
                        { name: "writable-var-cache-models", mountPath: "/var/cache/models" },
                        { name: "writable-home-echo-7e79c9", mountPath: "/home/Echo" },
                    ],
                },
            ],
            volumes: [
                { name: "writable-tmp", emptyDir: {} },
                { name: "writable-var-cache-models", emptyDir: {} },
                { name: "writable-home-echo-7e79c9", emptyDir: {} },
            ],
        },
    ],
];

const gpuToleration = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };
const withGpus = (count: string) => {
    const { requests, limits } = container.resources;
    return { requests: { ...requests, "nvidia.com/gpu": count }, limits: { ...limits, "nvidia.com/gpu": count } };
};

test("a pod with a GPU requests it, selects its nodes and tolerates their taint, and is scaled by its load", async () => {
    const made = await deployed({ gpu: "nvidia-l4" });
    expect(made["Deployment echo"]).toEqual(
        withContainer(
            { resources: withGpus("1") },
            { nodeSelector: { "cloud.google.com/gke-accelerator": "nvidia-l4" }, tolerations: [gpuToleration] },
        ),
    );
    expect(made["HorizontalPodAutoscaler echo"]).toMatchObject({
        spec: { minReplicas: 1, maxReplicas: 1, metrics: [gpuLoad("60")] },
    });
});

/** The duty cycle of the GPUs of all pods, of which the target is for each pod. */
function gpuLoad(averageValue: string): object {
    const matchLabels = {
        "resource.labels.cluster_name": expect.stringMatching(/^main/),
        "resource.labels.location": "europe-west1",
        "resource.labels.namespace_name": "echo",
        "resource.labels.container_name": "echo",
    };
    const name = "kubernetes.io|container|accelerator|duty_cycle";
    return {
        type: "External",
        external: { metric: { name, selector: { matchLabels } }, target: { type: "AverageValue", averageValue } },
    };
}

test("several GPUs on Spot VMs of a node pool have the sum of their loads as a target", async () => {
    const gpus = { machineType: "g2-standard-24", gpu: "nvidia-l4", spot: true } as const;
    const made = await registered(
        () =>
            new AutoscaledDeployment("echo", {
                cluster: new GkeCluster("main", { nodePools: { gpus } }),
                image,
                gpu: { type: "nvidia-l4", count: 2 },
                spot: true,
                scaling: { min: 1, max: 4, gpu: 70 },
                tolerations: [{ key: "team", value: "ml" }],
                // More than general-purpose pods of Autopilot can have.
                resources: { requests: { cpu: "20", memory: "80Gi", ephemeralStorage: "20Gi" } },
            }),
    );
    expect(made["Deployment echo"]).toMatchObject({
        spec: {
            template: {
                spec: {
                    nodeSelector: {
                        "cloud.google.com/gke-accelerator": "nvidia-l4",
                        "cloud.google.com/gke-spot": "true",
                    },
                    tolerations: [{ key: "team", operator: "Equal", value: "ml" }, gpuToleration, spot],
                    containers: [{ resources: { limits: { "nvidia.com/gpu": "2" } } }],
                },
            },
        },
    });
    expect(made["HorizontalPodAutoscaler echo"]).toMatchObject({
        spec: { minReplicas: 1, maxReplicas: 4, metrics: [gpuLoad("140")] },
    });
    // Its metrics come from Google's adapter.
    expect(made).toHaveProperty(["Deployment main-metrics"]);
});

const pools: Record<string, object> = {
    "a pool whose machine type includes it": { machineType: "g2-standard-4" },
    "a pool with more": { machineType: "n1-standard-8", gpu: { type: "nvidia-tesla-t4", count: 4 } },
};

test.each([
    ["a pool whose machine type includes it", "nvidia-l4"],
    ["a pool with more", "nvidia-tesla-t4"],
] as const)("a GPU is found in %s", async (pool, gpu) => {
    const nodePools = { gpus: pools[pool] } as never;
    const cluster = () => new GkeCluster("main", { nodePools });
    const made = await registered(() => new AutoscaledDeployment("echo", { cluster: cluster(), image, gpu }));
    expect(made).toHaveProperty(["Deployment echo"]);
});

test("the pools of an existing cluster, and those that GKE creates, are not known", async () => {
    const existing = await registered(() => {
        const cluster = GkeCluster.existing("apps", { mode: "standard" });
        return new AutoscaledDeployment("echo", { cluster, image, gpu: "nvidia-l4" });
    });
    expect(existing).toHaveProperty(["Deployment echo"]);
    const autoProvisioning = { cpu: 10, memory: "40 GB", gpu: { "nvidia-l4": 2 } } as const;
    const provisioned = await registered(() => {
        const cluster = new GkeCluster("main", { nodePools: {}, autoProvisioning });
        return new AutoscaledDeployment("echo", { cluster, image, gpu: "nvidia-l4" });
    });
    expect(provisioned).toHaveProperty(["Deployment echo"]);
});

test("the name of a long writable folder's volume is shortened to 63 characters", async () => {
    const [fits, long] = [`/${"a".repeat(54)}`, `/${"b".repeat(55)}`];
    const made = await deployed({ writable: [fits, long] });
    const names = ["writable-tmp", `writable-${"a".repeat(54)}`, expect.stringMatching(/^writable-b{47}-[0-9a-f]{6}$/)];
    expect(made["Deployment echo"]).toMatchObject({
        spec: { template: { spec: { volumes: names.map((name) => ({ name })) } } },
    });
});

test.each(inPod)("a pod has %s", async (_, args, spec) => {
    expect((await deployed(args))["Deployment echo"]).toEqual(withPod(spec));
});

test("a Spot Pod with a port has 25 seconds to terminate, 10 of them to drain connections", async () => {
    const made = await deployed({ ...secured, spot: true });
    expect(made["Deployment echo"]).toMatchObject({
        spec: { template: { spec: { terminationGracePeriodSeconds: 25, containers: [draining(10)] } } },
    });
});

test("labels are on all objects, annotations on pods", async () => {
    const all = await deployed({
        labels: { team: "forecast", "acme.com/tier": pulumi.output("1") },
        annotations: { a: "b" },
    });
    const objects = Object.values(all).filter((one): one is { metadata: { labels: object } } => "metadata" in one);
    expect(objects).toHaveLength(6);
    for (const { metadata: own } of objects) {
        expect(own.labels).toMatchObject({ ...metadata.labels, team: "forecast", "acme.com/tier": "1" });
    }
    expect(all["Deployment echo"]).toMatchObject({ spec: { template: { metadata: { annotations: { a: "b" } } } } });
});

test("a configured name applies to all objects and the account", async () => {
    const made = await deployed({ name: "answer", port: 8080 });
    expect(JSON.stringify(made)).not.toContain('"echo"');
    expect(made["Account echo-run"]).toMatchObject({ accountId: "answer-run" });
});

test("an existing namespace is used, and none is created", async () => {
    const made = await deployed({ namespace: pulumi.output("apps") });
    expect(made).not.toHaveProperty("Namespace echo");
    expect(made["Deployment echo"]).toMatchObject({ metadata: { ...metadata, namespace: "apps" } });
    expect(made["IAMMember echo-workload-identity"]).toMatchObject({
        member: "serviceAccount:acme-dev.svc.id.goog[apps/echo]",
    });
});

test("all dependencies of pods are created before them, and what depends on pods afterwards", async () => {
    const made = await deployedOptions(() => deploying({ port: 8080 }));
    expect(made["Deployment echo"]).toEqual({
        parent: "AutoscaledDeployment echo",
        provider: "Provider main",
        timeouts: { create: "600s", update: "600s" },
        after: [
            "Cluster main",
            "IAMMember echo-workload-identity",
            "Namespace echo",
            "NetworkPolicy echo",
            "ServiceAccount echo",
        ],
    });
    // The project's first cluster creates the pool of identities.
    expect(made["IAMMember echo-workload-identity"]?.after).toContain("Cluster main");
    expect(made["Account echo-run"]).toEqual({
        parent: "AutoscaledDeployment echo",
        provider: "Provider dev",
        after: ["Service iam", "Service iamcredentials"],
    });
    for (const name of ["Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"]) {
        expect(made[`${name} echo`]?.after).toContain("Deployment echo");
    }
    const kubernetes = Object.entries(made).filter(([key]) => !/^(Account|IAMMember) /.test(key));
    expect(kubernetes).toHaveLength(7);
    for (const [, { provider, after }] of kubernetes) {
        expect([provider, after?.includes("Cluster main")]).toEqual(["Provider main", true]);
    }
});

test("an up fails if the pods are not ready in time", async () => {
    const timeouts: object[] = [];
    const deployment = (_: object, options: pulumi.CustomResourceOptions) => {
        timeouts.push(options.customTimeouts ?? {});
    };
    await deployed({ transform: { deployment } });
    const made = await deployed({ rolloutTimeout: "90 seconds", transform: { deployment } });
    expect(timeouts).toEqual([
        { create: "600s", update: "600s" },
        { create: "90s", update: "90s" },
    ]);
    expect(made["Deployment echo"]).toEqual(withPod({}, { progressDeadlineSeconds: 90 }));
});

test("a namespace may take half an hour to be deleted, as long as GKE needs for its load balancer's endpoints", async () => {
    const timeouts: unknown[] = [];
    await deployed({ transform: { namespace: (_, { customTimeouts }) => timeouts.push(customTimeouts) } });
    expect(timeouts).toEqual([{ delete: "30m" }]);
});

test("nodes can pull an image before it runs, and ranBy records it", async () => {
    const registries: unknown[] = [];
    const program = () => {
        const cluster = new GkeCluster("main");
        const registry = new ContainerRegistry("app");
        const own = new ContainerImage("predict", { registry, digest: `sha256:${"b".repeat(64)}` });
        registries.push(own.registry === registry);
        const ranBy = jest.spyOn(own, "ranBy");
        const made = new AutoscaledDeployment("echo", { cluster, image: own });
        registries.push(ranBy.mock.calls);
        return registries.push([[made.deployment]]);
    };
    const made = await registered(program);
    expect(made["Deployment echo"]).toEqual(
        withContainer({ image: `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:${"b".repeat(64)}` }),
    );
    const [isSame, calls, deployments] = registries;
    expect([isSame, calls]).toEqual([true, deployments]);
    const grant = Object.keys(made).find((key) => key.startsWith("RepositoryIamMember "));
    expect(made[grant as string]).toMatchObject({ role: "roles/artifactregistry.reader", repository: "app" });
    expect((await registeredOptions(program))["Deployment echo"]?.after).toContain(grant);
});

test("the outputs of the component are the Deployment and its address", async () => {
    const outputs = await registeredOutputs(() => deploying({ port: 8080 }));
    expect(outputs["AutoscaledDeployment echo"]).toEqual({
        deployment: { resource: "Deployment echo" },
        url: "http://echo.echo.svc.cluster.local",
    });
    expect((await registeredOutputs(() => deploying()))["AutoscaledDeployment echo"]).toEqual({
        deployment: { resource: "Deployment echo" },
    });
});

test("missing parts of a bare deployment are refused", async () => {
    const words: string[] = [];
    await registered(() => {
        const made = deploying();
        for (const ask of [() => made.url, () => made.caller, () => made.address]) {
            try {
                ask();
            } catch (error) {
                words.push(problemsIn(error as Error));
            }
        }
    });
    expect(words).toEqual([
        'AutoscaledDeployment "echo": url: [gke/url-without-port]',
        'AutoscaledDeployment "echo": url: [gke/url-without-port]',
        'AutoscaledDeployment "echo": address: [gke/address-without-expose]',
    ]);
});

test("a transform can set values that validation refuses", async () => {
    const made = await deployed({
        transform: {
            namespace: { metadata: { name: "other", labels: undefined } },
            deployment: (args: { spec?: unknown }) => {
                args.spec = { replicas: 7 };
            },
        },
    });
    expect(made["Namespace echo"]).toEqual({ apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } });
    expect(made["Deployment echo"]).toMatchObject({ spec: { replicas: 7 }, metadata: { namespace: "other" } });
});
