import { randomInt } from "node:crypto";
import { accountName, type Inputs, projectName } from "../../../simulator";
import { findApp } from "../../../simulator/services/appengine/names";
import { RpcError, restAnswer } from "../../emulator/errors";
import { json, pageOf, type RestApi } from "../../emulator/http";
import type { Serving } from "../../emulator/serving";
import { fullName, queueOf, type Task, type Tasks } from "./tasks";

const taskPath = /^projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+\/tasks\/([^/]+)$/;
const address = /^\/v2\/(projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+)\/tasks(?:\/([^/:]+)(:run)?)?$/;

/** https://cloud.google.com/tasks/docs/quotas */
const maxScheduleTime = 30 * 24 * 3_600_000;

/** The methods of Cloud Tasks with which code adds tasks and looks at them. */
export class TasksApi {
    /** Names of tasks that ended, which cannot be used again for a while. */
    private readonly ended = new Set<string>();

    constructor(
        private readonly serving: Pick<Serving, "access" | "cloud">,
        private readonly tasks: Tasks,
    ) {}

    readonly rest: RestApi = (request) => {
        const [, queue, id, run] = address.exec(decodeURIComponent(request.path)) ?? [];
        if (queue === undefined) {
            return undefined;
        }
        const { account, method, query, body } = request;
        const name = `${queue}/tasks/${id}`;
        if (id === undefined) {
            return method === "POST"
                ? restAnswer(() => this.create(account, queue, json(body).task ?? {}))
                : method === "GET"
                  ? restAnswer(() => {
                        const { page, nextPageToken } = pageOf(this.list(account, queue), query, 1000);
                        return { tasks: page, nextPageToken };
                    })
                  : undefined;
        }
        if (run) {
            return method === "POST" ? restAnswer(() => this.run(account, name)) : undefined;
        }
        return method === "GET"
            ? restAnswer(() => this.get(account, name))
            : method === "DELETE"
              ? restAnswer(() => this.remove(account, name))
              : undefined;
    };

    /** https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create */
    create(account: string | undefined, queue: string, task: Inputs): Inputs {
        const { access, cloud } = this.serving;
        this.require(account, "cloudtasks.tasks.create", queue);
        const { project } = this.queue(queue);
        const { appEngineHttpRequest, httpRequest, dispatchDeadline } = task;
        if ((appEngineHttpRequest === undefined) === (httpRequest === undefined)) {
            throw new RpcError(
                "INVALID_ARGUMENT",
                "Task must have either an app_engine_http_request or an http_request.",
            );
        }
        if (appEngineHttpRequest) {
            access.require(account, "appengine.applications.get", projectName(project));
            if (!findApp(cloud, project)) {
                throw new RpcError(
                    "FAILED_PRECONDITION",
                    `The App Engine application of project '${project}' does not exist.`,
                );
            }
        }
        if (httpRequest && !/^https?:\/\/./.test(httpRequest.url ?? "")) {
            throw new RpcError("INVALID_ARGUMENT", 'HttpRequest.url must start with "http://" or "https://".');
        }
        const signer = httpRequest?.oidcToken?.serviceAccountEmail ?? httpRequest?.oauthToken?.serviceAccountEmail;
        if (signer) {
            access.require(account, "iam.serviceAccounts.actAs", accountName(signer));
        }
        const name = task.name || `${queue}/tasks/${Array.from({ length: 19 }, () => randomInt(1, 10)).join("")}`;
        const [, id = ""] = taskPath.exec(name) ?? [];
        if (queueOf(name) !== queue || !/^[\w-]{1,500}$/.test(id)) {
            throw new RpcError(
                "INVALID_ARGUMENT",
                `Task name must be formatted: "${queue}/tasks/<TASK_ID>", with letters, numbers, hyphens or underscores.`,
            );
        }
        if (this.tasks.read(name)) {
            throw new RpcError("ALREADY_EXISTS", "Requested entity already exists");
        }
        if (this.ended.has(name)) {
            throw new RpcError(
                "ALREADY_EXISTS",
                "The task cannot be created because a task with this name existed too recently. For more information about task de-duplication see https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create#body.request_body.FIELDS.task.",
            );
        }
        const now = new Date();
        const scheduled = task.scheduleTime ? new Date(task.scheduleTime) : now;
        if (Number.isNaN(scheduled.getTime()) || scheduled.getTime() - now.getTime() > maxScheduleTime) {
            throw new RpcError("INVALID_ARGUMENT", "The Task.scheduleTime must be a time within the next 30 days.");
        }
        const added: Task = {
            name,
            ...(appEngineHttpRequest && { appEngineHttpRequest }),
            ...(httpRequest && { httpRequest }),
            ...(dispatchDeadline && { dispatchDeadline }),
            scheduleTime: new Date(Math.max(scheduled.getTime(), now.getTime())).toISOString(),
            createTime: now.toISOString(),
            dispatchCount: 0,
            responseCount: 0,
        };
        this.tasks.add(added);
        // A name of its own is not used again.
        if (task.name) {
            this.ended.add(name);
        }
        return basic(added);
    }

    list(account: string | undefined, queue: string): Inputs[] {
        this.require(account, "cloudtasks.tasks.list", queue);
        this.queue(queue);
        return this.tasks.of(queue).map(basic);
    }

    get(account: string | undefined, name: string): Inputs {
        return basic(this.found(account, "get", name));
    }

    remove(account: string | undefined, name: string): object {
        this.found(account, "delete", name);
        this.tasks.remove(name);
        return {};
    }

    run(account: string | undefined, name: string): Inputs {
        const task = this.found(account, "run", name);
        this.tasks.run(task);
        return basic(task);
    }

    private found(account: string | undefined, verb: string, name: string): Task {
        this.require(account, `cloudtasks.tasks.${verb}`, queueOf(name));
        const task = this.tasks.read(name);
        if (task === undefined) {
            throw new RpcError("NOT_FOUND", "Requested entity was not found.");
        }
        return task;
    }

    private queue(path: string): { project: string } {
        const found = this.tasks.queue(path);
        if (!found) {
            throw new RpcError(
                "NOT_FOUND",
                "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.",
            );
        }
        if (found.state.httpTarget) {
            throw new RpcError(
                "UNIMPLEMENTED",
                "The local Google Cloud sends no tasks of a queue with an HTTP target: set the URL of each task.",
            );
        }
        return { project: found.project };
    }

    private require(account: string | undefined, permission: string, queue: string): void {
        this.serving.access.require(account, permission, fullName(queue));
    }
}

/** A task without its body and without what is not in the interface. */
function basic({ previousResponse: _, firstAttempt: __, appEngineHttpRequest, httpRequest, ...task }: Task): Inputs {
    const bare = ({ body: _body, ...request }: Inputs) => ({ httpMethod: "POST", ...request });
    return {
        ...task,
        ...(appEngineHttpRequest && { appEngineHttpRequest: bare(appEngineHttpRequest) }),
        ...(httpRequest && { httpRequest: bare(httpRequest) }),
        view: "BASIC",
    };
}
