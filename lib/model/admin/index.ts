import { batchPredictionProvider } from "./batch";
import { deploymentsProvider } from "./deployments";
import { modelProvider } from "./model";
import { trainingJobProvider } from "./training";

/** The providers of the dynamic resources of Vertex AI; the code in the state of a stack loads them from here. */
export const batchPrediction = batchPredictionProvider();
export const deployments = deploymentsProvider();
export const model = modelProvider();
export const trainingJob = trainingJobProvider();
