import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Case, programs, run } from "./faults/case";
import { answerFor, answers, type Failure, type Phase, typeOf } from "./faults/rounds";

/**
 * Each call of a program fails once, at its creation, at a change and at its deletion: after the commands that follow, the same exists as if
 * none had failed. `npm run test:faults` goes through all programs, and continues where it was stopped; `npm run test:faults -- platform/3`
 * repeats a case. Without it, this is a sample.
 */
const file = join(__dirname, "..", "..", ".slipway", "faults.jsonl");
const { SLIPWAY_FAULT_CASES: asked = "", SLIPWAY_FAULT_SHARD: shard } = process.env;
const isAll = asked === "all";
/** In milliseconds. */
const timeout = 3_600_000;
const sampled = [
    "platform/0",
    "web-with-database/2",
    "model-function/6",
    "secret.ts/1",
    "pub-sub-subscription.ts/3",
    "storage-bucket.ts/5",
];

/** All cases: each program once with the first seed, then with the second, and so on. */
const all = Array.from({ length: answers.create.length }, (_, seed) =>
    programs().map((program) => ({ program, seed })),
).flat();

const indexOf = (given: Case) => all.findIndex((one) => nameOf(one) === nameOf(given));

const nameOf = ({ program, seed }: Case) => `${program}/${seed}`;

/** The programs of a process, if several share them. */
const [index = 0, processes = 1] = shard?.split("/").map(Number) ?? [];
const isOwn = ({ program }: Case) => programs().indexOf(program) % processes === index;

/** What a case has found. */
interface Outcome extends Case {
    /** The UTC day, as 2026-11-21. */
    date: string;
    /** What failed, by how, in each phase. */
    answers: Record<Phase, Record<string, string[]>>;
    seconds: number;
}

/** The outcomes until now, also those of other processes. A case that is repeated has the same ones before it. */
const earlier = (): Outcome[] =>
    asked !== "" && existsSync(file)
        ? readFileSync(file, "utf8")
              .split("\n")
              .filter(Boolean)
              .map((line) => JSON.parse(line))
        : [];

const done = new Set(earlier().map(nameOf));

const named = isAll
    ? all.filter((given) => isOwn(given) && !done.has(nameOf(given))).map(nameOf)
    : asked === ""
      ? sampled
      : asked.split(",");

function byAnswer(phase: Phase, seed: number, failed: Iterable<string>): Record<string, string[]> {
    const answered: Record<string, string[]> = {};
    for (const subject of failed) {
        const answer = answerFor({ phase, seed }, subject);
        answered[answer] = [...(answered[answer] ?? []), subject];
    }
    return answered;
}

/** Tells whether a case before this one has killed a resource of a type in a way. */
function killedBefore(given: Case): (phase: Phase, type: string, answer: Failure) => boolean {
    const before = earlier().filter((one) => indexOf(one) < indexOf(given));
    return (phase, type, answer) =>
        before.some(({ answers }) => answers[phase][answer]?.some((subject) => typeOf(subject) === type));
}

// Nothing is left.
if (named.length === 0) {
    test("each call has failed once", () => {
        expect(earlier().length).toBeGreaterThanOrEqual(all.filter(isOwn).length);
    });
}

test.each(named)(
    "each call fails once: %s",
    async (name) => {
        const given = all.find((one) => nameOf(one) === name);
        if (given === undefined) {
            throw new Error(`There is no case ${name}: a case is <program>/<seed>, such as ${nameOf(all[0] as Case)}.`);
        }
        const started = Date.now();
        const result = await run(given, killedBefore(given)).catch((error) => {
            if (isAll) {
                // The report comes at the end, which can be hours away.
                process.stderr.write(`${name} failed: ${error.message}\n`);
            }
            throw new Error(`Repeat it with: npm run test:faults -- ${name}\n${error.message}`, { cause: error });
        });
        const phases = Object.entries(result).map(([phase, failed]) => [
            phase,
            byAnswer(phase as Phase, given.seed, failed),
        ]);
        const outcome: Outcome = {
            ...given,
            date: new Date().toISOString().slice(0, 10),
            answers: Object.fromEntries(phases),
            seconds: Math.round((Date.now() - started) / 1000),
        };
        if (isAll) {
            mkdirSync(join(file, ".."), { recursive: true });
            appendFileSync(file, `${JSON.stringify(outcome)}\n`);
        }
    },
    timeout,
);
