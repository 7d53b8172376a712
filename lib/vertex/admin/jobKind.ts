import type { AdminApi } from "../../internal/adminApi/adminApi";

/** The inputs that all jobs have. Their names and types stay, because they are in the states of users. */
export interface JobInputs {
    project: string;
    location: string;
    /** The display name, and the value of the label that identifies the jobs. */
    name: string;
    labels: Record<string, string>;
    encryptionKey?: string;
    /** Whether the deployment waits for the end. */
    wait: boolean;
    /** The longest wait in seconds; 0 is without limit. */
    waitSeconds: number;
}

/** The outputs that all jobs have. */
export interface JobOutputs {
    /** The resource name of the job: `projects/123456789012/locations/europe-west1/customJobs/4567`. */
    job: string;
    /** The {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/JobState state} of the job, such as `JOB_STATE_SUCCEEDED`. */
    state: string;
    /** The hash of the job's content. */
    content: string;
    /** The page with the job and its logs in the console. */
    console: string;
}

/** The fields that all jobs have in the API. */
export interface Job {
    name: string;
    state: string;
    createTime: string;
    error?: { code?: number; message?: string };
}

/** What is particular to jobs of one kind. */
export interface JobKind<Inputs extends JobInputs, Found extends Job, Result extends object> {
    /** What messages call a job: `training job`. */
    title: string;
    /** What the next update does after a failure: `trains again`. */
    again: string;
    /** The last but one part of the ID of the resource: `trainingJobs`. */
    resource: string;
    /** The collections of the API: `customJobs`. */
    collections: readonly string[];
    collectionOf(inputs: Inputs): string;
    /** The hash of a job's content. A job with another hash is another job. */
    contentOf(inputs: Inputs): string;
    /** The request that creates the job of a content. */
    requestOf(inputs: Inputs, content: string, labels: Record<string, string>): object;
    /** The kind of page in the console, by a collection: `training`. */
    pageOf(collection: string): string;
    /** The names of the results among the outputs. */
    results: readonly (keyof Result & string)[];
    /** The results of a job, as far as there are any. */
    resultOf(inputs: Inputs, job: Found): Result;
    /** A line about a job that has succeeded; undefined if there is nothing to say. */
    noteOf?(job: Found): string | undefined;
    /** Lines that explain a failure besides its error. */
    detailsOf?(job: Found): string[];
    /** The name of the job whose log explains a failure; undefined if there is none. By default the job itself. */
    loggedOf?(job: Found): string | undefined;
    /** Creates a job in a collection. By default the API gives it an ID. @param earlier the number of jobs of the same content */
    create?(api: AdminApi, path: string, body: object, content: string, earlier: number): Promise<Found>;
    /** Whether the API's lists leave out parts of the jobs. */
    hasPartialLists?: boolean;
    /** Whether a job with the label of the component belongs to this resource, and not to a resource of another stack in the project. */
    isOwn(inputs: Inputs, job: Found): boolean;
}
