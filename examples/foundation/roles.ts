/** What a deployer may do on its project: its own roles, and those that it may grant to accounts of the program. */
export interface DeployerRoles {
    roles: string[];
    grantable: string[];
}

/** The accounts that code runs as. */
const accounts = ["roles/iam.serviceAccountCreator", "roles/iam.serviceAccountDeleter", "roles/iam.serviceAccountUser"];

/** What every starter needs: APIs. */
const always = ["roles/serviceusage.serviceUsageAdmin"];

/** What images need: their repository, and the accounts that they run as. */
const images = [...always, ...accounts, "roles/artifactregistry.admin"];

/** What code needs: the buckets of its sources, and the images that it is built to. */
const code = [...images, "roles/storage.admin"];

/** The same, where others may act as the accounts: their policies are set. */
const codeWithPolicies = [
    ...always,
    "roles/artifactregistry.admin",
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountUser",
    "roles/storage.admin",
];

/** The accounts of builds. */
const builds = ["roles/logging.logWriter", "roles/storage.objectViewer"];

/**
 * The least predefined roles to deploy, update and destroy each starter, as `slipway local --explain-permissions up -s dev` prints them: no
 * basic roles, none of service agents, and as few other permissions as possible.
 */
export const deploys: Record<string, DeployerRoles> = {
    "model-function": {
        roles: [
            ...code,
            "roles/cloudfunctions.developer",
            "roles/run.admin", // who may call the function, as with public: true
        ],
        grantable: builds,
    },
    platform: {
        roles: [...code, "roles/cloudfunctions.developer", "roles/pubsub.admin", "roles/run.admin"],
        grantable: [...builds, "roles/eventarc.serviceAgent"],
    },
    "streaming-predictions": {
        roles: [
            ...codeWithPolicies,
            "roles/bigquery.dataOwner",
            "roles/cloudfunctions.developer",
            "roles/cloudscheduler.admin",
            "roles/compute.networkAdmin",
            "roles/dataflow.developer",
            "roles/pubsub.admin",
            "roles/run.admin",
        ],
        grantable: [...builds, "roles/dataflow.serviceAgent", "roles/dataflow.worker"],
    },
    "web-with-database": {
        roles: [
            ...code,
            "roles/cloudfunctions.developer",
            "roles/cloudscheduler.admin",
            "roles/cloudsql.admin",
            "roles/compute.networkAdmin",
            "roles/secretmanager.admin",
            "roles/workflows.editor",
        ],
        grantable: [
            ...builds,
            "roles/cloudsql.client",
            "roles/cloudsql.editor",
            "roles/cloudsql.instanceUser",
            "roles/workflows.invoker",
        ],
    },
    "model-app-engine": {
        roles: [
            ...code,
            "roles/appengine.appAdmin",
            "roles/appengine.appCreator",
            "roles/cloudbuild.builds.editor",
            "roles/cloudscheduler.admin",
            "roles/cloudsql.admin",
            "roles/compute.networkAdmin",
            "roles/secretmanager.admin",
        ],
        grantable: [
            "roles/artifactregistry.createOnPushWriter",
            "roles/cloudsql.client",
            "roles/cloudsql.instanceUser",
            "roles/logging.logWriter",
            "roles/monitoring.metricWriter",
        ],
    },
    "model-endpoint": {
        roles: [
            ...code,
            "roles/aiplatform.admin",
            "roles/cloudfunctions.developer",
            // For the last lines of failed trainings.
            "roles/logging.viewer",
            "roles/run.admin",
        ],
        grantable: [...builds, "roles/aiplatform.serviceAgent"],
    },
    "training-vm": {
        roles: [
            ...always,
            // The machine with its network and firewall, and who can sign in to it.
            "roles/compute.admin",
            "roles/iam.serviceAccountAdmin",
            "roles/iam.serviceAccountUser",
            "roles/iap.admin",
            "roles/storage.admin",
        ],
        grantable: [
            "roles/compute.instanceAdmin.v1",
            "roles/compute.viewer",
            "roles/logging.logWriter",
            "roles/monitoring.metricWriter",
        ],
    },
    "echo-gke": {
        roles: [
            ...codeWithPolicies,
            "roles/compute.networkAdmin",
            "roles/container.clusterAdmin",
            "roles/container.developer",
        ],
        grantable: ["roles/container.defaultNodeServiceAccount"],
    },
    autoscaling: {
        roles: [
            ...images,
            "roles/certificatemanager.admin", // with a domain
            "roles/compute.instanceAdmin",
            "roles/compute.networkAdmin",
            "roles/compute.securityAdmin",
        ],
        grantable: ["roles/logging.logWriter", "roles/monitoring.metricWriter"],
    },
    "ci-delivery": {
        roles: [...images, "roles/run.developer"],
        grantable: [],
    },
    "batch-pipeline": {
        roles: [
            ...code,
            "roles/bigquery.dataOwner",
            "roles/composer.admin",
            "roles/monitoring.alertPolicyEditor",
            "roles/monitoring.notificationChannelEditor",
        ],
        grantable: ["roles/bigquery.jobUser", "roles/composer.serviceAgent", "roles/composer.worker"],
    },
};

/**
 * What the administrator who runs this program needs above the projects: a project belongs to who creates it. The role for organization
 * policies can only be granted on an organization.
 */
export const administers = {
    billingAccount: ["roles/billing.costsManager", "roles/billing.user"],
    folder: ["roles/resourcemanager.projectCreator"],
    organization: ["roles/orgpolicy.policyAdmin"],
};

/** What a preview asks of the project; all else it has from the state. */
const looks = ["roles/browser"];

/** What the previews of a starter ask of it. That of a Cloud Run service looks up the revision that serves, which the next one follows. */
export const previewRoles = (program: string): string[] => (program === "ci-delivery" ? ["roles/run.viewer"] : looks);
