import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { readLibrary } from "../../docs/tools/library";
import { componentOutputs } from "../../docs/tools/outputs";

const root = join(__dirname, "..", "..");
const library = readLibrary(join(root, "lib"));
const outputs = componentOutputs(library);
const pages = readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => readFileSync(join(root, "docs", file), "utf8"));

/** The names of a component's arguments, inherited ones and those of each variant included. */
function argumentsOf(component: string): string[] {
    const checker = library.program.getTypeChecker();
    const names = new Set<string>();
    for (const file of library.files) {
        library.program.getSourceFile(join(library.lib, file))?.forEachChild((node) => {
            const isComponent = ts.isClassDeclaration(node) && node.name?.text === component;
            const constructors = isComponent ? node.members.filter(ts.isConstructorDeclaration) : [];
            for (const { parameters } of constructors) {
                const type = parameters[1] && checker.getNonNullableType(checker.getTypeAtLocation(parameters[1]));
                for (const variant of type?.isUnion() ? type.types : [type]) {
                    for (const property of variant?.getProperties() ?? []) {
                        names.add(property.name);
                    }
                }
            }
        });
    }
    return [...names];
}

// The environment has no arguments: it has a configuration.
test.each([...outputs.keys()].filter((name) => name !== "Environment"))(
    "the page of %s has all of its arguments and outputs",
    (component) => {
        const page = pages.find((text) => text.includes(`<!-- outputs: ${component} -->`)) ?? "";
        const rows = new Set([...page.matchAll(/^\| `(.+?)` \|/gm)].map(([, name]) => name));
        const names = argumentsOf(component);
        expect(names.length).toBeGreaterThan(0);
        expect(names.filter((name) => !rows.has(name))).toEqual([]);
        expect(outputs.get(component)?.filter(({ name, text }) => !rows.has(name) || text === "")).toEqual([]);
    },
);
