import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

const root = join(__dirname, "..", "..");
const deploying = [
    join(root, "node_modules", "jest", "bin", "jest.js"),
    "--config",
    join(__dirname, "run", "jest.config.js"),
];
const tidy = join(root, "packages", "scripts", "tidy.mjs");

/** A process; its ID can be that of an earlier one. */
interface Process {
    pid: string;
    parent: string;
    started: string;
}

/** The processes of the machine, without those that have ended and wait for their parent. */
function processes(): Process[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .flatMap((pid) => {
            const text = read(`/proc/${pid}/stat`);
            const [state, parent = "", ...more] = text.slice(text.lastIndexOf(")") + 2).split(" ");
            return text === "" || state === "Z" ? [] : [{ pid, parent, started: more[17] as string }];
        });
}

function read(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch {
        // It has ended.
        return "";
    }
}

const isSame = (one: Process, other: Process) => one.pid === other.pid && one.started === other.started;

/** A run of jest, in a process group and a temporary folder of its own. */
class Run {
    readonly folder = mkdtempSync(join(tmpdir(), "slipway-run-"));
    private readonly ready = `${this.folder}.ready`;
    private readonly log = `${this.folder}.log`;
    private readonly child: ChildProcess;
    private readonly ended: Promise<unknown[]>;
    /** What it has started, including what has another parent now. */
    readonly started: Process[] = [];
    private readonly observation: NodeJS.Timeout;

    constructor(command: string[], { ends = false, timeout = 600_000 }) {
        const output = openSync(this.log, "w");
        this.child = spawn(process.execPath, command, {
            cwd: root,
            detached: true,
            stdio: ["ignore", output, output],
            env: {
                ...process.env,
                TMPDIR: this.folder,
                SLIPWAY_TIDY: undefined,
                SLIPWAY_RUN_READY: this.ready,
                SLIPWAY_RUN_ENDS: String(ends),
                SLIPWAY_RUN_TIMEOUT: String(timeout),
            },
        });
        closeSync(output);
        this.ended = once(this.child, "exit");
        this.observation = setInterval(() => this.observe(), 200);
    }

    private observe(): void {
        const known = new Set([String(this.child.pid), ...this.started.map(({ pid }) => pid)]);
        for (const each of processes()) {
            if (known.has(each.parent) && !this.started.some((one) => isSame(one, each))) {
                this.started.push(each);
            }
        }
    }

    /** What it has started and is alive, also without a parent of the run. */
    alive(): Process[] {
        const now = processes();
        const usesFolder = ({ pid }: Process) =>
            pid !== String(process.pid) && read(`/proc/${pid}/environ`).includes(this.folder);
        return now.filter((each) => this.started.some((one) => isSame(one, each)) || usesFolder(each));
    }

    /** The processes and temporary files that are left. */
    left(): unknown[] {
        return [
            ...this.alive().map(({ pid }) => ({ pid, command: read(`/proc/${pid}/cmdline`) })),
            ...readdirSync(this.folder),
        ];
    }

    /** Once a deployment has started that takes longer than the test. */
    async deploys(): Promise<void> {
        while (!existsSync(this.ready)) {
            await setTimeout(50);
        }
        const pulumi = ({ pid }: Process) => read(`/proc/${pid}/cmdline`).startsWith("pulumi\0up");
        while (!this.alive().some(pulumi)) {
            await setTimeout(50);
        }
    }

    /** As a terminal does for Ctrl-C. */
    signalGroup(signal: NodeJS.Signals): void {
        process.kill(-(this.child.pid as number), signal);
    }

    async exitCode(): Promise<number | string> {
        const isLate = setTimeout(300_000, "late" as const, { ref: false });
        if ((await Promise.race([this.ended, isLate])) === "late") {
            const left = JSON.stringify(this.left(), undefined, 2);
            this.signalGroup("SIGKILL");
            throw new Error(`The run does not end. It has printed:\n${read(this.log)}\nIt has left: ${left}`);
        }
        const [code, signal] = await this.ended;
        return (code ?? signal) as number | string;
    }

    end(): void {
        clearInterval(this.observation);
        rmSync(this.folder, { recursive: true });
        rmSync(this.ready, { force: true });
        rmSync(this.log);
    }
}

// Another process cleans up after `npx jest`.
describe.each([
    ["by the scripts", [tidy, process.execPath, ...deploying], 130],
    ["by npx jest", deploying, "SIGINT"],
])("a run %s", (_, command, interrupted) => {
    let run: Run;
    afterEach(() => run.end());

    test.each([
        ["ends", { ends: true }, undefined, 0],
        ["is interrupted by Ctrl-C", {}, "SIGINT", interrupted],
        ["has a test that exceeds its timeout", { timeout: 5000 }, undefined, 1],
    ] as const)("that %s leaves no process and no file", async (_title, options, signal, expected) => {
        run = new Run(command, options);
        if (signal) {
            await run.deploys();
            run.signalGroup(signal);
        }
        expect(await run.exitCode()).toBe(expected);
        expect(run.started.length).toBeGreaterThan(2);
        for (let left = 100; command === deploying && left > 0 && run.left().length > 0; left--) {
            await setTimeout(100);
        }
        expect(run.left()).toEqual([]);
    });
});
