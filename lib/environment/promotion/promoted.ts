import * as pulumi from "@pulumi/pulumi";
import { lateRefusal, type Problem, worded } from "../../internal/refusal";
import type { Environment } from "../environment";
import { type Artifact, bucketOf, recordOf } from "./artifact";
import { type Found, lookUp, type Missing } from "./lookup";

/** What is looked for, before its digest is known. */
type Wanted = Omit<Artifact, "digest">;

/**
 * The artifact's digest, once it is known that it ran in the environment that this one promotes, or in this one before.
 * What ran in neither is refused: what depends on the digest is not made, at preview nor after. In an environment
 * that promotes none it is the digest as it is.
 */
export function promoted(environment: Environment, artifact: Artifact): pulumi.Output<string> {
    const digest = pulumi.output(artifact.digest);
    return promotes(environment) === undefined
        ? digest
        : digest.apply(async (known) => {
              await noted(environment, artifact, known);
              return known;
          });
}

/**
 * The digest of what was built from the same and ran in the environment that this one promotes, or in this one before. As
 * with {@link promoted}, what ran in neither is refused.
 */
export function promotedBuild(environment: Environment, artifact: Wanted & { build: pulumi.Input<string> }) {
    return pulumi.output(artifact.build).apply(async (known) => {
        const [digest] = /sha256:[0-9a-f]{64}/.exec(await noted(environment, artifact, known)) ?? [];
        if (digest === undefined) {
            const reason = `was noted without a digest when it ran (got build ${known.slice(0, 12)}…). Run 'pulumi up -s ${promotes(environment)}' with this code again.`;
            throw lateRefusal(worded(...named(artifact, reason)));
        }
        return digest;
    });
}

const named = ({ type, component, path }: Wanted, reason: string): [string, Problem[]] => [
    `${type} "${component}"`,
    [{ path, reason }],
];

/** The options of a component of which nothing is registered, nor any of its children, before that is known. */
export function oncePromoted(
    environment: Environment,
    artifact: Artifact,
    options: pulumi.ComponentResourceOptions,
): pulumi.ComponentResourceOptions {
    const wait = () => promoted(environment, artifact).apply((): pulumi.Resource[] => []);
    return promotes(environment) === undefined ? options : pulumi.mergeOptions(options, { dependsOn: wait() });
}

/** The environment that this one promotes. */
export function promotes({ environments }: Environment): string | undefined {
    return environments[pulumi.getStack()]?.promotes;
}

/** All that is looked up for a program, and the error of all that was not found. */
interface LookUps {
    problems: Promise<string | undefined>[];
    refusal?: Promise<pulumi.RunError>;
}

const lookUps = new WeakMap<Environment, LookUps>();

/** What was noted when this ran. Throws for what did not: one error for all of a program, as far as it was asked for by then. */
async function noted(environment: Environment, artifact: Wanted, hash: string): Promise<string> {
    const all = lookUps.get(environment) ?? { problems: [] };
    lookUps.set(environment, all);
    const own = looked(environment, artifact, hash);
    all.problems.push(own.then((result) => ("problem" in result ? result.problem : undefined)));
    const result = await own;
    if (!("problem" in result)) {
        return result.content;
    }
    all.refusal ??= Promise.all(all.problems).then((every) => {
        return lateRefusal(every.filter((each) => each !== undefined).join("\n"));
    });
    const error = await all.refusal;
    throw error.message.split("\n").includes(result.problem) ? error : lateRefusal(result.problem);
}

async function looked(
    environment: Environment,
    artifact: Wanted,
    hash: string,
): Promise<{ content: string } | { problem: string }> {
    const from = promotes(environment) as string;
    const { project } = environment.environments[from] as { project: string };
    const record = recordOf(artifact, hash);
    // What ran here was let through once. It may stay, and come back, whatever became of where it came from.
    const here = await lookUp(environment, bucketOf(environment.project), record);
    if (wasFound(here)) {
        return here;
    }
    const bucket = bucketOf(project);
    const found = await lookUp(environment, bucket, record);
    return wasFound(found) ? found : { problem: worded(...refused(artifact, hash, { from, bucket, found })) };
}

const wasFound = (found: Found): found is { content: string } => typeof found === "object" && "content" in found;

/** Where something was looked for, and what was found. */
interface LookedUp {
    from: string;
    bucket: string;
    found: Missing;
}

function refused(artifact: Wanted, hash: string, { from, bucket, found }: LookedUp): [string, Problem[]] {
    const { kind, build } = artifact;
    const isCode = kind === "archive" || build !== undefined;
    const to = pulumi.getStack();
    const source = `${from}, which ${to} takes its ${kind === "archive" ? "code" : "images"} from`;
    const got = `${build === undefined ? kind : "build"} ${hash.replace(/^sha256:/, "").slice(0, 12)}…`;
    const first = `Run 'pulumi up -s ${from}' with this ${isCode ? "code" : "image"} first`;
    const others = isCode ? "check out the commit that runs there" : "take the image that runs there";
    const reasons = {
        "no object": `has not run in ${source} (got ${got}). ${first}, or ${others}.`,
        "no bucket": `has not run in ${source}, as there is no bucket ${bucket} (got ${got}). ${first}.`,
        "no permission": `cannot be looked for in ${source}, as the bucket ${bucket} may not be read (got ${got}). ${letIn(from, to)}`,
    };
    const reason =
        typeof found === "string" ? reasons[found] : `cannot be looked for in ${source} (got ${found.error}).`;
    return named(artifact, reason);
}

const letIn = (from: string, to: string) =>
    `Whoever deploys ${to} needs roles/storage.objectViewer on it, which 'pulumi up -s ${from}' grants to slipway:environments.${to}.deployer.`;
