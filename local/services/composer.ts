import type { Service } from "../rules/rules";
import { environment } from "./composer/environment";
import { foundConfigMap, foundEnvironment, foundSecret, imageVersions } from "./composer/found";
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
        "gcp:composer/getEnvironment:getEnvironment": foundEnvironment,
        "gcp:composer/getImageVersions:getImageVersions": imageVersions,
        "gcp:composer/getUserWorkloadsConfigMap:getUserWorkloadsConfigMap": foundConfigMap,
        "gcp:composer/getUserWorkloadsSecret:getUserWorkloadsSecret": foundSecret,
    },
};

export default service;
