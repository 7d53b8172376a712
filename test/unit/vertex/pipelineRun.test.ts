import { contentOf, type PipelineJob, pipelineRunProvider } from "../../../lib/vertex/admin/pipeline";
import type { PipelineRunInputs, PipelineRunOutputs } from "../../../lib/vertex/admin/pipelineInputs";
import type { Answer } from "../../../local/runtime/emulator/http";
import { pipelineSpec } from "../local/pipelineWorld";
import { account, image, jobWorld, parent } from "../local/vertexJobs";
import { Calls, failureOf, lost, once, refusal } from "./calls";
import { pipelineInputs } from "./inputs";

const inputs: PipelineRunInputs = {
    ...pipelineInputs,
    runOn: [],
    wait: true,
    waitSeconds: 0,
};
const content = contentOf(inputs);

/** Runs of a program, whose outputs are kept like in a state. */
class Stack {
    readonly world = jobWorld();
    readonly calls = new Calls(this.world);
    readonly messages: string[] = [];
    readonly provider = pipelineRunProvider(
        this.calls.apis,
        (message) => this.messages.push(message.replace(/https:\S+/, "URL")),
        async (project, filter) => [`the log of ${project}: ${filter}`],
    );
    outs?: PipelineRunOutputs;

    async up(news: PipelineRunInputs) {
        const { provider, outs } = this;
        this.outs = outs ? (await provider.update?.("", outs, news))?.outs : (await provider.create(news)).outs;
        return this.calls.changes();
    }

    get jobs() {
        return this.world.cloud.store.list(`//aiplatform.googleapis.com/${parent}/pipelineJobs`);
    }
}

const id = (number: number, of = content) => `forecast-${of.slice(0, 8)}-${number}`;
const body = {
    displayName: "forecast",
    labels: { team: "forecast", "slipway-job": "forecast", "slipway-content": content },
    pipelineSpec: pipelineSpec(),
    runtimeConfig: { gcsOutputDirectory: "gs://models/forecast", parameterValues: { source: "sales", weeks: 8 } },
    serviceAccount: account,
};
const created = (number: number) => ["POST pipelineJobs", { pipelineJobId: id(number) }, body];

test("a pipeline runs once, is awaited with progress, and its artifacts are outputs", async () => {
    const stack = new Stack();
    expect(await stack.up(inputs)).toEqual([created(1)]);
    expect(stack.outs).toEqual({
        ...inputs,
        content,
        job: expect.stringMatching(new RegExp(`/pipelineJobs/${id(1)}$`)),
        state: "PIPELINE_STATE_SUCCEEDED",
        console: `https://console.cloud.google.com/vertex-ai/locations/europe-west1/pipelines/runs/${id(1)}?project=acme-dev`,
        artifacts: {
            "fetch.rows": expect.stringMatching(/^gs:\/\/models\/forecast\/.*\/rows$/),
            "fit.model": expect.stringMatching(/^gs:\/\/models\/forecast\/.*\/model$/),
        },
    });
    expect(stack.messages[0]).toBe("Pipeline forecast: URL");
    expect(stack.messages.at(-1)).toMatch(/^Pipeline forecast: PIPELINE_STATE_SUCCEEDED, after \d+ min$/);
    expect(await stack.provider.diff?.("", stack.outs as never, inputs)).toMatchObject({ changes: false });
    expect(await stack.provider.read?.("x", stack.outs)).toEqual({ id: "x", props: stack.outs });
    expect(await stack.up({ ...inputs, labels: {} })).toEqual([]);
    // Another program, or another stack's state, uses the same run: only a complete job has its artifacts.
    const { artifacts } = stack.outs as PipelineRunOutputs;
    stack.outs = undefined;
    expect(await stack.up(inputs)).toEqual([]);
    expect(stack.outs).toMatchObject({ artifacts });
});

test.each<[string, Partial<PipelineRunInputs>, boolean]>([
    ["steps", { spec: JSON.stringify(pipelineSpec(`${image}2`)) }, true],
    ["template", { spec: "", template: "https://kfp/t" }, true],
    ["parameters", { parameters: { source: "sales", weeks: 9 } }, true],
    ["data", { runOn: ["gs://data/sales.csv#2"] }, true],
    ["folder", { root: "gs://models/other" }, true],
    ["formatting of the same pipeline", { spec: JSON.stringify(pipelineSpec(), undefined, 4) }, false],
    ["account", { serviceAccount: "other" }, false],
    ["policy", { failurePolicy: "PIPELINE_FAILURE_POLICY_FAIL_FAST" }, false],
    ["network", { network: "n" }, false],
    ["labels", { labels: {} }, false],
    ["key", { encryptionKey: "k" }, false],
])("with another %s it runs again: %#", (_, change, isOther) => {
    expect(contentOf({ ...inputs, ...change }) !== content).toBe(isOther);
});

test("the contents of runs stay, by which existing stacks find theirs", () => {
    expect(contentOf({ ...inputs, spec: '{"root":{}}', parameters: { weeks: 8 } })).toBe(
        "35a019482dcbf6d719e2d63e96fae171",
    );
});

test("a lost answer does not run a pipeline twice", async () => {
    const stack = new Stack();
    stack.calls.trouble = once("POST pipelineJobs", lost);
    expect(await stack.up(inputs)).toEqual([created(1)]);
});

test("a run that lists do not show yet is found by its ID", async () => {
    const stack = new Stack();
    await stack.up({ ...inputs, wait: false });
    const { job } = stack.outs as PipelineRunOutputs;
    stack.calls.trouble = (call) => (call === "GET pipelineJobs" ? { status: 200, body: {} } : undefined);
    stack.outs = undefined;
    expect(await stack.up({ ...inputs, wait: false })).toEqual([created(1)]);
    expect([stack.outs, stack.jobs.length]).toMatchObject([{ job }, 1]);
});

test.each<[string, Partial<PipelineJob> | undefined]>([
    ["is reserved", undefined],
    ["belongs to a failed run", { labels: body.labels, state: "PIPELINE_STATE_FAILED" }],
    [
        "belongs to a run of another content",
        { labels: { "slipway-content": "other" }, state: "PIPELINE_STATE_RUNNING" },
    ],
    ["belongs to a run without labels", { state: "PIPELINE_STATE_RUNNING" }],
])("an ID that %s is not used", async (_, found) => {
    const stack = new Stack();
    const taken = once("POST pipelineJobs", () => refusal(409, "taken"));
    stack.calls.trouble = (call, ask) =>
        call === `GET pipelineJobs/${id(1)}`
            ? found
                ? { status: 200, body: found }
                : refusal(404, "not found")
            : taken(call, ask);
    expect(await stack.up({ ...inputs, wait: false })).toEqual([created(1), created(2)]);
});

test("a creation that is refused is not repeated", async () => {
    const stack = new Stack();
    stack.calls.trouble = (call) => (call === "POST pipelineJobs" ? refusal(403, "Denied.") : undefined);
    await expect(stack.up(inputs)).rejects.toThrow("Denied.");
    expect(stack.calls.changes()).toEqual([created(1)]);
});

/** Looks at jobs show these details. */
const detailed = (state: string, jobDetail?: object) => (call: string, ask: () => Promise<Answer>) =>
    /^GET pipelineJobs\//.test(call)
        ? ask().then((answer) => ({ ...answer, body: { ...answer.body, state, jobDetail } }))
        : undefined;

test("a failed run is reported with its failed tasks and the log of the first one, and runs again", async () => {
    const stack = new Stack();
    const failed = (taskName: string, mainJob?: string, error?: object) => ({
        taskName,
        state: "FAILED",
        error,
        executorDetail: mainJob && { containerDetail: { mainJob } },
    });
    stack.calls.trouble = detailed("PIPELINE_STATE_FAILED", {
        taskDetails: [
            {
                taskName: "fetch",
                state: "SUCCEEDED",
                executorDetail: { containerDetail: { mainJob: `${parent}/customJobs/1` } },
            },
            failed("loop"),
            failed("fit", `${parent}/customJobs/2`, { code: 9, message: "exit 1" }),
            failed("test", `${parent}/customJobs/3`),
        ],
    });
    const error = await failureOf<PipelineRunOutputs>(stack.up(inputs));
    const job = error.properties.job;
    expect(error.message.split("\n")).toEqual([
        `the pipeline ${job} ended as PIPELINE_STATE_FAILED: Error code 2, message: none was given`,
        "Task loop: Error code 2, message: none was given",
        "Task fit: Error code 9, message: exit 1",
        "Task test: Error code 2, message: none was given",
        "The last lines of its log:",
        'the log of acme-dev: resource.type="ml_job" AND resource.labels.job_id="2"',
        `All logs: ${error.properties.console}`,
        "The next 'pulumi up' runs it again.",
    ]);
    expect(error).toMatchObject({
        id: `${parent}/pipelineRuns/forecast`,
        properties: { state: "PIPELINE_STATE_FAILED", artifacts: {} },
    });
    // Without a failed task there is no log.
    const other = new Stack();
    other.calls.trouble = detailed("PIPELINE_STATE_FAILED");
    const { message, properties } = await failureOf<PipelineRunOutputs>(other.up(inputs));
    expect(message).toBe(
        `the pipeline ${properties.job} ended as PIPELINE_STATE_FAILED: Error code 2, message: none was given\nAll logs: ${properties.console}\nThe next 'pulumi up' runs it again.`,
    );
});

test("artifacts of tasks that ran several times, or have none, are no outputs", async () => {
    const stack = new Stack();
    const task = (taskName: string, outputs?: object) => ({ taskName, state: "SUCCEEDED", outputs });
    stack.calls.trouble = detailed("PIPELINE_STATE_SUCCEEDED", {
        taskDetails: [
            task("fetch", {
                rows: { artifacts: [{ uri: "gs://rows" }, { uri: "gs://others" }] },
                none: {},
                empty: { artifacts: [{}] },
            }),
            task("loop", { part: { artifacts: [{ uri: "gs://1" }] } }),
            task("loop", { part: { artifacts: [{ uri: "gs://2" }] } }),
            task("end"),
        ],
    });
    await stack.up(inputs);
    expect(stack.outs?.artifacts).toStrictEqual({ "fetch.rows": "gs://rows" });
    const other = new Stack();
    other.calls.trouble = detailed("PIPELINE_STATE_SUCCEEDED");
    await other.up(inputs);
    expect(other.outs?.artifacts).toEqual({});
});

test("a deletion leaves the runs of a schedule, and of other folders", async () => {
    const stack = new Stack();
    await stack.up(inputs);
    const run = (name: string, more: object) => ({
        ...body,
        name: `${parent}/pipelineJobs/${name}`,
        state: "PIPELINE_STATE_SUCCEEDED",
        ...more,
    });
    stack.calls.trouble = (call) =>
        call === "GET pipelineJobs"
            ? {
                  status: 200,
                  body: {
                      pipelineJobs: [
                          run("1", {}),
                          run("2", { scheduleName: `${parent}/schedules/1` }),
                          run("3", { runtimeConfig: { gcsOutputDirectory: "gs://other" } }),
                          run("4", { runtimeConfig: undefined }),
                          run("5", { labels: { "slipway-job": "other" } }),
                      ],
                  },
              }
            : call.startsWith("DELETE")
              ? { status: 200, body: { done: true } }
              : undefined;
    await stack.provider.delete?.("", stack.outs as PipelineRunOutputs);
    expect(stack.calls.changes()).toEqual([["DELETE pipelineJobs/1"]]);
});
