import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loading, sourcesOf } from "./select.mjs";
import { switchOf } from "./switched.js";

/** In milliseconds. A mutant can be an endless loop. */
const longest = 180_000;

/** Tests compile this code themselves, without switches. */
const compiled = /^lib\/program\//;

/**
 * What the level `unit` does with mutants in a copy of the working tree: by mutant, the test file that fails, or undefined if none does. Those
 * without switches are left out.
 *
 * @param testsOf the test files for a file of the library, in their order
 */
export async function unitFailures(copy, mutants, testsOf) {
    const switched = mutants.filter(({ file }) => !compiled.test(file));
    const sources = sourcesOf(copy);
    const rows = switched.map((mutant) => ({
        name: switchOf(mutant),
        files: testsOf(mutant.file).map(({ file }) => file),
        modules: loading(mutant.file, sources).map(({ file }) => join(copy, file)),
    }));
    const path = join(tmpdir(), "mutants.json");
    writeFileSync(path, JSON.stringify({ mutants: rows }));
    const files = [...new Set(rows.flatMap((row) => row.files))];
    while (resultsIn(path).size < rows.length) {
        await run(copy, path, files);
    }
    const results = resultsIn(path);
    return new Map(
        switched.map((mutant) => {
            const { failed } = results.get(switchOf(mutant));
            return [mutant, failed === undefined ? "no end" : (failed ?? undefined)];
        }),
    );
}

/** The last line of each mutant. */
function resultsIn(path) {
    const file = `${path}.results`;
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    return new Map(lines.map((line) => JSON.parse(line)).map((row) => [row.name, row]));
}

/** Runs the tests of the mutants that have no result, until the end or until one has no end. */
async function run(copy, path, files) {
    const before = resultsIn(path).size;
    const jest = [
        join(copy, "node_modules", "jest", "bin", "jest.js"),
        "--silent",
        "-c",
        join(copy, "judges", "bench", "mutants", "jest.config.js"),
    ];
    const child = spawn(
        process.execPath,
        ["--max-semi-space-size=64", "--max-old-space-size=8192", ...jest, "--runTestsByPath", ...files],
        {
            cwd: copy,
            env: { ...process.env, SLIPWAY_MUTANTS: path },
            stdio: ["ignore", "ignore", "pipe"],
        },
    );
    const started = Date.now();
    let errors = "";
    child.stderr.on("data", (data) => {
        errors = `${errors}${data}`.slice(-4000);
    });
    const watch = setInterval(() => {
        const file = `${path}.results`;
        if (existsSync(file) && Date.now() - Math.max(started, statSync(file).mtimeMs) > longest) {
            child.kill("SIGKILL");
        }
    }, 5000);
    const code = await new Promise((resolve) => child.on("close", resolve));
    clearInterval(watch);
    if (code !== 0 && resultsIn(path).size === before) {
        throw new Error(`The tests of the mutants did not start:\n${errors}`);
    }
}
