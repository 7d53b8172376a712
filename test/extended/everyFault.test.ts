import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { programs, type Result, run } from "./faults/case";
import { answerFor, answers, type Case, type Phase } from "./faults/rounds";

/**
 * Each call of a program fails once: after the commands that follow, the same exists as if none had failed. `npm run test:faults` goes through
 * all programs, and continues where it was stopped; `npm run test:faults -- secret.ts/create/3` repeats a case. Without it, this is a sample.
 */
const file = join(__dirname, "..", "..", ".slipway", "faults.jsonl");
const asked = process.env.SLIPWAY_FAULT_CASES ?? "";
const isAll = asked === "all";
/** In milliseconds. */
const timeout = 1_800_000;
const sampled = [
    "platform/create/0",
    "secret.ts/create/1",
    "web-with-database/create/2",
    "pub-sub-subscription.ts/update/3",
    "model-function/update/4",
    "big-query-dataset.ts/update/0",
    "storage-bucket.ts/delete/5",
    "serverless-function.ts/delete/6",
];

/** All cases: each program once with the first seed of each phase, then with the second, and so on. */
const all = Object.entries(answers)
    .flatMap(([phase, { length }]) =>
        Array.from({ length }, (_, seed) => programs().map((program) => ({ program, phase: phase as Phase, seed }))),
    )
    .flat()
    .sort((one, other) => one.seed - other.seed);

const nameOf = ({ program, phase, seed }: Case) => `${program}/${phase}/${seed}`;

const named = isAll ? all.map(nameOf) : asked === "" ? sampled : asked.split(",");

/** What a case has found. */
interface Outcome extends Case {
    /** The UTC day, as 2026-11-21. */
    date: string;
    subjects: string[];
    /** How many calls failed in which way. */
    answers: Record<string, number>;
    seconds: number;
}

const earlier: Outcome[] =
    isAll && existsSync(file)
        ? readFileSync(file, "utf8")
              .split("\n")
              .filter(Boolean)
              .map((line) => JSON.parse(line))
        : [];

function counted(given: Case, failed: Iterable<string>): Outcome["answers"] {
    const counts: Outcome["answers"] = {};
    for (const subject of failed) {
        const answer = answerFor(given, subject);
        counts[answer] = (counts[answer] ?? 0) + 1;
    }
    return counts;
}

/** Whether each type of the program has had the answer of the case, in this program or another one. */
function isCovered(given: Case): boolean {
    const inPhase = earlier.filter(({ phase }) => phase === given.phase);
    const known = inPhase.find(({ program }) => program === given.program)?.subjects;
    const pair = (one: Pick<Case, "phase" | "seed">, subject: string) =>
        `${subject.split(" ")[0]} ${answerFor(one, subject)}`;
    const met = new Set(inPhase.flatMap((one) => one.subjects.map((subject) => pair(one, subject))));
    return known?.every((subject) => met.has(pair(given, subject))) ?? false;
}

test.each(named)(
    "each call fails once: %s",
    async (name) => {
        const given = all.find((one) => nameOf(one) === name);
        if (given === undefined) {
            throw new Error(`There is no case ${name}: a case is <program>/<create, update or delete>/<seed>.`);
        }
        if (isCovered(given)) {
            return;
        }
        const started = Date.now();
        const { subjects, failed }: Result = await run(given).catch((error) => {
            if (isAll) {
                // The report comes at the end, which can be hours away.
                process.stderr.write(`${name} failed: ${error.message}\n`);
            }
            throw new Error(`Repeat it with: npm run test:faults -- ${name}\n${error.message}`, { cause: error });
        });
        if (given.phase !== "update") {
            expect(failed.size).toBeGreaterThan(0);
        }
        const seconds = Math.round((Date.now() - started) / 1000);
        const date = new Date().toISOString().slice(0, 10);
        const outcome: Outcome = { ...given, date, subjects, answers: counted(given, failed), seconds };
        earlier.push(outcome);
        if (isAll) {
            mkdirSync(join(file, ".."), { recursive: true });
            appendFileSync(file, `${JSON.stringify(outcome)}\n`);
        }
    },
    timeout,
);
