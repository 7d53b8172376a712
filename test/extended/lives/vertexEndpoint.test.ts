import { writeFileSync } from "node:fs";
import type { Fault } from "../../../local";
import { cloudOf } from "../../../local/simulator/cloudOf";
import { requireEndpoint } from "../../../local/simulator/services/vertex/endpoints";
import { fullName } from "../../../local/simulator/services/vertex/names";
import { Deployment } from "../../deploy/deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-iris-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

const program = `"use strict";
const { BigQueryDataset, Environment, ServiceAccount, StorageBucket, VertexEndpoint } = require("slipway");
const { project, region } = Environment.current();
const features = new StorageBucket("features");
const logs = new BigQueryDataset("logs");
const iris = new VertexEndpoint("iris", {
    models: {
        latest: { model: \`projects/\${project}/locations/\${region}/models/iris@1\`, scaling: { min: 1, max: 2 } },
    },
    traffic: { split: { latest: 100 } },
    requestLogs: { dataset: logs, sampling: 10 },
    uses: [features.reader],
});
new ServiceAccount("caller", { uses: [iris.predictor] });
exports.name = iris.name;
exports.url = iris.url;
exports.latest = iris.deployments.latest;
exports.previous = iris.deployments.previous;
`;

function irises(): Deployment {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: iris\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "iris", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    const { store } = cloudOf(deployment.place);
    for (const project of ["acme-iris-deve", "acme-iris-prod"]) {
        const id = `projects/${project}/locations/europe-west1/models/iris`;
        const versions = ["1", "2", "3"].map((versionId) => ({ versionId, versionAliases: [] }));
        store.write({ name: fullName(id), project, id, state: { versions } });
    }
    return deployment;
}

async function stateOf(deployment: Deployment, kind: string) {
    const { name } = await deployment.outputs(kind);
    return requireEndpoint(cloudOf(deployment.place), String(name)).state;
}

/** The deployed versions of the model. */
const versions = async (deployment: Deployment) =>
    (await stateOf(deployment, "dev")).deployedModels.map(({ modelVersionId }) => modelVersionId);

/** The traffic of the endpoint by the versions of the model. */
async function traffic(deployment: Deployment, kind = "dev"): Promise<Record<string, number>> {
    const state = await stateOf(deployment, kind);
    const version = (deployed: string) => state.deployedModels.find((one) => one.id === deployed)?.modelVersionId;
    const shares = Object.entries(JSON.parse(state.trafficSplit) as Record<string, number>);
    return Object.fromEntries(shares.map(([deployed, share]) => [String(version(deployed)), share]));
}

const service = "google.cloud.aiplatform.v1.EndpointService";
const faulty = (fault: Partial<Fault>) => ({ faults: [{ verb: "create", answer: 500, ...fault } as Fault] });
const up = ["up", "-s", "dev", "--yes", "--skip-preview"];

describe("an endpoint in development", () => {
    const deployment = irises();
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));

    test("is created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        const { name, url, previous } = await deployment.outputs("dev");
        expect(name).toMatch(/^projects\/acme-iris-deve\/locations\/europe-west1\/endpoints\/iris-[0-9a-f]{6}$/);
        expect(url).toMatch(
            /^https:\/\/iris-[0-9a-f]{6}\.europe-west1-\d+\.prediction\.vertexai\.goog\/v1\/projects\/acme-iris-deve\/.*:predict$/,
        );
        expect(previous).toBe("");
        expect(await traffic(deployment)).toEqual({ 1: 100 });
    });

    test("changes replicas in place", async () => {
        const { latest } = await deployment.outputs("dev");
        edit("max: 2", "max: 5");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update Deployments iris"]);
        expect((await deployment.outputs("dev")).latest).toBe(latest);
    });

    test("keeps traffic on the version that serves while another one fails, and continues", async () => {
        edit("iris@1", "iris@2");
        edit("{ latest: 100 }", "{ latest: 10, previous: 90 }");
        // The container does not start or is not healthy; the quota; no machines.
        for (const answer of [412, 429, 503]) {
            const failed = await deployment.run(up, {}, faulty({ type: `${service}.DeployModel`, answer }));
            expect([failed.code, failed.output]).toEqual([1, expect.stringContaining("The next update continues.")]);
            expect(await traffic(deployment)).toEqual({ 1: 100 });
        }
        await deployment.up("dev");
        expect(await traffic(deployment)).toEqual({ 1: 90, 2: 10 });
    });

    test("rolls forward and back, also after a kill", async () => {
        edit("{ latest: 10, previous: 90 }", "{ latest: 100, previous: 0 }");
        await deployment.up("dev");
        expect(await traffic(deployment)).toEqual({ 2: 100 });
        edit("{ latest: 100, previous: 0 }", "{ latest: 0, previous: 100 }");
        await deployment.up("dev");
        expect(await traffic(deployment)).toEqual({ 1: 100 });
        edit("{ latest: 0, previous: 100 }", "{ latest: 100 }");
        edit("iris@2", "iris@3");
        const killed = await deployment.run(
            up,
            {},
            faulty({ type: "aiplatform.projects.locations.endpoints.deployModel", answer: "lose" }),
        );
        expect(killed.code).not.toBe(0);
        await deployment.run(["cancel", "dev", "--yes"]);
        await deployment.up("dev");
        expect(await traffic(deployment)).toEqual({ 3: 100 });
        expect(Object.keys(await deployment.up("dev"))).toEqual(["unchanged"]);
    });

    test("continues after its operation could not be read, and after a kill while a version is undeployed", async () => {
        const api = "aiplatform.projects.locations.endpoints";
        edit("iris@3", "iris@1");
        const unread = await deployment.run(
            up,
            {},
            faulty({ verb: "read", type: `${api}.operations.get`, answer: 404 }),
        );
        expect([unread.code, unread.output]).toEqual([1, expect.stringContaining("The next update continues.")]);
        expect(await traffic(deployment)).toEqual({ 3: 100 });
        await deployment.up("dev");
        expect(await traffic(deployment)).toEqual({ 1: 100 });
        edit("iris@1", "iris@2");
        const killed = await deployment.run(up, {}, faulty({ type: `${api}.undeployModel`, answer: "lose" }));
        expect([killed.code === 0, await traffic(deployment)]).toEqual([false, { 2: 100 }]);
        await deployment.run(["cancel", "dev", "--yes"]);
        await deployment.up("dev");
        expect([await traffic(deployment), await versions(deployment)]).toEqual([{ 2: 100 }, ["2"]]);
        expect(Object.keys(await deployment.up("dev"))).toEqual(["unchanged"]);
    });

    test("is monitored by one job, which follows the version that serves, and is deleted before the endpoint", async () => {
        const jobs = () => deployment.existing().filter((each) => each.includes("modelDeploymentMonitoringJobs"));
        edit(
            "models: {",
            'monitoring: { drift: 0.2, every: "1 hour", alerts: { emails: ["ml@acme.com"] } }, models: {',
        );
        const created = await deployment.run(
            up,
            {},
            faulty({ type: "aiplatform.projects.locations.modelDeploymentMonitoringJobs.create", answer: "lose" }),
        );
        expect([created.code === 0, jobs().length]).toEqual([false, 1]);
        await deployment.run(["cancel", "dev", "--yes"]);
        await deployment.up("dev");
        expect(jobs()).toHaveLength(1);
        expect(await deployment.preview("dev")).toEqual([]);
        edit("iris@2", "iris@3");
        await deployment.up("dev");
        const { name, latest } = await deployment.outputs("dev");
        const [job] = cloudOf(deployment.place).store.list(
            "//aiplatform.googleapis.com/projects/acme-iris-deve/locations/europe-west1",
            "modelDeploymentMonitoringJobs",
        );
        expect(job?.state).toMatchObject({
            endpoint: expect.stringContaining(String(name).split("/").at(-1) as string),
            modelDeploymentMonitoringObjectiveConfigs: [{ deployedModelId: latest }],
        });
        deployment.edit("index.js", (text) => text.replace(/monitoring: \{.*\}, models: \{/, "models: {"));
        await deployment.up("dev");
        expect(jobs()).toEqual([]);
    });

    test("is replaced with another kind of address, and leaves nothing when it is destroyed", async () => {
        const before = (await deployment.outputs("dev")).name;
        edit("models: {", 'access: "shared", models: {');
        await deployment.up("dev");
        expect((await deployment.outputs("dev")).name).not.toBe(before);
        expect((await deployment.outputs("dev")).url).toMatch(
            /^https:\/\/europe-west1-aiplatform\.googleapis\.com\/v1\//,
        );
        expect(deployment.existing().filter((each) => each.startsWith("AiEndpoint "))).toHaveLength(1);
        await deployment.destroy("dev");
        expect(deployment.existing().filter((each) => /Endpoint|endpoints/.test(each))).toEqual([]);
    });
});

/** The stack of a shop, in another project, which asks the endpoint of dev and deploys its model. */
const shop = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { CloudRunService, VertexEndpoint, VertexModel } = require("slipway");
const { endpoint } = JSON.parse(new pulumi.Config("iris").require("of"));
const iris = VertexEndpoint.existing(endpoint);
const image = "docker.io/acme/ask@sha256:" + "0a".repeat(32);
const ask = new CloudRunService("ask", { image, uses: { IRIS: iris.predictor } });
const model = VertexModel.existing("iris", { project: "acme-iris-deve", version: "champion" });
exports.name = new VertexEndpoint("copy", { models: { latest: { model } } }).name;
exports.url = iris.url;
exports.variables = ask.service.template.containers[0].envs;
`;

test("another stack asks the endpoint, and deploys the version of a model that has an alias", async () => {
    const deployment = irises();
    const { store } = cloudOf(deployment.place);
    await deployment.up("dev");
    const { name: endpoint, url } = await deployment.outputs("dev");
    deployment.edit("index.js", () => shop);
    const settings = stack("development").replace("acme-iris-deve", "acme-shop");
    writeFileSync(deployment.file("Pulumi.shop.yaml"), `${settings}  iris:of: '${JSON.stringify({ endpoint })}'\n`);
    const id = "projects/acme-iris-deve/locations/europe-west1/models/iris";
    const champion = (champion: string) => {
        const versions = ["1", "2", "3"].map((versionId) => ({
            versionId,
            versionAliases: versionId === champion ? ["champion"] : [],
            content: {},
        }));
        store.write({ name: fullName(id), project: "acme-iris-deve", id, state: { versions } });
    };
    champion("2");
    await deployment.upAsPreviewed("shop");
    expect(await traffic(deployment, "shop")).toEqual({ 2: 100 });
    expect(await deployment.outputs("shop")).toMatchObject({ url, variables: [{ name: "IRIS", value: endpoint }] });
    expect(await deployment.preview("shop")).toEqual([]);
    champion("3");
    expect(await deployment.upAsPreviewed("shop")).toEqual(["update Deployments copy"]);
    expect(await traffic(deployment, "shop")).toEqual({ 3: 100 });
    champion("");
    const { code, output } = await deployment.run(["preview", "-s", "shop"]);
    expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
            'VertexModel "iris": does not exist: GET projects/acme-iris-deve/locations/europe-west1/models/iris@champion: ',
        ),
    ]);
    await deployment.remove();
});

test("a first deployment that fails can be destroyed", async () => {
    const deployment = irises();
    const failed = await deployment.run(up, {}, faulty({ type: `${service}.DeployModel`, answer: 412 }));
    expect(failed.output).toContain("No model has traffic. The next update continues.");
    await deployment.destroy("dev");
    expect(deployment.existing().filter((each) => /Endpoint|endpoints/.test(each))).toEqual([]);
    await deployment.remove();
});

test("an endpoint in production has two replicas, and is protected", async () => {
    const deployment = irises();
    await deployment.upAsPreviewed("prod");
    expect((await deployment.again("prod")).unchanged).toBeGreaterThan(0);
    expect(await traffic(deployment, "prod")).toEqual({ 1: 100 });
    const { code, output } = await deployment.run(["destroy", "-s", "prod", "--yes", "--skip-preview"]);
    expect([code, output]).toEqual([expect.any(Number), expect.stringMatching(/protected|protect/)]);
    expect(code).not.toBe(0);
    await deployment.remove();
});
