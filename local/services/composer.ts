import type { Service } from "../rules/rules";
import { getConfigMap, getEnvironment, getSecret, imageVersions } from "./composer/dataSources";
import { environment } from "./composer/environment";
import { composerApi } from "./composer/names";
import { userWorkloadsConfigMap, userWorkloadsSecret } from "./composer/userWorkloads";

const service: Service = {
    titles: Object.fromEntries([composerApi]),
    types: {
        "gcp:composer/environment:Environment": environment,
        "gcp:composer/userWorkloadsConfigMap:UserWorkloadsConfigMap": userWorkloadsConfigMap,
        "gcp:composer/userWorkloadsSecret:UserWorkloadsSecret": userWorkloadsSecret,
    },
    functions: {
        "gcp:composer/getEnvironment:getEnvironment": getEnvironment,
        "gcp:composer/getImageVersions:getImageVersions": imageVersions,
        "gcp:composer/getUserWorkloadsConfigMap:getUserWorkloadsConfigMap": getConfigMap,
        "gcp:composer/getUserWorkloadsSecret:getUserWorkloadsSecret": getSecret,
    },
};

export default service;
