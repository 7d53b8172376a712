import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { DatasetArgs } from "@pulumi/gcp/bigquery/dataset";
import type { DatasetAccessArgs } from "@pulumi/gcp/bigquery/datasetAccess";
import type { TableArgs } from "@pulumi/gcp/bigquery/table";
import type { InstanceArgs as BigTableArgs } from "@pulumi/gcp/bigtable/instance";
import type { WorkerPoolArgs } from "@pulumi/gcp/cloudbuild/workerPool";
import type { JobArgs } from "@pulumi/gcp/dataflow/job";
import type { InstanceArgs as DataFusionArgs } from "@pulumi/gcp/datafusion/instance";
import type { ClusterArgs } from "@pulumi/gcp/dataproc/cluster";
import type { TopicArgs } from "@pulumi/gcp/pubsub/topic";
import type { InstanceArgs as RedisArgs } from "@pulumi/gcp/redis/instance";
import type { DatabaseArgs } from "@pulumi/gcp/spanner/database";
import { isPublic, notPublic } from "../grants";
import { each, type Rule, rule } from "../rule";

const ownKey = "Data are always encrypted; a key has a price and a life of its own.";
const cmek = "https://cloud.google.com/kms/docs/cmek";

const dataset = "gcp:bigquery/dataset:Dataset";
const table = "gcp:bigquery/table:Table";

/** Rules of BigQuery, Pub/Sub, Artifact Registry and other services that have data. */
export const data: Rule[] = [
    rule(
        {
            name: "bigquery-not-public",
            description: "Datasets and tables are not public.",
            cis: { "4.0": ["7.1"], "5.0": ["7.1"] },
            checkov: ["CKV_GCP_15", "CKV_GCP_100"],
            url: "https://cloud.google.com/bigquery/docs/access-control",
        },
        notPublic("bigquery/(?:dataset|table|routine|connection)"),
        ...[
            each<DatasetArgs>(dataset, ({ accesses = [] }) =>
                accesses
                    .filter(({ specialGroup, iamMember }) =>
                        [specialGroup, iamMember].some((member) => member !== undefined && isPublic(member)),
                    )
                    .map(() => "'accesses' has everybody: name groups, users or service accounts."),
            ),
            each<DatasetAccessArgs>(
                "gcp:bigquery/datasetAccess:DatasetAccess",
                ({ specialGroup, iamMember }) =>
                    [specialGroup, iamMember].some((member) => member !== undefined && isPublic(member)) &&
                    "Access is granted to everybody: name groups, users or service accounts.",
            ),
        ],
    ),
    rule(
        {
            name: "bigquery-tables-with-own-key",
            description: "Tables are encrypted with a key of the customer.",
            cis: { "4.0": ["7.2"], "5.0": ["7.2"] },
            checkov: ["CKV_GCP_80"],
            url: cmek,
            optional: ownKey,
        },
        each<TableArgs>(
            table,
            ({ encryptionConfiguration, view, materializedView, externalDataConfiguration }) =>
                !encryptionConfiguration &&
                !view &&
                !materializedView &&
                !externalDataConfiguration &&
                "Set 'encryptionConfiguration', or a default key of the dataset.",
        ),
    ),
    rule(
        {
            name: "bigquery-datasets-with-own-key",
            description: "Datasets have a default key of the customer.",
            cis: { "4.0": ["7.3"], "5.0": ["7.3"] },
            checkov: ["CKV_GCP_81"],
            url: cmek,
            optional: ownKey,
        },
        each<DatasetArgs>(
            dataset,
            ({ defaultEncryptionConfiguration }) =>
                !defaultEncryptionConfiguration && "Set 'defaultEncryptionConfiguration'.",
        ),
    ),
    rule(
        {
            name: "bigquery-deletion-protection",
            description: "Tables are protected from deletion.",
            checkov: ["CKV_GCP_121"],
            url: "https://cloud.google.com/bigquery/docs/managing-tables",
        },
        each<TableArgs>(
            table,
            ({ deletionProtection, view, materializedView, externalDataConfiguration }) =>
                deletionProtection === false &&
                !view &&
                !materializedView &&
                !externalDataConfiguration &&
                "Leave 'deletionProtection' out, or set it to true.",
        ),
    ),
    rule(
        {
            name: "bigquery-no-forced-deletion",
            description: "A dataset that has tables is not deleted.",
            url: "https://cloud.google.com/bigquery/docs/managing-datasets",
        },
        each<DatasetArgs>(
            dataset,
            ({ deleteContentsOnDestroy }) => deleteContentsOnDestroy === true && "Leave 'deleteContentsOnDestroy' out.",
        ),
    ),
    rule(
        {
            name: "pubsub-not-public",
            description: "Topics and subscriptions are not public.",
            checkov: ["CKV_GCP_99"],
            url: "https://cloud.google.com/pubsub/docs/access-control",
        },
        notPublic("pubsub/(?:topic|subscription|schema)"),
    ),
    rule(
        {
            name: "pubsub-with-own-key",
            description: "Topics are encrypted with a key of the customer.",
            checkov: ["CKV_GCP_83"],
            url: cmek,
            optional: ownKey,
        },
        each<TopicArgs>("gcp:pubsub/topic:Topic", ({ kmsKeyName }) => !kmsKeyName && "Set 'kmsKeyName'."),
    ),
    rule(
        {
            name: "artifact-registry-not-public",
            description: "Repositories of images and packages are not public.",
            checkov: ["CKV_GCP_101"],
            url: "https://cloud.google.com/artifact-registry/docs/access-control",
        },
        notPublic("artifactregistry/repository"),
    ),
    rule(
        {
            name: "artifact-registry-with-own-key",
            description: "Repositories are encrypted with a key of the customer.",
            checkov: ["CKV_GCP_84"],
            url: cmek,
            optional: ownKey,
        },
        each<RepositoryArgs>(
            "gcp:artifactregistry/repository:Repository",
            ({ kmsKeyName }) => !kmsKeyName && "Set 'kmsKeyName'.",
        ),
    ),
    rule(
        {
            name: "secret-manager-not-public",
            description: "Secrets are not public.",
            url: "https://cloud.google.com/secret-manager/docs/access-control",
        },
        notPublic("secretmanager/"),
    ),
    rule(
        {
            name: "dataproc-with-own-key",
            description: "Clusters of Dataproc are encrypted with a key of the customer.",
            cis: { "4.0": ["8.1"], "5.0": ["8.1"] },
            checkov: ["CKV_GCP_91"],
            url: cmek,
            optional: ownKey,
        },
        each<ClusterArgs>(
            "gcp:dataproc/cluster:Cluster",
            ({ clusterConfig }) =>
                !clusterConfig?.encryptionConfig?.kmsKeyName && "Set 'clusterConfig.encryptionConfig.kmsKeyName'.",
        ),
    ),
    rule(
        {
            name: "dataproc-not-public",
            description: "Clusters of Dataproc are not public.",
            checkov: ["CKV_GCP_98"],
            url: "https://cloud.google.com/dataproc/docs/concepts/iam/iam",
        },
        notPublic("dataproc/"),
    ),
    rule(
        {
            name: "dataproc-no-public-address",
            description: "Nodes of Dataproc have no public addresses.",
            checkov: ["CKV_GCP_103"],
            url: "https://cloud.google.com/dataproc/docs/concepts/configuring-clusters/network",
        },
        each<ClusterArgs>(
            "gcp:dataproc/cluster:Cluster",
            ({ clusterConfig }) =>
                clusterConfig?.gceClusterConfig?.internalIpOnly !== true &&
                "Set 'clusterConfig.gceClusterConfig.internalIpOnly' to true.",
        ),
    ),
    rule(
        {
            name: "bigtable-with-own-key",
            description: "Clusters of Bigtable are encrypted with a key of the customer.",
            checkov: ["CKV_GCP_85"],
            url: cmek,
            optional: ownKey,
        },
        each<BigTableArgs>(
            "gcp:bigtable/instance:Instance",
            ({ clusters = [] }) =>
                clusters.some(({ kmsKeyName }) => !kmsKeyName) && "Set 'kmsKeyName' of each cluster.",
        ),
    ),
    rule(
        {
            name: "bigtable-deletion-protection",
            description: "Instances of Bigtable are protected from deletion.",
            checkov: ["CKV_GCP_122"],
            url: "https://cloud.google.com/bigtable/docs/deleting-instance",
        },
        each<BigTableArgs>(
            "gcp:bigtable/instance:Instance",
            ({ deletionProtection }) =>
                deletionProtection === false && "Leave 'deletionProtection' out, or set it to true.",
        ),
    ),
    rule(
        {
            name: "spanner-with-own-key",
            description: "Databases of Spanner are encrypted with a key of the customer.",
            checkov: ["CKV_GCP_93"],
            url: cmek,
            optional: ownKey,
        },
        each<DatabaseArgs>(
            "gcp:spanner/database:Database",
            ({ encryptionConfig }) => !encryptionConfig && "Set 'encryptionConfig'.",
        ),
    ),
    rule(
        {
            name: "spanner-deletion-protection",
            description: "Databases of Spanner are protected from deletion by the provider.",
            checkov: ["CKV_GCP_119"],
            url: "https://cloud.google.com/spanner/docs/prevent-database-deletion",
        },
        each<DatabaseArgs>(
            "gcp:spanner/database:Database",
            ({ deletionProtection }) =>
                deletionProtection === false && "Leave 'deletionProtection' out, or set it to true.",
        ),
    ),
    rule(
        {
            name: "spanner-drop-protection",
            description: "Databases of Spanner are protected from deletion by the API.",
            checkov: ["CKV_GCP_120"],
            url: "https://cloud.google.com/spanner/docs/prevent-database-deletion",
        },
        each<DatabaseArgs>(
            "gcp:spanner/database:Database",
            ({ enableDropProtection }) => enableDropProtection !== true && "Set 'enableDropProtection' to true.",
        ),
    ),
    rule(
        {
            name: "redis-auth",
            description: "Clients of Memorystore for Redis sign in.",
            checkov: ["CKV_GCP_95"],
            url: "https://cloud.google.com/memorystore/docs/redis/auth-overview",
        },
        each<RedisArgs>(
            "gcp:redis/instance:Instance",
            ({ authEnabled }) => authEnabled !== true && "Set 'authEnabled' to true.",
        ),
    ),
    rule(
        {
            name: "redis-encrypted-connections",
            description: "Connections to Memorystore for Redis are encrypted.",
            checkov: ["CKV_GCP_97"],
            url: "https://cloud.google.com/memorystore/docs/redis/in-transit-encryption",
        },
        each<RedisArgs>(
            "gcp:redis/instance:Instance",
            ({ transitEncryptionMode }) =>
                transitEncryptionMode !== "SERVER_AUTHENTICATION" &&
                "Set 'transitEncryptionMode' to \"SERVER_AUTHENTICATION\".",
        ),
    ),
    rule(
        {
            name: "dataflow-private-workers",
            description: "Workers of Dataflow have no public addresses.",
            checkov: ["CKV_GCP_94"],
            url: "https://cloud.google.com/dataflow/docs/guides/routes-firewall",
        },
        each<{ ipConfiguration?: string }>(
            /^gcp:dataflow\/(?:job|flexTemplateJob):/,
            ({ ipConfiguration }) =>
                ipConfiguration !== "WORKER_IP_PRIVATE" && "Set 'ipConfiguration' to \"WORKER_IP_PRIVATE\".",
        ),
    ),
    rule(
        {
            name: "dataflow-with-own-key",
            description: "Jobs of Dataflow are encrypted with a key of the customer.",
            checkov: ["CKV_GCP_90"],
            url: cmek,
            optional: ownKey,
        },
        each<JobArgs>("gcp:dataflow/job:Job", ({ kmsKeyName }) => !kmsKeyName && "Set 'kmsKeyName'."),
    ),
    rule(
        {
            name: "data-fusion-private",
            description: "Instances of Cloud Data Fusion have no public addresses.",
            checkov: ["CKV_GCP_87"],
            url: "https://cloud.google.com/data-fusion/docs/how-to/create-private-ip",
        },
        each<DataFusionArgs>(
            "gcp:datafusion/instance:Instance",
            ({ privateInstance }) => privateInstance !== true && "Set 'privateInstance' to true.",
        ),
    ),
    rule(
        {
            name: "data-fusion-logging",
            description: "Instances of Cloud Data Fusion send logs to Cloud Logging.",
            checkov: ["CKV_GCP_104"],
            url: "https://cloud.google.com/data-fusion/docs/how-to/monitor-pipeline-logs",
        },
        each<DataFusionArgs>(
            "gcp:datafusion/instance:Instance",
            ({ enableStackdriverLogging }) =>
                enableStackdriverLogging !== true && "Set 'enableStackdriverLogging' to true.",
        ),
    ),
    rule(
        {
            name: "data-fusion-monitoring",
            description: "Instances of Cloud Data Fusion send metrics to Cloud Monitoring.",
            checkov: ["CKV_GCP_105"],
            url: "https://cloud.google.com/data-fusion/docs/how-to/monitor-pipeline-logs",
        },
        each<DataFusionArgs>(
            "gcp:datafusion/instance:Instance",
            ({ enableStackdriverMonitoring }) =>
                enableStackdriverMonitoring !== true && "Set 'enableStackdriverMonitoring' to true.",
        ),
    ),
    rule(
        {
            name: "cloud-build-private-workers",
            description: "Workers of private pools of Cloud Build have no public addresses.",
            checkov: ["CKV_GCP_86"],
            url: "https://cloud.google.com/build/docs/private-pools/private-pools-overview",
        },
        each<WorkerPoolArgs>(
            "gcp:cloudbuild/workerPool:WorkerPool",
            ({ workerConfig }) => workerConfig?.noExternalIp !== true && "Set 'workerConfig.noExternalIp' to true.",
        ),
    ),
];
