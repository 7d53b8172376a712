import { bucketLocations, dualRegionLocations } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { isRegion } from "../../cloud/regions";
import { type Inputs, upperCase } from "../../rules/rules";
import { invalid } from "./names";

type LocationType = "zone" | "region" | "multi-region" | "dual-region" | "configurable dual-region";

const locations: Record<string, { type: LocationType; regions?: readonly string[] }> = bucketLocations.rows;
const choices: Record<string, { regions: readonly string[] }> = dualRegionLocations.rows;

/** The regions, or the zone, that a bucket is placed in. */
const chosenPlaces = ({ customPlacementConfig }: Inputs): string[] =>
    (customPlacementConfig?.dataLocations ?? []).map((place: string) => place.toLowerCase());

function locationTypeOf(bucket: Inputs): LocationType {
    const { length } = chosenPlaces(bucket);
    return length > 0
        ? length === 1
            ? "zone"
            : "configurable dual-region"
        : (locations[String(bucket.location).toLowerCase()]?.type ?? "region");
}

/** The type in the API, which does not tell who chose the regions of a dual-region. */
export const locationType = (bucket: Inputs): string => locationTypeOf(bucket).replace("configurable ", "");

/** Whether a bucket is in two regions. */
export const isDualRegion = (bucket: Inputs) => locationType(bucket) === "dual-region";

/** Whether a bucket is in one region, or in a zone. */
export const isInRegion = (bucket: Inputs) => ["region", "zone"].includes(locationType(bucket));

const classes = ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "DURABLE_REDUCED_AVAILABILITY"];
const allClasses = [...classes, "MULTI_REGIONAL", "REGIONAL", "RAPID"];

/**
 * The storage classes of objects, by the type of their bucket's location: https://cloud.google.com/storage/docs/storage-classes#legacy. That
 * page has MULTI_REGIONAL for all dual-regions; Google refuses it for configurable ones:
 * https://github.com/terraform-google-modules/terraform-google-cloud-storage/pull/231
 */
const classesByType: Record<LocationType, string[]> = {
    zone: ["RAPID"],
    region: [...classes, "REGIONAL"],
    "multi-region": [...classes, "MULTI_REGIONAL"],
    "dual-region": [...classes, "MULTI_REGIONAL"],
    "configurable dual-region": classes,
};

/** Whether there is a storage class, in any case. */
export const isStorageClass = (name: string) => allClasses.includes(upperCase(name));

/** Whether objects of a bucket can have a storage class. */
export const hasStorageClass = (bucket: Inputs, name: string) =>
    classesByType[locationTypeOf(bucket)].includes(upperCase(name));

/** https://github.com/kmoneil/zig-gcp/blob/c7368cf7f0575e81be3864691dbba72b2df5f43d/src/storage/fake_buckets.zig */
export function requireStorageClass(name: string): void {
    if (!isStorageClass(name)) {
        throw invalid(`Invalid storage class "${name}"`);
    }
}

/** Throws if a bucket cannot be where it is placed, or cannot have its storage class there. */
export function verifyPlace(bucket: Inputs, cloud: Cloud): void {
    const { location, project, storageClass = "STANDARD" } = bucket;
    const place = location.toLowerCase();
    requireStorageClass(storageClass);
    const isPlace = Object.hasOwn(locations, place) || isRegion(place, "storage");
    if (!isPlace && !Object.hasOwn(choices, place) && place !== "global") {
        throw invalid("The specified location constraint is not valid.");
    }
    const chosen = chosenPlaces(bucket);
    if ((chosen.length > 0 ? isChoice(place, chosen) : isPlace) && hasStorageClass(bucket, storageClass)) {
        return;
    }
    const [number, name] = [cloud.projects.number(project), upperCase(storageClass)];
    if (chosen.length === 0) {
        throw invalid(
            `Project ${number} may not create storageClass ${name} buckets with locationConstraint ${upperCase(location)}.`,
        ).recordedIn("https://github.com/terraform-google-modules/terraform-google-cloud-storage/issues/155");
    }
    const data = chosen.map((each) => `data_location ${each}`).join(", ");
    throw invalid(
        `Project ${number} may not create storageClass ${name} buckets with locationConstraint ${upperCase(location)} and ${data}..`,
    ).recordedIn("https://github.com/terraform-google-modules/terraform-google-cloud-storage/pull/231");
}

/**
 * Whether a bucket can be in two regions of its location that no predefined dual-region has, or in a zone of its region:
 * https://docs.cloud.google.com/storage/docs/locations#location-dr, https://cloud.google.com/storage/docs/rapid/rapid-bucket
 */
function isChoice(place: string, chosen: string[]): boolean {
    if (chosen.length === 1) {
        return isRegion(place, "storage") && chosen[0]?.replace(/-[a-z]$/, "") === place;
    }
    const isPredefined = Object.values(locations).some(
        ({ regions = [] }) => regions.every((one) => chosen.includes(one)) && regions.length > 0,
    );
    const regions = choices[place]?.regions ?? [];
    return (
        chosen.length === 2 &&
        new Set(chosen).size === 2 &&
        chosen.every((one) => regions.includes(one)) &&
        !isPredefined
    );
}
