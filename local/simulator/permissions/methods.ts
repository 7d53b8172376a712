import { taggedResources } from "slipway/facts";
import { computeMethods } from "./computeMethods";
import type { Listed } from "./listed";
import { allPermissions } from "./permissions";

/**
 * Methods that the data lacks, and methods for which it lists every permission that any argument can require; there, the row has what
 * each call requires, and `calls.ts` adds the rest by the arguments.
 */
const listed: Listed[] = [
    {
        // Bindings require a permission on the resource as well, which depends on its type.
        source: "https://cloud.google.com/resource-manager/docs/tags/tags-creating-and-managing",
        methods: Object.fromEntries(
            Object.values(taggedResources.rows).flatMap(({ permissions }) =>
                ["createTagBinding", "deleteTagBinding", "listTagBindings"].map((verb) => [
                    `${permissions}.${verb}`,
                    // The data has no permission for tags of worker pools.
                    permissions === "run.workerpools" ? [] : [`${permissions}.${verb}`],
                ]),
            ),
        ),
    },
    ...computeMethods,
    {
        source: "https://cloud.google.com/sql/docs/sqlserver/audit-logging",
        methods: {
            "sqladmin.backupRuns.list": ["cloudsql.backupRuns.list"],
            "sqladmin.databases.delete": ["cloudsql.databases.delete"],
            "sqladmin.databases.get": ["cloudsql.databases.get"],
            "sqladmin.databases.insert": ["cloudsql.databases.create"],
            "sqladmin.databases.list": ["cloudsql.databases.list"],
            "sqladmin.databases.update": ["cloudsql.databases.update"],
            "sqladmin.instances.clone": ["cloudsql.instances.clone"],
            "sqladmin.instances.delete": ["cloudsql.instances.delete"],
            "sqladmin.instances.get": ["cloudsql.instances.get"],
            "sqladmin.instances.insert": ["cloudsql.instances.create"],
            "sqladmin.instances.listServerCas": ["cloudsql.instances.listServerCas"],
            "sqladmin.instances.promoteReplica": ["cloudsql.instances.promoteReplica"],
            "sqladmin.instances.restoreBackup": ["cloudsql.instances.restoreBackup"],
            "sqladmin.instances.update": ["cloudsql.instances.update"],
            "sqladmin.operations.get": ["cloudsql.instances.get"],
            "sqladmin.users.delete": ["cloudsql.users.delete"],
            "sqladmin.users.insert": ["cloudsql.users.create"],
            "sqladmin.users.list": ["cloudsql.users.list"],
            "sqladmin.users.update": ["cloudsql.users.update"],
        },
    },
    {
        source: "https://cloud.google.com/bigquery/docs/scheduling-queries#required_permissions",
        methods: {
            "bigquerydatatransfer.projects.locations.transferConfigs.create": [
                "bigquery.transfers.update",
                "bigquery.datasets.get",
            ],
            "bigquerydatatransfer.projects.locations.transferConfigs.delete": ["bigquery.transfers.update"],
            "bigquerydatatransfer.projects.locations.transferConfigs.get": ["bigquery.transfers.get"],
            "bigquerydatatransfer.projects.locations.transferConfigs.patch": ["bigquery.transfers.update"],
        },
    },
    {
        // Setting the topic of a budget, for which Cloud Billing becomes a publisher.
        source: "https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#notificationsrule",
        methods: { "billingbudgets.topics.setIamPolicy": ["pubsub.topics.setIamPolicy"] },
    },
    {
        // The data names a permission to read policies that no role contains.
        source: "https://cloud.google.com/iam/docs/roles-permissions/orgpolicy#orgpolicy.policyAdmin",
        methods: {
            "orgpolicy.projects.policies.create": ["orgpolicy.policies.create"],
            "orgpolicy.projects.policies.delete": ["orgpolicy.policies.delete"],
            "orgpolicy.projects.policies.get": ["orgpolicy.policy.get"],
            "orgpolicy.projects.policies.patch": ["orgpolicy.policies.update"],
            "orgpolicy.folders.policies.create": ["orgpolicy.policies.create"],
            "orgpolicy.folders.policies.delete": ["orgpolicy.policies.delete"],
            "orgpolicy.folders.policies.get": ["orgpolicy.policy.get"],
            "orgpolicy.folders.policies.patch": ["orgpolicy.policies.update"],
            "orgpolicy.organizations.policies.create": ["orgpolicy.policies.create"],
            "orgpolicy.organizations.policies.delete": ["orgpolicy.policies.delete"],
            "orgpolicy.organizations.policies.get": ["orgpolicy.policy.get"],
            "orgpolicy.organizations.policies.patch": ["orgpolicy.policies.update"],
        },
    },
    {
        source: "https://docs.cloud.google.com/logging/docs/access-control#api-permissions",
        methods: {
            "logging.projects.getSettings": ["logging.settings.get"],
            "logging.projects.locations.buckets.views.getIamPolicy": ["logging.views.getIamPolicy"],
            "logging.projects.locations.buckets.views.setIamPolicy": ["logging.views.setIamPolicy"],
            "logging.projects.metrics.create": ["logging.logMetrics.create"],
            "logging.projects.metrics.delete": ["logging.logMetrics.delete"],
            "logging.projects.metrics.get": ["logging.logMetrics.get"],
            "logging.projects.metrics.update": ["logging.logMetrics.update"],
        },
    },
    {
        // No public source for this method: the roles that may launch templates have no other permission to create jobs.
        source: "https://cloud.google.com/dataflow/docs/concepts/access-control#roles",
        methods: { "dataflow.projects.locations.flexTemplates.launch": ["dataflow.jobs.create"] },
    },
    {
        // The data has only methods without a location. One method changes the state and the options of a job, with a permission for each.
        source: "https://cloud.google.com/dataflow/docs/concepts/access-control#permissions",
        methods: {
            "dataflow.projects.locations.templates.launch": ["dataflow.jobs.create"],
            "dataflow.projects.locations.jobs.get": ["dataflow.jobs.get"],
            "dataflow.projects.locations.jobs.list": ["dataflow.jobs.list"],
            "dataflow.projects.locations.jobs.messages.list": ["dataflow.messages.list"],
            "dataflow.jobs.cancel": ["dataflow.jobs.cancel"],
            "dataflow.jobs.updateContents": ["dataflow.jobs.updateContents"],
        },
    },
    {
        // As enforced with enable_fine_grained_dataset_acls_option. Predefined roles have both permissions, or neither.
        source: "https://cloud.google.com/bigquery/docs/dataset-access-control",
        methods: {
            "bigquery.datasets.getAccess": ["bigquery.datasets.get", "bigquery.datasets.getIamPolicy"],
            "bigquery.datasets.updateAccess": ["bigquery.datasets.update", "bigquery.datasets.setIamPolicy"],
        },
    },
    {
        // No public source: no role has a permission for the policies of routines, and the reference of the account names none.
        source: "https://cloud.google.com/iam/docs/roles-permissions/bigquery",
        methods: {
            "bigquery.projects.getServiceAccount": [],
            "bigquery.routines.getIamPolicy": ["bigquery.routines.get"],
            "bigquery.routines.setIamPolicy": ["bigquery.routines.update"],
        },
    },
    {
        // Those of the data without updateTag, which changes of policy tags need.
        source: "https://cloud.google.com/bigquery/docs/access-control#bigquery-permissions",
        methods: {
            "bigquery.routines.update": ["bigquery.routines.update"],
            "bigquery.tables.update": ["bigquery.tables.update"],
        },
    },
    {
        source: "https://cloud.google.com/storage/docs/access-control/iam-json",
        methods: {
            "storage.buckets.get": ["storage.buckets.get"],
            "storage.buckets.patch": ["storage.buckets.update"],
            "storage.buckets.patchPublicAccessPrevention": ["storage.buckets.setIamPolicy"],
            "storage.managedFolders.delete": ["storage.managedFolders.delete"],
            "storage.managedFolders.get": ["storage.managedFolders.get"],
            "storage.managedFolders.getIamPolicy": ["storage.managedFolders.getIamPolicy"],
            "storage.managedFolders.insert": ["storage.managedFolders.create"],
            "storage.managedFolders.setIamPolicy": ["storage.managedFolders.setIamPolicy"],
            "storage.objects.get": ["storage.objects.get"],
            "storage.objects.insert": ["storage.objects.create"],
            "storage.objects.list": ["storage.objects.list"],
            "storage.objects.patch": ["storage.objects.update"],
            "storage.projects.serviceAccount.get": ["resourcemanager.projects.get"],
        },
    },
    {
        // The page also names dns.networks.targetWithPeeringZone, without which zones are bound nevertheless.
        source: "https://cloud.google.com/dns/docs/access-control#permissions_and_roles",
        methods: { "dns.managedZones.bindNetworks": ["dns.networks.bindPrivateDNSZone"] },
    },
    {
        // On the project of the network that answers the queries.
        source: "https://cloud.google.com/dns/docs/zones/peering-zones",
        methods: { "dns.networks.targetWithPeeringZone": ["dns.networks.targetWithPeeringZone"] },
    },
    {
        source: "https://cloud.google.com/dns/docs/access-control",
        methods: { "dns.networks.bindPrivateDNSPolicy": ["dns.networks.bindPrivateDNSPolicy"] },
    },
    {
        // The API has no permissions of operations.
        source: "https://cloud.google.com/iam/docs/roles-permissions/artifactregistry",
        methods: { "artifactregistry.projects.locations.operations.get": [] },
    },
    {
        // The role of administrators of pools has no permissions of operations.
        source: "https://cloud.google.com/iam/docs/roles-permissions/iam#iam.workloadIdentityPoolAdmin",
        methods: {
            "iam.projects.locations.workloadIdentityPools.operations.get": [],
            "iam.projects.locations.workloadIdentityPools.patch": [
                "iam.googleapis.com/workloadIdentityPools.get",
                "iam.googleapis.com/workloadIdentityPools.update",
            ],
            // The data has the permissions of workforce pools.
            "iam.projects.locations.workloadIdentityPools.providers.operations.get": [],
            "iam.projects.locations.workloadIdentityPools.providers.patch": [
                "iam.googleapis.com/workloadIdentityPoolProviders.get",
                "iam.googleapis.com/workloadIdentityPoolProviders.update",
            ],
        },
    },
    {
        source: "https://cloud.google.com/iam/docs/create-service-agents#required-roles",
        methods: { "serviceusage.services.generateServiceIdentity": [] },
    },
    {
        source: "https://cloud.google.com/pubsub/docs/access-control#required_permissions",
        methods: {
            "pubsub.projects.subscriptions.create": ["pubsub.subscriptions.create", "pubsub.topics.attachSubscription"],
        },
    },
    {
        source: "https://cloud.google.com/pubsub/docs/associate-schema-topic",
        methods: { "pubsub.projects.schemas.attach": ["pubsub.schemas.attach"] },
    },
    {
        source: "https://cloud.google.com/secret-manager/docs/audit-logging",
        methods: {
            "secretmanager.projects.locations.secrets.getIamPolicy": ["secretmanager.secrets.getIamPolicy"],
            "secretmanager.projects.locations.secrets.patch": [
                "secretmanager.secrets.update",
                "secretmanager.secrets.get",
            ],
            "secretmanager.projects.locations.secrets.setIamPolicy": ["secretmanager.secrets.setIamPolicy"],
            "secretmanager.projects.locations.secrets.versions.disable": ["secretmanager.versions.disable"],
            "secretmanager.projects.locations.secrets.versions.enable": ["secretmanager.versions.enable"],
            "secretmanager.projects.secrets.versions.disable": ["secretmanager.versions.disable"],
            "secretmanager.projects.secrets.versions.enable": ["secretmanager.versions.enable"],
        },
    },
    {
        source: "https://cloud.google.com/composer/docs/composer-2/audit-logging",
        methods: {
            "composer.projects.locations.environments.userWorkloadsConfigMaps.update": [
                "composer.userworkloadsconfigmaps.update",
            ],
            "composer.projects.locations.environments.userWorkloadsSecrets.update": [
                "composer.userworkloadssecrets.update",
            ],
        },
    },
    {
        source: "https://cloud.google.com/resource-manager/reference/rest/v1/liens",
        methods: {
            "cloudresourcemanager.liens.create": ["resourcemanager.projects.updateLiens"],
            "cloudresourcemanager.liens.delete": ["resourcemanager.projects.updateLiens"],
            "cloudresourcemanager.liens.list": ["resourcemanager.projects.get"],
        },
    },
    {
        // The API has no permissions of operations.
        source: "https://cloud.google.com/iam/docs/roles-permissions/resourcemanager",
        methods: { "cloudresourcemanager.operations.get": [] },
    },
    {
        source: "https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo",
        methods: { "cloudbilling.projects.getBillingInfo": ["resourcemanager.projects.get"] },
    },
    {
        source: "https://cloud.google.com/billing/docs/how-to/modify-project",
        methods: {
            "cloudbilling.projects.updateBillingInfo": ["resourcemanager.projects.createBillingAssignment"],
            "cloudbilling.billingAccounts.link": ["billing.resourceAssociations.create"],
        },
    },
    {
        source: "https://cloud.google.com/run/docs/securing/managing-access",
        methods: { "run.projects.locations.services.disableInvokerIam": ["run.services.setIamPolicy"] },
    },
    {
        // The data lacks methods of endpoints.
        source: "https://cloud.google.com/vertex-ai/docs/general/audit-logging",
        methods: {
            "aiplatform.projects.locations.deploymentResourcePools.patch": [
                "aiplatform.deploymentResourcePools.update",
            ],
            "aiplatform.projects.locations.endpoints.mutateDeployedModel": ["aiplatform.endpoints.update"],
            "aiplatform.projects.locations.endpoints.update": ["aiplatform.endpoints.update"],
            "aiplatform.projects.locations.endpoints.operations.list": ["aiplatform.operations.list"],
        },
    },
    {
        // "Deploys a model to a new endpoint": no page names its permission. It uploads a model, creates an endpoint and deploys.
        source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations/deploy",
        methods: {
            "aiplatform.projects.locations.deploy": [
                "aiplatform.models.upload",
                "aiplatform.endpoints.create",
                "aiplatform.endpoints.deploy",
            ],
        },
    },
    {
        // The roles have no permissions of operations.
        source: "https://cloud.google.com/vertex-ai/docs/general/iam-permissions",
        methods: {
            "aiplatform.projects.locations.operations.get": [],
            "aiplatform.projects.locations.models.operations.get": [],
            "aiplatform.projects.locations.endpoints.operations.get": [],
            "aiplatform.projects.locations.deploymentResourcePools.operations.get": [],
        },
    },
    {
        // The data has no methods of versions.
        source: "https://cloud.google.com/vertex-ai/docs/general/iam-permissions",
        methods: {
            "aiplatform.projects.locations.models.deleteVersion": ["aiplatform.models.delete"],
            "aiplatform.projects.locations.models.listVersions": ["aiplatform.models.list"],
            "aiplatform.projects.locations.models.mergeVersionAliases": ["aiplatform.models.update"],
            "aiplatform.projects.locations.models.operations.list": ["aiplatform.operations.list"],
        },
    },
    {
        // The data has no methods that pause and resume.
        source: "https://cloud.google.com/vertex-ai/docs/general/iam-permissions",
        methods: {
            "aiplatform.projects.locations.schedules.pause": ["aiplatform.schedules.update"],
            "aiplatform.projects.locations.schedules.resume": ["aiplatform.schedules.update"],
        },
    },
    {
        source: "https://cloud.google.com/logging/docs/access-control#permissions_and_roles",
        methods: { "logging.entries.list": ["logging.logEntries.list"] },
    },
    {
        // The data has worker pools of the v1 API only, and those of executions for all arguments at once.
        source: "https://cloud.google.com/run/docs/reference/iam/permissions",
        methods: {
            "run.projects.locations.jobs.executions.cancel": ["run.executions.cancel"],
            "run.projects.locations.jobs.run": ["run.jobs.run"],
            ...Object.fromEntries(
                ["create", "delete", "get", "getIamPolicy", "setIamPolicy"].map((verb) => [
                    `run.projects.locations.workerPools.${verb}`,
                    [`run.workerpools.${verb}`],
                ]),
            ),
            "run.projects.locations.workerPools.patch": ["run.workerpools.update", "run.workerpools.get"],
        },
    },
    {
        source: "https://cloud.google.com/run/docs/deploying#permissions_required_to_deploy",
        methods: { "run.projects.locations.services.useImage": ["artifactregistry.repositories.downloadArtifacts"] },
    },
];

/** The rows, by method. */
export const listedMethods = new Map(listed.flatMap(({ methods }) => Object.entries(methods)));

/**
 * The permissions that an API method requires.
 *
 * @throws Error if none are known: a method is not assumed to be allowed
 */
export function permissionsOfMethod(method: string): string[] {
    const known = listedMethods.get(method) ?? allPermissions().methods[method]?.map(({ permission }) => permission);
    if (!known) {
        throw new Error(
            `the permissions of the API method ${method} are not known: add them with their source to local/simulator/permissions/methods.ts`,
        );
    }
    // The data writes permissions of the v2 format, such as iam.googleapis.com/workloadIdentityPools.create, with a hyphen.
    return known.map((permission) => permission.replace(/^([a-z]+\.googleapis\.com)-/, "$1/"));
}
