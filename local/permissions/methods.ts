import { allPermissions } from "./permissions";

/** Permissions of API methods with the page that lists them. */
interface Listed {
    source: string;
    /** By method; an empty list if every authenticated caller may call it. */
    methods: Record<string, string[]>;
}

/**
 * Methods that the data lacks, and methods for which it lists every permission that any argument can require; there, the row has what
 * each call requires, and `calls.ts` adds the rest by the arguments.
 */
const listed: Listed[] = [
    {
        source: "https://cloud.google.com/sql/docs/mysql/iam-permissions",
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
            "sqladmin.instances.restoreBackup": ["cloudsql.instances.restoreBackup", "cloudsql.backupRuns.get"],
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
        // The data names a permission to read policies that no role contains.
        source: "https://cloud.google.com/resource-manager/docs/organization-policy/access-control",
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
        // The data has no permissions of this API, and neither have its roles.
        source: "https://cloud.google.com/resource-manager/docs/manage-essential-contacts",
        methods: Object.fromEntries(
            ["create", "delete", "get", "patch"].map((verb) => [`essentialcontacts.projects.contacts.${verb}`, []]),
        ),
    },
    {
        source: "https://cloud.google.com/dataflow/docs/concepts/access-control#roles",
        methods: { "dataflow.projects.locations.flexTemplates.launch": ["dataflow.jobs.create"] },
    },
    {
        source: "https://cloud.google.com/bigquery/docs/control-access-to-resources-iam#required_permissions",
        methods: {
            "bigquery.datasets.getAccess": ["bigquery.datasets.get", "bigquery.datasets.getIamPolicy"],
            "bigquery.datasets.updateAccess": ["bigquery.datasets.update", "bigquery.datasets.setIamPolicy"],
            "bigquery.routines.getIamPolicy": ["bigquery.routines.get"],
            "bigquery.routines.setIamPolicy": ["bigquery.routines.update"],
        },
    },
    {
        source: "https://cloud.google.com/bigquery/docs/access-control#bigquery-permissions",
        methods: {
            "bigquery.projects.getServiceAccount": [],
            "bigquery.routines.update": ["bigquery.routines.update"],
            "bigquery.tables.update": ["bigquery.tables.update"],
        },
    },
    {
        source: "https://cloud.google.com/storage/docs/access-control/iam-json",
        methods: {
            "storage.buckets.get": ["storage.buckets.get"],
            "storage.buckets.patch": ["storage.buckets.get", "storage.buckets.update"],
            "storage.objects.get": ["storage.objects.get"],
            "storage.objects.insert": ["storage.objects.create"],
            "storage.objects.list": ["storage.objects.list"],
            "storage.objects.patch": ["storage.objects.get", "storage.objects.update"],
            "storage.projects.serviceAccount.get": ["resourcemanager.projects.get"],
        },
    },
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/addresses/insert",
        methods: { "compute.addresses.insert": ["compute.addresses.create"] },
    },
    {
        source: "https://cloud.google.com/vpc/docs/configure-private-services-access#permissions",
        methods: {
            "compute.addresses.insertInternal": ["compute.addresses.createInternal", "compute.subnetworks.use"],
            "compute.globalAddresses.insertInternal": [
                "compute.globalAddresses.createInternal",
                "compute.networks.use",
            ],
        },
    },
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/addresses/delete",
        methods: {
            "compute.addresses.delete": ["compute.addresses.delete"],
            "compute.addresses.deleteInternal": ["compute.addresses.deleteInternal"],
            "compute.globalAddresses.delete": ["compute.globalAddresses.delete"],
            "compute.globalAddresses.deleteInternal": ["compute.globalAddresses.deleteInternal"],
            "compute.globalAddresses.insert": ["compute.globalAddresses.create"],
        },
    },
    {
        source: "https://cloud.google.com/firewall/docs/using-firewalls",
        methods: {
            "compute.firewalls.insert": ["compute.firewalls.create", "compute.networks.updatePolicy"],
            "compute.firewalls.update": ["compute.firewalls.update", "compute.networks.updatePolicy"],
        },
    },
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/routers/insert",
        methods: {
            "compute.routers.insert": ["compute.routers.create", "compute.networks.updatePolicy"],
            "compute.routers.delete": ["compute.routers.delete", "compute.networks.updatePolicy"],
        },
    },
    {
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks/insert",
        methods: { "compute.subnetworks.insert": ["compute.subnetworks.create", "compute.networks.updatePolicy"] },
    },
    {
        // Endpoints are registered in Service Directory.
        source: "https://cloud.google.com/vpc/docs/configure-private-service-connect-apis#required-roles",
        methods: {
            "compute.forwardingRules.insertEndpoint": [
                "compute.forwardingRules.create",
                "compute.forwardingRules.pscCreate",
                "compute.addresses.use",
                "compute.networks.use",
                "compute.subnetworks.use",
                "servicedirectory.namespaces.create",
                "servicedirectory.services.create",
            ],
            "compute.forwardingRules.deleteEndpoint": [
                "compute.forwardingRules.delete",
                "compute.forwardingRules.pscDelete",
                "servicedirectory.services.delete",
            ],
            "compute.forwardingRules.setLabelsOfEndpoint": [
                "compute.forwardingRules.setLabels",
                "compute.forwardingRules.pscSetLabels",
            ],
            "compute.globalForwardingRules.insertEndpoint": [
                "compute.globalForwardingRules.create",
                "compute.globalForwardingRules.pscCreate",
                "compute.globalAddresses.use",
                "compute.networks.use",
                "servicedirectory.namespaces.create",
                "servicedirectory.services.create",
            ],
            "compute.globalForwardingRules.deleteEndpoint": [
                "compute.globalForwardingRules.delete",
                "compute.globalForwardingRules.pscDelete",
                "servicedirectory.services.delete",
            ],
            "compute.globalForwardingRules.setLabelsOfEndpoint": [
                "compute.globalForwardingRules.setLabels",
                "compute.globalForwardingRules.pscSetLabels",
            ],
        },
    },
    {
        source: "https://cloud.google.com/vpc/docs/configure-private-services-access#permissions",
        methods: {
            "servicenetworking.services.connections.create": ["servicenetworking.services.addPeering"],
            "servicenetworking.services.connections.patch": ["servicenetworking.services.addPeering"],
        },
    },
    {
        source: "https://cloud.google.com/dns/docs/access-control#permissions_and_roles",
        methods: { "dns.managedZones.bindNetworks": ["dns.networks.bindPrivateDNSZone"] },
    },
    {
        source: "https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations/getServerConfig",
        methods: { "container.projects.locations.getServerConfig": [] },
    },
    {
        source: "https://cloud.google.com/iam/docs/roles-permissions/artifactregistry",
        methods: { "artifactregistry.projects.locations.operations.get": [] },
    },
    {
        source: "https://cloud.google.com/iam/docs/roles-permissions/iam",
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
            "pubsub.projects.schemas.attach": ["pubsub.schemas.attach"],
        },
    },
    {
        source: "https://cloud.google.com/secret-manager/docs/access-control",
        methods: {
            "secretmanager.projects.secrets.versions.disable": ["secretmanager.versions.disable"],
            "secretmanager.projects.secrets.versions.enable": ["secretmanager.versions.enable"],
        },
    },
    {
        source: "https://cloud.google.com/composer/docs/composer-3/access-control#permissions",
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
        source: "https://cloud.google.com/iap/docs/managing-access",
        methods: {
            "iap.getIamPolicy": ["iap.webTypes.getIamPolicy"],
            "iap.setIamPolicy": ["iap.webTypes.setIamPolicy"],
        },
    },
    {
        source: "https://cloud.google.com/resource-manager/docs/access-control-proj#permissions_and_roles",
        methods: {
            "cloudresourcemanager.liens.create": ["resourcemanager.projects.updateLiens"],
            "cloudresourcemanager.liens.delete": ["resourcemanager.projects.updateLiens"],
            "cloudresourcemanager.liens.list": ["resourcemanager.projects.get"],
            "cloudresourcemanager.operations.get": [],
        },
    },
    {
        source: "https://cloud.google.com/billing/docs/how-to/custom-roles#permission_association_and_inheritance",
        methods: {
            "cloudbilling.projects.getBillingInfo": ["resourcemanager.projects.get"],
            "cloudbilling.projects.updateBillingInfo": ["resourcemanager.projects.createBillingAssignment"],
            "cloudbilling.billingAccounts.link": ["billing.resourceAssociations.create"],
        },
    },
    {
        source: "https://cloud.google.com/run/docs/securing/managing-access#invoker_check",
        methods: { "run.projects.locations.services.disableInvokerIam": ["run.services.setIamPolicy"] },
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
            `the permissions of the API method ${method} are not known: add them with their source to local/permissions/methods.ts`,
        );
    }
    // The data writes permissions of the v2 format, such as iam.googleapis.com/workloadIdentityPools.create, with a hyphen.
    return known.map((permission) => permission.replace(/^([a-z]+\.googleapis\.com)-/, "$1/"));
}
