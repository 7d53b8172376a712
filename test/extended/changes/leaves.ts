import { join } from "node:path";
import * as ts from "typescript";

/** An argument of a component in an example, with the changed sources that are tried one after the other. */
export interface Leaf {
    example: string;
    /** The component and its name in the program: `CloudRunService "web"`. */
    component: string;
    /** The path of the argument, with `(removed)` for one that is left out: `scaling.max`. */
    path: string;
    /** The edits of the example: what replaces a part of its text. */
    edits: Edit[];
    /** The edit for another value, such as one that an error names. */
    withValue?(text: string): Edit;
    /** Why there is no edit. */
    reason?: string;
}

export interface Edit {
    start: number;
    end: number;
    text: string;
}

/** What arguments of these names can be: strings have no neighbours that their types tell. */
const samples: [name: RegExp, values: string[]][] = [
    [/description|displayName|title|documentation|subject/i, ['"Changed"']],
    [/charset/i, ['"latin1"', '"LATIN1"']],
    [/collation/i, ['"latin1_bin"', '"C"']],
    [/region|location/i, ['"europe-west4"', '"EU"', '"us-central1"']],
    [/^zone$/i, ['"europe-west1-c"']],
    [/machineType|tier/i, ['"e2-standard-4"', '"n1-standard-4"', '"db-custom-4-16384"']],
    [/timeZone/i, ['"Europe/Berlin"', '"UTC"']],
    [/schedule|cron|at$/i, ['"0 4 * * *"']],
    [/memory|disk|size$/i, ['"200 GB"', '"2 GiB"', '"2Gi"', '"1 GiB"']],
    [/cpu/i, ["2", '"2"']],
    [/email|contact/i, ['"changed@acme.com"']],
    [/domain/i, ['"changed.acme.com"']],
    [/filter/i, ["'attributes.kind = \"changed\"'", "'severity >= ERROR'"]],
    [/path|route|prefix/i, ['"/changed"', '"changed/"']],
    [/(^|[a-z])(name|id)$|Name$|Id$/, ['"changed"', '"changed_name"']],
];

const numbers = ["2", "3", "10", "100", "1", "1000", "0.5"];

/** Arguments that are not changed, with the reason: they are no settings of what is deployed. */
const untouched: Record<string, string> = {
    transform: "edits child resources: not an argument of its own",
    encryptionKey: "a key that exists, of which the examples have none",
    crossProject: "only for programs with several environments",
};

/** Objects with more properties than this are lists of settings of one kind, such as database flags: those of the example are changed. */
const many = 100;

/** All leaves of the arguments of the components in the examples, from their types: each once, in the component's own page if it can be. */
export function leavesOf(root: string, examples: string[]): Leaf[] {
    const all = allLeavesOf(root, examples);
    const isOwn = ({ example, component }: Leaf) =>
        example.replaceAll(/^.*\/|[-.]|ts$/g, "") === component.split(" ")[0]?.toLowerCase();
    const rank = (leaf: Leaf) => (leaf.edits.length > 0 ? 0 : 2) + (isOwn(leaf) ? 0 : 1);
    const chosen = new Map<string, Leaf>();
    for (const leaf of all) {
        const id = keyOf(leaf);
        const before = chosen.get(id);
        if (before === undefined || rank(leaf) < rank(before)) {
            chosen.set(id, leaf);
        }
    }
    return [...chosen.values()];
}

/** The argument, independent of the example: `CloudRunService scaling.max`. */
export const keyOf = ({ component, path }: Leaf): string => `${component.split(" ")[0]} ${path}`;

function allLeavesOf(root: string, examples: string[]): Leaf[] {
    const files = examples.map((example) => join(root, "docs", "examples", example));
    const program = ts.createProgram(files, {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.Node16,
        moduleResolution: ts.ModuleResolutionKind.Node16,
        strict: true,
        skipLibCheck: true,
        noEmit: true,
        types: ["node"],
    });
    const checker = program.getTypeChecker();
    return files.flatMap((file, index) => {
        const source = program.getSourceFile(file) as ts.SourceFile;
        return new Finder(checker, source, examples[index] as string).all();
    });
}

class Finder {
    private readonly found: Leaf[] = [];
    private component = "";

    constructor(
        private readonly checker: ts.TypeChecker,
        private readonly source: ts.SourceFile,
        private readonly example: string,
    ) {}

    all(): Leaf[] {
        const visit = (node: ts.Node): void => {
            if (ts.isNewExpression(node)) {
                this.construct(node);
            }
            ts.forEachChild(node, visit);
        };
        visit(this.source);
        return this.found;
    }

    private construct(node: ts.NewExpression): void {
        const symbol = this.checker.getSymbolAtLocation(node.expression);
        const parameter = this.checker.getResolvedSignature(node)?.parameters[1];
        const [name, args] = node.arguments ?? [];
        const isComponent =
            parameter &&
            /^(Unchecked)?args$/i.test(parameter.name) &&
            /slipway|lib\//.test(origin(symbol, this.checker));
        if (!isComponent || !name || !ts.isStringLiteral(name)) {
            return;
        }
        this.component = `${node.expression.getText()} "${name.text}"`;
        const type = this.checker.getTypeOfSymbolAtLocation(parameter, node);
        if (args === undefined) {
            this.object(type, undefined, "", (text) => ({ start: name.end, end: name.end, text: `, { ${text} }` }), 0);
        } else if (ts.isObjectLiteralExpression(args)) {
            this.object(type, args, "", into(args), 0);
        } else {
            this.add("", [], "the arguments are not an object literal");
        }
    }

    private add(path: string, edits: Edit[], reason?: string, withValue?: (text: string) => Edit): void {
        const { example, component } = this;
        this.found.push({
            example,
            component,
            path,
            edits,
            ...(reason && { reason }),
            ...(withValue && { withValue }),
        });
    }

    /** The properties of an object; `insert` adds one to it. */
    private object(
        type: ts.Type,
        literal: ts.ObjectLiteralExpression | undefined,
        above: string,
        insert: (text: string) => Edit,
        depth: number,
    ): void {
        const all = this.properties(type);
        for (const [name, { types, isOptional }] of all) {
            const path = above === "" ? name : `${above}.${name}`;
            const property = literal?.properties.find((each) => each.name && nameOf(each.name) === name);
            const value = property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
            if (Object.hasOwn(untouched, name)) {
                this.add(path, [], untouched[name]);
                continue;
            }
            if (!property && all.length > many) {
                continue;
            }
            if (property && isOptional) {
                this.add(`${path} (removed)`, [without(property, this.source)]);
            }
            if (property && !value) {
                this.add(path, [], "is a variable of the example");
                continue;
            }
            const replace = (text: string): Edit =>
                value ? { start: value.getStart(), end: value.end, text } : insert(`${key(name)}: ${text}`);
            this.value(types, value, path, replace, depth);
        }
    }

    /** The values of one property, which can be of several kinds. */
    private value(
        types: ts.Type[],
        value: ts.Expression | undefined,
        path: string,
        replace: (text: string) => Edit,
        depth: number,
    ): void {
        const name = (path.split(".").at(-1) ?? "").replace(/\(.*/, "");
        const text = value?.getText();
        const candidates: string[] = [];
        const objects: ts.Type[] = [];
        const reasons: string[] = [];
        const literals = types.flatMap((one) =>
            one.isStringLiteral() || one.isNumberLiteral() ? [JSON.stringify(one.value)] : [],
        );
        candidates.push(...literals.filter((one) => one !== text));
        for (const one of types) {
            if (one.flags & ts.TypeFlags.BooleanLiteral) {
                const word = this.checker.typeToString(one);
                candidates.push(...(word === text ? [] : [word]));
            } else if (one.flags & ts.TypeFlags.TemplateLiteral) {
                candidates.push(...near(text, formed(one as ts.TemplateLiteralType)));
            } else if (one.flags & ts.TypeFlags.Number) {
                candidates.push(...near(text, numbers));
            } else if (one.flags & ts.TypeFlags.String) {
                candidates.push(...(literals.length > 0 ? [] : strings(name, text)));
            } else if (one.flags & ts.TypeFlags.Object) {
                objects.push(one);
            }
        }
        if (candidates.length > 0) {
            this.add(path, [...new Set(candidates)].map(replace), undefined, replace);
        }
        for (const one of objects) {
            reasons.push(...this.compound(one, value, path, replace, depth));
        }
        if (candidates.length === 0 && reasons.length > 0) {
            this.add(path, [], reasons[0]);
        }
    }

    /** The entries of a list or a record, or the properties of an object; or why they are not changed. */
    private compound(
        type: ts.Type,
        value: ts.Expression | undefined,
        path: string,
        replace: (text: string) => Edit,
        depth: number,
    ): string[] {
        if (this.checker.isTupleType(type)) {
            return ["a list: its items have no neighbour that the type tells"];
        }
        if (this.checker.isArrayType(type)) {
            const items =
                value && ts.isArrayLiteralExpression(value) ? value.elements.map((each) => each.getText()) : [];
            const [element] = this.checker.getTypeArguments(type as ts.TypeReference);
            const choices = element
                ? parts(element, this.checker).flatMap((one) =>
                      one.isStringLiteral() ? [JSON.stringify(one.value)] : [],
                  )
                : [];
            const others = choices.filter((one) => !items.includes(one)).slice(0, 3);
            const lists = [...(items.length > 1 ? [items.slice(0, -1)] : []), ...others.map((one) => [...items, one])];
            if (lists.length === 0) {
                return ["a list: its items have no neighbour that the type tells"];
            }
            this.add(
                path,
                lists.map((list) => replace(`[${list.join(", ")}]`)),
            );
            return [];
        }
        const record = type.getStringIndexType();
        if (record) {
            return this.record(record, value, path, replace, depth);
        }
        if (
            type.getCallSignatures().length > 0 ||
            type.isClass() ||
            type.symbol?.flags & ts.SymbolFlags.Class ||
            isResource(type) ||
            // What any topic or bucket offers, also one that exists.
            /^Any[A-Z]/.test(type.symbol?.name ?? "")
        ) {
            return ["another component or a function of the program"];
        }
        if (depth > 4) {
            return ["nested too deeply"];
        }
        const isGiven = value !== undefined && ts.isObjectLiteralExpression(value);
        const required = this.properties(type).filter(([, { isOptional }]) => !isOptional);
        if (!isGiven && required.length > 0) {
            return [`is not in the example, and requires ${required.map(([name]) => name).join(", ")}`];
        }
        const insert = isGiven ? into(value) : (text: string) => replace(`{ ${text} }`);
        this.object(type, isGiven ? value : undefined, path, insert, depth + 1);
        return [];
    }

    private record(
        of: ts.Type,
        value: ts.Expression | undefined,
        path: string,
        replace: (text: string) => Edit,
        depth: number,
    ): string[] {
        const entries = value && ts.isObjectLiteralExpression(value) ? [...value.properties] : [];
        const texts = entries.map((entry) => entry.getText());
        const [first] = entries;
        const edits: Edit[] = [];
        if (texts.length > 1) {
            edits.push(replace(`{ ${texts.slice(0, -1).join(", ")} }`));
        }
        if (first && ts.isPropertyAssignment(first)) {
            edits.push(replace(`{ ${texts.join(", ")}, "changed": ${first.initializer.getText()} }`));
        } else if (entries.length === 0 && parts(of, this.checker).some((one) => one.flags & ts.TypeFlags.String)) {
            edits.push(replace('{ changed: "changed" }'), replace('{ CHANGED: "changed" }'));
        }
        for (const entry of entries.filter(ts.isPropertyAssignment)) {
            const { initializer } = entry;
            const own = (text: string): Edit => ({ start: initializer.getStart(), end: initializer.end, text });
            this.value(parts(of, this.checker), initializer, `${path}.${nameOf(entry.name)}`, own, depth + 1);
        }
        if (edits.length > 0) {
            this.add(`${path} (entries)`, edits);
        }
        return edits.length > 0 ? [] : ["a record: its entries have no neighbour that the type tells"];
    }

    /** The properties of all variants of an object, with the kinds of their values. */
    private properties(type: ts.Type): [string, { types: ts.Type[]; isOptional: boolean }][] {
        const all = new Map<string, { types: ts.Type[]; isOptional: boolean }>();
        const variants = parts(type, this.checker).filter(
            (one) => one.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection),
        );
        for (const variant of variants) {
            for (const property of this.checker.getPropertiesOfType(variant)) {
                const of = this.checker.getTypeOfSymbol(property);
                const types = parts(of, this.checker);
                const before = all.get(property.name);
                const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0 || types.length === 0;
                const merged = [...(before?.types ?? []), ...types.filter((one) => !before?.types.includes(one))];
                all.set(property.name, { types: merged, isOptional: isOptional || before?.isOptional === true });
            }
        }
        return [...all].filter(([, { types }]) => types.length > 0);
    }
}

/** The file that declares what a name refers to. */
function origin(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): string {
    const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return target?.declarations?.[0]?.getSourceFile().fileName ?? "";
}

/** The kinds of values of a type, without those that are known only at deployment. */
function parts(type: ts.Type, checker: ts.TypeChecker): ts.Type[] {
    const ignored = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Never | ts.TypeFlags.Void;
    const all = type.isUnion() ? type.types : [type];
    return all.filter((one) => {
        const name = one.symbol?.name ?? "";
        const isDeferred =
            /^(Promise|OutputInstance|Output)$/.test(name) ||
            (one.isIntersection() && one.getProperty("apply") !== undefined);
        return !(one.flags & ignored) && !isDeferred && checker.typeToString(one) !== "never";
    });
}

const isResource = (type: ts.Type) => type.getProperty("urn") !== undefined || type.getProperty("grants") !== undefined;

const nameOf = (name: ts.PropertyName): string =>
    ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : name.getText();

const key = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

/** Adds a property to an object literal. */
const into =
    (literal: ts.ObjectLiteralExpression) =>
    (text: string): Edit => {
        const start = literal.getStart() + 1;
        return { start, end: start, text: ` ${text},` };
    };

/** Removes a property with its comma. */
function without(property: ts.ObjectLiteralElementLike, source: ts.SourceFile): Edit {
    const comma = /^\s*,/.exec(source.text.slice(property.end))?.[0].length ?? 0;
    return { start: property.getStart(), end: property.end + comma, text: "" };
}

/** Neighbours of a value with a number, and values that can be instead of none. */
function near(text: string | undefined, others: string[]): string[] {
    const [, before = "", number, after = ""] = /^("?)(\d+(?:\.\d+)?)(.*)$/s.exec(text ?? "") ?? [];
    if (number === undefined) {
        return others;
    }
    const value = Number(number);
    const numbers = Number.isInteger(value) ? [value + 1, value - 1, value * 2] : [value / 2, value * 1.1];
    return numbers
        .filter((one) => one > 0)
        .map((one) => `${before}${one}${after.replace(/^ (second|minute|hour|day)s?/, " $1s")}`);
}

/** Strings of a form such as `${number} minutes`. */
const formed = ({ texts: [before = "", after = ""] }: ts.TemplateLiteralType): string[] =>
    [10, 2].map((number) => `"${before}${number}${after}"`);

/** Neighbours of a string. */
function strings(name: string, text: string | undefined): string[] {
    const [, values = ['"changed"']] = samples.find(([form]) => form.test(name)) ?? [];
    const own =
        text && /^"[^"]+"$/.test(text) && !/[/.@:]/.test(text)
            ? [`"${text.slice(1, -1)}-2"`, `"${text.slice(1, -1)}2"`]
            : [];
    return [...own, ...values].filter((one) => one !== text);
}
