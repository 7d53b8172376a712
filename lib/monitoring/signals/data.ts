import * as pulumi from "@pulumi/pulumi";
import { compared, type MetricSignal, type Signal } from "../../component/alerts/signal";

type Name = pulumi.Input<string>;

/** Signals of a Pub/Sub topic: publications that fail. */
export const topicSignals = ["errors"] as const;

export function signalsOfTopic(topic: Name): Signal[] {
    return [
        {
            signal: "errors",
            resource: "pubsub_topic",
            where: { topic_id: topic },
            metric: "pubsub.googleapis.com/topic/send_request_count",
            part: ['metric.labels.response_class != "success"'],
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_SUM",
        },
    ];
}

/** Signals of a Pub/Sub subscription. */
export const subscriptionSignals = ["backlog", "backlogAge", "deadLetters"] as const;

export function signalsOfSubscription(subscription: Name, hasDeadLetters: boolean): Signal[] {
    const own = { resource: "pubsub_subscription" as const, where: { subscription_id: subscription } };
    const all: Signal[] = [
        {
            ...own,
            signal: "backlog",
            metric: "pubsub.googleapis.com/subscription/num_undelivered_messages",
            aligner: "ALIGN_MAX",
        },
        {
            ...own,
            signal: "backlogAge",
            metric: "pubsub.googleapis.com/subscription/oldest_unacked_message_age",
            aligner: "ALIGN_MAX",
        },
        {
            ...own,
            signal: "deadLetters",
            metric: "pubsub.googleapis.com/subscription/dead_letter_message_count",
            aligner: "ALIGN_DELTA",
        },
    ];
    return all.filter(({ signal }) => hasDeadLetters || signal !== "deadLetters");
}

/** Signals of a Cloud SQL instance and its replicas. */
export const databaseSignals = [
    "cpu",
    "memory",
    "disk",
    "connections",
    "failedRuns",
    "replicationLag",
    "unavailable",
] as const;

/**
 * @param databases `acme-dev:sales` of the instance, and of its replicas
 * @param maxConnections its flag `max_connections`; without it Cloud SQL calculates one from the memory, which no metric has
 */
export function signalsOfDatabase(
    engine: "postgres" | "mysql" | "sqlserver",
    database: Name,
    replicas: Record<string, Name>,
    maxConnections?: number,
): Signal[] {
    const of = (id: Name) => ({ resource: "cloudsql_database" as const, where: { database_id: id } });
    const gauge = (signal: Signal["signal"], metric: MetricSignal["metric"]): MetricSignal => ({
        ...of(database),
        signal,
        metric,
        aligner: "ALIGN_MEAN",
    });
    return [
        gauge("cpu", "cloudsql.googleapis.com/database/cpu/utilization"),
        gauge("memory", "cloudsql.googleapis.com/database/memory/utilization"),
        gauge("disk", "cloudsql.googleapis.com/database/disk/utilization"),
        { ...gauge("unavailable", "cloudsql.googleapis.com/database/up"), below: true },
        ...(maxConnections === undefined
            ? []
            : [
                  {
                      // Each database of PostgreSQL has its own series.
                      ...gauge(
                          "connections",
                          engine === "postgres"
                              ? "cloudsql.googleapis.com/database/postgresql/num_backends"
                              : "cloudsql.googleapis.com/database/network/connections",
                      ),
                      reducer: "REDUCE_SUM" as const,
                      of: maxConnections,
                  },
              ]),
        ...Object.entries(replicas).map(
            ([key, replica]): MetricSignal => ({
                key,
                ...gauge("replicationLag", "cloudsql.googleapis.com/database/replication/replica_lag"),
                ...of(replica),
            }),
        ),
    ];
}

/** Signals of a Composer environment, besides the alerts of DAGs by owner. */
export const composerSignals = ["failedRuns", "unavailable"] as const;

export function signalsOfComposer(environment: Name, location: Name): Signal[] {
    return [
        {
            signal: "unavailable",
            resource: "cloud_composer_environment",
            where: { environment_name: environment, location },
            metric: "composer.googleapis.com/environment/healthy",
            aligner: "ALIGN_FRACTION_TRUE",
            below: true,
        },
        {
            signal: "failedRuns",
            resource: "cloud_composer_workflow",
            where: { location },
            metric: "composer.googleapis.com/workflow/run_count",
            // The name of a workflow is that of the environment and of the DAG, `scoring.daily`; there is no label of the environment.
            only: [
                pulumi.interpolate`resource.labels.workflow_name = starts_with("${environment}.")`,
                'metric.labels.state = "failed"',
            ],
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_SUM",
            groupBy: ["resource.label.workflow_name"],
        },
    ];
}

/** The signal of what runs now and then. */
export const runSignals = ["failedRuns"] as const;

/** Signals of a Dataflow job: only streaming jobs have a backlog. */
export const dataflowSignals = ["failedRuns", "backlogAge"] as const;

/**
 * Jobs that fail, and the delay of a streaming one: https://cloud.google.com/dataflow/docs/guides/using-cloud-monitoring
 *
 * @param job the name of a streaming job, or what the names of batch jobs start with
 */
export function signalsOfDataflowJob(job: string, region: Name, isStreaming: boolean): Signal[] {
    const own: Pick<MetricSignal, "where" | "only"> = isStreaming
        ? { where: { job_name: job, region } }
        : { where: { region }, only: [`resource.labels.job_name = starts_with("${job}-")`] };
    return [
        {
            ...own,
            signal: "failedRuns",
            resource: "dataflow_job",
            metric: "dataflow.googleapis.com/job/is_failed",
            aligner: "ALIGN_MAX",
            reducer: "REDUCE_SUM",
        },
        ...(isStreaming
            ? [
                  {
                      ...own,
                      signal: "backlogAge",
                      resource: "dataflow_job",
                      metric: "dataflow.googleapis.com/job/system_lag",
                      aligner: "ALIGN_MAX",
                      reducer: "REDUCE_MAX",
                  } as const,
              ]
            : []),
    ];
}

export function signalsOfWorkflow(workflow: Name, location: Name): Signal[] {
    return [
        {
            signal: "failedRuns",
            resource: "workflows.googleapis.com/Workflow",
            where: { workflow_id: workflow, location },
            metric: "workflows.googleapis.com/finished_execution_count",
            only: ['metric.labels.status = "FAILED"'],
            aligner: "ALIGN_DELTA",
            reducer: "REDUCE_SUM",
        },
    ];
}

/** Cloud Scheduler has no metrics, but logs each call: https://cloud.google.com/scheduler/docs/logging */
export function signalsOfSchedule(job: Name, location: Name): Signal[] {
    return [
        {
            signal: "failedRuns",
            resource: "cloud_scheduler_job",
            where: { job_id: job, location },
            log: ["severity >= ERROR"],
        },
    ];
}

/** The service of scheduled queries logs their runs: https://cloud.google.com/bigquery/docs/dts-monitor */
export function signalsOfScheduledQuery(key: string, config: Name): Signal[] {
    return [
        {
            signal: "failedRuns",
            key,
            resource: "bigquery_dts_config",
            where: { config_id: config },
            log: ["severity >= ERROR"],
        },
    ];
}

/**
 * Runs of a pipeline, also of its schedule, by their service account, which the
 * {@link https://cloud.google.com/logging/docs/api/platform-logs#vertex_ai_api log entries of states} have as a label. The IDs of runs do not
 * distinguish: Vertex AI makes the names of scheduled runs from the name in the compiled file.
 *
 * @param pipeline the name in the compiled file, where several pipelines share the account; undefined if it is not known
 */
export function signalsOfPipeline(account: Name, location: Name, pipeline?: string): Signal[] {
    return [
        {
            signal: "failedRuns",
            resource: "aiplatform.googleapis.com/PipelineJob",
            where: { location },
            log: [
                'log_id("aiplatform.googleapis.com/pipeline_job_events")',
                compared("labels.service_account", account, ":"),
                ...(pipeline === undefined ? [] : [`labels.pipeline_name = ${JSON.stringify(pipeline)}`]),
                'jsonPayload.state = "PIPELINE_STATE_FAILED"',
            ],
        },
    ];
}
