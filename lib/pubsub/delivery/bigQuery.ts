import type { TableArgs } from "@pulumi/gcp/bigquery/table";
import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import * as pulumi from "@pulumi/pulumi";
import type { AnyDataset } from "../../bigquery/anyDataset";
import type { AnyTable, BigQueryTable, TableColumn } from "../../bigquery/table";
import { isTableId, tableOf } from "../../bigquery/tableOf";
import type { ComponentArgs } from "../../component/component";
import type { Environment } from "../../environment/environment";
import { messageColumns, schemaColumns } from "../../facts/messageColumns";
import { deferredError, programPlace } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import type { Transform } from "../../internal/engine/children";
import type { AnyTopic } from "../anyTopic";
import { dataColumn, metadataColumns } from "../schema/columns";
import { inTransit } from "./inTransit";

/** The table that receives messages as rows: an existing one, or a new one. */
export type BigQueryTarget =
    | {
          /** The table to write to. */
          table: AnyTable;
          /**
           * Writes the fields of the topic's schema to the columns with their names.
           * @default true if the topic has a schema; otherwise the column `data` receives the whole message
           */
          useTopicSchema?: boolean;
          /**
           * Writes the fields of JSON messages to the columns with their names.
           * @default false
           */
          useTableSchema?: boolean;
      }
    | {
          /**
           * The dataset for a new table, with a column for each field of the topic's schema. Without a schema, the column
           * `data` receives the whole message.
           */
          dataset: AnyDataset;
          /**
           * The ID of the new table.
           * @default the component's name, with `_` for `-`
           */
          tableId?: pulumi.Input<string>;
      };

/** The options of a {@link https://cloud.google.com/pubsub/docs/create-bigquery-subscription BigQuery subscription}. */
export type BigQueryOptions = check.OneOf<BigQueryTarget> & {
    /**
     * Also writes the columns `subscription_name`, `message_id`, `publish_time` and `attributes`.
     * @default false
     */
    writeMetadata?: boolean;
    /**
     * Drops message fields without a column. Otherwise messages with such fields are not written.
     * @default false
     */
    dropUnknownFields?: boolean;
};

/** BigQuery delivery: Pub/Sub writes messages to a table. */
export interface BigQueryDelivery {
    /**
     * The table to write to, or options.
     * @example
     * ```ts
     * bigQuery: { dataset, writeMetadata: true }
     * ```
     */
    bigQuery: check.Short<AnyTable | BigQueryOptions, string>;
}

/** All options together, before their validation. */
interface UncheckedOptions {
    table?: check.Short<AnyTable, string>;
    useTopicSchema?: boolean;
    useTableSchema?: boolean;
    dataset?: AnyDataset;
    tableId?: pulumi.Input<string>;
    writeMetadata?: boolean;
    dropUnknownFields?: boolean;
}

const table = check.component<AnyTable>("BigQueryTable");

export const bigQuery = check.short(
    check.componentOr(
        table,
        check.options<UncheckedOptions>({
            table: check.short(table, tableOf, isTableId),
            useTopicSchema: check.flag(),
            useTableSchema: check.flag(),
            dataset: check.component("BigQueryDataset"),
            tableId: check.input(check.text()),
            writeMetadata: check.flag(),
            dropUnknownFields: check.flag(),
        }),
    ),
    tableOf,
    isTableId,
);

/** Completes the options with defaults that depend on the topic. */
function resolveOptions(bigQuery: AnyTable | BigQueryOptions, { messages }: AnyTopic): check.Long<UncheckedOptions> {
    const options = (check.isResource(bigQuery) ? { table: bigQuery } : bigQuery) as check.Long<UncheckedOptions>;
    const useTopicSchema = options.useTopicSchema ?? (messages && !options.useTableSchema);
    return { ...options, useTopicSchema: useTopicSchema || undefined };
}

/** Checks combinations of options, and the options against the topic. */
export function bigQueryProblems(bigQuery: AnyTable | BigQueryOptions, topic: AnyTopic): check.Problem[] {
    const options = resolveOptions(bigQuery, topic);
    const { table, dataset, useTopicSchema, useTableSchema, dropUnknownFields } = options;
    const problems = [
        check.when(
            Boolean(table) === Boolean(dataset),
            "bigQuery",
            "pubsub/table-or-dataset",
            "must have exactly one of table, dataset.",
        ),
        check.when(
            options.tableId && table,
            "bigQuery.tableId",
            "pubsub/table-id-with-table",
            "is only valid with dataset. Remove it: the table has an ID.",
        ),
        check.when(
            useTableSchema && dataset,
            "bigQuery.useTableSchema",
            "pubsub/table-schema-with-dataset",
            "is only valid with table. The table is created from the topic's schema.",
        ),
        check.when(
            useTableSchema && useTopicSchema,
            "bigQuery.useTableSchema",
            "pubsub/table-schema-and-topic-schema",
            "cannot be combined with useTopicSchema. Remove one of them.",
        ),
        check.when(
            // The schema of an existing topic is not known here.
            useTopicSchema && !topic.messages && !("existing" in topic),
            "bigQuery.useTopicSchema",
            "pubsub/topic-schema-missing",
            "needs a topic with a schema. Add a schema to the topic.",
        ),
        check.when(
            useTableSchema && topic.messages?.encoding === "BINARY",
            "bigQuery.useTableSchema",
            "pubsub/table-schema-of-binary",
            'needs messages in JSON, and the topic\'s are BINARY. Set the encoding of its schema to "JSON".',
        ),
        check.when(
            dropUnknownFields && !useTopicSchema && !useTableSchema,
            "bigQuery.dropUnknownFields",
            "pubsub/drop-unknown-fields-without-schema",
            "is only valid with useTopicSchema or useTableSchema. Remove it, or set one of them.",
        ),
    ].filter((problem) => problem !== undefined);
    const unfit = problems.length > 0 ? problems : columnProblems(options, topic);
    return unfit.length > 0 ? unfit : tableProblems(options, topic, columnsIn(table));
}

/** The columns of a table, if the program decides them. The columns of an existing table are read at the preview. */
const columnsIn = (table?: AnyTable) => (table && "columns" in table ? table.columns : undefined);

/** What a column must be for messages: its types, and whether it is an array. */
interface Needed {
    types: readonly string[];
    isRepeated: boolean;
    /** Whether the column may be missing. */
    isOptional?: boolean;
}

/**
 * Checks that the {@link https://cloud.google.com/pubsub/docs/bigquery table has the columns} of the messages: the fields of the topic's schema
 * with `useTopicSchema`, `data` without a schema, and the metadata with `writeMetadata`.
 */
function tableProblems(
    { useTopicSchema, useTableSchema, writeMetadata, dropUnknownFields }: UncheckedOptions,
    topic: AnyTopic,
    columns: readonly TableColumn[] | undefined,
): check.Problem[] {
    if (!columns || (useTopicSchema && !topic.messages)) {
        return [];
    }
    const { data, ...metadata } = messageColumns.rows;
    const scalar = ([name, { types }]: [string, { types: readonly string[] }]): [string, Needed] => [
        name,
        { types, isRepeated: false },
    ];
    const fields = useTopicSchema ? (topic.messages?.columns.columns ?? []) : [];
    const needed: [string, Needed][] = [
        ...(useTopicSchema || useTableSchema ? [] : [scalar(["data", data])]),
        ...(writeMetadata ? Object.entries(metadata).map(scalar) : []),
        ...fields.map((field): [string, Needed] => {
            const types = schemaColumns.rows[field.type as keyof typeof schemaColumns.rows].types;
            return [field.name, { types, isRepeated: field.mode === "REPEATED", isOptional: dropUnknownFields }];
        }),
    ];
    const names = needed.map(([name]) => lower(name));
    // The fields that no new column could be created for are not known by their names.
    const areAllKnown = useTopicSchema && topic.messages?.columns.unmapped.length === 0;
    const required = areAllKnown ? columns.filter((column) => column.mode === "REQUIRED") : [];
    return [
        ...needed.flatMap(([name, column]) => neededColumnProblems(name, column, columns)),
        ...required
            .filter(({ name }) => !names.includes(lower(name)))
            .map(({ name }) =>
                check.problem(
                    "bigQuery",
                    "pubsub/column-never-written",
                    `needs a table whose column ${name} is NULLABLE: the topic's schema has no such field. Change its mode, or add the field.`,
                ),
            ),
    ];
}

/** BigQuery ignores the case of names. */
const lower = (name: string) => name.toLowerCase();

function neededColumnProblems(name: string, needed: Needed, columns: readonly TableColumn[]): check.Problem[] {
    const { types, isRepeated, isOptional } = needed;
    const form = `${isRepeated ? "a repeated column" : "a column"} ${name} of type ${types.join(", ").replace(/, (\w+)$/, " or $1")}`;
    const column = columns.find((one) => lower(one.name) === lower(name));
    if (!column) {
        const has = columns.length > 0 ? `it has ${columns.map((one) => one.name).join(", ")}` : "it has no column";
        const remedy =
            name === "data"
                ? "Add it, or set useTableSchema for messages in JSON with the fields of the table, or useTopicSchema with a schema of the topic."
                : "Add it to the table.";
        return isOptional
            ? []
            : [check.problem("bigQuery", "pubsub/column-missing", `needs a table with ${form} (${has}). ${remedy}`)];
    }
    const { type, mode = "NULLABLE" } = column;
    return types.includes(type) && (mode === "REPEATED") === isRepeated
        ? []
        : [
              check.problem(
                  "bigQuery",
                  "pubsub/column-of-other-type",
                  `needs a table with ${form} (it is ${mode} ${type}). Change the column.`,
              ),
          ];
}

/** Checks that the fields of the topic's schema can be columns. */
function columnProblems(
    { dataset, useTopicSchema, writeMetadata }: UncheckedOptions,
    { messages }: AnyTopic,
): check.Problem[] {
    if (!messages || !useTopicSchema) {
        return [];
    }
    const { columns, unmapped } = messages.columns;
    const withoutColumn = unmapped.map(({ path, why }) =>
        check.problem(
            "bigQuery.dataset",
            "pubsub/column-not-creatable",
            `no column can be created from the topic's schema at ${path}, which ${why}. Specify an existing table.`,
        ),
    );
    const changes = columns
        .filter(({ name }) => name.startsWith("_CHANGE_"))
        .map(({ name }) =>
            check.problem(
                "bigQuery.dataset",
                "pubsub/primary-key-missing",
                `${name} changes rows, for which a table needs a primary key. Specify an existing table that has one.`,
            ),
        );
    const conflicts = writeMetadata ? metadataConflicts(columns) : [];
    return [
        ...(dataset ? [...withoutColumn, ...changes] : []),
        ...conflicts.map((name) =>
            check.problem(
                "bigQuery.writeMetadata",
                "pubsub/metadata-name-taken",
                `needs the name ${name}, which a field of the topic's schema has. Rename the field.`,
            ),
        ),
    ];
}

/** The columns whose names equal the columns of the metadata, compared without `_` and case (`publishTime`). */
export function metadataConflicts(columns: { name: string }[]): string[] {
    const normalized = (name: string) => name.replaceAll("_", "").toLowerCase();
    const names = metadataColumns.map(({ name }) => normalized(name));
    return columns.map(({ name }) => name).filter((name) => names.includes(normalized(name)));
}

/** Creates the table, unless one is given, and grants Pub/Sub access to it. */
export function configureBigQuery(
    name: string,
    {
        bigQuery,
        topic,
        transform,
        crossProject,
    }: ComponentArgs & {
        bigQuery: AnyTable | BigQueryOptions;
        topic: AnyTopic;
        transform?: Transform<TableArgs>;
    },
    environment: Environment,
    parent: pulumi.ComponentResource,
) {
    const options = resolveOptions(bigQuery, topic);
    const table = options.table ?? createTable(name, options, topic, transform, parent);
    const { project, datasetId, tableId } = table.table;
    const component = `PubSubSubscription "${name}"`;
    const target = pulumi.interpolate`${project}.${datasetId}.${tableId}`;
    const dataset = options.dataset?.dataset;
    const path = dataset ? inTransit(component, "bigQuery", topic, target, dataset.location) : target;
    const config: SubscriptionArgs["bigqueryConfig"] = {
        table: "schema" in table ? checkedPath(component, path, options, topic, table.schema) : path,
        useTopicSchema: options.useTopicSchema,
        useTableSchema: options.useTableSchema,
        writeMetadata: options.writeMetadata,
        dropUnknownFields: options.dropUnknownFields,
    };
    const dependsOn = environment.grantAgent("pubsub.googleapis.com", table.writer, crossProject);
    return { config, table, dependsOn };
}

/** The path of an existing table, whose columns are checked once they are known, at the preview. */
export function checkedPath(
    component: string,
    path: pulumi.Output<string>,
    options: UncheckedOptions,
    topic: AnyTopic,
    schema: pulumi.Output<string | undefined>,
): pulumi.Output<string> {
    const place = programPlace();
    return pulumi.all([path, schema]).apply(([table, columns]) => {
        // A table without columns has an empty text.
        const known = columns === undefined ? undefined : (JSON.parse(columns || "[]") as TableColumn[]);
        const problems = tableProblems(options, topic, known);
        if (problems.length > 0) {
            throw deferredError(component, problems, place);
        }
        return table;
    });
}

/** Creates a table with a column for each field of the topic's schema. */
function createTable(
    name: string,
    { dataset, tableId, writeMetadata }: UncheckedOptions,
    { messages }: AnyTopic,
    transform: Transform<TableArgs> | undefined,
    parent: pulumi.ComponentResource,
): BigQueryTable {
    const columns = messages?.columns.columns ?? [dataColumn];
    // A program with a dataset has loaded this module already; other programs do not load it.
    const data: typeof import("../../bigquery/table") = require("../../bigquery/table");
    return new data.BigQueryTable(
        name,
        {
            dataset: dataset as AnyDataset,
            tableId,
            schema: writeMetadata ? [...metadataColumns, ...columns] : columns,
            transform: { table: transform },
        },
        { parent },
    );
}
