import { contentOf } from "../../../lib/dataflow/admin/dataflowApi";
import type { DataflowJobInputs } from "../../../lib/dataflow/admin/jobInputs";
import { consoleOf, failureOf, inputs, Jobs, type Made, refusal, type Scripted } from "./jobs";

const content = contentOf(inputs);
const changed: DataflowJobInputs = { ...inputs, parameters: { window: "60" } };
const id = "projects/acme-dev/locations/europe-west1/dataflowJobs/score";
const labels = { environment: "dev", "slipway-job": "score", "slipway-content": content };
const workers = { minNumWorkers: 1, maxNumWorkers: 3 };

/** The job of an earlier deployment, with the workers of the inputs. */
const job = (id: string, states: string[], more: Partial<Scripted> = {}): Scripted => ({
    id,
    name: "score",
    states,
    labels,
    runtimeUpdatableParams: workers,
    ...more,
});

/** What the state of the stack has of a job. */
const made = (jobId: string, state: string, of = inputs): Made => ({
    ...of,
    jobId,
    state: `JOB_STATE_${state}`,
    content: contentOf(of),
    console: consoleOf(jobId),
});

/** Dataflow with earlier jobs, and the states of those that are launched. */
function withJobs(earlier: Scripted[], ...launched: Pick<Scripted, "states" | "errors">[]): Jobs {
    const jobs = new Jobs(launched);
    jobs.all.push(...earlier);
    return jobs;
}

/** The outputs after an update. */
const updated = async (jobs: Jobs, before: Made, news: DataflowJobInputs) =>
    (await jobs.provider.update?.(id, before, news))?.outs;

const start = { states: ["QUEUED", "RUNNING"] };

test("a job is launched, gets its workers once it runs, and its page is told", async () => {
    const jobs = withJobs([], start);
    expect(await jobs.provider.create(inputs)).toEqual({ id, outs: made("new-1", "RUNNING") });
    expect(jobs.changes).toEqual(["launch score", "new-1 workers"]);
    expect(jobs.messages).toEqual([
        `Dataflow job score: ${consoleOf("new-1")}`,
        "Dataflow job score: JOB_STATE_RUNNING, after 0 min",
    ]);
});

test("a job without Streaming Engine keeps its workers", async () => {
    const environment = { ...inputs.environment, enableStreamingEngine: false };
    const jobs = withJobs([], start);
    await jobs.provider.create({ ...inputs, environment });
    expect(jobs.changes).toEqual(["launch score"]);
});

test.each([
    { min: 1, max: 0 },
    { min: 0, max: 1 },
])("a job of which no numbers of workers are known gets the workers %j", async (workers) => {
    const jobs = withJobs([job("old", ["RUNNING"], { runtimeUpdatableParams: undefined })]);
    await updated(jobs, made("old", "RUNNING"), { ...inputs, workers });
    expect(jobs.changes).toEqual(["old workers"]);
});

test.each<[string, string, string[], Scripted]>([
    ["the same content is kept", "old", [], job("old", ["PENDING", "RUNNING"])],
    [
        "another content is updated",
        "new-2",
        ["update score", "new-2 workers"],
        job("old", ["RUNNING"], { labels: { ...labels, "slipway-content": "a" } }),
    ],
    ...[{ environment: "test" }, { "slipway-job": "rate" }].map((other): [string, string, string[], Scripted] => [
        `the labels ${JSON.stringify(other)} stays beside a new one`,
        "new-2",
        ["launch score", "new-2 workers"],
        job("old", ["RUNNING"], { labels: { ...labels, ...other } }),
    ]),
])("a new component finds an active job of its name: one with %s", async (_, jobId, changes, old) => {
    const jobs = withJobs([old], start);
    expect((await jobs.provider.create(inputs)).outs).toEqual(made(jobId, "RUNNING"));
    expect(jobs.changes).toEqual(changes);
});

test("a job that fails at its start fails its creation with its errors, and is launched again", async () => {
    const errors = ["The launcher failed."];
    const jobs = withJobs([], { states: ["QUEUED", "FAILED"], errors }, start);
    expect(await failureOf(jobs.provider.create(inputs))).toMatchObject({
        id,
        properties: made("new-1", "FAILED"),
        message: `the Dataflow job new-1 ended as JOB_STATE_FAILED\nThe launcher failed.\nAll messages: ${consoleOf("new-1")}\nThe next 'pulumi up' launches it again.`,
    });
    expect(await updated(jobs, made("new-1", "FAILED"), inputs)).toEqual(made("new-2", "RUNNING"));
});

test("an update replaces a job in place, and tells both", async () => {
    const jobs = withJobs([job("old", ["RUNNING"])], start);
    expect(await updated(jobs, made("old", "RUNNING"), changed)).toEqual(made("new-2", "RUNNING", changed));
    expect(jobs.changes).toEqual(["update score", "new-2 workers"]);
    expect(jobs.messages).toEqual([
        `Dataflow job score: updates old by new-2: ${consoleOf("new-2")}`,
        "Dataflow job score: JOB_STATE_RUNNING, after 0 min",
    ]);
});

test("an update continues with the replacement job that an interrupted deployment launched", async () => {
    const next = job("next", ["PENDING", "RUNNING"], { labels: { ...labels, "slipway-content": contentOf(changed) } });
    const jobs = withJobs([{ ...next, id: "failed", states: ["FAILED"] }, job("old", ["RUNNING"]), next]);
    expect(await updated(jobs, made("old", "RUNNING"), changed)).toEqual(made("next", "RUNNING", changed));
    expect(jobs.changes).toEqual([]);
});

test.each<[string, Scripted[], string[]]>([
    ["is gone", [], []],
    ["was drained by somebody", [job("old", ["DRAINED"])], []],
    ["drains", [job("old", ["DRAINING", "DRAINING", "DRAINED"])], []],
    ["is cancelled", [job("old", ["CANCELLING", "CANCELLED"])], ["the Dataflow job old ended as JOB_STATE_CANCELLED"]],
])("a job that %s is launched again once it has ended", async (_, earlier, notes) => {
    const jobs = withJobs(earlier, start);
    const outs = await updated(jobs, made("old", "RUNNING"), inputs);
    expect(outs).toEqual(made(`new-${earlier.length + 1}`, "RUNNING"));
    expect(jobs.changes).toEqual(["launch score", `${outs?.jobId} workers`]);
    const ends = jobs.messages.filter((message) => message.includes("ended as"));
    expect(ends).toEqual(notes.map((note) => `${note}\nAll messages: ${consoleOf("old")}`));
});

test("a job that is gone is continued by the one that runs under its name", async () => {
    const jobs = withJobs([job("other", ["RUNNING"])]);
    expect(await updated(jobs, made("old", "RUNNING"), inputs)).toEqual(made("other", "RUNNING"));
    expect(jobs.changes).toEqual([]);
});

test("a job that is gone is continued by an update of one that runs under its name with another content", async () => {
    const jobs = withJobs([job("other", ["RUNNING"])], start);
    expect(await updated(jobs, made("old", "RUNNING"), changed)).toEqual(made("new-2", "RUNNING", changed));
    expect(jobs.changes).toEqual(["update score", "new-2 workers"]);
});

test("a job that has been updated is the last of its replacements that exists", async () => {
    const jobs = withJobs([
        job("old", ["UPDATED"], { replacedByJobId: "next" }),
        job("next", ["UPDATED"], { replacedByJobId: "last" }),
        job("last", ["RUNNING"]),
        job("alone", ["UPDATED"]),
        job("lost", ["UPDATED"], { replacedByJobId: "gone" }),
    ]);
    const { provider } = jobs;
    expect(await provider.read?.(id, made("old", "RUNNING"))).toEqual({
        id,
        props: { ...made("old", "RUNNING"), jobId: "last" },
    });
    for (const one of ["alone", "lost"]) {
        const before = made(one, "RUNNING");
        expect(await provider.read?.(id, before)).toEqual({ id, props: { ...before, state: "JOB_STATE_UPDATED" } });
    }
    expect(await updated(jobs, made("old", "RUNNING"), inputs)).toMatchObject({ jobId: "last" });
    expect(jobs.changes).toEqual([]);
});

const goesOn = "The job old goes on with the code of before, and loses nothing.";
const hint = 'Map renamed transforms with transformNames, or set onIncompatible: "drain".';

test.each<[string, Partial<DataflowJobInputs>, string, string[]]>([
    ["for another reason", {}, "The account may not read gs://flow.", [goesOn]],
    [
        "because it is not compatible",
        { onIncompatible: "fail" },
        "The new job is not compatible with old.",
        [goesOn, hint],
    ],
])("a job continues if its update is refused %s", async (_, change, error, more) => {
    const jobs = withJobs([job("old", ["RUNNING"])], { states: ["PENDING", "FAILED"], errors: [error] });
    const { message } = await failureOf(updated(jobs, made("old", "RUNNING"), { ...changed, ...change }));
    const lines = ["the Dataflow job new-2 ended as JOB_STATE_FAILED", error, `All messages: ${consoleOf("new-2")}`];
    expect(message.split("\n")).toEqual([...lines, ...more]);
    expect(jobs.changes).toEqual(["update score"]);
});

test.each([
    "the original job has not been aborted",
    "The new job is missing steps A",
    "Coder or type for step A has changed",
    "The compatibility check failed",
])("a job is drained before the next one if %j", async (error) => {
    const refusedUpdate = { states: ["FAILED"], errors: ["Workflow failed.", error] };
    const jobs = withJobs([job("old", ["RUNNING"])], refusedUpdate, start);
    expect(await updated(jobs, made("old", "RUNNING"), changed)).toEqual(made("new-3", "RUNNING", changed));
    expect(jobs.changes).toEqual(["update score", "old JOB_STATE_DRAINED", "launch score", "new-3 workers"]);
    expect(jobs.messages.slice(1, 4)).toEqual([
        `Dataflow job score: cannot be updated in place. Workflow failed.\n${error}`,
        "Dataflow job score: drains old. It processes everything that it has read. Windows that are open close early, so that their results lack what arrives later",
        "Dataflow job score: JOB_STATE_DRAINED, after 0 min",
    ]);
});

test("deleting a job that fails before it runs drains nothing", async () => {
    const jobs = withJobs([job("old", ["QUEUED", "FAILED"])]);
    await jobs.provider.delete?.(id, made("old", "QUEUED"));
    expect([jobs.changes, jobs.messages]).toEqual([[], ["Dataflow job score: JOB_STATE_FAILED, after 0 min"]]);
});

test.each<[string, Scripted[]]>([
    ["is gone", []],
    ["has ended", [job("old", ["CANCELLED"])]],
])("deleting a job that %s changes nothing", async (_, earlier) => {
    const jobs = withJobs(earlier);
    await jobs.provider.delete?.(id, made("old", "RUNNING"));
    expect([jobs.changes, jobs.waits, jobs.messages]).toEqual([[], [], []]);
});

/** A drain whose first requests have these answers. */
function draining(...answers: Response[]): Jobs {
    const jobs = withJobs([job("old", ["RUNNING"])]);
    jobs.trouble = (call) => (call.startsWith("PUT") ? answers.shift() : undefined);
    return jobs;
}

const notReady = () => refusal(400, "The job is not yet ready for draining.");
const drain = "old JOB_STATE_DRAINED";

test("a job that is not yet ready for a drain is asked again", async () => {
    const jobs = draining(notReady(), notReady());
    await jobs.provider.delete?.(id, made("old", "RUNNING"));
    expect(jobs.changes).toEqual([drain, drain, drain]);
    expect(jobs.waits.slice(0, 2)).toEqual([5, 5]);
});

test("a job that is never ready for a drain fails the deletion after the limit of drains", async () => {
    const jobs = draining(...Array.from({ length: 9 }, notReady));
    const deletion = jobs.provider.delete?.(id, made("old", "RUNNING", { ...inputs, drainSeconds: 10 }));
    expect((await failureOf(deletion)).message).toMatch(/The job is not yet ready for draining\.$/);
    expect(jobs.waits).toEqual([5, 5, 5]);
});

test("another error of a drain fails the deletion at once", async () => {
    const jobs = draining(refusal(403, "Denied."));
    const { message } = await failureOf(jobs.provider.delete?.(id, made("old", "RUNNING")));
    expect(message).toMatch(/Denied\.$/);
    expect(jobs.waits).toEqual([]);
});

test("a job that ends while it is asked to drain is told with its end", async () => {
    const jobs = draining(refusal(400, "The job has terminated."));
    jobs.all[0] = job("old", ["RUNNING", "FAILED"], { errors: ["Out of memory."] });
    await jobs.provider.delete?.(id, made("old", "RUNNING"));
    expect(jobs.changes).toEqual([drain]);
    expect(jobs.messages.at(-1)).toBe(
        `the Dataflow job old ended as JOB_STATE_FAILED\nOut of memory.\nAll messages: ${consoleOf("old")}`,
    );
});

test.each<[string, boolean, object, Partial<DataflowJobInputs>]>([
    ["nothing", false, {}, {}],
    ["the code that loads the provider", false, { __provider: "code" }, {}],
    ["the state of the job", false, { state: "JOB_STATE_PENDING", console: "https://old" }, {}],
    ["how an earlier release describes the content", true, { content: "a" }, {}],
    ["the labels", true, {}, { labels: {} }],
])("a job whose stack has another value of %s is a change: %s", async (_, changes, before, news) => {
    const jobs = withJobs([job("old", ["RUNNING"])]);
    const olds = { ...made("old", "RUNNING"), ...before };
    expect(await jobs.provider.diff?.(id, olds, { ...inputs, ...news })).toEqual({ changes, replaces: [] });
});

test("a streaming job that has come to its end is a change", async () => {
    const jobs = withJobs([job("old", ["DONE"])]);
    expect(await jobs.provider.diff?.(id, made("old", "DONE"), inputs)).toEqual({ changes: true, replaces: [] });
});

test("a job that somebody drains is a change", async () => {
    const jobs = withJobs([job("old", ["DRAINING"])]);
    expect(await jobs.provider.diff?.(id, made("old", "RUNNING"), inputs)).toEqual({ changes: true, replaces: [] });
});

test.each<[string, Partial<DataflowJobInputs>]>([
    ["project", { project: "acme-prod" }],
    ["location", { location: "us-east1" }],
    ["type", { type: "batch" }],
])("another %s replaces the job", async (key, change) => {
    const jobs = withJobs([job("old", ["RUNNING"])]);
    const diff = await jobs.provider.diff?.(id, made("old", "RUNNING"), { ...inputs, ...change });
    expect(diff).toEqual({ changes: true, replaces: [key] });
});

test("a state without a job is kept as it is", async () => {
    const { provider } = withJobs([]);
    expect(await provider.read?.(id, undefined)).toEqual({ id, props: undefined });
    const { jobId: _, ...rest } = made("old", "RUNNING");
    expect(await provider.read?.(id, rest as Made)).toEqual({ id, props: rest });
});

test("a batch job that did not end is gone once Dataflow has forgotten it", async () => {
    const before: Made = { ...made("old", "RUNNING"), type: "batch" };
    expect(await withJobs([]).provider.read?.(id, before)).toEqual({ id: "" });
});
