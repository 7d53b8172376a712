import type { KubeObject } from "../api/api";
import { templateAnnotation } from "./node";
import type { Pool } from "./pools";

/** The next step for the nodes of a pool. */
export interface Step {
    add: number;
    /** Nodes to drain and delete. */
    leave: KubeObject[];
}

/** The nodes of a pool that are not being replaced. */
export const currentNodes = (nodes: KubeObject[], pool: Pool): KubeObject[] =>
    nodes.filter((node) => !(isOutdated(node, pool) && node.spec.unschedulable));

const isOutdated = ({ metadata }: KubeObject, { template }: Pool) =>
    metadata.annotations?.[templateAnnotation] !== template;

/**
 * The next step to reach the desired number of nodes with the current template: outdated nodes are replaced, within the
 * pool's upgrade settings.
 *
 * @param isNew whether the pool creates its first nodes
 */
export function nextStep(pool: Pool, nodes: KubeObject[], isNew: boolean): Step {
    const { bounds, size, replacedAtOnce } = pool;
    const retained = currentNodes(nodes, pool);
    const leaving = nodes.filter((node) => !retained.includes(node));
    const desired = isNew ? size : retained.length;
    const target = bounds ? Math.min(Math.max(desired, bounds.min), bounds.max) : size;
    const next = retained
        .filter((node) => isOutdated(node, pool))
        .slice(0, Math.max(0, replacedAtOnce - leaving.length));
    const rest = retained.filter((node) => !next.includes(node));
    const tooMany = rest.slice(0, Math.max(0, rest.length - target));
    return { add: Math.max(0, target - rest.length), leave: [...leaving, ...next, ...tooMany] };
}
