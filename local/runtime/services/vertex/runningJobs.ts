import type { Cloud } from "../../../simulator";
import type { JobEntry } from "../../../simulator/services/vertex/trainingJob";
import type { Containers } from "../../emulator/containers/containers";
import type { Terminal } from "../../emulator/terminal";
import { JobReplicas } from "./jobReplicas";
import { type Outcome, RunningWork } from "./runningWork";
import { Trials } from "./trials";

/** Custom jobs and hyperparameter tuning jobs, whose code runs in containers. */
export class RunningJobs extends RunningWork {
    constructor(cloud: Cloud, containers: Containers, terminal: Terminal) {
        super(cloud, containers, terminal, "job");
    }

    protected async run(job: JobEntry, stopped: AbortSignal): Promise<Outcome> {
        const { cloud, containers } = this;
        const { kind, jobSpec: spec } = job.state;
        const lines: string[] = [];
        const code =
            kind === "customJobs"
                ? new JobReplicas(cloud, containers, { id: job.id, project: job.project, spec }, lines)
                : new Trials(cloud, containers, job, lines);
        const failure = await code.run(stopped);
        return failure === undefined
            ? { state: {}, text: "The job has succeeded." }
            : {
                  state: { failure: { code: 3, message: failure }, log: lines.length > 0 ? lines : [failure] },
                  text: failure,
              };
    }
}
