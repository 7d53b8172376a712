import { deploymentsProvider } from "./deployments";
import { modelProvider } from "./model";
import { monitoringProvider } from "./monitoring";
import { trainingJobProvider } from "./training";

/** The providers of the dynamic resources of Vertex AI; the code in the state of a stack loads them from here. */
export const deployments = deploymentsProvider();
export const model = modelProvider();
export const monitoring = monitoringProvider();
export const trainingJob = trainingJobProvider();
