import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type Process, thisProcess } from "../../../machine/daemon/processes";
import { find, run, succeeds } from "../../../toolchain/process";

/** A container to run. */
export interface ContainerOptions {
    name: string;
    image: string;
    entrypoint?: string[];
    args?: string[];
    workingDir?: string;
    environment: Record<string, string>;
    /** Folders of this machine, or volumes of Docker, by their path in the container. */
    mounts: Mount[];
    /** In bytes. */
    memory?: number;
    cpus?: number;
    /** The size of `/dev/shm` in bytes; by default that of Docker, 64 MiB. */
    sharedMemory?: number;
    /** Ports of the container, and those of this machine; without effect in the network of this machine. */
    publish?: { port: number; containerPort: number }[];
    /** Others that it reaches by name. */
    peers?: Peers;
    /** Its network, if it is not that of this machine. */
    network?: OwnNetwork | JoinedNetwork;
    /** Receives its output. */
    log(line: string): void;
}

/** Containers that reach each other by name. */
export interface Peers {
    /** The network, without effect in the network of this machine: there, all names are this machine. */
    network: string;
    /** The name of this one. */
    name: string;
    all: string[];
}

/** A network in which a container has an address, and may change its routes. */
export interface OwnNetwork {
    name: string;
    hostname: string;
    /** Addresses by names. */
    hosts: Record<string, string>;
    /** Ports of the container, and those of this machine; without effect where this machine reaches its address. */
    publish?: { port: number; containerPort: number }[];
}

/** The network of another container, with the names that it knows. */
export interface JoinedNetwork {
    container: string;
}

export interface Mount {
    source: string;
    target: string;
    isReadOnly: boolean;
}

/** A container that was started. */
export interface RunningContainer {
    readonly name: string;
    /** The exit code of the container, or 125 if Docker does not start it. */
    readonly exited: Promise<number>;
    /** Whether it was killed for its use of memory, once it has exited. */
    readonly isOutOfMemory: boolean;
    /** Sends SIGTERM, and SIGKILL after some seconds. */
    stop(seconds: number): Promise<void>;
    kill(): Promise<void>;
    /** Whether a command in it succeeds in some milliseconds. */
    succeeds(command: string[], timeout: number): Promise<boolean>;
}

/** Labels of everything that a process of this workspace creates. */
const labels = { cloud: "dev.slipway.cloud", process: "dev.slipway.process" };

/** The time between attempts to stop a container, in milliseconds. */
const stopInterval = 200;

/** The maximum time to read the last lines of a container, in milliseconds. */
const readingTime = 1000;

/** Variables of the Docker client itself, whose values a container does not take from its environment. */
const ofClient = /^(PATH|HOME|USERPROFILE|SystemRoot|XDG_.*|DOCKER_.*|(HTTPS?|NO|ALL)_PROXY)$/i;

/** Runs containers with the Docker of this machine. */
export class Docker {
    private readonly owner = thisProcess();

    private constructor(
        private readonly client: string,
        private readonly cloud: string,
        /** Whether containers share the network of this machine. */
        readonly isHostNetwork: boolean,
        private readonly limits: { memory: boolean; swap: boolean; cpus: number },
    ) {}

    /**
     * Finds Docker as its own command does: by its contexts and `DOCKER_HOST`.
     *
     * @param cloud the folder of the cloud, which identifies its containers
     * @throws Error if there is none
     */
    static async find(cloud: string): Promise<Docker> {
        const client = find("docker");
        if (client === undefined) {
            throw new Error("there is no docker on PATH");
        }
        const output = await run(client, ["info", "--format", "{{json .}}"], {
            env: process.env,
            timeout: 10_000,
        }).catch(({ message }: Error) => {
            throw new Error(`Docker does not answer: ${message.split("\n")[0]}`);
        });
        const info = JSON.parse(output);
        const [problem] = info.ServerErrors ?? [];
        if (problem) {
            throw new Error(`Docker does not answer: ${problem}`);
        }
        // Docker Desktop runs containers in a virtual machine, whose network is another one, also on Linux.
        const isHostNetwork = process.platform === "linux" && info.OperatingSystem !== "Docker Desktop";
        const limits = {
            memory: info.MemoryLimit === true,
            swap: info.SwapLimit === true,
            cpus: info.CpuCfsQuota ? info.NCPU : 0,
        };
        const docker = new Docker(client, cloud, isHostNetwork, limits);
        await docker.removeLeftovers();
        return docker;
    }

    /** Pulls an image, unless it is there. */
    async pull(image: string, report: () => void): Promise<void> {
        const isThere = await this.command("image", "inspect", "--format", "there", image).catch(() => "");
        if (isThere === "") {
            report();
            await this.command("pull", "--quiet", image);
        }
    }

    run(options: ContainerOptions): RunningContainer {
        const { name, image, entrypoint = [], args = [], environment, log } = options;
        const [program, ...first] = entrypoint;
        const child = spawn(
            this.client,
            [
                ...["run", "--name", name, "--sig-proxy=false"],
                ...this.labelled(),
                ...this.network(options),
                ...variables(environment),
                ...options.mounts.flatMap(({ source, target, isReadOnly }) => [
                    "--volume",
                    `${source}:${target}${isReadOnly ? ":ro" : ""}`,
                ]),
                ...this.limited(options),
                ...(options.sharedMemory ? ["--shm-size", String(options.sharedMemory)] : []),
                ...(options.workingDir ? ["--workdir", options.workingDir] : []),
                ...(program ? ["--entrypoint", program] : []),
                image,
                ...first,
                ...args,
            ],
            {
                // Its own process group: signals of the terminal are for this process, which stops the container.
                detached: process.platform !== "win32",
                env: { ...process.env, ...fromClient(environment) },
                stdio: ["ignore", "pipe", "pipe"],
                windowsHide: true,
            },
        );
        const passed = passOn(child, log);
        const ended = new Promise<number>((resolve) => {
            // Errors have the last lines, which are still read when the client has ended.
            const end = (code: number | null) =>
                void Promise.race([passed, sleep(readingTime)]).then(() => resolve(code ?? 137));
            child.on("error", () => resolve(125)).on("close", end);
        });
        let isRunning = true;
        let isOutOfMemory = false;
        const exited = ended.then(async (code) => {
            isRunning = false;
            isOutOfMemory = code === 137 && (await this.exceededMemory(name));
            await this.command("rm", "--force", "--volumes", name).catch(() => undefined);
            return code;
        });
        const end = async (...command: string[]) => {
            // Docker does not know a container yet whose client has just been started.
            while (isRunning) {
                await this.command(...command, name).catch(() => undefined);
                await Promise.race([exited, sleep(stopInterval)]);
            }
            await exited;
        };
        return {
            name,
            exited,
            get isOutOfMemory() {
                return isOutOfMemory;
            },
            stop: (seconds) => end("stop", "--time", String(seconds)),
            kill: () => end("kill"),
            // "The working directory for the command is root ('/') in the container's filesystem."
            succeeds: (command, timeout) =>
                succeeds(this.client, ["exec", "--workdir", "/", name, ...command], { env: process.env, timeout }),
        };
    }

    /** The processors that containers use, by their names. */
    async cpus(): Promise<Map<string, number>> {
        const output = await this.command("stats", "--no-stream", "--format", "{{.Name}} {{.CPUPerc}}").catch(() => "");
        return new Map(
            output.split("\n").flatMap((line): [string, number][] => {
                const [, name, percent] = /^(\S+) ([\d.]+)%$/.exec(line) ?? [];
                return name === undefined ? [] : [[name, Number(percent) / 100]];
            }),
        );
    }

    /** Creates a volume in memory. */
    async createVolume(name: string, size?: number): Promise<void> {
        const options = ["type=tmpfs", "device=tmpfs", `o=mode=1777${size === undefined ? "" : `,size=${size}`}`];
        await this.command(
            ...["volume", "create", "--driver", "local"],
            ...options.flatMap((option) => ["--opt", option]),
            ...this.labelled(),
            name,
        );
    }

    async removeVolume(name: string): Promise<void> {
        await this.command("volume", "rm", "--force", name).catch(() => undefined);
    }

    /** Creates a network, unless containers share that of this machine. */
    async createNetwork(name: string): Promise<void> {
        if (!this.isHostNetwork) {
            await this.createBridge(name);
        }
    }

    /** Creates a network in which containers have addresses of their own. */
    async createBridge(name: string): Promise<void> {
        await this.command("network", "create", "--driver", "bridge", ...this.labelled(), name);
    }

    /** The addresses of the containers in a network, by their names. */
    async addressesIn(network: string): Promise<Map<string, string>> {
        const format = "{{range .Containers}}{{.Name}} {{.IPv4Address}}\n{{end}}";
        const output = await this.command("network", "inspect", "--format", format, network);
        return new Map(
            output.split("\n").flatMap((line): [string, string][] => {
                const [, name, address] = /^(\S+) ([\d.]+)\//.exec(line) ?? [];
                return name && address ? [[name, address]] : [];
            }),
        );
    }

    /** Stops the processes of containers, which keep their memory. */
    async pause(names: string[]): Promise<void> {
        await this.command("pause", ...names);
    }

    /** Continues the processes of containers. */
    async unpause(names: string[]): Promise<void> {
        await this.command("unpause", ...names);
    }

    async removeNetwork(name: string): Promise<void> {
        if (!this.isHostNetwork) {
            await this.removeBridge(name);
        }
    }

    async removeBridge(name: string): Promise<void> {
        await this.command("network", "rm", name).catch(() => undefined);
    }

    /** Removes all containers, volumes and networks of this process. */
    close(): Promise<void> {
        return this.remove(({ pid, started }) => pid === this.owner.pid && started === this.owner.started);
    }

    /** Removes what processes left that were killed. */
    private removeLeftovers(): Promise<void> {
        return this.remove((owner) => !isRunning(owner));
    }

    private async remove(isUnneeded: (owner: Process) => boolean): Promise<void> {
        for (const [list, remove] of [
            [
                ["ps", "--all", "--format", `{{.ID}} {{.Label "${labels.process}"}}`],
                ["rm", "--force"],
            ],
            [
                ["volume", "ls", "--format", `{{.Name}} {{.Label "${labels.process}"}}`],
                ["volume", "rm", "--force"],
            ],
            [
                ["network", "ls", "--format", `{{.Name}} {{.Label "${labels.process}"}}`],
                ["network", "rm"],
            ],
        ] as const) {
            const output = await this.command(...list, "--filter", `label=${labels.cloud}=${this.cloud}`);
            const found = output.split("\n").flatMap((line) => {
                const [, id = "", pid, started = ""] = /^(\S+) (\d+)-(.*)$/.exec(line) ?? [];
                return id !== "" && isUnneeded({ pid: Number(pid), started }) ? [id] : [];
            });
            if (found.length > 0) {
                // A container that ends now removes itself.
                await this.command(...remove, ...found).catch(() => undefined);
            }
        }
    }

    /** CPU and memory, as far as Docker can limit them: memory would otherwise include as much of a swap file. */
    private limited({ memory, cpus }: ContainerOptions): string[] {
        const { limits } = this;
        return [
            ...(memory && limits.memory ? ["--memory", String(memory)] : []),
            ...(memory && limits.memory && limits.swap ? ["--memory-swap", String(memory)] : []),
            ...(cpus && limits.cpus > 0 ? ["--cpus", String(Math.min(cpus, limits.cpus))] : []),
        ];
    }

    private async exceededMemory(name: string): Promise<boolean> {
        const output = await this.command("inspect", "--format", "{{.State.OOMKilled}}", name).catch(() => "");
        return output.trim() === "true";
    }

    private labelled(): string[] {
        const { pid, started } = this.owner;
        const values = { [labels.cloud]: this.cloud, [labels.process]: `${pid}-${started}` };
        return Object.entries(values).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
    }

    private network({ publish = [], peers, network }: ContainerOptions): string[] {
        if (network && "container" in network) {
            return ["--network", `container:${network.container}`];
        }
        if (network) {
            const { name, hostname, hosts, publish: ports = [] } = network;
            return [
                ...["--network", name, "--hostname", hostname, "--cap-add", "NET_ADMIN"],
                ...Object.entries(hosts).flatMap(([host, address]) => ["--add-host", `${host}:${address}`]),
                ...(this.isHostNetwork ? [] : ["--add-host", "host.docker.internal:host-gateway", ...published(ports)]),
            ];
        }
        if (this.isHostNetwork) {
            const names = (peers?.all ?? []).flatMap((name) => ["--add-host", `${name}:127.0.0.1`]);
            return ["--network", "host", ...names];
        }
        return [
            ...["--add-host", "host.docker.internal:host-gateway"],
            ...(peers ? ["--network", peers.network, "--network-alias", peers.name] : []),
            ...published(publish),
        ];
    }

    private command(...args: string[]): Promise<string> {
        return command(this.client, ...args);
    }
}

const published = (ports: { port: number; containerPort: number }[]) =>
    ports.flatMap(({ port, containerPort }) => ["--publish", `127.0.0.1:${port}:${containerPort}`]);

const command = (client: string, ...args: string[]) => run(client, args, { env: process.env });

/** Values are passed through the client's environment, so that other users of this machine do not see them. */
const fromClient = (environment: Record<string, string>) =>
    Object.fromEntries(Object.entries(environment).filter(([name]) => !ofClient.test(name)));

const variables = (environment: Record<string, string>): string[] =>
    Object.entries(environment).flatMap(([name, value]) => ["--env", ofClient.test(name) ? `${name}=${value}` : name]);

/** Resolves when all lines are passed on. */
function passOn(child: ChildProcess, log: (line: string) => void): Promise<unknown> {
    const readers = [child.stdout, child.stderr].flatMap((stream) =>
        stream ? [createInterface({ input: stream }).on("line", log)] : [],
    );
    return Promise.all(readers.map((reader) => once(reader, "close")));
}
