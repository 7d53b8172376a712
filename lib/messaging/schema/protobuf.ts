import type { Field, NamespaceBase, Type } from "protobufjs";

/** Where a text is not a Protocol Buffers file, or not one that Pub/Sub takes. */
export class ProtobufError extends Error {}

/**
 * Reads the definition of a message as Pub/Sub takes it: one message at the top level, no imports
 * (https://docs.cloud.google.com/pubsub/docs/schemas#schema_types).
 */
export function readProtobuf(text: string): Type {
    // Loaded here, as few programs have such a schema.
    const { parse } = require("protobufjs") as typeof import("protobufjs");
    const parsed = (part: string) => {
        try {
            return parse(part, { keepCase: true });
        } catch (error) {
            return (error as Error).message;
        }
    };
    const found = parsed(text);
    if (typeof found === "string") {
        throw new ProtobufError(syntaxProblem(text, found, parsed));
    }
    const { root, imports } = found;
    const [message, ...others] = declaredIn(root);
    if (imports || !message || !isMessage(message) || others.length > 0) {
        const got = [...(imports ?? []).map((file) => `import "${file}"`), ...declaredIn(root).map(({ name }) => name)];
        throw new ProtobufError(`it must have one message and no import (got ${got.join(", ") || "none"})`);
    }
    try {
        root.resolveAll();
    } catch (error) {
        const [, type, place] = /'(.+)' in Type \.(\S+)/.exec((error as Error).message) ?? [];
        throw new ProtobufError(type ? `${place} must have types that the file has, not ${type}` : String(error));
    }
    verifyNumbers(message);
    return message;
}

/** A field by the names of the messages around it: `Sale.Store.number`. */
export const pathOf = (field: Field): string => field.fullName.slice(1);

export const isMessage = (type: object | null): type is Type => type !== null && "fieldsArray" in type;

/** What a file declares, whichever package it is in. */
function declaredIn({ nestedArray }: NamespaceBase): NamespaceBase[] {
    return (nestedArray as NamespaceBase[]).flatMap((each) =>
        each.constructor.name === "Namespace" ? declaredIn(each) : [each],
    );
}

/** https://protobuf.dev/programming-guides/proto3/#assigning */
const numbers = "a field's number from 1 to 536870911, and none from 19000 to 19999";

function verifyNumbers({ fieldsArray, nestedArray }: Type): void {
    const wrong = fieldsArray.find(({ id }) => id < 1 || id >= 2 ** 29 || (id >= 19_000 && id < 20_000));
    if (wrong) {
        throw new ProtobufError(`${pathOf(wrong)} must have ${numbers} (got ${wrong.id})`);
    }
    for (const each of nestedArray.filter(isMessage)) {
        verifyNumbers(each);
    }
}

/** How an error of protobufjs reads behind the place where it is. */
const wordings: [RegExp, string][] = [
    [/^illegal token '.*', '(.+)' expected.*/, "must have $1"],
    [/^(illegal token 'null'|Cannot read).*/, "must have }"],
    [/^illegal token '[A-Za-z].*/, 'must have optional, required or repeated, as syntax = "proto3" is not said'],
    [/^illegal id .*/, `must have ${numbers}`],
    [/^illegal .*name .*/, "must have a name"],
    [/^illegal type '\.?[A-Za-z_].*/, "must have a type of keys: a whole number, bool or string"],
    [/^illegal type .*/, "must have a type"],
    [/^duplicate id .*/, "must have a number that no other field has"],
    [/^duplicate name .*/, "must have a name that no other field has"],
];

/**
 * The error of protobufjs, which has no column and often no line, with its place: the end of the shortest part of the text that
 * fails as the whole text does.
 */
function syntaxProblem(text: string, problem: string, parsed: (part: string) => unknown): string {
    const tokens = [...text.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w.]+|[^\s\w]/g)];
    let [low, high] = [0, tokens.length];
    while (low < high) {
        const middle = Math.floor((low + high) / 2);
        const end = (tokens[middle]?.index ?? 0) + (tokens[middle]?.[0].length ?? 0);
        [low, high] = parsed(text.slice(0, end)) === problem ? [low, middle] : [middle + 1, high];
    }
    const isAtEnd = /^illegal token 'null'|^Cannot read/.test(problem);
    const before = text.slice(0, isAtEnd ? text.trimEnd().length : tokens[low]?.index).split("\n");
    const isProto3 = /^\s*(syntax\s*=\s*["']proto3|edition)/m.test(text);
    const [pattern, wording] = wordings.find(([each], index) => each.test(problem) && !(index === 2 && isProto3)) ?? [];
    // A field is known to be another one's double where it ends.
    const column = problem.startsWith("duplicate") ? "" : `, column ${(before.at(-1)?.length ?? 0) + 1}`;
    const what = pattern ? problem.replace(pattern, wording as string) : `has an ${problem.replace(/ \(line.*/, "")}`;
    return `line ${before.length}${column} ${what}`;
}
