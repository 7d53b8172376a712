import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const regional = "projects/acme-dev/regions/europe-west1";
const image = "projects/debian-cloud/global/images/debian-12-bookworm-v20261010";
const boot = { boot: true, autoDelete: true, sourceImage: image, diskType: "pd-balanced" };

/** The arguments of a template. */
export const template = {
    machineType: "e2-medium",
    region: "europe-west1",
    disks: [boot],
    networkInterfaces: [{ subnetwork: "services" }],
};

export function prepare(world: World): void {
    world.enable("compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "services", network: "private", ipCidrRange: "10.0.0.0/24" });
    world.make("RegionInstanceTemplate", { name: "web-1", ...template });
    world.make("RegionInstanceTemplate", {
        name: "data-1",
        ...template,
        disks: [boot, { deviceName: "data", diskSizeGb: 100, diskType: "pd-ssd" }],
    });
    world.make("HealthCheck", { name: "web", httpHealthCheck: { port: 8080 } });
    world.make("RegionInstanceGroupManager", {
        name: "web",
        region: "europe-west1",
        baseInstanceName: "web",
        versions: [{ instanceTemplate: `${regional}/instanceTemplates/web-1` }],
    });
}

const update = { type: "PROACTIVE", minimalAction: "REPLACE", maxSurgeFixed: 3, maxUnavailableFixed: 0 };

export const examples: Record<string, Inputs[]> = {
    "gcp:compute/healthCheck:HealthCheck": [
        { tcpHealthCheck: { port: 443 } },
        {
            name: "much",
            checkIntervalSec: 10,
            timeoutSec: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 3,
            httpHealthCheck: { port: 8080, requestPath: "/healthz" },
            logConfig: { enable: true },
        },
    ],
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": [
        { region: "europe-west1", machineType: "e2-medium", disks: [{ sourceImage: image }] },
        {
            name: "much",
            ...template,
            disks: [boot, { deviceName: "data", diskSizeGb: 100, diskType: "pd-ssd", autoDelete: true }],
            networkInterfaces: [{ subnetwork: "services", accessConfigs: [{ networkTier: "PREMIUM" }] }],
            labels: { team: "web" },
            metadata: { "enable-oslogin": "TRUE" },
            tags: ["web"],
            scheduling: { automaticRestart: false, onHostMaintenance: "TERMINATE" },
            serviceAccount: { scopes: ["https://www.googleapis.com/auth/cloud-platform"] },
            shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
        },
    ],
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": [
        {
            region: "europe-west1",
            baseInstanceName: "some",
            versions: [{ instanceTemplate: `${regional}/instanceTemplates/web-1` }],
        },
        {
            name: "much",
            region: "europe-west1",
            baseInstanceName: "much",
            versions: [
                { name: "latest", instanceTemplate: `${regional}/instanceTemplates/web-1` },
                {
                    name: "canary",
                    instanceTemplate: `${regional}/instanceTemplates/data-1`,
                    targetSize: { percent: 10 },
                },
            ],
            targetSize: 4,
            distributionPolicyZones: ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
            updatePolicy: update,
            namedPorts: [{ name: "http", port: 8080 }],
            autoHealingPolicies: { healthCheck: "projects/acme-dev/global/healthChecks/web", initialDelaySec: 300 },
            standbyPolicy: { mode: "SCALE_OUT_POOL", initialDelaySec: 60 },
            targetStoppedSize: 1,
        },
    ],
    "gcp:compute/regionAutoscaler:RegionAutoscaler": [
        {
            region: "europe-west1",
            target: `${regional}/instanceGroupManagers/web`,
            autoscalingPolicy: { minReplicas: 1, maxReplicas: 3 },
        },
        {
            name: "much",
            region: "europe-west1",
            target: `${regional}/instanceGroupManagers/web`,
            autoscalingPolicy: {
                minReplicas: 2,
                maxReplicas: 10,
                cooldownPeriod: 90,
                stabilizationPeriod: 300,
                cpuUtilization: { target: 0.8, predictiveMethod: "OPTIMIZE_AVAILABILITY" },
                loadBalancingUtilization: { target: 0.8 },
                metrics: [
                    {
                        name: "pubsub.googleapis.com/subscription/num_undelivered_messages",
                        filter: 'resource.type = "pubsub_subscription" AND resource.labels.subscription_id = "jobs"',
                        singleInstanceAssignment: 5,
                    },
                ],
                scalingSchedules: [
                    {
                        name: "christmas",
                        schedule: "0 0 20 12 * 2026",
                        durationSec: 1_209_600,
                        minRequiredReplicas: 5,
                        timeZone: "Europe/Berlin",
                    },
                ],
                scaleInControl: { maxScaledInReplicas: { fixed: 1 }, timeWindowSec: 600 },
            },
        },
    ],
};
