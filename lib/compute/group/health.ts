import { instanceGroupLimits } from "../../facts/machines/instanceGroups";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin } from "../../internal/arguments/duration";
import {
    type HealthCheck,
    healthOptions,
    healthPath,
    healthPort,
    healthTimeoutProblem,
    pathOr,
    probeDefaults,
} from "../../internal/arguments/healthCheck";

/**
 * Probes of each instance. An instance that fails them is
 * {@link https://cloud.google.com/compute/docs/instance-groups/autohealing-instances-in-migs created again}, and one that starts counts as available with its first success.
 */
export interface GroupHealthCheck extends Omit<HealthCheck, "port"> {
    /**
     * The port: 1 to 65535, or the name of one of `ports`.
     * @default the only one of `ports`
     */
    port?: number | string;
    /**
     * The protocol of the health check. `http` and `https` expect the status 200.
     * @default "http"
     */
    protocol?: check.Short<"http" | "https" | "tcp", "HTTP" | "HTTPS" | "TCP">;
    /**
     * The path of requests.
     * @default "/"
     */
    path?: string;
    /**
     * The time between two probes: `"1 second"` to `"5 minutes"`.
     * @default "10 seconds"
     */
    interval?: Duration;
    /**
     * The time in which a probe is answered, not above `interval`.
     * @default "5 seconds"
     */
    timeout?: Duration;
    /**
     * The successes after which an instance is healthy: 1 to 10.
     * @default 2
     */
    healthyThreshold?: number;
    /**
     * The failures after which an instance is created again: 1 to 10.
     * @default 3
     */
    unhealthyThreshold?: number;
    /**
     * How long a new instance may fail before it is created again: `"0 seconds"` to `"1 hour"`. Set it above the time that the
     * application takes to start.
     * @default "5 minutes"
     */
    initialDelay?: Duration;
}

const { rows: limits } = instanceGroupLimits;

/** The name of a port: https://cloud.google.com/compute/docs/instance-groups/adding-an-instance-group-to-a-load-balancer#assign_named_ports */
const portName = check.matching(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "a port's name must have up to 63 lower-case letters, digits and hyphens, and start with a letter",
);

/** Checks the `health` of a group. */
export const groupHealth = pathOr(
    check.options<GroupHealthCheck>({
        port: check.either((value) => typeof value === "string", portName, healthPort),
        protocol: check.inAnyCase("http", "https", "tcp"),
        path: healthPath,
        interval: durationWithin(limits.checkInterval),
        timeout: durationWithin(limits.checkInterval),
        healthyThreshold: check.limit(limits.checkThreshold),
        unhealthyThreshold: check.limit(limits.checkThreshold),
        initialDelay: durationWithin(limits.initialDelay),
    }),
);

/** Checks the `ports` of a group. */
export const namedPorts = check.record(portName, healthPort);

export type ResolvedHealthCheck = Required<Omit<GroupHealthCheck, "port" | "protocol">> & {
    port: number;
    protocol: GroupProtocol;
};

type GroupProtocol = "http" | "https" | "tcp";

/**
 * Completes a health check. A port that is missing although there are several, or that is no name of `ports`, is reported by
 * {@link healthProblems}.
 */
export function resolveHealthCheck(
    health: string | GroupHealthCheck,
    ports: Record<string, number>,
): ResolvedHealthCheck {
    const {
        port = Object.values(ports)[0],
        protocol = "http",
        path = probeDefaults.path,
        ...given
    } = healthOptions(health);
    return {
        ...probeDefaults,
        initialDelay: "5 minutes",
        ...given,
        protocol: protocol as GroupProtocol,
        path,
        port: (typeof port === "string" ? ports[port] : port) as number,
    };
}

/** Checks combinations of options. */
export function healthProblems(
    health: string | GroupHealthCheck,
    resolved: ResolvedHealthCheck,
    ports: Record<string, number>,
): (check.Problem | undefined)[] {
    const { port, path, protocol } = healthOptions<GroupHealthCheck>(health);
    const count = Object.keys(ports).length;
    return [
        port === undefined && count !== 1
            ? check.problem(
                  "health.port",
                  "compute/health-port-missing",
                  `is missing, because ports has ${count === 0 ? "none" : "several"}. Set one: { port: 8080, path: "/healthz" }.`,
              )
            : undefined,
        typeof port === "string" && !Object.hasOwn(ports, port)
            ? check.problem(
                  "health.port",
                  "compute/health-port-unknown",
                  `must be a number, or a name of ports: ${Object.keys(ports).join(", ") || "there are none"} (got "${port}").`,
              )
            : undefined,
        check.when(
            protocol === "tcp" && path !== undefined,
            "health.path",
            "compute/health-path-of-protocol",
            `is for http and https (got "${path}"). Remove it.`,
        ),
        healthTimeoutProblem("health", resolved),
    ];
}
