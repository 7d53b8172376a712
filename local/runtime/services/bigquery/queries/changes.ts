import type { Cloud, Inputs } from "../../../../simulator";
import { bigQueryName, datasetPath } from "../../../../simulator/services/bigquery/names";
import type { Access } from "../../../emulator/access";
import { HttpError } from "../../../emulator/http";
import { withDefaults } from "../defaults";
import { findDataset, makeTable, Table } from "../tables";
import { parseRow, type Row } from "../values";
import { type Named, tableName } from "./catalog";
import type { Outcome, References } from "./engine";

/** What statements need on the table that they change: https://cloud.google.com/bigquery/docs/data-manipulation-language#required_permissions */
const needed: Record<string, string[]> = {
    INSERT: ["updateData"],
    UPDATE: ["updateData", "getData"],
    DELETE: ["updateData", "getData"],
    MERGE: ["updateData", "getData"],
    TRUNCATE_TABLE: ["updateData", "getData"],
    DROP_TABLE: ["delete", "get"],
    DROP_VIEW: ["delete", "get"],
};

/** Writes what statements change. */
export class Changes {
    constructor(
        private readonly cloud: Cloud,
        private readonly access: Pick<Access, "require">,
    ) {}

    authorize(account: string | undefined, { statement, target }: References): void {
        if (!target) {
            return;
        }
        const [project = "", datasetId = ""] = target.split(".");
        const name = tableName(target);
        for (const permission of needed[statement] ?? []) {
            this.access.require(account, `bigquery.tables.${permission}`, name);
        }
        if (statement.startsWith("CREATE")) {
            const isThere = this.cloud.store.read(name) !== undefined;
            const dataset = bigQueryName(datasetPath({ project, datasetId }));
            this.access.require(account, "bigquery.tables.create", dataset);
            if (isThere) {
                this.access.require(account, "bigquery.tables.update", name);
            }
        }
    }

    /** @returns the statistics of the statement */
    apply(outcome: Outcome, named: Named): Inputs {
        const { statement, target = "" } = outcome;
        if (statement.startsWith("CREATE")) {
            return this.create(outcome);
        }
        if (statement.startsWith("DROP")) {
            return this.drop(outcome);
        }
        const entry = this.cloud.store.read(tableName(target));
        if (!entry) {
            throw new HttpError(404, "notFound", `Not found: Table ${shown(target)}`);
        }
        const table = new Table(this.cloud, entry);
        const { inserted = 0, updated = 0, deleted = 0 } = outcome.counts ?? {};
        const parsed = (row: Row) => parseRow(table.columns, row, { dropUnknown: false });
        if (outcome.added) {
            table.append(outcome.added.map((row) => parsed(withDefaults(table.columns, row))));
        } else {
            // Rows that were inserted since the statement read the table remain.
            const since = table.rows().slice(named.rows[target]?.length ?? 0);
            table.replace([...(outcome.rows ?? []).map(parsed), ...since]);
        }
        const counts = { insertedRowCount: inserted, updatedRowCount: updated, deletedRowCount: deleted };
        return {
            numDmlAffectedRows: String(inserted + updated + deleted),
            dmlStats: Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)])),
        };
    }

    private create(outcome: Outcome): Inputs {
        const { target = "", view, columns = [], rows = [], partition, clustering } = outcome;
        const [project = "", datasetId = "", tableId = ""] = target.split(".");
        findDataset(this.cloud, project, datasetId);
        const name = tableName(target);
        const found = this.cloud.store.read(name);
        const ddlTargetTable = { projectId: project, datasetId, tableId };
        if (found && outcome.ifNotExists) {
            return { ddlTargetTable, ddlOperationPerformed: "SKIP" };
        }
        if (found && !outcome.replace) {
            throw new HttpError(409, "duplicate", `Already Exists: Table ${shown(target)}`);
        }
        const table = makeTable(this.cloud, {
            ...{ project, datasetId, tableId, schema: JSON.stringify(columns) },
            ...(view && { view: { query: view, useLegacySql: false } }),
            ...(partition && { timePartitioning: partition }),
            ...(clustering && { clusterings: clustering }),
        });
        if (!view) {
            table.replace(rows.map((row) => parseRow(table.columns, row, { dropUnknown: false })));
        }
        return { ddlTargetTable, ddlOperationPerformed: found ? "REPLACE" : "CREATE" };
    }

    private drop({ target = "", ifExists, statement }: Outcome): Inputs {
        const [projectId, datasetId, tableId] = target.split(".");
        const name = tableName(target);
        const found = this.cloud.store.read(name);
        if (!found && !ifExists) {
            throw new HttpError(404, "notFound", `Not found: Table ${shown(target)}`);
        }
        const isView = found?.state.type === "VIEW";
        if (found && isView !== (statement === "DROP_VIEW")) {
            const kind = isView ? "a view" : "a table";
            throw new HttpError(400, "invalidQuery", `Cannot drop ${shown(target)}, which is ${kind}`);
        }
        if (found) {
            this.cloud.store.remove(name);
        }
        const ddlTargetTable = { projectId, datasetId, tableId };
        return { ddlTargetTable, ddlOperationPerformed: found ? "DROP" : "SKIP" };
    }
}

const shown = (key: string) => key.replace(".", ":");
