import { type Cloud, GoogleError, type Inputs } from "../../../simulator";
import { authorizeMethod } from "../../../simulator/apis";
import { entryMatcher, isStored, logEntriesOf } from "../../../simulator/services/logging/entries";
import { verifyFilter } from "../../../simulator/services/logging/filter";
import type { Answer, RestApi } from "../../emulator/http";

const loggingApi: [string, string] = ["logging.googleapis.com", "Cloud Logging API"];

function matcherOf(filter: string): (entry: Inputs) => boolean {
    verifyFilter(filter);
    return entryMatcher(filter);
}

function list(
    cloud: Cloud,
    present: LogOf,
    { resourceNames = [], filter = "", orderBy = "", pageSize = 50 }: Inputs,
): Inputs {
    const matches = matcherOf(filter);
    const all = (resourceNames as string[]).flatMap((resource) => {
        const project = resource.replace(/^projects\//, "");
        cloud.projects.requireApi(project, ...loggingApi);
        authorizeMethod("logging.entries.list", `//cloudresourcemanager.googleapis.com/${resource}`, project, cloud);
        return [...logEntriesOf(project, cloud), ...present(project)].filter(isStored(project, cloud));
    });
    const found = all.filter(matches);
    const sorted = found.sort((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
    return { entries: (orderBy.endsWith(" desc") ? sorted.reverse() : sorted).slice(0, pageSize) };
}

const statuses: Record<number, string> = { 400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED" };

/** The log entries of a project that are not stored. */
type LogOf = (project: string) => Inputs[];

/**
 * The Cloud Logging API, for programs that show why a revision of Cloud Run or a job failed.
 *
 * @param present the entries of what runs
 */
export function loggingRest(cloud: Cloud, present: LogOf = () => []): RestApi {
    return ({ method, path, body }): Answer | undefined => {
        if (method !== "POST" || decodeURIComponent(path) !== "/v2/entries:list") {
            return undefined;
        }
        try {
            return { status: 200, body: list(cloud, present, JSON.parse(body.toString())) };
        } catch (error) {
            if (!(error instanceof GoogleError)) {
                throw error;
            }
            const { code, text, details } = error;
            return { status: code, body: { error: { code, message: text, status: statuses[code], details } } };
        }
    };
}
