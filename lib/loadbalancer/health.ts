import type * as pulumi from "@pulumi/pulumi";
import { instanceGroupLimits } from "../facts/machines/instanceGroups";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin } from "../internal/arguments/duration";
import {
    type HealthCheck,
    healthOptions,
    healthPath,
    healthPort,
    healthTimeoutProblem,
    type Probes,
    pathOr,
    probeDefaults,
} from "../internal/arguments/healthCheck";
import { isPlainObject } from "../internal/arguments/value";

/**
 * Probes of each instance or endpoint of a backend, of which only healthy ones get requests:
 * {@link https://cloud.google.com/load-balancing/docs/health-check-concepts health checks}.
 */
export interface BackendHealthCheck extends Omit<HealthCheck, "initialDelay"> {
    /**
     * The protocol of the health check. `http`, `https` and `http2` expect the status 200.
     * @default the protocol of the route with a `path` or a `host`, otherwise "tcp"
     */
    protocol?: check.Short<"http" | "https" | "http2" | "tcp", "HTTP" | "HTTPS" | "HTTP2" | "TCP">;
    /**
     * The path of requests.
     * @default "/"
     */
    path?: string;
    /**
     * The `Host` header of requests.
     * @default the IP address of the instance or endpoint
     */
    host?: string;
    /**
     * The port: 1 to 65535.
     * @default the port that gets the requests
     */
    port?: number;
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
     * The successes after which an instance or endpoint is healthy: 1 to 10.
     * @default 2
     */
    healthyThreshold?: number;
    /**
     * The failures after which an instance or endpoint is unhealthy: 1 to 10.
     * @default 3
     */
    unhealthyThreshold?: number;
}

/** A health check that exists already, which other load balancers can share. */
export interface ExistingHealthCheck {
    /**
     * The ID, in the scope of the load balancer: `"projects/acme-dev/global/healthChecks/shop"`, or with a region in place of `global`.
     * A regional internal load balancer can also have a global one.
     */
    existing: pulumi.Input<string>;
    /**
     * The port that it probes, which the firewall of a passthrough load balancer opens; other load balancers ignore it.
     * @default none; required for a passthrough load balancer
     */
    port?: number;
}

/** Whether a health check exists already. */
export const isExisting = (health: unknown): health is ExistingHealthCheck =>
    isPlainObject(health) && health.existing !== undefined;

/** Checks a `Host` header. */
export const hostHeader = check.matching(
    /^[\x21-\x7e]{1,255}$/,
    "must be the value of a Host header such as shop.acme.com: up to 255 characters",
);

const { checkInterval, checkThreshold } = instanceGroupLimits.rows;

const healthCheckId = check.matching(
    /^projects\/[^/]+\/(global|regions\/[^/]+)\/healthChecks\/[^/]+$/,
    "must be the ID of a health check, such as projects/acme-dev/global/healthChecks/shop",
);

/** Checks the `health` of a route, or of a load balancer. */
export const backendHealth = pathOr<BackendHealthCheck | ExistingHealthCheck>(
    check.either(
        isExisting,
        check.options<ExistingHealthCheck>({ existing: check.input(healthCheckId), port: healthPort }, "existing"),
        check.options<BackendHealthCheck>({
            protocol: check.inAnyCase("http", "https", "http2", "tcp"),
            path: healthPath,
            host: hostHeader,
            port: healthPort,
            interval: durationWithin(checkInterval),
            timeout: durationWithin(checkInterval),
            healthyThreshold: check.limit(checkThreshold),
            unhealthyThreshold: check.limit(checkThreshold),
        }),
    ),
);

/** Completes a health check of a backend. */
export function resolveHealth(health: string | BackendHealthCheck = {}, protocol: "http" | "https" | "http2"): Probes {
    const given = healthOptions<BackendHealthCheck>(health);
    const hasRequests = given.path !== undefined || given.host !== undefined;
    return {
        protocol: hasRequests ? protocol : "tcp",
        ...probeDefaults,
        ...given,
    } as Probes;
}

/** Checks combinations of options. */
export function backendHealthProblems(
    path: string,
    health: string | BackendHealthCheck,
    resolved: Probes,
): (check.Problem | undefined)[] {
    const given = healthOptions<BackendHealthCheck>(health);
    return [
        ...(["path", "host"] as const).map((option) =>
            check.when(
                given.protocol === "tcp" && given[option] !== undefined,
                `${path}.${option}`,
                "loadbalancer/health-request-of-tcp",
                `is for http, https and http2 (got "${given[option]}"). Remove it.`,
            ),
        ),
        healthTimeoutProblem(path, resolved),
    ];
}
