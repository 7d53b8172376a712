import { join } from "node:path";
import { deploys } from "../../examples/foundation/roles";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { run } from "../../local/toolchain/process";
import { pythonWith } from "../apps/python";
import { until } from "../clusters/until";
import { Deployment } from "../deploy/deployment";

const project = "acme-models-dev";

describe("the starter model-function", () => {
    const starter = Deployment.starter("model-function");
    const cloud = cloudOf(starter.place);
    let served: RunningServer;

    beforeAll(async () => {
        served = await serve(cloud, { runsCode: true });
    });
    afterAll(async () => {
        await served?.close();
        await starter.remove();
    });

    async function ask(flower: unknown, method = "POST"): Promise<{ status: number; answer: Record<string, unknown> }> {
        const body = method === "POST" ? JSON.stringify(flower) : undefined;
        const response = await served.request(`${project}/predict`, "/", { method, body });
        return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    }

    test.each(["dev", "prod"])("is deployed as %s by one up, and a second up changes nothing", async (stack) => {
        const { created } = await starter.up(stack);
        expect(created).toBeGreaterThan(20);
        expect(await starter.again(stack)).toEqual({ unchanged: created });
    });

    test("answers from the deployed archive with the deployed model", async () => {
        await until(
            () => Object.keys(served.services),
            (all) => all.includes(`${project}/predict`),
        );
        const setosa = { sepalLength: 5.1, sepalWidth: 3.5, petalLength: 1.4, petalWidth: 0.2 };
        const virginica = { sepalLength: 6.9, sepalWidth: 3.1, petalLength: 5.4, petalWidth: 2.1 };
        const { status, answer } = await ask(setosa);
        expect([status, answer.species, answer.model]).toEqual([200, "setosa", "1.0.0"]);
        const probabilities = Object.entries(answer.probabilities as Record<string, number>);
        expect(probabilities.map(([species]) => species)).toEqual(["setosa", "versicolor", "virginica"]);
        expect(probabilities.reduce((sum, [, each]) => sum + each, 0)).toBeCloseTo(1, 2);
        expect((await ask(virginica)).answer.species).toBe("virginica");
    });

    test("refuses values that the model was not trained with, by name", async () => {
        expect(await ask({ sepalLength: 51, sepalWidth: "3.5", petalLength: true })).toEqual({
            status: 400,
            answer: {
                errors: [
                    "sepalLength is 51: give a number of centimetres from 4.3 to 7.9",
                    "sepalWidth is '3.5': give a number of centimetres from 2.0 to 4.4",
                    "petalLength is True: give a number of centimetres from 1.0 to 6.9",
                    "petalWidth is missing: give a number of centimetres from 0.1 to 2.5",
                ],
            },
        });
        expect(await ask([])).toMatchObject({ status: 400 });
        expect(await ask(undefined, "GET")).toMatchObject({ status: 405 });
    });

    test("a newly trained model is uploaded as one object, and the function reloads it", async () => {
        starter.edit("train.py", (text) => text.replace('VERSION = "1.0.0"', 'VERSION = "1.1.0"'));
        const python = await pythonWith(join(starter.place.folder, "predict"));
        expect(await run(python, ["train.py"], { cwd: starter.place.folder })).toContain("right for 9");
        const { updated, replaced, deleted, created } = await starter.up("dev");
        expect({ changed: (updated ?? 0) + (replaced ?? 0), created, deleted }).toEqual({ changed: 2 });
        const flower = { sepalLength: 5.1, sepalWidth: 3.5, petalLength: 1.4, petalWidth: 0.2 };
        expect((await ask(flower)).answer).toMatchObject({ species: "setosa", model: "1.1.0" });
    });

    test("becomes public with one argument", async () => {
        const isPublic = () => starter.resources().some(({ properties }) => properties.invokerIamDisabled === true);
        expect(isPublic()).toBe(false);
        starter.edit("index.ts", (text) => text.replace("public: false", "public: true"));
        expect(await starter.up("dev")).toMatchObject({ created: 2, updated: 1 });
        expect(isPublic()).toBe(true);
    });

    test("is destroyed: dev immediately, prod after its protection is disabled", async () => {
        await starter.destroy("dev");
        expect(starter.remaining(project)).toEqual([]);
        await starter.takeDown("prod");
        expect(starter.remaining("acme-models-prod")).toEqual([]);
    });

    test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys["model-function"] ?? {};
        expect(starter.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });
});
