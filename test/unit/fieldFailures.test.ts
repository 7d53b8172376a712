import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { fieldFailures, outcomes } from "../../docs/tools/fieldFailures";

const root = join(__dirname, "..", "..");
const rows = [...fieldFailures(join(root, "docs")).values()].flat();

test("each thread is an address, listed once", () => {
    const threads = rows.flatMap((row) => row.threads.map(({ thread }) => thread));
    expect(threads.filter((thread) => !/^https:\/\/[^\s/]+\/\S+$/.test(thread))).toEqual([]);
    expect(threads.filter((thread, index) => threads.indexOf(thread) !== index)).toEqual([]);
});

test("each failure has a kind, an outcome, and what shows it", () => {
    const kinds = ["first apply", "permission", "propagation", "permanent diff", "destroy order", "quota", "update"];
    const shownBy = {
        prevented: ["test", "without"],
        tested: ["test"],
        "reported at preview": ["test"],
        "on the page": ["page"],
        "handled upstream": ["source"],
        "not prevented": [],
        "does not apply": [],
    };
    expect(Object.keys(shownBy)).toEqual(outcomes);
    for (const row of rows) {
        expect(outcomes).toContain(row.outcome);
        expect([row.here, Object.keys(row)]).toEqual([row.here, expect.arrayContaining(shownBy[row.outcome])]);
        expect(row.threads).not.toEqual([]);
        for (const { thread, kind, fails } of row.threads) {
            expect([thread, kinds.includes(kind), typeof fails]).toEqual([thread, true, "string"]);
        }
    }
});

test("what a removal takes out is a part of the library, and there once", () => {
    const removals = rows.flatMap(({ without = [] }) => without);
    const wrong = removals.filter(({ file, remove }) => {
        return !/^lib\//.test(file) || readFileSync(join(root, file), "utf8").split(remove).length !== 2;
    });
    expect(wrong).toEqual([]);
});

test("the tests of the local Google Cloud prove nothing of the library", () => {
    const named = rows.filter(
        ({ outcome, test }) => ["prevented", "tested"].includes(outcome) && /^test\/unit\/local\//.test(test ?? ""),
    );
    expect(named).toEqual([]);
});

test("each named test exists", () => {
    const named = rows.flatMap(({ test }) => (test ? [test] : []));
    const missing = named.filter((name) => {
        const [, file = "", title = ""] = /^(\S+): (.+)$/.exec(name) ?? [];
        return !existsSync(join(root, file)) || !titlesOf(file).some(({ matches }) => matches(title));
    });
    expect(missing).toEqual([]);
});

test("each page exists", () => {
    const pages = rows.flatMap(({ page }) => page ?? []);
    expect(pages.filter((page) => !existsSync(join(root, page.replace(/#.*/, ""))))).toEqual([]);
});

/** The titles of a file's tests; what replaces `%s` in the title of a `test.each` must be a string of the file. */
function titlesOf(file: string): { matches(title: string): boolean }[] {
    const text = readFileSync(join(root, file), "utf8");
    const found: { matches(title: string): boolean }[] = [];
    const visit = (node: ts.Node): void => {
        const title =
            ts.isCallExpression(node) && /^test\b/.test(node.expression.getText()) ? node.arguments[0] : undefined;
        if (title && ts.isStringLiteralLike(title)) {
            const pattern = title.text.split(/%[sjdi]/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
            const exact = new RegExp(`^${pattern.join("(.+)")}$`);
            found.push({
                matches: (name) =>
                    exact
                        .exec(name)
                        ?.slice(1)
                        .every((part) => text.includes(part)) ?? false,
            });
        }
        ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
    return found;
}
