import { exportTogether } from "../internal/reportTogether";

export { Workflow } from "./workflow";
export type { WorkflowArgs } from "./workflowArgs";

exportTogether(module);
