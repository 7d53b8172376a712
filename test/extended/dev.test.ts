import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiled } from "../../local/toolchain";
import { until } from "../clusters/until";
import { Deployment } from "../deploy/deployment";

/** `slipway dev` of a starter, as a developer uses it. */

const sale = { price: 2.2, discount: 0.1, temperature: 18, holidays: 0, recentUnits: 240 };
const seconds = 120;

let starter: Deployment;
let printed = "";
let running: ChildProcess | undefined;

beforeAll(() => {
    starter = Deployment.platform();
    start();
});
afterAll(async () => {
    running?.kill("SIGKILL");
    await starter.remove();
});

function start(): void {
    const { folder } = starter.place;
    running = spawn(process.execPath, [compiled("local/commands/main.js"), "dev"], {
        cwd: folder,
        env: { ...process.env, NO_COLOR: "1", SLIPWAY_LOCAL_HOME: starter.place.home },
        stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [running.stdout, running.stderr]) {
        stream?.setEncoding("utf8").on("data", (text) => {
            printed += text;
        });
    }
}

const prints = (text: string) =>
    until(
        () => printed,
        (all) => all.includes(text),
        { seconds },
    );

/** What the printed line gets. */
async function answer(): Promise<unknown> {
    const [, headers = "", url = ""] =
        /^ +curl -H @(\S+) (\S+)(?: --json @requests\/predict\.json)?$/m.exec(printed) ?? [];
    const [name = "", value = ""] = readFileSync(join(starter.place.folder, headers), "utf8").trim().split(": ");
    const response = await fetch(url, {
        method: "POST",
        headers: { [name]: value, "content-type": "application/json", connection: "close" },
        body: JSON.stringify(sale),
    });
    return response.json();
}

test("what was deployed answers, with the line that is printed", async () => {
    await prints("Ctrl-C ends all");
    expect(printed).toMatch(/^ {2}and \d+ more changes\ndeployed, [\d.]+ s$/m);
    expect(printed).toMatch(/^record {2}http\S+\n {4}receives events of the type google\.cloud\.pubsub/m);
    expect(await answer()).toEqual({ expected: 252.3, high: 299, low: 211, model: "1.0.0" });
});

/** Runs a command next to it. */
const call = (...args: string[]) => slipway("call", ...args);

function slipway(...args: string[]) {
    return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
        const { folder: cwd, home } = starter.place;
        const env = { ...process.env, NO_COLOR: "1", SLIPWAY_LOCAL_HOME: home };
        const all = [compiled("local/commands/main.js"), ...args];
        execFile(process.execPath, all, { cwd, env }, (error, stdout, stderr) =>
            resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
        );
    });
}

test("a call answers with the body, and with its status and trace", async () => {
    writeFileSync(join(starter.place.folder, "sale.json"), JSON.stringify(sale));
    const [plain, json] = await Promise.all([
        call("predict", "--data", "@sale.json"),
        call("predict", "/?range=80", "--data", JSON.stringify(sale), "--json"),
    ]);
    const body = { expected: 252.3, high: 299, low: 211, model: "1.0.0" };
    expect([plain.code, JSON.parse(plain.stdout)]).toEqual([0, body]);
    expect(plain.stderr).toMatch(/^200 OK, [\d.]+ s, trace [\da-f]{32}\n$/);
    expect(JSON.parse(json.stdout)).toEqual({
        status: 200,
        headers: expect.objectContaining({ "content-type": "application/json" }),
        body,
        seconds: expect.any(Number),
        trace: expect.stringMatching(/^[\da-f]{32}$/),
    });
});

test("callers need their roles, also to publish to what receives messages", async () => {
    const data = ["--data", JSON.stringify(sale)];
    const [refused, published, denied] = await Promise.all([
        call("predict", ...data, "--as", "predict-run"),
        call("record", ...data),
        call("record", ...data, "--as", "ann@acme.com"),
    ]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^403 Forbidden, /)]);
    expect(refused.stdout).toContain(
        "Your client does not have permission to get URL <code>/</code> from this server.",
    );
    expect([published.code, JSON.parse(published.stdout)]).toEqual([0, { messageIds: [expect.any(String)] }]);
    expect(published.stderr).toMatch(/^topic sale-range: 200 OK, /);
    await prints(`message ${JSON.parse(published.stdout).messageIds[0]} was delivered to `);
    expect([denied.code, denied.stderr]).toEqual([1, expect.stringMatching(/^topic sale-range: 403 Forbidden, /)]);
    expect(JSON.parse(denied.stdout).error).toMatchObject({ code: 403, status: "PERMISSION_DENIED" });
});

test("a message has the trace of its publication, until the object that its function writes", async () => {
    const { trace } = JSON.parse((await call("record", "--data", JSON.stringify(sale), "--json")).stdout);
    const traced = async () => (await slipway("logs", "--trace", trace)).stdout.split("\n");
    const lines = await until(traced, (all) => all.some((line) => line.includes("was delivered to")), { seconds });
    expect(
        lines.map((line) =>
            line.replaceAll(/^[\d:]{8} |, \d+ ms|\d{10,} |, trace.*$/g, "").replaceAll(/projects\/\S+\//g, ""),
        ),
    ).toEqual([
        `sale-range: message was published: ${JSON.stringify(sale)}`,
        "record: calls POST /upload/storage/v1/b/acme-forecast-dev-results/o, 200",
        "record: POST /, 200",
        expect.stringMatching(/^eventarc-\S+: message was delivered to record$/),
        "",
    ]);
    expect((await slipway("logs", "predict", "--trace", trace)).stdout).toBe("");
    expect(printed).toContain(`record: POST /, 200, `);
});

test("followed logs have what comes, of the component only", async () => {
    const { folder: cwd, home } = starter.place;
    const env = { ...process.env, SLIPWAY_LOCAL_HOME: home };
    const follow = [compiled("local/commands/main.js"), "logs", "predict", "--follow", "--json"];
    const reader = spawn(process.execPath, follow, { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
    let followed = "";
    reader.stdout.setEncoding("utf8").on("data", (text) => {
        followed += text;
    });
    const has = (text: string) =>
        until(
            () => followed,
            (all) => all.includes(text),
            { seconds },
        );
    await has('"text":"POST /"');
    const { trace } = JSON.parse((await call("predict", "/next", "--data", JSON.stringify(sale), "--json")).stdout);
    await has('"text":"POST /next"');
    reader.kill("SIGINT");
    const events = followed
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ kind: "request", component: "predict", status: "200", trace });
    expect(new Set(events.map(({ component = "predict" }) => component))).toEqual(new Set(["predict"]));
});

test.each([
    [
        ["pedict"],
        /^slipway: no service or function named "pedict" runs; did you mean "predict"\? running: predict, record\.\n$/,
    ],
    [["predict", "--data", "@none.json"], /^slipway: --data: none\.json cannot be read: ENOENT/],
    [
        ["predict", "--as", "predict-rum"],
        /^slipway: there is no service account "predict-rum"; did you mean "predict-run"\?\n$/,
    ],
])("a wrong call is refused: %j", async (args, stderr) => {
    expect(await call(...args)).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(stderr) });
});

test("an edited file answers the next request, and is deployed", async () => {
    starter.edit("predict/main.py", (text) => text.replace("round(units, 1)", "round(units)"));
    expect(await answer()).toMatchObject({ expected: 252 });
    await prints("  update Function predict\ndeployed, ");
    expect(printed).toContain("predict/main.py changed\n");
    expect(await answer()).toMatchObject({ expected: 252 });
});

test("a wrong program is told, and what was deployed continues", async () => {
    starter.edit("index.ts", (text) => text.replace('new PubSubTopic("sale-range")', 'new PubSubTopic("sale range")'));
    await prints("mend the program, which is then deployed again");
    expect(printed).toContain("index.ts changed\n");
    expect(printed).toContain("sale range");
    expect(await answer()).toMatchObject({ expected: 252 });
});

test("a second one in the folder is refused, and an interrupt leaves nothing", async () => {
    const first = running as ChildProcess;
    printed = "";
    start();
    await prints(`'slipway dev' runs in this folder already (process ${first.pid}): end it with Ctrl-C first.`);
    first.kill("SIGINT");
    const code = await new Promise((resolve) => first.on("close", resolve));
    expect(code).toBe(0);
    expect(existsSync(join(starter.place.home, "dev"))).toBe(false);
    expect(readdirSync(join(starter.place.home, "served"))).toEqual([]);
    expect(existsSync(join(starter.place.home, "run", String(first.pid)))).toBe(false);
});

test("a call without a running command names the one that starts it, also after one was killed", async () => {
    const served = join(starter.place.home, "served", "1.json");
    writeFileSync(served, JSON.stringify({ pid: 1, started: "never", console: "http://127.0.0.1:9/?token=" }));
    expect(await call("predict")).toEqual({
        code: 1,
        stdout: "",
        stderr: "slipway: nothing runs in this folder: start 'npx slipway dev' in another terminal, which deploys the program and runs it.\n",
    });
    expect(existsSync(served)).toBe(false);
});
