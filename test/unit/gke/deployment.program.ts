import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance, ContainerImage, ContainerRegistry, Network, Secret } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { crossProject, digest, type Given, key, moving, place } from "../everythingElse";
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

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts, image, network }: Given): void {
    const cluster = new GkeCluster("other-cluster", {
        network,
        privateNodes: false,
        nodePools: {
            all: {
                machineType: "c3-standard-8",
                scaling: { min: 2, max: 7 },
                locationPolicy: "ANY",
                zones: ["europe-west1-c", "europe-west1-d"],
                diskType: "hyperdisk-balanced",
                diskSize: "110 GB",
                diskIops: 4100,
                diskThroughput: 250,
                threadsPerCore: 1,
                gvnic: true,
                labels: { pool: "all" },
                taints: [{ key: "only", value: "all", effect: "PREFER_NO_SCHEDULE" }],
                upgrade: { maxSurge: 3, maxUnavailable: 2 },
                reservation: { name: "projects/acme-shared/reservations/all" },
                account,
                registryMirrors: { "docker.io": ["https://mirror.acme.com"] },
            },
            gpu: {
                machineType: "n1-standard-4",
                spot: true,
                diskType: "pd-standard",
                diskSize: "44 GB",
                localSsds: 2,
                gpu: { type: "nvidia-tesla-t4", count: 1, driver: "INSTALLATION_DISABLED" },
                queuedProvisioning: true,
            },
            spare: { machineType: "n2-standard-2", reservation: "ANY_RESERVATION" },
        },
        encryptionKey: key,
        account,
        alerts,
        crossProject,
    });
    const amounts = (cpu: `${number}m`, memory: `${number}Mi`, disk: `${number}Mi`) => ({
        cpu,
        memory,
        ephemeralStorage: disk,
    });
    const database = new CloudSqlInstance("other-deployed", { network, users: { app: {} } });
    new AutoscaledDeployment("other-deployment", {
        cluster,
        image,
        port: 8090,
        name: "other-name",
        account,
        uses: { DATABASE: database.client },
        command: ["other"],
        args: ["--all"],
        user: 10_007,
        writable: ["/var/other"],
        health: { readiness: "/ready", liveness: "/live", startupTimeout: "3 minutes", timeout: "4 seconds" },
        resources: { requests: amounts("250m", "300Mi", "310Mi"), limits: amounts("750m", "800Mi", "810Mi") },
        authProxy: {
            image: moving,
            resources: { requests: amounts("90m", "120Mi", "130Mi"), limits: amounts("140m", "150Mi", "160Mi") },
        },
        drainTimeout: "21 seconds",
        terminationGracePeriod: "81 seconds",
        rolloutTimeout: "11 minutes",
        allowFrom: [{ ranges: ["10.50.0.0/16"] }, { namespace: "callers", pods: { app: "caller" } }],
        egress: [
            { ranges: ["10.60.0.0/16"], ports: [5432], protocol: "UDP" },
            { namespace: "called", pods: { app: "called" }, ports: [8443] },
            { googleApis: true },
        ],
        nodeSelector: { pool: "all" },
        tolerations: [{ key: "only", operator: "Equal", value: "all", effect: "NoExecute" }],
        priorityClassName: "high",
        labels: { team: "other" },
        annotations: { "acme.com/scrape": "true" },
        alerts,
        insecure: true,
        crossProject,
    });
    new AutoscaledDeployment("other-worker", {
        cluster,
        image: `ghcr.io/acme/worker@${digest}`,
        health: { command: ["test", "-f", "/tmp/ready"] },
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    const { region } = place;
    const image = `docker.io/acme/regional@${digest}`;
    const cluster = new GkeCluster("regional-cluster", { region });
    new AutoscaledDeployment("regional-deployment", {
        cluster,
        image,
        port: 8091,
        health: "/healthz",
        env: { LEVEL: "debug" },
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
