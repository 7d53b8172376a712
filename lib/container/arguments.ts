import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { RepositoryIamMemberArgs } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { encryptionKey } from "../identity/encryption";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, duration } from "../internal/duration";
import { labels } from "../internal/labels";

/** Which images are deleted by themselves, within a day of when they could be ("Cleanup policy overview"). */
export interface ContainerCleanup {
    /**
     * How many versions of each image are kept whatever else is said, the most recent ones: 1 to 1,000.
     * @default 10
     */
    keepCount?: number;
    /**
     * How old a version without a tag gets, from `"1 day"` to `"3650 days"`, or `false`: it is kept.
     * @default "30 days"
     */
    untaggedOlderThan?: Duration | false;
    /**
     * Whether nothing is deleted, and the audit log tells what would be.
     * @default false
     */
    dryRun?: boolean;
}

/** The arguments of a {@link ContainerRegistry}. */
export interface ContainerRegistryArgs extends ComponentArgs {
    /**
     * The repository's id in its project and location: 1 to 63 lower-case letters, digits and hyphens, starting with a
     * letter ("Repository and image names"). Another one makes another repository.
     * @default the component's name
     */
    name?: pulumi.Input<string>;
    /**
     * A region such as `europe-west1`, or one of the multi-regions `europe`, `us` and `asia` ("Repository locations"). Another
     * one makes another repository. An environment that promotes another one looks for the other's images in this location.
     * @default the environment's region
     */
    location?: pulumi.Input<string>;
    /**
     * Whether a tag that was pushed stays with its image: it can be neither moved nor deleted. It says something of the
     * repository that images are pushed to, and nothing of one that passes on what another environment has.
     * @default true
     */
    immutableTags?: boolean;
    /**
     * Which images are deleted by themselves; `false`: none are. It says nothing of a repository that passes on what another
     * environment has, where all stay that were ever used.
     * @default `{ keepCount: 10, untaggedOlderThan: "30 days" }`
     */
    cleanup?: ContainerCleanup | false;
    /**
     * Whether Artifact Analysis looks for known vulnerabilities in every image, at a price for each ("Container scanning
     * overview"). With `true` its API is enabled.
     * @default as the project has it: where the API is enabled
     */
    vulnerabilityScanning?: boolean;
    /**
     * The id of a Cloud KMS key in the repository's location that encrypts the images. Another one makes another repository.
     * @default a key of Google's
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * What the repository is for.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * Labels of the repository: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: {
        repository?: Transform<RepositoryArgs>;
        cache?: Transform<RepositoryArgs>;
        grant?: Transform<RepositoryIamMemberArgs>;
    };
}

const age = duration("1 day", "3650 days");

const args = check.options<ContainerRegistryArgs>({
    name: check.input(
        check.matching(
            /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
            "must have 1 to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
        ),
    ),
    location: check.input(
        check.matching(
            /^([a-z]+-[a-z]+\d+|europe|us|asia)$/,
            "must be a region such as europe-west1, or one of europe, us, asia",
        ),
    ),
    immutableTags: check.flag(),
    cleanup: check.either(
        (given) => typeof given === "boolean",
        check.custom((given) => given === false, "must be an object, or false"),
        check.options<ContainerCleanup>({
            keepCount: check.whole(1, 1000, "versions"),
            untaggedOlderThan: check.either(
                (given) => typeof given === "boolean",
                check.custom((given) => given === false, "must be a length of time, or false"),
                age,
            ),
            dryRun: check.flag(),
        }),
    ),
    vulnerabilityScanning: check.flag(),
    encryptionKey,
    description: check.input(check.text()),
    labels,
    transform: transforms("repository", "cache", "grant"),
    ...componentArgs,
});

/** The arguments of a registry with the defaults for those that are left out. */
export type Decided = ReturnType<typeof decided>;

/** The arguments as they were given or by default, or an error that tells of all that is wrong with them. */
export function decided(component: string, given: ContainerRegistryArgs, location: string) {
    const completed = check.completed(given, { name: component, location, immutableTags: true, cleanup: {} });
    return check.checked(`ContainerRegistry "${component}"`, completed, args);
}
