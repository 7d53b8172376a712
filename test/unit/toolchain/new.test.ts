import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf } from "../folders";

const root = join(__dirname, "..", "..", "..");

/** A copy of what a component is written in. */
const copy = folderOf({});
for (const part of ["lib", "local", "packages", "test", "docs/examples"]) {
    cpSync(join(root, part), join(copy, part), {
        recursive: true,
        filter: (path) => !/[/\\](dist|node_modules)$/.test(path),
    });
}
for (const file of [".biome.json", "package.json", "tsconfig.json"]) {
    cpSync(join(root, file), join(copy, file));
}
for (const folder of ["dist", "node_modules"]) {
    symlinkSync(join(root, folder), join(copy, folder));
}

function run(...args: string[]) {
    // This run has totals of its own.
    const { SLIPWAY_TEST_TOTALS: _, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8", env });
    return { status, text: `${stdout}${stderr}` };
}

const make = (...args: string[]) => run("packages/scripts/new.mjs", ...args);

const writtenBy = (text: string) => [...text.matchAll(/^wrote (.+)$/gm)].map(([, file]) => file as string);

/** The errors of the compiler in these files and in what they import. */
function errorsIn(files: string[]): string {
    const config = {
        extends: "./test/tsconfig.json",
        compilerOptions: {
            noEmit: true,
            rootDir: ".",
            paths: { slipway: ["./lib/index.ts"], "slipway/*": ["./lib/*/index.ts"] },
        },
        include: [],
        files,
    };
    writeFileSync(join(copy, "skeleton.json"), JSON.stringify(config));
    return run("node_modules/typescript/bin/tsc", "-p", "skeleton.json").text;
}

test("the skeletons of a component and of an option are written in few files, and compile; the test of the component passes", () => {
    const component = make("component", "pubsub/NewThing");
    expect(component.status).toBe(0);
    expect(writtenBy(component.text)).toEqual([
        "lib/pubsub/newThing.ts",
        "lib/pubsub/newThing.yaml",
        "lib/pubsub/index.ts",
        "test/unit/pubsub/newThing.test.ts",
        "test/unit/pubsub/newThing.program.ts",
        "docs/examples/new-thing.ts",
        "docs/new-thing.md",
    ]);
    const option = make("option", "pubsub/NewThing.newOption");
    expect(option.status).toBe(0);
    expect(writtenBy(option.text)).toEqual(["lib/pubsub/newThing.ts", "test/unit/pubsub/newThing.program.ts"]);
    const other = make("option", "run/CloudRunService.newOption");
    expect(other.status).toBe(0);
    expect(writtenBy(other.text)).toEqual(["lib/run/serviceArgs.ts", "test/unit/run/service.program.ts"]);
    run("packages/scripts/lazy.mjs");
    const files = [component, option, other]
        .flatMap(({ text }) => writtenBy(text))
        .filter((file) => file.endsWith(".ts"));
    expect(errorsIn([...new Set(files)])).toBe("");
    const tested = run(
        "node_modules/jest/bin/jest.js",
        "--ci",
        "--selectProjects",
        "unit",
        "--",
        "pubsub/newThing.test.ts",
    );
    expect(tested.text).toContain("2 passed, 0 failed");
}, 300_000);

test.each([
    [["component", "pubsub/PubSubTopic", "pubsub/none"], "@pulumi/gcp has no resource pubsub/none."],
    [["component", "NewThing"], "Give a folder and a name: pubsub/Thing"],
    [["option", "run/CloudRunService"], "Give a component and an option: run/CloudRunService.thing"],
    [["option", "run/NoService.thing"], "lib/run has no object type NoServiceArgs."],
    [[], "npm run new -- component pubsub/Thing [pubsub/topic], or option run/CloudRunService.thing"],
])("%j is refused, and nothing is written", (args, text) => {
    const index = readFileSync(join(copy, "lib", "pubsub", "index.ts"), "utf8");
    expect(make(...args)).toEqual({ status: 1, text: `${text}\n` });
    expect(readFileSync(join(copy, "lib", "pubsub", "index.ts"), "utf8")).toBe(index);
});
