import { appEngineFlexibleLimits } from "../../facts/limits/appEngine";
import * as check from "../../internal/check";
import { type Duration, durationWithin, inSeconds, secondsIn } from "../../internal/duration";

interface HealthCheck {
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
     * The timeout of a request: `"1 second"` to `"300 seconds"`, less than `interval`.
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
export interface ReadinessCheck extends HealthCheck {
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
export interface LivenessCheck extends HealthCheck {
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

const path = check.matching(/^\/[\x21-\x7e]*$/, "must be a path such as /ready");
const limits = appEngineFlexibleLimits.rows;
const period = durationWithin(limits.healthPeriod);
const threshold = check.limit(limits.healthThreshold);

const commonChecks = {
    path,
    host: check.matching(/^[A-Za-z0-9.-]+(:\d+)?$/, "must be a host such as shop.acme.dev"),
    timeout: period,
    healthyThreshold: threshold,
    interval: period,
    unhealthyThreshold: threshold,
};

const isPath = (value: unknown) => typeof value === "string";

/** Checks a readiness check: a path or options. */
export const readiness = check.either(
    isPath,
    path,
    check.options<ReadinessCheck>({ ...commonChecks, appStartTimeout: durationWithin(limits.appStartTimeout) }),
);

/** Checks a liveness check: a path or options. */
export const liveness = check.either(
    isPath,
    path,
    check.options<LivenessCheck>({ ...commonChecks, initialDelay: durationWithin(limits.initialDelay) }),
);

/** Checks with their defaults; an empty path means none. */
export type ResolvedReadinessCheck = Required<Omit<ReadinessCheck, "host">> & Pick<ReadinessCheck, "host">;
export type ResolvedLivenessCheck = Required<Omit<LivenessCheck, "host">> & Pick<LivenessCheck, "host">;

const asOptions = <Args extends HealthCheck>(value: string | Args | undefined): Args =>
    (typeof value === "string" ? { path: value } : (value ?? {})) as Args;

export function resolveReadinessCheck(value: string | ReadinessCheck | undefined): ResolvedReadinessCheck {
    return check.withDefaults(asOptions<ReadinessCheck>(value), {
        path: "",
        timeout: "4 seconds",
        healthyThreshold: 2,
        interval: "5 seconds",
        unhealthyThreshold: 2,
        appStartTimeout: "300 seconds",
    });
}

export function resolveLivenessCheck(value: string | LivenessCheck | undefined): ResolvedLivenessCheck {
    return check.withDefaults(asOptions<LivenessCheck>(value), {
        path: "",
        timeout: "4 seconds",
        healthyThreshold: 2,
        interval: "30 seconds",
        unhealthyThreshold: 4,
        initialDelay: "300 seconds",
    });
}

/** Checks that the timeout is shorter than the interval. */
export function healthProblem(
    key: string,
    { timeout, interval }: Required<Pick<ReadinessCheck, "timeout" | "interval">>,
): check.Problem[] {
    const reason = `must be less than interval, "${interval}" (got "${timeout}").`;
    return secondsIn(timeout) >= secondsIn(interval) ? [{ path: `${key}.timeout`, reason }] : [];
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
