import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import { type JobEntry, messagesOf } from "./jobs";

/** An entry in the log `worker` or `job-message`: https://github.com/GoogleCloudPlatform/python-docs-samples/issues/6245 */
export const logEntry = ({ id, project, state }: JobEntry, log: string, textPayload: string, severity: string) => ({
    logName: `projects/${project}/logs/dataflow.googleapis.com%2F${log}`,
    severity,
    resource: {
        type: "dataflow_step",
        labels: {
            project_id: project,
            job_id: state.id,
            job_name: state.jobName,
            region: id.split("/")[3],
            step_id: "",
        },
    },
    textPayload,
});

/** Python's default format starts with the level: `WARNING:root:…`. */
export const severityOf = (line: string): string =>
    /^(DEBUG|INFO|WARNING|ERROR|CRITICAL):/.exec(line)?.[1] ?? "DEFAULT";

/** A line of a pipeline. */
export interface LogLine {
    time: string;
    text: string;
}

/** Lines of a job as log entries. */
export const workerLog = (job: JobEntry, lines: LogLine[]): Inputs[] =>
    lines.map(({ time, text }, index) => ({
        ...logEntry(job, "worker", text, severityOf(text)),
        insertId: `${job.state.id}-${index}`,
        timestamp: time,
    }));

/** The log of a job: its messages, and the last lines of a pipeline that has ended. */
export function dataflowLog(cloud: Cloud, job: JobEntry): Inputs[] {
    const messages = messagesOf(cloud, job).map(
        ({ id: insertId, time: timestamp, messageText, messageImportance }) => ({
            ...logEntry(job, "job-message", messageText, messageImportance.endsWith("ERROR") ? "ERROR" : "INFO"),
            insertId,
            timestamp,
        }),
    );
    return [...workerLog(job, job.state.log ?? []), ...messages];
}
