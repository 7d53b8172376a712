import * as check from "../arguments/check";

/**
 * Where requests can come from, by {@link https://cloud.google.com/run/docs/securing/ingress ingress} settings: only VPC networks and
 * Google services of the project, also load balancers, or everywhere.
 */
export type Ingress = "internal" | "load-balancer" | "all";

/** Checks the `ingress` of a service or a function. */
export const ingress = check.oneOf<Ingress>("internal", "load-balancer", "all");

/** What has the `ingress` that the program leaves out, by the component or the part of it that requests reach. */
const owners = new WeakMap<object, string>();

/**
 * Records that requests from the internet reach a component at its own URL only because the program leaves `ingress` out.
 *
 * @param owner what has the argument: `CloudRunService "web"`
 */
export function recordOpenByDefault(part: object, owner: string): void {
    owners.set(part, owner);
}

/** What has the `ingress` that the program leaves out; undefined if it is set, or if the default is closed. */
export const openByDefault = (part: object): string | undefined => owners.get(part);
