import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pubSubLimits } from "../../facts/limits";
import * as check from "../../internal/check";
import { jsonFault } from "../../internal/json";
import { isObject } from "../../internal/value";
import { readAvro } from "./avro";
import { avroColumns } from "./avroColumns";
import type { Columns } from "./columns";
import { ProtobufError, readProtobuf } from "./protobuf";
import { protobufColumns } from "./protobufColumns";

interface Encoded {
    /**
     * How messages are written: as JSON, or in the binary form of the schema's own kind ("Create and manage topics").
     * @default "JSON"
     */
    encoding?: "JSON" | "BINARY";
}

/** What every message of a topic must be, as an Avro record. */
export interface AvroSchema extends Encoded {
    /** The schema: an object, its text in JSON, or the path of a file with it, such as `./sale.avsc`. */
    avro: string | object;
}

/** What every message of a topic must be, as a message of Protocol Buffers. */
export interface ProtobufSchema extends Encoded {
    /** The definition of one message, without imports: its text, or the path of a file with it, such as `./sale.proto`. */
    protobuf: string;
}

/** What every message of a topic must be: one of another form is refused when it is published. */
export type TopicSchema = check.OneOf<AvroSchema | ProtobufSchema>;

const encoding = check.oneOf("JSON", "BINARY");

export const schema: check.Check = check.variant({
    avro: check.options<AvroSchema>(
        {
            avro: check.custom(
                (given) => typeof given === "string" || isObject(given),
                "must be a record as an object, as text, or in a file",
            ),
            encoding,
        },
        "avro",
    ),
    protobuf: check.options<ProtobufSchema>({ protobuf: check.text(), encoding }, "protobuf"),
});

/** A schema that was read. */
export interface ReadSchema {
    type: "AVRO" | "PROTOCOL_BUFFER";
    definition: string;
    encoding: "JSON" | "BINARY";
    /** The columns of a table for its messages, and what there is no column for. */
    columns: Columns;
}

/** Reads a topic's schema, and tells what is wrong with it and where. */
export function readSchema(given: TopicSchema): { read?: ReadSchema; problems: check.Problem[] } {
    const path = given.avro !== undefined ? "schema.avro" : "schema.protobuf";
    const source = textOf(given);
    if ("problem" in source) {
        return { problems: [{ path, reason: source.problem }] };
    }
    const { text, from } = source;
    if (Buffer.byteLength(text) > pubSubLimits.rows.schema.max) {
        return { problems: [{ path, reason: `must have at most 300 KB (got ${Buffer.byteLength(text)} bytes).` }] };
    }
    const { encoding = "JSON" } = given;
    const { columns, problems } = given.avro !== undefined ? avro(text, from, path) : protobuf(text, from, path);
    const type = given.avro !== undefined ? "AVRO" : "PROTOCOL_BUFFER";
    return columns ? { read: { type, definition: text, encoding, columns }, problems } : { problems };
}

interface Read {
    columns?: Columns;
    problems: check.Problem[];
}

function avro(text: string, from: string, path: string): Read {
    const fault = jsonFault(text);
    if (fault) {
        const place = `line ${fault.line}, column ${fault.column}${from}`;
        return { problems: [{ path, reason: `is not JSON: ${place} must have ${fault.expected}.` }] };
    }
    const { record, problems } = readAvro(JSON.parse(text));
    return problems.length > 0
        ? { problems: problems.map(({ path: at, reason }) => ({ path: at ? `${path}.${at}` : path, reason })) }
        : { columns: avroColumns(record), problems };
}

function protobuf(text: string, from: string, path: string): Read {
    try {
        return { columns: protobufColumns(readProtobuf(text)), problems: [] };
    } catch (error) {
        if (error instanceof ProtobufError) {
            return { problems: [{ path, reason: `is no Protocol Buffers schema: ${error.message}${from}.` }] };
        }
        throw error;
    }
}

/** A text is the schema itself when it cannot be a path. */
const isText = (given: string, kind: "avro" | "protobuf") =>
    kind === "avro" ? /^\s*[{["]/.test(given) : /[{};\n]/.test(given);

function textOf({ avro, protobuf }: TopicSchema): { text: string; from: string } | { problem: string } {
    const given = (avro ?? protobuf) as string | object;
    if (typeof given !== "string") {
        return { text: JSON.stringify(given), from: "" };
    }
    if (isText(given, avro !== undefined ? "avro" : "protobuf")) {
        return { text: given, from: "" };
    }
    const file = resolve(given);
    if (!existsSync(file) || !statSync(file).isFile()) {
        const what = existsSync(file) ? "is a folder" : "does not exist";
        return { problem: `is no file: ${file} ${what} (got "${given}"). The path is seen from ${process.cwd()}.` };
    }
    return { text: readFileSync(file, "utf8").replace(/^\uFEFF/, ""), from: ` of ${file}` };
}
