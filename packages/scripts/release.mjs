/**
 * Makes a release: `docs/development/releases.md` describes it.
 * `npm run release` writes the version and the change log from the change files, commits and tags them, and prints what the tag publishes.
 * `npm run release -- --dry-run` does the same in a copy of the last commit, and prints it.
 * `npm run --silent release -- --notes` prints the section of the present version in the change log.
 */
import { spawnSync } from "node:child_process";
import {
    cpSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** The packages in the order in which they are published: each after those that it needs. */
const packages = {
    slipway: ".",
    "slipway-local": "local",
    "slipway-policy": "packages/policy",
    "create-slipway": "packages/create",
};
const identity = ["-c", "user.name=slipway", "-c", "user.email=slipway@localhost"];

/** The output of a command in a folder. Its errors are printed. */
function run(cwd, command, ...args) {
    const { status, stdout, error } = spawnSync(command, args, {
        cwd,
        encoding: "utf8",
        maxBuffer: 1e9,
        stdio: ["ignore", "pipe", "inherit"],
    });
    if (status !== 0) {
        throw new Error(`'${command} ${args.join(" ")}' failed: ${error?.message ?? stdout}`);
    }
    return stdout;
}

/** The last commit and what is compiled, in a repository of its own. */
function copyTo(folder) {
    run(root, "sh", "-c", 'git archive HEAD | tar -x -C "$1"', "sh", folder);
    run(folder, "git", "init", "--quiet");
    run(folder, "git", "add", "--all");
    run(folder, "git", ...identity, "commit", "--quiet", "--message", "Copy");
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    for (const output of ["dist", join("local", "dist"), join("packages", "policy", "dist")]) {
        cpSync(join(root, output), join(folder, output), {
            recursive: true,
            preserveTimestamps: true,
            verbatimSymlinks: true,
            // npm's `prepack` writes them again, also while this runs.
            filter: (file) => basename(file) !== "starters",
        });
    }
    // The compiler compares sources by their contents, but its settings by their time.
    if (run(root, "git", "diff", "HEAD", "--name-only", "--", "tsconfig.json") === "") {
        const { atime, mtime } = statSync(join(root, "tsconfig.json"));
        utimesSync(join(folder, "tsconfig.json"), atime, mtime);
    }
}

/** Replaces the version of the packages where other files name it: ranges of starters, peer dependencies, file names in commands. */
function replaceVersion(folder, from, to) {
    const others = [":!*CHANGELOG.md", ":!package-lock.json", ":!test/extended/upgrades"];
    const files = run(folder, "git", "grep", "--files-with-matches", "--fixed-strings", from, "--", ".", ...others);
    const named = new RegExp(
        `(slipway[\\w-]*(?:": "\\^?|-|@v?|",\\s+"version": "))${from.replaceAll(".", "\\.")}\\b`,
        "g",
    );
    for (const file of files.trim().split("\n")) {
        const text = readFileSync(join(folder, file), "utf8");
        writeFileSync(join(folder, file), text.replace(named, `$1${to}`));
    }
}

const versionIn = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;

/** Writes the version and the change log. Without change files, the present version is released if it has no tag yet. */
function writeVersion(folder, tags) {
    const changes = readdirSync(join(folder, ".changeset")).filter((file) => file.endsWith(".md"));
    const before = versionIn(folder);
    if (changes.length === 0) {
        if (tags.includes(`v${before}`)) {
            throw new Error(
                `Nothing to release: ${before} has a tag, and .changeset has no change. Describe one with 'npx changeset'.`,
            );
        }
        return before;
    }
    for (const file of changes) {
        const text = readFileSync(join(folder, ".changeset", file), "utf8");
        for (const [, name] of text.matchAll(/^["']?([\w@/-]+)["']?: (?:major|minor|patch)$/gm)) {
            if (name !== "slipway") {
                throw new Error(
                    `.changeset/${file} names ${name}: name slipway, whose version and change log all packages have.`,
                );
            }
        }
    }
    const log = join(folder, "CHANGELOG.md");
    // Changesets writes below the title: the introduction is put back afterwards.
    const text = readFileSync(log, "utf8");
    const [title, first] = [text.indexOf("\n"), text.indexOf("\n## ")];
    writeFileSync(log, text.slice(0, title) + text.slice(first));
    run(folder, process.execPath, join(root, "node_modules", "@changesets", "cli", "bin.js"), "version");
    writeFileSync(
        log,
        readFileSync(log, "utf8").replace("\n", () => `${text.slice(title, first)}\n`),
    );
    // Of other packages, changesets writes only the headings.
    for (const place of Object.values(packages).filter((each) => each !== ".")) {
        rmSync(join(folder, place, "CHANGELOG.md"), { force: true });
    }
    replaceVersion(folder, before, versionIn(folder));
    run(
        folder,
        "npm",
        "install",
        "--package-lock-only",
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
    );
    return versionIn(folder);
}

/** The section of a version in the change log. */
function notes(folder, version) {
    const log = readFileSync(join(folder, "CHANGELOG.md"), "utf8");
    const section = log.split(/^(?=## )/m).find((each) => each.startsWith(`## ${version}\n`));
    if (section === undefined) {
        throw new Error(`CHANGELOG.md has no section '## ${version}'.`);
    }
    return section.trim();
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

/** What npm would publish of a package, and what its bill of materials lists. */
function description(folder, name, place) {
    const [packed] = JSON.parse(run(folder, "npm", "pack", "--dry-run", "--json", "--silent", `./${place}`));
    const bill = JSON.parse(run(folder, process.execPath, join("packages", "scripts", "shipped.mjs"), "sbom", name));
    return [
        `${packed.id}, npm tag latest: ${packed.filename}`,
        `    ${packed.entryCount} files, ${megabytes(packed.size)} packed, ${megabytes(packed.unpackedSize)} unpacked`,
        `    bill of materials: ${bill.components.length} components`,
        `    ${packed.integrity}`,
    ].join("\n");
}

function release(dryRun) {
    const tags = run(root, "git", "tag", "--list", "v*").trim().split("\n");
    const changed = run(root, "git", "status", "--porcelain") !== "";
    if (changed && !dryRun) {
        throw new Error("The working tree has changes: commit or remove them, and run this again.");
    }
    const folder = dryRun ? mkdtempSync(join(tmpdir(), "slipway-release-")) : root;
    try {
        if (dryRun) {
            copyTo(folder);
        }
        const version = writeVersion(folder, tags);
        const section = notes(folder, version);
        const author = dryRun ? identity : [];
        run(folder, "git", "add", "--all");
        run(folder, "git", ...author, "commit", "--quiet", "--allow-empty", "--message", `Release ${version}`);
        run(folder, "git", ...author, "tag", "--annotate", "--message", `slipway ${version}`, `v${version}`);
        const described = Object.entries(packages).map(([name, place]) => description(folder, name, place));
        const next = dryRun
            ? `Nothing was changed${changed ? ", and changes without a commit are left out" : ""}: this was a dry run.`
            : `Next: git push --atomic origin HEAD v${version}`;
        return [section, `Tag v${version} publishes, with provenance:`, ...described, next].join("\n\n");
    } finally {
        if (dryRun) {
            rmSync(folder, { recursive: true, force: true });
        }
    }
}

const [, , option, ...rest] = process.argv;
try {
    if (rest.length > 0 || ![undefined, "--dry-run", "--notes"].includes(option)) {
        throw new Error(`Unknown arguments '${process.argv.slice(2).join(" ")}': known are --dry-run and --notes.`);
    }
    const text = option === "--notes" ? notes(root, versionIn(root)) : release(option === "--dry-run");
    process.stdout.write(`${text}\n`);
} catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
}
