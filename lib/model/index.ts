export type { CronSchedule } from "../internal/scheduler";
export type {
    Accelerator,
    ImageTraining,
    Machines,
    PackageTraining,
    PythonTraining,
    SourceTraining,
    TrainingCode,
    TrainingDisk,
    TrainingNetwork,
    VertexTrainingJobArgs,
    WorkerPool,
} from "./training/arguments";
export { VertexTrainingJob } from "./training/trainingJob";
export type { ListParameter, RangeParameter, Tuning } from "./training/tuning";
export type { ModelVersion } from "./version";
