import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, ContainerRegistry, PubSubTopic, Secret, ServerlessFunction } from "slipway";
import { AutoscaledDeployment, type ClusterService, GkeCluster } from "slipway/gke";
import type { Capability } from "slipway/iam";

const cluster = new GkeCluster("main");
const image = new ContainerImage("echo", { registry: new ContainerRegistry("app"), tag: "1.4.0" });
const key = new Secret("api-key");
const { caller } = new AutoscaledDeployment("callee", { cluster, image: "ghcr.io/acme/echo@sha256:…", port: 8080 });

// All arguments.
const echo = new AutoscaledDeployment("echo", {
    cluster,
    image,
    port: 8080,
    scaling: { min: 2, max: 5, cpu: 80 },
    uses: { SALES: new PubSubTopic("sales").publisher, KEY_FILE: key.file("/secrets/api-key/text"), CALLEE: caller },
    env: { MODE: pulumi.output("fast") },
    expose: { loadBalancer: { public: true, port: 80, allowFrom: ["203.0.113.0/24"] } },
    health: { readiness: "/healthz", liveness: "/live", startupTimeout: "10 minutes", timeout: "2 seconds" },
    resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { ephemeralStorage: "2Gi" } },
    authProxy: { image: pulumi.output("…"), resources: { requests: { cpu: "100m", memory: "128Mi" } } },
    command: ["serve"],
    args: [pulumi.output("--all")],
    user: 12_345,
    writable: ["/var/cache"],
    drainTimeout: "20 seconds",
    terminationGracePeriod: "1 minute",
    rolloutTimeout: "5 minutes",
    allowFrom: [{ ranges: ["10.0.0.0/8"] }, { namespace: "apps", pods: { app: "ask" } }],
    egress: [{ ranges: ["0.0.0.0/0"], ports: [443] }, { namespace: "data", protocol: "UDP" }, { googleApis: true }],
    spot: true,
    nodeSelector: { disk: "ssd" },
    tolerations: [{ key: "gpu", operator: "Exists", effect: "NoSchedule" }],
    priorityClassName: "high",
    namespace: pulumi.output("apps"),
    name: "echo",
    labels: { team: "forecast" },
    annotations: { "acme.com/scrape": "true" },
    crossProject: "prod",
    transform: { deployment: { spec: { replicas: 1 } as never }, gateway: (args) => delete args.metadata, account: {} },
});
const url: pulumi.Output<string> = echo.url;
const address: pulumi.Output<string> = echo.address;
const called: Capability<ClusterService> = echo.caller;
const { deployment, service, namespace, account, serviceAccount, networkPolicy, podDisruptionBudget } = echo;

export {
    account,
    address,
    called,
    deployment,
    namespace,
    networkPolicy,
    podDisruptionBudget,
    service,
    serviceAccount,
    url,
};

const host = "echo.acme.com";
const exposed = { cluster, image, port: 8080, health: "/healthz" };
new AutoscaledDeployment("a", {
    ...exposed,
    expose: { gateway: { domain: host, public: true, securityPolicy: "armor" } },
});
new AutoscaledDeployment("b", {
    ...exposed,
    expose: { gateway: { domain: host, public: true, certificate: { map: "all" } } },
});
new AutoscaledDeployment("c", { ...exposed, expose: { gateway: { domain: host, certificate: false } } });
new AutoscaledDeployment("d", { ...exposed, expose: { ingress: { domain: host, certificate: { names: ["one"] } } } });
new AutoscaledDeployment("e", {
    ...exposed,
    expose: { ingress: { domain: host, public: true, certificate: "managed" } },
});

// @ts-expect-error: a deployment requires a cluster.
new AutoscaledDeployment("echo", { image });

// @ts-expect-error: a deployment requires an image.
new AutoscaledDeployment("echo", { cluster });

// @ts-expect-error: secrets are only supported as files.
new AutoscaledDeployment("echo", { cluster, image, uses: { KEY: key.reader } });

// @ts-expect-error: a function cannot call a deployment.
new ServerlessFunction("echo", { source: "./echo", trigger: { http: {} }, uses: { CALLEE: caller } });

// @ts-expect-error: a proxy has an image, not a version.
new AutoscaledDeployment("echo", { cluster, image, authProxy: { version: "2.25.4" } });

// @ts-expect-error: the number of replicas is an option of `scaling`.
new AutoscaledDeployment("echo", { cluster, image, replicas: 3 });

// @ts-expect-error: a fixed number and an autoscaler are exclusive.
new AutoscaledDeployment("echo", { cluster, image, scaling: { replicas: 3, vertical: { cpu: {} }, min: 1 } });

// @ts-expect-error: privileged containers require a transform.
new AutoscaledDeployment("echo", { cluster, image, privileged: true });

// @ts-expect-error: memory requires a unit.
new AutoscaledDeployment("echo", { cluster, image, resources: { requests: { memory: "512" } } });

// @ts-expect-error: a deployment has one type of exposure.
new AutoscaledDeployment("echo", { ...exposed, expose: { loadBalancer: {}, gateway: { domain: host, public: true } } });

// @ts-expect-error: an internal Gateway requires an explicit TLS setting.
new AutoscaledDeployment("echo", { ...exposed, expose: { gateway: { domain: host } } });

new AutoscaledDeployment("echo", {
    ...exposed,
    // @ts-expect-error: a public Gateway requires TLS.
    expose: { gateway: { domain: host, public: true, certificate: false } },
});

const certificate = { map: "a" };
// @ts-expect-error: an Ingress does not support certificate maps.
new AutoscaledDeployment("echo", { ...exposed, expose: { ingress: { domain: host, public: true, certificate } } });

new AutoscaledDeployment("f", {
    ...exposed,
    // @ts-expect-error: Cloud Armor is only for public exposure.
    expose: { gateway: { domain: host, certificate: false, securityPolicy: "a" } },
});

// @ts-expect-error: callers are ranges or pods, not both.
new AutoscaledDeployment("echo", { cluster, image, allowFrom: [{ ranges: ["10.0.0.0/8"], namespace: "apps" }] });

// @ts-expect-error: an unknown child.
new AutoscaledDeployment("echo", { cluster, image, transform: { pods: {} } });

new AutoscaledDeployment("f", { cluster, image, gpu: "nvidia-l4", scaling: { min: 1, max: 3, gpu: 60 } });
new AutoscaledDeployment("g", { cluster, image, gpu: { type: "nvidia-tesla-t4", count: 2 }, spot: true });

// @ts-expect-error: not a GPU.
new AutoscaledDeployment("echo", { cluster, image, gpu: "l4" });

// @ts-expect-error: the number of GPUs without their type.
new AutoscaledDeployment("echo", { cluster, image, gpu: { count: 2 } });

// @ts-expect-error: a pod installs no driver.
new AutoscaledDeployment("echo", { cluster, image, gpu: { type: "nvidia-l4", driver: "LATEST" } });

const canary = { template: { image }, split: { latest: 95, canary: 5 } };
new AutoscaledDeployment("h", { ...exposed, expose: { gateway: { domain: host, public: true } }, canary });

// @ts-expect-error: the name of the share is latest.
new AutoscaledDeployment("echo", { ...exposed, canary: { template: { image }, split: { stable: 95, canary: 5 } } });

// @ts-expect-error: both versions listen on the same port.
new AutoscaledDeployment("echo", { ...exposed, canary: { template: { port: 8081 } } });
