import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";

/** An `@example` of a doc comment in `lib`. */
export interface DocExample {
    /** The file in the repository. */
    file: string;
    /** The line of the file in which the code starts. */
    line: number;
    code: string;
    /** The component that it shows: the code is a part of a program. */
    component?: string;
    /** The option that it shows, with the type that declares it: the code is a part of an object. */
    option?: { of: string; name: string };
}

const repository = join(__dirname, "..", "..");
const lib = join(repository, "lib");

/** The names that the package exports, of which the second are exported by `slipway/gke`. */
const [names, namesOfGke] = ((lazy: string) => {
    const loaded = [...lazy.matchAll(/^ {4}(\w+): \(\) => require\("(.+)"\)/gm)];
    const all = loaded.map(([, name = ""]) => name);
    return [all, all.filter((_, index) => loaded[index]?.[2] === "./moved")] as const;
})(readFileSync(join(lib, "lazy.ts"), "utf8"));

/** The components that the package exports. */
export const components = names.filter((name) => /^[A-Z]/.test(name));

/** Components of the program in the examples of options. */
const cast = {
    models: "StorageBucket",
    assets: "StorageBucket",
    sales: "PubSubTopic",
    apiKey: "Secret",
    dataset: "BigQueryDataset",
    network: "Network",
    oncall: "Alerts",
    proxy: "ContainerImage",
    web: "ServerlessFunction",
};

/** All examples of the library. */
export function docExamples(): DocExample[] {
    return readdirSync(lib, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .sort()
        .flatMap((name) => {
            const file = `lib/${name.split(sep).join("/")}`;
            const text = readFileSync(join(repository, file), "utf8");
            return text.includes("@example") ? examplesIn(file, text) : [];
        });
}

/** The examples of a source file. */
export function examplesIn(file: string, text: string): DocExample[] {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const found: DocExample[] = [];
    const visit = (node: ts.Node): void => {
        const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
        // Initializers have the comments of what they initialize.
        for (const comment of comments.filter(({ parent }) => parent === node)) {
            for (const tag of comment.tags?.filter(({ tagName }) => tagName.text === "example") ?? []) {
                const line = source.getLineAndCharacterOfPosition(tag.pos).line + 1;
                const [, code] = /```ts\n([\s\S]*?)\n[ *]*```/.exec(text.slice(tag.pos, comment.end)) ?? [];
                const subject = subjectOf(node);
                if (code === undefined || subject === undefined) {
                    throw new Error(
                        `${file}:${line}: an example is a block of \`\`\`ts in the comment of a component or of an option.`,
                    );
                }
                found.push({ file, line: line + 2, code: code.replaceAll(/^ *\* ?/gm, ""), ...subject });
            }
        }
        ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
}

/** The component, or the option of a type, that a node declares. */
function subjectOf(node: ts.Node): Pick<DocExample, "component" | "option"> | undefined {
    const declared = ts.isVariableStatement(node) ? node.declarationList.declarations[0] : node;
    if (declared && (ts.isClassDeclaration(declared) || ts.isVariableDeclaration(declared))) {
        return { component: declared.name?.getText() };
    }
    let owner = node.parent;
    while (owner && (ts.isTypeLiteralNode(owner) || ts.isIntersectionTypeNode(owner))) {
        owner = owner.parent;
    }
    return ts.isPropertySignature(node) && (ts.isInterfaceDeclaration(owner) || ts.isTypeAliasDeclaration(owner))
        ? { option: { of: owner.name.text, name: node.name.getText() } }
        : undefined;
}

/** Examples as one source file of this folder, with the example that each of its lines comes from. */
export function exampleProgram(examples: DocExample[]): { text: string; places: (string | undefined)[] } {
    const imports = (from: string, some: string[]) => `import { ${some.join(", ")} } from "${from}";`;
    const types = Object.entries(cast).map(([name, type]) => `${name}: ${type}`);
    const lines = [
        imports(
            "slipway",
            names.filter((name) => !namesOfGke.includes(name)),
        ),
        imports("slipway/gke", namesOfGke),
        `interface Cast { ${types.join("; ")} }`,
    ];
    const places: (string | undefined)[] = lines.map(() => undefined);
    const add = (line: string, place: string) => {
        lines.push(line);
        places.push(place);
    };
    for (const [index, { file, line, code, option }] of examples.entries()) {
        const type = option && `import("../../${file.replace(/\.ts$/, "")}").${option.of}`;
        const place = (offset: number) => `${file}:${line + offset}`;
        const parameter = `{ ${Object.keys(cast).join(", ")} }: Cast`;
        add(`function example${index}(${option ? `${parameter}) { return ({` : ") {"}`, place(0));
        for (const [offset, each] of code.split("\n").entries()) {
            add(each, place(offset));
        }
        add(`${option ? `}) satisfies Required<Pick<${type}, "${option.name}">>; ` : ""}}`, place(0));
    }
    return { text: `${lines.join("\n")}\n`, places };
}

/** The errors of examples, each with its file and line. */
export function exampleErrors(program: ts.Program, file: string, places: (string | undefined)[]): string[] {
    const source = program.getSourceFile(file);
    return ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => {
        const place = source && places[source.getLineAndCharacterOfPosition(start).line];
        return `${place}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
}
