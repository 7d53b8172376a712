import type { Inputs } from "../../simulator";
import { instanceName } from "../../simulator/services/sql/names";
import { HttpError } from "../emulator/http";
import type { Serving } from "../emulator/serving";
import bigquery from "../services/bigquery";
import type { Row } from "../services/bigquery/values";
import sql from "../services/sql";

/** What a query can run in, and as whom. */
export interface QueryPlaces {
    /** Projects of BigQuery, and databases of Cloud SQL as `project/instance/database`. */
    places: string[];
    /** The emails of service accounts. */
    accounts: string[];
}

export interface QueryResult {
    columns: { name: string; type: string }[];
    /** The first rows. */
    rows: Row[];
    count: number;
    /** The bytes that a query of BigQuery reads. */
    bytes?: number;
    /** Rows that a statement changed. */
    changed?: number;
}

/** As many rows as the page shows. */
const limit = 200;

const accountsStart = "//iam.googleapis.com/serviceAccounts/";

export function queryPlaces(serving: Serving): QueryPlaces {
    const { cloud } = serving;
    const databases = serving.part(sql).instances?.databases() ?? [];
    const emails = cloud.store.list(accountsStart).map(({ name }) => name.slice(accountsStart.length));
    return {
        places: [
            ...cloud.projects.all(),
            ...databases.map(({ project, instance, database }) => `${project}/${instance}/${database}`),
        ],
        accounts: emails.sort(),
    };
}

/** Runs a query as an account, or as an owner of the projects. */
export async function queryOf(serving: Serving, { sql: text, place, as }: Inputs): Promise<QueryResult> {
    if (typeof text !== "string" || typeof place !== "string") {
        throw new HttpError(400, "required", "A query needs a text and a place.");
    }
    const [project = "", instance, ...database] = place.split("/");
    const account = as ? String(as) : undefined;
    return instance === undefined
        ? inBigQuery(serving, project, text, account)
        : inDatabase(serving, { project, instance, database: database.join("/") }, text, account);
}

async function inBigQuery(
    serving: Serving,
    project: string,
    text: string,
    account: string | undefined,
): Promise<QueryResult> {
    const { queries } = serving.part(bigquery);
    const { columns, rows, bytes, changed } = await queries.query(account, project, text);
    return {
        columns: columns.map(({ name, type }) => ({ name, type })),
        rows: rows.slice(0, limit),
        ...{ count: rows.length, bytes },
        ...(changed !== undefined && { changed }),
    };
}

/** An owner is the user `postgres`; an account is its IAM user, which needs the permission to sign in. */
async function inDatabase(
    serving: Serving,
    { project, instance, database }: { project: string; instance: string; database: string },
    text: string,
    account: string | undefined,
): Promise<QueryResult> {
    const name = instanceName(project, instance);
    const state = serving.cloud.store.read(name)?.state;
    const server = state && (await (await serving.part(sql).instances?.of(state))?.running());
    if (server?.query === undefined) {
        throw new HttpError(
            404,
            "notFound",
            `There is no database ${project}/${instance}/${database} that the console queries.`,
        );
    }
    if (account !== undefined) {
        serving.access.require(account, "cloudsql.instances.login", name);
    }
    const user = account?.replace(/\.gserviceaccount\.com$/, "") ?? "postgres";
    const { columns, rows, count } = await server.query(database, text, user).catch((error: Error) => {
        throw new HttpError(400, "invalid", error.message);
    });
    return {
        columns: columns.map((column) => ({ name: column, type: "" })),
        rows: rows
            .slice(0, limit)
            .map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? undefined]))),
        count,
        ...(columns.length === 0 && { changed: count }),
    };
}
