import type { Enum, Field, MapField, NamespaceBase, ReflectionObject, Type } from "protobufjs";
import type { BigQueryField } from "../../bigquery/field";
import { positionIn } from "../../internal/arguments/json";
import { type Columns, type MappedColumn, mapEntries, namedColumn, nullable, repeated, Visited } from "./columns";

/** A syntax error of a Protocol Buffers definition, or a definition that Pub/Sub does not accept. */
export class ProtobufError extends Error {}

/**
 * Parses a message definition as {@link https://cloud.google.com/pubsub/docs/schemas#schema_types Pub/Sub accepts} it: one
 * top-level message and no imports.
 */
export function parseProtobuf(text: string): Type {
    // Loaded on demand: few programs have such a schema.
    const { parse } = require("protobufjs") as typeof import("protobufjs");
    const tryParse = (part: string) => {
        try {
            return parse(part, { keepCase: true });
        } catch (error) {
            return (error as Error).message;
        }
    };
    const parsed = tryParse(text);
    if (typeof parsed === "string") {
        throw new ProtobufError(syntaxErrorMessage(text, parsed, tryParse));
    }
    const { root, imports } = parsed;
    const [message, ...others] = declarationsOf(root);
    if (imports || !message || !isMessage(message) || others.length > 0) {
        const got = [
            ...(imports ?? []).map((file) => `import "${file}"`),
            ...declarationsOf(root).map(({ name }) => name),
        ];
        throw new ProtobufError(`it must have one message and no import (got ${got.join(", ") || "none"})`);
    }
    try {
        root.resolveAll();
    } catch (error) {
        const [, type, place] = /'(.+)' in Type \.(\S+)/.exec((error as Error).message) ?? [];
        throw new ProtobufError(type ? `${place} must have types that the file has, not ${type}` : String(error));
    }
    checkOptions(root, "the file");
    checkDeclarations(message);
    return message;
}

/** The path of a declaration, with the enclosing messages: `Sale.Store.number`. */
const pathOf = ({ fullName }: ReflectionObject): string => fullName.slice(1);

const isEnum = (each: object): each is Enum => "valuesById" in each;
const isMessage = (type: object | null): type is Type => type !== null && "fieldsArray" in type;

/** The top-level declarations of a file, without its packages. */
function declarationsOf({ nestedArray }: NamespaceBase): NamespaceBase[] {
    return (nestedArray as NamespaceBase[]).flatMap((each) =>
        each.constructor.name === "Namespace" ? declarationsOf(each) : [each],
    );
}

/** The valid {@link https://protobuf.dev/programming-guides/proto3/#assigning field numbers}. */
const validNumbers = "a field's number from 1 to 536870911, and none from 19000 to 19999";

/** Checks what protobufjs accepts and {@link https://protobuf.dev/reference/protobuf/proto3-spec/ the language} refuses. */
function checkDeclarations(message: Type): void {
    const { fieldsArray, oneofsArray, nestedArray } = message;
    const invalid = fieldsArray.find(({ id }) => id < 1 || id >= 2 ** 29 || (id >= 19_000 && id < 20_000));
    if (invalid) {
        throw new ProtobufError(`${pathOf(invalid)} must have ${validNumbers} (got ${invalid.id})`);
    }
    // The parser does not compare a number with the last one of a range.
    const taken = fieldsArray.find(({ id }) =>
        message.reserved?.some(
            (range) => typeof range !== "string" && Number(range[0]) <= id && id <= Number(range[1]),
        ),
    );
    if (taken) {
        throw new ProtobufError(`${pathOf(taken)} must have a number that is not reserved (got ${taken.id})`);
    }
    for (const each of [message, ...fieldsArray, ...oneofsArray]) {
        checkOptions(each);
    }
    for (const each of nestedArray) {
        if (isMessage(each)) {
            checkDeclarations(each);
        } else if (isEnum(each)) {
            checkEnum(each);
        }
    }
}

function checkEnum(each: Enum): void {
    const [name, number] = Object.entries(each.values)[0] as [string, number];
    // Resolved from the syntax or the edition of the file; protobufjs does not declare it.
    const { enum_type: type } = (each as unknown as { _features: { enum_type?: string } })._features;
    if (type === "OPEN" && number !== 0) {
        throw new ProtobufError(`${pathOf(each)} must have 0 as its first number (got ${name} = ${number})`);
    }
    checkOptions(each);
    for (const [value, options] of Object.entries(each.valuesOptions ?? {})) {
        checkOptions({ options }, `${pathOf(each)}.${value}`);
    }
}

/** Options in parentheses are extensions that another file declares. */
function checkOptions(of: Pick<ReflectionObject, "options">, path = pathOf(of as ReflectionObject)): void {
    const custom = Object.keys(of.options ?? {}).find((name) => name.startsWith("("));
    if (custom !== undefined) {
        throw new ProtobufError(`${path} must have no custom option, which needs an import (got ${custom})`);
    }
}

/** Messages for errors of protobufjs, to follow their position. */
const errorMessages: [RegExp, string][] = [
    [/^illegal token '.*', '(.+)' expected.*/, "must have $1"],
    [/^(illegal token 'null'|Cannot read).*/, "must have }"],
    [
        /^illegal token '[A-Za-z].*/,
        'must have optional, required or repeated, because the file has no syntax = "proto3"',
    ],
    [/^illegal id .*/, `must have ${validNumbers}`],
    [/^illegal .*name .*/, "must have a name"],
    [/^illegal type '\.?[A-Za-z_].*/, "must have a type of keys: a whole number, bool or string"],
    [/^illegal type .*/, "must have a type"],
    [/^illegal edition .*/, "must have edition 2023 or a syntax"],
    [/^id .* is reserved.*/, "must have a number that is not reserved"],
    [/^name .* is reserved.*/, "must have a name that is not reserved"],
    [/^max depth exceeded.*/, "must have fewer levels"],
    [/^\S+ (must be (a|an|relative) ?.*|is not a function)$/, "must have no option or group that cannot be read"],
    [/^duplicate id .*/, "must have a number that no other field has"],
    [/^duplicate name .*/, "must have a name that no other field has"],
];

/**
 * Adds a position to an error of protobufjs, which has no column and often no line: the end of the shortest prefix of the
 * text that fails with the same error.
 */
function syntaxErrorMessage(text: string, problem: string, tryParse: (part: string) => unknown): string {
    const tokens = [...text.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w.]+|[^\s\w]/g)];
    let [low, high] = [0, tokens.length];
    while (low < high) {
        const middle = Math.floor((low + high) / 2);
        const { index, 0: token } = tokens[middle] as RegExpExecArray;
        const end = index + token.length;
        [low, high] = tryParse(text.slice(0, end)) === problem ? [low, middle] : [middle + 1, high];
    }
    const isAtEnd = /^illegal token 'null'|^Cannot read/.test(problem);
    const end = isAtEnd ? text.trimEnd().length : (tokens[low]?.index ?? text.length);
    const start = text.slice(0, end);
    const position = positionIn(text, end);
    const isInMessage = start.split("{").length > start.split("}").length;
    const isProto3 = /^\s*(syntax\s*=\s*["']proto3|edition)/m.test(text);
    const [pattern, message] =
        errorMessages.find(([each], index) => each.test(problem) && (index !== 2 || (isInMessage && !isProto3))) ?? [];
    // Duplicates are detected at the end of the field, so that their column is unknown.
    const column = problem.startsWith("duplicate") ? "" : `, column ${position.column}`;
    const what = pattern ? problem.replace(pattern, message as string) : `has an ${problem.replace(/ \(line.*/, "")}`;
    return `line ${position.line}${column} ${what}`;
}

/** The {@link https://cloud.google.com/pubsub/docs/bigquery BigQuery types} of Protocol Buffers types. */
const columnTypes: Record<string, string> = {
    double: "FLOAT",
    float: "FLOAT",
    int32: "INTEGER",
    int64: "INTEGER",
    uint32: "INTEGER",
    uint64: "NUMERIC",
    sint32: "INTEGER",
    sint64: "INTEGER",
    fixed32: "INTEGER",
    fixed64: "NUMERIC",
    sfixed32: "INTEGER",
    sfixed64: "INTEGER",
    bool: "BOOLEAN",
    string: "STRING",
    bytes: "BYTES",
};

interface Mapping extends Pick<Columns, "unmapped"> {
    visited: Visited;
}

/** Maps the fields of a Protocol Buffers message to the columns of a table. */
export function protobufColumns(message: Type): Columns {
    const mapping: Mapping = { unmapped: [], visited: new Visited() };
    const columns = messageColumns(message, [message], mapping);
    return { columns, unmapped: mapping.unmapped };
}

function messageColumns({ fieldsArray }: Type, parents: Type[], mapping: Mapping): BigQueryField[] {
    return fieldsArray.flatMap((field) => {
        const mapped = fieldColumn(field, parents, mapping);
        if ("why" in mapped) {
            mapping.unmapped.push({ path: pathOf(field), why: mapped.why });
            return [];
        }
        return [namedColumn(field.name, mapped.column)];
    });
}

function fieldColumn(field: Field, parents: Type[], mapping: Mapping): MappedColumn {
    if (field.partOf && !field.partOf.isProto3Optional) {
        return { why: `is in the oneof ${field.partOf.name}` };
    }
    const value = valueColumn(field, parents, mapping);
    if (isMap(field)) {
        return mapEntries(nullable(columnTypes[field.keyType] as string), value);
    }
    return field.repeated ? repeated(value) : value;
}

const isMap = (field: Field): field is Field & Pick<MapField, "keyType"> => field.map;

function valueColumn({ type, resolvedType }: Field, parents: Type[], mapping: Mapping): MappedColumn {
    if (!isMessage(resolvedType)) {
        return nullable(columnTypes[type] ?? "INTEGER");
    }
    return mapping.visited.record(resolvedType, parents, (all) => messageColumns(resolvedType, all, mapping));
}
