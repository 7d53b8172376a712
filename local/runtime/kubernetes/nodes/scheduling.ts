import type { KubeObject } from "../api/api";
import type { Taint } from "./pools";

interface Expression {
    key: string;
    operator: string;
    values?: string[];
}

/** Whether a pod can be scheduled on a node with these labels and taints, ignoring resources. */
export function matchesNode(pod: KubeObject, labels: Record<string, string>, taints: Taint[]): boolean {
    const { nodeSelector = {}, affinity, tolerations = [] } = pod.spec;
    const terms: { matchExpressions?: Expression[] }[] = affinity?.nodeAffinity
        ?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [{}];
    return (
        Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) &&
        terms.some(({ matchExpressions = [] }) => matchExpressions.every((item) => matches(item, labels))) &&
        taints.every((taint) => taint.effect === "PreferNoSchedule" || tolerations.some(tolerates(taint)))
    );
}

function matches({ key, operator, values = [] }: Expression, labels: Record<string, string>): boolean {
    const value = labels[key];
    switch (operator) {
        case "In":
            return value !== undefined && values.includes(value);
        case "NotIn":
            return value === undefined || !values.includes(value);
        case "Exists":
            return value !== undefined;
        case "DoesNotExist":
            return value === undefined;
        case "Gt":
            return Number(value) > Number(values[0]);
        default:
            return Number(value) < Number(values[0]);
    }
}

const tolerates =
    (taint: Taint) =>
    ({ key, operator = "Equal", value = "", effect }: Record<string, string>): boolean =>
        (key === undefined || key === "" || key === taint.key) &&
        (effect === undefined || effect === "" || effect === taint.effect) &&
        (operator === "Exists" || value === (taint.value ?? ""));

/** Whether anti-affinity prevents two such pods on one node. */
export function hasHostAntiAffinity(pod: KubeObject): boolean {
    const terms: { topologyKey: string }[] =
        pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    return terms.some(({ topologyKey }) => topologyKey === "kubernetes.io/hostname");
}
