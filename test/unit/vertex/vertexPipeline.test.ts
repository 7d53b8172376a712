import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Network, ServiceAccount, StorageBucket, VertexPipeline, type VertexPipelineArgs } from "slipway";
import { parameterValues } from "../../../lib/vertex/pipeline/parameters";
import { specOf } from "../../../lib/vertex/pipeline/pipelineFile";
import { outcomeOf, refused, registered, registeredOptions, registeredOutputs, registeredTypes } from "../registered";

const file = join(__dirname, "..", "..", "pipelines", "forecast.yaml");
const image = `docker.io/acme/steps@sha256:${"0a".repeat(32)}`;
const template = "https://europe-west1-kfp.pkg.dev/acme-dev/pipelines/forecast";
const images = { steps: image };

/** A pipeline whose artifacts are in the bucket `results`. */
const pipeline = (args: object = {}, parameters: object = { source: "sales" }) =>
    new VertexPipeline("forecast", {
        source: file,
        pipelineRoot: new StorageBucket("results"),
        images,
        parameters,
        ...args,
    } as VertexPipelineArgs);

type Made = Record<string, unknown> & { spec: string };

const runOf = async (args: object, parameters?: object) =>
    (await registered(() => pipeline(args, parameters)))["PipelineRun forecast"] as unknown as Made;
const scheduleOf = async (schedule: unknown) =>
    (await registered(() => pipeline({ schedule })))["PipelineSchedule forecast-schedule"] as unknown as Made;

const request = {
    project: "acme-dev",
    location: "europe-west1",
    name: "forecast",
    template: "",
    parameters: { source: "sales" },
    root: "gs://acme-dev-results/forecast",
    failurePolicy: "",
    serviceAccount: "forecast-run@acme-dev.iam.gserviceaccount.com",
    labels: { environment: "dev" },
};

test("a bare pipeline has an account of its own, which may write to the pipeline root", async () => {
    const { "Bucket results": _, "PipelineRun forecast": run, ...made } = await registered(() => pipeline());
    expect(made).toEqual({
        "Account forecast-run": { accountId: "forecast-run", displayName: "Runs the tasks of the pipeline forecast" },
        "BucketIAMMember forecast-results-object-user": {
            bucket: "acme-dev-results",
            role: "roles/storage.objectUser",
            member: "serviceAccount:forecast-run@acme-dev.iam.gserviceaccount.com",
        },
        "BucketIAMMember forecast-results-storage-bucket-viewer": {
            bucket: "acme-dev-results",
            role: "roles/storage.bucketViewer",
            member: "serviceAccount:forecast-run@acme-dev.iam.gserviceaccount.com",
        },
        "IAMMember forecast-project-aiplatform-user": {
            project: "acme-dev",
            role: "roles/aiplatform.user",
            member: "serviceAccount:forecast-run@acme-dev.iam.gserviceaccount.com",
        },
        "Provider forecast": {},
    });
    const { spec, ...others } = run as Made;
    expect(others).toEqual({
        ...request,
        runOn: [],
        wait: true,
        waitSeconds: 0,
        __provider: 'exports.handler = () => require("slipway/model/admin").pipelineRun;',
    });
    expect(spec).toContain(`"image":"${image}"`);
    expect(spec).not.toContain('"image":"steps"');
});

test("a pipeline waits for its API, the service agent and its grants", async () => {
    const options = await registeredOptions(() => pipeline());
    expect(options["PipelineRun forecast"]).toMatchObject({ parent: "VertexPipeline forecast" });
    expect(options["PipelineRun forecast"]?.after).toEqual(
        expect.arrayContaining([
            "BucketIAMMember forecast-results-object-user",
            "IAMMember aiplatform-agent-serviceAgent",
            "Service aiplatform",
        ]),
    );
});

test("the output of the component is the artifacts of the run", async () => {
    const { "VertexPipeline forecast": outputs } = await registeredOutputs(() => pipeline());
    expect(outputs).toEqual({
        artifacts: {
            "fit.model": "gs://acme-dev-results/forecast/123456789012/forecast-1a2b3c4d-1/fit_12/model",
        },
    });
});

test("a capability passes its value to a parameter, and its role to the account", async () => {
    const uses = () => pipeline({ uses: { source: new StorageBucket("sales").reader } }, { weeks: 5 });
    const all = await registered(uses);
    expect((all["PipelineRun forecast"] as Made).parameters).toEqual({ source: "acme-dev-sales", weeks: 5 });
    expect(all).toHaveProperty("BucketIAMMember forecast-sales-object-viewer");
});

test("a capability without a value passes none to a parameter", async () => {
    const source = { grants: [], attachments: [] };
    expect((await runOf({ uses: { source } }, { weeks: 5 })).parameters).toEqual({ weeks: 5 });
});

test("a parameter of another type is refused when it is known", async () => {
    const found = (weeks: string | number) =>
        outcomeOf(() => {
            const values = { parameters: { weeks: pulumi.output(weeks) }, uses: {}, spec: specOf(file) };
            return parameterValues("forecast", values).weeks;
        });
    expect(await found("8")).toMatchObject({
        message: expect.stringContaining(
            'VertexPipeline "forecast": parameters.weeks: must be a whole number, as the pipeline declares it as NUMBER_INTEGER (got "8"). [vertex/parameter-type]',
        ),
    });
    expect(await found(8)).toBe(8);
});

test.each<[string, object, object]>([
    ["the failure policy", { failurePolicy: "fail-fast" }, { failurePolicy: "PIPELINE_FAILURE_POLICY_FAIL_FAST" }],
    ["going on after failures", { failurePolicy: "fail-slow" }, { failurePolicy: "PIPELINE_FAILURE_POLICY_FAIL_SLOW" }],
    ["a limit of waiting", { wait: "2 hours" }, { wait: true, waitSeconds: 7200 }],
    ["no waiting", { wait: false }, { wait: false, waitSeconds: 0 }],
    ["data", { runOn: ["2026-11", pulumi.output("sales")] }, { runOn: ["2026-11", "sales"] }],
    [
        "a network by the number of its project",
        { network: { network: "projects/123456789012/global/networks/main" } },
        { network: "projects/123456789012/global/networks/main" },
    ],
    ["labels", { labels: { team: "shop" } }, { labels: { environment: "dev", team: "shop" } }],
])("%s is passed on", async (_, args, expected) => {
    expect(await runOf(args)).toMatchObject(expected);
});

test("caching is set for all tasks, also those of conditions", async () => {
    const texts = (await runOf({ caching: false })).spec.match(/"enableCache":(true|false)/g);
    expect([texts?.length, new Set(texts)]).toEqual([6, new Set(['"enableCache":false'])]);
    expect((await runOf({})).spec).toContain('"enableCache":true');
});

test("a peered network is named by the number of its project", async () => {
    const made = await registered(() =>
        pipeline({ network: { network: new Network("main", { privateServices: true }) } }),
    );
    expect((made["PipelineRun forecast"] as Made).network).toBe("projects/123/global/networks/main");
    const short = await registered(() => pipeline({ network: new Network("main", { privateServices: true }) }));
    expect(short["PipelineRun forecast"]).toEqual(made["PipelineRun forecast"]);
});

test.each([63, 64])("a component whose name has %d characters names its pipeline with 63", async (length) => {
    const name = "a".repeat(length);
    const made = await registered(() => {
        const args = {
            source: file,
            pipelineRoot: new StorageBucket("results"),
            images,
            parameters: { source: "sales" },
        };
        return new VertexPipeline(name, args);
    });
    expect((made[`PipelineRun ${name}`] as Made).name).toHaveLength(63);
});

test("an account of the program gets the roles", async () => {
    const made = await registered(() => pipeline({ account: new ServiceAccount("runner") }));
    expect(made).not.toHaveProperty("Account forecast-run");
    expect((made["PipelineRun forecast"] as Made).serviceAccount).toBe("runner@acme-dev.iam.gserviceaccount.com");
});

test("a template is passed by its address", async () => {
    const address = `${template}/sha256:${"0a".repeat(32)}`;
    expect(await runOf({ source: address, images: undefined })).toMatchObject({ spec: "", template: address });
});

test("a schedule replaces the run, and has its time zone", async () => {
    const types = await registeredTypes(() => pipeline({ schedule: "0 3 * * MON" }));
    expect(types).not.toHaveProperty("PipelineRun forecast");
    const { spec, ...made } = await scheduleOf("0 3 * * MON");
    expect(made).toEqual({
        ...request,
        cron: "TZ=Etc/UTC 0 3 * * MON",
        maxConcurrentRuns: 1,
        maxActiveRuns: 1,
        allowQueueing: false,
        paused: false,
        catchUp: false,
        __provider: 'exports.handler = () => require("slipway/model/admin").pipelineSchedule;',
    });
    expect(spec).toContain(image);
});

test.each([{ start: "2026-12-01T00:00:00Z" }, { end: "2027-12-01T00:00:00Z" }])(
    "a schedule can have one of its times: %j",
    async (times) => {
        const { cron: _, ...made } = await scheduleOf({ cron: "0 3 * * *", ...times });
        const { cron: __, ...bare } = await scheduleOf("0 3 * * *");
        expect(made).toEqual({ ...bare, ...times });
    },
);

test("all options of a schedule are passed on", async () => {
    const times = { start: "2026-12-01T00:00:00Z", end: "2027-12-01T00:00:00+01:00" };
    const options = { ...times, maxRuns: 10, maxConcurrentRuns: 2, allowQueueing: true, paused: true, catchUp: true };
    expect(await scheduleOf({ cron: "0 3 * * *", timeZone: "Europe/Berlin", ...options })).toMatchObject({
        ...options,
        maxActiveRuns: 2,
        cron: "TZ=Europe/Berlin 0 3 * * *",
    });
});

const parameters = (more: object) => ({ parameters: { source: "sales", ...more } });

test.each<[string, object, string]>([
    ["an unknown parameter", parameters({ week: 1 }), "parameters.week: [vertex/parameter-unknown]"],
    ["an integer as text", parameters({ weeks: "8" }), "parameters.weeks: [vertex/parameter-type]"],
    ["a parameter without a value", parameters({ weeks: null }), "parameters.weeks: must have a value"],
    ["a parameter that is undefined", parameters({ weeks: undefined }), "parameters.weeks: must have a value"],
    ["a list for an object", parameters({ options: [] }), "parameters.options: [vertex/parameter-type]"],
    ["a missing parameter", { parameters: {} }, "parameters.source: [vertex/parameter-missing]"],
    [
        "an address that is no template",
        { source: "https://europe-west1-kfp.pkg.dev/acme-dev/pipelines", images: {} },
        "source: must be a template in Artifact Registry, such as https://europe-west1-kfp.pkg.dev/acme-dev/pipelines/forecast/sha256:…",
    ],
    [
        "a template by a tag",
        { source: `${template}/v1`, images: {} },
        "source: names a template by a tag, which can later refer to another template, and which Vertex AI may not find",
    ],
    [
        "images of a template",
        { source: `${template}/sha256:${"0a".repeat(32)}` },
        "images: [vertex/images-of-template]",
    ],
    [
        "caching of a template",
        { source: `${template}/sha256:${"0a".repeat(32)}`, images: {}, caching: false },
        "caching: [vertex/caching-of-template]",
    ],
    ["an unknown image", { images: { train: image } }, "images.train: [vertex/image-unknown]"],
    ["an image by a tag", { images: { steps: "docker.io/acme/steps:1" } }, "images.steps: names an image by a tag"],
    ["a missing file", { source: "gone.yaml" }, "source: is not a file: "],
    ["a folder", { source: __dirname }, `source: is not a file: ${__dirname} is a folder`],
    ["Python code", { source: file.replace(".yaml", ".py") }, "source: is Python code, not a compiled pipeline"],
    [
        "a name with capital letters",
        { name: "Forecast" },
        "name: must have 1 to 63 lower-case letters, digits and hyphens",
    ],
    ["never running", { runOnDeploy: false }, "runOnDeploy: [vertex/pipeline-never-runs]"],
    [
        "data without runs in deployments",
        { schedule: "0 3 * * *", runOn: ["a"] },
        "runOn: [vertex/run-on-without-deploy]",
    ],
    [
        "an end before the start",
        { schedule: { cron: "0 3 * * *", start: "2027-01-02T00:00:00Z", end: "2027-01-01T00:00:00Z" } },
        "schedule.end: [vertex/schedule-end-before-start]",
    ],
    [
        "an end at the start",
        { schedule: { cron: "0 3 * * *", start: "2027-01-02T01:00:00+01:00", end: "2027-01-02T00:00:00Z" } },
        "schedule.end: [vertex/schedule-end-before-start]",
    ],
    ...(["maxRuns", "maxConcurrentRuns"] as const).map((option): [string, object, string] => [
        `${option} of 0`,
        { schedule: { cron: "0 3 * * *", [option]: 0 } },
        `schedule.${option}: must be a whole number from 1 to `,
    ]),
    [
        "a local time",
        { schedule: { cron: "0 3 * * *", start: "2027-01-02" } },
        "schedule.start: must be a time in RFC 3339",
    ],
    [
        "a key of another region",
        { encryptionKey: "projects/a/locations/us-east1/keyRings/a/cryptoKeys/b" },
        "encryptionKey: [place/other-region]",
    ],
    [
        "Vertex AI's own label",
        { labels: { "vertex-ai-pipelines-run-billing-id": "1" } },
        "labels.vertex-ai-pipelines-run-billing-id: [vertex/label-reserved]",
    ],
])("%s is refused", async (_, args, message) => {
    expect(await refused(() => pipeline(args), {}, ["Bucket results"])).toContain(
        `VertexPipeline "forecast": ${message}`,
    );
});

test("a capability needs a parameter of its own, which is a string", async () => {
    const using = (parameter: string) => () => pipeline({ uses: { [parameter]: new StorageBucket("sales").reader } });
    const buckets = ["Bucket results", "Bucket sales"];
    expect(await refused(using("weeks"), {}, buckets)).toContain("uses.weeks: [vertex/parameter-not-text]");
    expect(await refused(using("source"), {}, buckets)).toContain("parameters.source: [iam/env-also-in-uses]");
});

describe("a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-pipelines-"));
    const compiled = readFileSync(file, "utf8");
    const other = join(folder, "pipeline.yaml");
    const given = (content: string) => {
        writeFileSync(other, content);
        return () => pipeline({ source: other });
    };
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each<[string, string, string]>([
        ["with broken YAML", `${compiled}\n: {`, "source: is not valid YAML or JSON"],
        ["that is empty", "", "source: is not valid YAML or JSON: it is empty"],
        ["that is a text", "forecast", "source: is not a compiled pipeline (got"],
        ["without a root", compiled.replace(/^root:/m, "other:"), "is not a compiled pipeline: it has no root"],
        [
            "without its name",
            compiled.replace(/^pipelineInfo:/m, "other:"),
            "is not a compiled pipeline: it has no root or no pipelineInfo",
        ],
        [
            "with an API's version, but no kind,",
            "apiVersion: v1\n",
            "is not a compiled pipeline: it has no root or no pipelineInfo",
        ],
        [
            "with a kind, but no API's version,",
            "kind: Workflow\n",
            "is not a compiled pipeline: it has no root or no pipelineInfo",
        ],
        [
            "of an old SDK",
            compiled.replace("schemaVersion: 2.1.0", "schemaVersion: 2.0.0"),
            "has the schema 2.0.0 of an old SDK",
        ],
        [
            "with options of Kubernetes",
            `${compiled}---\nplatforms: {}\n`,
            "has options of Kubernetes in a second document",
        ],
        [
            "with a workflow of Argo",
            "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n",
            "is a Workflow of Kubernetes",
        ],
        [
            "that needs an artifact",
            compiled.replace(/^ {2}inputDefinitions:\n {4}parameters:\n {6}dry:/m, (text) =>
                text.replace("    parameters", "    artifacts:\n      raw: {}\n    parameters"),
            ),
            "source: [vertex/input-artifact]",
        ],
    ])("%s is refused", async (_, content, message) => {
        expect(await refused(given(content), {}, ["Bucket results"])).toContain(message);
    });

    test("can have no components of its own, and no executors", async () => {
        const smallest = { pipelineInfo: { name: "none" }, schemaVersion: "2.1.0", root: {} };
        for (const own of [smallest, { ...smallest, deploymentSpec: {} }]) {
            writeFileSync(other, JSON.stringify(own));
            const args = { source: other, images: undefined, caching: false };
            expect(JSON.parse((await runOf(args, {})).spec)).toEqual(own);
        }
    });

    test("can have executors without a container, such as an importer", async () => {
        const importer = { importer: { artifactUri: { constant: "gs://acme-data/sales" } } };
        const own = compiled.replace(
            /^( +)executors:\n/m,
            (text, indent) => `${text}${indent.repeat(2)}exec-import: ${JSON.stringify(importer)}\n`,
        );
        const made = (await registered(given(own)))["PipelineRun forecast"] as unknown as Made;
        expect(JSON.parse(made.spec).deploymentSpec.executors["exec-import"]).toEqual(importer);
    });

    describe("with an image of its own", () => {
        const naming = (own: string, args: object = {}) => {
            writeFileSync(other, compiled.replace("image: steps", `image: ${own}`));
            return () => pipeline({ source: other, ...args });
        };
        const shared = "europe-docker.pkg.dev/acme-shared/app/team/steps";

        test.each([`${shared}:1.2`, `${shared}@sha256:${"0a".repeat(32)}`])(
            "in another project's registry is refused, unless it is replaced: %s",
            async (own) => {
                expect(await refused(naming(own), {}, ["Bucket results"])).toBe(
                    'VertexPipeline "forecast": source: [vertex/pipeline-image-of-other-project]',
                );
                await registered(naming(own, { images: { steps: image, [shared]: image } }));
            },
        );

        test.each([
            "europe-docker.pkg.dev/acme-dev/app/steps:1",
            "us-docker.pkg.dev/vertex-ai/automl-tabular/forecasting-training:prod",
            "us-docker.pkg.dev/vertex-evaluation/public/llm:v0.5",
            "us-docker.pkg.dev/deeplearning-platform-release/gcr.io/base-cpu:m130",
            "gcr.io/ml-pipeline/google-cloud-pipeline-components:2.22.0",
            "python:3.11",
            `"{{$.inputs.parameters['image']}}"`,
        ])("that the service agent can read is accepted: %s", async (own) => {
            await registered(naming(own));
        });
    });

    test("in JSON, as a job of the SDK, is accepted", async () => {
        const { parse }: typeof import("yaml") = require("yaml");
        const json = JSON.stringify({ pipelineSpec: parse(compiled), runtimeConfig: {} });
        const made = (await registered(given(json)))["PipelineRun forecast"] as unknown as Made;
        expect(JSON.parse(made.spec).pipelineInfo).toEqual({ name: "forecast" });
    });

    test.each([
        ["steps", {}, true],
        ["steps:latest", {}, true],
        ["steps:1", {}, false],
        [`steps@sha256:${"0".repeat(64)}`, {}, false],
        [`"{{$.inputs.parameters['image']}}"`, {}, false],
        ["steps:latest", { steps: image }, false],
    ])("with the image %s, of which %j is set, is warned of as pushed last: %s", async (own, images, expected) => {
        const warned = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
        await registered(() => {
            writeFileSync(other, compiled.replaceAll("image: steps", `image: ${own}`));
            pipeline({ source: other, images });
        });
        const texts = warned.mock.calls.map(([text]) => text).filter((text) => /pushed last/.test(text));
        warned.mockRestore();
        expect(texts).toEqual(
            expected ? [expect.stringContaining(`the image ${own} is the one that was pushed last`)] : [],
        );
    });
});
