import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { yaml } from "../../local/machine/yaml";
import type { Library } from "./library";

/** The options of another tool, and what they are here: a file in `docs/equivalents`, and what components add to it in a file of the same name. */
export interface Equivalents {
    /** What the tool calls an option: a flag, a variable, a key. */
    option: string;
    /** The address that the sections' `source` continues. */
    source: string;
    /** Options with the same meaning in all sections. */
    everywhere?: Record<string, string>;
    sections: EquivalentSection[];
}

/** The options of a command, a module or a part of a file. */
export interface EquivalentSection {
    from: string;
    source: string;
    component: string;
    /**
     * What sets the same, by option. Names of arguments are paths, of the component, or of one that they name:
     * `scaling.max`, `PubSubSubscription.ackDeadline`, `replicas.<name>.region`. A text has them in backticks.
     */
    arguments: Record<string, string>;
    /** Why there is no argument, by option. */
    without?: Record<string, string>;
}

export function equivalents(docs: string, name: string): Equivalents {
    const file = (extension: string) => join(docs, "equivalents", `${name}.${extension}`);
    const { sections = [], ...table } = yaml().parse(readFileSync(file("yaml"), "utf8"), { merge: true });
    if (!existsSync(file("json"))) {
        return { ...table, sections };
    }
    const ofComponents = JSON.parse(readFileSync(file("json"), "utf8"));
    const rows = Object.entries<string>({ ...table.everywhere, ...ofComponents.everywhere });
    const everywhere = Object.fromEntries(rows.sort(([one], [other]) => (one < other ? -1 : 1)));
    return { ...table, everywhere, sections: [...sections, ...(ofComponents.sections ?? [])] };
}

/** A table for the options of all sections, then two for each section: with and without an argument. */
export function equivalentTables(docs: string, name: string): string {
    const { option, source, everywhere, sections } = equivalents(docs, name);
    const tables = sections.map((section) => {
        const heading = `### [${code(section.from)}](${source}${section.source}) to ${pageOf(docs, section.component)}`;
        const { arguments: found, without = {} } = section;
        return [heading, table(option, "argument", found), table(`${option} without an argument`, "why", without)];
    });
    return [everywhere ? table(option, "here", everywhere) : "", ...tables.flat()].filter(Boolean).join("\n\n");
}

const code = (text: string) => `\`${text}\``;

/** A component's name as a link to its page, which `docs/README.md` lists, as seen from `docs/guides`. */
function pageOf(docs: string, component: string): string {
    const readme = readFileSync(join(docs, "README.md"), "utf8");
    const [, page] = new RegExp(`\\[${component}\\]\\((\\S+)\\)`).exec(readme) ?? [];
    return page === undefined ? code(component) : `[${component}](../${page})`;
}

function table(left: string, right: string, rows: Record<string, string>): string {
    const lines = Object.entries(rows).map(([option, text]) => `| ${code(option)} | ${cell(text)} |`);
    return lines.length === 0 ? "" : [`| ${left} | ${right} |`, "|---|---|", ...lines].join("\n");
}

const cell = (text: string) => (isNames(text) ? text.split(", ").map(code).join(", ") : text).replaceAll("|", "\\|");

const isNames = (text: string) => /^[\w.<>]+(, [\w.<>]+)*$/.test(text);

/** The names of arguments in what an option is here. */
export function namesIn(text: string): string[] {
    const codes = isNames(text) ? text.split(", ") : [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
    return codes.filter((each) => /^[A-Za-z][\w.<>]*$/.test(each));
}

/** Finds what names mean in the types of the library. */
export class ArgumentNames {
    private readonly checker: ts.TypeChecker;
    /** What the package exports, by name. */
    private readonly exported: Map<string, ts.Symbol>;

    constructor({ lib, files, program }: Library) {
        this.checker = program.getTypeChecker();
        const indexes = files.filter((file) => /^\w+[/\\]index\.ts$/.test(file));
        const all = indexes.flatMap((file) => {
            const source = program.getSourceFile(join(lib, file)) as ts.SourceFile;
            return this.checker.getExportsOfModule(this.checker.getSymbolAtLocation(source) as ts.Symbol);
        });
        this.exported = new Map(all.map((each) => [each.name, each]));
    }

    /** Whether there is such an argument of a component, a member of a component, a component or a function. */
    has(name: string, component: string): boolean {
        const [first = "", ...others] = name.split(".");
        return (
            this.isOf(component, [first, ...others]) ||
            (this.exported.has(first) && (others.length === 0 || this.isOf(first, others)))
        );
    }

    /** Whether the arguments of a component have the path, or the component has a member of that name. */
    private isOf(component: string, path: string[]): boolean {
        const found = this.exported.get(component);
        const type = found && this.checker.getTypeOfSymbol(found);
        const [member = ""] = path;
        const made = type?.getConstructSignatures() ?? [];
        return made.some((signature) => {
            const args = signature.parameters[1];
            return (
                (args !== undefined && this.reaches(this.checker.getTypeOfSymbol(args), path)) ||
                (path.length === 1 &&
                    (signature.getReturnType().getProperty(member) ?? type?.getProperty(member)) !== undefined)
            );
        });
    }

    /** Whether a type, or one of a union, has the path. `<name>` is any key of a record, or any item of a list. */
    private reaches(type: ts.Type, [first, ...others]: string[]): boolean {
        if (first === undefined) {
            return true;
        }
        const alternatives = type.isUnion() ? type.types : [type];
        return alternatives
            .filter((each) => (each.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0)
            .some((each) => {
                const next = first.startsWith("<") ? this.itemOf(each) : this.propertyOf(each, first);
                return next !== undefined && this.reaches(next, others);
            });
    }

    private itemOf(type: ts.Type): ts.Type | undefined {
        return type.getStringIndexType() ?? type.getNumberIndexType();
    }

    private propertyOf(type: ts.Type, name: string): ts.Type | undefined {
        const property = this.checker.getPropertyOfType(type, name);
        return property && this.checker.getTypeOfSymbol(property);
    }
}
