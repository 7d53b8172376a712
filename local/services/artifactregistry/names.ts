import type { Inputs } from "../../rules/rules";

export const api = "artifactregistry.googleapis.com";

/** The API with its title, for the services that keep images. */
export const registryApi: [string, string] = [api, "Artifact Registry API"];

export const repositoryPath = ({ project, location }: Inputs, repository: string) =>
    repository.includes("/") ? repository : `projects/${project}/locations/${location}/repositories/${repository}`;

export const repositoryName = (path: string) => `//${api}/${path}`;

/** The account by which Artifact Registry works in a project: "Artifact Registry Service Agent". */
export const agentOf = (number: string) => `service-${number}@gcp-sa-artifactregistry.iam.gserviceaccount.com`;

/** What the name of an image of Artifact Registry says. */
export interface ImageName {
    project: string;
    /** The repository's path. */
    repository: string;
    /** The image in it, which may be in folders: `team/predict`. */
    image: string;
    /** What tells the version: `sha256:…` or a tag. */
    version: string;
}

/** Reads `europe-west1-docker.pkg.dev/acme-dev/app/predict:1.4.0`; nothing of an image that lies elsewhere. */
export function imageName(name: string): ImageName | undefined {
    const form = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^@:]+)(?::([^@]+))?(?:@(sha256:.+))?$/;
    const [, location, project, repository, image, tag = "latest", digest] = form.exec(name) ?? [];
    if (location === undefined || project === undefined || repository === undefined || image === undefined) {
        return undefined;
    }
    return { project, repository: repositoryPath({ project, location }, repository), image, version: digest ?? tag };
}
