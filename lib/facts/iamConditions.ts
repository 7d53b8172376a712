import { facts } from "./facts";

/**
 * The types whose allow policies accept conditional role bindings, both in Google Cloud and in the provider. Google's page lists services.
 * The provider reads conditions only where it asks for version 3 of the policy, which is where its page of the type has an example with a
 * condition; each type's schema has the argument.
 */
export const conditionalPolicies = facts<object>()({
    subject: "Resource types whose allow policies accept conditions, by the provider's type for one member",
    source: "https://docs.cloud.google.com/iam/docs/resource-types-with-conditional-roles",
    checked: "2026-11-24",
    rows: {
        "gcp:bigquery/datasetIamMember:DatasetIamMember": {
            source: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/bigquery_dataset_iam",
        },
        "gcp:compute/instanceIAMMember:InstanceIAMMember": {},
        "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember": {},
        "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": {
            source: "https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/dns/iam_dns_managed_zone.go",
            checked: "2026-11-28",
        },
        "gcp:iap/tunnelInstanceIAMMember:TunnelInstanceIAMMember": {},
        "gcp:iap/webBackendServiceIamMember:WebBackendServiceIamMember": {},
        "gcp:iap/webCloudRunServiceIamMember:WebCloudRunServiceIamMember": {},
        "gcp:iap/webRegionBackendServiceIamMember:WebRegionBackendServiceIamMember": {},
        "gcp:iap/webTypeAppEngingIamMember:WebTypeAppEngingIamMember": {},
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": {},
        "gcp:kms/keyRingIAMMember:KeyRingIAMMember": {},
        "gcp:logging/logViewIamMember:LogViewIamMember": {
            source: "https://cloud.google.com/sdk/gcloud/reference/logging/views/add-iam-policy-binding",
            checked: "2026-11-27",
        },
        "gcp:projects/iAMMember:IAMMember": {},
        "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember": {
            source: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/secret_manager_regional_secret_iam",
            checked: "2026-11-27",
        },
        "gcp:secretmanager/secretIamMember:SecretIamMember": {},
        "gcp:serviceaccount/iAMMember:IAMMember": {
            source: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_service_account_iam",
        },
        "gcp:storage/bucketIAMMember:BucketIAMMember": {},
        "gcp:storage/managedFolderIamMember:ManagedFolderIamMember": {
            source: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/storage_managed_folder_iam",
            checked: "2026-11-27",
        },
        "gcp:tags/tagKeyIamMember:TagKeyIamMember": {
            source: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/tags_tag_key_iam",
            checked: "2026-11-27",
        },
        "gcp:tags/tagValueIamMember:TagValueIamMember": {
            source: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/tags_tag_value_iam",
            checked: "2026-11-27",
        },
    },
});

/**
 * The types whose allow policies accept conditions in Google Cloud, but not in the provider: it reads the policy without the version that
 * has them, does not find the role that it granted, and fails.
 */
export const unreadConditions = facts<object>()({
    subject: "Resource types whose conditions the provider does not read, by the provider's type for one member",
    source: "https://github.com/hashicorp/terraform-provider-google-beta/tree/main/google-beta/services/cloudrunv2",
    checked: "2026-11-24",
    rows: {
        "gcp:cloudrunv2/jobIamMember:JobIamMember": {},
        "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": {},
        "gcp:cloudrunv2/workerPoolIamMember:WorkerPoolIamMember": {},
        "gcp:compute/diskIamMember:DiskIamMember": {
            source: "https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/iam_compute_disk.go",
        },
    },
});
