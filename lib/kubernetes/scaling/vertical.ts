import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { type CpuQuantity, cpuQuantity, type MemoryQuantity, mebibytes, memoryQuantity, millicpus } from "../quantity";
import type { ScaleTarget } from "./target";

/** Between which amounts a request may be set. */
export interface VerticalBounds<Quantity> {
    /**
     * The least.
     * @default as little as is used
     */
    min?: Quantity;
    /**
     * The most: set it, as a pod that asks for more than a node has is not scheduled.
     * @default as much as is used
     */
    max?: Quantity;
}

/** When pods get the requests that are recommended ("Vertical Pod autoscaling"). */
export type VerticalUpdateMode = "Recreate" | "InPlaceOrRecreate" | "Initial" | "Off";

/**
 * What the VerticalPodAutoscaler of GKE sets the requests of, by what the pods used: CPU, memory or both, each with its
 * bounds, `{}` for none. A limit keeps its proportion to the request.
 */
export interface VerticalScaling<Resources extends "cpu" | "memory" = "cpu" | "memory"> {
    cpu?: "cpu" extends Resources ? VerticalBounds<CpuQuantity> : never;
    memory?: "memory" extends Resources ? VerticalBounds<MemoryQuantity> : never;
    /**
     * `"Recreate"`: pods are made anew, as far as the PodDisruptionBudget lets them go; `"InPlaceOrRecreate"`: only where a
     * running pod cannot be changed; `"Initial"`: only pods that are made anyway have the new requests; `"Off"`: it
     * recommends and changes nothing.
     * @default "Recreate"
     */
    updateMode?: VerticalUpdateMode;
}

const bounds = (quantity: check.Check) => check.options<VerticalBounds<unknown>>({ min: quantity, max: quantity });

/** Checks the `vertical` part of a scaling by itself. */
export const vertical: check.Check = check.options<VerticalScaling>({
    cpu: bounds(cpuQuantity),
    memory: bounds(memoryQuantity),
    updateMode: check.oneOf("Recreate", "InPlaceOrRecreate", "Initial", "Off"),
});

/** What is wrong with a vertical scaling in which each part is right by itself. */
export function verticalProblems({ cpu, memory }: VerticalScaling): (check.Problem | undefined)[] {
    return [
        cpu === undefined && memory === undefined
            ? { path: "scaling.vertical", reason: "must have cpu, memory or both, as `memory: {}` says." }
            : undefined,
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

/** The VerticalPodAutoscaler of a deployment that has so many replicas at least. */
export function vertically(
    { updateMode = "Recreate", ...resources }: VerticalScaling,
    least: number,
    { name, namespace, labels, deployment }: ScaleTarget,
): CustomResourceArgs {
    const bounded = (["cpu", "memory"] as const).filter((resource) => resources[resource] !== undefined);
    const each = (bound: "min" | "max") => {
        const given = bounded.flatMap((resource) => {
            const quantity = resources[resource]?.[bound];
            return quantity === undefined ? [] : [[resource, quantity]];
        });
        return given.length > 0 ? Object.fromEntries(given) : undefined;
    };
    return {
        apiVersion: "autoscaling.k8s.io/v1",
        kind: "VerticalPodAutoscaler",
        metadata: { name, namespace, labels },
        spec: {
            targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment.metadata.name },
            // It would leave a single pod as it is, for ever.
            updatePolicy: { updateMode, minReplicas: Math.min(least, 2) },
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
