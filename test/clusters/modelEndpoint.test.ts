import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Docker as LocalDocker } from "../../local/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/emulator/server";
import { cloudOf } from "../../local/workspace";
import { Deployment } from "../deploy/deployment";
import { BaseRegistry } from "./base";
import { Docker } from "./docker";

describe("the starter model-endpoint", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-endpoint-"));
    const starter = Deployment.starter("model-endpoint");
    const cloud = cloudOf(starter.place);
    const lines: string[] = [];
    let base: BaseRegistry;
    let docker: Docker;
    let served: RunningServer;

    beforeAll(async () => {
        base = await BaseRegistry.start(folder);
        for (const stack of ["dev", "prod"]) {
            await starter.succeed(["config", "set", "-s", stack, "base", base.image]);
        }
        docker = await Docker.start("127.0.0.1:1");
        process.env.DOCKER_HOST = docker.socket;
        served = await serve(cloud, { docker: await LocalDocker.find(cloud.folder), report: (line) => { lines.push(line); console.log(line); } });
    });
    afterAll(async () => {
        await served?.close();
        await docker?.stop();
        await starter.remove();
        await base?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    test("dev", async () => {
        const t = Date.now();
        const { created } = await starter.up("dev");
        console.log(created, Date.now() - t, await starter.outputs("dev"));
        expect(await starter.again("dev")).toEqual({ unchanged: created });
        console.log(lines.join("\n"));
        console.log(JSON.stringify(starter.leastRoles()));
        await new Promise((r) => setTimeout(r, 15_000));
        await starter.destroy("dev");
        expect(starter.remaining("acme-irises-dev")).toEqual([]);
    });
});
