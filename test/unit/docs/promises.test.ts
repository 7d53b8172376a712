import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { figures, newFigures, promises, sees } from "../../../docs/tools/promises";
import { folderOf } from "../folders";

const root = join(__dirname, "..", "..", "..");
const docs = join(root, "docs");
const testFiles = ["test", "judges", "docs/examples"]
    .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => /\.(test|types)\.ts$/.test(file));

test("each promise has tests, which exist", () => {
    const paths = promises(docs).flatMap(({ tests }) => tests);
    expect(paths.filter((path) => !testFiles.some((file) => file.startsWith(path)))).toEqual([]);
    expect(promises(docs).filter(({ promise, tests, limits }) => !promise || !limits || tests.length === 0)).toEqual(
        [],
    );
});

test("no promise was seen to fail", () => {
    const { tests } = figures(docs);
    const ids = new Set(promises(docs).map(({ id }) => id));
    expect(ids.size).toBe(promises(docs).length);
    expect(Object.keys(tests).filter((id) => !ids.has(id))).toEqual([]);
    expect(Object.values(tests).filter(({ passed, failed }) => passed === 0 || failed > 0)).toEqual([]);
});

test("figures are the sums of the newest results", () => {
    const [first] = promises(docs);
    const [path = ""] = first?.tests ?? [];
    const results = join(folderOf({}), "results.jsonl");
    const lines = [
        { date: "2031-01-02", file: path, passed: 3, failed: 1 },
        { date: "2031-01-01", file: `${path}.more`, passed: 4, failed: 0 },
        { date: "2031-01-03", file: "test/of/none.test.ts", passed: 5, failed: 0 },
        { date: "2031-01-04", program: "a", seed: 0, answers: { create: { 403: ["x", "y"], lose: ["z"] } } },
        { date: "2031-01-05", program: "a", seed: 1, answers: { create: { 403: ["x"] } } },
        { date: "2031-01-06", program: "b", seed: 0, answers: { delete: { 403: ["x", "y"] } } },
        { date: "2031-01-07", version: "node@24", tests: 9, differs: ["one"] },
    ];
    writeFileSync(results, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const [file, text] = newFigures(docs, [results]);
    expect(file).toBe(join(docs, "figures.json"));
    const { tests, faults, versions } = JSON.parse(text);
    expect(tests[first?.id ?? ""]).toEqual({ date: "2031-01-03", files: 2, passed: 7, failed: 1 });
    expect(faults).toEqual({
        date: "2031-01-06",
        cases: 3,
        programs: 2,
        answers: { 403: { create: 3, delete: 2 }, lose: { create: 1 } },
    });
    expect(versions).toEqual({ "node@24": { date: "2031-01-07", tests: 9, differs: ["one"] } });
    expect(sees({ id: "", promise: "", tests: ["test/a"], limits: "" }, "test/b.test.ts")).toBe(false);
});
