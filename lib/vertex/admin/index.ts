import { batchPredictionProvider } from "./batch";
import { deploymentsProvider } from "./deployments";
import { modelProvider } from "./model";
import { monitoringProvider } from "./monitoring";
import { pipelineRunProvider } from "./pipeline";
import { pipelineScheduleProvider } from "./pipelineSchedule";
import { trainingJobProvider } from "./training";

/** The providers of the dynamic resources of Vertex AI; the code in the state of a stack loads them from here. */
export const batchPrediction = batchPredictionProvider();
export const deployments = deploymentsProvider();
export const model = modelProvider();
export const monitoring = monitoringProvider();
export const pipelineRun = pipelineRunProvider();
export const pipelineSchedule = pipelineScheduleProvider();
export const trainingJob = trainingJobProvider();
