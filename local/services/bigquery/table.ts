import { nameFormats } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { alreadyExists, api, datasetOf, invalid, tablePath, timestamps, verifyKey } from "./names";
import { canonical, type Field, needsNewTable, parseSchema, schemaError, schemaResponse, verifyFields } from "./schema";

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
    if (view && fields.some(({ mode }) => mode?.toUpperCase() === "REQUIRED")) {
        throw new Error("Schema cannot contain required fields when creating a view");
    }
    if (view && materializedView) {
        throw invalid("A table cannot be both a view and a materialized view.");
    }
    verifyPartitions(inputs, fields);
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
    const field = (timePartitioning ?? rangePartitioning)?.field;
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
    const missing = clusterings.find((name: string) => !typeOf(name));
    if (missing) {
        throw invalid(`The field specified for clustering cannot be found in the schema. Invalid field: ${missing}.`);
    }
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
