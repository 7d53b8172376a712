import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { RepositoryIamMemberArgs } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyOf } from "../component/encryption";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { labels } from "../internal/arguments/labels";
import { type Transform, transforms } from "../internal/engine/children";
import { type ContainerCleanup, cleanup, cleanupProblems } from "./cleanup";

/** The arguments of a {@link ContainerRegistry}. */
export interface ContainerRegistryArgs extends ComponentArgs, TaggedArgs {
    /**
     * The {@link https://cloud.google.com/artifact-registry/docs/docker/names repository ID}, unique in its project and
     * region: 1 to 63 lower-case letters, digits and hyphens, starting with a letter. Changing this replaces the repository.
     * @default the component's name
     */
    name?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/artifact-registry/docs/repositories/repo-locations region} such as
     * `europe-west1`, or one of the multi-regions `europe`, `us` and `asia`. Changing this replaces the repository. An
     * environment that promotes another environment's images expects them in this region.
     * @default the environment's region
     */
    region?: pulumi.Input<string>;
    /**
     * Makes tags immutable: a pushed tag cannot be moved or deleted. Applies to the repository that images are pushed to, not
     * to a remote repository of another environment's images.
     * @default true
     */
    immutableTags?: boolean;
    /**
     * Which images are deleted automatically; `false` for none. Does not apply to a remote repository of another environment's
     * images, which keeps all that were pulled.
     * @default `{ keep: 10, untaggedOlderThan: "30 days" }`
     */
    cleanup?: ContainerCleanup | false;
    /**
     * Enables {@link https://cloud.google.com/artifact-analysis/docs/container-scanning-overview vulnerability scanning} of
     * each image, billed per image, and its API.
     * @default inherited from the project: scanning if the API is enabled
     */
    vulnerabilityScanning?: boolean;
    /**
     * The Cloud KMS key, a `KmsKey`, a `KmsKeyHandle`, or an ID, in the repository's region that encrypts the images. Changing this
     * replaces the repository.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * The description of the repository.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * Labels of the repository: at most 64 ({@link https://cloud.google.com/artifact-registry/docs/repositories/label-repos
     * requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        repository?: Transform<RepositoryArgs>;
        cache?: Transform<RepositoryArgs>;
        grant?: Transform<RepositoryIamMemberArgs>;
    };
}

/** Checks each argument. */
const containerRegistryArgs = check.options<ContainerRegistryArgs>({
    name: check.publicInput(check.nameOf(nameFormats.rows.artifactRegistryRepository)),
    region: check.publicInput(
        check.matching(
            /^([a-z]+-[a-z]+\d+|europe|us|asia)$/,
            "must be a region such as europe-west1, or one of europe, us, asia",
        ),
    ),
    immutableTags: check.flag(),
    cleanup,
    vulnerabilityScanning: check.flag(),
    encryptionKey: encryptionKeyOf("artifactregistry.googleapis.com/Repository"),
    description: check.input(check.text()),
    labels,
    transform: transforms("repository", "cache", "grant"),
    ...componentArgs,
    ...taggedArgs,
});

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: ContainerRegistryArgs, region: string) {
    const completed = check.withDefaults(args, { name: component, region, immutableTags: true, cleanup: {} });
    return check.checked(`ContainerRegistry "${component}"`, completed, containerRegistryArgs, cleanupProblems);
}
