/** The types of application load balancers. */
export const loadBalancerTypes = [
    "global-external",
    "regional-external",
    "regional-internal",
    "cross-region-internal",
] as const;

/** The type of an application load balancer. */
export type LoadBalancerType = (typeof loadBalancerTypes)[number];

/** Whether clients are in a VPC network. */
export const isInternalType = (type: LoadBalancerType) =>
    type === "regional-internal" || type === "cross-region-internal";

/** Whether all parts are in one region. */
export const isRegionalType = (type: LoadBalancerType) => type === "regional-external" || type === "regional-internal";
