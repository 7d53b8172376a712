import type { Cloud, Inputs } from "../../../../simulator";
import { currentAccesses } from "../../../../simulator/services/bigquery/access";
import { bigQueryName, datasetPath } from "../../../../simulator/services/bigquery/names";
import type { Access } from "../../../emulator/access";
import { HttpError } from "../../../emulator/http";
import { Table } from "../tables";
import type { Row } from "../values";
import type { QueryEngine, References, Source, Statement } from "./engine";
import { informationSchema } from "./informationSchema";

/** Where names without a project or a dataset are. */
export interface Place {
    project: string;
    /** `project.dataset`. */
    dataset?: string;
}

/** What a statement names, with the rows of tables. */
export type Named = Pick<Statement, "tables" | "rows" | "routines">;

const schemaMark = ".INFORMATION_SCHEMA.";

/** Finds what statements name, of which the caller needs permissions. */
export class Catalog {
    constructor(
        private readonly cloud: Cloud,
        private readonly access: Pick<Access, "require" | "allows">,
        private readonly engine: QueryEngine,
    ) {}

    /** The tables, views and functions that a statement names, and the tables behind its views. */
    async named(account: string | undefined, references: References): Promise<Named> {
        const named: Named = { tables: {}, rows: {}, routines: {} };
        for (const { table, maybePath } of references.reads) {
            await this.add(named, account, table, [], maybePath);
        }
        if (references.target) {
            const found = this.find(references.target);
            if (found) {
                this.put(named, references.target, found);
            }
        }
        for (const key of references.functions) {
            this.addRoutine(named, account, key);
        }
        return named;
    }

    /** The table of `project.dataset.table`. */
    find(key: string): Table | undefined {
        const found = this.cloud.store.read(tableName(key));
        return found && new Table(this.cloud, found);
    }

    /** @param views the views through which the table is read */
    private async add(
        named: Named,
        account: string | undefined,
        key: string,
        views: string[],
        maybePath = false,
    ): Promise<void> {
        if (key.includes(schemaMark)) {
            this.addSchema(named, account, key);
            return;
        }
        const found = this.find(key);
        if (!found && maybePath) {
            return;
        }
        this.allow(account, key, views);
        if (!found || named.tables[key]) {
            return;
        }
        const { view, materializedView, type }: Inputs = found.entry.state;
        const definition = view ?? materializedView;
        if (!definition) {
            if (type && type !== "TABLE") {
                throw new HttpError(
                    501,
                    "notImplemented",
                    `The local Google Cloud does not query tables of type ${type}: ${key}.`,
                );
            }
            this.put(named, key, found);
            return;
        }
        if (view?.useLegacySql) {
            throw new HttpError(
                501,
                "notImplemented",
                `The local Google Cloud does not run legacy SQL: the view ${key}.`,
            );
        }
        named.tables[key] = { view: definition.query };
        const [project = ""] = key.split(".");
        const inner = await this.engine.references({ sql: definition.query, project });
        for (const { table, maybePath: isPath } of inner.reads) {
            await this.add(named, account, table, [...views, key], isPath);
        }
        for (const each of inner.functions) {
            this.addRoutine(named, account, each);
        }
    }

    /** Requires the permission to read a table, unless a view is authorized to read it. */
    private allow(account: string | undefined, key: string, views: string[]): void {
        if (views.some((view) => this.isAuthorized(view, key))) {
            return;
        }
        this.access.require(account, "bigquery.tables.getData", tableName(key));
    }

    /** https://cloud.google.com/bigquery/docs/authorized-views, and for all views of a dataset https://cloud.google.com/bigquery/docs/authorized-datasets */
    private isAuthorized(view: string, key: string): boolean {
        const [project = "", datasetId = ""] = key.split(".");
        const path = datasetPath({ project, datasetId });
        const [viewProject, viewDataset, viewTable] = view.split(".");
        return currentAccesses(this.cloud, path, []).some((access: Inputs) => {
            const { view: one, dataset: all } = access;
            return (
                (one?.projectId === viewProject && one?.datasetId === viewDataset && one?.tableId === viewTable) ||
                (all?.dataset?.projectId === viewProject &&
                    all?.dataset?.datasetId === viewDataset &&
                    all?.targetTypes?.includes("VIEWS"))
            );
        });
    }

    private put(named: Named, key: string, table: Table): void {
        const { state } = table.entry;
        const { requirePartitionFilter, timePartitioning, rangePartitioning, view, materializedView }: Inputs = state;
        const partition = requirePartitionFilter && (timePartitioning?.field ?? rangePartitioning?.field);
        const definition = view ?? materializedView;
        const source: Source = definition
            ? { view: definition.query }
            : { columns: table.columns, ...(partition && { partition }), ...ingestion(timePartitioning) };
        named.tables[key] = source;
        named.rows[key] = definition ? [] : table.rows();
    }

    private addSchema(named: Named, account: string | undefined, key: string): void {
        const [place = "", name = ""] = key.split(schemaMark);
        const [project = "", dataset = ""] = place.split(".");
        this.access.require(
            account,
            "bigquery.tables.list",
            bigQueryName(datasetPath({ project, datasetId: dataset })),
        );
        const isVisible = ({ entry }: Table) =>
            account === undefined || this.access.allows(account, "bigquery.tables.get", entry.name);
        const found = informationSchema(this.cloud, project, dataset, name, isVisible);
        if (!found) {
            throw new HttpError(501, "notImplemented", `The local Google Cloud has no INFORMATION_SCHEMA.${name}.`);
        }
        named.tables[key] = found.source;
        named.rows[key] = found.rows as Row[];
    }

    private addRoutine(named: Named, account: string | undefined, key: string): void {
        const [project, dataset, routine] = key.split(".");
        const name = bigQueryName(`projects/${project}/datasets/${dataset}/routines/${routine}`);
        this.access.require(account, "bigquery.routines.get", name);
        const found = this.cloud.store.read(name);
        if (!found) {
            return;
        }
        const {
            routineType,
            language = "SQL",
            definitionBody,
            arguments: given = [],
            returnType,
        }: Inputs = found.state;
        if (routineType !== "SCALAR_FUNCTION" || language !== "SQL") {
            throw new HttpError(
                501,
                "notImplemented",
                `The local Google Cloud runs functions whose body is an expression of SQL, and not ${key}.`,
            );
        }
        named.routines[key] = {
            body: definitionBody,
            arguments: given.map(({ name, argumentKind, dataType }: Inputs) => ({
                name,
                ...(argumentKind !== "ANY_TYPE" && { type: JSON.parse(dataType) }),
            })),
            ...(returnType && { returns: JSON.parse(returnType) }),
        };
    }
}

/** The pseudo columns of tables that are partitioned by the time of ingestion, which are not stored here. */
const ingestion = (partitioning: Inputs | undefined) =>
    partitioning && !partitioning.field ? { missing: ["_PARTITIONTIME", "_PARTITIONDATE"] } : {};

/** The full name of `project.dataset.table`. */
export function tableName(key: string): string {
    const [project, dataset, ...table] = key.split(".");
    return `//bigquery.googleapis.com/projects/${project}/datasets/${dataset}/tables/${table.join(".")}`;
}
