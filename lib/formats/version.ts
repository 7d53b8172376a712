import coerce from "semver/functions/coerce";
import compare from "semver/functions/compare";
import intersects from "semver/ranges/intersects";

/**
 * Compares versions by their numbers: below zero where `2.9.3` comes before `2.10`. A version may have fewer than three
 * numbers, and what GKE appends: `1.34.9-gke.1131000`.
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
 * Whether a version comes before another one. One with fewer numbers stands for the newest that starts with them: `8.0`
 * does not come before `8.0.36`.
 */
export function isBefore(version: string, other: string): boolean {
    return !intersects(version, `>=${other}`);
}
