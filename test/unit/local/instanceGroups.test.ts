import { SimulatedTime } from "../../../local/simulator/cloud/propagation";
import { template } from "./examples/instanceGroups";
import { refusalOf, World } from "./world";

const region = "europe-west1";
const regional = `projects/acme-dev/regions/${region}`;
const link = (path: string) => `${regional}/${path}`;

function prepared(): World {
    const world = new World();
    world.enable("compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "services", network: "private", ipCidrRange: "10.0.0.0/24" });
    world.make("RegionInstanceTemplate", { name: "web-1", ...template });
    world.make("HealthCheck", { name: "web", httpHealthCheck: { port: 8080 } });
    return world;
}

const versions = [{ instanceTemplate: link("instanceTemplates/web-1") }];
const web = { name: "web", region, baseInstanceName: "web", versions };
const rolling = { type: "PROACTIVE", minimalAction: "REPLACE" };
const scaler = {
    name: "web",
    region,
    target: link("instanceGroupManagers/web"),
    autoscalingPolicy: { minReplicas: 1, maxReplicas: 5 },
};
const policy = (more: object) => ({ ...scaler, autoscalingPolicy: { ...scaler.autoscalingPolicy, ...more } });
const schedule = { name: "busy", schedule: "0 8 * * *", durationSec: 3600, minRequiredReplicas: 2 };

const flexible = (...machineTypes: string[]) => ({
    distributionPolicyTargetShape: "BALANCED",
    updatePolicy: { ...rolling, instanceRedistributionType: "NONE" },
    instanceFlexibilityPolicy: { instanceSelections: [{ name: "all", rank: 1, machineTypes }] },
});

const refusedGroups: [string, object, string][] = [
    [
        "machine types that do not exist",
        flexible("e2-standard-4", "e2-standard-3"),
        "The referenced machineType resource cannot be found.",
    ],
    [
        "a machine type twice",
        {
            ...flexible(),
            instanceFlexibilityPolicy: {
                instanceSelections: ["one", "two"].map((name) => ({ name, machineTypes: ["e2-standard-4"] })),
            },
        },
        "A machine type can be in one instance selection only.",
    ],
    [
        "several machine types and an even distribution",
        { ...flexible("e2-standard-4"), distributionPolicyTargetShape: "EVEN" },
        "Instance flexibility policy is not supported for target shape EVEN.",
    ],
    [
        "several machine types and stopped instances",
        { ...flexible("e2-standard-4"), targetStoppedSize: 1 },
        "Standby policy is not supported with instance flexibility policy.",
    ],
    [
        "a template that does not exist",
        { versions: [{ instanceTemplate: link("instanceTemplates/web-2") }] },
        `The resource '${link("instanceTemplates/web-2")}' was not found`,
    ],
    [
        "two versions without a size",
        { versions: [...versions, ...versions] },
        "Exactly one version must not have target size specified.",
    ],
    [
        "zones of another region",
        { distributionPolicyZones: ["europe-west4-a"] },
        "Zone must be in the region 'europe-west1'.",
    ],
    [
        "a surge below the number of zones",
        { updatePolicy: { ...rolling, maxSurgeFixed: 1 } },
        "Fixed updatePolicy.maxSurge for regional managed instance group has to be either 0 or at least equal to the number of zones.",
    ],
    [
        "a percentage of few instances",
        { targetSize: 9, updatePolicy: { ...rolling, maxSurgePercent: 20 } },
        "Percent updatePolicy.maxSurge is only allowed for regional managed instance groups with size at least 10.",
    ],
    [
        "a surge of instances that keep their names",
        { updatePolicy: { ...rolling, replacementMethod: "RECREATE", maxSurgeFixed: 3 } },
        "maxSurge must be equal to 0 when replacement method is set to RECREATE",
    ],
    [
        "an update without room",
        { updatePolicy: { ...rolling, maxSurgeFixed: 0, maxUnavailableFixed: 0 } },
        "At least one of maxSurge and maxUnavailable must be greater than 0.",
    ],
    [
        "redistribution of another shape",
        { distributionPolicyTargetShape: "BALANCED", updatePolicy: rolling },
        "Proactive instance redistribution must be disabled for target shape BALANCED.",
    ],
    [
        "a surge in one zone of any",
        {
            distributionPolicyTargetShape: "ANY_SINGLE_ZONE",
            updatePolicy: { ...rolling, instanceRedistributionType: "NONE" },
        },
        "maxSurge must be 0 for target shape ANY_SINGLE_ZONE.",
    ],
    [
        "an unknown shape",
        { distributionPolicyTargetShape: "ROUND" },
        "Must be one of EVEN, BALANCED, ANY, ANY_SINGLE_ZONE.",
    ],
    [
        "a health check that does not exist",
        { autoHealingPolicies: { healthCheck: "projects/acme-dev/global/healthChecks/api", initialDelaySec: 0 } },
        "The resource 'projects/acme-dev/global/healthChecks/api' was not found",
    ],
    [
        "stateful disks that the template lacks",
        { statefulDisks: [{ deviceName: "data" }] },
        "The instance template has no disk with this device name.",
    ],
    [
        "a new disk from one that exists",
        {
            instanceFlexibilityPolicy: {
                instanceSelections: [
                    { name: "a", machineTypes: ["e2-medium"], disks: [{ source: "data", diskSizeGb: 10 }] },
                ],
            },
        },
        "Cannot use `source` with conflicting fields: [disk_size_gb]",
    ],
];

test.each(refusedGroups)("a group with %s is refused", (_, more, message) => {
    const world = prepared();
    expect(refusalOf(() => world.make("RegionInstanceGroupManager", { ...web, ...more }))).toContain(message);
});

const refusedScalers: [string, object, string][] = [
    [
        "no group",
        { ...scaler, target: link("instanceGroupManagers/api") },
        `The resource '${link("instanceGroupManagers/api")}' was not found`,
    ],
    [
        "a group of another region",
        { ...scaler, target: "projects/acme-dev/regions/europe-west4/instanceGroupManagers/web" },
        "The target must be an instance group manager in the same region.",
    ],
    [
        "a minimum above the maximum",
        policy({ minReplicas: 6 }),
        "Max number of replicas cannot be less than min number of replicas.",
    ],
    ["a target above 1", policy({ cpuUtilization: { target: 80 } }), "Utilization target must be in the range (0, 1]."],
    ["a target of 0", policy({ loadBalancingUtilization: { target: 0 } }), "Utilization target must be positive."],
    [
        "a metric twice",
        policy({ metrics: [1, 2].map((target) => ({ name: "custom.googleapis.com/a", target, type: "GAUGE" })) }),
        "The same metric cannot be configured more than once.",
    ],
    [
        "six metrics",
        policy({
            metrics: [1, 2, 3, 4, 5, 6].map((each) => ({
                name: `custom.googleapis.com/${each}`,
                target: 1,
                type: "GAUGE",
            })),
        }),
        "At most 5 metrics are allowed.",
    ],
    [
        "work of instances",
        policy({ metrics: [{ name: "custom.googleapis.com/a", singleInstanceAssignment: 1 }] }),
        "Single instance assignment does not apply to metrics of each instance.",
    ],
    [
        "a target without a type",
        policy({ metrics: [{ name: "custom.googleapis.com/a", target: 1 }] }),
        "Utilization target type must be specified.",
    ],
    [
        "a filter with OR",
        policy({
            metrics: [
                {
                    name: "custom.googleapis.com/a",
                    target: 1,
                    type: "GAUGE",
                    filter: 'metric.labels.a = "1" OR metric.labels.a = "2"',
                },
            ],
        }),
        "Only the AND operator and direct equality comparison can be used.",
    ],
    ["a stabilization period above an hour", policy({ stabilizationPeriod: 3601 }), "Must be between 0 and 3600."],
    [
        "a short schedule",
        policy({ scalingSchedules: [{ ...schedule, durationSec: 299 }] }),
        "Must be greater than or equal to 300.",
    ],
    [
        "an invalid schedule",
        policy({ scalingSchedules: [{ ...schedule, schedule: "0 25 * * *" }] }),
        "Invalid cron expression.",
    ],
    [
        "an unknown time zone",
        policy({ scalingSchedules: [{ ...schedule, timeZone: "Europe/Bonn" }] }),
        "Must be a time zone name from the tz database.",
    ],
    [
        "129 schedules",
        policy({ scalingSchedules: Array.from({ length: 129 }, (_, index) => ({ ...schedule, name: `a${index}` })) }),
        "At most 128 are allowed.",
    ],
    [
        "two limits of scaling in",
        policy({ scaleInControl: { maxScaledInReplicas: { fixed: 1, percent: 10 } } }),
        "Only one of fixed and percent can be specified.",
    ],
];

test.each(refusedScalers)("an autoscaler with %s is refused", (_, inputs, message) => {
    const world = prepared();
    world.make("RegionInstanceGroupManager", web);
    expect(refusalOf(() => world.make("RegionAutoscaler", inputs))).toContain(message);
});

const refusedTemplates: [string, object, string][] = [
    [
        "a machine that does not exist",
        { machineType: "n2-standard-3" },
        "The referenced machineType resource cannot be found.",
    ],
    [
        "two boot disks",
        { disks: [template.disks[0], template.disks[0]] },
        "Only the first disk specified in instance_template can be the boot disk. disk.1.boot was true",
    ],
    [
        "a family that does not exist",
        { disks: [{ ...template.disks[0], sourceImage: "debian-cloud/debian-99" }] },
        "Error resolving image name 'debian-cloud/debian-99': Could not find image or family debian-cloud/debian-99",
    ],
    ["an empty boot disk", { disks: [{ boot: true }] }, "Boot disk must have a source specified"],
    [
        "a disk type that does not exist",
        { disks: [{ ...template.disks[0], diskType: "pd-fast" }] },
        "The referenced diskType resource cannot be found.",
    ],
    [
        "GPUs that are migrated",
        { machineType: "g2-standard-4" },
        "Instances with guest accelerators do not support live migration.",
    ],
    [
        "a subnetwork that does not exist",
        { networkInterfaces: [{ subnetwork: "web" }] },
        `The resource '${link("subnetworks/web")}' was not found`,
    ],
    [
        "a new disk from one that exists",
        { disks: [template.disks[0], { source: "data", diskType: "pd-ssd" }] },
        "Cannot use `source` with any of the fields in [disk_size_gb disk_name disk_type provisioned_iops provisioned_throughput source_image source_snapshot labels]",
    ],
    [
        "an interface without a network",
        { networkInterfaces: [{ stackType: "IPV4_ONLY" }] },
        "exactly one of network, subnetwork, or network_attachment must be provided",
    ],
];

test.each(refusedTemplates)("a template with %s is refused", (_, more, message) => {
    const world = prepared();
    expect(refusalOf(() => world.make("RegionInstanceTemplate", { name: "web-2", ...template, ...more }))).toContain(
        message,
    );
});

test.each<[object, string]>([
    [{ grpcHealthCheck: { grpcServiceName: "web" } }, "`port` must be set for GRPC health checks`."],
    [
        { grpcHealthCheck: { portName: "http", portSpecification: "USE_FIXED_PORT" } },
        "`port` must be set for GRPC health checks`.",
    ],
    [{ grpcTlsHealthCheck: { grpcServiceName: "web" } }, "`port` must be set for GRPC with TLS health checks`."],
])("a health check with %j is refused", (inputs, message) => {
    expect(refusalOf(() => prepared().make("HealthCheck", { name: "new", ...inputs }))).toBe(
        `error in HealthCheck new: ${message}`,
    );
});

test("Spot instances that are deleted when they stop cannot be in a group", () => {
    const world = prepared();
    const scheduling = {
        provisioningModel: "SPOT",
        preemptible: true,
        automaticRestart: false,
        onHostMaintenance: "TERMINATE",
        instanceTerminationAction: "DELETE",
    };
    world.make("RegionInstanceTemplate", { name: "spot", ...template, scheduling });
    const spot = { ...web, versions: [{ instanceTemplate: link("instanceTemplates/spot") }] };
    expect(refusalOf(() => world.make("RegionInstanceGroupManager", spot))).toContain(
        "Spot virtual machines with termination action set to DELETE cannot be used with Managed Instance Groups.",
    );
});

test("stateful groups are not scaled, and scaled ones do not become stateful", () => {
    const world = prepared();
    const disks = [...template.disks, { deviceName: "data", diskSizeGb: 10 }];
    world.make("RegionInstanceTemplate", { name: "data", ...template, disks });
    const updatePolicy = {
        ...rolling,
        instanceRedistributionType: "NONE",
        replacementMethod: "RECREATE",
        maxSurgeFixed: 0,
    };
    const group = { ...web, versions: [{ instanceTemplate: link("instanceTemplates/data") }], updatePolicy };
    const statefulDisks = [{ deviceName: "data" }];
    const stateful = world.make("RegionInstanceGroupManager", { ...group, name: "stateful", statefulDisks });
    expect(refusalOf(() => world.make("RegionAutoscaler", { ...scaler, target: stateful.id }))).toContain(
        "Autoscaling is not supported for stateful managed instance groups.",
    );
    const scaled = world.make("RegionInstanceGroupManager", group);
    world.make("RegionAutoscaler", scaler);
    expect(refusalOf(() => world.update(scaled, { ...group, statefulDisks }))).toContain(
        "Stateful policy is not supported for autoscaled managed instance groups.",
    );
});

test("periods of zero are not sent, so that the defaults apply and differ after a refresh", () => {
    const world = prepared();
    world.make("RegionInstanceGroupManager", web);
    const autoscaler = world.make("RegionAutoscaler", policy({ cooldownPeriod: 0, stabilizationPeriod: 0 }));
    expect(world.refreshed(autoscaler)?.state.autoscalingPolicy).toMatchObject({
        cooldownPeriod: 60,
        stabilizationPeriod: 600,
    });
});

test("what is in use cannot be deleted", () => {
    const world = prepared();
    const autoHealingPolicies = { healthCheck: "projects/acme-dev/global/healthChecks/web", initialDelaySec: 0 };
    const used = world.make("RegionInstanceTemplate", { name: "web-2", ...template });
    const group = world.make("RegionInstanceGroupManager", {
        ...web,
        versions: [{ instanceTemplate: used.id }],
        autoHealingPolicies,
    });
    const autoscaler = world.make("RegionAutoscaler", scaler);
    const path = link("instanceGroupManagers/web");
    expect(refusalOf(() => world.remove(group))).toContain(
        `The instance_group_manager resource '${path}' is already being used by '${link("autoscalers/web")}'`,
    );
    expect(refusalOf(() => world.remove(used))).toContain(
        `The instance_template resource '${used.id}' is already being used by '${path}'`,
    );
    world.remove(autoscaler);
    world.remove(group);
    world.remove(used);
});

/** A scaled group, and what sets and reads it. */
function scaled(autoscalingPolicy: object) {
    const world = prepared();
    const group = world.make("RegionInstanceGroupManager", web);
    const autoscaler = world.make("RegionAutoscaler", { ...scaler, autoscalingPolicy });
    return {
        world,
        group,
        autoscaler,
        size: () => world.refreshed(group)?.state.targetSize,
        set: (property: string, value: unknown) => {
            const name = `//compute.googleapis.com/${autoscaler.id}`;
            world.cloud.simulated.set(name, "acme-dev", { ...world.cloud.simulated.of(name), [property]: value });
        },
        now: () => new SimulatedTime(world.cloud.folder).now(),
        later: (minutes: number) => new SimulatedTime(world.cloud.folder).skip(minutes * 60_000),
    };
}

test("a group has its minimum at once, and the size that its load needs later", () => {
    const { size, set, later } = scaled({ minReplicas: 2, maxReplicas: 10, cpuUtilization: { target: 0.5 } });
    expect(size()).toBe(2);
    set("load", { cpu: 3 });
    later(30);
    expect(size()).toBe(6);
    set("load", {});
    later(5);
    expect(size()).toBe(6);
    later(10);
    expect(size()).toBe(2);
});

test("the load can change at times, and time can be set", () => {
    const { size, set, now } = scaled({ minReplicas: 1, maxReplicas: 10, cpuUtilization: { target: 0.5 } });
    const at = (hours: number) => new Date(now() + hours * 3_600_000).toISOString();
    set("load", [
        { from: at(2), cpu: 2 },
        { from: at(4), cpu: 0.3 },
    ]);
    expect(size()).toBe(1);
    set("time", at(3));
    expect(size()).toBe(4);
    set("time", at(6));
    expect(size()).toBe(1);
});

test("another policy applies from the moment of its update", () => {
    const { world, autoscaler, size, set, later } = scaled({
        minReplicas: 1,
        maxReplicas: 10,
        cpuUtilization: { target: 0.5 },
    });
    set("load", { cpu: 2 });
    later(30);
    world.update(autoscaler, policy({ minReplicas: 5, maxReplicas: 10, cpuUtilization: { target: 0.5 } }));
    later(5);
    expect(size()).toBe(5);
});

test("a scaled group is not resized, except while its autoscaler is off", () => {
    const { world, group, autoscaler, size } = scaled({ minReplicas: 2, maxReplicas: 10 });
    expect(size()).toBe(2);
    expect(refusalOf(() => world.update(group, { ...web, targetSize: 4 }))).toContain(
        "Resizing of autoscaled regional managed instance groups is not allowed.",
    );
    world.update(autoscaler, policy({ mode: "OFF" }));
    world.update(group, { ...web, targetSize: 4 });
    expect(size()).toBe(4);
});

// `resourceComputeInstanceTemplateSourceImageCustomizeDiff` in the provider's resource_compute_instance_template.go.
test.each([
    "debian-cloud/debian-12",
    "debian-12",
    "family/debian-12",
    "projects/debian-cloud/global/images/family/debian-12",
    "https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/family/debian-12",
])("a template keeps the image that a program names as %s", (sourceImage) => {
    const world = prepared();
    const disks = [{ ...template.disks[0], sourceImage }];
    const made = world.make("RegionInstanceTemplate", { ...template, name: "named", disks });
    expect(world.changed(made)).toEqual([]);
    const other = [{ ...template.disks[0], sourceImage: "debian-cloud/debian-13" }];
    expect(world.changed(made, { ...template, name: "named", disks: other })).toEqual(["disks[0].sourceImage"]);
});
