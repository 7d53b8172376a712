import * as check from "../internal/arguments/check";

interface Place {
    region?: string;
    zone?: string;
}

const isZone = (location: string) => /-[a-z]$/.test(location);

/** The region of a zone or a region. */
export const regionOf = (location: string) => location.replace(/-[a-z]$/, "");

/** Where a cluster is: its zone, its region, or the region of the environment. */
export const locationOf = ({ region, zone }: Place, ofEnvironment: string): string => zone ?? region ?? ofEnvironment;

/** The location of a cluster, its region, and whether it is in one zone. */
export const placeOf = (location: string) => ({ location, region: regionOf(location), isZonal: isZone(location) });

/** The problem of two places. */
export function twoPlaces({ region, zone }: Place): check.Problem | undefined {
    const reason = `cannot be combined with region (got "${zone}"). Set zone for a cluster in one zone, or region.`;
    return check.when(region !== undefined && zone !== undefined, "zone", "gke/zone-and-region", reason);
}
