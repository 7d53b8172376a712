import { IamMember } from "@pulumi/gcp/bigquery/iamMember";
import { Table, type TableArgs } from "@pulumi/gcp/bigquery/table";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import * as check from "../internal/check";
import { childrenOf, type Transform, transforms } from "../internal/children";
import { labels } from "../internal/labels";
import { display } from "../internal/value";
import { warning } from "../internal/warning";
import { lostRows } from "./change";
import type { BigQueryDataset } from "./dataset";
import { withJobs } from "./jobs";
import { columnProblems, type Partitioning, partitionArgs, partitioning, partitionProblems } from "./partition";
import { type BigQuerySchema, columnsOf, schema, schemaProblems, schemaText } from "./schema";

/** What a table is, whichever dataset it is in. */
export interface BigQueryTableDefinition {
    /**
     * The columns: the path of a JSON file as `bq show --schema` prints it, or the columns themselves. One may be added
     * or dropped, and `REQUIRED` may become `NULLABLE`; any other change makes a new table without the rows.
     * @default no columns, until a load job brings them
     */
    schema?: BigQuerySchema;
    /** What the table is for. */
    description?: pulumi.Input<string>;
    /**
     * What cuts the table into partitions, so that a query reads, and is billed for, only some.
     * @default the table is one
     */
    partition?: Partitioning;
    /**
     * Whether a query that does not say which partitions it reads is refused.
     * @default false
     */
    requirePartitionFilter?: boolean;
    /**
     * Up to four columns by which rows are kept together, the most important first ("Introduction to clustered tables").
     * @default rows are in no order
     */
    clustering?: string[];
    /**
     * Up to 16 columns that tell one row from all others. BigQuery does not enforce it; it helps queries and is what
     * changes are matched by ("Use primary and foreign keys").
     * @default none
     */
    primaryKey?: string[];
    /**
     * When the table is deleted with its rows, such as `2027-01-31T00:00:00Z`.
     * @default what the dataset says of its tables
     */
    expirationTime?: string;
    /**
     * Whether Pulumi and the provider refuse to delete or replace the table.
     * @default true in production, false elsewhere
     */
    deletionProtection?: boolean;
    /**
     * Labels of the table: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: { table?: Transform<TableArgs> };
}

/** The arguments of a {@link BigQueryTable}. */
export interface BigQueryTableArgs extends BigQueryTableDefinition, ComponentArgs {
    /** The dataset that the table is in; another one makes another table. */
    dataset: BigQueryDataset;
    /**
     * The table's id in its dataset: up to 1024 letters, digits, `_`, `-` and spaces ("Table naming").
     * @default the component's name, with `_` for `-`
     */
    tableId?: pulumi.Input<string>;
}

/** "Table naming". */
export const tableId: check.Check = check.matching(
    /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]{1,1024}$/u,
    "must have up to 1024 letters, digits, _, - and spaces",
);

const columnNames = (most: number) =>
    check.pipe(
        check.list(check.text(), "must be a list of columns"),
        check.refine((given) => {
            const { length } = given as string[];
            return length >= 1 && length <= most;
        }, `must have 1 to ${most} columns`),
    );

const definition: { [Key in keyof Required<BigQueryTableDefinition>]: check.Check } = {
    schema,
    description: check.input(check.text()),
    partition: partitioning,
    requirePartitionFilter: check.flag(),
    clustering: columnNames(4),
    primaryKey: columnNames(16),
    expirationTime: check.custom(
        (time) =>
            /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(String(time)) && Date.parse(String(time)) > 0,
        "must be a time such as 2027-01-31T00:00:00Z",
    ),
    deletionProtection: check.flag(),
    labels,
    transform: transforms("table"),
};

/** Checks what a table is, each option by itself. */
export const tableDefinition: check.Check = check.options<BigQueryTableDefinition>(definition);

const args = check.options<BigQueryTableArgs>(
    { ...definition, dataset: check.component("BigQueryDataset"), tableId: check.input(tableId), ...componentArgs },
    "dataset",
);

/** What is wrong with options of a table that are right each by itself. */
export function tableProblems(path: string, given: BigQueryTableDefinition): check.Problem[] {
    const columns = columnsOf(given.schema);
    const at = (option: string) => (path ? `${path}.${option}` : option);
    const among = (option: "clustering" | "primaryKey") =>
        (given[option] ?? []).flatMap((name, index) => columnProblems(`${at(option)}.${index}`, name, columns));
    return [
        ...schemaProblems(at("schema"), columns),
        ...partitionProblems(at("partition"), given.partition, columns),
        ...among("clustering"),
        ...among("primaryKey"),
        ...(given.requirePartitionFilter && !given.partition
            ? [
                  {
                      path: at("requirePartitionFilter"),
                      reason: `must not be without partitions (got ${display(true)}). Set partition too.`,
                  },
              ]
            : []),
    ];
}

/**
 * A BigQuery table. In production neither Pulumi nor the provider deletes or replaces it, so that its rows are kept.
 */
export class BigQueryTable extends pulumi.ComponentResource {
    readonly table: Table;
    /** Reads rows, by queries too; the consumer gets the table's name, `acme-dev.sales.predictions`. */
    readonly reader: Capability;
    /**
     * Adds rows by the streaming APIs and changes the table; the consumer gets its name. To change rows by SQL, use the
     * reader too, which brings the role to run queries.
     */
    readonly writer: Capability;

    constructor(name: string, given: BigQueryTableArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const completed = check.completed(given, {
            tableId: name.replaceAll("-", "_"),
            deletionProtection: environment.defaults.protect,
        });
        const { dataset, transform, ...own } = check.checked(`BigQueryTable "${name}"`, completed, args, (checked) =>
            tableProblems("", checked),
        );
        const component = `BigQueryTable "${name}"`;
        const columns = own.schema && schemaText(columnsOf(own.schema));
        const { partition } = own;
        const { project: within, datasetId: inside } = dataset.dataset;
        const lasting = {
            table: pulumi.interpolate`${within}.${inside}.${own.tableId}`,
            schema: columns,
            partition: partition?.time?.field ?? partition?.range?.field,
        };
        super(
            "slipway:index:BigQueryTable",
            name,
            lasting,
            warning(inEnvironment(options, own.crossProject), component, (before, now) =>
                lostRows(component, before, now),
            ),
        );
        const child = childrenOf(this, transform, {
            dependsOn: environment.enable("bigquery.googleapis.com"),
            protect: own.deletionProtection,
            // Both have one id.
            deleteBeforeReplace: true,
        });

        this.table = new Table(
            ...child("table", name, {
                project: dataset.dataset.project,
                datasetId: dataset.dataset.datasetId,
                tableId: own.tableId,
                description: own.description,
                schema: columns,
                ...partitionArgs(own.partition),
                requirePartitionFilter: own.requirePartitionFilter,
                clusterings: own.clustering,
                tableConstraints: own.primaryKey && { primaryKey: { columns: own.primaryKey } },
                expirationTime: own.expirationTime ? Date.parse(own.expirationTime) : undefined,
                // What a table takes from its dataset without a word would be found changed, and the table made anew.
                encryptionConfiguration:
                    dataset.encryptionKey === undefined ? undefined : { kmsKeyName: dataset.encryptionKey },
                deletionProtection: own.deletionProtection,
                labels: own.labels,
            }),
        );
        const { project, datasetId, tableId } = this.table;
        const on = { project, datasetId, tableId };
        const path = pulumi.interpolate`${project}.${datasetId}.${tableId}`;
        this.reader = withJobs(environment, capability(name, "roles/bigquery.dataViewer", IamMember, on, path));
        this.writer = capability(name, "roles/bigquery.dataEditor", IamMember, on, path);
        this.registerOutputs({ table: this.table.id });
    }
}
