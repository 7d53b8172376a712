import { serverlessRest } from "../../../../local/runtime/emulator/serverless";
import { image, runWorld } from "../runWorld";

const jobs = "projects/acme-dev/locations/europe-west1/jobs";

/** A job, and the API. */
function started() {
    const world = runWorld();
    const template = { template: { containers: [{ image }] } };
    world.make("RunJob", { location: "europe-west1", name: "migrate", template });
    const api = serverlessRest(world.cloud);
    const call = async (method: string, path: string) => {
        const origin = "http://127.0.0.1";
        const { signal } = new AbortController();
        return api({
            method,
            path,
            query: new URLSearchParams(),
            headers: {},
            body: Buffer.alloc(0),
            origin,
            ended: signal,
        });
    };
    return { call, world };
}

test("a job is read with its condition, and deleted, whatever the provider's protection is", async () => {
    const { call, world } = started();
    expect(await call("GET", `/v2/${jobs}/migrate`)).toMatchObject({
        status: 200,
        body: { name: `${jobs}/migrate`, terminalCondition: { type: "Ready", state: "CONDITION_SUCCEEDED" } },
    });
    expect(await call("DELETE", `/v2/${jobs}/migrate`)).toMatchObject({ status: 200, body: { done: true } });
    expect(world.cloud.store.read(`//run.googleapis.com/${jobs}/migrate`)).toBeUndefined();
    expect(await call("DELETE", `/v2/${jobs}/migrate`)).toMatchObject({
        status: 404,
        body: { error: { status: "NOT_FOUND" } },
    });
});

test("services are only deleted here, and other paths are not handled", async () => {
    const { call } = started();
    expect(await call("GET", `/v2/${jobs.replace("jobs", "services")}/web`)).toBeUndefined();
    expect(await call("DELETE", `/v2/${jobs}/migrate/executions/one`)).toBeUndefined();
});
