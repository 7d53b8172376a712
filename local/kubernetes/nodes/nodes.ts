import { writeFileSync } from "node:fs";
import type { KubeObject } from "../api/api";
import { tell } from "../api/events";
import { Reconciler } from "../api/reconciler";
import { type Watched, watch } from "../api/watch";
import type { Around } from "../controllers";
import { nodeCountsFile } from "../names";
import { nodeCounts } from "./counts";
import { emptied } from "./drain";
import { nodeOf, poolLabel, relabelled } from "./node";
import { type ClusterNodes, clusterNodes, type Pool } from "./pools";
import { nextStep, staying } from "./rollout";
import { autopilotPools, scaleUp, type Unhelped, type Wanted } from "./scaleUp";
import { clusterZones } from "./zones";

const path = "/api/v1/nodes";

/** How long a node has no pods before it is taken away; Google waits ten minutes. */
const emptyFor = 10_000;
/** How long the scheduler has to place pods on new nodes before more are added for them. */
const settling = 3_000;

/** Keeps a Node for each machine of the node pools, and adds and takes away machines between their bounds. */
export async function runNodes(around: Around): Promise<void> {
    const { api, signal, report } = around;
    const keeper: { nodes?: Nodes } = {};
    const reconciler = new Reconciler(async () => keeper.nodes?.reconcile(), signal, report);
    const nodes = await watch(api, path, signal, reconciler.ask);
    const pods = await watch(api, "/api/v1/pods", signal, reconciler.ask);
    keeper.nodes = new Nodes(around, nodes, pods);
    // What the cloud says of the pools is on disk, where nobody tells of a change.
    const timer = setInterval(reconciler.ask, 500);
    signal.addEventListener("abort", () => clearInterval(timer));
    reconciler.ask();
}

class Nodes {
    private readonly emptySince = new Map<string, number>();
    private lastAdded = 0;
    private readonly explained = new Map<string, string>();

    constructor(
        private readonly around: Around,
        private readonly nodes: Watched,
        private readonly pods: Watched,
    ) {}

    async reconcile(): Promise<void> {
        const { cloud, cluster } = this.around;
        const wanted = clusterNodes(cloud, cluster);
        const before = nodeCounts(this.around.folder);
        for (const pool of wanted.pools) {
            await this.keep(pool, before[pool.name] === undefined);
        }
        await this.removeStrangers(wanted);
        await this.addForPods(wanted);
        await this.removeEmpty(wanted);
        this.note(wanted);
    }

    /** Has as many nodes as a pool must have at least, and no more than it may have, all as they are to be now. */
    private async keep(pool: Pool, isNew: boolean): Promise<void> {
        for (const node of this.of(pool)) {
            const change = relabelled(node, pool);
            if (change) {
                await this.around.api.patch(`${path}/${node.metadata.name}`, "merge-patch+json", change);
            }
        }
        const { add, leave } = nextStep(pool, this.of(pool), isNew);
        await this.add(Array.from({ length: add }, () => ({ pool })));
        for (const node of leave) {
            await this.remove(node);
        }
    }

    private async removeStrangers({ autopilot, pools }: ClusterNodes): Promise<void> {
        const known = new Set(pools.map(({ name }) => name));
        for (const node of this.nodes.all()) {
            if (!autopilot && !known.has(node.metadata.labels?.[poolLabel] ?? "")) {
                await this.remove(node);
            }
        }
    }

    private async addForPods({ autopilot, pools, account, version }: ClusterNodes): Promise<void> {
        if (Date.now() - this.lastAdded < settling) {
            return;
        }
        const pending = this.pods.all().filter(isUnschedulable);
        if (pending.length === 0) {
            return;
        }
        const from = autopilot
            ? autopilotPools(pending, clusterZones(this.around.cluster.location), { account, version })
            : pools.filter(({ bounds }) => bounds);
        const counts = Object.fromEntries(from.map((pool) => [pool.name, this.of(pool).length]));
        const { add, unhelped } = scaleUp(pending, from, counts);
        await this.add(add);
        await this.explain(unhelped);
        if (add.length > 0) {
            this.lastAdded = Date.now();
        }
    }

    /** Says once of each pod why no node is added for it. */
    private async explain(unhelped: Unhelped[]): Promise<void> {
        for (const { pod, reason: message } of unhelped) {
            if (this.explained.get(pod.metadata.uid) !== message) {
                this.explained.set(pod.metadata.uid, message);
                const by = "cluster-autoscaler";
                await tell(this.around.api, pod, { type: "Normal", reason: "NotTriggerScaleUp", message, by });
            }
        }
    }

    private async removeEmpty({ autopilot, pools }: ClusterNodes): Promise<void> {
        const used = new Set(
            this.pods
                .all()
                .filter(isKept)
                .map(({ spec }) => spec.nodeName),
        );
        const left = new Map(pools.map((pool) => [pool.name, staying(this.of(pool), pool).length]));
        for (const node of this.nodes.all()) {
            const { name, labels } = node.metadata;
            if (used.has(name)) {
                this.emptySince.delete(name);
                continue;
            }
            const since = this.emptySince.get(name) ?? Date.now();
            this.emptySince.set(name, since);
            const pool = pools.find((each) => each.name === labels?.[poolLabel]);
            const count = left.get(pool?.name ?? "") ?? 0;
            const mayGo = autopilot || (pool?.bounds !== undefined && count > pool.bounds.min);
            if (mayGo && Date.now() - since >= emptyFor && (await this.remove(node, true))) {
                left.set(pool?.name ?? "", count - 1);
            }
        }
    }

    private async add(wanted: Wanted[]): Promise<void> {
        const { api, cloud, cluster } = this.around;
        const { autopilot } = clusterNodes(cloud, cluster);
        const made = new Map<string, number>();
        for (const { pool, zone } of wanted) {
            const inZone = (each: string) =>
                (made.get(`${pool.name}/${each}`) ?? 0) +
                this.of(pool).filter((node) => node.metadata.labels?.["topology.kubernetes.io/zone"] === each).length;
            const chosen = zone ?? [...pool.zones].sort((one, other) => inZone(one) - inZone(other))[0] ?? "";
            made.set(`${pool.name}/${chosen}`, (made.get(`${pool.name}/${chosen}`) ?? 0) + 1);
            const { metadata } = await api.create(path, nodeOf(cluster, pool, chosen, autopilot));
            await this.known(metadata.name);
        }
    }

    /** Waits until the watch has told of a new node, so that the next count has it. */
    private async known(name: string): Promise<void> {
        for (let waited = 0; waited < 5_000 && !this.nodes.get(name); waited += 10) {
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
    }

    /** Takes a node away once its pods have left it; false while they have not. */
    private async remove(node: KubeObject, onlyEmpty = false): Promise<boolean> {
        const { api } = this.around;
        const { name } = node.metadata;
        if (!(await emptied(api, node, onlyEmpty))) {
            return false;
        }
        await api.delete(`${path}/${name}`);
        this.emptySince.delete(name);
        for (let waited = 0; waited < 5_000 && this.nodes.get(name); waited += 10) {
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return true;
    }

    private of({ name }: Pool): KubeObject[] {
        return this.nodes.all().filter((node) => node.metadata.labels?.[poolLabel] === name);
    }

    private note({ pools }: ClusterNodes): void {
        const { folder } = this.around;
        const now = JSON.stringify(Object.fromEntries(pools.map((pool) => [pool.name, this.of(pool).length])));
        if (now !== JSON.stringify(nodeCounts(folder))) {
            writeFileSync(nodeCountsFile(folder), now);
        }
    }
}

const isUnschedulable = ({ metadata, spec, status }: KubeObject) =>
    metadata.deletionTimestamp === undefined &&
    spec.nodeName === undefined &&
    status?.conditions?.some(
        (each: Record<string, string>) => each.type === "PodScheduled" && each.reason === "Unschedulable",
    );

/** Whether a pod keeps its node: not one that has ended, nor one that is on every node. */
const isKept = ({ metadata, status }: KubeObject) =>
    !["Succeeded", "Failed"].includes(status?.phase) &&
    !metadata.ownerReferences?.some(({ kind }: { kind: string }) => kind === "DaemonSet");
