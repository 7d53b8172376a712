import type * as pulumi from "@pulumi/pulumi";
import type { MetricSignal, Signal } from "../../component/alerts/signal";

type Name = pulumi.Input<string>;

/** Signals of a Cloud Run service, or of the one that a function runs as. */
export const runServiceSignals = ["errors", "latency", "memory", "instances"] as const;

/** @param max the maximum number of instances */
export function signalsOfRunService(service: Name, max: pulumi.Input<number>): Signal[] {
    const own = { resource: "cloud_run_revision", where: { service_name: service } } as const;
    return [
        {
            ...own,
            signal: "errors",
            metric: "run.googleapis.com/request_count",
            part: ['metric.labels.response_code_class = "5xx"'],
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_SUM",
        },
        {
            ...own,
            signal: "latency",
            metric: "run.googleapis.com/request_latencies",
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_PERCENTILE_95",
        },
        {
            ...own,
            signal: "memory",
            metric: "run.googleapis.com/container/memory/utilizations",
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_PERCENTILE_95",
        },
        {
            ...own,
            signal: "instances",
            metric: "run.googleapis.com/container/instance_count",
            aligner: "ALIGN_MAX",
            reducer: "REDUCE_SUM",
            groupBy: ["resource.label.location"],
            of: max,
        },
    ];
}

/** Signals of a Cloud Run job. */
export const runJobSignals = ["failedRuns"] as const;

export function signalsOfRunJob(job: Name): Signal[] {
    return [
        {
            signal: "failedRuns",
            resource: "cloud_run_job",
            where: { job_name: job },
            metric: "run.googleapis.com/job/completed_execution_count",
            only: ['metric.labels.result = "failed"'],
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_SUM",
        },
    ];
}

/** Signals of a Cloud Run worker pool, which answers no requests. */
export const workerPoolSignals = ["cpu", "memory"] as const;

export function signalsOfWorkerPool(pool: Name): Signal[] {
    const utilization = (metric: MetricSignal["metric"]) => ({
        resource: "cloud_run_worker_pool" as const,
        where: { worker_pool_name: pool },
        metric,
        aligner: "ALIGN_DELTA" as const,
        reducer: "REDUCE_PERCENTILE_95" as const,
    });
    return [
        { signal: "cpu", ...utilization("run.googleapis.com/container/cpu/utilizations") },
        { signal: "memory", ...utilization("run.googleapis.com/container/memory/utilizations") },
    ];
}

/** Signals of an App Engine application, with its services apart. */
export const appEngineSignals = ["errors", "latency"] as const;

export function signalsOfAppEngine(): Signal[] {
    const own = { resource: "gae_app", where: {}, groupBy: ["resource.label.module_id"] } as const;
    return [
        {
            ...own,
            groupBy: [...own.groupBy],
            signal: "errors",
            metric: "appengine.googleapis.com/http/server/response_count",
            // The label is a number.
            part: ["metric.labels.response_code >= 500", "metric.labels.response_code < 600"],
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_SUM",
        },
        {
            ...own,
            groupBy: [...own.groupBy],
            signal: "latency",
            metric: "appengine.googleapis.com/http/server/response_latencies",
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_PERCENTILE_95",
        },
    ];
}

/** Signals of a Vertex AI endpoint. */
export const endpointSignals = ["errors", "latency"] as const;

/** @param endpoint its ID, which is a number unless it has a name */
export function signalsOfEndpoint(endpoint: Name, location: Name): Signal[] {
    const own = { resource: "aiplatform.googleapis.com/Endpoint", where: { endpoint_id: endpoint, location } } as const;
    return [
        {
            ...own,
            signal: "errors",
            metric: "aiplatform.googleapis.com/prediction/online/prediction_count",
            partMetric: "aiplatform.googleapis.com/prediction/online/error_count",
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_SUM",
        },
        {
            ...own,
            signal: "latency",
            metric: "aiplatform.googleapis.com/prediction/online/prediction_latencies",
            // Of the model and of what the service adds: only together they are what callers wait for.
            only: ['metric.labels.latency_type = "total"'],
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_PERCENTILE_95",
        },
    ];
}

/** Signals of an application load balancer. */
export const loadBalancerSignals = ["errors", "latency", "certificateEnd"] as const;

/** The resource type of each kind of load balancer, and the start of its metrics. */
const loadBalancers = {
    global: { resource: "https_lb_rule", metrics: "loadbalancing.googleapis.com/https" },
    regional: {
        resource: "http_external_regional_lb_rule",
        metrics: "loadbalancing.googleapis.com/https/external/regional",
    },
    internal: { resource: "internal_http_lb_rule", metrics: "loadbalancing.googleapis.com/https/internal" },
} as const;

export function signalsOfLoadBalancer(
    urlMap: Name,
    kind: keyof typeof loadBalancers,
    hasCertificates: boolean,
): Signal[] {
    const { resource, metrics } = loadBalancers[kind];
    const own = {
        resource,
        where: { url_map_name: urlMap },
        aligner: "ALIGN_DELTA",
    } as const;
    return [
        {
            ...own,
            signal: "errors",
            metric: `${metrics}/request_count`,
            // A number for all kinds of load balancers; the class is 500 for some and 5xx for others.
            part: ["metric.labels.response_code >= 500", "metric.labels.response_code < 600"],
            reducer: "REDUCE_SUM",
        },
        {
            ...own,
            signal: "latency",
            metric: `${metrics}/total_latencies`,
            reducer: "REDUCE_PERCENTILE_95",
        },
        ...(hasCertificates
            ? [
                  {
                      signal: "certificateEnd",
                      // https://cloud.google.com/certificate-manager/docs/logs-metrics
                      resource: "certificatemanager.googleapis.com/Project",
                      where: {},
                      log: ['log_id("certificatemanager.googleapis.com/certificates_expiry")', "severity >= WARNING"],
                  } satisfies Signal,
              ]
            : []),
    ];
}
