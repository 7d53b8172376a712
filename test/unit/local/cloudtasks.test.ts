import { Cloud } from "../../../local/simulator/cloud/cloud";
import { Store } from "../../../local/simulator/cloud/store";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { newFolder, refusalOf, World } from "./world";

const queue = { name: "mails", location: "europe-west1" };

function prepared(now?: () => Date): World {
    const folder = newFolder();
    const cloud = new Cloud(folder, new Store(folder), now);
    const world = new World({ project: "acme-dev", region: "europe-west1" }, {}, cloud);
    world.enable("cloudtasks", "appengine", "iam");
    return world;
}

test("a queue has server defaults", () => {
    const { id, state } = prepared().make("Queue", queue);
    expect({ id, state }).toEqual({
        id: "projects/acme-dev/locations/europe-west1/queues/mails",
        state: {
            ...queue,
            project: "acme-dev",
            deletionPolicy: "DELETE",
            desiredState: "RUNNING",
            rateLimits: { maxBurstSize: 100, maxConcurrentDispatches: 1000, maxDispatchesPerSecond: 500 },
            retryConfig: {
                maxAttempts: 100,
                maxBackoff: "3600s",
                maxDoublings: 16,
                maxRetryDuration: "",
                minBackoff: "0.100s",
            },
            state: "RUNNING",
        },
    });
});

test("an App Engine queue must be in the application's region, and has the host of its tasks", () => {
    const world = prepared();
    const routed = { ...queue, appEngineRoutingOverride: { service: "worker", version: "v2" } };
    expect(refusalOf(() => world.make("Queue", routed))).toContain("400: App Engine application of project 'acme-dev'");
    world.make("Application", { locationId: "europe-west" });
    expect(refusalOf(() => world.make("Queue", { ...routed, location: "us-east1" }))).toContain(
        "400: Location 'us-east1' is not valid for a queue of App Engine tasks: it must be 'europe-west1'",
    );
    expect(world.make("Queue", routed).state.appEngineRoutingOverride).toEqual({
        service: "worker",
        version: "v2",
        host: "v2.worker.acme-dev.ew.r.appspot.com",
    });
});

test("a queue can be paused and resumed, and equivalent durations are equal", () => {
    const world = prepared();
    const made = world.make("Queue", { ...queue, retryConfig: { minBackoff: "2s" } });
    expect(world.changed(made, { ...queue, retryConfig: { minBackoff: "2.000s" } })).toEqual([]);
    expect(world.update(made, { ...queue, desiredState: "PAUSED" }).state.state).toBe("PAUSED");
});

const creating = "Error creating Queue: googleapi: Error 400:";

test.each<[Inputs, string]>([
    [{ location: "europe" }, "Location 'europe' is not a valid location."],
    [{ name: "my_mails" }, "Queue ID must be formatted"],
    [{ rateLimits: { maxDispatchesPerSecond: 501 } }, "Queue.rate_limits.max_dispatches_per_second must be"],
    [{ rateLimits: { maxConcurrentDispatches: 5001 } }, "Queue.rate_limits.max_concurrent_dispatches must be"],
    [{ retryConfig: { maxAttempts: 0 } }, "Queue.retry_config.max_attempts must be -1 or greater than 0."],
    [{ retryConfig: { maxDoublings: -1 } }, "Queue.retry_config.max_doublings must not be negative."],
    [{ retryConfig: { minBackoff: "2h" } }, "Invalid value at 'queue.retry_config.minBackoff'"],
    [{ retryConfig: { minBackoff: "60s", maxBackoff: "30s" } }, "Queue.retry_config.min_backoff must be less"],
    [{ stackdriverLoggingConfig: { samplingRatio: 2 } }, "Queue.stackdriver_logging_config.sampling_ratio must be"],
])("a queue with %j is refused", (more, words) => {
    expect(refusalOf(() => prepared().make("Queue", { ...queue, ...more }))).toContain(`${creating} ${words}`);
});

test("a queue requires an existing account and an unused name", () => {
    const world = prepared();
    const httpTarget = { oidcToken: { serviceAccountEmail: "caller@acme-dev.iam.gserviceaccount.com" } };
    expect(refusalOf(() => world.make("Queue", { ...queue, httpTarget }))).toContain(
        "403: The principal (user or service account) lacks",
    );
    world.make("Queue", queue);
    expect(refusalOf(() => world.make("Queue", queue))).toBe(
        "Error creating Queue: googleapi: Error 409: Queue already exists",
    );
});

test("the name of a deleted queue is reserved for three days", () => {
    let now = new Date("2026-01-01T00:00:00Z");
    const world = prepared(() => now);
    world.remove(world.make("Queue", queue));
    now = new Date("2026-01-03T23:00:00Z");
    expect(refusalOf(() => world.make("Queue", queue))).toBe(
        `${creating} The queue cannot be created because a queue with this name existed too recently.`,
    );
    now = new Date("2026-01-04T01:00:00Z");
    expect(world.make("Queue", queue).state.state).toBe("RUNNING");
});

test("a role on the queue is required to add tasks", () => {
    const world = prepared();
    const role = "roles/cloudtasks.enqueuer";
    const member = world.account("mailer");
    expect(refusalOf(() => world.make("QueueIamMember", { ...queue, role, member }))).toContain(
        "404: Requested entity was not found.",
    );
    world.make("Queue", queue);
    expect(world.make("QueueIamMember", { ...queue, role, member }).id).toBe(
        `projects/acme-dev/locations/europe-west1/queues/mails/${role}/${member}`,
    );
});
