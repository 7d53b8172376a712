import { createHash } from "node:crypto";
import { GoogleError } from "../../cloud/errors";
import { runCodeOf } from "../../cloud/regions";
import { type Calls, type Inputs, lastPart } from "../../rules/rules";

export const api = "run.googleapis.com";

/** The API and its title. */
export const runApi: [string, string] = [api, "Cloud Run Admin API"];

/** A collection of resources of Cloud Run. */
export type Collection = "services" | "jobs" | "workerPools";

export const resourcePath = ({ project, location }: Inputs, collection: Collection, name: string) =>
    name.includes("/") ? name : `projects/${project}/locations/${location}/${collection}/${name}`;

export const servicePath = (place: Inputs, name: string) => resourcePath(place, "services", name);

/** The full name of a service, a job or a worker pool. */
export const serviceName = (path: string) => `//${api}/${path}`;

/** The hash of a project and region in URLs of services. */
function hashOf(number: string, location: string): string {
    const hash = createHash("sha256").update(`${number}/${location}`).digest();
    return [...hash.subarray(0, 10)].map((byte) => (byte % 32).toString(32)).join("");
}

/** The URL of a service: `https://predict-4kz2q7vhna-ew.a.run.app`, with a hash per project and region. */
export function serviceUrl(number: string, location: string, name: string): string {
    const code = runCodeOf(location);
    return code
        ? `https://${name}-${hashOf(number, location)}-${code}.a.run.app`
        : deterministicUrl(number, location, name);
}

/** The deterministic URL of a service. */
export const deterministicUrl = (number: string, location: string, name: string) =>
    `https://${name}-${number}.${location}.run.app`;

/** The URL of a revision with a tag: `https://candidate---predict-4kz2q7vhna-ew.a.run.app`. */
export const taggedUrl = (url: string, tag: string) => url.replace("https://", `https://${tag}---`);

const kinds: Record<string, string> = { services: "SERVICE", jobs: "JOB", workerPools: "WORKERPOOL" };

export function serviceNotFound(path: string): GoogleError {
    const [, project, , location, collection = ""] = path.split("/");
    return new GoogleError(
        404,
        `Resource '${lastPart(path)}' of kind '${kinds[collection]}' in region '${location}' in project '${project}' does not exist.`,
    );
}

/** Cloud Run reads the images as the caller. */
export function imagesOf(template: Inputs | undefined): Calls {
    return (template?.containers ?? []).flatMap(({ image = "" }: Inputs) => {
        const [, location, path] = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+\/[^/@:]+)/.exec(image) ?? [];
        const [project, repository] = path?.split("/") ?? [];
        const on = `//artifactregistry.googleapis.com/projects/${project}/locations/${location}/repositories/${repository}`;
        return path ? [{ method: "run.projects.locations.services.useImage", on }] : [];
    });
}
