import { symlinkSync } from "node:fs";
import { join, parse } from "node:path";
import { invocation, isProgram, nearestPackage } from "../../../lib/program/invocation";
import { folderOf } from "../folders";

test("the nearest package is that of the folder, of one above it, or none", () => {
    const folder = folderOf({ "package.json": '{ "main": "app.ts" }', "src/index.ts": "" });
    const found = { root: folder, manifest: { main: "app.ts" } };
    expect(nearestPackage(folder)).toEqual(found);
    expect(nearestPackage(join(folder, "src"))).toEqual(found);
    const { root } = parse(folder);
    expect(nearestPackage(root)).toEqual({ root, manifest: {} });
});

test.each([
    ["/app/node_modules/@pulumi/pulumi/cmd/run", true],
    ["/app/node_modules/@pulumi/pulumi/cmd/run/index.js", true],
    ["C:\\app\\node_modules\\@pulumi\\pulumi\\cmd\\run\\index.js", true],
    ["/app/node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js", false],
    ["/app/index.js", false],
    [undefined, false],
])("a process that starts with %s runs a program: %s", (main, expected) => {
    expect(isProgram(main)).toBe(expected);
});

const manifest = (content: object) => ({ "package.json": JSON.stringify(content) });

test.each<[string, Record<string, string>, string, string]>([
    ["the index of the folder", { "index.ts": "", "index.mts": "" }, ".", "index.ts"],
    ["the compiled index before the source", { "index.ts": "", "index.js": "" }, ".", "index.js"],
    ["main of the package", { ...manifest({ main: "app.ts" }), "app.ts": "", "index.ts": "" }, ".", "app.ts"],
    ["the index, if main does not exist", { ...manifest({ main: "app.ts" }), "index.ts": "" }, ".", "index.ts"],
    ["main in a folder", { ...manifest({ main: "src" }), "src/index.ts": "" }, ".", "src/index.ts"],
    [
        "exports before main",
        { ...manifest({ main: "app.ts", exports: "./own.ts" }), "app.ts": "", "own.ts": "" },
        ".",
        "own.ts",
    ],
    ["the main export", { ...manifest({ exports: { ".": "./own.ts" } }), "own.ts": "" }, ".", "own.ts"],
    [
        "the default before other conditions",
        { ...manifest({ exports: { ".": { require: "./a.ts", default: "./b.ts" } } }), "a.ts": "", "b.ts": "" },
        ".",
        "b.ts",
    ],
    [
        "the condition require before import",
        { ...manifest({ exports: { ".": { import: "./a.ts", require: "./b.ts" } } }), "a.ts": "", "b.ts": "" },
        ".",
        "b.ts",
    ],
    ["the condition import", { ...manifest({ exports: { ".": { import: "./a.ts" } } }), "a.ts": "" }, ".", "a.ts"],
    [
        "the index, if the package only exports parts",
        { ...manifest({ main: "app.ts", exports: { "./part": "./part.ts" } }), "app.ts": "", "index.ts": "" },
        ".",
        "index.ts",
    ],
    ["a file of Pulumi.yaml", { ...manifest({ main: "app.ts" }), "app.ts": "", "own.ts": "" }, "own.ts", "own.ts"],
    ["a file without its extension", { "own.ts": "" }, "own", "own.ts"],
    ["a folder of Pulumi.yaml", { "src/index.cts": "" }, "src", "src/index.cts"],
])("a program starts with %s", (_, files, program, expected) => {
    const folder = folderOf(files);
    expect(invocation(["--pwd", folder, "--dry-run", "--stack", "dev", "--monitor", "x", program])).toEqual({
        folder,
        entry: join(folder, expected),
        isPreview: true,
    });
});

test("a program is found by an absolute path, through links, and not at all", () => {
    const folder = folderOf({ "own.ts": "" });
    const other = folderOf({});
    const link = join(other, "link");
    symlinkSync(folder, link);
    expect(invocation(["--pwd", other, join(folder, "own.ts")])).toEqual({
        folder: other,
        entry: join(folder, "own.ts"),
        isPreview: false,
    });
    expect(invocation(["--pwd", link, "own.ts"])).toMatchObject({ folder, entry: join(folder, "own.ts") });
    expect(invocation(["--pwd", folder, "none"])).toMatchObject({ folder, entry: join(folder, "none") });
    expect(invocation([])).toMatchObject({ folder: process.cwd(), isPreview: false });
});
