import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { type Child, childrenOf } from "../../internal/children";
import { crossing } from "../crossing";
import type { Environment } from "../environment";
import { type Artifact, bucketOf, recordOf } from "./artifact";

const buckets = new WeakMap<Environment, Bucket>();
const running = new WeakMap<Environment, Releases>();

/** By component and kind, the digests of what runs. */
type Releases = Record<string, Partial<Record<Artifact["kind"], pulumi.Input<string>>>>;

/**
 * Notes that an artifact ran here, once what runs it is deployed. The note stays when the program comes to run another
 * one: what ran once may go on, and may come back.
 *
 * @param parent the component, whose child the note is
 * @param after what is there when the artifact runs
 */
export function published(
    environment: Environment,
    artifact: Artifact,
    parent: pulumi.ComponentResource,
    after: pulumi.Resource[] | Promise<pulumi.Resource[]>,
): void {
    const { component, kind } = artifact;
    const releases = releasesOf(environment);
    releases[component] = { ...releases[component], [kind]: artifact.digest };
    if (!isPromoted(environment)) {
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
                // Nothing that is another thing at the next run: the same code is the same note.
                content: digest.apply((known) => note(component, kind, known)),
                contentType: "application/json",
            },
            { dependsOn: after, retainOnDelete: true },
        ),
    );
}

/** What runs in the environment, by component and kind, as far as the program has come by the end of this turn. */
export function release(environment: Environment): pulumi.Output<Record<string, Record<string, string>>> {
    return pulumi.output(Promise.resolve().then(() => pulumi.output(releasesOf(environment)))) as pulumi.Output<
        Record<string, Record<string, string>>
    >;
}

function releasesOf(environment: Environment): Releases {
    const releases = running.get(environment) ?? {};
    running.set(environment, releases);
    return releases;
}

/**
 * Whether anything is noted: in an environment that another one promotes, for that one; and in one that promotes another,
 * for itself, so that what ran in it can come back when the other is gone.
 */
function isPromoted({ environments }: Environment): boolean {
    const stack = pulumi.getStack();
    return environments[stack]?.promotes !== undefined || followers(environments).length > 0;
}

/** The environments that promote this one. */
function followers(environments: Environment["environments"]) {
    return Object.entries(environments).filter(([, { promotes }]) => promotes === pulumi.getStack());
}

function note(component: string, kind: string, digest: string): string {
    const known = { component, kind, digest, stack: pulumi.getStack(), program: pulumi.getProject() };
    return `${JSON.stringify(known, undefined, 2)}\n`;
}

/** The bucket of the notes, made with the first of them. */
function bucket(environment: Environment): Bucket {
    const { project, region, provider, defaults } = environment;
    const made = buckets.get(environment);
    if (made) {
        return made;
    }
    const child = childrenOf(environment, {}, { provider, dependsOn: environment.enable("storage.googleapis.com") });
    const bucket = new Bucket(
        ...child(
            "bucket",
            "releases",
            {
                name: bucketOf(project),
                location: region,
                uniformBucketLevelAccess: true,
                publicAccessPrevention: "enforced",
                forceDestroy: defaults.forceDestroy,
            },
            { protect: defaults.protect },
        ),
    );
    buckets.set(environment, bucket);
    admit(environment, bucket, child);
    return bucket;
}

/** Lets those read the notes who deploy the environments that promote this one, each account once. */
function admit({ environments }: Environment, bucket: Bucket, child: Child): void {
    const admitted = new Set<string>();
    for (const [stack, { deployer }] of followers(environments)) {
        if (deployer === undefined) {
            tellOfNobody(stack, bucket);
        } else if (!admitted.has(deployer)) {
            admitted.add(deployer);
            const grant = {
                bucket: bucket.name,
                role: "roles/storage.objectViewer",
                member: `serviceAccount:${deployer}`,
            };
            // One account may deploy several environments, and is in the project of one of them.
            const options = { transformations: [crossing(...Object.keys(environments))] };
            new BucketIAMMember(...child("grant", `releases-${stack}`, grant, options));
        }
    }
}

function tellOfNobody(stack: string, bucket: Bucket): void {
    if (pulumi.runtime.isDryRun()) {
        const what = `slipway:environments.${stack}.deployer is not set: nobody is let in to see what ran here before it goes to ${stack}.`;
        const how = `Whoever deploys ${stack} needs roles/storage.objectViewer on this bucket.`;
        pulumi.log.info(`Environment "${pulumi.getStack()}": ${what} ${how}`, bucket);
    }
}
