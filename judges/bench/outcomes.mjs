/**
 * Lists conditions that are always true or always false in the level `unit`, fallbacks that are always or never used,
 * properties that are always undefined, and code that is not reached. A bug there is not detected, or the other way cannot happen and is not
 * needed. Code that tests load in other processes (`lib/program`) is not observed.
 *
 *     npm run setup && node judges/bench/outcomes.mjs [--folder lib/run] [--tests unit/run]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { useTemporaryFolder } from "../../packages/scripts/temporary.mjs";
import { isMutated } from "./mutants/changes.js";
import { placesOf } from "./outcomes/places.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const { values: options } = parseArgs({
    options: { folder: { type: "string", default: "lib" }, tests: { type: "string", default: "" } },
});
useTemporaryFolder();

/** Which outcomes the tests saw, by place. */
function outcomes() {
    const file = join(tmpdir(), "outcomes.json");
    const config = join(root, "judges", "bench", "outcomes", "jest.config.js");
    const { status } = spawnSync(
        process.execPath,
        [
            "--max-old-space-size=8192",
            join(root, "node_modules", "jest", "bin", "jest.js"),
            "--silent",
            "--runInBand",
            ...["-c", config, "--testPathPatterns", options.tests],
        ],
        { cwd: root, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, SLIPWAY_OUTCOMES: file } },
    );
    if (status !== 0) {
        throw new Error("The tests must pass.");
    }
    return new Map(JSON.parse(readFileSync(file, "utf8")));
}

const words = {
    condition: ["always false", "always true"],
    fallback: ["always used", "never used"],
    value: ["always undefined"],
    spread: ["always empty"],
};

/** What is missing at a place; undefined if nothing is. */
function missing({ kind }, [negative, positive] = [false, false]) {
    if (!negative && !positive) {
        return "not reached";
    }
    return positive ? (negative ? undefined : words[kind][1]) : words[kind][0];
}

const files = execFileSync("git", ["ls-files", options.folder], { cwd: root, encoding: "utf8" }).split("\n");
const seen = outcomes();
const places = files
    .filter((file) => isMutated(file) && !file.startsWith("lib/program/"))
    .flatMap((file) => placesOf(file, readFileSync(join(root, file), "utf8")));
const found = places.flatMap((place) => {
    const what = missing(place, seen.get(place.name));
    return what ? [`| ${place.name.split(" ")[0]} | ${what} | \`${place.code}\` |`] : [];
});
console.log([...found, `${found.length} of ${places.length} places`].join("\n"));
