import { exportTogether } from "../internal/arguments/reportTogether";

export type { Pipeline, PipelineImage, PipelineSource } from "./code";
export { DataflowJob } from "./dataflowJob";
export type { DataflowJobArgs } from "./dataflowJobArgs";
export type { DataflowRun, DataflowRunArgs } from "./dynamic";
export type { DataflowScaling } from "./scaling";
export type { GoogleTemplate, OtherTemplate, OwnTemplate } from "./template";

exportTogether(module);
