import { createHash } from "node:crypto";
import { type Cloud, type Inputs, projectName } from "../../../../simulator";
import { bigQueryName, datasetPath } from "../../../../simulator/services/bigquery/names";
import type { Access } from "../../../emulator/access";
import { HttpError } from "../../../emulator/http";
import { type Jobs, throwErrorOf } from "../jobs";
import { findDataset, makeTable } from "../tables";
import { type Column, parseRow, type Row } from "../values";
import { billedBytes, verifyBytes } from "./bytes";
import { Catalog } from "./catalog";
import { Changes } from "./changes";
import type { Outcome, QueryEngine, Statement } from "./engine";

/** The result of a query. */
export interface Result {
    columns: Column[];
    rows: Row[];
    /** Who ran the query; undefined for an owner. */
    account: string | undefined;
}

/** Supported properties of query jobs, and those without an effect here; others are refused. */
const understood = [
    ...["allowLargeResults", "clustering", "createDisposition", "createSession", "defaultDataset", "destinationTable"],
    ...["flattenResults", "maximumBytesBilled", "parameterMode", "priority", "query", "queryParameters"],
    ...[
        "schemaUpdateOptions",
        "timePartitioning",
        "useLegacySql",
        "useQueryCache",
        "writeDisposition",
        "writeIncrementalResults",
    ],
];

/** Query jobs: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationQuery */
export class QueryJobs {
    /** By `project.dataset.table` of anonymous tables. */
    private readonly results = new Map<string, Result>();
    private readonly catalog: Catalog;
    private readonly changes: Changes;
    /** Statements run one after the other, as they read and write tables. */
    private last: Promise<unknown> = Promise.resolve();

    constructor(
        private readonly cloud: Cloud,
        private readonly access: Pick<Access, "require" | "allows">,
        private readonly jobs: Jobs,
        private readonly engine: QueryEngine,
    ) {
        this.catalog = new Catalog(cloud, access, engine);
        this.changes = new Changes(cloud, access);
    }

    /** The result in an anonymous table, if it is there and the caller ran the query. */
    result(account: string | undefined, project: string, dataset: string, table: string): Result | undefined {
        const found = this.results.get(`${project}.${dataset}.${table}`);
        return found && (account === undefined || found.account === account) ? found : undefined;
    }

    /** Runs a job, and returns it when it is done. */
    async insert(account: string | undefined, project: string, job: Inputs): Promise<Inputs> {
        this.access.require(account, "bigquery.jobs.create", projectName(project));
        const { configuration, jobReference } = job;
        const query = verified(configuration.query);
        const asked = { ...job, configuration: { ...configuration, query } };
        const done = await this.jobs.run(project, asked, "QUERY", (made) =>
            this.inOrder(() =>
                this.run(account, project, made, query, configuration.dryRun === true, jobReference?.location),
            ),
        );
        if (configuration.dryRun) {
            throwErrorOf(done);
        }
        return done;
    }

    /** Runs a statement, and returns its rows. */
    async query(
        account: string | undefined,
        project: string,
        sql: string,
    ): Promise<Pick<Result, "columns" | "rows"> & { bytes: number; changed?: number }> {
        const job = await this.insert(account, project, {
            configuration: { query: { query: sql, useLegacySql: false } },
        });
        throwErrorOf(job);
        const { statistics, configuration } = job;
        const { projectId, datasetId, tableId } = configuration.query.destinationTable ?? {};
        const { columns = [], rows = [] } = this.result(account, projectId, datasetId, tableId) ?? {};
        const { numDmlAffectedRows } = statistics.query;
        return {
            ...{ columns, rows, bytes: Number(statistics.totalBytesProcessed) },
            ...(numDmlAffectedRows && { changed: Number(numDmlAffectedRows) }),
        };
    }

    private inOrder<Value>(work: () => Promise<Value>): Promise<Value> {
        const next = this.last.then(work);
        this.last = next.catch(() => undefined);
        return next;
    }

    private async run(
        account: string | undefined,
        project: string,
        job: Inputs,
        query: Inputs,
        dryRun: boolean,
        location?: string,
    ): Promise<Inputs> {
        const { defaultDataset, queryParameters = [], destinationTable, maximumBytesBilled } = query;
        const place = {
            project,
            ...(defaultDataset && { dataset: `${defaultDataset.projectId ?? project}.${defaultDataset.datasetId}` }),
        };
        const references = await this.engine.references({ sql: query.query, ...place });
        const named = await this.catalog.named(account, references);
        this.changes.authorize(account, references);
        this.locate(job, [...Object.keys(named.rows), ...(references.target ? [references.target] : [])], location);
        const statement: Statement = {
            ...{ sql: query.query, ...place, ...named, dryRun },
            parameters: queryParameters.map(({ name, parameterType, parameterValue }: Inputs) => ({
                ...{ name, type: parameterType, value: parameterValue ?? {} },
            })),
        };
        const outcome = await this.engine.run(statement);
        const tables = Object.values(named.rows).length;
        verifyBytes(outcome.bytes, tables, maximumBytesBilled);
        const statistics = {
            totalBytesProcessed: String(outcome.bytes),
            query: {
                statementType: outcome.statement,
                totalBytesProcessed: String(outcome.bytes),
                totalBytesBilled: dryRun ? "0" : String(billedBytes(outcome.bytes, tables)),
                cacheHit: false,
                referencedTables: Object.keys(named.rows).map(referenceOf),
                ...(dryRun && { schema: { fields: outcome.columns ?? [] }, totalBytesProcessedAccuracy: "PRECISE" }),
            },
        };
        if (dryRun) {
            return statistics;
        }
        if (outcome.statement !== "SELECT") {
            return { ...statistics, query: { ...statistics.query, ...this.changes.apply(outcome, named) } };
        }
        if (destinationTable) {
            this.write(account, query, outcome);
        } else {
            this.keep(account, job, outcome);
        }
        return statistics;
    }

    /** Sets the location of a job, in which all datasets must be: https://cloud.google.com/bigquery/docs/locations#specify_locations */
    private locate(job: Inputs, tables: string[], asked: string | undefined): void {
        let location = asked;
        for (const key of tables) {
            const [project = "", dataset = ""] = key.split(".");
            const own = String(findDataset(this.cloud, project, dataset).state.location);
            location ??= own;
            if (own.toLowerCase() !== location.toLowerCase()) {
                const message = `Not found: Dataset ${project}:${dataset} was not found in location ${location}`;
                throw new HttpError(404, "notFound", message);
            }
        }
        const { projectId, jobId } = job.jobReference;
        job.jobReference.location = location ?? "US";
        job.id = `${projectId}:${job.jobReference.location}.${jobId}`;
    }

    /** Keeps a result in an anonymous table: https://cloud.google.com/bigquery/docs/cached-results */
    private keep(account: string | undefined, job: Inputs, { columns = [], rows = [] }: Outcome): void {
        const { projectId, jobId } = job.jobReference;
        const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 40);
        const table = { projectId, datasetId: `_${hash(account ?? "owner")}`, tableId: `anon${hash(jobId)}` };
        this.results.set(`${projectId}.${table.datasetId}.${table.tableId}`, { columns, rows, account });
        job.configuration.query = { ...job.configuration.query, destinationTable: table };
    }

    /** Writes a result to a table: https://cloud.google.com/bigquery/docs/writing-results */
    private write(account: string | undefined, query: Inputs, { columns = [], rows = [] }: Outcome): void {
        const {
            destinationTable,
            createDisposition,
            writeDisposition = "WRITE_EMPTY",
            timePartitioning,
            clustering,
        } = query;
        const { projectId, datasetId, tableId } = destinationTable;
        const key = `${projectId}.${datasetId}.${tableId}`;
        const shown = `${projectId}:${datasetId}.${tableId}`;
        findDataset(this.cloud, projectId, datasetId);
        const found = this.catalog.find(key);
        const dataset = bigQueryName(datasetPath({ project: projectId, datasetId }));
        this.access.require(account, "bigquery.tables.updateData", found ? found.entry.name : dataset);
        if (!found) {
            if (createDisposition === "CREATE_NEVER") {
                throw new HttpError(404, "notFound", `Not found: Table ${shown}`);
            }
            this.access.require(account, "bigquery.tables.create", dataset);
        }
        if (found && writeDisposition === "WRITE_EMPTY" && found.rows().length > 0) {
            throw new HttpError(409, "duplicate", `Already Exists: Table ${shown}`);
        }
        const table =
            found ??
            makeTable(this.cloud, {
                project: projectId,
                ...{ datasetId, tableId, schema: JSON.stringify(columns) },
                ...(timePartitioning && { timePartitioning }),
                ...(clustering && { clusterings: clustering.fields }),
            });
        if (found && writeDisposition === "WRITE_TRUNCATE") {
            table.define(columns);
        } else if (found && found.columns.length > 0) {
            verifyColumns(found.columns, columns, shown);
        }
        const parsed = rows.map((row) => parseRow(table.columns, row, { dropUnknown: false }));
        table.replace(writeDisposition === "WRITE_APPEND" ? [...table.rows(), ...parsed] : parsed);
    }
}

const referenceOf = (key: string) => {
    const [projectId, datasetId, ...table] = key.split(".");
    return { projectId, datasetId, tableId: table.join(".") };
};

/** The columns of a result must be columns of the table: "Invalid schema update". */
function verifyColumns(columns: Column[], added: Column[], shown: string): void {
    for (const column of added) {
        const found = columns.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
        if (!found) {
            throw new HttpError(
                400,
                "invalid",
                `Provided Schema does not match Table ${shown}. Cannot add fields (field: ${column.name})`,
            );
        }
    }
}

/** Refuses what is not supported. */
function verified(query: Inputs | undefined): Inputs {
    if (!query?.query) {
        throw new HttpError(400, "required", "Required parameter is missing: query");
    }
    // https://cloud.google.com/bigquery/docs/introduction-sql#changing_from_the_default_dialect
    const [, prefix] = /^\s*#(standard|legacy)sql\b/i.exec(query.query) ?? [];
    const isLegacy = prefix ? prefix.toLowerCase() === "legacy" : (query.useLegacySql ?? true);
    if (isLegacy) {
        throw new HttpError(
            501,
            "notImplemented",
            "The local Google Cloud does not run legacy SQL: set useLegacySql to false.",
        );
    }
    const others = Object.keys(query).filter((name) => !understood.includes(name));
    if (others.length > 0 || query.createSession) {
        const what = others.length > 0 ? others.join(", ") : "sessions";
        throw new HttpError(501, "notImplemented", `The local Google Cloud does not support ${what} of query jobs.`);
    }
    // Clients send numbers, which the API returns as texts.
    const queryParameters = query.queryParameters?.map(({ parameterValue, ...rest }: Inputs) => ({
        ...rest,
        parameterValue: textsOf(parameterValue),
    }));
    return { ...query, ...(queryParameters && { queryParameters }) };
}

function textsOf(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(textsOf);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, textsOf(each)]))
        : value === null || value === undefined
          ? value
          : String(value);
}
