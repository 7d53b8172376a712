import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import { given, key, value } from "./names";

/** A taint of nodes on which pods may be all the same ("Taints and Tolerations"). */
export interface Toleration {
    key: string;
    /** @default "Exists" without a value, "Equal" with one */
    operator?: "Exists" | "Equal";
    /** @default any */
    value?: string;
    /** @default any */
    effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export const nodeSelector: check.Check = check.record(key, check.input(value));

export const tolerations: check.Check = check.list(
    check.options<Toleration>(
        {
            key,
            operator: check.oneOf("Exists", "Equal"),
            value,
            effect: check.oneOf("NoSchedule", "PreferNoSchedule", "NoExecute"),
        },
        "key",
    ),
);

/** The label and the taint of Spot VMs ("Spot VMs" of GKE). */
const spotLabel = "cloud.google.com/gke-spot";

/** Where pods are placed, and in which order they go when there is no room. */
export interface Placement {
    spot: boolean;
    nodeSelector?: Record<string, pulumi.Input<string>>;
    tolerations?: Toleration[];
    priorityClassName?: pulumi.Input<string>;
}

/** The part of a pod that says where it is placed. */
export function placement(args: Placement, matchLabels: Record<string, string>) {
    const { spot, nodeSelector = {}, tolerations = [], priorityClassName } = args;
    const nodes = { ...nodeSelector, ...(spot ? { [spotLabel]: "true" } : {}) };
    const tolerated = [
        ...tolerations.map((each) => ({ operator: each.value === undefined ? "Exists" : "Equal", ...each })),
        ...(spot ? [{ key: spotLabel, operator: "Equal", value: "true", effect: "NoSchedule" }] : []),
    ];
    return {
        nodeSelector: given(nodes),
        tolerations: tolerated.length > 0 ? tolerated : undefined,
        priorityClassName,
        // A zone or a node without room must not keep what the load needs from being placed.
        topologySpreadConstraints: [
            {
                topologyKey: "topology.kubernetes.io/zone",
                maxSkew: 1,
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels },
                // Pods that a rollout takes away do not count.
                matchLabelKeys: ["pod-template-hash"],
            },
        ],
        affinity: {
            podAntiAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [
                    {
                        weight: 100,
                        podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels } },
                    },
                ],
            },
        },
    };
}
