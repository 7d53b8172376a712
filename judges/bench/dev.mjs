// Measures `slipway dev` with the starter platform, on a quiet machine with Linux:
//     npm run setup && node packages/scripts/tidy.mjs node judges/bench/dev.mjs [rounds]
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "..", "..");
const rounds = Number(process.argv[2] ?? 7);
const requests = 200;

/** What is measured: a text, its unit, and the most that it shall be. */
const goals = {
    first: ["first start, with packages in the cache", "s", 15],
    second: ["second start, unchanged", "s", 8],
    edit: ["from an edit to the answer with it", "s", 2],
    latency: ["added to an answer by the front, median", "ms", 5],
    memory: ["memory of all processes", "MB", 600],
};

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

/** `slipway dev` in a folder, until it follows edits. */
async function started(folder) {
    const began = performance.now();
    const child = spawn(process.execPath, [join(root, "dist", "local", "commands", "main.js"), "dev"], {
        cwd: folder,
        env: { ...process.env, NO_COLOR: "1" },
        stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    const isFollowing = new Promise((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text) => {
                printed += text;
                if (printed.includes("Ctrl-C ends all")) {
                    resolve();
                }
            });
        }
        child.on("exit", (code) => reject(new Error(`slipway dev has ended with ${code}:\n${printed}`)));
    });
    await isFollowing;
    const seconds = (performance.now() - began) / 1000;
    const [, headers, url] = /curl -H @(\S+) (\S+)/.exec(printed);
    const [name, value] = readFileSync(join(folder, headers), "utf8").trim().split(": ");
    const body = readFileSync(join(folder, "requests", "predict.json"), "utf8");
    const ask = async (to = url) => {
        const answer = await fetch(to, {
            method: "POST",
            headers: { [name]: value, "content-type": "application/json" },
            body,
        });
        if (!answer.ok) {
            throw new Error(`${to} answers ${answer.status}: ${await answer.text()}\n${printed}`);
        }
        return answer.json();
    };
    const stop = async () => {
        const ended = new Promise((resolve) => child.removeAllListeners("exit").on("exit", resolve));
        child.kill("SIGINT");
        await ended;
    };
    return { child, seconds, ask, stop };
}

/** The process IDs of a process and of all below it. */
function tree(pid) {
    const parents = new Map();
    for (const each of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        try {
            const stat = readFileSync(`/proc/${each}/stat`, "utf8");
            parents.set(Number(each), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
        } catch {
            // It has ended.
        }
    }
    const below = (of) => [...parents].flatMap(([each, parent]) => (parent === of ? [each, ...below(each)] : []));
    return [pid, ...below(pid)];
}

/** The memory of processes in megabytes; what several share is divided among them. */
const memoryOf = (pids) =>
    pids.reduce((sum, pid) => {
        const [, kilobytes] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
        return sum + Number(kilobytes) / 1000;
    }, 0);

/** The address of the process of `predict`, without the front. */
function processOf(pids) {
    for (const pid of pids) {
        const variables = readFileSync(`/proc/${pid}/environ`, "utf8");
        const [, port] = /(?:^|\0)PORT=(\d+)/.exec(variables) ?? [];
        if (variables.includes("K_SERVICE=predict\0") && port) {
            return `http://127.0.0.1:${port}`;
        }
    }
    throw new Error("no process of predict runs");
}

/** The median duration of requests in milliseconds, of two addresses in turn. */
async function durations(ask, addresses) {
    const all = addresses.map(() => []);
    for (let request = 0; request < requests; request++) {
        for (const [index, address] of addresses.entries()) {
            const began = performance.now();
            await ask(address);
            all[index].push(performance.now() - began);
        }
    }
    return all.map(median);
}

const measured = { first: [], second: [], edit: [], latency: [], memory: [] };
const platform = join(root, "examples", "platform");
for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(join(tmpdir(), "slipway-bench-dev-"));
    cpSync(platform, folder, { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    try {
        if (round === 0) {
            // Installs the packages of the functions, and compiles what is cached.
            const { ask, stop } = await started(folder);
            await ask();
            await stop();
            rmSync(join(folder, ".slipway"), { recursive: true });
        }
        const first = await started(folder);
        measured.first.push(first.seconds);
        await first.stop();
        const { child, seconds, ask, stop } = await started(folder);
        measured.second.push(seconds);
        await ask();
        const pids = tree(child.pid);
        const [own, direct] = await durations(ask, [undefined, processOf(pids)]);
        measured.latency.push(own - direct);
        measured.memory.push(memoryOf(pids));
        const main = join(folder, "predict", "main.py");
        writeFileSync(
            main,
            readFileSync(main, "utf8").replace('"model": model()', `"round": ${round}, "model": model()`),
        );
        const began = performance.now();
        while ((await ask()).round !== round) {
            await sleep(10);
        }
        measured.edit.push((performance.now() - began) / 1000);
        await stop();
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
for (const [name, [text, unit, goal]] of Object.entries(goals)) {
    const all = measured[name].toSorted((one, other) => one - other);
    const shown = [median(all), all[0], all.at(-1)].map((value) => value.toFixed(unit === "MB" ? 0 : 1));
    console.log(`${text}: ${shown[0]} ${unit} (${shown[1]}–${shown[2]}), goal ${goal} ${unit}`);
}
