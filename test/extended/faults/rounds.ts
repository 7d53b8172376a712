import { createHash } from "node:crypto";
import type { Answer, Fault, Verb } from "../../../local/provider/faults";
import { cloudOf } from "../../../local/workspace";
import { type Deployment, held } from "../../deploy/deployment";
import { attempt, writeModel } from "../upgrades/program";

/** The calls of which a case lets every one fail. */
export type Phase = Exclude<Verb, "read">;

/**
 * How the calls fail. Not with 404 at a deletion, after which the provider rightly takes the resource as deleted: what exists does not get
 * this answer.
 */
export const answers: Record<Phase, Answer[]> = {
    create: [403, 404, 409, 429, 500, 503, "cut", "drop"],
    update: [403, 404, 409, 429, 500, 503, "cut", "drop"],
    delete: [403, 409, 429, 500, 503, "cut", "drop"],
};

/** A program of which each call of a phase fails once. */
export interface Case {
    program: string;
    phase: Phase;
    /** Selects the answers: with as many successive seeds as there are answers, each resource gets each of them. */
    seed: number;
}

/** A resource of a program by its type and name, such as `gcp:pubsub/topic:Topic sales`. */
export type Subject = string;

/** The answer for a resource in a case. */
export function answerFor({ phase, seed }: Pick<Case, "phase" | "seed">, subject: Subject): Answer {
    const all = answers[phase];
    const start = createHash("sha256").update(subject).digest().readUInt32BE();
    return all[(start + seed) % all.length] as Answer;
}

/** The resources of Google Cloud in the state of a stack. */
export async function subjectsOf(deployment: Deployment, stack: string): Promise<Subject[]> {
    const made = (await deployment.exported(stack)).filter(({ type, id }) => id && type.startsWith("gcp:"));
    return [...new Set(made.map(({ type, urn }) => `${type} ${urn.split("::").at(-1)}`))];
}

export const flags = (stack: string) => ["-s", stack, "--yes", "--skip-preview"];

/** How Pulumi begins the line of a step that failed. */
const words: Record<Phase, string> = { create: "creating", update: "updating", delete: "deleting" };

/**
 * Repeats a command, in which each call fails that has not failed in an earlier one, until it succeeds: the last ones fail when everything
 * else is done. After each failure, what the errors ask for is done: resources that an interrupted update can have created are imported.
 * Returns the resources with a call that failed visibly.
 */
export async function failOnce(
    given: Case,
    deployment: Deployment,
    stack: string,
    command: string[],
    subjects: Subject[],
): Promise<Set<Subject>> {
    const failed = new Set<Subject>();
    for (let waited = 0; ; ) {
        const faults = subjects
            .filter((subject) => !failed.has(subject))
            .map((subject): Fault => {
                const [type, name] = subject.split(" ");
                const answer = answerFor(given, subject);
                // A call whose answer is lost is repeated, and the next answer arrives.
                return { verb: given.phase, type, name, answer, ...(answer === "drop" && { call: 1 }) };
            });
        const before = failed.size;
        const { code, output } = await attempt(deployment, [...command, ...flags(stack), "--continue-on-error"], {
            faults: { faults, speed: 10_000 },
        });
        for (const subject of subjects) {
            const [type = "", name] = subject.split(" ");
            if (output.includes(`${type.replace(/\/\w+:/, ":")} ${name} **${words[given.phase]} failed**`)) {
                failed.add(subject);
            }
        }
        if (code === 0) {
            return failed;
        }
        const isMended = writeModel(deployment, output) || (await deleteAsTold(deployment, stack, output));
        if (failed.size === before && !isMended && !(held.test(output) && waited++ === 0)) {
            throw new Error(`Nothing else fails, but the command does not succeed:\n${output}`);
        }
        // Nothing exists after a simulated answer 409.
        await importAsTold(deployment, output, / does not exist$/m);
    }
}

/**
 * Runs the commands in the errors of an `up` that import what an interrupted update can have created; returns them.
 *
 * @param mayFail what a command can answer instead of importing
 */
export async function importAsTold(deployment: Deployment, output: string, mayFail?: RegExp): Promise<string[]> {
    const commands = [...output.matchAll(/^\s*pulumi (import .*)$/gm)].map(([, command = ""]) => command);
    for (const command of commands) {
        const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
        const imported = await attempt(deployment, [...args, "--yes", "--skip-preview"]);
        if (imported.code !== 0 && !mayFail?.test(imported.output)) {
            throw new Error(`pulumi ${command} failed:\n${imported.output}`);
        }
    }
    return commands;
}

/** Deletes what an interrupted update can have created and cannot be imported, as the errors ask for; returns whether they do. */
async function deleteAsTold(deployment: Deployment, stack: string, output: string): Promise<boolean> {
    const types = [...output.matchAll(/ (\w+) "\S+": exists already\..*: if it is new, delete it,/g)].map(
        ([, type]) => type,
    );
    const managed = new Set((await deployment.exported(stack)).map(({ id }) => id));
    const { store } = cloudOf(deployment.place);
    const found = store.list().filter(({ type, id }) => types.includes(type?.split(":").at(-1)) && !managed.has(id));
    for (const { name } of found) {
        store.remove(name);
    }
    return found.length > 0;
}
