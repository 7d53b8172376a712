import { type Gpu, gpus } from "slipway/facts";
import type { KubeObject } from "../api/api";
import { allocatable, machine } from "./machine";
import { freeResources, labelsOf } from "./node";
import { gpuTaint, type Pool } from "./pools";
import { type Amounts, add, fits, quantity, requestsOf } from "./quantity";
import { hasHostAntiAffinity, matchesNode } from "./scheduling";

/** A node to add. */
export interface NewNode {
    pool: Pool;
    /** The zone that the pods require, if any. */
    zone?: string;
}

/** Why no node is added for a pod, in the format of the cluster autoscaler. */
export interface UnschedulablePod {
    pod: KubeObject;
    reason: string;
}

interface Planned extends NewNode {
    free: Amounts;
    alone: boolean;
}

/**
 * Determines which nodes to add for unschedulable pods.
 *
 * @param counts the number of nodes of each pool
 */
export function scaleUp(
    pods: KubeObject[],
    pools: Pool[],
    counts: Record<string, number>,
): { add: NewNode[]; unhelped: UnschedulablePod[] } {
    const planned: Planned[] = [];
    const unhelped: UnschedulablePod[] = [];
    for (const pod of pods) {
        const desired = requestsOf(pod);
        const alone = hasHostAntiAffinity(pod);
        const place = planned.find(
            (item) => fits(desired, item.free) && suitingZone(pod, item.pool) !== undefined && !(alone && item.alone),
        );
        if (place) {
            place.free = add(place.free, desired, -1);
            place.alone ||= alone;
            continue;
        }
        const reasons = new Map<string, number>();
        const refuse = (reason: string) => void reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        const pool = pools.find((item) => {
            const refused = refusal(pod, desired, item, (counts[item.name] ?? 0) + count(planned, item));
            return refused === undefined || refuse(refused);
        });
        if (pool) {
            const zone = suitingZone(pod, pool);
            planned.push({
                pool,
                zone: zone === "" ? undefined : zone,
                free: add(freeResources(pool), desired, -1),
                alone,
            });
        } else {
            const message = [...reasons].map(([reason, times]) => `${times} ${reason}`).join(", ");
            unhelped.push({ pod, reason: `pod didn't trigger scale-up: ${message}` });
        }
    }
    return { add: planned, unhelped };
}

const count = (planned: Planned[], { name }: Pool) => planned.filter(({ pool }) => pool.name === name).length;

function refusal(pod: KubeObject, desired: Amounts, pool: Pool, nodes: number): string | undefined {
    if (suitingZone(pod, pool) === undefined) {
        return "node(s) didn't match Pod's node affinity/selector";
    }
    const free = freeResources(pool);
    const short = Object.keys(desired).find((name) => !fits({ [name]: desired[name] ?? 0 }, free));
    if (short) {
        return `Insufficient ${short}`;
    }
    return nodes >= (pool.bounds?.max ?? nodes) ? "max node group size reached" : undefined;
}

/** The zone that a pod requires, empty for any, undefined if none matches. */
function suitingZone(pod: KubeObject, pool: Pool): string | undefined {
    const suiting = pool.zones.filter((zone) => matchesNode(pod, labelsOf(pool, zone), pool.taints));
    return suiting.length === pool.zones.length ? "" : suiting[0];
}

const acceleratorLabel = "cloud.google.com/gke-accelerator";

/** Machine types for Autopilot pods; the smallest sufficient one is used. */
const sizes = [2, 4, 8, 16, 32].map((cpus) => `e2-standard-${cpus}`);

/**
 * The smallest machine with the GPUs that a pod selects and requests. A type that no machine includes is attached to an N1 machine
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/autopilot-gpus).
 */
function gpuMachines(accelerator: string, count: number): string[] {
    const { machines = {}, attachable = [] } = (gpus.rows as Record<string, Gpu>)[accelerator] ?? {};
    const included = Object.entries(machines).filter(([, has]) => has === count);
    return included.length > 0
        ? included.map(([type]) => type)
        : attachable.includes(count)
          ? [2, 4, 8, 16, 32].map((cpus) => `n1-standard-${cpus}`)
          : [];
}

/** The virtual pools from which Autopilot adds nodes: nodes get all labels that pods request. */
export function autopilotPools(pods: KubeObject[], zones: string[], nodes: Pick<Pool, "account" | "version">): Pool[] {
    const pool = (machineType: string, labels: Record<string, string>, spot: boolean, count: number): Pool => ({
        name: `nap-${spot ? "spot" : "default"}`,
        zones,
        machineType,
        labels,
        taints: count > 0 ? [gpuTaint] : [],
        spot,
        maxPods: 32,
        ...nodes,
        gpus: count,
        diskType: "pd-balanced",
        size: 0,
        bounds: { min: 0, max: 1000 },
        replacedAtOnce: 1,
        template: "autopilot",
    });
    return pods.flatMap((pod) => {
        const desired = requestsOf(pod);
        const accelerator = pod.spec.nodeSelector?.[acceleratorLabel];
        // Without a request, there are no nodes with the label.
        const count = accelerator === undefined ? 0 : (desired["nvidia.com/gpu"] ?? 0);
        const types = accelerator === undefined ? sizes : gpuMachines(accelerator, count);
        const type = types.find((item) => {
            const { cpu, memory } = allocatable(machine(item));
            return (desired.cpu ?? 0) <= quantity(cpu) && (desired.memory ?? 0) <= quantity(memory);
        });
        const chosen: Record<string, string> = {};
        for (const [key, value] of Object.entries<string>(pod.spec.nodeSelector ?? {})) {
            if (key.startsWith("cloud.google.com/")) {
                chosen[key] = value;
            }
        }
        const { "cloud.google.com/gke-spot": spot, ...labels } = chosen;
        return type ? [pool(type, labels, spot === "true", count)] : [];
    });
}
