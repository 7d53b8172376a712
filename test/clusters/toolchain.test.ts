import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pulumi } from "../../local/toolchain";
import { Deployment } from "../deploy/deployment";

const root = join(__dirname, "..", "..");
const main = join(root, "dist", "local", "toolchain", "main.js");
const tool = "actionlint";

/** Runs a command; `interrupt` is the text in its output at which it, and what it started as a terminal does, gets a signal. */
function ended(
    command: string[],
    environment: NodeJS.ProcessEnv,
    interrupt?: { at: string; by: NodeJS.Signals },
    cwd?: string,
): Promise<{ end: number | NodeJS.Signals | null; lines: string }> {
    return new Promise((resolve) => {
        const env = { ...process.env, ...environment };
        const child = spawn(process.execPath, command, { env, cwd, detached: true });
        let lines = "";
        let isInterrupted = false;
        for (const output of [child.stdout, child.stderr]) {
            output.setEncoding("utf8").on("data", (text: string) => {
                lines += text;
                if (interrupt && lines.includes(interrupt.at) && !isInterrupted) {
                    isInterrupted = true;
                    process.kill(-(child.pid as number), interrupt.by);
                }
            });
        }
        child.on("close", (code, signal) => resolve({ end: code ?? signal, lines }));
    });
}

/** Installs the smallest of the tools. */
const install = (environment: NodeJS.ProcessEnv, interrupt?: { at: string; by: NodeJS.Signals }) =>
    ended([main, tool], environment, interrupt);

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
        // Its compilers end with it.
        const since = Date.now();
        while (spawnSync("pgrep", ["-f", left as string]).status === 0) {
            expect(Date.now() - since).toBeLessThan(10_000);
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

    test("of a provider is told by the preview that needs it, and ends when a person interrupts the preview", async () => {
        const { path } = await pulumi({ pinned: true, report: () => undefined });
        const [folder = ""] = path.split(delimiter);
        const own = join(cache, "toolchain", basename(folder));
        symlinkSync(folder, own);
        const program = new Deployment({
            "Pulumi.yaml": "name: web\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\n",
            "Pulumi.dev.yaml":
                "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
            "index.js": 'new (require("@pulumi/kubernetes/core/v1/namespace").Namespace)("web");\n',
        });
        const { end, lines } = await ended(
            [join(root, "dist", "local", "commands", "main.js"), "local", "preview", "-s", "dev"],
            { ...cold, PULUMI_HOME: cache },
            { at: "compiling pulumi-resource-kubernetes", by: "SIGINT" },
            program.place.folder,
        );
        expect([end, lines]).toEqual([expect.any(Number), expect.stringContaining("preview canceled")]);
        expect(spawnSync("pgrep", ["-f", cache]).status).toBe(1);
        rmSync(own);
        expect(built()).toEqual([expect.stringMatching(/^actionlint-/)]);
        await program.remove();
    });

    test("is not repeated", async () => {
        expect(await install({ SLIPWAY_CACHE: cache })).toEqual({
            end: 0,
            lines: `${join(cache, "toolchain", built()[0] as string)}\n`,
        });
    });
});

test("the pinned Pulumi is used, whatever is on PATH, in milliseconds after it was built", async () => {
    const lines: string[] = [];
    const found = await pulumi({ pinned: true, report: (line) => lines.push(line) });
    expect(found).toMatchObject({ version: "3.259.0", origin: "built" });
    expect(found.path.split(delimiter)[0]).toContain(join("toolchain", "pulumi-"));
    expect(lines).toEqual(["using pulumi 3.259.0, built from source: the pinned version is requested"]);
});
