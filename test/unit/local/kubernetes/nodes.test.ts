import type { KubeObject } from "../../../../local/runtime/kubernetes/api/api";
import { allocatable, machine } from "../../../../local/runtime/kubernetes/nodes/machine";
import { labelsPatch, nodeOf } from "../../../../local/runtime/kubernetes/nodes/node";
import { clusterNodes, type Pool } from "../../../../local/runtime/kubernetes/nodes/pools";
import { quantity, requestsOf } from "../../../../local/runtime/kubernetes/nodes/quantity";
import { nextStep } from "../../../../local/runtime/kubernetes/nodes/rollout";
import { autopilotPools, scaleUp } from "../../../../local/runtime/kubernetes/nodes/scaleUp";
import { Cloud } from "../../../../local/simulator/cloud/cloud";
import { newFolder } from "../world";

const cluster = { project: "acme-dev", location: "europe-west1", name: "main" };

/** A pod with these requests, and additional properties. */
function pod(cpu: string, memory = "64Mi", spec: object = {}): KubeObject {
    const containers = [{ name: "app", resources: { requests: { cpu, memory } } }];
    return { metadata: { name: "p", uid: "u" }, spec: { containers, ...spec } };
}

const pool = (more: Partial<Pool> = {}): Pool => ({
    name: "small",
    zones: ["europe-west1-b", "europe-west1-c"],
    machineType: "e2-standard-2",
    labels: {},
    taints: [],
    spot: false,
    maxPods: 110,
    gpus: 0,
    diskType: "pd-ssd",
    version: "1.34.9-gke.1131000",
    size: 1,
    bounds: { min: 1, max: 3 },
    replacedAtOnce: 1,
    template: "t",
    ...more,
});

/** The nodes that are added for pods: their pools and zones, and the errors of pods without nodes. */
function added(pods: KubeObject[], pools: Pool[], counts: Record<string, number> = {}) {
    const { add, unhelped } = scaleUp(pods, pools, counts);
    return [
        ...add.map(({ pool, zone }) => (zone ? `${pool.name} ${zone}` : pool.name)),
        ...unhelped.map((each) => each.reason),
    ];
}

test.each([
    ["e2-medium", { cpu: "940m", memory: "3043328Ki" }],
    ["e2-standard-4", { cpu: "3920m", memory: "13948518Ki" }],
    ["n2-highmem-8", { cpu: "7910m", memory: "61260267Ki" }],
    ["c3-standard-4", { cpu: "3920m", memory: "13948518Ki" }],
    ["n2-custom-4-8192", { cpu: "3920m", memory: "6398771Ki" }],
    ["g2-standard-24", { cpu: "23870m", memory: "92801433Ki", "nvidia.com/gpu": "2" }],
    ["a2-highgpu-1g", { cpu: "11900m", memory: "81959157Ki", "nvidia.com/gpu": "1" }],
])("a node of the type %s has Google's allocatable resources", (type, left) => {
    expect(allocatable(machine(type))).toEqual(left);
});

test.each([
    ["250m", 0.25],
    ["2", 2],
    ["1.5", 1.5],
    ["1Gi", 1073741824],
    ["64Mi", 67108864],
    ["1k", 1000],
    [undefined, 0],
])("the quantity %s is %d", (text, number) => {
    expect(quantity(text)).toBe(number);
});

test("a pod requests the sum of its containers, including sidecars, and at least the maximum of its init containers", () => {
    const container = (cpu: string, more = {}) => ({ resources: { requests: { cpu } }, ...more });
    const spec = {
        initContainers: [container("2"), container("300m", { restartPolicy: "Always" })],
        containers: [container("500m"), container("1"), {}],
        overhead: { memory: "1Mi" },
    };
    expect(requestsOf({ ...pod("1"), spec })).toEqual({ pods: 1, cpu: 2, memory: 1048576 });
    expect(
        requestsOf({
            ...pod("1"),
            spec: { ...spec, initContainers: [container("300m", { restartPolicy: "Always" })] },
        }),
    ).toEqual({
        pods: 1,
        cpu: 1.8,
        memory: 1048576,
    });
});

test("an existing node gets its pool's changed labels and taints, and keeps those of others", () => {
    const taint = (key: string) => ({ key, value: "yes", effect: "NoSchedule" });
    const before = pool({ labels: { team: "a", tier: "web" }, taints: [taint("gpu"), taint("old")] });
    const node = nodeOf(cluster, before, "europe-west1-c", false) as KubeObject;
    node.spec.taints = [...node.spec.taints, taint("drained")];
    expect(labelsPatch(node, before)).toBeUndefined();

    const now = pool({ labels: { team: "b", more: "" }, taints: [taint("gpu"), taint("new")] });
    expect(labelsPatch(node, now)).toMatchObject({
        metadata: { labels: { team: "b", tier: null, more: "" } },
        spec: { taints: [taint("drained"), taint("gpu"), taint("new")] },
    });
});

describe("nodes of a pool", () => {
    /** Nodes by name, whose suffixes mean outdated or terminating. */
    const nodes = (...names: string[]) =>
        names.map((name) => {
            const annotations = { "local.slipway.dev/template": /old|leaving/.test(name) ? "before" : "t" };
            return { metadata: { name, uid: name, annotations }, spec: { unschedulable: name.includes("leaving") } };
        });

    const step = (of: Partial<Pool>, names: string[], isNew = false) => {
        const { add, leave } = nextStep(pool(of), nodes(...names), isNew);
        return [add, ...leave.map(({ metadata }) => metadata.name)];
    };

    test("are created within the limits, initially with the configured size", () => {
        expect(step({}, [])).toEqual([1]);
        expect(step({ size: 2 }, [], true)).toEqual([2]);
        expect(step({ size: 5 }, [], true)).toEqual([3]);
        expect(step({ size: 2, bounds: undefined }, ["a", "b", "c"])).toEqual([0, "a"]);
        expect(step({}, ["a", "b"])).toEqual([0]);
        expect(step({}, ["a", "b", "c", "d"])).toEqual([0, "a"]);
    });

    test("with an outdated template are replaced one by one, or as many at once as the pool allows", () => {
        expect(step({}, ["a-old", "b-old", "c-old"])).toEqual([1, "a-old"]);
        expect(step({}, ["a-leaving", "b-old", "c-old", "d"])).toEqual([0, "a-leaving"]);
        expect(step({}, ["b-old", "c-old", "d"])).toEqual([1, "b-old"]);
        expect(step({ replacedAtOnce: 2 }, ["a-leaving", "b-old", "c-old", "d"])).toEqual([1, "a-leaving", "b-old"]);
        expect(step({ replacedAtOnce: Number.POSITIVE_INFINITY }, ["a-old", "b-old"])).toEqual([2, "a-old", "b-old"]);
    });

    test("are not added while a replaced one waits for its pods to move", () => {
        expect(step({ bounds: { min: 1, max: 9 } }, ["a-leaving", "b"])).toEqual([0, "a-leaving"]);
    });
});

test("a node has the labels, the taints and the size of its pool", () => {
    const taints = [{ key: "gpu", value: "yes", effect: "NoSchedule" }];
    const made = nodeOf(cluster, pool({ labels: { team: "a" }, taints, spot: true }), "europe-west1-c", false);
    expect(made).toMatchObject({
        metadata: {
            name: expect.stringMatching(/^gke-main-small-[0-9a-f]{8}-[0-9a-f]{4}$/),
            labels: {
                team: "a",
                "cloud.google.com/gke-boot-disk": "pd-ssd",
                "cloud.google.com/gke-nodepool": "small",
                "cloud.google.com/gke-spot": "true",
                "cloud.google.com/machine-family": "e2",
                "node.kubernetes.io/instance-type": "e2-standard-2",
                "topology.kubernetes.io/region": "europe-west1",
                "topology.kubernetes.io/zone": "europe-west1-c",
            },
        },
        spec: { taints, providerID: expect.stringMatching(/^gce:\/\/acme-dev\/europe-west1-c\/gke-/) },
        status: {
            capacity: { cpu: "2", memory: "8388608Ki", pods: "110" },
            allocatable: { cpu: "1930m" },
            nodeInfo: { kubeletVersion: "v1.34.9-gke.1131000" },
        },
    });
});

describe("unschedulable pods", () => {
    test("share new nodes if they fit", () => {
        expect(added([pod("1"), pod("900m"), pod("100m"), pod("1")], [pool()])).toEqual(["small", "small"]);
        expect(added([pod("1", "4Gi"), pod("100m", "4Gi")], [pool()])).toEqual(["small", "small"]);
        expect(added([pod("1m"), pod("1m"), pod("1m")], [pool({ maxPods: 2 })])).toEqual(["small", "small"]);
    });

    test("get no nodes above the limit, which includes existing nodes", () => {
        const full = "pod didn't trigger scale-up: 1 max node group size reached";
        expect(added([pod("1500m"), pod("1500m")], [pool()], { small: 2 })).toEqual(["small", full]);
    });

    test("get a node of the first suitable pool, or an event why none is suitable", () => {
        const large = pool({ name: "large", machineType: "e2-standard-8" });
        expect(added([pod("4")], [pool(), large])).toEqual(["large"]);
        expect(added([pod("40")], [pool(), large])).toEqual(["pod didn't trigger scale-up: 2 Insufficient cpu"]);
        const arm = { nodeSelector: { "kubernetes.io/arch": "arm64" } };
        expect(added([pod("1", "1Mi", arm)], [pool(), large])).toEqual([
            "pod didn't trigger scale-up: 2 node(s) didn't match Pod's node affinity/selector",
        ]);
        const t2a = pool({ name: "arm", machineType: "t2a-standard-2" });
        expect(added([pod("1", "1Mi", arm)], [pool(), t2a])).toEqual(["arm"]);
    });

    test("get a node in the zone that they require", () => {
        const required = (operator: string, values?: string[]) => ({
            affinity: {
                nodeAffinity: {
                    requiredDuringSchedulingIgnoredDuringExecution: {
                        nodeSelectorTerms: [
                            { matchExpressions: [{ key: "topology.kubernetes.io/zone", operator, values }] },
                        ],
                    },
                },
            },
        });
        expect(added([pod("1", "1Mi", required("In", ["europe-west1-c"]))], [pool()])).toEqual([
            "small europe-west1-c",
        ]);
        expect(added([pod("1", "1Mi", required("NotIn", ["europe-west1-b"]))], [pool()])).toEqual([
            "small europe-west1-c",
        ]);
        expect(added([pod("1", "1Mi", required("Exists"))], [pool()])).toEqual(["small"]);
        expect(added([pod("1", "1Mi", required("DoesNotExist"))], [pool()])).toEqual([
            expect.stringContaining("affinity"),
        ]);
    });

    test("get a node with taints only if they tolerate them", () => {
        const tainted = pool({ taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] });
        const tolerating = (toleration: object) => [pod("1", "1Mi", { tolerations: [toleration] })];
        expect(added([pod("1")], [tainted])).toEqual([expect.stringContaining("affinity/selector")]);
        expect(added(tolerating({ key: "gpu", operator: "Exists" }), [tainted])).toEqual(["small"]);
        expect(added(tolerating({ key: "gpu", value: "yes", effect: "NoSchedule" }), [tainted])).toEqual(["small"]);
        expect(added(tolerating({ key: "gpu", value: "no" }), [tainted])).toEqual([
            expect.stringContaining("affinity"),
        ]);
        expect(added(tolerating({ operator: "Exists" }), [tainted])).toEqual(["small"]);
    });

    test("get separate nodes with anti-affinity", () => {
        const alone = {
            affinity: {
                podAntiAffinity: {
                    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "kubernetes.io/hostname" }],
                },
            },
        };
        expect(added([pod("1m", "1Mi", alone), pod("1m", "1Mi", alone), pod("1m")], [pool()])).toEqual([
            "small",
            "small",
        ]);
    });

    test("get the smallest sufficient machine from Autopilot, with the labels that they require", () => {
        const spot = {
            nodeSelector: { "cloud.google.com/gke-spot": "true", "cloud.google.com/compute-class": "Balanced" },
        };
        const pools = autopilotPools([pod("1"), pod("3"), pod("1", "10Gi", spot), pod("90")], ["europe-west1-b"], {
            account: "a@b",
            version: "1.34.9-gke.1131000",
        });
        expect(pools.map(({ machineType, spot, labels, account }) => [machineType, spot, labels, account])).toEqual([
            ["e2-standard-2", false, {}, "a@b"],
            ["e2-standard-4", false, {}, "a@b"],
            ["e2-standard-4", true, { "cloud.google.com/compute-class": "Balanced" }, "a@b"],
        ]);
    });
});

describe("nodes with GPUs", () => {
    const toleration = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };
    const withGpu = (count: number, selected: string, tolerations: object[] = [toleration]) => {
        const made = pod("1", "64Mi", { nodeSelector: { "cloud.google.com/gke-accelerator": selected }, tolerations });
        made.spec.containers[0].resources.requests["nvidia.com/gpu"] = String(count);
        return made;
    };
    const nodes = { version: "1.34.9-gke.1131000" };
    const taint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };

    test("are only for pods that select, tolerate and request them", () => {
        const l4 = { machineType: "g2-standard-24", gpus: 2, accelerator: "nvidia-l4", taints: [taint] };
        const gpus = pool({ name: "gpus", ...l4 });
        expect(added([withGpu(2, "nvidia-l4")], [pool(), gpus])).toEqual(["gpus"]);
        expect(added([withGpu(3, "nvidia-l4")], [gpus])).toEqual([expect.stringContaining("Insufficient nvidia.com")]);
        expect(added([withGpu(1, "nvidia-tesla-t4")], [gpus])).toEqual([expect.stringContaining("selector")]);
        expect(added([withGpu(1, "nvidia-l4", [])], [gpus])).toEqual([expect.stringContaining("selector")]);
        // No driver, no GPU.
        const without = [expect.stringContaining("Insufficient nvidia.com")];
        expect(added([withGpu(1, "nvidia-l4")], [pool({ ...l4, gpus: 0 })])).toEqual(without);
    });

    test.each([
        [1, "nvidia-l4", ["g2-standard-4"]],
        [2, "nvidia-l4", ["g2-standard-24"]],
        [4, "nvidia-tesla-t4", ["n1-standard-2"]],
        [3, "nvidia-l4", []],
        [0, "nvidia-l4", []],
    ])("are created by Autopilot for %d GPUs of the type %s", (count, type, machines) => {
        const pods = [withGpu(count, type)];
        const pools = autopilotPools(pods, ["europe-west1-b"], nodes);
        expect(pools.map(({ machineType, taints }) => [machineType, taints])).toEqual(
            machines.map((machine) => [machine, [taint]]),
        );
        expect(added(pods, pools)).toEqual(machines.length > 0 ? ["nap-default"] : [expect.any(String)]);
    });
});

describe("the node pools of a cluster", () => {
    const path = "//container.googleapis.com/projects/acme-dev/locations/europe-west1/clusters/main";

    function pools(states: object[], its: object = {}) {
        const cloud = new Cloud(newFolder());
        const put = (name: string, state: object) =>
            cloud.store.write({ name, project: "acme-dev", id: name, state: { ...state } });
        put(path, { name: "main", ...its });
        for (const [index, state] of states.entries()) {
            put(`${path}/nodePools/p${index}`, { name: `p${index}`, ...state });
        }
        return clusterNodes(cloud, cluster);
    }

    test("are in three zones of a region by default, with the same size in each", () => {
        const found = pools([{ nodeCount: 2 }, { initialNodeCount: 1, nodeLocations: ["europe-west1-d"] }]).pools;
        expect(found.map(({ zones, size, bounds }) => ({ zones, size, bounds }))).toEqual([
            { zones: ["europe-west1-b", "europe-west1-c", "europe-west1-d"], size: 6 },
            { zones: ["europe-west1-d"], size: 1 },
        ]);
    });

    test("are scaled within limits per zone, or in total", () => {
        const found = pools([
            { autoscaling: { minNodeCount: 1, maxNodeCount: 4 } },
            { autoscaling: { minNodeCount: 0, maxNodeCount: 0, totalMinNodeCount: 2, totalMaxNodeCount: 5 } },
        ]).pools;
        expect(found.map(({ bounds }) => bounds)).toEqual([
            { min: 3, max: 12 },
            { min: 2, max: 5 },
        ]);
    });

    test("have the taint of their GPUs, and no GPUs without a driver", () => {
        const taints = [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }];
        const accelerator = (gpuDriverVersion: string) => ({
            type: "nvidia-tesla-t4",
            count: 2,
            gpuDriverInstallationConfig: { gpuDriverVersion },
        });
        const of = (nodeConfig: object) => pools([{ nodeConfig }]).pools[0];
        const t4 = { accelerator: "nvidia-tesla-t4", taints };
        expect(of({ guestAccelerators: [accelerator("DEFAULT")] })).toMatchObject({ ...t4, gpus: 2 });
        expect(of({ guestAccelerators: [accelerator("INSTALLATION_DISABLED")] })).toMatchObject({ ...t4, gpus: 0 });
        const l4 = of({ machineType: "g2-standard-24" }) as Pool;
        expect(l4).toMatchObject({ accelerator: "nvidia-l4", taints, gpus: 2 });
        expect(nodeOf(cluster, l4, "europe-west1-b", false)).toMatchObject({
            metadata: { labels: { "cloud.google.com/gke-accelerator": "nvidia-l4" } },
            status: { allocatable: { "nvidia.com/gpu": "2" } },
        });
        expect(of({})).toMatchObject({ accelerator: undefined, taints: [], gpus: 0 });
    });

    test("have a new template when it changes, and the same when their size does", () => {
        const of = (state: object) =>
            pools([{ nodeConfig: { machineType: "e2-medium" }, ...state }]).pools[0]?.template;
        expect(of({ nodeCount: 5 })).toBe(of({ nodeCount: 2, nodeLocations: ["europe-west1-b"] }));
        const machineType = "e2-medium";
        const labelled = { machineType, labels: { team: "a" }, taints: [{ key: "a", effect: "NO_SCHEDULE" }] };
        expect(of({ nodeConfig: labelled })).toBe(of({}));
        expect(of({ nodeConfig: { machineType: "n2-standard-2" } })).not.toBe(of({}));
        expect(of({ nodeConfig: { machineType, diskType: "pd-ssd" } })).not.toBe(of({}));
        expect(of({ nodeConfig: { machineType, diskSizeGb: 50 } })).not.toBe(of({}));
        expect(of({ version: "1.35" })).not.toBe(of({}));
    });

    test("are replaced at the rate of their upgrade strategy", () => {
        const of = (upgradeSettings?: object) => pools([{ upgradeSettings }]).pools[0]?.replacedAtOnce;
        expect(of()).toBe(1);
        expect(of({ strategy: "SURGE", maxSurge: 2, maxUnavailable: 1 })).toBe(3);
        expect(of({ strategy: "BLUE_GREEN", maxSurge: 0, maxUnavailable: 0 })).toBe(Number.POSITIVE_INFINITY);
    });

    test("are managed in Autopilot, with its account and version", () => {
        const clusterAutoscaling = { autoProvisioningDefaults: { serviceAccount: "node@acme" } };
        const nodeVersion = "1.34.9-gke.1131000";
        expect(pools([{}], { enableAutopilot: true, clusterAutoscaling, nodeVersion })).toEqual({
            autopilot: true,
            pools: [],
            account: "node@acme",
            version: nodeVersion,
        });
    });
});
