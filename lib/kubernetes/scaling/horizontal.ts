import type { HorizontalPodAutoscalerArgs } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import * as pulumi from "@pulumi/pulumi";
import { type HorizontalScaling, utilizations } from "./arguments";
import { behaviorOf } from "./behavior";
import { scheduledAnnotation } from "./keeper";
import type { Backlog, ScalingMetric } from "./metrics";
import type { ScaleTarget } from "./target";

/** What an autoscaler keeps, as Kubernetes' own type has it. */
type Metric = Record<string, unknown> & { type: string };

/** The percentage of what a replica can handle at which there is another one: Google's own in "Gateway traffic management". */
const trafficPercent = "70";

/** The HorizontalPodAutoscaler of a deployment. */
export function horizontally(scaling: HorizontalScaling, target: ScaleTarget): HorizontalPodAutoscalerArgs {
    const { name, namespace, labels, deployment } = target;
    const isScheduled = scaling.schedules !== undefined;
    const annotations = {
        // Without schedules the minimum comes from here again, whoever has set it before.
        "pulumi.com/patchForce": "true",
        ...(isScheduled ? { [scheduledAnnotation]: "true" } : {}),
    };
    return {
        metadata: { name, namespace, labels, annotations },
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment.metadata.name },
            // With schedules their keeper sets it: what is not sent is not set back by the next deployment.
            minReplicas: isScheduled ? undefined : scaling.minReplicas,
            maxReplicas: scaling.maxReplicas,
            metrics: metricsOf(scaling, target) as never,
            behavior: behaviorOf(scaling.behavior),
        },
    };
}

/** Whether it takes Google's adapter to read what is scaled by. GKE itself counts the requests of a Gateway. */
export function needsAdapter({ backlog, metrics }: HorizontalScaling): boolean {
    return backlog !== undefined || metrics !== undefined;
}

function metricsOf(scaling: HorizontalScaling, { service, container }: ScaleTarget): Metric[] {
    const { backlog, requestsPerSecond, metrics = [] } = scaling;
    const resources = Object.entries(utilizations(scaling)).filter(([, percent]) => percent !== undefined);
    return [
        ...resources.map(([name, averageUtilization]) => {
            const resource = { name, target: { type: "Utilization", averageUtilization } };
            return container === undefined
                ? { type: "Resource", resource }
                : { type: "ContainerResource", containerResource: { container, ...resource } };
        }),
        ...(backlog ? [waiting(backlog)] : []),
        ...(requestsPerSecond === undefined ? [] : [traffic(service)]),
        ...metrics.map(written),
    ];
}

/** "Pub/Sub metrics": what waits in a subscription, of which Cloud Monitoring has one time series. */
function waiting({ subscription, perReplica }: Backlog): Metric {
    const path = pulumi.output(
        pulumi.Resource.isInstance(subscription) ? subscription.subscription.id : subscription,
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

function traffic(service: pulumi.Input<string> | undefined): Metric {
    return {
        type: "Object",
        object: {
            describedObject: { apiVersion: "v1", kind: "Service", name: service },
            metric: { name: "autoscaling.googleapis.com|gclb-capacity-utilization" },
            target: { type: "AverageValue", averageValue: trafficPercent },
        },
    };
}

function written({ pods, object, external }: ScalingMetric): Metric {
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
