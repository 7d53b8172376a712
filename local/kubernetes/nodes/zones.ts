import { isZone, zonesOf } from "../../cloud/zones";

/** The zones in which a cluster at a location has its nodes: three of a region, or the zone itself. */
export const clusterZones = (location: string): string[] =>
    isZone(location) ? [location] : zonesOf(location).slice(0, 3);
