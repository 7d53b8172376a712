import { Cloud } from "../../../local/simulator/cloud/cloud";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { newFolder, refusalOf, World } from "./world";

/** A project with the pool `pipelines`, and a clock that tests advance. */
function prepared() {
    const clock = { now: new Date("2026-01-01T00:00:00Z") };
    const world = new World(undefined, {}, new Cloud(newFolder(), undefined, () => clock.now));
    world.enable("iam");
    return {
        world,
        pool: pool(world, "pipelines"),
        pass: (days: number) => {
            clock.now = new Date(clock.now.getTime() + days * 86_400_000);
        },
    };
}

const pool = (world: World, workloadIdentityPoolId: string, more: Inputs = {}) =>
    world.make("WorkloadIdentityPool", { workloadIdentityPoolId, ...more });

const github = {
    workloadIdentityPoolId: "pipelines",
    workloadIdentityPoolProviderId: "github",
    attributeMapping: { "google.subject": "assertion.sub", "attribute.repository": "assertion.repository" },
    attributeCondition: 'assertion.repository == "acme/forecast"',
    oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
};

const provide = (world: World, more: Inputs = {}) => world.make("WorkloadIdentityPoolProvider", { ...github, ...more });

test.each([
    ["gcp-pool", '"workload_identity_pool_id" ("gcp-pool") can not start with "gcp-"'],
    [
        "Pool",
        "\"workload_identity_pool_id\" must contain only lowercase letters (a-z), numbers (0-9), or dashes (-), or end in '.svc.id.goog'",
    ],
    ["abc", '"workload_identity_pool_id" cannot be smaller than 4 characters'],
    ["a".repeat(33), '"workload_identity_pool_id" cannot be greater than 32 characters'],
])("a pool with the name %s is refused", (id, reason) => {
    expect(refusalOf(() => pool(prepared().world, id))).toBe(`workloadIdentityPoolId: ${reason}`);
});

test("the names of a pool and its provider contain the project's number", () => {
    const { world, pool: made } = prepared();
    expect(made).toMatchObject({
        id: "projects/acme-dev/locations/global/workloadIdentityPools/pipelines",
        state: {
            name: `projects/${world.number}/locations/global/workloadIdentityPools/pipelines`,
            state: "ACTIVE",
            mode: "FEDERATION_ONLY",
        },
    });
    expect(provide(world).state.name).toBe(
        `projects/${world.number}/locations/global/workloadIdentityPools/pipelines/providers/github`,
    );
    expect(refusalOf(() => pool(world, "pipelines"))).toBe(
        "Error creating WorkloadIdentityPool: googleapi: Error 409: Requested entity already exists",
    );
});

test("the IDs of a deleted pool and a deleted provider are reserved for 30 days", () => {
    const { world, pool: made, pass } = prepared();
    const provider = provide(world);
    world.remove(provider);
    const again = "Error creating WorkloadIdentityPoolProvider: googleapi: Error 409: Requested entity already exists";
    expect(refusalOf(() => provide(world))).toBe(again);
    pass(31);
    provide(world);
    world.remove(made);
    expect(world.refreshed(made)).toBeUndefined();
    expect(refusalOf(() => pool(world, "pipelines"))).toBe(
        "Error creating WorkloadIdentityPool: googleapi: Error 409: Requested entity already exists",
    );
    pass(29.9);
    expect(refusalOf(() => pool(world, "pipelines"))).toContain("Error 409: Requested entity already exists");
    pass(0.2);
    expect(pool(world, "pipelines").state.state).toBe("ACTIVE");
});

test.each<[string, Inputs, string]>([
    ["in no pool", { workloadIdentityPoolId: "other" }, "404: Requested entity was not found."],
    [
        "without a condition for a shared issuer",
        { attributeCondition: undefined },
        "400: The attribute condition must reference one of the provider's claims. For more information, see https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions",
    ],
    [
        "whose condition does not use the token",
        { attributeCondition: "true" },
        "400: The attribute condition must reference one of the provider's claims. For more information, see https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions",
    ],
    [
        "without a subject",
        { attributeMapping: { "attribute.a": "assertion.a" } },
        "400: The attribute mapping must define google.subject.",
    ],
    [
        "with a condition too long",
        { attributeCondition: `assertion.${"a".repeat(4096)}` },
        "400: Request contains an invalid argument.",
    ],
    ["with too long a display name", { displayName: "a".repeat(33) }, "400: Request contains an invalid argument."],
    [
        "with an issuer without TLS",
        { oidc: { issuerUri: "http://acme.com" } },
        "400: Invalid OIDC issuer URI. The scheme must be https.",
    ],
    [
        "with 11 audiences",
        {
            oidc: {
                issuerUri: "https://acme.com",
                allowedAudiences: [...Array(11)].map((_, index) => `api://${index}`),
            },
        },
        "400: Request contains an invalid argument.",
    ],
    ["with an issuer that is not a URL", { oidc: { issuerUri: "acme.com" } }, "400: Invalid OIDC issuer URI."],
    [
        "whose condition is not valid CEL",
        { attributeCondition: 'assertion.repository = "acme/forecast"' },
        "400: Invalid attribute condition: <input>:1:22: found = but expecting end of input",
    ],
    [
        "whose condition uses unknown attributes",
        { attributeCondition: 'claims.repository == "acme/forecast"' },
        "400: Invalid attribute condition: ERROR: <input>: undeclared reference to 'claims' (in container '')",
    ],
    [
        "whose condition calls unknown functions",
        { attributeCondition: 'assertion.repository.beginsWith("acme/")' },
        "400: Invalid attribute condition: ERROR: <input>: undeclared reference to 'beginsWith' (in container '')",
    ],
    [
        "whose mapping uses mapped attributes",
        { attributeMapping: { "google.subject": "attribute.a", "attribute.a": "assertion.a" } },
        "400: Invalid attribute mapping for google.subject: ERROR: <input>: undeclared reference to 'attribute' (in container '')",
    ],
    [
        "with an attribute in capitals",
        { attributeMapping: { "google.subject": "assertion.sub", "attribute.Repository": "assertion.repository" } },
        "400: Invalid mapped attribute key: attribute.Repository",
    ],
    [
        "with an expression too long",
        { attributeMapping: { "google.subject": `assertion.${"a".repeat(2048)}` } },
        "400: Request contains an invalid argument.",
    ],
    [
        "with too many attributes",
        {
            attributeMapping: Object.fromEntries([
                ["google.subject", "assertion.sub"],
                ...Array.from({ length: 50 }, (_, index) => [`attribute.a${index}`, "assertion.a"]),
            ]),
        },
        "400: Request contains an invalid argument.",
    ],
])("a provider is refused %s", (_, inputs, words) => {
    expect(refusalOf(() => provide(prepared().world, inputs))).toBe(
        `Error creating WorkloadIdentityPoolProvider: googleapi: Error ${words}`,
    );
});

test("a provider has one type, which cannot be changed", () => {
    const { world } = prepared();
    expect(refusalOf(() => provide(world, { aws: { accountId: "1" } }))).toBe(
        'aws: Invalid combination of arguments. "aws": only one of `aws,oidc,saml,x509` can be specified, but `aws,oidc` were specified.',
    );
    expect(refusalOf(() => provide(world, { oidc: undefined }))).toContain(
        'aws: Invalid combination of arguments. "aws": one of `aws,oidc,saml,x509` must be specified',
    );
    const made = provide(world);
    const { oidc, ...rest } = github;
    expect(refusalOf(() => world.update(made, { ...rest, aws: { accountId: "123456789012" } }))).toContain(
        "Error 400: ",
    );
});

describe("a grant", () => {
    const grant = (world: World, member: string) =>
        world.make("AccountIAMMember", {
            serviceAccountId: "projects/acme-dev/serviceAccounts/deployer@acme-dev.iam.gserviceaccount.com",
            role: "roles/iam.workloadIdentityUser",
            member,
        });
    const inPool = (number: string, id: string, who: string, kind = "principalSet") =>
        `${kind}://iam.googleapis.com/projects/${number}/locations/global/workloadIdentityPools/${id}/${who}`;

    test.each([
        ["principal", "subject/repo:acme/forecast:ref:refs/heads/main"],
        ["principalSet", "group/deployers"],
        ["principalSet", "attribute.repository/acme/forecast"],
        ["principalSet", "*"],
    ])("to a %s of a pool is accepted: %s", (kind, who) => {
        const { world } = prepared();
        world.account("deployer");
        const member = inPool(world.number, "pipelines", who, kind);
        expect(grant(world, member).state.member).toBe(member);
    });

    test("to an identity of a missing pool is refused", () => {
        const { world, pool: made } = prepared();
        world.account("deployer");
        const missing = (name: string) =>
            `Error 400: Identity Pool does not exist (${name}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API., badRequest`;
        expect(refusalOf(() => grant(world, inPool(world.number, "other", "*")))).toContain(
            missing(`projects/${world.number}/locations/global/workloadIdentityPools/other`),
        );
        expect(refusalOf(() => grant(world, inPool("123", "pipelines", "*")))).toContain(
            missing("projects/123/locations/global/workloadIdentityPools/pipelines"),
        );
        expect(refusalOf(() => grant(world, inPool("acme-dev", "pipelines", "*")))).toContain(
            "Error 400: Request contains an invalid argument., badRequest",
        );
        expect(refusalOf(() => grant(world, "serviceAccount:acme-dev.svc.id.goog[forecast/default]"))).toContain(
            missing("acme-dev.svc.id.goog"),
        );
        world.remove(made);
        expect(refusalOf(() => grant(world, inPool(world.number, "pipelines", "*")))).toContain(
            "Identity Pool does not exist",
        );
    });
});

test.each([
    "assertion.repository.startsWith('acme/') && !('environment' in assertion)",
    "attribute.repository == 'acme/forecast' && google.subject.extract('repo:{name}:') != ''",
    "assertion.groups.exists(group, group == 'deployers')",
    "has(assertion.environment) ? assertion.environment in ['dev', 'prod'] : assertion['ref'] == 'refs/heads/main'",
])("a condition can be %s", (attributeCondition) => {
    expect(provide(prepared().world, { attributeCondition }).state.attributeCondition).toBe(attributeCondition);
});

describe("a condition of a grant", () => {
    const grant = (world: World, condition: object, more: Inputs = {}) =>
        world.make("ProjectIAMMember", {
            project: "acme-dev",
            role: "roles/resourcemanager.projectIamAdmin",
            member: world.cloud.iam.hasAccount(deployer) ? `serviceAccount:${deployer}` : world.account("deployer"),
            condition,
            ...more,
        });
    const deployer = "deployer@acme-dev.iam.gserviceaccount.com";
    const limit = (...roles: string[]) =>
        `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${roles.map((role) => `'${role}'`).join(", ")}])`;

    test("makes it a separate grant, beside the one without", () => {
        const { world } = prepared();
        const one = grant(world, { title: "little", expression: limit("roles/a.b") });
        const two = grant(world, { title: "little", expression: limit("roles/a.b", "roles/a.c") });
        const bare = grant(world, undefined as unknown as object);
        expect(one.id).toBe(
            `acme-dev/roles/resourcemanager.projectIamAdmin/serviceAccount:${deployer}/little//${limit("roles/a.b")}`,
        );
        world.remove(one);
        expect([one, two, bare].map((each) => world.refreshed(each) !== undefined)).toEqual([false, true, true]);
    });

    test.each<[string, object, Inputs, string]>([
        [
            "with a title of more than 100 characters",
            { title: "a".repeat(101), expression: "true" },
            {},
            "Request contains an invalid argument., badRequest",
        ],
        ["that is not valid CEL", { title: "a", expression: "a ==" }, {}, "Condition expression compilation failed."],
        [
            "that uses unknown attributes",
            { title: "a", expression: 'assertion.ref == "a"' },
            {},
            "Condition expression compilation failed.",
        ],
        [
            "for everybody",
            { title: "a", expression: "true" },
            { member: "allUsers" },
            "Conditions can't be set on public principals",
        ],
        [
            "that uses unknown fields",
            { title: "a", expression: 'resource.location == "europe-west1"' },
            {},
            "Condition expression compilation failed.",
        ],
        [
            "on a basic role",
            { title: "a", expression: "true" },
            { role: "roles/viewer" },
            "Conditions can't be set on primitive roles",
        ],
        [
            "that limits to more than ten roles",
            { title: "a", expression: limit(..."abcdefghijk".split("").map((letter) => `roles/a.${letter}`)) },
            {},
            "LintValidationUnits/HasOnlyListLengthCheck",
        ],
        [
            "that limits to an unknown list",
            { title: "a", expression: "api.getAttribute('a', []).hasOnly([resource.name])" },
            {},
            "LintValidationUnits/HasOnlyListConstCheck",
        ],
        [
            "whose limit has another default value",
            {
                title: "a",
                expression: "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', ['a']).hasOnly(['a'])",
            },
            {},
            "LintValidationUnits/DrgGetAttributeDefaultValueCheck",
        ],
        [
            "that has too many operators",
            { title: "a", expression: Array.from({ length: 14 }, () => "resource.name == 'a'").join(" && ") },
            {},
            "LintValidationUnits/ConditionComplexityCheck",
        ],
    ])("is refused %s", (_, condition, more, words) => {
        expect(refusalOf(() => grant(prepared().world, condition, more))).toContain(words);
    });
});
