import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deploys } from "../../examples/foundation/roles";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import type { Entry } from "../../local/simulator/cloud/store";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { objectName } from "../../local/simulator/services/storage";
import { run } from "../../local/toolchain/process";
import { pythonWith } from "../apps/python";
import { Deployment } from "../deploy/deployment";

const project = "acme-training-dev";
const models = `${project}-models`;

/** What latest.json contains. */
interface Latest {
    model: string;
    version: string;
    accuracy: number;
    data: string;
    trained: string;
}

describe("the starter training-vm", () => {
    const starter = Deployment.starter("training-vm");
    const cloud = cloudOf(starter.place);
    const folder = mkdtempSync(join(tmpdir(), "slipway-training-"));
    let served: RunningServer;
    let python: string;

    beforeAll(async () => {
        served = await serve(cloud);
        python = await pythonWith(starter.file("training"));
    });
    afterAll(async () => {
        await served?.close();
        await starter.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    /** The objects of a bucket, by their names. */
    const objects = (bucket: string) =>
        Object.fromEntries(
            cloud.store
                .list(objectName(bucket, ""))
                .map(({ state, content }) => [String(state.name), cloud.store.content(content as string)]),
        );
    const written = () => Object.keys(objects(models)).sort();
    const latest = (): Latest => JSON.parse(String(objects(models)["latest.json"]));
    const machine = () =>
        cloud.store.list("//compute.googleapis.com/", "instances").find((each) => each.project === project) as Entry;

    /** Runs what is deployed as the machine does; returns its exit code and its output. */
    async function train(storage = served.url): Promise<{ code: number | null; output: string }> {
        for (const [name, content] of Object.entries(objects(`${project}-data`))) {
            mkdirSync(dirname(join(folder, name)), { recursive: true });
            writeFileSync(join(folder, name), content);
        }
        const env = { PATH: process.env.PATH, STORAGE_EMULATOR_HOST: storage, MODELS: models };
        const child = spawn(python, ["-W", "ignore", join(folder, "training", "train.py")], { env });
        training = child;
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (text) => {
                output += text;
            });
        }
        const [code] = await once(child, "close");
        return { code, output };
    }
    let training: ReturnType<typeof spawn>;

    /** Trains, and kills it at a write, before it has an effect; returns the output. */
    async function killedAt(write: number): Promise<string> {
        let writes = 0;
        const proxy: Server = createServer((request, response) => {
            if (request.method !== "GET" && ++writes >= write) {
                training.kill("SIGKILL");
                return;
            }
            const { method, headers, url } = request;
            const forwarded = httpRequest(served.url + url, { method, headers }, (answer) => {
                answer.pipe(response.writeHead(answer.statusCode as number, answer.headers));
            });
            request.pipe(forwarded.on("error", () => response.destroy()));
        }).listen(0, "127.0.0.1");
        await once(proxy, "listening");
        const { code, output } = await train(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
        proxy.closeAllConnections();
        proxy.close();
        expect([code, writes]).toEqual([null, write]);
        return output;
    }

    /** The species for the measures of three flowers, and the number of trees, of the model in a file of the bucket. */
    async function predicted(name: string): Promise<unknown> {
        const file = join(folder, "model.joblib");
        writeFileSync(file, objects(models)[name] as Buffer);
        const script = `
import joblib, json
model = joblib.load("${file}")
print(json.dumps([len(model.estimators_), *model.predict([[5.1, 3.5, 1.4, 0.2], [7.0, 3.2, 4.7, 1.4], [6.9, 3.1, 5.4, 2.1]])]))`;
        return JSON.parse(await run(python, ["-c", script]));
    }
    const known = [100, "setosa", "versicolor", "virginica"];

    test.each(["dev", "prod"])("is deployed as %s by one up, and a second up changes nothing", async (stack) => {
        const { created } = await starter.up(stack);
        expect(created).toBeGreaterThan(30);
        expect(await starter.again(stack)).toEqual({ unchanged: created });
    });

    test("the machine gets the script with the buckets, and no right to more", () => {
        const { metadata, scheduling, networkInterfaces } = machine().state as Inputs;
        const script = metadata["startup-script"];
        expect(script).toContain(`export DATA='${project}-data'\nexport MODELS='${models}'\n`);
        expect(script).toContain(readFileSync(starter.file("train.sh"), "utf8").trimEnd());
        expect(scheduling).toMatchObject({ provisioningModel: "SPOT", instanceTerminationAction: "STOP" });
        expect(networkInterfaces[0].accessConfigs ?? []).toEqual([]);
        const account = `serviceAccount:train-vm@${project}.iam.gserviceaccount.com`;
        const granted = starter
            .resources()
            .filter(({ properties }) => properties.member === account)
            .map(({ properties }) => properties.role);
        expect(granted.sort()).toEqual([
            "roles/logging.logWriter",
            "roles/monitoring.metricWriter",
            "roles/storage.bucketViewer",
            "roles/storage.bucketViewer",
            "roles/storage.objectUser",
            "roles/storage.objectViewer",
        ]);
    });

    test("trains with the deployed data, and writes the model, its metrics and then their name", async () => {
        const { code, output } = await train();
        expect([code, output]).toEqual([
            0,
            expect.stringMatching(/^version \w{12}: the model is right for \d\d\.\d% of/),
        ]);
        const { model, accuracy, version } = latest();
        expect(model).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\d/\\d{6}-${version}/model.joblib$`));
        expect(written()).toEqual([model.replace("model.joblib", "metrics.json"), model, "latest.json"].sort());
        expect(accuracy).toBeGreaterThan(0.9);
        expect(await predicted(model)).toEqual(known);
    });

    test("trains nothing if neither the code nor the data have changed", async () => {
        const before = objects(models);
        expect(await train()).toEqual({ code: 0, output: `version ${latest().version} is trained already\n` });
        expect(objects(models)).toEqual(before);
    });

    test("a training that is killed at any write leaves the latest model, and the next start continues it", async () => {
        const before = latest();
        starter.edit("training/iris.csv", (text) => text.replace("5.1,3.5,1.4,0.2", "5.2,3.5,1.4,0.2"));
        await starter.up("dev");
        await killedAt(3);
        expect([latest(), written().some((name) => name.startsWith("checkpoints/"))]).toEqual([before, true]);
        // Three more checkpoints and the model, but not its metrics.
        expect(await killedAt(5)).toMatch(/^continues with 40 of 100 trees\n/);
        expect(latest()).toEqual(before);
        expect(await killedAt(3)).toMatch(/^continues with 100 of 100 trees\n/);
        expect(latest()).toEqual(before);
        expect(await predicted(before.model)).toEqual(known);
        // Before the checkpoint is removed, and after the new model is the latest one.
        await killedAt(4);
        const { version, model } = latest();
        expect(version).not.toBe(before.version);
        expect(await predicted(model)).toEqual(known);
        expect(await train()).toEqual({ code: 0, output: `version ${version} is trained already\n` });
    });

    test("data with which the model is worse do not replace the latest one", async () => {
        const before = latest();
        const good = readFileSync(starter.file("training/iris.csv"), "utf8");
        const species = ["setosa", "versicolor", "virginica"];
        let row = 0;
        starter.edit("training/iris.csv", (text) =>
            text.replaceAll(/(?<=\d,)[a-z]+$/gm, () => species[row++ % 3] as string),
        );
        await starter.up("dev");
        const { code, output } = await train();
        expect([code, output]).toEqual([
            1,
            expect.stringMatching(/the model is right for \d\d\.\d% of .* must be for 90%/),
        ]);
        expect(latest()).toEqual(before);
        starter.edit("training/iris.csv", () => good.replace("5.2,3.5", "5.1,3.5"));
        await starter.up("dev");
        expect((await train()).code).toBe(0);
        // Nothing is left of interrupted and failed trainings.
        expect(written().filter((name) => name.startsWith("checkpoints/"))).toEqual([]);
    });

    test("an up uploads what a commit names, and leaves the data to dvc", async () => {
        writeFileSync(starter.file("training/.gitignore"), "/iris.csv\n");
        writeFileSync(starter.file("training/iris.csv.dvc"), "outs:\n- md5: 8b8022c9517869392de9e6f8fcad1505\n");
        await starter.up("dev");
        expect(Object.keys(objects(`${project}-data`))).toEqual(
            ["iris.csv.dvc", "requirements.txt", "train.py"].map((name) => `training/${name}`),
        );
    });

    /** The status of the machine, as a refresh reads it. */
    async function status(): Promise<unknown> {
        await starter.succeed(["refresh", "-s", "dev", "--yes"]);
        const found = (await starter.exported("dev")).find(({ type }) => type === "gcp:compute/instance:Instance");
        return found?.outputs?.currentStatus;
    }

    test("a machine that has stopped itself is not started by an up, which changes nothing", async () => {
        starter.cloud.set(machine().id, "status", "TERMINATED");
        expect(Object.keys(await starter.up("dev"))).toEqual(["unchanged"]);
        expect(await status()).toBe("TERMINATED");
        starter.edit("training/train.py", (text) => `${text}\n`);
        expect(await starter.up("dev")).toMatchObject({ updated: 1 });
        expect(await status()).toBe("TERMINATED");
    });

    test("is destroyed: dev immediately, prod after its protection is disabled", async () => {
        await starter.destroy("dev");
        expect(starter.remaining(project)).toEqual([]);
        await starter.takeDown("prod");
        expect(starter.remaining("acme-training-prod")).toEqual([]);
    });

    test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys["training-vm"] ?? {};
        expect(starter.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });
});
