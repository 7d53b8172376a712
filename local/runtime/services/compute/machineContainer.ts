import { setTimeout as sleep } from "node:timers/promises";
import { isAllowedOn, regionOf } from "../../../simulator";
import { secretName, secretPath } from "../../../simulator/services/secretmanager/names";
import type { RunningContainers } from "../../emulator/containers/launch";
import { releasePort, takePort } from "../../emulator/containers/ports";
import { certificateFile, certificateVariables, guestFolder } from "../../emulator/googleFront";
import { accessVersion } from "../secretmanager/api";
import { type MachineContainer, parseCloudConfig } from "./cloudConfig";
import { hostnameOf, isSpot, type MachineDefinition } from "./definition";
import type { MachineHost } from "./machineHost";
import type { MetadataOwner } from "./metadata";

/** How a machine is started. */
export interface MachineOptions {
    /** The start of its lines in the terminal; by default its name. */
    title?: string;
    /** Ports that others reach, which Docker has to know before if it runs in another machine than this one. */
    ports?: number[];
    /** The present definition, as metadata can change while a machine runs; by default that of the start. */
    definition?(): MachineDefinition;
    /** Called when the ports change that programs of the machine have opened. */
    onPorts?(ports: number[]): void;
    /** Receives the lines of its serial port. */
    log?(line: string): void;
}

/** Where a port of a machine is. */
export interface MachineAddress {
    host: string;
    port: number;
}

/** How a machine has ended by itself. */
export type MachineEnd = "off" | "restart" | "crash";

/** "90 seconds", and "30 seconds" of Spot VMs: https://cloud.google.com/compute/docs/shutdownscript#limitations */
const shutdownPeriod = 90;
const spotShutdownPeriod = 30;

/** The exit code of `guest/machine.py` after `reboot`. */
const rebootCode = 100;

/** Lines of `guest/machine.py` with this character are not output. */
const reportMark = "\u001e";

/** The number of characters that a serial port keeps: https://cloud.google.com/compute/docs/troubleshooting/viewing-serial-port-output */
const serialSize = 2 ** 20;

/** What `guest/machine.py` reports. */
interface Report {
    /** Its address in the network of machines, once it has started. */
    address?: string;
    /** The ports that are open for others. */
    ports?: number[];
    /** Whether the startup script has ended. */
    booted?: boolean;
}

/** A machine that runs. */
export class RunningMachine implements MetadataOwner {
    isPreempted = false;
    /** The output of the serial port, and its number of characters since the start. */
    serial = "";
    serialEnd = 0;
    /** The ports that programs have opened for others. */
    ports: number[] = [];
    /** Resolves when the startup script has ended, or there is none. */
    readonly booted: Promise<void>;
    /** Resolves with the reason when the machine ends by itself, and not when it is stopped. */
    readonly ended: Promise<MachineEnd>;
    readonly definition: () => MachineDefinition;
    private readonly title: string;
    private address = "127.0.0.1";
    private machine?: RunningContainers;
    private container?: RunningContainers;
    private readonly published = new Map<number, number>();
    private readonly stopped = new AbortController();
    private readonly started: Promise<void>;
    private onStarted: () => void = () => undefined;
    private onBooted: () => void = () => undefined;
    private onEnded: (end: MachineEnd) => void = () => undefined;

    constructor(
        private readonly host: MachineHost,
        private readonly initial: MachineDefinition,
        private readonly options: MachineOptions,
    ) {
        this.title = options.title ?? initial.name;
        this.definition = options.definition ?? (() => initial);
        this.started = new Promise((resolve) => {
            this.onStarted = resolve;
        });
        this.booted = new Promise((resolve) => {
            this.onBooted = resolve;
        });
        this.ended = new Promise((resolve) => {
            this.onEnded = resolve;
        });
    }

    /** Where a port is that a program of the machine opens. */
    addressOf(port: number): MachineAddress {
        return this.host.docker.isHostNetwork
            ? { host: this.address, port }
            : { host: "127.0.0.1", port: this.published.get(port) ?? port };
    }

    /** The processors that it uses, of those that {@link MachineHost.containers} measures. */
    cpuIn(measured: Map<string, number>): number {
        return [this.machine, this.container].reduce((sum, each) => sum + (measured.get(each?.id ?? "") ?? 0), 0);
    }

    async start(): Promise<void> {
        const { host, initial, options } = this;
        const { network } = await host.network();
        const config = this.containerOf();
        for (const port of host.docker.isHostNetwork ? [] : [...(options.ports ?? []), ...(config?.ports ?? [])]) {
            this.published.set(port, await takePort());
        }
        const { address } = await host.network();
        this.machine = await host.containers.start({
            title: this.title,
            name: initial.name,
            project: initial.project,
            region: regionOf(initial.zone),
            template: {
                containers: [
                    {
                        name: "machine",
                        image: host.image,
                        commands: ["python3", "-u", `${guestFolder}/machine.py`],
                        args: [JSON.stringify({ gateway: address })],
                    },
                ],
            },
            variables: certificateVariables(certificateFile(guestFolder)),
            folders: [{ source: host.folder, target: guestFolder, isReadOnly: true }],
            network: {
                name: network,
                hostname: hostnameOf(initial).slice(0, 64),
                hosts: await host.hosts(regionOf(initial.zone)),
                publish: [...this.published].map(([containerPort, port]) => ({ containerPort, port })),
            },
            grace: isSpot(initial) ? spotShutdownPeriod : shutdownPeriod,
            output: (line) => this.receive(line),
            kind: "machine",
        });
        const [name = ""] = this.machine.names;
        host.owners.set(name, this);
        const ended = this.machine.ended.then((code) => {
            if (!this.stopped.signal.aborted) {
                this.onEnded(code === 0 ? "off" : code === rebootCode ? "restart" : "crash");
            }
            return this.release();
        });
        await Promise.race([this.started, ended]);
        if (config && !this.stopped.signal.aborted) {
            void this.runContainer(name, config);
        }
    }

    /** Stops it as Compute Engine does: the shutdown script has a limited time. */
    async stop(): Promise<void> {
        this.stopped.abort();
        await this.container?.stop();
        await this.machine?.stop();
    }

    /** Ends it at once. */
    async kill(): Promise<void> {
        this.stopped.abort();
        await Promise.all([this.container?.kill(), this.machine?.kill()]);
    }

    /** Suspends it: its processes stay in memory. */
    pause(): Promise<void> {
        return this.host.docker.pause(this.names);
    }

    resume(): Promise<void> {
        return this.host.docker.unpause(this.names);
    }

    /** The names of its containers in Docker. */
    get names(): string[] {
        return [this.machine, this.container].flatMap((each) => each?.names ?? []);
    }

    /** The container of its configuration; the machine reports one of another form. */
    private containerOf(): MachineContainer | undefined {
        const userData = this.initial.metadata["user-data"];
        const found = userData === undefined ? undefined : parseCloudConfig(userData);
        if (userData !== undefined && !found) {
            this.host.terminal.logOnce(
                `${this.title}: user-data is not run, as it does not have the form that VirtualMachine writes`,
            );
        }
        return found;
    }

    /** Runs the container in the network of the machine, and again after a failure, as its service does. */
    private async runContainer(machine: string, config: MachineContainer): Promise<void> {
        const { signal } = this.stopped;
        while (!signal.aborted) {
            const code = await this.runOnce(machine, config).catch(({ message }: Error) => {
                this.line(message);
                return 1;
            });
            this.container = undefined;
            if (signal.aborted || code === 0 || config.restart === undefined) {
                return;
            }
            this.line(
                `container.service: Main process exited, status=${code}. It starts again in ${config.restart} s.`,
            );
            await sleep(config.restart * 1000, undefined, { signal, ref: false }).catch(() => undefined);
        }
    }

    private async runOnce(machine: string, config: MachineContainer): Promise<number> {
        const { host, initial } = this;
        const { entrypoint, image, args, variables, secrets } = config;
        const values = Object.entries(secrets).map(([name, version]) => [name, this.secret(version)]);
        const running = await host.containers.start({
            title: this.title,
            name: `${initial.name}-container`,
            project: initial.project,
            region: regionOf(initial.zone),
            template: {
                containers: [
                    { name: "container", image, args, ...(entrypoint !== undefined && { commands: [entrypoint] }) },
                ],
            },
            variables: {
                ...certificateVariables(certificateFile(guestFolder)),
                ...variables,
                ...Object.fromEntries(values),
            },
            folders: [{ source: certificateFile(host.folder), target: certificateFile(guestFolder), isReadOnly: true }],
            network: { container: machine },
            kind: "machine",
        });
        this.container = running;
        if (this.stopped.signal.aborted) {
            await running.stop();
        }
        return running.ended;
    }

    /** The value of a secret version, as the machine's account. */
    private secret(version: string): string {
        const { cloud } = this.host;
        const { account, project } = this.initial;
        const [secret = "", number = "latest"] = version.split("/versions/");
        const path = secretPath(cloud, secret, project);
        const permission = "secretmanager.versions.access";
        if (!account || !isAllowedOn(cloud, account.email, permission, secretName(path))) {
            throw new Error(
                `Permission '${permission}' denied for resource '${path}/versions/${number}' for ${account?.email ?? "a machine without an account"}.`,
            );
        }
        return accessVersion(cloud, `${path}/versions/${number}`).data.toString();
    }

    /** A line of the machine's first process. */
    private receive(line: string): void {
        if (!line.startsWith(reportMark)) {
            this.line(line);
            return;
        }
        const { address, ports, booted }: Report = JSON.parse(line.slice(1));
        if (address) {
            this.address = address;
            this.onStarted();
        }
        if (ports) {
            this.ports = ports;
            this.options.onPorts?.(ports);
        }
        if (booted) {
            this.onBooted();
        }
    }

    private line(line: string): void {
        const text = `${line}\n`;
        this.serialEnd += text.length;
        this.serial = (this.serial + text).slice(-serialSize);
        this.options.log?.(line);
        this.host.terminal.log(`${this.title}: ${line}`);
    }

    private async release(): Promise<void> {
        this.stopped.abort();
        for (const name of this.machine?.names ?? []) {
            this.host.owners.delete(name);
        }
        for (const port of this.published.values()) {
            releasePort(port);
        }
        this.published.clear();
        await this.container?.stop();
    }
}

/**
 * Starts what an instance, or an instance of a group, runs: the container of its configuration, or its startup script, in containers.
 *
 * @throws ContainersError if the containers do not start
 */
export async function startMachine(
    host: MachineHost,
    definition: MachineDefinition,
    options: MachineOptions = {},
): Promise<RunningMachine> {
    const machine = new RunningMachine(host, definition, options);
    await machine.start();
    return machine;
}
