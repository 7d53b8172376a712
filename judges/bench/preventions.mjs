/**
 * Shows that each failure of `judges/fieldFailures` which is "prevented" would happen without what prevents it, and that each judge of
 * `judges/oracles` notices when the rules in `rules.yaml` are missing: takes these parts out of a copy of the working tree, and runs the test
 * that the row names, which must fail. Before, each of these tests passes.
 *
 *     node judges/bench/preventions.mjs [--only cloudRun,iam] [--levels unit,deploy,apps,extended,clusters,oracles] [--sample 20 --seed 1]
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { useTemporaryFolder } from "../../packages/scripts/temporary.mjs";
import { copied, withChanges } from "./copy.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const tidy = join(root, "packages", "scripts", "tidy.mjs");
const { values: options } = parseArgs({
    options: {
        only: { type: "string", default: "" },
        levels: { type: "string", default: "unit,deploy,apps,extended,clusters,oracles" },
        sample: { type: "string", default: "Infinity" },
        seed: { type: "string", default: "1" },
    },
});

/** The preventions of the selected files and levels: what to take out, and the test that it breaks. */
function preventions() {
    const folder = join(root, "judges", "fieldFailures");
    const levels = options.levels.split(",");
    const selected = options.only.split(",").filter(Boolean);
    return [...readdirSync(folder).map((name) => join(folder, name)), join(root, "judges", "oracles", "rules.yaml")]
        .map((path) => ({ service: basename(path, ".yaml"), rows: parse(readFileSync(path, "utf8")) }))
        .filter(({ service }) => selected.length === 0 || selected.includes(service))
        .flatMap(({ service, rows }) => rows.map((row) => ({ ...row, service })))
        .filter(({ without }) => without)
        .map(({ test, ...row }) => {
            const [, file, level, title] = /^((?:test|judges)\/(\w+)\/\S+): (.+)$/.exec(test);
            return { ...row, file, level, title };
        })
        .filter(({ level }) => levels.includes(level));
}

/** A part of them by the hash of the seed, so that a run is reproducible. */
function drawn(all) {
    const order = ({ here, title }) => createHash("sha256").update(`${options.seed}\n${here}\n${title}`).digest("hex");
    const sorted = all.map((each) => [order(each), each]).sort(([one], [other]) => (one < other ? -1 : 1));
    return sorted.slice(0, Number(options.sample)).map(([, each]) => each);
}

/** Where a row's part is in its file, which has it once. */
function removal({ file, remove, replace = "" }) {
    const text = readFileSync(join(root, file), "utf8");
    const start = text.indexOf(remove);
    if (start < 0 || text.includes(remove, start + 1)) {
        throw new Error(`${file} must contain this once: ${remove}`);
    }
    return { file, start, end: start + remove.length, replacement: replace };
}

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A pattern for the titles of tests, in which `%s` is any text. */
const pattern = (title) => escaped(title).replaceAll(/%[sjdi]/g, ".+");

/**
 * A pattern for the full names of the tests that run for a title: those of its whole group or file, because a test of a deployment continues
 * what the tests before it have deployed.
 */
function namesFor(level, file, title) {
    const [before] = readFileSync(join(root, file), "utf8").split(title);
    const rest = before.slice(Math.max(0, before.lastIndexOf("\ndescribe")));
    const [, group] = rest.includes("\n});\n") ? [] : (/^\ndescribe[\s\S]*?"([^"]+)", (?:async )?\(/.exec(rest) ?? []);
    if (group !== undefined) {
        return `^${pattern(group)} `;
    }
    return level === "unit" ? `^${pattern(title)}$` : "";
}

/** The result of each of a file's tests that have one of the titles. */
function results(copy, level, file, titles) {
    const folder = mkdtempSync(join(tmpdir(), "slipway-preventions-"));
    try {
        const report = join(folder, "report.json");
        const names = [...new Set(titles.map((title) => namesFor(level, file, title)))].join("|");
        const named = new RegExp(`^(${titles.map(pattern).join("|")})$`);
        const jest = [tidy, "jest", "--selectProjects", level, "--runTestsByPath", file];
        const { stderr } = spawnSync(
            process.execPath,
            [...jest, "--testNamePattern", names, "--maxWorkers=1", "--json", "--outputFile", report],
            // A failed deployment prints all events.
            { cwd: copy, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8", maxBuffer: 2 ** 28 },
        );
        try {
            const [{ assertionResults, message }] = JSON.parse(readFileSync(report, "utf8")).testResults;
            const ran = assertionResults.filter(({ title, status }) => named.test(title) && status !== "pending");
            // Without results the file itself failed to run.
            return ran.length > 0
                ? ran.map(({ title, status }) => ({ title, status }))
                : [{ status: message || "no test ran" }];
        } catch {
            return [{ status: stderr.trim().split("\n").at(-1) ?? "no result" }];
        }
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

const all = drawn(preventions());
useTemporaryFolder();
const copy = join(tmpdir(), "preventions");
copied(root, copy);
const wrong = [];
for (const file of new Set(all.map((each) => each.file))) {
    const here = all.filter((each) => each.file === file);
    const before = results(copy, here[0].level, file, [...new Set(here.map(({ title }) => title))]);
    const failing = before.filter(({ status }) => status !== "passed");
    if (failing.length > 0) {
        wrong.push(
            `${file}: ${failing.map(({ title, status }) => `${title ?? ""} ${status}`)}, with nothing taken out`,
        );
        continue;
    }
    for (const { service, here: prevention, title, level, without } of here) {
        const after = withChanges(copy, without.map(removal), () => results(copy, level, file, [title]));
        const isShown = after.some(({ status }) => status === "failed");
        console.log(`${isShown ? "shown" : "NOT SHOWN"}  ${service}: ${prevention}`);
        if (!isShown) {
            wrong.push(`${file}: ${title}: ${after.map(({ status }) => status)} without "${without[0].remove.trim()}"`);
        }
    }
}
console.log([`${all.length} preventions, ${wrong.length} of them not shown`, ...wrong].join("\n"));
process.exitCode = wrong.length > 0 ? 1 : 0;
