import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import * as pulumi from "@pulumi/pulumi";
import { PubSubSubscription, PubSubTopic } from "slipway";
import type { Scaling } from "slipway/gke";
import { refused, registered, registeredOptions } from "../registered";
import { ScaledDeployment } from "../scaled";

const metadata = {
    name: "echo",
    namespace: "echo",
    labels: { "app.kubernetes.io/name": "echo", team: "forecast" },
};
const hpaMetadata = { ...metadata, annotations: { "pulumi.com/patchForce": "true" } };
const of = { apiVersion: "apps/v1", kind: "Deployment", name: "echo" };
const between = { min: 2, max: 5 };
const resource = (name: string, averageUtilization: number) => ({
    type: "Resource",
    resource: { name, target: { type: "Utilization", averageUtilization } },
});
const behavior = {
    scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Max",
        policies: [
            { type: "Percent", value: 100, periodSeconds: 15 },
            { type: "Pods", value: 4, periodSeconds: 15 },
        ],
    },
    scaleDown: {
        stabilizationWindowSeconds: 300,
        selectPolicy: "Max",
        policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
    },
};

/** The resources of a scaling configuration, except the namespace. */
async function made(scaling: () => Scaling, isBehindGateway = false): Promise<Record<string, object>> {
    const all = await registered(() => new ScaledDeployment("echo", scaling(), { isBehindGateway }));
    const own = /^(Deployment|HorizontalPodAutoscaler|VerticalPodAutoscaler|CustomResource) echo$/;
    return Object.fromEntries(Object.entries(all).filter(([key]) => own.test(key)));
}

/** The metrics of an autoscaler. */
async function metrics(scaling: () => Scaling, isBehindGateway = false): Promise<unknown> {
    const all = (await made(scaling, isBehindGateway)) as Record<string, { spec: { metrics: unknown } }>;
    return all["HorizontalPodAutoscaler echo"]?.spec.metrics;
}

test("by default there are two to five replicas at 80 % CPU, and the deployment has no number of replicas", async () => {
    expect(await made(() => ({ ...between, cpu: 80 }))).toEqual({
        "Deployment echo": { apiVersion: "apps/v1", kind: "Deployment", ...deployment({}) },
        "HorizontalPodAutoscaler echo": {
            apiVersion: "autoscaling/v2",
            kind: "HorizontalPodAutoscaler",
            metadata: hpaMetadata,
            spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: of, metrics: [resource("cpu", 80)], behavior },
        },
    });
});

test("a fixed number of replicas is set on the deployment, without an autoscaler", async () => {
    expect(await made(() => 3)).toEqual({
        "Deployment echo": { apiVersion: "apps/v1", kind: "Deployment", ...deployment({ replicas: 3 }) },
    });
});

test("limits without metrics scale by CPU at 80 %", async () => {
    expect(await metrics(() => between)).toEqual([resource("cpu", 80)]);
});

test("several metrics are combined, and CPU is only used if configured", async () => {
    expect(await metrics(() => ({ ...between, memory: 70 }))).toEqual([resource("memory", 70)]);
    expect(await metrics(() => ({ ...between, cpu: 60, memory: 70 }))).toEqual([
        resource("cpu", 60),
        resource("memory", 70),
    ]);
});

const backlogMetric = {
    type: "External",
    external: {
        metric: {
            name: "pubsub.googleapis.com|subscription|num_undelivered_messages",
            selector: {
                matchLabels: {
                    "resource.labels.project_id": "acme-dev",
                    "resource.labels.subscription_id": "predict-range",
                },
            },
        },
        target: { type: "AverageValue", averageValue: "100" },
    },
};

test.each<[string, () => PubSubSubscription | pulumi.Input<string>]>([
    ["a subscription", () => new PubSubSubscription("predict-range", { topic: new PubSubTopic("sales"), pull: {} })],
    ["the path of one", () => "projects/acme-dev/subscriptions/predict-range"],
    ["the path of one that is made", () => pulumi.output("projects/acme-dev/subscriptions/predict-range")],
])("undelivered messages in %s set the number of replicas", async (_, subscription) => {
    expect(await metrics(() => ({ ...between, backlog: { subscription: subscription(), perReplica: 100 } }))).toEqual([
        backlogMetric,
    ]);
});

test("requests per second are measured by the Gateway's load balancer, which is configured with the capacity of a replica", async () => {
    const all = await made(() => ({ ...between, requestsPerSecond: 50 }), true);
    expect(all["Deployment echo"]).toMatchObject({
        metadata: { annotations: { "networking.gke.io/max-rate-per-endpoint": "50" } },
    });
    expect(await metrics(() => ({ ...between, requestsPerSecond: 50, cpu: 80 }), true)).toEqual([
        resource("cpu", 80),
        {
            type: "Object",
            object: {
                describedObject: { apiVersion: "v1", kind: "Service", name: "echo" },
                metric: { name: "autoscaling.googleapis.com|gclb-capacity-utilization" },
                target: { type: "AverageValue", averageValue: "70" },
            },
        },
    ]);
});

test("custom and external metrics are passed on with the type of their target", async () => {
    const metric = {
        name: "custom.googleapis.com|size",
        selector: { matchLabels: { "metric.labels.model": "range" } },
    };
    const describedObject = { apiVersion: "v1", kind: "Service", name: "queue" };
    expect(
        await metrics(() => ({
            ...between,
            metrics: [
                { pods: { metric, target: { averageValue: "10" } } },
                { object: { describedObject, metric, target: { value: "250m" } } },
                { external: { metric, target: { averageValue: "5k" } } },
                { external: { metric, target: { value: undefined, averageValue: "6k" } } },
            ],
        })),
    ).toEqual([
        { type: "Pods", pods: { metric, target: { type: "AverageValue", averageValue: "10" } } },
        { type: "Object", object: { describedObject, metric, target: { type: "Value", value: "250m" } } },
        { type: "External", external: { metric, target: { type: "AverageValue", averageValue: "5k" } } },
        { type: "External", external: { metric, target: { type: "AverageValue", averageValue: "6k" } } },
    ]);
});

test.each<[string, object, boolean]>([
    ["CPU", { cpu: 80 }, false],
    ["requests a second", { requestsPerSecond: 50 }, false],
    ["a backlog", { backlog: { subscription: "projects/p/subscriptions/s", perReplica: 1 } }, true],
    ["a metric", { metrics: [{ pods: { metric: { name: "a" }, target: { averageValue: "1" } } }] }, true],
])("scaling by %s waits for Google's metrics adapter only if it provides the metric", async (_, load, isWaiting) => {
    const adapter = () => [new Namespace("adapter")];
    const around = { isBehindGateway: true, adapter };
    const options = await registeredOptions(() => new ScaledDeployment("echo", { ...between, ...load }, around));
    const after = ["Deployment echo", "Namespace echo"];
    expect(options["HorizontalPodAutoscaler echo"]?.after).toEqual(
        isWaiting ? [...after, "Namespace adapter"].sort() : after,
    );
    expect("Namespace adapter" in options).toBe(isWaiting);
});

test("behavior is passed to Kubernetes, completed with the defaults", async () => {
    const all = await made(() => ({
        ...between,
        behavior: {
            scaleUp: { selectPolicy: "Disabled" },
            scaleDown: {
                stabilizationWindow: "1 minute",
                policies: [{ type: "Pods", value: 1, period: "30 seconds" }],
            },
        },
    }));
    expect(all["HorizontalPodAutoscaler echo"]).toMatchObject({
        spec: {
            behavior: {
                scaleUp: { ...behavior.scaleUp, selectPolicy: "Disabled" },
                scaleDown: {
                    stabilizationWindowSeconds: 60,
                    selectPolicy: "Max",
                    policies: [{ type: "Pods", value: 1, periodSeconds: 30 }],
                },
            },
        },
    });
});

const vertical = (spec: object, policy: object) => ({
    apiVersion: "autoscaling.k8s.io/v1",
    kind: "VerticalPodAutoscaler",
    metadata,
    spec: { targetRef: of, ...spec, resourcePolicy: { containerPolicies: [{ containerName: "*", ...policy }] } },
});

test("requests follow the usage, also with fixed replicas and a single one", async () => {
    const all = await made(() => ({ replicas: 1, vertical: { cpu: {}, memory: { min: "256Mi", max: "2Gi" } } }));
    expect(all["VerticalPodAutoscaler echo"]).toEqual(
        vertical(
            { updatePolicy: { updateMode: "Recreate", minReplicas: 1 } },
            { controlledResources: ["cpu", "memory"], minAllowed: { memory: "256Mi" }, maxAllowed: { memory: "2Gi" } },
        ),
    );
});

test("requests have the bounds of CPU and memory in the form of Kubernetes", async () => {
    const bounds = { cpu: { min: "250m", max: "2" }, memory: { max: "2 GiB" } } as const;
    const all = await made(() => ({ replicas: 3, vertical: bounds }));
    expect(all["VerticalPodAutoscaler echo"]).toEqual(
        vertical(
            { updatePolicy: { updateMode: "Recreate", minReplicas: 2 } },
            {
                controlledResources: ["cpu", "memory"],
                minAllowed: { cpu: "250m" },
                maxAllowed: { cpu: "2", memory: "2Gi" },
            },
        ),
    );
});

test("if CPU sets the number of replicas, vertical scaling can only set memory", async () => {
    const all = await made(() => ({ ...between, vertical: { memory: {}, updateMode: "Off" } }));
    expect(all["VerticalPodAutoscaler echo"]).toEqual(
        vertical({ updatePolicy: { updateMode: "Off", minReplicas: 2 } }, { controlledResources: ["memory"] }),
    );
    expect(all["HorizontalPodAutoscaler echo"]).toMatchObject({ spec: { metrics: [resource("cpu", 80)] } });
});

test("a transform can change a child", async () => {
    const transform = {
        autoscaler: { metadata: { name: "other" } },
        verticalAutoscaler: (args: object) => void Object.assign(args, { kind: "Other" }),
    };
    const scaling = { ...between, vertical: { memory: {} } };
    const all = await registered(() => new ScaledDeployment("echo", scaling, { transform }));
    expect(all["HorizontalPodAutoscaler echo"]).toMatchObject({ metadata: { name: "other" } });
    expect(all).toMatchObject({ "Other echo": { kind: "Other" } });
});

const tooMany = "must be a whole number from 1 to 10000";

test.each<[unknown, string]>([
    [
        "3",
        'scaling: must be an object with min, max, cpu, memory, backlog, requestsPerSecond, gpu, metrics, schedules, behavior, vertical (got "3").',
    ],
    [{ replicas: 3 }, "scaling: must be the number itself for a fixed number of replicas (got { replicas: 3 })."],
    [
        { replicas: 3, max: 5, vertical: { cpu: {} } },
        "scaling.max: is only valid without replicas (got 5). A fixed number of replicas is not scaled.",
    ],
    [0, `scaling: ${tooMany} (got 0).`],
    [{ replicas: 0, vertical: { cpu: {} } }, `scaling.replicas: ${tooMany} (got 0).`],
    [
        { replicas: 3, vertical: { cpu: {} }, cpu: 80, schedules: {} },
        "scaling.cpu: is only valid without replicas (got 80). A fixed number of replicas is not scaled.\nscaling.schedules: is only valid without replicas (got {}). A fixed number of replicas is not scaled.",
    ],
    [{ min: 0, max: 10_001 }, `scaling.min: ${tooMany} (got 0).\nscaling.max: ${tooMany} (got 10001).`],
    [{ min: 5, max: 3 }, "scaling.min: [range/min-above-max]"],
    [{ ...between, cpu: 101 }, "scaling.cpu: must be a whole number from 1 to 100 percent (got 101)."],
    [{ ...between, memory: 80.5 }, "scaling.memory: must be a whole number from 1 to 100 percent (got 80.5)."],
    [{ ...between, memory: 0.5 }, "scaling.memory: must be a whole number from 1 to 100 percent (got 0.5)."],
    [{ ...between, cpus: 80 }, 'scaling.cpus: unknown option "cpus"; did you mean "cpu"?'],
    [{ ...between, requestsPerSecond: 50 }, "scaling.requestsPerSecond: [gke/requests-without-gateway]"],
    [
        { ...between, backlog: { subscription: "predict-range", perReplica: 0 } },
        'scaling.backlog.subscription: must be a PubSubSubscription or its path such as projects/acme-dev/subscriptions/predict-range (got "predict-range").\nscaling.backlog.perReplica: must be a whole number from 1 to 1000000000 messages (got 0).',
    ],
    [{ ...between, metrics: [] }, "scaling.metrics: [gke/metrics-empty]"],
    [
        { ...between, metrics: [{ pods: { metric: { name: "a/b" }, target: { averageValue: "1" } } }] },
        'scaling.metrics.0.pods.metric.name: must be a metric\'s name with | for /, such as "custom.googleapis.com|size" (got "a/b").',
    ],
    [
        { ...between, metrics: [{ external: { metric: { name: "a" }, target: { value: "1", averageValue: "1" } } }] },
        'scaling.metrics.0.external.target: must have exactly one of value, averageValue (got { value: "1", averageValue: "1" }).',
    ],
    [
        { ...between, behavior: { scaleDown: { stabilizationWindow: "2 hours", policies: [] } } },
        'scaling.behavior.scaleDown.stabilizationWindow: must be from 0 seconds to 1 hour (got "2 hours").\nscaling.behavior.scaleDown.policies: must have at least one policy (got []).',
    ],
    [{ replicas: 3, vertical: {} }, "scaling.vertical: [gke/vertical-empty]"],
    [
        { replicas: 3, vertical: { cpu: { min: "2", max: "500m" }, memory: { max: "2g" } } },
        'scaling.vertical.memory.max: must be a size such as "512 MiB" or "20 GB" (got "2g").',
    ],
    [
        { replicas: 3, vertical: { cpu: { min: "2", max: "500m" }, memory: { min: "1Gi", max: "512Mi" } } },
        "scaling.vertical.cpu.min: [range/min-above-max]\nscaling.vertical.memory.min: [range/min-above-max]",
    ],
    [{ replicas: 3, vertical: { cpu: { min: "0" } } }, 'scaling.vertical.cpu.min: must be above 0 (got "0").'],
    [{ ...between, cpu: 80, vertical: { cpu: {} } }, "scaling.vertical.cpu: [gke/vertical-follows-scaling]"],
    [{ ...between, vertical: { cpu: {} } }, "scaling.vertical.cpu: [gke/vertical-follows-scaling]"],
    [{ ...between, memory: 80, vertical: { memory: {} } }, "scaling.vertical.memory: [gke/vertical-follows-scaling]"],
])("%j is refused", async (scaling, problems) => {
    const lines = problems.split("\n").map((line) => `AutoscaledDeployment "echo": ${line}`);
    expect(await refused(() => new ScaledDeployment("echo", scaling))).toBe(lines.join("\n"));
});

/** The remaining properties of the Deployment of these tests. */
function deployment(spec: object) {
    return { metadata: { name: "echo", namespace: "echo", annotations: {} }, spec };
}
