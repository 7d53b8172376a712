import { regions } from "slipway/facts";

const letters = new Map(Object.entries(regions.rows).map(([region, { zones }]) => [region, zones]));

/** The zones of a region; empty for other locations. */
export function zonesOf(region: string): string[] {
    return [...(letters.get(region) ?? "")].map((letter) => `${region}-${letter}`);
}

/** The region of a zone, or the region itself. */
export const regionOf = (place: string): string => place.replace(/-[a-z]$/, "");

export const isZone = (place: string): boolean => zonesOf(regionOf(place)).includes(place);
