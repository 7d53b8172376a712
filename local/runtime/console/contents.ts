import type { Cloud } from "../../simulator";
import { HttpError } from "../emulator/http";
import { datasetsOf, findTable, tablesOf } from "../services/bigquery/tables";
import type { Row } from "../services/bigquery/values";
import { Objects } from "../services/storage/objects";

/** How many objects of a bucket, bytes of an object and rows of a table are shown. */
const limits = { objects: 500, bytes: 64_000, rows: 100 };

export interface BucketView {
    name: string;
    project: string;
    objects: { name: string; updated: string }[];
    /** How many objects there are, as not all of them are shown. */
    count: number;
}

export interface ObjectView {
    bucket: string;
    name: string;
    size: number;
    contentType: string;
    generation: string;
    /** The start of a text; undefined for other content. */
    text?: string;
    isShortened: boolean;
}

export interface TableView {
    project: string;
    dataset: string;
    table: string;
    type: string;
}

export interface RowsView extends TableView {
    columns: { name: string; type: string }[];
    /** The latest rows, the newest one first. */
    rows: Row[];
    count: number;
}

/** The buckets with their objects. */
export function bucketsOf(cloud: Cloud): BucketView[] {
    const objects = new Objects(cloud);
    return cloud.store
        .list("//storage.googleapis.com/buckets/")
        .filter(({ name }) => name.split("/").length === 5)
        .map(({ id, project }) => {
            const all = objects.list(id, false);
            const shown = all.slice(0, limits.objects).map(({ state }) => ({
                name: String(state.name),
                // A generation is the write time in microseconds.
                updated: new Date(Number(state.generation) / 1000).toISOString(),
            }));
            return { name: id, project, objects: shown, count: all.length };
        });
}

/** An object with the start of its text. */
export function objectOf(cloud: Cloud, bucket: string, name: string): ObjectView {
    const objects = new Objects(cloud);
    const object = objects.require(bucket, name);
    const { contentType = "", generation, customerEncryption } = object.state;
    const content = objects.content(object);
    const start = content.subarray(0, limits.bytes);
    // The last character can be cut off.
    const text = start.toString().replace(/\uFFFD$/, "");
    const isText = customerEncryption === undefined && !/[\0\uFFFD]/.test(text);
    return {
        ...{ bucket, name, size: content.length, contentType: String(contentType), generation: String(generation) },
        ...(isText && { text }),
        isShortened: start.length < content.length,
    };
}

/** The tables and views of all datasets. */
export function tablesIn(cloud: Cloud): TableView[] {
    return cloud.projects.all().flatMap((project) =>
        datasetsOf(cloud, project).flatMap((dataset) => {
            const id = String(dataset.state.datasetId);
            return tablesOf(cloud, project, id).map(({ entry, type }) => {
                return { project, dataset: id, table: String(entry.state.tableId), type };
            });
        }),
    );
}

/** A table with its latest rows. */
export function rowsOf(cloud: Cloud, { project = "", dataset = "", table = "" }: Record<string, string>): RowsView {
    if (cloud.projects.find(project) === undefined) {
        throw new HttpError(404, "notFound", `Not found: Project ${project}`);
    }
    const found = findTable(cloud, project, dataset, table);
    const rows = found.rows();
    return {
        ...{ project, dataset, table, type: found.type },
        columns: found.columns.map(({ name, type }) => ({ name, type })),
        rows: rows.slice(-limits.rows).reverse(),
        count: rows.length,
    };
}
