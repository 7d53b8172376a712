import { cloudRunProbeLimits } from "../facts/limits/cloudRun";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, secondsIn } from "../internal/arguments/duration";
import {
    type HealthCheck,
    healthOptions,
    healthPath,
    healthPort,
    healthTimeoutProblem,
    pathOr,
} from "../internal/arguments/healthCheck";

/** When a probe runs, and when it has failed. */
export interface ProbeTiming extends Pick<HealthCheck, "initialDelay" | "interval" | "timeout" | "unhealthyThreshold"> {
    /**
     * The delay after the start of the container until the first probe: `"0 seconds"` to `"4 minutes"` for `startup`, to `"1 hour"` for
     * `liveness`.
     * @default "0 seconds"
     */
    initialDelay?: Duration;
    /**
     * The interval between probes: `"1 second"` to `"4 minutes"` for `startup`, to `"1 hour"` for others.
     * @default "10 seconds"; "4 minutes" for the startup probe of the port that Cloud Run makes itself
     */
    interval?: Duration;
    /**
     * The time limit of a response: at most `interval`.
     * @default "1 second"
     */
    timeout?: Duration;
    /**
     * The failures in a row after which the probe has failed. For `startup`, it times `interval` must be 240 seconds at most.
     * @default 3
     */
    unhealthyThreshold?: number;
}

/** A probe by an HTTP request: a status from 200 to 399 is a success. */
export interface HttpProbe extends ProbeTiming {
    /** The path of the request: `"/ready"`. */
    path: string;
    /**
     * The port of the container to which the request is sent.
     * @default the port of the container
     */
    port?: number;
    /**
     * Headers of the request.
     * @default none
     */
    headers?: Record<string, string>;
}

/** A probe by the {@link https://github.com/grpc/grpc/blob/master/doc/health-checking.md health checking protocol} of gRPC. */
export interface GrpcProbe extends ProbeTiming {
    /** The name of the service in the request; `""` is the server itself. */
    grpc: string;
    /**
     * The port of the container on which the health service listens.
     * @default the port of the container
     */
    port?: number;
}

/** A probe that opens a TCP connection. */
export interface TcpProbe extends ProbeTiming {
    /** The port of the container to which the connection is opened. */
    tcp: number;
}

/** A probe of a running container: the path of an HTTP request, or more. Cloud Run has no TCP probes of running containers. */
export type Probe = string | check.OneOf<HttpProbe | GrpcProbe>;

/** A probe of whether an instance can serve requests: the path of an HTTP request, or more. */
export type ReadinessProbe =
    | string
    | check.OneOf<Omit<HttpProbe, "headers" | "initialDelay"> | Omit<GrpcProbe, "initialDelay">>;

/** A probe of a starting container: the path of an HTTP request, or more. */
export type StartupProbe = string | check.OneOf<HttpProbe | GrpcProbe | TcpProbe>;

/** The {@link https://cloud.google.com/run/docs/configuring/healthchecks probes} of a container. */
export interface ContainerHealth {
    /**
     * The probe that detects when the container has started: a path such as `"/ready"`, or options. A revision whose containers do not
     * start gets no traffic.
     * @default a TCP connection to the port, for 240 seconds; none without a port
     */
    startup?: StartupProbe;
    /**
     * The probe that restarts the container when it fails: a path, or options. It should not depend on other services, as a restart
     * does not fix those.
     * @default none
     */
    liveness?: Probe;
}

/** The probes of the container that serves requests. */
export interface ServiceHealth extends ContainerHealth {
    /**
     * The probe that takes an instance out of service while it fails: a path, or options. A
     * {@link https://cloud.google.com/run/docs/configuring/healthchecks preview} of Google.
     * @default none
     */
    readiness?: ReadinessProbe;
}

const { startupDelay, startupPeriod, startupTotal, delay, period, timeout } = cloudRunProbeLimits.rows;

const timing = (delays: Parameters<typeof durationWithin>[0], intervals: Parameters<typeof durationWithin>[0]) => ({
    initialDelay: durationWithin(delays),
    interval: durationWithin(intervals),
    timeout: durationWithin(timeout),
    unhealthyThreshold: check.whole(startupTotal.min, startupTotal.max),
});

const shapes = (times: ReturnType<typeof timing>) => ({
    path: check.options<HttpProbe>(
        {
            ...times,
            path: healthPath,
            port: healthPort,
            headers: check.record(
                check.matching(/^[\w-]+$/, "a header's name must have only letters, digits, - and _"),
                check.text(),
            ),
        },
        "path",
    ),
    grpc: check.options<GrpcProbe>({ ...times, grpc: check.text(), port: healthPort }, "grpc"),
});

const startupTimes = timing(startupDelay, startupPeriod);

const startup: check.Check<StartupProbe> = pathOr(
    check.variant({
        ...shapes(startupTimes),
        tcp: check.options<TcpProbe>({ ...startupTimes, tcp: healthPort }, "tcp"),
    }),
);

const running: check.Check<Probe> = pathOr(check.variant(shapes(timing(delay, period))));

const { initialDelay: _, ...readinessTimes } = timing(delay, period);

const readiness: check.Check<ReadinessProbe> = pathOr(
    check.variant({
        path: check.options<Omit<HttpProbe, "headers" | "initialDelay">>(
            { ...readinessTimes, path: healthPath, port: healthPort },
            "path",
        ),
        grpc: check.options<Omit<GrpcProbe, "initialDelay">>(
            { ...readinessTimes, grpc: check.text(), port: healthPort },
            "grpc",
        ),
    }),
);

/** Checks the probes of a container. */
export const containerHealth = check.options<ContainerHealth>({ startup, liveness: running });

/** Checks the probes of the container that serves requests: a path for its start, or options. */
export const serviceHealth: check.Check<string | ServiceHealth> = pathOr(
    check.options<ServiceHealth>({ startup, liveness: running, readiness }),
);

/** The probes of a container by their kinds. */
export const resolveHealth = (health: string | ServiceHealth | undefined): ServiceHealth =>
    typeof health === "string" ? { startup: health } : (health ?? {});

type AnyProbe = Partial<HttpProbe & GrpcProbe & TcpProbe>;

const optionsOf = (probe: StartupProbe): AnyProbe => healthOptions<AnyProbe>(probe as string | AnyProbe);

/** Checks combinations of options. */
export function healthProblems(health: ServiceHealth, hasPort: boolean, at = "health"): check.Problem[] {
    return Object.entries(health).flatMap(([kind, probe]) => {
        if (probe === undefined) {
            return [];
        }
        const given = optionsOf(probe as StartupProbe);
        const { interval = "10 seconds", timeout = "1 second", unhealthyThreshold = 3 } = given;
        const total = secondsIn(interval) * unhealthyThreshold;
        const late = healthTimeoutProblem(`${at}.${kind}`, { interval, timeout });
        return [
            ...(late ? [late] : []),
            ...(kind === "startup" && total > startupTotal.max
                ? [
                      check.problem(
                          `${at}.startup.unhealthyThreshold`,
                          "run/startup-too-long",
                          `times interval must be ${startupTotal.max} seconds at most (got ${total}). Start faster, or set initialDelay.`,
                      ),
                  ]
                : []),
            ...(!hasPort && given.tcp === undefined && given.port === undefined
                ? [
                      check.problem(
                          `${at}.${kind}`,
                          "run/probe-without-port",
                          "needs a port, as the container has none. Set port.",
                      ),
                  ]
                : []),
        ];
    });
}

/** A readiness probe in the form of the API. */
export function readinessArgs(probe: ReadinessProbe | undefined, port: number | undefined) {
    const { initialDelaySeconds: _, ...args } = probeArgs(probe, port) ?? {};
    return probe === undefined ? undefined : args;
}

/** A probe in the form of the API, with its defaults, which the API would return as a change. */
export function probeArgs(probe: StartupProbe | undefined, port: number | undefined) {
    if (probe === undefined) {
        return undefined;
    }
    const { path, grpc, tcp, headers = {}, port: own = port, ...times } = optionsOf(probe);
    const { initialDelay = "0 seconds", interval = "10 seconds", timeout = "1 second", unhealthyThreshold = 3 } = times;
    const httpHeaders = Object.entries(headers).map(([name, value]) => ({ name, value }));
    return {
        initialDelaySeconds: secondsIn(initialDelay),
        periodSeconds: secondsIn(interval),
        timeoutSeconds: secondsIn(timeout),
        failureThreshold: unhealthyThreshold,
        ...(path !== undefined && {
            httpGet: { path, port: own, ...(httpHeaders.length > 0 && { httpHeaders }) },
        }),
        ...(grpc !== undefined && { grpc: { port: own, ...(grpc !== "" && { service: grpc }) } }),
        ...(tcp !== undefined && { tcpSocket: { port: tcp } }),
    };
}

/** The provider has another format for the headers of worker pools, which only takes one. */
export function headerProblems(health: ContainerHealth, at: string): check.Problem[] {
    return Object.entries(health).flatMap(([kind, probe]) => {
        const { headers } = Object(probe) as Partial<HttpProbe>;
        const reason = "are not supported in worker pools. Remove them.";
        return headers === undefined
            ? []
            : [check.problem(`${at}.${kind}.headers`, "run/probe-headers-of-worker-pool", reason)];
    });
}

/** A probe without headers, whose format differs in worker pools. */
export function poolProbe(probe: StartupProbe | undefined) {
    const { httpGet, ...args } = probeArgs(probe, undefined) ?? {};
    return probe === undefined
        ? undefined
        : { ...args, ...(httpGet && { httpGet: { path: httpGet.path, port: httpGet.port } }) };
}
