import * as check from "../internal/arguments/check";
import { type Duration, inSeconds } from "../internal/arguments/duration";
import {
    age,
    type CleanupRule,
    cleanupRules,
    count,
    policiesProblem,
    rulePolicies,
    ruleProblems,
} from "./cleanupRules";

/**
 * A {@link https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview cleanup policy}: which images
 * are deleted automatically, within a day of when they qualify.
 */
export interface ContainerCleanup {
    /**
     * The number of most recent versions of each image to keep, whatever other rules match: 1 to 1,000.
     * @default 10
     */
    keep?: number;
    /**
     * The age at which versions without a tag are deleted, `"1 day"` to `"3650 days"`, or `false` to keep them. Images that
     * {@link ContainerImage} builds have no tag.
     * @default "30 days"
     */
    untaggedOlderThan?: Duration | false;
    /**
     * The age at which versions with a tag are deleted, or `false` to keep them. Requires `immutableTags: false`: Artifact
     * Registry {@link https://cloud.google.com/artifact-registry/docs/docker/names deletes no image with an immutable tag}.
     * @default false
     */
    taggedOlderThan?: Duration | false;
    /**
     * Further rules by name, which keep or delete versions by tag, image and age:
     * `{ "keep-releases": { keep: "all", tags: ["release-"] } }`.
     * @default none
     */
    rules?: Record<string, CleanupRule>;
    /**
     * Deletes nothing; the audit log records what would be deleted.
     * @default false
     */
    dryRun?: boolean;
}

const ageOrNever = check.either(
    (value) => typeof value === "boolean",
    check.custom<false>((value) => value === false, "must be a duration, or false"),
    age,
);

/**
 * A {@link https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview cleanup policy}: which packages are deleted
 * automatically, within a day of when they qualify.
 */
export interface PackageCleanup extends Pick<ContainerCleanup, "keep" | "rules" | "dryRun"> {
    /**
     * The age at which versions are deleted: `"1 day"` to `"3650 days"`.
     * @default versions are only deleted by rules
     */
    olderThan?: Duration;
}

/** Checks the cleanup of packages. */
export const packageCleanup = check.options<PackageCleanup>({
    keep: count,
    olderThan: age,
    rules: cleanupRules,
    dryRun: check.flag(),
});

/** Checks a cleanup policy, or `false`. */
export const cleanup = check.either(
    (value) => typeof value === "boolean",
    check.custom<false>((value) => value === false, "must be an object, or false"),
    check.options<ContainerCleanup>({
        keep: count,
        untaggedOlderThan: ageOrNever,
        taggedOlderThan: ageOrNever,
        rules: cleanupRules,
        dryRun: check.flag(),
    }),
);

/** Immutable tags keep their images. */
export function cleanupProblems({
    cleanup,
    immutableTags,
}: {
    cleanup?: ContainerCleanup | false;
    immutableTags?: boolean;
}): (check.Problem | undefined)[] {
    if (!cleanup) {
        return [];
    }
    const { taggedOlderThan, rules = {} } = cleanup;
    const reason = `deletes nothing, because immutable tags keep their images (got "${taggedOlderThan}"). Leave it out, or set immutableTags: false.`;
    return [
        check.when(
            taggedOlderThan && immutableTags,
            "cleanup.taggedOlderThan",
            "artifactregistry/cleanup-of-immutable-tags",
            reason,
        ),
        ...ruleProblems(rules, { hasTags: true, immutableTags: immutableTags === true }),
        policiesProblem(cleanupPolicies(cleanup)),
    ];
}

/** What is wrong with the cleanup of packages. */
export function packageCleanupProblems(cleanup: PackageCleanup, hasTags: boolean): (check.Problem | undefined)[] {
    return [
        ...ruleProblems(cleanup.rules ?? {}, { hasTags, immutableTags: false }),
        policiesProblem(packagePolicies(cleanup)),
    ];
}

/** A keep policy by itself deletes nothing: it only limits what the others delete. */
export function cleanupPolicies({
    keep = 10,
    untaggedOlderThan = "30 days",
    taggedOlderThan = false,
    rules,
}: ContainerCleanup) {
    return [
        keepRecent(keep),
        ...deletePolicy("delete-untagged", "UNTAGGED", untaggedOlderThan),
        ...deletePolicy("delete-tagged", "TAGGED", taggedOlderThan),
        ...rulePolicies(rules),
    ];
}

/** The policies of the cleanup of packages. */
export function packagePolicies({ keep = 10, olderThan, rules }: PackageCleanup) {
    return [keepRecent(keep), ...deletePolicy("delete-old", "ANY", olderThan ?? false), ...rulePolicies(rules)];
}

const keepRecent = (keepCount: number) => ({
    id: "keep-most-recent",
    action: "KEEP",
    mostRecentVersions: { keepCount },
});

function deletePolicy(id: string, tagState: "UNTAGGED" | "TAGGED" | "ANY", olderThan: Duration | false) {
    return olderThan === false
        ? []
        : [{ id, action: "DELETE", condition: { tagState, olderThan: inSeconds(olderThan) } }];
}
