import { GoogleError } from "../cloud/errors";
import { digits } from "../cloud/ids";
import { policyTypes } from "../rules/policy";
import type { Inputs, Service } from "../rules/rules";

const api = "iam.googleapis.com";
const email = ({ accountId, project }: Inputs) => `${accountId}@${project}.iam.gserviceaccount.com`;
const accountName = (account: string) => `//${api}/serviceAccounts/${account.split("/").at(-1)}`;

const service: Service = {
    titles: { [api]: "Identity and Access Management (IAM) API" },
    types: {
        "gcp:serviceaccount/account:Account": {
            noun: "service account",
            api,
            id: (inputs) => `projects/${inputs.project}/serviceAccounts/${email(inputs)}`,
            name: (inputs) => accountName(email(inputs)),
            replaceOnChange: ["accountId", "project"],
            defaults: { disabled: false },
            known: (inputs) => ({ email: email(inputs), member: `serviceAccount:${email(inputs)}` }),
            taken: (inputs) =>
                new GoogleError(
                    409,
                    `Service account ${inputs.accountId} already exists within project projects/${inputs.project}.`,
                    {
                        reason: "alreadyExists",
                        details: [
                            {
                                "@type": "type.googleapis.com/google.rpc.ResourceInfo",
                                resourceName: `projects/${inputs.project}/serviceAccounts/${email(inputs)}`,
                            },
                        ],
                    },
                ),
            verify: ({ accountId }) => {
                if (accountId.length < 6 || accountId.length > 30) {
                    throw new Error(`"account_id" ("${accountId}") must be between 6 and 30 characters long`);
                }
                if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(accountId)) {
                    throw new Error(`"account_id" ("${accountId}") must match regex "^[a-z]([-a-z0-9]*[a-z0-9])?$"`);
                }
            },
            state: (inputs, _, old) => ({
                email: email(inputs),
                member: `serviceAccount:${email(inputs)}`,
                name: `projects/${inputs.project}/serviceAccounts/${email(inputs)}`,
                uniqueId: old?.uniqueId ?? digits(`${email(inputs)} ${Date.now()}`, 21),
            }),
            remove: (inputs, { cloud }) => cloud.iam.revokeAll(email(inputs)),
        },
        ...policyTypes({
            token: "gcp:serviceaccount/iAM",
            property: "serviceAccountId",
            api,
            id: ({ serviceAccountId }) => serviceAccountId,
            name: ({ serviceAccountId }) => accountName(serviceAccountId),
            project: ({ serviceAccountId }) => /^projects\/([^/]+)\//.exec(serviceAccountId)?.[1] ?? "",
            described: ({ serviceAccountId }) => `service account '${serviceAccountId}'`,
            missing: () => new GoogleError(404, "Unknown service account", { reason: "notFound" }),
            reason: "badRequest",
        }),
    },
};

export default service;
