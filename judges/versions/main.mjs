/**
 * Compiles the library and runs the unit tests of its components with other versions of what programs bring along: the last three minor
 * versions of `@pulumi/gcp` and `@pulumi/pulumi`, of which the last is the newest, and Node.js 20, 22 and 24. Prints a table of what differs
 * from the versions that `package.json` pins, and writes it to `.slipway/versions.jsonl` for `npm run figures`. Takes about seven minutes for each
 * version.
 *
 *     npm run test:versions [-- @pulumi/gcp@9.37.0 node@24]
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import semver from "semver";
import { nodeOf } from "../bench/run/nodes.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const minors = 3;
const nodes = ["node@20", "node@22", "node@24"];

function run(command, args, options = {}) {
    return spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28, ...options });
}

/** Runs a command that must succeed; returns its output. */
function succeed(command, args, options) {
    const { status, stdout, stderr } = run(command, args, options);
    if (status !== 0) {
        throw new Error(`${command} ${args.join(" ")}:\n${stderr || stdout}`);
    }
    return stdout;
}

/** The newest release of each of the last minor versions of a package that the library accepts. */
function ofMinors(name) {
    const released = JSON.parse(succeed("npm", ["view", name, "versions", "--json"]));
    const accepted = released.filter((each) => semver.satisfies(each, peerDependencies[name]));
    const newest = new Map(accepted.map((each) => [`${semver.major(each)}.${semver.minor(each)}`, each]));
    return [...newest.values()].slice(-minors).map((version) => `${name}@${version}`);
}

/** A copy of the files in the repository, with the installed packages. */
function copied() {
    const folder = mkdtempSync(join(tmpdir(), "versions-"));
    for (const file of succeed("git", ["ls-files", "-z"], { cwd: root }).split("\0").filter(Boolean)) {
        if (existsSync(join(root, file))) {
            mkdirSync(dirname(join(folder, file)), { recursive: true });
            cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true });
        }
    }
    cpSync(join(root, "node_modules"), join(folder, "node_modules"), { recursive: true, verbatimSymlinks: true });
    return folder;
}

/** Tests of what is about one version, such as the local Google Cloud with its schema, or about none. */
const others = "unit/(local|docs|toolchain|policy|pins|doctor)";

/** What fails with a version, and how many tests there are. */
async function tried(version = "node@own") {
    const folder = copied();
    try {
        const [, major = "own"] = /^node@(.+)$/.exec(version) ?? [];
        const other = await nodeOf(major, console.error);
        const node = join(other.folder, "node");
        if (!version.startsWith("node@")) {
            succeed("npm", ["install", "--no-save", "--force", "--ignore-scripts", version], { cwd: folder });
        }
        const setup = run(node, ["packages/scripts/setup.mjs"], { cwd: folder });
        if (setup.status !== 0) {
            const errors = (setup.stdout + setup.stderr).split("\n").filter((line) => /error/i.test(line));
            return { tests: 0, failed: errors.map((line) => `compiler: ${line}`) };
        }
        const report = join(folder, "report.json");
        const jest = [
            "node_modules/jest/bin/jest.js",
            "--selectProjects",
            "unit",
            "--ci",
            "--json",
            "--outputFile",
            report,
        ];
        run(node, [...jest, "--testPathIgnorePatterns", others], { cwd: folder });
        const { numTotalTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
        return { tests: numTotalTests, failed: testResults.flatMap(failures) };
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The failed tests of a file, or the file if it did not run. */
function failures({ name, status, assertionResults }) {
    const file = name.replace(/^.*\/test\/unit\//, "");
    const failed = assertionResults
        .filter((each) => each.status === "failed")
        .map((each) => `${file}: ${each.fullName}`);
    return status === "failed" && failed.length === 0 ? [file] : failed;
}

const asked = process.argv.slice(2);
const versions = asked.length > 0 ? asked : [...ofMinors("@pulumi/gcp"), ...ofMinors("@pulumi/pulumi"), ...nodes];
const pinned = await tried();
console.log("| version | tests | what fails only with it |\n|---|--:|---|");
console.log(`| pinned | ${pinned.tests} | |`);
let differs = false;
for (const version of versions) {
    const { tests, failed } = await tried(version);
    const more = failed.filter((each) => !pinned.failed.includes(each));
    differs ||= more.length > 0;
    console.log(`| ${version} | ${tests} | ${more.join("<br>") || "nothing"} |`);
    const date = new Date().toISOString().slice(0, 10);
    mkdirSync(join(root, ".slipway"), { recursive: true });
    appendFileSync(
        join(root, ".slipway", "versions.jsonl"),
        `${JSON.stringify({ date, version, tests, differs: more })}\n`,
    );
}
process.exitCode = differs ? 1 : 0;
