import { appEngineLocations } from "../facts/regions";
import * as check from "../internal/arguments/check";

const { rows } = appEngineLocations;

/** A {@link https://cloud.google.com/appengine/docs/standard/locations region} with App Engine. */
export type AppEngineRegion = (typeof rows)[keyof typeof rows]["region"];

const all: Record<string, { region: AppEngineRegion }> = rows;

/** Checks a region. */
export const region = check.oneOf(...Object.values(all).map((row) => row.region));

/** The region of a location of the API, which calls europe-west1 `europe-west` and us-central1 `us-central`. */
export const regionOf = (location: string): string => all[location]?.region ?? location;

/** The location of a region in the API; undefined if App Engine is not available there. */
export const locationIn = (region: string): string | undefined =>
    Object.keys(all).find((location) => regionOf(location) === region);
