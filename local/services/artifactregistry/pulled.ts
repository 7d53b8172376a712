import type { Cloud } from "../../cloud/cloud";
import type { Store } from "../../cloud/store";
import { type ImageName, repositoryName } from "./names";
import { canRead, upstreamOf } from "./upstream";

/** Under which name a version of an image is kept that a repository has. */
const versionName = ({ repository, image }: ImageName, version: string) =>
    `${repositoryName(repository)}/dockerImages/${encodeURIComponent(`${image}@${version}`)}`;

const tagName = ({ repository, image, version }: ImageName) =>
    `${repositoryName(repository)}/packages/${encodeURIComponent(image)}/tags/${version}`;

/** The digest of what a repository has, pushed to it or, to a remote one, pulled once; by tag or by digest. */
export function kept({ store }: Cloud, name: ImageName): string | undefined {
    const tagged = store.read(tagName(name))?.state.version;
    const digest = name.version.startsWith("sha256:") ? name.version : tagged;
    return digest !== undefined && store.read(versionName(name, String(digest))) ? String(digest) : undefined;
}

/** Notes that a repository has an image: it was pushed, or pulled and stays there when the upstream is gone. */
export function keep({ store }: Cloud, name: ImageName, digest: string): void {
    note(store, name, versionName(name, digest), { image: name.image, version: digest });
    if (!name.version.startsWith("sha256:")) {
        note(store, name, tagName(name), { image: name.image, tag: name.version, version: digest });
    }
}

/** The tags of an image, or of one digest of it. */
export function tagsOf({ store }: Cloud, { repository, image }: ImageName, digest?: string): string[] {
    const folder = `${repositoryName(repository)}/packages/${encodeURIComponent(image)}/tags/`;
    return store
        .list(folder)
        .filter(({ state }) => digest === undefined || state.version === digest)
        .map(({ state }) => String(state.tag));
}

/** Takes out a tag, or what has a digest. */
export function takeOut({ store }: Cloud, name: ImageName): void {
    store.remove(name.version.startsWith("sha256:") ? versionName(name, name.version) : tagName(name));
}

function note(store: Store, { project }: ImageName, name: string, state: Record<string, string>): void {
    store.write({ name, project, id: name.slice("//artifactregistry.googleapis.com/".length), state });
}

/** Where an image is looked for: in the standard repository that one passes on, or in itself. */
export function sourceOf(cloud: Cloud, { project, repository }: ImageName): string | undefined {
    const state = cloud.store.read(repositoryName(repository))?.state;
    const upstream = state && upstreamOf(state);
    if (upstream === undefined) {
        return state && repository;
    }
    const isThere = cloud.store.read(repositoryName(upstream)) !== undefined;
    return isThere && canRead(cloud, project, upstream) ? upstream : undefined;
}
