import type { Cloud, Inputs } from "../../../simulator";
import { objectName } from "../../../simulator/services/storage";
import { type Answer, HttpError } from "../../emulator/http";
import { detectedColumns } from "./detect";
import { type File, jsonRows, rowsOf } from "./files";
import type { Jobs } from "./jobs";
import { findTable, makeTable, type Table, tableIn } from "./tables";
import type { Column, Row } from "./values";

/** Supported properties of load jobs; others are refused. */
const understood = [
    "allowJaggedRows",
    "allowQuotedNewlines",
    "autodetect",
    "clustering",
    "createDisposition",
    "destinationTable",
    "fieldDelimiter",
    "ignoreUnknownValues",
    "nullMarker",
    "schema",
    "skipLeadingRows",
    "sourceFormat",
    "sourceUris",
    "timePartitioning",
    "timestampTargetPrecision",
    "writeDisposition",
];

const formats = ["CSV", "NEWLINE_DELIMITED_JSON"];

/** The number of digits of a partition's name. */
const digits: Record<string, number> = { YEAR: 4, MONTH: 6, DAY: 8, HOUR: 10 };

/** BigQuery load jobs, which load JSON lines or CSV from a bucket or the request into a table, atomically. */
export class LoadJobs {
    constructor(
        private readonly cloud: Cloud,
        private readonly jobs: Jobs,
    ) {}

    /** Runs a job and returns it when it is done. */
    async insert(project: string, job: Inputs, uploaded?: Buffer): Promise<Answer> {
        const { load } = job.configuration ?? {};
        refuseOthers(load, uploaded !== undefined);
        const body = await this.jobs.run(project, job, "LOAD", () => ({ load: this.load(load, uploaded) }));
        return { status: 200, body };
    }

    private load(load: Inputs, uploaded?: Buffer) {
        const { sourceUris = [], destinationTable, writeDisposition = "WRITE_APPEND" } = load;
        const { projectId, datasetId } = destinationTable;
        const [tableId = "", partition] = destinationTable.tableId.split("$");
        const name = `${projectId}:${datasetId}.${destinationTable.tableId}`;
        const found =
            load.createDisposition === "CREATE_NEVER"
                ? findTable(this.cloud, projectId, datasetId, tableId)
                : tableIn(this.cloud, projectId, datasetId, tableId);
        const files: File[] = uploaded
            ? [{ uri: "(uploaded)", content: uploaded }]
            : sourceUris.map((uri: string) => ({ uri, content: this.read(uri) }));
        const hasColumns = found !== undefined && found.columns.length > 0;
        const columns = hasColumns ? columnsOf(found, name, load) : newColumns(files, load);
        const loaded = new Set(columns.map((column) => column.name));
        const others = found?.columns.filter((column) => !loaded.has(column.name)) ?? [];
        const rows = files.flatMap((file) => rowsOf(file, columns, others, load));
        const table = found ?? this.make(projectId, datasetId, tableId, columns, load);
        if (found && !hasColumns) {
            table.define(columns);
        }
        const isReplaced = partition === undefined ? () => true : within(table, partition);
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
            inputFileBytes: String(files.reduce((sum, { content }) => sum + content.length, 0)),
            outputRows: String(rows.length),
            badRecords: "0",
        };
    }

    /** The table of a job that may create it: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationLoad */
    private make(project: string, datasetId: string, tableId: string, columns: Column[], load: Inputs): Table {
        const { timePartitioning, clustering } = load;
        return makeTable(this.cloud, {
            project,
            datasetId,
            tableId,
            schema: JSON.stringify(columns),
            ...(timePartitioning && { timePartitioning }),
            ...(clustering && { clusterings: clustering.fields }),
        });
    }

    private read(uri: string): Buffer {
        const entry = this.cloud.store.read(objectAt(uri));
        if (!entry) {
            throw new HttpError(404, "notFound", `Not found: URI ${uri}`);
        }
        return this.cloud.store.content(entry.content as string);
    }
}

/** The full name of the object at a URI such as `gs://acme-files/rows.json`. */
export function objectAt(uri: string): string {
    const [, bucket = "", object = ""] = /^gs:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    return objectName(bucket, object);
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
            `The local Google Cloud runs no jobs of BigQuery but those that load objects or uploads of JSON lines or CSV, each by its name.${what} Try others in a project.`,
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

/** The columns of a table in the order of the job's schema, which cannot have others. */
function columnsOf({ columns }: Table, name: string, { schema }: Inputs): Column[] {
    if (!schema?.fields) {
        return columns;
    }
    return schema.fields.map((field: Column) => {
        const column = columns.find((each) => each.name.toLowerCase() === field.name.toLowerCase());
        if (!column) {
            const message = `Provided Schema does not match Table ${name}. Cannot add fields (field: ${field.name})`;
            throw new HttpError(400, "invalid", message);
        }
        return column;
    });
}

/** The columns of a new table: those of the job's schema, or detected ones. */
function newColumns(files: File[], { schema, autodetect, sourceFormat }: Inputs): Column[] {
    if (schema?.fields) {
        return schema.fields;
    }
    if (autodetect !== true) {
        throw new HttpError(400, "invalid", "No schema specified on job or table.");
    }
    if (sourceFormat !== "NEWLINE_DELIMITED_JSON") {
        throw new HttpError(
            501,
            "notImplemented",
            "The local Google Cloud detects the columns of JSON lines, and not of CSV: add a schema to the job.",
        );
    }
    return detectedColumns(files.flatMap(jsonRows));
}
