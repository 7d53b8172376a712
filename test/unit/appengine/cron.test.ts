import * as pulumi from "@pulumi/pulumi";
import { type CronJob, cron, cronJobs, cronProblems } from "../../../lib/appengine/calls/cron";
import { retryDefaults } from "../retryDefaults";
import { made, refusal } from "./around";

const registered = (jobs: Record<string, CronJob>, stack = {}) =>
    made(
        (child, environment) => cronJobs("shop", jobs, environment, { region: "europe-west1", after: [] }, child),
        {},
        stack,
    );
const refusedJob = (job: object) =>
    refusal<Record<string, CronJob>>("cron", { retrain: { cron: "0 3 * * *", path: "/", ...job } }, cron, (all) =>
        cronProblems(all, ["default", "predictions"]),
    );

test("a job sends GET requests to the default service, in the application's region", async () => {
    const { inputs, options } = await registered({ retrain: { cron: "0 3 * * *", path: "/tasks/retrain" } });
    expect(inputs).toEqual({
        "Job shop-retrain": {
            name: "shop-retrain",
            region: "europe-west1",
            schedule: "0 3 * * *",
            timeZone: "Etc/UTC",
            paused: false,
            retryConfig: retryDefaults,
            appEngineHttpTarget: { relativeUri: "/tasks/retrain", httpMethod: "GET" },
        },
    });
    expect(options["Job shop-retrain"]).toMatchObject({ parent: "Part shop", after: ["Service cloudscheduler"] });
});

test("a job takes every option", async () => {
    const retrain: CronJob = {
        cron: "every monday 09:00",
        timeZone: "Europe/Berlin",
        path: "/tasks/retrain?all=true",
        method: "POST",
        body: { range: 3 },
        headers: { "X-Key-Token": pulumi.secret("canary") },
        service: "predictions",
        version: "stable",
        retries: { max: 2, minBackoff: "10 seconds" },
        timeout: "24 hours",
        paused: true,
        description: "every week",
    };
    expect((await registered({ retrain })).inputs).toEqual({
        "Job shop-retrain": {
            name: "shop-retrain",
            region: "europe-west1",
            description: "every week",
            schedule: "every monday 09:00",
            timeZone: "Europe/Berlin",
            paused: true,
            attemptDeadline: "86400s",
            retryConfig: { ...retryDefaults, retryCount: 2, minBackoffDuration: "10s" },
            appEngineHttpTarget: {
                relativeUri: "/tasks/retrain?all=true",
                httpMethod: "POST",
                body: Buffer.from('{"range":3}').toString("base64"),
                headers: { "Content-Type": "application/json", "X-Key-Token": { secret: "canary" } },
                appEngineRouting: { service: "predictions", version: "stable" },
            },
        },
    });
});

test.each([
    [{ service: "predictions" }, { service: "predictions" }],
    [{ version: "stable" }, { version: "stable" }],
])("a job with %j is sent to it", async (target, appEngineRouting) => {
    const { inputs } = await registered({ retrain: { cron: "0 3 * * *", path: "/", ...target } });
    expect(inputs["Job shop-retrain"]).toMatchObject({ appEngineHttpTarget: { appEngineRouting } });
});

test("without jobs no resource is registered, and no API enabled", async () => {
    const { options } = await registered({}, { environment: true });
    expect(Object.keys(options).sort()).toEqual(["Environment dev", "Part shop", "Provider dev"]);
});

const inWords = [
    "every 24 hours",
    "every 5 minutes",
    "every 10 mins from 10:00 to 14:00",
    "every 2 hours synchronized",
    "every day 00:00",
    "every monday 09:00",
    "every mon,wed, fri 9:05",
    "every wed,fri of jan,jun 13:15",
    "1st,third monday of month 15:30",
    "2nd,third mon,wed,thu of march 17:00",
    "first sunday of quarter 00:00",
    "1st monday of 2nd,3rd month of quarter 10:00",
    "fifth saturday 23:59",
    "1 of jan,april,july,oct 00:00",
    "1,15,31 of month 07:00",
    "29 of february 00:00",
    "3rd day of month 10:00",
];

test.each([...inWords, "*/5 * * * *", "0 3 * * mon-fri", "0 9 1 JAN *"])("%s is a valid schedule", async (cron) => {
    await expect(refusedJob({ cron })).rejects.toThrow("Nothing was refused.");
});

const form = 'Write it as "every 24 hours", "every monday 09:00" or "1st,third monday of month 15:30", in lower case.';
test.each([
    "every 0 hours",
    "every hour",
    "every 1 hour",
    "every monday",
    "Every monday 09:00",
    "every monday 24:00",
    "every 5 minutes from 10:00",
    "every 5 minutes from 10:00 to 14:00 synchronized",
    "sixth monday of month 15:30",
    "0 of month 10:00",
    "32 of month 10:00",
    "every munday 09:00",
    "1st of month 09:00",
    "every monday of year 10:00",
])("%s is an invalid schedule", async (cron) => {
    expect(await refusedJob({ cron })).toBe(
        `App "shop": cron.retrain.cron: is not a valid schedule of App Engine (got "${cron}"). ${form}`,
    );
});

const wrong: [string, object, string][] = [
    [
        "intervals that do not divide a day",
        { cron: "every 7 hours synchronized" },
        'cron: must be an interval that divides a day into equal parts where it is synchronized (got "every 7 hours synchronized").',
    ],
    [
        "a day that never comes",
        { cron: "1,31 of apr,june 10:00" },
        'cron: never occurs on day 31, because apr,june has no such day (got "1,31 of apr,june 10:00").',
    ],
    [
        "four fields",
        { cron: "0 3 * *" },
        'cron: must have five fields, separated by spaces (got "0 3 * *"). Write five fields such as "30 3 * * MON-FRI": minute, hour, day of the month, month, day of the week.',
    ],
    [
        "an unknown time zone",
        { timeZone: "Berlin" },
        'timeZone: must be a time zone of the tz database, such as Europe/Berlin or Etc/UTC (got "Berlin").',
    ],
    [
        "a URL",
        { path: "https://acme.dev/" },
        'path: must start with / and not contain spaces or # (got "https://acme.dev/").',
    ],
    ["PATCH", { method: "PATCH" }, 'method: must be one of GET, POST, PUT, DELETE, HEAD (got "PATCH").'],
    ["a body with a method that has none", { body: "a" }, "body: [appengine/body-with-method]"],
    [
        "a header that App Engine sets",
        { headers: { "X-AppEngine-Cron": "true" } },
        'headers.X-AppEngine-Cron: is set by Cloud Scheduler itself (got "X-AppEngine-Cron").',
    ],
    [
        "a secret in plain text",
        { headers: { Authorization: "canary" } },
        "headers.Authorization: [scheduler/secret-in-source]",
    ],
    ["an unknown service", { service: "prediction" }, "service: [appengine/unknown-service]"],
    ["six retries", { retries: 6 }, "retries: must be a whole number from 1 to 5 (got 6)."],
    [
        "a minimum delay above the maximum",
        { retries: { max: 1, minBackoff: "2 hours" } },
        'retries: must not have a minBackoff, 2 hours, above maxBackoff, 1 hour (got { max: 1, minBackoff: "2 hours" }).',
    ],
    [
        "a deadline of 14 seconds",
        { timeout: "14 seconds" },
        'timeout: must be from 15 seconds to 24 hours (got "14 seconds").',
    ],
    [
        "a deadline of 25 hours",
        { timeout: "25 hours" },
        'timeout: must be from 15 seconds to 24 hours (got "25 hours").',
    ],
    ["no path", { path: undefined }, "path: must be a string (got undefined)."],
    ["an unknown option", { url: "/" }, 'url: unknown option "url"; did you mean "path"?'],
];

test.each(wrong)("a job with %s is refused", async (_, job, expected) => {
    expect(await refusedJob(job)).toBe(`App "shop": cron.retrain.${expected}`);
});

test("a path of 2,084 characters and a name with a dot are refused", async () => {
    expect(await refusedJob({ path: `/${"a".repeat(2083)}` })).toContain("path: must have 2083 characters at most");
    expect(await refusal("cron", { "a.b": { cron: "0 3 * * *", path: "/" } }, cron)).toBe(
        'App "shop": cron.a.b: the name of a job must have 1 to 100 letters, digits, - and _ (got "a.b").',
    );
});
