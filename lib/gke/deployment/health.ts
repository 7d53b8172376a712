import * as check from "../../internal/arguments/check";
import { type Duration, duration, secondsIn } from "../../internal/arguments/duration";
import { type HealthCheck, healthOptions, healthPath, pathOr } from "../../internal/arguments/healthCheck";

/** A {@link https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/ probe} of a container. */
export interface Probe extends Pick<HealthCheck, "path" | "interval" | "timeout" | "unhealthyThreshold"> {
    /**
     * The path of requests: `"/healthz"`.
     * @default none: a TCP check of the port
     */
    path?: string;
    /**
     * The interval between checks: `"1 second"` to `"5 minutes"`.
     * @default "10 seconds" for readiness, "20 seconds" for liveness
     */
    interval?: Duration;
    /**
     * The time limit of a check: `"1 second"` to `"1 minute"`.
     * @default `health.timeout`
     */
    timeout?: Duration;
    /**
     * Consecutive failures until the container gets no more requests, or is restarted: 1 to 100.
     * @default 3 for readiness, 6 for liveness
     */
    unhealthyThreshold?: number;
}

/** The health checks of a container: without a path or a command, a TCP check of its port. */
export interface Health {
    /**
     * The path that responds with 200 if the container can serve requests, `"/healthz"`, or a probe with it. Google's load
     * balancers check the path as well.
     * @default a TCP check of the port
     */
    readiness?: string | Probe;
    /**
     * The path that responds with 200 unless the container must be restarted, or a probe with it. It should not depend on other
     * services, because a restart does not fix them.
     * @default a TCP check of the port
     */
    liveness?: string | Probe;
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

const timeout = duration("1 second", "1 minute");

const probe = pathOr(
    check.options<Probe>({
        path: healthPath,
        interval: duration("1 second", "5 minutes"),
        timeout,
        unhealthyThreshold: check.whole(1, 100),
    }),
);

/** Checks the `health` of a deployment: a path, or options. */
export const health = pathOr(
    check.options<Health>({
        readiness: probe,
        liveness: probe,
        command: check.pipe(
            check.list(check.text()),
            check.refine((all) => (all as string[]).length > 0, "must have a command"),
        ),
        startupTimeout: duration("10 seconds", "1 hour"),
        timeout,
    }),
);

/** Health checks with their defaults. */
export interface ResolvedHealth extends Pick<Health, "command"> {
    readiness: Probe;
    liveness: Probe;
    startupTimeout: Duration;
    timeout: Duration;
}

export function resolveHealth(value: string | Health = {}): ResolvedHealth {
    const { readiness = {}, liveness = {}, ...health } = typeof value === "string" ? { readiness: value } : value;
    return {
        ...check.withDefaults(health as Health, { startupTimeout: "5 minutes", timeout: "5 seconds" }),
        readiness: healthOptions(readiness),
        liveness: healthOptions(liveness),
    };
}

/** Checks combinations of options. */
export function healthProblems(
    { readiness, liveness, command }: ResolvedHealth,
    port?: number,
): (check.Problem | undefined)[] {
    const needsPort = (path: string, got: unknown) =>
        check.when(
            got !== undefined && port === undefined,
            path,
            "gke/health-without-port",
            `needs a port (got "${got}"). Set port, or use health.command.`,
        );
    return [
        needsPort("health", readiness.path),
        needsPort("health.liveness", liveness.path),
        check.when(
            command !== undefined && port !== undefined,
            "health.command",
            "gke/health-command-with-port",
            "is only for deployments without a port. Set the path of the health check, or remove health.",
        ),
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
    return {
        startupProbe: {
            ...readiness,
            periodSeconds: startPeriod,
            timeoutSeconds: secondsIn(health.timeout),
            failureThreshold: Math.ceil(secondsIn(health.startupTimeout) / startPeriod),
        },
        readinessProbe: { ...readiness, ...probeTimes(health, health.readiness, { period: 10, failures: 3 }) },
        livenessProbe: {
            ...probeHandler(health, health.liveness, port),
            ...probeTimes(health, health.liveness, { period: 20, failures: 6 }),
        },
    };
}

const probeTimes = (
    health: ResolvedHealth,
    { interval, timeout = health.timeout, unhealthyThreshold }: Probe,
    defaults: { period: number; failures: number },
) => ({
    periodSeconds: interval === undefined ? defaults.period : secondsIn(interval),
    timeoutSeconds: secondsIn(timeout),
    failureThreshold: unhealthyThreshold ?? defaults.failures,
});

function probeHandler({ command }: ResolvedHealth, { path }: Probe, port: number | undefined) {
    return port === undefined
        ? command && { exec: { command } }
        : path === undefined
          ? { tcpSocket: { port: "http" } }
          : { httpGet: { path, port: "http" } };
}
