import { nextDue } from "../../../local/runtime/emulator/cronClock";
import { runDuePipelines } from "../../../local/runtime/services/vertex/schedules";
import { SimulatedTime } from "../../../local/simulator/cloud/propagation";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { entryMatcher, logEntriesOf } from "../../../local/simulator/services/logging/entries";
import { pipelineJob, pipelineSpec, schedule } from "./pipelineWorld";
import { account, call, jobWorld, parent } from "./vertexJobs";
import type { World } from "./world";

const create = (world: World, body: Inputs, id = "") =>
    call(world, "POST", `${parent}/pipelineJobs${id && `?pipelineJobId=${id}`}`, body);
const timed = (world: World, body: Inputs) => call(world, "POST", `${parent}/schedules`, body);

async function after(world: World, minutes: number, { name }: Inputs): Promise<Inputs> {
    new SimulatedTime(world.cloud.folder).skip(minutes * 60_000);
    return (await call(world, "GET", name)).body;
}

test("a pipeline job runs its tasks, whose artifacts are in the pipeline root", async () => {
    const world = jobWorld();
    const { body } = await create(world, pipelineJob(), "forecast-1");
    expect([body.state, body.name.split("/").at(-1)]).toEqual(["PIPELINE_STATE_PENDING", "forecast-1"]);
    const ended = await after(world, 20, body);
    expect(ended.state).toBe("PIPELINE_STATE_SUCCEEDED");
    const details: Inputs[] = ended.jobDetail.taskDetails;
    expect(details.map(({ taskName, state }) => [taskName, state])).toEqual([
        ["condition-1", "SUCCEEDED"],
        ["condition-2", "SUCCEEDED"],
        ["fetch", "SUCCEEDED"],
        ["fit", "SUCCEEDED"],
    ]);
    const [artifact] = details.at(-1)?.outputs.model.artifacts ?? [];
    expect(artifact.uri).toMatch(new RegExp(`^gs://models/forecast/${world.number}/forecast-1/fit_\\d+/model$`));
    const { body: list } = await call(world, "GET", `${parent}/pipelineJobs`);
    expect(Object.keys(list.pipelineJobs[0])).not.toContain("jobDetail");
});

test("the states of a pipeline job are log entries with its account, by which alerts tell it from others", async () => {
    const world = jobWorld();
    const gone = "europe-west1-docker.pkg.dev/acme-dev/images/train:2";
    await create(world, pipelineJob({ pipelineSpec: pipelineSpec(gone) }), "daily-1");
    const { body } = await create(world, pipelineJob(), "forecast-1");
    await after(world, 20, body);
    const filter = (account: string) =>
        [
            'resource.type = "aiplatform.googleapis.com/PipelineJob"',
            'resource.labels.location = "europe-west1"',
            'log_id("aiplatform.googleapis.com/pipeline_job_events")',
            `labels.service_account : "${account}"`,
            'labels.pipeline_name = "forecast"',
        ].join(" AND ");
    const found = (query: string) => logEntriesOf("acme-dev", world.cloud).filter(entryMatcher(query));
    const states = found(filter(account)).map(({ resource, jsonPayload, severity }) => {
        return [resource.labels.pipeline_job_id, jsonPayload.state, severity];
    });
    expect(states).toEqual([
        ["daily-1", "PIPELINE_STATE_PENDING", "INFO"],
        ["daily-1", "PIPELINE_STATE_RUNNING", "INFO"],
        ["daily-1", "PIPELINE_STATE_FAILED", "ERROR"],
        ["forecast-1", "PIPELINE_STATE_PENDING", "INFO"],
        ["forecast-1", "PIPELINE_STATE_RUNNING", "INFO"],
        ["forecast-1", "PIPELINE_STATE_SUCCEEDED", "INFO"],
    ]);
    expect(found(filter("other@acme-dev.iam.gserviceaccount.com"))).toEqual([]);
    expect(found(`${filter(account)} AND jsonPayload.state = "PIPELINE_STATE_FAILED"`)).toHaveLength(1);
});

test("an ID is taken once", async () => {
    const world = jobWorld();
    await create(world, pipelineJob(), "forecast-1");
    const { status, body } = await create(world, pipelineJob(), "forecast-1");
    expect([status, body.error.status]).toEqual([409, "ALREADY_EXISTS"]);
});

test.each<[string, Inputs, number, RegExp]>([
    [
        "an unknown parameter",
        pipelineJob({}, { parameterValues: { source: "a", rates: 1 } }),
        400,
        /rates is not found/,
    ],
    [
        "a parameter of another type",
        pipelineJob({}, { parameterValues: { source: "a", weeks: "8" } }),
        400,
        /weeks must be a whole number/,
    ],
    ["a missing parameter", pipelineJob({}, { parameterValues: {} }), 400, /source has no value/],
    ["no pipeline", pipelineJob({ pipelineSpec: undefined }), 400, /pipeline_spec or template_uri/],
    [
        "a schema of an old SDK",
        pipelineJob({ pipelineSpec: { ...pipelineSpec(), schemaVersion: "2.0.0" } }),
        400,
        /schema version/,
    ],
    [
        "an unknown account",
        pipelineJob({ serviceAccount: "gone@acme-dev.iam.gserviceaccount.com" }),
        400,
        /act as service_account/,
    ],
    [
        "the default account, which a new organization does not have",
        pipelineJob({ serviceAccount: undefined }),
        400,
        /-compute@developer/,
    ],
    [
        "a pipeline root that the account cannot write to",
        pipelineJob({}, { gcsOutputDirectory: "gs://gone/forecast" }),
        400,
        /does not have `\[storage\.objects\.get, storage\.objects\.create\]` IAM permission\(s\) to the bucket "gone"/,
    ],
    [
        "a network without a number",
        pipelineJob({ network: "projects/acme-dev/global/networks/main" }),
        400,
        /project_number/,
    ],
    [
        "a template of a repository that does not exist",
        pipelineJob({
            pipelineSpec: undefined,
            templateUri: "https://europe-west1-kfp.pkg.dev/acme-dev/gone/forecast/v1",
        }),
        404,
        /does not exist/,
    ],
])("%s is refused", async (_, body, status, message) => {
    const answer = await create(jobWorld(), body);
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringMatching(message)]);
});

test("a task whose image does not exist fails the pipeline", async () => {
    const world = jobWorld();
    const gone = "europe-west1-docker.pkg.dev/acme-dev/images/train:2";
    const { status, body } = await create(world, pipelineJob({ pipelineSpec: pipelineSpec(gone) }));
    expect(status).toBe(200);
    const failed = await after(world, 20, body);
    expect([failed.state, failed.error.code, failed.error.message]).toEqual([
        "PIPELINE_STATE_FAILED",
        9,
        expect.stringContaining("The failed tasks are: [fetch]."),
    ]);
    const task = failed.jobDetail.taskDetails.find(({ state }: Inputs) => state === "FAILED");
    expect([task.taskName, task.error.message]).toEqual(["fetch", `The image ${gone} is not found.`]);
});

test("a job that goes on is cancelled before it can be deleted", async () => {
    const world = jobWorld();
    const { body } = await create(world, pipelineJob());
    expect((await call(world, "DELETE", body.name)).body.error.status).toBe("FAILED_PRECONDITION");
    await call(world, "POST", `${body.name}:cancel`, {});
    expect((await after(world, 1, body)).state).toBe("PIPELINE_STATE_CANCELLED");
    expect((await call(world, "DELETE", body.name)).status).toBe(200);
});

test.each<[string, Inputs, RegExp]>([
    ["no cron expression", schedule({ cron: "TZ=Europe/Berlin every day" }), /not a cron expression/],
    ["an unknown time zone", schedule({ cron: "TZ=Europe/Bonn 0 3 * * *" }), /not a cron expression/],
    ["no limit of runs", schedule({ maxConcurrentRunCount: undefined }), /at least 1/],
    [
        "another location",
        schedule({
            createPipelineJobRequest: { parent: "projects/acme-dev/locations/us-east1", pipelineJob: pipelineJob() },
        }),
        /must be the location/,
    ],
    [
        "a job with an ID",
        schedule({ createPipelineJobRequest: { parent, pipelineJob: pipelineJob(), pipelineJobId: "a" } }),
        /not supported/,
    ],
    [
        "an end before the start",
        schedule({ startTime: "2027-01-02T00:00:00Z", endTime: "2027-01-01T00:00:00Z" }),
        /after/,
    ],
])("a schedule with %s is refused", async (_, body, message) => {
    const answer = await timed(jobWorld(), body);
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringMatching(message)]);
});

test("fields of a schedule cannot be unset, and only a paused one is resumed", async () => {
    const world = jobWorld();
    const { body } = await timed(world, schedule({ endTime: "2099-01-01T00:00:00Z" }));
    expect((await call(world, "PATCH", `${body.name}?updateMask=endTime`, {})).body.error.message).toContain(
        "cannot be unset",
    );
    const refused = await call(world, "POST", `${body.name}:resume`, {});
    expect(refused.body.error).toMatchObject({
        status: "FAILED_PRECONDITION",
        message: "Only paused Schedule can be resumed.",
    });
    await call(world, "POST", `${body.name}:pause`, {});
    expect((await call(world, "GET", body.name)).body).toMatchObject({
        state: "PAUSED",
        lastPauseTime: expect.any(String),
    });
});

test("a schedule is completed at its end, and cannot be changed then", async () => {
    const world = jobWorld();
    const { body } = await timed(world, schedule({ endTime: new Date(Date.now() + 86_400_000).toISOString() }));
    expect((await after(world, 2 * 24 * 60, body)).state).toBe("COMPLETED");
    expect((await call(world, "PATCH", `${body.name}?updateMask=cron`, { cron: "0 1 * * *" })).status).toBe(400);
});

test("a schedule starts a run when it is due, and none while as many go on as it allows", async () => {
    const world = jobWorld();
    const lines: string[] = [];
    const { body } = await timed(world, schedule({ cron: "0 3 * * MON", maxConcurrentActiveRunCount: "1" }));
    const due = new Date("2027-11-29T03:00:00Z");
    new SimulatedTime(world.cloud.folder).skip(1000);
    const terminal = { log: (line: string) => lines.push(line) } as never;
    runDuePipelines(world.cloud, new Date("2027-11-29T03:01:00Z"), terminal);
    runDuePipelines(world.cloud, due, terminal);
    runDuePipelines(world.cloud, due, terminal);
    expect(lines).toEqual([
        expect.stringContaining("started"),
        expect.stringContaining("skipped, as 1 of its runs go on"),
    ]);
    const { body: list } = await call(world, "GET", `${parent}/pipelineJobs`);
    expect(list.pipelineJobs.map(({ scheduleName, serviceAccount }: Inputs) => [scheduleName, serviceAccount])).toEqual(
        [[body.name, account]],
    );
    expect((await call(world, "GET", body.name)).body.startedRunCount).toBe("1");
});

test.each([
    ["0 3 * * MON", "Etc/UTC", "2026-11-25T12:00:00Z", "2026-11-30T03:00:00.000Z"],
    ["30 3 1 1 *", "Europe/Berlin", "2026-11-25T12:00:00Z", "2027-01-01T02:30:00.000Z"],
    ["*/15 * * * *", "Asia/Kathmandu", "2026-11-25T12:01:10Z", "2026-11-25T12:15:00.000Z"],
])("%s in %s is next due after %s", (cron, zone, since, expected) => {
    expect(nextDue(cron, zone, new Date(since))?.toISOString()).toBe(expected);
});
