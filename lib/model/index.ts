export type { CronSchedule } from "../internal/scheduler";
export type {
    ImageTraining,
    PackageTraining,
    PythonTraining,
    SourceTraining,
    TrainingCode,
    TrainingDisk,
    TrainingGpu,
    TrainingMachines,
    TrainingNetwork,
    TrainingPool,
    VertexTrainingJobArgs,
} from "./training/arguments";
export { VertexTrainingJob } from "./training/trainingJob";
export type { ListParameter, RangeParameter, Tuning } from "./training/tuning";
export type { ModelVersion } from "./version";
