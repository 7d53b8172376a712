import type { Provider } from "@pulumi/gcp/provider";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { type Child, childrenOf } from "../../internal/engine/children";
import { keptVersions } from "../../internal/sources/sourceBucket";
import { crossing } from "../../stack/crossing";
import type { EnvironmentDefaults } from "../../stack/settings/defaults";
import { type Artifact, bucketOf, ownEntry, type Releasing, recordOf } from "./artifact";

/** An environment that records releases. */
interface ReleasingEnvironment extends pulumi.ComponentResource, Releasing {
    /** The location of the bucket. */
    readonly region: string;
    readonly defaults: EnvironmentDefaults;
    /** The provider of the bucket and of the records. */
    readonly provider: Provider;
    /** Enables APIs, and returns what to depend on. */
    enable(...apis: string[]): pulumi.Resource[];
}

const buckets = new WeakMap<ReleasingEnvironment, Bucket>();
const running = new WeakMap<ReleasingEnvironment, Releases>();

/** The running digests, by component and kind. */
type Releases = Record<string, Partial<Record<Artifact["kind"], pulumi.Input<string>>>>;

/**
 * Records that an artifact ran here, after the resources that run it are deployed. The record is kept when the program runs another
 * artifact, so that this one can still be promoted or rolled back to.
 *
 * @param parent the component, which is the parent of the record
 * @param after the resources that run the artifact
 */
export function recordRelease(
    environment: ReleasingEnvironment,
    artifact: Artifact,
    parent: pulumi.ComponentResource,
    after: pulumi.Input<pulumi.Resource[]>,
): void {
    const { component, kind } = artifact;
    const releases = releasesOf(environment);
    releases[component] = { ...releases[component], [kind]: artifact.digest };
    if (!recordsReleases(environment)) {
        return;
    }
    const digest = pulumi.output(artifact.digest);
    const looked = pulumi.output(artifact.build ?? digest);
    const child = childrenOf(parent, {}, { provider: environment.provider });
    new BucketObject(
        ...child(
            "release",
            `${component}-release`,
            {
                bucket: bucket(environment).name,
                name: looked.apply((hash) => recordOf(artifact, hash)),
                // Contains nothing that differs between runs: the same code has the same record.
                content: digest.apply((known) => recordContent(component, kind, known)),
                contentType: "application/json",
            },
            { dependsOn: after, retainOnDelete: true },
        ),
    );
}

/** The running digests by component and kind, of all components registered in this turn of the event loop. */
export function release(environment: ReleasingEnvironment): pulumi.Output<Record<string, Record<string, string>>> {
    return pulumi.output(Promise.resolve().then(() => pulumi.output(releasesOf(environment)))) as pulumi.Output<
        Record<string, Record<string, string>>
    >;
}

function releasesOf(environment: ReleasingEnvironment): Releases {
    const releases = running.get(environment) ?? {};
    running.set(environment, releases);
    return releases;
}

/**
 * Whether releases are recorded: if another environment promotes this one, and if this one promotes another, so that it can roll
 * back even when the other is gone.
 */
function recordsReleases({ environments }: Releasing): boolean {
    const stack = pulumi.getStack();
    return environments[stack]?.promotes !== undefined || followers(environments).length > 0;
}

/** The environments that promote this one. */
function followers(environments: Releasing["environments"]) {
    return Object.entries(environments).filter(([, { promotes }]) => promotes === pulumi.getStack());
}

function recordContent(component: string, kind: string, digest: string): string {
    const known = { component, kind, digest, stack: pulumi.getStack(), program: pulumi.getProject() };
    return `${JSON.stringify(known, undefined, 2)}\n`;
}

/** The bucket of the records, created or read with the first record. */
function bucket(environment: ReleasingEnvironment): Bucket {
    const { provider } = environment;
    const made = buckets.get(environment);
    if (made) {
        return made;
    }
    const child = childrenOf(environment, {}, { provider, dependsOn: environment.enable("storage.googleapis.com") });
    const entry = ownEntry(environment);
    const bucket = entry.releases === undefined ? createBucket(environment, child) : readBucket(entry.releases, child);
    buckets.set(environment, bucket);
    return bucket;
}

/**
 * Reads a bucket that another program creates. If this stack created it before, the engine gives it up without deleting it, because the
 * resource keeps its URN and ID:
 * {@link https://github.com/pulumi/pulumi/blob/v3.245.0/pkg/resource/deploy/step_generator.go#L338-L343 "relinquish"}.
 */
function readBucket(releases: string, child: Child): Bucket {
    const [name, , options] = child("bucket", "releases", {});
    return Bucket.get(name, releases, undefined, options);
}

function createBucket(environment: ReleasingEnvironment, child: Child): Bucket {
    const { region, defaults } = environment;
    const bucket = new Bucket(
        ...child(
            "bucket",
            "releases",
            {
                name: bucketOf(ownEntry(environment)),
                location: region,
                uniformBucketLevelAccess: true,
                publicAccessPrevention: "enforced",
                ...keptVersions,
                forceDestroy: defaults.forceDestroy,
            },
            { protect: defaults.protect },
        ),
    );
    grantReaders(environment, bucket, child);
    return bucket;
}

/** Grants reading the records to the deployers of the environments that promote this one, each account once. */
function grantReaders({ environments }: Releasing, bucket: Bucket, child: Child): void {
    const admitted = new Set<string>();
    for (const [stack, { deployer }] of followers(environments)) {
        if (deployer === undefined) {
            logMissingDeployer(stack, bucket);
        } else if (!admitted.has(deployer)) {
            admitted.add(deployer);
            const grant = {
                bucket: bucket.name,
                role: "roles/storage.objectViewer",
                member: `serviceAccount:${deployer}`,
            };
            // An account can deploy several environments, and belongs to the project of one of them.
            const options = { transformations: [crossing(...Object.keys(environments))] };
            new BucketIAMMember(...child("grant", `releases-${stack}`, grant, options));
        }
    }
}

function logMissingDeployer(stack: string, bucket: Bucket): void {
    if (pulumi.runtime.isDryRun()) {
        const what = `slipway:environments.${stack}.deployer is not set: nobody has access to the releases of this environment for promotion to ${stack}.`;
        const how = `The deployer of ${stack} needs roles/storage.objectViewer on this bucket.`;
        pulumi.log.info(`Environment "${pulumi.getStack()}": ${what} ${how}`, bucket);
    }
}
