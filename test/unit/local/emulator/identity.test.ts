import { createSign, generateKeyPairSync } from "node:crypto";
import { Cloud } from "../../../../local/simulator/cloud/cloud";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { exchange, Issuer, impersonate } from "../../../pipelines";
import { newFolder, World } from "../world";
import { Emulator } from "./served";

const issuer = new Issuer("https://gitlab.acme.com");
const email = "deployer@acme-dev.iam.gserviceaccount.com";
const claims = { sub: "acme/sales", ref: "main", groups: ["deployers", "readers"] };

/** A local cloud with a workload identity pool, and a clock that tests advance. */
async function started(provider: Inputs = {}, apis = ["iam", "iamcredentials"]) {
    const clock = { now: new Date() };
    const world = new World(undefined, {}, new Cloud(newFolder(), undefined, () => clock.now));
    world.enable(...apis);
    world.account("deployer");
    world.make("WorkloadIdentityPool", { workloadIdentityPoolId: "pipelines" });
    const inputs = {
        workloadIdentityPoolId: "pipelines",
        workloadIdentityPoolProviderId: "gitlab",
        attributeMapping: {
            "google.subject": "assertion.sub",
            "google.groups": "assertion.groups",
            "attribute.ref": "assertion.ref",
            "attribute.other": "assertion.other",
        },
        oidc: { issuerUri: issuer.address },
        ...provider,
    };
    const made = world.make("WorkloadIdentityPoolProvider", inputs);
    const { url } = await Emulator.of(world, {}, { [issuer.address]: issuer.keys });
    const aud = `https://iam.googleapis.com/${made.state.name}`;
    const pool = `//iam.googleapis.com/projects/${world.number}/locations/global/workloadIdentityPools/pipelines`;
    return {
        world,
        url,
        made,
        clock,
        exchangeToken: async (more: object = {}, request: object = {}, by = issuer) => {
            const token = by.token({ aud, ...claims, ...more });
            const { status, body } = await exchange(url, made.state.name, token, request);
            return status === 200 ? body : `${status} ${body.error}: ${body.error_description}`;
        },
        allow: (role: string, member: string) =>
            world.make("AccountIAMMember", {
                serviceAccountId: `projects/acme-dev/serviceAccounts/${email}`,
                role,
                member: member.replace("$", pool),
            }),
        impersonateAccount: async (token: string, more: object = {}, whom = email) => {
            const { status, body } = await impersonate(url, whom, token, more);
            return status === 200 ? body : `${status} ${body.error.status}: ${body.error.message}`;
        },
    };
}

const now = Math.floor(Date.now() / 1000);
const stale = (issued: number | null) => `400 invalid_grant: ID Token issued at ${issued} is stale to sign-in.`;

test("a token is exchanged for one with the same lifetime, at most an hour", async () => {
    const { exchangeToken } = await started();
    expect(await exchangeToken()).toEqual({
        access_token: expect.stringMatching(/^local-sts-/),
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
        token_type: "Bearer",
        expires_in: expect.any(Number),
    });
    const lives = [{}, { exp: now + 90_000 }].map(async (more) => (await exchangeToken(more)).expires_in);
    const [short, long] = await Promise.all(lives);
    const passed = Math.ceil(Date.now() / 1000) - now;
    // The cloud's clock stands still, while tokens are issued.
    expect([Math.abs(short - 300) <= passed, long >= 3600 - passed && long <= 3600]).toEqual([true, true]);
});

test.each<[string, object, string]>([
    [
        "for another audience",
        { aud: "sts" },
        "400 invalid_grant: The audience in ID Token [sts] does not match the expected audience.",
    ],
    [
        "for no audience",
        { aud: undefined },
        "400 invalid_grant: The audience in ID Token [] does not match the expected audience.",
    ],
    [
        "of another issuer",
        { iss: "https://gitlab.com" },
        "400 invalid_grant: The issuer in ID Token https://gitlab.com does not match the expected one in config: https://gitlab.acme.com.",
    ],
    ["that has expired", { iat: now - 500, exp: now - 100 }, stale(now - 500)],
    ["that was issued in the future", { iat: now + 500, exp: now + 900 }, stale(now + 500)],
    ["without an expiration", { exp: undefined, iat: now }, stale(now)],
    ["without an issue time", { iat: undefined }, stale(null)],
    [
        "without a subject",
        { sub: undefined },
        "400 unauthorized_client: Could not obtain a value for google.subject from the given credential.",
    ],
    [
        "with a subject too long",
        { sub: "s".repeat(128) },
        "400 invalid_request: The size of mapped attribute exceeds the 127 bytes limit.",
    ],
])("a token is refused %s", async (_, more, words) => {
    const { exchangeToken } = await started();
    expect(await exchangeToken(more)).toBe(words);
});

test("a token with an invalid signature or an unknown key is refused", async () => {
    const { exchangeToken, made, url } = await started();
    const unknown = "400 invalid_grant: Error connecting to the given credential's issuer.";
    expect(await exchangeToken({}, {}, new Issuer(issuer.address))).toBe(unknown);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const forged = issuer.token({ aud: `//iam.googleapis.com/${made.state.name}`, ...claims }, privateKey);
    expect((await exchange(url, made.state.name, forged)).body).toEqual({
        error: "invalid_grant",
        error_description: "Unable to verify the ID Token signature.",
    });
    expect((await exchange(url, made.state.name, "a.b")).body.error_description).toBe("Unable to parse the ID Token.");
    const unsigned = forged.replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString("base64url"));
    expect((await exchange(url, made.state.name, unsigned)).body.error_description).toBe(
        "Unable to parse the ID Token.",
    );
});

test("a provider can have its own keys, including elliptic curves, and its own audiences", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwksJson = JSON.stringify({ keys: [publicKey.export({ format: "jwk" })] });
    const oidc = { issuerUri: issuer.address, jwksJson, allowedAudiences: ["acme"] };
    const { exchangeToken, made, url } = await started({ oidc });
    expect(await exchangeToken({ aud: "acme" })).toContain("Error connecting to the given credential's issuer.");
    const parts = [{ alg: "ES256" }, { iss: issuer.address, aud: ["acme"], iat: now, exp: now + 60, ...claims }];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    const signature = createSign("SHA256").update(signed).sign({ key: privateKey, dsaEncoding: "ieee-p1363" });
    const answer = await exchange(url, made.state.name, `${signed}.${signature.toString("base64url")}`);
    expect(answer.status).toBe(200);
});

test("missing and disabled resources, and other requests, are refused", async () => {
    const { exchangeToken, world, made, url } = await started();
    const target =
        '400 invalid_target: The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.';
    expect(await exchangeToken({}, { audience: `//iam.googleapis.com/${made.state.name}s` })).toBe(target);
    expect(await exchangeToken({}, { audience: "sales" })).toBe(target);
    expect(await exchangeToken({}, { subjectTokenType: "urn:ietf:params:oauth:token-type:saml2" })).toBe(
        '400 invalid_request: Invalid value for "subject_token_type".',
    );
    const form = { method: "POST", body: new URLSearchParams({ grant_type: "password" }) };
    expect(await (await fetch(`${url}/v1/token`, form)).json()).toEqual({
        error: "invalid_request",
        error_description: 'Invalid value for "grant_type".',
    });
    world.update(made, { ...made.inputs, disabled: true });
    expect(await exchangeToken()).toBe(target);
});

const denied =
    "403 PERMISSION_DENIED: Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";

test.each([
    ["roles/iam.workloadIdentityUser", "principal:$/subject/acme/sales"],
    ["roles/iam.workloadIdentityUser", "principalSet:$/attribute.ref/main"],
    ["roles/iam.workloadIdentityUser", "principalSet:$/group/readers"],
    ["roles/iam.workloadIdentityUser", "principalSet:$/*"],
    ["roles/iam.serviceAccountTokenCreator", "principal:$/subject/acme/sales"],
])("an identity with %s as %s can impersonate the account, and others cannot", async (role, member) => {
    const { exchangeToken, impersonateAccount, allow, clock } = await started();
    const { access_token } = await exchangeToken();
    expect(await impersonateAccount(access_token)).toBe(denied);
    allow(role, member);
    expect(await impersonateAccount(access_token)).toEqual({
        accessToken: expect.stringMatching(/^local-account-/),
        expireTime: new Date(Math.floor(clock.now.getTime() / 1000 + 3600) * 1000).toISOString().replace(".000", ""),
    });
    const { access_token: other } = await exchangeToken({ sub: "acme/forecast", ref: "fix", groups: ["others"] });
    expect(await impersonateAccount(other)).toEqual(member.endsWith("/*") ? expect.anything() : denied);
});

test.each([
    ["roles/iam.serviceAccountUser", "principal:$/subject/acme/sales"],
    ["roles/iam.workloadIdentityUser", "principal:$/subject/acme"],
    ["roles/iam.workloadIdentityUser", "principalSet:$/attribute.ref/fix"],
])("%s of %s does not allow impersonation", async (role, member) => {
    const { exchangeToken, impersonateAccount, allow } = await started();
    allow(role, member);
    expect(await impersonateAccount((await exchangeToken()).access_token)).toBe(denied);
});

test("impersonation of a missing account, with an expired token, or for more than an hour is refused", async () => {
    const { exchangeToken, impersonateAccount, allow, clock } = await started();
    allow("roles/iam.workloadIdentityUser", "principalSet:$/*");
    const { access_token } = await exchangeToken();
    expect(await impersonateAccount(access_token, {}, "nobody@acme-dev.iam.gserviceaccount.com")).toBe(denied);
    expect(await impersonateAccount(access_token, { lifetime: "3601s" })).toContain("400 INVALID_ARGUMENT: ");
    expect(await impersonateAccount(access_token, { lifetime: "0s" })).toBe(
        "400 INVALID_ARGUMENT: Lifetime of access token must be larger then zero.",
    );
    expect(await impersonateAccount(access_token, { scope: [] })).toBe(
        "400 INVALID_ARGUMENT: Request contains an invalid argument.",
    );
    expect(await impersonateAccount("guessed")).toContain(
        "401 UNAUTHENTICATED: Request had invalid authentication credentials.",
    );
    clock.now = new Date(clock.now.getTime() + 301_000);
    expect(await impersonateAccount(access_token)).toContain("401 UNAUTHENTICATED: ");
});

test("the IAM Service Account Credentials API must be enabled", async () => {
    const { exchangeToken, impersonateAccount, allow } = await started({}, ["iam"]);
    allow("roles/iam.workloadIdentityUser", "principalSet:$/*");
    expect(await impersonateAccount((await exchangeToken()).access_token)).toContain(
        "403 PERMISSION_DENIED: IAM Service Account Credentials API has not been used in project ",
    );
});
