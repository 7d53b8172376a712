import { createHash } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { expired, type ImageVersion } from "./cleanup";
import { type ImageName, repositoryName } from "./names";
import { canRead, upstreamOf } from "./upstream";

/** The name of an image version in the store. */
const versionName = ({ repository, image }: ImageName, version: string) =>
    `${repositoryName(repository)}/dockerImages/${encodeURIComponent(`${image}@${version}`)}`;

const tagName = ({ repository, image, version }: ImageName) =>
    `${repositoryName(repository)}/packages/${encodeURIComponent(image)}/tags/${version}`;

/** The digest of an image that was pushed or pulled, by tag or digest, unless a cleanup policy has deleted it. */
export function storedDigest(cloud: Cloud, name: ImageName): string | undefined {
    cleanUp(cloud, name.repository);
    const { store } = cloud;
    const tagged = store.read(tagName(name))?.state.version;
    const digest = name.version.startsWith("sha256:") ? name.version : tagged;
    return digest !== undefined && store.read(versionName(name, String(digest))) ? String(digest) : undefined;
}

/**
 * Records an image that was pushed, or pulled through a remote repository, where it remains if the upstream is deleted.
 *
 * @param parts the digests of an index's images
 */
export function storeImage(cloud: Cloud, name: ImageName, digest: string, parts: string[] = []): void {
    const version = versionName(name, digest);
    if (!cloud.store.read(version)) {
        const uploadTime = cloud.now().toISOString();
        note(cloud, name, version, { image: name.image, version: digest, uploadTime, parts });
    }
    if (!name.version.startsWith("sha256:")) {
        note(cloud, name, tagName(name), { image: name.image, tag: name.version, version: digest });
    }
}

/** Records the image of a build, whose digest follows from its source. */
export function storeBuild(cloud: Cloud, name: ImageName, source: string): void {
    const digest = createHash("sha256")
        .update(JSON.stringify([name, source]))
        .digest("hex");
    storeImage(cloud, name, `sha256:${digest}`);
}

/** Deletes the versions that the repository's cleanup policies match by now, with their tags. */
function cleanUp(cloud: Cloud, repository: string): void {
    const settings = cloud.store.read(repositoryName(repository))?.state;
    if (!settings?.cleanupPolicies) {
        return;
    }
    const versions = cloud.store.list(`${repositoryName(repository)}/dockerImages/`);
    const project = repository.split("/")[1] as string;
    const at = ({ state: { image, version } }: Entry) =>
        ({ project, repository, image, version }) as ImageName & ImageVersion;
    const all = versions.map((entry) => ({
        ...at(entry),
        uploaded: Date.parse(String(entry.state.uploadTime ?? cloud.now().toISOString())),
        parts: (entry.state.parts ?? []) as string[],
        tags: tagsOf(cloud, at(entry), String(entry.state.version)),
    }));
    for (const { image, version, tags } of expired(all, settings as Inputs, cloud.now().getTime())) {
        for (const reference of [...tags, version]) {
            removeImage(cloud, { project, repository, image, version: reference });
        }
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

function note({ store }: Cloud, { project }: ImageName, name: string, state: Record<string, unknown>): void {
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
