import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import { gpuSelector, gpuToleration, type ResolvedGpu } from "./gpu";
import { key, nonEmpty, value } from "./objects";

/** A {@link https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ toleration} of a node taint. */
export interface Toleration {
    /** The key of the taint. */
    key: string;
    /**
     * Whether any taint with the key is tolerated, or only one with the value.
     * @default "Exists" without a value, "Equal" with one
     */
    operator?: "Exists" | "Equal";
    /**
     * The value of the taint.
     * @default any
     */
    value?: string;
    /**
     * The effect of the taint.
     * @default any
     */
    effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export const nodeSelector = check.record(key, check.input(value));

export const tolerations = check.list(
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

/** The label and the taint of {@link https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms Spot VMs}. */
const spotLabel = "cloud.google.com/gke-spot";

/** The scheduling of pods, and their priority. */
export interface Placement {
    spot: boolean;
    gpu?: ResolvedGpu;
    nodeSelector?: Record<string, pulumi.Input<string>>;
    tolerations?: Toleration[];
    priorityClassName?: pulumi.Input<string>;
}

/** The part of the pod specification for scheduling. */
export function placement(args: Placement, matchLabels: Record<string, string>) {
    const { spot, gpu, nodeSelector = {}, tolerations = [], priorityClassName } = args;
    const nodes = { ...nodeSelector, ...gpuSelector(gpu), ...(spot ? { [spotLabel]: "true" } : {}) };
    const allTolerations = [
        ...[...tolerations, ...gpuToleration(gpu)].map((each) => ({
            operator: each.value === undefined ? "Exists" : "Equal",
            ...each,
        })),
        ...(spot ? [{ key: spotLabel, operator: "Equal", value: "true", effect: "NoSchedule" }] : []),
    ];
    return {
        nodeSelector: nonEmpty(nodes),
        tolerations: allTolerations.length > 0 ? allTolerations : undefined,
        priorityClassName,
        // Best effort: a zone or a node without capacity must not block scheduling.
        topologySpreadConstraints: [
            {
                topologyKey: "topology.kubernetes.io/zone",
                maxSkew: 1,
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels },
                // Pods of the previous version do not count during a rollout.
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
