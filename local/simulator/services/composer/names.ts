import type { Cloud } from "../../cloud/cloud";
import { GoogleError, inLog } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";

export const api = "composer.googleapis.com";

/** The API and its title. */
export const composerApi: [string, string] = [api, "Cloud Composer API"];

export const environmentPath = ({ project, region, name }: Inputs): string =>
    `projects/${project}/locations/${region}/environments/${name}`;

/** The full resource name of a path. */
export const fullName = (path: string): string => `//${api}/${path}`;

/** An environment in the API. */
export type EnvironmentEntry = Entry & { state: Inputs };

export const findEnvironment = (cloud: Cloud, place: Inputs): EnvironmentEntry | undefined =>
    cloud.store.read(fullName(environmentPath(place)));

/** All environments of a project, in all regions. */
export const environmentsOf = (cloud: Cloud, project: string): EnvironmentEntry[] =>
    cloud.store
        .list(fullName(`projects/${project}/locations`), "environments")
        .filter(({ type }) => type?.endsWith(":Environment"));

/** The API's error, which lists all problems of a request. */
export function badRequest(problems: string[]): GoogleError {
    const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
    const listed = problems.map((problem, index) => `\n\t${index + 1}) ${problem}`);
    return new GoogleError(400, `Found ${count}:${listed.join("")}`, { reason: "badRequest" });
}

export const precondition = (text: string) => new GoogleError(400, text, { reason: "failedPrecondition" });

export const environmentNotFound = (place: Inputs) =>
    new GoogleError(404, `No such environment found: ${environmentPath(place)}`, { reason: "notFound" }).recordedIn(
        inLog("composer/v1beta1/composerenvironment/composerenvironmentmultipleupdates"),
    );
