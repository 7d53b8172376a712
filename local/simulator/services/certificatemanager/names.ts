import { nameFormats } from "slipway/facts";
import { GoogleError, inLog } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import { type Inputs, lastPart } from "../../rules/rules";

export const api = "certificatemanager.googleapis.com";
/** The API and its title. */
export const certificateApi: [string, string] = [api, "Certificate Manager API"];

const at = (kind: string) => (inputs: Inputs) =>
    `projects/${inputs.project}/locations/${inputs.location ?? "global"}/${kind}/${inputs.name}`;
export const fullName = (path: string) => `//${api}/${path}`;

export const certificatePath = at("certificates");
export const mapPath = at("certificateMaps");
export const authorizationPath = at("dnsAuthorizations");
export const entryPath = (inputs: Inputs) =>
    `${mapPath({ project: inputs.project, name: lastPart(inputs.map) })}/certificateMapEntries/${inputs.name}`;

export const invalid = (text: string) => new GoogleError(400, text);
export const notFound = (path: string) =>
    new GoogleError(404, `Resource '${path}' was not found`).recordedIn(
        inLog(
            "certificatemanager/v1beta1/certificatemanagerdnsauthorization/certificatemanagerdnsauthorization-perproject",
        ),
    );

/** Expands a path that can be given as its last part. */
export const expandPath = (value: string, path: (inputs: Inputs) => string, inputs: Inputs) =>
    value.replace(/^(https:)?\/\/[^/]+\/(v1\/)?/, "").startsWith("projects/")
        ? value.replace(/^(https:)?\/\/[^/]+\/(v1\/)?/, "")
        : path({ ...inputs, name: value });

export function verifyName({ name, location = "global" }: Inputs): void {
    if (!nameFormats.rows.certificateManager.pattern.test(name)) {
        throw invalid(`Invalid resource id ${JSON.stringify(name)}: it must match [a-zA-Z][a-zA-Z0-9_-]{0,63}.`);
    }
    if (location !== "global" && !isRegion(location)) {
        throw new GoogleError(403, `Permission denied on 'locations/${location}' (or it may not exist).`);
    }
}

export function verifyDomain(name: string): void {
    if (!nameFormats.rows.domain.pattern.test(name.replace(/^\*\./, ""))) {
        throw invalid(`Invalid domain name ${JSON.stringify(name)}.`);
    }
}

export const alreadyExists = (path: string) => new GoogleError(409, `Resource '${path}' already exists`);
