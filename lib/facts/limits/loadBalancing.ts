import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Cloud Load Balancing. */
export const loadBalancingLimits = facts<Limit>()({
    subject: "Limits of Cloud Load Balancing",
    source: "https://cloud.google.com/load-balancing/docs/quotas",
    checked: "2026-11-22",
    rows: {
        /** Of a weighted backend service of a URL map. */
        weight: {
            min: 0,
            max: 1000,
            unit: "weight",
            source: "https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps",
        },
        /** Of a rewrite or a redirect of a URL map. */
        path: {
            min: 1,
            max: 1024,
            unit: "characters",
            source: "https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps",
            checked: "2026-11-06",
        },
        /** Of a rewrite of a URL map. */
        hostRewrite: {
            min: 1,
            max: 255,
            unit: "characters",
            source: "https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps",
            checked: "2026-11-06",
        },
        /** Of the certificates of backends. */
        subjectAltNames: {
            min: 1,
            max: 5,
            unit: "names",
            source: "https://cloud.google.com/compute/docs/reference/rest/v1/backendServices",
            checked: "2026-11-27",
        },
        /** Of a target HTTPS proxy. */
        sslCertificates: {
            max: 15,
            unit: "certificates",
            source: "https://cloud.google.com/compute/docs/reference/rest/v1/targetHttpsProxies",
        },
    },
});

/** Limits of network load balancers. */
export const networkLoadBalancingLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of network load balancers",
    source: "https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts",
    checked: "2026-11-27",
    rows: {
        /** Of a forwarding rule of a passthrough load balancer. */
        ports: { min: 1, max: 5, unit: "ports" },
        /** The share of healthy machines of the primary groups. */
        failoverRatio: {
            min: 0,
            max: 100,
            unit: "percent",
            source: "https://cloud.google.com/load-balancing/docs/internal/failover-overview",
        },
        /** `connectionDraining.drainingTimeoutSec` of a backend service. */
        drainTimeout: {
            min: "0 seconds",
            max: "1 hour",
            source: "https://cloud.google.com/load-balancing/docs/enabling-connection-draining",
        },
        /** `timeoutSec` of a backend service of proxies, for which Google documents no lower maximum. */
        idleTimeout: {
            min: "1 second",
            max: "1 day",
            source: "https://cloud.google.com/load-balancing/docs/backend-service",
        },
    },
});

/** Limits of Cloud CDN. */
export const cdnLimits = facts<DurationLimit>()({
    subject: "Limits of Cloud CDN",
    source: "https://cloud.google.com/cdn/docs/using-ttl-overrides",
    checked: "2026-11-22",
    rows: {
        ttl: { min: "0 seconds", max: "366 days" },
        serveWhileStale: {
            min: "0 seconds",
            max: "7 days",
            source: "https://cloud.google.com/compute/docs/reference/rest/v1/backendBuckets",
        },
    },
});

/** Limits of Cloud Armor. */
export const armorLimits = facts<Limit>()({
    subject: "Limits of Cloud Armor",
    source: "https://cloud.google.com/armor/quotas",
    checked: "2026-11-22",
    rows: {
        /** Of a rule that matches addresses. */
        ranges: {
            min: 1,
            max: 10,
            unit: "ranges",
            source: "https://cloud.google.com/compute/docs/reference/rest/v1/securityPolicies",
        },
        /** Of a rule with an expression. */
        subexpressions: {
            min: 1,
            max: 5,
            unit: "subexpressions",
            source: "https://cloud.google.com/armor/docs/create-security-policy-rules",
        },
        /** The highest is the priority of the default rule. */
        priority: {
            min: 0,
            max: 2_147_483_647,
            unit: "priority",
            source: "https://cloud.google.com/armor/docs/security-policy-overview",
        },
        /** Of a rate limit, in its interval. */
        requests: {
            min: 1,
            max: 1_000_000,
            unit: "requests",
            source: "https://cloud.google.com/armor/docs/rate-limiting-overview",
        },
    },
});

/** The intervals of rate limits, in seconds: https://cloud.google.com/armor/docs/rate-limiting-overview */
export const rateLimitIntervals = [10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600] as const;
