import { policyTypes } from "../rules/policy";
import type { Service } from "../rules/rules";
import { runApi, serviceName, serviceNotFound, servicePath } from "./run/names";
import { runService } from "./run/service";

export { updateFunctionService } from "./run/functionService";
export { runApi, serviceName, servicePath, serviceUrl } from "./run/names";

const service: Service = {
    titles: Object.fromEntries([runApi]),
    types: {
        "gcp:cloudrunv2/service:Service": runService,
        ...policyTypes({
            token: "gcp:cloudrunv2/serviceIam",
            property: "name",
            otherProperties: ["project", "location"],
            api: runApi,
            id: (inputs) => servicePath(inputs, inputs.name),
            name: (inputs) => serviceName(servicePath(inputs, inputs.name)),
            describe: (inputs) => `cloudrunv2 service "${servicePath(inputs, inputs.name)}"`,
            missing: (inputs) => serviceNotFound(servicePath(inputs, inputs.name)),
        }),
    },
};

export default service;
