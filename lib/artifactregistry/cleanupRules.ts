import { artifactRegistryLimits } from "../facts/limits/artifactRegistry";
import * as check from "../internal/arguments/check";
import { type Duration, duration, inSeconds } from "../internal/arguments/duration";

/** Which versions a rule of a cleanup matches: those that match all of its conditions. */
export interface CleanupFilter {
    /**
     * Prefixes of tags, of which a version has one, such as `["release-"]`; `"any"` for each version with a tag, and `"none"` for those
     * without. Only for formats with tags: container images, npm packages and pipelines.
     * @default versions with and without tags
     */
    tags?: string[] | "any" | "none";
    /**
     * Prefixes of the names of packages or images: `["team/"]`.
     * @default all packages
     */
    packages?: string[];
    /**
     * Prefixes of the names of versions: `["1.4."]`. The version of an image is its digest.
     * @default all versions
     */
    versions?: string[];
}

/** Keeps the most recent versions of each package. */
interface KeepRecent extends Pick<CleanupFilter, "packages"> {
    /** How many: 1 to 1,000. */
    keep: number;
}

/** Keeps all versions that match. */
interface KeepAll extends CleanupFilter {
    /** Keeps all versions that match the conditions. */
    keep: "all";
    /**
     * Matches only versions below this age: `"1 day"` to `"3650 days"`.
     * @default versions of any age
     */
    newerThan?: Duration;
}

/** Deletes versions that match, except for those that another rule keeps. */
interface DeleteOld extends CleanupFilter {
    /** The age at which versions are deleted: `"1 day"` to `"3650 days"`. */
    olderThan: Duration;
}

/**
 * A rule of a {@link https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview cleanup}, which keeps versions,
 * `{ keep: "all", tags: ["release-"] }`, or deletes them, `{ olderThan: "90 days", packages: ["test/"] }`. What a rule keeps is not
 * deleted by any other one.
 */
export type CleanupRule = check.OneOf<KeepRecent | KeepAll | DeleteOld>;

/** Checks the age of a version. */
export const age = duration("1 day", "3650 days");

/** Checks how many versions are kept. */
export const count = check.whole(1, 1000, "versions");

const prefixes = check.pipe(
    check.list(check.matching(/./, "must be a prefix")),
    check.refine((list) => (list as readonly string[]).length > 0, "must have a prefix at least"),
);

const filter = {
    tags: check.either((value) => typeof value === "string", check.oneOf("any", "none"), prefixes) as check.Check<
        string[] | "any" | "none"
    >,
    packages: prefixes as check.Check<string[]>,
    versions: prefixes as check.Check<string[]>,
};

/** Policies that other options of the cleanup create. */
const reserved = ["keep-most-recent", "delete-untagged", "delete-tagged", "delete-old"];

const ruleName = check.pipe(
    check.matching(
        /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
        "must be lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
    ),
    check.longest(artifactRegistryLimits.rows.cleanupPolicyId.max),
    check.refine((name) => !reserved.includes(name), `must not be ${reserved.join(", ")}, which other options use`),
);

const rule = check.lazily((value) => {
    const { keep } = (value ?? {}) as { keep?: unknown };
    return keep === undefined
        ? check.options<DeleteOld>({ olderThan: age, ...filter }, "olderThan")
        : keep === "all"
          ? check.options<KeepAll>({ keep: check.oneOf("all"), newerThan: age, ...filter }, "keep")
          : check.options<KeepRecent>({ keep: count, packages: filter.packages }, "keep");
});

/** Checks the rules of a cleanup. */
export const cleanupRules = check.record(ruleName, rule) as check.Check<Record<string, CleanupRule>>;

/** What is wrong with rules in a repository. */
export function ruleProblems(
    rules: Record<string, CleanupRule>,
    { hasTags, immutableTags }: { hasTags: boolean; immutableTags: boolean },
): check.Problem[] {
    const all = Object.entries(rules).map(([name, rule]) => ({ path: `cleanup.rules.${name}.tags`, ...rule }));
    const tagged = all.filter(({ tags }) => tags !== undefined);
    return [
        ...tagged
            .filter(() => !hasTags)
            .map(({ path }) =>
                check.problem(
                    path,
                    "artifactregistry/cleanup-without-tags",
                    "is only for container images, npm packages and pipelines: other packages have no tags. Use packages or versions.",
                ),
            ),
        ...tagged
            .filter(({ olderThan, tags }) => immutableTags && olderThan !== undefined && tags !== "none")
            .map(({ path }) =>
                check.problem(
                    path,
                    "artifactregistry/cleanup-rule-of-immutable-tags",
                    'matches no version that can be deleted, because immutable tags keep their images. Use "none", or set immutableTags: false.',
                ),
            ),
    ];
}

/** The problem of more cleanup policies than a repository can have. */
export function policiesProblem(policies: readonly unknown[]): check.Problem | undefined {
    const { max } = artifactRegistryLimits.rows.cleanupPolicies;
    return check.when(
        policies.length > max,
        "cleanup.rules",
        "artifactregistry/cleanup-policies",
        `must be fewer: with the other options of the cleanup, a repository has ${max} policies at most (got ${policies.length}).`,
    );
}

/** The cleanup policies of rules. */
export function rulePolicies(rules: Record<string, CleanupRule> = {}) {
    return Object.entries(rules).map(([id, { keep, tags, packages, versions, newerThan, olderThan }]) => {
        if (typeof keep === "number") {
            return { id, action: "KEEP", mostRecentVersions: { keepCount: keep, packageNamePrefixes: packages } };
        }
        const condition = {
            tagState: tags === undefined ? "ANY" : tags === "none" ? "UNTAGGED" : "TAGGED",
            tagPrefixes: Array.isArray(tags) ? tags : undefined,
            packageNamePrefixes: packages,
            versionNamePrefixes: versions,
            newerThan: newerThan && inSeconds(newerThan),
            olderThan: olderThan && inSeconds(olderThan),
        };
        return { id, action: keep === "all" ? "KEEP" : "DELETE", condition };
    });
}
