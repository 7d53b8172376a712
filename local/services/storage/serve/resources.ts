import { bucketLocations } from "slipway/facts";
import type { Entry } from "../../../cloud/store";
import type { Inputs } from "../../../rules/rules";

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
function mediaHeaders({ state }: Entry, size: number): Record<string, string> {
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

/** A download, or the requested range of it. */
export function mediaAnswer(object: Entry, content: Buffer, requested: string | undefined, status = 200) {
    const headers = mediaHeaders(object, content.length);
    const [range, first, last] = /^bytes=(\d*)-(\d*)$/.exec(requested ?? "") ?? [];
    if (!range) {
        return { status, headers, body: content };
    }
    const start = first ? Number(first) : Math.max(0, content.length - Number(last));
    const end = first && last ? Math.min(Number(last) + 1, content.length) : content.length;
    if (start >= end) {
        return { status: 416, headers: { "content-range": `bytes */${content.length}` }, body: Buffer.alloc(0) };
    }
    const part = { "content-range": `bytes ${start}-${end - 1}/${content.length}` };
    return { status: 206, headers: { ...headers, ...part }, body: content.subarray(start, end) };
}

/** A bucket in the API's `Bucket` format. */
export function bucketResource({ id, state }: Entry, origin: string): object {
    const { location, projectNumber, storageClass, labels, versioning, rpo, timeCreated, updated, selfLink }: Inputs =
        state;
    const { autoclass, ipFilter, lifecycleRules = [], softDeletePolicy }: Inputs = state;
    // "Uniform bucket-level access": it can be disabled for 90 days.
    const lockedTime = new Date(Date.parse(timeCreated) + 90 * 86_400_000).toISOString();
    const uniform = state.uniformBucketLevelAccess ? { enabled: true, lockedTime } : { enabled: false };
    return {
        kind: "storage#bucket",
        id,
        name: id,
        projectNumber: String(projectNumber),
        location,
        locationType: locationType(location),
        storageClass,
        labels,
        versioning,
        rpo: rpo || undefined,
        iamConfiguration: {
            bucketPolicyOnly: uniform,
            uniformBucketLevelAccess: uniform,
            publicAccessPrevention: state.publicAccessPrevention,
        },
        autoclass: autoclass && {
            ...autoclass,
            ...(autoclass.enabled && { toggleTime: timeCreated, terminalStorageClassUpdateTime: timeCreated }),
        },
        ipFilter,
        lifecycle: lifecycleRules.length > 0 ? { rule: lifecycleRules.map(lifecycleRule) } : undefined,
        softDeletePolicy: softDeletePolicy && {
            ...softDeletePolicy,
            retentionDurationSeconds: String(softDeletePolicy.retentionDurationSeconds),
        },
        // A generation is a time in microseconds.
        generation: `${Date.parse(timeCreated)}000`,
        metageneration: "1",
        etag: etag(1),
        // Only of buckets in a region: Config Connector's `vertexaipipelinejob-maximal` and `storagebucketautoclassdefault`.
        ...(locationType(location) === "region" && { satisfiesPZI: true }),
        selfLink: here(selfLink, origin),
        timeCreated,
        updated,
    };
}

/**
 * Where and how a bucket stores its objects:
 * https://cloud.google.com/storage/docs/reference/rpc/google.storage.control.v2#google.storage.control.v2.StorageLayout
 */
export const storageLayout = ({ id, state }: Entry): object => ({
    name: `projects/_/buckets/${id}/storageLayout`,
    location: state.location,
    locationType: locationType(String(state.location)),
    hierarchicalNamespace: { enabled: (state.hierarchicalNamespace as Inputs | undefined)?.enabled === true },
});

const locationType = (location: string): string =>
    Object.entries(bucketLocations.rows).find(([name]) => name.toUpperCase() === location)?.[1].type ?? "region";

/** The provider's names of conditions are plurals of the API's, and `withState` is its own. */
function lifecycleRule({ action, condition }: Inputs): object {
    const { withState, matchesPrefixes, matchesStorageClasses, matchesSuffixes, ...same } = condition;
    const own = Object.entries(same).filter(([name]) => !name.startsWith("send"));
    return {
        action,
        condition: {
            ...Object.fromEntries(own),
            ...(withState !== "ANY" && { isLive: withState === "LIVE" }),
            matchesPrefix: matchesPrefixes,
            matchesStorageClass: matchesStorageClasses,
            matchesSuffix: matchesSuffixes,
        },
    };
}

const here = (link: unknown, origin: string) =>
    String(link).replace(/^https:\/\/(www|storage)\.googleapis\.com/, origin);
const etag = (version: unknown) => Buffer.from(String(version)).toString("base64");
