import type { Entry, Inputs } from "../../../simulator";
import { locationType } from "../../../simulator/services/storage/place";
import { retentionExpiration } from "../../../simulator/services/storage/retention";
import { etagOf } from "./conditions";
import { encryptionOf } from "./customerKeys";
import { contextsResource, writableMetadata } from "./metadata";

/** An object in the API's `Object` format, in a bucket whose retention policy can keep it. */
export function objectResource(object: Entry, size: number, origin: string, bucketEntry?: Entry): object {
    const { state } = object;
    const { bucket, name, generation, metageneration = 1, storageClass, md5hash, crc32c, mediaLink, selfLink } = state;
    // A generation is the write time in microseconds.
    const written = new Date(Number(generation) / 1000).toISOString();
    return {
        kind: "storage#object",
        id: `${bucket}/${name}/${generation}`,
        ...Object.fromEntries(writableMetadata.filter((key) => state[key]).map((key) => [key, state[key]])),
        bucket,
        name,
        generation: String(generation),
        metageneration: String(metageneration),
        storageClass,
        size: String(size),
        md5Hash: md5hash,
        crc32c,
        etag: etagOf(object),
        selfLink: here(selfLink, origin),
        // Clients use this URL for downloads, so it must not be Google's.
        mediaLink: here(mediaLink, origin),
        contexts: contextsResource(object),
        componentCount: state.componentCount,
        customerEncryption: encryptionOf(object),
        retentionExpirationTime: retentionExpiration(object, bucketEntry),
        timeCreated: written,
        timeDeleted: state.timeDeleted,
        timeFinalized: written,
        timeStorageClassUpdated: written,
        updated: state.updated ?? written,
    };
}

/** Response headers of a download, which clients use as metadata. */
function mediaHeaders(object: Entry, size: number): Record<string, string> {
    const { state } = object;
    const { contentType, contentEncoding, contentLanguage, cacheControl, storageClass, md5hash } = state;
    const headers = {
        "content-type": contentType,
        "content-encoding": contentEncoding,
        "content-language": contentLanguage,
        "cache-control": cacheControl,
        etag: etagOf(object),
        "x-goog-generation": state.generation,
        "x-goog-hash": `crc32c=${state.crc32c}${md5hash ? `,md5=${md5hash}` : ""}`,
        "x-goog-metageneration": state.metageneration ?? 1,
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
    const { autoclass, hierarchicalNamespace, ipFilter, lifecycleRules = [], softDeletePolicy }: Inputs = state;
    const { retentionPolicy }: Inputs = state;
    // "Uniform bucket-level access": it can be disabled for 90 days.
    const lockedTime = new Date(Date.parse(timeCreated) + 90 * 86_400_000).toISOString();
    const uniform = state.uniformBucketLevelAccess ? { enabled: true, lockedTime } : { enabled: false };
    return {
        kind: "storage#bucket",
        id,
        name: id,
        projectNumber: String(projectNumber),
        location,
        locationType: locationType(state),
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
        billing: state.requesterPays ? { requesterPays: true } : undefined,
        defaultEventBasedHold: state.defaultEventBasedHold || undefined,
        hierarchicalNamespace: hierarchicalNamespace?.enabled ? { enabled: true } : undefined,
        objectRetention: state.enableObjectRetention ? { mode: "Enabled" } : undefined,
        retentionPolicy: retentionPolicy && {
            retentionPeriod: String(retentionPolicy.retentionPeriod),
            effectiveTime: timeCreated,
            isLocked: retentionPolicy.isLocked || undefined,
        },
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
        ...(locationType(state) === "region" && { satisfiesPZI: true }),
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
    locationType: locationType(state),
    hierarchicalNamespace: { enabled: (state.hierarchicalNamespace as Inputs | undefined)?.enabled === true },
});

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
