import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../internal/duration";
import { inSeconds } from "../internal/duration";
import { fitted } from "../internal/names";
import type { ContainerCleanup, Decided } from "./arguments";

/** The repository in the form of the provider: one that images are pushed to, or one that passes on another project's. */
export function definition(args: Decided, upstream: string | undefined): RepositoryArgs {
    const { cleanup, vulnerabilityScanning: scanning } = args;
    return {
        repositoryId: args.name,
        location: args.location,
        format: "DOCKER",
        description: args.description,
        ...(upstream === undefined ? pushedTo(args.immutableTags, cleanup) : passedOn(args, upstream)),
        vulnerabilityScanningConfig:
            scanning === undefined ? undefined : { enablementConfig: scanning ? "INHERITED" : "DISABLED" },
        kmsKeyName: args.encryptionKey,
        labels: args.labels,
    };
}

function pushedTo(immutableTags: boolean, cleanup: Decided["cleanup"]) {
    return {
        dockerConfig: { immutableTags },
        cleanupPolicies: cleanup === false ? undefined : cleanupPolicies(cleanup),
        cleanupPolicyDryRun: cleanup !== false && cleanup.dryRun === true,
    };
}

/** Tags come from there, so that their being immutable is decided there; and what runs here must not be cleaned up there. */
function passedOn({ location, name }: Decided, upstream: string) {
    return {
        mode: "REMOTE_REPOSITORY",
        remoteRepositoryConfig: {
            commonRepository: {
                uri: pulumi.interpolate`projects/${upstream}/locations/${location}/repositories/${name}`,
            },
        },
    };
}

function cleanupPolicies({ keepCount = 10, untaggedOlderThan = "30 days" }: ContainerCleanup) {
    return [
        { id: "keep-most-recent", action: "KEEP", mostRecentVersions: { keepCount } },
        ...(untaggedOlderThan === false ? [] : [untagged(untaggedOlderThan)]),
    ];
}

function untagged(olderThan: Duration) {
    return {
        id: "delete-untagged",
        action: "DELETE",
        condition: { tagState: "UNTAGGED", olderThan: inSeconds(olderThan) },
    };
}

/** Where builds keep their layers. Nobody runs what lies there, and what is old is of no use. */
export function cacheDefinition({ name, location, encryptionKey, labels }: Decided): RepositoryArgs {
    const old = { tagState: "ANY", olderThan: inSeconds("30 days") };
    return {
        repositoryId: pulumi.output(name).apply((id) => `${fitted(id, 57)}-cache`),
        location,
        format: "DOCKER",
        description: pulumi.interpolate`Layers that builds of images for ${name} have kept`,
        dockerConfig: { immutableTags: false },
        cleanupPolicies: [{ id: "delete-old", action: "DELETE", condition: old }],
        vulnerabilityScanningConfig: { enablementConfig: "DISABLED" },
        kmsKeyName: encryptionKey,
        labels,
    };
}
