import { facts } from "./facts";

/** How a tag is bound to a resource of a type. */
export interface TaggedResource {
    /** The full resource name, with outputs of the resource in braces. `{projectNumber}` is the number of its project. */
    name: `//${string}`;
    /** The output with the location of the binding; global resources have none. */
    location?: string;
    /** The permissions to bind and unbind tags without their verb: `storage.buckets` of `storage.buckets.createTagBinding`. */
    permissions: string;
}

/**
 * The types of resources that take Resource Manager tags, and the names that their bindings have. The bindings of global resources name
 * the project by its number: the provider replaces them in each deployment if they name it by its ID, as the API returns the number.
 */
export const taggedResources = facts<TaggedResource>()({
    subject: "Resource types that take Resource Manager tags",
    source: "https://cloud.google.com/resource-manager/docs/tags/tags-supported-services",
    checked: "2026-11-27",
    rows: {
        "gcp:artifactregistry/repository:Repository": {
            name: "//artifactregistry.googleapis.com/projects/{project}/locations/{location}/repositories/{repositoryId}",
            location: "location",
            permissions: "artifactregistry.repositories",
            source: "https://cloud.google.com/artifact-registry/docs/repositories/tag-repos",
        },
        "gcp:bigquery/dataset:Dataset": {
            name: "//bigquery.googleapis.com/projects/{project}/datasets/{datasetId}",
            location: "location",
            permissions: "bigquery.datasets",
            source: "https://cloud.google.com/bigquery/docs/tags",
        },
        "gcp:cloudrunv2/job:Job": {
            name: "//run.googleapis.com/projects/{project}/locations/{location}/jobs/{name}",
            location: "location",
            permissions: "run.jobs",
            source: "https://cloud.google.com/run/docs/configuring/jobs/tags",
        },
        "gcp:cloudrunv2/service:Service": {
            name: "//run.googleapis.com/projects/{project}/locations/{location}/services/{name}",
            location: "location",
            permissions: "run.services",
            source: "https://cloud.google.com/run/docs/configuring/services/tags",
        },
        "gcp:cloudrunv2/workerPool:WorkerPool": {
            name: "//run.googleapis.com/projects/{project}/locations/{location}/workerPools/{name}",
            location: "location",
            permissions: "run.workerpools",
            source: "https://cloud.google.com/run/docs/configuring/workerpools/tags",
        },
        "gcp:compute/instance:Instance": {
            name: "//compute.googleapis.com/projects/{projectNumber}/zones/{zone}/instances/{instanceId}",
            location: "zone",
            permissions: "compute.instances",
            source: "https://cloud.google.com/compute/docs/tag-resources",
        },
        "gcp:container/cluster:Cluster": {
            name: "//container.googleapis.com/projects/{project}/locations/{location}/clusters/{name}",
            location: "location",
            permissions: "container.clusters",
            source: "https://cloud.google.com/kubernetes-engine/docs/how-to/tags",
        },
        "gcp:kms/keyRing:KeyRing": {
            name: "//cloudkms.googleapis.com/projects/{project}/locations/{location}/keyRings/{name}",
            location: "location",
            permissions: "cloudkms.keyRings",
            source: "https://cloud.google.com/kms/docs/creating-managing-tags",
        },
        "gcp:organizations/project:Project": {
            name: "//cloudresourcemanager.googleapis.com/projects/{number}",
            permissions: "resourcemanager.hierarchyNodes",
            source: "https://cloud.google.com/resource-manager/docs/tags/tags-creating-and-managing",
        },
        "gcp:pubsub/subscription:Subscription": {
            name: "//pubsub.googleapis.com/projects/{projectNumber}/subscriptions/{name}",
            permissions: "pubsub.subscriptions",
            source: "https://cloud.google.com/pubsub/docs/create-manage-tags",
        },
        "gcp:pubsub/topic:Topic": {
            name: "//pubsub.googleapis.com/projects/{projectNumber}/topics/{name}",
            permissions: "pubsub.topics",
            source: "https://cloud.google.com/pubsub/docs/create-manage-tags",
        },
        "gcp:secretmanager/regionalSecret:RegionalSecret": {
            name: "//secretmanager.googleapis.com/projects/{projectNumber}/locations/{location}/secrets/{secretId}",
            location: "location",
            permissions: "secretmanager.secrets",
            source: "https://cloud.google.com/secret-manager/regional-secrets/create-manage-tags-regional-secrets",
        },
        "gcp:secretmanager/secret:Secret": {
            name: "//secretmanager.googleapis.com/projects/{projectNumber}/secrets/{secretId}",
            permissions: "secretmanager.secrets",
            source: "https://cloud.google.com/secret-manager/docs/create-and-manage-tags",
        },
        "gcp:serviceaccount/account:Account": {
            name: "//iam.googleapis.com/projects/{projectNumber}/serviceAccounts/{uniqueId}",
            permissions: "iam.serviceAccounts",
            source: "https://cloud.google.com/iam/docs/service-accounts-tags",
        },
        "gcp:sql/databaseInstance:DatabaseInstance": {
            name: "//sqladmin.googleapis.com/projects/{project}/instances/{name}",
            location: "region",
            permissions: "cloudsql.instances",
            source: "https://cloud.google.com/sql/docs/postgres/manage-tags",
        },
        "gcp:storage/bucket:Bucket": {
            name: "//storage.googleapis.com/projects/_/buckets/{name}",
            location: "location",
            permissions: "storage.buckets",
            source: "https://cloud.google.com/storage/docs/tags-and-labels",
        },
    },
});

/** A type of resource that takes tags. */
export type TaggedType = keyof typeof taggedResources.rows;
