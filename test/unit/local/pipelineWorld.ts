import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { account, image, parent } from "./vertexJobs";

const file = join(__dirname, "..", "..", "pipelines", "forecast.yaml");

/** The compiled pipeline of the tests with this image. */
export const pipelineSpec = (steps = image): Inputs =>
    JSON.parse(JSON.stringify(parse(readFileSync(file, "utf8"))).replaceAll('"image":"steps"', `"image":"${steps}"`));

/** A pipeline job with changes. */
export const pipelineJob = (more: Inputs = {}, runtime: Inputs = {}): Inputs => ({
    displayName: "forecast",
    labels: { team: "forecast" },
    pipelineSpec: pipelineSpec(),
    serviceAccount: account,
    runtimeConfig: {
        gcsOutputDirectory: "gs://models/forecast",
        parameterValues: { source: "sales", weeks: 8 },
        failurePolicy: "PIPELINE_FAILURE_POLICY_FAIL_FAST",
        ...runtime,
    },
    ...more,
});

/** A schedule with changes. */
export const schedule = (more: Inputs = {}): Inputs => ({
    displayName: "forecast",
    cron: "TZ=Europe/Berlin 0 3 * * MON",
    maxConcurrentRunCount: "1",
    allowQueueing: false,
    createPipelineJobRequest: { parent, pipelineJob: pipelineJob() },
    ...more,
});
