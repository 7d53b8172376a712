import { podTerminationLimits } from "../../facts/limits/gke";
import * as check from "../../internal/arguments/check";
import { type Duration, duration, secondsIn } from "../../internal/arguments/duration";

/** Checks each time. */
export const terminationChecks = {
    drainTimeout: duration("0 seconds", "10 minutes"),
    terminationGracePeriod: duration("1 second", "1 hour"),
};

/** The times of a terminating pod, with their defaults. */
export interface ResolvedTermination {
    drainTimeout: Duration;
    terminationGracePeriod: Duration;
}

/** Completes the times with their defaults, which depend on what sends requests. */
export function resolveTermination(
    args: Partial<ResolvedTermination> & { port?: number; spot: boolean },
    { gateway, ingress }: { gateway?: object; ingress?: object },
): ResolvedTermination {
    const { port, spot } = args;
    const isHttp = gateway !== undefined || ingress !== undefined;
    const seconds = port === undefined ? 0 : spot ? 10 : isHttp ? 30 : 15;
    const drainTimeout = args.drainTimeout ?? (`${seconds} seconds` as const);
    const gracePeriod = spot ? secondsIn(podTerminationLimits.rows.spot.max) : secondsIn(drainTimeout) + 30;
    return { drainTimeout, terminationGracePeriod: args.terminationGracePeriod ?? `${gracePeriod} seconds` };
}

/**
 * Checks the termination times against the limits of
 * {@link https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-overview Autopilot} and
 * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/autopilot-spot-pods Spot Pods}.
 */
export function terminationProblems(
    { drainTimeout, terminationGracePeriod }: ResolvedTermination,
    spot: boolean,
    isAutopilot: boolean,
): (check.Problem | undefined)[] {
    const { max } = podTerminationLimits.rows[spot ? "spot" : "autopilot"];
    return [
        (isAutopilot || spot) && secondsIn(terminationGracePeriod) > secondsIn(max)
            ? check.problem(
                  "terminationGracePeriod",
                  "gke/termination-too-long",
                  `must be at most ${max} ${spot ? "for Spot Pods" : "on Autopilot"} (got "${terminationGracePeriod}").`,
              )
            : undefined,
        check.when(
            secondsIn(drainTimeout) >= secondsIn(terminationGracePeriod),
            "drainTimeout",
            "gke/drain-above-termination",
            `must be below terminationGracePeriod, ${terminationGracePeriod} (got "${drainTimeout}"), because open requests would have no time left.`,
        ),
    ];
}

/** A terminating pod continues to serve until load balancers stop sending requests. */
export function lifecycle({ drainTimeout }: ResolvedTermination) {
    const seconds = secondsIn(drainTimeout);
    return seconds === 0 ? undefined : { preStop: { sleep: { seconds } } };
}
