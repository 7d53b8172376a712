import { monitoringLimits } from "../../facts/limits/monitoring";
import * as check from "../../internal/arguments/check";

/** Where requests come from. `"USA"` is three locations, the others are one each. */
export type UptimeRegion =
    | "ASIA_PACIFIC"
    | "EUROPE"
    | "SOUTH_AMERICA"
    | "USA"
    | "USA_IOWA"
    | "USA_OREGON"
    | "USA_VIRGINIA";

/** How many locations a list of regions has. */
const locations = (regions: readonly UptimeRegion[]): number => {
    const us: UptimeRegion[] = ["USA_IOWA", "USA_OREGON", "USA_VIRGINIA"];
    return new Set(regions.flatMap((region) => (region === "USA" ? us : [region]))).size;
};

const { min } = monitoringLimits.rows.uptimeLocations;

/** Checks the regions. */
export const regions = check.pipe(
    check.list(
        check.oneOf<UptimeRegion>(
            "ASIA_PACIFIC",
            "EUROPE",
            "SOUTH_AMERICA",
            "USA",
            "USA_IOWA",
            "USA_OREGON",
            "USA_VIRGINIA",
        ),
    ),
    check.refine(
        (all) => locations(all as UptimeRegion[]) >= min,
        `must have at least ${min} locations; USA has three`,
    ),
);
