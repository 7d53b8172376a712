import * as check from "../internal/check";
import { type Duration, duration, inSeconds } from "../internal/duration";

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
     * Deletes nothing; the audit log records what would be deleted.
     * @default false
     */
    dryRun?: boolean;
}

const ageOrNever = check.either(
    (value) => typeof value === "boolean",
    check.custom<false>((value) => value === false, "must be a duration, or false"),
    duration("1 day", "3650 days"),
);

/** Checks a cleanup policy, or `false`. */
export const cleanup = check.either(
    (value) => typeof value === "boolean",
    check.custom<false>((value) => value === false, "must be an object, or false"),
    check.options<ContainerCleanup>({
        keep: check.whole(1, 1000, "versions"),
        untaggedOlderThan: ageOrNever,
        taggedOlderThan: ageOrNever,
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
}): check.Problem[] {
    const age = cleanup !== false && cleanup?.taggedOlderThan;
    const reason = `deletes nothing, because immutable tags keep their images (got "${age}"). Leave it out, or set immutableTags: false.`;
    return age && immutableTags
        ? [check.problem("cleanup.taggedOlderThan", "artifactregistry/cleanup-of-immutable-tags", reason)]
        : [];
}

/** A keep policy by itself deletes nothing: it only limits what the others delete. */
export function cleanupPolicies({
    keep = 10,
    untaggedOlderThan = "30 days",
    taggedOlderThan = false,
}: ContainerCleanup) {
    return [
        { id: "keep-most-recent", action: "KEEP", mostRecentVersions: { keepCount: keep } },
        ...deletePolicy("delete-untagged", "UNTAGGED", untaggedOlderThan),
        ...deletePolicy("delete-tagged", "TAGGED", taggedOlderThan),
    ];
}

function deletePolicy(id: string, tagState: "UNTAGGED" | "TAGGED", olderThan: Duration | false) {
    return olderThan === false
        ? []
        : [{ id, action: "DELETE", condition: { tagState, olderThan: inSeconds(olderThan) } }];
}
