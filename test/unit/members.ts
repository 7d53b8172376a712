import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** A member of the arguments of components. */
export interface Member {
    /** Where it is: `ServerlessFunction.scaling.min`. */
    path: string;
    name: string;
    /** The kinds of its values, as a reader of a call sees them: `["Duration"]`, `["object", "text"]`. */
    kinds: string[];
}

export const lib = join(__dirname, "../../lib");

/** The library in the compiler, by the indexes of its folders. */
export function compiled(): ts.Program {
    const indexes = readdirSync(lib, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== "internal")
        .map(({ name }) => join(lib, name, "index.ts"));
    return ts.createProgram(indexes, {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.Node16,
        strict: true,
        skipLibCheck: true,
        noEmit: true,
    });
}

/** All members of the arguments that constructors and `existing` of the library's components accept, by the compiler's types. */
export function members(program: ts.Program): Member[] {
    const walk = new Walk(program.getTypeChecker());
    for (const file of program.getRootFileNames()) {
        const source = program.getSourceFile(file);
        if (source) {
            walk.file(source);
        }
    }
    return walk.found;
}

class Walk {
    readonly found: Member[] = [];
    private readonly seen = new Set<ts.Type>();

    constructor(private readonly checker: ts.TypeChecker) {}

    file(source: ts.SourceFile): void {
        const module = this.checker.getSymbolAtLocation(source);
        for (const symbol of module ? this.checker.getExportsOfModule(module) : []) {
            const original = symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
            if (original.flags & ts.SymbolFlags.Class) {
                const type = this.checker.getTypeOfSymbol(original);
                const existing = type.getProperty("existing");
                const signatures = [
                    ...type.getConstructSignatures(),
                    ...(existing ? this.checker.getTypeOfSymbol(existing).getCallSignatures() : []),
                ];
                for (const signature of signatures) {
                    const args = signature.getParameters().find(({ name }) => name === "args");
                    if (args) {
                        this.type(symbol.name, this.checker.getTypeOfSymbol(args));
                    }
                }
            }
        }
    }

    /** Walks the objects that a value of a type can be. */
    private type(path: string, type: ts.Type): void {
        if (type.isUnion()) {
            for (const one of type.types) {
                this.type(path, one);
            }
            return;
        }
        const isObject = type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection);
        if (!isObject || this.seen.has(type) || type.isClass() || isFunction(type)) {
            return;
        }
        this.seen.add(type);
        const element = type.getNumberIndexType() ?? type.getStringIndexType();
        if (element) {
            this.type(path, element);
        }
        for (const property of type.getProperties().filter(isOurs)) {
            this.member(`${path}.${property.name}`, property);
        }
    }

    private member(path: string, property: ts.Symbol): void {
        const type = this.checker.getNonNullableType(this.checker.getTypeOfSymbol(property));
        const kinds = [...new Set(kindsOf(type))].sort();
        if (kinds.length === 0) {
            return;
        }
        this.found.push({ path, name: property.name, kinds });
        if (property.name !== "transform") {
            this.type(path, type);
        }
    }
}

/** The kinds of the values of a type. Outputs and promises count as what they resolve to. */
function kindsOf(type: ts.Type): string[] {
    if (type.isUnion()) {
        return type.types.flatMap(kindsOf);
    }
    const { flags } = type;
    if (flags & ts.TypeFlags.TemplateLiteral) {
        const unit = (type as ts.TemplateLiteralType).texts.at(-1)?.trim() ?? "";
        return [
            /^(millisecond|second|minute|hour|day)/.test(unit)
                ? "Duration"
                : /^[KMGT]i?B?$/.test(unit)
                  ? "Size"
                  : "text",
        ];
    }
    const simple: [ts.TypeFlags, string][] = [
        [ts.TypeFlags.StringLike, "text"],
        [ts.TypeFlags.NumberLike, "number"],
        [ts.TypeFlags.BooleanLike, "boolean"],
    ];
    const kind = simple.find(([like]) => flags & like)?.[1];
    const isDeferred = ["Promise", "OutputInstance"].includes(type.symbol?.name);
    const isObject = flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection);
    // Intersections such as string & {} are texts.
    const isText = type.isIntersection() && type.types.some((one) => one.flags & ts.TypeFlags.StringLike);
    return kind
        ? [kind]
        : isText
          ? ["text"]
          : isDeferred || !isObject || isFunction(type)
            ? []
            : [type.getNumberIndexType() ? "list" : "object"];
}

const isFunction = (type: ts.Type) => type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;

/** An argument that the library declares: not a member of a provider's resource, nor of a capability, whose members are readonly. */
const isOurs = (property: ts.Symbol) =>
    property.declarations?.some(
        (one) =>
            one.getSourceFile().fileName.startsWith(lib) &&
            ts.isPropertySignature(one) &&
            !one.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword),
    ) ?? false;
