import { type Cloud, type Entry, type Inputs, lastPart } from "../../../../simulator";
import { act, autoscalerOf, setMeasured } from "../../../../simulator/services/compute/groups/live";
import { vcpusOf } from "../../../../simulator/services/compute/machines/machineTypes";
import type { Terminal } from "../../../emulator/terminal";
import { GroupBackends } from "../loadBalancing/groupBackends";
import { startMachine } from "../machineContainer";
import type { MachineHost } from "../machineHost";
import type { StartMachine } from "./instance";
import { managersOf, measuredLoad, RequestRates } from "./load";
import { RunningGroup } from "./runningGroup";

/** The interval for detecting changes, and between measurements of the load, in milliseconds. */
const interval = 1000;
const measureInterval = 10_000;

/** What groups are run with. */
export interface GroupsOptions {
    cloud: Cloud;
    terminal: Terminal;
    start: StartMachine;
    /** The processors that containers use, by their names. */
    cpus(): Promise<Map<string, number>>;
    rates: RequestRates;
    /** Ends machines sooner from now on. */
    hurry(): void;
}

/** The groups of a command, whose instances are machines of a host. */
export const runningGroups = (cloud: Cloud, host: MachineHost): RunningGroups =>
    new RunningGroups({
        cloud,
        terminal: host.terminal,
        start: (definition, options) => startMachine(host, definition, options),
        cpus: () => host.containers.cpus(),
        rates: new RequestRates(),
        hurry: () => host.containers.hurry(),
    });

/** Groups of virtual machines, whose instances run in containers. */
export class RunningGroups {
    private readonly groups = new Map<string, RunningGroup>();
    private readonly ends = new Set<Promise<void>>();
    /** Chooses instances for the requests of load balancers. */
    readonly backends: GroupBackends;
    private timers: NodeJS.Timeout[] = [];

    constructor(private readonly options: GroupsOptions) {
        this.backends = new GroupBackends((manager) => this.groups.get(manager), options.rates);
    }

    /** Starts what is deployed, and what will be. */
    start(): void {
        this.look();
        this.timers = [
            setInterval(() => this.look(), interval).unref(),
            setInterval(() => void this.measure(), measureInterval).unref(),
        ];
    }

    async close(): Promise<void> {
        for (const timer of this.timers) {
            clearInterval(timer);
        }
        this.options.hurry();
        await Promise.all([...this.groups.values()].map((group) => group.close()));
        await Promise.all(this.ends);
    }

    /** The running group of a manager. */
    of(manager: string): RunningGroup | undefined {
        return this.groups.get(manager);
    }

    /** All running groups. */
    get all(): RunningGroup[] {
        return [...this.groups.values()];
    }

    /** Compares what runs with what is deployed. */
    look(): void {
        const { cloud, terminal } = this.options;
        try {
            const entries = cloud.store.list("//compute.googleapis.com/", "instanceGroupManagers");
            const services = cloud.store.list("//compute.googleapis.com/", "backendServices");
            for (const [name, group] of this.groups) {
                if (!entries.some((entry) => entry.name === name)) {
                    this.groups.delete(name);
                    this.end(group.close(true));
                }
            }
            for (const entry of entries) {
                this.scale(entry);
                const present = cloud.store.read(entry.name) ?? entry;
                const group = this.groups.get(entry.name) ?? this.run(present);
                group.look(
                    present,
                    services.filter((service) => managersOf(service).includes(entry.name)),
                );
            }
        } catch (error) {
            terminal.logOnce(`instance groups: ${(error as Error).message}`);
        }
    }

    /** Lets the autoscaler act until now. */
    private scale(entry: Entry): void {
        const autoscaler = autoscalerOf(this.options.cloud, entry.id);
        if (autoscaler) {
            act(this.options.cloud, autoscaler);
        }
    }

    private run(entry: Entry): RunningGroup {
        const { cloud, terminal, start } = this.options;
        const title = lastPart(entry.id);
        const log = (line: string) => terminal.log(`${title}: ${line}`);
        const group = new RunningGroup(entry, { cloud, start, log, now: () => Date.now() });
        this.groups.set(entry.name, group);
        return group;
    }

    /** Measures the CPU of all instances, and the load by which groups are scaled. */
    async measure(): Promise<void> {
        const { cloud, cpus, rates } = this.options;
        const isMeasured = this.all.some(({ instances }) => instances.length > 0);
        const used = isMeasured ? await cpus().catch(() => new Map<string, number>()) : new Map<string, number>();
        const requests = rates.take(Date.now());
        for (const group of this.all) {
            for (const instance of group.instances) {
                const vcpus = vcpusOf(lastPart((instance.member.definition as Inputs).machineType));
                instance.load = (instance.machine?.cpuIn(used) ?? 0) / vcpus;
            }
            const autoscaler = autoscalerOf(cloud, group.entry.id);
            if (autoscaler) {
                const cpu = group.instances.reduce((sum, { load }) => sum + load, 0);
                setMeasured(cloud, autoscaler, measuredLoad(group, cpu, requests));
            }
        }
    }

    private end(ending: Promise<void>): void {
        this.ends.add(ending);
        void ending.finally(() => this.ends.delete(ending));
    }
}
