import { type Cloud, type Inputs, projectName } from "../../../simulator";
import type { Access } from "../../emulator/access";
import { type Answer, HttpError, json, pageOf, type Request } from "../../emulator/http";
import { withDefaults } from "./defaults";
import { Jobs, throwErrorOf } from "./jobs";
import { LoadJobs, objectAt } from "./load";
import { bigQueryAccess } from "./permissions";
import type { QueryEngine } from "./queries/engine";
import { QueryJobs, type Result } from "./queries/queryJobs";
import { datasetsOf, findDataset, findTable, partsOf, type Table, tablesOf } from "./tables";
import { type TimestampFormat, timestampFormats } from "./times";
import { JobUploads } from "./uploads";
import { InvalidValue, parseRow, rowResource } from "./values";

const address =
    /^(?:\/upload)?(?:\/bigquery\/v2)?\/projects\/([^/]+)\/(datasets|queries|jobs|serviceAccount)(?:\/([^/]+)(?:\/(tables)(?:\/([^/]+)(?:\/(data|insertAll))?)?)?)?(?:\/.*)?$/;

/** What requests need of their project, dataset or table: https://cloud.google.com/bigquery/docs/access-control#bq-permissions */
const permissions: Record<string, string> = {
    "GET dataset": "bigquery.datasets.get",
    "GET dataset tables": "bigquery.tables.list",
    "GET dataset tables table": "bigquery.tables.get",
    "GET dataset tables table data": "bigquery.tables.getData",
    "POST dataset tables table insertAll": "bigquery.tables.updateData",
};

/** The part of the BigQuery API that clients use to list tables, read rows, insert rows, load them from buckets and run queries. */
export class BigQueryApi {
    /** IDs of inserted rows, by table: "Best effort de-duplication". */
    private readonly inserted = new Map<string, Set<string>>();

    private readonly jobs = new Jobs();
    private readonly loads: LoadJobs;
    readonly queries: QueryJobs;
    private readonly uploads = new JobUploads();

    private readonly access: Pick<Access, "require" | "allows">;

    constructor(
        private readonly cloud: Cloud,
        access: Pick<Access, "require" | "allows">,
        engine: QueryEngine,
    ) {
        this.access = bigQueryAccess(access);
        this.loads = new LoadJobs(cloud, this.jobs);
        this.queries = new QueryJobs(cloud, this.access, this.jobs, engine);
    }

    readonly rest = (request: Request): Answer | Promise<Answer> | undefined => {
        const failed = (error: unknown): never => {
            throw error instanceof HttpError ? error.withStatus() : error;
        };
        try {
            const answer = this.answer(request);
            return answer instanceof Promise ? answer.catch(failed) : answer;
        } catch (error) {
            return failed(error);
        }
    };

    private get need(): Access["require"] {
        return this.access.require;
    }

    private answer(request: Request): Answer | Promise<Answer> | undefined {
        const [, project, kind, ...parts] = address.exec(decodeURIComponent(request.path)) ?? [];
        if (!project) {
            return undefined;
        }
        switch (kind) {
            case "serviceAccount":
                return this.serviceAccount(project);
            case "jobs":
                return this.job(request, project, parts[0]);
            case "queries":
                return this.query(request, project, parts[0]);
            default:
                return this.dataset(request, project, parts);
        }
    }

    private job(request: Request, project: string, id: string | undefined): Answer | Promise<Answer> {
        if (request.path.startsWith("/upload/")) {
            return this.uploads.answer(request, (job, content) =>
                this.insertJob(request.account, project, job, content),
            );
        }
        if (request.method === "POST" && id === undefined) {
            return this.insertJob(request.account, project, json(request.body));
        }
        if (id === undefined) {
            const { page, nextPageToken } = pageOf(this.jobs.list(project), request.query, 50);
            return { status: 200, body: { kind: "bigquery#jobList", jobs: page.map(listed), nextPageToken } };
        }
        const job = this.jobs.get(project, id, request.query.get("location"));
        // What runs here is done when its request is: there is nothing to cancel.
        return request.path.endsWith("/cancel")
            ? { status: 200, body: { kind: "bigquery#jobCancelResponse", job } }
            : { status: 200, body: job };
    }

    /** https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query and `getQueryResults` */
    private async query(request: Request, project: string, id: string | undefined): Promise<Answer> {
        if (id !== undefined) {
            const job = this.jobs.get(project, id, request.query.get("location"));
            throwErrorOf(job);
            return { status: 200, body: this.results(request, job, "bigquery#getQueryResultsResponse") };
        }
        const {
            maxResults,
            timeoutMs: _,
            location,
            dryRun,
            labels,
            formatOptions,
            requestId: __,
            kind: ___,
            ...query
        } = json(request.body);
        const { jobCreationMode: ____, ...configuration } = query;
        const job = await this.queries.insert(request.account, project, {
            jobReference: { projectId: project, ...(location && { location }) },
            configuration: { query: configuration, ...(dryRun && { dryRun }), ...(labels && { labels }) },
        });
        throwErrorOf(job);
        const { timestampOutputFormat, useInt64Timestamp } = formatOptions ?? {};
        const asked = new URLSearchParams({
            ...(maxResults !== undefined && { maxResults: String(maxResults) }),
            ...(timestampOutputFormat && { "formatOptions.timestampOutputFormat": timestampOutputFormat }),
            ...(useInt64Timestamp && { "formatOptions.useInt64Timestamp": "true" }),
        });
        return { status: 200, body: this.results({ ...request, query: asked }, job, "bigquery#queryResponse") };
    }

    private results({ query, account }: Request, job: Inputs, kind: string): object {
        const { destinationTable } = job.configuration.query ?? {};
        const { statistics, jobReference } = job;
        const { statementType, numDmlAffectedRows, schema } = statistics.query ?? {};
        const common = {
            kind,
            jobReference,
            jobComplete: true,
            cacheHit: false,
            totalBytesProcessed: statistics.totalBytesProcessed,
        };
        if (statementType !== "SELECT" || job.configuration.dryRun) {
            return { ...common, ...(numDmlAffectedRows && { numDmlAffectedRows }), schema: schema ?? { fields: [] } };
        }
        const { projectId, datasetId, tableId } = destinationTable;
        const { columns, rows } =
            this.queries.result(account, projectId, datasetId, tableId) ?? this.resultIn(account, destinationTable);
        const { page, nextPageToken } = pageOf(rows, query, 10_000, query.get("startIndex"));
        const format = timestampFormat(query);
        return {
            ...common,
            schema: { fields: columns },
            totalRows: String(rows.length),
            rows: page.map((row) => rowResource(columns, row, format)),
            pageToken: nextPageToken,
        };
    }

    /** The rows of a query that were written to a table. */
    private resultIn(account: string | undefined, { projectId, datasetId, tableId }: Inputs) {
        const table = findTable(this.cloud, projectId, datasetId, tableId);
        this.need(account, "bigquery.tables.getData", table.entry.name);
        return { columns: table.columns, rows: table.rows() };
    }

    private dataset(request: Request, project: string, parts: string[]): Answer {
        const [dataset = "", tables, table = "", action = ""] = parts;
        const form = [request.method, dataset && "dataset", tables, table && "table", action].filter(Boolean).join(" ");
        const result = this.queries.result(request.account, project, dataset, table);
        if (result) {
            return form.endsWith("data") ? this.page(request, result) : resultTable(project, dataset, table, result);
        }
        this.authorize(request.account, form, project, dataset, table);
        switch (form) {
            case "GET":
                return this.datasets(request, project);
            case "GET dataset":
                return {
                    status: 200,
                    body: datasetResource(findDataset(this.cloud, project, dataset).state, project, dataset),
                };
            case "GET dataset tables":
                return this.list(request, project, dataset);
            case "GET dataset tables table":
                return { status: 200, body: this.tableResource(findTable(this.cloud, project, dataset, table)) };
            case "GET dataset tables table data":
                return this.rows(request, findTable(this.cloud, project, dataset, table));
            case "POST dataset tables table insertAll":
                return this.insert(request, findTable(this.cloud, project, dataset, table));
            default:
                throw new HttpError(
                    501,
                    "notImplemented",
                    `The local Google Cloud does not support ${request.method} ${request.path}: create datasets and tables with a deployment.`,
                );
        }
    }

    /** Runs a load job: https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json#required_permissions */
    private async insertJob(
        account: string | undefined,
        project: string,
        job: Inputs,
        content?: Buffer,
    ): Promise<Answer> {
        if (job.configuration?.query !== undefined) {
            return { status: 200, body: await this.queries.insert(account, project, job) };
        }
        this.need(account, "bigquery.jobs.create", projectName(project));
        const { destinationTable, sourceUris = [] }: Inputs = job.configuration?.load ?? {};
        if (destinationTable) {
            const { projectId, datasetId } = destinationTable;
            const [tableId = ""] = String(destinationTable.tableId).split("$");
            const dataset = `//bigquery.googleapis.com/projects/${projectId}/datasets/${datasetId}`;
            const isThere = tablesOf(this.cloud, projectId, datasetId).some(
                ({ entry }) => partsOf(entry)[2] === tableId,
            );
            this.need(account, "bigquery.tables.updateData", isThere ? `${dataset}/tables/${tableId}` : dataset);
            if (!isThere) {
                this.need(account, "bigquery.tables.create", dataset);
            }
        }
        for (const uri of sourceUris as string[]) {
            this.need(account, "storage.objects.get", objectAt(uri));
        }
        return await this.loads.insert(project, job, content);
    }

    private authorize(
        account: string | undefined,
        form: string,
        project: string,
        dataset: string,
        table: string,
    ): void {
        const path = `//bigquery.googleapis.com/projects/${project}/datasets/${dataset}`;
        const name = dataset === "" ? projectName(project) : table === "" ? path : `${path}/tables/${table}`;
        const permission = permissions[form];
        if (permission) {
            this.need(account, permission, name);
        }
    }

    /** https://cloud.google.com/bigquery/docs/reference/rest/v2/projects/getServiceAccount */
    private serviceAccount(project: string): Answer {
        const email = `bq-${this.cloud.projects.number(project)}@bigquery-encryption.iam.gserviceaccount.com`;
        return { status: 200, body: { kind: "bigquery#getServiceAccountResponse", email } };
    }

    /** https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets/list */
    private datasets({ query }: Request, project: string): Answer {
        const all = datasetsOf(this.cloud, project);
        const { page, nextPageToken } = pageOf(all, query, 50);
        const datasets = page.map(({ state }) => {
            const full: Inputs = datasetResource(state, project, String(state.datasetId));
            const { kind, id, datasetReference, labels, friendlyName, location, type } = full;
            return { kind, id, datasetReference, labels, friendlyName, location, type };
        });
        return { status: 200, body: { kind: "bigquery#datasetList", etag: etagOf({}), datasets, nextPageToken } };
    }

    private list({ query }: Request, project: string, dataset: string): Answer {
        const all = tablesOf(this.cloud, project, dataset);
        const { page, nextPageToken } = pageOf(all, query, 50);
        const tables = page.map((table) => {
            const { kind: _, schema: __, ...rest }: Inputs = this.tableResource(table);
            return { kind: "bigquery#table", ...rest };
        });
        return { status: 200, body: { kind: "bigquery#tableList", tables, totalItems: all.length, nextPageToken } };
    }

    private tableResource(table: Table): Inputs {
        const { state } = table.entry;
        const { description, friendlyName, effectiveLabels, clusterings, creationTime, location }: Inputs = state;
        const { expirationTime, externalDataConfiguration, materializedView, rangePartitioning, view }: Inputs = state;
        const { requirePartitionFilter, timePartitioning }: Inputs = state;
        const [projectId, datasetId, tableId] = partsOf(table.entry);
        const column = timePartitioning?.field ?? rangePartitioning?.field;
        return {
            kind: "bigquery#table",
            etag: etagOf(state),
            id: `${projectId}:${datasetId}.${tableId}`,
            selfLink: `${selfLink}/projects/${projectId}/datasets/${datasetId}/tables/${tableId}`,
            tableReference: { projectId, datasetId, tableId },
            description: description || undefined,
            friendlyName: friendlyName || undefined,
            labels: effectiveLabels,
            schema: { fields: table.columns },
            timePartitioning,
            rangePartitioning,
            partitionDefinition: column && { partitionedColumn: [{ field: column }] },
            requirePartitionFilter,
            clustering: clusterings && { fields: clusterings },
            expirationTime: expirationTime ? String(expirationTime) : undefined,
            externalDataConfiguration,
            view,
            materializedView: materializedView && {
                ...materializedView,
                ...(materializedView.refreshIntervalMs && {
                    refreshIntervalMs: String(materializedView.refreshIntervalMs),
                }),
            },
            ...sizesOf(table),
            creationTime: creationTime && String(creationTime),
            lastModifiedTime: String(state.lastModifiedTime ?? creationTime),
            location,
            type: table.type,
        };
    }

    private rows(request: Request, table: Table): Answer {
        if (table.type !== "TABLE") {
            throw new HttpError(400, "invalid", `Cannot list a table of type ${table.type}.`);
        }
        return this.page(request, { columns: table.columns, rows: table.rows() });
    }

    private page({ query }: Request, { columns: known, rows: all }: Pick<Result, "columns" | "rows">): Answer {
        const { page, nextPageToken } = pageOf(all, query, 10_000, query.get("startIndex"));
        const chosen = query.get("selectedFields")?.split(",");
        const columns = known.filter(({ name }) => chosen?.includes(name) ?? true);
        const format = timestampFormat(query);
        return {
            status: 200,
            body: {
                kind: "bigquery#tableDataList",
                totalRows: String(all.length),
                rows: page.map((row) => rowResource(columns, row, format)),
                pageToken: nextPageToken,
            },
        };
    }

    /**
     * "Streaming data into BigQuery": one invalid row prevents the insertion of all, unless invalid rows are skipped.
     */
    private insert({ body }: Request, table: Table): Answer {
        const { rows = [], skipInvalidRows = false, ignoreUnknownValues = false } = json(body);
        if (table.type !== "TABLE") {
            throw new HttpError(400, "invalid", `Cannot add rows to a table of type ${table.type}.`);
        }
        if (rows.length === 0) {
            throw new HttpError(400, "invalid", "No rows present in the request.");
        }
        const { columns } = table;
        const errors = new Map<number, object>();
        const read = rows.map(({ json }: Inputs, index: number) => {
            try {
                return parseRow(columns, withDefaults(columns, json), { dropUnknown: ignoreUnknownValues });
            } catch (error) {
                if (!(error instanceof InvalidValue)) {
                    throw error;
                }
                const { location, message } = error;
                errors.set(index, { reason: "invalid", location, debugInfo: "", message });
                return undefined;
            }
        });
        const stopped = errors.size > 0 && !skipInvalidRows;
        if (!stopped) {
            table.append(read.filter((row: unknown, index: number) => row && this.isNew(table, rows[index].insertId)));
        }
        const insertErrors = read.flatMap((_: unknown, index: number) => {
            const error =
                errors.get(index) ?? (stopped && { reason: "stopped", location: "", debugInfo: "", message: "" });
            return error ? [{ index, errors: [error] }] : [];
        });
        const failed = insertErrors.length > 0 && { insertErrors };
        return { status: 200, body: { kind: "bigquery#tableDataInsertAllResponse", ...failed } };
    }

    /** Whether a row was not inserted before, by its insert ID. */
    private isNew({ entry }: Table, id: string | undefined): boolean {
        const known = this.inserted.get(entry.name) ?? new Set();
        this.inserted.set(entry.name, known);
        return id === undefined || (!known.has(id) && known.add(id).size > 0);
    }
}

/** A job in a list. */
const listed = (job: Inputs) => ({
    ...job,
    state: job.status.state,
    ...(job.status.errorResult && { errorResult: job.status.errorResult }),
});

/** An anonymous table. */
const resultTable = (projectId: string, datasetId: string, tableId: string, { columns, rows }: Result): Answer => ({
    status: 200,
    body: {
        kind: "bigquery#table",
        id: `${projectId}:${datasetId}.${tableId}`,
        tableReference: { projectId, datasetId, tableId },
        schema: { fields: columns },
        numRows: String(rows.length),
        type: "TABLE",
    },
});

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/DataFormatOptions */
function timestampFormat(query: URLSearchParams): TimestampFormat {
    const whole = query.get("formatOptions.useInt64Timestamp")?.toLowerCase() === "true";
    const format = query.get("formatOptions.timestampOutputFormat");
    // "Cannot specify both": https://github.com/googleapis/python-bigquery/blob/main/google/cloud/bigquery/client.py (`list_rows`)
    if (whole && format) {
        throw new HttpError(400, "invalid", "Cannot specify both useInt64Timestamp and timestampOutputFormat.");
    }
    return timestampFormats.find((each) => each === format) ?? (whole ? "INT64" : "FLOAT64");
}

const selfLink = "https://bigquery.googleapis.com/bigquery/v2";

const etagOf = (state: Inputs): string => Buffer.from(String(state.lastModifiedTime ?? "")).toString("base64");

/** The number of rows, and sizes, which are not counted. */
function sizesOf(table: Table): Inputs {
    const sizes = "numActiveLogicalBytes numBytes numLongTermBytes numLongTermLogicalBytes numTotalLogicalBytes";
    const none = Object.fromEntries(sizes.split(" ").map((name) => [name, "0"]));
    return table.type === "VIEW" ? {} : { ...none, numRows: String(table.rows().length) };
}

function datasetResource(state: Inputs, projectId: string, datasetId: string): object {
    const { location, description, friendlyName, effectiveLabels, creationTime, accesses, maxTimeTravelHours } = state;
    const expirations = ["defaultPartitionExpirationMs", "defaultTableExpirationMs"].filter((name) => state[name]);
    return {
        kind: "bigquery#dataset",
        etag: etagOf(state),
        id: `${projectId}:${datasetId}`,
        selfLink: `${selfLink}/projects/${projectId}/datasets/${datasetId}`,
        datasetReference: { projectId, datasetId },
        description: description || undefined,
        friendlyName: friendlyName || undefined,
        labels: effectiveLabels,
        access: accesses,
        ...Object.fromEntries(expirations.map((name) => [name, String(state[name])])),
        defaultEncryptionConfiguration: state.defaultEncryptionConfiguration,
        maxTimeTravelHours,
        isCaseInsensitive: state.isCaseInsensitive ?? false,
        defaultRoundingMode: state.defaultRoundingMode || undefined,
        location,
        type: "DEFAULT",
        creationTime: creationTime && String(creationTime),
        lastModifiedTime: String(state.lastModifiedTime ?? creationTime),
    };
}
