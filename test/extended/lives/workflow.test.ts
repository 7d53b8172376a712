import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "../../deploy/deployment";

const definition = readFileSync(join(__dirname, "../../../docs/examples/workflows/nightly.yaml"), "utf8");
const program = `"use strict";
const { CloudRunService, PubSubTopic, Workflow } = require("slipway");
const image = "docker.io/acme/predict@sha256:${"0a".repeat(32)}";
const predict = new CloudRunService("predict", { image });
const predictions = new PubSubTopic("predictions");
const nightly = new Workflow("nightly", {
    source: "./nightly.yaml",
    uses: { PREDICT: predict.invoker, PREDICTIONS: predictions.publisher },
    schedule: "0 3 * * *",
    description: "Predicts each night",
});
exports.url = nightly.executionsUrl;
`;
const stackFile = (kind: string, name: string) =>
    `config:\n  gcp:project: acme-steps-${name}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

describe("a workflow that calls a Cloud Run service", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: steps\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stackFile("development", "dev"),
        "Pulumi.prod.yaml": stackFile("production", "prod"),
        "package.json": '{ "name": "steps", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
        "nightly.yaml": definition,
    });
    afterAll(() => deployment.remove());

    test.each(["dev", "prod"])("is deployed to %s, and a second up changes nothing", async (stack) => {
        await deployment.up(stack);
        expect(await deployment.again(stack)).toEqual({ unchanged: expect.any(Number) });
        const path = `projects/acme-steps-${stack}/locations/europe-west1/workflows/nightly`;
        expect((await deployment.outputs(stack)).url).toBe(
            `https://workflowexecutions.googleapis.com/v1/${path}/executions`,
        );
    });

    test("is updated by another definition, and replaced by another name", async () => {
        writeFileSync(deployment.file("nightly.yaml"), definition.replace("12.5", "20"));
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Workflow nightly"]);
        deployment.edit("index.js", (text) => text.replace("source:", 'name: "each_night", source:'));
        expect(await deployment.preview("dev")).toContain("replace Workflow nightly");
        deployment.edit("index.js", (text) => text.replace('name: "each_night", ', ""));
    });

    test("is refused by Google Cloud with a step that does not exist, and stays as it was", async () => {
        const before = deployment.cloud.resource("acme-steps-dev/locations/europe-west1/workflows/nightly").properties;
        writeFileSync(deployment.file("nightly.yaml"), definition.replace("result: prediction", "next: nowhere"));
        await expect(deployment.up("dev")).rejects.toThrow("step 'nowhere' not found");
        const after = deployment.cloud.resource("acme-steps-dev/locations/europe-west1/workflows/nightly").properties;
        expect(after).toEqual(before);
        writeFileSync(deployment.file("nightly.yaml"), definition);
    });

    test("is destroyed in development, and kept in production until its protection is off", async () => {
        await deployment.destroy("dev");
        expect(deployment.remaining("acme-steps-dev")).toEqual([]);
        await deployment.takeDown("prod");
        expect(deployment.remaining("acme-steps-prod")).toEqual([]);
    });
});
