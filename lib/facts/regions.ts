import { facts } from "./facts";

/** A region of Google Cloud. */
export interface Region {
    /** The letters of its zones. */
    zones: string;
    /** The code of the region in URLs of Cloud Run services and App Engine applications, if known. */
    runCode?: string;
    /** The second byte of the subnet range 10.x.0.0/20 in an auto mode VPC network. */
    autoSubnet?: number;
}

const networkNotes = "https://docs.cloud.google.com/vpc/docs/release-notes";

/**
 * Regions with their zones. `autoSubnet` is from {@link https://cloud.google.com/vpc/docs/subnets#ip-ranges Auto mode IPv4 subnet ranges},
 * `runCode` from URLs of services.
 */
export const regions = facts<Region>()({
    subject: "Regions and zones",
    source: "https://cloud.google.com/compute/docs/regions-zones",
    checked: "2026-08-22",
    rows: {
        "africa-south1": { zones: "abc", runCode: "bq", autoSubnet: 218 },
        "asia-east1": { zones: "abc", runCode: "de", autoSubnet: 140 },
        "asia-east2": { zones: "abc", runCode: "df", autoSubnet: 170 },
        "asia-northeast1": { zones: "abc", runCode: "an", autoSubnet: 146 },
        "asia-northeast2": { zones: "abc", runCode: "dt", autoSubnet: 174 },
        "asia-northeast3": { zones: "abc", runCode: "du", autoSubnet: 178 },
        "asia-south1": { zones: "abc", runCode: "el", autoSubnet: 160 },
        "asia-south2": { zones: "abc", runCode: "em", autoSubnet: 190 },
        "asia-southeast1": { zones: "abc", runCode: "as", autoSubnet: 148 },
        "asia-southeast2": { zones: "abc", runCode: "et", autoSubnet: 184 },
        "asia-southeast3": { zones: "abc", autoSubnet: 232, source: networkNotes, checked: "2026-08-22" },
        "australia-southeast1": { zones: "abc", runCode: "ts", autoSubnet: 152 },
        "australia-southeast2": { zones: "abc", runCode: "km", autoSubnet: 192 },
        "europe-central2": { zones: "abc", runCode: "lm", autoSubnet: 186 },
        "europe-north1": { zones: "abc", runCode: "lz", autoSubnet: 166 },
        "europe-north2": { zones: "abc", autoSubnet: 226, source: networkNotes, checked: "2026-08-22" },
        "europe-southwest1": { zones: "abc", runCode: "no", autoSubnet: 204 },
        "europe-west1": { zones: "bcd", runCode: "ew", autoSubnet: 132 },
        "europe-west10": { zones: "abc", runCode: "oe", autoSubnet: 214 },
        "europe-west12": { zones: "abc", runCode: "og", autoSubnet: 210 },
        "europe-west2": { zones: "abc", runCode: "nw", autoSubnet: 154 },
        "europe-west3": { zones: "abc", runCode: "ey", autoSubnet: 156 },
        "europe-west4": { zones: "abc", runCode: "ez", autoSubnet: 164 },
        "europe-west6": { zones: "abc", runCode: "oa", autoSubnet: 172 },
        "europe-west8": { zones: "abc", runCode: "oc", autoSubnet: 198 },
        "europe-west9": { zones: "abc", runCode: "od", autoSubnet: 200 },
        "me-central1": { zones: "abc", runCode: "ww", autoSubnet: 212 },
        "me-central2": { zones: "abc", runCode: "wx", autoSubnet: 216 },
        "me-west1": { zones: "abc", runCode: "zf", autoSubnet: 208 },
        "northamerica-northeast1": { zones: "abc", runCode: "nn", autoSubnet: 162 },
        "northamerica-northeast2": { zones: "abc", runCode: "pd", autoSubnet: 188 },
        "northamerica-south1": { zones: "abc", autoSubnet: 224 },
        "southamerica-east1": { zones: "abc", runCode: "rj", autoSubnet: 158 },
        "southamerica-west1": { zones: "abc", runCode: "tl", autoSubnet: 194 },
        "us-central1": { zones: "abcf", runCode: "uc", autoSubnet: 128 },
        "us-east1": { zones: "bcd", runCode: "ue", autoSubnet: 142 },
        "us-east4": { zones: "abc", runCode: "uk", autoSubnet: 150 },
        "us-east5": { zones: "abc", runCode: "ul", autoSubnet: 202 },
        "us-south1": { zones: "abc", runCode: "vp", autoSubnet: 206 },
        "us-west1": { zones: "abc", runCode: "uw", autoSubnet: 138 },
        "us-west2": { zones: "abc", runCode: "wl", autoSubnet: 168 },
        "us-west3": { zones: "abc", runCode: "wm", autoSubnet: 180 },
        "us-west4": { zones: "abc", runCode: "wn", autoSubnet: 182 },
    },
});

/** Locations of App Engine. The names of two differ from their regions, which Google's page still says; it no longer lists them. */
export const appEngineLocations = facts<{ region: string }>()({
    subject: "Locations of App Engine",
    source: "https://cloud.google.com/appengine/docs/standard/locations",
    checked: "2026-11-20",
    rows: {
        "asia-east1": { region: "asia-east1" },
        "asia-east2": { region: "asia-east2" },
        "asia-northeast1": { region: "asia-northeast1" },
        "asia-northeast2": { region: "asia-northeast2" },
        "asia-northeast3": { region: "asia-northeast3" },
        "asia-south1": { region: "asia-south1" },
        "asia-southeast1": { region: "asia-southeast1" },
        "asia-southeast2": { region: "asia-southeast2" },
        "australia-southeast1": { region: "australia-southeast1" },
        "europe-central2": { region: "europe-central2" },
        "europe-west": { region: "europe-west1" },
        "europe-west2": { region: "europe-west2" },
        "europe-west3": { region: "europe-west3" },
        "europe-west6": { region: "europe-west6" },
        "northamerica-northeast1": { region: "northamerica-northeast1" },
        "southamerica-east1": { region: "southamerica-east1" },
        "us-central": { region: "us-central1" },
        "us-east1": { region: "us-east1" },
        "us-east4": { region: "us-east4" },
        "us-west1": { region: "us-west1" },
        "us-west2": { region: "us-west2" },
        "us-west3": { region: "us-west3" },
        "us-west4": { region: "us-west4" },
    },
});

/** Bucket locations that are not in {@link regions}. A predefined dual-region has its two regions. */
export const bucketLocations = facts<{
    type: "multi-region" | "dual-region";
    regions?: readonly [string, string];
}>()({
    subject: "Locations of Cloud Storage besides regions",
    source: "https://docs.cloud.google.com/storage/docs/locations",
    checked: "2026-04-12",
    rows: {
        asia: { type: "multi-region" },
        eu: { type: "multi-region" },
        us: { type: "multi-region" },
        asia1: { type: "dual-region", regions: ["asia-northeast1", "asia-northeast2"] },
        eur4: { type: "dual-region", regions: ["europe-north1", "europe-west4"] },
        eur5: { type: "dual-region", regions: ["europe-west1", "europe-west2"] },
        eur7: { type: "dual-region", regions: ["europe-west2", "europe-west3"] },
        eur8: { type: "dual-region", regions: ["europe-west3", "europe-west6"] },
        nam4: { type: "dual-region", regions: ["us-central1", "us-east1"] },
    },
});

/**
 * The regions of which a bucket can be in two (a configurable dual-region), by the location of such a bucket. The two of a predefined
 * dual-region are only available as that one ({@link bucketLocations}). Copies of Google's page lack the texts of its notes at us-east5 (3),
 * at the two regions of Italy (4) and at the two of Germany (5).
 */
export const dualRegionLocations = facts<{ regions: readonly string[] }>()({
    subject: "Regions of configurable dual-regions of Cloud Storage",
    source: "https://docs.cloud.google.com/storage/docs/locations#location-dr",
    checked: "2026-04-12",
    rows: {
        asia: { regions: ["asia-east1", "asia-southeast1"] },
        au: { regions: ["australia-southeast1", "australia-southeast2"] },
        ca: { regions: ["northamerica-northeast1", "northamerica-northeast2"] },
        de: { regions: ["europe-west3", "europe-west10"] },
        eu: {
            regions: [
                "europe-central2",
                "europe-north1",
                "europe-southwest1",
                "europe-west1",
                "europe-west3",
                "europe-west4",
                "europe-west8",
                "europe-west9",
                "europe-west10",
                "europe-west12",
            ],
        },
        in: { regions: ["asia-south1", "asia-south2"] },
        it: { regions: ["europe-west8", "europe-west12"] },
        us: {
            regions: [
                "us-central1",
                "us-east1",
                "us-east4",
                "us-east5",
                "us-south1",
                "us-west1",
                "us-west2",
                "us-west3",
                "us-west4",
            ],
        },
    },
});
