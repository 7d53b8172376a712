import type { HealthCheckArgs } from "@pulumi/gcp/compute/healthCheck";
import { when } from "./argumentsError";
import * as check from "./check";
import { type Duration, secondsIn } from "./duration";

/** A health check or probe. Every component has the options that Google lets it set, with its own limits and defaults. */
export interface HealthCheck {
    /** The path of requests: `"/healthz"`. */
    path?: string;
    /** The port of requests. */
    port?: number;
    /** The delay before the first check of a new instance. */
    initialDelay?: Duration;
    /** The interval between checks. */
    interval?: Duration;
    /** The time limit of a check. */
    timeout?: Duration;
    /** Consecutive successes until an instance is healthy. */
    healthyThreshold?: number;
    /** Consecutive failures until an instance is unhealthy. */
    unhealthyThreshold?: number;
}

/** Checks the `path` of a health check. */
export const healthPath = check.matching(/^\/[\x21-\x7e]*$/, "must be a path such as /healthz");

/** Checks the `port` of a health check. */
export const healthPort = check.whole(1, 65_535);

/** Checks a health check: the path of its requests, or options. */
export function pathOr<Options>(options: check.Check<Options>) {
    return check.either((value) => typeof value === "string", healthPath, options);
}

/** The options of a health check, of which a path is the short form. */
export const healthOptions = <Options extends object>(health: string | Options): Options =>
    (typeof health === "string" ? { path: health } : health) as Options;

/**
 * Checks that a check ends before the next one.
 *
 * @param path the path of the health check: `health.liveness`
 */
export function healthTimeoutProblem(
    path: string,
    { timeout, interval }: Required<Pick<HealthCheck, "timeout" | "interval">>,
): check.Problem | undefined {
    return when(
        secondsIn(timeout) > secondsIn(interval),
        `${path}.timeout`,
        "health/timeout-above-interval",
        `must not be above interval, ${interval} (got "${timeout}").`,
    );
}

/** The probes of a health check of Compute Engine. */
export interface Probes extends Required<Omit<HealthCheck, "port" | "initialDelay">> {
    protocol: "http" | "https" | "http2" | "tcp";
    /** The port that gets the requests of the load balancer, if it is undefined. */
    port?: number;
    host?: string;
}

/** The defaults of probes. */
export const probeDefaults = {
    path: "/",
    interval: "10 seconds",
    timeout: "5 seconds",
    healthyThreshold: 2,
    unhealthyThreshold: 3,
} as const;

/** A health check of Compute Engine, global or regional. */
export function probeArgs(name: string, probes: Probes) {
    const { protocol, port, path, host, interval, timeout, healthyThreshold, unhealthyThreshold } = probes;
    const target = port === undefined ? { portSpecification: "USE_SERVING_PORT" } : { port };
    const request = { ...target, requestPath: path, host };
    return {
        name,
        checkIntervalSec: secondsIn(interval),
        timeoutSec: secondsIn(timeout),
        healthyThreshold,
        unhealthyThreshold,
        ...(protocol === "http" && { httpHealthCheck: request }),
        ...(protocol === "https" && { httpsHealthCheck: request }),
        ...(protocol === "http2" && { http2HealthCheck: request }),
        ...(protocol === "tcp" && { tcpHealthCheck: target }),
        logConfig: { enable: true },
    } satisfies HealthCheckArgs;
}
