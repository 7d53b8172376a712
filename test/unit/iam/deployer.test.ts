import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Provider } from "@pulumi/gcp";
import * as iamMember from "@pulumi/gcp/projects/iammember";
import { Deployer, type DeployerArgs, EnvironmentProject, projectRoles } from "slipway";
import { everything } from "../everything";
import { answeringFolder } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs, registeredTypes } from "../registered";

const roles = ["roles/pubsub.admin", "projects/acme-dev/roles/deployer"];
const github = { repository: "acme/sales", environment: "dev" };
const project = "acme-dev";
const member = "serviceAccount:dev-deployer@acme-dev.iam.gserviceaccount.com";

const pool = expect.stringMatching(/^dev-deployer-[0-9a-f]{6}$/);
const principal = (subject: string) =>
    expect.stringMatching(
        new RegExp(
            `^principal://iam\\.googleapis\\.com/projects/123/locations/global/workloadIdentityPools/dev-deployer-[0-9a-f]{6}/subject/${subject}$`,
        ),
    );

test("a deployer for GitHub has an account without keys, which one environment's jobs can impersonate", async () => {
    expect(await registered(() => new Deployer("dev-deployer", { github, roles }))).toEqual({
        "Account dev-deployer": { project, accountId: "dev-deployer", displayName: "Deploys as dev-deployer" },
        "WorkloadIdentityPool dev-deployer": { project, workloadIdentityPoolId: pool, displayName: "dev-deployer" },
        "WorkloadIdentityPoolProvider dev-deployer": {
            project,
            workloadIdentityPoolId: pool,
            workloadIdentityPoolProviderId: expect.stringMatching(/^github-[0-9a-f]{6}$/),
            displayName: "dev-deployer",
            oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
            attributeMapping: {
                "google.subject": 'assertion.repository + ":environment:" + assertion.environment',
                "attribute.repository": "assertion.repository",
                "attribute.environment": "assertion.environment",
            },
            attributeCondition:
                'assertion.repository == "acme/sales" && assertion.environment == "dev" && !assertion.event_name.startsWith("pull_request")',
        },
        "IAMMember dev-deployer": {
            serviceAccountId: "projects/acme-dev/serviceAccounts/dev-deployer@acme-dev.iam.gserviceaccount.com",
            role: "roles/iam.workloadIdentityUser",
            member: principal("acme/sales:environment:dev"),
        },
        "IAMMember dev-deployer-pubsub-admin": { project, role: "roles/pubsub.admin", member },
        "IAMMember dev-deployer-projects-acme-dev-roles-deployer": {
            project,
            role: "projects/acme-dev/roles/deployer",
            member,
        },
        "IAMMember dev-deployer-grants": {
            project,
            role: "roles/resourcemanager.projectIamAdmin",
            member,
            condition: {
                title: "Only the listed roles",
                expression:
                    "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/aiplatform.serviceAgent', 'roles/aiplatform.user', 'roles/appengine.appViewer', 'roles/artifactregistry.createOnPushWriter', 'roles/bigquery.jobUser', 'roles/cloudsql.client', 'roles/cloudsql.editor', 'roles/cloudsql.instanceUser', 'roles/cloudsql.viewer', 'roles/composer.serviceAgent'])",
            },
        },
        // A condition supports ten of them.
        "IAMMember dev-deployer-grants-2": {
            project,
            role: "roles/resourcemanager.projectIamAdmin",
            member,
            condition: {
                title: "Only the listed roles",
                expression:
                    "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/composer.worker', 'roles/compute.instanceAdmin.v1', 'roles/compute.viewer', 'roles/container.defaultNodeServiceAccount', 'roles/container.developer', 'roles/dataflow.developer', 'roles/dataflow.serviceAgent', 'roles/dataflow.worker', 'roles/eventarc.eventReceiver', 'roles/eventarc.serviceAgent'])",
            },
        },
        "IAMMember dev-deployer-grants-3": {
            project,
            role: "roles/resourcemanager.projectIamAdmin",
            member,
            condition: {
                title: "Only the listed roles",
                expression:
                    "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/logging.logWriter', 'roles/monitoring.metricWriter', 'roles/monitoring.viewer', 'roles/pubsub.publisher', 'roles/storage.objectViewer', 'roles/workflows.invoker'])",
            },
        },
    });
});

/** The trust conditions of a deployer's provider, and the members that can impersonate its account. */
async function trusted(jobs: object, args: object = { roles: [], grantable: false }) {
    const made = await registered(() => new Deployer("dev-deployer", { ...jobs, ...args } as DeployerArgs));
    const { attributeMapping, attributeCondition, oidc } = made["WorkloadIdentityPoolProvider dev-deployer"] as {
        [key: string]: unknown;
    };
    const { member } = made["IAMMember dev-deployer"] as { member: string };
    return { attributeMapping, attributeCondition, oidc, subject: member.split("/subject/")[1] };
}

test.each<[string, object, object]>([
    [
        "a branch of a repository with its numeric IDs",
        { github: { repository: "acme/sales", repositoryId: "12", ownerId: "3", ref: "refs/heads/main" } },
        {
            oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
            attributeMapping: {
                "google.subject": 'assertion.repository + ":ref:" + assertion.ref',
                "attribute.repository": "assertion.repository",
                "attribute.ref": "assertion.ref",
                "attribute.repository_id": "assertion.repository_id",
                "attribute.repository_owner_id": "assertion.repository_owner_id",
            },
            attributeCondition:
                'assertion.repository == "acme/sales" && assertion.ref == "refs/heads/main" && assertion.repository_id == "12" && assertion.repository_owner_id == "3" && !assertion.event_name.startsWith("pull_request")',
            subject: "acme/sales:ref:refs/heads/main",
        },
    ],
    [
        "an environment with quotes in its name, from one branch",
        { github: { repository: "acme/sales", environment: 'de"v\\', ref: "refs/heads/main" } },
        {
            oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
            attributeMapping: {
                "google.subject":
                    'assertion.repository + ":environment:" + assertion.environment + ":ref:" + assertion.ref',
                "attribute.repository": "assertion.repository",
                "attribute.environment": "assertion.environment",
                "attribute.ref": "assertion.ref",
            },
            attributeCondition:
                'assertion.repository == "acme/sales" && assertion.environment == "de\\"v\\\\" && assertion.ref == "refs/heads/main" && !assertion.event_name.startsWith("pull_request")',
            subject: 'acme/sales:environment:de"v\\:ref:refs/heads/main',
        },
    ],
    [
        "pull requests",
        { github: { repository: "acme/sales", pullRequests: true } },
        {
            oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
            attributeMapping: {
                "google.subject": 'assertion.repository + ":event_name:" + assertion.event_name',
                "attribute.repository": "assertion.repository",
                "attribute.event_name": "assertion.event_name",
            },
            attributeCondition: 'assertion.repository == "acme/sales" && assertion.event_name == "pull_request"',
            subject: "acme/sales:event_name:pull_request",
        },
    ],
    [
        "an environment of GitLab",
        { gitlab: { project: "acme/forecast/sales", projectId: "7", environment: "prod" } },
        {
            oidc: { issuerUri: "https://gitlab.com" },
            attributeMapping: {
                "google.subject": 'assertion.project_path + ":environment:" + assertion.environment',
                "attribute.project_path": "assertion.project_path",
                "attribute.environment": "assertion.environment",
                "attribute.project_id": "assertion.project_id",
                "attribute.ref_protected": "assertion.ref_protected",
            },
            attributeCondition:
                'assertion.project_path == "acme/forecast/sales" && assertion.environment == "prod" && assertion.project_id == "7" && assertion.ref_protected == "true" && assertion.pipeline_source != "merge_request_event"',
            subject: "acme/forecast/sales:environment:prod",
        },
    ],
    [
        "a tag of a self-managed GitLab",
        { gitlab: { project: "acme/sales", host: "gitlab.acme.com", ref: "refs/tags/v1" } },
        {
            oidc: { issuerUri: "https://gitlab.acme.com" },
            attributeMapping: {
                "google.subject":
                    'assertion.project_path + ":ref_type:" + assertion.ref_type + ":ref:" + assertion.ref',
                "attribute.project_path": "assertion.project_path",
                "attribute.ref_type": "assertion.ref_type",
                "attribute.ref": "assertion.ref",
                "attribute.ref_protected": "assertion.ref_protected",
            },
            attributeCondition:
                'assertion.project_path == "acme/sales" && assertion.ref_type == "tag" && assertion.ref == "v1" && assertion.ref_protected == "true" && assertion.pipeline_source != "merge_request_event"',
            subject: "acme/sales:ref_type:tag:ref:v1",
        },
    ],
    [
        "merge requests",
        { gitlab: { project: "acme/sales", mergeRequests: true } },
        {
            oidc: { issuerUri: "https://gitlab.com" },
            attributeMapping: {
                "google.subject": 'assertion.project_path + ":pipeline_source:" + assertion.pipeline_source',
                "attribute.project_path": "assertion.project_path",
                "attribute.pipeline_source": "assertion.pipeline_source",
            },
            attributeCondition:
                'assertion.project_path == "acme/sales" && assertion.pipeline_source == "merge_request_event"',
            subject: "acme/sales:pipeline_source:merge_request_event",
        },
    ],
])("the trust conditions of %s", async (_, jobs, expected) => {
    expect(await trusted(jobs)).toEqual(expected);
});

test("IDs of pool and provider are stable, although new ones are generated in each run", async () => {
    const parent = "Deployer dev-deployer";
    const provider = "Provider dev";
    const apis = ["Service cloudresourcemanager", "Service iam", "Service iamcredentials", "Service sts"];
    const account = "Account dev-deployer";
    const made = () => new Deployer("dev-deployer", { github, roles: ["roles/pubsub.admin"], accountId: "deployer" });
    expect(await registeredOptions(made)).toEqual({
        "Deployer dev-deployer": { provider },
        "Account dev-deployer": { parent, provider, after: apis },
        "WorkloadIdentityPool dev-deployer": {
            parent,
            provider,
            deleteBeforeReplace: false,
            ignoreChanges: ["workloadIdentityPoolId"],
            replacementTrigger: "deployer",
            after: apis,
        },
        "WorkloadIdentityPoolProvider dev-deployer": {
            parent,
            provider,
            deleteBeforeReplace: false,
            ignoreChanges: ["workloadIdentityPoolProviderId"],
            replacementTrigger: "github",
            after: [...apis, "WorkloadIdentityPool dev-deployer"],
        },
        "IAMMember dev-deployer": { parent, provider, after: [account, ...apis, "WorkloadIdentityPool dev-deployer"] },
        "IAMMember dev-deployer-pubsub-admin": { parent, provider, after: [account, ...apis] },
        "IAMMember dev-deployer-grants": { parent, provider, after: [account, ...apis] },
        "IAMMember dev-deployer-grants-2": { parent, provider, after: [account, ...apis] },
        "IAMMember dev-deployer-grants-3": { parent, provider, after: [account, ...apis] },
    });
});

test("the deployer of a project that the program creates is in that project, and needs no environment", async () => {
    const program = () => {
        const project = new EnvironmentProject("prod", { adopt: true, projectId: "acme-prod", kind: "production" });
        new Deployer("dev-deployer", { github, roles, project });
    };
    const config = { "gcp:project": undefined, "gcp:region": undefined, "slipway:kind": undefined };
    const inputs = Object.entries(await registered(program, { config, environment: true }));
    expect(inputs.filter(([key]) => key.startsWith("Environment "))).toEqual([]);
    const own = inputs.filter(([key, each]) => key.endsWith(" dev-deployer") && "project" in each);
    expect(own.map(([key, each]) => [key.split(" ")[0], Reflect.get(each, "project")])).toEqual(
        ["Account", "WorkloadIdentityPool", "WorkloadIdentityPoolProvider"].map((type) => [type, "acme-prod"]),
    );
    const options = Object.entries(await registeredOptions(program, { config, environment: true }));
    const children = options.filter(([, { parent }]) => parent === "Deployer dev-deployer");
    const waits = ["Provider prod", "Service prod-sts", "Service prod-iam", "Service prod-iamcredentials"];
    expect(children).toHaveLength(9);
    expect(
        children.filter(([, { provider, after = [] }]) => {
            return provider !== "Provider prod" || !waits.every((each) => after.includes(each));
        }),
    ).toEqual([]);
});

test("a deployer has the options of its component", async () => {
    const options = await registeredOptions(() => {
        const provider = new Provider("other", { project: "acme-dev" });
        new Deployer("dev-deployer", { github, roles }, { provider, protect: true });
    });
    expect(options["Deployer dev-deployer"]).toEqual({ provider: "Provider other", protect: true });
    expect(options["Account dev-deployer"]).toMatchObject({ provider: "Provider other", protect: true });
});

describe("production is only deployed after an approval:", () => {
    const problem = (path: string) => `Deployer "dev-deployer": ${path}: [iam/approval-missing]`;
    const ref = "refs/heads/main";
    const toProduction = (args: object) => () => new Deployer("dev-deployer", { roles, ...args } as DeployerArgs);

    test.each([
        ["github", { github: { repository: "acme/sales", ref } }],
        ["gitlab", { gitlab: { project: "acme/sales", ref } }],
    ])("a branch without an environment is refused for %s", async (path, args) => {
        expect(await refused(toProduction(args), { kind: "production" })).toBe(problem(path));
    });

    test("it is refused in a production project that the program creates", async () => {
        const made = () => new EnvironmentProject("prod", { adopt: true, projectId: "acme-prod", kind: "production" });
        const program = () => toProduction({ github: { repository: "acme/sales", ref }, project: made() })();
        const unharmed = Object.keys(await registered(made));
        expect(await refused(program, {}, unharmed)).toBe(problem("github"));
    });

    test.each([
        ["GitHub", { github }],
        ["GitLab", { gitlab: { project: "acme/sales", environment: "prod" } }],
    ])("the jobs of an environment of %s deploy to it", async (_, jobs) => {
        expect(await registered(toProduction(jobs), { kind: "production" })).toHaveProperty("Account dev-deployer");
    });

    test("pull requests are previewed nevertheless, and staging can be deployed from a branch", async () => {
        const proposals = { github: { repository: "acme/sales", pullRequests: true }, roles: [] };
        expect(await registered(toProduction(proposals), { kind: "production" })).toHaveProperty(
            "Account dev-deployer",
        );
        const branch = { github: { repository: "acme/sales", ref } };
        expect(await registered(toProduction(branch), { kind: "staging" })).toHaveProperty("Account dev-deployer");
    });
});

test("the outputs are those that pipelines need", async () => {
    const outputs = await registeredOutputs(() => new Deployer("dev-deployer", { github, roles }));
    expect(outputs["Deployer dev-deployer"]).toEqual({
        email: "dev-deployer@acme-dev.iam.gserviceaccount.com",
        workloadIdentityProvider: expect.stringMatching(
            /^projects\/123\/locations\/global\/workloadIdentityPools\/dev-deployer-\w{6}\/providers\/github-\w{6}$/,
        ),
    });
});

test("names that are too short or too long for IDs are adjusted", async () => {
    const made = await registered(() => [
        new Deployer("ci", { github, roles: [] }),
        new Deployer("gcp-deployer", { github, roles: [] }),
        new Deployer("production-of-the-european-forecast", { github, roles: [], poolId: "eu" }),
    ]);
    const ids = Object.entries(made).flatMap(([key, inputs]) => {
        const { accountId, workloadIdentityPoolId, displayName } = inputs as Record<string, string>;
        return /^(Account|WorkloadIdentityPool) /.test(key)
            ? [[accountId ?? workloadIdentityPoolId?.replace(/\w{6}$/, ""), displayName]]
            : [];
    });
    expect(ids).toEqual([
        ["ci-deployer", "Deploys as ci"],
        ["gcp-deployer", "Deploys as gcp-deployer"],
        ["production-of-the-europ-ed46c9", "Deploys as production-of-the-european-forecast"],
        ["ci-deployer-", "ci"],
        ["pool-deployer-", "gcp-deployer"],
        ["eu-", "production-of-the-europea-ed46c9"],
    ]);
});

test.each([
    ["build", "build-deployer"],
    ["deploy", "deploy"],
])("the account of the deployer %s has the ID %s", async (name, accountId) => {
    const made = await registered(() => new Deployer(name, { github, roles: [] }));
    expect(made[`Account ${name}`]).toMatchObject({ accountId });
});

test.each<[false | string[]]>([[false], [[]]])("a deployer with grantable %j cannot grant roles", async (grantable) => {
    const made = await registered(() => new Deployer("dev-deployer", { github, roles, grantable }));
    expect(Object.keys(made).filter((key) => key.endsWith("-grants"))).toEqual([]);
    expect(JSON.stringify(made)).not.toContain("projectIamAdmin");
});

test("more roles than a condition supports are split into several conditions", async () => {
    const grantable = Array.from({ length: 21 }, (_, index) => `roles/a.b${index}`);
    const made = await registered(() => new Deployer("dev-deployer", { github, roles, grantable }));
    const conditions = Object.entries(made).flatMap(([key, inputs]) => {
        const { condition } = inputs as { condition?: { expression: string } };
        return condition ? [[key, condition.expression.match(/roles\/[\w.]+/g)]] : [];
    });
    expect(Object.fromEntries(conditions)).toEqual({
        "IAMMember dev-deployer-grants": grantable.slice(0, 10),
        "IAMMember dev-deployer-grants-2": grantable.slice(10, 20),
        "IAMMember dev-deployer-grants-3": grantable.slice(20),
    });
});

test("a deployer can have a subject of 127 bytes, and grant 200 roles", async () => {
    const jobs = { repository: "acme/sales", environment: "e".repeat(104) };
    const grantable = Array.from({ length: 200 }, (_, index) => `roles/a.b${index}`);
    const made = await registered(() => new Deployer("dev-deployer", { github: jobs, roles, grantable }));
    expect(made["IAMMember dev-deployer"]).toMatchObject({
        member: principal(`acme/sales:environment:${jobs.environment}`),
    });
    expect(made["IAMMember dev-deployer-grants-20"]).toMatchObject({
        condition: { expression: expect.stringContaining("'roles/a.b199'") },
    });
});

test.each([[undefined], [[]], [false as const]])(
    "a previewer can read, and cannot grant roles: %j",
    async (grantable) => {
        const jobs = { repository: "acme/sales", pullRequests: true } as const;
        const reading = [
            "roles/pubsub.viewer",
            "roles/storage.bucketViewer",
            "roles/browser",
            "roles/iam.securityReviewer",
        ];
        const made = await registered(() => new Deployer("previewer", { github: jobs, roles: reading, grantable }));
        const granted = Object.values(made).flatMap((inputs) => ("role" in inputs ? [inputs.role] : []));
        expect(granted.sort()).toEqual([...reading, "roles/iam.workloadIdentityUser"].sort());
    },
);

const bad = (more: object) => () => new Deployer("d", { github, roles: [], ...more } as DeployerArgs);

test.each<[string, object, string]>([
    [
        "no pipeline",
        { github: undefined },
        'must have exactly one of github, gitlab (got { accountId: "d-deployer", roles: [] }).',
    ],
    [
        "two pipelines",
        { gitlab: { project: "acme/sales", environment: "dev" } },
        expect.stringContaining('Deployer "d": must have exactly one of github, gitlab (got {'),
    ],
    [
        "a whole repository",
        { github: { repository: "acme/sales" } },
        'github: must have environment, ref or pullRequests, because every job would have access otherwise (got { repository: "acme/sales" }).',
    ],
    [
        "a whole project",
        { github: undefined, gitlab: { project: "acme/sales" } },
        'gitlab: must have environment, ref or mergeRequests, because every job would have access otherwise (got { project: "acme/sales" }).',
    ],
    ["no repository", { github: { environment: "dev" } }, "github.repository: is missing."],
    ["no roles", { roles: undefined }, "roles: is missing."],
    [
        "pull requests of an environment",
        { github: { ...github, pullRequests: true } },
        'github: cannot combine pullRequests with environment or ref (got { repository: "acme/sales", environment: "dev", pullRequests: true }). Create a Deployer for each.',
    ],
    [
        "pull requests set to false",
        { github: { repository: "acme/sales", pullRequests: false } },
        "github.pullRequests: must be true, or left out (got false).",
    ],
    ...["acme/*", "*", "acme", "acme/sales/x", 'acme/sales" || true || "', "https://github.com/acme/sales"].map(
        (repository): [string, object, string] => [
            `the repository ${repository}`,
            { github: { repository, environment: "dev" } },
            `github.repository: must be one repository such as acme/sales, not a pattern (got ${JSON.stringify(repository)}). Create a Deployer for each repository.`,
        ],
    ),
    ...["acme/*", "acme", "/acme/sales", "acme//sales"].map((path): [string, object, string] => [
        `the project ${path}`,
        { github: undefined, gitlab: { project: path, environment: "dev" } },
        `gitlab.project: must be one project such as acme/sales, not a pattern (got ${JSON.stringify(path)}). Create a Deployer for each project.`,
    ]),
    ...["main", "refs/heads/*", "refs/pull/7/merge", "refs/heads/", "refs/heads/a b"].map(
        (ref): [string, object, string] => [
            `the ref ${ref}`,
            { github: { repository: "acme/sales", ref } },
            `github.ref: must be one branch or tag such as refs/heads/main or refs/tags/v1, not a pattern (got ${JSON.stringify(ref)}).`,
        ],
    ),
    ...["", "a\nb", "a".repeat(256), "\ud800"].map((environment): [string, object, string] => [
        `the environment ${JSON.stringify(environment).slice(0, 20)}`,
        { github: { repository: "acme/sales", environment } },
        expect.stringMatching(
            /^Deployer "d": github.environment: must be the name of an environment: 1 to 255 characters, without control characters \(got ".*\)\.$/,
        ),
    ]),
    [
        "names that are too long for a subject",
        { github: { repository: "acme/sales", environment: "e".repeat(105) } },
        "github: [iam/subject-too-long]",
    ],
    [
        "an invalid repository ID",
        { github: { ...github, repositoryId: "acme", ownerId: 7 } },
        'github.repositoryId: must be a number in a string, such as "123456789" (got "acme").\nDeployer "d": github.ownerId: must be a number in a string, such as "123456789" (got 7).',
    ],
    [
        "the address of a host",
        { github: undefined, gitlab: { project: "acme/sales", environment: "dev", host: "https://gitlab.acme.com" } },
        'gitlab.host: must be a host such as gitlab.acme.com, without https:// (got "https://gitlab.acme.com").',
    ],
    [
        "an unknown claim",
        { github: { ...github, branch: "main" } },
        'github.branch: unknown option "branch"; the options are repository, repositoryId, ownerId, environment, ref, pullRequests.',
    ],
    [
        "the id of an account that is too short",
        { accountId: "dev" },
        'accountId: must be the ID of a service account: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen (got "dev").',
    ],
    ...["gcp-pool", "Pool", "p".repeat(26), ""].map((poolId): [string, object, string] => [
        `the pool ${poolId}`,
        { poolId },
        `poolId: must have 1 to 25 lower-case letters, digits and hyphens, and not start with gcp- (got "${poolId}").`,
    ]),
    ["a project by its id", { project: "acme-dev" }, 'project: must be an EnvironmentProject (got "acme-dev").'],
    ["a transform of an unknown child", { transform: { grants: {} } }, expect.stringContaining("unknown option")],
])("a deployer with %s is refused", async (_, more, words) => {
    expect(await refused(bad(more))).toEqual(typeof words === "string" ? `Deployer "d": ${words}` : words);
});

const basic =
    "is a basic role, which gives access to every service of the project (got $). Name the roles of the services that it deploys, such as roles/pubsub.admin.";
const itself = "would allow it to grant itself any role (got $). Name in grantable the roles that it may grant.";
const another =
    "would allow it to impersonate every service account of the project (got $). Grant it on the one account that it is needed for.";
const above = "is for resources above the project (got $). Use it in the program that creates the project.";
const keys =
    "would allow it to create keys, with which anyone can impersonate any service account of the project (got $). Remove it: workload identity pools need no keys.";
const form = "must be the name of a role, such as roles/pubsub.admin or projects/acme-dev/roles/deployer (got $).";

test.each<[string, string]>([
    ...["owner", "editor", "viewer", "admin", "writer"].map((role): [string, string] => [`roles/${role}`, basic]),
    ["roles/resourcemanager.projectIamAdmin", itself],
    ["roles/iam.securityAdmin", itself],
    ["roles/iam.roleAdmin", itself],
    [
        "roles/iam.workloadIdentityPoolAdmin",
        "would allow it to change who can impersonate it (got $). Use it in the program that creates the deployer.",
    ],
    ["roles/iam.serviceAccountTokenCreator", another],
    ["roles/iam.serviceAccountOpenIdTokenCreator", another],
    ["roles/iam.workloadIdentityUser", another],
    ["roles/iam.serviceAccountKeyAdmin", keys],
    ["roles/billing.admin", above],
    ["roles/billing.projectManager", above],
    ["roles/resourcemanager.projectDeleter", above],
    ["roles/resourcemanager.lienModifier", above],
    ["roles/resourcemanager.organizationAdmin", above],
    ["roles/resourcemanager.folderAdmin", above],
    ["roles/orgpolicy.policyAdmin", above],
    ["pubsub.admin", form],
    ["roles/", form],
    ["roles/pubsub.*", form],
    ["projects/acme-dev/pubsub.admin", form],
    ["allUsers", form],
])("the role %s is refused", async (role, words) => {
    const shown = words.replace("$", JSON.stringify(role));
    expect(await refused(bad({ roles: ["roles/pubsub.admin", role] }))).toBe(`Deployer "d": roles.1: ${shown}`);
    expect(await refused(bad({ grantable: [role] }))).toContain(`Deployer "d": grantable.0: ${shown}`);
});

test.each<[string, object, string]>([
    [
        "a duplicate role",
        { roles: ["roles/pubsub.admin", "roles/pubsub.admin"] },
        'roles: must not have duplicate roles (got ["roles/pubsub.admin", "roles/pubsub.admin"]).',
    ],
    [
        "too many roles to grant",
        { grantable: Array.from({ length: 201 }, (_, index) => `roles/a.b${index}`) },
        expect.stringContaining('Deployer "d": grantable: can have 200 roles at most (got ['),
    ],
    [
        "a role to grant that can grant",
        { grantable: ["roles/pubsub.admin"] },
        'grantable.0: could allow its principals to grant other roles (got "roles/pubsub.admin"). Name roles that only use or read.',
    ],
    [
        "roles that change something, for pull requests",
        {
            github: { repository: "acme/sales", pullRequests: true },
            roles: [
                "roles/pubsub.viewer",
                "projects/acme-dev/roles/planner",
                "roles/pubsub.editor",
                "roles/run.developer",
                "roles/storage.objectUser",
            ],
            grantable: ["roles/pubsub.viewer"],
        },
        [...Array(3).fill("roles: [iam/role-of-unmerged-code]"), "grantable: [iam/grantable-of-unmerged-code]"].join(
            '\nDeployer "d": ',
        ),
    ],
])("a deployer with %s is refused", async (_, more, words) => {
    expect(await refused(bad(more))).toEqual(typeof words === "string" ? `Deployer "d": ${words}` : words);
});

test.each([
    "roles/iam.serviceAccountCreator",
    "roles/iam.serviceAccountUser",
    "roles/iam.serviceAccountAdmin",
    "roles/browser",
    "roles/dataflow.worker",
    "organizations/123456789012/roles/platform.deployer",
])("the role %s is accepted", async (role) => {
    const made = await registered(() => new Deployer("dev-deployer", { github, roles: [role], grantable: false }));
    expect(Object.values(made).filter((inputs) => Reflect.get(inputs, "role") === role)).toHaveLength(1);
});

test("by default, a deployer can grant the roles that components grant on a project", async () => {
    const folder = answeringFolder();
    const made = await registeredTypes(() => everything(folder));
    const grants = made.filter(
        ({ type, options }) => type === "gcp:projects/iAMMember:IAMMember" && !options.parent?.startsWith("Deployer "),
    );
    // Updates remove what earlier releases granted.
    const former = ["roles/cloudsql.viewer"];
    // An administrator grants networkAdmin, for network attachments of training jobs: it could change every network of the project. The project
    // of a central log bucket is another one, whose administrator lets the deployer grant bucketWriter.
    const byAdministrators = ["roles/compute.networkAdmin", "roles/logging.bucketWriter"];
    const roles = grants.map(({ inputs }) => inputs.role as string).filter((role) => !byAdministrators.includes(role));
    expect([...new Set([...roles, ...former])].sort()).toEqual(projectRoles);
});

test("all files that grant roles on a project are known", async () => {
    const lib = join(__dirname, "..", "..", "..", "lib");
    const all = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const imported = /^import \{.*\bIAMMember(?: as (\w+))?(?:,.*)? \} from "@pulumi\/gcp\/projects\/iammember";$/m;
    const granting = all.filter((file) => {
        const text = readFileSync(join(lib, file), "utf8");
        const [found, alias = "IAMMember"] = imported.exec(text) ?? [];
        return found && text.includes(`new ${alias}(`);
    });

    const seen = new Set<string>();
    const { IAMMember } = iamMember;
    const spied = jest.spyOn(iamMember, "IAMMember").mockImplementation((...args) => {
        const places = (new Error().stack ?? "")
            .split("\n")
            .map((line) => /(?:\(| )(\/[^()]+):\d+:\d+\)?$/.exec(line)?.[1] ?? "");
        seen.add(relative(lib, places.find((place) => place.startsWith(lib)) ?? ""));
        return new IAMMember(...args);
    });
    const folder = answeringFolder();
    await registered(() => everything(folder)).finally(() => spied.mockRestore());
    // Others pass the type to roleGrant.
    expect([...seen].sort()).toEqual([...granting, "internal/access/roles.ts"].sort());
});
