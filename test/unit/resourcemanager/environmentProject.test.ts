import * as pulumi from "@pulumi/pulumi";
import { allow } from "slipway";
import { EnvironmentProject, type EnvironmentProjectArgs } from "slipway/resourcemanager";
import { billingAccountOf } from "../../../lib/resourcemanager/project/budget";
import { identified, refused, registered, registeredOptions, registeredOutputs, rejection } from "../registered";

const dev = {
    projectId: "acme-sales-dev",
    kind: "development",
    parent: { folder: "123456789012" },
    billingAccount: "012345-6789AB-CDEF01",
} as const satisfies EnvironmentProjectArgs;
const prod = { ...dev, projectId: "acme-sales-prod", kind: "production" } as const;
const adopted = { projectId: "acme-old", kind: "production", adopt: true } as const;
const budget = { amount: 300, currency: "EUR" };

/** A separate program, whose stack has no environment. */
const foundation = {
    config: { "gcp:project": undefined, "gcp:region": undefined, "slipway:kind": undefined } as Record<
        string,
        string | undefined
    >,
};
const configured = (config: Record<string, string>) => ({ config: { ...foundation.config, ...config } });
const made = (name: string, args: EnvironmentProjectArgs, stack = foundation) =>
    registered(() => new EnvironmentProject(name, args), stack);

/** The inputs of the APIs of every project. */
const services = (name: string, project: string, ...more: string[]) =>
    Object.fromEntries(
        [
            "artifactregistry",
            "cloudbilling",
            "cloudresourcemanager",
            "iam",
            "iamcredentials",
            "logging",
            "orgpolicy",
            "serviceusage",
            "storage",
            "sts",
            ...more,
        ].map((api) => [
            `Service ${name}-${api}`,
            { project, service: `${api}.googleapis.com`, disableOnDestroy: false },
        ]),
    );

/** The organization policies of the kinds. */
const basic = {
    "compute.skipDefaultNetworkCreation": { enforce: "TRUE" },
    "iam.automaticIamGrantsForDefaultServiceAccounts": { enforce: "TRUE" },
    "iam.disableServiceAccountKeyCreation": { enforce: "TRUE" },
    "iam.disableServiceAccountKeyUpload": { enforce: "TRUE" },
    "storage.publicAccessPrevention": { enforce: "TRUE" },
    "storage.uniformBucketLevelAccess": { enforce: "TRUE" },
};
const everyPolicy = {
    ...basic,
    "compute.restrictProtocolForwardingCreationForTypes": { values: { allowedValues: ["is:INTERNAL"] } },
    "compute.vmExternalIpAccess": { denyAll: "TRUE" },
    "sql.restrictAuthorizedNetworks": { enforce: "TRUE" },
};

const policies = (name: string, project: string, rules: Record<string, object>) =>
    Object.fromEntries(
        Object.entries(rules).map(([constraint, rule]) => [
            `Policy ${name}-${constraint}`,
            {
                name: `projects/${project}/policies/${constraint}`,
                parent: `projects/${project}`,
                spec: { rules: [rule] },
            },
        ]),
    );

/** The resources of every project but its policies. */
const others = (name: string, project: string, auditLogs: string[], ...more: string[]) => ({
    [`Provider ${name}`]: {
        project,
        userProjectOverride: "true",
        billingProject: project,
        defaultLabels: `{"environment":"${name}"}`,
    },
    ...services(name, project, ...more),
    [`ServiceIdentity ${name}-artifactregistry`]: { project, service: "artifactregistry.googleapis.com" },
    [`DefaultServiceAccounts ${name}`]: { project, action: "DISABLE", restorePolicy: "NONE" },
    [`IAMAuditConfig ${name}`]: {
        project,
        service: "allServices",
        auditLogConfigs: auditLogs.map((logType) => ({ logType })),
    },
});

/** The resources of every project; those with all audit logs are production, others development. */
const around = (name: string, project: string, auditLogs: string[], ...more: string[]) => ({
    ...others(name, project, auditLogs, ...more),
    ...policies(name, project, auditLogs.length === 3 ? everyPolicy : basic),
});

const everyLog = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"];

const project = (name: string, { projectId, kind }: { projectId: string; kind: string }, deletionPolicy: string) => ({
    [`Project ${name}`]: {
        projectId,
        name: projectId,
        folderId: "123456789012",
        billingAccount: "012345-6789AB-CDEF01",
        autoCreateNetwork: false,
        labels: { environment: name, kind },
        deletionPolicy,
    },
});

const lien = (name: string) => ({
    [`Lien ${name}`]: {
        parent: "projects/123",
        restrictions: ["resourcemanager.projects.delete"],
        origin: "slipway",
        reason: `The project is the environment ${name}, which is production.`,
    },
});

test.each([
    ["development", dev],
    ["staging", { ...dev, kind: "staging" }],
    ["development, which is not adopted", { ...dev, adopt: false }],
] as const)("as %s it is a deletable project without network and default roles", async (_, args) => {
    expect(await made("dev", args)).toEqual({
        ...project("dev", args, "DELETE"),
        ...others("dev", "acme-sales-dev", ["ADMIN_READ"]),
        ...policies("dev", "acme-sales-dev", args.kind === "staging" ? everyPolicy : basic),
    });
});

test("as production it is protected, has a lien, and data access is logged", async () => {
    expect(await made("prod", prod)).toEqual({
        ...project("prod", prod, "PREVENT"),
        ...around("prod", "acme-sales-prod", everyLog),
        ...lien("prod"),
    });
});

test("an existing project remains unchanged, and gets the resources around it", async () => {
    expect(await made("prod", adopted)).toEqual({ ...around("prod", "acme-old", everyLog), ...lien("prod") });
});

test("a project can be directly in the organization, with its own name and labels", async () => {
    const { parent: _, ...others } = dev;
    const args = {
        ...others,
        parent: { organization: pulumi.output("organizations/210987654321") },
        billingAccount: "billingAccounts/012345-6789AB-CDEF01",
        displayName: "Sales!",
        labels: { team: "sales", kind: "sandbox" },
    };
    expect((await made("Dev.1", args))["Project Dev.1"]).toEqual({
        projectId: "acme-sales-dev",
        name: "Sales!",
        orgId: "210987654321",
        billingAccount: "012345-6789AB-CDEF01",
        autoCreateNetwork: false,
        labels: { environment: "dev-1", kind: "sandbox", team: "sales" },
        deletionPolicy: "DELETE",
    });
});

test("APIs are enabled in addition to those that every environment needs, each once", async () => {
    const apis = ["run.googleapis.com", "iam.googleapis.com", "run.googleapis.com"];
    expect(await made("dev", { ...dev, apis })).toEqual({
        ...project("dev", dev, "DELETE"),
        ...around("dev", "acme-sales-dev", ["ADMIN_READ"], "run"),
    });
});

test("a budget notifies the billing account's administrators at 50, 70 and 100 % of a monthly amount", async () => {
    expect(await made("dev", { ...dev, budget })).toEqual({
        ...project("dev", dev, "DELETE"),
        ...around("dev", "acme-sales-dev", ["ADMIN_READ"], "billingbudgets", "monitoring"),
        "Budget dev": {
            billingAccount: "012345-6789AB-CDEF01",
            displayName: "acme-sales-dev",
            budgetFilter: { projects: ["projects/123"], calendarPeriod: "MONTH" },
            amount: { specifiedAmount: { currencyCode: "EUR", units: "300" } },
            thresholdRules: [0.5, 0.7, 1].map((thresholdPercent) => ({
                thresholdPercent,
                spendBasis: "CURRENT_SPEND",
            })),
        },
    });
});

test("a budget can be quarterly, use forecasts, and notify people and a topic", async () => {
    const all = await made("dev", {
        ...dev,
        budget: {
            amount: 99.5,
            currency: "USD",
            period: "QUARTER",
            thresholds: [90],
            forecastThresholds: [110],
            alertEmails: ["sales@acme.example", "ops@acme.example"],
            topic: pulumi.output("projects/acme-billing/topics/budgets"),
        },
    });
    const channel = (mail: string) => ({
        project: "acme-sales-dev",
        type: "email",
        displayName: mail,
        labels: { email_address: mail },
    });
    expect(all["NotificationChannel dev-sales@acme.example"]).toEqual(channel("sales@acme.example"));
    expect(all["NotificationChannel dev-ops@acme.example"]).toEqual(channel("ops@acme.example"));
    expect(all["Budget dev"]).toEqual({
        billingAccount: "012345-6789AB-CDEF01",
        displayName: "acme-sales-dev",
        budgetFilter: { projects: ["projects/123"], calendarPeriod: "QUARTER" },
        amount: { specifiedAmount: { currencyCode: "USD", units: "99", nanos: 500_000_000 } },
        thresholdRules: [
            { thresholdPercent: 0.9, spendBasis: "CURRENT_SPEND" },
            { thresholdPercent: 1.1, spendBasis: "FORECASTED_SPEND" },
        ],
        allUpdatesRule: {
            monitoringNotificationChannels: ["sales@acme.example", "ops@acme.example"].map(
                (mail) => `projects/acme-sales-dev/notificationChannels/${mail}`,
            ),
            pubsubTopic: "projects/acme-billing/topics/budgets",
        },
    });
});

test("the budget of an adopted project is in the project's billing account, or in the configured one", async () => {
    const accountOf = async (args: EnvironmentProjectArgs) =>
        ((await made("prod", args))["Budget prod"] as { billingAccount: string }).billingAccount;
    expect(await accountOf({ ...adopted, budget })).toBe("ABCDEF-012345-6789AB");
    const billingAccount = "012345-6789AB-CDEF01";
    expect(await accountOf({ ...adopted, billingAccount, budget })).toBe(billingAccount);
});

test("the budget of an adopted project without a visible billing account is refused", async () => {
    const { message } = await rejection(billingAccountOf('EnvironmentProject "prod"', pulumi.output("")));
    expect(identified(message)).toBe(
        'EnvironmentProject "prod": billingAccount: [resourcemanager/billing-account-missing]',
    );
});

test("an adopted project with the default network causes a warning", async () => {
    const warn = jest.spyOn(console, "warn").mockImplementation();
    await made("prod", { ...adopted, projectId: "acme-networked" });
    await made("prod", adopted);
    const all = warn.mock.calls.map(([text]) => text);
    warn.mockRestore();
    expect(all).toEqual([
        'warning: [runtime] EnvironmentProject "prod": the project acme-networked has a network "default", which allows SSH and RDP from everywhere. Delete it if it is unused: gcloud compute networks delete default --project acme-networked',
    ]);
});

/** The policies of a project by constraint, with their rules. */
async function specs(args: EnvironmentProjectArgs): Promise<Record<string, object>> {
    const all = Object.entries(await made("dev", args));
    const ofPolicies = all.filter(([key]) => key.startsWith("Policy "));
    return Object.fromEntries(ofPolicies.map(([key, inputs]) => [key.replace("Policy dev-", ""), Object(inputs).spec]));
}

test("policies can be added, replaced and left to the organization, one by one", async () => {
    const { "iam.disableServiceAccountKeyUpload": _, ...kept } = basic;
    const own = {
        "iam.disableServiceAccountKeyCreation": false,
        "iam.disableServiceAccountKeyUpload": "inherit",
        "iam.allowedPolicyMemberDomains": { allow: ["is:C02h8e9nw"], inherit: true },
        "gcp.resourceLocations": { allow: ["in:eu-locations"], deny: ["europe-west2"] },
        "compute.vmExternalIpAccess": { deny: "all" },
        "run.allowedIngress": { allow: "all" },
    } as const;
    expect(await specs({ ...dev, policies: own })).toEqual({
        ...Object.fromEntries(Object.entries(kept).map(([name, rule]) => [name, { rules: [rule] }])),
        "iam.disableServiceAccountKeyCreation": { rules: [{ enforce: "FALSE" }] },
        "iam.allowedPolicyMemberDomains": {
            inheritFromParent: true,
            rules: [{ values: { allowedValues: ["is:C02h8e9nw"] } }],
        },
        "gcp.resourceLocations": {
            rules: [{ values: { allowedValues: ["in:eu-locations"], deniedValues: ["europe-west2"] } }],
        },
        "compute.vmExternalIpAccess": { rules: [{ denyAll: "TRUE" }] },
        "run.allowedIngress": { rules: [{ allowAll: "TRUE" }] },
    });
});

test("a policy has rules with conditions and parameters, and is audited before it is enforced", async () => {
    const expression = "resource.matchTag('123456789012/environment', 'test')";
    const own: EnvironmentProjectArgs["policies"] = {
        "iam.disableServiceAccountKeyUpload": {
            rules: [
                { enforce: true },
                { enforce: false, condition: { expression: pulumi.output(expression), title: "test" } },
            ],
        },
        "essentialcontacts.managed.allowedContactDomains": {
            rules: [{ enforce: true, parameters: { allowedDomains: ["@acme.example"] } }],
        },
        "gcp.resourceLocations": {
            rules: [
                { allow: ["in:eu-locations"] },
                { deny: "all", condition: { expression: `${expression} || resource.hasTagKeyId('tagKeys/1')` } },
            ],
            inherit: true,
        },
        "gcp.restrictTLSVersion": { dryRun: { deny: ["TLS_VERSION_1"] } },
        "sql.restrictPublicIp": { enforced: false, dryRun: { rules: [{ enforce: true }] } },
    };
    const all = await made("dev", { ...dev, policies: own });
    const registered = (constraint: string) => {
        const { spec, dryRunSpec } = Object(all[`Policy dev-${constraint}`]);
        return { spec, dryRunSpec };
    };
    expect(Object.keys(own).map((constraint) => registered(constraint))).toEqual([
        { spec: { rules: [{ enforce: "TRUE" }, { enforce: "FALSE", condition: { expression, title: "test" } }] } },
        { spec: { rules: [{ enforce: "TRUE", parameters: '{"allowedDomains":["@acme.example"]}' }] } },
        {
            spec: {
                inheritFromParent: true,
                rules: [
                    { values: { allowedValues: ["in:eu-locations"] } },
                    {
                        denyAll: "TRUE",
                        condition: { expression: `${expression} || resource.hasTagKeyId('tagKeys/1')` },
                    },
                ],
            },
        },
        { dryRunSpec: { rules: [{ values: { deniedValues: ["TLS_VERSION_1"] } }] } },
        { spec: { rules: [{ enforce: "FALSE" }] }, dryRunSpec: { rules: [{ enforce: "TRUE" }] } },
    ]);
});

test("a project without policies does not need their API", async () => {
    const { "Service dev-orgpolicy": _, ...without } = others("dev", "acme-sales-dev", ["ADMIN_READ"]);
    expect(await made("dev", { ...dev, policies: "none" })).toEqual({ ...project("dev", dev, "DELETE"), ...without });
});

test("a project with one policy needs their API", async () => {
    const kept = { "compute.skipDefaultNetworkCreation": true } as const;
    const inherited = Object.fromEntries(Object.keys(basic).map((constraint) => [constraint, "inherit" as const]));
    const all = await made("dev", { ...dev, policies: { ...inherited, ...kept } });
    expect(Object.keys(all).filter((key) => key.startsWith("Policy "))).toEqual([
        "Policy dev-compute.skipDefaultNetworkCreation",
    ]);
    expect(all).toHaveProperty(["Service dev-orgpolicy"]);
});

test.each([
    ["development", dev, { protect: false, protectKeys: true }],
    ["production", prod, { protect: true, protectKeys: true }],
    ["production without protection", { ...prod, protection: false }, { protect: false, protectKeys: false }],
] as const)("what a project of %s holds is protected, and so are keys in all kinds: %#", async (_, args, expected) => {
    const found: object[] = [];
    await registered(() => {
        const { protect, protectKeys } = new EnvironmentProject("shop", args);
        found.push({ protect, protectKeys });
    }, foundation);
    expect(found).toEqual([expected]);
});

test("audit logs and the lien can be configured", async () => {
    const without = await made("prod", { ...prod, auditLogs: [], lien: false });
    const { "IAMAuditConfig prod": _, ...all } = around("prod", "acme-sales-prod", everyLog);
    expect(without).toEqual({ ...project("prod", prod, "PREVENT"), ...all });
    const chosen = await made("dev", { ...dev, auditLogs: ["DATA_WRITE", "DATA_WRITE"], lien: true });
    expect(chosen["IAMAuditConfig dev"]).toMatchObject({ auditLogConfigs: [{ logType: "DATA_WRITE" }] });
    expect(chosen["Lien dev"]).toMatchObject({ reason: "The project is the environment dev, which is development." });
});

test("the quota project is the configured one, the stack's, or the project itself", async () => {
    const quotaOf = async (args: EnvironmentProjectArgs, config: Record<string, string>) =>
        ((await made("dev", args, configured(config)))["Provider dev"] as { billingProject: string }).billingProject;
    const config = { "gcp:billingProject": "acme-billing", "gcp:project": "acme-foundation" };
    expect(await quotaOf({ ...dev, quotaProject: "acme-quota" }, config)).toBe("acme-quota");
    expect(await quotaOf(dev, config)).toBe("acme-billing");
    expect(await quotaOf(dev, {})).toBe("acme-sales-dev");
});

test("all resources in the project wait for its APIs, and only production is protected", async () => {
    const program = () =>
        new EnvironmentProject("prod", { ...prod, budget: { ...budget, alertEmails: ["a@acme.example"] } });
    const options = await registeredOptions(program, foundation);
    const inside = { parent: "EnvironmentProject prod", provider: "Provider prod" };
    const first = "Service prod-cloudresourcemanager";
    const apis = Object.keys(services("prod", "acme-sales-prod", "billingbudgets", "monitoring"));
    const after = ["Project prod", ...apis].sort();
    const channel = "NotificationChannel prod-a@acme.example";
    const { [first]: ofFirst, ...ofServices } = Object.fromEntries(apis.map((key) => [key, options[key]]));
    expect(ofFirst).toEqual({ ...inside, after: ["Project prod"] });
    for (const ofService of Object.values(ofServices)) {
        expect(ofService).toEqual({ ...inside, after: ["Project prod", first] });
    }
    const rest = Object.entries(options).filter(([key]) => !apis.includes(key));
    const names = Object.keys(policies("prod", "acme-sales-prod", everyPolicy));
    expect(Object.fromEntries(rest)).toEqual({
        ...Object.fromEntries(names.map((key) => [key, { ...inside, after }])),
        "EnvironmentProject prod": {},
        "Project prod": { parent: "EnvironmentProject prod", protect: true },
        "Provider prod": { parent: "EnvironmentProject prod", after: ["Project prod"] },
        "ServiceIdentity prod-artifactregistry": { ...inside, after },
        "DefaultServiceAccounts prod": {
            ...inside,
            after,
            replacementTrigger: apis
                .filter((key) => key !== "Service prod-orgpolicy")
                .map((key) => `${key.replace("Service prod-", "")}.googleapis.com`)
                .sort(),
        },
        "IAMAuditConfig prod": { ...inside, after },
        [channel]: { ...inside, after },
        "Budget prod": { ...inside, after: [channel, ...after].sort() },
        "Lien prod": { ...inside, after, protect: true },
    });
});

test.each([
    ["the argument", { ...prod, protection: false }, foundation],
    ["slipway:protection of the stack", prod, configured({ "slipway:protection": "off" })],
] as const)("production can be destroyed if %s is off", async (_, args, stack) => {
    const program = () => new EnvironmentProject("prod", args);
    expect(await registered(program, stack)).toEqual({
        ...project("prod", prod, "DELETE"),
        ...around("prod", "acme-sales-prod", everyLog),
        ...lien("prod"),
    });
    const options = Object.values(await registeredOptions(program, stack));
    expect(options.filter(({ protect }) => protect)).toEqual([]);
});

test("the argument takes precedence over the stack's configuration", async () => {
    const stack = configured({ "slipway:protection": "off" });
    const all = await made("prod", { ...prod, protection: true }, stack);
    expect(all["Project prod"]).toMatchObject({ deletionPolicy: "PREVENT" });
});

test("other stacks get its project, number and kind, and its dependencies", async () => {
    const told: unknown[] = [];
    const program = () => {
        const one = new EnvironmentProject("dev", dev);
        one.entry.apply((entry) => told.push(entry));
        told.push(one.ready.map((each) => Reflect.get(each, "__name")));
        const other = new EnvironmentProject("old", adopted);
        other.entry.apply((entry) => told.push(entry));
        told.push(other.project, other.kind, other.ready.length);
    };
    const outputs = await registeredOutputs(program, foundation);
    expect(outputs).toEqual({
        "EnvironmentProject dev": { projectId: "acme-sales-dev", number: "123", kind: "development" },
        "EnvironmentProject old": { projectId: "acme-old", number: "123", kind: "production" },
    });
    expect(told).toEqual(
        expect.arrayContaining([
            { project: "acme-sales-dev", number: "123", kind: "development" },
            { project: "acme-old", number: "123", kind: "production" },
            undefined,
            "production",
            22,
        ]),
    );
});

test("audit logs are chosen by API, with principals that are exempt", async () => {
    const exemptedMembers = ["group:ops@acme.com"] as const;
    const audited = async (auditLogs: EnvironmentProjectArgs["auditLogs"]) => {
        const all = await made("dev", { ...dev, auditLogs });
        return Object.entries(all).filter(([key]) => key.startsWith("IAMAuditConfig"));
    };
    expect(
        await audited({
            allServices: [{ type: "ADMIN_READ", exemptedMembers }],
            "storage.googleapis.com": ["DATA_READ", "DATA_WRITE"],
        }),
    ).toEqual([
        [
            "IAMAuditConfig dev",
            {
                project: expect.anything(),
                service: "allServices",
                auditLogConfigs: [{ logType: "ADMIN_READ", exemptedMembers }],
            },
        ],
        [
            "IAMAuditConfig dev-storage.googleapis.com",
            {
                project: expect.anything(),
                service: "storage.googleapis.com",
                auditLogConfigs: [{ logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
            },
        ],
    ]);
    const [[, allServices]] = (await audited({ "storage.googleapis.com": [] })) as [[string, object]];
    expect(allServices).toMatchObject({ service: "allServices", auditLogConfigs: [{ logType: "ADMIN_READ" }] });
});

test("transforms are applied last to each child", async () => {
    const transform = {
        project: { tags: { "tagKeys/1": "tagValues/2" } },
        provider: { region: "europe-west1" },
        service: { disableDependentServices: true },
        serviceIdentity: (_: object, options: pulumi.CustomResourceOptions) => {
            options.retainOnDelete = true;
        },
        defaultServiceAccounts: { action: "DEPRIVILEGE" },
        auditConfig: { service: "storage.googleapis.com" },
        notificationChannel: { enabled: false },
        budget: { ownershipScope: "BILLING_ACCOUNT" },
        lien: { origin: "acme" },
        policy: { dryRunSpec: { rules: [{ enforce: "TRUE" }] } },
    };
    const args = { ...prod, budget: { ...budget, alertEmails: ["a@acme.example"] }, transform };
    const all = await made("prod", args);
    expect(all).toMatchObject({
        "Project prod": { tags: { "tagKeys/1": "tagValues/2" } },
        "Provider prod": { region: "europe-west1" },
        "Service prod-iam": { disableDependentServices: true },
        "DefaultServiceAccounts prod": { action: "DEPRIVILEGE" },
        "IAMAuditConfig prod": { service: "storage.googleapis.com" },
        "NotificationChannel prod-a@acme.example": { enabled: false },
        "Budget prod": { ownershipScope: "BILLING_ACCOUNT" },
        "Lien prod": { origin: "acme" },
        "Policy prod-sql.restrictAuthorizedNetworks": { dryRunSpec: { rules: [{ enforce: "TRUE" }] } },
    });
    const options = await registeredOptions(() => new EnvironmentProject("prod", args), foundation);
    expect(options["ServiceIdentity prod-artifactregistry"]).toMatchObject({ retainOnDelete: true });
});

test("a preview with unknown outputs registers the same resources", async () => {
    const args = { ...prod, budget: { ...budget, alertEmails: ["a@acme.example"] } };
    const keys = async (preview: boolean) =>
        Object.keys(await registered(() => new EnvironmentProject("prod", args), { ...foundation, preview }));
    expect(await keys(true)).toEqual(await keys(false));
});

describe("invalid arguments are refused before anything is registered:", () => {
    const idForm =
        "must be a project ID: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen";
    const accountForm = "must be a billing account's ID, such as 012345-6789AB-CDEF01";
    const ofDev = (args: object) => ({ ...dev, ...args });
    const condition = { expression: "resource.matchTag('123456789012/environment', 'test')" };
    const ofBudget = (args: object) => ({ ...dev, budget: { ...budget, ...args } });
    const mendParent = 'Set its folder or organization with parent: { folder: "123456789012" }.';
    const mails = (count: number) => Array.from({ length: count }, (_, index) => `a${index}@acme.example`);
    const manyLabels = Object.fromEntries(Array.from({ length: 63 }, (_, index) => [`l${index}`, "x"]));

    const wrong: [string, unknown, string][] = [
        ["a short id", ofDev({ projectId: "acme" }), `projectId: ${idForm} (got "acme").`],
        ["an id in capitals", ofDev({ projectId: "Acme-Sales" }), `projectId: ${idForm} (got "Acme-Sales").`],
        [
            "an id with a hyphen at its end",
            ofDev({ projectId: "acme-sales-" }),
            `projectId: ${idForm} (got "acme-sales-").`,
        ],
        [
            "an unknown kind",
            ofDev({ kind: "test" }),
            'kind: must be one of development, staging, production (got "test").',
        ],
        ["no parent", ofDev({ parent: undefined }), `parent: is missing. ${mendParent}`],
        [
            "an empty parent",
            ofDev({ parent: {} }),
            `parent: must have exactly one of folder, organization (got {}). ${mendParent}`,
        ],
        [
            "both parents",
            ofDev({ parent: { folder: "1", organization: "2" } }),
            `parent: must have exactly one of folder, organization (got { folder: "1", organization: "2" }). ${mendParent}`,
        ],
        [
            "a folder's name",
            ofDev({ parent: { folder: "sales" } }),
            `parent.folder: must be a folder's number, such as 123456789012 (got "sales"). ${mendParent}`,
        ],
        [
            "an organization's domain",
            ofDev({ parent: { organization: "acme.com" } }),
            `parent.organization: must be an organization's number, such as 123456789012 (got "acme.com"). ${mendParent}`,
        ],
        ["no billing account", ofDev({ billingAccount: undefined }), "billingAccount: is missing."],
        [
            "an account in small letters",
            ofDev({ billingAccount: "012345-6789ab-cdef01" }),
            `billingAccount: ${accountForm} (got "012345-6789ab-cdef01").`,
        ],
        [
            "an account with a group too few",
            ofDev({ billingAccount: "012345-6789AB" }),
            `billingAccount: ${accountForm} (got "012345-6789AB").`,
        ],
        [
            "a short name",
            ofDev({ displayName: "abc" }),
            'displayName: must be 4 to 30 letters, digits, hyphens, quotes, spaces and exclamation marks (got "abc").',
        ],
        [
            "an API without its domain",
            ofDev({ apis: ["run"] }),
            'apis.0: must be an API\'s name, such as run.googleapis.com (got "run").',
        ],
        [
            "a constraint with its prefix",
            ofDev({ policies: { "constraints/sql.restrictPublicIp": true } }),
            'policies.constraints/sql.restrictPublicIp: must be a constraint\'s name without its prefix, such as compute.vmExternalIpAccess (got "constraints/sql.restrictPublicIp").',
        ],
        [
            "a rule in words",
            ofDev({ policies: { "sql.restrictPublicIp": "yes" } }),
            'policies.sql.restrictPublicIp: must be true, false, "inherit", { allow }, { deny }, { rules } or { dryRun } (got "yes").',
        ],
        [
            "an audited rule in words",
            ofDev({ policies: { "sql.restrictPublicIp": { dryRun: "inherit" } } }),
            'policies.sql.restrictPublicIp.dryRun: must be true, false, { allow }, { deny } or { rules } (got "inherit").',
        ],
        [
            "an enforced rule beside no audited one",
            ofDev({ policies: { "sql.restrictPublicIp": { enforced: true } } }),
            "policies.sql.restrictPublicIp.dryRun: is missing.",
        ],
        [
            "no rules",
            ofDev({ policies: { "sql.restrictPublicIp": { rules: [] } } }),
            "policies.sql.restrictPublicIp: must have rules that all have enforce, or all allow or deny values (got { rules: [] }).",
        ],
        [
            "a rule that is enforced and denies values",
            ofDev({ policies: { "sql.restrictPublicIp": { rules: [{ enforce: true, deny: "all" }] } } }),
            'policies.sql.restrictPublicIp.rules.0: must have enforce, or allow or deny, or lists of both (got { enforce: true, deny: "all" }).',
        ],
        [
            "rules of two kinds",
            ofDev({ policies: { "sql.restrictPublicIp": { rules: [{ enforce: true }, { deny: "all" }] } } }),
            "policies.sql.restrictPublicIp: must have rules that all have enforce, or all allow or deny values (got { rules: [{ … }, { … }] }).",
        ],
        [
            "parameters of a rule that is not enforced",
            ofDev({ policies: { "sql.restrictPublicIp": { rules: [{ enforce: false, parameters: {} }] } } }),
            "policies.sql.restrictPublicIp.rules.0: must have enforce: true with parameters (got { enforce: false, parameters: {} }).",
        ],
        [
            "two rules without a condition",
            ofDev({ policies: { "sql.restrictPublicIp": { rules: [{ enforce: true }, { enforce: false }] } } }),
            "policies.sql.restrictPublicIp: must have exactly one rule without condition, to which those with a condition are opposite (got { rules: [{ … }, { … }] }).",
        ],
        [
            "a rule with a condition that changes nothing",
            ofDev({
                policies: { "sql.restrictPublicIp": { rules: [{ enforce: true }, { enforce: true, condition }] } },
            }),
            `policies.sql.restrictPublicIp: must have exactly one rule without condition, to which those with a condition are opposite (got { rules: [{ … }, { … }] }).`,
        ],
        [
            "enforcement in addition to the organization's",
            ofDev({ policies: { "sql.restrictPublicIp": { rules: [{ enforce: true }], inherit: true } } }),
            "policies.sql.restrictPublicIp: must not have inherit with enforce, which replaces the rule of the folder or the organization (got { rules: [{ … }], inherit: true }).",
        ],
        [
            "a condition of something other than tags",
            ofDev({
                policies: {
                    "gcp.resourceLocations": {
                        rules: [{ deny: "all", condition: { expression: "request.time > 1" } }],
                    },
                },
            }),
            "policies.gcp.resourceLocations.rules.0.condition.expression: must have up to 10 tests of tags such as resource.matchTag('123456789012/environment', 'test'), joined by && or || (got \"request.time > 1\").",
        ],
        [
            "an empty rule",
            ofDev({ policies: { "gcp.resourceLocations": {} } }),
            "policies.gcp.resourceLocations: must have allow or deny, or lists of both (got {}).",
        ],
        [
            "a list of allowed values beside all denied ones",
            ofDev({ policies: { "gcp.resourceLocations": { allow: ["in:eu-locations"], deny: "all" } } }),
            'policies.gcp.resourceLocations: must have allow or deny, or lists of both (got { allow: ["in:eu-locations"], deny: "all" }).',
        ],
        [
            "all allowed values beside a list of denied ones",
            ofDev({ policies: { "gcp.resourceLocations": { allow: "all", deny: ["europe-west2"] } } }),
            'policies.gcp.resourceLocations: must have allow or deny, or lists of both (got { allow: "all", deny: ["europe-west2"] }).',
        ],
        [
            "a custom role without permissions",
            ofDev({ customRoles: { modelReader: { permissions: [] } } }),
            "customRoles.modelReader.permissions: must have at least one permission (got []).",
        ],
        [
            "a custom role with a permission of organizations",
            ofDev({ customRoles: { modelReader: { permissions: ["resourcemanager.projects.list"] } } }),
            'customRoles.modelReader.permissions.0: cannot be a permission of organizations or folders, which a role of a project cannot have (got "resourcemanager.projects.list").',
        ],
        ["one API", ofDev({ apis: "run.googleapis.com" }), 'apis: must be a list of APIs (got "run.googleapis.com").'],
        [
            "a label in capitals",
            ofDev({ labels: { team: "Sales" } }),
            'labels.team: a label\'s value must have up to 63 lower-case letters, digits, _ and - (got "Sales").',
        ],
        ["too many labels", ofDev({ labels: manyLabels }), "labels: [resourcemanager/too-many-labels]"],
        [
            "an unknown API",
            ofDev({ auditLogs: { storage: ["DATA_READ"] } }),
            'auditLogs.storage: must be allServices, or an API such as storage.googleapis.com (got "storage").',
        ],
        [
            "a log twice",
            ofDev({ auditLogs: { allServices: ["DATA_READ", { type: "DATA_READ", exemptedMembers: ["allUsers"] }] } }),
            'auditLogs.allServices: must have each type once (got ["DATA_READ", {',
        ],
        [
            "a log without exempt principals",
            ofDev({ auditLogs: { allServices: [{ type: "DATA_READ", exemptedMembers: [] }] } }),
            "auditLogs.allServices.0.exemptedMembers: must have a principal (got []).",
        ],
        [
            "an unknown log",
            ofDev({ auditLogs: ["ADMIN_WRITE"] }),
            'auditLogs.0: must be one of ADMIN_READ, DATA_READ, DATA_WRITE (got "ADMIN_WRITE").',
        ],
        [
            "an amount of 0",
            ofBudget({ amount: 0 }),
            "budget.amount: must be a number above 0, in units of the currency (got 0).",
        ],
        [
            "a negative amount",
            ofBudget({ amount: -1 }),
            "budget.amount: must be a number above 0, in units of the currency (got -1).",
        ],
        [
            "an amount that is not a number",
            ofBudget({ amount: "300" }),
            'budget.amount: must be a number above 0, in units of the currency (got "300").',
        ],
        ["a budget without currency", { ...dev, budget: { amount: 300 } }, "budget.currency: is missing."],
        [
            "an unknown currency",
            ofBudget({ currency: "Euro" }),
            'budget.currency: must be the code of a currency, such as EUR (got "Euro").',
        ],
        [
            "an unknown period",
            ofBudget({ period: "WEEK" }),
            'budget.period: must be one of MONTH, QUARTER, YEAR (got "WEEK").',
        ],
        [
            "a threshold that is a fraction",
            ofBudget({ thresholds: [0.5] }),
            "budget.thresholds.0: must be a whole number from 1 to 1000 percent of the amount (got 0.5).",
        ],
        [
            "a forecast of 0",
            ofBudget({ forecastThresholds: [0] }),
            "budget.forecastThresholds.0: must be a whole number from 1 to 1000 percent of the amount (got 0).",
        ],
        [
            "a name instead of an email address",
            ofBudget({ alertEmails: ["sales"] }),
            'budget.alertEmails.0: must be an email address (got "sales").',
        ],
        [
            "an email address without a domain",
            ofBudget({ alertEmails: ["a@acme"] }),
            'budget.alertEmails.0: must be an email address (got "a@acme").',
        ],
        [
            "six email addresses",
            ofBudget({ alertEmails: mails(6) }),
            'budget.alertEmails: there can be 5 addresses at most (got ["a0@acme.example", "a1@acme.example", "a2@acme.example", "a3@acme.example", "a…).',
        ],
        [
            "a duplicate email address",
            ofBudget({ alertEmails: ["a@acme.example", "a@acme.example"] }),
            'budget.alertEmails: has duplicate addresses (got ["a@acme.example", "a@acme.example"]).',
        ],
        [
            "a topic's name",
            ofBudget({ topic: "budgets" }),
            'budget.topic: must be a topic\'s path, such as projects/acme-billing/topics/budgets (got "budgets").',
        ],
        [
            "a quota project's number",
            ofDev({ quotaProject: "123456789012" }),
            `quotaProject: ${idForm} (got "123456789012").`,
        ],
        ["protection by on", ofDev({ protection: "on" }), 'protection: must be true or false (got "on").'],
        ["a wrong key", ofDev({ budgett: budget }), 'unknown option "budgett"; did you mean "budget"?'],
        ["an unknown child", ofDev({ transform: { network: {} } }), 'transform.network: unknown option "network".'],
        [
            "the parent of an adopted project",
            { ...adopted, parent: dev.parent },
            'parent: cannot be combined with adopt, which does not change the project itself (got { folder: "123456789012" }).',
        ],
        [
            "labels of an adopted project",
            { ...adopted, labels: {} },
            "labels: cannot be combined with adopt, which does not change the project itself (got {}).",
        ],
        [
            "a name of an adopted project",
            { ...adopted, displayName: "Sales" },
            'displayName: cannot be combined with adopt, which does not change the project itself (got "Sales").',
        ],
        ["adoption that is not a boolean", { ...dev, adopt: "yes" }, 'adopt: must be true or false (got "yes").'],
    ];

    test.each(wrong)("%s", async (_, args, words) => {
        const message = await refused(() => new EnvironmentProject("dev", args as EnvironmentProjectArgs), foundation);
        expect(message).toContain('EnvironmentProject "dev": ');
        expect(message).toContain(words);
        expect(message.split("\n")).toHaveLength(1);
    });

    test("64 labels are accepted, with environment and kind", async () => {
        const labels = Object.fromEntries(Object.entries(manyLabels).slice(1));
        const { "Project dev": project } = await made("dev", { ...dev, labels });
        expect(Object.keys((project as { labels: object }).labels)).toHaveLength(64);
    });

    test("five email addresses are accepted", async () => {
        const all = await made("dev", ofBudget({ alertEmails: mails(5) }) as EnvironmentProjectArgs);
        expect(Object.keys(all).filter((key) => key.startsWith("NotificationChannel"))).toHaveLength(5);
    });

    test("slipway:protection with an invalid value", async () => {
        const stack = configured({ "slipway:protection": "none" });
        expect(await refused(() => new EnvironmentProject("dev", dev), stack)).toBe(
            'EnvironmentProject "dev": protection: must be true or false (got "none").',
        );
    });
});

test("custom roles are created, and a role that is asked for twice is granted once", async () => {
    const group = "group:ml@acme.com";
    const all = await registered(() => {
        const customRoles = { modelReader: { permissions: ["storage.objects.get"] } };
        const project = new EnvironmentProject("dev", { ...dev, customRoles });
        for (const role of ["modelReader", "roles/browser", "modelReader", "roles/browser"]) {
            allow(project.role(role), group);
        }
    }, foundation);
    expect(all["IAMCustomRole dev-modelReader"]).toMatchObject({
        roleId: "modelReader",
        title: "modelReader",
        permissions: ["storage.objects.get"],
    });
    expect(all["IAMMember project-model-reader-group-ml-acme-com"]).toEqual({
        project: "acme-sales-dev",
        role: "projects/acme-sales-dev/roles/modelReader",
        member: group,
    });
    expect(all["IAMMember project-browser-group-ml-acme-com"]).toMatchObject({ role: "roles/browser" });
});

test("a grant of a role is a part of the project, and waits for it, its provider and the role", async () => {
    const group = "group:ml@acme.com";
    const options = await registeredOptions(() => {
        const customRoles = { modelReader: { permissions: ["storage.objects.get"] } };
        const project = new EnvironmentProject("dev", { ...dev, customRoles });
        for (const role of ["modelReader", "roles/browser"]) {
            allow(project.role(role), group);
        }
    }, foundation);
    const [parent, provider] = ["EnvironmentProject dev", "Provider dev"];
    const ready = Object.keys(options).filter((key) =>
        /^(DefaultServiceAccounts|Policy|Project|Service|ServiceIdentity) dev/.test(key),
    );
    expect(options["IAMMember project-browser-group-ml-acme-com"]).toEqual({
        parent,
        provider,
        after: [...ready, provider].sort(),
    });
    expect(options["IAMMember project-model-reader-group-ml-acme-com"]).toEqual({
        parent,
        provider,
        after: ["IAMCustomRole dev-modelReader", ...ready, provider].sort(),
    });
});

describe("a Shared VPC", () => {
    const computed = services("net", "acme-sales-dev", "compute");
    const host = { ...dev, sharedVpc: "host" } as const;
    const guest = { ...dev, projectId: "acme-shop-dev", apis: ["container.googleapis.com", "storage.googleapis.com"] };

    test("has a host project, protected in production, and projects that are attached to it", async () => {
        const program = () => {
            const net = new EnvironmentProject("net", host);
            new EnvironmentProject("shop", { ...guest, sharedVpc: { host: net } });
            new EnvironmentProject("far", { ...dev, projectId: "acme-far-dev", sharedVpc: { host: "acme-net" } });
        };
        const all = await registered(program, foundation);
        expect(all).toMatchObject(computed);
        expect(all["SharedVPCHostProject net"]).toEqual({ project: "acme-sales-dev" });
        expect(all["SharedVPCServiceProject shop"]).toEqual({
            hostProject: "acme-sales-dev",
            serviceProject: "acme-shop-dev",
        });
        expect(all["SharedVPCServiceProject far"]).toEqual({ hostProject: "acme-net", serviceProject: "acme-far-dev" });
        const options = await registeredOptions(program, foundation);
        expect(options["SharedVPCHostProject net"]).not.toHaveProperty("protect");
        expect(options["SharedVPCServiceProject shop"]?.after).toContain("SharedVPCHostProject net");
        const kept = () => new EnvironmentProject("net", { ...prod, sharedVpc: "host" });
        expect(await registeredOptions(kept, foundation)).toMatchObject({
            "SharedVPCHostProject net": { protect: true },
        });
    });

    test("is used by the service agents of the attached projects, with roles on the host", async () => {
        const all = await registered(() => {
            const net = new EnvironmentProject("net", host);
            const shop = new EnvironmentProject("shop", { ...guest, sharedVpc: { host: net } });
            const gke = shop.agent("container.googleapis.com");
            expect(shop.agent("container.googleapis.com")).toBe(gke);
            allow(net.role("roles/container.hostServiceAgentUser"), gke);
            const agents = ["compute", "artifactregistry", "storage"].map((api) => shop.agent(`${api}.googleapis.com`));
            allow(net.role("roles/compute.networkUser"), [gke, shop.googleApisAgent, ...agents]);
        }, foundation);
        const grants = Object.entries(all).filter(([key]) => key.startsWith("IAMMember "));
        expect(Object.fromEntries(grants)).toMatchSnapshot();
        expect(all["ServiceIdentity shop-container"]).toEqual({
            project: "acme-shop-dev",
            service: "container.googleapis.com",
        });
    });

    test.each<[string, () => unknown, string, string[]]>([
        [
            "a host that does not share its networks",
            () => new EnvironmentProject("shop", { ...guest, sharedVpc: { host: new EnvironmentProject("net", dev) } }),
            "sharedVpc.host: [resourcemanager/shared-vpc-host-not-shared]",
            ["net"],
        ],
        [
            "itself as host",
            () => new EnvironmentProject("shop", { ...guest, sharedVpc: { host: guest.projectId } }),
            "sharedVpc.host: [resourcemanager/shared-vpc-host-itself]",
            [],
        ],
        [
            "an agent of an API that is not enabled",
            () => new EnvironmentProject("net", dev).agent("run.googleapis.com"),
            "agent: [resourcemanager/agent-without-api]",
            ["net"],
        ],
    ])("%s is refused", async (_, program, text, made) => {
        const others =
            made.length > 0 ? Object.keys(await registered(() => new EnvironmentProject("net", dev), foundation)) : [];
        expect(await refused(program, foundation, others)).toContain(text);
    });
});
