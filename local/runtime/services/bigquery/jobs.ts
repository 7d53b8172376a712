import { randomUUID } from "node:crypto";
import { GoogleError, type Inputs } from "../../../simulator";
import { HttpError } from "../../emulator/http";

/** The jobs of all projects, in the order in which they were inserted: https://cloud.google.com/bigquery/docs/reference/rest/v2/Job */
export class Jobs {
    private readonly jobs = new Map<string, Inputs>();

    /** @param location if it is given, the job must have run there */
    get(project: string, id: string, location?: string | null): Inputs {
        const found = this.jobs.get(`${project}:${id}`);
        const isThere = !location || found?.jobReference.location.toLowerCase() === location.toLowerCase();
        if (!found || !isThere) {
            throw new HttpError(404, "notFound", `Not found: Job ${project}:${id}`);
        }
        return found;
    }

    /** The jobs of a project, the newest first. */
    list(project: string): Inputs[] {
        return [...this.jobs.values()].filter(({ jobReference }) => jobReference.projectId === project).reverse();
    }

    /**
     * Runs a job, and returns it when it is done. An error of what it does is its result.
     *
     * @param work returns statistics
     */
    async run(
        project: string,
        { jobReference = {}, configuration = {} }: Inputs,
        jobType: "LOAD" | "QUERY",
        work: (job: Inputs) => Inputs | Promise<Inputs>,
    ): Promise<Inputs> {
        const { jobId = randomUUID(), location = "EU" } = jobReference;
        const key = `${project}:${jobId}`;
        if (this.jobs.has(key)) {
            throw new HttpError(409, "duplicate", `Already Exists: Job ${project}:${location}.${jobId}`);
        }
        const time = String(Date.now());
        const job: Inputs = {
            kind: "bigquery#job",
            id: `${project}:${location}.${jobId}`,
            jobReference: { projectId: project, jobId, location },
            configuration: { jobType, ...configuration },
            status: { state: "RUNNING" },
            statistics: { creationTime: time, startTime: time },
        };
        if (!configuration.dryRun) {
            this.jobs.set(key, job);
        }
        try {
            Object.assign(job.statistics, await work(job));
        } catch (error) {
            const errorResult = resultOf(error);
            Object.assign(job.status, { errorResult, errors: [errorResult] });
        }
        job.status.state = "DONE";
        job.statistics.endTime = String(Date.now());
        return job;
    }
}

function resultOf(error: unknown): Inputs {
    if (error instanceof HttpError) {
        return { reason: error.reason, message: error.message };
    }
    if (error instanceof GoogleError) {
        return { reason: error.reason ?? (error.code === 403 ? "accessDenied" : "invalid"), message: error.text };
    }
    throw error;
}

/** HTTP codes of the reasons of errors: https://cloud.google.com/bigquery/docs/error-messages */
const codes: Record<string, number> = { accessDenied: 403, notFound: 404, duplicate: 409, notImplemented: 501 };

/** Throws the error of a job, as the methods that return results do. */
export function throwErrorOf({ status }: Inputs): void {
    if (status.errorResult) {
        const { reason, message } = status.errorResult;
        throw new HttpError(codes[reason] ?? 400, reason, message);
    }
}
