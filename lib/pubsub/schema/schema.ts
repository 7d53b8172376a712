import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pubSubLimits } from "../../facts/limits/pubSub";
import * as check from "../../internal/arguments/check";
import { jsonFault, jsonOf } from "../../internal/arguments/json";
import { isObject } from "../../internal/arguments/value";
import { avroColumns, parseAvro } from "./avro";
import type { Columns } from "./columns";
import { ProtobufError, parseProtobuf, protobufColumns } from "./protobuf";

interface Encoded {
    /**
     * The {@link https://cloud.google.com/pubsub/docs/schemas encoding} of messages: JSON, or the binary encoding of the
     * schema's type.
     * @default "JSON"
     */
    encoding?: "JSON" | "BINARY";
}

/** An {@link https://avro.apache.org/docs/1.12.0/specification/ Avro} schema. */
export interface AvroSchema extends Encoded {
    /** The schema as an object, as JSON text, or as the path of a file, such as `./sale.avsc`. */
    avro: string | object;
}

/** A {@link https://protobuf.dev/programming-guides/proto3/ Protocol Buffers} schema. */
export interface ProtobufSchema extends Encoded {
    /** The definition of one message, without imports, as text or as the path of a file, such as `./sale.proto`. */
    protobuf: string;
}

/** The schema of a topic: Pub/Sub rejects the publication of a message that does not match it. */
export type TopicSchema = check.OneOf<AvroSchema | ProtobufSchema>;

const encoding = check.oneOf("JSON", "BINARY");

export const schema = check.variant({
    avro: check.options<AvroSchema>(
        {
            avro: check.pipe(
                check.custom<string | object>(
                    (value) => typeof value === "string" || isObject(value),
                    "must be a record: an object, JSON, or a file",
                ),
                check.refine(
                    (value) => typeof value === "string" || jsonOf(value) !== undefined,
                    "must be an object that JSON can have",
                ),
            ),
            encoding,
        },
        "avro",
    ),
    protobuf: check.options<ProtobufSchema>({ protobuf: check.text(), encoding }, "protobuf"),
});

/** A parsed schema. */
export interface ParsedSchema {
    type: "AVRO" | "PROTOCOL_BUFFER";
    definition: string;
    encoding: "JSON" | "BINARY";
    /** The columns of a table for the messages. */
    columns: Columns;
}

/** Parses and validates the schema of a topic. */
export function parseSchema(schema: TopicSchema): { parsed?: ParsedSchema; problems: check.Problem[] } {
    const path = schema.avro !== undefined ? "schema.avro" : "schema.protobuf";
    const source = readText(schema);
    if ("missing" in source) {
        const reason = `is not a file: ${source.missing}. The path is relative to ${process.cwd()}.`;
        return { problems: [check.problem(path, "pubsub/schema-file-missing", reason)] };
    }
    const { text, from } = source;
    const { max } = pubSubLimits.rows.schema;
    if (Buffer.byteLength(text) > max) {
        return {
            problems: [
                check.problem(
                    path,
                    "pubsub/schema-too-large",
                    `must have at most ${max / 1024} KB (got ${Buffer.byteLength(text)} bytes).`,
                ),
            ],
        };
    }
    const { encoding = "JSON" } = schema;
    const { columns, problems } =
        schema.avro !== undefined ? parseAvroText(text, from, path) : parseProtobufText(text, from, path);
    const type = schema.avro !== undefined ? "AVRO" : "PROTOCOL_BUFFER";
    return columns ? { parsed: { type, definition: text, encoding, columns }, problems } : { problems };
}

interface ParseResult {
    columns?: Columns;
    problems: check.Problem[];
}

function parseAvroText(text: string, from: string, path: string): ParseResult {
    const fault = jsonFault(text);
    if (fault) {
        const place = `line ${fault.line}, column ${fault.column}${from}`;
        return {
            problems: [
                check.problem(path, "pubsub/schema-not-json", `is not JSON: ${place} must have ${fault.expected}.`),
            ],
        };
    }
    const { record, problems } = parseAvro(JSON.parse(text));
    return problems.length > 0
        ? {
              problems: problems.map((each) => ({ ...each, path: each.path ? `${path}.${each.path}` : path })),
          }
        : { columns: avroColumns(record), problems };
}

function parseProtobufText(text: string, from: string, path: string): ParseResult {
    try {
        return { columns: protobufColumns(parseProtobuf(text)), problems: [] };
    } catch (error) {
        if (error instanceof ProtobufError) {
            return {
                problems: [
                    check.problem(
                        path,
                        "pubsub/schema-protobuf-invalid",
                        `is not a valid Protocol Buffers schema: ${error.message}${from}.`,
                    ),
                ],
            };
        }
        throw error;
    }
}

/** Whether a string is a schema, and not the path of a file. */
const isInline = (source: string, kind: "avro" | "protobuf") =>
    kind === "avro" ? /^\s*[{["]/.test(source) : /[{};\n]/.test(source);

/** Reads the text of a schema, and its file for error messages. */
function readText({ avro, protobuf }: TopicSchema): { text: string; from: string } | { missing: string } {
    const source = (avro ?? protobuf) as string | object;
    if (typeof source !== "string") {
        // The check has written it before.
        return { text: jsonOf(source) as string, from: "" };
    }
    if (isInline(source, avro !== undefined ? "avro" : "protobuf")) {
        return { text: source, from: "" };
    }
    const file = resolve(source);
    if (!existsSync(file) || !statSync(file).isFile()) {
        const what = existsSync(file) ? "is a folder" : "does not exist";
        return { missing: `${file} ${what} (got "${source}")` };
    }
    return { text: readFileSync(file, "utf8").replace(/^\uFEFF/, ""), from: ` of ${file}` };
}
