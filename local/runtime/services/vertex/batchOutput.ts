import type { Cloud, Inputs } from "../../../simulator";
import { bigQueryName } from "../../../simulator/services/bigquery/names";
import { table as tableRules } from "../../../simulator/services/bigquery/table";
import { writeObject } from "../../../simulator/services/storage";
import {
    bigQueryParts,
    bucketAt,
    outputFolder,
    outputTables,
} from "../../../simulator/services/vertex/batchPrediction";
import type { JobEntry } from "../../../simulator/services/vertex/trainingJob";
import { Table } from "../bigquery/tables";
import type { Column, Row } from "../bigquery/values";
import type { Instance } from "./batchInput";

/** What the containers answered. */
export interface BatchResults {
    /** Predictions by the replicas that made them. */
    predicted: { instance: Instance; prediction: unknown }[][];
    /** Failures of requests, with the instances of each. */
    failed: { message: string; instances: Instance[] }[];
}

/** Writes the results of a job, where its output says. */
export function writeResults(cloud: Cloud, job: JobEntry, columns: Column[] | undefined, results: BatchResults): void {
    if (job.state.outputConfig.gcsDestination) {
        writeFiles(cloud, job, results);
    } else {
        writeTables(cloud, job, columns, results);
    }
}

const part = (at: number, count: number) => `${String(at).padStart(5, "0")}-of-${String(count).padStart(5, "0")}`;

/**
 * The files of the predictions, of which each replica writes one, and of the errors:
 * https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions#example_batch_inference_result
 */
function writeFiles(cloud: Cloud, job: JobEntry, { predicted, failed }: BatchResults): void {
    const folder = outputFolder(cloud, job);
    const bucket = bucketAt(cloud, folder);
    const path = folder.replace(/^gs:\/\/[^/]+\//, "");
    const write = (name: string, lines: string[]) =>
        bucket &&
        writeObject(
            cloud,
            bucket,
            `${path}/${name}`,
            Buffer.from(lines.map((line) => `${line}\n`).join("")),
            "text/plain",
        );
    const files = predicted.length > 0 ? predicted : [[]];
    for (const [at, lines] of files.entries()) {
        write(
            `prediction.results-${part(at, files.length)}`,
            lines.map(({ instance: { shown }, prediction }) => JSON.stringify({ ...shown, prediction })),
        );
    }
    // https://docs.cloud.google.com/vertex-ai/docs/general/troubleshooting
    const errors = failed.map(({ message, instances }) => `('${message}', ${instances.length})`);
    write(`prediction.errors_stats-${part(0, 1)}`, errors);
}

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * The tables of the predictions and the errors. The columns of the input are those of its table, or one with the instance; a prediction is
 * a text, because the model has no schemata.
 */
function writeTables(
    cloud: Cloud,
    job: JobEntry,
    columns: Column[] | undefined,
    { predicted, failed }: BatchResults,
): void {
    const { predictions, errors } = outputTables(job);
    const { keyField } = job.state.instanceConfig ?? {};
    const own: Column[] =
        keyField === undefined && columns
            ? columns.map(({ name, type, mode, fields }) => ({
                  name,
                  type,
                  ...(mode === "REPEATED" && { mode }),
                  ...(fields && { fields }),
              }))
            : [{ name: keyField === undefined ? "instance" : "key", type: "STRING" }];
    const cells = ({ row, shown }: Instance): Row => {
        if (keyField !== undefined) {
            return { key: text(shown.key) };
        }
        return row ?? { instance: text(shown.instance) };
    };
    createTable(cloud, job, predictions, [...own, { name: "prediction", type: "STRING" }]).append(
        predicted.flat().map(({ instance, prediction }) => ({ ...cells(instance), prediction: text(prediction) })),
    );
    const status: Column[] = [
        { name: "code", type: "INTEGER" },
        { name: "message", type: "STRING" },
    ];
    createTable(cloud, job, errors, [...own, { name: "errors", type: "RECORD", fields: status }]).append(
        failed.flatMap(({ message, instances }) =>
            instances.map((instance) => ({ ...cells(instance), errors: { code: 13, message } })),
        ),
    );
}

function createTable(cloud: Cloud, { state: job }: JobEntry, tableId: string, columns: Column[]): Table {
    const uri = `${job.outputConfig.bigqueryDestination.outputUri}.${tableId}`;
    const [project, datasetId] = bigQueryParts(uri);
    const id = `projects/${project}/datasets/${datasetId}/tables/${tableId}`;
    const schema = JSON.stringify(columns);
    const inputs: Inputs = { project, datasetId, tableId, schema };
    const state: Inputs = { ...inputs, ...tableRules.state?.(inputs, { cloud } as never) };
    const entry = { name: bigQueryName(id), project, id, state };
    cloud.store.write(entry);
    return new Table(cloud, entry);
}
