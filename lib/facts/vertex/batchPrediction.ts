import { facts } from "../facts";
import type { DurationLimit, Limit } from "../limits/limit";

/** A format of the instances of a batch prediction. */
interface InstanceFormat {
    /** The ends of file names that have the format. */
    endings: readonly string[];
    /** What `instanceConfig` of the API can do with it: choose the type of instances, fields, and a key. */
    converts: boolean;
    filters: boolean;
    hasKey: boolean;
    /** Whether Vertex AI divides files among replicas; otherwise each file is read by one replica. */
    isDivided: boolean;
}

/** {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.batchPredictionJobs#InstanceConfig Formats} of instances. */
export const instanceFormats = facts<InstanceFormat>()({
    subject: "Formats of instances of Vertex AI batch predictions",
    source: "https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions",
    checked: "2026-11-22",
    rows: {
        jsonl: { endings: [".jsonl", ".ndjson"], converts: true, filters: true, hasKey: true, isDivided: true },
        csv: { endings: [".csv"], converts: false, filters: false, hasKey: true, isDivided: false },
        "tf-record": {
            endings: [".tfrecord", ".tfrecords"],
            converts: false,
            filters: true,
            hasKey: true,
            isDivided: false,
        },
        "tf-record-gzip": {
            endings: [".tfrecord.gz", ".tfrecords.gz"],
            converts: false,
            filters: true,
            hasKey: true,
            isDivided: false,
        },
        "file-list": { endings: [".txt"], converts: false, filters: false, hasKey: false, isDivided: true },
        bigquery: { endings: [], converts: true, filters: true, hasKey: true, isDivided: true },
    },
});

/** A format of files with instances. */
export type InstanceFileFormat = Exclude<keyof typeof instanceFormats.rows, "bigquery">;

/** Limits of batch predictions. */
export const batchPredictionLimits = facts<(Limit | DurationLimit) & object>()({
    subject: "Limits of Vertex AI batch predictions",
    source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.batchPredictionJobs",
    checked: "2026-11-22",
    rows: {
        displayName: {
            max: 128,
            unit: "characters",
            source: "https://github.com/googleapis/python-aiplatform/blob/main/google/cloud/aiplatform/jobs.py",
        },
        /** The maximum comes from the field's type. The default is 64. */
        batchSize: { min: 1, max: 2_147_483_647, unit: "instances" },
        /** The maximum comes from the field's type. */
        replicas: {
            min: 1,
            max: 2_147_483_647,
            unit: "replicas",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/BatchDedicatedResources",
            checked: "2026-08-22",
        },
        /** Until a model is loaded: "approximately 40 minutes". */
        loading: {
            max: "40 minutes",
            source: "https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions",
        },
        /** Of a request to the container. */
        request: {
            max: "10 minutes",
            source: "https://docs.cloud.google.com/vertex-ai/docs/general/troubleshooting",
        },
    },
});

/** Regions of a multi-region of Cloud Storage and BigQuery, by the beginning of their names. */
export const dataMultiRegions = facts<{ prefix: string; except?: readonly string[] }>()({
    subject: "Regions of multi-regions of Cloud Storage and BigQuery",
    source: "https://docs.cloud.google.com/storage/docs/locations",
    checked: "2026-04-12",
    rows: {
        // London and Zurich are not in the European Union.
        eu: { prefix: "europe-", except: ["europe-west2", "europe-west6"] },
        us: { prefix: "us-" },
        // "Data centers in Asia, excluding Hong Kong and Indonesia".
        asia: { prefix: "asia-", except: ["asia-east2", "asia-southeast2"] },
    },
});

const multiRegions: Readonly<Record<string, { prefix: string; except?: readonly string[] }>> = dataMultiRegions.rows;
const regionForm = /^[a-z]+-[a-z]+\d+$/;

/**
 * Whether data in a location can be read and written in a region: "in the same region or multi-region as your model". Dual-regions are not
 * mentioned there, and pass.
 */
export function isNear(location: string, region: string): boolean {
    const place = location.toLowerCase();
    const { prefix, except = [] } = multiRegions[place] ?? {};
    return prefix === undefined
        ? place === region || !regionForm.test(place)
        : region.startsWith(prefix) && !except.includes(region);
}
