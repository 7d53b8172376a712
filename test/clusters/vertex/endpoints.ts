import { request } from "node:http";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { until } from "../until";
import {
    ask,
    call,
    cloud,
    containersOf,
    docker,
    localImage,
    location,
    operate,
    project,
    region,
    served,
    store,
    tokenOf,
    upload,
} from "./served";

const dedicated = `${location}/endpoints/4714`;
const machineSpec = { machineType: "n1-standard-2" };

/** Deploys a model with all traffic, and returns the ID of the deployed model. */
async function deployed(model: string, resources: Inputs, at: string): Promise<string> {
    const { deployedModel } = await operate(`${at}:deployModel`, {
        deployedModel: { model, ...resources },
        trafficSplit: { 0: 100 },
    });
    return deployedModel.id;
}

/** The parts of an answer, with the milliseconds after which they came. */
async function streamed(host: string): Promise<{ status?: number; parts: [number, string][] }> {
    const { hostname, port } = new URL(served.url);
    const headers = { host, authorization: `Bearer ${await tokenOf("asking")}`, "content-type": "application/json" };
    const began = Date.now();
    return new Promise((resolve, reject) => {
        const path = `/v1/${dedicated}:streamRawPredict`;
        request({ hostname, port, path, method: "POST", headers }, (answer) => {
            const parts: [number, string][] = [];
            answer
                .on("data", (part) => parts.push([Date.now() - began, String(part)]))
                .on("end", () => resolve({ ...(answer.statusCode && { status: answer.statusCode }), parts }))
                .on("error", reject);
        })
            .on("error", reject)
            .end(JSON.stringify({ instances: [1, 2], parameters: { stream: 1 } }));
    });
}

/** The tests of the kinds of endpoints and of machines. */
export function endpointTests(): void {
    test("a dedicated endpoint answers streams at its own host, and not at that of the region", async () => {
        const { model } = await upload("one");
        await deployed(model, { dedicatedResources: { machineSpec, minReplicaCount: 1 } }, dedicated);
        const number = cloud.projects.number(project);
        await until(
            () => ask({ instances: [1] }, "predict", {}, dedicated),
            ({ status }) => status === 200,
            { seconds: 60 },
        );
        const { status, parts } = await streamed(`4714.${region}-${number}.prediction.vertexai.goog`);
        expect([status, parts.map(([, part]) => part).join("")]).toEqual([200, "data: 10\n\ndata: 15\n\n"]);
        // The container waits a second between both.
        const [[first], [last]] = [parts[0] as [number, string], parts.at(-1) as [number, string]];
        expect(last - first).toBeGreaterThan(700);
        const refused = await streamed(`${region}-aiplatform.googleapis.com`);
        expect([refused.status, refused.parts.map(([, part]) => part).join("")]).toEqual([
            400,
            expect.stringContaining("using its dedicated dns name"),
        ]);
    });

    test("models of a deployment pool run on its replicas", async () => {
        const image = "europe-docker.pkg.dev/vertex-ai/prediction/tf2-cpu.2-15:latest";
        await docker.command("tag", localImage, image);
        const models = await Promise.all(
            [1, 2].map(async (slope) => {
                await store(`pool${slope}/saved_model.pb`, "a model");
                await store(`pool${slope}/line.json`, JSON.stringify({ slope, intercept: 0 }));
                return (await upload(`pool${slope}`, { imageUri: image })).model as string;
            }),
        );
        const at = `${location}/endpoints/4715`;
        const sharedResources = `${location}/deploymentResourcePools/pool`;
        const ids: string[] = [];
        for (const model of models) {
            ids.push(await deployed(model, { sharedResources }, at));
        }
        const containers = await until(
            async () => (await Promise.all(ids.map((id) => containersOf(`-4715-${id}-`)))).map(({ length }) => length),
            (counts) => counts.every((count) => count === 2),
            { seconds: 60 },
        );
        expect(containers).toEqual([2, 2]);
        for (const [index, id] of ids.entries()) {
            await call("PATCH", `/v1/${at}?updateMask=trafficSplit`, { trafficSplit: { [id]: 100 } });
            const { body } = await until(
                () => ask({ instances: [10] }, "predict", {}, at),
                ({ status }) => status === 200,
                { seconds: 60 },
            );
            expect([body.deployedModelId, body.predictions]).toEqual([id, [10 * (index + 1)]]);
        }
        for (const deployedModelId of ids) {
            await operate(`${at}:undeployModel`, { deployedModelId });
        }
    });

    test("a replica is added when a container uses its processors", async () => {
        const at = `${location}/endpoints/4716`;
        const { model } = await upload("one");
        const autoscalingMetricSpecs = [
            // Low, because other tests use the processors as well.
            { metricName: "aiplatform.googleapis.com/prediction/online/cpu/utilization", target: 5 },
        ];
        const dedicatedResources = { machineSpec, minReplicaCount: 1, maxReplicaCount: 2, autoscalingMetricSpecs };
        const id = await deployed(model, { dedicatedResources }, at);
        const { body } = await until(
            () => ask({ instances: [1], parameters: { burn: 150 } }, "predict", {}, at),
            ({ status }) => status === 200,
            { seconds: 60 },
        );
        expect(body.predictions).toEqual(["burning"]);
        expect(await containersOf(`-4716-${id}-`)).toHaveLength(1);
        await until(
            () => containersOf(`-4716-${id}-`),
            ({ length }) => length === 2,
            { seconds: 140 },
        );
        await operate(`${at}:undeployModel`, { deployedModelId: id });
    });
}
