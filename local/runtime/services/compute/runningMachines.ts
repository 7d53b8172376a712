import type { Cloud, Inputs } from "../../../simulator";
import { removeParts } from "../../../simulator/services/compute/machines/instance";
import { currentStatus } from "../../../simulator/services/compute/machines/instanceChecks";
import {
    changeLife,
    type InstanceEntry,
    instancesOf,
    lifeOf,
    titleOf,
} from "../../../simulator/services/compute/machines/lifecycle";
import { vcpusOf } from "../../../simulator/services/compute/machines/machineTypes";
import type { Terminal } from "../../emulator/terminal";
import { definitionOf, isSpot } from "./definition";
import { type MachineEnd, type RunningMachine, startMachine } from "./machineContainer";
import type { MachineHost } from "./machineHost";

/** The interval for detecting changes by deployments and requests, and between measurements of the load, in milliseconds. */
const interval = 1000;
const measureInterval = 10_000;

/** An instance of which this process runs the machine. */
interface Machine {
    entry: InstanceEntry;
    /** What it was started with that cannot change while it runs. */
    hardware: string;
    /** Undefined while it starts, and if it did not start. */
    running?: RunningMachine;
    isPaused: boolean;
    /** The CPU utilization: 0 to 1. Undefined before it was measured. */
    load?: number;
    /** The present change, such as its start. */
    work?: Promise<void>;
}

/** What a running machine keeps until it is started again: another value restarts it. */
function hardwareOf(cloud: Cloud, { name, state }: InstanceEntry): string {
    const { instanceId: id, machineType, serviceAccount, creationTimestamp } = state;
    const { resets = 0 } = lifeOf(cloud, name);
    return JSON.stringify([id, machineType, serviceAccount, creationTimestamp, resets]);
}

/** Runs instances in containers, by their status in the cloud. */
export class RunningMachines {
    private readonly machines = new Map<string, Machine>();
    /** The outputs of the serial ports of machines that have run. */
    private readonly outputs = new Map<string, RunningMachine>();
    private timers: NodeJS.Timeout[] = [];
    private isClosed = false;

    constructor(
        private readonly cloud: Cloud,
        private readonly host: MachineHost,
        private readonly terminal: Terminal,
    ) {}

    /** Starts what is deployed, and what will be. */
    start(): void {
        this.look();
        this.timers = [
            setInterval(() => this.look(), interval).unref(),
            setInterval(() => void this.measure(), measureInterval).unref(),
        ];
    }

    async close(): Promise<void> {
        this.isClosed = true;
        for (const timer of this.timers) {
            clearInterval(timer);
        }
        this.host.containers.hurry();
        const end = async ({ work, running }: Machine) => {
            // A machine that starts ends when the containers are closed.
            await Promise.race([work, running?.stop()]);
            await running?.stop();
        };
        await Promise.all([...this.machines.values()].map((machine) => (machine.running ? end(machine) : undefined)));
        await this.host.close();
    }

    /** The machine of an instance; undefined if it does not run. */
    find(name: string): RunningMachine | undefined {
        return this.machines.get(name)?.running;
    }

    /** The output of an instance's serial port since the last start, and its number of characters. */
    serialOf(name: string): { text: string; end: number } | undefined {
        const found = this.outputs.get(name);
        return found && { text: found.serial, end: found.serialEnd };
    }

    /** The CPU utilization of the machines that run, once it was measured. */
    loads(): { entry: InstanceEntry; load: number }[] {
        return [...this.machines.values()].flatMap(({ entry, running, load }) =>
            running && load !== undefined ? [{ entry, load }] : [],
        );
    }

    /** Measures the CPU that machines use. */
    async measure(): Promise<void> {
        const running = [...this.machines.values()].filter((machine) => machine.running);
        const used = running.length > 0 ? await this.host.containers.cpus().catch(() => undefined) : undefined;
        for (const machine of used ? running : []) {
            const vcpus = vcpusOf(definitionOf(machine.entry.state).machineType);
            machine.load = (machine.running?.cpuIn(used ?? new Map()) ?? 0) / vcpus;
        }
    }

    /** Compares what runs with the status of the instances. */
    look(): void {
        try {
            const entries = instancesOf(this.cloud);
            for (const entry of entries) {
                this.compare(entry);
            }
            for (const [name, machine] of this.machines) {
                if (!entries.some((entry) => entry.name === name)) {
                    this.change(machine, () => this.remove(machine));
                    this.outputs.delete(name);
                }
            }
        } catch (error) {
            this.terminal.logOnce(`Compute Engine: ${(error as Error).message}`);
        }
    }

    private compare(entry: InstanceEntry): void {
        const { name } = entry;
        const status = currentStatus(entry.state, this.cloud);
        const machine = this.machines.get(name);
        if (!machine) {
            if (["RUNNING", "PROVISIONING", "STAGING"].includes(status)) {
                this.add(entry);
            } else if (status === "STOPPING") {
                // What ran it was killed.
                changeLife(this.cloud, name, { status: "TERMINATED" });
            }
            return;
        }
        machine.entry = entry;
        if (lifeOf(this.cloud, name).preempted) {
            this.preempt(machine);
        } else if (status === "SUSPENDED") {
            this.change(machine, () => this.pause(machine));
        } else if (["STOPPING", "TERMINATED"].includes(status)) {
            this.change(machine, () => this.remove(machine));
        } else if (machine.isPaused) {
            this.change(machine, () => this.resume(machine));
        } else if (machine.hardware !== hardwareOf(this.cloud, entry)) {
            this.change(machine, () => this.restart(machine));
        }
    }

    /** Begins a change, unless another one has begun. */
    private change(machine: Machine, work: () => Promise<void>): void {
        if (!machine.work && !this.isClosed) {
            machine.work = work()
                .catch(({ message }: Error) => this.terminal.log(`${titleOf(machine.entry)}: ${message}`))
                .finally(() => {
                    machine.work = undefined;
                });
        }
    }

    private add(entry: InstanceEntry): void {
        const machine: Machine = { entry, hardware: hardwareOf(this.cloud, entry), isPaused: false };
        this.machines.set(entry.name, machine);
        this.change(machine, () => this.run(machine));
    }

    private async run(machine: Machine): Promise<void> {
        const { entry } = machine;
        const { name } = entry;
        const title = titleOf(entry);
        const isStarting = () => ["PROVISIONING", "STAGING"].includes(currentStatus(entry.state, this.cloud));
        try {
            const running = await startMachine(this.host, definitionOf(entry.state), {
                title,
                // Metadata can change while the machine runs, and scripts read it at the next start.
                definition: () => definitionOf((this.cloud.store.read(name)?.state ?? entry.state) as Inputs),
                onPorts: (ports) => this.showPorts(machine, ports),
            });
            machine.running = running;
            this.outputs.set(name, running);
            this.showPorts(machine, running.ports);
            void running.ended.then((end) => this.ended(machine, running, end));
        } finally {
            if (isStarting()) {
                changeLife(this.cloud, name, { status: "RUNNING" });
            }
        }
    }

    private showPorts({ entry, running }: Machine, ports: number[]): void {
        for (const port of running ? ports : []) {
            const address = running?.addressOf(port);
            const where = address ? `at ${address.host}:${address.port}` : "not reached from this machine";
            this.terminal.logOnce(`${titleOf(entry)}: port ${port} is ${where}`);
        }
    }

    /**
     * A machine that its programs shut down stops; one that has crashed starts again if it shall.
     * https://cloud.google.com/compute/docs/instances/host-maintenance-overview#automatic-restart
     */
    private ended(machine: Machine, running: RunningMachine, end: MachineEnd): void {
        if (machine.running !== running || this.isClosed) {
            return;
        }
        const { entry } = machine;
        const restarts = end === "restart" || (end === "crash" && entry.state.scheduling?.automaticRestart !== false);
        this.terminal.log(
            `${titleOf(entry)}: ${end === "crash" ? "has crashed" : "was shut down"}${restarts ? ", and starts again" : ""}`,
        );
        machine.running = undefined;
        if (restarts) {
            this.change(machine, () => this.run(machine));
        } else {
            this.machines.delete(entry.name);
            changeLife(this.cloud, entry.name, { status: "TERMINATED" });
        }
    }

    /** Stops a machine with its shutdown script. */
    private async remove(machine: Machine): Promise<void> {
        const { entry, running, isPaused } = machine;
        const { name } = entry;
        machine.running = undefined;
        // A suspended machine has no processes that could end themselves.
        await (isPaused ? running?.kill() : running?.stop());
        this.machines.delete(name);
        if (currentStatus(entry.state, this.cloud) === "STOPPING") {
            changeLife(this.cloud, name, { status: "TERMINATED" });
        }
        this.terminal.log(`${titleOf(entry)}: stopped`);
    }

    /** Starts a machine again that was reset, or has other hardware: "the VM does not do a graceful shutdown". */
    private async restart(machine: Machine): Promise<void> {
        const { running } = machine;
        machine.running = undefined;
        machine.hardware = hardwareOf(this.cloud, machine.entry);
        await running?.kill();
        await this.run(machine);
    }

    private async pause(machine: Machine): Promise<void> {
        if (!machine.isPaused && machine.running) {
            machine.isPaused = true;
            await machine.running.pause();
            this.terminal.log(`${titleOf(machine.entry)}: suspended`);
        }
    }

    private async resume(machine: Machine): Promise<void> {
        machine.isPaused = false;
        await machine.running?.resume();
        this.terminal.log(`${titleOf(machine.entry)}: resumed`);
    }

    /** Preempts a Spot VM: https://cloud.google.com/compute/docs/instances/spot#preemption-process */
    private preempt(machine: Machine): void {
        const { entry, running } = machine;
        if (!isSpot(definitionOf(entry.state))) {
            changeLife(this.cloud, entry.name, { preempted: undefined });
            this.terminal.log(`${titleOf(entry)}: only Spot VMs are preempted`);
            return;
        }
        if (running) {
            running.isPreempted = true;
        }
        this.change(machine, async () => {
            changeLife(this.cloud, entry.name, { status: "STOPPING", preempted: undefined });
            this.terminal.log(`${titleOf(entry)}: is preempted`);
            await this.remove(machine);
            if (entry.state.scheduling?.instanceTerminationAction === "DELETE") {
                this.cloud.store.remove(entry.name);
                removeParts(entry.state, this.cloud);
            }
        });
    }
}
