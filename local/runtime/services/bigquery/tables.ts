import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Cloud, type Context, type Entry, GoogleError, type Inputs } from "../../../simulator";
import { bigQueryName, tablePath } from "../../../simulator/services/bigquery/names";
import { schemaResponse } from "../../../simulator/services/bigquery/schema";
import { table } from "../../../simulator/services/bigquery/table";
import { HttpError } from "../../emulator/http";
import type { Column, Row } from "./values";

const api = "//bigquery.googleapis.com";

/**
 * A BigQuery table and its rows, which are stored as a file in the cloud's folder: each line has the rows of one call, encrypted. Release 0.1.0
 * wrote a line of JSON for each row.
 */
export class Table {
    constructor(
        private readonly cloud: Cloud,
        readonly entry: Entry,
    ) {}

    get columns(): Column[] {
        const { schema } = this.entry.state;
        return schema ? JSON.parse(String(schema)) : [];
    }

    /** Views have no rows. */
    get type(): string {
        return String(this.entry.state.type ?? "TABLE");
    }

    rows(): Row[] {
        const file = this.file;
        const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
        return lines
            .filter((line) => line !== "")
            .flatMap((line) =>
                JSON.parse(
                    line.startsWith("{") ? line : this.cloud.store.decrypt(Buffer.from(line, "base64")).toString(),
                ),
            );
    }

    append(rows: Row[]): void {
        mkdirSync(dirname(this.file), { recursive: true });
        appendFileSync(this.file, this.line(rows), { mode: 0o600 });
    }

    /** Sets the columns of a table that has none. */
    define(columns: Column[]): void {
        this.entry.state.schema = schemaResponse(columns);
        this.cloud.store.write(this.entry);
    }

    /** Replaces all rows. */
    replace(rows: Row[]): void {
        mkdirSync(dirname(this.file), { recursive: true });
        writeFileSync(this.file, this.line(rows), { mode: 0o600 });
    }

    private line(rows: Row[]): string {
        return `${this.cloud.store.encrypt(Buffer.from(JSON.stringify(rows))).toString("base64")}\n`;
    }

    /** The name includes the creation time, so that a new table of the same name has no rows. */
    private get file(): string {
        const [project = "", dataset = "", table = ""] = partsOf(this.entry).map(encodeURIComponent);
        const { creationTime = 0 } = this.entry.state;
        return join(this.cloud.folder, "rows", project, dataset, `${table}.${creationTime}.jsonl`);
    }
}

/** The project, dataset and table of a name. */
export function partsOf({ name }: Entry): string[] {
    const [, , , , project = "", , dataset = "", , table = ""] = name.split("/");
    return [project, dataset, table];
}

/** The datasets of a project. */
export const datasetsOf = (cloud: Cloud, project: string): Entry[] =>
    cloud.store.list(`${api}/projects/${project}/datasets`).filter(({ name }) => name.split("/").length === 7);

export function findDataset(cloud: Cloud, project: string, dataset: string): Entry {
    const found = cloud.store.read(`${api}/projects/${project}/datasets/${dataset}`);
    if (!found) {
        throw new HttpError(404, "notFound", `Not found: Dataset ${project}:${dataset}`);
    }
    return found;
}

export function findTable(cloud: Cloud, project: string, dataset: string, table: string): Table {
    const found = tableIn(cloud, project, dataset, table);
    if (!found) {
        throw new HttpError(404, "notFound", `Not found: Table ${project}:${dataset}.${table}`);
    }
    return found;
}

/** A table of a dataset, if it is there. */
export function tableIn(cloud: Cloud, project: string, dataset: string, table: string): Table | undefined {
    const { name } = findDataset(cloud, project, dataset);
    const found = cloud.store.read(`${name}/tables/${table}`);
    return found && new Table(cloud, found);
}

/** Makes a table like a deployment does. */
export function makeTable(cloud: Cloud, inputs: Inputs): Table {
    const context = { cloud } as Context;
    try {
        table.verify?.(inputs, context);
    } catch (error) {
        const { code, text, reason = "invalid" } = error as GoogleError;
        throw error instanceof GoogleError ? new HttpError(code, reason, text) : error;
    }
    const id = tablePath(inputs);
    const entry = {
        name: bigQueryName(id),
        project: inputs.project,
        id,
        state: { ...inputs, ...table.state?.(inputs, context) },
    };
    cloud.store.write(entry);
    return new Table(cloud, entry);
}

/** The tables of a dataset. */
export function tablesOf(cloud: Cloud, project: string, dataset: string): Table[] {
    const { name } = findDataset(cloud, project, dataset);
    return cloud.store.list(`${name}/tables`).map((entry) => new Table(cloud, entry));
}
