import type { Cloud, Entry, Inputs } from "../../../simulator";
import { findTable } from "../bigquery/tables";
import { type Column, parseRow, type Row, typeOf } from "../bigquery/values";
import type { Delivery } from "./delivery";
import { type Message, rfc3339 } from "./message";
import { readerOf } from "./schemas/schemas";

/** Delivers messages of a BigQuery subscription as rows of its table. */
export function bigQueryDelivery(cloud: Cloud, subscription: Entry): Delivery {
    const config: Inputs = (subscription.state as Inputs).bigqueryConfig;
    return {
        target: config.table,
        maxOutstanding: 100,
        seconds: 60,
        deliver: async ({ message }) => {
            const [, project = "", dataset = "", name = ""] = /^([^.:]+)[.:]([^.]+)\.(.+)$/.exec(config.table) ?? [];
            const table = findTable(cloud, project, dataset, name);
            const { columns } = table;
            const row = {
                ...content(cloud, subscription, config, message, columns),
                ...(config.writeMetadata && metadata(subscription.id, message)),
            };
            // Without a schema there are no unknown fields: messages with unknown columns are refused.
            const dropUnknown = Boolean(config.dropUnknownFields && (config.useTopicSchema || config.useTableSchema));
            table.append([parseRow(columns, row, { dropUnknown })]);
            return undefined;
        },
    };
}

/** "BigQuery subscriptions": the columns of a schema, or only `data`. */
function content(cloud: Cloud, { state }: Entry, config: Inputs, { data }: Message, columns: Column[]): Row {
    if (config.useTableSchema) {
        return JSON.parse(data.toString());
    }
    if (config.useTopicSchema) {
        const topic = cloud.store.read(`//pubsub.googleapis.com/${state.topic}`);
        const read = topic && readerOf(cloud, topic);
        if (!read) {
            throw new Error(`the topic ${state.topic} has no schema`);
        }
        return withoutBytes(read(data)) as Row;
    }
    const column = columns.find(({ name }) => name === "data");
    return { data: column && typeOf(column) === "BYTES" ? data.toString("base64") : data.toString() };
}

/** "Write metadata": attributes include the ordering key. */
function metadata(subscription: string, { messageId, published, attributes, orderingKey }: Message): Row {
    return {
        subscription_name: subscription,
        message_id: messageId,
        publish_time: rfc3339(published),
        attributes: JSON.stringify({ ...attributes, ...(orderingKey && { orderingKey }) }),
    };
}

/** Encodes bytes for BigQuery. */
function withoutBytes(value: unknown): unknown {
    if (Buffer.isBuffer(value)) {
        return value.toString("base64");
    }
    if (Array.isArray(value)) {
        return value.map(withoutBytes);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBytes(item)]))
        : value;
}
