/** The inputs of a Dataflow job. Their names and types stay, because they are in the states of users. */
export interface DataflowJobInputs {
    project: string;
    location: string;
    /** The name of a streaming job, and the start of the names of batch jobs. */
    name: string;
    type: "streaming" | "batch";
    template: {
        /** Flex Templates are launched by an image, classic ones by a stored graph. */
        kind: "flex" | "classic";
        /** The object: `gs://acme-dev-score-1a2b3c/templates/4d5e6f.json`. */
        path: string;
    };
    /** Options of the pipeline. */
    parameters: Record<string, string>;
    /** Fields of the runtime environment in the API, without workers and labels. */
    environment: DataflowEnvironment;
    /** The numbers of workers; 0 if not set. */
    workers: { min: number; max: number };
    /** New names of transforms, by their names in the running job. */
    transformNames: Record<string, string>;
    /** What runs a batch job again when it changes. */
    runOn: string[];
    labels: Record<string, string>;
    /** What happens if Dataflow cannot update a streaming job in place. */
    onIncompatible: "drain" | "fail";
    /** The longest wait for a drain, in seconds. */
    drainSeconds: number;
    /** Whether the deployment waits for the end of a batch job. */
    wait: boolean;
    /** The longest such wait in seconds; 0 is without limit. */
    waitSeconds: number;
}

/**
 * Fields of the {@link https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.locations.flexTemplates/launch#FlexTemplateRuntimeEnvironment runtime environment}.
 */
export interface DataflowEnvironment {
    tempLocation: string;
    /** Only of Flex Templates. */
    stagingLocation?: string;
    sdkContainerImage?: string;
    machineType?: string;
    diskSizeGb?: number;
    serviceAccountEmail: string;
    network?: string;
    subnetwork?: string;
    ipConfiguration: "WORKER_IP_PRIVATE" | "WORKER_IP_PUBLIC";
    kmsKeyName?: string;
    enableStreamingEngine?: boolean;
    streamingMode?: "STREAMING_MODE_AT_LEAST_ONCE";
    additionalExperiments?: string[];
}

/** The outputs of a Dataflow job. */
export interface DataflowJobOutputs {
    /** The ID of the job: `2026-11-23_01_02_03-4567890123456789012`. */
    jobId: string;
    /** The {@link https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs#jobstate state}, such as `JOB_STATE_RUNNING`. */
    state: string;
    /** The hash of the job's content. */
    content: string;
    /** The page of the job in the console. */
    console: string;
}
