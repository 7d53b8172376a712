import type { FaultSettings } from "../../../local/runtime/emulator/methods/api";
import { vertexRest } from "../../../local/runtime/services/vertex/api";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { callRest } from "./callRest";
import { World } from "./world";

export const image = "europe-west1-docker.pkg.dev/acme-dev/images/train:1";
export const account = "train-job@acme-dev.iam.gserviceaccount.com";
export const parent = "projects/acme-dev/locations/europe-west1";

/** A project with Vertex AI, an image, a bucket, and an account that may write to it. */
export function jobWorld(): World {
    const world = new World();
    world.enable("aiplatform", "iam", "artifactregistry", "storage", "logging");
    world.account("train-job");
    const agent = world.makeAny("gcp:projects/serviceIdentity:ServiceIdentity", {
        project: "acme-dev",
        service: "aiplatform.googleapis.com",
    });
    const role = "roles/aiplatform.serviceAgent";
    world.make("ProjectIAMMember", { project: "acme-dev", role, member: agent.state.member });
    world.make("Repository", { repositoryId: "images", format: "DOCKER" });
    world.push(image);
    world.make("Bucket", { name: "models", location: "europe-west1" });
    const member = `serviceAccount:${account}`;
    world.make("BucketIAMMember", { bucket: "models", role: "roles/storage.objectUser", member });
    return world;
}

export const pool = {
    machineSpec: { machineType: "n1-standard-4" },
    replicaCount: "1",
    containerSpec: { imageUri: image },
};

/** A custom job with changes of its spec. */
export const job = (spec: Inputs = {}, more: Inputs = {}): Inputs => ({
    displayName: "train",
    labels: { team: "forecast" },
    jobSpec: {
        workerPoolSpecs: [pool],
        serviceAccount: account,
        baseOutputDirectory: { outputUriPrefix: "gs://models/train" },
        ...spec,
    },
    ...more,
});

export const study = {
    metrics: [{ metricId: "accuracy", goal: "MAXIMIZE" }],
    parameters: [
        { parameterId: "rate", doubleValueSpec: { minValue: 0.1, maxValue: 1 }, scaleType: "UNIT_LOG_SCALE" },
        { parameterId: "layers", integerValueSpec: { minValue: "1", maxValue: "4" } },
        { parameterId: "optimizer", categoricalValueSpec: { values: ["adam", "sgd"] } },
    ],
};

/** A tuning job. */
export const tuning = (more: Inputs = {}): Inputs => {
    const { jobSpec: trialJobSpec, ...rest } = job();
    return { ...rest, trialJobSpec, studySpec: study, maxTrialCount: 3, parallelTrialCount: 1, ...more };
};

/** Calls the API; the address is without its version. */
export const call = (world: World, method: string, address: string, body?: unknown, troubles?: FaultSettings) =>
    callRest(vertexRest(world.cloud, troubles), method, `/v1/${address}`, body);
