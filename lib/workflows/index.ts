export { Workflow } from "./workflow";
export type { WorkflowArgs } from "./workflowArgs";
