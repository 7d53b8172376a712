import { type Cloud, GoogleError, type Inputs } from "../../simulator";
import { authorizeMethod, types } from "../../simulator/apis";
import type { Answer, RestApi } from "./http";

/** The collections of Cloud Run and Cloud Functions, with their hosts and the provider's types. */
const collections: Record<string, { service: string; type: string; title: string }> = {
    functions: {
        service: "cloudfunctions",
        type: "gcp:cloudfunctionsv2/function:Function",
        title: "Cloud Functions API",
    },
    jobs: { service: "run", type: "gcp:cloudrunv2/job:Job", title: "Cloud Run Admin API" },
    services: { service: "run", type: "gcp:cloudrunv2/service:Service", title: "Cloud Run Admin API" },
    workerPools: { service: "run", type: "gcp:cloudrunv2/workerPool:WorkerPool", title: "Cloud Run Admin API" },
};

const named = /^\/v2\/(projects\/([^/]+)\/locations\/([^/]+)\/(functions|jobs|services|workerPools)\/([^/:]+))$/;

/** Formats a resource like the API, as far as it is read. */
function resource(path: string, { state, terminalConditions = [] }: Inputs): Inputs {
    const [terminalCondition] = terminalConditions;
    return { name: path, ...(typeof state === "string" && { state }), ...(terminalCondition && { terminalCondition }) };
}

const statuses: Record<number, string> = { 403: "PERMISSION_DENIED", 404: "NOT_FOUND" };

/**
 * Reads and deletes functions, and services, jobs and worker pools of Cloud Run, for programs that delete what a failed creation has left.
 * https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/delete
 */
export function serverlessRest(cloud: Cloud): RestApi {
    function answered(method: string, path: string, project: string, collection: string): Inputs {
        const { service, type, title } = collections[collection] as (typeof collections)[string];
        const name = `//${service}.googleapis.com/${path}`;
        cloud.projects.requireApi(project, `${service}.googleapis.com`, title);
        const verb = method === "DELETE" ? "delete" : "get";
        authorizeMethod(`${service}.projects.locations.${collection}.${verb}`, name, project, cloud);
        const found = cloud.store.read(name);
        if (!found) {
            throw new GoogleError(404, `Resource '${path}' was not found`);
        }
        if (verb === "get") {
            return resource(path, found.state);
        }
        // The API has no protection from deletion: that is of the provider.
        types[type]?.remove?.({ ...found.state, deletionProtection: false }, { cloud });
        cloud.store.remove(name);
        cloud.iam.forget(name);
        return { name: path.replace(/\/[^/]+\/[^/]+$/, `/operations/${Date.now()}`), done: true, response: {} };
    }
    return ({ method, path }): Answer | undefined => {
        const [, id, project = "", , collection = ""] = named.exec(decodeURIComponent(path)) ?? [];
        if (id === undefined || !(method === "DELETE" || (method === "GET" && collection !== "services"))) {
            return undefined;
        }
        try {
            return { status: 200, body: answered(method, id, project, collection) };
        } catch (error) {
            if (!(error instanceof GoogleError)) {
                throw error;
            }
            const { code, text, details } = error;
            return { status: code, body: { error: { code, message: text, status: statuses[code], details } } };
        }
    };
}
