import { cdnLimits } from "slipway/facts";
import { secondsIn } from "../../../../../lib/formats";
import type { Inputs } from "../../../rules/rules";
import { invalidField } from "../names";

/** The cache mode of origins that say how long their responses are valid. */
const byOrigin = "USE_ORIGIN_HEADERS";

const maxTtlSeconds = secondsIn(cdnLimits.rows.ttl.max);

/**
 * https://cloud.google.com/cdn/docs/using-ttl-overrides: the limits of each cache mode. The texts are approximate.
 */
export function verifyCdnPolicy(policy: Inputs | undefined): void {
    const { cacheMode = "CACHE_ALL_STATIC", defaultTtl, maxTtl, clientTtl } = policy ?? {};
    // The provider sends no zeros.
    const ttls = Object.entries({ defaultTtl, maxTtl: maxTtl || undefined, clientTtl }).filter(
        ([, value]) => value !== undefined,
    );
    for (const [field, value] of ttls) {
        if (cacheMode === byOrigin || (cacheMode === "FORCE_CACHE_ALL" && field === "maxTtl")) {
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

/**
 * Without the times that a cache mode does not have, which the provider does not send (`resourceComputeBackendBucketEncoder` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/resource_compute_backend_bucket.go).
 */
export function sentCdnPolicy<Policy extends Inputs | undefined>(policy: Policy, ...modes: string[]): Policy {
    if (!policy || !modes.includes(policy.cacheMode)) {
        return policy;
    }
    const { maxTtl, ...others } = policy;
    const { clientTtl, defaultTtl, ...rest } = others;
    return (policy.cacheMode === byOrigin ? rest : others) as Policy;
}

/** The policy with the defaults of the server. */
export function cdnPolicyState(policy: Inputs): Inputs {
    const { cacheMode = "CACHE_ALL_STATIC" } = policy;
    const isByOrigin = cacheMode === byOrigin;
    return {
        cacheMode,
        clientTtl: isByOrigin ? 0 : 3600,
        defaultTtl: isByOrigin ? 0 : 3600,
        maxTtl: cacheMode === "CACHE_ALL_STATIC" ? 86_400 : 0,
        negativeCaching: !isByOrigin,
        requestCoalescing: true,
        serveWhileStale: isByOrigin ? 0 : 86_400,
        ...policy,
    };
}
