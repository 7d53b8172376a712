import * as check from "./check";

/**
 * The {@link https://cloud.google.com/run/docs/securing/ingress ingress} setting: requests from VPC networks and Google services of
 * the project, also from load balancers, or from everywhere.
 */
export type Ingress = "internal" | "internal-and-cloud-load-balancing" | "all";

/** Checks the `ingress` of a function or a service. */
export const ingress = check.oneOf<Ingress>("internal", "internal-and-cloud-load-balancing", "all");
