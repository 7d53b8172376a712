import type { KubeObject } from "../api/api";
import { allocatable, machine } from "./machine";
import { freeOn, labelsOf } from "./node";
import type { Pool } from "./pools";
import { type Amounts, fits, plus, quantity, requests } from "./quantity";
import { isAlone, suits } from "./suits";

/** A node that is to be added. */
export interface Wanted {
    pool: Pool;
    /** Of the zones of the pool, the one in which the pods must be, where they must. */
    zone?: string;
}

/** Why no node is added for a pod, in the words of the cluster autoscaler. */
export interface Unhelped {
    pod: KubeObject;
    reason: string;
}

interface Planned extends Wanted {
    free: Amounts;
    alone: boolean;
}

/**
 * Which nodes have to be added so that pods which fit nowhere have a place.
 *
 * @param counts how many nodes each pool has
 */
export function scaleUp(
    pods: KubeObject[],
    pools: Pool[],
    counts: Record<string, number>,
): { add: Wanted[]; unhelped: Unhelped[] } {
    const planned: Planned[] = [];
    const unhelped: Unhelped[] = [];
    for (const pod of pods) {
        const wanted = requests(pod);
        const alone = isAlone(pod);
        const place = planned.find(
            (each) => fits(wanted, each.free) && suitingZone(pod, each.pool) !== undefined && !(alone && each.alone),
        );
        if (place) {
            place.free = plus(place.free, wanted, -1);
            place.alone ||= alone;
            continue;
        }
        const reasons = new Map<string, number>();
        const refuse = (reason: string) => void reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        const pool = pools.find((each) => {
            const refused = refusal(pod, wanted, each, (counts[each.name] ?? 0) + count(planned, each));
            return refused === undefined || refuse(refused);
        });
        if (pool) {
            const zone = suitingZone(pod, pool);
            planned.push({ pool, zone: zone === "" ? undefined : zone, free: plus(freeOn(pool), wanted, -1), alone });
        } else {
            const told = [...reasons].map(([reason, times]) => `${times} ${reason}`).join(", ");
            unhelped.push({ pod, reason: `pod didn't trigger scale-up: ${told}` });
        }
    }
    return { add: planned, unhelped };
}

const count = (planned: Planned[], { name }: Pool) => planned.filter(({ pool }) => pool.name === name).length;

function refusal(pod: KubeObject, wanted: Amounts, pool: Pool, nodes: number): string | undefined {
    if (suitingZone(pod, pool) === undefined) {
        return "node(s) didn't match Pod's node affinity/selector";
    }
    const free = freeOn(pool);
    const short = Object.keys(wanted).find((name) => !fits({ [name]: wanted[name] ?? 0 }, free));
    if (short) {
        return `Insufficient ${short}`;
    }
    return nodes >= (pool.bounds?.max ?? nodes) ? "max node group size reached" : undefined;
}

/** The zone in which a pod must be, an empty text for any, nothing when none suits. */
function suitingZone(pod: KubeObject, pool: Pool): string | undefined {
    const suiting = pool.zones.filter((zone) => suits(pod, labelsOf(pool, zone), pool.taints));
    return suiting.length === pool.zones.length ? "" : suiting[0];
}

/** The machines that Autopilot has for pods here, of which it takes the smallest that suffices. */
const sizes = [2, 4, 8, 16, 32].map((cpus) => `e2-standard-${cpus}`);

/** The pools from which Autopilot adds a node for a pod: whatever labels the pod asks for, its node has them. */
export function autopilotPools(pods: KubeObject[], zones: string[], nodes: Pick<Pool, "account" | "version">): Pool[] {
    const pool = (machineType: string, labels: Record<string, string>, spot: boolean): Pool => ({
        name: spot ? "nap-spot" : "nap-default",
        zones,
        machineType,
        labels,
        taints: [],
        spot,
        maxPods: 32,
        ...nodes,
        gpus: 0,
        diskType: "pd-balanced",
        size: 0,
        bounds: { min: 0, max: 1000 },
        replacedAtOnce: 1,
        template: "autopilot",
    });
    return pods.flatMap((pod) => {
        const wanted = requests(pod);
        const type = sizes.find((each) => {
            const { cpu, memory } = allocatable(machine(each));
            return (wanted.cpu ?? 0) <= quantity(cpu) && (wanted.memory ?? 0) <= quantity(memory);
        });
        const chosen: Record<string, string> = {};
        for (const [key, value] of Object.entries<string>(pod.spec.nodeSelector ?? {})) {
            if (key.startsWith("cloud.google.com/")) {
                chosen[key] = value;
            }
        }
        const { "cloud.google.com/gke-spot": spot, ...labels } = chosen;
        return type ? [pool(type, labels, spot === "true")] : [];
    });
}
