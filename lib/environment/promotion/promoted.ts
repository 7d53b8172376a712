import * as pulumi from "@pulumi/pulumi";
import { lateRefusal, type Problem, worded } from "../../internal/refusal";
import type { Environment } from "../environment";
import { type Artifact, bucketOf, recordOf } from "./artifact";
import { type Found, lookUp } from "./lookup";

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
              await verified(environment, artifact, known);
              return known;
          });
}

/** The options of a component of which nothing is registered, nor any of its children, before that is known. */
export function oncePromoted(
    environment: Environment,
    artifact: Artifact,
    options: pulumi.ComponentResourceOptions,
): pulumi.ComponentResourceOptions {
    const wait = () => promoted(environment, artifact).apply((): pulumi.Resource[] => []);
    return promotes(environment) === undefined ? options : pulumi.mergeOptions(options, { dependsOn: wait() });
}

function promotes({ environments }: Environment): string | undefined {
    return environments[pulumi.getStack()]?.promotes;
}

/** All that is looked up for a program, and the error of all that was not found. */
interface LookUps {
    problems: Promise<string | undefined>[];
    refusal?: Promise<pulumi.RunError>;
}

const lookUps = new WeakMap<Environment, LookUps>();

/** Throws for what did not run: one error for all of a program, as far as it was asked for by then. */
async function verified(environment: Environment, artifact: Artifact, digest: string): Promise<void> {
    const all = lookUps.get(environment) ?? { problems: [] };
    lookUps.set(environment, all);
    const own = problem(environment, artifact, digest);
    all.problems.push(own);
    const text = await own;
    if (text !== undefined) {
        all.refusal ??= Promise.all(all.problems).then((every) => {
            return lateRefusal(every.filter((each) => each !== undefined).join("\n"));
        });
        const error = await all.refusal;
        throw error.message.split("\n").includes(text) ? error : lateRefusal(text);
    }
}

async function problem(environment: Environment, artifact: Artifact, digest: string): Promise<string | undefined> {
    const from = promotes(environment) as string;
    const { project } = environment.environments[from] as { project: string };
    const record = recordOf(artifact, digest);
    // What ran here was let through once. It may stay, and come back, whatever became of where it came from.
    if ((await lookUp(environment, bucketOf(environment.project), record)) === "found") {
        return undefined;
    }
    const bucket = bucketOf(project);
    const found = await lookUp(environment, bucket, record);
    return found === "found" ? undefined : worded(...refused(artifact, digest, { from, bucket, found }));
}

/** Where something was looked for, and what was found. */
interface LookedUp {
    from: string;
    bucket: string;
    found: Exclude<Found, "found">;
}

function refused(artifact: Artifact, digest: string, { from, bucket, found }: LookedUp): [string, Problem[]] {
    const { type, component, path, kind } = artifact;
    const isArchive = kind === "archive";
    const to = pulumi.getStack();
    const source = `${from}, which ${to} takes its ${isArchive ? "code" : "images"} from`;
    const got = `${kind} ${digest.replace(/^sha256:/, "").slice(0, 12)}…`;
    const first = `Run 'pulumi up -s ${from}' with this ${isArchive ? "code" : "image"} first`;
    const others = isArchive ? "check out the commit that runs there" : "take the image that runs there";
    const reasons = {
        "no object": `has not run in ${source} (got ${got}). ${first}, or ${others}.`,
        "no bucket": `has not run in ${source}, as there is no bucket ${bucket} (got ${got}). ${first}.`,
        "no permission": `cannot be looked for in ${source}, as the bucket ${bucket} may not be read (got ${got}). ${letIn(from, to)}`,
    };
    const reason =
        typeof found === "string" ? reasons[found] : `cannot be looked for in ${source} (got ${found.error}).`;
    return [`${type} "${component}"`, [{ path, reason }]];
}

const letIn = (from: string, to: string) =>
    `Whoever deploys ${to} needs roles/storage.objectViewer on it, which 'pulumi up -s ${from}' grants to slipway:environments.${to}.deployer.`;
