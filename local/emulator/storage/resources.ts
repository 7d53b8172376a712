import type { Entry } from "../../cloud/store";

/** Metadata that clients can set, in addition to name and content type. */
export const writableMetadata = [
    "cacheControl",
    "contentDisposition",
    "contentEncoding",
    "contentLanguage",
    "metadata",
    "storageClass",
];

/** An object in the API's `Object` format. */
export function objectResource({ state }: Entry, size: number, origin: string): object {
    const { bucket, name, generation, contentType, storageClass, md5hash, crc32c, mediaLink, selfLink } = state;
    // A generation is the write time in microseconds.
    const written = new Date(Number(generation) / 1000).toISOString();
    return {
        kind: "storage#object",
        id: `${bucket}/${name}/${generation}`,
        ...Object.fromEntries(writableMetadata.filter((key) => state[key]).map((key) => [key, state[key]])),
        bucket,
        name,
        generation: String(generation),
        metageneration: "1",
        contentType,
        storageClass,
        size: String(size),
        md5Hash: md5hash,
        crc32c,
        etag: etag(generation),
        selfLink: here(selfLink, origin),
        // Clients use this URL for downloads, so it must not be Google's.
        mediaLink: here(mediaLink, origin),
        timeCreated: written,
        timeStorageClassUpdated: written,
        updated: written,
    };
}

/** Response headers of a download, which clients use as metadata. */
export function mediaHeaders({ state }: Entry, size: number): Record<string, string> {
    const { contentType, contentEncoding, contentLanguage, cacheControl, storageClass } = state;
    const headers = {
        "content-type": contentType,
        "content-encoding": contentEncoding,
        "content-language": contentLanguage,
        "cache-control": cacheControl,
        etag: etag(state.generation),
        "x-goog-generation": state.generation,
        "x-goog-hash": `crc32c=${state.crc32c},md5=${state.md5hash}`,
        "x-goog-metageneration": 1,
        "x-goog-storage-class": storageClass,
        "x-goog-stored-content-length": size,
    };
    const input = Object.entries(headers).filter(([, value]) => value !== undefined && value !== "");
    return Object.fromEntries(input.map(([header, value]) => [header, String(value)]));
}

/** A bucket in the API's `Bucket` format. */
export function bucketResource({ id, state }: Entry, origin: string): object {
    const { location, projectNumber, storageClass, labels, versioning, rpo, timeCreated, updated, selfLink } = state;
    return {
        kind: "storage#bucket",
        id,
        name: id,
        projectNumber: String(projectNumber),
        location,
        storageClass,
        labels,
        versioning,
        rpo: rpo || undefined,
        iamConfiguration: {
            uniformBucketLevelAccess: { enabled: state.uniformBucketLevelAccess },
            publicAccessPrevention: state.publicAccessPrevention,
        },
        metageneration: "1",
        etag: etag(1),
        selfLink: here(selfLink, origin),
        timeCreated,
        updated,
    };
}

const here = (link: unknown, origin: string) =>
    String(link).replace(/^https:\/\/(www|storage)\.googleapis\.com/, origin);
const etag = (version: unknown) => Buffer.from(String(version)).toString("base64");
