import { exportTogether } from "../internal/arguments/reportTogether";

export { Workflow } from "./workflow";
export type { WorkflowArgs } from "./workflowArgs";

exportTogether(module);
