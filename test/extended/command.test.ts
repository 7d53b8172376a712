import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { pulumi } from "../../local/toolchain";
import { Deployment } from "../deploy/deployment";

const slipway = join(__dirname, "..", "..", "dist", "local", "commands", "main.js");

interface Ended {
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs `slipway` like a user in a program's folder. */
const run = (folder: string, ...args: string[]) => runWith(folder, "", ...args);

/** The same, with a text on its standard input. */
function runWith(folder: string, input: string, ...args: string[]): Promise<Ended> {
    return new Promise((resolve) => {
        // Checking the types of a program takes seconds.
        const env = { ...process.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
        const child = execFile(process.execPath, [slipway, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
            resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
        });
        child.stdin?.end(input);
    });
}

/** Whether nothing listens on a port. */
async function isFree(port: number): Promise<boolean> {
    const server = createServer().listen(port, "127.0.0.1");
    const isListening = await once(server, "listening").then(
        () => true,
        () => false,
    );
    server.close();
    return isListening;
}

async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
}

/** Waits until a condition is true, for ten seconds at most. */
async function becomesTrue(condition: () => Promise<boolean>): Promise<boolean> {
    for (const end = Date.now() + 10_000; Date.now() < end; await sleep(100)) {
        if (await condition()) {
            return true;
        }
    }
    return condition();
}

describe("slipway local", () => {
    const platform = Deployment.platform();
    const { folder } = platform.place;
    // Commands print how they get Pulumi if it is not there yet.
    beforeAll(() => pulumi({ pinned: true, report: () => {} }));
    afterAll(() => platform.remove());

    test("says what to do if nothing is deployed", async () => {
        expect(await run(folder, "local", "ls")).toMatchObject({
            code: 0,
            stdout: "No resources. Deploy a stack with 'slipway local up -s dev'.\n",
        });
    });

    test("passes other commands to pulumi, creates the stack, and does not change its stack file", async () => {
        const before = readFileSync(platform.file("Pulumi.dev.yaml"), "utf8");
        const up = await run(folder, "local", "up", "-s", "dev", "--yes", "--skip-preview");
        expect(up).toMatchObject({ code: 0, stdout: expect.stringContaining("predictUrl") });
        const lines = up.stderr.split("\n");
        expect(lines[0]).toBe("Local Google Cloud in .slipway: nothing is created at Google.");
        expect(lines).toContain("    npx slipway local serve --run");
        expect(readFileSync(platform.file("Pulumi.dev.yaml"), "utf8")).toBe(before);
    });

    test("lists resources by project with their components, also as JSON", async () => {
        const { stdout } = await run(folder, "local", "ls");
        expect(stdout).toMatch(/^acme-forecast-dev \(\d+\)\n/);
        expect(stdout).toMatch(/^ {2}PubSubTopic sale-range\n {4}Topic +topics\/sale-range$/m);
        expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
        const json: object[] = JSON.parse((await run(folder, "local", "ls", "--json")).stdout);
        const withoutComponent = json.map((row) => ({ ...row, component: undefined }));
        expect(withoutComponent).toEqual(JSON.parse(JSON.stringify(platform.resources())));
        expect(json).toContainEqual(
            expect.objectContaining({
                id: "projects/acme-forecast-dev/topics/sale-range",
                component: "PubSubTopic sale-range",
            }),
        );
    });

    test("lists what a stack costs, with the sum", async () => {
        const { code, stdout, stderr } = await run(folder, "local", "cost", "-s", "dev");
        expect([code, stderr]).toEqual([0, ""]);
        expect(stdout).toMatch(/^ServerlessFunction predict +\$0\.00 to \$\d+\.\d\d \+ by use$/m);
        expect(stdout).toMatch(/^dev: at least \$0\.00 per month \(.*\), and what is billed by use\.$/m);
        const [estimate] = JSON.parse((await run(folder, "local", "cost", "-s", "dev", "--json")).stdout);
        expect(estimate).toMatchObject({ stack: "dev", atLeast: 0, unknown: 0 });
    });

    test("draws the stack and its preview, in the format of the output", async () => {
        const graph = ["local", "graph", "-s", "dev"];
        const { code, stdout } = await run(folder, ...graph, "--format", "mermaid");
        expect([code, stdout]).toEqual([
            0,
            expect.stringMatching(/^---\ntitle: "What flows in platform, stack dev"\n/),
        ]);
        expect(stdout).toContain('"<b>record</b><br/>ServerlessFunction"');
        const output = platform.file("rights.svg");
        expect(await run(folder, ...graph, "--preview", "--show", "rights", "-o", output)).toMatchObject({
            code: 0,
            stdout: "",
            stderr: expect.stringMatching(/wrote \S+rights\.svg\n$/),
        });
        const picture = readFileSync(output, "utf8");
        expect(picture).toContain("<title>Who may do what in the preview of platform, stack dev</title>");
        expect(picture).toContain(">nothing changes</text>");
    });

    test("draws the stack of the backend of Pulumi", async () => {
        const { home } = platform.place;
        const { path } = await pulumi({ pinned: true, report: () => {} });
        const env = jest.replaceProperty(process, "env", {
            ...process.env,
            PATH: [path, process.env.PATH].join(delimiter),
            PULUMI_HOME: join(home, "engine"),
            PULUMI_BACKEND_URL: `file://${join(home, "stacks")}?metadata=skip`,
        });
        const drawn = await run(folder, "graph", "-s", "dev", "--format", "mermaid");
        env.restore();
        expect(drawn).toEqual(await run(folder, "local", "graph", "-s", "dev", "--format", "mermaid"));
    });

    test.each([
        [
            ["--output", "stack.png"],
            "slipway: --output must end in .svg, .html, .mmd, or --format must name the format (got stack.png).\n",
        ],
        [
            ["--format", "png"],
            expect.stringMatching(
                /^slipway: option '--format <format>' argument 'png' is invalid\. Allowed choices are svg, html, mermaid\./,
            ),
        ],
        [["--show", "costs"], expect.stringMatching(/Allowed choices are flows, rights\./)],
    ])("refuses a picture with %j", async (args, stderr) => {
        expect(await run(folder, "local", "graph", "-s", "dev", ...args)).toEqual({ code: 2, stdout: "", stderr });
    });

    test("says what to do for a picture of a stack that is not deployed", async () => {
        expect(await run(folder, "local", "graph", "-s", "prod")).toEqual({
            code: 1,
            stdout: "",
            stderr: "slipway: the stack prod has no resources. Deploy it with 'npx slipway local up -s prod', or read what that would create with --preview.\n",
        });
        expect(await run(folder, "local", "graph")).toMatchObject({
            code: 1,
            stderr: expect.stringContaining(
                "no stack is selected. Name one with '-s dev', or select one with 'npx slipway local stack select dev'.",
            ),
        });
    });

    test("lists only some resources", async () => {
        const { stdout } = await run(folder, "local", "ls", "pubsubtopic");
        expect(stdout).toMatch(
            /^acme-forecast-dev \(2\)\n {2}PubSubTopic predict-\S+\n {4}Topic .*\n {2}PubSubTopic sale-range\n {4}Topic .*\n$/,
        );
        expect((await run(folder, "local", "ls", "--project", "acme-other")).stdout).toBe(
            "No resource matches; 'slipway local ls' lists all of them.\n",
        );
    });

    test("refuses a stack without a file, and names the nearest one", async () => {
        expect(await run(folder, "local", "preview", "-s", "prd")).toMatchObject({
            code: 1,
            stderr: expect.stringContaining(
                'there is no stack "prd"; did you mean "prod"? The stacks are dev and prod.',
            ),
        });
    });

    test("sets configuration values for one command", async () => {
        const set = (...values: string[]) => values.flatMap((value) => ["--local-config", value]);
        const { stdout } = await run(
            folder,
            "local",
            "preview",
            "-s",
            "dev",
            ...set("gcp:region=europe-west4"),
            "--diff",
        );
        expect(stdout).toContain('"europe-west1" => "europe-west4"');
        expect(await run(folder, "local", ...set("region"), "preview", "-s", "dev")).toMatchObject({
            code: 2,
            stderr: expect.stringContaining("--local-config must have the form app:apiKey=value (got region)."),
        });
    });

    test("prints its version", async () => {
        const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));
        expect((await run(folder, "local", "--version")).stdout).toBe(`${version}\n`);
    });

    test("explains the permissions of a program, and the least roles that contain them", async () => {
        const refresh = ["refresh", "-s", "dev", "--yes", "--skip-preview"];
        const { stdout } = await run(folder, "local", ...refresh, "--explain-permissions");
        expect(stdout).toMatch(/^Permissions used on acme-forecast-dev \(\d+\)\n/m);
        expect(stdout).toMatch(/^ {2}pubsub\.topics\.create +projects\/acme-forecast-dev\/topics\/.*$/m);
        expect(stdout).toMatch(/^ {2}roles\/pubsub\.admin +\d+ used, \d+ more$/m);
        expect(stdout).toContain(
            "hasOnly(['roles/eventarc.serviceAgent', 'roles/logging.logWriter', 'roles/storage.objectViewer'])",
        );
    });

    test("runs as another identity, which must exist and needs permissions", async () => {
        const refresh = ["refresh", "-s", "dev", "--yes", "--skip-preview"];
        const nobody = "nobody@acme-forecast-dev.iam.gserviceaccount.com";
        const unknown = await run(folder, "local", "--as", nobody, ...refresh);
        expect(unknown.code).not.toBe(0);
        expect(unknown.stdout + unknown.stderr).toContain(`no service account ${nobody}`);
        const build = "predict-build@acme-forecast-dev.iam.gserviceaccount.com";
        const refused = await run(folder, "local", ...refresh, "--as", build);
        expect(refused.code).not.toBe(0);
        expect(refused.stdout + refused.stderr).toContain("Error 403: ");
    });

    test("shows a resource by the end of its ID, and lists matching IDs if there are several", async () => {
        const { stdout } = await run(folder, "local", "show", "topics/sale-range");
        expect(JSON.parse(stdout)).toMatchObject({
            id: "projects/acme-forecast-dev/topics/sale-range",
            properties: { name: "sale-range", effectiveLabels: { environment: "dev" } },
        });
        const several = await run(folder, "local", "show", "/predict");
        expect(several).toMatchObject({
            code: 1,
            stderr: expect.stringMatching(/^slipway: "\/predict" matches 3 resources: /),
        });
        const none = await run(folder, "local", "show", "nothing");
        expect(none).toMatchObject({
            code: 1,
            stderr: expect.stringContaining("'slipway local ls' lists all resources"),
        });
    });

    test("serves the deployed resources, prints the environment variables, and exits when it is stopped", async () => {
        const options = ["--route", "record=http://127.0.0.1:9"];
        const child = spawn(process.execPath, [slipway, "local", "serve", ...options], { cwd: folder });
        let printed = "";
        let told = "";
        child.stderr.on("data", (text) => {
            told += text;
        });
        child.stdout.on("data", (text) => {
            printed += text;
        });
        const ended = once(child, "exit");
        try {
            const [variables] = await once(child.stdout, "data");
            const [, url] = /STORAGE_EMULATOR_HOST=(.+)/.exec(String(variables)) ?? [];
            const body = JSON.stringify({ messages: [{ data: "e30=" }] });
            const topic = "projects/acme-forecast-dev/topics/sale-range";
            const published = await fetch(`${url}/v1/${topic}:publish`, { method: "POST", body });
            expect(published.status).toBe(200);
            expect(
                await becomesTrue(async () => /message \d+ will be redelivered: http:\/\/127\.0\.0\.1:9: /.test(told)),
            ).toBe(true);
            const [, address = ""] = /^console {2}(http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)$/m.exec(told) ?? [];
            expect(await (await fetch(address)).text()).toContain("<title>slipway console</title>");
            expect((await fetch(new URL(address).origin)).status).toBe(403);
        } finally {
            child.kill();
        }
        expect(await ended).toEqual([0, null]);
        const host = "127\\.0\\.0\\.1:\\d+";
        expect(printed).toMatch(
            new RegExp(
                `^export STORAGE_EMULATOR_HOST=http://${host}\nexport PUBSUB_EMULATOR_HOST=${host}\nexport BIGQUERY_EMULATOR_HOST=http://${host}\nexport GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT=false\n$`,
            ),
        );
    });

    test("logs deliveries, and leaves its port free when npx is stopped", async () => {
        const answering = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
        await once(answering, "listening");
        const target = `http://127.0.0.1:${(answering.address() as AddressInfo).port}`;
        const port = await freePort();
        const serve = ["slipway", "local", "serve", "--port", String(port), "--route", `record=${target}`];
        const npx = spawn("npx", serve, { cwd: folder });
        let told = "";
        npx.stderr.on("data", (text) => {
            told += text;
        });
        try {
            await once(npx.stdout, "data");
            const topic = "projects/acme-forecast-dev/topics/sale-range";
            const body = JSON.stringify({ messages: [{ data: "e30=" }] });
            const publish = () => fetch(`http://127.0.0.1:${port}/v1/${topic}:publish`, { method: "POST", body });
            expect((await publish()).status).toBe(200);
            const delivered =
                /^projects\/acme-forecast-dev\/subscriptions\/eventarc-\S+: message \d+ was delivered to \S+\/functions\/record$/m;
            expect(await becomesTrue(async () => delivered.test(told))).toBe(true);
        } finally {
            npx.kill();
            answering.close();
        }
        await once(npx, "exit");
        expect(await becomesTrue(() => isFree(port))).toBe(true);
    });

    test.each([
        [
            "--route",
            "recrod=http://127.0.0.1:9",
            1,
            'no function or service of the local Google Cloud is named "recrod"; did you mean "record"?',
        ],
        ["--port", "abc", 2, "--port must be a number from 0 to 65535 (got abc)."],
        ["--port", "65536", 2, "--port must be a number from 0 to 65535 (got 65536)."],
    ])("refuses to serve with %s %s", async (option, value, code, message) => {
        const refused = { code, stdout: "", stderr: `slipway: ${message}\n` };
        expect(await run(folder, "local", "serve", option, value)).toEqual(refused);
    });

    test("refuses a port that is in use", async () => {
        const other = createServer().listen(0, "127.0.0.1");
        await once(other, "listening");
        const { port } = other.address() as AddressInfo;
        expect(await run(folder, "local", "serve", "--port", String(port))).toMatchObject({
            code: 1,
            stderr: `slipway: port ${port} is in use: choose another --port.\n`,
        });
        other.close();
    });

    test("refuses a route with an invalid target", async () => {
        expect(await run(folder, "local", "serve", "--route", "predict=8081")).toMatchObject({
            code: 2,
            stderr: "slipway: --route must have the form predict=http://127.0.0.1:8081 (got predict=8081).\n",
        });
    });

    test("refuses an invalid database server", async () => {
        expect(await run(folder, "local", "serve", "--sql", "sales=postgres")).toMatchObject({
            code: 2,
            stderr: "slipway: --sql must have the form sales=127.0.0.1:5432 (got sales=postgres).\n",
        });
    });

    test("changes a resource outside of Pulumi, which a refresh detects, and refuses unknown resources", async () => {
        const { code, stderr } = await run(folder, "local", "set", "predict-range", "ackDeadlineSeconds", "30");
        expect([code, stderr]).toEqual([
            0,
            "changed ackDeadlineSeconds of projects/acme-forecast-dev/subscriptions/predict-range\n",
        ]);
        const refresh = await run(folder, "local", "refresh", "-s", "dev", "--yes", "--skip-preview");
        expect(refresh).toMatchObject({ code: 0, stdout: expect.stringMatching(/~ 1 updated/) });
        const wrong = await run(folder, "local", "set", "predict-range", "ackDeadline", "30");
        expect(wrong).toEqual({
            code: 1,
            stdout: "",
            stderr:
                'slipway: Subscription "projects/acme-forecast-dev/subscriptions/predict-range": unknown property ' +
                '"ackDeadline". The nearest is "ackDeadlineSeconds".\n',
        });
    });

    test("shows debug messages of the program only if asked to", async () => {
        const preview = ["local", "preview", "-s", "dev"];
        const message = "debug: RegisterResource RPC prepared";
        expect((await run(folder, ...preview)).stdout).not.toContain(message);
        expect((await run(folder, ...preview, "--debug")).stdout).toContain(message);
    });

    test("exits with pulumi's exit code", async () => {
        expect((await run(folder, "local", "up", "--no-such-flag")).code).not.toBe(0);
    });

    test("deletes everything with reset", async () => {
        await run(folder, "local", "reset");
        expect((await run(folder, "local", "ls")).stdout).toMatch(/^No resources\. /);
    });

    test("reports what a program without the provider lacks", async () => {
        const folder = mkdtempSync(join(tmpdir(), "slipway-bare-"));
        writeFileSync(join(folder, "Pulumi.yaml"), "name: bare\nruntime: nodejs\n");
        expect(await run(folder, "local", "up", "-s", "dev")).toEqual({
            code: 1,
            stdout: "",
            stderr: `slipway: ${folder} has no @pulumi/gcp: run 'npm install @pulumi/gcp' there.\n`,
        });
        rmSync(folder, { recursive: true });
    });

    test("reports in which folder it must run", async () => {
        expect(await run("/", "local", "ls")).toMatchObject({
            code: 1,
            stderr: "slipway: no Pulumi.yaml in / or its parent folders. Run this command in the folder of a Pulumi program.\n",
        });
    });
});

/** Each command with arguments that it accepts, and whether it needs a program. */
const commands: [command: string, args: string[], needsProgram: boolean][] = [
    ["doctor", [], false],
    ["gke-token", [], false],
    ["complete", ["bash"], false],
    ["dev", [], true],
    ["call", ["predict"], true],
    ["logs", [], true],
    ["cost", [], true],
    ["local cost", [], true],
    ["explain", ["predict"], true],
    ["local explain", ["predict"], true],
    ["graph", [], true],
    ["local graph", [], true],
    ["adopt", ["terraform.tfstate"], true],
    ["local ls", [], true],
    ["local show", ["topics/sales"], true],
    ["local set", ["topics/sales", "labels", "{}"], true],
    ["local adopt", ["terraform.tfstate"], true],
    ["local declare", ["shared.yaml"], true],
    ["local backup", ["sales"], true],
    ["local add-secret-version", ["sales"], true],
    ["local new", [], false],
    ["local serve", [], true],
    ["local registry", [], true],
    ["local stop", [], true],
    ["local reset", [], true],
];

describe.each(commands)("slipway %s", (command, args, needsProgram) => {
    const cli = join(__dirname, "..", "..", "dist", "lib", "cli.js");
    const slipwayAt = (...given: string[]): Ended => {
        const all = [cli, ...command.split(" "), ...given];
        // Colors are never for a pipe, also not if the terminal has them.
        const env = { ...process.env, TERM: "xterm-256color", FORCE_COLOR: undefined, SLIPWAY_LOCAL_CLOUD: undefined };
        const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: "/", encoding: "utf8", env });
        return { code: status ?? -1, stdout, stderr };
    };

    test("has help with examples, without colors", () => {
        const { code, stdout, stderr } = slipwayAt("--help");
        expect([code, stderr]).toEqual([0, ""]);
        expect(stdout).toMatch(new RegExp(`^Usage: slipway ${command}[\\s\\S]*\\nExamples:\\n {2}\\S`));
        expect(stdout).not.toContain("\u001b");
    });

    test("exits with 2 for an option or an argument that it does not have, with an error that refers to the help", () => {
        const takesOptions = command !== "local set";
        const wrong = takesOptions ? slipwayAt(...args, "--no-such-option") : slipwayAt(...args, "more");
        expect(wrong).toEqual({
            code: 2,
            stdout: "",
            stderr: expect.stringMatching(
                takesOptions ? /^slipway: unknown option '--no-such-option'\n/ : /^slipway: too many arguments/,
            ),
        });
        expect(wrong.stderr).toMatch(
            new RegExp(`\\nRun 'slipway (${command} )?--help' for its options and arguments\\.\\n$`),
        );
    });

    test(`exits with ${needsProgram ? "1 without a program" : "its result"}, with errors only on stderr`, () => {
        const ended = slipwayAt(...args);
        expect(ended.stdout + ended.stderr).not.toContain("\u001b");
        if (needsProgram) {
            expect(ended).toEqual({
                code: 1,
                stdout: "",
                stderr: expect.stringMatching(/^slipway: no Pulumi\.yaml in \/ or its parent folders\./),
            });
        } else if (ended.code === 0) {
            expect([ended.stdout === "", ended.stderr]).toEqual([false, ""]);
        } else {
            expect(ended.code).toBe(1);
        }
    });
});

test("slipway local kubectl has help with examples, and passes options to kubectl", async () => {
    const { code, stdout } = await run("/", "local", "kubectl", "--help");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage: slipway local kubectl [\s\S]*\nExamples:\n/)]);
    expect(await run("/", "local", "kubectl", "get", "pods", "--help")).toMatchObject({ code: 1, stdout: "" });
});

test.each([
    ["slipway", []],
    ["slipway of an unknown command", ["loacl"]],
    ["slipway local", ["local"]],
    ["slipway local show without an ID", ["local", "show"]],
    ["slipway complete of an unknown shell", ["complete", "cmd"]],
])("%s exits with 2, and says on stderr what to write", async (_, args) => {
    const cli = join(__dirname, "..", "..", "dist", "lib", "cli.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: "/", encoding: "utf8" });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^slipway: |^Usage: slipway /m);
});

describe("slipway local new", () => {
    const parent = mkdtempSync(join(tmpdir(), "slipway-new-"));
    const folder = join(parent, "sales-forecast");
    afterAll(() => rmSync(parent, { recursive: true }));

    test("lists the starters with their descriptions", async () => {
        const { stdout } = await run(parent, "local", "new");
        expect(stdout).toMatch(/^ {2}model-function +A scikit-learn model behind a function$/m);
        expect(stdout.split("\n")).toHaveLength(2 + readdirSync(join(__dirname, "..", "..", "examples")).length);
        expect(JSON.parse((await run(parent, "local", "new", "--json")).stdout)).toContainEqual({
            name: "model-function",
            description: "A scikit-learn model behind a function",
        });
    });

    test("copies a starter whose project has the name of the folder, and which can be deployed", async () => {
        const { code, stderr } = await run(parent, "local", "new", "model-function", "sales-forecast", "--no-install");
        expect([code, stderr]).toEqual([
            0,
            "created sales-forecast\nNext:\n    cd sales-forecast\n    npm install\n    npx slipway local up -s dev\n" +
                "Before you deploy it to Google Cloud, set your projects in the files Pulumi.*.yaml.\n",
        ]);
        const files = ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"];
        const [project, ...stacks] = files.map((file) => parse(readFileSync(join(folder, file), "utf8")));
        expect(project).toEqual({
            name: "sales-forecast",
            description: "A scikit-learn model behind a function",
            runtime: { name: "nodejs", options: { typescript: false, nodeargs: "--require slipway/program" } },
            config: {
                "slipway:environments": { value: { dev: { kind: "development" }, prod: { kind: "production" } } },
            },
        });
        expect(stacks.map(({ config }) => config["gcp:project"])).toEqual([
            "sales-forecast-dev",
            "sales-forecast-prod",
        ]);
        expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name).toBe("sales-forecast");
        expect(readFileSync(join(folder, ".gitignore"), "utf8")).toContain("Pulumi.*.local.yaml\n");
        symlinkSync(join(__dirname, "..", "..", "node_modules"), join(folder, "node_modules"));
        const preview = await run(folder, "local", "preview", "-s", "dev");
        expect([preview.code, preview.stdout]).toEqual([0, expect.stringContaining("sales-forecast-dev")]);
        await run(folder, "local", "reset");
    });

    test.each([
        [
            "an unknown starter",
            ["model-fucntion"],
            'there is no starter "model-fucntion"; did you mean "model-function"? The starters are autoscaling, batch-pipeline,',
        ],
        ["a folder with files", ["platform", "sales-forecast"], "sales-forecast is not empty."],
        [
            "a name that projects cannot have",
            ["platform", "Sales"],
            'the folder names the project: its name must have 2 to 25 lower-case letters, digits and hyphens (got "Sales").',
        ],
    ])("refuses %s", async (_, args, message) => {
        expect(await run(parent, "local", "new", ...args)).toMatchObject({
            code: 1,
            stderr: expect.stringContaining(message),
        });
    });
});

test("a secret whose value is not in the program gets its version before a function reads it", async () => {
    const program = new Deployment({
        "Pulumi.yaml": "name: partner\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-partner\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "partner", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": `
            const { Secret, ServerlessFunction } = require("slipway");
            const { reader } = new Secret("partner-key", { external: true });
            new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} }, uses: { KEY: reader } });
        `,
    });
    cpSync(join(__dirname, "..", "..", "examples", "model-function", "predict"), program.file("predict"), {
        recursive: true,
    });
    const { folder } = program.place;
    const early = await runWith(folder, "the key", "local", "add-secret-version", "partner-key");
    expect(early).toMatchObject({
        code: 1,
        stderr: 'slipway: there is no secret "partner-key": deploy the stack first, which creates it.\n',
    });
    const { output } = await program.run(["preview", "-s", "dev"]);
    const [, target = ""] = /^ *pulumi up -s dev (--target .*)$/m.exec(output) ?? [];
    const targets = target.split(" ").map((each) => each.replaceAll("'", ""));
    expect(output).toMatch(/gcloud secrets versions add partner-key --project=acme-partner --data-file=key.txt/);
    await program.succeed(["up", "-s", "dev", "--yes", "--skip-preview", ...targets]);
    const added = await runWith(folder, "the key", "local", "add-secret-version", "partner-key");
    expect([added.code, added.stderr]).toEqual([
        0,
        expect.stringMatching(/^added projects\/\d+\/secrets\/partner-key\/versions\/1\n$/),
    ]);
    await program.up("dev");
    expect(program.cloud.addSecretVersion("partner-key", "another")).toMatch(/\/versions\/2$/);
    await program.remove();
});

test("a destruction says in one line what Google Cloud releases late, and the next one deletes it", async () => {
    const program = new Deployment({
        "Pulumi.yaml": "name: sales\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-sales-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "sales", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": `"use strict";
const { CloudRunService, Network } = require("slipway");
const image = "us-docker.pkg.dev/cloudrun/container/hello";
new CloudRunService("web", { image, insecure: true, network: new Network("apps") });
`,
    });
    const local = (...args: string[]) =>
        run(program.place.folder, "local", ...args, "-s", "dev", "--yes", "--skip-preview");
    await local("up");
    const line =
        /^subnet apps-default: left until .* UTC at the latest, because Cloud Run .*; then run 'npx slipway local destroy -s dev' again$/m;
    expect(await local("destroy", "--run-program")).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(
            /subnet apps-default: left until .* UTC at the latest, .*; then run this command again/,
        ),
        stderr: expect.stringMatching(line),
    });
    expect(await local("destroy")).toMatchObject({ code: 0, stderr: expect.not.stringContaining("left until") });
    await program.remove();
});

test("a destruction of production that is refused says how to disable the protection", async () => {
    const program = new Deployment({
        "Pulumi.yaml": "name: sales\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.prod.yaml":
            "config:\n  gcp:project: acme-sales-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
        "package.json": '{ "name": "sales", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": 'new (require("slipway").PubSubTopic)("sales");\n',
    });
    const local = (...args: string[]) => run(program.place.folder, "local", ...args, "-s", "prod");
    await local("up", "--yes", "--skip-preview");
    expect(await local("destroy", "--yes")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(
            "Stack prod has protected resources, which 'slipway:protection off' makes deletable in two steps: 'npx slipway local config set slipway:protection off -s prod' and 'npx slipway local up -s prod' disable the protection, then destroy again.",
        ),
    });
    await local("config", "set", "slipway:protection", "off");
    await local("up", "--yes", "--skip-preview");
    expect(await local("destroy", "--yes")).toMatchObject({
        code: 0,
        stderr: expect.not.stringContaining("protected"),
    });
    await program.remove();
});
