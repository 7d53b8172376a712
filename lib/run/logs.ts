import * as pulumi from "@pulumi/pulumi";
import { errorHook } from "../internal/hooks";

/** A line of a log. */
interface LogEntry {
    textPayload?: string;
    jsonPayload?: { message?: string };
}

/** How many lines an error shows. */
const lines = 10;

/**
 * The options of a resource whose error shows the last lines of the log, if its revision did not start.
 *
 * @param title the component in errors: `CloudRunService "web"`
 */
export function logsOfFailure(
    title: string,
    { project, service }: { project: string; service: string },
    options: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
    const hook = errorHook(`${title}: logs of the revision`, async ([error = ""]) => {
        const [, revision] = /Revision '([a-z0-9-]+)' is not ready/.exec(error) ?? [];
        const log = revision === undefined ? [] : await lastLines(project, service, revision);
        if (log.length > 0) {
            pulumi.log.error(`${title}: the last lines of the log of the revision ${revision}:\n${log.join("\n")}`);
        }
    });
    const { hooks = {} } = options;
    return hook ? { ...options, hooks: { ...hooks, onError: [...(hooks.onError ?? []), hook] } } : options;
}

/** The last lines of a revision's log, oldest first; none if they cannot be read, as the error itself is what matters. */
async function lastLines(project: string, service: string, revision: string): Promise<string[]> {
    // Loaded when it is needed: it takes longer than a preview may.
    const { AdminApi, logging }: typeof import("../internal/adminApi") = require("../internal/adminApi");
    const filter = [
        'resource.type="cloud_run_revision"',
        `resource.labels.service_name="${service}"`,
        `resource.labels.revision_name="${revision}"`,
    ].join(" AND ");
    try {
        const body = { resourceNames: [`projects/${project}`], filter, orderBy: "timestamp desc", pageSize: lines };
        const api = new AdminApi(undefined, undefined, logging);
        const { entries = [] } = await api.post<{ entries?: LogEntry[] }>("entries:list", { body });
        const texts = entries.map(({ textPayload, jsonPayload }) => textPayload ?? jsonPayload?.message ?? "");
        return texts.filter((text) => text !== "").reverse();
    } catch {
        return [];
    }
}
