import * as pulumi from "@pulumi/pulumi";
import type { AnyTable } from "../../bigquery/table";
import { isTableId, tableOf } from "../../bigquery/tableOf";
import { type InstanceFileFormat, instanceFormats } from "../../facts/vertex/batchPrediction";
import * as check from "../../internal/arguments/check";
import type { AnyBucket } from "../../storage";
import { type BatchInstances, type InstanceFormat, instanceProblems } from "./instances";
import { nearModel } from "./location";

/** Instances in files of a bucket. */
export interface BatchFiles {
    /** The bucket, in the region of the model or in its multi-region. */
    bucket: AnyBucket;
    /** The files, with `*` for any part of a name: `"orders/*.jsonl"`, or a list. */
    files: string | string[];
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions#input_data_requirements format}. `"file-list"`
     * is a text file with the addresses of the files of which each is an instance. Rows of `"csv"` and records of TFRecord files are not
     * divided among replicas: each replica reads whole files.
     * @default by the ending of the files: `.jsonl`, `.csv`, `.tfrecord`, `.tfrecord.gz`, and `.txt` for `"file-list"`
     */
    format?: InstanceFileFormat;
}

/** Instances in the rows of a table. */
export interface BatchTable {
    /**
     * The BigQuery table: a {@link BigQueryTable}, or `bq://acme-dev.sales.orders`. Its dataset is in the region of the model or in its
     * multi-region.
     */
    table: AnyTable | pulumi.Input<string>;
}

const rows = Object.entries(instanceFormats.rows) as [InstanceFormat, { endings: readonly string[] }][];

const formats = rows.map(([name]) => name).filter((name): name is InstanceFileFormat => name !== "bigquery");

const file = check.matching(
    /^(?!\/|gs:)[^\r\n]*[^/\r\n]$/,
    'must be the path of files in the bucket such as "orders/*.jsonl", without / at its ends',
);

const files = check.options<BatchFiles>(
    {
        bucket: check.component<AnyBucket>("StorageBucket"),
        files: check.either(
            Array.isArray,
            check.pipe(
                check.list(file),
                check.refine((all) => (all as string[]).length > 0, "must have at least one path"),
            ) as check.Check<string[]>,
            file,
        ),
        format: check.oneOf(...formats),
    },
    "bucket",
    "files",
);

const table = check.options<BatchTable>(
    {
        table: check.short<AnyTable | pulumi.Input<string>, string>(
            check.either(
                check.isResource,
                check.component<AnyTable>("BigQueryTable"),
                check.input(
                    check.matching(
                        /^bq:\/\/[a-z0-9.:-]+\.\w+\.[^.\s]+$/,
                        "must be a BigQueryTable, the ID of a table such as sales.orders, or an address such as bq://acme-dev.sales.orders",
                    ),
                ),
            ),
            tableOf,
            isTableId,
        ),
    },
    "table",
);

/** Checks {@link BatchFiles} or a {@link BatchTable}. */
export const batchInput = check.variant({ bucket: files, table }) as check.AnyCheck;

/** The input with its format. */
export interface ResolvedInput {
    input: { bucket: AnyBucket; files: string[]; table?: undefined } | (BatchTable & { bucket?: undefined });
    /** The format; files that do not show it are refused. */
    format: InstanceFormat;
}

/** Completes the input with its format. */
export function resolveInput(input: check.OneOf<BatchFiles | BatchTable>): ResolvedInput {
    if (input.bucket === undefined) {
        return { input, format: "bigquery" };
    }
    const { bucket, format } = input;
    const files = Array.isArray(input.files) ? input.files : [input.files];
    const found = files.map((path) => rows.find(([, { endings }]) => endings.some((end) => path.endsWith(end))));
    const names = new Set(found.map((row) => row?.[0]));
    const shown = names.size === 1 ? [...names][0] : undefined;
    return { input: { bucket, files }, format: (format ?? shown) as InstanceFormat };
}

/** Reports instances and replicas that the format does not support. */
export function inputProblems({
    format,
    input,
    instances,
    replicas,
}: ResolvedInput & { instances?: BatchInstances; replicas: number }): (check.Problem | undefined)[] {
    const files = input.bucket ? input.files : [];
    if (format === undefined) {
        const names = rows.flatMap(([name, { endings }]) => (endings.length > 0 ? [name] : [])).join(", ");
        return [
            check.problem(
                "input.format",
                "vertex/input-format-missing",
                `is missing, because the files do not show it (got "${files.join(", ")}"). It is ${names}.`,
            ),
        ];
    }
    // https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions#partition_data
    const isCounted = files.every((path) => !/[*?[{]/.test(path));
    return [
        ...instanceProblems(format, instances),
        check.when(
            isCounted && !instanceFormats.rows[format].isDivided && replicas > files.length,
            "replicas",
            "vertex/replicas-above-files",
            `must be ${files.length} at most, as Vertex AI does not divide files of the format ${format} (got ${replicas}). Use more files.`,
        ),
    ];
}

/** The input in the form of the API. */
export function inputConfig(component: string, { input, format }: ResolvedInput, region: pulumi.Input<string>) {
    if (input.bucket) {
        const { name, location } = input.bucket.bucket;
        const bucket = nearModel(component, "input.bucket", [location, region, pulumi.interpolate`gs://${name}`]);
        return {
            instancesFormat: format,
            gcsSource: { uris: input.files.map((file) => pulumi.interpolate`${bucket}/${file}`) },
        };
    }
    return { instancesFormat: format, bigquerySource: { inputUri: tableAddress(component, input.table, region) } };
}

function tableAddress(component: string, table: AnyTable | pulumi.Input<string>, region: pulumi.Input<string>) {
    if (!check.isResource(table)) {
        return table as pulumi.Input<string>;
    }
    const { project, datasetId, tableId, ...more } = (table as AnyTable).table;
    // That of a table which exists already is not looked up.
    const { location } = more as { location?: pulumi.Output<string> };
    return nearModel(component, "input.table", [
        location,
        region,
        pulumi.interpolate`bq://${project}.${datasetId}.${tableId}`,
    ]);
}
