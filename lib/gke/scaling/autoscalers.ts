import { CustomResource, type CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import {
    HorizontalPodAutoscaler,
    type HorizontalPodAutoscalerArgs,
} from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import * as pulumi from "@pulumi/pulumi";
import type { Child, Transform } from "../../internal/children";
import { type HorizontalScaling, type ResolvedHorizontal, type ResolvedScaling, targetUtilizations } from "./arguments";
import { behaviorArgs } from "./behavior";
import { type Backlog, isSubscription, type ScalingMetric } from "./metrics";
import { createScheduleController, type ScheduleTransforms, scheduledAnnotation } from "./scheduleController";
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

/** The settings that a scaling implies for the Deployment and its Service. */
export interface ReplicaBounds {
    /** The Deployment's replicas; undefined if an autoscaler owns them. */
    replicas?: number;
    /** The minimum and the maximum number of replicas. */
    min: number;
    max: number;
    /**
     * Annotations of the Service: the {@link https://cloud.google.com/kubernetes-engine/docs/concepts/traffic-management
     * capacity} of a replica in requests per second.
     */
    serviceAnnotations: Record<string, string>;
}

export function replicaBounds(scaling: ResolvedScaling): ReplicaBounds {
    if (scaling.replicas !== undefined) {
        return { replicas: scaling.replicas, min: scaling.replicas, max: scaling.replicas, serviceAnnotations: {} };
    }
    const { min, max, requestsPerSecond } = scaling;
    const rate = requestsPerSecond && { "networking.gke.io/max-rate-per-endpoint": String(requestsPerSecond) };
    return { min, max, serviceAnnotations: rate || {} };
}

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

/** A metric of the HorizontalPodAutoscaler. */
type Metric = Record<string, unknown> & { type: string };

/**
 * The utilization of a replica's capacity at which replicas are added, in percent, as in
 * {@link https://cloud.google.com/kubernetes-engine/docs/concepts/traffic-management Google's documentation}.
 */
const trafficPercent = "70";

/** The HorizontalPodAutoscaler of a deployment. */
function horizontalPodAutoscalerArgs(scaling: ResolvedHorizontal, target: ScaleTarget): HorizontalPodAutoscalerArgs {
    const { name, namespace, labels, deployment } = target;
    const isScheduled = scaling.schedules !== undefined;
    const annotations = {
        // Without schedules, takes the ownership of minReplicas back from the schedule controller.
        "pulumi.com/patchForce": "true",
        ...(isScheduled ? { [scheduledAnnotation]: "true" } : {}),
    };
    return {
        metadata: { name, namespace, labels, annotations },
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment.metadata.name },
            // With schedules their controller owns minReplicas: a field that is not sent is not reset by a deployment.
            minReplicas: isScheduled ? undefined : scaling.min,
            maxReplicas: scaling.max,
            metrics: metricSpecs(scaling, target) as never,
            behavior: behaviorArgs(scaling.behavior),
        },
    };
}

/** Whether the metrics need Google's adapter. Requests of a Gateway are counted by GKE itself. */
function needsAdapter({ backlog, metrics }: HorizontalScaling): boolean {
    return backlog !== undefined || metrics !== undefined;
}

function metricSpecs(scaling: HorizontalScaling, { service, container }: ScaleTarget): Metric[] {
    const { backlog, requestsPerSecond, metrics = [] } = scaling;
    const resources = Object.entries(targetUtilizations(scaling)).filter(([, percent]) => percent !== undefined);
    return [
        ...resources.map(([name, averageUtilization]) => {
            const resource = { name, target: { type: "Utilization", averageUtilization } };
            return container === undefined
                ? { type: "Resource", resource }
                : { type: "ContainerResource", containerResource: { container, ...resource } };
        }),
        ...(backlog ? [backlogMetric(backlog)] : []),
        ...(requestsPerSecond === undefined ? [] : [requestsMetric(service)]),
        ...metrics.map(customMetric),
    ];
}

/**
 * The {@link https://cloud.google.com/pubsub/docs/monitoring backlog metric} of a subscription, a single time series in Cloud
 * Monitoring.
 */
function backlogMetric({ subscription, perReplica }: Backlog): Metric {
    const path = pulumi.output(
        isSubscription(subscription) ? subscription.subscription.id : subscription,
    ) as pulumi.Output<string>;
    const matchLabels = {
        "resource.labels.project_id": path.apply((text) => text.split("/")[1] as string),
        "resource.labels.subscription_id": path.apply((text) => text.split("/")[3] as string),
    };
    return {
        type: "External",
        external: {
            metric: { name: "pubsub.googleapis.com|subscription|num_undelivered_messages", selector: { matchLabels } },
            target: { type: "AverageValue", averageValue: String(perReplica) },
        },
    };
}

function requestsMetric(service: pulumi.Input<string> | undefined): Metric {
    return {
        type: "Object",
        object: {
            describedObject: { apiVersion: "v1", kind: "Service", name: service },
            metric: { name: "autoscaling.googleapis.com|gclb-capacity-utilization" },
            target: { type: "AverageValue", averageValue: trafficPercent },
        },
    };
}

function customMetric({ pods, object, external }: ScalingMetric): Metric {
    const typed = <Target extends object>(target: Target) => ({
        type: "value" in target && target.value !== undefined ? "Value" : "AverageValue",
        ...target,
    });
    if (pods) {
        return { type: "Pods", pods: { ...pods, target: typed(pods.target) } };
    }
    return object
        ? { type: "Object", object: { ...object, target: typed(object.target) } }
        : { type: "External", external: external && { ...external, target: typed(external.target) } };
}
