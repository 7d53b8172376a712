import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import { runnerOf } from "../vertex/jobRunner";

/** The pipeline of a job that a process on this machine runs. Times are in milliseconds of simulated time. */
export interface PipelineRun {
    startTime?: number;
    /** Undefined until it has ended. */
    endTime?: number;
    end?: "DONE" | "FAILED" | "CANCELLED" | "DRAINED" | "UPDATED";
}

/** Which jobs a process runs. */
export interface PipelineRunner {
    /** The names of jobs whose pipelines are in folders of this machine. */
    names: string[];
    /** Whether it also runs images. */
    runsImages: boolean;
}

/** The name of the folder of a job: that of the component, or its own. */
export function folderNameOf({ jobName, labels }: Inputs, names: string[]): string | undefined {
    return [labels?.["slipway-job"], jobName].find((name) => names.includes(name));
}

/** Whether a process on this machine runs a job. */
export function isRunHere(cloud: Cloud, job: Inputs): boolean {
    const runner = runnerOf<PipelineRunner>(cloud, "dataflow");
    return (
        runner !== undefined &&
        (folderNameOf(job, runner.names) !== undefined || (runner.runsImages && job.image !== undefined))
    );
}
