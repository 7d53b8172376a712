import { setTimeout as sleep } from "node:timers/promises";
import { type ProgramApis, serveProgramApis } from "../../../../local/runtime/emulator/programApis";
import type { Fault } from "../../../../local/simulator/provider/faults";
import { application, deploy } from "../appengineWorld";

const running: ProgramApis[] = [];
afterEach(() => {
    for (const each of running.splice(0)) {
        each.close();
    }
});

const service = "apps/acme-dev/services/default";

/** The APIs for a program, with an application and its version `v1`, and whether a call has killed the command. */
async function started(...faults: Fault[]) {
    const world = application();
    deploy(world, "v1");
    deploy(world, "v2");
    let ended = false;
    const plan = JSON.stringify({ faults, speed: 1000 });
    const apis = await serveProgramApis({ cloud: world.cloud.folder }, plan, () => {
        ended = true;
    });
    running.push(apis);
    const { GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT: url, GOOGLE_OAUTH_ACCESS_TOKEN: token } = apis.environment;
    const call = async (method: string, path: string, authorization = `Bearer ${token}`) => {
        const answer = await fetch(`${url}${path}`, { method, headers: { authorization } });
        return { status: answer.status, body: await answer.json() };
    };
    return { call, ended: () => ended, versions: async () => (await call("GET", `${service}/versions`)).body.versions };
}

test("requests without the command's token are refused, and paths of other APIs are not handled", async () => {
    const { call } = await started();
    expect(await call("GET", "apps/acme-dev")).toMatchObject({ status: 200, body: { id: "acme-dev" } });
    expect(await call("GET", "apps/acme-dev", "Bearer of-the-user")).toMatchObject({
        status: 401,
        body: { error: { code: 401, status: "UNAUTHENTICATED" } },
    });
    expect(await call("GET", "projects/acme-dev")).toMatchObject({ status: 501 });
});

const type = "appengine.apps.services.versions.delete";
const deletion: Pick<Fault, "verb" | "type"> = { verb: "delete", type };

test("the nth call of a method fails, for the version of the fault", async () => {
    const { call, versions } = await started({ ...deletion, name: "v2", call: 2, answer: 503 });
    await call("DELETE", `${service}/versions/v1`);
    await call("DELETE", `${service}/versions/v9`);
    expect((await call("DELETE", `${service}/versions/v2`)).status).toBe(200);
    expect(await call("DELETE", `${service}/versions/v2`)).toEqual({
        status: 503,
        body: { error: { code: 503, message: "The service is currently unavailable.", status: "UNAVAILABLE" } },
    });
    expect(await versions()).toHaveLength(1);
});

test("a connection is dropped before the call takes effect, or the command is killed afterwards", async () => {
    const first = await started({ ...deletion, answer: "cut" });
    await expect(first.call("DELETE", `${service}/versions/v2`)).rejects.toThrow("fetch failed");
    expect([first.ended(), await first.versions()]).toEqual([false, [expect.anything(), expect.anything()]]);
    const second = await started({ ...deletion, answer: "kill" });
    await expect(second.call("DELETE", `${service}/versions/v2`)).rejects.toThrow("fetch failed");
    expect([second.ended(), await second.versions()]).toEqual([true, [expect.anything(), expect.anything()]]);
    const third = await started({ ...deletion, answer: "lose" });
    await expect(third.call("DELETE", `${service}/versions/v2`)).rejects.toThrow("fetch failed");
    expect([third.ended(), await third.versions()]).toEqual([true, [expect.objectContaining({ id: "v1" })]]);
});

const operation = "google.appengine.v1.Versions.DeleteVersion";

test("an operation fails without effect or after it, or takes time", async () => {
    const failing = await started({ ...deletion, type: operation, answer: 500 });
    const begun = await failing.call("DELETE", `${service}/versions/v2`);
    await failing.call("GET", begun.body.name);
    expect((await failing.call("GET", begun.body.name)).body).toMatchObject({
        done: true,
        error: { code: 13, message: "Internal error encountered." },
    });
    expect(await failing.versions()).toHaveLength(2);
    const broken = await started({ ...deletion, type: operation, answer: "break" });
    const { name: late } = (await broken.call("DELETE", `${service}/versions/v2`)).body;
    await broken.call("GET", late);
    expect((await broken.call("GET", late)).body).toMatchObject({ done: true, error: { code: 13 } });
    expect(await broken.versions()).toHaveLength(1);
    // Polling an operation is not a second call.
    const second = await started({ verb: "delete", call: 2, answer: 500 });
    expect((await second.call("DELETE", `${service}/versions/v2`)).status).toBe(200);
    expect((await second.call("DELETE", service)).status).toBe(500);
    const slow = await started({ ...deletion, type: operation, answer: "slow", seconds: 2000 });
    const { name } = (await slow.call("DELETE", `${service}/versions/v2`)).body;
    const isDone = async () => (await slow.call("GET", name)).body.done === true;
    expect(await isDone()).toBe(false);
    await sleep(2000);
    expect(await isDone()).toBe(true);
});
