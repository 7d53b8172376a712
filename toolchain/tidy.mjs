/**
 * Runs a command with a temporary folder of its own. When the command has ended, also by Ctrl-C or a signal, ends all processes that it left
 * and deletes the folder.
 *
 *     node toolchain/tidy.mjs jest --selectProjects unit
 */
import { spawn, spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    realpathSync,
    rmSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** In milliseconds: how long the command, and processes that it left, can take to end after a signal. */
const patience = { command: 10_000, left: 3000 };

// Short: the paths of sockets in it have at most 103 bytes.
const folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-")));
// Like /tmp: other users' processes use their own folders in it.
chmodSync(folder, 0o1777);

// Before the command starts.
let received;
let child;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
        received ??= signal;
        child?.kill(signal);
        setTimeout(() => child?.kill("SIGKILL"), patience.command).unref();
    });
}
const binaries = join(fileURLToPath(import.meta.url), "..", "..", "node_modules", ".bin");
const [program, ...args] = process.argv.slice(2);
child = spawn(program, args, {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: {
        ...process.env,
        PATH: `${binaries}${delimiter}${process.env.PATH}`,
        TMPDIR: folder,
        TEMP: folder,
        TMP: folder,
    },
});
const ended = new Promise((resolve) => {
    child.on("error", ({ message }) => {
        console.error(`${program}: ${message}`);
        resolve({ code: 127 });
    });
    child.on("exit", (code, signal) => resolve({ code, signal }));
});
const { code, signal } = await ended;
await endProcesses();
rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
process.exitCode = code ?? 128 + constants.signals[signal ?? received];

/** Ends the processes that the command left. */
async function endProcesses() {
    const end = Date.now() + patience.left;
    for (let sent = "SIGTERM"; ; sent = Date.now() < end ? "SIGTERM" : "SIGKILL") {
        const left = leftProcesses();
        for (const { pid } of left) {
            try {
                process.kill(pid, sent);
            } catch {
                // It has ended.
            }
        }
        if (left.length === 0 || Date.now() > end + patience.left) {
            return;
        }
        await sleep(100);
    }
}

/** The processes that have the folder in their environment or command, those that run in it, and their children, such as containers. */
function leftProcesses() {
    const all = existsSync("/proc/self/environ") ? processesOfLinux() : processesOfUnix();
    const found = new Set(all.filter(({ isOwn }) => isOwn).map(({ pid }) => pid));
    for (let size = -1; size < found.size; ) {
        size = found.size;
        for (const { pid, parent } of all) {
            if (found.has(parent)) {
                found.add(pid);
            }
        }
    }
    return all.filter(({ pid }) => found.has(pid) && pid !== process.pid);
}

function processesOfLinux() {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .flatMap((pid) => {
            try {
                const of = (file) => readFileSync(`/proc/${pid}/${file}`, "utf8");
                const [, state, parent] = /^\d+ \(.*\) (\S) (\d+)/s.exec(of("stat"));
                const texts = () => [of("environ"), of("cmdline"), readlinkSync(`/proc/${pid}/cwd`)];
                // What has ended already waits for its parent.
                return state === "Z"
                    ? []
                    : [{ pid: Number(pid), parent: Number(parent), isOwn: texts().join("\0").includes(folder) }];
            } catch {
                // It has ended, or belongs to another user.
                return [];
            }
        });
}

/** Also on macOS. On Windows nothing is found. */
function processesOfUnix() {
    const { stdout } = spawnSync("ps", ["-axwwE", "-o", "pid=,ppid=,command="], {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
    });
    return (stdout ?? "").split("\n").flatMap((line) => {
        const [, pid, parent, text] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
        return pid ? [{ pid: Number(pid), parent: Number(parent), isOwn: text.includes(folder) }] : [];
    });
}
