import { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { type EncryptionKey, idOfKey, keyBlock } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import { accountOf } from "../iam/accountOf";
import { variableOf } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { shortenName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import type { Archive } from "../internal/sources/archive";
import { sourceBucketArgs } from "../internal/sources/sourceBucket";

/** How Cloud Build builds the function's image. */
export interface FunctionBuild {
    /**
     * {@link https://cloud.google.com/docs/buildpacks/service-specific-configs Build environment variables}, such as
     * `GOOGLE_FUNCTION_SOURCE`, the file of a Python function that is not in `main.py`.
     * @default none
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * The {@link https://cloud.google.com/build/docs/private-pools/private-pools-overview private pool} of the build,
     * `projects/acme-dev/locations/europe-west1/workerPools/builders`. A pool in another project must grant its use to the
     * {@link https://cloud.google.com/functions/docs/building service agent} of Cloud Functions.
     * @default Cloud Build's default pool
     */
    workerPool?: pulumi.Input<string>;
}

/**
 * gcloud refuses the others: "is reserved for internal use by GCF deployments".
 * https://github.com/twistedpair/google-cloud-sdk/blob/master/google-cloud-sdk/lib/googlecloudsdk/command_lib/functions/v1/deploy/env_vars_util.py
 */
const buildVariable = variableOf(
    "Cloud Build",
    /^(X_GOOGLE_.*|GOOGLE_ENTRYPOINT|GOOGLE_FUNCTION_TARGET|GOOGLE_RUNTIME|GOOGLE_RUNTIME_VERSION)$/,
);

/** Checks each option of a build. */
export const functionBuild = check.options<FunctionBuild>({
    env: check.record(buildVariable, check.input(check.text())),
    workerPool: check.input(
        check.matching(
            /^projects\/[^/]+\/locations\/[^/]+\/workerPools\/[^/]+$/,
            "must be a private pool such as projects/acme-dev/locations/europe-west1/workerPools/builders",
        ),
    ),
});

/** The arguments that the resources of a build follow from. */
interface BuiltArgs {
    name: string;
    region: string;
    encryptionKey?: EncryptionKey;
    labels?: Record<string, pulumi.Input<string>>;
}

/** The resources with which Cloud Build builds a function's image. */
export interface Build {
    sourceBucket: Bucket;
    archive: BucketObject;
    repository: Repository;
    account: Account;
    /** The roles of the account, which a build needs. */
    grants: pulumi.Resource[];
}

/** Uploads the code, and creates the service account of the build and the repository of the image. */
export function createBuild(
    component: string,
    args: BuiltArgs,
    { file, hash }: Archive,
    child: Child,
    { project }: Environment,
): Build {
    const { region } = args;
    const sourceBucket = new Bucket(
        ...child("sourceBucket", `${component}-source`, {
            ...sourceBucketArgs(`${project}-${args.name}-source`, region, args.labels),
            encryption: keyBlock(args.encryptionKey, "defaultKmsKeyName"),
        }),
    );
    const archive = new BucketObject(
        ...child("archive", `${component}-archive`, {
            bucket: sourceBucket.name,
            name: `${hash}.zip`,
            source: new pulumi.asset.FileAsset(file),
        }),
    );
    const repository = new Repository(
        ...child(
            "repository",
            `${component}-images`,
            {
                repositoryId: shortenName(args.name, nameFormats.rows.artifactRegistryRepository.max),
                location: region,
                format: "DOCKER",
                description: `Images of the function ${args.name}`,
                kmsKeyName: idOfKey(args.encryptionKey),
                labels: args.labels,
            },
            // Changing the key replaces the repository, which keeps its name.
            { deleteBeforeReplace: true },
        ),
    );
    const account = accountOf(component, { name: args.name }, child, {
        part: "build",
        does: `Builds the function ${args.name}`,
        key: "buildAccount",
    });
    return {
        sourceBucket,
        archive,
        repository,
        account,
        grants: createGrants(component, sourceBucket, repository, account, child, project),
    };
}

/**
 * The copy of the source that Cloud Build reads: {@link https://docs.cloud.google.com/functions/docs/building Cloud Functions copies it}
 * to the bucket `gcf-v2-sources-<project number>-<region>`, which it creates with the first function of a region. Before that there is no
 * bucket to grant a role on.
 */
const copiedSource = {
    title: "Source code of functions",
    expression: 'resource.name.startsWith("projects/_/buckets/gcf-v2-sources-")',
};

/**
 * Grants the roles of a {@link https://cloud.google.com/functions/docs/securing/build-custom-sa custom service account for Cloud Build}:
 * it reads the source, and writes the image and the log.
 */
function createGrants(
    component: string,
    sourceBucket: Bucket,
    repository: Repository,
    { member }: Account,
    child: Child,
    project: string,
): pulumi.Resource[] {
    return [
        new BucketIAMMember(
            ...child("grant", `${component}-build-source`, {
                bucket: sourceBucket.name,
                role: "roles/storage.objectViewer",
                member,
            }),
        ),
        new IAMMember(
            ...child("grant", `${component}-build-copied-source`, {
                project,
                role: "roles/storage.objectViewer",
                member,
                condition: copiedSource,
            }),
        ),
        new RepositoryIamMember(
            ...child("grant", `${component}-build-images`, {
                project,
                location: repository.location,
                repository: repository.name,
                role: "roles/artifactregistry.writer",
                member,
            }),
        ),
        new IAMMember(
            ...child("grant", `${component}-build-log`, { project, role: "roles/logging.logWriter", member }),
        ),
    ];
}

/** The build in the form of the API. */
export function buildConfig(
    args: { runtime: string; entryPoint: string; runtimeUpdates: "automatic" | "on-deploy"; build?: FunctionBuild },
    { archive, sourceBucket, repository, account }: Build,
) {
    const updates = args.runtimeUpdates === "on-deploy" ? "onDeployUpdatePolicy" : "automaticUpdatePolicy";
    return {
        runtime: args.runtime,
        entryPoint: args.entryPoint,
        environmentVariables: args.build?.env,
        workerPool: args.build?.workerPool,
        serviceAccount: account.name,
        dockerRepository: repository.id,
        source: { storageSource: { bucket: sourceBucket.name, object: archive.name } },
        [updates]: {},
    };
}
