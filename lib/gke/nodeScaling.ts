import { gkeLimits } from "../facts/limits/gke";
import * as check from "../internal/arguments/check";

/** The number of nodes of a pool in all zones together. */
export interface NodeScaling {
    /**
     * The minimum: 0 to 15,000.
     * @default 1, in production 3; `max` if that is less
     */
    min?: number;
    /**
     * The maximum: 1 to 15,000 ({@link https://cloud.google.com/kubernetes-engine/quotas GKE quotas}).
     * @default 3 in development, 6 in staging, 30 in production; `min` if that is more
     */
    max?: number;
}

const { nodes } = gkeLimits.rows;
const nodeCount = check.whole(1, nodes.max, nodes.unit);

/** Checks a fixed number, or bounds. */
export const scaling = check.either(
    (value) => typeof value === "number",
    nodeCount,
    check.options<NodeScaling>({
        min: check.whole(0, nodes.max, nodes.unit),
        max: nodeCount,
    }),
);

/** The bounds of a pool, of which a number is both. */
export const nodeScaling = ({ scaling = {} }: { scaling?: number | NodeScaling }): NodeScaling =>
    typeof scaling === "number" ? { min: scaling, max: scaling } : scaling;
