import type { TableArgs } from "@pulumi/gcp/bigquery/table";
import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import * as pulumi from "@pulumi/pulumi";
import type { BigQueryDataset, BigQueryTable } from "../../data";
import type { ComponentArgs } from "../../environment/component";
import type { Environment } from "../../environment/environment";
import * as check from "../../internal/check";
import type { Transform } from "../../internal/children";
import { dataColumn, metadataColumns } from "../schema/columns";
import type { PubSubTopic } from "../topic";

/** Where messages become rows: in a table that there is, or in one that is made for them. */
export type BigQueryTarget =
    | {
          /** The table that is written to. */
          table: BigQueryTable;
          /**
           * Whether the fields of the topic's schema are written to the columns of their names.
           * @default true where the topic has a schema; else the column `data` takes a message as it is
           */
          useTopicSchema?: boolean;
          /**
           * Whether the fields of messages, which must be JSON, are written to the columns of their names.
           * @default false
           */
          useTableSchema?: boolean;
      }
    | {
          /**
           * The dataset in which a table is made, with a column for each field of the topic's schema. Where the topic has
           * none, the column `data` takes a message as it is.
           */
          dataset: BigQueryDataset;
          /**
           * The id of that table.
           * @default the component's name, with `_` for `-`
           */
          tableId?: pulumi.Input<string>;
      };

/** How messages become rows of a table ("Create BigQuery subscriptions"). */
export type BigQueryOptions = check.OneOf<BigQueryTarget> & {
    /**
     * Whether the columns `subscription_name`, `message_id`, `publish_time` and `attributes` are written too.
     * @default false
     */
    writeMetadata?: boolean;
    /**
     * Whether fields without a column are left out. Otherwise a message that has one is not written.
     * @default false
     */
    dropUnknownFields?: boolean;
};

/** How a subscription delivers: messages are written to a table. */
export interface BigQueryDelivery {
    bigQuery: BigQueryTable | BigQueryOptions;
}

interface Every {
    table?: BigQueryTable;
    useTopicSchema?: boolean;
    useTableSchema?: boolean;
    dataset?: BigQueryDataset;
    tableId?: pulumi.Input<string>;
    writeMetadata?: boolean;
    dropUnknownFields?: boolean;
}

const table = check.component("BigQueryTable");

export const bigQuery: check.Check = check.componentOr(
    table,
    check.options<Every>({
        table,
        useTopicSchema: check.flag(),
        useTableSchema: check.flag(),
        dataset: check.component("BigQueryDataset"),
        tableId: check.input(check.text()),
        writeMetadata: check.flag(),
        dropUnknownFields: check.flag(),
    }),
);

/** The options with what follows from the topic. */
function optionsOf(given: BigQueryTable | BigQueryOptions, { messages }: PubSubTopic): Every {
    const options: Every = pulumi.Resource.isInstance(given) ? { table: given as BigQueryTable } : given;
    const useTopicSchema = options.useTopicSchema ?? (messages && !options.useTableSchema);
    return { ...options, useTopicSchema: useTopicSchema || undefined };
}

/** What is wrong with the options of a delivery, together and with the topic. */
export function bigQueryProblems(given: BigQueryTable | BigQueryOptions, topic: PubSubTopic): check.Problem[] {
    const options = optionsOf(given, topic);
    const { table, dataset, useTopicSchema, useTableSchema, dropUnknownFields } = options;
    const wrong: [path: string, isWrong: unknown, reason: string][] = [
        ["", Boolean(table) === Boolean(dataset), "must have exactly one of table, dataset."],
        [".tableId", options.tableId && table, "goes with dataset only. Leave it out: the table has its id."],
        [
            ".useTableSchema",
            useTableSchema && dataset,
            "goes with table only. The table is made for the topic's schema.",
        ],
        [
            ".useTableSchema",
            useTableSchema && useTopicSchema,
            "does not go with useTopicSchema. Leave out one of them.",
        ],
        [".useTopicSchema", useTopicSchema && !topic.messages, "needs a topic with a schema. Give the topic one."],
        [
            ".useTableSchema",
            useTableSchema && topic.messages?.encoding === "BINARY",
            'needs messages in JSON, and the topic\'s are BINARY. Give its schema the encoding "JSON".',
        ],
        [
            ".dropUnknownFields",
            dropUnknownFields && !useTopicSchema && !useTableSchema,
            "goes with useTopicSchema or useTableSchema only. Leave it out, or set one of them.",
        ],
    ];
    const problems = wrong.filter(([, isWrong]) => isWrong);
    return problems.length > 0
        ? problems.map(([path, , reason]) => ({ path: `bigQuery${path}`, reason }))
        : columnProblems(options, topic);
}

/** What of a topic's schema cannot be a column. */
function columnProblems({ dataset, useTopicSchema, writeMetadata }: Every, { messages }: PubSubTopic): check.Problem[] {
    if (!messages || !useTopicSchema) {
        return [];
    }
    const { columns, problems } = messages.columns;
    const unmapped = problems.map(({ path, reason }) => ({
        path: "bigQuery.dataset",
        reason: `no column can be made of the topic's schema at ${path}, which ${reason}. Give a table of your own.`,
    }));
    const changes = columns
        .filter(({ name }) => name.startsWith("_CHANGE_"))
        .map(({ name }) => ({
            path: "bigQuery.dataset",
            reason: `${name} changes rows, for which a table needs a primary key. Give a table of your own that has one.`,
        }));
    const taken = writeMetadata ? metadataTaken(columns) : [];
    return [
        ...(dataset ? [...unmapped, ...changes] : []),
        ...taken.map((name) => ({
            path: "bigQuery.writeMetadata",
            reason: `needs the name ${name}, which a field of the topic's schema has. Give the field another name.`,
        })),
    ];
}

/** "Create BigQuery subscriptions": not the names of the metadata, nor the same as `publishTime`. */
export function metadataTaken(columns: { name: string }[]): string[] {
    const plain = (name: string) => name.replaceAll("_", "").toLowerCase();
    const names = metadataColumns.map(({ name }) => plain(name));
    return columns.map(({ name }) => name).filter((name) => names.includes(plain(name)));
}

/** How messages are written to a table, and what must be there before they are. */
export function recorded(
    name: string,
    {
        given,
        topic,
        transform,
        crossProject,
    }: ComponentArgs & {
        given: BigQueryTable | BigQueryOptions;
        topic: PubSubTopic;
        transform?: Transform<TableArgs>;
    },
    environment: Environment,
    parent: pulumi.ComponentResource,
) {
    const options = optionsOf(given, topic);
    const table = options.table ?? derived(name, options, topic, transform, parent);
    const { project, datasetId, tableId } = table.table;
    const config: SubscriptionArgs["bigqueryConfig"] = {
        table: pulumi.interpolate`${project}.${datasetId}.${tableId}`,
        useTopicSchema: options.useTopicSchema,
        useTableSchema: options.useTableSchema,
        writeMetadata: options.writeMetadata,
        dropUnknownFields: options.dropUnknownFields,
    };
    const needs = environment.grantAgent("pubsub.googleapis.com", table.writer, crossProject);
    return { config, table, needs };
}

/** A table with a column for each field of the topic's schema. */
function derived(
    name: string,
    { dataset, tableId, writeMetadata }: Every,
    { messages }: PubSubTopic,
    transform: Transform<TableArgs> | undefined,
    parent: pulumi.ComponentResource,
): BigQueryTable {
    const columns = messages?.columns.columns ?? [dataColumn];
    // Who has a dataset has loaded its field; other programs do not wait for it.
    const data: typeof import("../../data") = require("../../data");
    return new data.BigQueryTable(
        name,
        {
            dataset: dataset as BigQueryDataset,
            tableId,
            schema: writeMetadata ? [...metadataColumns, ...columns] : columns,
            transform: { table: transform },
        },
        { parent },
    );
}
