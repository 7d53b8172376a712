import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance, ContainerImage, ContainerRegistry, Network, Secret } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import type { SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";

/** Deployments with all types of exposure, which use each other. */
export function program(): void {
    const cluster = new GkeCluster("deployments", { network: { ranges: { proxies: "10.129.0.0/23" } } });
    const registry = new ContainerRegistry("deployment-images");
    const image = new ContainerImage("deployed", { registry, digest: pulumi.output(`sha256:${"c".repeat(64)}`) });
    const { caller } = new AutoscaledDeployment("called", { cluster, image, port: 8080 });
    new AutoscaledDeployment("same-image", { cluster, image });
    const other = `ghcr.io/acme/echo@sha256:${"a".repeat(64)}`;
    const uses = {
        CALLED: caller,
        KEY_FILE: new Secret("deployment-key", { external: true }).file("/secrets/key/text"),
    };
    new AutoscaledDeployment("worker", { cluster, image: pulumi.output(other), uses, namespace: "apps", spot: true });
    const host = "echo.acme.com";
    const names = { names: ["one", pulumi.output("two")] as [string, pulumi.Output<string>] };
    const common = { cluster, image: other, port: 8080, health: "/healthz" };
    new AutoscaledDeployment("gpus", { cluster, image, gpu: "nvidia-l4", scaling: { min: 1, max: 2, gpu: 70 } });
    new AutoscaledDeployment("balanced", { ...common, expose: { loadBalancer: { public: true } } });
    new AutoscaledDeployment("gateway", { ...common, expose: { gateway: { domain: host, public: true } } });
    new AutoscaledDeployment("canary", {
        ...common,
        expose: { gateway: { domain: "canary.acme.com", certificate: false } },
        canary: {
            template: {
                image,
                command: ["next"],
                args: ["--fast"],
                env: { LEVEL: "debug" },
                health: "/ready",
                resources: { requests: { cpu: "1" } },
                scaling: { min: 1, max: 2 },
            },
            split: { latest: 80, canary: 20 },
        },
    });
    new AutoscaledDeployment("internal-gateway", {
        ...common,
        expose: { gateway: { domain: host, certificate: names } },
    });
    new AutoscaledDeployment("ingress", {
        ...common,
        expose: { ingress: { domain: pulumi.output(host), public: true } },
    });
    new AutoscaledDeployment("internal-ingress", {
        ...common,
        expose: { ingress: { domain: host, certificate: false } },
    });
    const network = new Network("deployment-databases", { proxyOnlySubnets: true });
    const books = new CloudSqlInstance("books", { engine: "sqlserver", network, users: { app: {} } });
    const stock = new CloudSqlInstance("stock", { privateServiceConnect: { network } });
    const joined = new GkeCluster("joined", { network });
    new AutoscaledDeployment("connected", {
        cluster: joined,
        image,
        uses: { BOOKS: books.as({ user: "app" }), STOCK: stock.client },
        authProxy: { image: other, resources: { requests: { cpu: "100m", memory: "128Mi" } } },
    });
    const subscription = "projects/acme-dev/subscriptions/predict-range";
    new AutoscaledDeployment("demanded", {
        cluster,
        image,
        scaling: {
            min: 2,
            max: 5,
            backlog: { subscription: pulumi.output(subscription), perReplica: 100 },
            schedules: { mornings: { cron: "0 6 * * MON-FRI", duration: "4 hours", min: 4 } },
            vertical: { memory: { min: "64Mi", max: "2Gi" } },
        },
    });
}

export const sampleCalls: SampleCalls = {
    "AutoscaledDeployment.caller": "Requests in the cluster need no role.",
};

export const longestNames: LongestNames = {
    "kubernetes:apps/v1:Deployment spec.template.spec.containers.env.name": "unlimited",
};

export const secretsElsewhere = {
    AutoscaledDeployment: "clusters/controlPlane.test.ts searches the files of a cluster",
};

export const sameWithout = {
    "AutoscaledDeployment.tolerations.<name>.operator": "programs have its default",
};
