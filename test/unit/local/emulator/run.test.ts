import { Docker } from "../../../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../../../local/runtime/emulator/server";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import * as runWorld from "../runWorld";

const { account, image, runWorld: world } = runWorld;
const jobs = "projects/acme-dev/locations/europe-west1/jobs";

let served: RunningServer | undefined;
afterEach(async () => {
    await served?.close();
    served = undefined;
});

/** The lines of a command without Docker. */
async function linesOf(made: ReturnType<typeof world>, routes = {}): Promise<string[]> {
    const lines: string[] = [];
    const docker = new Error("there is no docker on PATH");
    served = await serve(made.cloud, { docker, routes, report: (line) => lines.push(line) });
    return lines;
}

const withoutDocker = "Cloud Run: containers do not run, as there is no docker on PATH";

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Inputs> {
    const response = await fetch(`${served?.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: response.status, ...((await response.json()) as Inputs) };
}

test("without Docker, the command says so at once, and serves the rest", async () => {
    const made = world("pubsub");
    runWorld.serve(made);
    made.make("Topic", { name: "sales" });
    expect(await linesOf(made)).toEqual([withoutDocker]);
    expect(served?.services).toEqual({});
    const topic = await fetch(`${served?.url}/v1/projects/acme-dev/topics/sales`);
    expect(topic.status).toBe(200);
});

test("without anything to run, or with routes only, Docker is not missed", async () => {
    expect(await linesOf(world())).toEqual([]);
    await served?.close();
    const made = world();
    runWorld.serve(made);
    expect(await linesOf(made, { web: "http://127.0.0.1:9" })).toEqual([]);
    await served?.close();
    const { uri } = runWorld.stored(made);
    expect(await linesOf(made, { [uri]: "http://127.0.0.1:9" })).toEqual([]);
});

test("jobs can be read, and are refused to run without Docker", async () => {
    const made = world();
    const template = { template: { containers: [{ image }], serviceAccount: account } };
    made.make("RunJob", { name: "nightly", location: "europe-west1", deletionProtection: false, template });
    expect(await linesOf(made)).toEqual([withoutDocker]);
    expect(await post(`/v2/${jobs}/nightly:run`, {})).toMatchObject({
        status: 501,
        error: { message: "The local Google Cloud runs jobs only with Docker." },
    });
    expect(await post(`/v2/${jobs}/weekly:run`, {})).toMatchObject({
        status: 404,
        error: { message: "Resource 'weekly' of kind 'JOB' does not exist.", status: "NOT_FOUND" },
    });
    const read = await fetch(`${served?.url}/v2/${jobs}/nightly`);
    expect(await read.json()).toMatchObject({ name: `${jobs}/nightly`, template: { taskCount: 1 } });
    const executions = await fetch(`${served?.url}/v2/${jobs}/nightly/executions`);
    expect(await executions.json()).toEqual({ executions: [] });
});

test("accounts that exist have identity tokens, with an audience", async () => {
    await linesOf(world());
    const path = (email: string) => `/v1/projects/-/serviceAccounts/${email}:generateIdToken`;
    const { token } = await post(path(account), { audience: "https://web.acme.com" });
    const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
    expect(claims).toMatchObject({ aud: "https://web.acme.com", email: account, iss: "https://accounts.google.com" });
    expect((await post(path(account), {})).status).toBe(400);
    expect(await post(path("nobody@acme-dev.iam.gserviceaccount.com"), { audience: "https://a.b" })).toMatchObject({
        status: 403,
        error: {
            message: "Permission 'iam.serviceAccounts.getOpenIdToken' denied on resource (or it may not exist).",
        },
    });
});

test("a Docker that does not answer is an error with its reason", async () => {
    const before = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = "unix:///nowhere/docker.sock";
    const path = process.env.PATH;
    try {
        await expect(Docker.find("/nowhere")).rejects.toThrow(/^(Docker does not answer: |there is no docker on PATH)/);
        process.env.PATH = "";
        await expect(Docker.find("/nowhere")).rejects.toThrow("there is no docker on PATH");
    } finally {
        process.env.PATH = path;
        if (before === undefined) {
            delete process.env.DOCKER_HOST;
        } else {
            process.env.DOCKER_HOST = before;
        }
    }
});
