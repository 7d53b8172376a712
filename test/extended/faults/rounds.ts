import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { CommandResult } from "../../../local/commands/engine/pulumiCommand";
// The commands of deployments run the built local Google Cloud.
import { Faults } from "../../../local/dist/local/simulator/provider/faults";
import { nameOf } from "../../../local/machine/exported";
import { cloudOf } from "../../../local/simulator/cloudOf";
import type { Answer, Fault, Verb } from "../../../local/simulator/provider/faults";
import { providerCode } from "../../../local/simulator/rules/plan/code";
import type { Deployment } from "../../deploy/deployment";
import { folderOf } from "../../unit/folders";
import { attempt, writeModel } from "../upgrades/program";

/** The calls of resources of which a case lets every one fail. */
export type Phase = Exclude<Verb, "read">;

/** How a call fails: by an answer of the local Google Cloud, or because Pulumi is killed while the call takes. */
export type Failure = Answer | "killPulumi";

/**
 * How the calls fail. Not with 404 at a deletion, after which the provider rightly takes the resource as deleted: what exists does not get
 * this answer.
 */
export const answers: Record<Phase, Failure[]> = {
    create: [403, 404, 409, 429, 500, 503, "cut", "drop", "break", "kill", "lose", "killPulumi"],
    update: [403, 404, 409, 429, 500, 503, "cut", "drop", "break", "kill", "lose", "killPulumi"],
    delete: [403, 409, 429, 500, 503, "cut", "drop", "break", "kill", "lose", "killPulumi"],
};

/** Selects the answers in a phase: with as many successive seeds as there are answers, each resource gets each of them. */
export interface Selection {
    phase: Phase;
    seed: number;
    /** Whether a resource of a type has been killed in a way: one of each type is. */
    isKilled?: (type: string, answer: Failure) => boolean;
}

/**
 * A resource of a program by its type and name, such as `gcp:pubsub/topic:Topic sales`, or a call or an operation of an API by its method and
 * verb, such as `appengine.apps.services.patch update`.
 */
export type Subject = string;

export const typeOf = (subject: Subject): string => subject.split(" ")[0] as string;

/** How an operation ends that a call of an API has begun: without an effect, or after it. */
const ends: Answer[] = [500, "break"];

/** The answer for a resource or a call in a case. An operation can only fail if the provider waits for one. */
export function answerFor({ phase, seed }: Selection, subject: Subject): Failure {
    const type = typeOf(subject);
    const isAwaited = providerCode()[type]?.creation !== undefined;
    const isResource = type.includes(":");
    // A call that kills what makes it kills Pulumi, if it is not one of the provider.
    const possible = answers[phase].filter((each) =>
        each === "break" ? isAwaited : each !== "killPulumi" || isResource,
    );
    const all = type.startsWith("google.") ? ends : possible;
    const start = createHash("sha256").update(subject).digest().readUInt32BE();
    return all[(start + seed) % all.length] as Failure;
}

/** Whether a call fails in any case. The provider repeats some calls without an answer. */
export const isVisible = (given: Selection, subject: Subject): boolean => answerFor(given, subject) !== "drop";

/** Runs a command; returns also the calls that its dynamic resources make, and the operations that these begin. This process answers them. */
export async function watched<Result>(command: () => Promise<Result>): Promise<{ result: Result; calls: Subject[] }> {
    const met = jest.spyOn(Faults.prototype, "next");
    try {
        const result = await command();
        const changing = met.mock.calls.map(([call]) => call).filter(({ verb }) => verb !== "read");
        return { result, calls: [...new Set(changing.map(({ token, verb }) => `${token} ${verb}`))] };
    } finally {
        met.mockRestore();
    }
}

/** The fault of a subject in a case. A call whose answer is lost is repeated, and the next answer arrives. */
function faultOf(given: Selection, subject: Subject): Fault {
    const [type = "", last] = subject.split(" ");
    const failure = answerFor(given, subject);
    if (!type.includes(":")) {
        return { verb: last as Verb, type, answer: failure as Answer, call: 1 };
    }
    const called = { verb: given.phase, type, name: last };
    return failure === "killPulumi"
        ? { ...called, answer: "slow", seconds: 600 * speed }
        : { ...called, answer: failure, ...(failure === "drop" && { call: 1 }) };
}

/** How much faster time passes for retries. */
const speed = 10_000;

const kills: Failure[] = ["kill", "lose", "killPulumi"];

/** Aborts when the engine has begun the step of a resource, and the call had time to take effect. */
async function abortDuring({ name }: Fault, log: string, kill: AbortController, isOver: () => boolean): Promise<void> {
    const begun = new RegExp(`"resourcePreEvent":.*"urn":"[^"]*::${name}"`);
    while (!isOver()) {
        await setTimeout(200);
        if (existsSync(log) && begun.test(readFileSync(log, "utf8"))) {
            await setTimeout(1000);
            kill.abort();
            return;
        }
    }
}

/** Runs a command with faults; kills Pulumi during the call of which the answer would be slow, and returns whether it has. */
async function attemptWith(
    deployment: Deployment,
    args: string[],
    faults: Fault[],
): Promise<CommandResult & { isKilled: boolean }> {
    const options = { faults: { faults, speed } };
    const slow = faults.find(({ answer }) => answer === "slow");
    if (slow === undefined) {
        return { ...(await attempt(deployment, args, options)), isKilled: false };
    }
    const log = join(folderOf({}), "events");
    const kill = new AbortController();
    let isOver = false;
    const aborted = abortDuring(slow, log, kill, () => isOver);
    const result = await attempt(deployment, [...args, "--event-log", log], {
        ...options,
        kill: kill.signal,
        // A killed Pulumi leaves the state up to then (test/deploy/checkpoints.ts).
        environment: { PULUMI_DEBUG_COMMANDS: "true", PULUMI_SKIP_CHECKPOINTS: "false" },
    });
    isOver = true;
    await aborted;
    return { ...result, isKilled: kill.signal.aborted };
}

/** The resources of Google Cloud in the state of a stack. */
export async function subjectsOf(deployment: Deployment, stack: string): Promise<Subject[]> {
    const made = (await deployment.exported(stack)).filter(({ type, id }) => id && type.startsWith("gcp:"));
    return [...new Set(made.map(({ type, urn }) => `${type} ${nameOf(urn)}`))];
}

export const flags = (stack: string) => ["-s", stack, "--yes", "--skip-preview"];

/** How Pulumi begins the line of a step that failed. */
const words: Record<Phase, string> = { create: "creating", update: "updating", delete: "deleting" };

/**
 * Repeats a command, in which each call fails that has not failed in an earlier one, until it succeeds: the last ones fail when everything
 * else is done. After each failure, what the errors ask for is done: resources that an interrupted update can have created are imported.
 * Returns the subjects that failed visibly, and all calls of APIs.
 */
export async function failOnce(
    given: Selection,
    deployment: Deployment,
    stack: string,
    command: string[],
    subjects: Subject[],
): Promise<{ failed: Set<Subject>; calls: Subject[] }> {
    const failed = new Set<Subject>();
    const met = new Set<Subject>();
    // A kill interrupts all calls of a command: there is one in each, for one resource of each type.
    const isKill = (subject: Subject) => kills.includes(answerFor(given, subject));
    const wasKilled = (subject: Subject) => given.isKilled?.(typeOf(subject), answerFor(given, subject));
    // A small program can have nothing else that fails.
    const isRepeated = subjects.every((each) => (isKill(each) ? wasKilled(each) : !isVisible(given, each)));
    const hasKilled = (subject: Subject) => {
        const [type, answer] = [typeOf(subject), answerFor(given, subject)];
        const isSame = (each: Subject) => typeOf(each) === type && answerFor(given, each) === answer;
        return [...failed].some(isSame) || (!isRepeated && wasKilled(subject));
    };
    for (let stuck = 0; ; ) {
        const left = subjects.filter((each) => !failed.has(each));
        const killing = left.find((each) => isKill(each) && !hasKilled(each));
        const failing = left.filter((each) => each === killing || !isKill(each));
        const faults = failing.map((each) => faultOf(given, each));
        const before = failed.size;
        // A program that continues can end, by an error about an output of what failed, before the library explains the failure.
        const args = [
            ...command,
            ...flags(stack),
            ...(stuck > 0 ? [] : ["--continue-on-error"]),
            // Each call that a kill interrupts needs a command that imports a resource.
            ...(killing ? ["--parallel", "1"] : []),
        ];
        const { result, calls } = await watched(() => attemptWith(deployment, args, faults));
        const { code, output, isKilled } = result;
        // What is created again has lost its objects, rows and messages.
        const lost = /^.* gcp:\S+ \S+ (deleting|replacing) .*$/m.exec(output);
        if (lost && given.phase !== "delete") {
            throw new Error(`${lost[0].trim()}: data would be lost:\n${output}`);
        }
        if (isKilled && killing) {
            failed.add(killing);
        }
        for (const call of calls) {
            met.add(call);
        }
        for (const subject of subjects) {
            const [type = "", name] = subject.split(" ");
            if (
                calls.includes(subject) ||
                output.includes(`${type.replace(/\/\w+:/, ":")} ${name} **${words[given.phase]} failed**`)
            ) {
                failed.add(subject);
            }
        }
        if (code === 0) {
            return { failed, calls: [...met] };
        }
        // Nothing exists after a simulated answer 409, and what an earlier command has imported exists in the state.
        const imported = await importAsTold(deployment, output, / does not exist$|' already exists$/m);
        const isMended =
            imported.length > 0 || writeModel(deployment, output) || (await deleteAsTold(deployment, stack, output));
        stuck = failed.size > before || isMended ? 0 : stuck + 1;
        if (stuck > 1) {
            throw new Error(`Nothing else fails, but the command does not succeed:\n${output}`);
        }
    }
}

/**
 * Runs the commands in the errors of an `up` that import what an interrupted update can have created; returns those that did.
 *
 * @param mayFail what a command can answer instead of importing
 */
export async function importAsTold(deployment: Deployment, output: string, mayFail?: RegExp): Promise<string[]> {
    const commands = [...output.matchAll(/^\s*pulumi (import .*)$/gm)].map(([, command = ""]) => command);
    const done: string[] = [];
    for (const command of commands) {
        const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
        const imported = await attempt(deployment, [...args, "--yes", "--skip-preview"]);
        if (imported.code !== 0 && !mayFail?.test(imported.output)) {
            throw new Error(`pulumi ${command} failed:\n${imported.output}`);
        }
        if (imported.code === 0) {
            done.push(command);
        }
    }
    return done;
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
