import type { Inputs } from "../../../local/simulator/rules/rules";
import { textAsset, World } from "./world";

export const artifactUri = "gs://acme-models/iris";
export const location = "projects/acme-dev/locations/europe-west1";
export const sklearn = "europe-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-6:latest";

/** A request to upload a version of a model. */
export const upload = (model: Inputs = {}, more: Inputs = {}): Inputs => ({
    model: { displayName: "Irises", artifactUri, containerSpec: { imageUri: sklearn }, ...model },
    ...more,
});

/** A project with Vertex AI, its service agent, and the files of a model in `europe-west1`. */
export function vertexWorld(): World {
    const world = new World();
    world.enable("aiplatform", "storage", "iam");
    world.make("Bucket", { name: "acme-models", location: "EUROPE-WEST1" });
    world.make("BucketObject", { bucket: "acme-models", name: "iris/model.joblib", source: textAsset("a model") });
    world.make("ServiceIdentity", { service: "aiplatform.googleapis.com" });
    const member = `serviceAccount:${agentOf(world)}`;
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/aiplatform.serviceAgent", member });
    return world;
}

export const agentOf = (world: World) => `service-${world.number}@gcp-sa-aiplatform.iam.gserviceaccount.com`;
