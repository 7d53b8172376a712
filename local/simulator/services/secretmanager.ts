import { policyTypes } from "../rules/policy";
import type { Inputs, Service } from "../rules/rules";
import { pathOf, secretName, secretNotFound, secretsApi } from "./secretmanager/names";
import { regionalSecret, secret } from "./secretmanager/secret";
import { regionalVersion, version } from "./secretmanager/version";

const path = (inputs: Inputs): string => (inputs.secretId.includes("/") ? inputs.secretId : pathOf(inputs));

const service: Service = {
    titles: Object.fromEntries([secretsApi]),
    lookups: {
        "gcp:secretmanager/getRegionalSecret:getRegionalSecret": {
            type: "gcp:secretmanager/regionalSecret:RegionalSecret",
            method: "secretmanager.projects.locations.secrets.get",
        },
        "gcp:secretmanager/getSecret:getSecret": {
            type: "gcp:secretmanager/secret:Secret",
            method: "secretmanager.projects.secrets.get",
            // Without the location of the provider: that is the name of a regional secret.
            inputs: ({ secretId, project }) => ({ secretId, project }),
        },
    },
    types: {
        "gcp:secretmanager/secret:Secret": secret,
        "gcp:secretmanager/secretVersion:SecretVersion": version,
        "gcp:secretmanager/regionalSecret:RegionalSecret": regionalSecret,
        "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion": regionalVersion,
        ...policyTypes({
            token: "gcp:secretmanager/secretIam",
            property: "secretId",
            api: secretsApi,
            id: path,
            name: (inputs) => secretName(path(inputs)),
            describe: (inputs) => `secretmanager secret "${path(inputs)}"`,
            missing: (inputs, { cloud }) => secretNotFound(cloud, path(inputs)),
        }),
        ...policyTypes({
            token: "gcp:secretmanager/regionalSecretIam",
            property: "secretId",
            api: secretsApi,
            id: path,
            name: (inputs) => secretName(path(inputs)),
            describe: (inputs) => `secretmanagerregional regionalsecret "${path(inputs)}"`,
            missing: (inputs, { cloud }) => secretNotFound(cloud, path(inputs)),
        }),
    },
};

export default service;
