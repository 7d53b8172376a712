export type { CronSchedule } from "../internal/scheduler";
export type {
    BatchFiles,
    BatchInstances,
    BatchTable,
    PredictionFiles,
    PredictionTables,
    VertexBatchPredictionArgs,
} from "./batch/arguments";
export { VertexBatchPrediction } from "./batch/batchPrediction";
export type { DataVersion } from "./dataVersion";
export * from "./endpoint";
export type { ExistingModel, ExistingModelArgs } from "./existing";
export type { ModelExplanation, ModelSchemata, VertexModelArgs } from "./model/arguments";
export type { ModelFolder } from "./model/artifacts";
export type { Framework, ModelContainer, PrebuiltContainer, ServingContainer } from "./model/containers";
export { VertexModel } from "./model/model";
export type { VertexNetwork } from "./network";
export type { VertexPipelineArgs } from "./pipeline/arguments";
export { VertexPipeline } from "./pipeline/pipeline";
export type { PipelineCronSchedule } from "./pipeline/schedule";
export type {
    ImageTraining,
    PackageTraining,
    PythonTraining,
    SourceTraining,
    TrainingCode,
    TrainingDisk,
    TrainingMachines,
    TrainingPool,
    VertexTrainingJobArgs,
} from "./training/arguments";
export { VertexTrainingJob } from "./training/trainingJob";
export type { ListParameter, RangeParameter, Tuning } from "./training/tuning";
export type { ModelVersion } from "./version";
