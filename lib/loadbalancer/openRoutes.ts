import * as check from "../internal/arguments/check";
import { componentsOf, type ResolvedBackend } from "./backend";

/** How a load balancer protects its services. */
export interface Guard {
    backends: readonly ResolvedBackend[];
    isInternal: boolean;
    /** Whether it has a Cloud Armor policy. */
    hasPolicy: boolean;
    /** Whether the program sets that it has none. */
    isWithoutPolicy: boolean;
}

/** A backend of a load balancer of the program. */
interface Entry extends Omit<Guard, "backends"> {
    loadBalancer: string;
    backend: ResolvedBackend;
}

/** The backends of all load balancers of the program, by the component that they lead to. */
const entries = new WeakMap<object, Entry[]>();

/** Records the backends of a load balancer for those that the program constructs later. */
export function recordBackends(loadBalancer: string, { backends, ...guard }: Guard): void {
    for (const backend of backends) {
        for (const component of componentsOf(backend.target)) {
            entries.set(component, [...(entries.get(component) ?? []), { loadBalancer, backend, ...guard }]);
        }
    }
}

const isProtected = ({ iap }: ResolvedBackend) => iap.length > 0;

/** Whether a backend lets everybody reach its service, without the program saying so. */
const isLeftOpen = ({ iap, isOpen }: ResolvedBackend) => iap.length === 0 && !isOpen;

const how = "to its members, or to false if that is intended.";

/**
 * Identity-Aware Proxy protects backend services: another backend service that leads to the same service lets everybody in. What distinguishes their
 * requests are only host and path, which code behind them cannot trust. Some paths are open by intention, such as paths of webhooks.
 */
export function openProblems(backends: readonly ResolvedBackend[]): check.Problem[] {
    return backends.filter(isLeftOpen).flatMap(({ path, target }) => {
        const components = componentsOf(target);
        const other = backends.find(
            (one) => isProtected(one) && componentsOf(one.target).some((each) => components.includes(each)),
        );
        const reason = `lets everybody reach a service that Identity-Aware Proxy protects at ${other?.path}. Set iap ${how}`;
        return other ? [check.problem(`${path}.iap`, "loadbalancer/route-without-iap", reason)] : [];
    });
}

/** Requests bypass what only one of two load balancers does: Identity-Aware Proxy, and rules for requests of the internet. */
export function otherProblems(guard: Guard): check.Problem[] {
    const problems = guard.backends.flatMap((backend) => {
        const others = componentsOf(backend.target).flatMap((component) => entries.get(component) ?? []);
        return [...proxyProblems(backend, others), ...policyProblems(guard, backend, others)];
    });
    return problems.filter(({ path }, index) => problems.findIndex((one) => one.path === path) === index);
}

function proxyProblems(backend: ResolvedBackend, others: readonly Entry[]): check.Problem[] {
    const path = `${backend.path}.iap`;
    const guarding = isLeftOpen(backend) ? others.find((one) => isProtected(one.backend)) : undefined;
    const open = isProtected(backend) ? others.find((one) => isLeftOpen(one.backend)) : undefined;
    return [
        ...(guarding
            ? [
                  check.problem(
                      path,
                      "loadbalancer/route-without-iap-of-other",
                      `lets everybody reach a service that Identity-Aware Proxy protects behind LoadBalancer "${guarding.loadBalancer}". Set iap ${how}`,
                  ),
              ]
            : []),
        ...(open
            ? [
                  check.problem(
                      path,
                      "loadbalancer/iap-bypassed",
                      `does not protect the service: LoadBalancer "${open.loadBalancer}" lets everybody reach it at ${open.backend.path}. Set iap of that route ${how}`,
                  ),
              ]
            : []),
    ];
}

function policyProblems(guard: Guard, { path, target }: ResolvedBackend, others: readonly Entry[]): check.Problem[] {
    // The policy is that of services, not of buckets, and internal load balancers have no clients on the internet.
    const external = target.kind === "bucket" || guard.isInternal ? [] : others.filter((one) => !one.isInternal);
    const guarding = guard.hasPolicy || guard.isWithoutPolicy ? undefined : external.find((one) => one.hasPolicy);
    const open = guard.hasPolicy ? external.find((one) => !one.hasPolicy && !one.isWithoutPolicy) : undefined;
    const set = "Set securityPolicy";
    return [
        ...(guarding
            ? [
                  check.problem(
                      "securityPolicy",
                      "loadbalancer/policy-missing",
                      `is missing: requests to ${path} bypass Cloud Armor, which LoadBalancer "${guarding.loadBalancer}" has for the same service. ${set}, to false if that is intended.`,
                  ),
              ]
            : []),
        ...(open
            ? [
                  check.problem(
                      "securityPolicy",
                      "loadbalancer/policy-bypassed",
                      `does not protect ${path}: LoadBalancer "${open.loadBalancer}" leads to the same service without Cloud Armor. ${set} of it, to false if that is intended.`,
                  ),
              ]
            : []),
    ];
}
