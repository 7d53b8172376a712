import { isZone, zonesOf } from "../../../simulator";

/** The zones of a cluster's nodes: three zones of a region, or the zone. */
export const clusterZones = (location: string): string[] =>
    isZone(location) ? [location] : zonesOf(location).slice(0, 3);
