import { appEngineFlexibleLimits } from "../../facts/limits/appEngine";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin, inSeconds, secondsIn } from "../../internal/arguments/duration";
import { type HealthCheck, healthOptions, healthPath, pathOr } from "../../internal/arguments/healthCheck";

interface FlexibleHealthCheck extends Pick<HealthCheck, "path" | "timeout" | "healthyThreshold"> {
    /**
     * The path that answers with HTTP status 200: `"/ready"`.
     * @default none: App Engine checks the virtual machine and its container, not the application
     */
    path?: string;
    /**
     * The `Host` header of the requests.
     * @default the instance's own
     */
    host?: string;
    /**
     * The time limit of a request: `"1 second"` to `"300 seconds"`, less than `interval`.
     * @default "4 seconds"
     */
    timeout?: Duration;
    /**
     * Consecutive successful checks until an instance is healthy: 1 to 10.
     * @default 2
     */
    healthyThreshold?: number;
}

/** The {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml readiness check} of instances. */
export interface ReadinessCheck extends FlexibleHealthCheck, Pick<HealthCheck, "interval" | "unhealthyThreshold"> {
    /**
     * The interval between checks: `"1 second"` to `"300 seconds"`.
     * @default "5 seconds"
     */
    interval?: Duration;
    /**
     * Consecutive failed checks until an instance receives no more requests: 1 to 10.
     * @default 2
     */
    unhealthyThreshold?: number;
    /**
     * Maximum time until enough instances of a new version are ready; the deployment fails after it: `"1 second"` to
     * `"1800 seconds"`.
     * @default "300 seconds"
     */
    appStartTimeout?: Duration;
}

/** The {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml liveness check} of instances. */
export interface LivenessCheck
    extends FlexibleHealthCheck,
        Pick<HealthCheck, "initialDelay" | "interval" | "unhealthyThreshold"> {
    /**
     * The interval between checks: `"1 second"` to `"300 seconds"`.
     * @default "30 seconds"
     */
    interval?: Duration;
    /**
     * Consecutive failed checks until an instance is restarted: 1 to 10.
     * @default 4
     */
    unhealthyThreshold?: number;
    /**
     * The delay before the first check of a new instance: `"0 seconds"` to `"3600 seconds"`.
     * @default "300 seconds"
     */
    initialDelay?: Duration;
}

/** The {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml health checks} of instances. */
export interface FlexibleHealth {
    /**
     * The readiness check, which decides whether an instance receives requests: a path that answers with HTTP status 200, or
     * options. A new version receives traffic once enough of its instances are ready.
     * @default checks the virtual machine and its container, not the application
     */
    readiness?: string | ReadinessCheck;
    /**
     * The liveness check, which decides whether an instance is restarted: a path that answers with HTTP status 200, or
     * options.
     * @default checks the virtual machine and its container, not the application
     */
    liveness?: string | LivenessCheck;
}

const limits = appEngineFlexibleLimits.rows;
const period = durationWithin(limits.healthPeriod);
const threshold = check.limit(limits.healthThreshold);

const commonChecks = {
    path: healthPath,
    host: check.matching(/^[A-Za-z0-9.-]+(:\d+)?$/, "must be a host such as shop.acme.dev"),
    timeout: period,
    healthyThreshold: threshold,
    interval: period,
    unhealthyThreshold: threshold,
};

/** Checks the health checks: the path of the readiness check, or options. */
export const health: check.Check<string | FlexibleHealth> = pathOr(
    check.options<FlexibleHealth>({
        readiness: pathOr(
            check.options<ReadinessCheck>({ ...commonChecks, appStartTimeout: durationWithin(limits.appStartTimeout) }),
        ),
        liveness: pathOr(
            check.options<LivenessCheck>({ ...commonChecks, initialDelay: durationWithin(limits.initialDelay) }),
        ),
    }),
);

/** Checks with their defaults; an empty path means none. */
export type ResolvedReadinessCheck = Required<Omit<ReadinessCheck, "host">> & Pick<ReadinessCheck, "host">;
export type ResolvedLivenessCheck = Required<Omit<LivenessCheck, "host">> & Pick<LivenessCheck, "host">;

/** Health checks with their defaults. */
export interface ResolvedHealth {
    readiness: ResolvedReadinessCheck;
    liveness: ResolvedLivenessCheck;
}

export function resolveHealth(health: string | FlexibleHealth = {}): ResolvedHealth {
    const { readiness = {}, liveness = {} } = typeof health === "string" ? { readiness: health } : health;
    return {
        readiness: check.withDefaults(healthOptions(readiness), {
            path: "",
            timeout: "4 seconds",
            healthyThreshold: 2,
            interval: "5 seconds",
            unhealthyThreshold: 2,
            appStartTimeout: "300 seconds",
        }),
        liveness: check.withDefaults(healthOptions(liveness), {
            path: "",
            timeout: "4 seconds",
            healthyThreshold: 2,
            interval: "30 seconds",
            unhealthyThreshold: 4,
            initialDelay: "300 seconds",
        }),
    };
}

/** Checks that the timeouts are shorter than the intervals. */
export function healthProblems(health: ResolvedHealth): check.Problem[] {
    return Object.entries(health).flatMap(([kind, { timeout, interval }]) => {
        const reason = `must be less than interval, "${interval}" (got "${timeout}").`;
        return secondsIn(timeout) >= secondsIn(interval)
            ? [check.problem(`health.${kind}.timeout`, "appengine/health-timeout-above-interval", reason)]
            : [];
    });
}

export const readinessCheckArgs = ({
    timeout,
    interval,
    healthyThreshold,
    unhealthyThreshold,
    appStartTimeout,
    ...others
}: ResolvedReadinessCheck) => ({
    ...others,
    timeout: inSeconds(timeout),
    checkInterval: inSeconds(interval),
    successThreshold: healthyThreshold,
    failureThreshold: unhealthyThreshold,
    appStartTimeout: inSeconds(appStartTimeout),
});

export const livenessCheckArgs = ({
    timeout,
    interval,
    healthyThreshold,
    unhealthyThreshold,
    initialDelay,
    ...others
}: ResolvedLivenessCheck) => ({
    ...others,
    timeout: inSeconds(timeout),
    checkInterval: inSeconds(interval),
    successThreshold: healthyThreshold,
    failureThreshold: unhealthyThreshold,
    initialDelay: inSeconds(initialDelay),
});
