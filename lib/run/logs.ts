import * as pulumi from "@pulumi/pulumi";
import { lastLines } from "../internal/adminApi/logs";
import { errorHook, withErrorHook } from "../internal/engine/hooks";

/** What can fail: the name in an error of Cloud Run, and the filter of its log. */
interface Failing {
    what: string;
    name: RegExp;
    filter(name: string): string[];
}

const notReady = /Revision '([a-z0-9-]+)' is not ready/;

/** The last lines of the revision that did not start. */
const revision = (type: string, of: string): Failing => ({
    what: "revision",
    name: notReady,
    filter: (name) => [
        `resource.type="${type}"`,
        `resource.labels.${type === "cloud_run_revision" ? "service_name" : "worker_pool_name"}="${of}"`,
        `resource.labels.revision_name="${name}"`,
    ],
});

/** {@link https://cloud.google.com/run/docs/logging Logs} of services, jobs and worker pools. */
const failing: Record<"service" | "job" | "workerPool", (name: string) => Failing> = {
    service: (service) => revision("cloud_run_revision", service),
    workerPool: (pool) => revision("cloud_run_worker_pool", pool),
    job: (job) => ({
        what: "execution",
        name: /Execution ([a-z0-9-]+) has failed/,
        filter: (name) => [
            'resource.type="cloud_run_job"',
            `resource.labels.job_name="${job}"`,
            `labels."run.googleapis.com/execution_name"="${name}"`,
        ],
    }),
};

/**
 * The options of a resource whose error shows the last lines of the log, if its revision did not start, or its execution failed.
 *
 * @param title the component in errors: `CloudRunService "web"`
 * @param named the name of the service, the job or the worker pool
 */
export function logsOfFailure(
    title: string,
    { project, ...named }: { project: string; service?: string; job?: string; workerPool?: string },
    options: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
    const [kind, of] = Object.entries(named)[0] as ["service", string];
    const { what, name, filter } = failing[kind](of);
    const hook = errorHook(`${title}: logs of the ${what}`, async ([error = ""]) => {
        const [, failed] = name.exec(error) ?? [];
        const log = failed === undefined ? [] : await lastLines(project, filter(failed).join(" AND "));
        if (log.length > 0) {
            pulumi.log.error(`${title}: the last lines of the log of the ${what} ${failed}:\n${log.join("\n")}`);
        }
    });
    return withErrorHook(options, hook);
}
