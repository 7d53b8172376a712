import { dataflowJobProvider } from "./job";

/** The provider of the dynamic resource of Dataflow; the code in the state of a stack loads it from here. */
export const dataflowJob = dataflowJobProvider();
