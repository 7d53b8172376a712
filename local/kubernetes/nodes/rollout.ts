import type { KubeObject } from "../api/api";
import { templateAnnotation } from "./node";
import type { Pool } from "./pools";

/** What is done next to the nodes of a pool. */
export interface Step {
    add: number;
    /** Those whose pods are to leave, and which go then. */
    leave: KubeObject[];
}

/** The nodes of a pool without those that are being replaced. */
export const staying = (nodes: KubeObject[], pool: Pool): KubeObject[] =>
    nodes.filter((node) => !(isOutdated(node, pool) && node.spec.unschedulable));

const isOutdated = ({ metadata }: KubeObject, { template }: Pool) =>
    metadata.annotations?.[templateAnnotation] !== template;

/**
 * What is done next so that a pool has as many nodes as it may have, all as they are to be now: nodes that are not are replaced
 * by new ones, no more at a time than the pool says.
 *
 * @param isNew the pool has its first nodes made
 */
export function nextStep(pool: Pool, nodes: KubeObject[], isNew: boolean): Step {
    const { bounds, size, replacedAtOnce } = pool;
    const kept = staying(nodes, pool);
    const leaving = nodes.filter((node) => !kept.includes(node));
    const wanted = isNew ? size : kept.length;
    const target = bounds ? Math.min(Math.max(wanted, bounds.min), bounds.max) : size;
    const next = kept.filter((node) => isOutdated(node, pool)).slice(0, Math.max(0, replacedAtOnce - leaving.length));
    const rest = kept.filter((node) => !next.includes(node));
    const tooMany = rest.slice(0, Math.max(0, rest.length - target));
    return { add: Math.max(0, target - rest.length), leave: [...leaving, ...next, ...tooMany] };
}
