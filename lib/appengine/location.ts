import { appEngineLocations } from "../facts/regions";
import * as check from "../internal/check";

/** A place where an application can be: a region, or `europe-west` and `us-central`, which are europe-west1 and us-central1. */
export type AppEngineLocation = keyof typeof appEngineLocations.rows;

const rows: Record<string, { region: string }> = appEngineLocations.rows;
const locations = Object.keys(appEngineLocations.rows) as AppEngineLocation[];

export const location: check.Check = check.oneOf(...locations);

/** The region in which an application's location is. */
export const regionOf = (location: string): string => rows[location]?.region ?? location;

/** The location in a region; nothing where App Engine is not. */
export function locationIn(region: string): AppEngineLocation | undefined {
    return locations.find((one) => regionOf(one) === region);
}
