import { exportTogether } from "../internal/arguments/reportTogether";

export type { CronSchedule } from "../scheduler/job";
export { VertexBatchPrediction } from "./batch/batchPrediction";
export type { VertexBatchPredictionArgs } from "./batch/batchPredictionArgs";
export type { BatchFiles, BatchTable } from "./batch/input";
export type { BatchInstances } from "./batch/instances";
export type { PredictionFiles, PredictionTables } from "./batch/output";
export type { DataVersion } from "./dataVersion";
export * from "./endpoint";
export type { ExistingModel, ExistingModelArgs } from "./existing";
export type { ModelFolder } from "./model/artifacts";
export type { Framework, ModelContainer, PrebuiltContainer, ServingContainer } from "./model/containers";
export type { ModelExplanation } from "./model/explanation";
export { VertexModel, type VertexModelArgs } from "./model/model";
export type { ModelSchemata } from "./model/schemata";
export type { VertexNetwork } from "./network";
export { VertexPipeline } from "./pipeline/pipeline";
export type { VertexPipelineArgs } from "./pipeline/pipelineArgs";
export type { PipelineCronSchedule } from "./pipeline/schedule";
export type {
    ImageTraining,
    PackageTraining,
    PythonTraining,
    SourceTraining,
    TrainingCode,
} from "./training/code";
export type { TrainingDisk, TrainingMachines } from "./training/machines";
export type { TrainingPool } from "./training/pools";
export { VertexTrainingJob } from "./training/trainingJob";
export type { VertexTrainingJobArgs } from "./training/trainingJobArgs";
export type { ListParameter, RangeParameter, Tuning } from "./training/tuning";
export type { ModelVersion } from "./version";

exportTogether(module);
