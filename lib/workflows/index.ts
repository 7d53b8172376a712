export type { WorkflowArgs } from "./arguments";
export { Workflow } from "./workflow";
