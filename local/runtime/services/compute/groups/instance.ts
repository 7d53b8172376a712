import { setTimeout as sleep } from "node:timers/promises";
import type { Inputs } from "../../../../simulator";
import type { GroupInstance, Pool } from "../../../../simulator/services/compute/groups/groupState";
import type { GroupMember } from "../../../../simulator/services/compute/groups/members";
import { definitionOfTemplate, type MachineDefinition } from "../definition";
import type { MachineAddress, MachineEnd } from "../machineContainer";
import { type Health, MachineHealth } from "./health";

/** A machine that runs an instance of a group. */
export interface GroupMachine {
    addressOf(port: number): MachineAddress;
    /** Resolves with the reason when the machine ends by itself. */
    readonly ended: Promise<MachineEnd>;
    stop(): Promise<void>;
    pause(): Promise<void>;
    resume(): Promise<void>;
    /** The processors that it uses, of those that were measured. */
    cpuIn(measured: Map<string, number>): number;
}

/** Starts a machine. */
export type StartMachine = (
    definition: MachineDefinition,
    options: { ports: number[]; definition(): MachineDefinition },
) => Promise<GroupMachine>;

/** What an instance needs of its group. */
export interface InstanceOptions {
    start: StartMachine;
    /** The ports that health checks and load balancers use. */
    ports(): number[];
    /** The health checks. */
    checks(): readonly { name: string; probe: Inputs }[];
    /** The name of the health check for autohealing; undefined without one. */
    healing(): string | undefined;
    /** How long requests have before the instance ends, in milliseconds. */
    drainingTimeout(): number;
    log(line: string): void;
    now(): number;
}

/** The maximum time between attempts to start a machine, and the time between looks at requests, in milliseconds. */
const maxBackOff = 60_000;
const drainInterval = 50;

/** An instance of a group, which runs in containers. */
export class RunningInstance {
    status: GroupInstance["status"] = "STAGING";
    action: GroupInstance["action"] = "CREATING";
    /** The CPU utilization: 0 to 1. */
    load = 0;
    machine?: GroupMachine;
    private started: number;
    private hasFailed = false;
    private wasHealthy = false;
    private health?: MachineHealth;
    private requests = 0;
    private isDraining = false;
    private isClosed = false;
    /** What is done with it, one after the other. */
    private work: Promise<void> = Promise.resolve();

    constructor(
        readonly member: GroupMember,
        private readonly options: InstanceOptions,
    ) {
        this.started = options.now();
    }

    /** What a plan needs to know. */
    get state(): GroupInstance {
        const { member, status, action, started, wasHealthy, hasFailed, load } = this;
        const { name, zone, template, pool } = member;
        const check = this.options.healing();
        const health = check === undefined ? undefined : this.healthBy(check);
        return { name, zone, template, started, status, action, health, wasHealthy, hasFailed, load, pool };
    }

    healthBy(check: string): Health {
        return this.health?.of(check) ?? "UNKNOWN";
    }

    /** Whether a load balancer sends requests to it. */
    receives(check: string | undefined): boolean {
        const isRunning = this.machine !== undefined && this.status === "RUNNING" && !this.isDraining;
        return (
            isRunning && this.member.pool === undefined && (check === undefined || this.healthBy(check) === "HEALTHY")
        );
    }

    /** Begins a request; returns a function that ends it. */
    begin(): () => void {
        this.requests += 1;
        let isOver = false;
        return () => {
            this.requests -= isOver ? 0 : 1;
            isOver = true;
        };
    }

    /** Applies changes of the health checks. */
    look(): void {
        this.health?.look(this.options.checks());
        this.verify();
    }

    /** Starts the machine. */
    create(): Promise<void> {
        return this.next(() => this.run());
    }

    /** Ends the machine after its requests, and starts one with the present template. */
    recreate(action: "RECREATING" | "RESTARTING"): Promise<void> {
        this.action = action;
        return this.next(async () => {
            await this.drain();
            await this.end();
            await this.run();
        });
    }

    /** Ends the machine after its requests. */
    delete(): Promise<void> {
        this.action = "DELETING";
        this.isClosed = true;
        return this.next(async () => {
            await this.drain();
            await this.end();
        });
    }

    /** Stops or suspends it. */
    park(pool: Pool): Promise<void> {
        this.action = pool === "STOPPED" ? "STOPPING" : "SUSPENDING";
        return this.next(async () => {
            this.health?.close();
            this.health = undefined;
            await (pool === "STOPPED" ? this.end() : this.machine?.pause());
            this.status = pool;
            this.action = "NONE";
        });
    }

    /** Starts or resumes it. */
    resume(): Promise<void> {
        this.action = this.machine ? "RESUMING" : "STARTING";
        return this.next(async () => {
            if (this.machine) {
                await this.machine.resume();
                this.runs(this.machine);
            } else {
                await this.run();
            }
        });
    }

    /** Ends the machine at once. The instance runs again with the next command. */
    async close(): Promise<void> {
        this.isClosed = true;
        this.isDraining = true;
        this.health?.close();
        await this.machine?.stop();
        await this.work;
        await this.machine?.stop();
    }

    private next(work: () => Promise<void>): Promise<void> {
        this.work = this.work.then(work).catch(({ message }: Error) => this.options.log(message));
        return this.work;
    }

    private get definition(): MachineDefinition {
        const { definition, name, id, zone } = this.member;
        return definitionOfTemplate(definition, { name, id, zone });
    }

    /** "If the group fails to create this instance, it will try again until it is successful": `currentAction` of `listManagedInstances`. */
    private async run(): Promise<void> {
        this.status = "STAGING";
        for (let attempt = 0; !this.isClosed; attempt++) {
            try {
                const ports = this.options.ports();
                this.runs(await this.options.start(this.definition, { ports, definition: () => this.definition }));
                return;
            } catch (error) {
                this.options.log((error as Error).message);
                const until = Date.now() + Math.min(maxBackOff, 1000 * 2 ** attempt);
                while (!this.isClosed && Date.now() < until) {
                    await sleep(drainInterval);
                }
            }
        }
    }

    private runs(machine: GroupMachine): void {
        this.machine = machine;
        this.started = this.options.now();
        this.hasFailed = false;
        this.wasHealthy = false;
        this.isDraining = false;
        this.status = "RUNNING";
        this.action = "VERIFYING";
        this.health = new MachineHealth(machine, () => this.verify());
        void machine.ended.then((end) => {
            if (this.machine === machine && !this.isClosed) {
                this.fail(end);
            }
        });
        this.look();
    }

    /** "VERIFYING: The managed instance group has created the instance and it is in the process of being verified." */
    private verify(): void {
        const check = this.options.healing();
        this.wasHealthy ||= check !== undefined && this.healthBy(check) === "HEALTHY";
        if (this.action === "VERIFYING" && (check === undefined || this.wasHealthy)) {
            this.action = "NONE";
        }
    }

    private fail(end: MachineEnd): void {
        this.machine = undefined;
        this.health?.close();
        if (end === "restart") {
            this.action = "RESTARTING";
            void this.next(() => this.run());
            return;
        }
        this.hasFailed = true;
        this.status = "STOPPED";
        this.options.log(end === "crash" ? "the machine has crashed" : "the machine has shut down");
    }

    /** "Connection draining ensures that existing, in-progress requests are given time to complete": see `drainingTimeoutSec`. */
    private async drain(): Promise<void> {
        this.isDraining = true;
        const until = Date.now() + this.options.drainingTimeout();
        while (this.requests > 0 && Date.now() < until) {
            await sleep(drainInterval);
        }
    }

    private async end(): Promise<void> {
        const { machine } = this;
        this.status = "STOPPING";
        this.health?.close();
        this.health = undefined;
        this.machine = undefined;
        await machine?.stop();
    }
}
