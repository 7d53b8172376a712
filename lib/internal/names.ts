import { createHash } from "node:crypto";

/** The SHA-256 of a content, or as many of its digits as a name has room for. */
export function hashOf(content: string | Uint8Array, digits = 64): string {
    return createHash("sha256").update(content).digest("hex").slice(0, digits);
}

/**
 * A name within a service's limit. A longer one is cut and ends with a hash of the whole, so that two long names which
 * begin alike stay two.
 */
export function fitted(name: string, most: number): string {
    if (name.length <= most) {
        return name;
    }
    const hash = hashOf(name, 6);
    return `${name.slice(0, most - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}

/**
 * The id of a service account: 6 to 30 lower-case letters, digits and hyphens ("Create service accounts"). A part that
 * tells accounts of one component apart is never cut.
 */
export function accountId(name: string, part: string): string {
    const id = `${fitted(name.toLowerCase(), 29 - part.length)}-${part}`;
    return id.length < 6 ? `${id}-account` : id;
}

/**
 * The name of a bucket, in 63 characters. Cloud Storage takes none that contains "google" or what looks like it ("Bucket
 * names"): there a hash of the whole stands for it.
 */
export function bucketName(name: string): string {
    const parts = name.split(/g[o0]{2}gle/);
    const hash = hashOf(name, 6);
    return fitted(parts.length > 1 ? `${parts.join("g")}-${hash}` : name, 63);
}

/** An API's name without its domain, as part of a child's name: `run` of `run.googleapis.com`. */
export function shortName(api: string): string {
    return api.replace(/\.googleapis\.com$/, "");
}
