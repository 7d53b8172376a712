import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import { minAboveMax } from "../../internal/arguments/bounds";
import * as check from "../../internal/arguments/check";
import { quantityOf } from "../../internal/arguments/size";
import { type CpuQuantity, cpuQuantity, type MemoryQuantity, mebibytes, memoryQuantity, millicpus } from "../quantity";
import type { ScaleTarget } from "./target";

/** The bounds of a request. */
export interface VerticalBounds<Quantity> {
    /**
     * The least that a container gets.
     * @default none
     */
    min?: Quantity;
    /**
     * The most that a container gets. Recommended: a pod that requests more than a node has cannot be scheduled.
     * @default none
     */
    max?: Quantity;
}

/**
 * When pods get the recommended requests ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/verticalpodautoscaler
 * vertical Pod autoscaling}).
 */
export type VerticalUpdateMode = "Recreate" | "InPlaceOrRecreate" | "Initial" | "Off";

/**
 * The resources whose requests GKE's VerticalPodAutoscaler sets by usage: CPU, memory or both, each with its bounds, `{}` for
 * none. Limits are scaled in proportion.
 */
export interface VerticalScaling<Resources extends "cpu" | "memory" = "cpu" | "memory"> {
    /**
     * The bounds of CPU requests: `{ max: "2" }`, or `{}` for none.
     * @default CPU requests are not set by usage
     */
    cpu?: "cpu" extends Resources ? VerticalBounds<CpuQuantity> : never;
    /**
     * The bounds of memory requests: `{ max: "4 GiB" }`, or `{}` for none.
     * @default memory requests are not set by usage
     */
    memory?: "memory" extends Resources ? VerticalBounds<MemoryQuantity> : never;
    /**
     * `"Recreate"`: evicts pods, within the PodDisruptionBudget; `"InPlaceOrRecreate"`: evicts only pods that cannot be resized
     * in place; `"Initial"`: sets the requests of new pods only; `"Off"`: only recommends.
     * @default "Recreate"
     */
    updateMode?: VerticalUpdateMode;
}

const bounds = <Quantity>(quantity: check.Check<Exclude<Quantity, undefined>>) =>
    check.options<VerticalBounds<Quantity>>({ min: quantity, max: quantity });

/** Checks each option of the `vertical` part of a scaling. */
export const vertical = check.options<VerticalScaling>({
    cpu: bounds(cpuQuantity),
    memory: bounds(memoryQuantity),
    updateMode: check.oneOf("Recreate", "InPlaceOrRecreate", "Initial", "Off"),
});

/** Checks combinations of options. */
export function verticalProblems({ cpu, memory }: VerticalScaling): (check.Problem | undefined)[] {
    return [
        check.when(
            cpu === undefined && memory === undefined,
            "scaling.vertical",
            "gke/vertical-empty",
            "must have cpu, memory or both, such as `memory: {}`.",
        ),
        boundsProblem("cpu", cpu, millicpus),
        boundsProblem("memory", memory, mebibytes),
    ];
}

function boundsProblem(
    resource: string,
    { min, max }: VerticalBounds<string> = {},
    amount: (quantity: string) => number,
): check.Problem | undefined {
    return minAboveMax([`scaling.vertical.${resource}.min`, min], ["max", max], amount);
}

/** The VerticalPodAutoscaler of a deployment with a minimum number of replicas. */
export function verticalPodAutoscalerArgs(
    { updateMode = "Recreate", ...resources }: VerticalScaling,
    minReplicas: number,
    { name, namespace, labels, deployment }: ScaleTarget,
): CustomResourceArgs {
    const bounded = (["cpu", "memory"] as const).filter((resource) => resources[resource] !== undefined);
    const each = (bound: "min" | "max") => {
        const amounts = bounded.flatMap((resource) => {
            const quantity = resources[resource]?.[bound];
            return quantity === undefined
                ? []
                : [[resource, resource === "memory" ? quantityOf(quantity as MemoryQuantity) : quantity]];
        });
        return amounts.length > 0 ? Object.fromEntries(amounts) : undefined;
    };
    return {
        apiVersion: "autoscaling.k8s.io/v1",
        kind: "VerticalPodAutoscaler",
        metadata: { name, namespace, labels },
        spec: {
            targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment.metadata.name },
            // Its default of 2 would never update a single pod.
            updatePolicy: { updateMode, minReplicas: Math.min(minReplicas, 2) },
            resourcePolicy: {
                containerPolicies: [
                    {
                        containerName: "*",
                        controlledResources: bounded,
                        minAllowed: each("min"),
                        maxAllowed: each("max"),
                    },
                ],
            },
        },
    };
}
