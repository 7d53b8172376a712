import type { Cloud, Entry, Inputs } from "../../../../simulator";
import { type Step, settingsOf } from "../../../../simulator/services/compute/groups/groupState";
import {
    forgetMembers,
    type GroupMember,
    idFor,
    membersOf,
    nameFor,
    writeMembers,
} from "../../../../simulator/services/compute/groups/members";
import { plan } from "../../../../simulator/services/compute/groups/plan";
import { fullName, pathOf } from "../../../../simulator/services/compute/names";
import { probeOf } from "./health";
import { RunningInstance, type StartMachine } from "./instance";

/** A backend service with the group. */
export interface ServedBy {
    service: Entry;
    /** The named port. */
    port: number | undefined;
    /** The full resource name of its health check. */
    check?: string;
}

/** What a group is run with. */
export interface GroupOptions {
    cloud: Cloud;
    start: StartMachine;
    log(line: string): void;
    now(): number;
}

/** A group whose instances run in containers. */
export class RunningGroup {
    readonly instances: RunningInstance[] = [];
    /** The backend services that send requests to it. */
    served: ServedBy[] = [];
    private checks: { name: string; probe: Inputs }[] = [];
    private isClosed = false;

    constructor(
        public entry: Entry,
        private readonly options: GroupOptions,
    ) {
        for (const member of membersOf(options.cloud, entry)) {
            const instance = this.add(member);
            if (member.isParked && member.pool) {
                instance.status = member.pool;
                instance.action = "NONE";
            } else {
                void instance.create();
            }
        }
    }

    /** Compares the instances with what the group shall be, and does what is due. */
    look(entry: Entry, services: readonly Entry[]): void {
        this.entry = entry;
        this.served = services.map((service) => this.servedBy(service));
        this.checks = this.checksOf();
        for (const instance of this.instances) {
            instance.look();
        }
        const settings = settingsOf(entry.state, (path) => this.templateOf(path));
        const steps = plan(
            settings,
            this.instances.map(({ state }) => state),
            this.options.now(),
        );
        for (const step of steps) {
            this.apply(step);
        }
        if (steps.length > 0) {
            this.write();
        }
    }

    /** Ends the machines; the instances stay, unless the group was deleted. */
    async close(isDeleted = false): Promise<void> {
        this.isClosed = true;
        await Promise.all(this.instances.map((each) => (isDeleted ? each.delete() : each.close())));
        if (isDeleted) {
            forgetMembers(this.options.cloud, this.entry.name);
        }
    }

    private add(member: GroupMember): RunningInstance {
        const { start, log, now } = this.options;
        const instance = new RunningInstance(member, {
            start,
            now,
            log: (line) => log(`${member.name}: ${line}`),
            ports: () => [
                ...new Set([
                    ...((this.entry.state.namedPorts as Inputs[] | undefined) ?? []).map(({ port }) => Number(port)),
                    ...this.checks.map(({ probe }) => Number((probe.httpGet ?? probe.grpc ?? probe.tcpSocket).port)),
                ]),
            ],
            checks: () => this.checks,
            healing: () => this.healing,
            drainingTimeout: () =>
                Math.max(0, ...this.served.map(({ service }) => drainingSeconds(service.state))) * 1000,
        });
        this.instances.push(instance);
        return instance;
    }

    private apply(step: Step): void {
        const { log, now } = this.options;
        if (step.kind === "create") {
            const { zone, template, pool } = step;
            const names = this.instances.map(({ member }) => member.name);
            const name = nameFor(this.entry, names);
            const created = now();
            const definition = this.templateOf(template);
            if (definition) {
                const member = { name, id: idFor(name, created), zone, template, definition, created };
                log(`${name}: creating in ${zone}${pool ? " for the standby pool" : ""}`);
                void this.add({ ...member, ...(pool && { pool }) }).create();
            }
            return;
        }
        const instance = this.instances.find(({ member }) => member.name === step.name) as RunningInstance;
        switch (step.kind) {
            case "delete":
                log(`${step.name}: deleting`);
                void instance.delete().then(() => this.remove(instance));
                break;
            case "park":
                instance.member.isParked = true;
                void instance.park(step.pool);
                break;
            case "resume":
                log(
                    `${step.name}: ${instance.member.pool === "SUSPENDED" ? "resuming" : "starting"} from the standby pool`,
                );
                delete instance.member.pool;
                delete instance.member.isParked;
                void instance.resume();
                break;
            default: {
                instance.member.definition = this.templateOf(step.template) ?? instance.member.definition;
                instance.member.template = step.template;
                if (step.kind !== "refresh") {
                    log(`${step.name}: ${step.kind === "restart" ? "restarting" : "recreating"} (${step.reason})`);
                    void instance.recreate(step.kind === "restart" ? "RESTARTING" : "RECREATING");
                }
            }
        }
    }

    private remove(instance: RunningInstance): void {
        this.instances.splice(this.instances.indexOf(instance), 1);
        if (!this.isClosed) {
            this.write();
        }
    }

    private write(): void {
        writeMembers(
            this.options.cloud,
            this.entry,
            this.instances.filter(({ action }) => action !== "DELETING").map(({ member }) => member),
        );
    }

    /** A template of the group, or that of an instance, which may be deleted. */
    private templateOf(path: string): Inputs | undefined {
        const { project, region } = this.entry.state;
        const collection = path.includes("/regions/")
            ? `regions/${region}/instanceTemplates`
            : "global/instanceTemplates";
        const found = this.options.cloud.store.read(fullName(pathOf(path, String(project), collection)));
        return found?.state ?? this.instances.find(({ member }) => member.template === path)?.member.definition;
    }

    /** The full resource name of the health check for autohealing. */
    get healing(): string | undefined {
        const { autoHealingPolicies: policy, project } = this.entry.state as Inputs;
        return policy && checkName(policy.healthCheck, project);
    }

    private servedBy(service: Entry): ServedBy {
        const { portName, healthChecks, project } = service.state as Inputs;
        const named = (this.entry.state.namedPorts as Inputs[] | undefined) ?? [];
        const port = named.find(({ name }) => name === (portName || "http"))?.port;
        const [check] = [healthChecks ?? []].flat();
        return { service, port, check: check && checkName(check, project) };
    }

    private checksOf(): { name: string; probe: Inputs }[] {
        const named = (this.entry.state.namedPorts as Inputs[] | undefined) ?? [];
        const all = [
            { name: this.healing, port: undefined },
            ...this.served.map(({ check, port }) => ({ name: check, port })),
        ];
        return [...new Map(all.map((each) => [each.name, each])).values()].flatMap(({ name, port }) => {
            const check = name && this.options.cloud.store.read(name);
            const probe = check && probeOf(check.state, named, port);
            return name && probe ? [{ name, probe }] : [];
        });
    }
}

const checkName = (check: unknown, project: string): string =>
    fullName(pathOf(String(check), project, "global/healthChecks"));

/** The provider sends 300 by default. */
const drainingSeconds = ({ connectionDrainingTimeoutSec = 300 }: Inputs): number =>
    Number(connectionDrainingTimeoutSec);
