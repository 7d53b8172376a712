import { type RunningServer, serve } from "../../../local/runtime/emulator/server";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { requireEndpoint } from "../../../local/simulator/services/vertex/endpoints";
import { announceRunner } from "../../../local/simulator/services/vertex/jobRunner";
import { endDeployment, findDeployed } from "../../../local/simulator/services/vertex/pendingDeployments";
import { endpointId, model, withEndpoint } from "./endpointWorld";
import type { World } from "./world";

describe("while containers of a cloud are run, a deployment", () => {
    let world: World;
    let server: RunningServer;
    let endRunner: () => void;

    beforeEach(async () => {
        world = withEndpoint();
        server = await serve(world.cloud);
        endRunner = announceRunner(world.cloud);
    });
    afterEach(async () => {
        endRunner();
        await server.close();
    });

    async function call(verb: string, path: string, body?: object): Promise<Inputs> {
        const answer = await fetch(`${server.url}/v1/${path}`, { method: verb, body: body && JSON.stringify(body) });
        return (await answer.json()) as Inputs;
    }

    const deploy = (id: string) =>
        call("POST", `${endpointId}:deployModel`, {
            deployedModel: { id, model: model(1), dedicatedResources: { machineSpec: {}, minReplicaCount: 1 } },
            trafficSplit: { 0: 100 },
        });

    /** The operation after polls that make others done. */
    async function polled({ name }: Inputs): Promise<Inputs> {
        await call("GET", name);
        await call("GET", name);
        return call("GET", name);
    }

    const state = () => {
        const { deployedModels, trafficSplit } = requireEndpoint(world.cloud, endpointId).state;
        return [deployedModels.map(({ id }) => id), trafficSplit];
    };

    test("is done when its containers are healthy, and has no effect before", async () => {
        const operation = await deploy("7");
        expect([(await polled(operation)).done, state()]).toEqual([undefined, [[], ""]]);
        expect(findDeployed(world.cloud, endpointId, "7")).toMatchObject({ id: "7", modelVersionId: "1" });
        expect((await deploy("8")).error.message).toContain("There are other operations running on the resource");
        endDeployment(world.cloud, endpointId, "7");
        expect(await polled(operation)).toMatchObject({ done: true, response: { deployedModel: { id: "7" } } });
        expect(state()).toEqual([["7"], '{"7":100}']);
    });

    test("fails with the error of its containers, and another one can follow", async () => {
        const operation = await deploy("7");
        endDeployment(world.cloud, endpointId, "7", "Model server exited unexpectedly.");
        expect(await polled(operation)).toMatchObject({
            done: true,
            error: { code: 9, message: "Model server exited unexpectedly." },
        });
        expect([state(), findDeployed(world.cloud, endpointId, "7")]).toEqual([[[], ""], undefined]);
        const next = await deploy("8");
        endDeployment(world.cloud, endpointId, "8");
        expect([(await polled(next)).done, state()]).toEqual([true, [["8"], '{"8":100}']]);
    });

    test.each(["polled", "listed"])("takes effect if the command ends, once its operation is %s", async (way) => {
        const operation = await deploy("7");
        endRunner();
        await call("GET", way === "polled" ? operation.name : `${endpointId}/operations`);
        expect(state()).toEqual([["7"], '{"7":100}']);
        expect((await polled(operation)).done).toBe(true);
    });
});
