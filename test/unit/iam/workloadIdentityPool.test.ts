import { allow, StorageBucket, WorkloadIdentityPool, type WorkloadIdentityPoolArgs } from "slipway";
import { refused, registered } from "../registered";

const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const metadata = '<EntityDescriptor entityID="https://idp.acme.com"></EntityDescriptor>';
const pool = (providers: WorkloadIdentityPoolArgs["providers"]) => () =>
    new WorkloadIdentityPool("partners", { providers });

const subject = (claim: string) => ({ attributeMapping: { "google.subject": claim } });

test.each<[string, WorkloadIdentityPoolArgs["providers"][string], object]>([
    [
        "AWS, which has a mapping of its own",
        { aws: { account: "123456789012" } },
        { aws: { accountId: "123456789012" } },
    ],
    [
        "Azure",
        { azure: { tenant, audience: "api://acme" } },
        {
            oidc: { issuerUri: `https://sts.windows.net/${tenant}/`, allowedAudiences: ["api://acme"] },
            ...subject("assertion.sub"),
        },
    ],
    [
        "OpenID Connect",
        { oidc: { issuer: "https://acme.okta.com", jwks: '{"keys":[]}' }, condition: "assertion.team == 'ml'" },
        {
            oidc: { issuerUri: "https://acme.okta.com", jwksJson: '{"keys":[]}' },
            attributeCondition: "assertion.team == 'ml'",
            ...subject("assertion.sub"),
        },
    ],
    [
        "OpenID Connect with audiences",
        {
            oidc: { issuer: "https://acme.okta.com", audiences: ["api://acme"] },
            attributes: { "google.subject": "assertion.email" },
        },
        {
            oidc: { issuerUri: "https://acme.okta.com", allowedAudiences: ["api://acme"] },
            ...subject("assertion.email"),
        },
    ],
    ["SAML", { saml: { metadata } }, { saml: { idpMetadataXml: metadata }, ...subject("assertion.subject") }],
    [
        "attributes and a condition of AWS",
        {
            aws: { account: "123456789012" },
            attributes: { "google.subject": "assertion.arn", "attribute.team": "'ml'" },
            condition: "attribute.team == 'ml'",
        },
        {
            aws: { accountId: "123456789012" },
            attributeMapping: { "google.subject": "assertion.arn", "attribute.team": "'ml'" },
            attributeCondition: "attribute.team == 'ml'",
        },
    ],
])("a provider for %s", async (_, provider, expected) => {
    const made = await registered(pool({ theirs: provider }));
    expect(made["WorkloadIdentityPoolProvider partners-theirs"]).toEqual({
        project: "acme-dev",
        displayName: "theirs",
        workloadIdentityPoolId: expect.stringMatching(/^partners-[0-9a-f]{6}$/),
        workloadIdentityPoolProviderId: expect.stringMatching(/^theirs-[0-9a-f]{6}$/),
        ...expected,
    });
});

test("identities of a pool are granted capabilities", async () => {
    const made = await registered(
        () => {
            const partners = pool({ aws: { aws: { account: "123456789012" } } })();
            allow(new StorageBucket("models").role("roles/storage.objectViewer"), [
                partners.subject("a"),
                partners.group("b"),
                partners.attribute("team", "ml"),
                partners.everyone(),
            ]);
        },
        { environment: true },
    );
    const grants = Object.entries(made).filter(([key]) => key.startsWith("BucketIAMMember"));
    const members = grants.map(([key, inputs]) => {
        const member = String(Reflect.get(inputs, "member"));
        return [key.split("viewer-")[1], member.replace(/^(\w+):.*partners-[0-9a-f]{6}/, "$1 ")];
    });
    expect(members).toEqual([
        ["partners-attribute-team-ml", "principalSet /attribute.team/ml"],
        ["partners-everyone", "principalSet /*"],
        ["partners-group-b", "principalSet /group/b"],
        ["partners-subject-a", "principal /subject/a"],
    ]);
});

test.each<[string, WorkloadIdentityPoolArgs["providers"], string]>([
    [
        "an issuer with many tenants without a condition",
        { github: { oidc: { issuer: "https://token.actions.githubusercontent.com" } } },
        "providers.github.condition: [iam/condition-without-claim]",
    ],
    [
        "attributes without a subject",
        { okta: { oidc: { issuer: "https://acme.okta.com" }, attributes: { "attribute.a": "'b'" } } },
        "providers.okta.attributes: [iam/subject-attribute-missing]",
    ],
    [
        "a wrong account",
        { aws: { aws: { account: "1234" } } },
        "providers.aws.aws.account: must be an AWS account's ID",
    ],
    [
        "a wrong tenant",
        { a: { azure: { tenant: "acme", audience: "b" } } },
        "providers.a.azure.tenant: must be a tenant's ID",
    ],
    [
        "an insecure issuer",
        { a: { oidc: { issuer: "http://acme.com" } } },
        "providers.a.oidc.issuer: must be an address",
    ],
    [
        "eleven audiences",
        { a: { oidc: { issuer: "https://acme.com", audiences: [..."abcdefghijk"] } } },
        "providers.a.oidc.audiences: there can be 10 audiences at most",
    ],
    [
        "metadata that is no XML",
        { a: { saml: { metadata: "acme" } } },
        "providers.a.saml.metadata: must be the XML metadata",
    ],
    [
        "two kinds",
        { a: { aws: { account: "123456789012" }, saml: { metadata } } as never },
        "must have exactly one of aws",
    ],
    ["a reserved ID", { "gcp-a": { aws: { account: "123456789012" } } }, "and not start with gcp-"],
])("%s is refused", async (_, providers, message) => {
    expect(await refused(pool(providers))).toContain(message);
});
