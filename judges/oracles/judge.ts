import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One thing that a judge says about the local Google Cloud: a program, a recording, a step of a test. */
export interface Case {
    /** Unique among the cases of the judge. */
    name: string;
    /** What is held out as one: a test file, or a resource type. */
    unit: string;
    /** The Google service, as the provider's modules name it: `pubsub`. */
    service: string;
    /** Its differences were known before units were held out, so it is never held out. */
    isKnown?: boolean;
}

/** Differences that have a reason. In `case` and `difference`, `*` is any text. */
export interface Exception {
    case: string;
    difference: string;
    reason: string;
    /** The page, the line of a changelog or the issue that says so. */
    source: string;
}

export interface Judge<C extends Case> {
    /** The name of its file of results. */
    name: string;
    cases: C[];
    /** What differs from what the judge says; nothing if the case passes. */
    run(each: C): Promise<string[]> | string[];
    exceptions: Exception[];
    /** How many errors a case expects, and how many of them it got when it ran. */
    errors?(each: C): Rate;
    /** How many cases a run of all tests takes; all by default. `npm run oracles` always takes all. */
    sample?: number;
}

interface Rate {
    cases: number;
    passed: number;
}

/** What a run of all cases found, as stored in `results`. */
export interface Results {
    /** By service, without what is held out. */
    services: Record<string, Rate & { excepted: number }>;
    heldOut: Rate;
    /** The errors that cases expect, in place of cases. */
    errors?: { open: Rate; heldOut: Rate };
    /** The rates before anything was changed because of a case. */
    first?: { open: Rate; heldOut: Rate };
}

/** A number from 0 to 2³² - 1 that depends only on the text. */
const hash = (text: string) => createHash("sha256").update(text).digest().readUInt32BE(0);

/**
 * One in five test files or types of each judge is held out: no rule is written from what fails there, and a run prints only how many cases
 * pass.
 */
export const isHeldOut = ({ unit, isKnown }: Case) => !isKnown && hash(unit) % 5 === 0;

const isOpen = (each: Case) => !isHeldOut(each);

/** Whether a text is as the pattern, in which `*` is any text. */
export const matches = (pattern: string, text: string) =>
    new RegExp(`^${pattern.replaceAll(/[$()+.?[\\\]^{|}]/g, "\\$&").replaceAll("*", "[^]*")}$`).test(text);

/** The exceptions that are the reason of a difference. */
export const reasonsOf = (exceptions: Exception[], { name }: Case, difference: string): Exception[] =>
    exceptions.filter((row) => matches(row.case, name) && matches(row.difference, difference));

const sum = (rates: Rate[]): Rate => ({
    cases: rates.reduce((total, { cases }) => total + cases, 0),
    passed: rates.reduce((total, { passed }) => total + passed, 0),
});

const resultsFile = (judge: string) => join(__dirname, "results", `${judge}.json`);

export const resultsOf = (judge: string): Results | undefined =>
    existsSync(resultsFile(judge)) ? JSON.parse(readFileSync(resultsFile(judge), "utf8")) : undefined;

/** The variable that `npm run oracles` sets: `all` runs all cases, and `update` also stores the rates. */
const mode = process.env.SLIPWAY_ORACLES;

/** The cases with the smallest hashes: another sample for each day, which the clock of the tests sets. */
function sampled<C extends Case>(cases: C[], count = cases.length): C[] {
    const seed = process.env.SLIPWAY_ORACLES_SEED ?? process.env.SLIPWAY_LOCAL_DATE;
    const drawn = new Map(cases.map((each) => [each, hash(`${seed} ${each.name}`)]));
    return [...cases].sort((a, b) => (drawn.get(a) as number) - (drawn.get(b) as number)).slice(0, count);
}

/** Declares the tests of a judge: nothing fails without a reason, every reason is needed, and the stored rates are right. */
export function judge<C extends Case>({ name, cases, run, exceptions, errors, sample }: Judge<C>): void {
    const isWhole = mode !== undefined || sample === undefined || sample >= cases.length;
    const only = process.env.SLIPWAY_ORACLES_ONLY;
    const selected = only ? cases.filter(({ name }) => name.includes(only)) : cases;
    const taken = isWhole ? selected : sampled(selected, sample);
    const differences = new Map<C, string[]>();
    const needed = new Set<Exception>();

    test(
        `${name}: no case fails without a reason`,
        async () => {
            const unexplained: string[] = [];
            for (const each of taken) {
                const found = await Promise.resolve()
                    .then(() => run(each))
                    .catch((error) => [error instanceof Error ? (error.stack ?? error.message) : String(error)]);
                differences.set(each, found);
                if (!isHeldOut(each)) {
                    unexplained.push(
                        ...found.filter((text) => !isExplained(each, text)).map((text) => `${each.name}: ${text}`),
                    );
                }
            }
            expect(unexplained).toEqual([]);
            // All cases of a judge take minutes, on a busy machine many.
        },
        isWhole ? 3_600_000 : undefined,
    );

    test(`${name}: every exception is needed, and has its reason and its source`, () => {
        const unneeded = isWhole && !only ? exceptions.filter((exception) => !needed.has(exception)) : [];
        expect(unneeded).toEqual([]);
        expect(exceptions.filter(({ reason, source }) => reason === "" || source === "")).toEqual([]);
    });

    test(`${name}: the stored rates are those of the run`, () => {
        // Without the cases that a run out of time has left, the rates would be too low.
        expect(differences.size).toBe(taken.length);
        const { first, ...stored } = resultsOf(name) ?? {};
        const heldOut = rate(taken.filter(isHeldOut));
        process.stderr.write(`${name}: ${heldOut.passed} of ${heldOut.cases} cases pass that are held out\n`);
        if (!isWhole || only) {
            return;
        }
        const open = taken.filter(isOpen);
        const rates: Results = {
            services: byService(),
            heldOut,
            ...(errors && {
                errors: { open: sum(open.map(errors)), heldOut: sum(taken.filter(isHeldOut).map(errors)) },
            }),
        };
        if (mode === "update") {
            const results = { ...rates, first: first ?? { open: rate(open), heldOut } };
            writeFileSync(resultsFile(name), `${JSON.stringify(results, null, 4)}\n`);
        } else {
            expect(rates).toEqual(stored);
        }
    });

    function isExplained(each: C, text: string): boolean {
        const rows = reasonsOf(exceptions, each, text);
        for (const row of rows) {
            needed.add(row);
        }
        return rows.length > 0;
    }

    const passed = (each: C) => differences.get(each)?.length === 0;

    const rate = (of: C[]): Rate => ({ cases: of.length, passed: of.filter(passed).length });

    function byService(): Results["services"] {
        const open = taken.filter(isOpen);
        const services = [...new Set(open.map(({ service }) => service))].sort();
        const item = (service: string) => {
            const all = open.filter((each) => each.service === service);
            const failed = all.filter((each) => !passed(each));
            const excepted = failed.filter((each) => differences.get(each)?.every((text) => isExplained(each, text)));
            return [service, { ...rate(all), excepted: excepted.length }];
        };
        return Object.fromEntries(services.map(item));
    }
}
