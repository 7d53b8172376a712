import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
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
    const [, headers = "", url = ""] = /^ +curl -H @(\S+) (\S+)$/m.exec(printed) ?? [];
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
    expect(existsSync(join(starter.place.home, "run", String(first.pid)))).toBe(false);
});
