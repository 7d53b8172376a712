import { workflowsLimits } from "slipway/facts";
import type { Entry, Inputs } from "../../../simulator";
import type { CallResult } from "../../emulator/caller";
import { jsonBody, RpcError, restAnswer, rpcError } from "../../emulator/errors";
import type { RestApi } from "../../emulator/http";
import type { Serving } from "../../emulator/serving";
import type { Execution, Executions } from "./executions";
import { fromJson, type Value } from "./values";

const address = /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/workflows\/[^/]+)\/executions(?:\/([^/:]+)(:cancel)?)?$/;

const host = "workflowexecutions.googleapis.com";
const { argument: argumentLimit } = workflowsLimits.rows;
const levels = ["CALL_LOG_LEVEL_UNSPECIFIED", "LOG_ALL_CALLS", "LOG_ERRORS_ONLY", "LOG_NONE"];

/** The Workflow Executions API. */
export class ExecutionsApi {
    constructor(
        private readonly serving: Pick<Serving, "access" | "cloud">,
        private readonly executions: Executions,
    ) {}

    readonly rest: RestApi = (request) => {
        const [, workflow, id, cancel] = address.exec(decodeURIComponent(request.path)) ?? [];
        const { account, method, query } = request;
        if (workflow === undefined) {
            return undefined;
        }
        if (id === undefined) {
            return method === "POST"
                ? restAnswer(() => this.create(account, workflow, jsonBody(request)))
                : method === "GET"
                  ? restAnswer(() => this.list(account, workflow, query))
                  : undefined;
        }
        const name = `${workflow}/executions/${id}`;
        if (cancel) {
            return method === "POST" ? restAnswer(() => this.cancel(account, workflow, name)) : undefined;
        }
        return method === "GET" ? restAnswer(() => this.get(account, workflow, name, query)) : undefined;
    };

    /** Starts an execution for a service of Google, such as Cloud Scheduler; undefined for other URLs. */
    readonly call = (url: string, body: Buffer | undefined, account: string | undefined): CallResult | undefined => {
        const { hostname, pathname } = new URL(url);
        const [, workflow, id] = address.exec(decodeURIComponent(pathname)) ?? [];
        if (hostname !== host || workflow === undefined || id !== undefined) {
            return undefined;
        }
        if (account === undefined) {
            return { status: 401, reason: "401: the request has no access token" };
        }
        try {
            this.create(account, workflow, body && body.length > 0 ? JSON.parse(body.toString()) : {});
            return { status: 200, reason: "200" };
        } catch (error) {
            const { http, message } = rpcError(error);
            return { status: http.status, reason: `${http.status}: ${message}` };
        }
    };

    /** https://cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions/create */
    private create(
        account: string | undefined,
        workflow: string,
        { argument, callLogLevel, labels }: Inputs,
    ): Execution {
        const found = this.workflow(account, "create", workflow);
        if (callLogLevel !== undefined && !levels.includes(callLogLevel)) {
            throw new RpcError("INVALID_ARGUMENT", `execution.call_log_level must be one of ${levels.join(", ")}.`);
        }
        if (
            argument !== undefined &&
            (typeof argument !== "string" || Buffer.byteLength(argument) > argumentLimit.max)
        ) {
            throw new RpcError(
                "INVALID_ARGUMENT",
                `execution.argument must be a string with JSON of up to ${argumentLimit.max} bytes.`,
            );
        }
        let value: Value = null;
        try {
            value = argument ? fromJson(argument) : null;
        } catch {
            throw new RpcError("INVALID_ARGUMENT", "execution.argument is not valid JSON.");
        }
        return this.executions.start(found, value, {
            ...(argument && { argument }),
            ...(callLogLevel && { callLogLevel }),
            ...(labels && { labels }),
        });
    }

    private list(account: string | undefined, workflow: string, query: URLSearchParams): object {
        this.workflow(account, "list", workflow);
        const other = ["filter", "orderBy"].find((name) => query.get(name));
        if (other !== undefined) {
            throw new RpcError("UNIMPLEMENTED", `The local Google Cloud lists executions without '${other}'.`);
        }
        const all = this.executions.of(workflow);
        const start = Number(query.get("pageToken") ?? 0);
        const end = start + Math.min(Number(query.get("pageSize") || 100), 1000);
        const page = all.slice(start, end).map((each) => (query.get("view") === "FULL" ? each : basic(each)));
        return { executions: page, ...(end < all.length && { nextPageToken: String(end) }) };
    }

    private get(account: string | undefined, workflow: string, name: string, query: URLSearchParams): object {
        const found = this.found(account, "get", workflow, name);
        return query.get("view") === "BASIC" ? basic(found) : found;
    }

    private cancel(account: string | undefined, workflow: string, name: string): object {
        const { state } = this.found(account, "cancel", workflow, name);
        if (state !== "ACTIVE") {
            throw new RpcError("FAILED_PRECONDITION", `The execution is not active: it is ${state}.`);
        }
        return this.executions.cancel(name) as Execution;
    }

    private found(account: string | undefined, verb: string, workflow: string, name: string): Execution {
        this.workflow(account, verb, workflow);
        const found = this.executions.get(name);
        if (!found) {
            throw new RpcError("NOT_FOUND", `Execution '${name}' does not exist.`);
        }
        return found;
    }

    private workflow(account: string | undefined, verb: string, workflow: string): Entry {
        const { access, cloud } = this.serving;
        const name = `//workflows.googleapis.com/${workflow}`;
        const [, project = ""] = workflow.split("/");
        cloud.projects.requireApi(project, host, "Workflow Executions API");
        access.require(account, `workflows.executions.${verb}`, name);
        const found = cloud.store.read(name);
        if (!found) {
            throw new RpcError("NOT_FOUND", `Workflow '${workflow}' does not exist.`);
        }
        return found;
    }
}

/** The view of lists: https://cloud.google.com/workflows/docs/reference/executions/rest/v1/ExecutionView */
const basic = ({ argument: _, result: __, error: ___, ...execution }: Execution): object => execution;
