import type { Caller } from "../../../../local/runtime/emulator/caller";
import { isDue } from "../../../../local/runtime/emulator/cronClock";
import { Terminal } from "../../../../local/runtime/emulator/terminal";
import { PubSub } from "../../../../local/runtime/services/pubsub/pubsub";
import { Scheduler } from "../../../../local/runtime/services/scheduler/scheduler";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { application, deploy } from "../appengineWorld";
import { Emulator, endpoint, eventually, project, textOf, topic } from "./served";

const id = "projects/acme-dev/locations/europe-west1/jobs/nightly";

/** A local cloud with the job `nightly`, and a function that runs it. */
async function started(target: Inputs, statuses = [200]) {
    const world = project();
    world.enable("cloudscheduler");
    world.account("caller");
    world.make("Subscription", { name: "reader", topic: "sales" });
    const { url, arrived } = await endpoint(...statuses);
    world.make("Job", { name: "nightly", schedule: "0 3 * * *", ...target });
    const emulator = await Emulator.of(world, { "https://example.com": url });
    const run = async (job = id) => {
        const answer = await fetch(`${emulator.url}/v1/${job}:run`, { method: "POST" });
        return [answer.status, await answer.json()];
    };
    return { emulator, arrived, run };
}

test("a job calls its URL as its own account, with Cloud Scheduler's headers", async () => {
    const serviceAccountEmail = "caller@acme-dev.iam.gserviceaccount.com";
    const { emulator, arrived, run } = await started({
        httpTarget: {
            uri: "https://example.com/retrain?all",
            httpMethod: "PUT",
            body: "e30=",
            headers: { "Content-Type": "application/json" },
            oidcToken: { serviceAccountEmail },
        },
    });
    expect(await run()).toMatchObject([200, { name: id, schedule: "0 3 * * *", state: "ENABLED" }]);
    await eventually(() => expect(emulator.lines).toEqual([`${id}: succeeded`]));
    expect(arrived[0]).toMatchObject({
        method: "PUT",
        path: "/retrain?all",
        body: Buffer.from("{}"),
        headers: {
            "content-type": "application/json",
            "user-agent": "Google-Cloud-Scheduler",
            "x-cloudscheduler": "true",
            "x-cloudscheduler-jobname": "nightly",
            "x-cloudscheduler-scheduletime": expect.stringMatching(/Z$/),
        },
    });
    const [, claims = ""] = arrived[0]?.headers.authorization?.split(".") ?? [];
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
        email: serviceAccountEmail,
        aud: "https://example.com/retrain?all",
    });
});

test("a failed job is retried as configured", async () => {
    const retryConfig = { retryCount: 1, minBackoffDuration: "0.01s" };
    const { emulator, arrived, run } = await started(
        { retryConfig, httpTarget: { uri: "https://example.com" } },
        [500],
    );
    await run();
    const reason = expect.stringMatching(/: 500 from http:\/\/127/);
    await eventually(() => expect(emulator.lines).toEqual([reason, reason]));
    expect(emulator.lines.map((line) => line.split(": ")[1])).toEqual(["retrying", "failed"]);
    expect(arrived).toHaveLength(2);
});

test("a job publishes to its topic", async () => {
    const pubsubTarget = { topicName: topic, data: "Mi4y", attributes: { season: "summer" } };
    const { emulator, run } = await started({ pubsubTarget });
    await run();
    const received = await emulator.pull();
    expect([received.map(textOf), received[0]?.message.attributes]).toEqual([["2.2"], { season: "summer" }]);
});

test("a job calls an App Engine service by its route, without a role", async () => {
    const world = application();
    world.enable("cloudscheduler");
    deploy(world, "v1");
    deploy(world, "v1", { service: "worker" });
    const { url, arrived } = await endpoint(200);
    const appEngineHttpTarget = { relativeUri: "/tasks/retrain", appEngineRouting: { service: "worker" } };
    world.make("Job", { name: "nightly", schedule: "0 3 * * *", appEngineHttpTarget });
    const emulator = await Emulator.of(world, { worker: url });
    const answer = await fetch(`${emulator.url}/v1/${id}:run`, { method: "POST" });
    expect(await answer.json()).toMatchObject({ name: id, appEngineHttpTarget });
    await eventually(() => expect(arrived).toHaveLength(1));
    expect(arrived[0]).toMatchObject({
        method: "POST",
        path: "/tasks/retrain",
        headers: {
            "user-agent": "AppEngine-Google; (+http://code.google.com/appengine)",
            "x-cloudscheduler": "true",
            "x-cloudscheduler-jobname": "nightly",
        },
    });
});

test("an unknown job is refused", async () => {
    const { run } = await started({ httpTarget: { uri: "https://example.com" } });
    const none = { error: { code: 404, message: "Job not found.", status: "NOT_FOUND" } };
    expect(await run(`${id}s`)).toEqual([404, none]);
});

test.each<[schedule: string, timeZone: string, time: string, expected: boolean | undefined]>([
    ["0 3 * * *", "Etc/UTC", "2026-11-22T03:00:00Z", true],
    ["0 3 * * *", "Etc/UTC", "2026-11-22T03:01:00Z", false],
    ["0 3 * * *", "Europe/Berlin", "2026-11-22T02:00:00Z", true],
    ["0 3 * * *", "Europe/Berlin", "2026-07-22T01:00:00Z", true],
    ["0 0 * * *", "Etc/UTC", "2026-11-22T00:00:00Z", true],
    ["*/15 * * * MON-FRI", "Etc/UTC", "2026-11-23T10:45:00Z", true],
    ["*/15 * * * MON-FRI", "Etc/UTC", "2026-11-22T10:45:00Z", false],
    ["0 0 * * 7", "Etc/UTC", "2026-11-22T00:00:00Z", true],
    ["0 0 1 * *", "Etc/UTC", "2026-11-22T00:00:00Z", false],
    // Either day: the 1st, or a Sunday.
    ["0 0 1 * SUN", "Etc/UTC", "2026-11-22T00:00:00Z", true],
    ["0 0 1 * SUN", "Etc/UTC", "2026-12-01T00:00:00Z", true],
    ["0 0 1 * SUN", "Etc/UTC", "2026-12-02T00:00:00Z", false],
    // App Engine's format: https://docs.cloud.google.com/appengine/docs/standard/scheduling-jobs-with-cron-yaml#formatting_the_schedule
    ["every 5 minutes", "Etc/UTC", "2026-11-22T00:05:00Z", true],
    ["every 5 minutes", "Etc/UTC", "2026-11-22T00:06:00Z", false],
    ["every 24 hours", "Etc/UTC", "2026-11-22T00:00:00Z", true],
    ["every 5 minutes from 10:00 to 14:00", "Etc/UTC", "2026-11-22T14:00:00Z", true],
    ["every 5 minutes from 10:00 to 14:00", "Etc/UTC", "2026-11-22T14:05:00Z", false],
    ["every monday 09:00", "Europe/Berlin", "2026-11-23T08:00:00Z", true],
    ["2nd,third mon,wed,thu of march 17:00", "Etc/UTC", "2026-03-11T17:00:00Z", true],
    ["2nd,third mon,wed,thu of march 17:00", "Etc/UTC", "2026-03-04T17:00:00Z", false],
    ["1st monday of sep,oct,nov 17:00", "Etc/UTC", "2026-10-05T17:00:00Z", true],
    ["1 of jan,april,july,oct 00:00", "Etc/UTC", "2026-07-01T00:00:00Z", true],
    ["first sunday of quarter 00:00", "Etc/UTC", "2026-05-03T00:00:00Z", false],
    ["sometimes", "Etc/UTC", "2026-11-22T00:00:00Z", undefined],
])("%s in %s at %s: %s", (schedule, timeZone, time, expected) => {
    expect(isDue(schedule, timeZone, new Date(time))).toBe(expected);
});

test("jobs run at the minutes of their schedule, unless they are paused", async () => {
    const world = project();
    world.enable("cloudscheduler");
    world.make("Subscription", { name: "reader", topic: "sales" });
    const job = (name: string, schedule: string, paused = false) =>
        world.make("Job", { name, schedule, paused, pubsubTarget: { topicName: topic, data: btoa(name) } });
    job("due", "30 3 * * *");
    job("later", "31 3 * * *");
    job("paused", "30 3 * * *", true);
    const lines: string[] = [];
    const pubsub = new PubSub(world.cloud, new Terminal(() => undefined), () => undefined);
    const published = jest.spyOn(pubsub, "publish").mockReturnValue([]);
    const caller = {} as Caller;
    new Scheduler(world.cloud, pubsub, caller, new Terminal((line) => lines.push(line))).runDue(
        new Date("2026-11-22T03:30:00Z"),
    );
    await eventually(() => expect(lines).toEqual([id.replace("nightly", "due: succeeded")]));
    expect(published.mock.calls.map(([name]) => name)).toEqual([topic]);
});
