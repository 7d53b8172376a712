import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StorageBucket } from "slipway/storage";
import { safeParse } from "valibot";
import { file } from "../../../../lib/internal/sources/files";
import { filesOf } from "../../../../lib/internal/sources/listing";
import { age, folderOf, readsIn } from "../../folders";
import { refused } from "../../registered";

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

test("a folder is not a file", () => {
    const root = folderOf(named("main.py"));
    const problems = ["main.py", "", "none"].map((name) => {
        return safeParse(file(), join(root, name)).issues?.map(({ message }) => message.split("\n")[0]);
    });
    expect(problems).toEqual([
        undefined,
        [`is not a file: ${root} is a folder`],
        [`is not a file: ${join(root, "none")} does not exist`],
    ]);
});

test("a broken link is refused", async () => {
    const upload = folderOf(named("main.py"));
    symlinkSync(join(upload, "nowhere"), join(upload, "broken"));
    expect(await refused(() => new StorageBucket("models", { upload }))).toBe(
        `StorageBucket "models": upload: cannot be read: ENOENT: no such file or directory, stat '${upload}/broken' (got "${upload}").`,
    );
});

test("an unchanged folder is read once, and a new one each time", async () => {
    const folder = folderOf({ ".gcloudignore": "*.txt\n", ...named("main.py", "deep/a.py", "a.txt") });
    const first = filesOf(folder);
    expect(await readsIn(folder, () => filesOf(folder))).toEqual([".gcloudignore", "", "deep"]);
    age(folder);
    const kept = filesOf(folder);
    expect(kept).toEqual(first);
    let again: unknown;
    expect(
        await readsIn(folder, () => {
            again = filesOf(folder);
        }),
    ).toEqual([]);
    expect(again).toBe(kept);
});

test.each<[string, (folder: string) => void, string[]]>([
    ["a changed file", (folder) => writeFileSync(join(folder, "main.py"), "new"), ["deep/a.py", "main.py"]],
    ["a new file", (folder) => writeFileSync(join(folder, "deep/b.py"), ""), ["deep/a.py", "deep/b.py", "main.py"]],
    ["a deleted file", (folder) => rmSync(join(folder, "deep/a.py")), ["main.py"]],
    [
        "a changed ignore file",
        (folder) => writeFileSync(join(folder, ".gcloudignore"), "deep\n"),
        ["a.txt", "main.py", "rules"],
    ],
    ["a changed included file", (folder) => writeFileSync(join(folder, "rules"), "main.py\n"), ["deep/a.py"]],
])("%s makes another list of a folder", (_, change, paths) => {
    const rules = { ".gcloudignore": "*.txt\nrules\n#!include:rules\n", rules: "" };
    const folder = folderOf({ ...rules, ...named("main.py", "deep/a.py", "a.txt") });
    age(folder);
    const before = filesOf(folder);
    change(folder);
    const after = filesOf(folder);
    expect(after).not.toBe(before);
    expect(after.map(({ path }) => path)).toEqual(paths);
});

test("the target of a changed link is in another list", () => {
    const shared = folderOf(named("model.json"));
    const folder = folderOf(named("main.py"));
    symlinkSync(shared, join(folder, "shared"));
    age(folder);
    age(shared);
    const before = filesOf(folder);
    expect(filesOf(folder)).toBe(before);
    writeFileSync(join(shared, "model.json"), "{}");
    expect(filesOf(folder)).not.toBe(before);
    expect(readFileSync(filesOf(folder)[1]?.file ?? "", "utf8")).toBe("{}");
});
