import { policyTypes } from "../rules/policy";
import type { Service, TypeRules } from "../rules/rules";
import { runJob } from "./run/job";
import { type Collection, resourcePath, runApi, serviceName, serviceNotFound } from "./run/names";
import { runService } from "./run/service";
import { runWorkerPool } from "./run/workerPool";

export { updateFunctionService } from "./run/functionService";
export { runApi, serviceName, servicePath, serviceUrl } from "./run/names";

/** The types for policies of services, jobs or worker pools. */
const policies = (token: string, collection: Collection): Record<string, TypeRules> =>
    policyTypes({
        token: `gcp:cloudrunv2/${token}Iam`,
        property: "name",
        api: runApi,
        id: (inputs) => resourcePath(inputs, collection, inputs.name),
        name: (inputs) => serviceName(resourcePath(inputs, collection, inputs.name)),
        describe: (inputs) => `cloudrunv2 ${token.toLowerCase()} "${resourcePath(inputs, collection, inputs.name)}"`,
        missing: (inputs) => serviceNotFound(resourcePath(inputs, collection, inputs.name)),
    });

const service: Service = {
    titles: Object.fromEntries([runApi]),
    methods: { run: { operations: { "": "projects.locations.operations.get" } } },
    lookups: {
        "gcp:cloudrunv2/getJob:getJob": {
            type: "gcp:cloudrunv2/job:Job",
            method: "run.projects.locations.jobs.get",
        },
        "gcp:cloudrunv2/getService:getService": {
            type: "gcp:cloudrunv2/service:Service",
            method: "run.projects.locations.services.get",
        },
        "gcp:cloudrunv2/getWorkerPool:getWorkerPool": {
            type: "gcp:cloudrunv2/workerPool:WorkerPool",
            method: "run.projects.locations.workerPools.get",
        },
    },
    types: {
        "gcp:cloudrunv2/service:Service": runService,
        "gcp:cloudrunv2/job:Job": runJob,
        "gcp:cloudrunv2/workerPool:WorkerPool": runWorkerPool,
        ...policies("service", "services"),
        ...policies("job", "jobs"),
        ...policies("workerPool", "workerPools"),
    },
};

export default service;
