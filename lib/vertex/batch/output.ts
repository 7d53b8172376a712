import * as pulumi from "@pulumi/pulumi";
import type { AnyDataset } from "../../bigquery/anyDataset";
import * as check from "../../internal/arguments/check";
import type { AnyBucket } from "../../storage";
import { nearModel } from "./location";

/** Predictions in files of JSON Lines. */
export interface PredictionFiles {
    /** The bucket, in the region of the model or in its multi-region. */
    bucket: AnyBucket;
    /**
     * The folder, in which each job creates a folder of its own, `prediction-MODEL-TIME`.
     * @default the name of the component
     */
    folder?: string;
}

/** Predictions in tables. */
export interface PredictionTables {
    /**
     * The BigQuery dataset, in which each job creates tables of its own, `predictions_TIME` and `errors_TIME`. It is in the region of the
     * model or in its multi-region.
     */
    dataset: AnyDataset;
}

/** Checks {@link PredictionFiles} or {@link PredictionTables}. */
export const batchOutput = check.variant({
    bucket: check.options<PredictionFiles>(
        {
            bucket: check.component<AnyBucket>("StorageBucket"),
            folder: check.matching(
                /^(?!\/)[^\r\n]*[^/\r\n]$/,
                "must be a folder such as scores, without / at its ends",
            ),
        },
        "bucket",
    ),
    dataset: check.options<PredictionTables>({ dataset: check.component<AnyDataset>("BigQueryDataset") }, "dataset"),
}) as check.AnyCheck;

/** The output with its folder. */
export type ResolvedOutput =
    | (Required<PredictionFiles> & { dataset?: undefined })
    | (PredictionTables & { bucket?: undefined });

/** Completes the output with its folder. */
export const resolveOutput = (
    output: check.OneOf<PredictionFiles | PredictionTables>,
    folder: string,
): ResolvedOutput => (output.bucket ? { ...output, folder: output.folder ?? folder } : output);

/** The output in the form of the API. */
export function outputConfig(component: string, output: ResolvedOutput, region: pulumi.Input<string>) {
    if (output.bucket) {
        const { name, location } = output.bucket.bucket;
        const bucket = nearModel(component, "output.bucket", [location, region, pulumi.interpolate`gs://${name}`]);
        return {
            predictionsFormat: "jsonl",
            gcsDestination: { outputUriPrefix: pulumi.interpolate`${bucket}/${output.folder}` },
        };
    }
    const { project, datasetId, location } = output.dataset.dataset;
    const outputUri = nearModel(component, "output.dataset", [
        location,
        region,
        pulumi.interpolate`bq://${project}.${datasetId}`,
    ]);
    return { predictionsFormat: "bigquery", bigqueryDestination: { outputUri } };
}
