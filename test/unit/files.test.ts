import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { StorageBucket } from "slipway/storage";
import { filesOf } from "../../lib/internal/files";
import { folderOf } from "./folders";
import { refused } from "./registered";

const pathsIn = (files: Record<string, string>) => filesOf(folderOf(files)).map(({ path }) => path);
const named = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, ""]));

test("the files of a folder are sorted by path in the same order on all systems", () => {
    expect(pathsIn(named("b.py", "a/z.py", "a.py", "B.py", "a/b/c.py", "a-b.py", "é.py"))).toEqual([
        "B.py",
        "a-b.py",
        "a.py",
        "a/b/c.py",
        "a/z.py",
        "b.py",
        "é.py",
    ]);
});

test("a file is found by its path in the folder and by its path on the system", () => {
    const folder = folderOf(named("model/sales.json"));
    const file = { path: "model/sales.json", file: join(folder, "model/sales.json") };
    expect(filesOf(folder)).toEqual([file]);
    expect(filesOf(`${folder}/`)).toEqual([file]);
});

test("files of version control, package managers and operating systems are ignored", () => {
    const left = [".git/config", ".gitignore", ".gcloudignore", "node_modules/a/index.js", "a/node_modules/b.js"];
    const others = ["__pycache__/main.pyc", "model.pyc", ".venv/bin/python", ".DS_Store", "a/.DS_Store"];
    expect(pathsIn(named("main.py", "a/main.py", ...left, ...others))).toEqual(["a/main.py", "main.py"]);
});

test("files in .gcloudignore are ignored, like by git", () => {
    const rules = "# notes\n*.txt\n!keep.txt\n/tests\ndata/\n\n";
    const kept = ["keep.txt", "main.py", "deep/tests/a.py", "deep/data"];
    const left = ["notes.txt", "deep/notes.txt", "tests/a.py", "data/a.csv", "deep/more/data/a.csv"];
    expect(pathsIn({ ".gcloudignore": rules, ...named(...kept, ...left) })).toEqual([...kept].sort());
});

test("patterns are case-sensitive on every system", () => {
    expect(pathsIn({ ".gcloudignore": "Data\n", ...named("data/a.csv", "main.py") })).toEqual([
        "data/a.csv",
        "main.py",
    ]);
});

test("a .gcloudignore with Windows line ends has the same meaning", () => {
    expect(pathsIn({ ".gcloudignore": "*.txt\r\n*.md\r\n", ...named("a.txt", "a.md", "main.py") })).toEqual([
        "main.py",
    ]);
});

test("#!include adds another file's patterns, which cannot include others", () => {
    const files = {
        ".gcloudignore": "#!include:.gitignore\n#!include: missing \n*.md\n",
        ".gitignore": "*.txt\n#!include:.gcloudignore\n#!include:others\n",
        others: "main.py\n",
        ...named("a.txt", "a.md", "main.py"),
    };
    expect(pathsIn(files)).toEqual(["main.py", "others"]);
});

test("a .gitignore alone ignores nothing", () => {
    expect(pathsIn({ ".gitignore": "*.txt\n", ...named("a.txt") })).toEqual(["a.txt"]);
});

test("links are followed, except ignored ones", () => {
    const folder = folderOf({ ".gcloudignore": "broken\n", ...named("main.py") });
    const shared = folderOf(named("model.json", "deep/model.json"));
    symlinkSync(shared, join(folder, "shared"));
    symlinkSync(join(shared, "model.json"), join(folder, "model.json"));
    symlinkSync(join(folder, "nowhere"), join(folder, "broken"));
    expect(filesOf(folder).map(({ path }) => path)).toEqual([
        "main.py",
        "model.json",
        "shared/deep/model.json",
        "shared/model.json",
    ]);
});

test("a broken link is refused", async () => {
    const upload = folderOf(named("main.py"));
    symlinkSync(join(upload, "nowhere"), join(upload, "broken"));
    expect(await refused(() => new StorageBucket("models", { upload }))).toBe(
        `StorageBucket "models": upload: cannot be read: ENOENT: no such file or directory, stat '${upload}/broken' (got "${upload}").`,
    );
});
