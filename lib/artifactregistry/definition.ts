import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../internal/duration";
import { inSeconds } from "../internal/duration";
import { shortenName } from "../internal/names";
import type { ContainerCleanup } from "./arguments";
import type { ResolvedArgs } from "./resolveArgs";

/** The arguments of the repository resource: a standard repository, or a remote one of another project's repository. */
export function repositoryArgs(args: ResolvedArgs, upstream: string | undefined): RepositoryArgs {
    const { cleanup, vulnerabilityScanning: scanning } = args;
    return {
        repositoryId: args.name,
        location: args.location,
        format: "DOCKER",
        description: args.description,
        ...(upstream === undefined
            ? standardRepository(args.immutableTags, cleanup)
            : remoteRepository(args, upstream)),
        vulnerabilityScanningConfig:
            scanning === undefined ? undefined : { enablementConfig: scanning ? "INHERITED" : "DISABLED" },
        kmsKeyName: args.encryptionKey,
        labels: args.labels,
    };
}

function standardRepository(immutableTags: boolean, cleanup: ResolvedArgs["cleanup"]) {
    return {
        // The provider does not send `false`, and every preview would show the block as added.
        dockerConfig: immutableTags ? { immutableTags } : undefined,
        cleanupPolicies: cleanup === false ? undefined : cleanupPolicies(cleanup),
        cleanupPolicyDryRun: cleanup !== false && cleanup.dryRun === true,
    };
}

/** Tags come from the upstream, which makes them immutable. Images that run here must not be cleaned up here. */
function remoteRepository({ location, name }: ResolvedArgs, upstream: string) {
    return {
        mode: "REMOTE_REPOSITORY",
        remoteRepositoryConfig: {
            commonRepository: {
                uri: pulumi.interpolate`projects/${upstream}/locations/${location}/repositories/${name}`,
            },
        },
    };
}

/** A keep policy by itself deletes nothing: it only limits what the others delete. */
function cleanupPolicies({ keep = 10, untaggedOlderThan = "30 days", taggedOlderThan = false }: ContainerCleanup) {
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

/** The arguments of the repository for build caches. Nothing runs from it, so that old layers can be deleted. */
export function cacheRepositoryArgs({ name, location, encryptionKey, labels }: ResolvedArgs): RepositoryArgs {
    const condition = { tagState: "ANY", olderThan: inSeconds("30 days") };
    return {
        repositoryId: pulumi.output(name).apply((id) => `${shortenName(id, 57)}-cache`),
        location,
        format: "DOCKER",
        description: pulumi.interpolate`Layers that builds of images for ${name} have kept`,
        cleanupPolicies: [{ id: "delete-old", action: "DELETE", condition }],
        vulnerabilityScanningConfig: { enablementConfig: "DISABLED" },
        kmsKeyName: encryptionKey,
        labels,
    };
}
