import type { Inputs } from "../../../local/simulator/rules/rules";
import { makeClusterNetwork } from "./examples/container";
import { type Made, refusalOf, World } from "./world";

const location = "europe-west1";
const standard = { name: "main", location, initialNodeCount: 1, deletionProtection: false };
const error = (text: string) => `googleapi: Error 400: ${text}, badRequest`;

function prepared(): World {
    const world = new World();
    world.enable("container", "iam");
    makeClusterNetwork(world);
    return world;
}

const cluster = (world: World, inputs: Inputs = {}) => world.make("Cluster", { ...standard, ...inputs });
const pool = (world: World, inputs: Inputs = {}) =>
    world.make("NodePool", { name: "web", cluster: "main", location, nodeCount: 1, ...inputs });

/** What the provider would change for these inputs. */
function planned(world: World, made: Made, news: Inputs) {
    const wanted = world.checked(made.token, news, { olds: made.inputs });
    const { changed, replaced } = world.provider.diff(made.token, wanted, made.inputs, made.state);
    return { changed: [...changed.keys()], replaced };
}

test("a changed node configuration of a cluster is that of its default pool, and of no other", () => {
    const world = prepared();
    const made = cluster(world);
    pool(world);
    const nodeConfig = { machineType: "e2-standard-4", kubeletConfig: { cpuManagerPolicy: "static" }, tags: ["web"] };
    const changed = world.update(world.refreshed(made) as Made, { ...standard, nodeConfig });
    expect(changed.state.nodeConfig).toMatchObject(nodeConfig);
    const refreshed = world.refreshed(changed) as Made;
    expect(refreshed.state.nodePools).toMatchObject([
        { name: "default-pool", nodeConfig },
        { name: "web", nodeConfig: { machineType: "e2-medium" } },
    ]);
    expect(world.changed(refreshed)).toEqual([]);
});

describe("the version of a control plane", () => {
    const upgraded = (inputs: Inputs, before: Inputs = {}) => {
        const world = prepared();
        const made = cluster(world, { releaseChannel: { channel: "RAPID" }, minMasterVersion: "1.35", ...before });
        return world.update(made, { ...standard, releaseChannel: { channel: "RAPID" }, ...inputs }).state;
    };

    test("is only changed to a newer one", () => {
        expect(upgraded({ minMasterVersion: "1.34" }).masterVersion).toBe("1.35.8-gke.1919000");
        expect(upgraded({ minMasterVersion: "1.35.8" }).masterVersion).toBe("1.35.8-gke.1919000");
        expect(upgraded({ minMasterVersion: "1.37" }).masterVersion).toBe("1.37.1-gke.1552000");
        expect(refusalOf(() => upgraded({ minMasterVersion: "latest" }))).toBe("Malformed version: latest");
    });

    test("remains that of its channel when the program names none anymore", () => {
        const state = upgraded(
            { minMasterVersion: "latest", releaseChannel: undefined },
            { minMasterVersion: "latest" },
        );
        expect(state).toMatchObject({ masterVersion: "1.37.1-gke.1552000", releaseChannel: { channel: "RAPID" } });
    });

    test("emulates the former minor version in an upgrade that can be rolled back, until it is completed", () => {
        const world = prepared();
        const given = { ...standard, releaseChannel: { channel: "RAPID" }, minMasterVersion: "1.36" };
        const rollbackSafeUpgrade = { controlPlaneSoakDuration: "259200s" };
        const news = { ...given, minMasterVersion: "1.37", rollbackSafeUpgrade };
        const upgraded = world.update(world.make("Cluster", given), news);
        expect(upgraded.state.emulatedVersion).toBe("1.36");
        const completed = world.update(upgraded, { ...news, desiredEmulatedVersion: "1.37" });
        expect(completed.state.emulatedVersion).toBe("");
    });
});

test("a cluster with its own range of Pods has routes, and an alpha cluster is in no channel", () => {
    expect(cluster(prepared(), { clusterIpv4Cidr: "10.96.0.0/14" }).state.networkingMode).toBe("ROUTES");
    const nodePools = [{ name: "web", initialNodeCount: 1, management: { autoRepair: false, autoUpgrade: false } }];
    const { state } = cluster(prepared(), { initialNodeCount: undefined, enableKubernetesAlpha: true, nodePools });
    expect(state.releaseChannel).toEqual({ channel: "UNSPECIFIED" });
});

test("clusters of a network have ranges of their own, and one whose range is in use fails", () => {
    const world = prepared();
    const ranges = ["main", "other"].map((name) => cluster(world, { name }).state.clusterIpv4Cidr);
    expect(ranges).toEqual(["10.4.0.0/14", "10.8.0.0/14"]);
    const ipAllocationPolicy = { clusterIpv4CidrBlock: "10.10.0.0/16" };
    expect(refusalOf(() => cluster(world, { name: "third", ipAllocationPolicy }))).toBe(
        "Error waiting for creating GKE cluster: Retry budget exhausted (10 attempts): Google Compute Engine: Invalid value for field 'resource.secondaryIpRanges[0].ipCidrRange': '10.10.0.0/16'. Invalid IPCidrRange: 10.10.0.0/16 conflicts with existing subnetwork 'default' in region 'europe-west1'.",
    );
});

test("limits of node auto-provisioning are kept when it is disabled, and a scope is added to those of its nodes", () => {
    const world = prepared();
    const resourceLimits = ["cpu", "memory"].map((resourceType) => ({ resourceType, maximum: 2048 }));
    const autoProvisioningDefaults = { oauthScopes: ["https://www.googleapis.com/auth/pubsub"] };
    const made = cluster(world, { clusterAutoscaling: { enabled: true, resourceLimits, autoProvisioningDefaults } });
    expect(made.state.clusterAutoscaling.autoProvisioningDefaults.oauthScopes).toEqual([
        "https://www.googleapis.com/auth/pubsub",
        "https://www.googleapis.com/auth/monitoring.write",
    ]);
    expect(world.changed(made)).toEqual([]);
    const disabled = world.update(made, { ...standard, clusterAutoscaling: { enabled: false } });
    expect(disabled.state.clusterAutoscaling).toMatchObject({ enabled: false, resourceLimits });
});

test("the fleet of a cluster can be left, and not changed", () => {
    const world = prepared();
    const made = cluster(world, { fleet: { project: "acme-dev" } });
    expect(refusalOf(() => world.update(made, { ...standard, fleet: { project: "acme-fleet" } }))).toBe(
        error("changing existing fleet host project is not supported"),
    );
    expect(world.update(made, standard).state.fleet).toBeUndefined();
});

describe("nodes", () => {
    const made = (inputs: Inputs) => {
        const world = prepared();
        cluster(world);
        return { world, pool: pool(world, inputs) };
    };
    const stateOf = (nodeConfig: Inputs) => made({ nodeConfig }).pool.state.nodeConfig;
    const arm = { key: "kubernetes.io/arch", value: "arm64", effect: "NO_SCHEDULE" };
    const own = { key: "team", value: "web", effect: "NO_EXECUTE" };

    test("with Arm processors have a taint that can be disabled", () => {
        expect(stateOf({ machineType: "n4a-standard-2", taints: [own] })).toMatchObject({
            taints: [own],
            effectiveTaints: [own, arm],
        });
        const taintConfig = { architectureTaintBehavior: "NONE" };
        expect(stateOf({ machineType: "t2a-standard-2", taintConfig }).effectiveTaints).toEqual([]);
        expect(stateOf({ taints: [own] }).effectiveTaints).toEqual([own]);
    });

    test("enforce limits of CPUs unless they are configured otherwise", () => {
        expect(stateOf({ kubeletConfig: {} }).kubeletConfig.cpuCfsQuota).toBe(true);
        expect(stateOf({ kubeletConfig: { cpuCfsQuota: false } }).kubeletConfig.cpuCfsQuota).toBe(false);
    });

    test("have no accelerators without a count, which are no change", () => {
        const nodeConfig = {
            machineType: "n1-standard-4",
            guestAccelerators: [
                { type: "nvidia-tesla-t4", count: 0 },
                { type: "nvidia-tesla-t4", count: 1 },
            ],
        };
        const { world, pool } = made({ nodeConfig });
        expect(pool.state.nodeConfig.guestAccelerators).toMatchObject([{ type: "nvidia-tesla-t4", count: 1 }]);
        expect(world.changed(pool)).toEqual([]);
    });

    test("have all limits of the autoscaler, and none without any", () => {
        const autoscaling = { totalMinNodeCount: 1, totalMaxNodeCount: 3 };
        expect(made({ nodeCount: undefined, autoscaling }).pool.state.autoscaling).toEqual({
            ...autoscaling,
            minNodeCount: 0,
            maxNodeCount: 0,
            locationPolicy: "BALANCED",
        });
        expect(made({ autoscaling: {} }).pool.state.autoscaling).toEqual({});
    });

    test("have networks of an accelerator profile, and are replaced when networks are left out", () => {
        const nodeConfig = {
            machineType: "a3-highgpu-8g",
            guestAccelerators: [{ type: "nvidia-h100-80gb", count: 8 }],
        };
        const { world, pool } = made({ nodeConfig, networkConfig: { acceleratorNetworkProfile: "auto" } });
        const { networkConfig } = pool.state;
        expect(networkConfig.additionalNodeNetworkConfigs).toHaveLength(4);
        expect(world.changed(pool)).toEqual([]);

        const own = made({ networkConfig: { additionalNodeNetworkConfigs: [{ network: "a", subnetwork: "b" }] } });
        expect(planned(own.world, own.pool, { ...own.pool.inputs, networkConfig: undefined })).toEqual({
            changed: ["networkConfig.additionalNodeNetworkConfigs"],
            replaced: ["networkConfig.additionalNodeNetworkConfigs"],
        });
    });

    test.each<[Inputs, string]>([
        [{ nodeDrainConfigs: [{ pdbTimeoutDuration: "300s" }] }, "node drain timeout is not enabled for this project"],
        [
            { nodeConfig: { linuxNodeConfig: { cgroupMode: "CGROUP_MODE_V1" } } },
            "Node pools with cgroupv1 is not supported",
        ],
        [
            { nodeConfig: { nodeImageConfigs: [{ image: "own-cos", imageProject: "acme-images" }] } },
            "image 'own-cos' is not available in project 'acme-images'",
        ],
    ])("with %j are refused", (inputs, message) => {
        expect(refusalOf(() => made(inputs))).toBe(`error creating NodePool: ${error(message)}`);
    });
});
