import type { Cloud } from "../../cloud/cloud";
import type { Store } from "../../cloud/store";
import { type ImageName, repositoryName } from "./names";
import { canRead, upstreamOf } from "./upstream";

/** The name of an image version in the store. */
const versionName = ({ repository, image }: ImageName, version: string) =>
    `${repositoryName(repository)}/dockerImages/${encodeURIComponent(`${image}@${version}`)}`;

const tagName = ({ repository, image, version }: ImageName) =>
    `${repositoryName(repository)}/packages/${encodeURIComponent(image)}/tags/${version}`;

/** The digest of an image that was pushed or pulled, by tag or digest. */
export function storedDigest({ store }: Cloud, name: ImageName): string | undefined {
    const tagged = store.read(tagName(name))?.state.version;
    const digest = name.version.startsWith("sha256:") ? name.version : tagged;
    return digest !== undefined && store.read(versionName(name, String(digest))) ? String(digest) : undefined;
}

/**
 * Records an image that was pushed, or pulled through a remote repository, where it remains if the upstream is deleted.
 */
export function storeImage({ store }: Cloud, name: ImageName, digest: string): void {
    note(store, name, versionName(name, digest), { image: name.image, version: digest });
    if (!name.version.startsWith("sha256:")) {
        note(store, name, tagName(name), { image: name.image, tag: name.version, version: digest });
    }
}

/** The tags of an image, or of one of its digests. */
export function tagsOf({ store }: Cloud, { repository, image }: ImageName, digest?: string): string[] {
    const folder = `${repositoryName(repository)}/packages/${encodeURIComponent(image)}/tags/`;
    return store
        .list(folder)
        .filter(({ state }) => digest === undefined || state.version === digest)
        .map(({ state }) => String(state.tag));
}

/** Removes a tag or a digest. */
export function removeImage({ store }: Cloud, name: ImageName): void {
    store.remove(name.version.startsWith("sha256:") ? versionName(name, name.version) : tagName(name));
}

function note(store: Store, { project }: ImageName, name: string, state: Record<string, string>): void {
    store.write({ name, project, id: name.slice("//artifactregistry.googleapis.com/".length), state });
}

/** The repository that contains an image: the upstream of a remote repository, or the repository itself. */
export function sourceOf(cloud: Cloud, { project, repository }: ImageName): string | undefined {
    const state = cloud.store.read(repositoryName(repository))?.state;
    const upstream = state && upstreamOf(state);
    if (upstream === undefined) {
        return state && repository;
    }
    const isThere = cloud.store.read(repositoryName(upstream)) !== undefined;
    return isThere && canRead(cloud, project, upstream) ? upstream : undefined;
}
