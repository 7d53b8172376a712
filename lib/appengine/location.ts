import * as check from "../internal/check";

/** Where an application can be ("App Engine locations"): regions, of which two have names of their own here. */
const locations = [
    "asia-east1",
    "asia-east2",
    "asia-northeast1",
    "asia-northeast2",
    "asia-northeast3",
    "asia-south1",
    "asia-southeast1",
    "asia-southeast2",
    "australia-southeast1",
    "europe-central2",
    "europe-west",
    "europe-west2",
    "europe-west3",
    "europe-west6",
    "northamerica-northeast1",
    "southamerica-east1",
    "us-central",
    "us-east1",
    "us-east4",
    "us-west1",
    "us-west2",
    "us-west3",
    "us-west4",
] as const;

/** A place where an application can be: a region, or `europe-west` and `us-central`, which are europe-west1 and us-central1. */
export type AppEngineLocation = (typeof locations)[number];

const own: Record<string, string> = { "europe-west": "europe-west1", "us-central": "us-central1" };

export const location: check.Check = check.oneOf(...locations);

/** The region in which an application's location is. */
export const regionOf = (location: string): string => own[location] ?? location;

/** The location in a region; nothing where App Engine is not. */
export function locationIn(region: string): AppEngineLocation | undefined {
    return locations.find((one) => regionOf(one) === region);
}
