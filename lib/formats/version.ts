import coerce from "semver/functions/coerce";
import compare from "semver/functions/compare";
import intersects from "semver/ranges/intersects";

/**
 * Compares versions by their numbers: negative if the first is older, as `2.9.3` is than `2.10`. Versions may have fewer than
 * three numbers, and the suffix of GKE: `1.34.9-gke.1131000`.
 */
export function compareVersions(one: string, other: string): number {
    return compare(completed(one), completed(other));
}

function completed(version: string) {
    const found = coerce(version, { includePrerelease: true });
    if (!found) {
        throw new Error(`${version} is not a version`);
    }
    return found;
}

/**
 * Whether a version is older than another. A version with fewer numbers stands for the newest that starts with them: `8.0` is
 * not older than `8.0.36`.
 */
export function isBefore(version: string, other: string): boolean {
    return !intersects(version, `>=${other}`);
}
