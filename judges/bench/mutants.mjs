/**
 * Measures which bugs the tests detect. Selects small changes (mutants) of the library's code by a seed. The tests of the level `unit` that
 * reach a mutant run first, the nearest first, until one fails: in one process for all mutants, whose code has a switch for each. What they do
 * not detect is applied in a copy of the working tree and of `dist`, for the compiler, for what reads the sources, and for tests of further
 * levels. A test that fails must pass without the mutant.
 *
 *     npm run setup && node judges/bench/mutants.mjs [--count 40] [--seed 1] [--folder lib] [--list]
 *
 * The results are rows of a table in a file (`--table`). A mutant that has a row is not run again, so that the next command continues what
 * was interrupted; `--only 3,17` repeats some. Mutants that pass the level `unit` also run up to twelve files (`--files`) of each further
 * level (`--levels types,deploy,apps,extended`); with `--levels ""` they count as not caught. `--with "nice -n 10"` is put before each command.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { useTemporaryFolder } from "../../packages/scripts/temporary.mjs";
import { copied, withChanges } from "./copy.mjs";
import { described, drawn } from "./mutants/changes.js";
import { componentsOf, deploying, loading, nearestFirst, testsOf } from "./mutants/select.mjs";
import { unitFailures } from "./mutants/unit.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const { values: options } = parseArgs({
    options: {
        count: { type: "string", default: "40" },
        seed: { type: "string", default: "1" },
        folder: { type: "string", default: "lib" },
        levels: { type: "string", default: "types,deploy,apps,extended" },
        files: { type: "string", default: "12" },
        only: { type: "string" },
        with: { type: "string", default: "" },
        table: { type: "string" },
        list: { type: "boolean", default: false },
    },
});
useTemporaryFolder();
const copy = join(tmpdir(), "mutants");
const table = options.table ?? join(root, ".slipway", `mutants-${options.seed}.md`);
const tidy = join(root, "packages", "scripts", "tidy.mjs");
const components = componentsOf(root);
const unit = testsOf(root, "unit");

/** Runs a command in the copy. A mutant can be an endless loop. */
function run(command, env = {}) {
    const [program, ...args] = [...options.with.split(" ").filter(Boolean), ...command];
    return spawnSync(program, args, {
        cwd: copy,
        encoding: "utf8",
        maxBuffer: 2 ** 28,
        timeout: 30 * 60_000,
        env: { ...process.env, ...env },
    });
}

/** Runs test files in their order. The files that fail, or that the run had no end or no result. */
function failuresOf(tests, ...more) {
    if (tests.length === 0) {
        return [];
    }
    const paths = tests.map(({ file }) => join(copy, file));
    const sequencer = join(copy, "judges", "bench", "mutants", "sequencer.js");
    const once = ["--silent", "--maxWorkers=1", "--testSequencer", sequencer, ...more];
    const jest = [process.execPath, tidy, "jest", ...once, "--runTestsByPath", ...paths];
    const { status, signal, stderr, error } = run(jest, { SLIPWAY_TESTS: paths.join("\n") });
    if (error?.code === "ETIMEDOUT") {
        return ["no end after half an hour"];
    }
    if (error || signal || status > 128) {
        throw error ?? new Error(`The tests were stopped (${signal ?? status}): run the command again.`);
    }
    const failed = [...stderr.matchAll(/^FAIL \S+ (\S+)/gm)].map(([, file]) => file);
    if (status === 0 || failed.length > 0) {
        return failed;
    }
    console.error(stderr.slice(-2000));
    return [`no result (${status})`];
}

/** The first failure of test files in their order. */
const failureOf = (tests) => failuresOf(tests, "--bail")[0];

/** Native TypeScript checks the types in a few seconds. */
function compiles() {
    const native = join(
        root,
        "node_modules",
        "@typescript",
        `typescript-${process.platform}-${process.arch}`,
        "lib",
        "tsc",
    );
    const compiler = existsSync(native)
        ? [native]
        : [process.execPath, join("node_modules", "typescript", "bin", "tsc")];
    return run([...compiler, "--noEmit", "-p", "."]).status === 0;
}

/** Whether the pages state the same refusals, types and defaults: a test of the level `extended`, without its pictures. */
const isDocumented = () =>
    run([process.execPath, join("dist", "docs", "tools", "main.js"), "pages", "--check"]).status === 0;

/** Tests of the level `unit` that read the sources of the library, or load them in other processes, where no mutant is switched on. */
const reading = unit.filter(({ text }) => /compiled\(\)|refusals\(join|\/(child|process)"/.test(text));

/** The steps for a mutant, from fast to slow: each returns what fails. */
function* stepsFor({ file }, isUnitDone) {
    yield () => (compiles() ? undefined : "the compiler");
    yield () => failureOf(isUnitDone ? reading : unitTestsOf(file));
    yield () => (isDocumented() ? undefined : "the pages");
    for (const level of options.levels.split(",").filter(Boolean)) {
        const tests = testsOf(root, level);
        const reaching = level === "types" ? tests : nearestFirst(components, file, deploying(components, file, tests));
        yield () => failureOf(reaching.slice(0, Number(options.files)));
    }
}

/** The tests of the level `unit` that load a file, the nearest first. */
const unitTestsOf = (file) => nearestFirst(components, file, loading(file, unit));

/**
 * What detects a mutant: a test's file, or the compiler.
 *
 * @param isUnitDone whether the level `unit` does not detect it
 */
function caughtBy(mutant, isUnitDone) {
    return withChanges(copy, [mutant], () => {
        for (const step of stepsFor(mutant, isUnitDone)) {
            const failed = step();
            if (failed !== undefined) {
                return failed;
            }
        }
        return "nothing";
    });
}

/** The rows of the table by their first cells. */
function known() {
    const rows = existsSync(table) ? readFileSync(table, "utf8").split("\n") : [];
    const matches = rows.map((row) => /^(\| \d+ \|.*\|) (.*) \|$/.exec(row)).filter((match) => match !== null);
    return new Map(matches.map(([, start, caught]) => [start, caught]));
}

const mutants = drawn(root, options);
if (options.list) {
    console.log(mutants.map(described).join("\n"));
} else {
    const results = known();
    const only = options.only?.split(",").map(Number);
    copied(root, copy);
    mkdirSync(dirname(table), { recursive: true });
    const selected = mutants.filter(({ number }) => only?.includes(number) ?? true);
    const left = selected.filter((mutant) => only !== undefined || !results.has(described(mutant)));
    const failures = await unitFailures(copy, left, unitTestsOf);
    for (const mutant of left) {
        const began = Date.now();
        const failure = failures.get(mutant);
        const caught = failure ?? caughtBy(mutant, failures.has(mutant));
        console.log(`${described(mutant)} ${caught} | ${Math.round((Date.now() - began) / 1000)} s`);
        results.set(described(mutant), caught);
        const rows = mutants.map(described).filter((row) => results.has(row));
        writeFileSync(table, `${rows.map((row) => `${row} ${results.get(row)} |`).join("\n")}\n`);
    }
    // Tests that also fail without a mutant show nothing.
    const files = [...new Set(results.values())].filter((file) => existsSync(join(copy, file)));
    const broken = failuresOf(files.map((file) => ({ file })));
    if (broken.length > 0) {
        throw new Error(
            `These fail without a mutant: ${broken.join(", ")}. Repeat the rows that name them with --only.`,
        );
    }
    const all = mutants.map(described).filter((row) => results.has(row));
    const survivors = all.filter((row) => results.get(row) === "nothing");
    console.log(`${all.length - survivors.length} of ${all.length} caught; the table is ${table}`);
}
