import { appEngineLocations, bucketLocations, type Region, regions } from "slipway/facts";

const furtherPlaces: Record<string, string[]> = {
    appengine: Object.keys(appEngineLocations.rows),
    storage: Object.entries(bucketLocations.rows).flatMap(([place, { type }]) => (type === "region" ? [place] : [])),
};

/** @param service the first part of the API's name, for services with other regions */
export function isRegion(place: string, service = ""): boolean {
    const places = furtherPlaces[service] ?? [];
    // App Engine is available in a subset of the regions; all other services in at least all of them.
    return places.includes(place) || (service !== "appengine" && Object.hasOwn(regions.rows, place));
}

const rows: Record<string, Region> = regions.rows;

/** The abbreviation of a region in URLs of services, if known. */
export const runCodeOf = (region: string): string | undefined =>
    Object.hasOwn(rows, region) ? rows[region]?.runCode : undefined;
