import { contains } from "../../../../lib/formats";
import type { KubeObject } from "../api/api";

/** What a pod connects to outside of the cluster, with TCP. */
export interface Destination {
    address: string;
    port: number;
}

/**
 * Whether network policies allow a connection of a pod: all that select the pod together, and all connections if none selects
 * it (https://kubernetes.io/docs/concepts/services-networking/network-policies/). GKE's Dataplane V2 enforces them.
 */
export function allowsEgress(policies: KubeObject[], pod: KubeObject, destination: Destination): boolean {
    const selecting = policies.filter(
        ({ metadata, spec }) =>
            metadata.namespace === pod.metadata.namespace &&
            selects(spec.podSelector, pod.metadata.labels) &&
            (spec.policyTypes ?? (spec.egress ? ["Egress"] : [])).includes("Egress"),
    );
    const rules: KubeObject[] = selecting.flatMap(({ spec }) => spec.egress ?? []);
    return selecting.length === 0 || rules.some((rule) => allows(rule, destination));
}

function allows({ to = [], ports = [] }: KubeObject, { address, port }: Destination): boolean {
    const hasPort = (each: KubeObject) =>
        (each.protocol ?? "TCP") === "TCP" &&
        (each.port === undefined || (each.port <= port && port <= (each.endPort ?? each.port)));
    const hasAddress = ({ ipBlock }: KubeObject) =>
        ipBlock !== undefined &&
        contains(ipBlock.cidr, `${address}/32`) &&
        !(ipBlock.except ?? []).some((range: string) => contains(range, `${address}/32`));
    return (ports.length === 0 || ports.some(hasPort)) && (to.length === 0 || to.some(hasAddress));
}

function selects(
    { matchLabels = {}, matchExpressions = [] }: KubeObject = {} as KubeObject,
    labels: KubeObject["metadata"]["labels"] = {},
) {
    const holds = ({ key, operator, values = [] }: KubeObject) => {
        const value = labels[key];
        return operator === "Exists" || operator === "DoesNotExist"
            ? (value !== undefined) === (operator === "Exists")
            : (value !== undefined && values.includes(value)) === (operator === "In");
    };
    return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(holds);
}
