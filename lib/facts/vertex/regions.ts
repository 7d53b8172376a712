import { facts } from "../facts";

/**
 * Regions with an endpoint of Vertex AI, `REGION-aiplatform.googleapis.com`, by the discovery document of its API, without those that are not
 * in Compute Engine. There is none of the whole world for models, endpoints and jobs. Machine types and accelerators are in fewer regions.
 */
export const vertexRegions = facts<object>()({
    subject: "Regions of Vertex AI",
    source: "https://aiplatform.googleapis.com/$discovery/rest?version=v1",
    checked: "2026-11-06",
    rows: {
        "africa-south1": {},
        "asia-east1": {},
        "asia-east2": {},
        "asia-northeast1": {},
        "asia-northeast2": {},
        "asia-northeast3": {},
        "asia-south1": {},
        "asia-south2": {},
        "asia-southeast1": {},
        "asia-southeast2": {},
        "asia-southeast3": {},
        "australia-southeast1": {},
        "australia-southeast2": {},
        "europe-central2": {},
        "europe-north1": {},
        "europe-north2": {},
        "europe-southwest1": {},
        "europe-west1": {},
        "europe-west10": {},
        "europe-west12": {},
        "europe-west2": {},
        "europe-west3": {},
        "europe-west4": {},
        "europe-west6": {},
        "europe-west8": {},
        "europe-west9": {},
        "me-central1": {},
        "me-central2": {},
        "me-west1": {},
        "northamerica-northeast1": {},
        "northamerica-northeast2": {},
        "southamerica-east1": {},
        "southamerica-west1": {},
        "us-central1": {},
        "us-east1": {},
        "us-east4": {},
        "us-east5": {},
        "us-south1": {},
        "us-west1": {},
        "us-west2": {},
        "us-west3": {},
        "us-west4": {},
    },
});

/** A region of Vertex AI. */
export type VertexRegion = keyof typeof vertexRegions.rows;

/**
 * The repository of prebuilt containers that is nearest to a region:
 * {@link https://cloud.google.com/vertex-ai/docs/predictions/pre-built-containers} and
 * {@link https://cloud.google.com/vertex-ai/docs/training/pre-built-containers}.
 */
export function prebuiltRepository(region: string, purpose: "prediction" | "training"): string {
    const place = /^(asia|australia)-/.test(region) ? "asia" : /^(europe|me|africa)-/.test(region) ? "europe" : "us";
    return `${place}-docker.pkg.dev/vertex-ai/${purpose}`;
}
