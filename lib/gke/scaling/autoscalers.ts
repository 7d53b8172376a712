import { CustomResource, type CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import {
    HorizontalPodAutoscaler,
    type HorizontalPodAutoscalerArgs,
} from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import type { Child, Transform } from "../../internal/engine/children";
import { horizontalPodAutoscalerArgs, needsAdapter, type ResolvedHorizontal } from "./horizontal";
import { type ResolvedScaling, replicaBounds } from "./scaling";
import { createScheduleController, type ScheduleTransforms } from "./scheduleController";
import type { ScaleTarget } from "./target";
import { type VerticalScaling, verticalPodAutoscalerArgs } from "./vertical";

/** The resources that set the number and the size of replicas. */
export interface ScalingResources {
    autoscaler?: HorizontalPodAutoscaler;
    verticalAutoscaler?: CustomResource;
    /** The controller that sets the autoscaler's minReplicas by its schedules. */
    scheduleController?: Deployment;
}

/** The children that a scaling may have, for the `transform` of its component. */
export interface ScalingTransforms extends ScheduleTransforms {
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

/** Creates the autoscalers of a Deployment. */
export function createAutoscalers(
    name: string,
    scaling: ResolvedScaling,
    target: ScaleTarget,
    child: Child,
): ScalingResources {
    const { min } = replicaBounds(scaling);
    const vertical = scaling.vertical as VerticalScaling | undefined;
    return {
        ...(scaling.replicas === undefined ? createHorizontalAutoscaler(name, scaling, target, child) : {}),
        verticalAutoscaler: vertical
            ? new CustomResource(...child("verticalAutoscaler", name, verticalPodAutoscalerArgs(vertical, min, target)))
            : undefined,
    };
}

function createHorizontalAutoscaler(
    name: string,
    scaling: ResolvedHorizontal,
    target: ScaleTarget,
    child: Child,
): ScalingResources {
    const scheduleController = scaling.schedules ? createScheduleController(name, scaling, target, child) : undefined;
    const dependsOn = [
        ...(needsAdapter(scaling) ? target.metricsAdapter() : []),
        ...(scheduleController ? [scheduleController] : []),
    ];
    const args = horizontalPodAutoscalerArgs(scaling, target);
    return {
        autoscaler: new HorizontalPodAutoscaler(...child("autoscaler", name, args, { dependsOn })),
        scheduleController,
    };
}
