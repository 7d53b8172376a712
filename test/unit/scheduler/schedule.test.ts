import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Schedule, type ScheduleArgs, ServerlessFunction, StorageBucket } from "slipway";
import { folderOf } from "../folders";
import { problemsIn, refused, registered, registeredOptions, registeredOutputs, told } from "../registered";
import { retryDefaults } from "../retryDefaults";

const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });
const predict = () => new ServerlessFunction("predict", { source, trigger: { http: {} } });
const cron = "0 3 * * *";
const job = {
    name: "nightly",
    region: "europe-west1",
    schedule: cron,
    timeZone: "Etc/UTC",
    paused: false,
    retryConfig: retryDefaults,
};
const email = "nightly-call@acme-dev.iam.gserviceaccount.com";
const url = "https://predict-1a2b3c-ew.a.run.app";

/** The resources of a schedule, except its target. */
async function scheduled(args: () => Omit<ScheduleArgs, "cron">, isPreview = false): Promise<Record<string, object>> {
    const program = () => new Schedule("nightly", { cron, ...args() } as ScheduleArgs);
    const all = Object.entries(await registered(program, { preview: isPreview }));
    const own = /^(Job|Account nightly|ServiceIamMember nightly|\w+ nightly-)/;
    return Object.fromEntries(all.filter(([key]) => own.test(key)));
}

test("a schedule calls a function with its own account, which has no other role", async () => {
    expect(await scheduled(() => ({ call: predict() }))).toEqual({
        "Account nightly-call": { accountId: "nightly-call", displayName: "Makes the calls of the schedule nightly" },
        "Job nightly": {
            ...job,
            httpTarget: {
                uri: url,
                httpMethod: "POST",
                oidcToken: { serviceAccountEmail: email, audience: url },
            },
        },
        "ServiceIamMember nightly-predict-invoker": {
            project: "acme-dev",
            location: "europe-west1",
            name: "predict",
            role: "roles/run.invoker",
            member: `serviceAccount:${email}`,
        },
    });
});

test("a job waits for its API and its grant", async () => {
    const made = await registeredOptions(() => new Schedule("nightly", { cron, call: predict() }));
    const shared = { parent: "Schedule nightly", provider: "Provider dev" };
    expect(made["Job nightly"]).toEqual({
        ...shared,
        after: [
            "Account nightly-call",
            "Function predict",
            "Service cloudscheduler",
            "ServiceIamMember nightly-predict-invoker",
        ],
    });
    expect(made["Account nightly-call"]).toEqual({
        ...shared,
        after: ["Service cloudscheduler", "Service iam"],
        ignoreChanges: ["displayName"],
    });
});

test("no resource of a schedule is protected in production", async () => {
    const program = () => new Schedule("nightly", { cron, call: { url: "https://example.com" } });
    const made = await registeredOptions(program, { kind: "production" });
    expect(made["Job nightly"]?.protect).toBeUndefined();
});

test("the output of the component is the job", async () => {
    const outputs = await registeredOutputs(() => new Schedule("nightly", { cron, call: predict() }));
    expect(outputs["Schedule nightly"]).toEqual({ job: { resource: "Job nightly" } });
});

test("a component is called with a path, a method and an object as JSON", async () => {
    const call = () => ({
        invoke: predict(),
        path: "/refresh?all=true",
        method: "PUT" as const,
        body: { range: pulumi.output(3) },
        headers: { "X-Reason": "nightly" },
    });
    expect((await scheduled(() => ({ call: call() })))["Job nightly"]).toEqual({
        ...job,
        httpTarget: {
            uri: `${url}/refresh?all=true`,
            httpMethod: "PUT",
            body: base64('{"range":3}'),
            headers: { "Content-Type": "application/json", "X-Reason": "nightly" },
            oidcToken: { serviceAccountEmail: email, audience: url },
        },
    });
});

const base64 = (text: string) => Buffer.from(text).toString("base64");
const example = { url: "https://example.com/hook" };
const target = { uri: "https://example.com/hook", httpMethod: "POST" };
const options: [string, Partial<ScheduleArgs>, object][] = [
    ["a URL", {}, { httpTarget: target }],
    ["a method", { call: { ...example, method: "GET" } }, { httpTarget: { ...target, httpMethod: "GET" } }],
    ["a text as body", { call: { ...example, body: "ä" } }, { httpTarget: { ...target, body: base64("ä") } }],
    [
        "a secret body",
        { call: { ...example, body: pulumi.secret("canary") } },
        { httpTarget: { ...target, body: { secret: base64("canary") } } },
    ],
    [
        "an object with a type of content of its own",
        { call: { ...example, body: {}, headers: { "content-type": "application/vnd.acme+json" } } },
        {
            httpTarget: {
                ...target,
                body: base64("{}"),
                headers: { "content-type": "application/vnd.acme+json" },
            },
        },
    ],
    [
        "a secret in a header",
        { call: { ...example, headers: { Authorization: pulumi.secret("Bearer canary") } } },
        { httpTarget: { ...target, headers: { Authorization: { secret: "Bearer canary" } } } },
    ],
    ["a time zone", { timeZone: "Europe/Berlin" }, { timeZone: "Europe/Berlin", httpTarget: target }],
    ["a pause", { paused: true }, { paused: true, httpTarget: target }],
    ["a description", { description: "every night" }, { description: "every night", httpTarget: target }],
    ["a region", { region: "europe-west3" }, { region: "europe-west3", httpTarget: target }],
    ["a name", { name: "every_night" }, { name: "every_night", httpTarget: target }],
    ["times that are an output", { cron: pulumi.output("1 * * * *") }, { schedule: "1 * * * *", httpTarget: target }],
    ["a deadline", { timeout: "15 seconds" }, { attemptDeadline: "15s", httpTarget: target }],
    ["the longest deadline", { timeout: "30 minutes" }, { attemptDeadline: "1800s", httpTarget: target }],
    ["a count of retries", { retries: 5 }, { retryConfig: { ...retryDefaults, retryCount: 5 }, httpTarget: target }],
    [
        "how to retry",
        {
            retries: {
                max: 1,
                maxDuration: "1 hour",
                minBackoff: "10 seconds",
                maxBackoff: "1 minute",
                maxDoublings: 1,
            },
        },
        {
            retryConfig: {
                retryCount: 1,
                maxRetryDuration: "3600s",
                minBackoffDuration: "10s",
                maxBackoffDuration: "60s",
                maxDoublings: 1,
            },
            httpTarget: target,
        },
    ],
    [
        "a transform",
        { transform: { job: { timeZone: "Europe/Paris" } } },
        { timeZone: "Europe/Paris", httpTarget: target },
    ],
];

test.each(options)("a schedule without a token takes %s, and has no account", async (_, args, inputs) => {
    expect(await scheduled(() => ({ call: example, ...args }))).toEqual({ "Job nightly": { ...job, ...inputs } });
});

test("a URL that checks an audience gets an ID token for it", async () => {
    const made = await scheduled(() => ({ call: { ...example, audience: "https://example.com" } }));
    expect(made).toEqual({
        "Account nightly-call": { accountId: "nightly-call", displayName: "Makes the calls of the schedule nightly" },
        "Job nightly": {
            ...job,
            httpTarget: {
                ...target,
                oidcToken: { serviceAccountEmail: email, audience: "https://example.com" },
            },
        },
    });
});

test("a Google API gets an OAuth token, and the program grants the role to the account", async () => {
    const scope = "https://www.googleapis.com/auth/cloud-platform";
    const accounts: unknown[] = [];
    const made = await registered(() => {
        const { account } = new Schedule("nightly", { cron, call: { ...example, scope } });
        account?.member.apply((member) => accounts.push(member));
    });
    expect(made["Job nightly"]).toEqual({
        ...job,
        httpTarget: { ...target, oauthToken: { serviceAccountEmail: email, scope } },
    });
    expect(accounts).toEqual([`serviceAccount:${email}`]);
});

test("the account can be transformed", async () => {
    const transform = { account: { description: "changed" } };
    const made = await scheduled(() => ({ call: predict(), transform }));
    expect(made["Account nightly-call"]).toMatchObject({ accountId: "nightly-call", description: "changed" });
});

test("Cloud Scheduler's service agent publishes messages, without a role of the schedule", async () => {
    const made = await scheduled(() => ({
        topic: new PubSubTopic("sales"),
        message: { range: 3 },
        attributes: { kind: pulumi.output("range") },
    }));
    expect(made).toEqual({
        "Job nightly": {
            ...job,
            pubsubTarget: {
                topicName: "projects/acme-dev/topics/sales",
                data: base64('{"range":3}'),
                attributes: { kind: "range" },
            },
        },
    });
});

test("a change of the deadline of messages, which Cloud Scheduler ignores, is ignored", async () => {
    const made = await registeredOptions(() => {
        new Schedule("nightly", { cron, topic: new PubSubTopic("sales"), message: "tick" });
        new Schedule("called", { cron, call: example });
    });
    expect(made["Job nightly"]?.ignoreChanges).toEqual(["attemptDeadline"]);
    expect(made["Job called"]?.ignoreChanges).toBeUndefined();
});

test("a message can be only data or only attributes", async () => {
    const topic = () => new PubSubTopic("sales");
    const topicName = "projects/acme-dev/topics/sales";
    expect(await scheduled(() => ({ topic: topic(), message: "tick" }))).toEqual({
        "Job nightly": { ...job, pubsubTarget: { topicName, data: base64("tick") } },
    });
    expect(await scheduled(() => ({ topic: topic(), attributes: { a: "b" } }))).toEqual({
        "Job nightly": { ...job, pubsubTarget: { topicName, attributes: { a: "b" } } },
    });
});

test("a message can have 100 attributes, with keys of 256 and values of 1,024 bytes", async () => {
    const attributes = Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [String(index).padEnd(256, "k"), "é".repeat(512)]),
    );
    expect(await scheduled(() => ({ topic: new PubSubTopic("sales"), attributes }))).toEqual({
        "Job nightly": { ...job, pubsubTarget: { topicName: "projects/acme-dev/topics/sales", attributes } },
    });
});

const address = "must be an address that starts with https://";
const refusals: [string, object, string][] = [
    ["neither a call nor a topic", { call: undefined }, "[scheduler/call-or-topic]"],
    ["a message of a call", { message: "tick" }, "message: [scheduler/option-without-topic]"],
    ["attributes of a call", { attributes: {} }, "attributes: [scheduler/option-without-topic]"],
    ["no times", { cron: undefined }, "cron: is missing."],
    ["times that are no text", { cron: 5 }, "cron: must be a string (got 5)."],
    [
        "an address as a call",
        { call: "https://example.com" },
        'call: must be an object with exactly one of invoke, url (got "https://example.com").',
    ],
    [
        "a URL without TLS",
        { call: { url: "http://example.com" } },
        'call.url: is not encrypted (got "http://example.com"). Use https://. To accept it nevertheless, set insecure: true.',
    ],
    ["an address without a host", { call: { url: "https:///a" } }, `call.url: ${address} (got "https:///a").`],
    [
        "an address with a path beside it",
        { call: { ...example, path: "/a" } },
        'call.path: unknown option "path"; the options are method, body, headers, url, audience, scope.',
    ],
    [
        "an unknown method",
        { call: { ...example, method: "post" } },
        'call.method: must be one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS (got "post").',
    ],
    [
        "a body that is read, not sent",
        { call: { ...example, method: "GET", body: "a" } },
        "call.body: [scheduler/body-method]",
    ],
    [
        "two tokens",
        { call: { ...example, audience: "a", scope: "https://www.googleapis.com/auth/cloud-platform" } },
        "call.scope: [scheduler/scope-and-audience]",
    ],
    [
        "a scope's short name",
        { call: { ...example, scope: "cloud-platform" } },
        'call.scope: must be a scope such as https://www.googleapis.com/auth/cloud-platform (got "cloud-platform").',
    ],
    [
        "a header of Cloud Scheduler's own",
        { call: { ...example, headers: { "X-CloudScheduler": "a" } } },
        'call.headers.X-CloudScheduler: is set by Cloud Scheduler itself (got "X-CloudScheduler").',
    ],
    [
        "a header that the provider refuses",
        { call: { ...example, headers: { "My-X-Google-Sales": pulumi.output("a") } } },
        'call.headers.My-X-Google-Sales: is set by Cloud Scheduler itself (got "My-X-Google-Sales").',
    ],
    [
        "a user agent",
        { call: { ...example, headers: { "User-Agent": "a" } } },
        'call.headers.User-Agent: is set by Cloud Scheduler itself (got "User-Agent").',
    ],
    [
        "a header with a blank",
        { call: { ...example, headers: { "X Y": "a" } } },
        "call.headers.X Y: a header's name must have only letters, digits and !#$%&'*+-.^_`|~ (got \"X Y\").",
    ],
    [
        "a secret in plain text",
        { call: { ...example, headers: { Authorization: "Bearer canary" } } },
        "call.headers.Authorization: [scheduler/secret-in-source]",
    ],
    [
        "an authorization beside the token",
        { call: { ...example, audience: "a", headers: { authorization: pulumi.secret("Bearer canary") } } },
        "call.headers.authorization: [scheduler/header-reserved]",
    ],
    [
        "a deadline below 15 seconds",
        { timeout: "14 seconds" },
        'timeout: must be from 15 seconds to 30 minutes (got "14 seconds").',
    ],
    [
        "a deadline above 30 minutes",
        { timeout: "31 minutes" },
        'timeout: must be from 15 seconds to 30 minutes (got "31 minutes").',
    ],
    ["no retry", { retries: 0 }, "retries: must be a whole number from 1 to 5 (got 0)."],
    ["six retries", { retries: 6 }, "retries: must be a whole number from 1 to 5 (got 6)."],
    [
        "a wait that does not double, which the provider cannot send",
        { retries: { max: 1, maxDoublings: 0 } },
        "retries.maxDoublings: must be a whole number from 1 to 2147483647 (got 0).",
    ],
    ["retries without a number", { retries: {} }, "retries.max: is missing."],
    [
        "a minimum delay above the maximum",
        { retries: { max: 1, minBackoff: "2 hours" } },
        'retries: must not have a minBackoff, 2 hours, above maxBackoff, 1 hour (got { max: 1, minBackoff: "2 hours" }).',
    ],
    [
        "a name with a dot",
        { name: "every.night" },
        'name: must have 1 to 500 letters, digits, - and _ (got "every.night").',
    ],
    ["a zone", { region: "europe-west1-b" }, 'region: must be a region such as europe-west1 (got "europe-west1-b").'],
    ["an unknown option", { timezone: "UTC" }, 'timezone: unknown option "timezone"; did you mean "timeZone"?'],
];

test.each(refusals)("%s is refused for a schedule", async (_, args, problem) => {
    const all = { cron, call: example, ...args } as unknown as ScheduleArgs;
    const message = await told(() => new Schedule("nightly", all));
    expect(problemsIn({ message })).toBe(`Schedule "nightly": ${problem}`);
    expect(message).not.toContain("canary");
});

test("a description above 500 characters is refused", async () => {
    const program = () => new Schedule("nightly", { cron, call: example, description: "a".repeat(501) });
    expect(await refused(program)).toContain(
        'Schedule "nightly": description: must have 500 characters at most (got "aaa',
    );
});

const ofTopic: [string, object, string][] = [
    ["a call beside it", { call: example, message: "a" }, "[scheduler/call-or-topic]"],
    ["nothing to say", {}, "message: [scheduler/message-empty]"],
    ["an empty text", { message: "", attributes: {} }, "message: [scheduler/message-empty]"],
    ["a deadline for an answer", { message: "a", timeout: "1 minute" }, "timeout: [scheduler/timeout-of-message]"],
    [
        "too many attributes",
        { attributes: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${index}`, "b"])) },
        "attributes: there can be 100 attributes at most (got { a0: ",
    ],
    [
        "an attribute that is too long",
        { attributes: { a: "b".repeat(1025) } },
        "attributes.a: an attribute's value must have 1024 bytes at most (got \"bbb",
    ],
    [
        "an attribute that is too long in bytes",
        { attributes: { a: `b${"é".repeat(512)}` } },
        "attributes.a: an attribute's value must have 1024 bytes at most (got \"béé",
    ],
    [
        "an attribute with a long key",
        { attributes: { ["k".repeat(257)]: "b" } },
        `attributes.${"k".repeat(257)}: an attribute's key must have 256 bytes at most (got "kkk`,
    ],
];

test.each(ofTopic)("a topic with %s is refused", async (_, args, problem) => {
    const program = () => {
        const topic = new PubSubTopic("sales");
        new Schedule("nightly", { cron, topic, ...args } as unknown as ScheduleArgs);
    };
    expect((await refused(program, {}, ["Topic sales"])).startsWith(`Schedule "nightly": ${problem}`)).toBe(true);
});

test("an error tells whether a call and a topic are both there, or neither", async () => {
    const program = (args: object) => () => new Schedule("nightly", { cron, ...args } as unknown as ScheduleArgs);
    expect(await told(program({}))).toContain("must have exactly one of call, topic (got neither).");
    const both = () => program({ call: example, topic: new PubSubTopic("sales") })();
    expect(await told(both, {}, ["Topic sales"])).toContain("must have exactly one of call, topic (got both).");
});

test("a component that cannot be called is refused", async () => {
    const program = () => {
        const call = new StorageBucket("models") as unknown as ServerlessFunction;
        new Schedule("nightly", { cron, call });
    };
    expect(await refused(program, {}, ["Bucket models"])).toBe(
        'Schedule "nightly": call: must be a component that can be called, such as a ServerlessFunction (got a StorageBucket).',
    );
});
