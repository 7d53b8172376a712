import { gunzipSync } from "node:zlib";
import type { Cloud, Inputs } from "../../../simulator";
import { bucketName, objectName } from "../../../simulator/services/storage/names";
import { bigQueryParts } from "../../../simulator/services/vertex/batchPrediction";
import { findTable } from "../bigquery/tables";
import { type Column, type Row, typeOf } from "../bigquery/values";

/** An instance of a batch prediction. */
export interface Instance {
    /** What the container receives. */
    sent: unknown;
    /** What identifies it in the results: the fields of a line besides the prediction. */
    shown: Record<string, unknown>;
    /** The row of the table that it is made of. */
    row?: Row;
}

/** The instances of an input, and why some of its files cannot be read. */
export interface BatchInput {
    instances: Instance[];
    /** The columns of the table that is read. */
    columns?: Column[];
    failures: string[];
}

/** Reads the input of a job: https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions#input_data_requirements */
export function readInput(cloud: Cloud, { inputConfig, instanceConfig = {} }: Inputs): BatchInput {
    const { bigquerySource, gcsSource, instancesFormat } = inputConfig;
    if (bigquerySource) {
        const [project, dataset, table = ""] = bigQueryParts(bigquerySource.inputUri);
        const { columns, ...found } = tableOf(cloud, project, dataset, table);
        const instances = found.rows.map((row) => ({
            ...fromFields(jsonRow(columns, row), instanceConfig, true),
            row,
        }));
        return { instances, columns, failures: [] };
    }
    const instances: Instance[] = [];
    const failures: string[] = [];
    for (const uri of filesOf(cloud, gcsSource.uris)) {
        try {
            instances.push(...readFile(cloud, instancesFormat, contentAt(cloud, uri), instanceConfig));
        } catch (error) {
            failures.push(`${uri} cannot be read: ${(error as Error).message}`);
        }
    }
    return { instances, failures };
}

function tableOf(cloud: Cloud, project: string, dataset: string, name: string): { columns: Column[]; rows: Row[] } {
    const table = findTable(cloud, project, dataset, name);
    return { columns: table.columns, rows: table.rows() };
}

/** The objects at addresses, which can have wildcards: https://cloud.google.com/storage/docs/wildcards */
function filesOf(cloud: Cloud, uris: string[]): string[] {
    const all = uris.flatMap((uri) => {
        const [, bucket = "", pattern = ""] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
        const prefix = `${bucketName(bucket)}/objects/`;
        const names = cloud.store.list(prefix.slice(0, -1)).map(({ name }) => name.slice(prefix.length));
        const form = wildcards(pattern);
        return names.filter((name) => form.test(name)).map((name) => `gs://${bucket}/${name}`);
    });
    return [...new Set(all)].sort();
}

function wildcards(pattern: string): RegExp {
    const form = pattern
        .replaceAll(/[.+^${}()|\\]/g, "\\$&")
        .replaceAll("**", "\0")
        .replaceAll("*", "[^/]*")
        .replaceAll("?", "[^/]")
        .replaceAll("\0", ".*");
    return new RegExp(`^${form}$`);
}

function contentAt(cloud: Cloud, uri: string): Buffer {
    const [, bucket = "", name = ""] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
    const object = cloud.store.read(objectName(bucket, name));
    if (!object) {
        throw new Error(`${uri} is not found.`);
    }
    return object.content === undefined ? Buffer.alloc(0) : cloud.store.content(object.content);
}

const linesOf = (content: Buffer) =>
    content
        .toString()
        .split(/\r?\n/)
        .filter((line) => line.trim() !== "");

const encoded = (content: Buffer) => ({ b64: content.toString("base64") });

const plain = (sent: unknown): Instance => ({ sent, shown: { instance: sent } });

function readFile(cloud: Cloud, format: string, content: Buffer, config: Inputs): Instance[] {
    switch (format) {
        case "csv":
            return csvInstances(linesOf(content), config);
        case "tf-record":
            return records(content).map((record) => plain(encoded(record)));
        case "tf-record-gzip":
            return records(gunzipSync(content)).map((record) => plain(encoded(record)));
        case "file-list":
            // "For a file list, contains the Cloud Storage URI."
            return linesOf(content).map((uri) => ({ sent: encoded(contentAt(cloud, uri)), shown: { instance: uri } }));
        default:
            return linesOf(content).map((line) => {
                const value: unknown = JSON.parse(line);
                return typeof value === "object" && value !== null && !Array.isArray(value)
                    ? fromFields(value as Row, config, false)
                    : plain(value);
            });
    }
}

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.batchPredictionJobs#InstanceConfig */
function fromFields(fields: Row, config: Inputs, isTable: boolean): Instance {
    const { instanceType = isTable ? "array" : "object", keyField, includedFields = [], excludedFields = [] } = config;
    const names: string[] = includedFields.length > 0 ? includedFields : Object.keys(fields);
    const used = names.filter((name) => name !== keyField && !excludedFields.includes(name));
    const pairs = used.map((name) => [name, fields[name] ?? null] as const);
    const sent = instanceType === "array" ? pairs.map(([, value]) => value) : Object.fromEntries(pairs);
    if (keyField !== undefined) {
        return { sent, shown: { key: fields[keyField] ?? null } };
    }
    // "Excluded will be attached to the batch prediction output if key_field is not specified."
    const excluded = Object.entries(fields).filter(([name]) => excludedFields.includes(name));
    return { sent, shown: { ...Object.fromEntries(excluded), instance: sent } };
}

/** "The first row must be a header row. […] Non-quoted values are read as floating point numbers." */
function csvInstances([header = "", ...lines]: string[], { keyField }: Inputs): Instance[] {
    const names = cellsOf(header).map(String);
    const key = keyField === undefined ? -1 : names.indexOf(keyField);
    return lines.map((line) => {
        const cells = cellsOf(line);
        const numbers = cells.map((cell) => (cell instanceof Quoted ? cell.text : numberOf(cell)));
        if (key < 0) {
            return plain(numbers);
        }
        return { sent: numbers.filter((_, at) => at !== key), shown: { key: numbers[key] ?? null } };
    });
}

/** A cell in quotation marks. */
class Quoted {
    constructor(readonly text: string) {}
    toString = () => this.text;
}

function cellsOf(line: string): (Quoted | string)[] {
    const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))(?=,|$)/g)];
    return cells.map(([, quoted, bare = ""]) =>
        quoted === undefined ? bare.trim() : new Quoted(quoted.replaceAll('""', '"')),
    );
}

function numberOf(text: string): number {
    const number = text === "" ? Number.NaN : Number(text);
    if (Number.isNaN(number)) {
        throw new Error(`could not convert string to float: '${text}'`);
    }
    return number;
}

/** The records of a TFRecord file: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details */
function records(content: Buffer): Buffer[] {
    const found: Buffer[] = [];
    for (let at = 0; at < content.length; ) {
        if (at + 12 > content.length) {
            throw new Error(`truncated record at ${at}`);
        }
        const start = at + 12;
        const end = start + Number(content.readBigUInt64LE(at));
        if (end + 4 > content.length) {
            throw new Error(`truncated record at ${at}`);
        }
        found.push(content.subarray(start, end));
        at = end + 4;
    }
    return found;
}

/** A row by the table "Here is how BigQuery data types are converted to JSON". */
function jsonRow(columns: Column[], row: Row): Row {
    return Object.fromEntries(columns.map((column) => [column.name, jsonValue(column, row[column.name])]));
}

function jsonValue(column: Column, value: unknown): unknown {
    if (column.mode === "REPEATED") {
        return ((value as unknown[]) ?? []).map((item) => jsonValue({ ...column, mode: undefined }, item));
    }
    if (value === undefined) {
        return null;
    }
    switch (typeOf(column)) {
        case "RECORD":
            return jsonRow(column.fields ?? [], value as Row);
        case "NUMERIC":
        case "BIGNUMERIC":
            return Number(value);
        case "TIMESTAMP":
            // Stored as 2026-06-01T08:00:00.123456Z.
            return String(value)
                .replace("T", " ")
                .replace(/(\.000000)?Z$/, "+00:00");
        default:
            return value;
    }
}
