import type { Fault } from "slipway-local";
import { Deployment } from "../../deploy/deployment";

const files = (program: string) => ({
    "Pulumi.yaml": "name: scoring\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-scoring\n  gcp:region: europe-west4\n  slipway:kind: development\n",
    "package.json": '{ "name": "scoring", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});

const around = `"use strict";
const { BigQueryDataset, ServiceAccount, StorageBucket, VertexBatchPrediction, VertexModel } = require("slipway");
const fs = require("node:fs");
for (const [folder, file, content] of [["iris", "model.joblib", "weights 1"], ["orders", "new.jsonl", "[1]"]]) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(folder + "/" + file, content);
}
const orders = new StorageBucket("orders", { upload: "orders" });
const scores = new StorageBucket("scores");
const iris = new VertexModel("iris", { source: "iris", container: { framework: "scikit-learn", version: "1.5" } });
`;

const program = `${around}
const predict = new VertexBatchPrediction("predict", {
    model: iris,
    input: { bucket: orders, files: "*.jsonl" },
    output: { bucket: scores },
    runOn: ["one"],
    replicas: 1,
    wait: true,
});
new StorageBucket("after", {}, { dependsOn: predict });
exports.predictions = predict.predictions;
exports.state = predict.job.state;
`;

const methods = "aiplatform.projects.locations.batchPredictionJobs";
const up = ["up", "-s", "dev", "--yes", "--skip-preview"];

/** A deployment of a program, with its jobs. */
function scoring(text: string) {
    const deployment = new Deployment(files(text));
    return {
        deployment,
        edit: (from: string, to: string) => deployment.edit("index.js", (program) => program.replaceAll(from, to)),
        jobs: () => deployment.cloud.existing().filter((each) => each.includes("/batchPredictionJobs/")),
        /** The output \`predictions\`, and the state of the job. */
        result: async () => {
            const { output } = await deployment.run(["stack", "output", "--json", "-s", "dev"]);
            const { predictions = "", state } = JSON.parse(output);
            return [predictions.replace(/\d{4}_\d\d_\d\dT[\d_]+Z/, "#"), state];
        },
        faulty: (fault: Partial<Fault>) =>
            deployment.run(up, {}, { faults: [{ verb: "create", type: `${methods}.create`, ...fault } as Fault] }),
    };
}

const succeeded = ["gs://acme-scoring-scores/predict/prediction-iris-#", "JOB_STATE_SUCCEEDED"];

describe("a batch prediction", () => {
    const { deployment, edit, jobs, result, faulty } = scoring(program);
    afterAll(() => deployment.remove());

    test("that fails tells why, and nothing that depends on it is created", async () => {
        const { code, output } = await faulty({ answer: "fail" });
        expect(code).not.toBe(0);
        expect(output).toMatch(
            /the batch prediction projects\/\d+\/locations\/europe-west4\/batchPredictionJobs\/\d+ ended as JOB_STATE_FAILED: Error code 3, message: Model server never became ready/,
        );
        expect(output).toContain(
            "https://console.cloud.google.com/vertex-ai/locations/europe-west4/batch-predictions/",
        );
        expect(output).toContain("The next 'pulumi up' predicts again.");
        expect(jobs()).toHaveLength(1);
        expect(deployment.cloud.existing().join("\n")).not.toContain("acme-scoring-after");
    });

    test("predicts again with the next update, which goes on", async () => {
        await deployment.up("dev");
        expect(jobs()).toHaveLength(2);
        expect(await result()).toEqual(succeeded);
        expect(deployment.cloud.existing().join("\n")).toContain("acme-scoring-after");
    });

    test("does not predict again unchanged, also after a refresh, nor on other machines", async () => {
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
        expect(await deployment.preview("dev")).toEqual([]);
        edit("replicas: 1", "replicas: 2");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update BatchPrediction predict"]);
        expect([jobs().length, await result()]).toEqual([2, succeeded]);
    });

    test("is found after a kill between the creation and its answer", async () => {
        edit('"one"', '"two"');
        const { code } = await faulty({ answer: "lose" });
        expect(code).not.toBe(0);
        expect(jobs()).toHaveLength(3);
        await deployment.succeed(["cancel", "dev", "--yes"]);
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([3, succeeded]);
    });

    test("is created once if the answer of the creation is an error of the server", async () => {
        edit('"two"', '"three"');
        expect((await faulty({ answer: 503, call: 1 })).code).toBe(0);
        expect(jobs()).toHaveLength(4);
    });

    test("is not created without quota, and the next update goes on", async () => {
        edit('"three"', '"four"');
        const { code, output } = await faulty({ answer: 429 });
        expect([code === 0, output]).toEqual([false, expect.stringContaining("Resource has been exhausted")]);
        expect(jobs()).toHaveLength(4);
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([5, succeeded]);
    });

    test("goes on after the longest wait, and the next update resumes waiting", async () => {
        edit('"four"', '"five"');
        edit("wait: true", 'wait: "2 minutes"');
        const { code, output } = await deployment.run(up);
        expect([code === 0, output]).toEqual([false, expect.stringContaining("did not end within 120 seconds")]);
        edit('wait: "2 minutes"', "wait: true");
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([6, succeeded]);
    });

    test("predicts with each new version of the model, and returns to an earlier result", async () => {
        edit("weights 1", "weights 2");
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([7, succeeded]);
        edit("weights 2", "weights 1");
        await deployment.up("dev");
        expect([jobs().length, await result()]).toEqual([7, succeeded]);
    });

    test("leaves nothing behind", async () => {
        await deployment.destroy("dev");
        expect(deployment.remaining()).toEqual([]);
    });
});

const scheduled = `${around}
const sales = new BigQueryDataset("sales", { tables: { orders: { schema: [{ name: "id", type: "INTEGER" }] } } });
new VertexBatchPrediction("predict", {
    model: iris,
    input: { table: sales.tables.orders },
    output: { dataset: sales },
    account: new ServiceAccount("scorer"),
    uses: [scores.reader],
    schedule: "0 3 * * *",
    runOnDeploy: false,
});
`;

test("a prediction on a schedule is created by Cloud Scheduler alone", async () => {
    const { deployment, jobs } = scoring(scheduled);
    await deployment.up("dev");
    expect(jobs()).toEqual([]);
    const isScheduled = ({ type }: { type: string }) => type === "gcp:cloudscheduler/job:Job";
    const [target] = deployment
        .resources()
        .filter(isScheduled)
        .map(({ properties }) => properties.httpTarget as { uri: string; body: string });
    expect(target?.uri).toBe(
        "https://europe-west4-aiplatform.googleapis.com/v1/projects/acme-scoring/locations/europe-west4/batchPredictionJobs",
    );
    expect(JSON.parse(Buffer.from(String(target?.body), "base64").toString())).toMatchObject({
        labels: { environment: "dev", "slipway-job": "predict" },
        model: "projects/acme-scoring/locations/europe-west4/models/iris@1",
        inputConfig: { bigquerySource: { inputUri: "bq://acme-scoring.sales.orders" } },
        outputConfig: { bigqueryDestination: { outputUri: "bq://acme-scoring.sales" } },
        serviceAccount: "scorer@acme-scoring.iam.gserviceaccount.com",
    });
    expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
    await deployment.destroy("dev");
    expect(deployment.remaining()).toEqual([]);
    await deployment.remove();
});

test.each([
    ["input.bucket", "input: { bucket: new StorageBucket('far', { location: 'US-EAST1' }), files: '*.jsonl' }"],
    ["output.bucket", "output: { bucket: new StorageBucket('far', { location: 'US' }) }"],
    ["output.dataset", "output: { dataset: new BigQueryDataset('far', { location: 'US' }) }"],
])("preview refuses the %s of another region", async (path, argument) => {
    const [name] = argument.split(":");
    const kept = program.replace(new RegExp(`    ${name}: .*`), `    ${argument},`);
    const { deployment } = scoring(kept);
    await deployment.succeed(["stack", "init", "dev"]);
    const { code, output } = await deployment.run(["preview", "-s", "dev"]);
    expect([code === 0, output]).toEqual([
        false,
        expect.stringMatching(
            new RegExp(
                `VertexBatchPrediction "predict": ${path}: is in US(-EAST1)?, and must be in the region of the model, europe-west4.*\\[vertex/data-in-other-region\\]`,
            ),
        ),
    ]);
    await deployment.remove();
});

test("preview refuses a model of another region", async () => {
    const { deployment } = scoring(program.replace('runOn: ["one"],', 'region: "us-central1",'));
    await deployment.succeed(["stack", "init", "dev"]);
    const { code, output } = await deployment.run(["preview", "-s", "dev"]);
    expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
            'VertexBatchPrediction "predict": model: is in europe-west4, and must be in us-central1, as the prediction is. Set region: "europe-west4". [vertex/model-in-other-region]',
        ),
    ]);
    await deployment.remove();
});
