import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    ContainerImage,
    ContainerRegistry,
    Network,
    PubSubTopic,
    Secret,
    StorageBucket,
} from "slipway";
import { cloudRunLimits } from "../../../lib/facts/limits/cloudRun";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, digest, type Given, key, moving, place, secret } from "../everythingElse";
import { call, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";
import { image } from "../serving";

/** All options of Cloud Run services that use no other components. */
export function program(): void {
    new CloudRunService("open-service", {
        image,
        public: true,
        port: 9090,
        http2: true,
        health: { startup: { grpc: "" }, liveness: { grpc: "shop.Health" } },
        cpu: "500m",
        memory: "512Mi",
        scaling: 2,
        executionEnvironment: "gen1",
        network: { connector: "apps", egress: "all-traffic" },
        binaryAuthorization: pulumi.output("default"),
        traffic: { split: { latest: 10, previous: 90 }, tags: { candidate: "latest", stable: "previous" } },
    });
    const key = new Secret("service-key");
    const network = new Network("service-network");
    const inside = new CloudSqlInstance("service-database", { network });
    const outside = new CloudSqlInstance("service-open", { network: false, publicAddress: true });
    new CloudRunService("whole-service", {
        image: pulumi.output(image),
        command: ["node"],
        args: [pulumi.output("main.js")],
        workingDirectory: "/app",
        uses: {
            API_KEY: key.reader,
            KEY_FILE: key.file("/secrets/key"),
            INSIDE: inside.client,
            OUTSIDE: outside.client,
        },
        env: { LEVEL: pulumi.output("info") },
        health: {
            startup: {
                tcp: 8080,
                initialDelay: "1 second",
                interval: "2 seconds",
                timeout: "2 seconds",
                unhealthyThreshold: 3,
            },
            liveness: { path: "/live", port: 8081, headers: { "X-Probe": "1" } },
            readiness: { path: "/ready", interval: "5 seconds" },
        },
        gpu: { type: "nvidia-l4", zonalRedundancy: true },
        startupBoost: false,
        scaling: { min: 1, max: 5, concurrency: 10, revision: { min: 0, max: 3 } },
        timeout: "60 seconds",
        sessionAffinity: true,
        ingress: "all",
        iap: ["group:shop@acme.dev"],
        customAudiences: ["https://shop.acme.dev"],
        triggers: {
            sales: { topic: new PubSubTopic("service-sales"), retries: true },
            uploads: { bucket: new StorageBucket("service-uploads"), event: "deleted", path: "/uploads" },
            jobs: {
                audit: { service: "bigquery.googleapis.com", method: "a.b", resource: pulumi.output("projects/*/a") },
                region: "global",
            },
        },
        sidecars: {
            proxy: {
                image,
                command: ["proxy"],
                args: ["--quiet"],
                uses: { KEY_FILE: key.file("/secrets/key") },
                env: { LEVEL: "info" },
                cpu: 1,
                memory: "256Mi",
                health: { startup: { path: "/ready", port: 9000 }, liveness: { path: "/live", port: 9000 } },
                volumes: ["cache"],
            },
        },
        volumes: {
            models: {
                path: "/models",
                bucket: new StorageBucket("service-models"),
                readOnly: true,
                options: ["implicit-dirs"],
            },
            cache: { path: "/cache", memory: "64Mi" },
            share: { path: "/share", nfs: { server: "10.0.0.2", path: "/share" }, readOnly: true },
        },
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        binaryAuthorization: "projects/acme-dev/platforms/cloudRun/policies/signed",
        description: "The shop.",
        labels: { team: "shop" },
        name: "shop",
    });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts, bucket, image }: Given): void {
    const registry = new ContainerRegistry("other-images", {
        immutableTags: false,
        cleanup: { taggedOlderThan: "400 days" },
        encryptionKey: key,
        crossProject,
    });
    const source = join(__dirname, "..", "container");
    new ContainerImage("other-built", {
        registry,
        source: source,
        build: {
            dockerfile: "../../../lib/dataflow/Dockerfile",
            target: "launcher",
            platforms: ["linux/arm64"],
            secrets: { TOKEN: secret },
            cache: { ref: "europe-west1-docker.pkg.dev/acme-shared/cache/other:main", mode: "min" },
            builder: "farm",
        },
        crossProject,
    });
    const keys = new Secret("other-key", { encryptionKey: key.replace("europe-west1", "global"), crossProject });
    const sidecar = (name: string, port: number) => ({
        image: moving,
        command: [name],
        args: [`--${name}`],
        env: { ROLE: name },
        uses: { FILE: keys.file(`/secrets/${name}`) },
        volumes: ["cache"],
        health: { startup: { tcp: port } },
    });
    const sidecars = {
        log: { ...sidecar("log", 9001), cpu: 2 as const, memory: "1Gi" as const },
        proxy: { ...sidecar("proxy", 9002), cpu: "500m" as const, memory: "640Mi" as const, startAfter: ["log"] },
    };
    const common = {
        account,
        source,
        registry,
        workingDirectory: "/other",
        env: { LEVEL: "debug" },
        startAfter: ["proxy"],
        volumes: {
            cache: { path: "/cache", memory: "96Mi" as const },
            files: { path: "/files", bucket, readOnly: true, options: ["implicit-dirs"] },
        },
        encryptionKey: key,
        binaryAuthorization: "projects/acme-shared/platforms/cloudRun/policies/other",
        alerts,
        insecure: true,
        crossProject,
    };
    new CloudRunJob("other-job", { ...common, sidecars });
    new CloudRunWorkerPool("other-pool", {
        ...common,
        sidecars: {
            log: { ...sidecars.log, health: { ...sidecars.log.health, liveness: { path: "/log", port: 9001 } } },
            proxy: sidecars.proxy,
        },
    });
    new CloudRunService("other-service", {
        image,
        account,
        sidecars: { proxy: { image: moving, health: { startup: { tcp: 9003 } } } },
        startAfter: ["proxy"],
        alerts,
        insecure: true,
        crossProject,
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    const { region } = place;
    const image = `docker.io/acme/regional@${digest}`;
    new CloudRunService("regional-service", { image, region });
    new CloudRunJob("regional-job", { image, region });
    new CloudRunWorkerPool("regional-pool", { image, region });
    new CloudRunService("from-source", {
        source: join(__dirname, "..", "container"),
        registry: new ContainerRegistry("regional-images"),
        sidecars: { proxy: { image, health: { startup: { tcp: 9004 } } } },
        startAfter: ["proxy"],
    });
}

export const run = "https://cloud.google.com/run/docs/reference/iam/permissions";
export const request = [
    call("requests.get with fetch_id_token", "run.routes.invoke"),
    call("node: getIdTokenClient", "run.routes.invoke"),
];

export const sampleCalls: SampleCalls = {
    "CloudRunService.invoker": {
        offer: () => new CloudRunService("offered", { image }).invoker,
        source: run,
        calls: request,
    },
};

export const longestNames: LongestNames = {
    "cloudrunv2/service:Service name": nameFormats.rows.cloudRunService.max,
    "cloudrunv2/service:Service template.revision": cloudRunLimits.rows.revisionName.max,
    "gcp:cloudrunv2/service:Service template.containers.envs.name": "unlimited",
    "gcp:cloudrunv2/service:Service template.containers.livenessProbe.httpGet.httpHeaders.name": "unlimited",
    "gcp:cloudrunv2/service:Service template.containers.name": "unlimited",
    "gcp:cloudrunv2/service:Service template.containers.volumeMounts.name": "unlimited",
    "gcp:cloudrunv2/service:Service template.volumes.name": "unlimited",
    "gcp:cloudrunv2/service:Service traffics.revision": "unlimited",
    "gcp:cloudrunv2/service:Service traffics.tag": "unlimited",
};

export const sameWithout = {
    "CloudRunService.traffic.split": "programs have its default",
};
