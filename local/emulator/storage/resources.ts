import type { Entry } from "../../cloud/store";

/** What a client may say of an object beside its name and type, and finds again. */
export const described = [
    "cacheControl",
    "contentDisposition",
    "contentEncoding",
    "contentLanguage",
    "metadata",
    "storageClass",
];

/** An object as the schema `Object` of the API's discovery document has it. */
export function objectResource({ state }: Entry, size: number, origin: string): object {
    const { bucket, name, generation, contentType, storageClass, md5hash, crc32c, mediaLink, selfLink } = state;
    // A generation is the time of the writing, in microseconds.
    const written = new Date(Number(generation) / 1000).toISOString();
    return {
        kind: "storage#object",
        id: `${bucket}/${name}/${generation}`,
        ...Object.fromEntries(described.filter((key) => state[key]).map((key) => [key, state[key]])),
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
        // Clients download from where this says, so it must not be Google's own address.
        mediaLink: here(mediaLink, origin),
        timeCreated: written,
        timeStorageClassUpdated: written,
        updated: written,
    };
}

/** What a download says of the object; clients take it over into what they know of the object. */
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
    const given = Object.entries(headers).filter(([, value]) => value !== undefined && value !== "");
    return Object.fromEntries(given.map(([header, value]) => [header, String(value)]));
}

/** A bucket as the schema `Bucket` of the API's discovery document has it. */
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
