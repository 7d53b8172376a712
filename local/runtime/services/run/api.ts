import { type Cloud, type Entry, GoogleError, type Inputs, isAllowedOn, verifyConstraints } from "../../../simulator";
import { authorizeMethod } from "../../../simulator/apis";
import { runApi, serviceName } from "../../../simulator/services/run/names";
import type { Caller } from "../../emulator/caller";
import type { Answer, Request, RestApi } from "../../emulator/http";
import { maskOf } from "../../emulator/methods/call";
import type { Executions } from "./jobs";

const service = /^\/v2\/(projects\/([^/]+)\/locations\/([^/]+)\/services\/([^/:]+))$/;

/** The fields that a program can change: others belong to the provider. */
const mutable = ["invokerIamDisabled"];

/** Formats a service like the API. */
function resource(path: string, state: Inputs): Inputs {
    const { uid, generation, ingress, invokerIamDisabled = false, uri, urls, etag } = state;
    const [terminalCondition] = state.terminalConditions ?? [];
    return { name: path, uid, generation, ingress, invokerIamDisabled, uri, urls, etag, terminalCondition };
}

function changed(cloud: Cloud, path: string, { query, body }: Request): Inputs {
    const found = cloud.store.read(serviceName(path));
    if (!found) {
        throw new GoogleError(404, `Resource '${path.split("/").at(-1)}' of kind 'SERVICE' does not exist.`);
    }
    const inputs = JSON.parse(body.toString());
    const paths = maskOf(query, mutable);
    const state: Inputs = { ...found.state, ...Object.fromEntries(paths.map((field) => [field, inputs[field]])) };
    const change = { token: "gcp:cloudrunv2/service:Service", inputs: state, old: found.state, project: found.project };
    verifyConstraints({ ...change, id: () => path }, { cloud });
    cloud.store.write({ ...found, state });
    const name = path.replace(/\/services\/.*/, `/operations/${Date.now()}`);
    return {
        name,
        done: true,
        response: { "@type": "type.googleapis.com/google.cloud.run.v2.Service", ...resource(path, state) },
    };
}

function answered(cloud: Cloud, request: Request, path: string, project: string): Inputs {
    cloud.projects.requireApi(project, ...runApi);
    for (const method of request.method === "PATCH" ? ["patch", "disableInvokerIam"] : ["get"]) {
        authorizeMethod(`run.projects.locations.services.${method}`, serviceName(path), project, cloud);
    }
    if (request.method === "PATCH") {
        return changed(cloud, path, request);
    }
    const found = cloud.store.read(serviceName(path));
    if (!found) {
        throw new GoogleError(404, `Resource '${path.split("/").at(-1)}' of kind 'SERVICE' does not exist.`);
    }
    return resource(path, found.state);
}

/** A job, an execution or a task, or a list of executions or tasks. */
const jobPath =
    /^\/v2\/(projects\/([^/]+)\/locations\/[^/]+\/jobs\/[^/:]+(?:\/executions(?:\/[^/:]+(?:\/tasks(?:\/[^/:]+)?)?)?)?)(?::(run|cancel))?$/;

/** The API with the names of Kubernetes: https://cloud.google.com/run/docs/execute/jobs-on-schedule */
const namespaced = /^\/apis\/run\.googleapis\.com\/v1\/namespaces\/([^/]+)\/jobs\/([^/:]+):run$/;

const operationPath = /^\/v2\/(projects\/[^/]+\/locations\/[^/]+\/operations\/[^/:]+)(:wait)?$/;

function existing(cloud: Cloud, path: string): Entry {
    const found = cloud.store.read(serviceName(path));
    if (!found) {
        const kind = path.includes("/tasks/") ? "TASK" : path.includes("/executions/") ? "EXECUTION" : "JOB";
        throw new GoogleError(404, `Resource '${path.split("/").at(-1)}' of kind '${kind}' does not exist.`);
    }
    return found;
}

/** The permissions of the methods by what is called. */
const jobMethods: Record<string, string> = {
    jobs: "run.projects.locations.jobs",
    executions: "run.projects.locations.jobs.executions",
    tasks: "run.projects.locations.jobs.executions.tasks",
};

/** Answers methods of jobs, executions and tasks. */
function ofJobs(cloud: Cloud, executions: Executions, { method, path, body }: Request): Inputs | undefined {
    const [, operation, wait] = operationPath.exec(path) ?? [];
    if (operation !== undefined && method === (wait ? "POST" : "GET")) {
        return executions.operation(operation);
    }
    const [, id, project = "", verb] = jobPath.exec(path) ?? [];
    const isCalled = verb === undefined ? method === "GET" : method === "POST";
    if (id === undefined || !isCalled) {
        return undefined;
    }
    cloud.projects.requireApi(project, ...runApi);
    const parts = id.split("/");
    const isList = parts.length % 2 === 1;
    const collection = parts.at(isList ? -1 : -2) as string;
    const called = `${jobMethods[collection]}.${verb ?? (isList ? "list" : "get")}`;
    authorizeMethod(called, serviceName(isList ? parts.slice(0, -1).join("/") : id), project, cloud);
    if (isList) {
        const owner = existing(cloud, parts.slice(0, -1).join("/"));
        const all = cloud.store.list(`${owner.name}/${collection}`);
        return {
            [collection]: all.filter(({ id }) => id.split("/").length === parts.length + 1).map(({ state }) => state),
        };
    }
    const found = existing(cloud, id);
    const input = body.length > 0 ? JSON.parse(body.toString()) : {};
    return verb === "run"
        ? executions.run(found, input)
        : verb === "cancel"
          ? executions.cancel(found)
          : { ...found.state, name: id };
}

/** The path of the job that a URL of the API runs. */
function jobToRun(cloud: Cloud, url: string): string | undefined {
    const { hostname, pathname } = new URL(url);
    const [, region] = /^(?:([a-z\d-]+)-)?run\.googleapis\.com$/.exec(hostname) ?? [undefined, "none"];
    if (region === "none") {
        return undefined;
    }
    const [, id, , verb] = jobPath.exec(decodeURIComponent(pathname)) ?? [];
    const [, owner, name] = namespaced.exec(decodeURIComponent(pathname)) ?? [];
    const project = cloud.projects.all().find((each) => each === owner || cloud.projects.number(each) === owner);
    return id !== undefined && verb === "run"
        ? id
        : owner && region && `projects/${project ?? owner}/locations/${region}/jobs/${name}`;
}

/** Runs jobs for Google's services, such as Cloud Scheduler. */
export const jobCalls =
    (cloud: Cloud, executions: Executions): Caller["runJob"] =>
    (url, body, account) => {
        const id = jobToRun(cloud, url);
        if (id === undefined) {
            return undefined;
        }
        const job = cloud.store.read(serviceName(id));
        const permission = "run.jobs.run";
        if (account === undefined || !isAllowedOn(cloud, account, permission, serviceName(id))) {
            const who = account ?? "a caller without a token";
            const status = account === undefined ? 401 : 403;
            return { status, reason: `${status}: ${who} lacks ${permission} on the job ${id}` };
        }
        if (!job) {
            return { status: 404, reason: `404: there is no job ${id}` };
        }
        try {
            executions.run(job, body?.length ? JSON.parse(body.toString()) : {});
            return { status: 200, reason: "200" };
        } catch (error) {
            return { reason: (error as Error).message };
        }
    };

const statuses: Record<number, string> = { 400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND" };

/**
 * The Cloud Run Admin API, for programs that read services and disable their invoker check, and to run jobs.
 *
 * @param executions undefined if no jobs can run
 */
export function cloudRunRest(cloud: Cloud, executions?: Executions): RestApi {
    return (request): Answer | undefined => {
        const called = decodeURIComponent(request.path);
        const [, path = "", project = ""] = service.exec(called) ?? [];
        const isService = path !== "" && ["GET", "PATCH"].includes(request.method);
        try {
            const body = isService
                ? answered(cloud, request, path, project)
                : executions && ofJobs(cloud, executions, { ...request, path: called });
            return body && { status: 200, body };
        } catch (error) {
            if (!(error instanceof GoogleError)) {
                throw error;
            }
            const { code, text, details } = error;
            return { status: code, body: { error: { code, message: text, status: statuses[code], details } } };
        }
    };
}
