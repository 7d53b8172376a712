/** A line of a log. */
interface LogEntry {
    textPayload?: string;
    jsonPayload?: { message?: string };
}

/** How many lines an error shows. */
const lines = 10;

/**
 * The last lines of a log, oldest first; none if they cannot be read, as the error itself is what matters.
 *
 * @param filter in the {@link https://cloud.google.com/logging/docs/view/logging-query-language Logging query language}
 */
export async function lastLines(project: string, filter: string): Promise<string[]> {
    // Loaded when it is needed: it takes longer than a preview may.
    const { AdminApi, logging }: typeof import("./adminApi") = require("./adminApi");
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
