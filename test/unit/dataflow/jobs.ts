import type { Job } from "../../../lib/dataflow/admin/dataflowApi";
import { dataflowJobProvider } from "../../../lib/dataflow/admin/job";
import type { DataflowJobInputs, DataflowJobOutputs } from "../../../lib/dataflow/admin/jobInputs";
import { AdminApi, dataflow } from "../../../lib/internal/adminApi/adminApi";
import { account, subnetwork } from "../local/dataflowWorld";

/** The inputs of a streaming job. */
export const inputs: DataflowJobInputs = {
    project: "acme-dev",
    location: "europe-west1",
    name: "score",
    type: "streaming",
    template: { kind: "flex", path: "gs://flow/score.json" },
    parameters: { sales: "projects/acme-dev/subscriptions/score" },
    environment: {
        tempLocation: "gs://flow/temp",
        serviceAccountEmail: account,
        subnetwork,
        ipConfiguration: "WORKER_IP_PRIVATE",
        enableStreamingEngine: true,
    },
    workers: { min: 1, max: 3 },
    transformNames: {},
    runOn: [],
    labels: { environment: "dev" },
    onIncompatible: "drain",
    drainSeconds: 1800,
    wait: true,
    waitSeconds: 0,
};

export type Made = DataflowJobInputs & DataflowJobOutputs;

/** The page of a job. */
export const consoleOf = (id: string) =>
    `https://console.cloud.google.com/dataflow/jobs/europe-west1/${id}?project=acme-dev`;

/** A job with the states that follow, of which each lasts for one wait: `["QUEUED", "RUNNING"]`. */
export interface Scripted extends Omit<Job, "currentState"> {
    states: string[];
    /** The texts of its errors. */
    errors?: (string | undefined)[];
    /** Whether lists have it, but it is gone when it is read. */
    isGone?: boolean;
}

/** An error of the API. */
export const refusal = (status: number, message: string) => Response.json({ error: { message } }, { status });

const parent = "/v1b3/projects/acme-dev/locations/europe-west1";
const clock = Symbol.for("slipway.clock");
afterEach(() => Reflect.deleteProperty(globalThis, clock));

/** The body of a request, as far as it is read here. */
interface Body {
    launchParameter: { jobName: string; environment: { additionalUserLabels: Record<string, string> } };
    requestedState?: string;
}

/** Dataflow with jobs whose states a test writes, and the provider of jobs on it. */
export class Jobs {
    /** The calls that change something. */
    readonly changes: string[] = [];
    /** The messages of the deployment. */
    readonly messages: string[] = [];
    /** The waits in seconds. */
    readonly waits: number[] = [];
    readonly all: Scripted[] = [];
    /** The states of a job after a request to drain or cancel it. */
    readonly requested: Record<string, string[]> = {
        JOB_STATE_DRAINED: ["DRAINING", "DRAINED"],
        JOB_STATE_CANCELLED: ["CANCELLING", "CANCELLED"],
    };
    /** What happens to a call instead of its own answer. */
    trouble?: (call: string) => Response | undefined;
    private now = 0;

    /** @param launched what the jobs that are launched are, in their order */
    constructor(private readonly launched: Pick<Scripted, "states" | "errors">[] = []) {
        Reflect.set(globalThis, clock, {
            now: () => this.now,
            sleep: async (ms: number) => {
                this.waits.push(ms / 1000);
                if (this.waits.length > 200) {
                    throw new Error("The deployment waits for ever.");
                }
                this.now += ms;
                for (const { states } of this.all.filter((job) => job.states.length > 1)) {
                    states.shift();
                }
            },
        });
    }

    readonly provider = dataflowJobProvider(
        () =>
            new AdminApi(
                { GOOGLE_OAUTH_ACCESS_TOKEN: "t" },
                ((address: unknown, init?: object) => this.fetch(address, init)) as never,
                dataflow,
            ),
        (message) => this.messages.push(message),
    );

    private async fetch(address: unknown, { method = "GET", body }: { method?: string; body?: string } = {}) {
        const { pathname, searchParams } = new URL(String(address));
        const path = pathname.replace(`${parent}/`, "");
        const content = body === undefined ? {} : JSON.parse(body);
        if (method !== "GET") {
            const [, id = ""] = path.split("/");
            const { launchParameter: launch } = content;
            const kind = launch?.update ? "update" : "launch";
            this.changes.push(launch ? `${kind} ${launch.jobName}` : `${id} ${content.requestedState ?? "workers"}`);
        }
        const answer = this.trouble?.(`${method} ${path}`);
        return answer ?? this.answer(method, path, searchParams, content);
    }

    private answer(method: string, path: string, query: URLSearchParams, body: Body): Response {
        if (path === "flexTemplates:launch") {
            const { jobName, environment } = body.launchParameter;
            const { states, errors } = this.launched.shift() as Scripted;
            const job = {
                id: `new-${this.all.length + 1}`,
                name: jobName,
                labels: environment.additionalUserLabels,
                states: [...states],
                errors,
            };
            this.all.push(job);
            return Response.json({ job: summary(job) });
        }
        if (path === "jobs") {
            // As pages have it, without labels; names that only start alike are among them.
            const jobs = this.all.filter(({ name }) => name.startsWith(query.get("name") ?? ""));
            return Response.json({
                jobs: jobs.map(summary).filter((job) => query.get("filter") === "ALL" || isActive(job)),
            });
        }
        const [, id, part] = path.split("/");
        if (id === "undefined") {
            return refusal(400, "No ID of a job.");
        }
        const job = this.all.find((one) => one.id === id);
        if (job === undefined || job.isGone) {
            return refusal(404, "No such job.");
        }
        if (part === "messages") {
            expect(query.get("minimumImportance")).toBe("JOB_MESSAGE_ERROR");
            return Response.json({ jobMessages: (job.errors ?? []).map((messageText) => ({ messageText })) });
        }
        if (body.requestedState) {
            job.states = [...(this.requested[body.requestedState] as string[])];
        }
        const { states: _, errors: __, ...known } = job;
        const isWhole = method === "PUT" || query.get("view") === "JOB_VIEW_ALL";
        return Response.json(isWhole ? { ...known, ...summary(job) } : summary(job));
    }
}

const summary = ({ id, name, states: [state] }: Scripted) => ({ id, name, currentState: `JOB_STATE_${state}` });

const isActive = ({ currentState }: Job) => !/_(DONE|FAILED|CANCELLED|UPDATED|DRAINED)$/.test(currentState ?? "");

/** The failure of a deployment, with the state that Pulumi keeps. */
export async function failureOf(operation: Promise<unknown> | undefined) {
    try {
        await operation;
    } catch (error) {
        return error as Error & { id?: string; properties?: Made };
    }
    throw new Error("Nothing failed.");
}
