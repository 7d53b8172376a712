import * as check from "../../internal/check";
import { type Duration, duration, inSeconds, secondsIn } from "../../internal/duration";

interface HealthCheck {
    /**
     * The path that answers with status 200: `"/ready"`.
     * @default none: App Engine asks whether the machine and its container run, and not the application
     */
    path?: string;
    /**
     * The header `Host` of the requests.
     * @default the instance's own
     */
    host?: string;
    /** How long an answer may take: `"1 second"` to `"300 seconds"`, less than `checkInterval`. @default "4 seconds" */
    timeout?: Duration;
    /** After how many good answers in a row an instance is well again: 1 to 10. @default 2 */
    successThreshold?: number;
}

/** How instances are asked whether requests may come ("app.yaml Configuration File": readiness checks). */
export interface ReadinessCheck extends HealthCheck {
    /**
     * How often they are asked: `"1 second"` to `"300 seconds"`.
     * @default "5 seconds"
     */
    checkInterval?: Duration;
    /**
     * After how many bad answers in a row an instance gets no more requests: 1 to 10.
     * @default 2
     */
    failureThreshold?: number;
    /**
     * How long it may take until enough instances of a new version are ready, before it is given up: `"1 second"` to
     * `"1800 seconds"`.
     * @default "300 seconds"
     */
    appStartTimeout?: Duration;
}

/** How instances are asked whether they work ("app.yaml Configuration File": liveness checks). */
export interface LivenessCheck extends HealthCheck {
    /**
     * How often they are asked: `"1 second"` to `"300 seconds"`.
     * @default "30 seconds"
     */
    checkInterval?: Duration;
    /**
     * After how many bad answers in a row an instance is made anew: 1 to 10.
     * @default 4
     */
    failureThreshold?: number;
    /**
     * How long a new instance is left alone: `"0 seconds"` to `"3600 seconds"`.
     * @default "300 seconds"
     */
    initialDelay?: Duration;
}

const path = check.matching(/^\/[\x21-\x7e]*$/, "must be a path such as /ready");
const within = duration("1 second", "300 seconds");
const times = check.whole(1, 10, "checks");

const shared = {
    path,
    host: check.matching(/^[A-Za-z0-9.-]+(:\d+)?$/, "must be a host such as shop.acme.dev"),
    timeout: within,
    successThreshold: times,
    checkInterval: within,
    failureThreshold: times,
};

const isPath = (given: unknown) => typeof given === "string";

/** Checks a readiness check: a path by itself, or more. */
export const readiness: check.Check = check.either(
    isPath,
    path,
    check.options<ReadinessCheck>({ ...shared, appStartTimeout: duration("1 second", "1800 seconds") }),
);

/** Checks a liveness check: a path by itself, or more. */
export const liveness: check.Check = check.either(
    isPath,
    path,
    check.options<LivenessCheck>({ ...shared, initialDelay: duration("0 seconds", "3600 seconds") }),
);

/** With what they leave open; an empty path is none. */
export type DecidedReadiness = Required<Omit<ReadinessCheck, "host">> & Pick<ReadinessCheck, "host">;
export type DecidedLiveness = Required<Omit<LivenessCheck, "host">> & Pick<LivenessCheck, "host">;

const asOptions = <Args extends HealthCheck>(given: string | Args | undefined): Args =>
    (typeof given === "string" ? { path: given } : (given ?? {})) as Args;

export function decidedReadiness(given: string | ReadinessCheck | undefined): DecidedReadiness {
    return check.completed(asOptions<ReadinessCheck>(given), {
        path: "",
        timeout: "4 seconds",
        successThreshold: 2,
        checkInterval: "5 seconds",
        failureThreshold: 2,
        appStartTimeout: "300 seconds",
    });
}

export function decidedLiveness(given: string | LivenessCheck | undefined): DecidedLiveness {
    return check.completed(asOptions<LivenessCheck>(given), {
        path: "",
        timeout: "4 seconds",
        successThreshold: 2,
        checkInterval: "30 seconds",
        failureThreshold: 4,
        initialDelay: "300 seconds",
    });
}

/** An answer must have come before the next check. */
export function healthProblem(
    key: string,
    { timeout, checkInterval }: Required<Pick<ReadinessCheck, "timeout" | "checkInterval">>,
): check.Problem[] {
    const reason = `must be less than checkInterval, "${checkInterval}" (got "${timeout}").`;
    return secondsIn(timeout) >= secondsIn(checkInterval) ? [{ path: `${key}.timeout`, reason }] : [];
}

/** As the API takes it. */
export const readinessOf = ({ timeout, checkInterval, appStartTimeout, ...others }: DecidedReadiness) => ({
    ...others,
    timeout: inSeconds(timeout),
    checkInterval: inSeconds(checkInterval),
    appStartTimeout: inSeconds(appStartTimeout),
});

/** As the API takes it. */
export const livenessOf = ({ timeout, checkInterval, initialDelay, ...others }: DecidedLiveness) => ({
    ...others,
    timeout: inSeconds(timeout),
    checkInterval: inSeconds(checkInterval),
    initialDelay: inSeconds(initialDelay),
});
