import { createHash } from "node:crypto";
import { GoogleError } from "../cloud/errors";
import { regions } from "../cloud/regions";
import { policyTypes } from "../rules/policy";
import { type Inputs, lastPart, type Service } from "../rules/rules";

const api = "run.googleapis.com";

/** The API with its title, for the services that run on Cloud Run. */
export const runApi: [string, string] = [api, "Cloud Run Admin API"];

export const servicePath = ({ project, location }: Inputs, name: string) =>
    name.includes("/") ? name : `projects/${project}/locations/${location}/services/${name}`;

export const serviceName = (path: string) => `//${api}/${path}`;

/** The address of a service: `https://predict-4kz2q7vhna-ew.a.run.app`; one hash for a project and region. */
export function serviceUrl(number: string, location: string, name: string): string {
    const code = regions[location];
    if (!code) {
        return `https://${name}-${number}.${location}.run.app`;
    }
    const hash = createHash("sha256").update(`${number}/${location}`).digest();
    const letters = [...hash.subarray(0, 10)].map((byte) => (byte % 32).toString(32)).join("");
    return `https://${name}-${letters}-${code}.a.run.app`;
}

const service: Service = {
    titles: Object.fromEntries([runApi]),
    types: policyTypes({
        token: "gcp:cloudrunv2/serviceIam",
        property: "name",
        beside: ["project", "location"],
        api: runApi,
        id: (inputs) => servicePath(inputs, inputs.name),
        name: (inputs) => serviceName(servicePath(inputs, inputs.name)),
        described: (inputs) => `cloudrunv2 service "${servicePath(inputs, inputs.name)}"`,
        missing: (inputs) => {
            const [, project, , location] = servicePath(inputs, inputs.name).split("/");
            return new GoogleError(
                404,
                `Resource '${lastPart(inputs.name)}' of kind 'SERVICE' in region '${location}' in project '${project}' does not exist.`,
            );
        },
    }),
};

export default service;
