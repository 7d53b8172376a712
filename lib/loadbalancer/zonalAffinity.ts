import * as check from "../internal/arguments/check";
import { fractionOf } from "../internal/arguments/percent";

/**
 * {@link https://cloud.google.com/load-balancing/docs/internal/zonal-affinity Zonal affinity} of an internal passthrough load balancer: connections
 * of machines in its region go to machines in the zone of the client.
 */
export interface ZonalAffinity {
    /**
     * Where connections go while few machines in the zone are healthy: to the zone all the same, or to all zones.
     */
    spillover: "stay-within-zone" | "spill-cross-zone";
    /**
     * The share of healthy machines in the zone, in percent: below it, connections go to all zones. 0 to 100, with "spill-cross-zone".
     * @default 0: when no machine in the zone is healthy
     */
    ratio?: number;
}

const spillovers = {
    "stay-within-zone": "ZONAL_AFFINITY_STAY_WITHIN_ZONE",
    "spill-cross-zone": "ZONAL_AFFINITY_SPILL_CROSS_ZONE",
};

/** Checks the `zonalAffinity` of a load balancer. */
export const zonalAffinity = check.options<ZonalAffinity>(
    { spillover: check.oneOf("stay-within-zone", "spill-cross-zone"), ratio: check.whole(0, 100, "percent") },
    "spillover",
);

/** Which load balancers have zonal affinity, and its options. */
export const zonalAffinityProblems = (type: string, args: ZonalAffinity | undefined): (check.Problem | undefined)[] => [
    check.when(
        args !== undefined && type !== "internal-passthrough",
        "zonalAffinity",
        "loadbalancer/zonal-affinity-of-type",
        `is only for the type "internal-passthrough" (got type "${type}"). Remove it.`,
    ),
    check.when(
        args?.ratio !== undefined && args.spillover === "stay-within-zone",
        "zonalAffinity.ratio",
        "loadbalancer/zonal-affinity-ratio",
        'is only for spillover: "spill-cross-zone". Remove it.',
    ),
];

/** The traffic policy; undefined without zonal affinity. */
export const trafficPolicy = (args: ZonalAffinity | undefined) =>
    args && {
        zonalAffinity: {
            spillover: spillovers[args.spillover],
            spilloverRatio: args.ratio === undefined ? undefined : fractionOf(args.ratio),
        },
    };
