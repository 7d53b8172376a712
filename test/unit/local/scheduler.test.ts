import { isCron, isTimeZone, parseAppEngineSchedule } from "../../../lib/formats";
import { retryDefaults } from "../retryDefaults";
import { application } from "./appengineWorld";
import { refusalOf, tokenOf, World } from "./world";

const job = { name: "nightly", schedule: "0 3 * * *", httpTarget: { uri: "https://acme.com" } };
const serviceAccountEmail = "caller@acme-dev.iam.gserviceaccount.com";

function prepared(): World {
    const world = new World();
    world.enable("iam", "pubsub", "cloudscheduler");
    return world;
}

test.each(["* * * * *", "*/5 0-23/2 1,15 * *", "0 9 * JAN-MAR,dec MON-FRI", "59 23 31 12 7", "0  0\t* * 0,6"])(
    "%j is a valid schedule",
    (text) => {
        expect(isCron(text)).toBe(true);
    },
);

test.each([
    "",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * 32 * *",
    "* * * 0 *",
    "* * * 13 *",
    "* * * * 8",
    "*/0 * * * *",
    "5/10 * * * *",
    "1-2-3 * * * *",
    "1/2/3 * * * *",
    "9-8 * * * *",
    "1, * * * *",
    "-1 * * * *",
    "JAN * * * *",
    "every 5 minutes",
    "@daily",
])("%j is an invalid schedule", (text) => {
    expect(isCron(text)).toBe(false);
});

test.each([
    "every 24 hours",
    "every 5 mins",
    "every 5 minutes from 10:00 to 14:00",
    "every 12 hours synchronized",
    "every day 00:00",
    "every monday 9:05",
    "2nd,third mon, wed,thu of march 17:00",
    "1st monday of sep,oct,nov 17:00",
    "first sunday of quarter 00:00",
    "1st day of 2nd,3rd month of quarter 10:00",
    "1,15 of jan,april 00:00",
])("%j is a valid App Engine schedule, which jobs accept", (schedule) => {
    expect(parseAppEngineSchedule(schedule)).toBeDefined();
    const world = prepared();
    expect(world.make("Job", { ...job, schedule }).state).toMatchObject({ schedule });
});

test.each([
    "every hour",
    "every 0 hours",
    "every monday",
    "every monday 24:00",
    "every 5 minutes from 10:00",
    "every 5 minutes from 10:00 to 14:00 synchronized",
    "monday 09:00",
    "32 of month 10:00",
    "1st, monday 10:00",
    "1 of 4th quarter 10:00",
])("%j is an invalid App Engine schedule", (schedule) => {
    expect(parseAppEngineSchedule(schedule)).toBeUndefined();
});

test.each([
    ["Etc/UTC", true],
    ["UTC", true],
    ["Europe/Berlin", true],
    ["America/Argentina/Buenos_Aires", true],
    ["utc", false],
    ["+01:00", false],
    ["Europe/Dresden", false],
    ["", false],
])("time zone %j: %s", (name, valid) => {
    expect(isTimeZone(name)).toBe(valid);
});

test("a job has server defaults", () => {
    const world = prepared();
    world.account("caller");
    const { id, state } = world.make("Job", {
        ...job,
        retryConfig: { retryCount: 2 },
        httpTarget: { ...job.httpTarget, oidcToken: { serviceAccountEmail } },
    });
    expect({ id, state }).toEqual({
        id: "projects/acme-dev/locations/europe-west1/jobs/nightly",
        state: {
            ...job,
            project: "acme-dev",
            region: "europe-west1",
            timeZone: "Etc/UTC",
            attemptDeadline: "180s",
            deletionPolicy: "DELETE",
            paused: false,
            state: "ENABLED",
            retryConfig: {
                retryCount: 2,
                maxRetryDuration: "0s",
                minBackoffDuration: "5s",
                maxBackoffDuration: "3600s",
                maxDoublings: 5,
            },
            httpTarget: {
                uri: "https://acme.com",
                oidcToken: { serviceAccountEmail, audience: "https://acme.com" },
            },
        },
    });
});

test("a retry configuration of zeros is not sent, so that its block is a change forever, unless it has other values", () => {
    const world = prepared();
    expect(world.make("Job", job).state.retryConfig).toBeUndefined();
    const zeros = world.make("Job", { ...job, name: "zeros", retryConfig: { retryCount: 0 } });
    expect(world.changed(zeros)).toEqual(["retryConfig"]);
    const whole = world.make("Job", { ...job, name: "whole", retryConfig: retryDefaults });
    expect(world.changed(whole)).toEqual([]);
    const retried = world.update(whole, { ...job, name: "whole", retryConfig: { ...retryDefaults, retryCount: 3 } });
    expect(world.changed(retried, whole.inputs)).toEqual(["retryConfig.retryCount"]);
    const made = world.make("Job", { ...job, name: "some", retryConfig: { retryCount: 1, maxDoublings: 0 } });
    expect(made.state.retryConfig).toEqual({ ...retryDefaults, retryCount: 1 });
    expect(world.changed(made)).toEqual(["retryConfig.maxDoublings"]);
});

test("a message has a deadline of its own, which differs from the provider's default unless changes to it are ignored", () => {
    const world = prepared();
    world.make("Topic", { name: "sales" });
    const { token, inputs, state } = world.make("Job", {
        ...job,
        httpTarget: undefined,
        pubsubTarget: { topicName: "projects/acme-dev/topics/sales", data: "eA==" },
        retryConfig: retryDefaults,
    });
    expect(state.attemptDeadline).toBe("0s");
    expect([...world.provider.diff(token, inputs, inputs, state).changed.keys()]).toEqual(["attemptDeadline"]);
    expect([...world.provider.diff(token, inputs, inputs, state, ["attemptDeadline"]).changed.keys()]).toEqual([]);
});

test("an update pauses and resumes a job, and another schedule does not replace it", () => {
    const world = prepared();
    const made = world.make("Job", job);
    const paused = world.update(made, { ...job, paused: true, schedule: "0 4 * * *" });
    expect(paused.state).toMatchObject({ paused: true, state: "PAUSED", schedule: "0 4 * * *" });
    // Without a value, the provider keeps the last one: google-beta/services/cloudscheduler/resource_cloud_scheduler_job.go
    expect(world.update(paused, job).state).toMatchObject({ paused: true, state: "PAUSED" });
    expect(world.update(paused, { ...job, paused: false }).state).toMatchObject({ paused: false, state: "ENABLED" });
    const { replaced } = world.provider.diff(made.token, { ...made.inputs, schedule: "x" }, made.inputs, made.state);
    expect(replaced).toEqual([]);
    expect(world.changed(made, { ...job, httpTarget: { uri: "https://acme.com/" } })).toEqual([]);
});

test("a job's name is unique in its region", () => {
    const world = prepared();
    world.make("Job", job);
    expect(refusalOf(() => world.make("Job", job))).toBe(
        "Error creating Job: googleapi: Error 409: Job projects/acme-dev/locations/europe-west1/jobs/nightly already exists.",
    );
    expect(world.make("Job", { ...job, region: "us-east1" }).id).toContain("/us-east1/");
});

const http = (more: object) => ({ httpTarget: { uri: "https://acme.com", ...more } });
const message = (more: object) => ({
    httpTarget: undefined,
    pubsubTarget: { topicName: "projects/acme-dev/topics/sales", data: "eA==", ...more },
});
const engine = (more: object) => ({ httpTarget: undefined, appEngineHttpTarget: { relativeUri: "/", ...more } });

test.each([
    [{ schedule: "60 * * * *" }, "Error 400: Schedule or time zone is invalid."],
    [{ schedule: undefined }, "Error 400: Schedule or time zone is invalid."],
    [{ timeZone: "Europe/Dresden" }, "Error 400: Schedule or time zone is invalid."],
    [
        { region: "europe" },
        "Error 400: Location 'europe' is not a valid location. Use ListLocations to list valid locations.",
    ],
    [{ name: "night.ly" }, "Error 400: Job name must be formatted: "],
    [{ description: "x".repeat(501) }, "Error 400: Job.description must not be longer than 500 characters."],
    [{ attemptDeadline: "14s" }, "Error 400: Job.attempt_deadline must be between [15s, 1800s]."],
    [{ attemptDeadline: "1801s" }, "Error 400: Job.attempt_deadline must be between [15s, 1800s]."],
    [{ ...engine({}), attemptDeadline: "86401s" }, "Error 400: Job.attempt_deadline must be between [15s, 86400s]."],
    [{ attemptDeadline: "3m" }, "Error 400: Invalid value at 'job.attempt_deadline' "],
    [{ retryConfig: { retryCount: 6 } }, "Error 400: Job.retry_config.retry_count must be between [0, 5]."],
    [{ retryConfig: { maxDoublings: -1 } }, "Error 400: Job.retry_config.max_doublings must not be negative."],
    [
        { retryConfig: { minBackoffDuration: "5" } },
        "Error 400: Invalid value at 'job.retry_config.min_backoff_duration'",
    ],
    [
        { retryConfig: { maxBackoffDuration: "4s" } },
        "Error 400: Job.retry_config.min_backoff_duration must not exceed max_backoff_duration.",
    ],
    [http({ uri: "acme.com" }), "Error 400: HttpTarget.url must start with 'http://' or 'https://'."],
    [http({ uri: "https://" }), "Error 400: HttpTarget.url is not a valid URL."],
    [http({ httpMethod: "FETCH" }), "Error 400: Invalid value at 'job.http_target.http_method' "],
    [
        http({ httpMethod: "GET", body: "eA==" }),
        "Error 400: A request body is allowed only if the HTTP method is POST or PUT or PATCH.",
    ],
    [
        http({ oidcToken: { serviceAccountEmail } }),
        `Error 403: The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${serviceAccountEmail}" (or the resource may not exist).`,
    ],
    [message({}), "Error 404: Resource not found (resource=sales)."],
    [message({ topicName: "sales" }), 'Error 400: Resource name should start with "/projects/<PROJECT_ID>/"'],
    [engine({ relativeUri: "tasks" }), "Error 400: AppEngineHttpTarget.relative_uri must begin with '/'"],
    [engine({ httpMethod: "PATCH", body: "eA==" }), "Error 400: A request body is allowed only if"],
])("a job with %j is refused", (inputs, text) => {
    const refusal = refusalOf(() => prepared().make("Job", { ...job, ...inputs }));
    expect(refusal).toMatch(/^Error creating Job: /);
    expect(refusal).toContain(text);
});

test("a message requires data or attributes", () => {
    const world = prepared();
    world.make("Topic", { name: "sales" });
    expect(refusalOf(() => world.make("Job", { ...job, ...message({ data: undefined }) }))).toContain(
        "Error 400: A message must contain either non-empty data, or at least one attribute.",
    );
    expect(world.make("Job", { ...job, ...message({ data: undefined, attributes: { a: "b" } }) }).state.state).toBe(
        "ENABLED",
    );
});

test("a job has exactly one target, and bytes are in base64", () => {
    const world = prepared();
    expect(refusalOf(() => world.make("Job", { schedule: "* * * * *" }))).toBe(
        'appEngineHttpTarget: Invalid combination of arguments. "app_engine_http_target": one of `app_engine_http_target,http_target,pubsub_target` must be specified',
    );
    expect(refusalOf(() => world.make("Job", { ...job, pubsubTarget: { topicName: "t" } }))).toBe(
        'httpTarget: Invalid combination of arguments. "http_target": only one of `app_engine_http_target,http_target,pubsub_target` can be specified, but `http_target,pubsub_target` were specified.',
    );
    expect(refusalOf(() => world.make("Job", { ...job, ...http({ body: "{}" }) }))).toContain(
        'could not decode "http_target.0.body" as a valid base64 value.',
    );
});

test.each([
    [
        http({ headers: { "Content-Length": "1" } }),
        "httpTarget.headers: Cannot set the Content-Length header on http_target.0.headers",
    ],
    [
        engine({ headers: { "X-AppEngine-Country": "DE" } }),
        "appEngineHttpTarget.headers: Cannot set the X-AppEngine-Country header on app_engine_http_target.0.headers",
    ],
    [
        http({ oidcToken: { serviceAccountEmail }, oauthToken: { serviceAccountEmail } }),
        "Error in http_target: only one of oauth_token or oidc_token can be specified, but not both.",
    ],
])("a job with %j is refused at preview", (inputs, text) => {
    const world = prepared();
    const refusal = refusalOf(() =>
        world.provider.create(tokenOf("Job"), world.checked(tokenOf("Job"), { ...job, ...inputs }), true),
    );
    expect(refusal).toBe(text);
});

test("a job requires Cloud Scheduler's API", () => {
    expect(refusalOf(() => new World().make("Job", job))).toContain(
        "Error creating Job: googleapi: Error 403: Cloud Scheduler API has not been used in project acme-dev before",
    );
});

test("a job that calls App Engine must be in the application's region, and names a service that can be created later", () => {
    const world = application();
    world.enable("cloudscheduler");
    const calling = (appEngineRouting?: object) => ({
        name: "nightly",
        schedule: "0 3 * * *",
        appEngineHttpTarget: { relativeUri: "/tasks/retrain", appEngineRouting },
    });
    const create = (more: object, routing?: object) => () => world.make("Job", { ...calling(routing), ...more });
    expect(refusalOf(create({ region: "us-east1" }))).toContain(
        "400: Location 'us-east1' is not valid for a job with an App Engine target: it must be 'europe-west1'",
    );
    expect(create({}, { service: "worker", version: "v1" })().state.state).toBe("ENABLED");
    const bare = prepared();
    expect(refusalOf(() => bare.make("Job", calling()))).toContain("404: App Engine application of project 'acme-dev'");
});

test("the headers of a call have less than 80 KB", () => {
    const make = (length: number) => () =>
        prepared().make("Job", { ...job, httpTarget: { ...job.httpTarget, headers: { A: "x".repeat(length) } } });
    expect(refusalOf(make(80 * 1024))).toContain("The total size of HttpTarget.headers must be less than 80KB.");
    expect(make(80 * 1024 - 2)().state.httpTarget.headers.A).toHaveLength(80 * 1024 - 2);
});
