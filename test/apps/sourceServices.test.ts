import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stateFile } from "../../local/machine/stacks";
import { workspace } from "../../local/machine/workspace";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import * as run from "../unit/local/runWorld";

/** Services whose images a program builds, on a machine without Docker. */

const ends: (() => unknown)[] = [];
afterEach(async () => {
    for (const end of ends.splice(0).reverse()) {
        await end();
    }
});

interface Shop {
    served: RunningServer;
    printed: string[];
    edit(path: string, text: string): void;
    ask(): Promise<[status: number, body: string]>;
}

/** A service `web` whose image is built of the folder `web`, with these files. */
async function shop(files: Record<string, string>): Promise<Shop> {
    const folder = mkdtempSync(join(tmpdir(), "slipway-sources-"));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const edit = (path: string, text: string) => {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
    };
    edit("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    for (const [path, text] of Object.entries(files)) {
        edit(`web/${path}`, text);
    }
    const world = run.runWorld();
    const [repository] = run.image.split(":");
    const digest = world.push(`${repository}:2`);
    run.serve(world, { containers: [{ image: `${repository}@${digest}` }] }, { invokerIamDisabled: true });
    const place = workspace(folder);
    const image = {
        urn: "urn:pulumi:dev::shop::docker-build:index:Image::web",
        type: "docker-build:index:Image",
        inputs: { context: { location: "web" }, exports: [{ registry: { names: [repository], pushByDigest: true } }] },
        outputs: { digest },
    };
    const state = stateFile(place, "dev");
    mkdirSync(dirname(state), { recursive: true });
    writeFileSync(state, JSON.stringify({ checkpoint: { latest: { resources: [image] } } }));
    const printed: string[] = [];
    const docker = new Error("there is no docker on PATH");
    const served = await serve(world.cloud, {
        ...{ docker, runsCode: true, console: place },
        report: (line) => printed.push(line.replaceAll(folder, "")),
    });
    ends.push(() => served.close());
    const ask = async (): Promise<[number, string]> => {
        const answer = await fetch(served.services.web as string);
        return [answer.status, await answer.text()];
    };
    return { served, printed, ask, edit: (path, text) => edit(`web/${path}`, text) };
}

const python = (value: string) =>
    `import os\n\ndef app(environ, start):\n    start("200 OK", [])\n    return [str(${value}).encode()]\n`;

test("a service in Python runs as a process, and an edit answers the next request, unless it does not start", async () => {
    const { ask, edit, printed } = await shop({
        Dockerfile: "FROM python:3.13-slim\nCMD python main.py\n",
        "main.py": python('os.environ["K_SERVICE"]'),
        "requirements.txt": "",
    });
    expect(await ask()).toEqual([200, "web"]);
    expect(printed).toContain("web: runs as a process, as Google's buildpacks start /web, and not by its Dockerfile");
    edit("main.py", python('"tea"'));
    expect(await ask()).toEqual([200, "tea"]);
    edit("main.py", "def app(:\n");
    expect(await ask()).toEqual([200, "tea"]);
    expect(printed).toContain("web: the code before it answers");
});

test("a service in Node.js runs by its Procfile, and with a default after an edit of it", async () => {
    const says = (word: string) =>
        `require("node:http").createServer((_, answer) => answer.end("${word}")).listen(process.env.PORT);\n`;
    const { ask, edit, printed } = await shop({
        Dockerfile: "FROM node:22-slim\n",
        Procfile: "web: node tea.js\n",
        "package.json": "{}",
        "tea.js": says("tea"),
        "index.js": says("juice"),
    });
    expect(await ask()).toEqual([200, "tea"]);
    edit("Procfile", "worker: node tea.js\n");
    expect(await ask()).toEqual([200, "juice"]);
    edit("package.json", "{");
    expect(await ask()).toEqual([200, "juice"]);
    expect(printed).toContainEqual(
        expect.stringMatching(/^web: package.json is invalid: .*: the code before it answers$/),
    );
});

test("a service without a default needs Docker, with what to do", async () => {
    const { served, printed } = await shop({ Dockerfile: "FROM golang:1.25\n", "main.go": "package main\n" });
    expect(served.services).toEqual({});
    expect(printed).toEqual([
        "web: needs Docker, as it has neither package.json nor a file in Python: install Docker, or run the code yourself, and add --route web=http://127.0.0.1:<port>",
    ]);
});
