import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import type { ExistingSubscription, PubSubSubscription } from "../../pubsub";

/** Undelivered messages of a subscription. */
export interface Backlog {
    /** The subscription, or its path: `projects/acme-dev/subscriptions/predict-range`. */
    subscription: PubSubSubscription | ExistingSubscription | pulumi.Input<string>;
    /** The target number of undelivered messages per replica: 1 or more. */
    perReplica: number;
}

/** A metric, and which of its time series by their labels. */
export interface MetricIdentifier {
    /** The name in the metrics API: `"custom.googleapis.com|predictions"`. */
    name: string;
    /**
     * A label selector: `{ matchLabels: { "metric.labels.model": "range" } }`.
     * @default all
     */
    selector?: {
        /** Labels and their values, which time series must all have. */
        matchLabels: Record<string, pulumi.Input<string>>;
    };
}

/** The target average per pod as a quantity: `"100"`, `"250m"`. */
interface AverageValue {
    /** The quantity per pod, in a string: `"100"`, `"250m"`. */
    averageValue: string;
}

/** The target value as a quantity, whatever the number of pods. */
interface Value {
    /** The quantity, in a string: `"100"`, `"250m"`. */
    value: string;
}

/** A custom metric of the pods, such as one that they export to Cloud Monitoring. */
interface PodsMetric {
    /** The metric of each pod, whose average is compared with the target. */
    pods: {
        /** The metric of the pods, whose average is scaled by. */
        metric: MetricIdentifier;
        /** The average value of the pods to aim for. */
        target: AverageValue;
    };
}

/** A custom metric of another object of the namespace. */
interface ObjectMetric {
    /** A metric of one Kubernetes object, such as an Ingress. */
    object: {
        /** The object that has the metric. */
        describedObject: {
            /** The API version of the object: `"networking.k8s.io/v1"`. */
            apiVersion: string;
            /** The kind of the object: `"Ingress"`. */
            kind: string;
            /** The name of the object. */
            name: pulumi.Input<string>;
        };
        /** The metric of the Kubernetes object. */
        metric: MetricIdentifier;
        /** The value to aim for, in total or per pod. */
        target: check.OneOf<Value | AverageValue>;
    };
}

/** A metric from outside of the cluster. */
interface ExternalMetric {
    /** A metric that belongs to no Kubernetes object, such as one of a Google Cloud service. */
    external: {
        /** The metric from outside the cluster. */
        metric: MetricIdentifier;
        /** The value to aim for, in total or per pod. */
        target: check.OneOf<Value | AverageValue>;
    };
}

/**
 * A metric in the format of the {@link https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 * HorizontalPodAutoscaler}, which Google's adapter reads from Cloud Monitoring.
 */
export type ScalingMetric = check.OneOf<PodsMetric | ObjectMetric | ExternalMetric>;

const path = check.matching(
    /^projects\/[^/]+\/subscriptions\/[^/]+$/,
    "must be a PubSubSubscription or its path such as projects/acme-dev/subscriptions/predict-range",
);

/** Whether the subscription of a backlog is not only a path. */
const isSubscription = (
    subscription: Backlog["subscription"],
): subscription is PubSubSubscription | ExistingSubscription => check.isResource(subscription);

/** Checks the `backlog` of a horizontal scaling. */
export const backlog = check.options<Backlog>(
    {
        subscription: check.componentOr(check.component("PubSubSubscription"), check.input(path)),
        perReplica: check.whole(1, 1_000_000_000, "messages"),
    },
    "subscription",
    "perReplica",
);

const quantity = check.matching(
    /^\d+(\.\d+)?(m|k|M|G|Ki|Mi|Gi)?$/,
    "must be a quantity in a string, such as 100 or 250m",
);

const metric = check.options<MetricIdentifier>(
    {
        name: check.matching(
            /^[^\s/]+$/,
            'must be a metric\'s name with | for /, such as "custom.googleapis.com|size"',
        ),
        selector: check.options<NonNullable<MetricIdentifier["selector"]>>(
            { matchLabels: check.record(check.text(), check.input(check.text())) },
            "matchLabels",
        ),
    },
    "name",
);

const averageValue = check.options<AverageValue>({ averageValue: quantity }, "averageValue");
const value = check.options<Value>({ value: quantity }, "value");
const target = check.variant({ value, averageValue });

const described = check.options<ObjectMetric["object"]["describedObject"]>(
    { apiVersion: check.text(), kind: check.text(), name: check.input(check.text()) },
    "apiVersion",
    "kind",
    "name",
);

/** Checks the `metrics` of a horizontal scaling. */
export const metrics = check.list(
    check.variant({
        pods: check.options<PodsMetric>(
            { pods: check.options<PodsMetric["pods"]>({ metric, target: averageValue }, "metric", "target") },
            "pods",
        ),
        object: check.options<ObjectMetric>(
            {
                object: check.options<ObjectMetric["object"]>(
                    { describedObject: described, metric, target },
                    "describedObject",
                    "metric",
                    "target",
                ),
            },
            "object",
        ),
        external: check.options<ExternalMetric>(
            { external: check.options<ExternalMetric["external"]>({ metric, target }, "metric", "target") },
            "external",
        ),
    }),
);

/** A metric of the HorizontalPodAutoscaler. */
export type Metric = Record<string, unknown> & { type: string };

/**
 * The {@link https://cloud.google.com/pubsub/docs/monitoring backlog metric} of a subscription, a single time series in Cloud
 * Monitoring.
 */
export function backlogMetric({ subscription, perReplica }: Backlog): Metric {
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

/** The container whose GPUs are measured. */
interface GpuContainer {
    cluster: Record<"name" | "location", pulumi.Input<string>>;
    namespace: pulumi.Input<string>;
    name: string;
    gpus: number;
}

/**
 * The {@link https://cloud.google.com/kubernetes-engine/docs/how-to/machine-learning/inference/autoscaling duty cycle} of the GPUs of
 * all pods' containers. It is a time series for each GPU, which the autoscaler adds up and divides by the number of pods.
 */
export function gpuMetric(percent: number, { cluster, namespace, name, gpus }: GpuContainer): Metric {
    const matchLabels = {
        "resource.labels.cluster_name": cluster.name,
        "resource.labels.location": cluster.location,
        "resource.labels.namespace_name": namespace,
        "resource.labels.container_name": name,
    };
    return {
        type: "External",
        external: {
            metric: { name: "kubernetes.io|container|accelerator|duty_cycle", selector: { matchLabels } },
            target: { type: "AverageValue", averageValue: String(percent * gpus) },
        },
    };
}

export function customMetric({ pods, object, external }: ScalingMetric): Metric {
    const typed = <Target extends object>(target: Target) => ({
        type: "value" in target ? "Value" : "AverageValue",
        ...target,
    });
    if (pods) {
        return { type: "Pods", pods: { ...pods, target: typed(pods.target) } };
    }
    if (object) {
        return { type: "Object", object: { ...object, target: typed(object.target) } };
    }
    const { target, ...others } = external as ExternalMetric["external"];
    return { type: "External", external: { ...others, target: typed(target) } };
}
