import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** The sources of the library as the compiler reads them. */
export interface Library {
    lib: string;
    /** Paths below `lib`. */
    files: string[];
    program: ts.Program;
}

/** Reads the library, which takes seconds: pages share the result. */
export function readLibrary(lib: string): Library {
    const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const program = ts.createProgram(
        files.map((file) => join(lib, file)),
        {
            target: ts.ScriptTarget.ES2022,
            module: ts.ModuleKind.Node16,
            strict: true,
            skipLibCheck: true,
            noEmit: true,
        },
    );
    // Nodes know their parents once there is a checker.
    program.getTypeChecker();
    return { lib, files, program };
}

/** A doc comment, or a part of it, as a cell of a table in Markdown. */
export function prose(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
    return (
        (ts.getTextOfJSDocComment(comment) ?? "")
            // The compiler ends a link at the end of its line, and leaves the asterisk of the next one.
            .replaceAll(/(\{@link [^{}]*)\}\s+\*\s+([^{}]*\})/g, "$1 $2")
            .replaceAll(/\{@link[^}]*\}/g, (link) => link.replaceAll(/\s+\*\s+/g, " "))
            .replaceAll(/\{@link (https:\S+)\s+([^}]+)\}/g, "[$2]($1)")
            .replaceAll(/\{@link (https:[^\s}]+)\}/g, "<$1>")
            .replaceAll(/\{@link (?:\w+\.)?(\w+)\}/g, "`$1`")
            .replaceAll(/\s+/g, " ")
            .replaceAll("|", "\\|")
    );
}

/** Code as a cell of a table in Markdown. */
export function codeCell(code: string): string {
    return `\`${code.replaceAll(/\s+/g, " ").replaceAll("|", "\\|")}\``;
}

/** The declarations without the short forms of arguments: `check.Short<Size | false, true>` is `Size | false`. */
export function withoutShortForms(declarations: string): string {
    const source = ts.createSourceFile("api.ts", declarations, ts.ScriptTarget.Latest, true);
    const cuts: [start: number, end: number][] = [];
    const visit = (node: ts.Node) => {
        if (ts.isTypeReferenceNode(node) && /^(check\.)?Short$/.test(node.typeName.getText())) {
            const [documented] = node.typeArguments as unknown as [ts.TypeNode];
            cuts.push([node.getStart(), documented.getStart()], [documented.getEnd(), node.getEnd()]);
            visit(documented);
        } else {
            ts.forEachChild(node, visit);
        }
    };
    visit(source);
    const starts = [0, ...cuts.map(([, end]) => end).sort((one, other) => one - other)];
    const ends = [...cuts.map(([start]) => start).sort((one, other) => one - other), declarations.length];
    return starts.map((start, index) => declarations.slice(start, ends[index])).join("");
}
