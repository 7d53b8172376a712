import { join } from "node:path";
import * as ts from "typescript";
import { codeCell, type Library, prose } from "./library";

/** What a component offers to a program: a row of its table of outputs. */
export interface Offered {
    name: string;
    type: string;
    text: string;
}

/** The public members of every component, by the name of its class. */
export function componentOutputs({ lib, files, program }: Library): Map<string, Offered[]> {
    const found = new Map<string, Offered[]>();
    for (const file of files) {
        program.getSourceFile(join(lib, file))?.forEachChild((node) => {
            if (ts.isClassDeclaration(node) && node.name && isComponent(node)) {
                found.set(node.name.text, withoutOverloads(node.members.filter(isPublic).map(offered)));
            }
        });
    }
    return found;
}

/** A table of what a component offers. */
export function outputTable(outputs: Offered[]): string {
    const rows = outputs.map(({ name, type, text }) => `| ${codeCell(name)} | ${codeCell(type)} | ${text} |`);
    return ["| output | type | |", "|---|---|---|", ...rows].join("\n");
}

function isComponent({ heritageClauses, modifiers }: ts.ClassDeclaration): boolean {
    const isExported = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    const bases = heritageClauses?.filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) ?? [];
    return isExported === true && bases.some((base) => /\bComponentResource\b/.test(base.getText()));
}

type Member = ts.PropertyDeclaration | ts.MethodDeclaration | ts.GetAccessorDeclaration;

function isPublic(member: ts.ClassElement): member is Member {
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    return (
        (ts.isPropertyDeclaration(member) || ts.isMethodDeclaration(member) || ts.isGetAccessorDeclaration(member)) &&
        !ts.isPrivateIdentifier(member.name) &&
        !ts.getJSDocTags(member).some(({ tagName }) => tagName.text === "internal") &&
        (ts.getCombinedModifierFlags(member) & hidden) === 0
    );
}

function offered(member: Member): Offered {
    const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
    const parameters = ts.isMethodDeclaration(member)
        ? `(${member.parameters.map((each) => `${each.name.getText()}${each.questionToken || each.initializer ? "?" : ""}`).join(", ")})`
        : "";
    return {
        name: `${isStatic ? "static " : ""}${member.name.getText()}${parameters}`,
        type: member.type?.getText() ?? "",
        text: prose(ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)?.comment),
    };
}

/** The signatures of an overloaded method as one row, with the type of the last, which allows all. */
function withoutOverloads(all: Offered[]): Offered[] {
    const same = ({ name }: Offered) => all.filter((other) => other.name === name);
    return all
        .filter((each) => same(each)[0] === each)
        .map((each) => ({ ...each, type: same(each).at(-1)?.type ?? each.type }));
}
