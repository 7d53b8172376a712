import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:secretmanager/regionalSecret:RegionalSecret": ({ secretId, location }, project) => ({
        id: `projects/${project}/locations/${location}/secrets/${secretId}`,
        name: `projects/123/locations/${location}/secrets/${secretId}`,
    }),
    "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion": ({ secret }) => ({
        id: `${secret}/versions/1`,
        version: "1",
    }),
    "gcp:secretmanager/secret:Secret": ({ secretId }, project) => ({
        id: `projects/${project}/secrets/${secretId}`,
        name: `projects/123/secrets/${secretId}`,
    }),
    "gcp:secretmanager/secretVersion:SecretVersion": ({ secret }) => ({ id: `${secret}/versions/1`, version: "1" }),
};
