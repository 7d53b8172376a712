import { Deployment } from "../../deploy/deployment";

const yaml = (name: string) => `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`;
const pack = (name: string) => `{ "name": "${name}", "version": "1.0.0", "main": "index.js" }\n`;

/** The project of a shop, in a new organization, in which Google may write usage logs. */
const foundation = new Deployment({
    "Pulumi.yaml": yaml("foundation"),
    "Pulumi.prod.yaml": "config: {}\n",
    "package.json": pack("foundation"),
    "index.js": `"use strict";
const { EnvironmentProject } = require("slipway");
const google = { allow: ["is:C02h8e9nw"], inherit: true };
new EnvironmentProject("prod", {
    projectId: "acme-shop-prod",
    kind: "production",
    parent: { organization: "1" },
    billingAccount: "012345-6789AB-CDEF01",
    protection: false,
    lien: false,
    policies: { "iam.allowedPolicyMemberDomains": google, "gcp.resourceLocations": { allow: ["in:eu-locations"] } },
});
`,
});

/** Programs that are deployed into it. */
function program(name: string, index: string): Deployment {
    const files = {
        "Pulumi.yaml": yaml(name),
        "Pulumi.prod.yaml":
            "config:\n  gcp:project: acme-shop-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n  slipway:protection: off\n",
        "package.json": pack(name),
        "main.py": "def serve(request):\n    return 'shop'\n",
        "index.js": `"use strict";\nconst gcp = require("@pulumi/gcp");\nconst { ServerlessFunction, StorageBucket } = require("slipway");\n${index}\n`,
    };
    return new Deployment(files, {}, {}, foundation.cloud.home);
}

const shop = program(
    "shop",
    `
const code = { source: ".", entryPoint: "serve", runtime: "python313" };
new ServerlessFunction("shop", { ...code, trigger: { http: { public: true } } });
new StorageBucket("orders", { accessLogs: { bucket: new StorageBucket("logs") } });
`,
);
afterAll(async () => {
    await shop.remove();
    await foundation.remove();
});

test("a project is created with the policies of production, and a second up and a refresh change nothing", async () => {
    const created = (await foundation.upAsPreviewed("prod")).length;
    expect(await foundation.again("prod")).toEqual({ unchanged: created });
    const policies = foundation.existing("acme-shop-prod").filter((each) => each.startsWith("Policy "));
    expect(policies.map((each) => each.split("/").at(-1))).toEqual([
        "compute.restrictProtocolForwardingCreationForTypes",
        "compute.skipDefaultNetworkCreation",
        "compute.vmExternalIpAccess",
        "gcp.resourceLocations",
        "iam.allowedPolicyMemberDomains",
        "iam.automaticIamGrantsForDefaultServiceAccounts",
        "iam.disableServiceAccountKeyCreation",
        "iam.disableServiceAccountKeyUpload",
        "sql.restrictAuthorizedNetworks",
        "storage.publicAccessPrevention",
        "storage.uniformBucketLevelAccess",
    ]);
});

test("a public function and usage logs are deployed into it, without grants to everybody", async () => {
    const created = (await shop.upAsPreviewed("prod")).length;
    expect(await shop.again("prod")).toEqual({ unchanged: created });
    expect(shop.existing("acme-shop-prod").filter((each) => each.includes("allUsers"))).toEqual([]);
    const open = shop.resources().filter(({ properties }) => properties.invokerIamDisabled);
    expect(open.map(({ id }) => id)).toEqual(["projects/acme-shop-prod/locations/europe-west1/services/shop"]);
});

test("a public function is closed by the organization, and opens when it is allowed again", async () => {
    const service = "projects/acme-shop-prod/locations/europe-west1/services/shop";
    shop.edit("index.js", (text) => text.replace("public: true", "public: false"));
    await shop.up("prod");
    expect(shop.resources().find(({ id }) => id === service)?.properties.invokerIamDisabled).toBeFalsy();
    shop.setPolicy("acme-shop-prod", "run.managed.requireInvokerIam", { enforce: "TRUE" });
    shop.edit("index.js", (text) => text.replace("public: false", "public: true"));
    const { code, output } = await shop.run(["up", "-s", "prod", "--yes", "--skip-preview"]);
    expect(code).not.toBe(0);
    expect(output).toContain("constraints/run.managed.requireInvokerIam");
    shop.setPolicy("acme-shop-prod", "run.managed.requireInvokerIam", { enforce: "FALSE" });
    await shop.up("prod");
    expect(shop.resources().find(({ id }) => id === service)?.properties.invokerIamDisabled).toBe(true);
});

test("preview warns of usage logs that the organization forbids", async () => {
    const forbidden =
        "The organization policy iam.allowedPolicyMemberDomains forbids the group of Google that writes usage logs";
    expect((await shop.run(["preview", "-s", "prod"])).output).not.toContain(forbidden);
    shop.setPolicy("acme-shop-prod", "iam.allowedPolicyMemberDomains", { values: { allowedValues: ["is:C0123abcd"] } });
    expect((await shop.run(["preview", "-s", "prod"])).output).toContain(forbidden);
});

test("what its policies forbid is refused", async () => {
    const other = program(
        "other",
        `
const bucket = new gcp.storage.Bucket("open", { name: "acme-open", location: "EU" });
const account = new gcp.serviceaccount.Account("robot", { accountId: "robot-run" });
new gcp.serviceaccount.Key("robot", { serviceAccountId: account.name });
new gcp.projects.IAMMember("ada", { project: "acme-shop-prod", role: "roles/viewer", member: "user:ada@gmail.com" });
new gcp.storage.Bucket("us", { name: "acme-us", location: "US", uniformBucketLevelAccess: true });
`,
    );
    const { code, output } = await other.run(["up", "-s", "prod", "--yes", "--skip-preview", "--continue-on-error"]);
    expect(code).not.toBe(0);
    expect(output).toContain("Request violates constraint 'constraints/storage.uniformBucketLevelAccess'");
    expect(output).toContain("Key creation is not allowed on this service account.");
    expect(output).toContain("One or more users named in the policy do not belong to a permitted customer.");
    expect(output).toContain("'us' violates constraint 'constraints/gcp.resourceLocations'");
    await other.destroy("prod");
    await shop.destroy("prod");
    await foundation.destroy("prod");
    expect(foundation.existing()).toEqual([]);
    await other.remove();
});
