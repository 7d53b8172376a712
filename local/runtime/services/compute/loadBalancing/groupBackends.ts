import type { Entry, Inputs } from "../../../../simulator";
import type { OwnAnswer } from "../../run/invoker";
import type { RunningInstance } from "../groups/instance";
import { backendOf, fillOf, managersOf, type RequestRates, rateKey } from "../groups/load";
import type { RunningGroup } from "../groups/runningGroup";
import { unavailable } from "./backends";

/** An instance that a request goes to. */
export interface GroupTarget {
    /** Its address: `http://172.18.0.3:8080`. */
    address: string;
    /** Called when the request has ended. */
    release(): void;
}

interface Candidate {
    manager: string;
    port: number;
    instances: RunningInstance[];
    /** How full the group is: 1 is its capacity. */
    fullness: number;
}

/** The time in which requests are counted for the balancing mode, in milliseconds. */
const period = 1000;

/** Chooses instances of groups for the requests of load balancers. */
export class GroupBackends {
    private readonly turns = new Map<string, number>();
    /** When recent requests to a group began, by its key. */
    private readonly recent = new Map<string, number[]>();

    constructor(
        private readonly groupOf: (manager: string) => RunningGroup | undefined,
        private readonly rates: RequestRates,
    ) {}

    /**
     * An instance that is healthy: of the group with the most capacity left, each in turn. "Only healthy backends […] receive new requests".
     * https://cloud.google.com/load-balancing/docs/backend-service#traffic_distribution
     */
    choose(service: Entry): GroupTarget | OwnAnswer {
        const candidates = managersOf(service).flatMap((manager): Candidate[] => {
            const group = this.groupOf(manager);
            const backend = backendOf(service, manager);
            return group && backend ? this.candidate(service, manager, group, backend) : [];
        });
        const [chosen] = candidates.sort((one, other) => one.fullness - other.fullness);
        if (!chosen) {
            return { ...unavailable, reason: `no instance of the backend service '${service.state.name}' is healthy` };
        }
        const key = rateKey(service.name, chosen.manager);
        const turn = this.turns.get(key) ?? 0;
        this.turns.set(key, turn + 1);
        const instance = chosen.instances[turn % chosen.instances.length] as RunningInstance;
        const at = instance.machine?.addressOf(chosen.port);
        this.rates.add(key);
        this.recent.set(key, [...this.recentOf(key), Date.now()]);
        return { address: `http://${at?.host}:${at?.port}`, release: instance.begin() };
    }

    private candidate(service: Entry, manager: string, group: RunningGroup, backend: Inputs): Candidate[] {
        const served = group.served.find((each) => each.service.name === service.name);
        // "A setting of 0 means the group is completely drained": `capacityScaler`.
        if (served?.port === undefined || backend.capacityScaler === 0) {
            return [];
        }
        const instances = group.instances.filter((each) => each.receives(served.check));
        if (instances.length === 0) {
            return [];
        }
        const rate = this.recentOf(rateKey(service.name, manager)).length / (period / 1000);
        const cpu = instances.reduce((sum, { load }) => sum + load, 0);
        const fullness = fillOf(backend, cpu, rate) / instances.length;
        return [{ manager, port: served.port, instances, fullness }];
    }

    private recentOf(key: string): number[] {
        const since = Date.now() - period;
        return (this.recent.get(key) ?? []).filter((moment) => moment > since);
    }
}

/** Whether a backend service has groups of instances. */
export const hasInstanceGroups = (service: Entry): boolean => managersOf(service).length > 0;
