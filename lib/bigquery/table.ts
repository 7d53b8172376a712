import { getTable } from "@pulumi/gcp/bigquery/getTable";
import { IamMember } from "@pulumi/gcp/bigquery/iamMember";
import { Table, type TableArgs } from "@pulumi/gcp/bigquery/table";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { type Existing, type ExistingArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { clusteringColumns } from "../facts/clusteringColumns";
import { bigQueryLimits } from "../facts/limits/bigQuery";
import { nameFormats } from "../facts/names";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { isTime } from "../internal/arguments/dates";
import { labels } from "../internal/arguments/labels";
import { display } from "../internal/arguments/value";
import { withChangeWarning } from "../internal/engine/changeWarning";
import { type Transform, transforms } from "../internal/engine/children";
import type { AnyDataset } from "./anyDataset";
import { modeOf, typeOf } from "./field";
import { withJobUser } from "./jobs";
import { columnProblems, type Partitioning, partitionArgs, partitioning, partitionProblems } from "./partition";
import { type BigQuerySchema, columnsOf, schema, schemaProblems, schemaText } from "./schema";
import { partitionSpec, replacementWarning } from "./tableChange";

/** The definition of a table in a dataset. */
export interface BigQueryTableDefinition {
    /**
     * The {@link https://cloud.google.com/bigquery/docs/schemas columns}, or the path of a JSON file with them, as printed
     * by `bq show --schema`. Columns can be added or dropped, and `REQUIRED` can become `NULLABLE`; any other change
     * replaces the table and loses its rows.
     * @default no columns, until a load job adds them
     */
    schema?: BigQuerySchema;
    /**
     * The name that the console shows.
     * @default none
     */
    displayName?: pulumi.Input<string>;
    /** A description of the table. */
    description?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/partitioned-tables partitioning}, so that a query reads, and is
     * billed for, only some of the rows.
     * @default not partitioned
     * @example
     * ```ts
     * partition: { time: { field: "sold_at", expiration: "400 days" } }
     * ```
     */
    partition?: Partitioning;
    /**
     * Requires a {@link https://cloud.google.com/bigquery/docs/querying-partitioned-tables partition filter} in every query.
     * @default false
     */
    requirePartitionFilter?: boolean;
    /**
     * Up to four {@link https://cloud.google.com/bigquery/docs/clustered-tables clustering} columns, the most important
     * first.
     * @default not clustered
     */
    clustering?: string[];
    /**
     * The {@link https://cloud.google.com/bigquery/docs/primary-foreign-keys primary key}: up to 16 columns. BigQuery does
     * not enforce it; it optimizes queries with it and matches change data capture to rows by it.
     * @default none
     */
    primaryKey?: string[];
    /**
     * When BigQuery deletes the table with its rows, such as `2027-01-31T00:00:00Z`.
     * @default the dataset's default table expiration
     */
    expirationTime?: string;
    /**
     * Protects the table from deletion and replacement, by Pulumi and by the provider.
     * @default true in production, false elsewhere
     */
    protection?: boolean;
    /**
     * Labels of the table: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { table?: Transform<TableArgs> };
}

/** The arguments of a {@link BigQueryTable}. */
export interface BigQueryTableArgs extends BigQueryTableDefinition, ComponentArgs {
    /** The dataset of the table. Changing this replaces the table. */
    dataset: AnyDataset;
    /**
     * The {@link https://cloud.google.com/bigquery/docs/tables#table_naming table ID}: up to 1024 letters, digits, `_`, `-`
     * and spaces. Changing this replaces the table.
     * @default the component's name, with `_` for `-`
     */
    tableId?: pulumi.Input<string>;
}

/** A {@link https://cloud.google.com/bigquery/docs/tables#table_naming table ID}. */
export const tableId = check.nameOf(nameFormats.rows.bigQueryTable);

const limits = bigQueryLimits.rows;

const columnNames = ({ max, unit }: { max: number; unit: string }) =>
    check.pipe(
        check.list(check.text(), "must be a list of columns"),
        check.refine((columns) => {
            const { length } = columns as string[];
            return length >= 1 && length <= max;
        }, `must have 1 to ${max} ${unit}`),
    );

const definition: check.Checks<BigQueryTableDefinition> = {
    schema,
    displayName: check.input(check.text()),
    description: check.input(check.text()),
    partition: partitioning,
    requirePartitionFilter: check.flag(),
    clustering: columnNames(limits.clustering),
    primaryKey: columnNames(limits.primaryKey),
    expirationTime: check.custom(
        (time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(String(time)) && isTime(String(time)),
        "must be a time such as 2027-01-31T00:00:00Z",
    ),
    protection: check.flag(),
    labels,
    transform: transforms("table"),
};

/** Checks each option of a table definition. */
export const tableDefinition = check.options<BigQueryTableDefinition>(definition);

const bigQueryTableArgs = check.options<BigQueryTableArgs>(
    {
        ...definition,
        dataset: check.component("BigQueryDataset"),
        tableId: check.publicInput(tableId),
        ...componentArgs,
    },
    "dataset",
);

/** Checks combinations of options. */
export function tableProblems(path: string, table: BigQueryTableDefinition): (check.Problem | undefined)[] {
    const columns = columnsOf(table.schema);
    const at = (option: string) => (path ? `${path}.${option}` : option);
    const columnListProblems = (option: "clustering" | "primaryKey", types?: string[]) =>
        (table[option] ?? []).flatMap((name, index) => columnProblems(`${at(option)}.${index}`, name, columns, types));
    return [
        ...schemaProblems(at("schema"), columns),
        ...partitionProblems(at("partition"), table.partition, columns),
        ...columnListProblems("clustering", Object.keys(clusteringColumns.rows)),
        ...columnListProblems("primaryKey"),
        ...(table.requirePartitionFilter && !table.partition
            ? [
                  check.problem(
                      at("requirePartitionFilter"),
                      "bigquery/filter-without-partition",
                      `must not be without partitions (got ${display(true)}). Set partition too.`,
                  ),
              ]
            : []),
    ];
}

/** A column as BigQuery returns it. */
export interface TableColumn {
    name: string;
    type: string;
    mode?: string;
}

/** A table that exists already. */
export interface ExistingTable extends Existing, Pick<BigQueryTable, "reader" | "writer" | "role"> {
    readonly table: TablePath;
    /** The columns, as JSON. @internal */
    readonly schema: pulumi.Output<string>;
}

/** A table of the stack, or one that exists already. */
export type AnyTable = BigQueryTable | ExistingTable;

type TablePath = Record<"project" | "datasetId" | "tableId", pulumi.Output<string>>;

/** The capabilities of a table. */
function offers(environment: Environment, name: string, table: TablePath) {
    const path = pulumi.interpolate`${table.project}.${table.datasetId}.${table.tableId}`;
    const { offered, role } = rolesOn(name, IamMember, table, path);
    const reader = withJobUser(environment, offered("roles/bigquery.dataViewer"));
    return { reader, writer: offered("roles/bigquery.dataEditor"), role };
}

/** Checks the name of an existing table, which includes its dataset. */
const tablePath = check.matching(
    new RegExp(
        `^[A-Za-z0-9_]{1,${nameFormats.rows.bigQueryDataset.max}}\\.[^.]{1,${nameFormats.rows.bigQueryTable.max}}$`,
    ),
    "must be the names of a dataset and a table in it, such as sales.orders",
);

/**
 * A BigQuery table. In production it is protected from deletion and replacement.
 * @example
 * ```ts
 * const predictions = new BigQueryTable("predictions", {
 *     dataset: new BigQueryDataset("forecast"),
 *     schema: [
 *         { name: "predicted_at", type: "TIMESTAMP", mode: "REQUIRED" },
 *         { name: "store", type: "STRING" },
 *     ],
 *     partition: { time: { field: "predicted_at" } },
 * });
 * ```
 */
export class BigQueryTable extends pulumi.ComponentResource {
    /** The table itself. */
    readonly table: Table;
    /** Grants reading rows and running queries; the consumer receives the table name, `acme-dev.sales.predictions`. */
    readonly reader: Capability;
    /**
     * Grants writing rows through the streaming APIs and changing the table; the consumer receives the table name. To
     * change rows with SQL, use `reader` too, which includes the role to run queries.
     */
    readonly writer: Capability;
    /** A capability of any role on the table, for roles that no other one has; the consumer receives the table name. */
    readonly role: (role: string) => Capability;
    /** A private name, so that a program that exports the table does not export its columns. */
    #columns?: readonly TableColumn[];

    /**
     * A table that exists already and is not managed by the stack, which only grants access to it: `BigQueryTable.existing("sales.orders")`.
     * The preview fails if there is none.
     */
    static existing(name: string, args: ExistingArgs = {}): ExistingTable {
        requireKnown("BigQueryTable", name, args);
        const [datasetId = "", tableId = ""] = name.split(".");
        const find = async ({ project }: Place, options: pulumi.InvokeOptions) => {
            const { schema } = await getTable({ datasetId, tableId, project }, options);
            return { project, datasetId, tableId, schema };
        };
        const { schema, ...table } = lookUp(
            "BigQueryTable",
            name,
            tablePath,
            args,
            find,
            "project",
            "datasetId",
            "tableId",
            "schema",
        );
        const shared = sharedOffers(offers(Environment.current(), name.replace(".", "-"), table));
        const existing = { existing: "BigQueryTable", table, schema, ...shared };
        return Object.defineProperty(existing, "schema", { enumerable: false });
    }

    constructor(name: string, args: BigQueryTableArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const completed = check.withDefaults(args, {
            tableId: name.replaceAll("-", "_"),
            protection: environment.defaults.protect,
        });
        const title = `BigQueryTable "${name}"`;
        const { dataset, ...resolved } = check.checked(title, completed, bigQueryTableArgs, (checked) =>
            tableProblems("", checked),
        );
        const columns = resolved.schema && schemaText(columnsOf(resolved.schema));
        const { partition } = resolved;
        const inputs = {
            table: pulumi.interpolate`${dataset.dataset.project}.${dataset.dataset.datasetId}.${resolved.tableId}`,
            schema: columns,
            partition: partition?.time?.field ?? partition?.range?.field,
            partitions: partitionSpec(partition),
        };
        super(
            "slipway:index:BigQueryTable",
            name,
            inputs,
            withChangeWarning(inEnvironment(options, resolved.crossProject), title, replacementWarning),
        );
        const { child } = component(this, name, resolved, {
            apis: ["bigquery.googleapis.com"],
            protect: resolved.protection,
            // The replacement has the same ID.
            deleteBeforeReplace: true,
        });

        this.#columns = resolved.transform?.table
            ? undefined
            : columnsOf(resolved.schema).map((column) => {
                  return { name: column.name, type: typeOf(column), mode: modeOf(column) };
              });
        this.table = new Table(
            ...child("table", name, {
                project: dataset.dataset.project,
                datasetId: dataset.dataset.datasetId,
                tableId: resolved.tableId,
                friendlyName: resolved.displayName,
                description: resolved.description,
                schema: columns,
                ...partitionArgs(resolved.partition),
                requirePartitionFilter: resolved.requirePartitionFilter,
                clusterings: resolved.clustering,
                tableConstraints: resolved.primaryKey && { primaryKey: { columns: resolved.primaryKey } },
                expirationTime: resolved.expirationTime ? Date.parse(resolved.expirationTime) : undefined,
                // Without it, the provider would find a difference in the dataset's key, and replace the table.
                encryptionConfiguration:
                    dataset.encryptionKey === undefined
                        ? undefined
                        : pulumi.output(dataset.encryptionKey).apply((key) => (key ? { kmsKeyName: key } : undefined)),
                deletionProtection: resolved.protection,
                labels: resolved.labels,
            }),
        );
        const { project, datasetId, tableId } = this.table;
        const all = offers(environment, name, { project, datasetId, tableId });
        ({ reader: this.reader, writer: this.writer, role: this.role } = all);
        this.registerOutputs({ table: this.table.id });
    }

    /** The columns that are created, if no `transform` can change them, for subscriptions that write to them. @internal */
    get columns(): readonly TableColumn[] | undefined {
        return this.#columns;
    }
}
