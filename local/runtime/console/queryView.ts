import type { Inputs } from "../../simulator";
import { HttpError } from "../emulator/http";
import type { Serving } from "../emulator/serving";
import bigquery from "../services/bigquery";
import type { Row } from "../services/bigquery/values";

/** What a query can run in, and as whom. */
export interface QueryPlaces {
    projects: string[];
    /** The emails of service accounts. */
    accounts: string[];
}

export interface QueryResult {
    columns: { name: string; type: string }[];
    /** The first rows. */
    rows: Row[];
    count: number;
    /** The bytes that the query reads. */
    bytes: number;
    /** Rows that a statement changed. */
    changed?: number;
}

/** As many rows as the page shows. */
const limit = 200;

const accountsStart = "//iam.googleapis.com/serviceAccounts/";

export const queryPlaces = ({ cloud }: Serving): QueryPlaces => ({
    projects: cloud.projects.all(),
    accounts: cloud.store
        .list(accountsStart)
        .map(({ name }) => name.slice(accountsStart.length))
        .sort(),
});

/** Runs a query of BigQuery as an account, or as an owner of the projects. */
export async function queryOf(serving: Serving, { sql, project, as }: Inputs): Promise<QueryResult> {
    if (typeof sql !== "string" || typeof project !== "string") {
        throw new HttpError(400, "required", "A query needs a text and a project.");
    }
    const { queries } = serving.part(bigquery);
    const { columns, rows, bytes, changed } = await queries.query(as ? String(as) : undefined, project, sql);
    return {
        columns: columns.map(({ name, type }) => ({ name, type })),
        rows: rows.slice(0, limit),
        ...{ count: rows.length, bytes },
        ...(changed !== undefined && { changed }),
    };
}
