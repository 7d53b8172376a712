import { deploymentsProvider } from "./deployments";
import { modelProvider } from "./model";

/** The providers of the dynamic resources of Vertex AI; the code in the state of a stack loads them from here. */
export const deployments = deploymentsProvider();
export const model = modelProvider();
