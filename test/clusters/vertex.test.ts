import { join } from "node:path";
import { inventory } from "../../local/simulator/inventory";
import { run } from "../../local/toolchain/process";
import { until } from "./until";
import { endpointTests } from "./vertex/endpoints";
import { probeTests } from "./vertex/probes";
import { restartTests } from "./vertex/restart";
import {
    ask,
    call,
    cloud,
    containersOf,
    deploy,
    endpoint,
    lines,
    location,
    operate,
    parallel,
    project,
    python,
    region,
    served,
    start,
    stop,
    store,
    tokenOf,
    upload,
} from "./vertex/served";
import { trainingTests } from "./vertex/training";

beforeAll(start);
afterAll(stop);

let first: string;
let model: string;

test("a model is served from a copy of its files, once it is healthy", async () => {
    await store("one/line.json", '{"slope": 2, "intercept": 1}');
    const container = {
        args: ["--port=$(AIP_HTTP_PORT)", "$$(AIP_MODE)"],
        env: [
            { name: "OWN_MODE", value: "$(AIP_MODE)" },
            { name: "LOADING_SECONDS", value: "3" },
        ],
    };
    ({ model } = await upload("one", container));
    await store("one/line.json", '{"slope": 5, "intercept": 5}');
    first = await deploy(model, { 0: 100 }, 2);
    const { status, body } = await ask({ instances: [1, 2], parameters: {} });
    expect([status, body]).toEqual([
        200,
        {
            predictions: [3, 5],
            deployedModelId: first,
            model,
            modelDisplayName: "line",
            modelVersionId: "1",
        },
    ]);
    const { body: answer } = await ask({ instances: [0], parameters: { about: true } });
    const [{ arguments: args, variables, account, files }] = answer.predictions;
    expect(args).toEqual([`--port=${variables.AIP_HTTP_PORT}`, "$(AIP_MODE)"]);
    expect(variables).toEqual({
        AIP_DEPLOYED_MODEL_ID: first,
        AIP_ENDPOINT_ID: "4711",
        AIP_FRAMEWORK: "CUSTOM_CONTAINER",
        AIP_HEALTH_ROUTE: "/healthy",
        AIP_HTTP_PORT: expect.stringMatching(/^\d+$/),
        AIP_MACHINE_TYPE: "n1-standard-2",
        AIP_MODE: "PREDICTION",
        AIP_MODE_VERSION: "1.0.0",
        AIP_MODEL_NAME: "4711",
        AIP_PREDICT_ROUTE: "/lines",
        AIP_PROJECT_NUMBER: cloud.projects.number(project),
        AIP_STORAGE_URI: expect.stringMatching(/^gs:\/\/caip-tenant-[0-9a-f-]{36}\/\d{19}\/artifacts$/),
        AIP_VERSION_NAME: first,
        OWN_MODE: "PREDICTION",
    });
    expect(account).toMatch(/^custom-online-prediction@u[0-9a-f]{16}-tp\.iam\.gserviceaccount\.com$/);
    expect(files).toEqual([`${variables.AIP_STORAGE_URI}/line.json`]);
});

test("nobody writes to the copy, and it is not listed", async () => {
    const { body } = await ask({ instances: [0], parameters: { about: true } });
    const [, copy, file] = /^gs:\/\/([^/]+)\/(.*)$/.exec(body.predictions[0].files[0]) as string[];
    const path = `/upload/storage/v1/b/${copy}/o?uploadType=media&name=${encodeURIComponent(file as string)}`;
    expect((await call("POST", path, "{}")).status).toBe(403);
    expect(inventory(cloud).filter(({ id }) => id.startsWith("caip-tenant"))).toEqual([]);
});

test("the minimum of replicas runs, and each is asked in turn", async () => {
    const asked = () => ask({ instances: [0], parameters: { about: true } });
    const ports = new Set(
        (await parallel(20, 2, asked)).map(({ body }) => body.predictions[0].variables.AIP_HTTP_PORT),
    );
    expect(ports.size).toBe(2);
});

test("a raw prediction passes the body and its type on, and names what answered", async () => {
    const { status, text, headers } = await ask("1,2", "rawPredict", { "content-type": "text/csv" });
    expect([status, text, headers.get("content-type")]).toEqual([
        200,
        "3,5".replace("3", "3.0").replace("5", "5.0"),
        "text/csv",
    ]);
    expect(headers.get("x-vertex-ai-endpoint-id")).toBe("4711");
    expect(headers.get("x-vertex-ai-deployed-model-id")).toBe(first);
});

test.each([
    [
        "a failure of the container",
        { instances: [1], parameters: { fail: 503 } },
        503,
        "UNAVAILABLE",
        /^the line is broken$/,
    ],
    [
        "an answer without predictions",
        { instances: [1], parameters: { mute: 1 } },
        400,
        "FAILED_PRECONDITION",
        /the response field predictions is missing\. Response: \{"values": \[\]\}/,
    ],
    ["a request without instances", { instance: 1 }, 400, "INVALID_ARGUMENT", /instances/],
    [
        "a request that is too large",
        { instances: ["x".repeat(1_500_000)] },
        400,
        "FAILED_PRECONDITION",
        /^The request size \(15000\d\d bytes\) exceeds 1\.500MB limit\.$/,
    ],
])("%s is told as Vertex AI does", async (_, request, status, name, message) => {
    const { body, status: found } = await ask(request);
    expect(found).toBe(status);
    expect(body.error).toMatchObject({ code: status, status: name, message: expect.stringMatching(message) });
});

test("callers need a token, and the permission to predict", async () => {
    const authorization = `Bearer ${await tokenOf("stranger")}`;
    const denied = await ask({ instances: [1] }, "predict", { authorization });
    expect([denied.status, denied.body.error.message]).toEqual([
        403,
        expect.stringContaining(
            `Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/${endpoint}'`,
        ),
    ]);
    expect((await call("POST", `/v1/${endpoint}:predict`, { instances: [1] })).status).toBe(401);
    const unknown = { authorization: "Bearer local-account-unknown" };
    expect((await ask({ instances: [1] }, "rawPredict", unknown)).status).toBe(401);
    const { status, body } = await ask({ instances: [1] }, "predict", {}, `${location}/endpoints/4712`);
    expect([status, body.error.message]).toEqual([400, expect.stringContaining("doesn't have traffic_split.")]);
});

test("Google's own client predicts", async () => {
    const number = cloud.projects.number(project);
    const args = [served.url, await tokenOf("asking"), project, region, endpoint.replace(project, number)];
    const output = await run(python, [join(__dirname, "vertex", "ask.py"), ...args], { timeout: 120_000 });
    expect(JSON.parse(output.trim().split("\n").at(-1) as string)).toEqual({
        predictions: [3, 5],
        deployed: first,
        version: "1",
        model,
        raw: "3.0,5.0",
        rawDeployed: first,
        error: { kind: "ServiceUnavailable", message: expect.stringContaining("the line is broken") },
    });
});

test("a second version gets its share of the traffic", async () => {
    await store("two/line.json", '{"slope": 20, "intercept": 10}');
    const uploaded = await upload("two", { env: [{ name: "LOADING_SECONDS", value: "5" }] }, model);
    const deploying = deploy(`${uploaded.model}@2`, { 0: 10, [first]: 90 });
    const early = await parallel(100, 10, () => ask({ instances: [1] }));
    expect(new Set(early.map(({ body }) => body.deployedModelId))).toEqual(new Set([first]));
    const second = await deploying;
    expect(lines.filter((line) => line.includes(`4711/${second}: ready`))).toHaveLength(1);
    const headers = { authorization: `Bearer ${await tokenOf("asking")}` };
    const answers = await parallel(2_000, 20, () =>
        call("POST", `/v1/${endpoint}:predict`, { instances: [1] }, headers),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const share = (id: string) =>
        (100 * answers.filter(({ body }) => body.deployedModelId === id).length) / answers.length;
    expect(Math.abs(share(second) - 10)).toBeLessThan(3);
    expect(Math.abs(share(first) - 90)).toBeLessThan(3);
    for (const { body } of answers) {
        expect(body.predictions).toEqual(body.deployedModelId === second ? [30] : [3]);
    }
    await operate(`${endpoint}:undeployModel`, { deployedModelId: second, trafficSplit: { [first]: 100 } });
    await until(
        () => containersOf(second),
        (names) => names.length === 0,
        { seconds: 20 },
    );
});

trainingTests();
probeTests();
endpointTests();
restartTests();
