import { Deployer, ServiceAccount } from "slipway";
import { iamLimits, workloadIdentityLimits } from "../../../lib/facts/limits/iam";
import { nameFormats } from "../../../lib/facts/names";
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
