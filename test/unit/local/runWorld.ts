import type { Inputs } from "../../../local/simulator/rules/rules";
import { type Made, World } from "./world";

export const image = "europe-west1-docker.pkg.dev/acme-dev/images/app:1";
export const account = "web-run@acme-dev.iam.gserviceaccount.com";
export const place = { name: "web", location: "europe-west1", deletionProtection: false };

/** A project with Cloud Run, an account and an image. */
export function runWorld(...apis: string[]): World {
    const world = new World().grantEditors();
    world.enable("run", "iam", "artifactregistry", "compute", "vpcaccess", "secretmanager", ...apis);
    world.account("web-run");
    world.make("Repository", { repositoryId: "images", format: "DOCKER" });
    world.push(image);
    return world;
}

/** Creates a service with one container. */
export const serve = (world: World, template: Inputs = {}, more: Inputs = {}): Made =>
    world.make("RunService", { ...place, ...more, template: { containers: [{ image }], ...template } });

export const path = "projects/acme-dev/locations/europe-west1/services/web";

/** The stored state of the service. */
export const stored = (world: World): Inputs => world.cloud.store.read(`//run.googleapis.com/${path}`)?.state as Inputs;
