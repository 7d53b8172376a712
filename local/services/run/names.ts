import { createHash } from "node:crypto";
import { GoogleError } from "../../cloud/errors";
import { runCodeOf } from "../../cloud/regions";
import { type Inputs, lastPart } from "../../rules/rules";

export const api = "run.googleapis.com";

/** The API and its title. */
export const runApi: [string, string] = [api, "Cloud Run Admin API"];

export const servicePath = ({ project, location }: Inputs, name: string) =>
    name.includes("/") ? name : `projects/${project}/locations/${location}/services/${name}`;

export const serviceName = (path: string) => `//${api}/${path}`;

/** The URL of a service: `https://predict-4kz2q7vhna-ew.a.run.app`, with a hash per project and region. */
export function serviceUrl(number: string, location: string, name: string): string {
    const code = runCodeOf(location);
    if (!code) {
        return deterministicUrl(number, location, name);
    }
    const hash = createHash("sha256").update(`${number}/${location}`).digest();
    const letters = [...hash.subarray(0, 10)].map((byte) => (byte % 32).toString(32)).join("");
    return `https://${name}-${letters}-${code}.a.run.app`;
}

/** The deterministic URL of a service. */
export const deterministicUrl = (number: string, location: string, name: string) =>
    `https://${name}-${number}.${location}.run.app`;

export function serviceNotFound(path: string): GoogleError {
    const [, project, , location] = path.split("/");
    return new GoogleError(
        404,
        `Resource '${lastPart(path)}' of kind 'SERVICE' in region '${location}' in project '${project}' does not exist.`,
    );
}
