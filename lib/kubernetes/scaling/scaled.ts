import { CustomResource, type CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import {
    HorizontalPodAutoscaler,
    type HorizontalPodAutoscalerArgs,
} from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import type { Child, Transform } from "../../internal/children";
import type { HorizontalScaling, Scaling } from "./arguments";
import { horizontally, needsAdapter } from "./horizontal";
import { type KeeperTransforms, kept } from "./keeper";
import type { ScaleTarget } from "./target";
import { type VerticalScaling, vertically } from "./vertical";

/** What sets the number and the size of replicas. */
export interface Scaled {
    autoscaler?: HorizontalPodAutoscaler;
    verticalAutoscaler?: CustomResource;
    /** What sets the autoscaler's minimum by its schedules. */
    keeper?: Deployment;
}

/** The children that a scaling may have, for the `transform` of who has them. */
export interface ScalingTransforms extends KeeperTransforms {
    autoscaler?: Transform<HorizontalPodAutoscalerArgs>;
    verticalAutoscaler?: Transform<CustomResourceArgs>;
}

/** The names of those children. */
export const scalingParts = [
    "autoscaler",
    "verticalAutoscaler",
    "scheduleAccount",
    "scheduleRole",
    "scheduleRoleBinding",
    "scheduleConfig",
    "schedulePolicy",
    "scheduleDeployment",
] as const satisfies (keyof ScalingTransforms)[];

/** What follows from a scaling for the Deployment and its Service. */
export interface Size {
    /** What the Deployment is given: nothing where an autoscaler owns it. */
    replicas?: number;
    /** How few replicas there may be, and how many. */
    least: number;
    most: number;
    /** Annotations of the Service: how many requests a second a replica handles ("Gateway traffic management"). */
    serviceAnnotations: Record<string, string>;
}

export function sizeOf(scaling: Scaling): Size {
    if (scaling.replicas !== undefined) {
        return { replicas: scaling.replicas, least: scaling.replicas, most: scaling.replicas, serviceAnnotations: {} };
    }
    const { minReplicas: least, maxReplicas: most, requestsPerSecond } = scaling;
    const rate = requestsPerSecond && { "networking.gke.io/max-rate-per-endpoint": String(requestsPerSecond) };
    return { least, most, serviceAnnotations: rate || {} };
}

/** Registers what sets the number and the size of a Deployment's replicas, as children of `child`'s parent. */
export function scaled(name: string, scaling: Scaling, target: ScaleTarget, child: Child): Scaled {
    const { least } = sizeOf(scaling);
    const vertical = scaling.vertical as VerticalScaling | undefined;
    return {
        ...(scaling.replicas === undefined ? autoscaled(name, scaling, target, child) : {}),
        verticalAutoscaler: vertical
            ? new CustomResource(...child("verticalAutoscaler", name, vertically(vertical, least, target)))
            : undefined,
    };
}

function autoscaled(name: string, scaling: HorizontalScaling, target: ScaleTarget, child: Child): Scaled {
    const keeper = scaling.schedules ? kept(name, scaling, target, child) : undefined;
    const dependsOn = [...(needsAdapter(scaling) ? target.metricsAdapter() : []), ...(keeper ? [keeper] : [])];
    const args = horizontally(scaling, target);
    return { autoscaler: new HorizontalPodAutoscaler(...child("autoscaler", name, args, { dependsOn })), keeper };
}
