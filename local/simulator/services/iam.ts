import { iamLimits } from "slipway/facts";
import type { Cloud } from "../cloud/cloud";
import { GoogleError, inLog } from "../cloud/errors";
import { accountName } from "../cloud/iam";
import { digits } from "../cloud/ids";
import { policyTypes } from "../rules/policy";
import type { Inputs, Service, TypeRules } from "../rules/rules";
import { customRole } from "./iam/customRole";
import { key } from "./iam/key";
import { api, pool } from "./iam/pool";
import { poolProvider } from "./iam/poolProvider";

const title = "Identity and Access Management (IAM) API";
/** The address of a default account is not made of its ID and its project. */
const emailOf = ({ accountId, project, email }: Inputs) => email ?? `${accountId}@${project}.iam.gserviceaccount.com`;
const pathOf = (inputs: Inputs) => `projects/${inputs.project}/serviceAccounts/${emailOf(inputs)}`;

const limits = iamLimits.rows;
const maxAccounts = limits.serviceAccounts.max;

/** Counts the accounts that users created in a project; skipped if the whole cloud has only a few. */
function accountsOf(project: string, { store }: Cloud): number {
    const accounts = accountName("").replace(/\/$/, "");
    const all = store.count(accounts, maxAccounts);
    return all < maxAccounts
        ? all
        : store.list(accounts).filter((entry) => entry.project === project && !entry.state.isDefault).length;
}

function refusedId(id: string): string | undefined {
    const { min, max } = limits.accountId;
    if (id.length < min || id.length > max) {
        return `"account_id" ("${id}") must be between ${min} and ${max} characters long`;
    }
    const form = "^[a-z]([-a-z0-9]*[a-z0-9])?$";
    return new RegExp(form).test(id) ? undefined : `"account_id" ("${id}") must match regex "${form}"`;
}

const account: TypeRules = {
    noun: "service account",
    cost: "free",
    api,
    id: pathOf,
    name: (inputs) => accountName(emailOf(inputs)),
    validators: {
        accountId: refusedId,
        description: ({ length }) =>
            length > limits.accountDescription.max
                ? `expected length of description to be in the range (0 - ${limits.accountDescription.max}), got ${length} characters`
                : undefined,
    },
    known: (inputs) => ({ email: emailOf(inputs), member: `serviceAccount:${emailOf(inputs)}` }),
    alreadyExists: (inputs) =>
        inputs.createIgnoreAlreadyExists
            ? undefined
            : new GoogleError(
                  409,
                  `Service account ${inputs.accountId} already exists within project projects/${inputs.project}.`,
                  {
                      reason: "alreadyExists",
                      details: [
                          { "@type": "type.googleapis.com/google.rpc.ResourceInfo", resourceName: pathOf(inputs) },
                      ],
                  },
              ).recordedIn(inLog("composer/v1beta1/composerenvironment/composerenvironmentbasic")),
    verify: ({ displayName = "", project }, { cloud }, old) => {
        if (!old && accountsOf(project, cloud) >= maxAccounts) {
            throw new GoogleError(429, "Maximum number of service accounts on project reached.", {
                reason: "rateLimitExceeded",
            });
        }

        if (Buffer.byteLength(displayName) > limits.accountDisplayName.max) {
            throw new GoogleError(400, `The display name must be at most ${limits.accountDisplayName.max} bytes.`, {
                reason: "badRequest",
            });
        }
    },
    state: (inputs, { cloud }, old = cloud.store.read(accountName(emailOf(inputs)))?.state) => ({
        email: emailOf(inputs),
        member: `serviceAccount:${emailOf(inputs)}`,
        name: pathOf(inputs),
        uniqueId: old?.uniqueId ?? digits(`${emailOf(inputs)} ${Date.now()}`, 21),
        // Creations do not send it: the provider disables new accounts only at the next update.
        disabled: old ? inputs.disabled : false,
    }),
    // What only the provider has is not that of another resource with the same account.
    read: (state, { cloud }) => {
        const found = cloud.store.read(accountName(emailOf(state)))?.state;
        return found && { ...found, createIgnoreAlreadyExists: state.createIgnoreAlreadyExists };
    },
    afterStore: (state, { cloud }, old) => {
        if (!old) {
            cloud.propagation.changed(accountName(emailOf(state)), "account");
        }
    },
    remove: (inputs, { cloud }) => cloud.iam.revokeAll(emailOf(inputs)),
    calls: {
        collection: "iam.projects.serviceAccounts",
        also: {
            update: ({ disabled }, _, old) =>
                Boolean(disabled) === Boolean(old?.disabled)
                    ? []
                    : [`iam.projects.serviceAccounts.${disabled ? "disable" : "enable"}`],
        },
    },
};

/** The provider accepts only paths of accounts, with the project or `-`. */
const accountPath =
    /^projects\/[^/]+\/serviceAccounts\/[^/@]+@([\w.-]+\.)?(iam|developer|appspot)\.gserviceaccount\.com$/;

const service: Service = {
    titles: { [api]: title },
    methods: {
        iam: { operations: { "projects.locations": "projects.locations.workloadIdentityPools.operations.get" } },
    },
    lookups: {
        "gcp:serviceaccount/getAccount:getAccount": {
            type: "gcp:serviceaccount/account:Account",
            method: "iam.projects.serviceAccounts.get",
            // An ID, an e-mail address, or a resource name.
            inputs: ({ accountId, project }, { cloud }) => {
                const email = String(accountId.split("/").at(-1));
                const [id, domain = `${project}.iam.gserviceaccount.com`] = email.split("@");
                return domain.endsWith(".iam.gserviceaccount.com")
                    ? { accountId: id, project: domain.split(".")[0] }
                    : { accountId: id, project: cloud.iam.projectOfAccount(email) ?? project, email };
            },
        },
    },
    types: {
        "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": pool,
        "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": poolProvider,
        "gcp:projects/iAMCustomRole:IAMCustomRole": customRole,
        "gcp:serviceaccount/account:Account": account,
        "gcp:serviceaccount/key:Key": key,
        ...policyTypes({
            token: "gcp:serviceaccount/iAM",
            property: "serviceAccountId",
            api: [api, title],
            validate: (id) =>
                accountPath.test(id)
                    ? undefined
                    : `"service_account_id" ("${id}") doesn't match regexp "${accountPath.source}"`,
            id: ({ serviceAccountId }) => serviceAccountId,
            name: ({ serviceAccountId }) => accountName(serviceAccountId),
            methods: {
                get: "iam.projects.serviceAccounts.getIamPolicy",
                set: "iam.projects.serviceAccounts.setIamPolicy",
            },
            describe: ({ serviceAccountId }) => `service account '${serviceAccountId}'`,
            missing: () =>
                new GoogleError(404, "Unknown service account", { reason: "notFound" }).recordedIn(
                    inLog("notebooks/v1alpha1/notebooksexecution/notebooksexecution-maximal"),
                ),
            reason: "badRequest",
        }),
    },
};

export default service;
