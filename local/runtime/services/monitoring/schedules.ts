import { type Entry, type Inputs, lastPart } from "../../../simulator";

/** The status of an attempt by that of the answer: https://cloud.google.com/apis/design/errors#handling_errors */
const statuses: Record<number, string> = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
};

/**
 * The log entry of an attempt to run a job of Cloud Scheduler, which has no metrics.
 * https://docs.cloud.google.com/scheduler/docs/logging
 *
 * @param status of the answer, if there was one
 * @param reason why it has failed
 */
export function attemptFinished({ id, project, state }: Entry, status?: number, reason?: string): Inputs {
    const { httpTarget, pubsubTarget }: Inputs = state;
    const { topicName } = pubsubTarget ?? {};
    return {
        logName: `projects/${project}/logs/cloudscheduler.googleapis.com%2Fexecutions`,
        severity: reason === undefined ? "INFO" : "ERROR",
        resource: {
            type: "cloud_scheduler_job",
            labels: { project_id: project, job_id: lastPart(id), location: id.split("/")[3] },
        },
        ...(status !== undefined && { httpRequest: { status } }),
        jsonPayload: {
            "@type": "type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished",
            jobName: id,
            targetType: httpTarget ? "HTTP" : pubsubTarget ? "PUB_SUB" : "APP_ENGINE_HTTP",
            ...(httpTarget && { url: httpTarget.uri }),
            ...(topicName && { pubsubTopic: topicName }),
            ...(reason !== undefined && {
                status: statuses[status ?? 503] ?? "UNKNOWN",
                debugInfo: status === undefined ? reason : `Original HTTP response code number = ${status}`,
            }),
        },
    };
}
