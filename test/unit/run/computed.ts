import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:cloudrunv2/service:Service": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/services/${name}`,
        uri: `https://${name}-1a2b3c-ew.a.run.app`,
    }),
    "gcp:cloudrunv2/job:Job": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/jobs/${name}`,
    }),
    "gcp:cloudrunv2/workerPool:WorkerPool": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/workerPools/${name}`,
    }),
    // Before the first deployment there is no service and no job.
    "gcp:cloudrunv2/getService:getService": () => ({}),
    "gcp:cloudrunv2/getJob:getJob": () => ({}),
};
