import type { Cloud } from "../../../simulator";
import { announceRunner } from "../../../simulator/services/vertex/jobRunner";
import type { PipelineEntry } from "../../../simulator/services/vertex/pipelineJob";
import { type JobEntry, jobKinds } from "../../../simulator/services/vertex/trainingJob";
import type { Containers } from "../../emulator/containers/containers";
import type { Terminal } from "../../emulator/terminal";
import { EndpointReplicas } from "./endpointReplicas";
import { RunningJobs } from "./runningJobs";
import { RunningPipelines } from "./runningPipelines";
import { RunningPredictions } from "./runningPredictions";

/** The interval for detecting changes by deployments, in milliseconds. */
const interval = 1000;

/** Runs the models of endpoints and batch predictions, the code of training jobs and the tasks of pipelines in containers. */
export class RunningVertex {
    readonly replicas: EndpointReplicas;
    private readonly jobs: RunningJobs;
    private readonly predictions: RunningPredictions;
    private readonly pipelines: RunningPipelines;
    private end?: () => void;
    private timer?: NodeJS.Timeout;

    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly terminal: Terminal,
    ) {
        this.replicas = new EndpointReplicas(cloud, containers, terminal);
        this.jobs = new RunningJobs(cloud, containers, terminal);
        this.predictions = new RunningPredictions(cloud, containers, terminal);
        this.pipelines = new RunningPipelines(cloud, containers, terminal);
    }

    /** Starts what is deployed, and what will be. */
    start(): void {
        this.end = announceRunner(this.cloud);
        this.look();
        this.timer = setInterval(() => this.look(), interval).unref();
    }

    async close(): Promise<void> {
        clearInterval(this.timer);
        this.end?.();
        this.containers.hurry();
        const running = [this.replicas, this.jobs, this.predictions, this.pipelines];
        await Promise.all(running.map((each) => each.close()));
    }

    /** Compares what runs with what is deployed. */
    private look(): void {
        try {
            this.replicas.look(this.cloud.store.list("//aiplatform.googleapis.com/", "endpoints"));
            this.jobs.look(
                this.cloud.store.list("//aiplatform.googleapis.com/", ...Object.keys(jobKinds)) as JobEntry[],
            );
            this.predictions.look(
                this.cloud.store.list("//aiplatform.googleapis.com/", "batchPredictionJobs") as JobEntry[],
            );
            this.pipelines.look(
                this.cloud.store.list("//aiplatform.googleapis.com/", "pipelineJobs") as PipelineEntry[],
            );
        } catch (error) {
            this.terminal.logOnce(`Vertex AI: ${(error as Error).message}`);
        }
    }
}
