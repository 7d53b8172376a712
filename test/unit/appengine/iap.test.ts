import * as pulumi from "@pulumi/pulumi";
import { grantIapAccess, type Iap, iap, iapProblems } from "../../../lib/appengine/entry/iap";
import { made, refusal } from "./around";

const refusedIap = (given: unknown) => refusal<Iap>("iap", given, iap, iapProblems);
const clientId = "123-abc.apps.googleusercontent.com";

test("each member can use the application's proxy, and nothing else", async () => {
    const members: Iap["members"] = ["group:shop@acme.dev", "domain:acme.dev"];
    const { inputs, options } = await made((child, environment) =>
        grantIapAccess("shop", { members }, environment, child, []),
    );
    const grant = { project: "acme-dev", appId: "acme-dev", role: "roles/iap.httpsResourceAccessor" };
    expect(inputs).toEqual({
        "WebTypeAppEngingIamMember shop-iap-domain-acme.dev": { ...grant, member: "domain:acme.dev" },
        "WebTypeAppEngingIamMember shop-iap-group-shop@acme.dev": { ...grant, member: "group:shop@acme.dev" },
    });
    expect(options["WebTypeAppEngingIamMember shop-iap-domain-acme.dev"]).toMatchObject({ parent: "Part shop" });
});

const member = "must be a member such as user:ada@acme.dev, group:shop@acme.dev, serviceAccount:… or domain:acme.dev";
const everybody = "would allow everyone";
const how = "Name the members, such as group:shop@acme.dev, or remove iap.";
const wrong: [string, unknown, string][] = [
    ["no members", {}, "iap.members: is missing."],
    ["everybody", { members: ["allUsers"] }, `iap.members.0: ${everybody} (got "allUsers"). ${how}`],
    [
        "everybody with an account",
        { members: ["allAuthenticatedUsers"] },
        `iap.members.0: ${everybody} (got "allAuthenticatedUsers"). ${how}`,
    ],
    ["an address alone", { members: ["ada@acme.dev"] }, `iap.members.0: ${member} (got "ada@acme.dev").`],
    ["a user without a domain", { members: ["user:ada"] }, `iap.members.0: ${member} (got "user:ada").`],
    [
        "a domain with a user",
        { members: ["domain:ada@acme.dev"] },
        `iap.members.0: ${member} (got "domain:ada@acme.dev").`,
    ],
    [
        "a role of the project",
        { members: ["projectOwner:acme"] },
        `iap.members.0: ${member} (got "projectOwner:acme").`,
    ],
    ...["user:ada@gmail.com", "user:ada@googlemail.com"].map((given): [string, unknown, string] => [
        given,
        { members: ["group:shop@acme.dev", given] },
        "iap.members.1: [appengine/iap-personal-account]",
    ]),
    ["a member twice", { members: ["domain:acme.dev", "domain:acme.dev"] }, "iap.members.1: [iam/member-twice]"],
    [
        "a client without a secret",
        { members: [], oauth2ClientId: clientId },
        "iap.oauth2ClientSecret: [appengine/iap-client-incomplete]",
    ],
    [
        "a secret without a client",
        { members: [], oauth2ClientSecret: pulumi.secret("canary") },
        "iap.oauth2ClientId: [appengine/iap-client-incomplete]",
    ],
    [
        "a secret in plain text",
        { members: [], oauth2ClientId: clientId, oauth2ClientSecret: "canary" },
        "iap.oauth2ClientSecret: must not be in the source code as plain text. Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").",
    ],
    [
        "a client's name",
        { members: [], oauth2ClientId: "shop" },
        'iap.oauth2ClientId: must be a client\'s ID such as 123-abc.apps.googleusercontent.com (got "shop").',
    ],
    [
        "an unknown option",
        { members: [], enabled: true },
        'iap.enabled: unknown option "enabled"; the options are members, personalAccounts, oauth2ClientId, oauth2ClientSecret.',
    ],
];

test.each(wrong)("a proxy with %s is refused", async (_, given, expected) => {
    expect(await refusedIap(given)).toBe(`App "shop": ${expected}`);
});

test("a personal account is accepted if the program allows it", async () => {
    const given = { members: ["user:ada@gmail.com"], personalAccounts: true };
    await expect(refusedIap(given)).rejects.toThrow("Nothing was refused.");
});
