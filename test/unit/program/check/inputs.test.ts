import fs, { renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compare, type Inputs, inputsOf, type Snapshot, snapshot } from "../../../../lib/program/check/inputs";
import { folderOf } from "../../folders";

const nothing: Inputs = { files: [], lookups: [], listed: [] };

/** After all that a test has written. */
const later = () => Date.now() + 5000;

test("a file counts as changed during a check for as long as the clock of its file system can be late", () => {
    const file = join(folderOf({ "index.ts": "" }), "index.ts");
    const stats = statSync(file);
    const stat = jest.spyOn(fs, "statSync");
    const isRead = (ctimeMs: number, since: number) => {
        stat.mockReturnValue(Object.assign(Object.create(stats), { ctimeMs }));
        return snapshot({ files: new Set([file]), lookups: new Set(), listed: [] }, since) !== undefined;
    };
    // By a tick of the kernel, or by seconds where times are whole ones.
    expect([isRead(5001, 5021), isRead(5001, 5020.9)]).toEqual([true, false]);
    expect([isRead(5000, 7000), isRead(5000, 6999)]).toEqual([true, false]);
    stat.mockRestore();
});

test("a check depends on what was read, on settings, and on whether the paths that were looked up exist", () => {
    const folder = folderOf({
        "package.json": "{}",
        "src/index.ts": "",
        "src/part.js": "",
        "src/data.json/a": "",
        "node_modules/@types/a/index.d.ts": "",
    });
    const [index, part, data, roots, missing] = [
        "src/index.ts",
        "src/part.js",
        "src/data.json",
        "node_modules/@types",
        "src/node_modules/@types",
    ].map((path) => join(folder, path)) as [string, string, string, string, string];
    const inputs = inputsOf(new Set([index]), [part, data], [missing, roots]);
    const own = (paths: Iterable<string>) => [...paths].filter((path) => path.startsWith(folder));
    expect(own(inputs.files)).toEqual([index, join(folder, "package.json")]);
    expect(own(inputs.lookups)).toEqual([
        part,
        data,
        join(folder, "src/part"),
        join(folder, "src/data"),
        join(folder, "src/package.json"),
        join(folder, "package.json"),
        missing,
        roots,
    ]);
    expect([...inputs.lookups]).toContain(join(dirname(folder), "package.json"));
    expect(inputs.listed).toEqual([roots]);
});

test("of a folder, the entries are recorded that were looked up, with other cases of their names and with their links", () => {
    const folder = folderOf({ "index.ts": "", "Part.ts": "" });
    symlinkSync("index.ts", join(folder, "link.ts"));
    const names = ["part.ts", "missing.ts", "link.ts"].map((name) => join(folder, name));
    const { files, folders } = snapshot(
        { files: [join(folder, "index.ts")], lookups: names, listed: [folder] },
        later(),
    ) as Snapshot;
    const { ctimeMs, size, ino } = statSync(folder);
    expect(files.map(([path]) => path)).toEqual([join(folder, "index.ts")]);
    expect(folders.find(([path]) => path === folder)).toEqual([
        folder,
        [ctimeMs, size, ino],
        [
            "index.ts\tindex.ts",
            "part.ts\tPart.ts",
            "missing.ts",
            "link.ts\tlink.ts\tindex.ts",
            "*\tPart.ts\tindex.ts\tlink.ts",
        ].join("\n"),
    ]);
});

test("a file that has not changed since the last check is not read again", () => {
    const folder = folderOf({ "index.ts": "1", "part.ts": "2" });
    const files = ["index.ts", "part.ts"].map((name) => join(folder, name));
    const first = snapshot({ ...nothing, files }, later()) as Snapshot;
    writeFileSync(join(folder, "part.ts"), "3");
    const read = jest.spyOn(fs, "readFileSync");
    const second = snapshot({ ...nothing, files }, later(), first) as Snapshot;
    const paths = read.mock.calls.map(([path]) => path);
    read.mockRestore();
    expect(paths).toEqual([join(folder, "part.ts")]);
    expect(second).toEqual(snapshot({ ...nothing, files }, later()));
});

test("nothing is recorded if a file, or an entry that was looked up, has appeared or gone since the start of the check", async () => {
    const folder = folderOf({ "read.ts": "", "old.ts": "", "src/a.ts": "" });
    const [read, added, missing] = ["read.ts", "added.ts", "missing.ts"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
    ];
    const source = join(folder, "src");
    await sleep(50);
    const since = Date.now();
    const isRecorded = (inputs: Partial<Inputs>) => snapshot({ ...nothing, ...inputs }, since) !== undefined;
    expect(isRecorded({ lookups: [read, added, source], files: [read] })).toBe(true);
    // The content of what was only looked up does not matter, also of folders.
    writeFileSync(read, "1");
    writeFileSync(join(source, "b.ts"), "");
    expect([isRecorded({ lookups: [read, added, source] }), isRecorded({ files: [read] })]).toEqual([true, false]);
    renameSync(join(folder, "old.ts"), added);
    expect([isRecorded({ lookups: [added] }), isRecorded({ lookups: [source, missing] })]).toEqual([false, true]);
    expect(isRecorded({ files: [missing] })).toBe(false);
});

test("nothing is recorded if a folder goes while it is read", () => {
    const folder = folderOf({ "src/a.ts": "" });
    const source = join(folder, "src");
    const real = fs.statSync;
    let isFound = false;
    const stat = jest.spyOn(fs, "statSync").mockImplementation((path, options) => {
        if (path === source && isFound) {
            rmSync(source, { recursive: true });
        }
        isFound ||= path === source;
        return real(path, options);
    });
    const recorded = snapshot({ ...nothing, lookups: [join(source, "a.ts")] }, later());
    stat.mockRestore();
    expect([isFound, recorded]).toEqual([true, undefined]);
});

describe("a program that passed is compared with what it was", () => {
    let folder: string;
    let file: string;
    let passed: Snapshot;

    beforeEach(() => {
        folder = folderOf({ "src/index.ts": "1" });
        file = join(folder, "src", "index.ts");
        passed = snapshot({ ...nothing, files: [file] }, later()) as Snapshot;
        // Others write to the folders above.
        passed.folders = passed.folders.filter(([path]) => path.startsWith(folder));
    });

    test("without reading anything that has not changed", () => {
        const spies = [jest.spyOn(fs, "readFileSync"), jest.spyOn(fs, "readdirSync")];
        expect(compare(passed)).toBe("unchanged");
        for (const spy of spies) {
            expect(spy).not.toHaveBeenCalled();
            spy.mockRestore();
        }
    });

    test.each(["time", "size", "inode"])("with another %s of a file, its content matters", (part) => {
        const [[, stamp]] = passed.files as [Snapshot["files"][number]];
        const index = ["time", "size", "inode"].indexOf(part);
        stamp[index] = (stamp[index] as number) + 1;
        expect([compare(passed), compare(passed)]).toEqual(["new stamps", "unchanged"]);
        writeFileSync(file, "2");
        expect(compare(passed)).toBe("changed");
    });

    test("and has changed without a file or a folder", () => {
        rmSync(file);
        expect(compare(passed)).toBe("changed");
        rmSync(join(folder, "src"), { recursive: true });
        expect(compare({ ...passed, files: [] })).toBe("changed");
    });
});
