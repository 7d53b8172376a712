import type { HealthCheckArgs } from "@pulumi/gcp/compute/healthCheck";
import { instanceGroupLimits } from "../../facts/machines/instanceGroups";
import * as check from "../../internal/check";
import { type Duration, durationWithin, secondsIn } from "../../internal/duration";

/**
 * Probes of each instance. An instance that fails them is
 * {@link https://cloud.google.com/compute/docs/instance-groups/autohealing-instances-in-migs created again}, and one that starts counts as available with its first success.
 */
export interface GroupHealthCheck {
    /** The port: 1 to 65535, or the name of one of `ports`. */
    port: number | string;
    /**
     * The protocol. `http` and `https` expect the status 200.
     * @default "http"
     */
    protocol?: "http" | "https" | "tcp";
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
const port = check.whole(1, 65535);

/** The name of a port: https://cloud.google.com/compute/docs/instance-groups/adding-an-instance-group-to-a-load-balancer#assign_named_ports */
export const portName = check.matching(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "a port's name must have up to 63 lower-case letters, digits and hyphens, and start with a letter",
);

/** Checks the `healthCheck` of a group. */
export const groupHealthCheck = check.options<GroupHealthCheck>(
    {
        port: check.either((value) => typeof value === "string", portName, port),
        protocol: check.oneOf("http", "https", "tcp"),
        path: check.matching(/^\/\S*$/, "must be a path that starts with /"),
        interval: durationWithin(limits.checkInterval),
        timeout: durationWithin(limits.checkInterval),
        healthyThreshold: check.limit(limits.checkThreshold),
        unhealthyThreshold: check.limit(limits.checkThreshold),
        initialDelay: durationWithin(limits.initialDelay),
    },
    "port",
);

/** Checks the `ports` of a group. */
export const namedPorts = check.record(portName, port);

export type ResolvedHealthCheck = Required<Omit<GroupHealthCheck, "port" | "path">> & { port: number; path?: string };

/** Completes a health check. A port that is no name of `ports` was reported. */
export function resolveHealthCheck(
    { port, ...given }: GroupHealthCheck,
    ports: Record<string, number>,
): ResolvedHealthCheck {
    const { protocol = "http" } = given;
    return {
        interval: "10 seconds",
        timeout: "5 seconds",
        healthyThreshold: 2,
        unhealthyThreshold: 3,
        initialDelay: "5 minutes",
        ...given,
        protocol,
        path: protocol === "tcp" ? given.path : (given.path ?? "/"),
        port: typeof port === "number" ? port : (ports[port] ?? 0),
    };
}

/** Checks combinations of options. */
export function healthProblems(
    { port, path, protocol }: GroupHealthCheck,
    { interval, timeout }: ResolvedHealthCheck,
    ports: Record<string, number>,
): (check.Problem | undefined)[] {
    return [
        typeof port === "string" && ports[port] === undefined
            ? {
                  path: "healthCheck.port",
                  reason: `must be a number, or a name of ports: ${Object.keys(ports).join(", ") || "there are none"} (got "${port}").`,
              }
            : undefined,
        protocol === "tcp" && path !== undefined
            ? { path: "healthCheck.path", reason: `is for http and https (got "${path}"). Remove it.` }
            : undefined,
        secondsIn(timeout) > secondsIn(interval)
            ? { path: "healthCheck.timeout", reason: `must not be above interval, ${interval} (got "${timeout}").` }
            : undefined,
    ];
}

/** The health check in the form of the provider. */
export function healthCheckArgs(name: string, health: ResolvedHealthCheck): HealthCheckArgs {
    const { protocol, port, path, interval, timeout, healthyThreshold, unhealthyThreshold } = health;
    const request = { port, requestPath: path };
    return {
        name,
        checkIntervalSec: secondsIn(interval),
        timeoutSec: secondsIn(timeout),
        healthyThreshold,
        unhealthyThreshold,
        ...(protocol === "http" && { httpHealthCheck: request }),
        ...(protocol === "https" && { httpsHealthCheck: request }),
        ...(protocol === "tcp" && { tcpHealthCheck: { port } }),
        logConfig: { enable: true },
    };
}
