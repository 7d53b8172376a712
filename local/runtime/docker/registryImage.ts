import type { Cloud } from "../../simulator";
import { sourceOf, storedDigest, storeImage } from "../../simulator/services/artifactregistry/images";
import {
    type ImageName,
    imageName,
    repositoryName,
    repositoryTarget,
} from "../../simulator/services/artifactregistry/names";
import { upstreamOf } from "../../simulator/services/artifactregistry/upstream";
import { digestAt } from "./distribution";

/** An error of Artifact Registry, in the format of the distribution specification. */
export class RegistryError extends Error {
    /** @param what the name of the code, as Docker prints it: `name unknown` */
    constructor(
        readonly status: 400 | 401 | 403 | 404 | 405,
        readonly what: string,
        readonly detail = "",
    ) {
        super(`${status} ${titles[status]}${what && `: ${what}`}${detail && `: ${detail}`}`);
    }
}

const titles = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
};

/**
 * The digest of an image. Images of Artifact Registry are looked up in the local Google Cloud.
 *
 * @param name in Docker's format: `europe-west1-docker.pkg.dev/acme-dev/app/predict:1.4.0`
 * @param registry the address of a registry to use instead of the local one
 */
export async function registryImage(name: string, cloud: Cloud, registry?: string): Promise<string> {
    const own = imageName(name);
    const { host, image, version } = dockerName(name);
    const ask = (at: ImageName) => digestAt(addressOf(registry as string), docker(at), at.version);
    try {
        if (own && cloud.caller.lacks([pullPermission], repositoryTarget(own.project, "", own.repository))) {
            throw denied(own.repository);
        }
        return await (own
            ? artifactRegistryDigest(own, cloud, registry ? ask : undefined)
            : digestAt(addressOf(host), image, version));
    } catch (error) {
        const what = `Got error when attempting to fetch image version ${image}:${version} from registry`;
        const bad = error instanceof RegistryError ? "got bad response from registry: " : "";
        throw new Error(`${what}: ${bad}${(error as Error).message}`, { cause: error });
    }
}

/**
 * The digest of an image in Artifact Registry; a remote repository pulls it.
 *
 * @param ask looks up the image in another registry
 */
export async function artifactRegistryDigest(
    name: ImageName,
    cloud: Cloud,
    ask: (name: ImageName) => string | Promise<string> = (at) => known(at, cloud),
): Promise<string> {
    const { repository } = name;
    const state = repositoryOf(name, cloud);
    const upstream = upstreamOf(state);
    if (upstream === undefined) {
        return state.mode === "STANDARD_REPOSITORY" ? ask(name) : refuse(String(state.mode));
    }
    const [source, before] = [sourceOf(cloud, name), storedDigest(cloud, name)];
    // Digests are immutable; tags are looked up again while the upstream exists.
    if (before !== undefined && (before === name.version || source === undefined)) {
        return before;
    }
    if (source === undefined) {
        throw denied(upstream);
    }
    const digest = await ask({ ...name, project: source.split("/")[1] ?? "", repository: source });
    storeImage(cloud, { ...name, repository }, digest);
    return digest;
}

/** The repository of an image. */
export function repositoryOf({ project, repository }: ImageName, cloud: Cloud): Record<string, unknown> {
    const isThere = cloud.projects.find(project) !== undefined;
    const state = isThere ? cloud.store.read(repositoryName(repository))?.state : undefined;
    if (!state) {
        throw isThere ? missing(repository) : denied(repository);
    }
    return state;
}

function known(name: ImageName, cloud: Cloud): string {
    const digest = storedDigest(cloud, name);
    if (digest === undefined) {
        throw new RegistryError(404, "");
    }
    return digest;
}

function refuse(mode: string): never {
    throw new Error(
        `the local Google Cloud does not simulate images of repositories with mode ${mode}, except remote repositories of a standard one`,
    );
}

export const pullPermission = "artifactregistry.repositories.downloadArtifacts";

export const denied = (repository: string, permission = pullPermission) =>
    new RegistryError(
        403,
        "denied",
        `Permission "${permission}" denied on resource "${repository}" (or it may not exist)`,
    );

const missing = (repository: string) =>
    new RegistryError(404, "name unknown", `Repository "${repository.split("/").at(-1)}" not found`);

/** The path of a repository and image: `europe-west1-docker.pkg.dev/acme-dev/app/predict`. */
function docker({ repository, image }: ImageName): string {
    const [, project, , location, , id] = repository.split("/");
    return `${location}-docker.pkg.dev/${project}/${id}/${image}`;
}

/** The URL of a registry, which uses HTTP only for local addresses. */
function addressOf(host: string): string {
    return /^https?:\/\//.test(host) ? host : `${/^(localhost|127\.)/.test(host) ? "http" : "https"}://${host}`;
}

/** Parses an image name like Docker: names without a registry are those of Docker Hub. */
function dockerName(name: string): { host: string; image: string; version: string } {
    const [, path = "", tag = "latest", digest] = /^(.+?)(?::([^/:@]+))?(?:@(sha256:.+))?$/.exec(name) ?? [];
    const [first = "", ...rest] = path.split("/");
    const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
    const image = isHost ? rest.join("/") : rest.length > 0 ? path : `library/${path}`;
    return { host: isHost ? first : "registry-1.docker.io", image, version: digest ?? tag };
}
