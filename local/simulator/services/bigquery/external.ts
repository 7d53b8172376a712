import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";
import type { Field } from "./schema";

/** Formats whose columns are in the files: https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#ExternalDataConfiguration */
const describesItself = ["AVRO", "PARQUET", "ORC", "DATASTORE_BACKUP", "BIGTABLE"];
const needsSchema = ["CSV", "NEWLINE_DELIMITED_JSON"];
const hiveFormats = ["NEWLINE_DELIMITED_JSON", "CSV", "ORC", "AVRO", "PARQUET"];

/** Throws if BigQuery refuses the description of data outside of it. */
export function verifyExternal({ externalDataConfiguration: external }: Inputs, fields: Field[]): void {
    if (!external) {
        return;
    }
    const { sourceFormat: format, sourceUris = [], schema, autodetect, objectMetadata } = external;
    const columns = fields.length > 0 || (schema && schema !== "[]");
    if (needsSchema.includes(format) && !autodetect && !columns) {
        throw invalid(`No schema specified on table or external data configuration of the format ${format}.`);
    }
    if (describesItself.includes(format) && schema && schema !== "[]") {
        throw invalid(`A schema cannot be specified for external data of the format ${format}.`);
    }
    if (objectMetadata && !["DIRECTORY", "SIMPLE"].includes(objectMetadata)) {
        throw invalid(`Invalid value for objectMetadata: ${objectMetadata} is not a valid value`);
    }
    if (external.jsonExtension && format !== "NEWLINE_DELIMITED_JSON") {
        throw invalid(
            `jsonExtension ${external.jsonExtension} needs the format NEWLINE_DELIMITED_JSON, not ${format}.`,
        );
    }
    if (external.referenceFileSchemaUri && !["AVRO", "PARQUET", "ORC"].includes(format)) {
        throw invalid(`referenceFileSchemaUri needs the format AVRO, PARQUET or ORC, not ${format}.`);
    }
    verifyUris(sourceUris, format);
    verifyHive(external);
    verifyTypes(external.decimalTargetTypes ?? []);
}

function verifyUris(uris: string[], format: string | undefined): void {
    if (uris.length === 0) {
        throw invalid("Required parameter is missing: sourceUris");
    }
    if (format === "BIGTABLE" && (uris.length !== 1 || !/^https:\/\/./.test(uris[0] as string))) {
        throw invalid("Exactly one HTTPS URL of a table is needed for external data of the format BIGTABLE.");
    }
    for (const uri of uris) {
        const [, bucket, object] = /^gs:\/\/([^/]*)\/?(.*)$/.exec(uri) ?? [];
        if (bucket === undefined ? !/^[a-z0-9]+:\/\/./.test(uri) : !bucket) {
            throw invalid(`Source URI must be a Google Cloud Storage location: "${uri}".`);
        }
        if (bucket?.includes("*") || (object?.split("*").length ?? 0) > 2) {
            throw invalid(`Invalid source URI: "${uri}". It can have one wildcard, after the bucket.`);
        }
    }
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#HivePartitioningOptions */
function verifyHive({ hivePartitioningOptions: hive, sourceFormat, sourceUris = [] }: Inputs): void {
    if (!hive) {
        return;
    }
    const { mode, sourceUriPrefix } = hive;
    if (mode && !["AUTO", "STRINGS", "CUSTOM"].includes(mode)) {
        throw invalid(`Invalid value for hivePartitioningOptions.mode: ${mode} is not a valid value`);
    }
    if (sourceFormat && !hiveFormats.includes(sourceFormat)) {
        throw invalid(`Hive partitioning is not supported for the format ${sourceFormat}.`);
    }
    const prefix = String(sourceUriPrefix ?? "").replace(/\{.*$/s, "");
    const other = sourceUris.find((uri: string) => !`${uri}/`.startsWith(prefix));
    if (!sourceUriPrefix || other) {
        throw invalid(
            `Hive partitioning needs a common prefix of all source URIs (got ${sourceUriPrefix ?? "none"}${other ? ` for ${other}` : ""}).`,
        );
    }
}

function verifyTypes(types: string[]): void {
    const wrong = types.find((type) => !["NUMERIC", "BIGNUMERIC", "STRING"].includes(type));
    if (wrong) {
        throw invalid(`Invalid value for decimalTargetTypes: ${wrong} is not a valid value`);
    }
}

/** The longest texts of https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#StorageDescriptor, in bytes. */
const longest = { inputFormat: 128, outputFormat: 128, locationUri: 2056 };

/** Throws if a text of the description of storage is too long. */
export function verifyStorage(storage: Inputs | undefined): void {
    const { serdeInfo } = storage ?? {};
    const texts = [
        ...Object.entries(longest).map(([name, max]) => ({ name, max, text: storage?.[name] })),
        { name: "serdeInfo.name", max: 256, text: serdeInfo?.name },
        { name: "serdeInfo.serializationLibrary", max: 256, text: serdeInfo?.serializationLibrary },
    ];
    for (const { name, max, text = "" } of texts) {
        if (Buffer.byteLength(text) > max) {
            throw invalid(`storageDescriptor.${name} is longer than ${max}.`);
        }
    }
}
