import { getBucketObjectContent } from "@pulumi/gcp/storage/getBucketObjectContent";
import * as pulumi from "@pulumi/pulumi";
import { deferredError, formatProblems, messageError, type Problem } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import type { EnvironmentEntry } from "../../stack/settings/entries";
import type { Environment } from "../environment";
import { type Artifact, bucketOf, ownEntry, recordOf } from "./artifact";

/** The content of an object, or why it could not be read. */
type Found = { content: string } | Missing;
type Missing = "no object" | "no bucket" | "no permission" | { error: string };

const token = "gcp:storage/getBucketObjectContent:getBucketObjectContent";

/** Errors of downloads, as the provider reports them: {@link https://cloud.google.com/storage/docs/json_api/v1/status-codes}. */
const refusals: [words: RegExp, found: Missing][] = [
    [/The specified bucket does not exist/, "no bucket"],
    [/No such object/, "no object"],
    [/does not have \S+ access|Permission '\S+' denied/, "no permission"],
];

/** Reads an object, at preview as well. */
async function lookUp({ provider }: Environment, bucket: string, name: string): Promise<Found> {
    try {
        const { content = "" } = await getBucketObjectContent({ bucket, name }, { provider });
        return { content };
    } catch (error) {
        // Mocks of unit tests lose the messages of their errors.
        const said = (error as Error).message || `no answer: mocks have to give one to the call of ${token}`;
        const [, found] = refusals.find(([words]) => words.test(said)) ?? [];
        return found ?? { error: said.replaceAll(/\s+/g, " ").trim() };
    }
}

/** An artifact to look up, before its digest is known. */
type ArtifactLookup = Omit<Artifact, "digest">;

/**
 * Returns the artifact's digest after checking that it ran in the environment that this one promotes, or in this one before.
 * Otherwise it fails, so that no resource that depends on the digest is created, at preview as well. In an environment that
 * promotes none, returns the digest unchecked.
 */
export function promotedDigest(environment: Environment, artifact: Artifact): pulumi.Output<string> {
    const digest = pulumi.output(artifact.digest);
    return promotes(environment) === undefined
        ? digest
        : digest.apply(async (known) => {
              await releaseRecord(environment, artifact, known);
              return known;
          });
}

/** Like {@link promotedDigest}, for a build: returns the digest of the build that ran from the same inputs. */
export function promotedBuildDigest(
    environment: Environment,
    artifact: ArtifactLookup & { build: pulumi.Input<string> },
) {
    return pulumi.output(artifact.build).apply(async (known) => {
        const [digest] = /sha256:[0-9a-f]{64}/.exec(await releaseRecord(environment, artifact, known)) ?? [];
        if (digest === undefined) {
            const reason = `was recorded without a digest when it ran (got build ${known.slice(0, 12)}…). Run 'pulumi up -s ${promotes(environment)}' with this code again.`;
            throw deferredError(titleOf(artifact), [
                check.problem(artifact.path, "environment/promoted-digest-missing", reason),
            ]);
        }
        return digest;
    });
}

const titleOf = ({ type, component }: ArtifactLookup) => `${type} "${component}"`;

/** The options of a component that is registered, with its children, only after the check of {@link promotedDigest}. */
export function afterPromotion(
    environment: Environment,
    artifact: Artifact,
    options: pulumi.ComponentResourceOptions,
): pulumi.ComponentResourceOptions {
    const wait = () => promotedDigest(environment, artifact).apply((): pulumi.Resource[] => []);
    return promotes(environment) === undefined ? options : pulumi.mergeOptions(options, { dependsOn: wait() });
}

/** The stack that this environment promotes. */
export function promotes({ environments }: Environment): string | undefined {
    return environments[pulumi.getStack()]?.promotes;
}

/** All lookups of a program, and the combined error of those that failed. */
interface LookUps {
    problems: Promise<string | undefined>[];
    refusal?: Promise<pulumi.RunError>;
}

const lookUps = new WeakMap<Environment, LookUps>();

/** Returns the release record. Throws one error for all missing records that the program looked up so far. */
async function releaseRecord(environment: Environment, artifact: ArtifactLookup, hash: string): Promise<string> {
    const all = lookUps.get(environment) ?? { problems: [] };
    lookUps.set(environment, all);
    const own = lookUpRecord(environment, artifact, hash);
    all.problems.push(own.then((result) => ("problem" in result ? result.problem : undefined)));
    const result = await own;
    if (!("problem" in result)) {
        return result.content;
    }
    all.refusal ??= Promise.all(all.problems).then((every) => {
        return messageError(every.filter((each) => each !== undefined).join("\n"));
    });
    const error = await all.refusal;
    throw error.message.split("\n").includes(result.problem) ? error : messageError(result.problem);
}

async function lookUpRecord(
    environment: Environment,
    artifact: ArtifactLookup,
    hash: string,
): Promise<{ content: string } | { problem: string }> {
    const from = promotes(environment) as string;
    const record = recordOf(artifact, hash);
    // What ran here was promoted before. It may stay or be rolled back to, even if the promoted environment is gone.
    const here = await lookUp(environment, bucketOf(ownEntry(environment)), record);
    if (wasFound(here)) {
        return here;
    }
    const entry = environment.environments[from] as EnvironmentEntry;
    const bucket = bucketOf(entry);
    const found = await lookUp(environment, bucket, record);
    return wasFound(found)
        ? found
        : { problem: formatProblems(titleOf(artifact), [notPromoted(artifact, hash, { from, entry, bucket, found })]) };
}

const wasFound = (found: Found): found is { content: string } => typeof found === "object" && "content" in found;

/** Where an artifact was looked up, and why it was not found. */
interface LookedUp {
    from: string;
    entry: EnvironmentEntry;
    bucket: string;
    found: Missing;
}

function notPromoted(
    { kind, build, path }: ArtifactLookup,
    hash: string,
    { from, entry, bucket, found }: LookedUp,
): Problem {
    const isCode = kind === "archive" || build !== undefined;
    const to = pulumi.getStack();
    const source = `${from}, which ${to} takes its ${kind === "archive" ? "code" : "images"} from`;
    const got = `${build === undefined ? kind : "build"} ${hash.replace(/^sha256:/, "").slice(0, 12)}…`;
    const first = `Run 'pulumi up -s ${from}' with this ${isCode ? "code" : "image"} first`;
    const others = isCode ? "check out the commit that runs there" : "take the image that runs there";
    switch (found) {
        case "no object": {
            const reason = `has not run in ${source} (got ${got}). ${first}, or ${others}.`;
            return check.problem(path, "environment/not-promoted", reason);
        }
        case "no bucket": {
            const reason = `has not run in ${source}, because there is no bucket ${bucket} (got ${got}). ${first}.`;
            return check.problem(path, "environment/releases-bucket-missing", reason);
        }
        case "no permission": {
            const reason = `cannot be looked for in ${source}, because reading the bucket ${bucket} is not permitted (got ${got}). ${grantHint(from, entry, to)}`;
            return check.problem(path, "environment/releases-bucket-forbidden", reason);
        }
        default: {
            const reason = `cannot be looked for in ${source} (got ${found.error}).`;
            return check.problem(path, "environment/release-lookup-failed", reason);
        }
    }
}

function grantHint(from: string, { releases }: EnvironmentEntry, to: string): string {
    const by = releases
        ? "the program that creates the bucket grants"
        : `'pulumi up -s ${from}' grants to slipway:environments.${to}.deployer`;
    return `The deployer of ${to} needs roles/storage.objectViewer on it, which ${by}.`;
}
