import type { KubeObject } from "../api/api";

const units: Record<string, number> = {
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
};

/** Parses a Kubernetes quantity: `250m` is 0.25, `1Gi` is 1073741824. */
export function quantity(text: unknown): number {
    const [, number, unit = ""] = /^([\d.]+(?:e\d+)?)([a-zA-Z]*)$/.exec(String(text ?? 0)) ?? [];
    return Number(number ?? 0) * (units[unit] ?? 1);
}

/** Amounts by resource name, such as `cpu`. */
export type Amounts = Record<string, number>;

export const fits = (desired: Amounts, free: Amounts): boolean =>
    Object.entries(desired).every(([name, amount]) => amount <= (free[name] ?? 0) + 1e-9);

export function add(one: Amounts, other: Amounts, sign = 1): Amounts {
    const sum = { ...one };
    for (const [name, amount] of Object.entries(other)) {
        sum[name] = (sum[name] ?? 0) + sign * amount;
    }
    return sum;
}

/** The effective requests of a pod: those of its containers, or of an init container if larger. */
export function requestsOf({ spec }: KubeObject): Amounts {
    const of = (container: KubeObject): Amounts =>
        Object.fromEntries(
            Object.entries(container.resources?.requests ?? {}).map(([name, text]) => [name, quantity(text)]),
        );
    const first: KubeObject[] = spec.initContainers ?? [];
    const existing = first.filter(({ restartPolicy }) => restartPolicy === "Always");
    let sum: Amounts = { pods: 1 };
    for (const container of [...spec.containers, ...existing]) {
        sum = add(sum, of(container));
    }
    for (const container of first.filter((item) => !existing.includes(item))) {
        for (const [name, amount] of Object.entries(of(container))) {
            sum[name] = Math.max(sum[name] ?? 0, amount);
        }
    }
    const overhead = Object.entries(spec.overhead ?? {}).map(([name, text]) => [name, quantity(text)]);
    return add(sum, Object.fromEntries(overhead));
}
