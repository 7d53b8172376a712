import { appEngineLocations, type Region, regions } from "slipway/facts";

/** @param service the first part of the API's name, for App Engine, which has some of the regions, two with names of their own */
export const isRegion = (place: string, service = ""): boolean =>
    Object.hasOwn(service === "appengine" ? appEngineLocations.rows : regions.rows, place);

const rows: Record<string, Region> = regions.rows;

/** The abbreviation of a region in URLs of services, if known. */
export const runCodeOf = (region: string): string | undefined =>
    Object.hasOwn(rows, region) ? rows[region]?.runCode : undefined;
