import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault } from "slipway-local";
import { deploys } from "../../examples/foundation/roles";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { serviceName } from "../../local/simulator/cloud/projects";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { type EndpointEntry, findEndpoint } from "../../local/simulator/services/vertex/endpoints";
import { run } from "../../local/toolchain/process";
import { type MetadataServer, metadataServer } from "../apps/databases/metadata";
import { deployedFunction, start } from "../apps/deployedFunction";
import { type GoogleHosts, googleHosts } from "../apps/googleHosts";
import { pythonWith, type RunningFunction } from "../apps/python";
import { Deployment } from "../deploy/deployment";
import { BaseRegistry } from "./base";
import { Docker } from "./docker";
import { until } from "./until";

const project = "acme-irises-dev";
const region = "europe-west1";
const setosa = { sepalLength: 5.1, sepalWidth: 3.5, petalLength: 1.4, petalWidth: 0.2 };
const measures = Object.values(setosa);

/** Credentials of the machine, which states must not contain. */
const credentials = { GOOGLE_OAUTH_ACCESS_TOKEN: "canary-token", DOCKER_REGISTRY_PASS: "canary-password" };

/** Asks an endpoint with Google's client, and prints the answers as JSON. */
const client = `
import json, sys
from google.cloud import aiplatform
aiplatform.init(api_transport="rest")
endpoint = aiplatform.Endpoint(sys.argv[1])
answer = endpoint.predict(instances=json.loads(sys.argv[2]), use_dedicated_endpoint=True)
try:
    endpoint.predict(instances=[["broad"]], use_dedicated_endpoint=True)
    refusal = None
except ValueError as error:
    refusal = str(error)
print(json.dumps({"predictions": answer.predictions, "version": answer.model_version_id, "refusal": refusal}))
`;

describe("the starter model-endpoint", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-endpoint-"));
    const starter = Deployment.starter("model-endpoint");
    const cloud = cloudOf(starter.place);
    let served: RunningServer;
    let metadata: MetadataServer;
    let hosts: GoogleHosts;
    let ask: RunningFunction;
    /** Cleanup functions, in reverse order. */
    const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true }), () => starter.remove()];

    beforeAll(async () => {
        const base = await BaseRegistry.start(folder);
        ends.push(() => base.stop());
        for (const stack of ["dev", "prod"]) {
            await starter.succeed(["config", "set", "-s", stack, "base", base.image]);
        }
        const docker = await Docker.start("127.0.0.1:1");
        ends.push(() => docker.stop());
        process.env.DOCKER_HOST = docker.socket;
        served = await serve(cloud, { docker: await LocalDocker.find(cloud.folder) });
        ends.push(() => served.close());
    });
    afterAll(async () => {
        for (const end of ends.reverse()) {
            await end();
        }
    });

    /** The endpoint as it is stored. */
    async function endpoint(stack = "dev"): Promise<EndpointEntry> {
        const { endpointName } = await starter.outputs(stack);
        return findEndpoint(cloud, endpointName as string) as EndpointEntry;
    }

    /** The traffic by versions of the model, with those that are deployed and have none. */
    async function shares(stack = "dev"): Promise<Record<string, number>> {
        const { deployedModels, trafficSplit } = (await endpoint(stack)).state;
        const split = JSON.parse(trafficSplit);
        return Object.fromEntries(deployedModels.map(({ id, modelVersionId }) => [modelVersionId, split[id] ?? 0]));
    }

    /** The training jobs, in the order of their creation. */
    const jobs = (): Inputs[] =>
        cloud.store
            .list("//aiplatform.googleapis.com/", "customJobs")
            .filter((entry) => entry.project === project)
            .map(({ state }): Inputs => state)
            .sort((one, other) => (one.createTime < other.createTime ? -1 : 1));

    async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
        const response = await fetch(url, {
            method: "POST",
            headers: { "content-type": "application/json", ...headers },
            body: JSON.stringify(body),
        });
        return { status: response.status, answer: (await response.json()) as Inputs };
    }

    async function tokenOf(account: string): Promise<string> {
        const path = `/v1/projects/-/serviceAccounts/${account}@${project}.iam.gserviceaccount.com:generateAccessToken`;
        const { answer } = await post(served.url + path, { scope: ["https://www.googleapis.com/auth/cloud-platform"] });
        return answer.accessToken;
    }

    /** Asks the function about a setosa a number of times; returns the number of answers by species and version. */
    async function answers(count: number): Promise<Record<string, number>> {
        const counted: Record<string, number> = {};
        for (let left = count; left > 0; left--) {
            const { status, answer } = await post(ask.url, setosa, { connection: "close" });
            const key = status === 200 ? `${answer.species} ${answer.model}` : String(status);
            counted[key] = (counted[key] ?? 0) + 1;
        }
        return counted;
    }

    /** Sets the canary and deploys; returns the number of changes. */
    async function canary(percent: number | undefined): Promise<Record<string, number>> {
        const command = percent === undefined ? ["rm", "canary"] : ["set", "canary", String(percent)];
        await starter.succeed(["config", ...command, "-s", "dev"]);
        const { unchanged, ...changes } = await starter.up("dev");
        return changes;
    }

    test("is trained, deployed and served by one up, and a second up changes nothing", async () => {
        const { created } = await starter.up("dev", credentials);
        expect(created).toBeGreaterThan(45);
        expect((await starter.run(["stack", "export", "-s", "dev"])).output).not.toContain("canary");
        const [{ run, log }] = jobs() as [Inputs];
        expect([run.endTime > run.startTime, log]).toEqual([true, undefined]);
        expect(await starter.again("dev")).toEqual({ unchanged: created });
        expect(await starter.preview("dev")).toEqual([]);
        expect([jobs().length, await shares()]).toEqual([1, { 1: 100 }]);
        // With which this test gets tokens of accounts.
        const api = "iamcredentials.googleapis.com";
        cloud.store.create({ name: serviceName(project, api), project, id: `${project}/${api}`, state: {} });
    });

    test("the function asks the endpoint with the token of its account, at Google's addresses", async () => {
        const { dedicatedEndpointDns } = (await endpoint()).state;
        hosts = await googleHosts(served.url, [`${region}-aiplatform.googleapis.com`, dedicatedEndpointDns], folder);
        metadata = await metadataServer(`ask-run@${project}.iam.gserviceaccount.com`, await tokenOf("ask-run"));
        ask = await start(deployedFunction(cloud, project, "ask"), { ...metadata.environment, ...hosts.environment });
        ends.push(hosts.close, metadata.close, ask.stop);
        expect(await post(ask.url, setosa)).toEqual({ status: 200, answer: { species: "setosa", model: "1" } });
        const virginica = { sepalLength: 6.9, sepalWidth: 3.1, petalLength: 5.4, petalWidth: 2.1 };
        expect((await post(ask.url, virginica)).answer.species).toBe("virginica");
        expect(await post(ask.url, { ...setosa, sepalWidth: "3.5", petalWidth: true })).toEqual({
            status: 400,
            answer: { errors: ["sepalWidth must be a number", "petalWidth must be a number"] },
        });
        expect((await post(ask.url, [])).status).toBe(400);
    });

    test("Google's client gets the answers of a prebuilt container", async () => {
        const python = await pythonWith(starter.file("ask"));
        const { endpointName = "" } = await starter.outputs("dev");
        const instances = [measures, [6.9, 3.1, 5.4, 2.1]];
        const output = await run(python, ["-c", client, endpointName, JSON.stringify(instances)], {
            env: { ...process.env, ...metadata.environment, ...hosts.environment },
        });
        expect(JSON.parse(output)).toEqual({
            predictions: ["setosa", "virginica"],
            version: "1",
            refusal: expect.stringMatching(/Status code:400, response: .*Prediction failed: could not convert string/),
        });
    });

    test("nobody asks the endpoint without its role", async () => {
        const url = `${served.url}/v1/${(await starter.outputs("dev")).endpointName}:predict`;
        const authorization = `Bearer ${await tokenOf("train-train")}`;
        const { status, answer } = await post(url, { instances: [measures] }, { authorization });
        expect([status, answer.error.message]).toEqual([
            403,
            expect.stringContaining("Permission 'aiplatform.endpoints.predict' denied"),
        ]);
    });

    test("changed data are trained, and 10 % of the requests get the new version", async () => {
        starter.edit("data/iris.csv", (text) => text.replaceAll("setosa", "Iris setosa"));
        await canary(10);
        expect([jobs().length, await shares()]).toEqual([2, { 1: 90, 2: 10 }]);
        const url = `${served.url}/v1/${(await starter.outputs("dev")).endpointName}:predict`;
        const headers = { authorization: `Bearer ${metadata.token}` };
        const counted: Record<string, number> = {};
        const asking = async () => {
            for (let left = 100; left > 0; left--) {
                const { status, answer } = await post(url, { instances: [measures] }, headers);
                const key = `${status} ${answer.predictions} ${answer.modelVersionId}`;
                counted[key] = (counted[key] ?? 0) + 1;
            }
        };
        await Promise.all([...Array(20)].map(asking));
        expect(counted).toEqual({ "200 setosa 1": expect.any(Number), "200 Iris setosa 2": expect.any(Number) });
        expect(Math.abs((counted["200 Iris setosa 2"] as number) / 20 - 10)).toBeLessThan(3);
    });

    test("the new version gets all requests, the rollback is immediate, and both create nothing", async () => {
        expect([await canary(100), await shares()]).toEqual([{ updated: 1 }, { 1: 0, 2: 100 }]);
        expect(await answers(20)).toEqual({ "Iris setosa 2": 20 });
        expect([await canary(0), await shares()]).toEqual([{ updated: 1 }, { 1: 100, 2: 0 }]);
        expect(await answers(20)).toEqual({ "setosa 1": 20 });
        expect([await canary(100), await shares()]).toEqual([{ updated: 1 }, { 1: 0, 2: 100 }]);
    });

    test("without a canary, the previous version is undeployed, and what it ran on stops", async () => {
        const before = (await endpoint()).state.deployedModels.map(({ id }) => id);
        expect([await canary(undefined), await shares()]).toEqual([{ updated: 1 }, { 2: 100 }]);
        const [left] = (await endpoint()).state.deployedModels.map(({ id }) => id);
        const [gone] = before.filter((id) => id !== left);
        await until(
            () => run("docker", ["ps", "--format", "{{.Names}}"], { env: process.env }),
            (names) => names.includes(`-${left}-`) && !names.includes(`-${gone}-`),
            { seconds: 30 },
        );
        expect(await answers(5)).toEqual({ "Iris setosa 2": 5 });
    });

    /** Deploys, which must fail; returns the output. */
    async function failing(...faults: Fault[]): Promise<string> {
        const { code, output } = await starter.run(["up", "-s", "dev", "--yes", "--skip-preview"], {}, { faults });
        expect([code === 0, code === 0 ? output : ""]).toEqual([false, ""]);
        return output;
    }

    test("data with which the model would be worse fail the training, and the version before goes on", async () => {
        const good = readFileSync(starter.file("data/iris.csv"), "utf8");
        const species = ["setosa", "versicolor", "virginica"];
        let row = 0;
        starter.edit("data/iris.csv", (text) =>
            text.replaceAll(/(?<=\d,)[A-Za-z ]+$/gm, () => `${species[row++ % 3]}`),
        );
        const output = await failing();
        expect(output).toContain("ended as JOB_STATE_FAILED: Error code 3, message: The replica workerpool0-0 exited");
        expect(output).toMatch(/Error\. 150 flowers: the model is right for \d\d\.\d% of .*, and must be for 90%/);
        expect([jobs().length, await shares()]).toEqual([3, { 2: 100 }]);
        expect(await answers(3)).toEqual({ "Iris setosa 2": 3 });
        starter.edit("data/iris.csv", () => good.replaceAll("Iris setosa", "Setosa"));
        await starter.up("dev");
        expect([jobs().length, await shares()]).toEqual([4, { 3: 100 }]);
        expect(await answers(3)).toEqual({ "Setosa 3": 3 });
    });

    test("an image that does not start and one that is never healthy leave the traffic, and the next up continues", async () => {
        const serve = readFileSync(starter.file("serving/serve.py"), "utf8");
        starter.edit("serving/serve.py", (text) => text.replace("model = loaded()", 'model = open("/model.joblib")'));
        const failed = "Model server exited unexpectedly. Model server logs can be found in the output of";
        expect(await failing()).toContain(failed);
        expect(await shares()).toEqual({ 3: 100 });
        starter.edit("serving/serve.py", () => serve.replace('return "", 200', 'return "", 503'));
        starter.edit("index.ts", (text) =>
            text.replace("image: serving", 'image: serving, deploymentTimeout: "10 seconds"'),
        );
        expect(await failing()).toContain("Model server never became ready.");
        expect([await shares(), await answers(3)]).toEqual([{ 3: 100 }, { "Setosa 3": 3 }]);
        starter.edit("serving/serve.py", () => `${serve}\n`);
        starter.edit("index.ts", (text) => text.replace(', deploymentTimeout: "10 seconds"', ""));
        await starter.up("dev");
        expect([jobs().length, await shares()]).toEqual([4, { 6: 100 }]);
        expect(await answers(3)).toEqual({ "Setosa 6": 3 });
    });

    test("an up that is killed while a job runs, and while a model is deployed and undeployed, is continued by the next", async () => {
        const api = "aiplatform.projects.locations";
        starter.edit("data/iris.csv", (text) => text.replaceAll("Setosa", "setosa"));
        for (const fault of [
            { verb: "read", type: `${api}.customJobs.get`, call: 1, answer: "kill" },
            { verb: "create", type: `${api}.endpoints.deployModel`, answer: "lose" },
            { verb: "create", type: `${api}.endpoints.undeployModel`, answer: "lose" },
        ] as Fault[]) {
            await failing(fault);
            await starter.succeed(["cancel", "dev", "--yes"]);
            expect(["Setosa 6", "setosa 7"]).toEqual(expect.arrayContaining(Object.keys(await answers(3))));
        }
        await starter.up("dev");
        expect([jobs().length, await shares()]).toEqual([5, { 7: 100 }]);
        expect(await answers(3)).toEqual({ "setosa 7": 3 });
        expect(Object.keys(await starter.again("dev"))).toEqual(["unchanged"]);
    });

    test("becomes public with one argument", async () => {
        starter.edit("index.ts", (text) => text.replace("public: false", "public: true"));
        expect(await starter.up("dev")).toMatchObject({ created: 2, updated: 1 });
    });

    test("in production, it has two replicas and is protected", async () => {
        const { created } = await starter.up("prod");
        expect(await starter.again("prod")).toEqual({ unchanged: created });
        const [deployed] = (await endpoint("prod")).state.deployedModels;
        expect(deployed?.dedicatedResources.minReplicaCount).toBe(2);
    });

    test("is destroyed: dev immediately, prod after its protection is disabled", async () => {
        await starter.destroy("dev");
        expect(starter.remaining(project)).toEqual([]);
        await starter.takeDown("prod");
        expect(starter.remaining("acme-irises-prod")).toEqual([]);
        await until(
            () => run("docker", ["ps", "--quiet"], { env: process.env }),
            (running) => running.trim() === "",
            { seconds: 30 },
        );
    });

    test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys["model-endpoint"] ?? {};
        expect(starter.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });
});
