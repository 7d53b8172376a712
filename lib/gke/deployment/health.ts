import * as check from "../../internal/check";
import { type Duration, duration, secondsIn } from "../../internal/duration";

/** The health checks of a container: without a path or a command, a TCP check of its port. */
export interface Health {
    /**
     * The path that responds with 200 if the container can serve requests: `"/healthz"`. Google's load balancers check it as
     * well.
     * @default none: a TCP check of the port
     */
    readiness?: string;
    /**
     * The path that responds with 200 unless the container must be restarted. It should not depend on other services, as a
     * restart does not fix those.
     * @default none: a TCP check of the port
     */
    liveness?: string;
    /**
     * The command for a deployment without a port; exit code 0 means healthy.
     * @default none
     */
    command?: string[];
    /**
     * How long the container may take to start, for example to load a model: `"10 seconds"` to `"1 hour"`.
     * @default "5 minutes"
     */
    startupTimeout?: Duration;
    /**
     * How long a response may take: `"1 second"` to `"1 minute"`.
     * @default "5 seconds"
     */
    timeout?: Duration;
}

/** A path of HTTP requests. */
const path = check.matching(/^\/[\x21-\x7e]*$/, "must be a path such as /healthz");

/** Checks the `health` of a deployment: a path, or options. */
export const health = check.either(
    (value) => typeof value === "string",
    path,
    check.options<Health>({
        readiness: path,
        liveness: path,
        command: check.pipe(
            check.list(check.text()),
            check.refine((all) => (all as string[]).length > 0, "must have a command"),
        ),
        startupTimeout: duration("10 seconds", "1 hour"),
        timeout: duration("1 second", "1 minute"),
    }),
);

/** Health checks with their defaults. */
export interface ResolvedHealth extends Health {
    startupTimeout: Duration;
    timeout: Duration;
}

export function resolveHealth(value: string | Health = {}): ResolvedHealth {
    const health = typeof value === "string" ? { readiness: value } : value;
    return check.withDefaults(health, { startupTimeout: "5 minutes", timeout: "5 seconds" });
}

/** Checks combinations of options. */
export function healthProblems({ readiness, liveness, command }: Health, port?: number): (check.Problem | undefined)[] {
    const needsPort = (path: string, got: unknown) =>
        got === undefined || port !== undefined
            ? undefined
            : { path, reason: `needs a port (got "${got}"). Set port, or use health.command.` };
    return [
        needsPort("health", readiness),
        needsPort("health.liveness", liveness),
        command !== undefined && port !== undefined
            ? {
                  path: "health.command",
                  reason: "is only for deployments without a port. Set the path of the health check, or remove health.",
              }
            : undefined,
    ];
}

/** The period of the startup probe, in seconds. */
const startPeriod = 5;

/**
 * The three probes. A container that does not respond gets no requests after half a minute, and is restarted after two: a
 * restart is the last resort, as it aborts the container's work.
 */
export function probes(health: ResolvedHealth, port: number | undefined) {
    const readiness = probeHandler(health, health.readiness, port);
    if (!readiness) {
        return {};
    }
    const timeoutSeconds = secondsIn(health.timeout);
    const liveness = probeHandler(health, health.liveness, port);
    return {
        startupProbe: {
            ...readiness,
            periodSeconds: startPeriod,
            timeoutSeconds,
            failureThreshold: Math.ceil(secondsIn(health.startupTimeout) / startPeriod),
        },
        readinessProbe: { ...readiness, periodSeconds: 10, timeoutSeconds, failureThreshold: 3 },
        livenessProbe: { ...liveness, periodSeconds: 20, timeoutSeconds, failureThreshold: 6 },
    };
}

function probeHandler({ command }: Health, path: string | undefined, port: number | undefined) {
    return port === undefined
        ? command && { exec: { command } }
        : path === undefined
          ? { tcpSocket: { port: "http" } }
          : { httpGet: { path, port: "http" } };
}
