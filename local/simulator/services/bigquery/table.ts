import { bigQueryLimits, clusteringColumns, nameFormats } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { verifyConstraints } from "./constraints";
import { verifyExternal, verifyStorage } from "./external";
import { alreadyExists, api, datasetOf, invalid, tablePath, timestamps, verifyKey } from "./names";
import { verifyReferences } from "./references";
import {
    typeOf as answered,
    canonical,
    type Field,
    needsNewTable,
    parseSchema,
    schemaError,
    schemaResponse,
    verifyFields,
    verifySize,
} from "./schema";

const external = "externalDataConfiguration";

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { tableId, project, schema, view, materializedView, encryptionConfiguration } = inputs;
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/bigquery/resource_bigquery_table.go
    if (!old && inputs.tableReplicationInfo && (schema || view || materializedView)) {
        throw new Error(
            "Schema, view, or materialized view cannot be specified when table replication info is present",
        );
    }
    const { location } = datasetOf(inputs, cloud).state;
    if (!nameFormats.rows.bigQueryTable.pattern.test(tableId)) {
        throw invalid(
            `Invalid table ID "${tableId}". Table IDs must be alphanumeric (plus underscores, dashes, and spaces) and must be at most 1024 characters long. Also, Table decorators cannot be used.`,
        );
    }
    const fields = parseSchema(schema);
    verifyFields(fields);
    verifySize(fields);
    if (view && fields.some(({ mode }) => mode?.toUpperCase() === "REQUIRED")) {
        throw new Error("Schema cannot contain required fields when creating a view");
    }
    if (view && materializedView) {
        throw invalid("A table cannot be both a view and a materialized view.");
    }
    verifyPartitions(inputs, fields);
    verifyChange(inputs, fields, old);
    verifyMaterialized(inputs);
    verifyReferences(inputs, String(location), cloud, old);
    verifyExternal(inputs, fields);
    verifyStorage(inputs.externalCatalogTableOptions?.storageDescriptor);
    verifyConstraints(inputs, fields, cloud);
    verifyKey(cloud, encryptionConfiguration?.kmsKeyName, project, String(location));
}

/** "Introduction to partitioned tables" and "Introduction to clustered tables". */
function verifyPartitions(
    { timePartitioning, rangePartitioning, clusterings = [], view }: Inputs,
    fields: Field[],
): void {
    if (timePartitioning && rangePartitioning) {
        throw invalid("Only one of time partitioning and range partitioning can be specified.");
    }
    const typeOf = (name: string) => fields.find((field) => field.name === name)?.type.toUpperCase();
    const answeredType = (name: string) => answered(fields.find((field) => field.name === name) as Field);
    const modeOf = (name: string) => fields.find((field) => field.name === name)?.mode?.toUpperCase();
    const field = (timePartitioning ?? rangePartitioning)?.field;
    verifyRange(rangePartitioning?.range);
    // The columns of external tables and query results are unknown.
    if (fields.length === 0 || view) {
        return;
    }
    if (field && !typeOf(field)) {
        throw invalid("The field specified for partitioning cannot be found in the schema");
    }
    if (field && timePartitioning && !["TIMESTAMP", "DATE", "DATETIME"].includes(typeOf(field) ?? "")) {
        throw invalid(
            `The field specified for time partitioning can only be of type TIMESTAMP, DATE or DATETIME. The type found is: ${typeOf(field)}.`,
        );
    }
    if (rangePartitioning && !["INTEGER", "INT64"].includes(typeOf(field) ?? "")) {
        throw invalid(
            `The field specified for range partitioning can only be of type INTEGER. The type found is: ${typeOf(field)}.`,
        );
    }
    if (field && modeOf(field) === "REPEATED") {
        throw invalid(`The field specified for partitioning cannot be REPEATED. Invalid field: ${field}.`);
    }
    // "For DATE columns, the partitions can have daily, monthly, or yearly granularity":
    // https://cloud.google.com/bigquery/docs/partitioned-tables#date_timestamp_partitioned_tables
    if (timePartitioning?.type === "HOUR" && typeOf(field) === "DATE") {
        throw invalid(`Hourly partitioning is not supported on the field ${field} of type DATE.`);
    }
    const missing = clusterings.find((name: string) => !typeOf(name));
    if (missing) {
        throw invalid(`The field specified for clustering cannot be found in the schema. Invalid field: ${missing}.`);
    }
    const unfit = clusterings.find(
        (name: string) => modeOf(name) === "REPEATED" || !(answeredType(name) in clusteringColumns.rows),
    );
    if (unfit) {
        const type = modeOf(unfit) === "REPEATED" ? `ARRAY<${typeOf(unfit)}>` : typeOf(unfit);
        throw invalid(`Field ${unfit} has type ${type}, which is not supported for clustering`).recordedIn(
            "https://github.com/airbytehq/airbyte/issues/30720",
        );
    }
}

/** The limits of refreshes. */
function verifyMaterialized({ materializedView }: Inputs): void {
    const { min, max } = bigQueryLimits.rows.refresh;
    const interval = Number(materializedView?.refreshIntervalMs ?? secondsIn(min) * 1000);
    if (interval < secondsIn(min) * 1000 || interval > secondsIn(max) * 1000) {
        throw invalid(`Invalid value for refresh_interval_ms: ${interval}. It must be from ${min} to ${max}.`);
    }
}

/** "Maximum number of partitions per table": https://cloud.google.com/bigquery/quotas#partitioned_tables */
function verifyRange(range: Inputs | undefined): void {
    if (!range) {
        return;
    }
    const { start, end, interval } = range;
    const { max } = bigQueryLimits.rows.partitions;
    if (interval <= 0 || start >= end) {
        throw invalid(`Invalid range of partitions: start ${start}, end ${end}, interval ${interval}.`);
    }
    const partitions = Math.ceil((end - start) / interval);
    if (partitions > max) {
        throw invalid(`Too many partitions: the range makes ${partitions} partitions, and a table can have ${max}.`);
    }
}

/** What BigQuery does not change although the provider sends it. */
function verifyChange(inputs: Inputs, fields: Field[], old?: Inputs): void {
    if (!old) {
        return;
    }
    const { view, project, datasetId, tableId } = inputs;
    const [now, before] = [partitioningSpec(inputs), partitioningSpec(old)];
    if (before && now !== before) {
        throw invalid(
            `Cannot replace a table with a different partitioning spec. Instead, DROP the table, and then recreate it. New partitioning spec is ${now ?? "none"} and existing spec is ${before}`,
        ).recordedIn("https://github.com/dbt-labs/dbt-bigquery/pull/1159");
    }
    if (now && !before) {
        throw invalid("Cannot convert non-partitioned table to partitioned table.").recordedIn(
            "https://github.com/googleapis/google-cloud-ruby/pull/1646",
        );
    }
    // The columns of a view are those of its query: only with another query, which the provider sends first, it can have others.
    const names = parseSchema(old.schema).map(({ name }) => name.toLowerCase());
    const added =
        view &&
        view.query === old.view?.query &&
        names.length > 0 &&
        fields.find(({ name }) => !names.includes(name.toLowerCase()));
    if (added) {
        throw invalid(
            `Provided Schema does not match Table ${project}:${datasetId}.${tableId}. Cannot add fields (field: ${added.name})`,
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/14073");
    }
}

/** The partitioning of a table in messages, which is defined when it is created. */
function partitioningSpec({ timePartitioning: time, rangePartitioning: ranges }: Inputs): string | undefined {
    if (ranges) {
        const { start, end, interval } = ranges.range ?? {};
        return `range(field:${ranges.field},start:${start},end:${end},interval:${interval})`;
    }
    return time && `interval(type:${String(time.type).toLowerCase()}${time.field ? `,field:${time.field}` : ""})`;
}

function kind({ view, materializedView, externalDataConfiguration, biglakeConfiguration }: Inputs): string {
    if (view || materializedView) {
        return view ? "VIEW" : "MATERIALIZED_VIEW";
    }
    return externalDataConfiguration && !biglakeConfiguration ? "EXTERNAL" : "TABLE";
}

/** Default table expiration of the dataset. */
function expiry({ expirationTime }: Inputs, within: Entry, old?: Inputs): number {
    const lifetime = within.state.defaultTableExpirationMs as number | undefined;
    return expirationTime ?? old?.expirationTime ?? (lifetime ? Date.now() + lifetime : 0);
}

function state(inputs: Inputs, { cloud }: { cloud: Cloud }, old?: Inputs): Inputs {
    const within = datasetOf(inputs, cloud);
    const { schema, view, timePartitioning, externalDataConfiguration, encryptionConfiguration } = inputs;
    const byDefault = within.state.defaultEncryptionConfiguration as Inputs | undefined;
    const key = (encryptionConfiguration ?? byDefault)?.kmsKeyName;
    return {
        schema: schema ? schemaResponse(parseSchema(schema)) : (old?.schema ?? ""),
        type: kind(inputs),
        location: within.state.location,
        expirationTime: expiry(inputs, within, old),
        maxStaleness: inputs.maxStaleness ?? "",
        generatedSchemaColumns: "",
        numBytes: 0,
        numLongTermBytes: 0,
        numRows: 0,
        selfLink: `https://bigquery.googleapis.com/bigquery/v2/${tablePath(inputs)}`,
        ...(view && { view: { useLegacySql: true, ...view } }),
        ...(timePartitioning && {
            timePartitioning: { expirationMs: within.state.defaultPartitionExpirationMs ?? 0, ...timePartitioning },
        }),
        ...(externalDataConfiguration && { [external]: { schema: "", ...externalDataConfiguration } }),
        ...(encryptionConfiguration && {
            encryptionConfiguration: { kmsKeyName: key, kmsKeyVersion: `${key}/cryptoKeyVersions/1` },
        }),
        ...timestamps(old),
    };
}

function oneOf(path: string, ...values: string[]): (value: string) => string | undefined {
    const listed = values.map((item) => JSON.stringify(item)).join(" ");
    return (value) => (values.includes(value) ? undefined : `expected ${path} to be one of [${listed}], got ${value}`);
}

export const table: TypeRules = {
    noun: "Table",
    cost: "free",
    // The provider adds no prefix to errors of tables.
    errorPrefix: () => "",
    api,
    id: tablePath,
    validators: {
        schema: schemaError,
        [`${external}.schema`]: schemaError,
        "timePartitioning.type": oneOf("time_partitioning.0.type", "DAY", "HOUR", "MONTH", "YEAR"),
    },
    plan: { resourceBigQueryTableSchemaCustomizeDiff: { replaceWhen: { schema: needsNewTable } } },
    normalize: { schema: canonical, [`${external}.schema`]: canonical },
    changesOnUpdate: ["etag", "lastModifiedTime"],
    alreadyExists: (inputs) => alreadyExists("Table", tablePath(inputs)),
    verify,
    state,
    remove: (inputs) => {
        if (inputs.deletionProtection) {
            throw new Error(
                `cannot destroy table ${tablePath(inputs)} without setting deletion_protection=false and running \`terraform apply\``,
            );
        }
    },
};
