import * as check from "../../internal/check";
import { type Duration, duration, secondsIn } from "../../internal/duration";

/** How a container is asked whether it works. Without a path or a command, its port is opened. */
export interface Health {
    /**
     * The path that answers 200 when requests can come: `"/healthz"`. Load balancers of Google ask for it as well.
     * @default none: the port is opened
     */
    readiness?: string;
    /**
     * The path that answers 200 unless the container has to be made anew. What is behind it asks nothing of others, as making
     * this one anew mends none of them.
     * @default none: the port is opened
     */
    liveness?: string;
    /**
     * What is run in the container of a deployment that has no port; it ends with 0 when all is well.
     * @default none
     */
    command?: string[];
    /**
     * How long a start may take, such as the loading of a model: `"10 seconds"` to `"1 hour"`.
     * @default "5 minutes"
     */
    startup?: Duration;
    /**
     * How long an answer may take: `"1 second"` to `"1 minute"`.
     * @default "5 seconds"
     */
    timeout?: Duration;
}

/** A path of requests, as a load balancer asks for it. */
const path = check.matching(/^\/[\x21-\x7e]*$/, "must be a path such as /healthz");

/** Checks the `health` of a deployment: a path by itself, or more. */
export const health: check.Check = check.either(
    (given) => typeof given === "string",
    path,
    check.options<Health>({
        readiness: path,
        liveness: path,
        command: check.pipe(
            check.list(check.text()),
            check.refine((all) => (all as string[]).length > 0, "must have a command"),
        ),
        startup: duration("10 seconds", "1 hour"),
        timeout: duration("1 second", "1 minute"),
    }),
);

/** Health with what it leaves open decided. */
export interface DecidedHealth extends Health {
    startup: Duration;
    timeout: Duration;
}

export function decidedHealth(given: string | Health = {}): DecidedHealth {
    const health = typeof given === "string" ? { readiness: given } : given;
    return check.completed(health, { startup: "5 minutes", timeout: "5 seconds" });
}

/** What is wrong with a health that is right part by part. */
export function healthProblems({ readiness, liveness, command }: Health, port?: number): (check.Problem | undefined)[] {
    const needless = (path: string, got: unknown) =>
        got === undefined || port !== undefined
            ? undefined
            : { path, reason: `needs a port (got "${got}"). Set port, or ask by health.command.` };
    return [
        needless("health", readiness),
        needless("health.liveness", liveness),
        command !== undefined && port !== undefined
            ? {
                  path: "health.command",
                  reason: "is for deployments without a port. Give the path that answers, or leave health out.",
              }
            : undefined,
    ];
}

/** How often a start is looked at, in seconds. */
const startPeriod = 5;

/**
 * The three probes. A container that does not answer gets no requests after half a minute, and is made anew after two: the
 * second is the last resort, as it takes away what the container was doing.
 */
export function probes(health: DecidedHealth, port: number | undefined) {
    const asks = handler(health, health.readiness, port);
    if (!asks) {
        return {};
    }
    const timeoutSeconds = secondsIn(health.timeout);
    const lives = handler(health, health.liveness, port);
    return {
        startupProbe: {
            ...asks,
            periodSeconds: startPeriod,
            timeoutSeconds,
            failureThreshold: Math.ceil(secondsIn(health.startup) / startPeriod),
        },
        readinessProbe: { ...asks, periodSeconds: 10, timeoutSeconds, failureThreshold: 3 },
        livenessProbe: { ...lives, periodSeconds: 20, timeoutSeconds, failureThreshold: 6 },
    };
}

function handler({ command }: Health, path: string | undefined, port: number | undefined) {
    return port === undefined
        ? command && { exec: { command } }
        : path === undefined
          ? { tcpSocket: { port: "http" } }
          : { httpGet: { path, port: "http" } };
}
