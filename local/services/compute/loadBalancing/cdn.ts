import { cdnLimits } from "slipway/facts";
import { secondsIn } from "slipway/formats";
import type { Inputs } from "../../../rules/rules";
import { invalidField } from "../names";

const maxTtlSeconds = secondsIn(cdnLimits.rows.ttl.max);

/**
 * https://cloud.google.com/cdn/docs/using-ttl-overrides: the limits of each cache mode. The texts are approximate.
 */
export function verifyCdnPolicy(policy: Inputs | undefined): void {
    const { cacheMode = "CACHE_ALL_STATIC", defaultTtl, maxTtl, clientTtl } = policy ?? {};
    const ttls = Object.entries({ defaultTtl, maxTtl, clientTtl }).filter(([, value]) => value !== undefined);
    for (const [field, value] of ttls) {
        if (cacheMode === "USE_ORIGIN_HEADERS" || (cacheMode === "FORCE_CACHE_ALL" && field === "maxTtl")) {
            throw invalidField(
                `cdnPolicy.${field}`,
                value,
                `${field} must not be specified with cache mode ${cacheMode}.`,
            );
        }
        if (Number(value) < 0 || Number(value) > maxTtlSeconds) {
            throw invalidField(`cdnPolicy.${field}`, value, `Must be in the range [0, ${maxTtlSeconds}].`);
        }
        if (cacheMode === "CACHE_ALL_STATIC" && Number(value) > (maxTtl ?? 86_400)) {
            throw invalidField(`cdnPolicy.${field}`, value, `${field} must not be greater than maxTtl.`);
        }
    }
}

/** The policy with the defaults of the server. */
export function cdnPolicyState(policy: Inputs): Inputs {
    const { cacheMode = "CACHE_ALL_STATIC" } = policy;
    const isByOrigin = cacheMode === "USE_ORIGIN_HEADERS";
    return {
        cacheMode,
        clientTtl: isByOrigin ? 0 : 3600,
        defaultTtl: isByOrigin ? 0 : 3600,
        maxTtl: cacheMode === "CACHE_ALL_STATIC" ? 86_400 : 0,
        negativeCaching: cacheMode !== "USE_ORIGIN_HEADERS",
        requestCoalescing: true,
        serveWhileStale: isByOrigin ? 0 : 86_400,
        ...policy,
    };
}
