import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** Where a module's READMEs are, at the commit with which the programs are compared. */
interface Repository {
    url: string;
    commit: string;
    readme: (module: string) => string;
}

const fabric: Repository = {
    url: "https://github.com/GoogleCloudPlatform/cloud-foundation-fabric",
    commit: "11c1d248826f06cbec3fff54fc7094da405a5322",
    readme: (module) => `modules/${module}/README.md`,
};

/** The modules that are not of Cloud Foundation Fabric. */
const others: Record<string, Repository> = {
    composer: {
        url: "https://github.com/terraform-google-modules/terraform-google-composer",
        commit: "9ff023e55571f57d3a99b27038e949e49d67f117",
        readme: () => "README.md",
    },
};

const kinds = ["components", "transform", "raw", "both", "impossible"] as const;

/** An example with the size of its program. */
export interface PeerExample {
    module: string;
    title: string;
    readme?: string;
    hcl: number;
    kind: (typeof kinds)[number];
    reason?: string;
    /** The program's text without comments and indentation; undefined if there is none. */
    program?: string;
    /** Whether the program has resources of the provider. */
    isRaw: boolean;
    /** The line of the example in its file. */
    line: number;
}

/** The examples in `judges/peers`, read from the syntax trees of the files. */
export function peerExamples(docs: string): PeerExample[] {
    const folder = join(docs, "..", "judges", "peers");
    const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && file !== "example.ts");
    return files
        .sort()
        .flatMap((file) => examplesIn(file.replace(".ts", ""), readFileSync(join(folder, file), "utf8")));
}

function examplesIn(module: string, text: string): PeerExample[] {
    const source = ts.createSourceFile(`${module}.ts`, text, ts.ScriptTarget.Latest, true);
    const found: PeerExample[] = [];
    const resources = source.statements.filter(ts.isImportDeclaration).flatMap(importedResources);
    const visit = (node: ts.Node): void => {
        if (ts.isVariableDeclaration(node) && node.name.getText() === "examples") {
            const list = node.initializer as ts.ArrayLiteralExpression;
            found.push(
                ...list.elements.map((each) =>
                    exampleOf(module, each as ts.ObjectLiteralExpression, source, resources),
                ),
            );
        } else {
            node.forEachChild(visit);
        }
    };
    visit(source);
    return found;
}

/** The names that are imported from the provider. */
function importedResources({ importClause, moduleSpecifier }: ts.ImportDeclaration): string[] {
    const names = importClause?.namedBindings;
    const isProvider = moduleSpecifier.getText().includes("@pulumi/gcp/");
    return isProvider && names && ts.isNamedImports(names) ? names.elements.map(({ name }) => name.text) : [];
}

function exampleOf(
    module: string,
    example: ts.ObjectLiteralExpression,
    source: ts.SourceFile,
    resources: string[],
): PeerExample {
    const values = new Map(
        example.properties
            .filter(ts.isPropertyAssignment)
            .map(({ name, initializer }) => [name.getText(), initializer]),
    );
    const text = (name: string) => {
        const value = values.get(name);
        return value && ts.isStringLiteral(value) ? value.text : undefined;
    };
    const program = values.get("program");
    const body = program && ts.isArrowFunction(program) ? bodyOf(program, source) : undefined;
    return {
        module,
        title: text("title") ?? "",
        readme: text("readme"),
        hcl: Number(values.get("hcl")?.getText()),
        kind: kinds.find((kind) => kind === text("kind")) ?? "impossible",
        reason: text("reason"),
        program: body,
        isRaw: resources.some((name) => new RegExp(`\\b${name}\\(`).test(body ?? "")),
        line: source.getLineAndCharacterOfPosition(example.getStart()).line + 1,
    };
}

/** The lines of a function's text between its braces that have more than a comment. */
function bodyOf({ body }: ts.ArrowFunction, { text }: ts.SourceFile): string {
    const comments = new Map<number, number>();
    const visit = (node: ts.Node): void => {
        const before = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
        const behind = ts.getTrailingCommentRanges(text, node.getEnd()) ?? [];
        for (const { pos, end } of [...before, ...behind]) {
            comments.set(pos, end);
        }
        node.forEachChild(visit);
    };
    body.forEachChild(visit);
    const ranges = [...comments].sort(([one], [other]) => one - other);
    const starts = [body.getStart() + 1, ...ranges.map(([, end]) => end)];
    const parts = starts.map((start, index) => text.slice(start, ranges[index]?.[0] ?? body.getEnd() - 1));
    const lines = parts.join("").split("\n");
    return lines
        .map((line) => line.trim())
        .filter(Boolean)
        .join("\n");
}

/** The characters of a program, each run of whitespace counted as one. */
const charactersOf = (program: string): number => program.replaceAll(/\s+/g, " ").trim().length;

/** Whether a program is shorter than its example in HCL. */
export const isShorter = ({ program, hcl }: PeerExample): boolean =>
    program !== undefined && charactersOf(program) < hcl;

/** The number of examples of each kind, and how many of the programs are shorter. */
export function peerTotals(docs: string): string {
    const examples = peerExamples(docs);
    const programs = examples.filter(({ program }) => program !== undefined);
    const wordings: Record<PeerExample["kind"], string> = {
        components: "components alone",
        transform: "`transform` of a component",
        raw: "resources of `@pulumi/gcp` beside components",
        both: "`transform`, and resources of `@pulumi/gcp`",
        impossible: "not possible",
    };
    const rows = kinds.map((kind) => {
        return `| ${wordings[kind]} | ${examples.filter((each) => each.kind === kind).length} |`;
    });
    const shorter = programs.filter(isShorter).length;
    return [
        `| of ${examples.length} examples | |`,
        "|---|---|",
        ...rows,
        `| fewer characters than in HCL | ${shorter} of ${programs.length} |`,
    ].join("\n");
}

/** A table of the examples of each module. */
export function peerTables(docs: string): string {
    const examples = peerExamples(docs);
    const modules = new Set(examples.map(({ module }) => module));
    const sections = [...modules].map((module) => [
        `## ${module}`,
        "",
        "| example | needs | lines | characters | characters in HCL |",
        "|---|---|---|---|---|",
        ...examples.filter((example) => example.module === module).map(rowOf),
    ]);
    return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function rowOf({ module, title, readme, hcl, kind, reason, program, line }: PeerExample): string {
    const { url, commit, readme: main } = others[module] ?? fabric;
    const heading = `${url}/blob/${commit}/${readme ?? main(module)}#${anchorOf(title)}`;
    const name = `[${title}](${heading})`;
    return program === undefined
        ? `| ${name} | not possible: ${reason} | | | ${hcl} |`
        : `| ${name} | [${kind}](../judges/peers/${module}.ts#L${line}) | ${program.split("\n").length} | ${charactersOf(program)} | ${hcl} |`;
}

/** The anchor that GitHub gives to a heading. */
function anchorOf(title: string): string {
    return title
        .replace(/ \(\d+\)$/, "")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-");
}
