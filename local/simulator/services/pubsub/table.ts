import { messageColumns } from "slipway/facts";
import { isAllowedOn } from "../../cloud/access";
import { GoogleError } from "../../cloud/errors";
import type { Context, Inputs } from "../../rules/rules";
import { verifyPermissions } from "./delivery";
import { fieldsOf } from "./fields";
import { agent, path, pubsubName, topicName } from "./names";

/** A column in BigQuery's format. */
interface Column {
    name: string;
    type: string;
    mode?: string;
}

/** https://cloud.google.com/pubsub/docs/create-bigquery-subscription#assign_roles_to_service_accounts */
const writing = ["bigquery.tables.get", "bigquery.tables.updateData"];

/** "Troubleshooting BigQuery subscriptions": the table must exist, be writable for Pub/Sub, and match the schema. */
export function verifyTable(inputs: Inputs, { cloud }: Context): void {
    const { bigqueryConfig: config, project } = inputs;
    if (!config) {
        return;
    }
    const [owner = "", dataset, table] = String(config.table).split(/[.:]/);
    const within = `//bigquery.googleapis.com/projects/${owner}/datasets/${dataset}`;
    const found = cloud.store.read(`${within}/tables/${table}`);
    if (!found) {
        throw new GoogleError(404, "The BigQuery table or dataset specified cannot be found.");
    }
    const account = config.serviceAccountEmail ?? agent(cloud, project);
    const missing = writing.filter((permission) => !isAllowedOn(cloud, account, permission, found.name));
    verifyPermissions(account, "BigQuery table", missing);
    if (config.useTopicSchema && config.useTableSchema) {
        throw new GoogleError(400, "Only one of use_topic_schema and use_table_schema can be set.");
    }
    verifyColumns(config, columnsOf(found.state), schemaOf(inputs, cloud));
}

function columnsOf({ schema }: Inputs): Column[] {
    return schema ? JSON.parse(schema) : [];
}

/** The schema of the subscription's topic, if any. */
function schemaOf({ topic, project }: Inputs, cloud: Context["cloud"]) {
    const { schemaSettings } = (cloud.store.read(topicName(topic, project))?.state ?? {}) as Inputs;
    const schema = schemaSettings && cloud.store.read(pubsubName(path("schemas", schemaSettings.schema, project)));
    return schema?.state as { type: string; definition: string } | undefined;
}

/** "Create BigQuery subscriptions": columns for metadata and, without a schema, for data. */
const { data, ...metadata } = messageColumns.rows;

function verifyColumns(config: Inputs, columns: Column[], schema?: { type: string; definition: string }): void {
    if (config.useTopicSchema && !schema) {
        throw new GoogleError(400, "The topic does not have a schema, which use_topic_schema needs.");
    }
    const fields = config.useTopicSchema && schema ? fieldsOf(schema) : {};
    const needed: Record<string, { columns: string[]; isRepeated?: boolean }> = {
        ...desired(config.writeMetadata ? metadata : {}),
        ...desired(config.useTopicSchema || config.useTableSchema ? {} : { data }),
        ...fields,
    };
    for (const [name, { columns: types, isRepeated = false }] of Object.entries(needed)) {
        const column = columns.find((item) => item.name === name);
        const isDropped = !column && config.dropUnknownFields && name in fields;
        if (!isDropped) {
            verifyColumn(name, types, isRepeated, column);
        }
    }
    const empty = columns.find(({ name, mode }) => mode === "REQUIRED" && !(name in needed));
    if (config.useTopicSchema && empty) {
        throw new GoogleError(400, `Incompatible schema mode for field ${empty.name}: it must be NULLABLE.`);
    }
}

const desired = (columns: Record<string, { types: readonly string[] }>) =>
    Object.fromEntries(Object.entries(columns).map(([name, { types }]) => [name, { columns: [...types] }]));

function verifyColumn(name: string, types: string[], isRepeated: boolean, column?: Column): void {
    const [first = "a type that can be mapped"] = types;
    if (!column) {
        throw new GoogleError(400, `Incompatible schema: field ${name} is not in the BigQuery table.`);
    }
    if (!types.includes(column.type)) {
        throw new GoogleError(
            400,
            `Incompatible schema type for field ${name}: expected ${first}, got ${column.type}.`,
        );
    }
    if ((column.mode === "REPEATED") !== isRepeated) {
        const mode = isRepeated ? "REPEATED" : "NULLABLE";
        throw new GoogleError(
            400,
            `Incompatible schema mode for field ${name}: expected ${mode}, got ${column.mode ?? "NULLABLE"}.`,
        );
    }
}
