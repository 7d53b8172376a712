import type * as pulumi from "@pulumi/pulumi";
import { Alerts, Budget, type BudgetArgs } from "slipway";
import { type ProjectBudget, refusalHint } from "../../../lib/resourcemanager/project/budget";
import { logged, startProgram } from "../engine";
import { refused, registered, registeredOptions } from "../registered";

const account = "012345-6789AB-CDEF01";
const args = { amount: 99.5, currency: "EUR", billingAccount: account };
const project = (token: string) =>
    token.endsWith("getProject")
        ? { number: "123", projectId: "acme-dev", billingAccount: "ABCDEF-012345-6789AB" }
        : undefined;

test("a budget counts the costs of resources with the label of the stack", async () => {
    expect(await registered(() => new Budget("platform", args), { call: project })).toEqual({
        "Provider platform": { project: "acme-dev", billingProject: "acme-dev", userProjectOverride: "true" },
        "Budget platform": {
            billingAccount: account,
            displayName: "platform",
            budgetFilter: { projects: ["projects/123"], calendarPeriod: "MONTH", labels: { environment: "dev" } },
            amount: { specifiedAmount: { currencyCode: "EUR", units: "99", nanos: 500_000_000 } },
            thresholdRules: [0.5, 0.7, 1].map((thresholdPercent) => ({
                thresholdPercent,
                spendBasis: "CURRENT_SPEND",
            })),
        },
    });
    expect((await registeredOptions(() => new Budget("platform", args), { call: project }))["Budget platform"]).toEqual(
        {
            parent: "slipway:Budget platform",
            provider: "Provider platform",
            after: ["Service billingbudgets", "Service monitoring"],
        },
    );
});

test.each<[string, BudgetArgs["label"], object | undefined]>([
    ["of a team", { team: "forecast" }, { team: "forecast" }],
    ["of the whole project", false, undefined],
])("a budget %s notifies addresses, in the project's billing account", async (_, label, expected) => {
    const own: BudgetArgs = { amount: 300, currency: "EUR", label, alertEmails: ["sales@acme.example"] };
    const made = await registered(() => new Budget("costs", own), { call: project });
    expect(made["NotificationChannel costs-sales@acme.example"]).toMatchObject({ type: "email", project: "acme-dev" });
    const { budgetFilter, allUpdatesRule, billingAccount } = made["Budget costs"] as Record<
        string,
        { labels?: object }
    >;
    expect(billingAccount).toBe("ABCDEF-012345-6789AB");
    expect(budgetFilter?.labels).toEqual(expected);
    expect(allUpdatesRule).toEqual({
        monitoringNotificationChannels: ["projects/acme-dev/notificationChannels/sales@acme.example"],
    });
});

test.each<[string, BudgetArgs["credits"], object]>([
    ["no credits", false, { creditTypesTreatment: "EXCLUDE_ALL_CREDITS" }],
    [
        "these credits",
        ["FREE_TIER", "DISCOUNT"],
        { creditTypesTreatment: "INCLUDE_SPECIFIED_CREDITS", creditTypes: ["FREE_TIER", "DISCOUNT"] },
    ],
])("a budget subtracts %s", async (_, credits, filter) => {
    const made = await registered(() => new Budget("platform", { ...args, credits }), { call: project });
    const common = { projects: ["projects/123"], calendarPeriod: "MONTH", labels: { environment: "dev" } };
    expect((made["Budget platform"] as { budgetFilter: object }).budgetFilter).toEqual({ ...common, ...filter });
});

test.each<[string, Partial<BudgetArgs>, string]>([
    ["the project of the arguments", { quotaProject: "acme-quota" }, "acme-quota"],
    ["the project of the provider's configuration", {}, "acme-billing"],
])("the calls of a budget count for %s", async (_, more, expected) => {
    const config = { "gcp:billingProject": "acme-billing" };
    const made = await registered(() => new Budget("platform", { ...args, ...more }), { call: project, config });
    expect(made["Provider platform"]).toMatchObject({ project: "acme-dev", billingProject: expected });
});

test("a budget notifies the addresses, then the channels of its alerts", async () => {
    const channels = ["projects/acme-dev/notificationChannels/1"];
    const made = await registered(
        () => {
            const alerts = new Alerts("oncall", { to: { channels }, quota: false });
            new Budget("platform", { ...args, alerts, alertEmails: ["sales@acme.example"] });
        },
        { call: project },
    );
    expect(made["Budget platform"]).toMatchObject({
        allUpdatesRule: {
            monitoringNotificationChannels: ["projects/acme-dev/notificationChannels/sales@acme.example", ...channels],
        },
    });
});

test("a budget can have five channels", async () => {
    const channels = [1, 2].map((number) => `projects/acme-dev/notificationChannels/${number}`);
    const alertEmails = [..."abc"].map((letter) => `${letter}@acme.example`);
    const program = () => {
        const alerts = new Alerts("oncall", { to: { channels }, quota: false });
        new Budget("platform", { ...args, alerts, alertEmails });
    };
    expect((await registered(program, { call: project }))["Budget platform"]).toMatchObject({
        allUpdatesRule: { monitoringNotificationChannels: { length: 5 } },
    });
});

test("a budget can have five addresses", async () => {
    const alertEmails = [..."abcde"].map((letter) => `${letter}@acme.example`);
    const made = await registered(() => new Budget("platform", { ...args, alertEmails }), { call: project });
    expect(made["Budget platform"]).toMatchObject({
        allUpdatesRule: { monitoringNotificationChannels: { length: 5 } },
    });
});

test.each<[number, object]>([
    [0.5, { units: "0", nanos: 500_000_000 }],
    [1, { units: "1" }],
    // A computed amount, 434.99999999999994.
    [4.35 * 100, { units: "435" }],
])("the amount %d is passed in units and billionths", async (amount, money) => {
    const made = await registered(() => new Budget("platform", { ...args, amount }), { call: project });
    expect(made["Budget platform"]).toMatchObject({
        amount: { specifiedAmount: { currencyCode: "EUR", ...money } },
    });
});

const wrong: [string, object, string][] = [
    ["no amount", { amount: undefined }, "amount: must be a number above 0, in units of the currency (got undefined)."],
    ["two labels", { label: { a: "b", c: "d" } }, 'label: must have exactly one label (got { a: "b", c: "d" }).'],
    [
        "an unknown currency",
        { currency: "EURO" },
        'currency: must be the code of a currency, such as EUR (got "EURO").',
    ],
    ["no credits in a list", { credits: [] }, "credits: must have a type of credits, or be false (got [])."],
    ["a type of credits twice", { credits: ["DISCOUNT", "DISCOUNT"] }, "credits: has duplicate types"],
    [
        "six addresses",
        { alertEmails: [..."abcdef"].map((letter) => `${letter}@acme.example`) },
        "alertEmails: there can be 5 addresses at most",
    ],
];

test("a budget with more channels than it can have, of its own and of its alerts, is refused", async () => {
    const alertEmails = [..."abc"].map((letter) => `${letter}@acme.example`);
    const channels = [1, 2, 3].map((number) => `projects/acme-dev/notificationChannels/${number}`);
    const program = () => {
        const alerts = new Alerts("oncall", { to: { channels }, quota: false });
        new Budget("platform", { ...args, alerts, alertEmails });
    };
    expect(await refused(program)).toBe('Budget "platform": alerts: [billing/too-many-channels]');
});

test.each(wrong)("a budget with %s is refused", async (_, more, problem) => {
    const program = () => new Budget("platform", { ...args, ...more } as BudgetArgs);
    expect(await refused(program)).toContain(`Budget "platform": ${problem}`);
});

const topic = "projects/acme-billing/topics/budgets";
const invalid = "Error creating Budget: googleapi: Error 400: Request contains an invalid argument.";
const denied = "Error updating Budget: googleapi: Error 403: The caller does not have permission";
const page = "https://cloud.google.com/billing/docs/how-to/budgets-programmatic-notifications";
const policy = `and an organization policy can exclude billing-budget-alert@system.gserviceaccount.com, which publishes to it: ${page}.`;
const silent = "Google Cloud does not name the";

test.each<[string, Partial<ProjectBudget>, string, string[]]>([
    [
        "an invalid argument",
        { topic },
        invalid,
        [
            `${silent} invalid argument. The topic "${topic}" must exist, ${policy} The currency EUR must be the billing account's.`,
        ],
    ],
    [
        "an invalid argument, without a topic",
        {},
        invalid,
        [`${silent} invalid argument. The currency EUR must be the billing account's.`],
    ],
    [
        "a missing permission",
        { topic },
        denied,
        [
            `${silent} missing permission. In addition to that for budgets, the deployer needs pubsub.topics.setIamPolicy on the topic "${topic}", such as by roles/pubsub.admin, ${policy}`,
        ],
    ],
    ["a missing permission, without a topic", {}, denied, []],
    ["another error", { topic }, "googleapi: Error 429: Quota exceeded", []],
])("of %s, the error of a budget says what can be wrong", async (_, more, error, hints) => {
    await startProgram();
    const said = logged("error");
    const hook = refusalHint('Budget "costs"', { amount: 300, currency: "EUR", ...more }) as pulumi.ErrorHook;
    expect(await hook.callback({ errors: [error] } as never)).toBe(false);
    expect(said).toEqual(hints.map((hint) => `Budget "costs": ${hint}`));
});
