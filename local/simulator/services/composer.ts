import type { Service } from "../rules/rules";
import { getConfigMap, getEnvironment, getSecret, imageVersions } from "./composer/dataSources";
import { environment } from "./composer/environment";
import { composerApi } from "./composer/names";
import { userWorkloadsConfigMap, userWorkloadsSecret } from "./composer/userWorkloads";

const service: Service = {
    titles: Object.fromEntries([composerApi]),
    methods: {
        composer: {
            operations: {
                "projects.locations.environments.userWorkloads": "",
                "projects.locations.environments": "projects.locations.operations.get",
            },
        },
    },
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
    functionMethods: {
        "gcp:composer/getEnvironment:getEnvironment": ["composer.projects.locations.environments.get"],
        "gcp:composer/getImageVersions:getImageVersions": ["composer.projects.locations.imageVersions.list"],
        "gcp:composer/getUserWorkloadsConfigMap:getUserWorkloadsConfigMap": [
            "composer.projects.locations.environments.userWorkloadsConfigMaps.get",
        ],
        "gcp:composer/getUserWorkloadsSecret:getUserWorkloadsSecret": [
            "composer.projects.locations.environments.userWorkloadsSecrets.get",
        ],
    },
};

export default service;
