import { Deployer, type DeployerArgs } from "slipway";
import { Issuer, outcome } from "../pipelines";
import { Emulator } from "../unit/local/emulator/served";
import { tokenOf, World } from "../unit/local/world";
import { registered } from "../unit/registered";

const github = new Issuer("https://token.actions.githubusercontent.com");
const gitlab = new Issuer("https://gitlab.com");
const ownGitlab = new Issuer("https://gitlab.acme.com");
const issuers = Object.fromEntries([github, gitlab, ownGitlab].map((issuer) => [issuer.address, issuer.keys]));

const rejected = "unauthorized_client: The given credential is rejected by the attribute condition.";
const deploys = "deploys";

/** A deployer on a running local cloud, for token exchanges. */
async function deployed(jobs: object) {
    const made = await registered(
        () => new Deployer("deployer", { roles: [], grantable: false, ...jobs } as unknown as DeployerArgs),
    );
    const world = new World();
    world.enable("iam", "iamcredentials", "sts");
    const inWorld = (key: string, name: string) => {
        // The mocks give all projects the same number, and the cloud has its own.
        const inputs = JSON.stringify(made[name]).replaceAll("projects/123/", `projects/${world.number}/`);
        return world.makeAny(tokenOf(key), JSON.parse(inputs)).state;
    };
    const { email } = inWorld("Account", "Account deployer");
    inWorld("WorkloadIdentityPool", "WorkloadIdentityPool deployer");
    const { name } = inWorld("WorkloadIdentityPoolProvider", "WorkloadIdentityPoolProvider deployer");
    inWorld("AccountIAMMember", "IAMMember deployer");
    const { url } = await Emulator.of(world, {}, issuers);
    return (issuer: Issuer, claims: object) => {
        const aud = `https://iam.googleapis.com/${name}`;
        return outcome(url, name, email, issuer.token({ aud, ...claims }));
    };
}

/** GitHub's claims: "Example subject claims" and "OIDC token claims". */
const push = {
    sub: "repo:acme/sales:environment:dev",
    repository: "acme/sales",
    repository_id: "12",
    repository_owner: "acme",
    repository_owner_id: "3",
    environment: "dev",
    ref: "refs/heads/main",
    ref_type: "branch",
    ref_protected: "true",
    event_name: "push",
    actor: "zoe",
    job_workflow_ref: "acme/sales/.github/workflows/deploy.yml@refs/heads/main",
};
const pullRequest = {
    ...push,
    sub: "repo:acme/sales:pull_request",
    environment: undefined,
    ref: "refs/pull/7/merge",
    event_name: "pull_request",
    head_ref: "main",
    base_ref: "main",
};
const tag = { ...push, ref: "refs/tags/main", ref_type: "tag" };
const fork = { ...push, sub: "repo:eve/sales:environment:dev", repository: "eve/sales", repository_owner: "eve" };

/** GitLab's claims: "ID token payload". */
const job = {
    sub: "project_path:acme/sales:ref_type:branch:ref:main",
    project_path: "acme/sales",
    project_id: "7",
    namespace_path: "acme",
    environment: "prod",
    environment_protected: "true",
    ref: "main",
    ref_type: "branch",
    ref_path: "refs/heads/main",
    ref_protected: "true",
    pipeline_source: "push",
};

type Row = [what: string, claims: object, outcome: string];

describe.each<[string, object, Row[]]>([
    [
        "an environment of GitHub",
        { repository: "acme/sales", environment: "dev" },
        [
            ["a push to main", push, deploys],
            [
                "a run by hand of another branch, which the environment's own rules let through",
                { ...push, ref: "refs/heads/fix", event_name: "workflow_dispatch" },
                deploys,
            ],
            [
                "the subject of a repository made after June 2026",
                { ...push, sub: "repo:acme@3/sales@12:environment:dev" },
                deploys,
            ],
            ["another repository", { ...push, repository: "acme/forecast" }, rejected],
            ["a fork", fork, rejected],
            ["a fork that has the subject of the repository", { ...fork, sub: push.sub }, rejected],
            ["a repository whose name starts alike", { ...push, repository: "acme/sales-2" }, rejected],
            ["another environment", { ...push, environment: "prod" }, rejected],
            ["the environment in capitals", { ...push, environment: "Dev" }, rejected],
            ["no environment", { ...push, environment: undefined }, rejected],
            [
                "no environment, in a branch of that name",
                { ...push, environment: undefined, ref: "refs/heads/dev" },
                rejected,
            ],
            ["a pull request", pullRequest, rejected],
            ["a pull request whose job names the environment", { ...pullRequest, environment: "dev" }, rejected],
            ["pull_request_target, which runs for forks", { ...push, event_name: "pull_request_target" }, rejected],
            ["a review, which runs what is proposed", { ...push, event_name: "pull_request_review" }, rejected],
            ["no event", { ...push, event_name: undefined }, rejected],
            ["nothing but a subject", { sub: push.sub }, rejected],
            ["quotes that would end the condition's", { ...push, environment: 'dev" || "a" == "a' }, rejected],
        ],
    ],
    [
        "a repository with its numeric IDs",
        { repository: "acme/sales", repositoryId: "12", ownerId: "3", environment: "dev" },
        [
            ["a push to main", push, deploys],
            ["a new repository of the name", { ...push, repository_id: "13" }, rejected],
            ["a new owner of the name", { ...push, repository_owner_id: "4" }, rejected],
            ["numbers that are no texts", { ...push, repository_id: 12 }, rejected],
            ["no numbers", { ...push, repository_id: undefined, repository_owner_id: undefined }, rejected],
        ],
    ],
    [
        "a branch of GitHub",
        { repository: "acme/sales", ref: "refs/heads/main" },
        [
            ["a push", push, deploys],
            ["a push without an environment", { ...push, environment: undefined }, deploys],
            ["another branch", { ...push, ref: "refs/heads/fix" }, rejected],
            ["a branch whose name starts alike", { ...push, ref: "refs/heads/main-2" }, rejected],
            ["a tag that is named like the branch", tag, rejected],
            ["a pull request from a branch of that name", pullRequest, rejected],
            ["pull_request_target, whose branch it is", { ...push, event_name: "pull_request_target" }, rejected],
            ["a fork", fork, rejected],
        ],
    ],
    [
        "an environment of one branch",
        { repository: "acme/sales", environment: "dev", ref: "refs/heads/main" },
        [
            ["a push", push, deploys],
            ["another branch", { ...push, ref: "refs/heads/fix" }, rejected],
            ["another environment", { ...push, environment: "prod" }, rejected],
            ["a tag that is named like the branch", tag, rejected],
        ],
    ],
    [
        "an environment with quotes in its name",
        { repository: "acme/sales", environment: 'de"v\\' },
        [
            ["the environment", { ...push, environment: 'de"v\\' }, deploys],
            ["the environment without the quotes", { ...push, environment: "dev\\" }, rejected],
            ["the environment as it is escaped", { ...push, environment: 'de\\"v\\\\' }, rejected],
        ],
    ],
    [
        "pull requests of GitHub",
        { repository: "acme/sales", pullRequests: true },
        [
            ["a pull request", pullRequest, deploys],
            ["a push", push, rejected],
            ["pull_request_target", { ...pullRequest, event_name: "pull_request_target" }, rejected],
            ["a pull request of another repository", { ...pullRequest, repository: "eve/sales" }, rejected],
        ],
    ],
])("a deployer for %s", (_, jobs, rows) => {
    let authenticate: Awaited<ReturnType<typeof deployed>>;
    beforeEach(async () => {
        authenticate = await deployed({ github: jobs });
    });

    test("admits exactly its own jobs", async () => {
        const found: Row[] = [];
        for (const [what, claims] of rows) {
            found.push([what, claims, await authenticate(github, claims)]);
        }
        expect(found).toEqual(rows);
    });

    test("refuses GitLab, and an issuer that pretends to be GitHub", async () => {
        const [, claims] = rows[0] as Row;
        expect(await authenticate(gitlab, claims)).toBe(
            "invalid_grant: The issuer in ID Token https://gitlab.com does not match the expected one in config: https://token.actions.githubusercontent.com.",
        );
        expect(await authenticate(new Issuer(github.address), claims)).toBe(
            "invalid_grant: Error connecting to the given credential's issuer.",
        );
    });
});

describe.each<[string, object, Issuer, Row[]]>([
    [
        "an environment of GitLab",
        { project: "acme/sales", environment: "prod" },
        gitlab,
        [
            ["a push", job, deploys],
            ["a tag that is protected", { ...job, ref: "v1", ref_type: "tag" }, deploys],
            ["another group", { ...job, project_path: "eve/sales" }, rejected],
            ["a project below", { ...job, project_path: "acme/sales/eve" }, rejected],
            ["another environment", { ...job, environment: "dev" }, rejected],
            ["no environment", { ...job, environment: undefined }, rejected],
            ["a branch that is not protected", { ...job, ref: "fix", ref_protected: "false" }, rejected],
            ["a merge request", { ...job, pipeline_source: "merge_request_event" }, rejected],
        ],
    ],
    [
        "a tag of GitLab",
        { project: "acme/sales", projectId: "7", ref: "refs/tags/v1" },
        gitlab,
        [
            ["the tag", { ...job, ref: "v1", ref_type: "tag" }, deploys],
            ["a branch that is named like the tag", { ...job, ref: "v1" }, rejected],
            ["another tag", { ...job, ref: "v2", ref_type: "tag" }, rejected],
            ["a new project of the name", { ...job, ref: "v1", ref_type: "tag", project_id: "8" }, rejected],
        ],
    ],
    [
        "a self-managed GitLab",
        { project: "acme/sales", host: "gitlab.acme.com", ref: "refs/heads/main" },
        ownGitlab,
        [
            ["a push", job, deploys],
            ["a merge request", { ...job, pipeline_source: "merge_request_event" }, rejected],
        ],
    ],
    [
        "merge requests of GitLab",
        { project: "acme/sales", mergeRequests: true },
        gitlab,
        [
            ["a merge request", { ...job, pipeline_source: "merge_request_event", ref_protected: "false" }, deploys],
            ["a push", job, rejected],
            [
                "a merge request of a fork",
                { ...job, pipeline_source: "merge_request_event", project_path: "eve/sales" },
                rejected,
            ],
        ],
    ],
])("a deployer for %s", (_, jobs, issuer, rows) => {
    test("admits exactly its own jobs", async () => {
        const authenticate = await deployed({ gitlab: jobs });
        const found: Row[] = [];
        for (const [what, claims] of rows) {
            found.push([what, claims, await authenticate(issuer, claims)]);
        }
        expect(found).toEqual(rows);
        const [, claims] = rows[0] as Row;
        expect(await authenticate(issuer === gitlab ? ownGitlab : gitlab, claims)).toContain("The issuer in ID Token ");
    });
});
