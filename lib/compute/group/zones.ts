import { zonesWithGpu } from "../../facts/machines/gpuZones";
import * as check from "../../internal/arguments/check";
import { zone } from "../../internal/arguments/locations";
import type { ResolvedTemplate } from "../template/templateArgs";

/** The distribution of instances over zones: {@link https://cloud.google.com/compute/docs/instance-groups/regional-mig-distribution-shape shape}. */
export type GroupShape = "EVEN" | "BALANCED" | "ANY" | "ANY_SINGLE_ZONE";

/** Checks the zones of a group. */
export const groupZones = check.pipe(
    check.list(zone) as check.Check<string[]>,
    check.refine(
        (all) => all.length > 0 && new Set(all).size === all.length,
        "must be a list of different zones with at least one",
    ),
);

/** Checks the shape of a group. */
export const groupShape = check.oneOf("EVEN", "BALANCED", "ANY", "ANY_SINGLE_ZONE");

/** "If you don't explicitly specify individual zones, Compute Engine automatically chooses three zones." */
export const defaultZones = 3;

/** The zones with the GPUs of the machines, as not all of a region have them. */
export function gpuZonesOf({ gpu }: Pick<ResolvedTemplate, "gpu">, region: string): string[] | undefined {
    const zones = gpu && zonesWithGpu(gpu.type, region);
    return zones && zones.length > 0 ? zones : undefined;
}

/**
 * Checks the shape. "If you want to autoscale a regional MIG, you must set the group's target distribution shape to BALANCED or EVEN":
 * https://cloud.google.com/compute/docs/instance-groups/creating-groups-of-managed-instances#limitations
 */
export function shapeProblems({
    shape,
    zones,
    scaling,
}: {
    shape?: GroupShape;
    zones?: readonly string[];
    scaling?: unknown;
}) {
    return [
        check.when(
            shape !== undefined && shape !== "EVEN" && zones?.length === 1,
            "shape",
            "compute/shape-in-one-zone",
            `has no effect in one zone (got "${shape}"). Remove it.`,
        ),
        check.when(
            typeof scaling !== "number" && (shape === "ANY" || shape === "ANY_SINGLE_ZONE"),
            "shape",
            "compute/shape-of-scaled-group",
            `must be "EVEN" or "BALANCED" for a group that is scaled (got "${shape}"). Set one of them, or scaling to a fixed number.`,
        ),
    ];
}
