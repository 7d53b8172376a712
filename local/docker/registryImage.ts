import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../cloud/cloud";
import { type ImageName, imageName, repositoryName } from "../services/artifactregistry/names";
import { notePulled, pulled, sourceOf } from "../services/artifactregistry/pulled";
import { upstreamOf } from "../services/artifactregistry/upstream";
import { digestAt } from "./distribution";

/** The file of a cloud that notes where the registry with its images is. */
export const registryFile = (folder: string) => join(folder, "registry");

/**
 * The digest that an image has in its registry. What lies in Artifact Registry is asked of the local Google Cloud, whose
 * images are in a registry of this machine under the whole of their names.
 *
 * @param name as Docker writes it: `europe-west1-docker.pkg.dev/acme-dev/app/predict:1.4.0`
 * @param given the registry's address; when left out, the one that the cloud notes
 */
export async function registryImage(name: string, cloud: Cloud, given?: string): Promise<string> {
    const own = imageName(name);
    const { host, image, version } = dockerName(name);
    try {
        return await (own ? hosted(own, cloud, given) : digestAt(addressOf(host), image, version));
    } catch (error) {
        const what = `Got error when attempting to fetch image version ${image}:${version} from registry`;
        throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
    }
}

async function hosted(name: ImageName, cloud: Cloud, given: string | undefined): Promise<string> {
    const { project, repository, image, version } = name;
    const state = cloud.projects.find(project) ? cloud.store.read(repositoryName(repository))?.state : undefined;
    if (!state) {
        throw cloud.projects.find(project) ? missing(repository) : denied(repository);
    }
    const ask = (at: string) => digestAt(registryOf(cloud, given), `${docker(at)}/${image}`, version);
    const upstream = upstreamOf(state);
    if (upstream === undefined) {
        return state.mode === "STANDARD_REPOSITORY" ? ask(repository) : refuse(String(state.mode));
    }
    const [source, before] = [sourceOf(cloud, name), pulled(cloud, name)];
    // A digest is for ever; what a tag tells is asked anew while there is somebody to ask.
    if (before !== undefined && (before === version || source === undefined)) {
        return before;
    }
    if (source === undefined) {
        throw denied(upstream);
    }
    const digest = await ask(source);
    notePulled(cloud, name, digest);
    return digest;
}

function refuse(mode: string): never {
    throw new Error(
        `the local Google Cloud has no images in a repository of the mode ${mode}, unless it passes on a standard one`,
    );
}

/** Artifact Registry's answers to Docker: the provider prints the code, and the words are behind it. */
const denied = (repository: string) =>
    new Error(
        `got bad response from registry: 403 Forbidden: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "${repository}" (or it may not exist)`,
    );
const missing = (repository: string) =>
    new Error(
        `got bad response from registry: 404 Not Found: name unknown: Repository "${repository.split("/").at(-1)}" not found`,
    );

/** A repository's path as the names of its images start: `europe-west1-docker.pkg.dev/acme-dev/app`. */
function docker(repository: string): string {
    const [, project, , location, , id] = repository.split("/");
    return `${location}-docker.pkg.dev/${project}/${id}`;
}

function registryOf({ folder }: Cloud, given: string | undefined): string {
    const file = registryFile(folder);
    const address = given || (existsSync(file) ? readFileSync(file, "utf8").trim() : "");
    if (address === "") {
        throw new Error(
            "the local Google Cloud has no registry with images: start one with 'slipway local registry', push the image to it, or name one in SLIPWAY_REGISTRY",
        );
    }
    return addressOf(address);
}

/** An address with its protocol, which is plain on this machine alone. */
function addressOf(host: string): string {
    return /^https?:\/\//.test(host) ? host : `${/^(localhost|127\.)/.test(host) ? "http" : "https"}://${host}`;
}

/** The parts of a name as Docker reads it: without a registry it is one of Docker Hub. */
function dockerName(name: string): { host: string; image: string; version: string } {
    const [, path = "", tag = "latest", digest] = /^(.+?)(?::([^/:@]+))?(?:@(sha256:.+))?$/.exec(name) ?? [];
    const [first = "", ...rest] = path.split("/");
    const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
    const image = isHost ? rest.join("/") : rest.length > 0 ? path : `library/${path}`;
    return { host: isHost ? first : "registry-1.docker.io", image, version: digest ?? tag };
}
