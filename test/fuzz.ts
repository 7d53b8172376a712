import { randomInt } from "node:crypto";
import { relative } from "node:path";
import * as fc from "fast-check";

const { SLIPWAY_FUZZ_SEED, SLIPWAY_FUZZ_TIMES = "1" } = process.env;

/** The seed of generated cases: the same in each run, unless `SLIPWAY_FUZZ_SEED` is another one, or `random`. */
export const seed = SLIPWAY_FUZZ_SEED === "random" ? randomInt(2 ** 31) : Number(SLIPWAY_FUZZ_SEED ?? 1);

/** How many times as many cases as usual are tried. */
export const times = Number(SLIPWAY_FUZZ_TIMES);

const file = relative(process.cwd(), expect.getState().testPath ?? "");

/** The command that tries the same cases again. */
export const again = `SLIPWAY_FUZZ_SEED=${seed} SLIPWAY_FUZZ_TIMES=${times} npm run --silent jest -- --selectProjects ${file.split(/[\\/]/)[1]} --testPathPatterns ${file}`;

if (SLIPWAY_FUZZ_SEED !== undefined) {
    // Written before the first case, for one that never ends.
    process.stderr.write(`Generated cases: ${again}\n`);
}

/** Fails with the smallest case that a property fails for, and the command that repeats it. */
export function holds<Case>(cases: fc.Arbitrary<Case>, numRuns: number, property: (one: Case) => void): void {
    const result = fc.check(fc.property(cases, property), {
        seed,
        numRuns: numRuns * times,
        // Of what remains, smaller cases of a failed one are the most.
        interruptAfterTimeLimit: 20_000 * times,
    });
    if (result.failed) {
        throw new Error(`Repeat it by: ${again}\n${fc.defaultReportMessage(result)}`, { cause: result.errorInstance });
    }
}
