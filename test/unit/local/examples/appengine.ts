import type { Inputs } from "../../../../local/simulator/rules/rules";
import { storeImage } from "../../../../local/simulator/services/artifactregistry/images";
import { imageName } from "../../../../local/simulator/services/artifactregistry/names";
import { upload, type World } from "../world";

const bucket = "https://storage.googleapis.com/acme-files";
const image = `europe-west1-docker.pkg.dev/acme-dev/images/predict@sha256:${"a".repeat(64)}`;
const version = {
    service: "default",
    versionId: "v2",
    runtime: "python313",
    entrypoint: { shell: "gunicorn -b :$PORT main:app" },
    deployment: { zip: { sourceUrl: `${bucket}/code.zip` } },
};

export function prepare(world: World): void {
    world.enable("appengine", "appengineflex", "compute", "cloudbuild", "vpcaccess");
    upload(world, "acme-files", "code.zip", { "main.py": "" });
    const other = world.beside({ project: "acme-app", region: "europe-west1" });
    other.enable("appengine", "cloudbuild");
    world.make("Network", { name: "net", autoCreateSubnetworks: false });
    world.make("Connector", { name: "to-net", region: "europe-west1", network: "net", ipCidrRange: "10.8.0.0/28" });
    world.make("Subnetwork", { name: "sub", network: "net", region: "europe-west1", ipCidrRange: "10.9.0.0/24" });
    const whole = imageName(image);
    if (whole) {
        storeImage(world.cloud, whole, whole.version);
    }
    world.make("Application", { locationId: "europe-west" });
    world.grantBuilds("example@acme-dev.iam.gserviceaccount.com");
    world.grantBuilds("acme-dev@appspot.gserviceaccount.com");
    world.make("StandardAppVersion", { ...version, versionId: "v1" });
}

const checks = { livenessCheck: { path: "/live" }, readinessCheck: { path: "/ready" } };
const flexible = { service: "predictions", versionId: "v1", runtime: "custom", ...checks };

export const examples: Record<string, Inputs[]> = {
    "gcp:appengine/application:Application": [
        { project: "acme-app", locationId: "europe-west" },
        {
            project: "acme-app",
            locationId: "us-east1",
            databaseType: "CLOUD_DATASTORE_COMPATIBILITY",
            featureSettings: { splitHealthChecks: false },
            iap: { oauth2ClientId: "id", oauth2ClientSecret: "secret" },
        },
    ],
    "gcp:appengine/applicationUrlDispatchRules:ApplicationUrlDispatchRules": [
        { dispatchRules: [{ path: "/*", service: "default" }] },
        { dispatchRules: [{ domain: "*.acme.dev", path: "/predict/*", service: "default" }] },
    ],
    "gcp:appengine/domainMapping:DomainMapping": [
        { domainName: "acme.dev" },
        { domainName: "shop.acme.dev", overrideStrategy: "OVERRIDE", sslSettings: { sslManagementType: "AUTOMATIC" } },
        { domainName: "old.acme.dev", sslSettings: { sslManagementType: "MANUAL", certificateId: "12345" } },
    ],
    "gcp:appengine/engineSplitTraffic:EngineSplitTraffic": [
        { service: "default", migrateTraffic: false, split: { shardBy: "IP", allocations: { v1: "1" } } },
    ],
    "gcp:appengine/firewallRule:FirewallRule": [
        { priority: 1000, action: "ALLOW", sourceRange: "203.0.113.0/24" },
        { priority: 2000, action: "DENY", sourceRange: "*", description: "all others" },
    ],
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion": [
        {
            ...flexible,
            service: "default",
            versionId: "v3",
            deployment: { container: { image } },
            manualScaling: { instances: 1 },
        },
        {
            ...flexible,
            deleteServiceOnDestroy: true,
            runtime: "python",
            flexibleRuntimeSettings: { operatingSystem: "ubuntu22", runtimeVersion: "3.12" },
            entrypoint: { shell: "gunicorn -b :$PORT main:app" },
            deployment: { zip: { sourceUrl: `${bucket}/code.zip` } },
            serviceAccount: "example@acme-dev.iam.gserviceaccount.com",
            automaticScaling: { cpuUtilization: { targetUtilization: 0.5 }, coolDownPeriod: "90s" },
            resources: { cpu: 2, memoryGb: 4, diskGb: 20, volumes: [{ name: "tmp", volumeType: "tmpfs", sizeGb: 1 }] },
            network: { name: "net", subnetwork: "sub", instanceIpMode: "INTERNAL", forwardedPorts: ["8081/tcp"] },
            envVariables: { LOG_LEVEL: "info" },
            inboundServices: ["INBOUND_SERVICE_WARMUP"],
            handlers: [{ urlRegex: "/.*", script: { scriptPath: "auto" }, securityLevel: "SECURE_ALWAYS" }],
        },
    ],
    "gcp:appengine/serviceNetworkSettings:ServiceNetworkSettings": [
        { service: "default", networkSettings: { ingressTrafficAllowed: "INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY" } },
    ],
    "gcp:appengine/standardAppVersion:StandardAppVersion": [
        version,
        {
            ...version,
            service: "worker",
            instanceClass: "B4",
            basicScaling: { maxInstances: 3 },
            appEngineBundledServices: ["BUNDLED_SERVICE_TYPE_MEMCACHE"],
            deleteServiceOnDestroy: true,
        },
        {
            ...version,
            instanceClass: "F2",
            serviceAccount: "example@acme-dev.iam.gserviceaccount.com",
            automaticScaling: {
                maxConcurrentRequests: 40,
                minIdleInstances: 1,
                standardSchedulerSettings: { minInstances: 1, targetCpuUtilization: 0.6 },
            },
            inboundServices: ["INBOUND_SERVICE_WARMUP"],
            envVariables: { LOG_LEVEL: "info" },
            handlers: [
                { urlRegex: "/static", staticFiles: { path: "static", uploadPathRegex: "static/.*" } },
                { urlRegex: "/.*", script: { scriptPath: "auto" }, securityLevel: "SECURE_ALWAYS" },
            ],
            vpcAccessConnector: { name: "projects/acme-dev/locations/europe-west1/connectors/to-net" },
        },
    ],
};
