import { DatasetAccess } from "@pulumi/gcp/bigquery/datasetAccess";
import { IamMember } from "@pulumi/gcp/bigquery/iamMember";
import { Table, type TableArgs } from "@pulumi/gcp/bigquery/table";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { type Duration, duration, inMilliseconds } from "../internal/duration";
import { labels } from "../internal/labels";
import type { BigQueryDataset } from "./dataset";
import { withJobs } from "./jobs";
import { type Query, query, queryText, reads } from "./query";

/** A view of a {@link BigQueryDataset}: a query that is run when the view is read. */
export interface BigQueryViewDefinition {
    /** What is in the view. It may read the dataset's tables and the views before it. */
    query: Query;
    /** What the view is for. */
    description?: pulumi.Input<string>;
    /**
     * Other datasets that the query reads, by a name of its own, and may read for whoever reads the view, who need not
     * have a role on them ("Authorized views").
     * @default the reader of the view needs a role on all that the query reads
     */
    reads?: Record<string, BigQueryDataset>;
    /**
     * Labels of the view: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
}

/** A materialized view: what its query found is kept, and brought up to date as the tables change. */
export interface MaterializedViewDefinition extends BigQueryViewDefinition {
    /**
     * How often it is brought up to date at most: `"1 minute"` to `"7 days"`, or only when it is told to ("Manage
     * materialized views").
     * @default "30 minutes"
     */
    refresh?: Duration | "manual";
}

/** A view, of either kind. */
export interface BigQueryView {
    readonly table: Table;
    /** Reads the view, by queries too; the consumer gets its name, `acme-dev.sales.latest`. */
    readonly reader: Capability;
}

const options = {
    query,
    description: check.input(check.text()),
    reads,
    labels,
};

/** Checks a view. */
export const viewDefinition: check.Check = check.options<BigQueryViewDefinition>(options, "query");

/** Checks a materialized view. */
export const materializedViewDefinition: check.Check = check.options<MaterializedViewDefinition>(
    {
        ...options,
        refresh: check.lazily((given) => (given === "manual" ? check.text() : duration("1 minute", "7 days"))),
    },
    "query",
);

/** What a view is made in. */
interface Surroundings {
    name: string;
    dataset: BigQueryDataset;
    /** The dataset's name in a query. */
    path: pulumi.Output<string>;
    /** The tables and views that it can read by name, which must be there first. */
    before: Record<string, pulumi.Resource>;
    child: Child;
    environment: Environment;
}

/** Registers a view and what it needs to read other datasets. */
export function view(id: string, given: BigQueryViewDefinition, around: Surroundings): BigQueryView {
    const text = queryText(given, around.path, Object.keys(around.before));
    return registered(id, given, { view: { query: text, useLegacySql: false } }, around);
}

/** Registers a materialized view. */
export function materializedView(id: string, given: MaterializedViewDefinition, around: Surroundings): BigQueryView {
    const text = queryText(given, around.path, Object.keys(around.before));
    const refresh = given.refresh ?? "30 minutes";
    const definition =
        refresh === "manual"
            ? { query: text, enableRefresh: false }
            : { query: text, enableRefresh: true, refreshIntervalMs: inMilliseconds(refresh) };
    const kmsKeyName = around.dataset.encryptionKey;
    const kept = { materializedView: definition, encryptionConfiguration: kmsKeyName ? { kmsKeyName } : undefined };
    return registered(id, given, kept, around);
}

function registered(
    id: string,
    { description, labels, reads = {} }: BigQueryViewDefinition,
    kind: Partial<TableArgs>,
    { name, dataset, path, before, child, environment }: Surroundings,
): BigQueryView {
    const { project, datasetId } = dataset.dataset;
    const table = new Table(
        ...child(
            "view",
            `${name}-${id}`,
            // It has no rows of its own to protect.
            { project, datasetId, tableId: id, description, ...kind, deletionProtection: false, labels },
            // Both have one id; and BigQuery looks for what a query reads when the view is made.
            {
                deleteBeforeReplace: true,
                dependsOn: [...Object.values(before), ...Object.values(reads).flatMap((read) => read.contents())],
            },
        ),
    );
    for (const [key, read] of Object.entries(reads)) {
        new DatasetAccess(...child("access", `${name}-${id}-reads-${key}`, authorized(table, read)));
    }
    const on = { project, datasetId, tableId: table.tableId };
    const full = pulumi.interpolate`${path}.${table.tableId}`;
    const reader = capability(`${name}-${id}`, "roles/bigquery.dataViewer", IamMember, on, full);
    return { table, reader: withJobs(environment, reader) };
}

/** The entry in a dataset's access list by which a view may read it. */
export function authorized(table: Table, { dataset }: BigQueryDataset) {
    const view = { projectId: table.project, datasetId: table.datasetId, tableId: table.tableId };
    return { project: dataset.project, datasetId: dataset.datasetId, view };
}
