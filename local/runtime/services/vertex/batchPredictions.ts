import { batchPredictionLimits } from "slipway/facts";
import { batchResource, storeBatch, verifyBatch } from "../../../simulator/services/vertex/batchPrediction";
import { verifyLabels } from "../../../simulator/services/vertex/jobSpec";
import { invalid } from "../../../simulator/services/vertex/names";
import type { Call, Method } from "../../emulator/methods/call";
import { methodsOf, placeOf } from "./jobs";

function create({ cloud, names, body, isFailing }: Call): object {
    const { displayName = "", labels } = body;
    const { max } = batchPredictionLimits.rows.displayName;
    if (displayName.length === 0 || [...displayName].length > max) {
        throw invalid(`batch_prediction_job.display_name must have 1 to ${max} characters.`);
    }
    verifyLabels(labels);
    const place = placeOf(names);
    verifyBatch(cloud, place, body);
    return batchResource(storeBatch(cloud, place, body, isFailing), cloud);
}

/** The methods of batch predictions with models of the Model Registry. */
export const batchPredictionMethods: Method[] = methodsOf({
    name: "batchPredictionJobs",
    title: "BatchPredictionJob",
    fields: [
        ...["displayName", "model", "inputConfig", "instanceConfig", "modelParameters", "outputConfig"],
        ...["dedicatedResources", "manualBatchTuningParameters", "generateExplanation", "explanationSpec", "labels"],
        ...["encryptionSpec", "serviceAccount", "disableContainerLogging"],
    ],
    create,
    resource: batchResource,
});
