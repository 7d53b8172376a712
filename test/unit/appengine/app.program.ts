import * as pulumi from "@pulumi/pulumi";
import { AppEngineApp, CloudSqlInstance, ContainerImage, ContainerRegistry, Network, StorageBucket } from "slipway";
import type { Enqueued } from "../../../lib/appengine";
import { nameFormats } from "../../../lib/facts/names";
import { use } from "../../../lib/internal/access/capability";
import { crossProject, type Given } from "../everythingElse";
import { folderOf } from "../folders";
import { call, onProject, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";

/** An application with services of both environments and all options. */
export function program(folder: string): void {
    const network = new Network("app-network");
    const database = new CloudSqlInstance("app-database", { network, publicAddress: true });
    const models = new StorageBucket("app-models");
    const uses = { DATABASE: database.client, MODELS: models.reader };
    const code = { source: folder, entrypoint: "gunicorn --bind :$PORT main:answer" };
    const image = new ContainerImage("app-image", { registry: new ContainerRegistry("app-images"), tag: "1" });
    const app = new AppEngineApp("app", {
        region: "europe-west1",
        servingStatus: "USER_DISABLED",
        sslPolicy: "DEFAULT",
        iap: {
            members: ["group:shop@acme.com", "user:ana@acme.com"],
            oauth2ClientId: "1-a.apps.googleusercontent.com",
            oauth2ClientSecret: pulumi.secret("canary"),
        },
        services: {
            default: {
                ...code,
                runtime: "python313",
                scaling: {
                    min: 1,
                    max: 4,
                    minIdle: 1,
                    maxIdle: 2,
                    cpu: 70,
                    throughput: 70,
                    concurrency: 20,
                    minPendingLatency: "30 milliseconds",
                    maxPendingLatency: "1 second",
                },
                instanceClass: "F4",
                handlers: [
                    {
                        url: "/source",
                        staticFiles: "main.py",
                        upload: "main\\.py",
                        expiration: "1 day",
                        httpHeaders: { "X-Range": "3" },
                        mimeType: "text/plain",
                        requireMatchingFile: true,
                        applicationReadable: true,
                        secure: "optional",
                        login: "required",
                        authFailAction: "unauthorized",
                    },
                    { url: "/api/.*", script: "auto", redirectHttpResponseCode: 307 },
                ],
                defaultExpiration: "1 hour",
                warmup: true,
                bundledServices: ["memcache"],
                inboundServices: ["mail"],
                network: { network, range: "10.200.0.0/28", egress: "all-traffic" },
                env: { LEVEL: "info", API_KEY: pulumi.secret("canary") },
                uses,
                ingress: "load-balancer",
                traffic: { split: { latest: 10, previous: 90 }, by: "random" },
                keep: 3,
            },
            basic: {
                ...code,
                instanceClass: "B2",
                scaling: { max: 2, idleTimeout: "10 minutes" },
                network: { connector: pulumi.output("projects/acme-dev/locations/europe-west1/connectors/apps") },
            },
            manual: { ...code, scaling: 2 },
            predictions: {
                flexible: true,
                image,
                uses,
                resources: {
                    cpu: 2,
                    memory: "4 GiB",
                    diskSize: "20 GB",
                    volumes: { scratch: { size: "1 GB", type: "tmpfs" } },
                },
                scaling: {
                    min: 2,
                    max: 8,
                    cpu: 60,
                    cpuAggregationWindow: "2 minutes",
                    concurrency: 50,
                    initialization: "3 minutes",
                },
                health: {
                    readiness: { path: "/ready", appStartTimeout: "10 minutes", host: "shop.acme.com" },
                    liveness: { path: "/live", initialDelay: "1 minute" },
                },
                network: { network, forwardedPorts: ["8081/udp"], instanceTag: "app" },
                ingress: "internal",
                traffic: { split: { latest: 50, previous: 50 }, by: "ip" },
            },
            built: {
                flexible: true,
                source: folder,
                entrypoint: "python main.py",
                scaling: 1,
            },
        },
        dispatch: [{ url: "*/predict/*", service: "predictions" }],
        domains: { "shop.acme.dev": {}, "*.acme.dev": { certificate: "12345", override: true } },
        firewall: {
            default: "deny",
            rules: { 1000: { action: "allow", range: "203.0.113.0/24", description: "the office" } },
        },
        cron: {
            retrain: { cron: "every 24 hours", path: "/tasks/retrain" },
            sum: {
                cron: "0 3 * * *",
                timeZone: "Europe/Berlin",
                path: "/sum",
                method: "POST",
                body: { range: 3 },
                headers: { "X-Range": "3" },
                service: "basic",
                version: "v1",
                retries: 2,
                timeout: "1 hour",
                paused: true,
                description: "sums",
            },
        },
        queues: {
            mails: {
                rate: 5,
                concurrency: 10,
                retries: {
                    max: "unlimited",
                    maxDuration: "1 day",
                    minBackoff: "1 second",
                    maxBackoff: "1 hour",
                    maxDoublings: 3,
                },
                service: "manual",
                version: "v1",
                paused: true,
                logged: 50,
                name: "mails",
            },
            others: {},
        },
        labels: { team: "shop", owner: pulumi.output("sales") },
    });
    const mails = app.queues.mails;
    use("mailer", mails ? { MAILS: mails.enqueuer } : {}, "serviceAccount:mailer@acme-dev.iam.gserviceaccount.com", {});
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts }: Given, folder: string): void {
    const retries = {
        max: 3,
        maxDuration: "2 hours",
        minBackoff: "3 seconds",
        maxBackoff: "5 minutes",
        maxDoublings: 2,
    } as const;
    new AppEngineApp("other-app", {
        services: {
            default: {
                source: folder,
                entrypoint: "gunicorn main:answer",
                runtime: "python399" as "python313",
                env: { OTHER_TOKEN: "plain" },
                account,
            },
        },
        iap: { members: ["user:ada@gmail.com"], personalAccounts: true },
        domains: { "other.acme.com": { certificate: "none", override: true } },
        cron: {
            other: {
                cron: "4 5 * * *",
                path: "/other",
                method: "PUT",
                body: "other",
                headers: { "X-Other": "4" },
                service: "default",
                version: "v4",
                retries: {
                    max: 3,
                    maxDuration: "3 hours",
                    minBackoff: "4 seconds",
                    maxBackoff: "6 minutes",
                    maxDoublings: 4,
                },
                timeout: "9 minutes",
                paused: true,
                description: "Others",
            },
        },
        queues: {
            others: {
                rate: 7,
                concurrency: 8,
                retries,
                service: "default",
                version: "v3",
                paused: true,
                logged: 25,
                name: "others",
            },
        },
        alerts,
        allowUnlisted: true,
        insecure: true,
        crossProject,
    });
}

const app = () => {
    const web = folderOf({ "main.py": "app = print\n" });
    return new AppEngineApp("shop", {
        services: { default: { source: web, ingress: "all" } },
        queues: { mails: {} },
    });
};

export const sampleCalls: SampleCalls = {
    "Enqueued.enqueuer": {
        offer: () => (app().queues.mails as Enqueued).enqueuer,
        source: "https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks",
        calls: [
            call("CloudTasksClient.create_task", "cloudtasks.tasks.create"),
            call("node: client.createTask", "cloudtasks.tasks.create"),
            call("CloudTasksClient.create_task with app_engine_http_request", "appengine.applications.get", onProject),
            call("CloudTasksClient.create_task with oidc_token", "iam.serviceAccounts.actAs", {
                remedy: ["app-engine-app", "`user` of the `ServiceAccount`"],
            }),
        ],
    },
};

export const longestNames: LongestNames = {
    "cloudtasks/queue:Queue name": nameFormats.rows.queue.max,
    "gcp:appengine/domainMapping:DomainMapping domainName": "unlimited",
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion resources.volumes.name": "unlimited",
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion service": "unlimited",
    "gcp:appengine/serviceNetworkSettings:ServiceNetworkSettings service": "unlimited",
    "gcp:appengine/standardAppVersion:StandardAppVersion service": "unlimited",
    "gcp:appengine/standardAppVersion:StandardAppVersion vpcAccessConnector.name": "unlimited",
    "pulumi-nodejs:dynamic/appengine:Rollout service": "unlimited",
};

export const sameWithout = {
    "AppEngineApp.services.<name>.defaultExpiration": "programs have its default",
};
