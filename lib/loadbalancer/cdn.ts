import type { BackendBucketArgs } from "@pulumi/gcp/compute/backendBucket";
import type { BackendServiceArgs } from "@pulumi/gcp/compute/backendService";
import { cdnLimits } from "../facts/limits/loadBalancing";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, secondsIn } from "../internal/arguments/duration";

/** How {@link https://cloud.google.com/cdn/docs/caching Cloud CDN} caches responses. */
export interface CdnPolicy {
    /**
     * The {@link https://cloud.google.com/cdn/docs/using-cache-modes cache mode}: static content without cache headers as well, only what the
     * headers of the response allow, or everything, also private responses.
     * @default "CACHE_ALL_STATIC"
     */
    cacheMode?: "CACHE_ALL_STATIC" | "USE_ORIGIN_HEADERS" | "FORCE_CACHE_ALL";
    /**
     * How long responses without cache headers are cached.
     * @default "1 hour"; none with `USE_ORIGIN_HEADERS`
     */
    defaultTtl?: Duration;
    /**
     * The longest time that a response is cached; only with `CACHE_ALL_STATIC`.
     * @default "1 day"
     */
    maxTtl?: Duration;
    /**
     * The longest time that browsers cache a response.
     * @default "1 hour"; none with `USE_ORIGIN_HEADERS`
     */
    clientTtl?: Duration;
    /**
     * How long expired responses are served while new ones are fetched: at most `"7 days"`.
     * @default "1 day"
     */
    serveWhileStale?: Duration;
    /**
     * Caches errors such as 404 for a short time as well.
     * @default true
     */
    negativeCaching?: boolean;
    /**
     * The query parameters that distinguish cached responses.
     * @default all for services, none for buckets
     */
    queryParameters?: string[];
}

const ttl = durationWithin(cdnLimits.rows.ttl);

/** Checks the options of Cloud CDN. */
export const cdn = check.either<boolean, CdnPolicy>(
    (value) => typeof value === "boolean",
    check.flag(),
    check.options<CdnPolicy>({
        cacheMode: check.oneOf("CACHE_ALL_STATIC", "USE_ORIGIN_HEADERS", "FORCE_CACHE_ALL"),
        defaultTtl: ttl,
        maxTtl: ttl,
        clientTtl: ttl,
        serveWhileStale: durationWithin(cdnLimits.rows.serveWhileStale),
        negativeCaching: check.flag(),
        queryParameters: check.list(check.text()),
    }),
);

/** Combinations that {@link https://cloud.google.com/cdn/docs/using-ttl-overrides Cloud CDN does not accept}. */
export function cdnProblems(path: string, given: CdnPolicy | boolean | undefined): check.Problem[] {
    const policy = typeof given === "object" ? given : {};
    const { cacheMode = "CACHE_ALL_STATIC" } = policy;
    const excluded: Record<string, (keyof CdnPolicy)[]> = {
        USE_ORIGIN_HEADERS: ["defaultTtl", "maxTtl", "clientTtl"],
        FORCE_CACHE_ALL: ["maxTtl"],
    };
    const wrong = (excluded[cacheMode] ?? []).filter((key) => policy[key] !== undefined);
    const { defaultTtl = "1 hour", maxTtl = "1 day", clientTtl = "1 hour" } = policy;
    const longest = cacheMode === "CACHE_ALL_STATIC" ? maxTtl : undefined;
    const above = Object.entries({ defaultTtl, clientTtl }).filter(
        ([, value]) => longest !== undefined && secondsIn(value) > secondsIn(longest),
    );
    return [
        ...wrong.map((key) =>
            check.problem(
                `${path}.${key}`,
                "loadbalancer/cdn-option-of-cache-mode",
                `cannot be combined with cacheMode ${cacheMode}. Remove it.`,
            ),
        ),
        ...above.map(([key, value]) =>
            check.problem(
                `${path}.${key}`,
                "loadbalancer/cdn-ttl-above-max",
                `must not be above maxTtl, ${longest} (got "${value}").`,
            ),
        ),
    ];
}

/** The cache settings in the form of the API. */
function policyOf(given: CdnPolicy | true) {
    const policy = given === true ? {} : given;
    const { cacheMode = "CACHE_ALL_STATIC", serveWhileStale = "1 day", negativeCaching = true } = policy;
    const { defaultTtl = "1 hour", maxTtl = "1 day", clientTtl = "1 hour" } = policy;
    const isByOrigin = cacheMode === "USE_ORIGIN_HEADERS";
    return {
        cacheMode,
        defaultTtl: isByOrigin ? undefined : secondsIn(defaultTtl),
        maxTtl: cacheMode === "CACHE_ALL_STATIC" ? secondsIn(maxTtl) : undefined,
        clientTtl: isByOrigin ? undefined : secondsIn(clientTtl),
        serveWhileStale: secondsIn(serveWhileStale),
        negativeCaching,
    };
}

const queryParametersOf = (given: CdnPolicy | boolean) =>
    typeof given === "object" ? given.queryParameters : undefined;

/** The cache settings of a bucket. */
export function bucketCdn(given: CdnPolicy | boolean): Pick<BackendBucketArgs, "enableCdn" | "cdnPolicy"> {
    const queryStringWhitelists = queryParametersOf(given);
    return given === false
        ? { enableCdn: false }
        : {
              enableCdn: true,
              cdnPolicy: { ...policyOf(given), cacheKeyPolicy: queryStringWhitelists && { queryStringWhitelists } },
          };
}

/** The cache settings of a service. */
export function serviceCdn(given: CdnPolicy | boolean): Pick<BackendServiceArgs, "enableCdn" | "cdnPolicy"> {
    const queryStringWhitelists = queryParametersOf(given);
    const cacheKeyPolicy = {
        includeHost: true,
        includeProtocol: true,
        includeQueryString: true,
        queryStringWhitelists,
    };
    return given === false
        ? { enableCdn: false }
        : { enableCdn: true, cdnPolicy: { ...policyOf(given), cacheKeyPolicy } };
}
