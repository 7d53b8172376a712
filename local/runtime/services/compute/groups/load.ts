import type { Entry, Inputs } from "../../../../simulator";
import type { Load } from "../../../../simulator/services/compute/autoscaling/demand";
import { fullName, pathOf } from "../../../../simulator/services/compute/names";
import type { RunningGroup } from "./runningGroup";

/** Counts requests of load balancers to groups. */
export class RequestRates {
    private counts = new Map<string, number>();
    private since = Date.now();

    /** @param key the backend service and the group */
    add(key: string): void {
        this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    }

    /** Returns the requests per second since the last call. */
    take(now: number): Map<string, number> {
        const seconds = Math.max(1, now - this.since) / 1000;
        const rates = new Map([...this.counts].map(([key, count]) => [key, count / seconds]));
        this.counts = new Map();
        this.since = now;
        return rates;
    }
}

/** The key of a group in a backend service. */
export const rateKey = (service: string, manager: string): string => `${service} ${manager}`;

/** The manager of a backend's group; undefined for another kind of group. */
const managerOf = ({ group }: Inputs, project: string): string | undefined =>
    String(group).includes("/instanceGroups/")
        ? fullName(pathOf(String(group), project, "").replace("/instanceGroups/", "/instanceGroupManagers/"))
        : undefined;

/** The managers of the groups of a backend service. */
export const managersOf = ({ state, project }: Entry): string[] =>
    ((state.backends as Inputs[] | undefined) ?? []).flatMap((backend) => managerOf(backend, project) ?? []);

/** The backend of a group in a backend service. */
export const backendOf = ({ state, project }: Entry, manager: string): Inputs | undefined =>
    ((state.backends as Inputs[] | undefined) ?? []).find((backend) => managerOf(backend, project) === manager);

/**
 * The load of a group. The serving capacity is that of the backend: requests per second, or the CPU utilization, of an instance, times the
 * capacity scaler.
 * https://cloud.google.com/compute/docs/autoscaler/scaling-load-balancing and
 * https://cloud.google.com/load-balancing/docs/backend-service#balancing-mode
 *
 * @param cpu the CPU that all instances use, in instances
 * @param rates the requests per second
 */
export function measuredLoad({ entry, served }: RunningGroup, cpu: number, rates: Map<string, number>): Load {
    const loads = served.flatMap(({ service }) => {
        const backend = backendOf(service, entry.name);
        return backend ? [fillOf(backend, cpu, rates.get(rateKey(service.name, entry.name)) ?? 0)] : [];
    });
    return { cpu, loadBalancing: Math.max(0, ...loads) };
}

/** How many instances the requests to a backend fill. */
export function fillOf(backend: Inputs, cpu: number, rate: number): number {
    const { balancingMode = "UTILIZATION", capacityScaler = 1, maxRatePerInstance, maxUtilization = 0.8 } = backend;
    const perInstance = balancingMode === "RATE" ? maxRatePerInstance : maxUtilization || 0.8;
    const used = balancingMode === "RATE" ? rate : cpu;
    return used === 0 ? 0 : used / (perInstance * (capacityScaler || 1));
}
