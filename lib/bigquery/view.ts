import { DatasetAccess } from "@pulumi/gcp/bigquery/datasetAccess";
import { IamMember } from "@pulumi/gcp/bigquery/iamMember";
import { Table, type TableArgs } from "@pulumi/gcp/bigquery/table";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { bigQueryLimits } from "../facts/limits/bigQuery";
import type { Capability } from "../internal/access/capability";
import { capability } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, inMilliseconds } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import type { Child } from "../internal/engine/children";
import type { AnyDataset } from "./anyDataset";
import { withJobUser } from "./jobs";
import { type Query, query, queryText, reads } from "./query";

/** A {@link https://cloud.google.com/bigquery/docs/views-intro view} of a {@link BigQueryDataset}. */
export interface BigQueryViewDefinition {
    /** The query of the view. It can read the dataset's tables and the views that are defined before this one, and call routines. */
    query: Query;
    /**
     * The name that the console shows.
     * @default none
     */
    displayName?: pulumi.Input<string>;
    /** A description of the view. */
    description?: pulumi.Input<string>;
    /**
     * Other datasets that the query reads, by name. The view becomes an
     * {@link https://cloud.google.com/bigquery/docs/authorized-views authorized view} of them, so that its readers need no
     * role on them.
     * @default none: readers need a role on every dataset that the query reads
     */
    reads?: Record<string, AnyDataset>;
    /**
     * Labels of the view: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
}

/**
 * A {@link https://cloud.google.com/bigquery/docs/materialized-views-intro materialized view}: BigQuery stores the result
 * and refreshes it as the tables change.
 */
export interface MaterializedViewDefinition extends BigQueryViewDefinition {
    /**
     * The {@link https://cloud.google.com/bigquery/docs/materialized-views-manage maximum refresh frequency}: `"1 minute"`
     * to `"7 days"`, or `"manual"`.
     * @default "30 minutes"
     */
    refresh?: Duration | "manual";
}

/** A view or materialized view. */
export interface BigQueryView {
    /** The view resource. */
    readonly table: Table;
    /** Grants reading the view and running queries; the consumer receives the view name, `acme-dev.sales.latest`. */
    readonly reader: Capability;
}

const viewOptions = {
    query,
    displayName: check.input(check.text()),
    description: check.input(check.text()),
    reads,
    labels,
};

/** Checks a view. */
export const viewDefinition = check.options<BigQueryViewDefinition>(viewOptions, "query");

/** Checks a materialized view. */
export const materializedViewDefinition = check.options<MaterializedViewDefinition>(
    {
        ...viewOptions,
        refresh: check.literalOr("manual", durationWithin(bigQueryLimits.rows.refresh)),
    },
    "query",
);

/** Where a view is created. */
interface ViewContext {
    name: string;
    dataset: AnyDataset;
    /** The name of the dataset in queries. */
    path: pulumi.Output<string>;
    /** The tables, views and routines that the query can read and call, and depends on. */
    readable: Record<string, pulumi.Resource>;
    child: Child;
    environment: Environment;
}

/** Creates a view, and authorizes it on the datasets that it reads. */
export function createView(id: string, definition: BigQueryViewDefinition, context: ViewContext): BigQueryView {
    const query = queryText(definition, context.path, Object.keys(context.readable));
    return createTable(id, definition, { view: { query, useLegacySql: false } }, context);
}

/** Creates a materialized view, and authorizes it on the datasets that it reads. */
export function createMaterializedView(
    id: string,
    definition: MaterializedViewDefinition,
    context: ViewContext,
): BigQueryView {
    const query = queryText(definition, context.path, Object.keys(context.readable));
    const refresh = definition.refresh ?? "30 minutes";
    const materializedView =
        refresh === "manual"
            ? { query, enableRefresh: false }
            : { query, enableRefresh: true, refreshIntervalMs: inMilliseconds(refresh) };
    const kmsKeyName = context.dataset.encryptionKey;
    const encryptionConfiguration = kmsKeyName ? { kmsKeyName } : undefined;
    return createTable(id, definition, { materializedView, encryptionConfiguration }, context);
}

function createTable(
    id: string,
    { displayName, description, labels, reads = {} }: BigQueryViewDefinition,
    kind: Partial<TableArgs>,
    { name, dataset, path, readable, child, environment }: ViewContext,
): BigQueryView {
    const { project, datasetId } = dataset.dataset;
    const others = Object.values(reads).flatMap((read) => read.contents?.() ?? []);
    const table = new Table(
        ...child(
            "view",
            `${name}-${id}`,
            // A view has no rows to protect.
            {
                project,
                datasetId,
                tableId: id,
                friendlyName: displayName,
                description,
                ...kind,
                deletionProtection: false,
                labels,
            },
            // The replacement has the same ID. BigQuery validates the query against existing tables when it creates the view.
            {
                deleteBeforeReplace: true,
                dependsOn: [...Object.values(readable), ...others],
            },
        ),
    );
    for (const [key, read] of Object.entries(reads)) {
        new DatasetAccess(...child("access", `${name}-${id}-reads-${key}`, authorizedView(table, read)));
    }
    const target = { project, datasetId, tableId: table.tableId };
    const fullName = pulumi.interpolate`${path}.${table.tableId}`;
    const reader = capability(`${name}-${id}`, "roles/bigquery.dataViewer", IamMember, target, fullName);
    return { table, reader: withJobUser(environment, reader) };
}

/** The arguments of the access entry that authorizes a view on a dataset. */
export function authorizedView(table: Table, { dataset }: AnyDataset) {
    const view = { projectId: table.project, datasetId: table.datasetId, tableId: table.tableId };
    return { project: dataset.project, datasetId: dataset.datasetId, view };
}
