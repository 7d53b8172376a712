import { nextAttempt, type Task } from "../../../../local/runtime/services/cloudtasks/tasks";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { Emulator, endpoint, eventually, project } from "./served";

const queue = "projects/acme-dev/locations/europe-west1/queues/mails";

/** A cloud with the queue `mails`, and code at a route. */
async function started(settings: Inputs = {}, ...statuses: number[]) {
    const world = project();
    world.enable("cloudtasks", "iam", "iamcredentials");
    const made = world.make("Queue", { name: "mails", location: "europe-west1", ...settings });
    const { url, arrived } = await endpoint(...statuses);
    const emulator = await Emulator.of(world, { "https://mails.example.com": url });
    const call = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
        const answer = await fetch(`${emulator.url}/v2/${path}`, {
            method,
            headers,
            ...(body && { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: (await answer.json()) as Inputs };
    };
    const add = (task: Inputs, more: Inputs = {}) =>
        call("POST", `${queue}/tasks`, {
            task: { httpRequest: { url: "https://mails.example.com/send", ...more }, ...task },
        });
    const names = async () => ((await call("GET", `${queue}/tasks`)).body.tasks as Inputs[]).map(({ name }) => name);
    return { world, made, emulator, arrived, call, add, names };
}

const retryConfig = { maxAttempts: 3, minBackoff: "0.1s", maxBackoff: "0.2s" };

test("a task is a request with its headers, and is gone after a success", async () => {
    const { add, arrived, names, emulator } = await started();
    const body = Buffer.from('{"to":"ada"}').toString("base64");
    const headers = { "Content-Type": "application/json", "X-AppEngine-Own": "no" };
    const { status, body: task } = await add({ name: `${queue}/tasks/first` }, { body, headers, httpMethod: "PUT" });
    expect([status, task]).toMatchObject([200, { name: `${queue}/tasks/first`, view: "BASIC", dispatchCount: 0 }]);
    expect(task.httpRequest.body).toBeUndefined();
    await eventually(() => expect(arrived).toHaveLength(1));
    expect(arrived[0]).toMatchObject({
        method: "PUT",
        path: "/send",
        body: Buffer.from('{"to":"ada"}'),
        headers: {
            "content-type": "application/json",
            "user-agent": "Google-Cloud-Tasks",
            "x-cloudtasks-queuename": "mails",
            "x-cloudtasks-taskname": "first",
            "x-cloudtasks-taskretrycount": "0",
            "x-cloudtasks-taskexecutioncount": "0",
            "x-cloudtasks-tasketa": expect.stringMatching(/^\d+(\.\d+)?$/),
        },
    });
    expect(arrived[0]?.headers["x-appengine-own"]).toBeUndefined();
    await eventually(async () => expect(await names()).toEqual([]));
    expect(emulator.lines.join("\n")).toContain("mails/tasks/first: succeeded");
    expect((await add({ name: `${queue}/tasks/first` })).status).toBe(409);
});

test("a failed task is repeated with the status before, up to its attempts", async () => {
    const { add, arrived, names, emulator } = await started({ retryConfig }, 500, 503, 404);
    await add({});
    await eventually(() => expect(arrived).toHaveLength(3));
    const about = arrived.map(({ headers }) =>
        ["retrycount", "executioncount", "previousresponse"].map((each) => headers[`x-cloudtasks-task${each}`]),
    );
    expect(about).toEqual([
        ["0", "0", undefined],
        ["1", "1", "500"],
        ["2", "2", "503"],
    ]);
    await eventually(async () => expect(await names()).toEqual([]));
    expect(emulator.lines.join("\n")).toMatch(/tasks\/\d{19}: failed: 404/);
});

test("a paused queue keeps its tasks, of which one can run, and sends them when it is resumed", async () => {
    const { world, made, add, call, arrived, names } = await started({ desiredState: "PAUSED" });
    const later = new Date(Date.now() + 3_600_000).toISOString();
    for (const [id, scheduleTime] of [["one"], ["two"], ["later", later]] as const) {
        await add({ name: `${queue}/tasks/${id}`, ...(scheduleTime && { scheduleTime }) });
    }
    expect((await call("POST", `${queue}/tasks/two:run`, {})).status).toBe(200);
    await eventually(() => expect(arrived.map(({ headers }) => headers["x-cloudtasks-taskname"])).toEqual(["two"]));
    world.update(made, { name: "mails", location: "europe-west1", desiredState: "RUNNING" });
    await eventually(() => expect(arrived).toHaveLength(2));
    await eventually(async () => expect(await names()).toEqual([`${queue}/tasks/later`]));
    expect((await call("DELETE", `${queue}/tasks/later`)).body).toEqual({});
    expect((await call("GET", `${queue}/tasks/later`)).status).toBe(404);
});

test("no more tasks are sent than the queue allows", async () => {
    const { add, arrived } = await started({ rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 1 } });
    const began = Date.now();
    await Promise.all([...Array(20)].map(() => add({})));
    await eventually(() => expect(arrived).toHaveLength(20));
    // The burst is 10.
    expect(Date.now() - began).toBeGreaterThan(450);
});

test.each([
    [{ task: {} }, "either an app_engine_http_request or an http_request"],
    [{ task: { httpRequest: { url: "mails.example.com" } } }, 'must start with "http://"'],
    [{ task: { name: "tasks/a", httpRequest: { url: "https://a.example" } } }, "Task name must be formatted"],
    [
        { task: { scheduleTime: "2099-01-01T00:00:00Z", httpRequest: { url: "https://a.example" } } },
        "within the next 30 days",
    ],
    [{ task: { appEngineHttpRequest: {} } }, "App Engine application of project 'acme-dev' does not exist"],
])("%j is refused", async (body, reason) => {
    const { call } = await started();
    const answer = await call("POST", `${queue}/tasks`, body);
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining(reason)]);
    expect((await call("POST", `${queue}s/tasks`, body)).status).toBe(404);
});

test("tasks of a queue with an HTTP target are refused, as its URL would replace theirs", async () => {
    const { add } = await started({ httpTarget: { uriOverride: { host: "other.example.com" } } });
    expect(await add({})).toMatchObject({ status: 501, body: { error: { status: "UNIMPLEMENTED" } } });
});

test("clients with gRPC add, read and delete tasks", async () => {
    const { emulator, arrived, world, made } = await started({ desiredState: "PAUSED" });
    const url = "https://mails.example.com/grpc";
    const request = { url, httpMethod: "POST", body: Buffer.from("x"), headers: { "x-own": "1" } };
    const soon = { seconds: Math.ceil(Date.now() / 1000) + 2, nanos: 0 };
    const task = await emulator.call("Tasks.CreateTask", {
        parent: queue,
        task: { httpRequest: request, scheduleTime: soon },
    });
    expect(task).toMatchObject({ httpRequest: { url, headers: { "x-own": "1" } }, scheduleTime: soon, view: "BASIC" });
    expect(await emulator.call("Tasks.GetTask", { name: task.name })).toMatchObject({ name: task.name });
    expect((await emulator.call("Tasks.ListTasks", { parent: queue })).tasks).toHaveLength(1);
    world.update(made, { name: "mails", location: "europe-west1", desiredState: "RUNNING" });
    await eventually(() => expect(arrived[0]).toMatchObject({ path: "/grpc", body: Buffer.from("x") }));
    await expect(emulator.call("Tasks.GetTask", { name: `${queue}/tasks/none` })).rejects.toThrow("NOT_FOUND");
});

const attempts = (retry: Inputs, count: number) =>
    [...Array(count)].map((_, index) =>
        nextAttempt(retry, { dispatchCount: index + 1, firstAttempt: Date.now() } as Task),
    );

test("the time between attempts doubles, and then grows by the same amount", () => {
    // The example of the reference of `RetryConfig`.
    const retry = { maxAttempts: -1, minBackoff: "10s", maxBackoff: "300s", maxDoublings: 3, maxRetryDuration: "" };
    expect(attempts(retry, 7)).toEqual([10, 20, 40, 80, 160, 240, 300]);
    expect(attempts({ ...retry, maxAttempts: 2 }, 3)).toEqual([10, undefined, undefined]);
    expect(attempts({ ...retry, maxAttempts: 2, maxRetryDuration: "60s" }, 3)).toEqual([10, 20, 40]);
});
