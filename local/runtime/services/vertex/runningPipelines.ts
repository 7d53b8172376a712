import { join } from "node:path";
import type { PipelineSpec } from "../../../../lib/formats";
import { type Cloud, lastPart } from "../../../simulator";
import {
    dagFailure,
    type PipelineEntry,
    placeOfPipeline,
    type TaskRun,
} from "../../../simulator/services/vertex/pipelineJob";
import { changeJob } from "../../../simulator/services/vertex/trainingJob";
import type { Containers } from "../../emulator/containers/containers";
import type { Terminal } from "../../emulator/terminal";
import { PipelineRunner } from "./pipelineRunner";
import { type Outcome, RunningWork } from "./runningWork";
import { unsupportedIn } from "./unsupportedPipeline";

/** Pipeline jobs, whose tasks run in containers. */
export class RunningPipelines extends RunningWork<PipelineEntry> {
    protected override readonly initial = { tasks: [] };

    constructor(cloud: Cloud, containers: Containers, terminal: Terminal) {
        super(cloud, containers, terminal, "pipeline");
    }

    protected async run(job: PipelineEntry, stopped: AbortSignal): Promise<Outcome> {
        const failure = await this.failure(job, stopped);
        return { state: failure ? { failure } : {}, text: failure?.message ?? "The pipeline has succeeded." };
    }

    /** Runs the tasks; returns the error of the pipeline. */
    private async failure(job: PipelineEntry, stopped: AbortSignal) {
        const unsupported = unsupportedIn(job.state.pipelineSpec as PipelineSpec);
        if (unsupported.length > 0) {
            return {
                code: 12,
                message: `The local Google Cloud does not run ${unsupported.join(", ")}, which the pipeline has. Without Docker, pipelines end in simulated time.`,
            };
        }
        const runner = new PipelineRunner(
            {
                cloud: this.cloud,
                containers: this.containers,
                folder: join(this.cloud.folder, "pipelines", lastPart(job.id)),
                record: (tasks: TaskRun[]) => changeJob(this.cloud, job.name, { tasks }),
            },
            job,
            stopped,
        );
        const failed = await runner.run();
        return failed.length > 0 ? dagFailure(failed, placeOfPipeline(job), job.id, this.cloud) : undefined;
    }
}
