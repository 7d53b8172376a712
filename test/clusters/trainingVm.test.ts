import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { Terminal } from "../../local/runtime/emulator/terminal";
import { runDueMachines } from "../../local/runtime/services/compute/schedules";
import { cloudOf } from "../../local/simulator/cloudOf";
import { currentStatus } from "../../local/simulator/services/compute/machines/instanceChecks";
import { type InstanceEntry, instancesOf } from "../../local/simulator/services/compute/machines/lifecycle";
import { bucketName, objectName, writeObject } from "../../local/simulator/services/storage";
import { Deployment } from "../deploy/deployment";
import { Docker } from "./docker";
import { machineWithPackages } from "./machinePackages";
import { until } from "./until";

const [dev, prod] = ["acme-training-dev", "acme-training-prod"] as const;

/** What latest.json contains. */
interface Latest {
    model: string;
    version: string;
    data: string;
}

describe("the starter training-vm", () => {
    const starter = Deployment.starter("training-vm");
    const cloud = cloudOf(starter.place);
    /** What the served cloud reports. */
    const lines: string[] = [];
    let docker: Docker;
    let served: RunningServer;

    beforeAll(async () => {
        const [, dvc = ""] = /^install "(dvc.+)"$/m.exec(readFileSync(starter.file("train.sh"), "utf8")) ?? [];
        const requirements = readFileSync(starter.file("training/requirements.txt"), "utf8").trim().split("\n");
        const image = await machineWithPackages("/opt/train/venv", [dvc, ...requirements]);
        docker = await Docker.start("127.0.0.1:1");
        process.env.DOCKER_HOST = docker.socket;
        await docker.command("import", image, "machine:1");
        served = await serve(cloud, {
            docker: await LocalDocker.find(cloud.folder),
            machineImage: "machine:1",
            report: (line) => lines.push(line),
        });
    });
    afterAll(async () => {
        await served?.close();
        await docker?.stop();
        await starter.remove();
    });

    const isStopped = ({ state }: InstanceEntry) => currentStatus(state, cloud) === "TERMINATED";
    const content = (bucket: string, name: string) => {
        const found = cloud.store.read(objectName(bucket, name));
        return found && cloud.store.content(found.content as string);
    };
    const latest = (project: string): Latest => JSON.parse(String(content(`${project}-models`, "latest.json")));

    /** Waits until a script has ended, and all machines are stopped; returns what was reported. */
    async function asleep(after: number): Promise<string> {
        const ended = () => lines.slice(after).some((line) => line.includes("train.sh ends with status"));
        await until(
            async () => ({ isAsleep: ended() && instancesOf(cloud).every(isStopped), lines: lines.slice(-30) }),
            ({ isAsleep }) => isAsleep,
            { seconds: 400 },
        );
        return lines.slice(after).join("\n");
    }

    /** The start of the schedule, at two o'clock in Berlin. */
    const night = () =>
        runDueMachines(cloud, new Date("2026-11-24T01:00:00Z"), new Terminal((line) => lines.push(line)));

    test.each([
        ["dev", dev],
        ["prod", prod],
    ] as const)("the machine of %s trains when it is created, and stops itself", async (stack, project) => {
        const before = lines.length;
        await starter.up(stack);
        const output = await asleep(before);
        expect(output).toMatch(/version \w{12}: the model is right for \d\d\.\d% of the 45 flowers/);
        expect(output).toContain("train.sh ends with status 0");
        const { model, version } = latest(project);
        expect(model).toContain(version);
        expect(content(`${project}-models`, model)?.length).toBeGreaterThan(10_000);
    });

    test.each(["dev", "prod"])("an up of %s does not start it", async (stack) => {
        const before = lines.length;
        expect(Object.keys(await starter.up(stack))).toEqual(["unchanged"]);
        expect([instancesOf(cloud).every(isStopped), lines.slice(before)]).toEqual([true, []]);
    });

    test("its schedule starts it, and it trains with the data that a .dvc file names", async () => {
        const data = readFileSync(starter.file("training/iris.csv"), "utf8").replaceAll("setosa", "Iris setosa");
        const md5 = createHash("md5").update(data).digest("hex");
        // As dvc does; test/extended/dvc.test.ts runs it.
        const bucket = cloud.store.read(bucketName(`${dev}-data`));
        writeObject(cloud, bucket as never, `dvc/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`, Buffer.from(data));
        const pointer = `outs:\n- md5: ${md5}\n  size: ${data.length}\n  hash: md5\n  path: iris.csv\n`;
        writeFileSync(starter.file("training/iris.csv.dvc"), pointer);
        writeFileSync(starter.file("training/.gitignore"), "/iris.csv\n");
        await starter.up("dev");
        const [before, start] = [latest(dev), lines.length];
        night();
        const output = await asleep(start);
        expect(output).toContain("the schedule starts it");
        expect(output).not.toMatch(/ends with status [^0]/);
        // That of production, in which nothing has changed.
        expect(output).toContain(`version ${latest(prod).version} is trained already`);
        const sha256 = createHash("sha256").update(data).digest("hex");
        expect(latest(dev)).toMatchObject({ data: sha256.slice(0, 12) });
        expect(latest(dev).model).not.toBe(before.model);
    });

    test("a script that fails stops the machine as well", async () => {
        const [before, start] = [latest(dev), lines.length];
        // Without a .dvc file, there are no data.
        rmSync(starter.file("training/iris.csv.dvc"), { force: true });
        writeFileSync(starter.file("training/.gitignore"), "/iris.csv\n");
        await starter.up("dev");
        night();
        const output = await asleep(start);
        expect(output).toMatch(/FileNotFoundError: .*iris\.csv/);
        expect(output).toContain("train.sh ends with status 1");
        expect(latest(dev)).toEqual(before);
    });
});
