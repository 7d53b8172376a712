import { createHash } from "node:crypto";
import { iamLimits } from "../../facts/limits/iam";
import { nameFormats } from "../../facts/names";

/** The SHA-256 of a content in hexadecimal, shortened to a number of digits. */
export function hashOf(content: string | Uint8Array, digits = 64): string {
    return createHash("sha256").update(content).digest("hex").slice(0, digits);
}

/**
 * Shortens a name to a maximum length. A shortened name ends with a hash of the original, so that long names with the same beginning
 * stay distinct.
 */
export function shortenName(name: string, maxLength: number): string {
    if (name.length <= maxLength) {
        return name;
    }
    const hash = hashOf(name, 6);
    return `${name.slice(0, maxLength - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}

/** The maximum length of the logical name of a grant. */
const maxGrantName = 100;

/** The logical names of grants before they were shortened, by the shortened names. */
const wholeNames = new Map<string, string>();

/** The logical name of a grant: the names of the resource, the role and the member, joined by hyphens and shortened. */
export function grantName(...parts: string[]): string {
    const whole = parts.join("-");
    const name = shortenName(whole, maxGrantName);
    wholeNames.set(name, whole);
    return name;
}

/** The name of a grant before it was shortened; `undefined` for other names. */
export const wholeGrantName = (name: string): string | undefined => wholeNames.get(name);

/** A title with an ending that it always keeps: `predict: many errors`. */
export const titleEnding = (name: string, ending: string, maxLength: number): string =>
    `${shortenName(name, maxLength - ending.length)}${ending}`;

/**
 * The ID of a {@link https://cloud.google.com/iam/docs/service-accounts-create service account}: 6 to 30 lower-case letters, digits
 * and hyphens, which also replace underscores. The part, which distinguishes the accounts of a component, is never shortened.
 */
export function accountId(name: string, part: string): string {
    const { min, max } = iamLimits.rows.accountId;
    const id = `${shortenName(name.toLowerCase().replaceAll("_", "-"), max - 1 - part.length)}-${part}`;
    return id.length < min ? `${id}-account` : id;
}

/** The {@link https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts display name} of a service account. */
export const accountTitle = (text: string): string => shortenName(text, iamLimits.rows.accountDisplayName.max);

/**
 * A valid {@link https://cloud.google.com/storage/docs/buckets#naming bucket name} of at most 63 characters. Names must not contain
 * "google" or close misspellings, which are removed and replaced by a hash.
 */
export function bucketName(name: string): string {
    const parts = name.split(/g[o0]{2}gle/);
    const hash = hashOf(name, 6);
    return shortenName(parts.length > 1 ? `${parts.join("g")}-${hash}` : name, 63);
}

/** An API name without its domain: `run` of `run.googleapis.com`. */
export function shortName(api: string): string {
    return api.replace(/\.googleapis\.com$/, "");
}

/** The longest part that a name always keeps. */
const maxPart = 30;

const maxComputeName = nameFormats.rows.computeResource.max;

/** The {@link https://cloud.google.com/compute/docs/naming-resources name} of a part of a network or a load balancer: at most 63 characters. */
export function partName(name: string, part: string): string {
    return part.length > maxPart
        ? shortenName(`${name}-${part}`, maxComputeName)
        : `${shortenName(name, maxComputeName - 1 - part.length)}-${part}`;
}
