import type { ComputedBy, Inputs } from "../computed";

export const computedBy: ComputedBy = {
    "pulumi-nodejs:dynamic/model:PipelineRun": ({ name, root, location }, project) => ({
        id: `projects/${project}/locations/${location}/pipelineRuns/${name}`,
        job: `projects/123456789012/locations/${location}/pipelineJobs/${name}-1a2b3c4d-1`,
        state: "PIPELINE_STATE_SUCCEEDED",
        artifacts: { "fit.model": `${root}/123456789012/${name}-1a2b3c4d-1/fit_12/model` },
    }),
    "pulumi-nodejs:dynamic/model:PipelineSchedule": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/pipelineSchedules/${name}`,
        schedule: `projects/123456789012/locations/${location}/schedules/4567`,
        state: "ACTIVE",
    }),
    "pulumi-nodejs:dynamic/model:TrainingJob": ({ name, output, location }, project) => ({
        id: `projects/${project}/locations/${location}/trainingJobs/${name}`,
        job: `projects/123456789012/locations/${location}/customJobs/4567`,
        state: "JOB_STATE_SUCCEEDED",
        artifacts: `${output}/1a2b3c4d/model`,
    }),
    "pulumi-nodejs:dynamic/model:BatchPrediction": ({ name, location, spec }, project) => {
        const { gcsDestination, bigqueryDestination } = (spec as Record<string, Inputs>).outputConfig as Inputs;
        const prefix = (gcsDestination as Inputs)?.outputUriPrefix;
        return {
            id: `projects/${project}/locations/${location}/batchPredictions/${name}`,
            job: `projects/123456789012/locations/${location}/batchPredictionJobs/4567`,
            state: "JOB_STATE_SUCCEEDED",
            predictions: prefix
                ? `${prefix}/prediction-iris-2026_11_22`
                : `${(bigqueryDestination as Inputs).outputUri}.predictions_2026_11_22`,
            instances: { successful: 3 },
        };
    },
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment": ({ location }, project) => ({
        id: `projects/${project}/locations/${location}/endpoints/1234567890`,
        endpoint: "1234567890",
    }),
};
