import { appEngineLocations, bucketLocations, type Region, regions } from "slipway/facts";

const furtherPlaces: Record<string, string[]> = {
    appengine: Object.keys(appEngineLocations.rows),
    storage: Object.entries(bucketLocations.rows).flatMap(([place, { type }]) => (type === "region" ? [place] : [])),
};

/** @param service the first part of an API's name, of a service that is not in exactly the regions of most */
export function isRegion(place: string, service = ""): boolean {
    const places = furtherPlaces[service] ?? [];
    // App Engine is in some of the regions only, all others are in all of them and perhaps in more.
    return places.includes(place) || (service !== "appengine" && Object.hasOwn(regions.rows, place));
}

const rows: Record<string, Region> = regions.rows;

/** What stands for a region in the address of a service, where it is known. */
export const runCodeOf = (region: string): string | undefined =>
    Object.hasOwn(rows, region) ? rows[region]?.runCode : undefined;
