import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Fault, Resource } from "../../local";
import { Api, type KubeObject } from "../../local/runtime/kubernetes/api/api";
import { type Watched, watch } from "../../local/runtime/kubernetes/api/watch";
import { cloudOf } from "../../local/simulator/cloudOf";
import { InstalledProvider } from "../../local/simulator/provider/installed";
import { LocalProvider } from "../../local/simulator/provider/provider";
import { run } from "../../local/toolchain/process";
import { Deployment } from "../deploy/deployment";
import { until } from "./until";

const project = "acme-prod";
const image = `ghcr.io/acme/echo@sha256:${"0".repeat(64)}`;

/** A cluster with these node pools and a deployment of four pods, which require nodes of the tier `web`. */
const program = (nodePools: object, more = "") =>
    [
        '"use strict";',
        'const { AutoscaledDeployment, GkeCluster } = require("slipway/gke");',
        `const cluster = new GkeCluster("main", { auth: "token", nodePools: ${JSON.stringify(nodePools)}, ${more} });`,
        'new AutoscaledDeployment("echo", {',
        `    cluster, image: "${image}", port: 8080, nodeSelector: { tier: "web" },`,
        '    resources: { requests: { cpu: "500m", memory: "128Mi" } },',
        "    scaling: { min: 4, max: 6, cpu: 80 },",
        "});",
        "",
    ].join("\n");

const zones = ["europe-west1-b"];
const labels = { tier: "web", team: "a" };
const web = { machineType: "e2-standard-2", scaling: { min: 2, max: 3 }, zones, labels };
const batch = { machineType: "e2-standard-4", scaling: { min: 1, max: 2 }, zones };
/** The node pools after successive changes. */
const relabelled = {
    web: { ...web, scaling: { min: 2, max: 4 }, labels: { tier: "web", team: "b" } },
    batch: { ...batch, taints: [{ key: "batch", value: "yes", effect: "NO_SCHEDULE" }] },
};
const upgraded = { web: { ...relabelled.web, machineType: "e2-standard-4", diskType: "pd-ssd" }, jobs: batch };
const replaced = { ...upgraded, web: { ...upgraded.web, spot: true } };

const deployed = new Deployment({
    "Pulumi.yaml": "name: pools\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.prod.yaml": `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: production\n`,
    "package.json": '{ "name": "pools", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program({ web, batch }),
});
const prod = deployed.cloud.stack("prod");
const up = ["up", "-s", "prod", "--yes", "--skip-preview"];
let api: Api;

afterAll(() => deployed.remove());

/** Connects to the current cluster. */
function connect(): void {
    const [cluster] = deployed.cloud.resources("Cluster") as [Resource];
    const { endpoint, masterAuth } = cluster.properties as { endpoint: string; masterAuth: Record<string, string> };
    const certificate = Buffer.from(masterAuth.clusterCaCertificate ?? "", "base64").toString();
    api = new Api(Number(endpoint.split(":")[1]), certificate);
}

/** Deletes a cluster outside of Pulumi. */
async function deleteByHand({ type, id, properties }: Resource): Promise<void> {
    const provider = new LocalProvider(cloudOf(deployed.place), new InstalledProvider(deployed.place.program));
    await provider.ended(type, id, { ...properties, deletionProtection: false });
}

const items = async (path: string): Promise<KubeObject[]> => (await api.get(path)).items;
const nodes = (selector: string) => items(`/api/v1/nodes?labelSelector=${encodeURIComponent(selector)}`);
const pods = () => items("/api/v1/namespaces/echo/pods");
const uids = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.uid).sort();

const isReady = ({ status, metadata }: KubeObject) =>
    metadata.deletionTimestamp === undefined &&
    status.conditions?.some((each: KubeObject) => each.type === "Ready" && each.status === "True");

async function areAllReady(): Promise<boolean> {
    const all = await pods();
    return all.length === 4 && all.every(isReady);
}

/** Deploys the program and waits for a condition; returns the minimum of ready pods in the meantime. */
async function fewestReady(isSo: () => Promise<boolean>): Promise<{ fewest: number; output: string }> {
    const end = new AbortController();
    const seen: number[] = [];
    let watched: Watched | undefined;
    watched = await watch(api, "/api/v1/namespaces/echo/pods", end.signal, () => {
        seen.push(watched?.all().filter(isReady).length ?? 4);
    });
    try {
        const { code, output } = await deployed.run(up);
        expect([code, output]).toEqual([0, output]);
        await until(isSo, Boolean);
        return { fewest: Math.min(...seen), output };
    } finally {
        end.abort();
    }
}

/** The minimum of ready pods, according to the disruption budget. */
const budget = async () =>
    (await api.get("/apis/policy/v1/namespaces/echo/poddisruptionbudgets/echo")).status.desiredHealthy as number;

/** The preview of another program. */
async function previewed(nodePools: object) {
    deployed.edit("index.js", () => program(nodePools));
    const { steps, differences } = await prod.preview();
    return { steps, differences };
}

/** The names of the node pools without random suffixes, once exactly these have nodes. */
async function poolsWithNodes(): Promise<string[]> {
    const pools = deployed.cloud.resources("NodePool").map(({ id }) => id.split("/").at(-1) as string);
    const look = async () => {
        const found = (await nodes("")).map(({ metadata }) => metadata.labels?.["cloud.google.com/gke-nodepool"]);
        return [...new Set(found)].sort().join();
    };
    await until(look, (found) => found === [...pools].sort().join());
    return pools.map((name) => name.replace(/-[0-9a-f]{6}$/, "")).sort();
}

test("after the provider is killed during the cluster's creation, the next up completes it", async () => {
    const fault: Fault = { verb: "create", type: "gcp:container/cluster:Cluster", answer: "lose" };
    expect((await deployed.run(up, {}, { faults: [fault] })).code).not.toBe(0);
    const [lost] = deployed.cloud.resources("Cluster") as [Resource];

    const { created } = await deployed.up("prod");
    expect(created).toBeGreaterThan(10);
    // A cluster was created without Pulumi's knowledge: the next one has another name.
    expect(deployed.cloud.resources("Cluster")).toHaveLength(2);
    await deleteByHand(lost);
    connect();
    await until(areAllReady, Boolean);
    expect(Object.keys(await deployed.up("prod"))).toEqual(["unchanged"]);
    expect(await poolsWithNodes()).toEqual(["batch", "web"]);
    for (const { status } of await nodes("")) {
        expect(status.nodeInfo.kubeletVersion).toBe("v1.36.4-gke.1391002");
    }
});

test("changed limits, labels and taints of node pools keep nodes and pods", async () => {
    expect(await previewed(relabelled)).toEqual({
        steps: ["update NodePool main-batch", "update NodePool main-web"],
        differences: {
            "NodePool main-batch": ["nodeConfig.taints"],
            "NodePool main-web": ["autoscaling.totalMaxNodeCount", "nodeConfig.labels.team"],
        },
    });
    const before = [uids(await nodes("")), uids(await pods())];
    const areTainted = async () => {
        const found = await nodes("tier!=web");
        return (
            found.length > 0 && found.every(({ spec }) => spec.taints?.some(({ key }: KubeObject) => key === "batch"))
        );
    };
    const { fewest } = await fewestReady(async () => (await nodes("team=b")).length === 2 && areTainted());
    expect(fewest).toBe(4);
    expect([uids(await nodes("")), uids(await pods())]).toEqual(before);
});

test("a changed machine type replaces nodes within the disruption budget, in an up that removes a pool and adds one", async () => {
    expect(await previewed(upgraded)).toEqual({
        steps: ["create NodePool main-jobs", "delete NodePool main-batch", "update NodePool main-web"],
        differences: { "NodePool main-web": ["nodeConfig.diskType", "nodeConfig.machineType"] },
    });
    const [minimum, before] = [await budget(), await nodes("tier=web")];
    expect(minimum).toBe(3);
    const { fewest } = await fewestReady(async () => {
        const web = await nodes("tier=web");
        return web.every((node) => !uids(before).includes(node.metadata.uid)) && (await areAllReady());
    });
    expect(fewest).toBeGreaterThanOrEqual(minimum);
    for (const { metadata } of await nodes("tier=web")) {
        expect(metadata.labels).toMatchObject({
            team: "b",
            "cloud.google.com/gke-boot-disk": "pd-ssd",
            "node.kubernetes.io/instance-type": "e2-standard-4",
        });
    }
    expect(await poolsWithNodes()).toEqual(["jobs", "web"]);
});

test("Spot VMs require a new pool: it is created before the old one is deleted, and pods move within the disruption budget", async () => {
    expect(await previewed(replaced)).toEqual({
        steps: ["replace NodePool main-web"],
        differences: { "NodePool main-web": ["autoscaling.locationPolicy", "nodeConfig.spot"] },
    });
    const minimum = await budget();
    const isSpot = ({ metadata }: KubeObject) => metadata.labels?.["cloud.google.com/gke-spot"] === "true";
    const { fewest, output } = await fewestReady(
        async () => (await nodes("tier=web")).every(isSpot) && (await areAllReady()),
    );
    expect(fewest).toBeGreaterThanOrEqual(minimum);
    expect(output).toMatch(/NodePool main-web created replacement[\s\S]+NodePool main-web deleted original/);
    expect(await poolsWithNodes()).toEqual(["jobs", "web"]);
    expect(Object.keys(await deployed.up("prod"))).toEqual(["unchanged"]);
});

test("in production a destroy and a replacement of the cluster are refused, and nothing is lost", async () => {
    const before = [deployed.existing(), uids(await pods())];
    const destroyed = await deployed.run(["destroy", "-s", "prod", "--yes"]);
    expect([destroyed.code, destroyed.output]).toEqual([
        1,
        expect.stringMatching(/GkeCluster\S+::main" cannot be deleted\s+because it is protected/),
    ]);
    deployed.edit("index.js", () => program(replaced, "maxPodsPerNode: 64"));
    const other = await deployed.run(up);
    expect([other.code, other.output]).toEqual([
        1,
        expect.stringMatching(/unable to replace resource "\S+::main"\s+as it is currently marked for protection/),
    ]);
    deployed.edit("index.js", () => program(replaced));
    expect([deployed.existing(), uids(await pods())]).toEqual(before);
});

test("a refresh detects a deleted cluster, and it is recreated as documented for GkeCluster", async () => {
    await deleteByHand(deployed.cloud.resources("Cluster")[0] as Resource);
    const refresh = ["refresh", "-s", "prod", "--yes", "--skip-preview"];
    const { code, output } = await deployed.run(refresh);
    expect([code, output]).toEqual([
        1,
        expect.stringMatching(/failed to read resource state due to unreachable cluster/),
    ]);
    expect(output).toMatch(/container:Cluster main deleted/);

    const { deleted } = await deployed.succeed(refresh, { PULUMI_K8S_DELETE_UNREACHABLE: "true" });
    expect(deleted).toBeGreaterThanOrEqual(7);
    await deployed.up("prod");
    connect();
    await until(areAllReady, Boolean);
    expect(await poolsWithNodes()).toEqual(["jobs", "web"]);
    expect(Object.keys(await deployed.up("prod"))).toEqual(["unchanged"]);
});

test("production is destroyed in two steps, and no object, process or file of a cluster remains", async () => {
    await deployed.succeed(["config", "set", "-s", "prod", "slipway:protection", "off"]);
    expect((await deployed.up("prod")).updated).toBe(1);
    await deployed.succeed(["destroy", "-s", "prod", "--yes"]);
    expect(deployed.remaining()).toEqual([]);
    const folder = join(deployed.place.home, "clusters");
    const processes = (await run("ps", ["-eo", "args"])).split("\n");
    expect(processes.filter((line) => line.includes(folder))).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
});
