import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const tidy = join(__dirname, "..", "..", "..", "packages", "scripts", "tidy.mjs");

/** Leaves a file, a process that ignores signals, and one without the environment and the process group; prints the folder and both. */
const untidy = `
touch "$TMPDIR/file"
(trap "" TERM INT; sleep 300) & first=$!
cd "$TMPDIR"; setsid env -i sleep 300 & second=$!
echo "$TMPDIR $first $second"
`;

/** Runs a script by `tidy`, and sends a signal once the script has printed; returns what it printed, and how it ended. */
async function run(script: string, signal?: NodeJS.Signals) {
    const child = spawn(process.execPath, [tidy, "bash", "-c", script], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (data) => {
        output += data;
        if (signal) {
            child.kill(signal);
        }
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    return { code, output: output.trim().split(" ") };
}

/** What has ended can still wait for its parent. */
const isAlive = (pid: string) => /^State:\s+[^Z]/m.test(tryRead(`/proc/${pid}/status`));

function tryRead(file: string): string {
    return existsSync(file) ? readFileSync(file, "utf8") : "";
}

test.each([
    ["ends", "exit 3", undefined, 3],
    ["is interrupted by Ctrl-C", "sleep 300", "SIGINT", 130],
    ["is stopped by a time limit", "sleep 300", "SIGTERM", 143],
] as const)("a command that %s leaves no process and no file", async (_, end, signal, expected) => {
    const { code, output } = await run(`${untidy}${end}`, signal);
    const [folder = "", ...processes] = output;
    expect(code).toBe(expected);
    expect([processes.length, processes.filter(isAlive)]).toEqual([2, []]);
    expect([folder, existsSync(folder)]).toEqual([expect.stringMatching(/slipway-/), false]);
});

test("commands have the programs of packages", async () => {
    expect(await run("jest --version")).toMatchObject({ code: 0 });
});

test("a command that does not exist is an error", async () => {
    const child = spawn(process.execPath, [tidy, "no-such-command"], { stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    child.stderr.on("data", (data) => {
        errors += data;
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(127);
    expect(errors).toBe("no-such-command: spawn no-such-command ENOENT\n");
});

test("a test file that replaces the variables of the process leaves nothing of it to the next file", () => {
    const file = `
        const { tmpdir } = require("node:os");
        const Environment = require(process.argv[1]);
        (async () => {
            const environment = new Environment({ projectConfig: { fakeTimers: {}, rootDir: process.cwd() } });
            const copy = { ...process.env, ADDED: "added" };
            process.env = copy;
            await environment.teardown();
            process.env.TMPDIR = "/folder-of-the-next-file";
            console.log(tmpdir(), process.env === copy, process.env.ADDED);
        })();
    `;
    const environment = join(__dirname, "..", "environment.js");
    const { stdout } = spawnSync(process.execPath, ["-e", file, environment], { encoding: "utf8" });
    expect(stdout).toBe("/folder-of-the-next-file false undefined\n");
});
