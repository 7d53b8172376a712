import * as pulumi from "@pulumi/pulumi";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { deployed, deploying, image, ofCluster, refusal } from "../deploying";
import { problemsIn, refused, registered, told } from "../registered";

const give =
    'Use a ContainerImage, or append the digest: @sha256:…. Guide: "From gcr.io, latest and a JSON key". To accept it nevertheless, set insecure: true.';
const port = { port: 8080 };
const health = { ...port, health: "/healthz" };
const domain = "echo.acme.com";
const names = { certificate: { names: ["a"] } };
const objectName =
    "must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen";
const folder = (path: string) => ({ writable: [path] });

const bad: [string, object, string][] = [
    // Names and labels.
    ["a name with capitals", { name: "Echo" }, `name: ${objectName} (got "Echo").`],
    ["a namespace with a dot", { namespace: "a.b" }, `namespace: ${objectName} (got "a.b").`],
    [
        "a label with a blank",
        { labels: { team: "fore cast" } },
        'labels.team: must have up to 63 letters, digits, -, _ and ., and start and end with a letter or a digit (got "fore cast").',
    ],
    [
        "a label that the component sets",
        { labels: { "app.kubernetes.io/name": "other" } },
        'labels.app.kubernetes.io/name: is set by the component itself (got "app.kubernetes.io/name"). Choose another key.',
    ],
    [
        "an annotation without a name",
        { annotations: { "acme.com/": "a" } },
        'annotations.acme.com/: must have up to 63 letters, digits, -, _ and ., optionally with a domain before it: acme.com/team (got "acme.com/").',
    ],
    // Replicas.
    ["a minimum of replicas above the maximum", { scaling: { min: 5, max: 2 } }, "scaling.min: [range/min-above-max]"],
    [
        "an autoscaler and a fixed number",
        { scaling: { replicas: 2, vertical: { cpu: {} }, min: 1 } },
        "scaling.min: is only valid without replicas (got 1). A fixed number of replicas is not scaled.",
    ],
    ...["max", "cpu", "memory", "backlog", "requestsPerSecond", "metrics", "gpu", "schedules", "behavior"].map(
        (option): [string, object, string] => [
            `a fixed number with ${option}`,
            { scaling: { replicas: 2, vertical: { cpu: {} }, [option]: {} } },
            `scaling.${option}: is only valid without replicas (got {}). A fixed number of replicas is not scaled.`,
        ],
    ),
    [
        "a metric of requests without a Gateway",
        { ...port, scaling: { min: 1, max: 2, requestsPerSecond: 10 }, expose: { loadBalancer: {} } },
        "scaling.requestsPerSecond: [gke/requests-without-gateway]",
    ],
    // GPUs.
    [
        "the load of GPUs that pods do not have",
        { scaling: { min: 1, max: 2, gpu: 60 } },
        "scaling.gpu: [gke/gpu-load-without-gpu]",
    ],
    ["three GPUs on Autopilot", { gpu: { type: "nvidia-l4", count: 3 } }, "gpu.count: [gke/gpu-count-of-autopilot]"],
    ["one GPU of a type with eight", { gpu: "nvidia-b200" }, "gpu: [gke/gpu-count-of-autopilot]"],
    [
        "a node selector instead of a GPU",
        { nodeSelector: { "cloud.google.com/gke-accelerator": "nvidia-l4" } },
        "nodeSelector.cloud.google.com/gke-accelerator: [gke/accelerator-without-gpu]",
    ],
    [
        "a node selector in addition to a GPU",
        { gpu: "nvidia-l4", nodeSelector: { "cloud.google.com/gke-accelerator": "nvidia-l4" } },
        "nodeSelector.cloud.google.com/gke-accelerator: [gke/accelerator-with-gpu]",
    ],
    // Canaries.
    ...[{}, { expose: { loadBalancer: {} } }, { expose: { ingress: { domain, certificate: false } } }].map(
        (expose): [string, object, string] => [
            `a canary with ${Object.keys(expose.expose ?? { none: "" })[0]}`,
            { ...health, ...expose, canary: { template: { command: ["next"] } } },
            "canary: [gke/canary-without-gateway]",
        ],
    ),
    [
        "shares that do not sum to 100",
        {
            ...health,
            expose: { gateway: { domain, certificate: false } },
            canary: { template: { command: ["next"] }, split: { latest: 90, canary: 5 } },
        },
        "canary.split: [traffic/split-sum]",
    ],
    [
        "a canary without a difference",
        { ...health, expose: { gateway: { domain, certificate: false } }, canary: { template: {} } },
        "canary.template: [gke/canary-without-difference]",
    ],
    [
        "a canary with wrong options",
        {
            ...health,
            expose: { gateway: { domain, certificate: false } },
            canary: { template: { scaling: { min: 5, max: 2 }, resources: { requests: { cpu: "31" } } } },
        },
        "canary.template.scaling.min: [range/min-above-max]\ncanary.template.resources.requests.cpu: [gke/request-range]",
    ],
    // Resources.
    [
        "memory in milli-units",
        { resources: { requests: { memory: "512m" } } },
        'resources.requests.memory: must be a size such as "512 MiB" or "20 GB" (got "512m").',
    ],
    [
        "CPU that is not a number",
        { resources: { limits: { cpu: "two" } } },
        'resources.limits.cpu: must be an amount of CPU, such as 250m or 2 (got "two").',
    ],
    [
        "limits below the requests",
        { resources: { requests: { cpu: "1" }, limits: { cpu: "500m", memory: "512Mi", ephemeralStorage: "1Mi" } } },
        [
            "resources.limits.cpu: [gke/limit-below-request]",
            "resources.limits.memory: [gke/limit-below-request]",
            "resources.limits.ephemeralStorage: [gke/limit-below-request]",
        ].join("\n"),
    ],
    [
        "too little for Autopilot",
        { resources: { requests: { cpu: "20m", memory: "32Mi", ephemeralStorage: "5Mi" } } },
        [
            "resources.requests.cpu: [gke/request-range]",
            "resources.requests.memory: [gke/request-range]",
            "resources.requests.ephemeralStorage: [gke/request-range]",
        ].join("\n"),
    ],
    [
        "no memory",
        { resources: { requests: { memory: "0Mi" } } },
        'resources.requests.memory: must be above 0 (got "0Mi").',
    ],
    [
        "too much for Autopilot",
        { resources: { requests: { cpu: "31", memory: "111Gi", ephemeralStorage: "11Gi" } } },
        [
            "resources.requests.cpu: [gke/request-range]",
            "resources.requests.memory: [gke/request-range]",
            "resources.requests.ephemeralStorage: [gke/request-range]",
        ].join("\n"),
    ],
    [
        "too little CPU for Autopilot, whatever the memory",
        { resources: { requests: { cpu: "20m", memory: "4Gi" } } },
        "resources.requests.cpu: [gke/request-range]",
    ],
    [
        "too much memory for Autopilot, whatever the CPU",
        { resources: { requests: { cpu: "1", memory: "111Gi" } } },
        "resources.requests.memory: [gke/request-range]",
    ],
    [
        "too little memory for the CPU on Autopilot",
        { resources: { requests: { cpu: "2", memory: "2047Mi" } } },
        "resources.requests.memory: [gke/memory-of-cpu]",
    ],
    [
        "a MiB too much memory for the CPU on Autopilot",
        { resources: { requests: { cpu: "2", memory: "13313Mi" } } },
        "resources.requests.memory: [gke/memory-of-cpu]",
    ],
    [
        "a limit of disk above the request on Autopilot",
        { resources: { requests: { ephemeralStorage: "2Gi" }, limits: { ephemeralStorage: "4Gi" } } },
        "resources.limits.ephemeralStorage: [gke/ephemeral-storage-limit-of-autopilot]",
    ],
    [
        "too much memory for the CPU on Autopilot",
        { resources: { requests: { cpu: "1", memory: "8Gi" } } },
        "resources.requests.memory: [gke/memory-of-cpu]",
    ],
    // Images.
    [
        "the latest image",
        { image: "ghcr.io/acme/echo:latest" },
        `image: names the image that was pushed last, which can later be another image (got "ghcr.io/acme/echo:latest"). ${give}`,
    ],
    [
        "a tag",
        { image: "localhost:5000/echo:1.0" },
        `image: names an image by a tag, which can later refer to another image (got "localhost:5000/echo:1.0"). ${give}`,
    ],
    [
        "neither tag nor digest",
        { image: "localhost:5000/echo" },
        `image: has neither a tag nor a digest, and can later refer to another image (got "localhost:5000/echo"). ${give}`,
    ],
    [
        "an incomplete digest",
        { image: "echo@sha256:abc" },
        'image: must end with @sha256: and 64 hexadecimal digits (got "echo@sha256:abc").',
    ],
    ["an invalid image", { image: 7 }, "image: must be a string (got 7)."],
    // Privileges.
    ["root", { user: 0 }, "user: must not be root (got 0)."],
    ["a user by name", { user: "app" }, 'user: must be a whole number from 1 to 2147483647 (got "app").'],
    ["privileges", { privileged: true }, 'privileged: unknown option "privileged".'],
    ["a port that does not exist", { port: 0 }, "port: must be a whole number from 1 to 65535 (got 0)."],
    // Variables.
    [
        "a variable that is also in uses",
        { env: { A: "a" }, uses: { A: { grants: [], attachments: [] } } },
        "env.A: [gke/env-also-in-uses]",
    ],
    ["a secret in plain text", { env: { API_KEY: "canary" } }, "env.API_KEY: [gke/secret-in-env]"],
    [
        "a variable that the component sets",
        { env: { PORT: "8080" } },
        'env.PORT: is set by the component itself, to port (got "PORT"). Choose another name.',
    ],
    [
        "a secret as a variable",
        { uses: { KEY: { grants: [], attachments: [{ kind: "secret-variable" }] } } },
        "uses.KEY: needs what cannot be mounted here: secret-variable (got { grants: [], attachments: [{ … }] }).",
    ],
    // Files.
    ["a relative path", folder("tmp"), 'writable.0: must be the absolute path of a folder (got "tmp").'],
    ["a path with ..", folder("/var/../etc"), 'writable.0: must be the absolute path of a folder (got "/var/../etc").'],
    ["a folder of the system", folder("/etc"), 'writable.0: would hide a folder of the system (got "/etc").'],
    ["a folder in /proc", folder("/proc/a"), 'writable.0: would hide a folder of the system (got "/proc/a").'],
    // Health checks.
    [
        "a health check path without a slash",
        { ...port, health: "healthz" },
        'health: must be a path such as /healthz (got "healthz").',
    ],
    ["a path without a port", { health: "/healthz" }, "health: [gke/health-without-port]"],
    [
        "a path of liveness without a port",
        { health: { liveness: "/live" } },
        "health.liveness: [gke/health-without-port]",
    ],
    [
        "a command with a port",
        { ...port, health: { command: ["ok"] } },
        "health.command: [gke/health-command-with-port]",
    ],
    [
        "a startup time of a day",
        { ...port, health: { startupTimeout: "1 day" } },
        'health.startupTimeout: must be from 10 seconds to 1 hour (got "1 day").',
    ],
    ["a command without words", { health: { command: [] } }, "health.command: must have a command (got [])."],
    // Exposure.
    [
        "no type of exposure",
        { expose: {} },
        "expose: must have exactly one of loadBalancer, gateway, ingress (got {}).",
    ],
    [
        "two types of exposure",
        { expose: { loadBalancer: {}, gateway: { domain } } },
        'expose: must have exactly one of loadBalancer, gateway, ingress (got { loadBalancer: {}, gateway: { domain: "echo.acme.com" } }).',
    ],
    ["exposure without a port", { expose: { loadBalancer: {} } }, "port: [gke/exposed-without-port]"],
    [
        "all source ranges",
        { ...port, expose: { loadBalancer: { allowFrom: ["0.0.0.0/0"] } } },
        'expose.loadBalancer.allowFrom.0: is every address (got "0.0.0.0/0"). Remove it, and set public: true.',
    ],
    [
        "no source range",
        { ...port, expose: { loadBalancer: { allowFrom: [] } } },
        "expose.loadBalancer.allowFrom: must have a range (got []).",
    ],
    [
        "a Gateway without a health check",
        { ...port, expose: { gateway: { domain, public: true } } },
        "health: [gke/exposed-without-health]",
    ],
    [
        "a public Gateway without TLS",
        { ...health, expose: { gateway: { domain, public: true, certificate: false } } },
        "expose.gateway.certificate: [gke/public-without-certificate]",
    ],
    [
        "an internal Gateway without a TLS setting",
        { ...health, expose: { gateway: { domain } } },
        "expose.gateway.certificate: [gke/certificate-of-internal]",
    ],
    [
        "a certificate of another kind",
        { ...health, expose: { gateway: { domain, public: true, certificate: "own" } } },
        'expose.gateway.certificate: must be "managed", false, or an object (got "own").',
    ],
    [
        "a certificate that is true",
        { ...health, expose: { gateway: { domain, public: true, certificate: true } } },
        'expose.gateway.certificate: must be "managed", false, or an object (got true).',
    ],
    [
        "an internal Ingress with Cloud Armor",
        { ...health, expose: { ingress: { domain, ...names, securityPolicy: "armor" } } },
        "expose.ingress.securityPolicy: [gke/security-policy-of-internal]",
    ],
    [
        "a certificate map of an Ingress",
        { ...health, expose: { ingress: { domain, public: true, certificate: { map: "all" } } } },
        'expose.ingress.certificate.names: is missing.\nexpose.ingress.certificate.map: unknown option "map"; the only option is names.',
    ],
    [
        "an Ingress without any of its certificates",
        { ...health, expose: { ingress: { domain, certificate: { names: [] } } } },
        "expose.ingress.certificate.names: must have a certificate (got []).",
    ],
    [
        "a host with a scheme",
        { ...health, expose: { gateway: { domain: "https://echo.acme.com", public: true } } },
        'expose.gateway.domain: must be a domain in lower case, such as echo.acme.com (got "https://echo.acme.com").',
    ],
    // The network.
    [
        "all callers",
        { ...port, allowFrom: [{ ranges: ["0.0.0.0/0"] }] },
        'allowFrom.0.ranges.0: is every address (got "0.0.0.0/0"). Name the callers, or expose the deployment to all: expose.loadBalancer.public.',
    ],
    [
        "an invalid range",
        { egress: [{ ranges: ["10.0.0.300/8"] }] },
        'egress.0.ranges.0: must be a range of addresses, such as 10.128.0.0/20 (got "10.0.0.300/8").',
    ],
    [
        "an empty list of callers",
        { ...port, allowFrom: [{ pods: {} }] },
        "allowFrom.0: must have exactly one of ranges, namespace (got { pods: {} }).",
    ],
    [
        "no Google APIs",
        { egress: [{ googleApis: false }] },
        "egress.0.googleApis: must be true, or left out (got false).",
    ],
    // Termination.
    [
        "a long grace period on Autopilot",
        { terminationGracePeriod: "15 minutes" },
        "terminationGracePeriod: [gke/termination-too-long]",
    ],
    [
        "a long grace period of Spot Pods",
        { spot: true, terminationGracePeriod: "30 seconds" },
        "terminationGracePeriod: [gke/termination-too-long]",
    ],
    [
        "a drain as long as the grace period",
        { ...port, drainTimeout: "30 seconds", terminationGracePeriod: "30 seconds" },
        "drainTimeout: [gke/drain-above-termination]",
    ],
    [
        "a rollout of a day",
        { rolloutTimeout: "1 day" },
        'rolloutTimeout: must be from 10 seconds to 1 hour (got "1 day").',
    ],
    // Options.
    ["an unknown option", { replicas: 2 }, 'replicas: unknown option "replicas"; did you mean "scaling"?'],
    ["a transform of an unknown child", { transform: { pods: {} } }, 'transform.pods: unknown option "pods".'],
    ["a cluster by its name", { cluster: "main" }, 'cluster: must be a GkeCluster (got "main").'],
];

test.each(bad)("%s is refused", async (_, args, message) => {
    expect(await refusal(args)).toBe(message);
});

test("a secret in plain text is refused without its value", async () => {
    const deployment = () => deploying({ env: { API_KEY: "canary" } });
    const message = await told(deployment, {}, await ofCluster());
    expect(problemsIn({ message })).toBe('AutoscaledDeployment "echo": env.API_KEY: [gke/secret-in-env]');
    expect(message).not.toContain("canary");
});

test("values that only Autopilot refuses are accepted in Standard clusters", async () => {
    const resources = {
        requests: { cpu: "20m", memory: "4Gi" },
        limits: { ephemeralStorage: "2Gi" },
    } as const;
    const made = await registered(() => {
        const cluster = new GkeCluster("main", { nodePools: { default: { machineType: "e2-standard-4" } } });
        new AutoscaledDeployment("echo", { cluster, image, resources, terminationGracePeriod: "15 minutes" });
    });
    expect(made).toHaveProperty("Deployment echo");
    const nodeSelector = { "cloud.google.com/compute-class": "Scale-Out" };
    expect(await deployed({ resources, nodeSelector })).toHaveProperty("Deployment echo");
});

const l4 = { machineType: "g2-standard-4", gpu: "nvidia-l4" } as const;

test.each([
    ["no pool", {}, { gpu: "nvidia-l4" }],
    ["pools without GPUs", { web: { machineType: "e2-standard-4" } }, { gpu: "nvidia-l4" }],
    ["another type", { gpus: l4 }, { gpu: { type: "nvidia-tesla-t4", count: 3 } }],
    ["too few GPUs", { gpus: l4 }, { gpu: { type: "nvidia-l4", count: 2 } }],
    ["no Spot VMs", { gpus: l4 }, { gpu: "nvidia-l4", spot: true }],
    ["only ProvisioningRequests", { gpus: { ...l4, queuedProvisioning: true } }, { gpu: "nvidia-l4" }],
])("a GPU that no pool of the cluster has is refused: %s", async (_, nodePools, args) => {
    const cluster = () => new GkeCluster("main", { nodePools: nodePools as never });
    const made = Object.keys(await registered(cluster));
    const program = () => new AutoscaledDeployment("echo", { cluster: cluster(), image, ...(args as object) });
    const message = await refused(program, {}, made);
    expect(message).toContain("[gke/gpu-without-pool]");
});

const manual = { ...l4, gpu: { type: "nvidia-l4", driver: "INSTALLATION_DISABLED" } } as const;
const ofManual =
    'AutoscaledDeployment "echo": gpu: pods stay Pending until the nodes of manual have the driver of their GPUs, which GKE does not install there. Remove driver: "INSTALLATION_DISABLED", so that GKE installs it, or let a DaemonSet install it: https://cloud.google.com/kubernetes-engine/docs/how-to/gpus#installing_drivers.';

test.each([
    ["in the only pool with them", { manual }, { gpu: "nvidia-l4" }, [ofManual]],
    ["in another pool, too", { gpus: l4, manual }, { gpu: "nvidia-l4" }, []],
    [
        "in the only pool of Spot VMs",
        { gpus: l4, manual: { ...manual, spot: true } },
        { gpu: "nvidia-l4", spot: true },
        [ofManual],
    ],
    ["for pods without GPUs", { manual }, {}, []],
])("a preview warns of GPUs whose driver GKE does not install: %s", async (_, nodePools, args, expected) => {
    const warned = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const program = () => {
        const cluster = new GkeCluster("main", { nodePools });
        new AutoscaledDeployment("echo", { cluster, image, ...(args as object) });
    };
    await registered(program, { preview: true });
    expect(warned.mock.calls.map(([text]) => text)).toEqual(expected);
    await registered(program);
    expect(warned).toHaveBeenCalledTimes(expected.length);
    warned.mockRestore();
});

test("all problems are reported together", async () => {
    const message = await refusal({ port: 0, user: 0, spot: "yes", image: "echo:latest" });
    expect(message.split("\n").map((line) => line.split(":")[0])).toEqual(["image", "port", "user", "spot"]);
});

test.each<[string, string]>([
    ["Echo", "Echo"],
    ["echo_app", "echo_app"],
])("a component that is called %s needs another name in the cluster", async (component, got) => {
    const unharmed = Object.keys(await registered(() => new GkeCluster("main")));
    const message = await refused(
        () => new AutoscaledDeployment(component, { cluster: new GkeCluster("main"), image }),
        {},
        unharmed,
    );
    expect(message).toBe(`AutoscaledDeployment "${component}": name: ${objectName} (got "${got}").`);
});

test("a long name is shortened for Kubernetes", async () => {
    const made = await registered(() => {
        new AutoscaledDeployment("a".repeat(70), { cluster: new GkeCluster("main"), image });
    });
    const deployment = made[`Deployment ${"a".repeat(70)}`] as { metadata: { name: string } };
    expect(deployment.metadata.name).toMatch(/^a{56}-[0-9a-f]{6}$/);
});

test("a deployment of another cluster is not reached by its cluster-internal address", async () => {
    const program = () => {
        const { caller } = new AutoscaledDeployment("echo", { cluster: new GkeCluster("main"), image, ...port });
        new AutoscaledDeployment("ask", { cluster: new GkeCluster("other"), image, uses: { ECHO: caller } });
    };
    const unharmed = Object.keys(
        await registered(() => {
            new AutoscaledDeployment("echo", { cluster: new GkeCluster("main"), image, ...port });
            new GkeCluster("other");
        }),
    );
    expect(await refused(program, {}, unharmed)).toBe(
        'AutoscaledDeployment "ask": uses.ECHO: [gke/uses-of-other-cluster]',
    );
});

const file = (path: string, secret = "s") => ({
    value: path,
    grants: [],
    attachments: [{ kind: "secret-file", path, secret, version: "1" }],
});

test.each<[string, object, string]>([
    ["a file at the root", { uses: { A: file("/text") } }, "uses.A: [gke/secret-file-in-invalid-folder]"],
    ["a file of the system", { uses: { A: file("/etc/text") } }, "uses.A: [gke/secret-file-in-invalid-folder]"],
    ["a file in a writable folder", { uses: { A: file("/tmp/text") } }, "uses.A: [gke/secret-file-in-writable-folder]"],
    [
        "two files with one path",
        { uses: { A: file("/secrets/text"), B: file("/secrets/text", "t") } },
        "uses.B: [gke/secret-file-path-twice]",
    ],
])("%s is refused", async (_, args, message) => {
    expect(await refusal(args)).toBe(message);
});
