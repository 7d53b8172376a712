import { writePrivate } from "../../../../lib/privateFiles";
import { nodeCountsFile } from "../../../simulator/services/gke/clusterNames";
import { nodeCounts } from "../../../simulator/services/gke/nodeCounts";
import type { KubeObject } from "../api/api";
import { createEvent } from "../api/events";
import { Reconciler } from "../api/reconciler";
import { type Watched, watch } from "../api/watch";
import type { ControllerContext } from "../controllerContext";
import { drain } from "./drain";
import { labelsPatch, nodeOf, poolLabel } from "./node";
import { type ClusterNodes, clusterNodes, type Pool } from "./pools";
import { currentNodes, nextStep } from "./rollout";
import { autopilotPools, type NewNode, scaleUp, type UnschedulablePod } from "./scaleUp";
import { clusterZones } from "./zones";

const path = "/api/v1/nodes";

/** How long a node must be empty before it is removed; GKE waits ten minutes. */
const emptyFor = 10_000;
/** How long the scheduler has to place pods on new nodes before more nodes are added. */
const settling = 3_000;

/** Maintains the Nodes of the node pools, and scales them within their limits. */
export async function runNodes(context: ControllerContext): Promise<void> {
    const { api, signal, report } = context;
    const holder: { nodes?: Nodes } = {};
    const reconciler = new Reconciler(async () => holder.nodes?.reconcile(), signal, report);
    const nodes = await watch(api, path, signal, reconciler.ask);
    const pods = await watch(api, "/api/v1/pods", signal, reconciler.ask);
    holder.nodes = new Nodes(context, nodes, pods);
    // Polls the node pools, which are stored on disk.
    const timer = setInterval(reconciler.ask, 500);
    signal.addEventListener("abort", () => clearInterval(timer));
    reconciler.ask();
}

class Nodes {
    private readonly emptySince = new Map<string, number>();
    private lastAdded = 0;
    private readonly explained = new Map<string, string>();

    constructor(
        private readonly context: ControllerContext,
        private readonly nodes: Watched,
        private readonly pods: Watched,
    ) {}

    async reconcile(): Promise<void> {
        const { cloud, cluster } = this.context;
        const desired = clusterNodes(cloud, cluster);
        const before = nodeCounts(this.context.folder);
        for (const pool of desired.pools) {
            await this.keep(pool, before[pool.name] === undefined);
        }
        await this.removeStrangers(desired);
        await this.addForPods(desired);
        await this.removeEmpty(desired);
        this.note(desired);
    }

    /** Reconciles the number and the templates of nodes. */
    private async keep(pool: Pool, isNew: boolean): Promise<void> {
        for (const node of this.of(pool)) {
            const change = labelsPatch(node, pool);
            if (change) {
                await this.context.api.patch(`${path}/${node.metadata.name}`, "merge-patch+json", change);
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
            ? autopilotPools(pending, clusterZones(this.context.cluster.location), { account, version })
            : pools.filter(({ bounds }) => bounds);
        const counts = Object.fromEntries(from.map((pool) => [pool.name, this.of(pool).length]));
        const { add, unhelped } = scaleUp(pending, from, counts);
        await this.add(add);
        await this.explain(unhelped);
        if (add.length > 0) {
            this.lastAdded = Date.now();
        }
    }

    /** Reports once per pod why no node is added. */
    private async explain(unhelped: UnschedulablePod[]): Promise<void> {
        for (const { pod, reason: message } of unhelped) {
            if (this.explained.get(pod.metadata.uid) !== message) {
                this.explained.set(pod.metadata.uid, message);
                const by = "cluster-autoscaler";
                await createEvent(this.context.api, pod, { type: "Normal", reason: "NotTriggerScaleUp", message, by });
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
        const left = new Map(pools.map((pool) => [pool.name, currentNodes(this.of(pool), pool).length]));
        for (const node of this.nodes.all()) {
            const { name, labels } = node.metadata;
            if (used.has(name)) {
                this.emptySince.delete(name);
                continue;
            }
            const since = this.emptySince.get(name) ?? Date.now();
            this.emptySince.set(name, since);
            const pool = pools.find((item) => item.name === labels?.[poolLabel]);
            const count = left.get(pool?.name ?? "") ?? 0;
            const mayGo = autopilot || (pool?.bounds !== undefined && count > pool.bounds.min);
            if (mayGo && Date.now() - since >= emptyFor && (await this.remove(node, true))) {
                left.set(pool?.name ?? "", count - 1);
            }
        }
    }

    private async add(desired: NewNode[]): Promise<void> {
        const { api, cloud, cluster } = this.context;
        const { autopilot } = clusterNodes(cloud, cluster);
        const created = new Map<string, number>();
        for (const { pool, zone } of desired) {
            const inZone = (item: string) =>
                (created.get(`${pool.name}/${item}`) ?? 0) +
                this.of(pool).filter((node) => node.metadata.labels?.["topology.kubernetes.io/zone"] === item).length;
            const chosen = zone ?? [...pool.zones].sort((one, other) => inZone(one) - inZone(other))[0] ?? "";
            created.set(`${pool.name}/${chosen}`, (created.get(`${pool.name}/${chosen}`) ?? 0) + 1);
            const { metadata } = await api.create(path, nodeOf(cluster, pool, chosen, autopilot));
            await this.known(metadata.name);
        }
    }

    /** Waits until the watch contains a new node, so that it is counted. */
    private async known(name: string): Promise<void> {
        for (let waited = 0; waited < 5_000 && !this.nodes.get(name); waited += 10) {
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
    }

    /** Drains and deletes a node; returns false while it has pods. */
    private async remove(node: KubeObject, onlyEmpty = false): Promise<boolean> {
        const { api } = this.context;
        const { name } = node.metadata;
        if (!(await drain(api, node, onlyEmpty))) {
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
        const { folder } = this.context;
        const now = JSON.stringify(Object.fromEntries(pools.map((pool) => [pool.name, this.of(pool).length])));
        if (now !== JSON.stringify(nodeCounts(folder))) {
            writePrivate(nodeCountsFile(folder), now);
        }
    }
}

const isUnschedulable = ({ metadata, spec, status }: KubeObject) =>
    metadata.deletionTimestamp === undefined &&
    spec.nodeName === undefined &&
    status?.conditions?.some(
        (item: Record<string, string>) => item.type === "PodScheduled" && item.reason === "Unschedulable",
    );

/** Whether a pod prevents the removal of its node: finished pods and DaemonSet pods do not. */
const isKept = ({ metadata, status }: KubeObject) =>
    !["Succeeded", "Failed"].includes(status?.phase) &&
    !metadata.ownerReferences?.some(({ kind }: { kind: string }) => kind === "DaemonSet");
