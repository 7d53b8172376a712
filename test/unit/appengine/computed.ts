import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "pulumi-nodejs:dynamic/appengine:Application": (_, project) => ({
        id: project,
        defaultHostname: `${project}.ew.r.appspot.com`,
        codeBucket: `staging.${project}.appspot.com`,
    }),
    "pulumi-nodejs:dynamic/appengine:Rollout": ({ service, latest }, project) => ({
        id: `apps/${project}/services/${service}`,
        previous: "",
        allocations: { [String(latest)]: 1 },
    }),
    "gcp:cloudtasks/queue:Queue": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/queues/${name}`,
    }),
};
