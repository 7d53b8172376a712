import { Account } from "@pulumi/gcp/serviceaccount/account";
import { queueProblems, queues, type TaskQueue, taskQueues } from "../../../lib/appengine/calls/queues";
import { type Capability, use } from "../../../lib/internal/access/capability";
import { made, refusal } from "./around";

const registered = (all: Record<string, TaskQueue>, stack = {}) =>
    made(
        (child, environment) => taskQueues("shop", all, environment, { region: "europe-west1", after: [] }, child),
        {},
        stack,
    );
const own = (inputs: Record<string, object>) =>
    Object.fromEntries(Object.entries(inputs).filter(([key]) => key.startsWith("Queue ")));

test("a queue has an unused name, and the limits of Cloud Tasks", async () => {
    const { inputs, options } = await registered({ mails: {} });
    expect(own(inputs)).toEqual({
        "Queue shop-mails": {
            name: expect.stringMatching(/^shop-mails-[0-9a-f]{6}$/),
            location: "europe-west1",
            desiredState: "RUNNING",
        },
    });
    expect(options["Queue shop-mails"]).toMatchObject({
        parent: "Part shop",
        after: ["Service cloudtasks"],
        ignoreChanges: ["name"],
        replacementTrigger: "shop-mails",
        deleteBeforeReplace: false,
    });
});

test("a queue takes every option", async () => {
    const mails: TaskQueue = {
        name: "mails",
        rate: 0.5,
        concurrency: 10,
        retries: {
            max: "unlimited",
            maxDuration: "2 days",
            minBackoff: "10 seconds",
            maxBackoff: "5 minutes",
            maxDoublings: 3,
        },
        service: "mailer",
        version: "stable",
        paused: true,
        logged: 10,
    };
    const { inputs, options } = await registered({ mails });
    expect(own(inputs)).toEqual({
        "Queue shop-mails": {
            name: "mails",
            location: "europe-west1",
            rateLimits: { maxDispatchesPerSecond: 0.5, maxConcurrentDispatches: 10 },
            retryConfig: {
                maxAttempts: -1,
                maxRetryDuration: "172800s",
                minBackoff: "10s",
                maxBackoff: "300s",
                maxDoublings: 3,
            },
            appEngineRoutingOverride: { service: "mailer", version: "stable" },
            desiredState: "PAUSED",
            stackdriverLoggingConfig: { samplingRatio: 0.1 },
        },
    });
    expect(options["Queue shop-mails"]).not.toHaveProperty("ignoreChanges");
});

test.each<[TaskQueue, object]>([
    [{ rate: 500 }, { rateLimits: { maxDispatchesPerSecond: 500 } }],
    [{ concurrency: 1 }, { rateLimits: { maxConcurrentDispatches: 1 } }],
    [{ retries: 0 }, { retryConfig: { maxAttempts: 1 } }],
    [{ retries: "unlimited" }, { retryConfig: { maxAttempts: -1 } }],
    [{ retries: { max: 2 } }, { retryConfig: { maxAttempts: 3 } }],
    [{ retries: { maxBackoff: "10 minutes" } }, { retryConfig: { maxBackoff: "600s" } }],
    [{ service: "mailer" }, { appEngineRoutingOverride: { service: "mailer" } }],
    [{ version: "stable" }, { appEngineRoutingOverride: { version: "stable" } }],
    [{ logged: 0 }, { stackdriverLoggingConfig: { samplingRatio: 0 } }],
    [{ paused: true }, { desiredState: "PAUSED" }],
])("a queue with only %j has the limits of Cloud Tasks otherwise", async (queue, expected) => {
    const { inputs } = await registered({ mails: { name: "mails", ...queue } });
    expect(own(inputs)).toEqual({
        "Queue shop-mails": { name: "mails", location: "europe-west1", desiredState: "RUNNING", ...expected },
    });
});

test("a consumer with the enqueuer capability can add tasks to the queues and read the application, with one grant each", async () => {
    const { inputs } = await made((child, environment) => {
        const parts = { region: "europe-west1", after: [] };
        const offered = taskQueues(
            "shop",
            { mails: { name: "mails" }, orders: { name: "orders" } },
            environment,
            parts,
            child,
        );
        const account = new Account(...child("account", "web", { accountId: "web-run" }));
        const uses = {
            MAILS: offered.mails?.enqueuer as Capability,
            ORDERS: offered.orders?.enqueuer as Capability,
        };
        const { env: variables } = use("web", uses, account.member, {});
        new Account(...child("told", "told", { accountId: "told-run", displayName: variables.MAILS }));
    });
    const member = "serviceAccount:web-run@acme-dev.iam.gserviceaccount.com";
    const queue = { project: "acme-dev", location: "europe-west1", role: "roles/cloudtasks.enqueuer", member };
    expect(inputs).toMatchObject({
        "QueueIamMember web-shop-mails-enqueuer": { ...queue, name: "mails" },
        "QueueIamMember web-shop-orders-enqueuer": { ...queue, name: "orders" },
        "IAMMember web-shop-app-viewer": { project: "acme-dev", role: "roles/appengine.appViewer", member },
        "Account told": { displayName: "projects/acme-dev/locations/europe-west1/queues/mails" },
    });
});

test("without queues no resource is registered, and no API enabled", async () => {
    const { options } = await registered({}, { environment: true });
    expect(Object.keys(options).sort()).toEqual(["Environment dev", "Part shop", "Provider dev"]);
});

const rate = "must be a number above 0 and up to 500";
const wrong: [string, unknown, string][] = [
    [
        "none at once",
        { mails: { concurrency: 0 } },
        "queues.mails.concurrency: must be a whole number from 1 to 5000 (got 0).",
    ],
    [
        "a time of retries of less than a second",
        { mails: { retries: { maxDuration: "0 seconds" } } },
        'queues.mails.retries.maxDuration: must be from 1 second to 31 days (got "0 seconds").',
    ],
    [
        "a time of retries of more than a month",
        { mails: { retries: { maxDuration: "32 days" } } },
        'queues.mails.retries.maxDuration: must be from 1 second to 31 days (got "32 days").',
    ],
    [
        "a name with an underscore",
        { a_b: {} },
        'queues.a_b: the name of a queue must have 1 to 100 letters, digits and - (got "a_b").',
    ],
    [
        "a rate of 0",
        { mails: { rate: 0 } },
        `queues.mails.rate: ${rate} (got 0). A queue that sends nothing is paused: true.`,
    ],
    [
        "a rate above 500",
        { mails: { rate: 501 } },
        `queues.mails.rate: ${rate} (got 501). A queue that sends nothing is paused: true.`,
    ],
    [
        "a rate as a text",
        { mails: { rate: "5/s" } },
        `queues.mails.rate: ${rate} (got "5/s"). A queue that sends nothing is paused: true.`,
    ],
    [
        "5,001 at once",
        { mails: { concurrency: 5001 } },
        "queues.mails.concurrency: must be a whole number from 1 to 5000 (got 5001).",
    ],
    [
        "fewer than no retries",
        { mails: { retries: -1 } },
        "queues.mails.retries: must be a whole number from 0 to 2147483646 (got -1).",
    ],
    [
        "no doublings",
        { mails: { retries: { maxDoublings: 0 } } },
        "queues.mails.retries.maxDoublings: must be a whole number from 1 to 2147483647 (got 0).",
    ],
    [
        "a minimum delay above the maximum",
        { mails: { retries: { minBackoff: "2 hours" } } },
        'queues.mails.retries: must not have a minBackoff, 2 hours, above maxBackoff, 1 hour (got { minBackoff: "2 hours" }).',
    ],
    [
        "a log of more than all",
        { mails: { logged: 101 } },
        "queues.mails.logged: must be a percentage, from 0 to 100 (got 101).",
    ],
    ["an unknown service", { mails: { service: "mailr" } }, "queues.mails.service: [appengine/unknown-service]"],
    [
        "the name of another",
        { a: { name: "mails" }, b: { name: "mails" } },
        "queues.b.name: [appengine/queue-name-twice]",
    ],
    [
        "an unknown option",
        { mails: { maxConcurrentRequests: 5 } },
        'queues.mails.maxConcurrentRequests: unknown option "maxConcurrentRequests"; did you mean "concurrency"?',
    ],
];

test.each(wrong)("a queue with %s is refused", async (_, given, expected) => {
    const message = await refusal<Record<string, TaskQueue>>("queues", given, queues, (all) =>
        queueProblems(all, ["default", "mailer"]),
    );
    expect(message).toBe(`App "shop": ${expected}`);
});

test("the limits of a queue are accepted", async () => {
    const limits = {
        fast: {
            rate: 500,
            concurrency: 5000,
            retries: { max: 0, maxDuration: "31 days", maxDoublings: 1 },
            logged: 100,
        },
        slow: { rate: 0.001, concurrency: 1, retries: { maxDuration: "1 second" }, logged: 0 },
    };
    await expect(refusal("queues", limits, queues)).rejects.toThrow("Nothing was refused.");
});

test("queues can leave out their names", () => {
    expect(queueProblems({ mails: {}, letters: {}, parcels: { name: "parcels" } }, ["default"])).toEqual([]);
});

test("a queue can be for the default service of another program", () => {
    expect(queueProblems({ mails: { service: "default" } }, ["mailer"])).toEqual([]);
});

test("the only service is named without a suggestion", () => {
    expect(queueProblems({ mails: { service: "x" } }, ["default"])).toEqual([
        {
            path: "queues.mails.service",
            id: "appengine/unknown-service",
            reason: 'must be one of the services default (got "x").',
        },
    ]);
});
