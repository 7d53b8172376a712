export type { DataflowJobArgs, DataflowScaling } from "./arguments";
export type {
    GoogleTemplate,
    OtherTemplate,
    OwnTemplate,
    Pipeline,
    PipelineImage,
    PipelineSource,
} from "./code";
export { DataflowJob } from "./dataflowJob";
export type { DataflowRun, DataflowRunArgs } from "./dynamic";
