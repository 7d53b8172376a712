import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import type { ComponentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import type { AnyTopic } from "../pubsub/anyTopic";

/** A {@link https://cloud.google.com/kubernetes-engine/docs/how-to/configure-metrics package of metrics} of GKE. */
export type MetricComponent =
    | "SYSTEM_COMPONENTS"
    | "STORAGE"
    | "HPA"
    | "POD"
    | "DAEMONSET"
    | "DEPLOYMENT"
    | "STATEFULSET"
    | "JOBSET"
    | "CADVISOR"
    | "KUBELET"
    | "DCGM"
    | "APISERVER"
    | "CONTROLLER_MANAGER"
    | "SCHEDULER";

/** What GKE sends to Cloud Monitoring. */
export interface ClusterMonitoring {
    /**
     * The {@link https://cloud.google.com/kubernetes-engine/docs/how-to/configure-metrics packages of metrics}, with
     * `SYSTEM_COMPONENTS`. Metrics of the
     * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/control-plane-metrics control plane} are billed by Cloud
     * Monitoring.
     * @default those that GKE collects by default: system components, storage, autoscalers, pods, workloads, cAdvisor, kubelets
     */
    components?: MetricComponent[];
    /**
     * Enables {@link https://cloud.google.com/stackdriver/docs/managed-prometheus Managed Service for Prometheus}, which
     * Autopilot clusters always have.
     * @default true
     */
    prometheus?: boolean;
}

/** {@link https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-notifications Notifications} of a cluster. */
export interface ClusterNotifications {
    /** The topic to which GKE publishes. GKE's service agent gets the publisher role on it. */
    topic: AnyTopic;
    /**
     * The events: new versions, started upgrades, the progress of upgrades, and security bulletins.
     * @default all
     */
    events?: ("UPGRADE_AVAILABLE_EVENT" | "UPGRADE_EVENT" | "UPGRADE_INFO_EVENT" | "SECURITY_BULLETIN_EVENT")[];
}

/** What a cluster logs, sends to Cloud Monitoring and announces. */
export interface ClusterObservability {
    /**
     * The control plane components to log, in addition to system components and workloads; billed by Cloud Logging.
     * @default []
     */
    controlPlaneLogs?: ("APISERVER" | "CONTROLLER_MANAGER" | "SCHEDULER")[];
    /**
     * The {@link https://cloud.google.com/kubernetes-engine/docs/concepts/about-logs logs} of the nodes: `["SYSTEM_COMPONENTS"]`
     * without workloads, or `false` for none. Autopilot clusters always log both.
     * @default ["SYSTEM_COMPONENTS", "WORKLOADS"]
     */
    logging?: false | ("SYSTEM_COMPONENTS" | "WORKLOADS")[];
    /**
     * What GKE sends to Cloud Monitoring, or `false` for nothing, which Autopilot clusters do not accept.
     * @default the metrics that GKE collects by default, and managed Prometheus
     */
    monitoring?: false | ClusterMonitoring;
    /**
     * A topic that receives messages about upgrades and security bulletins.
     * @default none
     */
    notifications?: ClusterNotifications;
}

const controlPlaneComponents = ["APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"] as const;

/** Checks control plane components. */
export const controlPlaneComponent = check.oneOf(...controlPlaneComponents);

/**
 * The metrics that GKE {@link https://cloud.google.com/kubernetes-engine/docs/how-to/configure-metrics collects by default}; an
 * empty list would disable them.
 */
const defaultMetrics: MetricComponent[] = [
    "SYSTEM_COMPONENTS",
    "STORAGE",
    "HPA",
    "POD",
    "DAEMONSET",
    "DEPLOYMENT",
    "STATEFULSET",
    "CADVISOR",
    "KUBELET",
];

// https://cloud.google.com/kubernetes-engine/docs/concepts/about-logs: who sends logs or metrics, must send those of the system.
const withSystem = check.refine<readonly string[]>(
    (components) => components.includes("SYSTEM_COMPONENTS"),
    "must have SYSTEM_COMPONENTS, which all others require\nSet false for none.",
);

/** Checks the components to log. */
export const logging = check.literalOr(
    false,
    check.pipe(check.list(check.oneOf("SYSTEM_COMPONENTS", "WORKLOADS")), withSystem),
);

/** Checks what is monitored. */
export const monitoring = check.literalOr(
    false,
    check.options<ClusterMonitoring>({
        components: check.pipe(
            check.list(check.oneOf<MetricComponent>(...defaultMetrics, "JOBSET", "DCGM", ...controlPlaneComponents)),
            withSystem,
        ),
        prometheus: check.flag(),
    }),
);

/** Checks the notifications. */
export const notifications = check.options<ClusterNotifications>(
    {
        topic: check.component<AnyTopic>("PubSubTopic"),
        events: check.pipe(
            check.list(
                check.oneOf(
                    "UPGRADE_AVAILABLE_EVENT",
                    "UPGRADE_EVENT",
                    "UPGRADE_INFO_EVENT",
                    "SECURITY_BULLETIN_EVENT",
                ),
            ),
            check.refine<readonly string[]>(
                (events) => events.length > 0,
                "must have an event\nRemove it for all events.",
            ),
        ),
    },
    "topic",
);

/** Checks combinations of options. */
export function observabilityProblems(
    { logging: logs, controlPlaneLogs = [], monitoring: metrics }: ClusterObservability,
    isAutopilot: boolean,
): check.Problem[] {
    const problems: check.Problem[] = [];
    if (logs === false && controlPlaneLogs.length > 0) {
        const reason = "needs the logs of the system, which logging: false disables. Remove one of them.";
        problems.push(check.problem("controlPlaneLogs", "gke/control-plane-logs-without-system", reason));
    }
    if (!isAutopilot) {
        return problems;
    }
    // https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-overview: pre-configured in Autopilot clusters.
    const always = "is always enabled in an Autopilot cluster";
    if (logs === false || logs?.includes("WORKLOADS") === false) {
        problems.push(
            check.problem(
                "logging",
                "gke/logging-of-autopilot",
                `${always}, of the system and of workloads (got ${JSON.stringify(logs)}).`,
            ),
        );
    }
    if (metrics === false) {
        problems.push(check.problem("monitoring", "gke/monitoring-of-autopilot", `${always} (got false).`));
    } else if (metrics?.prometheus === false) {
        problems.push(check.problem("monitoring.prometheus", "gke/prometheus-of-autopilot", `${always} (got false).`));
    }
    return problems;
}

/** The cluster's logs. */
export function loggingConfig({
    logging: logs,
    controlPlaneLogs,
}: ClusterObservability & Required<Pick<ClusterObservability, "controlPlaneLogs">>): ClusterArgs["loggingConfig"] {
    const components = logs === undefined ? ["SYSTEM_COMPONENTS", "WORKLOADS"] : logs || [];
    return { enableComponents: [...components, ...controlPlaneLogs] };
}

/** The cluster's metrics. */
export function monitoringConfig(metrics: ClusterObservability["monitoring"] = {}) {
    const { components = defaultMetrics, prometheus = true } = metrics || { components: [], prometheus: false };
    return { enableComponents: components, managedPrometheus: { enabled: prometheus } };
}

/** The cluster's notifications. */
export function notificationConfig(sent: ClusterNotifications | undefined): ClusterArgs["notificationConfig"] {
    const filter = sent?.events && { eventTypes: sent.events };
    return sent && { pubsub: { enabled: true, topic: sent.topic.topic.id, filter } };
}

/**
 * Grants publishing the notifications: GKE's service agent has the permission `pubsub.topics.publish` only in the cluster's
 * project ({@link https://cloud.google.com/iam/docs/roles-permissions/container roles/container.serviceAgent}).
 */
export function notificationGrants(
    environment: Environment,
    { notifications: sent, crossProject }: Pick<ClusterObservability, "notifications"> & ComponentArgs,
) {
    return sent ? environment.grantAgent("container.googleapis.com", sent.topic.publisher, crossProject) : [];
}
