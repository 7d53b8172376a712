import { join } from "node:path";
import {
    AppEngineApp,
    AutoscaledInstanceGroup,
    BigQueryDataset,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    ComposerEnvironment,
    DataflowJob,
    LoadBalancer,
    Network,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
    ServerlessFunction,
    ServiceAccount,
    StorageBucket,
    VertexBatchPrediction,
    VertexEndpoint,
    VertexPipeline,
    VirtualMachine,
    Workflow,
} from "slipway";
import { type MetricType, metrics } from "slipway/facts";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { Alerts, alertThresholds } from "slipway/monitoring";
import { comparisonsOf, parseQuery } from "../../../lib/formats";
import { verifyMetricFilter } from "../../../local/simulator/services/monitoring/metricFilter";
import { registered, registeredOptions } from "../registered";

/** The arguments of an alert policy that name metrics and labels. */
interface AlertPolicyArgs {
    conditions?: {
        conditionThreshold?: {
            filter: string;
            aggregations: object[];
            denominatorFilter?: string;
            denominatorAggregations?: object[];
        };
    }[];
}

const examples = join(__dirname, "..", "..", "..", "docs", "examples");
const image = `docker.io/acme/web@sha256:${"0".repeat(64)}`;
const inRegistry = image.replace("docker.io", "europe-west1-docker.pkg.dev/acme-dev");
const channel = "projects/acme-dev/notificationChannels/1";
const contact = () => new Alerts("oncall", { to: { channels: [channel] }, quota: false });

/** The filter of each alert: the first condition's, or that of log entries. Random suffixes of names are `-XXXXXX`. */
async function filters(program: (alerts: Alerts) => unknown, more?: object): Promise<Record<string, string>> {
    const made = await registered(() => program(more ? ({ to: contact(), ...more } as never) : contact()));
    return Object.fromEntries(
        Object.entries(made).flatMap(([key, args]) => {
            const { conditions: [first] = [] } = args as { conditions?: Record<string, { filter: string }>[] };
            const filter = (first?.conditionThreshold ?? first?.conditionMatchedLog)?.filter;
            return key.startsWith("AlertPolicy ")
                ? [[key.slice("AlertPolicy ".length), (filter ?? "").replace(/-[0-9a-f]{6}"/, '-XXXXXX"')]]
                : [];
        }),
    );
}

const of = (resource: string, labels: Record<string, string>, metric: string, ...more: string[]) =>
    [
        `resource.type = "${resource}"`,
        ...Object.entries(labels).map(([label, value]) => `resource.labels.${label} = "${value}"`),
        `metric.type = "${metric}"`,
        ...more,
    ].join(" AND ");
const run = { service_name: "predict" };
const pool = { worker_pool_name: "worker" };
const database = { database_id: "acme-dev:sales-XXXXXX" };
const composer = { environment_name: "scoring", location: "europe-west1" };
const nodes = expect.stringContaining('resource.type = "k8s_node" AND resource.labels.cluster_name = "main');
const containers = expect.stringMatching(
    /^resource.type = "k8s_container" AND .*resource.labels.namespace_name = "echo" AND resource.labels.container_name = "echo"/,
);

const versions = (metric: string, ...more: string[]) => {
    const container = 'resource.labels.container_name = one_of("echo", "echo-canary")';
    return expect.stringContaining(
        [
            'resource.labels.namespace_name = "echo"',
            `metric.type = "kubernetes.io/container/${metric}"`,
            container,
            ...more,
        ].join(" AND "),
    );
};

function withCanary(alerts: Alerts) {
    const cluster = new GkeCluster("main");
    const expose = { gateway: { domain: "echo.acme.com", public: true } } as const;
    const canary = { template: { image: image.replace("web@", "next@") } };
    new AutoscaledDeployment("echo", { cluster, image, port: 8080, health: "/ready", expose, canary, alerts });
}

const ofSchedule = (job: string) =>
    `resource.type = "cloud_scheduler_job" AND resource.labels.job_id = "${job}" AND resource.labels.location = "europe-west1" AND severity >= ERROR`;

/** Alerts with other thresholds, or without some. */
const changed = (alerts: Alerts, more: object) =>
    (alerts instanceof Alerts ? { to: alerts, ...more } : { ...more, ...(alerts as object) }) as { to: Alerts };

const cases: [component: string, program: (alerts: Alerts) => unknown, expected: Record<string, unknown>][] = [
    [
        "ServerlessFunction",
        (alerts) =>
            new ServerlessFunction("predict", { source: join(examples, "predict"), trigger: { http: {} }, alerts }),
        {
            "predict-errors": of(
                "cloud_run_revision",
                run,
                "run.googleapis.com/request_count",
                'metric.labels.response_code_class = "5xx"',
            ),
            "predict-latency": of("cloud_run_revision", run, "run.googleapis.com/request_latencies"),
            "predict-memory": of("cloud_run_revision", run, "run.googleapis.com/container/memory/utilizations"),
            "predict-instances": of("cloud_run_revision", run, "run.googleapis.com/container/instance_count"),
        },
    ],
    [
        "CloudRunWorkerPool",
        (alerts) => new CloudRunWorkerPool("worker", { image, alerts }),
        {
            "worker-cpu": of("cloud_run_worker_pool", pool, "run.googleapis.com/container/cpu/utilizations"),
            "worker-memory": of("cloud_run_worker_pool", pool, "run.googleapis.com/container/memory/utilizations"),
        },
    ],
    [
        "AppEngineApp",
        (alerts) =>
            new AppEngineApp("shop", {
                services: { default: { flexible: true, image: inRegistry } },
                alerts: changed(alerts, { latency: false }),
            }),
        {
            "shop-errors": of(
                "gae_app",
                {},
                "appengine.googleapis.com/http/server/response_count",
                "metric.labels.response_code >= 500",
                "metric.labels.response_code < 600",
            ),
        },
    ],
    [
        "CloudSqlInstance",
        (alerts) =>
            new CloudSqlInstance("sales", {
                engine: "postgres",
                flags: { max_connections: 200 },
                replicas: { eu: {} },
                databases: { app: {} },
                exports: { bucket: new StorageBucket("exports"), schedule: "0 2 * * *" },
                alerts: changed(alerts, { cpu: false, memory: false, disk: false }),
            }),
        {
            "sales-failedRuns": of(
                "workflows.googleapis.com/Workflow",
                { workflow_id: "sales-export", location: "europe-west1" },
                "workflows.googleapis.com/finished_execution_count",
                'metric.labels.status = "FAILED"',
            ),
            "sales-export-failedRuns":
                'resource.type = "cloud_scheduler_job" AND resource.labels.job_id = "sales-export" AND resource.labels.location = "europe-west1" AND severity >= ERROR',
            "sales-unavailable": of("cloudsql_database", database, "cloudsql.googleapis.com/database/up"),
            "sales-connections": of(
                "cloudsql_database",
                database,
                "cloudsql.googleapis.com/database/postgresql/num_backends",
            ),
            "sales-replicationLag-eu": of(
                "cloudsql_database",
                { database_id: "acme-dev:sales-eu-XXXXXX" },
                "cloudsql.googleapis.com/database/replication/replica_lag",
            ),
        },
    ],
    [
        "CloudSqlInstance of MySQL",
        (alerts) => new CloudSqlInstance("sales", { engine: "mysql", flags: { max_connections: 200 }, alerts }),
        {
            "sales-cpu": of("cloudsql_database", database, "cloudsql.googleapis.com/database/cpu/utilization"),
            "sales-memory": of("cloudsql_database", database, "cloudsql.googleapis.com/database/memory/utilization"),
            "sales-disk": of("cloudsql_database", database, "cloudsql.googleapis.com/database/disk/utilization"),
            "sales-unavailable": of("cloudsql_database", database, "cloudsql.googleapis.com/database/up"),
            "sales-connections": of(
                "cloudsql_database",
                database,
                "cloudsql.googleapis.com/database/network/connections",
            ),
        },
    ],
    [
        "CloudSqlInstance without a number of connections",
        (alerts) =>
            new CloudSqlInstance("sales", { engine: "postgres", alerts: changed(alerts, { cpu: false, disk: false }) }),
        {
            "sales-memory": of("cloudsql_database", database, "cloudsql.googleapis.com/database/memory/utilization"),
            "sales-unavailable": of("cloudsql_database", database, "cloudsql.googleapis.com/database/up"),
        },
    ],
    [
        "PubSubTopic",
        (alerts) => new PubSubTopic("sales", { alerts }),
        {
            "sales-errors": of(
                "pubsub_topic",
                { topic_id: "sales" },
                "pubsub.googleapis.com/topic/send_request_count",
                'metric.labels.response_class != "success"',
            ),
        },
    ],
    ...[true, false].map((hasDeadLetters): (typeof cases)[number] => [
        `PubSubSubscription ${hasDeadLetters ? "with" : "without"} dead letters`,
        (alerts) =>
            new PubSubSubscription("predict", {
                topic: new PubSubTopic("sales"),
                pull: {},
                ...(hasDeadLetters ? {} : { deadLetter: false as const }),
                alerts,
            }),
        Object.fromEntries(
            [
                ["backlog", "num_undelivered_messages"],
                ["backlogAge", "oldest_unacked_message_age"],
                ...(hasDeadLetters ? [["deadLetters", "dead_letter_message_count"]] : []),
            ].map(([signal, metric]) => [
                `predict-${signal}`,
                of(
                    "pubsub_subscription",
                    { subscription_id: "predict" },
                    `pubsub.googleapis.com/subscription/${metric}`,
                ),
            ]),
        ),
    ]),
    [
        "LoadBalancer",
        (alerts) =>
            new LoadBalancer("shop", {
                domains: "shop.acme.com",
                routes: { "/*": new CloudRunService("web", { image }) },
                alerts: changed(alerts, { latency: false }),
            }),
        {
            "shop-errors": of(
                "https_lb_rule",
                { url_map_name: "shop" },
                "loadbalancing.googleapis.com/https/request_count",
                "metric.labels.response_code >= 500",
                "metric.labels.response_code < 600",
            ),
            "shop-certificateEnd":
                'resource.type = "certificatemanager.googleapis.com/Project" AND log_id("certificatemanager.googleapis.com/certificates_expiry") AND severity >= WARNING',
        },
    ],
    ...(
        [
            ["regional-external", "http_external_regional_lb_rule", "https/external/regional"],
            ["regional-internal", "internal_http_lb_rule", "https/internal"],
        ] as const
    ).map(([type, resource, metrics]): (typeof cases)[number] => [
        `LoadBalancer of type ${type}`,
        (alerts) =>
            new LoadBalancer("shop", {
                type,
                insecure: true,
                network: new Network("apps", { proxyOnlySubnets: true }),
                routes: { "/*": new CloudRunService("web", { image }) },
                alerts: changed(alerts, {}),
            }),
        {
            "shop-errors": of(
                resource,
                { url_map_name: "shop" },
                `loadbalancing.googleapis.com/${metrics}/request_count`,
                "metric.labels.response_code >= 500",
                "metric.labels.response_code < 600",
            ),
            "shop-latency": of(
                resource,
                { url_map_name: "shop" },
                `loadbalancing.googleapis.com/${metrics}/total_latencies`,
            ),
        },
    ]),
    [
        "VirtualMachine",
        (alerts) => new VirtualMachine("train", { network: new Network("apps"), alerts }),
        { "train-cpu": expect.stringContaining('resource.type = "gce_instance" AND resource.labels.instance_id = ') },
    ],
    [
        "AutoscaledInstanceGroup",
        (alerts) => new AutoscaledInstanceGroup("web", { network: new Network("apps"), scaling: { max: 5 }, alerts }),
        {
            "web-cpu": of(
                "gce_instance",
                {},
                "compute.googleapis.com/instance/cpu/utilization",
                'metric.labels.instance_name = starts_with("web-")',
            ),
            "web-instances": of(
                "instance_group",
                { instance_group_name: "web-XXXXXX" },
                "compute.googleapis.com/instance_group/size",
            ),
        },
    ],
    [
        "VirtualMachine with the Ops Agent",
        (alerts) => new VirtualMachine("train", { network: new Network("apps"), agent: true, alerts }),
        {
            "train-cpu": expect.stringContaining("compute.googleapis.com/instance/cpu/utilization"),
            "train-memory": expect.stringMatching(
                /^resource.type = "gce_instance" AND resource.labels.instance_id = .* AND metric.type = "agent.googleapis.com\/memory\/percent_used" AND metric.labels.state = "used"$/,
            ),
            "train-disk": expect.stringMatching(
                /metric.type = "agent.googleapis.com\/disk\/percent_used" AND metric.labels.state = "used" AND metric.labels.device != starts_with\("\/dev\/loop"\)$/,
            ),
        },
    ],
    [
        "AutoscaledInstanceGroup with an agent on Container-Optimized OS",
        (alerts) =>
            new AutoscaledInstanceGroup("web", {
                network: new Network("apps"),
                scaling: 2,
                container: { image },
                agent: true,
                alerts,
            }),
        {
            "web-cpu": expect.stringContaining("compute.googleapis.com/instance/cpu/utilization"),
            "web-memory": of(
                "gce_instance",
                {},
                "compute.googleapis.com/guest/memory/bytes_used",
                'metadata.system_labels.name = starts_with("web-")',
                'metric.labels.state = "used"',
            ),
            "web-disk": of(
                "gce_instance",
                {},
                "compute.googleapis.com/guest/disk/bytes_used",
                'metadata.system_labels.name = starts_with("web-")',
                'metric.labels.mount_option = starts_with("rw")',
                'metric.labels.state = "used"',
            ),
        },
    ],
    [
        "VertexEndpoint",
        (alerts) =>
            new VertexEndpoint("iris", {
                models: { latest: { model: "projects/acme-dev/locations/europe-west1/models/iris@3" } },
                alerts,
            }),
        {
            "iris-errors": expect.stringContaining("aiplatform.googleapis.com/prediction/online/error_count"),
            "iris-latency": expect.stringContaining('metric.labels.latency_type = "total"'),
        },
    ],
    [
        "AutoscaledDeployment with a canary",
        withCanary,
        {
            "echo-cpu": versions("cpu/limit_utilization"),
            "echo-memory": versions("memory/limit_utilization", 'metric.labels.memory_type = "non-evictable"'),
            "echo-restarts": versions("restart_count"),
        },
    ],
    [
        "GkeCluster and AutoscaledDeployment",
        (alerts) => {
            const cluster = new GkeCluster("main", { alerts });
            new AutoscaledDeployment("echo", { cluster, image, alerts });
        },
        {
            "main-cpu": nodes,
            "main-memory": nodes,
            "echo-cpu": containers,
            "echo-memory": containers,
            "echo-restarts": containers,
        },
    ],
    [
        "ComposerEnvironment",
        (alerts) => new ComposerEnvironment("scoring", { alerts: changed(alerts, { others: alerts }) }),
        {
            "scoring-unavailable": of(
                "cloud_composer_environment",
                composer,
                "composer.googleapis.com/environment/healthy",
            ),
            "scoring-failedRuns": of(
                "cloud_composer_workflow",
                { location: "europe-west1" },
                "composer.googleapis.com/workflow/run_count",
                'resource.labels.workflow_name = starts_with("scoring.")',
                'metric.labels.state = "failed"',
            ),
            "scoring-others": expect.stringContaining('textPayload:"slipway-alert"'),
        },
    ],
    [
        "Schedule",
        (alerts) =>
            new Schedule("nightly", { cron: "0 3 * * *", topic: new PubSubTopic("ticks"), message: "go", alerts }),
        {
            "nightly-failedRuns":
                'resource.type = "cloud_scheduler_job" AND resource.labels.job_id = "nightly" AND resource.labels.location = "europe-west1" AND severity >= ERROR',
        },
    ],
    [
        "BigQueryDataset",
        (alerts) =>
            new BigQueryDataset("sales", {
                scheduledQueries: { sum: { query: "SELECT 1", schedule: "every day 03:00" } },
                alerts,
            }),
        { "sales-failedRuns-sum": expect.stringContaining('resource.type = "bigquery_dts_config" AND ') },
    ],
    [
        "Workflow",
        (alerts) => new Workflow("close", { source: join(examples, "workflows", "nightly.yaml"), alerts }),
        {
            "close-failedRuns": of(
                "workflows.googleapis.com/Workflow",
                { workflow_id: "close", location: "europe-west1" },
                "workflows.googleapis.com/finished_execution_count",
                'metric.labels.status = "FAILED"',
            ),
        },
    ],
    [
        "VertexPipeline",
        (alerts) =>
            new VertexPipeline("forecast", {
                source: join(examples, "..", "..", "test", "pipelines", "forecast.yaml"),
                pipelineRoot: new StorageBucket("results"),
                parameters: { source: "sales" },
                images: { steps: image },
                alerts,
            }),
        {
            "forecast-failedRuns":
                'resource.type = "aiplatform.googleapis.com/PipelineJob" AND resource.labels.location = "europe-west1" AND log_id("aiplatform.googleapis.com/pipeline_job_events") AND labels.service_account : "forecast-run@acme-dev.iam.gserviceaccount.com" AND jsonPayload.state = "PIPELINE_STATE_FAILED"',
        },
    ],
    [
        "VertexPipeline with an account that others share",
        (alerts) =>
            new VertexPipeline("forecast", {
                source: join(examples, "..", "..", "test", "pipelines", "forecast.yaml"),
                pipelineRoot: new StorageBucket("results"),
                parameters: { source: "sales" },
                images: { steps: image },
                account: new ServiceAccount("models"),
                alerts,
            }),
        {
            "forecast-failedRuns": expect.stringContaining(
                'labels.service_account : "models@acme-dev.iam.gserviceaccount.com" AND labels.pipeline_name = "forecast" AND',
            ),
        },
    ],
    [
        "VertexBatchPrediction with a schedule",
        (alerts) =>
            new VertexBatchPrediction("score", {
                model: "projects/acme-dev/locations/europe-west1/models/iris@3",
                input: { bucket: new StorageBucket("orders"), files: "*.jsonl" },
                output: { bucket: new StorageBucket("scores") },
                schedule: "0 3 * * *",
                alerts,
            }),
        {
            "score-failedRuns": of(
                "workflows.googleapis.com/Workflow",
                { workflow_id: "score-watch", location: "europe-west1" },
                "workflows.googleapis.com/finished_execution_count",
                'metric.labels.status = "FAILED"',
            ),
            "score-schedule-failedRuns": ofSchedule("score-schedule"),
        },
    ],
    [
        "Workflow with a schedule",
        (alerts) =>
            new Workflow("close", {
                source: join(examples, "workflows", "nightly.yaml"),
                schedule: "0 3 * * *",
                alerts: changed(alerts, { failedRuns: { threshold: 2 } }),
            }),
        {
            "close-failedRuns": expect.stringContaining("finished_execution_count"),
            "close-schedule-failedRuns": ofSchedule("close-schedule"),
        },
    ],
    [
        "CloudRunJob with a schedule",
        (alerts) => new CloudRunJob("migrate", { image, schedule: "0 3 * * *", alerts }),
        {
            "migrate-failedRuns": expect.stringContaining("completed_execution_count"),
            "migrate-schedule-failedRuns": ofSchedule("migrate-schedule"),
        },
    ],
    [
        "ServerlessFunction with a schedule",
        (alerts) =>
            new ServerlessFunction("predict", {
                source: join(examples, "predict"),
                trigger: { schedule: "0 3 * * *" },
                alerts: changed(alerts, { latency: false, memory: false, instances: false }),
            }),
        {
            "predict-errors": expect.stringContaining("request_count"),
            "predict-schedule-failedRuns": ofSchedule("predict-schedule"),
        },
    ],
    [
        "DataflowJob that streams",
        (alerts) => {
            const inputSubscription = new PubSubSubscription("store", { topic: new PubSubTopic("sales"), pull: {} });
            new DataflowJob("store-sales", {
                template: "PubSub_Subscription_to_BigQuery",
                uses: { inputSubscription: inputSubscription.subscriber },
                parameters: { outputTableSpec: "acme-dev:history.sales" },
                alerts,
            });
        },
        {
            "store-sales-failedRuns": of(
                "dataflow_job",
                { job_name: "store-sales", region: "europe-west1" },
                "dataflow.googleapis.com/job/is_failed",
            ),
            "store-sales-backlogAge": of(
                "dataflow_job",
                { job_name: "store-sales", region: "europe-west1" },
                "dataflow.googleapis.com/job/system_lag",
            ),
        },
    ],
    [
        "DataflowJob of batches",
        (alerts) =>
            new DataflowJob("count", {
                template: "Word_Count",
                parameters: { inputFile: "gs://a/b", output: "gs://a/c" },
                alerts,
            }),
        {
            "count-failedRuns": of(
                "dataflow_job",
                { region: "europe-west1" },
                "dataflow.googleapis.com/job/is_failed",
                'resource.labels.job_name = starts_with("count-")',
            ),
        },
    ],
];
test.each(cases)("%s alerts by its own resources", async (_, program, expected) => {
    expect(await filters(program)).toEqual(expected);
});

/** Some of their policies are of other components, of queries, or of `others`. */
const together = [
    "BigQueryDataset",
    "GkeCluster and AutoscaledDeployment",
    "ComposerEnvironment",
    "ServerlessFunction with a schedule",
];

test.each(cases.filter(([component]) => !together.includes(component)))(
    "%s accepts another duration of each of its alerts, and can be without it",
    async (_, program, expected) => {
        const keys = Object.keys(expected).sort();
        const signals = Object.keys(alertThresholds).filter((name) => keys.some((key) => key.endsWith(`-${name}`)));
        expect(signals).not.toEqual([]);
        for (const signal of signals) {
            const [longer, without] = [{ [signal]: { for: "7 minutes" } }, { [signal]: false }];
            expect(Object.keys(await filters(program, longer)).sort()).toEqual(keys);
            const others = keys.filter((key) => !key.endsWith(`-${signal}`));
            expect(Object.keys(await filters(program, without)).sort()).toEqual(others);
        }
    },
);

/** A project in which all metrics are known. */
const known = { cloud: { propagation: { isPending: () => false }, store: { read: () => undefined } } } as never;

test.each(cases)("%s alerts by metrics and labels that are published", async (_, program) => {
    const made = Object.values(await registered(() => program(contact()))) as AlertPolicyArgs[];
    const thresholds = made.flatMap(({ conditions = [] }) =>
        conditions.flatMap((each) => each.conditionThreshold ?? []),
    );
    for (const { filter, aggregations, denominatorFilter, denominatorAggregations } of thresholds) {
        verifyMetricFilter("filter", filter, aggregations, "acme-dev", known);
        verifyMetricFilter("filter", denominatorFilter ?? filter, denominatorAggregations ?? [], "acme-dev", known);
        const type = /metric\.type = "([^"]+)"/.exec(filter)?.[1] as MetricType;
        const compared = comparisonsOf(parseQuery(filter)).filter(({ operator }) => /^[<>]/.test(operator));
        const numbers = (metrics[type].numbers ?? []).map((label) => `metric.labels.${label}`);
        expect(numbers).toEqual(expect.arrayContaining(compared.map(({ field }) => field)));
    }
});

test.each([
    'metric.type = "run.googleapis.com/container/memory/utilizations" AND metric.labels.container_name = "app"',
    'metric.type = "run.googleapis.com/request_count" AND resource.labels.resource_container = "acme-dev"',
])("a label that is not published is refused: %s", (filter) => {
    expect(() =>
        verifyMetricFilter("filter", `resource.type = "cloud_run_revision" AND ${filter}`, [], "acme-dev", known),
    ).toThrow("The metric referenced by the provided filter is unknown.");
});

test("restarts are counted for each pod within ten minutes", async () => {
    const made = await registered(() => {
        const cluster = new GkeCluster("main");
        new AutoscaledDeployment("echo", { cluster, image, alerts: contact() });
    });
    const { conditions } = made["AlertPolicy echo-restarts"] as AlertPolicyArgs;
    expect(conditions?.[0]?.conditionThreshold?.aggregations).toEqual([
        {
            alignmentPeriod: "600s",
            perSeriesAligner: "ALIGN_DELTA",
            groupByFields: ["resource.label.pod_name"],
            crossSeriesReducer: "REDUCE_SUM",
        },
    ]);
});

test("a canary alerts by itself, however few pods it has, in the policies of its deployment", async () => {
    const made = await registered(() => withCanary(contact()));
    const groups = ["cpu", "memory", "restarts"].map((signal) => {
        const { conditions } = made[`AlertPolicy echo-${signal}`] as AlertPolicyArgs;
        return conditions?.map(({ conditionThreshold }) => conditionThreshold?.aggregations);
    });
    const by = (label: string) => [[expect.objectContaining({ groupByFields: [`resource.label.${label}`] })]];
    expect(groups).toEqual([by("container_name"), by("container_name"), by("pod_name")]);
});

test("a contact of owners of DAGs has no channels of its own", async () => {
    const program = () => new ComposerEnvironment("scoring", { alerts: { owners: { data: contact() } } });
    const made = await registered(program);
    expect(made["AlertPolicy scoring-owner-data"]).toMatchObject({ notificationChannels: [channel] });
    expect(Object.keys(made).filter((key) => key.startsWith("NotificationChannel "))).toEqual([]);
    expect((await registeredOptions(program))["AlertPolicy scoring-owner-data"]?.parent).toBe(
        "ComposerEnvironment scoring",
    );
});
