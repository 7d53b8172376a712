import { facts } from "./facts";

/** How long a change takes to have an effect, in seconds. */
interface Delay {
    typical: number;
    /** The longest time that is documented. */
    longest: number;
}

/**
 * How long changes take to have an effect. Calls that need a change are refused until then.
 *
 * - `api`: calls of a new API. Its error says "wait a few minutes". The provider's own samples wait the typical time.
 * - `account`: other services know a new service account or service agent.
 * - `grant`: a role, also one that was removed.
 * - `metric`: the metrics of a new API, or of a filter of logs. Google's error says "up to 10 minutes", without a typical time.
 *   typically.
 */
export const propagation = facts<Delay>()({
    subject: "Time until changes have an effect, in seconds",
    source: "https://docs.cloud.google.com/iam/docs/access-change-propagation",
    checked: "2026-11-23",
    rows: {
        api: {
            typical: 30,
            longest: 300,
            source: "https://github.com/GoogleCloudPlatform/magic-modules/blob/main/mmv1/templates/terraform/samples/services/dataform/dataform_config_with_kms_key.tf.tmpl",
        },
        account: {
            typical: 60,
            longest: 420,
            source: "https://docs.cloud.google.com/iam/docs/service-accounts-create",
        },
        grant: { typical: 120, longest: 420 },
        metric: {
            typical: 600,
            longest: 600,
            source: "https://github.com/hashicorp/terraform-provider-google/issues/11102",
        },
    },
});

/** What Google Cloud checks of other accounts than the caller's when a resource is created, and what happens if the check fails. */
export interface Creation {
    /** Who needs what. */
    needs: string;
    /** What fails: the call, which has no effect then, or an operation that the call has started. */
    fails: "call" | "operation";
    /**
     * What a failed operation leaves: nothing, because Google or the provider's code removes it; something `deletable`, which prevents a
     * second creation until it is deleted; or what `stays`, because its name cannot be used again.
     */
    leaves?: "nothing" | "deletable" | "stays";
    /** Whether a repeated update changes nothing, so that one that has failed cannot be repeated. */
    updatesOnce?: boolean;
    /** Why a creation waits for the typical effect of its grants, or for the longest documented one if it cannot be repeated. */
    wait?: string;
}

const agentOfKey = "the service agent encrypts with the key";
const startsCode =
    "Code that starts uses the roles of its account immediately; a failed start takes minutes, and its error names no role.";
const startsJob =
    "A job whose code lacks a role fails after its machines have started, which takes minutes and is billed.";
const startsMachine =
    "A startup script runs once, when the machine starts, and its failure is no error of the creation.";

/**
 * The types whose creation is checked against the permissions of other accounts than the caller's. `source` is the code that checks. What
 * a failure leaves follows from the provider's code, `resource_<type>.go` in
 * https://github.com/hashicorp/terraform-provider-google-beta/tree/main/google-beta/services: it keeps the ID of a resource whose operation
 * fails, unless "the resource didn't actually create".
 */
export const creations = facts<Creation>()({
    subject: "Creations that need the permissions of accounts",
    source: "https://cloud.google.com/iam/docs/service-agents",
    checked: "2026-11-23",
    rows: {
        "gcp:appengine/flexibleAppVersion:FlexibleAppVersion": {
            needs: "the version's account builds it, or pulls its image",
            fails: "operation",
            leaves: "nothing",
            wait: startsCode,
            source: "https://cloud.google.com/appengine/docs/flexible/configure-service-accounts",
        },
        "gcp:appengine/standardAppVersion:StandardAppVersion": {
            needs: "the version's account builds it",
            fails: "operation",
            leaves: "nothing",
            wait: startsCode,
            source: "https://cloud.google.com/appengine/docs/standard/configure-service-accounts",
        },
        "gcp:artifactregistry/repository:Repository": {
            needs: `${agentOfKey}, and reads the upstreams and the password of a source`,
            fails: "operation",
            leaves: "nothing",
            source: "https://cloud.google.com/artifact-registry/docs/cmek",
        },
        "gcp:bigquery/dataTransferConfig:DataTransferConfig": {
            needs: "the service agent gets tokens of the account",
            fails: "call",
            source: "https://cloud.google.com/bigquery/docs/use-service-accounts",
        },
        "gcp:bigquery/dataset:Dataset": {
            needs: `the accounts of its access list exist, and ${agentOfKey}`,
            fails: "call",
            source: "https://cloud.google.com/bigquery/docs/customer-managed-encryption",
        },
        "gcp:bigquery/datasetAccess:DatasetAccess": {
            needs: "the account exists",
            fails: "call",
            source: "https://cloud.google.com/bigquery/docs/control-access-to-resources-iam",
        },
        "gcp:bigquery/table:Table": {
            needs: agentOfKey,
            fails: "call",
            source: "https://cloud.google.com/bigquery/docs/customer-managed-encryption",
        },
        "gcp:cloudfunctionsv2/function:Function": {
            needs: "an account builds it, another account reads its secrets, and service agents encrypt and send events",
            fails: "operation",
            leaves: "deletable",
            wait: startsCode,
            source: "https://cloud.google.com/functions/docs/troubleshooting#build-service-account",
        },
        "gcp:cloudrunv2/job:Job": {
            needs: "its account reads secrets and buckets, and the service agent reads the image and encrypts",
            fails: "operation",
            leaves: "deletable",
            wait: startsCode,
            source: "https://cloud.google.com/run/docs/configuring/jobs/secrets",
        },
        "gcp:cloudrunv2/service:Service": {
            needs: "its account reads secrets and buckets, and the service agent reads the image and encrypts",
            fails: "operation",
            leaves: "deletable",
            updatesOnce: true,
            wait: startsCode,
            source: "https://cloud.google.com/run/docs/configuring/services/secrets",
        },
        "gcp:cloudrunv2/workerPool:WorkerPool": {
            needs: "its account reads secrets and buckets, and the service agent reads the image and encrypts",
            fails: "operation",
            leaves: "deletable",
            updatesOnce: true,
            wait: startsCode,
            source: "https://cloud.google.com/run/docs/configuring/workerpools/secrets",
        },
        "gcp:cloudscheduler/job:Job": {
            needs: "the account exists",
            fails: "call",
            source: "https://cloud.google.com/scheduler/docs/http-target-auth",
        },
        "gcp:cloudtasks/queue:Queue": {
            needs: "the account exists",
            fails: "call",
            source: "https://cloud.google.com/tasks/docs/creating-http-target-tasks",
        },
        "gcp:composer/environment:Environment": {
            needs: "its account writes logs and metrics, and service agents create its parts and encrypt",
            fails: "operation",
            // The provider's code deletes it, or says that it cannot.
            leaves: "nothing",
            wait: "A failed creation takes half an hour.",
            source: "https://cloud.google.com/composer/docs/composer-3/troubleshooting-environment-creation",
        },
        "gcp:compute/attachedDisk:AttachedDisk": {
            needs: agentOfKey,
            fails: "operation",
            leaves: "nothing",
            source: "https://cloud.google.com/compute/docs/disks/customer-managed-encryption",
        },
        "gcp:compute/disk:Disk": {
            needs: agentOfKey,
            fails: "operation",
            leaves: "nothing",
            source: "https://cloud.google.com/compute/docs/disks/customer-managed-encryption",
        },
        "gcp:compute/instance:Instance": {
            needs: `${agentOfKey}, and starts it by its schedule`,
            fails: "operation",
            leaves: "nothing",
            wait: startsMachine,
            source: "https://cloud.google.com/compute/docs/instances/startup-scripts",
        },
        "gcp:compute/regionDisk:RegionDisk": {
            needs: agentOfKey,
            fails: "operation",
            leaves: "nothing",
            source: "https://cloud.google.com/compute/docs/disks/customer-managed-encryption",
        },
        "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": {
            needs: "the account of its machines, once they start",
            fails: "call",
            wait: startsMachine,
            source: "https://cloud.google.com/compute/docs/instances/startup-scripts",
        },
        "gcp:container/cluster:Cluster": {
            needs: `service agents create machines, and ${agentOfKey}`,
            fails: "operation",
            leaves: "stays",
            wait: "A cluster that cannot use its key remains as failed, and takes minutes to be deleted.",
            source: "https://cloud.google.com/kubernetes-engine/docs/how-to/using-cmek",
        },
        "gcp:container/nodePool:NodePool": {
            needs: "the account of its machines exists",
            fails: "call",
            source: "https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts",
        },
        "gcp:eventarc/trigger:Trigger": {
            needs: "its account receives events, and service agents send them",
            fails: "operation",
            leaves: "nothing",
            source: "https://cloud.google.com/eventarc/docs/troubleshooting",
        },
        "gcp:kms/keyHandle:KeyHandle": {
            needs: "the service agent of Cloud KMS creates the key in the key project",
            fails: "call",
            source: "https://docs.cloud.google.com/kms/docs/enable-autokey",
        },
        "gcp:logging/projectBucketConfig:ProjectBucketConfig": {
            needs: agentOfKey,
            fails: "call",
            source: "https://cloud.google.com/logging/docs/routing/managed-encryption-storage",
            checked: "2026-11-27",
        },
        "gcp:pubsub/subscription:Subscription": {
            needs: "the service agent writes to the bucket or table, and the account of push requests exists",
            fails: "call",
            source: "https://cloud.google.com/pubsub/docs/create-bigquery-subscription#assign_bigquery_service_account",
        },
        "gcp:pubsub/topic:Topic": {
            needs: agentOfKey,
            fails: "call",
            source: "https://cloud.google.com/pubsub/docs/encryption",
        },
        "gcp:secretmanager/regionalSecret:RegionalSecret": {
            needs: `${agentOfKey}, and publishes to its topics`,
            fails: "call",
            source: "https://cloud.google.com/secret-manager/docs/event-notifications",
        },
        "gcp:secretmanager/secret:Secret": {
            needs: `${agentOfKey}, and publishes to its topics`,
            fails: "call",
            source: "https://cloud.google.com/secret-manager/docs/event-notifications",
        },
        "gcp:sql/databaseInstance:DatabaseInstance": {
            needs: agentOfKey,
            fails: "operation",
            leaves: "stays",
            wait: "The name of an instance cannot be used again for a week.",
            source: "https://cloud.google.com/sql/docs/postgres/cmek",
        },
        "gcp:storage/bucket:Bucket": {
            needs: agentOfKey,
            fails: "call",
            source: "https://cloud.google.com/storage/docs/encryption/customer-managed-keys",
        },
        "gcp:storage/bucketObject:BucketObject": {
            needs: agentOfKey,
            fails: "call",
            source: "https://cloud.google.com/storage/docs/encryption/customer-managed-keys",
        },
        "gcp:storage/notification:Notification": {
            needs: "the service agent publishes to the topic",
            fails: "call",
            source: "https://cloud.google.com/storage/docs/reporting-changes",
        },
        "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool": {
            needs: agentOfKey,
            fails: "operation",
            leaves: "nothing",
            source: "https://cloud.google.com/vertex-ai/docs/general/cmek",
        },
        "gcp:vertex/aiEndpoint:AiEndpoint": {
            needs: `${agentOfKey}, and writes to the table of logs`,
            fails: "operation",
            leaves: "nothing",
            source: "https://cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging",
        },
        "gcp:workflows/workflow:Workflow": {
            needs: `its account exists, and ${agentOfKey}`,
            fails: "operation",
            leaves: "nothing",
            source: "https://cloud.google.com/workflows/docs/use-cmek",
        },
        // Dynamic resources: their own code starts another job instead of one that has failed.
        "pulumi-nodejs:dynamic/data:DataflowRun": {
            needs: "its account runs workers, and the service agent creates machines",
            fails: "operation",
            leaves: "nothing",
            wait: startsJob,
            source: "https://cloud.google.com/dataflow/docs/concepts/security-and-permissions",
        },
        "pulumi-nodejs:dynamic/model:BatchPrediction": {
            needs: "the service agent reads and writes data",
            fails: "operation",
            leaves: "nothing",
            wait: startsJob,
            source: "https://cloud.google.com/vertex-ai/docs/general/access-control",
        },
        "pulumi-nodejs:dynamic/model:Deployments": {
            needs: "the service agent lets the model run as its account",
            fails: "operation",
            leaves: "nothing",
            wait: startsCode,
            source: "https://cloud.google.com/vertex-ai/docs/general/custom-service-account",
        },
        "pulumi-nodejs:dynamic/model:Model": {
            needs: "the service agent reads the files and the image",
            fails: "operation",
            leaves: "nothing",
            source: "https://cloud.google.com/vertex-ai/docs/model-registry/import-model",
        },
        "pulumi-nodejs:dynamic/model:PipelineRun": {
            needs: "its account reads and writes data",
            fails: "operation",
            leaves: "nothing",
            wait: startsJob,
            source: "https://cloud.google.com/vertex-ai/docs/pipelines/configure-project",
        },
        "pulumi-nodejs:dynamic/model:PipelineSchedule": {
            needs: "its account reads and writes data",
            fails: "call",
            source: "https://cloud.google.com/vertex-ai/docs/pipelines/configure-project",
        },
        "pulumi-nodejs:dynamic/model:TrainingJob": {
            needs: "its account reads and writes data, and the service agent pulls images",
            fails: "operation",
            leaves: "nothing",
            wait: startsJob,
            source: "https://cloud.google.com/vertex-ai/docs/training/create-custom-container",
        },
    },
});

/**
 * Types that no component creates, and whose creation builds or starts something as a service account, so that it waits for the effect of
 * grants.
 */
export const startedAsAccounts = facts<object>()({
    subject: "Resources that components do not create, and that start something as a service account",
    source: "https://cloud.google.com/iam/docs/attach-service-accounts",
    checked: "2026-11-29",
    rows: {
        "gcp:cloudfunctions/function:Function": {
            source: "https://cloud.google.com/functions/1stgendocs/securing/function-identity",
        },
        "gcp:cloudrun/service:Service": {
            source: "https://cloud.google.com/run/docs/configuring/services/service-identity",
        },
        "gcp:compute/instanceFromMachineImage:InstanceFromMachineImage": {},
        "gcp:compute/instanceFromTemplate:InstanceFromTemplate": {},
        "gcp:compute/instanceGroupManager:InstanceGroupManager": {},
        "gcp:dataflow/flexTemplateJob:FlexTemplateJob": {
            source: "https://cloud.google.com/dataflow/docs/concepts/security-and-permissions",
        },
        "gcp:dataflow/job:Job": { source: "https://cloud.google.com/dataflow/docs/concepts/security-and-permissions" },
        "gcp:dataproc/batch:Batch": {
            source: "https://cloud.google.com/dataproc-serverless/docs/concepts/service-account",
        },
        "gcp:dataproc/cluster:Cluster": {
            source: "https://cloud.google.com/dataproc/docs/concepts/configuring-clusters/service-accounts",
        },
        "gcp:notebooks/instance:Instance": {},
        "gcp:workbench/instance:Instance": {
            source: "https://cloud.google.com/vertex-ai/docs/workbench/instances/service-account",
        },
    },
});

export const creationOf = (type: string): Creation | undefined => (creations.rows as Record<string, Creation>)[type];

/** Whether a creation builds or starts something as a service account, and therefore waits for the effect of its grants. */
export const startsAsAccount = (type: string): boolean =>
    creationOf(type)?.wait !== undefined || Object.hasOwn(startedAsAccounts.rows, type);
