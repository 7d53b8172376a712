import { policyTypes } from "../rules/policy";
import type { Service } from "../rules/rules";
import { noService, runApi, serviceName, servicePath } from "./run/names";
import { runService } from "./run/service";

export { runApi, serviceName, servicePath, serviceUrl } from "./run/names";
export { underFunction } from "./run/underFunction";

const service: Service = {
    titles: Object.fromEntries([runApi]),
    types: {
        "gcp:cloudrunv2/service:Service": runService,
        ...policyTypes({
            token: "gcp:cloudrunv2/serviceIam",
            property: "name",
            beside: ["project", "location"],
            api: runApi,
            id: (inputs) => servicePath(inputs, inputs.name),
            name: (inputs) => serviceName(servicePath(inputs, inputs.name)),
            described: (inputs) => `cloudrunv2 service "${servicePath(inputs, inputs.name)}"`,
            missing: (inputs) => noService(servicePath(inputs, inputs.name)),
        }),
    },
};

export default service;
