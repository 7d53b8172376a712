import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pulumi } from "../../toolchain";

const main = join(__dirname, "..", "..", "dist", "toolchain", "main.js");
const tool = "actionlint";

/** Installs the smallest of the tools; `interrupt` is the output line at which it gets a signal. */
function install(
    environment: NodeJS.ProcessEnv,
    interrupt?: { at: string; by: NodeJS.Signals },
): Promise<{ end: number | NodeJS.Signals | null; lines: string }> {
    return new Promise((resolve) => {
        const child = spawn(process.execPath, [main, tool], { env: { ...process.env, ...environment } });
        let lines = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            lines += text;
            if (interrupt && lines.includes(interrupt.at) && !child.killed) {
                child.kill(interrupt.by);
            }
        });
        child.on("close", (code, signal) => resolve({ end: code ?? signal, lines }));
    });
}

describe("a build", () => {
    const cache = mkdtempSync(join(tmpdir(), "slipway-cache-"));
    const built = () => readdirSync(join(cache, "toolchain"));
    const cold = { SLIPWAY_CACHE: cache, GOCACHE: join(cache, "objects") };
    afterAll(() => rmSync(cache, { recursive: true, force: true }));

    test("leaves nothing incomplete when it is interrupted", async () => {
        const { end } = await install(cold, { at: "compiling", by: "SIGTERM" });
        expect(end).toBe("SIGTERM");
        expect(built()).toEqual([]);
    });

    test("continues after it was killed, and removes temporary files", async () => {
        await install(cold, { at: "compiling", by: "SIGKILL" });
        const [left] = built();
        expect(left).toContain(`${tool}-`);
        // Kills it with its compilers, as when the machine goes down.
        while (spawnSync("pkill", ["-KILL", "-f", left as string]).status === 0) {
            await setTimeout(100);
        }
        // Simulates an old folder that no process uses.
        utimesSync(join(cache, "toolchain", left as string), new Date(0), new Date(0));
        mkdirSync(join(cache, "toolchain", "another.building-x"));
        utimesSync(join(cache, "toolchain", "another.building-x"), new Date(0), new Date(0));

        expect(await install({ SLIPWAY_CACHE: cache })).toEqual({
            end: 0,
            lines: expect.stringMatching(/downloading modules…[\s\S]*compiling[\s\S]*done in/),
        });
        expect(built()).toEqual([expect.stringMatching(new RegExp(`^${tool}-[0-9a-f]{16}$`))]);
    });

    test("is not repeated", async () => {
        expect(await install({ SLIPWAY_CACHE: cache })).toEqual({ end: 0, lines: "" });
    });
});

test("the pinned Pulumi is used, whatever is on PATH, in milliseconds after it was built", async () => {
    const lines: string[] = [];
    const found = await pulumi({ pinned: true, report: (line) => lines.push(line) });
    expect(found).toMatchObject({ version: "3.259.0", origin: "built" });
    expect(found.path.split(delimiter)[0]).toContain(join("toolchain", "pulumi-"));
    expect(lines).toEqual(["using pulumi 3.259.0, built from source: the pinned version is requested"]);
});
