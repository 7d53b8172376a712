import { AutoscaledInstanceGroup, type AutoscaledInstanceGroupArgs, PubSubSubscription, PubSubTopic } from "slipway";
import { refused, registered, registeredOptions, registeredOutputs } from "../registered";

type Args = AutoscaledInstanceGroupArgs & Record<string, unknown>;
const web = (args: object = {}) => new AutoscaledInstanceGroup("web", args as Args);

interface Made {
    group: Record<string, unknown> & { updatePolicy: object };
    template: Record<string, unknown> & { disks: object[] };
    autoscaler?: { name: string; autoscalingPolicy: object };
    all: Record<string, object>;
}

async function made(args: object = {}, stack: Parameters<typeof registered>[1] = {}): Promise<Made> {
    const all = await registered(() => web(args), stack);
    return {
        group: all["RegionInstanceGroupManager web"] as Made["group"],
        template: all["RegionInstanceTemplate web-template"] as Made["template"],
        autoscaler: all["RegionAutoscaler web"] as Made["autoscaler"],
        all,
    };
}

const policyOf = async (scaling: object, stack: Parameters<typeof registered>[1] = {}) =>
    (await made({ scaling }, stack)).autoscaler?.autoscalingPolicy;

const suffixed = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{6}$`));

const debian = "https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-v20261110";

const template = {
    name: suffixed("web-template"),
    region: "europe-west1",
    machineType: "e2-medium",
    canIpForward: false,
    disks: [{ autoDelete: true, boot: true, diskType: "pd-balanced", sourceImage: debian }],
    metadata: { "block-project-ssh-keys": "TRUE", "enable-oslogin": "TRUE", "serial-port-enable": "FALSE" },
    networkInterfaces: [{ subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/slipway-dev-default" }],
    scheduling: { automaticRestart: true, onHostMaintenance: "MIGRATE" },
    serviceAccount: {
        email: "web-vm@acme-dev.iam.gserviceaccount.com",
        scopes: ["https://www.googleapis.com/auth/cloud-platform"],
    },
    shieldedInstanceConfig: { enableIntegrityMonitoring: true, enableSecureBoot: true, enableVtpm: true },
};

const group = {
    name: suffixed("web"),
    region: "europe-west1",
    baseInstanceName: "web",
    distributionPolicyTargetShape: "EVEN",
    versions: [{ name: "latest", instanceTemplate: "web-template-id" }],
    updatePolicy: {
        type: "PROACTIVE",
        minimalAction: "REPLACE",
        mostDisruptiveAllowedAction: "REPLACE",
        replacementMethod: "SUBSTITUTE",
        instanceRedistributionType: "PROACTIVE",
        maxSurgeFixed: 3,
        maxUnavailableFixed: 0,
    },
};

const named = (all: Record<string, object>) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => !/slipway-dev|^IAMMember/.test(key)));

test("a bare group is scaled by CPU, and its size is never sent", async () => {
    const { all } = await made();
    expect(named(all)).toEqual({
        "Account web-vm": { accountId: "web-vm", displayName: "Runs the group web" },
        "RegionInstanceTemplate web-template": template,
        "RegionInstanceGroupManager web": group,
        "RegionAutoscaler web": {
            name: suffixed("web"),
            region: "europe-west1",
            target: "web-id",
            autoscalingPolicy: { minReplicas: 1, maxReplicas: 3, cpuUtilization: { target: 0.6 } },
        },
    });
});

test("the autoscaler has the name of its group", async () => {
    const { group, autoscaler } = await made();
    expect(autoscaler?.name).toBe(group.name);
    expect(autoscaler?.name).toMatch(/^web-[0-9a-f]{6}$/);
});

test("a group of a fixed size has no autoscaler", async () => {
    const { all } = await made({ scaling: 0 });
    expect(all["RegionInstanceGroupManager web"]).toEqual({ ...group, targetSize: 0 });
    expect(all["RegionAutoscaler web"]).toBeUndefined();
});

test("instances start once what they use exists and probes reach them, and the image is kept", async () => {
    const options = await registeredOptions(() => web({ health: { port: 80 } }));
    expect(options["RegionInstanceGroupManager web"]).toEqual({
        parent: "AutoscaledInstanceGroup web",
        provider: "Provider dev",
        deleteBeforeReplace: false,
        ignoreChanges: ["name"],
        replacementTrigger: "web",
        after: [
            "Firewall web",
            "HealthCheck web",
            "IAMMember web-project-logging-log-writer",
            "IAMMember web-project-monitoring-metric-writer",
            "RegionInstanceTemplate web-template",
            "RouterNat slipway-dev-europe-west1",
            "Service compute",
            "Service iam",
        ],
    });
    expect(options["RegionInstanceTemplate web-template"]).toMatchObject({
        deleteBeforeReplace: false,
        ignoreChanges: ["name", "disks[0].sourceImage"],
        replacementTrigger: "web debian-cloud/debian-12",
    });
    expect(options["RegionAutoscaler web"]).toMatchObject({ replaceOnChanges: ["target"] });
    const follows = await registeredOptions(() => web({ imageUpdates: "on-deploy" }));
    expect(follows["RegionInstanceTemplate web-template"]?.ignoreChanges).toEqual(["name"]);
});

test("what a group creates in Compute Engine waits for its API", async () => {
    const canary = { template: { machineType: "e2-standard-2" as const }, split: { latest: 80, canary: 20 } };
    const options = await registeredOptions(() => web({ health: { port: 80 }, canary }));
    const types = /^(Firewall|HealthCheck|Region(Autoscaler|InstanceGroupManager|InstanceTemplate)) /;
    const waiting = Object.entries(options).filter(([, { after }]) => after?.includes("Service compute"));
    expect(waiting.map(([key]) => key).filter((key) => types.test(key))).toEqual([
        "Firewall web",
        "HealthCheck web",
        "RegionAutoscaler web",
        "RegionInstanceGroupManager web",
        "RegionInstanceTemplate web-canary",
        "RegionInstanceTemplate web-template",
    ]);
});

test("the bounds follow the kind of the environment, and a bound that is named", async () => {
    const bounds = (minReplicas: number, maxReplicas: number) => ({ minReplicas, maxReplicas });
    expect(await policyOf({}, { kind: "staging" })).toMatchObject(bounds(2, 5));
    expect(await policyOf({}, { kind: "production" })).toMatchObject(bounds(3, 10));
    expect(await policyOf({ max: 2 }, { kind: "production" })).toMatchObject(bounds(2, 2));
    expect(await policyOf({ min: 20 }, { kind: "production" })).toMatchObject(bounds(20, 20));
});

const bounds = { minReplicas: 1, maxReplicas: 3 };
const cpu = { cpuUtilization: { target: 0.6 } };

const fiveMetrics = [1, 2, 3, 4, 5].map((each) => ({ metric: `custom.googleapis.com/a${each}`, target: each }));

const policies: [string, object, object][] = [
    ["a CPU utilization", { cpu: 80 }, { ...bounds, cpuUtilization: { target: 0.8 } }],
    [
        "predictions",
        { predictive: true, initialization: "5 minutes" },
        {
            ...bounds,
            cooldownPeriod: 300,
            cpuUtilization: { target: 0.6, predictiveMethod: "OPTIMIZE_AVAILABILITY" },
        },
    ],
    [
        "a stabilization period",
        { stabilization: "4 minutes" },
        { ...bounds, stabilizationPeriod: 240, cpuUtilization: { target: 0.6 } },
    ],
    ["load balancing", { loadBalancing: 80 }, { ...bounds, loadBalancingUtilization: { target: 0.8 } }],
    [
        "load balancing and CPU",
        { loadBalancing: 80, cpu: 70 },
        { ...bounds, cpuUtilization: { target: 0.7 }, loadBalancingUtilization: { target: 0.8 } },
    ],
    [
        "metrics",
        {
            min: 1,
            metrics: [
                { metric: "agent.googleapis.com/network/tcp_connections", target: 20 },
                { metric: "custom.googleapis.com/latency", target: 250, rate: "per-second", resource: "global" },
                {
                    metric: "custom.googleapis.com/pages",
                    target: 60,
                    rate: "per-minute",
                    filter: 'metric.labels.kind = "html"',
                },
                {
                    metric: "custom.googleapis.com/queue",
                    perInstance: 5,
                    resource: "global",
                    filter: 'metric.labels.queue = "jobs"',
                },
            ],
        },
        {
            ...bounds,
            metrics: [
                { name: "agent.googleapis.com/network/tcp_connections", target: 20, type: "GAUGE" },
                {
                    name: "custom.googleapis.com/latency",
                    target: 250,
                    type: "DELTA_PER_SECOND",
                    filter: 'resource.type = "global"',
                },
                {
                    name: "custom.googleapis.com/pages",
                    target: 60,
                    type: "DELTA_PER_MINUTE",
                    filter: 'metric.labels.kind = "html"',
                },
                {
                    name: "custom.googleapis.com/queue",
                    singleInstanceAssignment: 5,
                    filter: 'resource.type = "global" AND metric.labels.queue = "jobs"',
                },
            ],
        },
    ],
    [
        "as many metrics as an autoscaler can have",
        { metrics: fiveMetrics },
        { ...bounds, metrics: fiveMetrics.map(({ metric, target }) => ({ name: metric, target, type: "GAUGE" })) },
    ],
    [
        "a limit of scaling in",
        { scaleIn: { atMost: 1, every: "10 minutes" } },
        { ...bounds, ...cpu, scaleInControl: { maxScaledInReplicas: { fixed: 1 }, timeWindowSec: 600 } },
    ],
    [
        "a limit of scaling in by a percentage",
        { scaleIn: { atMost: "10 %", every: "1 hour" } },
        { ...bounds, ...cpu, scaleInControl: { maxScaledInReplicas: { percent: 10 }, timeWindowSec: 3600 } },
    ],
    ["a mode", { mode: "ONLY_SCALE_OUT" }, { ...bounds, ...cpu, mode: "ONLY_SCALE_OUT" }],
];

test.each(policies)("scaling by %s", async (_, scaling, policy) => {
    expect(await policyOf(scaling)).toEqual(policy);
});

test("scaling by the backlog of a subscription can go to zero", async () => {
    const all = await registered(() => {
        const subscription = new PubSubSubscription("jobs", { topic: new PubSubTopic("jobs"), pull: {} });
        web({ scaling: { min: 0, backlog: { subscription, perInstance: 20 } } });
    });
    expect(all["RegionAutoscaler web"]).toMatchObject({
        autoscalingPolicy: {
            minReplicas: 0,
            maxReplicas: 3,
            metrics: [
                {
                    name: "pubsub.googleapis.com/subscription/num_undelivered_messages",
                    filter: 'resource.type = "pubsub_subscription" AND resource.labels.subscription_id = "jobs"',
                    singleInstanceAssignment: 20,
                },
            ],
        },
    });
});

test("scaling by the backlog of a subscription of another program has its path", async () => {
    const subscription = "projects/acme-dev/subscriptions/predict-range";
    expect(await policyOf({ backlog: { subscription, perInstance: 1 } })).toMatchObject({
        metrics: [
            {
                filter: 'resource.type = "pubsub_subscription" AND resource.labels.subscription_id = "predict-range"',
                singleInstanceAssignment: 1,
            },
        ],
    });
});

// The seconds that really pass between two dates, on both days on which clocks change.
const schedules: [string, object, object][] = [
    [
        "between two days",
        { from: "2026-12-20", to: "2027-01-02", timeZone: "Europe/Berlin" },
        { schedule: "0 0 20 12 * 2026", durationSec: 14 * 86_400, timeZone: "Europe/Berlin" },
    ],
    [
        "on the day on which clocks are put forward",
        { from: "2027-03-28", to: "2027-03-28", timeZone: "Europe/Berlin" },
        { schedule: "0 0 28 3 * 2027", durationSec: 23 * 3600, timeZone: "Europe/Berlin" },
    ],
    [
        "on the day on which clocks are put back",
        { from: "2026-10-25", to: "2026-10-25", timeZone: "Europe/Berlin" },
        { schedule: "0 0 25 10 * 2026", durationSec: 25 * 3600, timeZone: "Europe/Berlin" },
    ],
    [
        "between two times",
        { from: "2026-12-20T18:30", to: "2026-12-20T22:00" },
        { schedule: "30 18 20 12 * 2026", durationSec: 12_600, timeZone: "Etc/UTC" },
    ],
    [
        "of the shortest time",
        { from: "2026-12-20T18:30", to: "2026-12-20T18:35" },
        { schedule: "30 18 20 12 * 2026", durationSec: 300, timeZone: "Etc/UTC" },
    ],
    [
        "between two times with time zones",
        { from: "2026-12-31T23:30-05:00", to: "2027-01-01T01:00-05:00", timeZone: "Europe/Berlin" },
        { schedule: "30 4 1 1 * 2027", durationSec: 5400, timeZone: "Etc/UTC" },
    ],
    [
        "in the first year that schedules have",
        { from: "2000-01-01", to: "2000-01-01" },
        { schedule: "0 0 1 1 * 2000", durationSec: 86_400, timeZone: "Etc/UTC" },
    ],
    [
        "in the last year that schedules have",
        { from: "2036-12-31", to: "2036-12-31" },
        { schedule: "0 0 31 12 * 2036", durationSec: 86_400, timeZone: "Etc/UTC" },
    ],
    [
        "by cron",
        { cron: "30 8 * * MON-FRI", duration: "8 hours", timeZone: "America/New_York" },
        { schedule: "30 8 * * MON-FRI", durationSec: 28_800, timeZone: "America/New_York" },
    ],
    [
        "by cron with a year",
        { cron: "0 0 30 1 * 2030", duration: "1 day" },
        { schedule: "0 0 30 1 * 2030", durationSec: 86_400, timeZone: "Etc/UTC" },
    ],
];

test.each(schedules)("a schedule %s", async (_, schedule, expected) => {
    const scaling = { max: 9, schedules: { busy: { ...schedule, min: 5 } } };
    expect(await policyOf(scaling)).toMatchObject({
        ...cpu,
        scalingSchedules: [{ name: "busy", minRequiredReplicas: 5, ...expected }],
    });
});

const parts: [string, object, object][] = [
    ["zones", { zones: ["europe-west1-b"] }, { distributionPolicyZones: ["europe-west1-b"] }],
    [
        "the default shape in one zone",
        { zones: ["europe-west1-b"], shape: "EVEN" },
        { distributionPolicyTargetShape: "EVEN", distributionPolicyZones: ["europe-west1-b"] },
    ],
    [
        "ports",
        { ports: { http: 8080, admin: 9000 } },
        {
            namedPorts: [
                { name: "http", port: 8080 },
                { name: "admin", port: 9000 },
            ],
        },
    ],
    [
        "a standby pool",
        { standby: { stopped: 2, after: "2 minutes" } },
        {
            standbyPolicy: { mode: "SCALE_OUT_POOL", initialDelaySec: 120 },
            targetSuspendedSize: 0,
            targetStoppedSize: 2,
        },
    ],
    [
        "a standby pool of suspended instances, from their creation on",
        { standby: { suspended: 1 } },
        {
            standbyPolicy: { mode: "SCALE_OUT_POOL", initialDelaySec: 0 },
            targetSuspendedSize: 1,
            targetStoppedSize: 0,
        },
    ],
    [
        "a stateful disk",
        { scaling: 1, disks: { data: {} }, statefulDisks: { data: "keep" } },
        { statefulDisks: [{ deviceName: "data", deleteRule: "NEVER" }] },
    ],
    [
        "stateful disks",
        { scaling: 2, disks: { data: {}, cache: {} }, statefulDisks: { data: "keep", cache: "delete" } },
        {
            targetSize: 2,
            statefulDisks: [
                { deviceName: "data", deleteRule: "NEVER" },
                { deviceName: "cache", deleteRule: "ON_PERMANENT_INSTANCE_DELETION" },
            ],
        },
    ],
    [
        "a health check",
        { health: { port: 80, initialDelay: "2 minutes" } },
        { autoHealingPolicies: { healthCheck: "web-id", initialDelaySec: 120 } },
    ],
];

test.each(parts)("a group with %s", async (_, args, expected) => {
    expect((await made(args)).group).toMatchObject(expected);
});

const central = {
    subnet: "projects/acme-dev/regions/us-central1/subnetworks/apps",
    network: "projects/acme-dev/global/networks/apps",
};

const updates: [string, object, object][] = [
    ["opportunistic updates", { update: { type: "opportunistic" } }, { type: "OPPORTUNISTIC" }],
    ["no surge", { update: { surge: 0 } }, { maxSurgeFixed: 0, maxUnavailableFixed: 3 }],
    [
        "percentages",
        { scaling: 10, update: { surge: "20 %", unavailable: "10 %" } },
        { maxSurgePercent: 20, maxUnavailablePercent: 10 },
    ],
    [
        "percentages of a scaled group",
        { scaling: { max: 10 }, update: { surge: "20 %" } },
        { maxSurgePercent: 20, maxUnavailableFixed: 0 },
    ],
    ["one zone", { zones: ["europe-west1-b"] }, { maxSurgeFixed: 1 }],
    ["a region of four zones", { region: "us-central1", network: central }, { maxSurgeFixed: 3 }],
    ["another shape", { shape: "BALANCED" }, { instanceRedistributionType: "NONE", maxSurgeFixed: 3 }],
    [
        "all instances in one zone",
        { scaling: 3, shape: "ANY_SINGLE_ZONE" },
        { instanceRedistributionType: "NONE", maxSurgeFixed: 0, maxUnavailableFixed: 3 },
    ],
    [
        "stateful disks",
        { scaling: 3, disks: { data: {} }, statefulDisks: { data: "keep" } },
        {
            instanceRedistributionType: "NONE",
            replacementMethod: "RECREATE",
            maxSurgeFixed: 0,
            maxUnavailableFixed: 3,
        },
    ],
];

test.each(updates)("the updates of a group with %s", async (_, args, policy) => {
    expect((await made(args)).group.updatePolicy).toMatchObject(policy);
});

test("a stateful group is protected in production", async () => {
    const args = { scaling: 3, disks: { data: {} }, statefulDisks: { data: "keep" } };
    const options = await registeredOptions(() => web(args), { kind: "production" });
    expect(options["RegionInstanceGroupManager web"]).toMatchObject({ protect: true });
    const scaled = await registeredOptions(() => web(), { kind: "production" });
    expect(scaled["RegionInstanceGroupManager web"]?.protect).toBeUndefined();
});

test("probes of the health check are let in to the instances only", async () => {
    const { all } = await made({ ports: { http: 8080 }, health: { port: "http", path: "/healthz" } });
    expect(all["HealthCheck web"]).toEqual({
        name: "web-health",
        checkIntervalSec: 10,
        timeoutSec: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
        httpHealthCheck: { port: 8080, requestPath: "/healthz" },
        logConfig: { enable: true },
    });
    expect(all["Firewall web"]).toEqual({
        name: "web-health",
        description: "Health checks and load balancers of the group web",
        network: "projects/acme-dev/global/networks/slipway-dev",
        direction: "INGRESS",
        sourceRanges: ["35.191.0.0/16", "130.211.0.0/22"],
        targetServiceAccounts: ["web-vm@acme-dev.iam.gserviceaccount.com"],
        allows: [{ protocol: "tcp", ports: ["8080"] }],
        logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    });
});

test("a health check without a value for its protocol and path sends an HTTP request for /", async () => {
    const { all } = await made({ health: { port: 80, protocol: undefined, path: undefined } });
    expect(all["HealthCheck web"]).toMatchObject({ httpHealthCheck: { port: 80, requestPath: "/" } });
});

test("a canary is a second template for a share of the instances", async () => {
    const { all, group } = await made({
        canary: { template: { machineType: "e2-standard-2" }, split: { latest: 80, canary: 20 } },
    });
    expect(group.versions).toEqual([
        { name: "latest", instanceTemplate: "web-template-id" },
        { name: "canary", instanceTemplate: "web-canary-id", targetSize: { percent: 20 } },
    ]);
    expect(all["RegionInstanceTemplate web-canary"]).toEqual({
        ...template,
        name: suffixed("web-canary"),
        machineType: "e2-standard-2",
    });
});

test("GPUs are only in the zones that have them", async () => {
    const { group, template } = await made({ machineType: "g2-standard-4" });
    expect(group.distributionPolicyZones).toEqual(["europe-west1-b", "europe-west1-c"]);
    expect(group.updatePolicy).toMatchObject({ maxSurgeFixed: 2 });
    expect(template.scheduling).toMatchObject({ onHostMaintenance: "TERMINATE" });
});

test("a group with GPUs that only one zone of the region has is in this zone", async () => {
    const network = {
        subnet: "projects/acme-dev/regions/europe-west3/subnetworks/apps",
        network: "projects/acme-dev/global/networks/apps",
    };
    const args = { machineType: "n1-standard-4", gpu: "nvidia-tesla-t4", region: "europe-west3", network };
    const { group } = await made(args);
    expect(group.distributionPolicyZones).toEqual(["europe-west3-b"]);
    expect(group.updatePolicy).toMatchObject({ maxSurgeFixed: 1 });
});

test("a group with GPUs that no zone of the region is known to have is in the zones that Google Cloud chooses", async () => {
    const network = {
        subnet: "projects/acme-dev/regions/africa-south1/subnetworks/apps",
        network: "projects/acme-dev/global/networks/apps",
    };
    const { group } = await made({ machineType: "g2-standard-4", region: "africa-south1", network });
    expect(group).not.toHaveProperty("distributionPolicyZones");
    expect(group.updatePolicy).toMatchObject({ maxSurgeFixed: 3 });
});

test("the output of the component is the group", async () => {
    const outputs = await registeredOutputs(() => web());
    expect(outputs["AutoscaledInstanceGroup web"]).toEqual({ group: { resource: "RegionInstanceGroupManager web" } });
});

const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;

const bad: [string, object, string][] = [
    ["a size", { size: 3 }, 'unknown option "size". Set scaling to the number of instances.'],
    ["health without a port", { health: "/healthz" }, "health.port: [compute/health-port-missing]"],
    [
        "health with one of several ports",
        { health: {}, ports: { http: 80, admin: 81 } },
        "health.port: [compute/health-port-missing]",
    ],
    [
        "the provider's size",
        { targetSize: 3 },
        'unknown option "targetSize". Set scaling, for a fixed number of instances to the number.',
    ],
    ["a minimum above the maximum", { scaling: { min: 4, max: 3 } }, "scaling.min: [range/min-above-max]"],
    ["a minimum of 0 by CPU", { scaling: { min: 0 } }, "scaling.min: [compute/scaling-min-zero]"],
    [
        "predictions without CPU",
        { scaling: { predictive: true, loadBalancing: 80 } },
        "scaling.predictive: [compute/predictive-without-cpu]",
    ],
    [
        "an initialization period of zero, which the provider does not send",
        { scaling: { initialization: "0 seconds" } },
        'scaling.initialization: must be from 1 second to 1 hour (got "0 seconds").',
    ],
    [
        "a stabilization period above an hour",
        { scaling: { stabilization: "2 hours" } },
        'scaling.stabilization: must be from 1 second to 1 hour (got "2 hours").',
    ],
    [
        "a percentage in place of a fraction",
        { scaling: { loadBalancing: 0.8 } },
        "scaling.loadBalancing: must be a whole number from 1 to 100 percent (got 0.8).",
    ],
    [
        "a fraction in place of a percentage",
        { scaling: { cpu: 0.8 } },
        "scaling.cpu: must be a whole number from 1 to 100 percent (got 0.8).",
    ],
    [
        "a schedule above the maximum",
        { scaling: { schedules: { busy: { from: "2026-12-20", to: "2026-12-21", min: 4 } } } },
        "scaling.schedules.busy.min: [range/min-above-max]",
    ],
    [
        "a schedule without effect",
        { scaling: { min: 2, schedules: { busy: { from: "2026-12-20", to: "2026-12-21", min: 2 } } } },
        "scaling.schedules.busy.min: [scaling/schedule-not-above-min]",
    ],
    [
        "an end before the start",
        { scaling: { schedules: { busy: { from: "2026-12-20", to: "2026-12-19", min: 2 } } } },
        "scaling.schedules.busy.to: [range/end-before-start]",
    ],
    [
        "a schedule of four minutes",
        { scaling: { schedules: { busy: { from: "2026-12-20T10:00", to: "2026-12-20T10:04", min: 2 } } } },
        "scaling.schedules.busy.to: [compute/schedule-too-short]",
    ],
    [
        "a duration of a minute",
        { scaling: { schedules: { busy: { cron: "0 8 * * *", duration: "1 minute", min: 2 } } } },
        'scaling.schedules.busy.duration: must be from 5 minutes to 3650 days (got "1 minute").',
    ],
    [
        "a time in seconds",
        { scaling: { schedules: { busy: { from: "2026-12-20T10:00:30", to: "2026-12-21", min: 2 } } } },
        'scaling.schedules.busy.from: must be a day, or a time in whole minutes, as schedules start with a minute (got "2026-12-20T10:00:30").',
    ],
    [
        "a year that schedules do not have",
        { scaling: { schedules: { busy: { from: "2037-12-20", to: "2037-12-21", min: 2 } } } },
        'scaling.schedules.busy.from: must be in a year from 2000 to 2036 (got "2037-12-20").',
    ],
    [
        "a year before those that schedules have",
        { scaling: { schedules: { busy: { from: "1999-12-31", to: "2026-12-21", min: 2 } } } },
        'scaling.schedules.busy.from: must be in a year from 2000 to 2036 (got "1999-12-31").',
    ],
    [
        "cron without an hour",
        { scaling: { schedules: { busy: { cron: "0 25 * * *", duration: "1 hour", min: 2 } } } },
        'scaling.schedules.busy.cron: has an hour that is not from 0 to 23: "25" (got "0 25 * * *"). Write five fields such as "30 8 * * MON-FRI", and possibly a year.',
    ],
    [
        "a fast limit of scaling in",
        { scaling: { scaleIn: { atMost: 1, every: "30 seconds" } } },
        'scaling.scaleIn.every: must be from 1 minute to 1 hour (got "30 seconds").',
    ],
    [
        "a metric without a target",
        { scaling: { metrics: [{ metric: "custom.googleapis.com/a" }] } },
        "scaling.metrics.0: [compute/metric-without-target]",
    ],
    [
        "work of instances",
        { scaling: { metrics: [{ metric: "custom.googleapis.com/a", perInstance: 2 }] } },
        "scaling.metrics.0.resource: [compute/metric-resource-of-instances]",
    ],
    [
        "work of a metric of single instances",
        {
            scaling: { metrics: [{ metric: "custom.googleapis.com/a", perInstance: 2, resource: "gce_instance" }] },
        },
        "scaling.metrics.0.resource: [compute/metric-resource-of-instances]",
    ],
    [
        "a target of zero",
        { scaling: { metrics: [{ metric: "custom.googleapis.com/a", target: 0 }] } },
        "scaling.metrics.0.target: must be a number above 0 (got 0).",
    ],
    [
        "a target that is a text",
        { scaling: { metrics: [{ metric: "custom.googleapis.com/a", target: "5" }] } },
        'scaling.metrics.0.target: must be a number above 0 (got "5").',
    ],
    [
        "the rate of a metric of the whole group",
        {
            scaling: {
                metrics: [
                    { metric: "custom.googleapis.com/a", resource: "global", perInstance: 2, rate: "per-minute" },
                ],
            },
        },
        "scaling.metrics.0.rate: [compute/metric-rate-without-target]",
    ],
    [
        "a metric twice",
        { scaling: { metrics: [1, 2].map((target) => ({ metric: "custom.googleapis.com/a", target })) } },
        "scaling.metrics.0.metric: [compute/metric-twice]",
    ],
    [
        "six metrics",
        {
            scaling: {
                metrics: [1, 2, 3, 4, 5, 6].map((each) => ({ metric: `custom.googleapis.com/a${each}`, target: 1 })),
            },
        },
        "scaling.metrics: [compute/too-many-metrics]",
    ],
    [
        "five metrics and a backlog",
        {
            scaling: {
                metrics: fiveMetrics,
                backlog: { subscription: "projects/acme-dev/subscriptions/jobs", perInstance: 1 },
            },
        },
        "scaling.metrics: [compute/too-many-metrics]",
    ],
    [
        "a filter with OR",
        {
            scaling: {
                metrics: [
                    {
                        metric: "custom.googleapis.com/a",
                        target: 1,
                        filter: 'metric.labels.a = "1" OR metric.labels.a = "2"',
                    },
                ],
            },
        },
        "scaling.metrics.0.filter: [compute/metric-filter-unsupported]",
    ],
    [
        "stateful disks of a scaled group",
        { disks: { data: {} }, statefulDisks: { data: "keep" } },
        "statefulDisks: [compute/stateful-disks-of-scaled-group]",
    ],
    [
        "stateful disks that do not exist",
        { scaling: 3, statefulDisks: { data: "keep" } },
        "statefulDisks.data: [compute/stateful-disk-unknown]",
    ],
    [
        "stateful disks with a canary",
        {
            scaling: 3,
            disks: { data: {} },
            statefulDisks: { data: "keep" },
            canary: { template: { machineType: "n2-standard-2" } },
        },
        "statefulDisks: [compute/stateful-disks-with-canary]",
    ],
    [
        "a surge of stateful disks",
        { scaling: 3, disks: { data: {} }, statefulDisks: { data: "keep" }, update: { surge: 3 } },
        "update.surge: [compute/surge-with-stateful-disks]",
    ],
    [
        "a distribution over one zone",
        { zones: ["europe-west1-b"], shape: "BALANCED" },
        "shape: [compute/shape-in-one-zone]",
    ],
    [
        "a path of health checks without HTTP",
        { health: { port: 80, protocol: "tcp", path: "/healthz" } },
        "health.path: [compute/health-path-of-protocol]",
    ],
    ["a surge below the number of zones", { update: { surge: 1 } }, "update.surge: [compute/update-below-zones]"],
    [
        "fewer unavailable machines than zones",
        { update: { unavailable: 1 } },
        "update.unavailable: [compute/update-below-zones]",
    ],
    [
        "a percentage of few instances",
        { scaling: 9, update: { surge: "20 %" } },
        "update.surge: [compute/update-percentage-of-small-group]",
    ],
    [
        "a percentage of few instances that are scaled",
        { scaling: { max: 9 }, update: { surge: "20 %" } },
        "update.surge: [compute/update-percentage-of-small-group]",
    ],
    ["a scaled group wherever there is capacity", { shape: "ANY" }, "shape: [compute/shape-of-scaled-group]"],
    ["a scaled group in any one zone", { shape: "ANY_SINGLE_ZONE" }, "shape: [compute/shape-of-scaled-group]"],
    [
        "an update without room",
        { update: { surge: 0, unavailable: 0 } },
        "update.unavailable: [compute/update-without-room]",
    ],
    [
        "a surge in one zone of any",
        { scaling: 3, shape: "ANY_SINGLE_ZONE", update: { surge: 3 } },
        "update.surge: [compute/surge-in-single-zone]",
    ],
    ["another region without a network", { region: "us-central1" }, "network: [place/shared-network-region]"],
    ["no zones", { zones: [] }, "zones: must be a list of different zones with at least one (got [])."],
    [
        "a zone twice",
        { zones: ["europe-west1-b", "europe-west1-b"] },
        "zones: must be a list of different zones with at least one",
    ],
    ["zones of another region", { zones: ["europe-west4-a"] }, "zones.0: [place/other-region]"],
    ["a port without a name", { health: { port: "http" } }, "health.port: [compute/health-port-unknown]"],
    [
        "a port with the name of a property of all objects",
        { health: { port: "constructor" }, ports: { http: 80 } },
        "health.port: [compute/health-port-unknown]",
    ],
    [
        "a timeout above the interval",
        { health: { port: 80, interval: "5 seconds", timeout: "10 seconds" } },
        "health.timeout: [health/timeout-above-interval]",
    ],
    [
        "suspended GPUs",
        { machineType: "g2-standard-4", standby: { suspended: 1 } },
        "standby.suspended: [compute/suspended-unsupported]",
    ],
    ["a canary without changes", { canary: { template: {} } }, "canary.template: [compute/canary-without-difference]"],
    [
        "a canary of an unknown machine",
        { canary: { template: { machineType: "n2-standard-3" } } },
        "canary.template.machineType: must be",
    ],
    [
        "a disk that only the canary's machines do not have",
        { canary: { template: { machineType: "n4-standard-2", bootDisk: { type: "pd-ssd" } } } },
        "canary.template.bootDisk.type: [compute/disk-type-of-machine]",
    ],
    [
        "a disk of the group that the canary's machines do not have",
        { bootDisk: { type: "pd-ssd" }, canary: { template: { machineType: "n4-standard-2" } } },
        "canary.template.bootDisk.type: [compute/disk-type-of-machine]",
    ],
    [
        "a GPU of the group that the canary's machines cannot have",
        {
            machineType: "n1-standard-4",
            gpu: "nvidia-tesla-t4",
            canary: { template: { machineType: "e2-standard-4" } },
        },
        "canary.template.gpu: [compute/gpu-not-attachable]",
    ],
    [
        "the group's startup script with the canary's container",
        { startupScript: __filename, canary: { template: { container: { image } } } },
        "canary.template.startupScript: [compute/startup-script-of-container]",
    ],
    [
        "shares that do not sum to 100",
        { canary: { template: { machineType: "e2-small" }, split: { latest: 80, canary: 10 } } },
        "canary.split: [traffic/split-sum]",
    ],
    ["a long name", { name: "a".repeat(57) }, "name: [compute/group-name-too-long]"],
];

test("what is wrong with a group and its canary is said once", async () => {
    const canary = { template: { machineType: "e2-small" } };
    expect(await refused(() => web({ bootDisk: { size: "5 GB" }, canary }))).toBe(
        'AutoscaledInstanceGroup "web": bootDisk.size: [compute/disk-size-of-type]',
    );
});

test.each(bad)("%s is refused", async (_, args, message) => {
    expect(await refused(() => web(args))).toContain(message);
});
