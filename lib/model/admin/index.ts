import { deploymentsProvider } from "./deployments";

/** The providers of the dynamic resources of Vertex AI; the code in the state of a stack loads them from here. */
export const deployments = deploymentsProvider();
