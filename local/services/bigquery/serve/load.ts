import { randomUUID } from "node:crypto";
import type { Cloud } from "../../../cloud/cloud";
import { type Answer, HttpError } from "../../../emulator/http";
import type { Inputs } from "../../../rules/rules";
import { objectName } from "../../storage";
import { findTable, type Table } from "./tables";
import { InvalidValue, parseRow, type Row } from "./values";

/** Supported properties of load jobs; others are refused. */
const understood = [
    "autodetect",
    "createDisposition",
    "destinationTable",
    "ignoreUnknownValues",
    "schema",
    "skipLeadingRows",
    "sourceFormat",
    "sourceUris",
    "writeDisposition",
];

const formats = ["CSV", "NEWLINE_DELIMITED_JSON"];

/** The number of digits of a partition's name. */
const digits: Record<string, number> = { YEAR: 4, MONTH: 6, DAY: 8, HOUR: 10 };

/** BigQuery load jobs, which load JSON lines or CSV from a bucket or the request into a table, atomically. */
export class LoadJobs {
    private readonly jobs = new Map<string, Inputs>();

    constructor(private readonly cloud: Cloud) {}

    get(project: string, id: string): Answer {
        const found = this.jobs.get(`${project}:${id}`);
        if (!found) {
            throw new HttpError(404, "notFound", `Not found: Job ${project}:${id}`);
        }
        return { status: 200, body: found };
    }

    /** Runs a job and returns it when it is done. */
    insert(project: string, { jobReference = {}, configuration = {} }: Inputs, uploaded?: Buffer): Answer {
        const { load } = configuration;
        const { jobId = randomUUID(), location = "EU" } = jobReference;
        refuseOthers(load, uploaded !== undefined);
        const key = `${project}:${jobId}`;
        if (this.jobs.has(key)) {
            throw new HttpError(409, "duplicate", `Already Exists: Job ${project}:${location}.${jobId}`);
        }
        const time = String(Date.now());
        const job = {
            kind: "bigquery#job",
            id: `${project}:${location}.${jobId}`,
            jobReference: { projectId: project, jobId, location },
            configuration: { jobType: "LOAD", load },
            status: { state: "DONE" },
            statistics: { creationTime: time, startTime: time, endTime: time },
        };
        try {
            Object.assign(job.statistics, { load: this.load(load, uploaded) });
        } catch (error) {
            if (!(error instanceof HttpError)) {
                throw error;
            }
            const errorResult = { reason: error.reason, message: error.message };
            Object.assign(job.status, { errorResult, errors: [errorResult] });
        }
        this.jobs.set(key, job);
        return { status: 200, body: job };
    }

    private load(load: Inputs, uploaded?: Buffer) {
        const { sourceUris = [], destinationTable, writeDisposition = "WRITE_APPEND" } = load;
        const [tableId = "", partition] = destinationTable.tableId.split("$");
        const table = findTable(this.cloud, destinationTable.projectId, destinationTable.datasetId, tableId);
        const name = `${destinationTable.projectId}:${destinationTable.datasetId}.${destinationTable.tableId}`;
        const isReplaced = partition === undefined ? () => true : within(table, partition);
        const files: [string, Buffer][] = uploaded
            ? [["(uploaded)", uploaded]]
            : sourceUris.map((uri: string) => [uri, this.read(uri)]);
        const rows = files.flatMap(([uri, content]) => rowsOf(table, uri, content, load));
        if (!rows.every(isReplaced)) {
            throw new HttpError(
                400,
                "invalid",
                `Some rows belong to different partitions rather than destination partition ${name}`,
            );
        }
        const before = table.rows();
        if (writeDisposition === "WRITE_EMPTY" && before.some(isReplaced)) {
            throw new HttpError(409, "duplicate", `Already Exists: Table ${name}`);
        }
        const isKept = (row: Row) => writeDisposition !== "WRITE_TRUNCATE" || !isReplaced(row);
        table.replace([...before.filter(isKept), ...rows]);
        return {
            inputFiles: String(files.length),
            inputFileBytes: String(files.reduce((sum, [, content]) => sum + content.length, 0)),
            outputRows: String(rows.length),
            badRecords: "0",
        };
    }

    private read(uri: string): Buffer {
        const [, bucket = "", object = ""] = /^gs:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
        const entry = this.cloud.store.read(objectName(bucket, object));
        if (!entry) {
            throw new HttpError(404, "notFound", `Not found: URI ${uri}`);
        }
        return this.cloud.store.content(entry.content as string);
    }
}

function refuseOthers(load: Inputs | undefined, isUploaded: boolean): void {
    const others = Object.keys(load ?? {}).filter((key) => !understood.includes(key));
    const isUnderstood = formats.includes(load?.sourceFormat ?? "CSV") && others.length === 0;
    const hasSource = isUploaded || load?.sourceUris?.length > 0;
    if (!load || !isUnderstood || !hasSource || load.sourceUris?.some((uri: string) => uri.includes("*"))) {
        const what = load && others.length > 0 ? ` It was asked for ${others.join(", ")}.` : "";
        throw new HttpError(
            501,
            "notImplemented",
            `The local Google Cloud runs no jobs of BigQuery but those that load objects or uploads of JSON lines or CSV, each by its name, into a table that is there.${what} Try others in a project.`,
        );
    }
}

/** Whether a row belongs to a time partition such as `20260601`. */
function within(table: Table, partition: string): (row: Row) => boolean {
    const { timePartitioning }: Inputs = table.entry.state;
    if (!timePartitioning?.field || partition.length !== digits[timePartitioning.type] || /\D/.test(partition)) {
        throw new HttpError(400, "invalid", `Invalid time partitioning: the table has no partition ${partition}.`);
    }
    const field = timePartitioning.field.toLowerCase();
    const [column = ""] = table.columns.map(({ name }) => name).filter((name) => name.toLowerCase() === field);
    return (row) => {
        const parts = String(row[column] ?? "").match(/\d+/g) ?? [];
        return (
            parts
                .map((part) => part.padStart(2, "0"))
                .join("")
                .slice(0, partition.length) === partition
        );
    };
}

function rowsOf(table: Table, uri: string, content: Buffer, load: Inputs): Row[] {
    const dropUnknown = load.ignoreUnknownValues === true;
    return load.sourceFormat === "NEWLINE_DELIMITED_JSON"
        ? jsonRows(table, uri, content, dropUnknown)
        : csvRows(table, uri, content, load);
}

function jsonRows(table: Table, uri: string, content: Buffer, dropUnknown: boolean): Row[] {
    const lines = content.toString("utf8").split("\n");
    return lines.flatMap((line, index) => {
        if (line.trim() === "") {
            return [];
        }
        try {
            return [parseRow(table.columns, JSON.parse(line), { dropUnknown })];
        } catch (error) {
            if (!(error instanceof InvalidValue || error instanceof SyntaxError)) {
                throw error;
            }
            const position = lines.slice(0, index).reduce((sum, before) => sum + Buffer.byteLength(before) + 1, 0);
            throw new HttpError(
                400,
                "invalid",
                `Error while reading data, error message: JSON parsing error in row starting at position ${position}: ${error.message} File: ${uri}`,
            );
        }
    });
}

/** https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv */
function csvRows(
    table: Table,
    uri: string,
    content: Buffer,
    { skipLeadingRows = 0, ignoreUnknownValues }: Inputs,
): Row[] {
    const { columns } = table;
    const records = csvRecords(content.toString("utf8")).slice(Number(skipLeadingRows));
    return records.map((values, index) => {
        // An empty value is null, also in quotes.
        const cells = columns.map(({ name }, at) => [name, values[at] === "" ? null : values[at]]);
        try {
            if (values.length > columns.length && ignoreUnknownValues !== true) {
                throw new InvalidValue(
                    "",
                    `Too many values in row. Found ${values.length}, expected ${columns.length}.`,
                );
            }
            return parseRow(columns, Object.fromEntries(cells), { dropUnknown: false });
        } catch (error) {
            if (!(error instanceof InvalidValue)) {
                throw error;
            }
            const message = `Error while reading data, error message: CSV processing encountered an error in row ${index + 1}: ${error.message} File: ${uri}`;
            throw new HttpError(400, "invalid", message);
        }
    });
}

/** The records of RFC 4180: values in quotes can contain commas, line breaks, and doubled quotes. Empty lines are no records. */
function csvRecords(text: string): string[][] {
    const records: string[][] = [];
    let record: string[] = [];
    for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
        record.push(quoted?.replaceAll('""', '"') ?? plain);
        if (end !== ",") {
            if (record.length > 1 || record[0] !== "") {
                records.push(record);
            }
            record = [];
        }
    }
    return records;
}
