import type { Inputs } from "../../../../local/rules/rules";
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
