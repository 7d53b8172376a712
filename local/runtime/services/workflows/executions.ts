import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Entry, type Inputs, lastPart, projectName } from "../../../simulator";
import { parseSource } from "../../../simulator/services/workflows/source";
import type { Serving } from "../../emulator/serving";
import { callConnector } from "./connectors";
import { type Host, Interpreter, traceOf } from "./interpreter";
import { sendRequest } from "./requests";
import { NotRun, Raised, raised, toJson, type Value, type ValueMap } from "./values";

/** An execution as in the REST interface: https://cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions */
export interface Execution extends Inputs {
    name: string;
    state: "ACTIVE" | "SUCCEEDED" | "FAILED" | "CANCELLED";
    startTime: string;
}

type Services = Pick<Serving, "access" | "caller" | "cloud" | "recorder" | "terminal">;

/** Runs executions, which are in memory until the command ends. */
export class Executions {
    private readonly all = new Map<string, { execution: Execution; cancel: AbortController }>();

    constructor(private readonly services: Services) {}

    /** The latest first. */
    of(workflow: string): Execution[] {
        const found = [...this.all.values()].map(({ execution }) => execution);
        return found.filter(({ name }) => name.startsWith(`${workflow}/executions/`)).reverse();
    }

    get(name: string): Execution | undefined {
        return this.all.get(name)?.execution;
    }

    start(workflow: Entry, argument: Value, more: Inputs): Execution {
        const now = new Date().toISOString();
        const execution: Execution = {
            name: `${workflow.id}/executions/${randomUUID()}`,
            createTime: now,
            startTime: now,
            state: "ACTIVE",
            ...more,
            workflowRevisionId: workflow.state.revisionId,
        };
        const cancel = new AbortController();
        this.all.set(execution.name, { execution, cancel });
        void this.run(workflow, execution, argument, cancel.signal);
        return execution;
    }

    cancel(name: string): Execution | undefined {
        const found = this.all.get(name);
        if (found?.execution.state === "ACTIVE") {
            this.end(found.execution, { state: "CANCELLED" });
            found.cancel.abort();
        }
        return found?.execution;
    }

    close(): void {
        for (const name of this.all.keys()) {
            this.cancel(name);
        }
    }

    private end(execution: Execution, outcome: Inputs): void {
        const endTime = new Date();
        const seconds = (endTime.getTime() - Date.parse(execution.startTime)) / 1000;
        Object.assign(execution, outcome, { endTime: endTime.toISOString(), duration: `${seconds}s` });
    }

    private async run(workflow: Entry, execution: Execution, argument: Value, ended: AbortSignal): Promise<void> {
        const { terminal } = this.services;
        const short = execution.name.split("/").slice(-3).join("/");
        try {
            const source = String((workflow.state as Inputs).sourceContents);
            const result = await new Interpreter(parseSource(source), this.host(workflow, execution, ended)).run(
                argument,
            );
            const encoded = toJson(result);
            if (!ended.aborted) {
                this.end(execution, { state: "SUCCEEDED", result: encoded });
                terminal.log(`${short}: succeeded`);
            }
        } catch (error) {
            if (!ended.aborted) {
                const failure = errorOf(error as Error);
                this.end(execution, { state: "FAILED", error: failure });
                terminal.log(`${short}: failed: ${failure.context.split("\n")[0]}`);
            }
        }
    }

    private host(workflow: Entry, execution: Execution, ended: AbortSignal): Host {
        const { access, cloud, recorder } = this.services;
        const { id, project, state }: Entry & { state: Inputs } = workflow;
        const account = lastPart(state.serviceAccount);
        const [, , , location = "", , name = ""] = id.split("/");
        // https://cloud.google.com/workflows/docs/reference/environment-variables
        const variables: Record<string, string> = {
            ...state.userEnvVars,
            GOOGLE_CLOUD_LOCATION: location,
            GOOGLE_CLOUD_PROJECT_ID: project,
            GOOGLE_CLOUD_PROJECT_NUMBER: String(cloud.projects.number(project)),
            GOOGLE_CLOUD_SERVICE_ACCOUNT_NAME: account,
            GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID: lastPart(execution.name),
            GOOGLE_CLOUD_WORKFLOW_ID: name,
            GOOGLE_CLOUD_WORKFLOW_REVISION_ID: String(state.revisionId),
        };
        const request = (args: ValueMap) => sendRequest(this.services, account, args);
        return {
            ended,
            request,
            variable: (key) => (Object.hasOwn(variables, key) ? variables[key] : undefined),
            connector: (key, args) => callConnector(key, args, request),
            sleep: async (seconds) => void (await sleep(seconds * 1000, undefined, { signal: ended, ref: false })),
            began: (routine, step) => {
                execution.status = { currentSteps: [{ routine, step }] };
            },
            // https://cloud.google.com/workflows/docs/log-workflow: without the role, there is no entry.
            log: (args) => {
                if (access.allows(account, "logging.logEntries.create", projectName(project))) {
                    recorder.log(project, {
                        ...payloadOf(args),
                        logName: `projects/${project}/logs/workflows.googleapis.com%2Fexecutions_user`,
                        resource: {
                            type: "workflows.googleapis.com/Workflow",
                            labels: { project_id: project, location, workflow_id: name },
                        },
                        labels: { "workflows.googleapis.com/execution_id": lastPart(execution.name) },
                        timestamp: new Date().toISOString(),
                    });
                }
            },
        };
    }
}

/** https://cloud.google.com/workflows/docs/reference/stdlib/sys/log */
function payloadOf({ data, text, json, severity = "DEFAULT", ...rest }: ValueMap): Inputs {
    const [other] = Object.keys(rest).filter((key) => key !== "timeout");
    const given = [data, text, json].filter((each) => each !== undefined);
    if (other !== undefined || given.length !== 1) {
        throw raised("TypeError", "sys.log requires one of data, text and json, and can have severity and timeout");
    }
    const [value = null] = given;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject
        ? { severity, jsonPayload: JSON.parse(toJson(value)) }
        : { severity, textPayload: typeof value === "string" ? value : toJson(value) };
}

/** The error of an execution that failed. */
function errorOf(error: Error): { payload: string; context: string; stackTrace: object } {
    if (!(error instanceof Raised)) {
        const text = error instanceof NotRun ? error.message : `the local Google Cloud failed: ${error.message}`;
        return { payload: JSON.stringify(text), context: text, stackTrace: { elements: [] } };
    }
    const { value } = error;
    const elements = traceOf(error);
    const message = typeof value === "string" ? value : ((value as ValueMap | null)?.message ?? error.message);
    const lines = elements.map(({ step, routine }) => `in step "${step}", routine "${routine}"`);
    return { payload: toJson(value), context: [String(message), ...lines].join("\n"), stackTrace: { elements } };
}
