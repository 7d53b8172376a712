import { GkeCluster, type NodePool } from "slipway/gke";
import { registered } from "../registered";

/** The inputs of a pool that differ from the defaults. */
async function pool(
    args: Partial<NodePool>,
    location = "europe-west1",
    kind: "development" | "production" = "development",
) {
    const nodePools = { default: { machineType: "e2-standard-4", ...args } };
    const made = await registered(
        () =>
            new GkeCluster("main", {
                ...(/-[a-z]$/.test(location) ? { zone: location } : { region: location }),
                nodePools,
            }),
        { kind },
    );
    return made["NodePool main-default"] as Record<string, object>;
}

const sized = async (...args: Parameters<typeof pool>) => {
    const { autoscaling, initialNodeCount } = await pool(...args);
    const { totalMinNodeCount, totalMaxNodeCount } = autoscaling as Record<string, number>;
    return [totalMinNodeCount, totalMaxNodeCount, initialNodeCount];
};

// The minimum and maximum of nodes in total, and the initial number per zone.
test.each<[string, Parameters<typeof sized>, number[]]>([
    ["in three zones", [{ scaling: { min: 3, max: 9 } }], [3, 9, 1]],
    ["in three zones, balanced", [{ scaling: { min: 4, max: 9 } }], [4, 9, 2]],
    ["in three zones, with fewer nodes than zones", [{ scaling: { min: 1, max: 2 } }], [1, 2, 0]],
    ["in two zones", [{ scaling: { min: 4, max: 9 }, zones: ["europe-west1-b", "europe-west1-c"] }], [4, 9, 2]],
    ["in the one zone of the cluster", [{ scaling: { min: 2, max: 9 } }, "europe-west1-b"], [2, 9, 2]],
    ["with a minimum of 0", [{ scaling: { min: 0 } }], [0, 3, 0]],
    ["with a maximum below the default minimum", [{ scaling: { max: 2 } }, undefined, "production"], [2, 2, 0]],
    ["with a fixed number", [{ scaling: 4 }], [4, 4, 1]],
    ["with a fixed number below the default maximum", [{ scaling: 2 }], [2, 2, 0]],
    ["with a fixed number below the default minimum", [{ scaling: 2 }, undefined, "production"], [2, 2, 0]],
    ["with a minimum above the default maximum", [{ scaling: { min: 5 } }], [5, 5, 1]],
])("the autoscaler keeps nodes within their limits %s", async (_, args, sizes) => {
    expect(await sized(...args)).toEqual(sizes);
});

test("a pool can have a key as long as a pool's name, which its name contains as far as it fits", async () => {
    const key = "batch-predictions-of-the-whole-next-year";
    const nodePools = { [key]: { machineType: "e2-standard-4" } };
    const all = await registered(() => new GkeCluster("main", { nodePools }));
    const { name } = all[`NodePool main-${key}`] as { name: string };
    expect(name).toMatch(/^batch-predictions-of-the-w[a-z-]*-[0-9a-f]{6}-[0-9a-f]{6}$/);
    expect(name.length).toBeLessThanOrEqual(40);
});

const longest = "a".repeat(63);

test.each<[string, Partial<NodePool>, object]>([
    ["disk", { diskType: "pd-ssd", diskSize: "50 GB" }, { diskType: "pd-ssd", diskSizeGb: 50 }],
    ["labels", { labels: { "acme.com/pool": "batch" } }, { labels: { "acme.com/pool": "batch" } }],
    ["long labels", { labels: { [longest]: longest } }, { labels: { [longest]: longest } }],
    [
        "taints",
        { taints: [{ key: "batch", value: "", effect: "NO_SCHEDULE" }] },
        { taints: [{ key: "batch", value: "", effect: "NO_SCHEDULE" }] },
    ],
    [
        "GPUs",
        { gpu: { type: "nvidia-l4", count: 2 } },
        {
            guestAccelerators: [
                { type: "nvidia-l4", count: 2, gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" } },
            ],
        },
    ],
    [
        "GPU, one unless the machine type includes more",
        { machineType: "n1-standard-4", gpu: "nvidia-tesla-t4" },
        {
            machineType: "n1-standard-4",
            guestAccelerators: [
                { type: "nvidia-tesla-t4", count: 1, gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" } },
            ],
        },
    ],
    [
        "GPUs that the machine type includes",
        { machineType: "g2-standard-24", gpu: "nvidia-l4" },
        {
            machineType: "g2-standard-24",
            guestAccelerators: [
                { type: "nvidia-l4", count: 2, gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" } },
            ],
        },
    ],
    [
        "driver of GPUs",
        { gpu: { type: "nvidia-l4", count: 1, driver: "LATEST" } },
        {
            guestAccelerators: [
                { type: "nvidia-l4", count: 1, gpuDriverInstallationConfig: { gpuDriverVersion: "LATEST" } },
            ],
        },
    ],
    [
        "disk performance",
        { diskType: "hyperdisk-balanced", diskSize: "100 GB", diskIops: 3000, diskThroughput: 140 },
        {
            bootDisk: {
                diskType: "hyperdisk-balanced",
                sizeGb: 100,
                provisionedIops: 3000,
                provisionedThroughput: 140,
            },
        },
    ],
    [
        "operations of its disk",
        { diskType: "hyperdisk-balanced", diskIops: 3000 },
        { bootDisk: { diskType: "hyperdisk-balanced", provisionedIops: 3000 } },
    ],
    [
        "throughput of its disk",
        { diskType: "hyperdisk-balanced", diskThroughput: 2400 },
        { bootDisk: { diskType: "hyperdisk-balanced", provisionedThroughput: 2400 } },
    ],
    ["Local SSDs", { localSsds: 2 }, { ephemeralStorageLocalSsdConfig: { localSsdCount: 2 } }],
    ["network interface", { gvnic: true }, { gvnic: { enabled: true } }],
    ["threads per core", { threadsPerCore: 1 }, { advancedMachineFeatures: { threadsPerCore: 1 } }],
    [
        "reservations",
        { reservation: "ANY_RESERVATION" },
        { reservationAffinity: { consumeReservationType: "ANY_RESERVATION" } },
    ],
    [
        "reservation",
        { reservation: { name: "gpus" } },
        {
            reservationAffinity: {
                consumeReservationType: "SPECIFIC_RESERVATION",
                key: "compute.googleapis.com/reservation-name",
                values: ["gpus"],
            },
        },
    ],
    [
        "mirrors",
        { registryMirrors: { "docker.io": ["https://mirror.acme.com", "10.0.1.2:5000"] } },
        {
            containerdConfig: {
                registryHosts: [
                    { server: "docker.io", hosts: [{ host: "https://mirror.acme.com" }, { host: "10.0.1.2:5000" }] },
                ],
            },
        },
    ],
])("a node has its pool's %s", async (_, args, config) => {
    const bare = await pool({});
    expect(await pool(args)).toEqual({
        ...bare,
        name: expect.anything(),
        cluster: expect.anything(),
        nodeConfig: { ...bare.nodeConfig, ...config },
    });
});

test("a queue of ProvisioningRequests fills an empty pool, without reservations", async () => {
    const bare = await pool({});
    expect(await pool({ queuedProvisioning: true }, "europe-west1", "production")).toEqual({
        ...bare,
        name: expect.anything(),
        cluster: expect.anything(),
        initialNodeCount: 0,
        autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: 30, locationPolicy: "BALANCED" },
        queuedProvisioning: { enabled: true },
        nodeConfig: {
            ...bare.nodeConfig,
            reservationAffinity: { consumeReservationType: "NO_RESERVATION" },
        },
    });
});

test("a queue can say that it uses no reservation", async () => {
    const queued = await pool({ queuedProvisioning: true });
    expect(await pool({ queuedProvisioning: true, reservation: "NO_RESERVATION" })).toEqual({
        ...queued,
        name: expect.anything(),
        cluster: expect.anything(),
    });
});

test("Spot VMs are in zones with capacity, unless they are to be balanced", async () => {
    const spot = await pool({ spot: true });
    expect([spot.nodeConfig, spot.autoscaling]).toMatchObject([{ spot: true }, { locationPolicy: "ANY" }]);
    expect((await pool({ spot: true, locationPolicy: "BALANCED" })).autoscaling).toMatchObject({
        locationPolicy: "BALANCED",
    });
});

test("a pool has its zones and surge upgrade settings", async () => {
    const made = await pool({ zones: ["europe-west1-d"], upgrade: { maxSurge: 19, maxUnavailable: 1 } });
    expect(made).toMatchObject({
        nodeLocations: ["europe-west1-d"],
        upgradeSettings: { strategy: "SURGE", maxSurge: 19, maxUnavailable: 1 },
    });
});

test("nodes have the labels of the cluster", async () => {
    const nodePools = { default: { machineType: "e2-standard-4" } };
    const labels = { team: "forecast", environment: "test" };
    const made = await registered(() => new GkeCluster("main", { nodePools, labels }));
    expect(made["Cluster main"]).toMatchObject({ resourceLabels: labels });
    expect(made["NodePool main-default"]).toMatchObject({ nodeConfig: { resourceLabels: labels } });
});

test("a Standard cluster has an autoscaling profile, and a number of pods per node", async () => {
    const nodePools = { default: { machineType: "e2-standard-4" } };
    const args = { nodePools, autoscalingProfile: "OPTIMIZE_UTILIZATION", maxPodsPerNode: 32 } as const;
    const made = await registered(() => new GkeCluster("main", args));
    expect(made["Cluster main"]).toMatchObject({
        clusterAutoscaling: { autoscalingProfile: "OPTIMIZE_UTILIZATION" },
        defaultMaxPodsPerNode: 32,
    });
});
