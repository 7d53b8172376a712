import type { Cloud } from "../../cloud/cloud";
import { announceRunner } from "../../services/vertex/jobRunner";
import type { PipelineEntry } from "../../services/vertex/pipelineJob";
import type { JobEntry } from "../../services/vertex/trainingJob";
import type { Containers } from "../run/containers";
import type { Terminal } from "../terminal";
import { EndpointReplicas } from "./endpointReplicas";
import { RunningJobs } from "./runningJobs";
import { RunningPipelines } from "./runningPipelines";

/** The interval for detecting changes by deployments, in milliseconds. */
const interval = 1000;

/** Runs the models of endpoints, the code of training jobs and the tasks of pipelines in containers. */
export class RunningVertex {
    readonly replicas: EndpointReplicas;
    private readonly jobs: RunningJobs;
    private readonly pipelines: RunningPipelines;
    private end?: () => void;
    private timer?: NodeJS.Timeout;

    /** @param idle the time in seconds after which a model that can be scaled to zero is stopped */
    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly terminal: Terminal,
        idle: number,
    ) {
        this.replicas = new EndpointReplicas(cloud, containers, terminal, idle * 1000);
        this.jobs = new RunningJobs(cloud, containers, terminal);
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
        await Promise.all([this.replicas.close(), this.jobs.close(), this.pipelines.close()]);
    }

    /** Compares what runs with what is deployed. */
    private look(): void {
        try {
            this.replicas.look(this.cloud.store.list("//aiplatform.googleapis.com/", "endpoints"));
            this.jobs.look(this.cloud.store.list("//aiplatform.googleapis.com/", "customJobs") as JobEntry[]);
            this.pipelines.look(
                this.cloud.store.list("//aiplatform.googleapis.com/", "pipelineJobs") as PipelineEntry[],
            );
        } catch (error) {
            this.terminal.logOnce(`Vertex AI: ${(error as Error).message}`);
        }
    }
}
