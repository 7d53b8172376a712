import type { Inputs } from "../../../local/simulator/rules/rules";
import { makeClusterNetwork } from "./examples/container";
import { refusalOf, World } from "./world";

const location = "europe-west1";

function prepared(): World {
    const world = new World();
    world.enable("container", "iam");
    makeClusterNetwork(world);
    return world;
}

const standard = { name: "main", location, initialNodeCount: 1, deletionProtection: false };
const world = prepared();
world.make("Cluster", { ...standard, removeDefaultNodePool: true });

const pool = (inputs: Inputs) => () =>
    world.make("NodePool", { name: "web", cluster: "main", location, nodeCount: 1, ...inputs });
const nodes = (nodeConfig: Inputs) => pool({ nodeConfig: { machineType: "n2-standard-4", ...nodeConfig } });

test.each<[string, Inputs, string]>([
    ["a tag in capitals", { tags: ["Web"] }, 'node_config.tags": "Web". Must comply with RFC1035.'],
    ["a label with a space", { labels: { team: "a b" } }, 'node_config.labels": "team=a b".'],
    ["the key of a label with a space", { labels: { "a b": "c" } }, 'node_config.labels": "a b=c".'],
    [
        "a taint with a space",
        { taints: [{ key: "a b", value: "c", effect: "NO_SCHEDULE" }] },
        'node_config.taints": "a b=c".',
    ],
    ["a key of metadata with a dot", { metadata: { "a.b": "c" } }, 'node_config.metadata": "a.b".'],
    ["too few processes", { kubeletConfig: { podPidsLimit: 1023 } }, "Must be between 1024 and 4194303."],
    ["one log file", { kubeletConfig: { containerLogMaxFiles: 1 } }, "Must be between 2 and 10."],
    ["six image pulls", { kubeletConfig: { maxParallelImagePulls: 6 } }, "Must be between 2 and 5."],
    ["a full disk", { kubeletConfig: { imageGcHighThresholdPercent: 86 } }, "Must be between 10 and 85."],
    [
        "collection of images that never ends",
        { kubeletConfig: { imageGcHighThresholdPercent: 50, imageGcLowThresholdPercent: 50 } },
        "Must be smaller than image_gc_high_threshold_percent.",
    ],
    [
        "a long eviction",
        { kubeletConfig: { evictionMaxPodGracePeriodSeconds: 301 } },
        "kubelet_config.eviction_max_pod_grace_period_seconds",
    ],
    [
        "a shutdown of a machine that is not Spot",
        { kubeletConfig: { shutdownGracePeriodSeconds: 30 } },
        "Must be 0, 30 or 120, and 0 without Spot VMs.",
    ],
    [
        "another parameter of the kernel",
        { linuxNodeConfig: { sysctls: { "kernel.panic": "1" } } },
        '"kernel.panic". The kernel parameter is not supported.',
    ],
    [
        "GPUs on a series without",
        { guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }] },
        "[n2-standard-4, nvidia-tesla-t4] features are not compatible for creating instance.",
    ],
    [
        "Confidential Nodes on a series without",
        { confidentialNodes: { enabled: true } },
        "SEV is not supported on machine type n2-standard-4.",
    ],
])("nodes with %s are refused", (_, inputs, text) => {
    expect(refusalOf(nodes(inputs))).toContain(text);
});

test.each([7, 257])("%i pods per node are refused", (count) => {
    const text = `Max pods per node must be between 8 and 256, but is ${count}.`;
    expect(refusalOf(pool({ maxPodsPerNode: count }))).toContain(text);
    expect(refusalOf(() => world.make("Cluster", { ...standard, name: "b", defaultMaxPodsPerNode: count }))).toContain(
        text,
    );
});

test.each([undefined, "shop"])("secrets encrypted with the key %s are refused", (keyName) => {
    const inputs = { ...standard, name: "b", databaseEncryption: { state: "ENCRYPTED", keyName } };
    expect(refusalOf(() => world.make("Cluster", inputs))).toContain("Must be the full name of a key.");
});

test("the edges are accepted", () => {
    nodes({
        spot: true,
        tags: ["web"],
        labels: { "acme.com/team": "shop", empty: "" },
        taints: [{ key: "acme.com/gpu", value: "", effect: "NO_SCHEDULE" }],
        metadata: { "disable-legacy-endpoints": "true" },
        kubeletConfig: {
            containerLogMaxFiles: 10,
            evictionMaxPodGracePeriodSeconds: 300,
            imageGcHighThresholdPercent: 85,
            imageGcLowThresholdPercent: 10,
            maxParallelImagePulls: 5,
            podPidsLimit: 4_194_303,
            shutdownGracePeriodSeconds: 120,
        },
        linuxNodeConfig: { sysctls: { "net.core.somaxconn": "2048" } },
    })();
    nodes({ machineType: "n1-standard-4", guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }] });
    nodes({ machineType: "n2d-standard-4", confidentialNodes: { enabled: true } });
});
