import { policyTypes } from "../rules/policy";
import type { Inputs, Service } from "../rules/rules";
import { secretName, secretNotFound, secretsApi } from "./secretmanager/names";
import { secret } from "./secretmanager/secret";
import { version } from "./secretmanager/version";

const path = ({ project, secretId }: Inputs) =>
    secretId.includes("/") ? secretId : `projects/${project}/secrets/${secretId}`;

const service: Service = {
    titles: Object.fromEntries([secretsApi]),
    types: {
        "gcp:secretmanager/secret:Secret": secret,
        "gcp:secretmanager/secretVersion:SecretVersion": version,
        ...policyTypes({
            token: "gcp:secretmanager/secretIam",
            property: "secretId",
            api: secretsApi,
            id: path,
            name: (inputs) => secretName(path(inputs)),
            describe: (inputs) => `secretmanager secret "${path(inputs)}"`,
            missing: (inputs, { cloud }) => secretNotFound(cloud, path(inputs)),
        }),
    },
};

export default service;
