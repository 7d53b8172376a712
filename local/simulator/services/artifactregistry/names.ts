import { regions } from "slipway/facts";
import type { Target } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { type Inputs, lastPart } from "../../rules/rules";

export const api = "artifactregistry.googleapis.com";

/** The API and its title. */
export const registryApi: [string, string] = [api, "Artifact Registry API"];

/** The multi-regions and regions that repositories can be in. */
export const repositoryLocations = ["us", "europe", "asia", ...Object.keys(regions.rows)];

export const repositoryPath = ({ project, location }: Inputs, repository: string) =>
    repository.includes("/") ? repository : `projects/${project}/locations/${location}/repositories/${repository}`;

export const repositoryName = (path: string) => `//${api}/${path}`;

/** The service agent of a project: "Artifact Registry Service Agent". */
export const agentOf = (number: string) => `service-${number}@gcp-sa-artifactregistry.iam.gserviceaccount.com`;

/** A parsed image name. */
export interface ImageName {
    project: string;
    /** The repository's path. */
    repository: string;
    /** The image in the repository, possibly in folders: `team/predict`. */
    image: string;
    /** The version: `sha256:…` or a tag. */
    version: string;
}

/** Parses `europe-west1-docker.pkg.dev/acme-dev/app/predict:1.4.0`; undefined for images of other registries. */
export function imageName(name: string): ImageName | undefined {
    const form = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^@:]+)(?::([^@]+))?(?:@(sha256:.+))?$/;
    const [, location, project, repository, image, tag = "latest", digest] = form.exec(name) ?? [];
    if (location === undefined || project === undefined || repository === undefined || image === undefined) {
        return undefined;
    }
    return { project, repository: repositoryPath({ project, location }, repository), image, version: digest ?? tag };
}

/** The path of the repository for images of functions that name none. */
export const functionRepository = (place: Inputs) => repositoryPath(place, "gcf-artifacts");

/** Creates a repository in which a Google service keeps the images of its builds, with the first build. It stays. */
export function createBuildRepository(cloud: Cloud, place: Inputs, repository: string): string {
    const { project, location } = place;
    const id = repositoryPath(place, repository);
    const state = { project, location, repositoryId: lastPart(id), format: "DOCKER", mode: "STANDARD_REPOSITORY" };
    cloud.store.create({ name: repositoryName(id), project, id, state });
    return id;
}

/** A repository, by its path, for permissions; by default, the one of functions that name none. */
export function repositoryTarget(
    project: string,
    location: string,
    name = functionRepository({ project, location }),
): Target {
    const [, owner = project] = name.split("/");
    return {
        project: owner,
        policies: [repositoryName(name)],
        name,
        type: "artifactregistry.googleapis.com/Repository",
        service: "artifactregistry.googleapis.com",
    };
}
