/** A known error message, and its description in progress messages. */
export interface KnownError {
    error: RegExp;
    what: string;
    /**
     * How long the call is repeated after its first refusal, in seconds, whatever the deployment has created.
     * @default {@link repeatSeconds} after the newest change of the deployment
     */
    seconds?: number;
}

/**
 * How long refused calls are repeated after the newest change, in seconds: twice the longest time that Google documents for roles,
 * {@link https://docs.cloud.google.com/iam/docs/access-change-propagation "7 minutes or longer"}.
 */
export const repeatSeconds = 900;

/** https://cloud.google.com/apis/docs/troubleshooting#api_not_enabled */
const newApi: KnownError = {
    error: /has not been used in project \S+ before or it is disabled/,
    what: "a new API is",
};

/** Whether a call was refused because its API is not effective yet. */
export const isNotEffective = (message: string): boolean => newApi.error.test(message);

/**
 * Errors that name none of the accounts whose roles are not effective yet. Errors that name one are recognized by that, such as errors of Eventarc
 * for the account of a trigger: `Permission "eventarc.events.receiveEvent" denied on "web-trigger@acme-dev.iam.gserviceaccount.com"`.
 */
export const refusals: KnownError[] = [
    newApi,
    // "it could take up to 10 minutes": https://github.com/hashicorp/terraform-provider-google/issues/11102
    {
        error: /Cannot find metric(\(s\))? that match(es)? type|metric referenced by the provided filter is unknown/,
        what: "a new metric is",
    },
    // https://github.com/hashicorp/terraform-provider-google/issues/8333
    { error: /Unable to retrieve P4SA/, what: "App Engine's new service agent is" },
    // https://github.com/hashicorp/terraform-provider-google/issues/25294
    {
        error: /Permission denied while using the Eventarc Service Agent/,
        what: "new permissions of Eventarc's service agent are",
    },
    // https://cloud.google.com/pubsub/docs/create-bigquery-subscription#assign_bigquery_service_account
    {
        error: /Service account \S+ is missing permissions required to write/,
        what: "new permissions of Pub/Sub's service agent are",
    },
    // https://github.com/hashicorp/terraform-provider-google/issues/9535
    { error: /does not have permission to publish messages to/, what: "new permissions of a service agent are" },
    // https://cloud.google.com/bigquery/quotas#dataset_limits
    {
        error: /Exceeded rate limits: too many dataset metadata update operations/,
        what: "BigQuery accepts 5 updates of a dataset in 10 seconds, and this one is",
    },
    // https://cloud.google.com/composer/docs/composer-2/troubleshooting-environment-creation
    {
        error: /API Service Agent Extension role might be missing/,
        what: "new permissions of Composer's service agent are",
    },
    // https://github.com/googleapis/google-cloud-python/issues/9359
    {
        error: /P4 service account needs iam\.serviceAccounts\.getAccessToken/,
        what: "new permissions of BigQuery Data Transfer's service agent are",
    },
    // https://github.com/GoogleCloudPlatform/vertex-ai-samples/issues/3710
    {
        error: /Service agents are being provisioned|does not have \S*\[\S+\]\S* IAM permission\(s\)/,
        what: "new permissions of Vertex AI's service agent are",
    },
    // The service agent of load balancers, which Google Cloud creates with the first backend bucket of a project:
    // https://cloud.google.com/cdn/docs/configure-private-bucket-access
    {
        error: /Service account \S+@https-lb\.iam\.gserviceaccount\.com does not exist/,
        what: "the new service agent of load balancers is",
    },
    // The service agent of Cloud Logging, which Google Cloud creates with the first sink of a project:
    // https://cloud.google.com/logging/docs/export/configure_export_v2#dest-auth
    {
        error: /Service account \S+@gcp-sa-logging\.iam\.gserviceaccount\.com does not exist/,
        what: "the new service agent of Cloud Logging is",
    },
    // https://github.com/hashicorp/terraform-provider-google/issues/11899
    {
        error: /Compute Engine System service account \S+ needs to have/,
        what: "new permissions of Compute Engine's service agent are",
    },
    // https://cloud.google.com/functions/docs/troubleshooting#build-service-account
    {
        error: /due to a missing permission on the build service account|denied: Permission ["']artifactregistry\./,
        what: "new permissions of the build's account are",
    },
    // https://cloud.google.com/artifact-registry/docs/repositories/configure-remote-authentication
    {
        error: /Permission '(secretmanager\.versions\.access|artifactregistry\.repositories\.downloadArtifacts)' denied/,
        what: "new permissions of Artifact Registry's service agent are",
    },
    // https://cloud.google.com/run/docs/troubleshooting#permissions-image
    {
        error: /If you just enabled the Cloud Run API, the permissions might take a few minutes to propagate/,
        what: "new permissions of Cloud Run's service agent are",
    },
    // https://cloud.google.com/eventarc/docs/run/quickstart-storage#before-you-begin
    {
        error: /Cloud Storage service account for your bucket is unable to publish to Cloud Pub\/Sub topics/,
        what: "new permissions of Cloud Storage's service agent are",
    },
    // Rolling updates replace instances one after the other: https://github.com/hashicorp/terraform-provider-google/issues/10365
    {
        error: /instance_template resource '\S+' is already being used by '\S+\/instanceGroupManagers\//,
        what: "the new template is, in some instances of the group,",
        seconds: 1800,
    },
    // https://cloud.google.com/kms/docs/troubleshooting, but not what Autokey refuses, which an administrator has to mend
    {
        error: /^(?![\s\S]*KeyHandle)[\s\S]*(Cloud KMS|KMS key|useToEncrypt|CryptoKey)/,
        what: "new permissions of a service agent are",
    },
];

/**
 * The errors of services that do not know an account yet, as of "Service account … does not exist" or "… (or it may not exist)".
 * https://cloud.google.com/iam/docs/service-accounts-create
 */
export const unknownAccount: KnownError = {
    error: /not exist|not found|not authorized to act as/,
    what: "a new service account is",
};

/** The errors of missing permissions, of which those that name an account with new roles are repeated. */
export const missingPermission = /permission|denied|not authori[sz]ed|forbidden|access|unable to/i;
