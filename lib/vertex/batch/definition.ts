import * as pulumi from "@pulumi/pulumi";
import type { AnyTable } from "../../bigquery/table";
import type { Environment } from "../../environment/environment";
import { isNear } from "../../facts/vertex/batchPrediction";
import type { AccountReference } from "../../iam/serviceAccount";
import { deferredError } from "../../internal/argumentsError";
import * as check from "../../internal/check";
import { secondsIn } from "../../internal/duration";
import { labelValue } from "../../internal/labels";
import { versionOf } from "../dataVersion";
import type { BatchPredictionArgs } from "../dynamic";
import { machineSpec } from "../endpoint/machines";
import { versionLocation, versionName } from "../version";
import type { ResolvedArgs } from "./resolveArgs";

/** The arguments of the job resource. */
export function jobArgs(
    component: string,
    args: ResolvedArgs,
    account: AccountReference | undefined,
    { project }: Environment,
    options: pulumi.InvokeOptions,
): BatchPredictionArgs {
    const { name, model, parameters, replicas, batchSize, explain, containerLogs, runOn, wait, labels = {} } = args;
    const location = jobLocation(component, args);
    return {
        project,
        location,
        name,
        spec: {
            model: versionName(model),
            inputConfig: inputConfig(component, args, location),
            outputConfig: outputConfig(component, args, location),
            instanceConfig: instanceConfig(args),
            modelParameters: parameters,
            dedicatedResources: {
                machineSpec: machineSpec(args.machines),
                // The maximum is ignored, but its default is 10, and the start must not be above it.
                startingReplicaCount: replicas,
                maxReplicaCount: replicas,
            },
            manualBatchTuningParameters: batchSize === undefined ? undefined : { batchSize },
            serviceAccount: account?.email,
            generateExplanation: explain ? true : undefined,
            explanationSpec: typeof explain === "object" ? explain : undefined,
            disableContainerLogging: containerLogs ? undefined : true,
        },
        runOn: runOn.map((one, index) =>
            versionOf(`VertexBatchPrediction "${component}": runOn.${index}`, one, options),
        ),
        // As the provider does for its own resources.
        labels: { environment: labelValue(pulumi.getStack()), ...labels },
        encryptionKey: args.encryptionKey,
        wait: wait !== false,
        waitSeconds: typeof wait === "string" ? secondsIn(wait) : 0,
    };
}

/** The region, once the one of the model is known to be the same. */
function jobLocation(component: string, { model, region }: ResolvedArgs): pulumi.Output<string> {
    return versionLocation(model).apply((location) => {
        if (location && location !== region) {
            const reason = `is in ${location}, and must be in ${region}, as the prediction is. Set region: "${location}".`;
            throw deferredError(`VertexBatchPrediction "${component}"`, [
                check.problem("model", "vertex/model-in-other-region", reason),
            ]);
        }
        return region;
    });
}

function instanceConfig({ instances }: ResolvedArgs) {
    const { type, include, exclude, key } = instances ?? {};
    return instances && Object.values(instances).some((value) => value !== undefined)
        ? { instanceType: type, keyField: key, includedFields: include, excludedFields: exclude }
        : undefined;
}

/** Reports data in another location than the model: {@link https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions requirements}. */
function near(
    component: string,
    path: string,
    [location, region, value]: [pulumi.Input<string | undefined>, pulumi.Input<string>, pulumi.Input<string>],
): pulumi.Output<string> {
    return pulumi.all([location, region, value]).apply(([place, wanted, address]) => {
        if (place && wanted && !isNear(place, wanted)) {
            const reason = `is in ${place}, and must be in the region of the model, ${wanted}, or in its multi-region (got "${address}").`;
            throw deferredError(`VertexBatchPrediction "${component}"`, [
                check.problem(path, "vertex/data-in-other-region", reason),
            ]);
        }
        return address;
    });
}

function inputConfig(component: string, { input, format }: ResolvedArgs, region: pulumi.Input<string>) {
    if (input.bucket) {
        const { name, location } = input.bucket.bucket;
        const bucket = near(component, "input.bucket", [location, region, pulumi.interpolate`gs://${name}`]);
        return {
            instancesFormat: format,
            gcsSource: { uris: input.files.map((file) => pulumi.interpolate`${bucket}/${file}`) },
        };
    }
    const { table } = input as { table: AnyTable | pulumi.Input<string> };
    return { instancesFormat: format, bigquerySource: { inputUri: tableAddress(component, table, region) } };
}

function tableAddress(component: string, table: AnyTable | pulumi.Input<string>, region: pulumi.Input<string>) {
    if (!check.isResource(table)) {
        return table as pulumi.Input<string>;
    }
    const { project, datasetId, tableId, ...more } = (table as AnyTable).table;
    // That of a table which exists already is not looked up.
    const { location } = more as { location?: pulumi.Output<string> };
    return near(component, "input.table", [
        location ?? "",
        region,
        pulumi.interpolate`bq://${project}.${datasetId}.${tableId}`,
    ]);
}

function outputConfig(component: string, { output }: ResolvedArgs, region: pulumi.Input<string>) {
    if (output.bucket) {
        const { name, location } = output.bucket.bucket;
        const bucket = near(component, "output.bucket", [location, region, pulumi.interpolate`gs://${name}`]);
        return {
            predictionsFormat: "jsonl",
            gcsDestination: { outputUriPrefix: pulumi.interpolate`${bucket}/${output.folder}` },
        };
    }
    const { project, datasetId, location } = output.dataset.dataset;
    const outputUri = near(component, "output.dataset", [
        location,
        region,
        pulumi.interpolate`bq://${project}.${datasetId}`,
    ]);
    return { predictionsFormat: "bigquery", bigqueryDestination: { outputUri } };
}
