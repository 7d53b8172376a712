import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { parse } from "yaml";
import { componentData } from "../../local/commands/componentData";

/*
 * What is known about a component is next to it (docs/development/decisions/one-component-one-place.md). This finds tables of components
 * anywhere else: objects with the names of three components, or more, as keys, and lists with these names.
 */

const root = join(__dirname, "..", "..");
const names = new Set(componentData().keys());

/** Written by commands: see docs/development/components.md. */
const generated = new Set([
    "docs/equivalents/pulumi.json",
    "docs/equivalents/words.json",
    "lib/lazy.ts",
    "local/commands/adopt/arguments.json",
    "local/commands/adopt/components.json",
    "local/commands/components.json",
    "test/extended/changes/unchanged.json",
]);

/** Tables that are left, and why. A component that is in none of them works, and passes all tests. */
const known: Record<string, string> = {
    "lib/loadbalancer/backend.ts": "what a load balancer accepts as a backend",
    "lib/logging/sink.ts": "where a sink can write to",
    "test/deploy/root.test.ts": "what the platform's program loads",
    "test/extended/editor.test.ts": "what some programs of an editor show",
    "test/unit/monitoring/alertsOfComponents.test.ts": "examples of alerts",
    "test/unit/monitoring/dashboard.test.ts": "examples of dashboards",
    "test/unit/stack/guard.test.ts": "examples of references to other environments",
};

/** The component that a text names first: `Secret` of `Secret`, `Secret.reader` and `Secret version`. */
function componentOf(text: string): string[] {
    const [, name = ""] = /^(\w+)(?:[. ].*)?$/.exec(text) ?? [];
    return names.has(name) ? [name] : [];
}

const textOf = (node: ts.Node | undefined): string =>
    node && (ts.isIdentifier(node) || ts.isStringLiteral(node)) ? node.text : "";

/** The names of components in each object and each list of a source. */
function tablesOfSource(file: string, code: string): string[][] {
    const found: string[][] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isObjectLiteralExpression(node)) {
            found.push(
                node.properties.flatMap((each) =>
                    ts.isPropertyAssignment(each) ? componentOf(textOf(each.name)) : [],
                ),
            );
        } else if (ts.isArrayLiteralExpression(node)) {
            const first = (each: ts.Expression) => (ts.isArrayLiteralExpression(each) ? each.elements[0] : each);
            found.push(node.elements.flatMap((each) => componentOf(textOf(first(each)))));
        }
        ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true));
    return found;
}

function tablesOfData(value: unknown): string[][] {
    if (typeof value !== "object" || value === null) {
        return [];
    }
    const texts = Array.isArray(value)
        ? value.map((each) => (typeof each === "string" ? each : ""))
        : Object.keys(value);
    return [texts.flatMap(componentOf), ...Object.values(value).flatMap(tablesOfData)];
}

/** Files with a table of components. */
function filesWithTables(): string[] {
    const folders = readdirSync(root, { withFileTypes: true }).filter(
        (each) => each.isDirectory() && !/^\.|^(dist|examples|node_modules)$/.test(each.name),
    );
    const files = folders.flatMap(({ name }) =>
        readdirSync(join(root, name), { recursive: true, encoding: "utf8" }).map((file) =>
            `${name}/${file}`.replaceAll("\\", "/"),
        ),
    );
    return files.filter((file) => {
        const isOther = /\/(\.[^/]+|dist|node_modules|baseline|upgrades\/\d[\d.]*)\//.test(file) || generated.has(file);
        if (isOther || !/\.(ts|js|mjs|json|ya?ml)$/.test(file)) {
            return false;
        }
        const code = readFileSync(join(root, file), "utf8");
        if ([...names].filter((name) => code.includes(name)).length < 3) {
            return false;
        }
        const isData = /\.(json|ya?ml)$/.test(file);
        const tables = isData ? tablesOfData(parse(code, { maxAliasCount: -1 })) : tablesOfSource(file, code);
        return tables.some((table) => new Set(table).size >= 3);
    });
}

test("no table of components is kept by hand, except for those whose rows only some components need", () => {
    const ofComponents = /\.program\.ts$/;
    const found = filesWithTables().filter((file) => !ofComponents.test(file));
    expect(found.sort()).toEqual(Object.keys(known));
});
