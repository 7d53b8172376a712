import { Deployer, ServiceAccount, WorkloadIdentityPool } from "slipway";
import { iamLimits, workloadIdentityLimits } from "../../../lib/facts/limits/iam";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject } from "../everythingElse";
import type { LongestNames } from "../lengthened";
import { call, type SampleCalls } from "./sampleCalls";

export function program(): void {
    new Deployer("github", {
        github: {
            repository: "acme/sales",
            repositoryId: "12",
            ownerId: "3",
            environment: "dev",
            ref: "refs/heads/main",
        },
        roles: ["roles/pubsub.admin", "projects/acme-dev/roles/deployer"],
    });
    new Deployer("gitlab", {
        gitlab: { project: "acme/sales", host: "gitlab.acme.com", environment: "prod", ref: "refs/tags/v1" },
        roles: ["roles/pubsub.admin"],
        grantable: ["roles/bigquery.jobUser"],
        accountId: "pipelines",
        poolId: "pipelines",
    });
    new Deployer("previewer", { github: { repository: "acme/sales", pullRequests: true }, roles: [] });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more(): void {
    new ServiceAccount("other-account", {
        accountId: "other-account-id",
        displayName: "Other",
        description: "Does the rest.",
        disabled: true,
        crossProject,
    });
    new WorkloadIdentityPool("other-identities", {
        poolId: "others",
        disabled: true,
        providers: { aws: { aws: { account: "123456789012" } } },
        crossProject,
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    new Deployer("own-pool", { github: { repository: "acme/own", environment: "live" }, roles: [], poolId: "own" });
}

export const sampleCalls: SampleCalls = {
    "ServiceAccount.impersonator": {
        offer: () => new ServiceAccount("offered").impersonator,
        source: "https://cloud.google.com/iam/docs/service-account-permissions",
        calls: [
            call("impersonated_credentials.Credentials", "iam.serviceAccounts.getAccessToken"),
            call("Credentials.sign_bytes", "iam.serviceAccounts.signBlob"),
        ],
    },
    "ServiceAccount.user": {
        offer: () => new ServiceAccount("offered").user,
        source: "https://cloud.google.com/iam/docs/service-account-permissions",
        calls: [call("InstancesClient.insert with the account", "iam.serviceAccounts.actAs")],
    },
};

export const longestNames: LongestNames = {
    "Pool displayName": workloadIdentityLimits.rows.displayName.max,
    "PoolProvider displayName": workloadIdentityLimits.rows.displayName.max,
    "Pool workloadIdentityPoolId": nameFormats.rows.workloadIdentityPool.max,
    "serviceaccount/account:Account accountId": nameFormats.rows.serviceAccountId.max,
    "serviceaccount/account:Account displayName": iamLimits.rows.accountDisplayName.max,
};

export const sameWithout = {
    "Deployer.poolId": "programs have its default",
};

export const otherNames = {
    "Deployer.github.environment": "the environment of a job of GitHub",
    "Deployer.gitlab.environment": "the environment of a job of GitLab",
};
