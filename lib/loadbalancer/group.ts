import type { AutoscaledInstanceGroup } from "../compute";
import * as check from "../internal/check";
import { type Duration, secondsIn } from "../internal/duration";

/**
 * The {@link https://cloud.google.com/load-balancing/docs/backend-service#balancing-mode capacity} of a group: the average CPU utilization in
 * percent, or the requests per second of each instance. Above it, other groups get the requests. `scaling.loadBalancing` of the group is a
 * fraction of it.
 */
export type GroupCapacity = check.OneOf<{ utilization: number } | { requestsPerSecond: number }>;

/** How requests are sent to a group of instances. */
export interface GroupPlace {
    /** The name of the port of the group, if it has several. */
    port?: string;
    capacity?: GroupCapacity;
    timeout?: Duration;
}

/** A group that a backend leads to. */
export type GroupTarget = { kind: "group"; component: AutoscaledInstanceGroup } & GroupPlace;

/** The name of the port of a group; undefined if it is not clear. */
function portOf({ component, port }: GroupTarget): string | undefined {
    const names = Object.keys(component.ports);
    return port === undefined ? (names.length === 1 ? names[0] : undefined) : names.find((name) => name === port);
}

/** What is wrong with a group: load balancers send requests to a named port of instances that a health check probes. */
export function groupProblems(path: string, target: GroupTarget): check.Problem[] {
    const names = Object.keys(target.component.ports);
    return [
        ...(target.component.healthCheck === undefined
            ? [
                  check.problem(
                      path,
                      "loadbalancer/group-without-health",
                      "requires a health check, so that only healthy instances get requests. Set health of the AutoscaledInstanceGroup.",
                  ),
              ]
            : []),
        ...(portOf(target) === undefined
            ? [
                  check.problem(
                      target.port === undefined ? path : `${path}.port`,
                      "loadbalancer/group-port-unknown",
                      `must name a port of the group: ${names.join(", ") || "there are none, set its ports"}${target.port === undefined ? "" : ` (got "${target.port}")`}.`,
                  ),
              ]
            : []),
    ];
}

/** The arguments of the backend service of a group. */
export function groupBackend(target: GroupTarget) {
    const { component, capacity = { utilization: 80 }, timeout = "30 seconds" } = target;
    const { utilization, requestsPerSecond } = capacity;
    const mode =
        utilization === undefined
            ? { balancingMode: "RATE", maxRatePerInstance: requestsPerSecond }
            : { balancingMode: "UTILIZATION", maxUtilization: utilization / 100 };
    return {
        protocol: "HTTP",
        portName: portOf(target),
        healthChecks: component.healthCheck?.id,
        timeoutSec: secondsIn(timeout),
        backends: [{ group: component.group.instanceGroup, capacityScaler: 1, ...mode }],
    };
}
