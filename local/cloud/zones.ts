import { regions } from "./regions";

/** "Regions and zones": the letters of the zones of a region where they are not a, b and c. */
const letters: Record<string, string> = {
    "europe-west1": "bcd",
    "us-central1": "abcf",
    "us-east1": "bcd",
};

/** The zones of a region; none of a place that is no region. */
export function zonesOf(region: string): string[] {
    return Object.hasOwn(regions, region) ? [...(letters[region] ?? "abc")].map((letter) => `${region}-${letter}`) : [];
}

/** The region of a zone, or the region itself. */
export const regionOf = (place: string): string => place.replace(/-[a-z]$/, "");

export const isZone = (place: string): boolean => zonesOf(regionOf(place)).includes(place);
