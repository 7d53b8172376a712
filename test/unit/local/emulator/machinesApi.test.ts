import { Terminal } from "../../../../local/runtime/emulator/terminal";
import { actionOf, runDueMachines } from "../../../../local/runtime/services/compute/schedules";
import { projectName } from "../../../../local/simulator/cloud/projects";
import { currentStatus } from "../../../../local/simulator/services/compute/machines/instanceChecks";
import { changeLife, instancesOf, statusAfter } from "../../../../local/simulator/services/compute/machines/lifecycle";
import { prepare } from "../examples/instanceGroups";
import { World } from "../world";
import { account, machineWorld, prepared, zone, zonePath } from "./machineWorld";

// https://cloud.google.com/compute/docs/instances/instance-lifecycle
test.each([
    ["stop", "RUNNING", "STOPPING", "TERMINATED"],
    ["stop", "STAGING", "STOPPING", "TERMINATED"],
    ["stop", "STOPPING", "STOPPING", "STOPPING"],
    ["stop", "TERMINATED", "TERMINATED", "TERMINATED"],
    ["start", "TERMINATED", "STAGING", "RUNNING"],
    ["start", "RUNNING", "RUNNING", "RUNNING"],
    ["start", "STOPPING", undefined, undefined],
    ["start", "SUSPENDED", undefined, undefined],
    ["reset", "RUNNING", "RUNNING", "RUNNING"],
    ["reset", "TERMINATED", undefined, undefined],
] as const)("to %s a machine that is %s leads to %s, or %s if it does not run here", (action, status, run, other) => {
    expect([statusAfter(action, status, true), statusAfter(action, status, false)]).toEqual([run, other]);
});

const statusOf = (world: World) => {
    const [{ state } = { state: {} }] = instancesOf(world.cloud);
    return currentStatus(state, world.cloud);
};

test("a machine stops itself with its own token only if its account may", async () => {
    const { world, call, tokenOf } = await machineWorld();
    const token = await tokenOf(account);
    const stop = () => call("POST", `${zonePath}/instances/train/stop`, { token });
    const message = `Required 'compute.instances.stop' permission for '${zonePath}/instances/train'`;
    expect(await stop()).toEqual({
        status: 403,
        body: { error: { code: 403, message, errors: [{ message, domain: "global", reason: "forbidden" }] } },
    });
    expect(statusOf(world)).toBe("RUNNING");
    world.make("InstanceIAMMember", {
        zone,
        instanceName: "train",
        role: "roles/compute.instanceAdmin.v1",
        member: `serviceAccount:${account}`,
    });
    const { status, body } = await stop();
    expect([status, body.operationType, body.user, body.status]).toEqual([200, "stop", account, "DONE"]);
    expect(statusOf(world)).toBe("TERMINATED");
});

test("an account lists the instances of a group only if it may, and of a region that exists", async () => {
    const world = new World();
    world.enable("iam", "iamcredentials");
    prepare(world);
    world.account("train-vm");
    const { call, tokenOf } = await machineWorld(world);
    const token = await tokenOf(account);
    const list = (region = "europe-west1") =>
        call("POST", `projects/acme-dev/regions/${region}/instanceGroupManagers/web/listManagedInstances`, { token });
    const denied = await list();
    expect([denied.status, denied.body.error.message]).toEqual([
        403,
        `Required 'compute.instanceGroupManagers.get' permission for 'projects/acme-dev/regions/europe-west1/instanceGroupManagers/web'`,
    ]);
    const unknown = await list("europe-west0");
    expect([unknown.status, unknown.body.error.message]).toEqual([
        400,
        "Invalid value for field 'region': 'europe-west0'. Unknown region.",
    ]);
    world.cloud.iam.grant("acme-dev", projectName("acme-dev"), {
        role: "roles/compute.viewer",
        member: `serviceAccount:${account}`,
    });
    expect((await list()).status).toBe(200);
});

test.each([
    ["no token", "", 401, "required"],
    ["an unknown token", "local-account-unknown", 401, "required"],
])("a call with %s is refused", async (_, token, status, reason) => {
    const { call } = await machineWorld();
    const answer = await call("GET", `${zonePath}/instances/train`, { token });
    expect([answer.status, answer.body.error.errors[0].reason]).toEqual([status, reason]);
});

test.each([
    ["an instance that does not exist", "GET", "instances/other", {}, 404, "notFound"],
    ["the reset of one that is stopped", "POST", "instances/train/reset", {}, 400, "resourceNotReady"],
    [
        "metadata with an old fingerprint",
        "POST",
        "instances/train/setMetadata",
        { fingerprint: "x" },
        412,
        "conditionNotMet",
    ],
])("%s is told as Compute Engine does", async (_, method, path, body, status, reason) => {
    const { world, call } = await machineWorld();
    const [{ name } = { name: "" }] = instancesOf(world.cloud);
    changeLife(world.cloud, name, { status: "TERMINATED" });
    const answer = await call(method, `${zonePath}/${path}`, method === "POST" ? { body } : {});
    expect([answer.status, answer.body.error.errors[0].reason]).toEqual([status, reason]);
});

test("metadata that a program changes is that of the instance", async () => {
    const { call } = await machineWorld();
    const { body } = await call("GET", `${zonePath}/instances/train`);
    const items = [{ key: "round", value: "2" }];
    await call("POST", `${zonePath}/instances/train/setMetadata`, {
        body: { fingerprint: body.metadata.fingerprint, items },
    });
    expect((await call("GET", `${zonePath}/instances/train`)).body.metadata.items).toEqual(items);
});

test("instances are listed by a filter", async () => {
    const { call } = await machineWorld();
    const named = async (filter: string) =>
        (await call("GET", `${zonePath}/instances?filter=${encodeURIComponent(filter)}`)).body.items ?? [];
    expect((await named('name = "train"')).map(({ name }: { name: string }) => name)).toEqual(["train"]);
    expect(await named("(status != RUNNING)")).toEqual([]);
});

const schedule = {
    timeZone: "Europe/Berlin",
    vmStartSchedule: { schedule: "0 7 * * MON-FRI" },
    vmStopSchedule: { schedule: "0 19 * * *" },
};

// Germany is an hour ahead of UTC in winter, and two in summer.
test.each([
    ["2026-11-23T06:00:00Z", {}, "start"],
    ["2026-06-22T05:00:00Z", {}, "start"],
    ["2026-11-22T06:00:00Z", {}, undefined],
    ["2026-11-22T18:00:00Z", {}, "stop"],
    ["2026-11-23T06:01:00Z", {}, undefined],
    ["2026-11-23T06:00:00Z", { startTime: "2026-12-01T00:00:00Z" }, undefined],
    ["2026-11-23T06:00:00Z", { expirationTime: "2026-11-01T00:00:00Z" }, undefined],
])("at %s, a schedule with %j does: %s", (minute, more, action) => {
    expect(actionOf({ ...schedule, ...more }, new Date(minute))).toBe(action);
});

test("a schedule stops and starts a machine as long as Compute Engine's agent may", () => {
    const world = prepared();
    const lines: string[] = [];
    const terminal = new Terminal((line) => lines.push(line));
    const member = `serviceAccount:service-${world.number}@compute-system.iam.gserviceaccount.com`;
    const role = "roles/compute.instanceAdmin.v1";
    world.make("ProjectIAMMember", { project: "acme-dev", role, member });
    const policy = world.make("ResourcePolicy", { name: "hours", instanceSchedulePolicy: schedule });
    const [entry] = instancesOf(world.cloud);
    if (entry) {
        const state = { ...entry.state, resourcePolicies: policy.state.selfLink };
        world.cloud.store.write({ ...entry, state });
    }
    runDueMachines(world.cloud, new Date("2026-11-23T18:00:00Z"), terminal);
    expect(statusOf(world)).toBe("TERMINATED");
    runDueMachines(world.cloud, new Date("2026-11-24T06:00:00Z"), terminal);
    expect(statusOf(world)).toBe("RUNNING");
    world.cloud.iam.revoke(projectName("acme-dev"), { role, member });
    runDueMachines(world.cloud, new Date("2026-11-24T18:00:00Z"), terminal);
    expect(statusOf(world)).toBe("RUNNING");
    expect(lines).toEqual([
        "train: the schedule stops it",
        "train: the schedule starts it",
        expect.stringMatching(
            /^train: the schedule has no effect, as service-\d+@.* lacks compute\.instances\.start and compute\.instances\.stop$/,
        ),
    ]);
});
