import { artifactRegistryLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";

const maxPolicies = artifactRegistryLimits.rows.cleanupPolicies.max;
const maxId = 128;

/** Throws if cleanup policies are not valid. */
export function verifyCleanup(policies: Inputs[] = []): void {
    const refuse = (what: string) => new GoogleError(400, `Invalid cleanup policy: ${what}`);
    if (policies.length > maxPolicies) {
        throw refuse(`a repository can have at most ${maxPolicies} cleanup policies.`);
    }
    if (new Set(policies.map(({ id }) => id)).size < policies.length) {
        throw refuse("policy IDs must be unique.");
    }
    for (const { id, action, condition, mostRecentVersions } of policies) {
        // "Under 128 characters": https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories
        if (id.length > maxId) {
            throw refuse(`the ID ${id} has more than ${maxId} characters.`);
        }
        if (condition && mostRecentVersions) {
            throw refuse(`${id} has both a condition and most recent versions.`);
        }
        if (mostRecentVersions && action !== "KEEP") {
            throw refuse(`${id} has most recent versions, which require the action KEEP.`);
        }
        if (!condition && !mostRecentVersions) {
            throw refuse(`${id} has neither a condition nor most recent versions.`);
        }
        for (const age of [condition?.olderThan, condition?.newerThan]) {
            requireSeconds(age);
            if (age?.startsWith("-")) {
                throw refuse(`${id} has an invalid duration: ${age}.`);
            }
        }
    }
}

/**
 * The provider converts ages to seconds.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/artifactregistry/resource_artifact_registry_repository.go
 */
function requireSeconds(age?: string): void {
    if (age && !/^[+-]?\d+$/.test(age.slice(0, -1))) {
        throw new Error(`unexpected value is not duration: ${age}`);
    }
    if (age && !/[smhd]$/.test(age)) {
        throw new Error(`unexpected duration has unknown unit: ${age.slice(-1)}`);
    }
}

/** A version of an image in a repository. */
export interface ImageVersion {
    image: string;
    version: string;
    tags: string[];
    /** The time of its upload, in milliseconds. */
    uploaded: number;
    /** The versions that it consists of, if it is an index. */
    parts: string[];
}

/**
 * The versions that the cleanup policies of a repository delete. A keep policy takes precedence over a delete policy, and deletes
 * nothing by itself: {@link https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview}.
 *
 * @param now in milliseconds
 */
export function expired(versions: ImageVersion[], repository: Inputs, now: number): ImageVersion[] {
    const { cleanupPolicies = [], cleanupPolicyDryRun, dockerConfig } = repository;
    const of = (action: string) => cleanupPolicies.filter((policy: Inputs) => policy.action === action);
    const matched = (policies: Inputs[], version: ImageVersion) =>
        policies.some((policy) => matches(policy, version, versions, now));
    let found = versions.filter(
        (version) =>
            !cleanupPolicyDryRun &&
            // "If you are using immutable tags, then the following actions aren't permitted: Delete a tagged image":
            // https://cloud.google.com/artifact-registry/docs/docker/names.
            !(dockerConfig?.immutableTags && version.tags.length > 0) &&
            matched(of("DELETE"), version) &&
            !matched(of("KEEP"), version),
    );
    // A part of an index cannot be deleted before it: GOOGLE_MANIFEST_DANGLING_PARENT_IMAGE,
    // https://github.com/GoogleCloudPlatform/gcr-cleaner/blob/main/pkg/gcrcleaner/cleaner.go.
    for (let before = -1; before !== found.length; ) {
        before = found.length;
        const kept = versions.filter((version) => !found.includes(version));
        found = found.filter(({ image, version }) => {
            return !kept.some((other) => other.image === image && other.parts.includes(version));
        });
    }
    return found;
}

function matches(policy: Inputs, version: ImageVersion, versions: ImageVersion[], now: number): boolean {
    const { condition, mostRecentVersions } = policy;
    const { image, uploaded, tags } = version;
    const prefixes: string[] | undefined = (condition ?? mostRecentVersions)?.packageNamePrefixes;
    if (prefixes && !prefixes.some((prefix) => image.startsWith(prefix))) {
        return false;
    }
    if (mostRecentVersions) {
        const recent = versions.filter((other) => other.image === image).sort((a, b) => b.uploaded - a.uploaded);
        return recent.slice(0, mostRecentVersions.keepCount).includes(version);
    }
    const { tagState = "ANY", tagPrefixes = [], versionNamePrefixes, olderThan, newerThan } = condition;
    const age = (now - uploaded) / 1000;
    const byPrefix = (values: string[], all: string[]) =>
        all.some((prefix) => values.some((each) => each.startsWith(prefix)));
    // Prefixes count only with the state TAGGED: https://stackoverflow.com/questions/78702774.
    const isTagged = tags.length > 0 && (tagPrefixes.length === 0 || byPrefix(tags, tagPrefixes));
    return (
        (tagState === "TAGGED" ? isTagged : tagState !== "UNTAGGED" || tags.length === 0) &&
        (!versionNamePrefixes || byPrefix([version.version], versionNamePrefixes)) &&
        (olderThan === undefined || age >= secondsOf(olderThan)) &&
        (newerThan === undefined || age < secondsOf(newerThan))
    );
}

const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Of a duration such as `30d`. */
const secondsOf = (duration: string) => Number(duration.slice(0, -1)) * (seconds[duration.slice(-1)] as number);
