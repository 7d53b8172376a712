import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const root = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "slipway-releases-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The exit code and output of a command in a folder. */
function runIn(cwd: string, command: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
    return { code: status, stdout, stderr };
}

const release = (cwd: string, ...args: string[]) =>
    runIn(cwd, process.execPath, join("packages", "scripts", "release.mjs"), ...args);
const identity = ["-c", "user.name=slipway", "-c", "user.email=slipway@localhost"];
const git = (cwd: string, ...args: string[]) => runIn(cwd, "git", ...identity, ...args).stdout.trim();
const read = (cwd: string, ...path: string[]) => JSON.parse(readFileSync(join(cwd, ...path), "utf8"));

/** What a release could change: files, commits and tags. */
const state = (cwd: string) =>
    [
        ["status", "--porcelain"],
        ["rev-parse", "HEAD"],
        ["tag", "--list"],
    ].map((args) => git(cwd, ...args));

const names = ["slipway", "slipway-local", "slipway-policy", "create-slipway"];

/** What is printed of each package, from the first to the last. */
const published = (stdout: string) =>
    [...stdout.matchAll(/^(\S+)@(\S+), npm tag latest: (\S+)\n((?: {4}.+\n)+)/gm)].map(([, ...parts]) => parts);

const lines = [
    / {4}\d{2,4} files, \d+\.\d\d MB packed, \d+\.\d\d MB unpacked\n/,
    / {4}bill of materials: \d+ components\n/,
    / {4}sha512-[\w+/]{86}==\n/,
];
const expected = (version: string) =>
    names.map((name) => [
        name,
        version,
        `${name}-${version}.tgz`,
        expect.stringMatching(new RegExp(`^${lines.map(({ source }) => source).join("")}$`)),
    ]);

test("a dry run prints what the next release publishes, and changes nothing", () => {
    const before = state(root);
    const { code, stdout, stderr } = release(root, "--dry-run");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [, version = ""] = /^Tag v(\S+) publishes, with provenance:$/m.exec(stdout) ?? [];
    expect(stdout).toMatch(new RegExp(`^## ${version.replaceAll(".", "\\.")}\n\n`));
    expect(published(stdout)).toEqual(expected(version));
    expect(stdout).toMatch(/\nNothing was changed.*: this was a dry run\.\n$/);
    expect(state(root)).toEqual(before);
});

describe("a release in a clone", () => {
    const clone = join(folder, "slipway");
    const { version } = read(root, "package.json");
    const change = (name: string) => {
        writeFileSync(
            join(clone, ".changeset", "warm-rain.md"),
            `---\n"${name}": minor\n---\n\n\`StorageBucket\` has \`rain\`,\nwhich is warm.\n`,
        );
        git(clone, "add", "--all");
        git(clone, "commit", "--quiet", "--message", "Add rain");
    };

    beforeAll(() => {
        // Not a clone by git, which would be shallow if this one is.
        runIn(root, "sh", "-c", 'mkdir "$1" && git archive HEAD | tar -x -C "$1"', "sh", clone);
        for (const output of ["dist", join("local", "dist"), join("packages", "policy", "dist")]) {
            const filter = (file: string) => basename(file) !== "starters";
            const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, filter };
            cpSync(join(root, output), join(clone, output), options);
        }
        // Its time tells the compiler that the settings are as they were.
        cpSync(join(root, "tsconfig.json"), join(clone, "tsconfig.json"), { preserveTimestamps: true });
        symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
        // The script that is tested, also before it is committed.
        cpSync(join(root, "packages", "scripts", "release.mjs"), join(clone, "packages", "scripts", "release.mjs"));
        for (const file of readdirSync(join(clone, ".changeset")).filter((name) => name.endsWith(".md"))) {
            rmSync(join(clone, ".changeset", file));
        }
        git(clone, "init", "--quiet");
        writeFileSync(join(clone, ".git", "info", "exclude"), "node_modules\n");
        git(clone, "config", "user.name", "slipway");
        git(clone, "config", "user.email", "slipway@localhost");
        git(clone, "add", "--all");
        git(clone, "commit", "--quiet", "--message", "Clone");
        git(clone, "tag", `v${version}`);
    });

    test("is refused without a change, with changes that are not committed, and if a change names another package", () => {
        expect(release(clone)).toMatchObject({
            code: 1,
            stderr: `Nothing to release: ${version} has a tag, and .changeset has no change. Describe one with 'npx changeset'.\n`,
        });
        change("slipway-local");
        expect(release(clone)).toMatchObject({
            code: 1,
            stderr: ".changeset/warm-rain.md names slipway-local: name slipway, whose version and change log all packages have.\n",
        });
        expect(git(clone, "status", "--porcelain")).toBe("");
        writeFileSync(join(clone, "new.txt"), "new");
        expect(release(clone)).toMatchObject({ code: 1, stderr: expect.stringContaining("working tree has changes") });
        rmSync(join(clone, "new.txt"));
    });

    test("writes the version everywhere and the change log, commits and tags them", () => {
        const [major, minor] = version.split(".").map(Number);
        const next = `${major}.${minor + 1}.0`;
        change("slipway");
        const { code, stdout, stderr } = release(clone);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        const section = `## ${next}\n\n### Minor Changes\n\n- \`StorageBucket\` has \`rain\`,\n  which is warm.\n`;
        expect(stdout.startsWith(section)).toBe(true);
        expect(published(stdout)).toEqual(expected(next));
        expect(stdout.endsWith(`\nNext: git push --atomic origin HEAD v${next}\n`)).toBe(true);
        expect(release(clone, "--notes").stdout).toBe(section);

        expect(git(clone, "status", "--porcelain")).toBe("");
        expect(git(clone, "log", "-1", "--format=%s %D")).toMatch(new RegExp(`^Release ${next} .*tag: v${next}`));
        const folders = [".", "local", "packages/policy", "packages/create", "packages/policy/pack"];
        expect(folders.map((each) => read(clone, each, "package.json").version)).toEqual(folders.map(() => next));
        expect(read(clone, "local", "package.json").peerDependencies.slipway).toBe(next);
        for (const starter of readdirSync(join(clone, "examples"))) {
            const { dependencies, devDependencies } = read(clone, "examples", starter, "package.json");
            expect([dependencies.slipway, devDependencies["slipway-local"]]).toEqual([`^${next}`, `^${next}`]);
        }
        const lock = read(clone, "package-lock.json");
        expect([lock.version, lock.packages.local.peerDependencies.slipway]).toEqual([next, next]);
        expect(git(clone, "diff", "--stat", "HEAD~1", "--", "package-lock.json")).toMatch(
            /1 file changed, (\d+) insertions\(\+\), \1 /,
        );
        expect(git(clone, "ls-files", "*CHANGELOG.md", ".changeset/*.md")).toBe("CHANGELOG.md");
    });
});
