import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "pulumi-nodejs:dynamic/data:DataflowRun": ({ name, location, type }, project) => ({
        id: `projects/${project}/locations/${location}/dataflowJobs/${name}`,
        jobId: "2026-11-23_01_02_03-4567890123456789012",
        state: type === "batch" ? "JOB_STATE_DONE" : "JOB_STATE_RUNNING",
    }),
};
