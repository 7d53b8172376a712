import { facts } from "./facts";

/**
 * The types whose allow policies accept conditional role bindings, both in Google Cloud and in the provider. Cloud Run's services
 * accept them too, but the provider cannot set them:
 * https://github.com/GoogleCloudPlatform/magic-modules/blob/main/mmv1/products/cloudrunv2/Service.yaml
 */
export const conditionalPolicies = facts<object>()({
    subject: "Resource types whose allow policies accept conditions, by the provider's type for one member",
    source: "https://docs.cloud.google.com/iam/docs/resource-types-with-conditional-roles",
    checked: "2026-11-22",
    rows: {
        "gcp:bigquery/datasetIamMember:DatasetIamMember": {
            source: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/bigquery_dataset_iam",
        },
        "gcp:compute/instanceIAMMember:InstanceIAMMember": {},
        "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember": {},
        "gcp:iap/tunnelInstanceIAMMember:TunnelInstanceIAMMember": {},
        "gcp:iap/webBackendServiceIamMember:WebBackendServiceIamMember": {},
        "gcp:iap/webCloudRunServiceIamMember:WebCloudRunServiceIamMember": {},
        "gcp:iap/webRegionBackendServiceIamMember:WebRegionBackendServiceIamMember": {},
        "gcp:iap/webTypeAppEngingIamMember:WebTypeAppEngingIamMember": {},
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": {},
        "gcp:projects/iAMMember:IAMMember": {},
        "gcp:secretmanager/secretIamMember:SecretIamMember": {},
        "gcp:serviceaccount/iAMMember:IAMMember": {
            source: "https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_service_account_iam",
        },
        "gcp:storage/bucketIAMMember:BucketIAMMember": {},
    },
});
