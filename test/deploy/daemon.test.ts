import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureDaemon, type Kind, keepInUse, stopDaemon, stopDaemons } from "../../local/machine/daemon/client";
import { idleSeconds } from "../../local/machine/daemon/files";
import { processOf } from "../../local/machine/daemon/processes";

const place = mkdtempSync(join(tmpdir(), "slipway-daemon-"));
const homes: string[] = [];

function home(): string {
    const made = mkdtempSync(join(place, "home-"));
    homes.push(made);
    return made;
}

afterEach(() => {
    delete process.env.SLIPWAY_LOCAL_IDLE;
});
afterAll(async () => {
    await Promise.all(homes.map(stopDaemons));
    rmSync(place, { recursive: true, force: true });
});

/** A module that starts a child process, like a control plane, and returns both process IDs. */
function kind(name: string, start = ""): Kind {
    const file = join(place, `${name}.js`);
    writeFileSync(
        file,
        `exports.start = async ({ home, id, report }) => {
            const { spawn } = require("node:child_process");
            const child = spawn("sleep", ["600"]);
            ${start}
            const ended = new Promise((resolve) => child.on("close", () => resolve("its part ended")));
            const note = { id, daemon: String(process.pid), part: String(child.pid) };
            return { info: note, ended, close: async () => child.kill() };
        };`,
    );
    return file as Kind;
}

/** Whether both processes are running. */
const running = ({ daemon, part }: Record<string, string>) =>
    [daemon, part].map((pid) => processOf(Number(pid)) !== undefined);

async function gone(note: Record<string, string>): Promise<void> {
    const giveUp = Date.now() + 20_000;
    while (running(note).includes(true)) {
        if (Date.now() > giveUp) {
            throw new Error(`${JSON.stringify(note)} still runs: ${running(note)}`);
        }
        await sleep(20);
    }
}

test("simultaneous clients get one daemon, and another ID gets another one", async () => {
    const [at, echo] = [home(), kind("echo")];
    const notes = await Promise.all([1, 2, 3, 4].map(() => ensureDaemon(at, echo, "a/b")));
    const other = await ensureDaemon(at, echo, "a/c");
    expect(new Set(notes.map((note) => note.daemon)).size).toBe(1);
    expect([notes[0]?.id, other.id]).toEqual(["a/b", "a/c"]);
    expect(other.daemon).not.toBe(notes[0]?.daemon);

    await stopDaemon(at, echo, "a/b");
    expect([running(notes[0] ?? {}), running(other)]).toEqual([
        [false, false],
        [true, true],
    ]);
});

test("a killed daemon is restarted by one of many clients, and its child processes are killed", async () => {
    const [at, echo] = [home(), kind("killed")];
    const first = await ensureDaemon(at, echo);
    process.kill(Number(first.daemon), "SIGKILL");
    await sleep(100);
    expect(running(first)).toEqual([false, true]);
    const [second, third] = await Promise.all([ensureDaemon(at, echo), ensureDaemon(at, echo)]);
    await gone(first);
    expect([running(second), second]).toEqual([[true, true], third]);

    process.kill(Number(second.daemon), "SIGKILL");
    await stopDaemons(at);
    await gone(second);
});

test("an idle daemon stops, a used one keeps running", async () => {
    process.env.SLIPWAY_LOCAL_IDLE = "1";
    const [at, echo] = [home(), kind("idle")];
    const first = await ensureDaemon(at, echo);
    const release = keepInUse(at);
    await sleep(1500);
    expect(running(first)).toEqual([true, true]);
    release();
    await gone(first);
    expect(running(await ensureDaemon(at, echo))).toEqual([true, true]);
});

test("without use, a daemon stops after three minutes", () => {
    expect([idleSeconds({}), idleSeconds({ SLIPWAY_LOCAL_IDLE: "600" })]).toEqual([180, 600]);
});

test("'slipway local stop' stops the daemons of a program and no others, says which, and can be repeated", async () => {
    const program = home();
    const at = join(program, ".slipway");
    mkdirSync(at);
    homes.push(at);
    writeFileSync(join(program, "Pulumi.yaml"), "name: program\nruntime: nodejs\n");
    const [one, two] = [kind("one"), kind("two")];
    const infos = [await ensureDaemon(at, one), await ensureDaemon(at, two, "a/b"), await ensureDaemon(home(), one)];
    const stop = () => {
        const command = join(__dirname, "..", "..", "dist", "local", "commands", "main.js");
        const { status, stdout, stderr } = spawnSync(process.execPath, [command, "local", "stop"], {
            cwd: program,
            encoding: "utf8",
        });
        return [status, stdout, stderr];
    };
    expect(stop()).toEqual([0, "", "stopped one, two\n"]);
    expect(infos.map(running)).toEqual([
        [false, false],
        [false, false],
        [true, true],
    ]);
    expect(stop()).toEqual([0, "", "no background process is running\n"]);
    // They can start again.
    expect(running(await ensureDaemon(at, one))).toEqual([true, true]);
});

test("it stops on request, when its folder is deleted, and when one of its processes exits", async () => {
    const echo = kind("ended");
    const told = await ensureDaemon(home(), echo);
    process.kill(Number(told.daemon), "SIGTERM");

    const at = home();
    const removed = await ensureDaemon(at, echo);
    rmSync(at, { recursive: true, force: true });

    const partly = await ensureDaemon(home(), echo);
    process.kill(Number(partly.part), "SIGTERM");

    await Promise.all([told, removed, partly].map(gone));
    expect(existsSync(at)).toBe(false);
});

test("the start of a daemon that takes longer is reported to the command of a plugin", async () => {
    const told: string[] = [];
    const slow = kind("slow", "await new Promise((resolve) => setTimeout(resolve, 1200));");
    await ensureDaemon(home(), slow, "a/b", (line) => told.push(line));
    expect(told).toEqual([`starting the local ${slow} a/b…`]);
});

test("a daemon that cannot start reports the reason for each start, and leaves nothing behind", async () => {
    const at = home();
    const part = join(at, "part");
    const broken = kind(
        "broken",
        `require("node:fs").writeFileSync(${JSON.stringify(part)}, String(child.pid));
        report("looking for a port");
        throw new Error("port 5000 is taken");`,
    );
    const told: string[] = [];
    for (const _ of [1, 2]) {
        await expect(ensureDaemon(at, broken, "", (line) => told.push(line))).rejects.toThrow(
            /^the local .*broken\.js did not start: looking for a port\nport 5000 is taken\nLog: .*daemons\/broken\.log$/,
        );
        await gone({ daemon: "0", part: readFileSync(part, "utf8") });
    }
    expect(told.filter((line) => line === "looking for a port")).toHaveLength(2);
    expect(statSync(join(at, "daemons", "broken.log")).size).toBeGreaterThan(0);

    await expect(ensureDaemon(at, "nothing" as Kind)).rejects.toThrow(
        "unknown daemon 'nothing'; available: registry, buildkit, cluster, provider",
    );
});
