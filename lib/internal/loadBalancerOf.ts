/** The names of the load balancers by the component, or the part of it, that they lead to. */
const loadBalancers = new WeakMap<object, string>();

/** Records that a `LoadBalancer` leads to a component, or to a part of it. The first one of several is kept. */
export function placeBehind(loadBalancer: string, component: object): void {
    loadBalancers.set(component, loadBalancers.get(component) ?? loadBalancer);
}

/**
 * The name of the `LoadBalancer` of the program that leads to a component, once the synchronous code that constructs both has run;
 * undefined without one. Arguments whose default depends on it are known at preview. A load balancer comes too late for them if the program
 * awaited a request or a file before it. This must not depend on how long that takes, or a preview could differ from its `up`: Node runs
 * a tick that a microtask requests after all microtasks, and before any timer or input.
 */
export async function loadBalancerOf(component: object): Promise<string | undefined> {
    await undefined;
    await new Promise<void>((resolve) => process.nextTick(resolve));
    return loadBalancers.get(component);
}

/** An input with another value behind a load balancer; a plain one if both values are equal. */
export function byLoadBalancer<Value>(
    loadBalancer: Promise<string | undefined>,
    without: Value,
    behind: Value,
): Value | Promise<Value> {
    return without === behind ? without : loadBalancer.then((name) => (name === undefined ? without : behind));
}
