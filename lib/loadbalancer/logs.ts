import * as check from "../internal/arguments/check";
import { fractionOf, sampling } from "../internal/arguments/percent";

/** How much of the requests is logged. */
export interface LoadBalancerLogs {
    /**
     * The share of the requests, in percent: above 0, up to 100.
     * @default 100
     */
    sampling?: number;
}

/** Checks the `logging` of a load balancer. */
export const loadBalancerLogs = check.either(
    (value) => typeof value === "boolean",
    check.flag(),
    check.options<LoadBalancerLogs>({ sampling }),
);

/** The fraction of what is logged; undefined for nothing. */
export const sampleRateOf = (logging: LoadBalancerLogs | boolean | undefined): number | undefined =>
    logging === false ? undefined : fractionOf(Object(logging).sampling ?? 100);

/** The logs of a backend service. */
export const logConfig = (sampleRate: number | undefined) =>
    sampleRate === undefined ? { enable: false } : { enable: true, sampleRate };
