import { contentOf } from "../../../lib/dataflow/admin/dataflowApi";
import type { DataflowJobInputs } from "../../../lib/dataflow/admin/jobInputs";
import { consoleOf, failureOf, Jobs, type Made, refusal, type Scripted, inputs as streaming } from "./jobs";

const inputs: DataflowJobInputs = { ...streaming, type: "batch" };
const content = contentOf(inputs);
const jobName = `score-${content.slice(0, 8)}`;
const id = "projects/acme-dev/locations/europe-west1/dataflowJobs/score";

/** The job of an earlier deployment. */
const job = (id: string, states: string[], more: Partial<Scripted> = {}): Scripted => ({
    id,
    name: jobName,
    states,
    labels: { environment: "dev", "slipway-job": "score", "slipway-content": content },
    ...more,
});

/** What the state of the stack has of a job. */
const made = (jobId: string, state: string, more: Partial<Made> = {}): Made => ({
    ...inputs,
    jobId,
    state: `JOB_STATE_${state}`,
    content,
    console: consoleOf(jobId),
    ...more,
});

test("a deployment waits until a batch job is done, and tells its page and its states", async () => {
    const jobs = new Jobs([{ states: ["QUEUED", "RUNNING", "RUNNING", "DONE"] }]);
    expect(await jobs.provider.create(inputs)).toEqual({ id, outs: made("new-1", "DONE") });
    expect(jobs.changes).toEqual([`launch ${jobName}`]);
    expect(jobs.messages).toEqual([
        `Dataflow job score: ${consoleOf("new-1")}`,
        `Dataflow job ${jobName}: JOB_STATE_RUNNING, after 0 min`,
        `Dataflow job ${jobName}: JOB_STATE_DONE, after 0 min`,
    ]);
});

test("a job that runs for long is looked at every 30 seconds, and told every five minutes", async () => {
    const jobs = new Jobs([{ states: ["RUNNING", ...Array(30).fill("RUNNING"), "DONE"] }]);
    await jobs.provider.create(inputs);
    expect(jobs.waits).toEqual([5, 7.5, 11.25, 16.875, 25.3125, ...Array(26).fill(30)]);
    expect(jobs.messages.slice(1)).toEqual([
        `Dataflow job ${jobName}: JOB_STATE_RUNNING, after 5 min`,
        `Dataflow job ${jobName}: JOB_STATE_RUNNING, after 10 min`,
        `Dataflow job ${jobName}: JOB_STATE_DONE, after 14 min`,
    ]);
});

test("without a wait, a job must only start", async () => {
    const jobs = new Jobs([{ states: ["QUEUED", "PENDING", "RUNNING", "DONE"] }]);
    const { outs } = await jobs.provider.create({ ...inputs, wait: false });
    expect(outs).toEqual(made("new-1", "RUNNING", { wait: false }));
    expect(jobs.waits).toEqual([5, 7.5]);
});

test.each(["FAILED", "CANCELLED"])("a job that ends as %s fails the deployment with its errors", async (state) => {
    const errors = ["A worker lost its disk.", undefined, "Workflow failed."];
    const jobs = new Jobs([{ states: ["RUNNING", state], errors }]);
    expect(await failureOf(jobs.provider.create(inputs))).toMatchObject({
        id,
        properties: made("new-1", state),
        message: [
            `the Dataflow job new-1 ended as JOB_STATE_${state}`,
            "A worker lost its disk.",
            "Workflow failed.",
            `All messages: ${consoleOf("new-1")}`,
            "The next 'pulumi up' runs it again.",
        ].join("\n"),
    });
});

test("the last ten errors are told, and none if they cannot be read", async () => {
    const errors = Array.from({ length: 11 }, (_, at) => `error ${at}`);
    const launched = () => [{ states: ["FAILED"], errors }];
    const { message } = await failureOf(new Jobs(launched()).provider.create(inputs));
    expect(message.split("\n").slice(1, -2)).toEqual(errors.slice(1));
    const denied = new Jobs(launched());
    denied.trouble = (call) => (call.endsWith("/messages") ? refusal(403, "Denied.") : undefined);
    expect((await failureOf(denied.provider.create(inputs))).message).toBe(
        `the Dataflow job new-1 ended as JOB_STATE_FAILED\nAll messages: ${consoleOf("new-1")}\nThe next 'pulumi up' runs it again.`,
    );
});

test("a job that runs longer than the wait goes on, and the next deployment resumes waiting", async () => {
    const jobs = new Jobs([{ states: ["RUNNING", "RUNNING", "RUNNING", "RUNNING", "DONE"] }]);
    const limited = { ...inputs, waitSeconds: 20 };
    const { message, properties } = await failureOf(jobs.provider.create(limited));
    expect(message).toBe(
        `the Dataflow job new-1 did not end within 20 seconds. It continues, and the next 'pulumi up' resumes waiting: ${consoleOf("new-1")}`,
    );
    expect(properties).toEqual(made("new-1", "RUNNING", { waitSeconds: 20 }));
    const { outs } = (await jobs.provider.update?.(id, properties as Made, limited)) ?? {};
    expect(outs).toEqual(made("new-1", "DONE", { waitSeconds: 20 }));
    expect(jobs.changes).toEqual([`launch ${jobName}`]);
});

test.each([
    [1, [5]],
    [12.5, [5, 7.5]],
])("a wait of %d seconds is over exactly at its limit", async (waitSeconds, waits) => {
    const jobs = new Jobs([{ states: ["RUNNING", "RUNNING", "RUNNING", "DONE"] }]);
    await failureOf(jobs.provider.create({ ...inputs, waitSeconds }));
    expect(jobs.waits).toEqual(waits);
});

test("a job that cannot be found for a moment is still awaited", async () => {
    const jobs = new Jobs([{ states: ["RUNNING", "RUNNING", "DONE"] }]);
    let isMissing = true;
    jobs.trouble = (call) => {
        const isFirst = isMissing && call === "GET jobs/new-1";
        isMissing &&= !isFirst;
        return isFirst ? refusal(404, "Not yet.") : undefined;
    };
    expect((await jobs.provider.create(inputs)).outs?.state).toBe("JOB_STATE_DONE");
});

test.each<[string, Made, Partial<DataflowJobInputs>, string, string[]]>([
    ["has run is kept, also if Dataflow has forgotten it", made("old", "DONE"), { wait: false }, "old", []],
    ["runs is awaited", made("runs", "RUNNING"), {}, "runs", []],
    ["is gone runs again", made("old", "RUNNING"), {}, "new-3", [`launch ${jobName}`]],
    ["failed runs again", made("failed", "FAILED"), {}, "new-3", [`launch ${jobName}`]],
    ["was cancelled runs again", made("failed", "CANCELLED"), {}, "new-3", [`launch ${jobName}`]],
    ["had another content runs again", made("runs", "DONE", { content: "a" }), {}, "new-3", [`launch ${jobName}`]],
])("a batch job that %s", async (_, before, change, jobId, changes) => {
    const jobs = new Jobs([{ states: ["RUNNING", "DONE"] }]);
    const other = { environment: "dev", "slipway-job": "score", "slipway-content": "a" };
    jobs.all.push(job("runs", ["RUNNING", "DONE"], { labels: other }), job("failed", ["FAILED"]));
    const { outs } = (await jobs.provider.update?.(id, before, { ...inputs, ...change })) ?? {};
    expect(outs).toEqual(made(jobId, "DONE", change));
    expect(jobs.changes).toEqual(changes);
});

const labels = { environment: "dev", "slipway-job": "score", "slipway-content": content };

test.each<[string, string, Scripted]>([
    ["a job of the content that runs", "old", job("old", ["RUNNING", "DONE"])],
    ["a job of the content that is done", "old", job("old", ["DONE"])],
    ["a job that failed", "new-2", job("old", ["FAILED"])],
    ["a job of another stack", "new-2", job("old", ["DONE"], { labels: { ...labels, environment: "test" } })],
    ["a job of another component", "new-2", job("old", ["DONE"], { labels: { ...labels, "slipway-job": "rate" } })],
    ["a job of another content", "new-2", job("old", ["DONE"], { labels: { ...labels, "slipway-content": "a" } })],
    ["a job without labels", "new-2", job("old", ["DONE"], { labels: undefined })],
    ["a job of another name", "new-2", job("old", ["DONE"], { name: `${jobName}-2` })],
    ["a job that is gone", "new-2", job("old", ["DONE"], { isGone: true })],
])("an interrupted deployment had launched %s: the next one has %s", async (_, jobId, old) => {
    const jobs = new Jobs([{ states: ["RUNNING", "DONE"] }]);
    jobs.all.push(old);
    const isDone = old.states[0] === "DONE";
    expect((await jobs.provider.create(inputs)).outs).toEqual(made(jobId, "DONE"));
    expect(jobs.changes).toEqual(jobId === "old" ? [] : [`launch ${jobName}`]);
    const page = `Dataflow job score: ${consoleOf(jobId)}`;
    expect(jobs.messages.includes(page)).toBe(jobId !== "old" || !isDone);
});

test("a name that another job has is an error at once", async () => {
    const jobs = new Jobs();
    jobs.trouble = (call) => (call.startsWith("POST") ? refusal(409, "The name is in use.") : undefined);
    expect((await failureOf(jobs.provider.create(inputs))).message).toMatch(/The name is in use\.$/);
    expect([jobs.changes.length, jobs.waits]).toEqual([1, []]);
});

test("deleting a batch component cancels its jobs that run, and no others", async () => {
    const jobs = new Jobs();
    const scheduled = job("scheduled", ["RUNNING"], { name: "score-scheduled" });
    jobs.all.push(
        job("done", ["DONE"]),
        job("runs", ["RUNNING"]),
        scheduled,
        job("gone", ["RUNNING"], { isGone: true }),
        job("other", ["RUNNING"], { labels: { ...labels, environment: "test" } }),
    );
    await jobs.provider.delete?.(id, made("done", "DONE"));
    expect(jobs.changes).toEqual(["runs JOB_STATE_CANCELLED", "scheduled JOB_STATE_CANCELLED"]);
    expect(jobs.messages).toEqual([
        `Dataflow job ${jobName}: cancels runs`,
        `Dataflow job ${jobName}: JOB_STATE_CANCELLED, after 0 min`,
        "Dataflow job score-scheduled: cancels scheduled",
        "Dataflow job score-scheduled: JOB_STATE_CANCELLED, after 0 min",
    ]);
});

test("a cancellation that takes too long fails the deletion", async () => {
    const jobs = new Jobs();
    jobs.all.push(job("runs", ["RUNNING"]));
    jobs.requested.JOB_STATE_CANCELLED = ["CANCELLING"];
    const { message } = await failureOf(jobs.provider.delete?.(id, made("runs", "RUNNING", { drainSeconds: 60 })));
    expect(message).toBe(
        `the Dataflow job runs is still in JOB_STATE_CANCELLING after 60 seconds. Run this command again: ${consoleOf("runs")}`,
    );
    expect(jobs.waits).toEqual([5, 7.5, 11.25, 16.875, 25.3125]);
});

test.each<[string, boolean, Made]>([
    ["has run", false, made("gone", "DONE")],
    ["failed", true, made("done", "FAILED")],
    ["was cancelled", true, made("done", "CANCELLED")],
    ["runs, and is not awaited", false, made("runs", "RUNNING")],
    ["ran when the deployment ended, and is over", true, made("done", "RUNNING")],
    ["is gone", true, made("gone", "RUNNING")],
    ["cannot be read", true, made("denied", "RUNNING")],
])("a batch job that %s: the next deployment changes it: %s", async (_, changes, before) => {
    const jobs = new Jobs();
    jobs.all.push(job("done", ["DONE"]), job("runs", ["RUNNING"]));
    jobs.trouble = (call) => (call.endsWith("/denied") ? refusal(403, "Denied.") : undefined);
    const later = { ...inputs, wait: false };
    expect(await jobs.provider.diff?.(id, { ...before, wait: false }, later)).toEqual({ changes, replaces: [] });
});

test("numbers of workers do not run a batch job again", () => {
    const environment = { ...inputs.environment, enableStreamingEngine: undefined };
    const plain = { ...inputs, environment };
    expect(contentOf({ ...plain, workers: { min: 5, max: 9 } })).toBe(contentOf(plain));
});
