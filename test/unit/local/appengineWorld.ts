import type { Inputs } from "../../../local/simulator/rules/rules";
import { type Made, upload, World } from "./world";

export const bucket = "https://storage.googleapis.com/acme-files";

/** The required inputs of a standard version. */
export const standard = {
    service: "default",
    runtime: "python313",
    entrypoint: { shell: "gunicorn -b :$PORT main:app" },
    deployment: { zip: { sourceUrl: `${bucket}/code.zip` } },
};

/** The required inputs of a flexible version. */
export const flexible = {
    service: "default",
    runtime: "custom",
    livenessCheck: { path: "/live" },
    readinessCheck: { path: "/ready" },
    manualScaling: { instances: 1 },
    deployment: { container: { image: "ghcr.io/acme/predict:1.4.0" } },
};

export const warmup = { inboundServices: ["INBOUND_SERVICE_WARMUP"] };

/** A project with an application in `europe-west`, and the source of its versions. */
export function application(more: Inputs = {}): World {
    const world = withSource();
    world.make("Application", { locationId: "europe-west", ...more });
    world.grantBuilds("acme-dev@appspot.gserviceaccount.com");
    return world;
}

/** A project that can have an application. */
export function withSource(): World {
    const world = new World();
    world.enable("appengine", "appengineflex", "compute", "cloudbuild", "iam");
    world.make("Bucket", { name: "acme-files", location: "europe-west1" });
    upload(world, "acme-files", "code.zip", { "main.py": "" });
    return world;
}

export const deploy = (world: World, versionId: string, more: Inputs = {}): Made =>
    world.make("StandardAppVersion", { ...standard, versionId, ...more });

export const deployFlexible = (world: World, versionId: string, more: Inputs = {}): Made =>
    world.make("FlexibleAppVersion", { ...flexible, versionId, ...more });
