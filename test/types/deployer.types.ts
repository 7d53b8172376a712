import type * as pulumi from "@pulumi/pulumi";
import { Deployer, EnvironmentProject, projectRoles } from "slipway";
import type { DeployerArgs, GitHubJobs, GitLabJobs } from "slipway/iam";

const roles = ["roles/pubsub.admin"];
const repository = "acme/sales";
const project = new EnvironmentProject("prod", { adopt: true, projectId: "acme-prod", kind: "production" });

const deployer = new Deployer("dev", { github: { repository, environment: "dev" }, roles });
new Deployer("main", { github: { repository, ref: "refs/heads/main", repositoryId: "12", ownerId: "3" }, roles });
new Deployer("both", { github: { repository, environment: "dev", ref: "refs/heads/main" }, roles, grantable: false });
new Deployer("previewer", { github: { repository, pullRequests: true }, roles: [] });
new Deployer("gitlab", {
    gitlab: { project: "acme/sales", environment: "prod", host: "gitlab.acme.com" },
    roles,
    grantable: [...projectRoles, "roles/bigquery.user"],
    project,
    accountId: "deployer",
    poolId: "acme",
    transform: { account: { description: "…" }, pool: {}, poolProvider: {}, role: {} },
});
new Deployer("merges", { gitlab: { project: "acme/sales", mergeRequests: true }, roles: [] });
const email: pulumi.Output<string> = deployer.email;
const provider: pulumi.Output<string> = deployer.workloadIdentityProvider;

// @ts-expect-error: a pipeline is required.
new Deployer("dev", { roles });

// @ts-expect-error: only one pipeline is supported.
new Deployer("dev", {
    github: { repository, environment: "dev" },
    gitlab: { project: "a/b", environment: "c" },
    roles,
});

// @ts-expect-error: a repository requires an environment, a branch or pull requests.
new Deployer("dev", { github: { repository }, roles });

// @ts-expect-error: a branch requires a repository.
new Deployer("dev", { github: { ref: "refs/heads/main" }, roles });

// @ts-expect-error: pull requests have no environment.
new Deployer("dev", { github: { repository, environment: "dev", pullRequests: true }, roles });

// @ts-expect-error: `false` is not supported; omit the option.
new Deployer("dev", { github: { repository, pullRequests: false }, roles });

// @ts-expect-error: GitLab's option has another name.
new Deployer("dev", { gitlab: { project: "acme/sales", pullRequests: true }, roles });

// @ts-expect-error: roles are required.
new Deployer("dev", { github: { repository, environment: "dev" } });

// @ts-expect-error: a project is a component.
new Deployer("dev", { github: { repository, environment: "dev" }, roles, project: "acme-dev" });

// @ts-expect-error: an unknown option.
new Deployer("dev", { github: { repository, environment: "dev" }, roles, keys: true });

// @ts-expect-error: the list is read-only.
projectRoles.push("roles/owner");

export type { DeployerArgs, GitHubJobs, GitLabJobs };
export { email, provider };
