/**
 * The regions of Google Cloud that Cloud Run, Artifact Registry and Cloud Storage are all in ("Cloud locations"), with
 * the code that a Cloud Run service of the region has in its address, where it is known.
 */
export const regions: Record<string, string | undefined> = {
    "africa-south1": "bq",
    "asia-east1": "de",
    "asia-east2": "df",
    "asia-northeast1": "an",
    "asia-northeast2": "dt",
    "asia-northeast3": "du",
    "asia-south1": "el",
    "asia-south2": "em",
    "asia-southeast1": "as",
    "asia-southeast2": "et",
    "australia-southeast1": "ts",
    "australia-southeast2": "km",
    "europe-central2": "lm",
    "europe-north1": "lz",
    "europe-north2": undefined,
    "europe-southwest1": "no",
    "europe-west1": "ew",
    "europe-west10": "oe",
    "europe-west12": "og",
    "europe-west2": "nw",
    "europe-west3": "ey",
    "europe-west4": "ez",
    "europe-west6": "oa",
    "europe-west8": "oc",
    "europe-west9": "od",
    "me-central1": "ww",
    "me-central2": "wx",
    "me-west1": "zf",
    "northamerica-northeast1": "nn",
    "northamerica-northeast2": "pd",
    "northamerica-south1": undefined,
    "southamerica-east1": "rj",
    "southamerica-west1": "tl",
    "us-central1": "uc",
    "us-east1": "ue",
    "us-east4": "uk",
    "us-east5": "ul",
    "us-south1": "vp",
    "us-west1": "uw",
    "us-west2": "wl",
    "us-west3": "wm",
    "us-west4": "wn",
};

/** Regions that a service lacks: "App Engine locations", where two more have names of their own. */
const lacking: Record<string, string[]> = {
    appengine: [
        "africa-south1",
        "asia-south2",
        "australia-southeast2",
        "europe-north1",
        "europe-north2",
        "europe-southwest1",
        "europe-west1",
        "europe-west10",
        "europe-west12",
        "europe-west4",
        "europe-west8",
        "europe-west9",
        "me-central1",
        "me-central2",
        "me-west1",
        "northamerica-northeast2",
        "northamerica-south1",
        "southamerica-west1",
        "us-central1",
        "us-east5",
        "us-south1",
    ],
};

/** Places that a service has beside the regions of all: "App Engine locations", "Bucket locations". */
const further: Record<string, string[]> = {
    appengine: ["europe-west", "us-central"],
    storage: ["asia-southeast3"],
};

/** @param service the first part of an API's name, of a service that is not in exactly the regions of most */
export function isRegion(place: string, service = ""): boolean {
    return further[service]?.includes(place) || (Object.hasOwn(regions, place) && !lacking[service]?.includes(place));
}
