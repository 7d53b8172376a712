/** The temporary folder of a run, and the processes that use it. */
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
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** How long processes that a run left can take to end after a signal, in milliseconds. */
const patience = 3000;

/** Creates the temporary folder of a run, for {@link cleanUp}. */
export function createTemporaryFolder() {
    // Short: the paths of sockets in it have at most 103 bytes.
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-")));
    // Like /tmp: other users' processes use their own folders in it.
    chmodSync(folder, 0o1777);
    return folder;
}

/** The environment variables of processes that use the folder. */
export const variables = (folder) => ({ TMPDIR: folder, TEMP: folder, TMP: folder, SLIPWAY_TIDY: folder });

/**
 * Gives this process and all that it starts a temporary folder, unless `tidy.mjs` runs it. Another process cleans up as soon as this one
 * has ended, also by Ctrl-C or SIGKILL.
 */
export function useTemporaryFolder() {
    if (process.env.SLIPWAY_TIDY) {
        return;
    }
    const folder = createTemporaryFolder();
    const stdio = ["pipe", "ignore", "ignore"];
    const cleaner = spawn(process.execPath, [fileURLToPath(import.meta.url), folder], { detached: true, stdio });
    cleaner.unref();
    cleaner.stdin.unref();
    Object.assign(process.env, variables(folder));
}

/** Ends all processes that use a temporary folder, and deletes it. */
export async function cleanUp(folder) {
    const end = Date.now() + patience;
    for (let isLate = false; !isLate; isLate = Date.now() > end + patience) {
        const left = processesOf(folder);
        if (left.length === 0) {
            break;
        }
        for (const { pid } of left) {
            try {
                process.kill(pid, Date.now() < end ? "SIGTERM" : "SIGKILL");
            } catch {
                // It has ended.
            }
        }
        await sleep(100);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** The processes that have the folder in their environment or command, those that run in it, and their children, such as containers. */
function processesOf(folder) {
    const all = existsSync("/proc/self/environ") ? processesOfLinux(folder) : processesOfUnix(folder);
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

function processesOfLinux(folder) {
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
function processesOfUnix(folder) {
    const { stdout } = spawnSync("ps", ["-axwwE", "-o", "pid=,ppid=,command="], {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
    });
    return (stdout ?? "").split("\n").flatMap((line) => {
        const [, pid, parent, text] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
        return pid ? [{ pid: Number(pid), parent: Number(parent), isOwn: text.includes(folder) }] : [];
    });
}

// Cleans up a folder when the process that uses it has ended, which closes the pipe.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [, , folder] = process.argv;
    process.stdin.resume().on("close", () => cleanUp(folder));
}
