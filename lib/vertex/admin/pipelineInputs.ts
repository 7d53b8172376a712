import type { JobInputs, JobOutputs } from "./jobKind";

/** What a pipeline runs with. The names and types of all inputs stay, because they are in the states of users. */
export interface PipelineInputs {
    project: string;
    location: string;
    /** The display name, and the value of the label that identifies the runs. */
    name: string;
    /** The compiled pipeline as JSON; empty for a template. */
    spec: string;
    /** The address of a template in Artifact Registry; empty for a compiled pipeline. */
    template: string;
    /** The values of parameters, by name. */
    parameters: Record<string, unknown>;
    /** The folder of all runs: `gs://acme-results/forecast`. */
    root: string;
    /** The {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/PipelineFailurePolicy policy}; empty for the default. */
    failurePolicy: string;
    serviceAccount: string;
    network?: string;
    pscInterfaceConfig?: { networkAttachment: string };
    labels: Record<string, string>;
    encryptionKey?: string;
}

/** The inputs of a run in a deployment. */
export interface PipelineRunInputs extends PipelineInputs, JobInputs {
    /** What runs the pipeline again when it changes. */
    runOn: string[];
}

/** The outputs of a run: its inputs and the pipeline job of its content. */
export interface PipelineRunOutputs extends PipelineRunInputs, JobOutputs {
    /** The addresses of the output artifacts, by task and output: `{ "fit.model": "gs://…" }`. */
    artifacts: Record<string, string>;
}

/** The inputs of a schedule. */
export interface PipelineScheduleInputs extends PipelineInputs {
    /** With its time zone: `TZ=Europe/Berlin 0 3 * * *`. */
    cron: string;
    /** The start and the end, in RFC 3339. */
    start?: string;
    end?: string;
    maxRuns?: number;
    maxConcurrentRuns: number;
    maxActiveRuns?: number;
    allowQueueing: boolean;
    paused: boolean;
    /** Whether runs that were missed during a pause are made up for. */
    catchUp: boolean;
}

/** The outputs of a schedule. */
export interface PipelineScheduleOutputs extends PipelineScheduleInputs {
    /** The resource name: `projects/123456789012/locations/europe-west1/schedules/4567`. */
    schedule: string;
    /** The {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.schedules#state state}, such as `ACTIVE`. */
    state: string;
}
