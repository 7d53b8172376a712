import { appEngineLocations } from "../facts/regions";
import * as check from "../internal/check";

/**
 * A {@link https://cloud.google.com/appengine/docs/standard/locations location} of an application: a region, or `europe-west`
 * and `us-central`, which are europe-west1 and us-central1.
 */
export type AppEngineLocation = keyof typeof appEngineLocations.rows;

const rows: Record<string, { region: string }> = appEngineLocations.rows;
const locations = Object.keys(appEngineLocations.rows) as AppEngineLocation[];

export const location = check.oneOf(...locations);

/** The region of a location. */
export const regionOf = (location: string): string => rows[location]?.region ?? location;

/** The location of a region; undefined if App Engine is not available there. */
export function locationInRegion(region: string): AppEngineLocation | undefined {
    return locations.find((one) => regionOf(one) === region);
}
