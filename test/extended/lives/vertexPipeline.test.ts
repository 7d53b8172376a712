import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault } from "slipway-local";
import { cloudOf } from "../../../local/simulator/cloudOf";
import { Deployment } from "../../deploy/deployment";

const image = (digits: string) => `docker.io/acme/steps@sha256:${digits.repeat(32)}`;

const program = `"use strict";
const { StorageBucket, VertexPipeline } = require("slipway");
const results = new StorageBucket("results");
const sales = new StorageBucket("sales");
const forecast = new VertexPipeline("forecast", {
    source: "pipeline.yaml",
    pipelineRoot: results,
    parameters: { weeks: 5, dry: false },
    uses: { source: sales.reader },
    images: { steps: "${image("0a")}" },
    wait: true,
});
new StorageBucket("after", {}, { dependsOn: forecast });
exports.artifacts = forecast.artifacts;
exports.state = forecast.run && forecast.run.state;
exports.schedule = forecast.schedule && forecast.schedule.state;
`;

const collection = "aiplatform.projects.locations.pipelineJobs";
const schedules = "aiplatform.projects.locations.schedules";
const up = ["up", "-s", "dev", "--yes", "--skip-preview"];

/** A deployment of a program, with its pipeline jobs. */
function piped(text: string) {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: pipes\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-pipes\n  gcp:region: europe-west4\n  slipway:kind: development\n",
        "package.json": '{ "name": "pipes", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": text,
        "pipeline.yaml": readFileSync(join(__dirname, "..", "..", "pipelines", "forecast.yaml"), "utf8"),
    });
    const existing = (kind: string) => deployment.cloud.existing().filter((each) => each.includes(`/${kind}/`));
    return {
        deployment,
        edit: (from: string, to: string) => deployment.edit("index.js", (program) => program.replaceAll(from, to)),
        jobs: () => existing("pipelineJobs"),
        schedules: () => existing("schedules"),
        outputs: async () => JSON.parse((await deployment.run(["stack", "output", "--json", "-s", "dev"])).output),
        faulty: (fault: Partial<Fault>) =>
            deployment.run(up, {}, { faults: [{ verb: "create", type: `${collection}.create`, ...fault } as Fault] }),
    };
}

const succeeded = "PIPELINE_STATE_SUCCEEDED";

describe("a pipeline", () => {
    const { deployment, edit, jobs, outputs, faulty } = piped(program);
    afterAll(() => deployment.remove());

    test("that fails names the task and shows its log, and nothing that depends on it is created", async () => {
        const { code, output } = await faulty({ answer: "fail" });
        expect(code).not.toBe(0);
        expect(output).toMatch(
            /pipelineJobs\/forecast-[0-9a-f]{8}-1 ended as PIPELINE_STATE_FAILED: Error code 9, message: The DAG failed because some tasks failed\. The failed tasks are: \[fetch\]/,
        );
        expect(output).toMatch(/Task fetch: Error code 9, message: The replica workerpool0-0 exited/);
        expect(output).toMatch(/The last lines of its log:\s+Traceback .*\s+File .*\s+RuntimeError: simulated failure/);
        expect(output).toContain(
            "https://console.cloud.google.com/vertex-ai/locations/europe-west4/pipelines/runs/forecast-",
        );
        expect(jobs()).toHaveLength(1);
        expect(deployment.cloud.existing().join("\n")).not.toContain("acme-pipes-after");
    });

    test("runs again with the next update, whose artifacts are known", async () => {
        await deployment.up("dev");
        expect(jobs()).toHaveLength(2);
        const { artifacts, state } = await outputs();
        expect(state).toBe(succeeded);
        expect(artifacts["fit.model"]).toMatch(
            /^gs:\/\/acme-pipes-results\/forecast\/\d+\/forecast-[0-9a-f]{8}-2\/fit_\d+\/model$/,
        );
        expect(deployment.cloud.existing().join("\n")).toContain("acme-pipes-after");
    });

    test("does not run again unchanged, also after a refresh", async () => {
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
        expect(await deployment.preview("dev")).toEqual([]);
        expect(jobs()).toHaveLength(2);
    });

    test("does not run again with other labels, which the next run gets", async () => {
        edit("wait: true", 'wait: true, labels: { team: "forecast" }');
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update PipelineRun forecast"]);
        expect(jobs()).toHaveLength(2);
    });

    test("runs again with another image, and returns to an earlier result", async () => {
        edit(image("0a"), image("0b"));
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update PipelineRun forecast"]);
        expect(jobs()).toHaveLength(3);
        edit(image("0b"), image("0a"));
        await deployment.up("dev");
        expect([jobs().length, (await outputs()).state]).toEqual([3, succeeded]);
    });

    test("is found after a kill between the creation and its answer", async () => {
        edit("weeks: 5", "weeks: 6");
        const { code } = await faulty({ answer: "lose" });
        expect(code).not.toBe(0);
        expect(jobs()).toHaveLength(4);
        await deployment.succeed(["cancel", "dev", "--yes"]);
        await deployment.up("dev");
        expect([jobs().length, (await outputs()).state]).toEqual([4, succeeded]);
    });

    test("goes on after the longest wait, and the next update resumes waiting", async () => {
        edit("weeks: 6", "weeks: 7");
        edit("wait: true", 'wait: "2 minutes"');
        const { code, output } = await deployment.run(up);
        expect([code === 0, output]).toEqual([false, expect.stringContaining("did not end within 120 seconds")]);
        edit('wait: "2 minutes"', "wait: true");
        await deployment.up("dev");
        expect([jobs().length, (await outputs()).state]).toEqual([5, succeeded]);
    });

    test("with a parameter of another type is refused at preview, before anything changes", async () => {
        // An output is checked when it is known.
        for (const value of ["7.5", 'require("@pulumi/pulumi").output(7.5)']) {
            edit("weeks: 7,", `weeks: ${value},`);
            const { code, output } = await deployment.run(["preview", "-s", "dev"]);
            expect(code).not.toBe(0);
            expect(output).toContain(
                'VertexPipeline "forecast": parameters.weeks: must be a whole number, as the pipeline declares it as NUMBER_INTEGER (got 7.5).',
            );
            edit(`weeks: ${value},`, "weeks: 7,");
        }
    });

    test("leaves nothing behind", async () => {
        await deployment.destroy("dev");
        expect(deployment.remaining()).toEqual([]);
    });
});

interface ScheduledRequest {
    pipelineJob: { runtimeConfig: { parameterValues: object } };
}

describe("a schedule", () => {
    const account = `const account = new (require("slipway").ServiceAccount)("runner");\n`;
    const around = program.slice(0, program.indexOf("const forecast ")) + account;
    const timed = program
        .slice(program.indexOf("const forecast "))
        .replace("wait: true", 'account, schedule: { cron: "0 3 * * MON", timeZone: "Europe/Berlin" }');
    const { deployment, edit, jobs, schedules: all, outputs } = piped(around);
    afterAll(() => deployment.remove());
    const faulty = (fault: Partial<Fault>) =>
        deployment.run(up, {}, { faults: [{ verb: "create", type: `${schedules}.create`, ...fault } as Fault] });
    const states = () =>
        cloudOf(deployment.place)
            .store.list("//aiplatform.googleapis.com/", "schedules")
            .map(({ state }) => state as Record<string, unknown> & { createPipelineJobRequest: ScheduledRequest });
    const stored = () =>
        states().map(({ cron, maxConcurrentActiveRunCount, endTime }) => [cron, maxConcurrentActiveRunCount, endTime]);

    test("is created once after a kill, with the types of its parameters, and nothing runs", async () => {
        await deployment.up("dev");
        deployment.edit("index.js", () => around + timed);
        expect((await faulty({ answer: "lose" })).code).not.toBe(0);
        const created = all();
        expect(created).toHaveLength(1);
        await deployment.succeed(["cancel", "dev", "--yes"]);
        await deployment.up("dev");
        expect([all(), jobs(), (await outputs()).schedule]).toEqual([created, [], "ACTIVE"]);
        const [{ pipelineJob }] = states().map((state) => state.createPipelineJobRequest) as [ScheduledRequest];
        expect(pipelineJob.runtimeConfig.parameterValues).toEqual({
            source: "acme-pipes-sales",
            weeks: 5,
            dry: false,
        });
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
    });

    test("is changed in place, paused and resumed", async () => {
        edit('cron: "0 3 * * MON"', 'cron: "0 4 * * MON", maxConcurrentRuns: 2, end: "2099-01-01T00:00:00Z"');
        const before = all();
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update PipelineSchedule forecast-schedule"]);
        expect([all(), stored()]).toEqual([before, [["TZ=Europe/Berlin 0 4 * * MON", "2", "2099-01-01T00:00:00Z"]]]);
        edit('timeZone: "Europe/Berlin"', 'timeZone: "Europe/Berlin", paused: true');
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update PipelineSchedule forecast-schedule"]);
        expect([all(), (await outputs()).schedule]).toEqual([before, "PAUSED"]);
        edit(", paused: true", "");
        await deployment.up("dev");
        expect([all(), (await outputs()).schedule]).toEqual([before, "ACTIVE"]);
    });

    test("without its end is another one, as Vertex AI cannot remove the end", async () => {
        const before = all();
        edit(', end: "2099-01-01T00:00:00Z"', "");
        await deployment.up("dev");
        expect(stored()).toEqual([["TZ=Europe/Berlin 0 4 * * MON", "2", undefined]]);
        expect(all()).not.toEqual(before);
    });

    test("leaves nothing behind", async () => {
        await deployment.destroy("dev");
        expect(deployment.remaining()).toEqual([]);
    });
});
