import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { killGroup, processOf, terminateGroup } from "../../../machine/daemon/processes";
import { run, succeeds } from "../../../toolchain/process";
import type { ContainerOptions, RunningContainer } from "../containers/docker";
import { type ContainerEngine, ContainersError } from "../containers/launch";
import type { RunFolder } from "../containers/runFolder";
import type { Code, Program } from "./code";
import type { Debuggers } from "./debuggers";
import { prepared } from "./languages";

/** The interval between readings of memory, in milliseconds. */
const readingInterval = 1000;

/** What a process uses, with its children. */
interface Usage {
    /** In bytes; pages that several processes share are counted for each. */
    memory: number;
    cpus: number;
}

/** Code in a folder, with its packages. */
interface Prepared extends Program {
    code: Code;
    folder: string;
}

/**
 * Runs code as processes of this machine, in the place of containers: without isolation, and with the packages, the interpreter and the user
 * of this machine.
 */
export class Processes implements ContainerEngine {
    readonly isHostNetwork = true;
    private readonly codes = new Map<string, Code>();
    private readonly ready = new Map<string, Prepared>();
    private readonly running = new Map<string, { child: ChildProcess; memory?: number; exceeded(): void }>();
    private readonly used = new Map<string, Usage>();
    private timer?: NodeJS.Timeout;

    constructor(
        private readonly folder: RunFolder,
        private readonly report: (line: string) => void,
        readonly debuggers: Debuggers,
    ) {}

    /** The name of code in the place of an image. */
    imageOf(code: Code): string {
        const image = `code:${code.id}`;
        this.codes.set(image, code);
        this.debuggers.of(code);
        return image;
    }

    /** Writes the files of code, and installs its packages. */
    async pull(image: string): Promise<void> {
        if (this.ready.has(image)) {
            return;
        }
        const code = this.codes.get(image) as Code;
        const debug = this.debuggers.of(code);
        const folder = debug?.folder ?? join(this.folder.path, image.replaceAll(/\W+/g, "-"));
        // What a former attempt wrote.
        rmSync(folder, { recursive: true, force: true });
        writeFiles(folder, code);
        const report = (line: string) => this.report(`${code.title}: ${line}`);
        const program = await prepared(code, folder, report, debug).catch(({ message }: Error) => {
            throw new ContainersError(code.source ? message.replaceAll(folder, code.source) : message);
        });
        this.ready.set(image, { code, folder, ...program });
    }

    run({ name, image, args, environment, mounts, memory, log }: ContainerOptions): RunningContainer {
        const variables = withFolders(environment, mounts);
        const { code, folder, program, args: first, environment: own } = this.ready.get(image) as Prepared;
        const home = join(this.folder.path, "home");
        mkdirSync(home, { recursive: true });
        const { PATH = "" } = process.env;
        const child = spawn(program, [...first, ...(args ?? [])], {
            cwd: folder,
            // No variables of this machine, such as credentials and proxies, nor the home folder with those of a developer.
            env: {
                ...{ PATH, HOME: home, TMPDIR: tmpdir() },
                ...own,
                ...variables,
            },
            // Its own process group: signals of the terminal are for this process, which stops it.
            detached: true,
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.folder.add(child.pid);
        const leader = child.pid === undefined ? undefined : processOf(child.pid);
        for (const stream of [child.stdout, child.stderr]) {
            createInterface({ input: stream }).on("line", (line) =>
                log(code.source ? line.replaceAll(folder, code.source) : line),
            );
        }
        let isOutOfMemory = false;
        const kill = () => leader && killGroup(leader);
        const exited = new Promise<number>((done) => {
            child
                .on("error", ({ message }) => {
                    log(message);
                    done(125);
                })
                .on("close", (status) => done(isOutOfMemory ? 137 : (status ?? 143)));
        }).then((status) => {
            kill();
            this.running.delete(name);
            this.used.delete(name);
            return status;
        });
        this.running.set(name, {
            child,
            memory,
            exceeded: () => {
                isOutOfMemory = true;
                kill();
            },
        });
        this.timer ??= setInterval(() => void this.read(), readingInterval).unref();
        const end = async () => {
            kill();
            await exited;
        };
        return {
            name,
            exited,
            get isOutOfMemory() {
                return isOutOfMemory;
            },
            stop: async (seconds) => {
                if (leader) {
                    terminateGroup(leader);
                }
                await Promise.race([exited, sleep(seconds * 1000, undefined, { ref: false })]);
                await end();
            },
            kill: end,
            succeeds: ([command = "", ...rest], timeout) => succeeds(command, rest, { cwd: folder, timeout }),
        };
    }

    async cpus(): Promise<Map<string, number>> {
        return new Map([...this.used].map(([name, { cpus }]) => [name, cpus]));
    }

    async createVolume(name: string): Promise<void> {
        throw new ContainersError(`a process of this machine cannot have the volume ${name} in memory: add --route`);
    }

    async removeVolume(): Promise<void> {}

    async createNetwork(): Promise<void> {}

    async removeNetwork(): Promise<void> {}

    close(): void {
        clearInterval(this.timer);
    }

    /** Reads what the processes use, and ends those that use more memory than they have. */
    private async read(): Promise<void> {
        if (this.running.size === 0) {
            return;
        }
        const usages = await usageByGroup();
        for (const [name, { child, memory = Number.POSITIVE_INFINITY, exceeded }] of this.running) {
            const usage = usages.get(child.pid ?? 0);
            if (usage) {
                this.used.set(name, usage);
                if (usage.memory > memory) {
                    exceeded();
                }
            }
        }
    }
}

/**
 * Variables in which the paths of volumes are those of their folders on this machine, where a process finds their files.
 *
 * @throws ContainersError if no variable has the path of a volume: then the code itself has it
 */
function withFolders(variables: Record<string, string>, mounts: ContainerOptions["mounts"]): Record<string, string> {
    const within = (target: string) => new RegExp(`(?<![\\w./-])${target.replaceAll(/[.+]/g, "\\$&")}(?![\\w.-])`, "g");
    const lost = mounts.find(({ target }) => !Object.values(variables).some((value) => within(target).test(value)));
    if (lost) {
        throw new ContainersError(
            `a process of this machine has the volume ${lost.target} in another folder, whose path it only gets by variables with ${lost.target}: add one, or run the code yourself, and add --route`,
        );
    }
    const localized = (value: string) =>
        mounts.reduce((text, { source, target }) => text.replace(within(target), () => source), value);
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, localized(value)]));
}

function writeFiles(folder: string, code: Code): void {
    for (const [path, content] of Object.entries(code.files)) {
        const file = resolve(folder, path);
        if (!file.startsWith(folder + sep)) {
            throw new ContainersError(`the archive of ${code.title} has a file outside of its folder: ${path}`);
        }
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
    }
}

/** What the processes of this machine use, by process group: the sums of a leader and its children. */
async function usageByGroup(): Promise<Map<number, Usage>> {
    const output = await run("ps", ["-A", "-o", "pgid=,rss=,pcpu="]).catch(() => "");
    const all = new Map<number, Usage>();
    for (const [, group, kilobytes, percent] of output.matchAll(/^\s*(\d+)\s+(\d+)\s+([\d.]+)\s*$/gm)) {
        const { memory, cpus } = all.get(Number(group)) ?? { memory: 0, cpus: 0 };
        all.set(Number(group), {
            memory: memory + Number(kilobytes) * 1024,
            cpus: cpus + Number(percent) / 100,
        });
    }
    return all;
}
