import * as pulumi from "@pulumi/pulumi";
import {
    AppEngineApp,
    type AppEngineAppArgs,
    type AppEngineServiceArgs,
    CloudSqlInstance,
    ContainerImage,
    type Handler,
    Network,
    Secret,
    StorageBucket,
    type Volume,
} from "slipway";

const source = "./shop";
const image = `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:…`;
const network = new Network("apps");
const database = new CloudSqlInstance("sales", { engine: "postgres" });
const models = new StorageBucket("models");
const predict = new ContainerImage("predict", { reference: image });

const bare = new AppEngineApp("shop", { services: { default: { source } } });
const url: pulumi.Output<string> = bare.url;
pulumi.log.info(pulumi.interpolate`${url}`.toString());

const full = new AppEngineApp("full", {
    services: {
        default: {
            source,
            runtime: "python313",
            entrypoint: "gunicorn -b :$PORT main:app",
            scaling: {
                min: 1,
                max: 8,
                minIdle: 1,
                maxIdle: 4,
                cpu: 70,
                throughput: 70,
                concurrency: 40,
                minPendingLatency: "30 milliseconds",
                maxPendingLatency: "2 seconds",
            },
            instanceClass: "F4_1G",
            handlers: [
                { url: "/static", staticDir: "static", expiration: "1 day", httpHeaders: { Vary: "Accept-Encoding" } },
                { url: "/favicon\\.ico", staticFiles: "static/favicon.ico", upload: "static/favicon\\.ico" },
                { url: "/tasks/.*", script: "auto", login: "admin", secure: "always", redirectHttpResponseCode: 302 },
            ],
            defaultExpiration: "10 minutes",
            warmup: true,
            bundledServices: ["memcache", "taskqueue"],
            inboundServices: ["mail"],
            network: { network, range: "10.8.0.0/28", egress: "all-traffic" },
            env: { LEVEL: "info", SHARE: pulumi.output("0.1") },
            uses: { DATABASE: database.client, MODELS: models.reader },
            ingress: "load-balancer",
            keep: 5,
        },
        predictions: {
            flexible: true,
            image: predict,
            resources: {
                cpu: 2,
                memory: "4 GiB",
                diskSize: "20 GB",
                volumes: { scratch: { size: "1 GB", type: "tmpfs" } },
            },
            scaling: {
                min: 2,
                max: 8,
                cpu: 50,
                cpuAggregationWindow: "1 minute",
                concurrency: 100,
                initialization: "2 minutes",
            },
            health: {
                readiness: { path: "/ready", timeout: "2 seconds", appStartTimeout: "20 minutes" },
                liveness: "/live",
            },
            network: { network, forwardedPorts: [8125, "2222/tcp", "9000:9001"], addresses: "internal" },
            uses: { DATABASE: database.client },
        },
        nightly: { source, scaling: { max: 3, idleTimeout: "10 minutes" } },
        board: { source, scaling: 2, instanceClass: "B8" },
        built: { flexible: true, source, runtime: { name: "python", version: "3.14" }, entrypoint: "python app.py" },
        custom: { flexible: true, source, runtime: { name: "custom" }, scaling: 1, network },
        given: { flexible: true, image: pulumi.output(image), network: { network: "apps", subnet: "apps" } },
    },
});
pulumi.log.info(pulumi.interpolate`${full.services.predictions?.url}`.toString());

const service: AppEngineServiceArgs = Math.random() > 0.5 ? { source } : { flexible: true, image };
const handlers: Handler[] = [{ url: "/.*", script: "auto" }];
const args: AppEngineAppArgs = { services: { default: service, other: { source, handlers } } };
new AppEngineApp("args", args);

const standard = (args: Omit<Extract<AppEngineServiceArgs, { flexible?: false }>, "source">) => args;
standard({ warmup: true });

// @ts-expect-error: an application has services.
new AppEngineApp("shop", {});

// @ts-expect-error: a service of the standard environment has no resources.
new AppEngineApp("shop", { services: { default: { source, resources: { cpu: 2 } } } });

// @ts-expect-error: a standard service requires a source.
new AppEngineApp("shop", { services: { default: {} } });

// @ts-expect-error: a standard service cannot run an image.
new AppEngineApp("shop", { services: { default: { image } } });

// @ts-expect-error: a flexible service has an image or a source, not both.
new AppEngineApp("shop", { services: { default: { flexible: true, image, source } } });

// @ts-expect-error: a flexible service requires an image or a source.
new AppEngineApp("shop", { services: { default: { flexible: true } } });

// @ts-expect-error: an image has no runtime.
new AppEngineApp("shop", { services: { default: { flexible: true, image, runtime: { name: "python" } } } });

// @ts-expect-error: a Dockerfile has no runtime version.
new AppEngineApp("shop", { services: { a: { flexible: true, source, runtime: { name: "custom", version: "3" } } } });

// A runtime whose support ended causes a warning.
new AppEngineApp("shop", { services: { default: { source, runtime: "python39" } } });

// @ts-expect-error: an unlisted runtime.
new AppEngineApp("shop", { services: { default: { source, runtime: "python399" } } });

// @ts-expect-error: a runtime of the flexible environment only.
new AppEngineApp("shop", { services: { default: { source, runtime: "dotnet10" } } });

new AppEngineApp("shop", {
    // @ts-expect-error: the flexible environment has no basic scaling.
    services: { default: { flexible: true, image, scaling: { max: 1, idleTimeout: "5 minutes" } } },
});

new AppEngineApp("shop", {
    // @ts-expect-error: basic scaling has no minimum.
    services: { default: { source, scaling: { min: 1, max: 2, idleTimeout: "5 minutes" } } },
});

// @ts-expect-error: basic scaling requires a maximum.
new AppEngineApp("shop", { services: { default: { source, scaling: { idleTimeout: "5 minutes" } } } });

// @ts-expect-error: automatic scaling requires an F class.
new AppEngineApp("shop", { services: { default: { source, instanceClass: "B2" } } });

new AppEngineApp("shop", {
    // @ts-expect-error: other types of scaling require a B class.
    services: { default: { source, scaling: 1, instanceClass: "F2" } },
});

new AppEngineApp("shop", {
    // @ts-expect-error: only the flexible environment has an initialization period.
    services: { default: { source, scaling: { initialization: "2 minutes" } } },
});

// @ts-expect-error: a handler requires a script, a folder or files.
const none: Handler = { url: "/" };

// @ts-expect-error: a handler has only one of them.
const both: Handler = { url: "/static", staticDir: "static", script: "auto" };

// @ts-expect-error: the script is the entrypoint.
const script: Handler = { url: "/", script: "main.app" };

// @ts-expect-error: files require an upload pattern.
const files: Handler = { url: "/logo", staticFiles: "static/logo.png" };

// @ts-expect-error: only files have an expiration.
const kept: Handler = { url: "/", script: "auto", expiration: "1 day" };
pulumi.log.info([none, both, script, files, kept].toString());

// @ts-expect-error: a generated connector requires a range.
standard({ network: { network } });

// @ts-expect-error: an existing connector has a range already.
standard({ network: { connector: "…", range: "10.8.0.0/28" } });

// @ts-expect-error: a standard service has no subnetwork.
standard({ network: { network, range: "10.8.0.0/28", subnet: "apps" } });

// @ts-expect-error: a latency in app.yaml's format.
standard({ scaling: { minPendingLatency: "30ms" } });

// @ts-expect-error: App Engine cannot mount secrets.
standard({ uses: { API_KEY: new Secret("api-key").reader } });

// @ts-expect-error: volumes are in memory.
const disk: Volume = { size: "1 GB", type: "ssd" };
pulumi.log.info(disk.size);

// @ts-expect-error: memory requires a unit.
new AppEngineApp("shop", { services: { a: { flexible: true, image, resources: { memory: 4 } } } });

// @ts-expect-error: a port has TCP or UDP.
new AppEngineApp("shop", { services: { a: { flexible: true, image, network: { forwardedPorts: ["2222/sctp"] } } } });

new AppEngineApp("shop", {
    // @ts-expect-error: only liveness checks have an initial delay.
    services: { a: { flexible: true, image, health: { readiness: { initialDelay: "1 minute" } } } },
});
