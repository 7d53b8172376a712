/** What the starters' components need of whoever deploys them, role by role with what it is for. */
export const deploys = [
    "roles/browser", // the project's number
    "roles/serviceusage.serviceUsageAdmin", // APIs, and the accounts of Google's services
    "roles/appengine.appAdmin", // services, versions and their traffic
    "roles/appengine.appCreator", // the application of a project that has none yet
    "roles/artifactregistry.admin", // images
    "roles/bigquery.admin", // data sets, tables, and scheduled queries
    "roles/cloudbuild.builds.editor", // what App Engine builds of a folder
    "roles/cloudfunctions.developer", // functions
    "roles/cloudscheduler.admin", // schedules
    "roles/cloudsql.admin", // databases
    "roles/compute.networkAdmin", // the networks of databases
    "roles/iam.serviceAccountAdmin", // the accounts of functions, schedules and queries
    "roles/iam.serviceAccountUser", // what runs as them
    "roles/pubsub.admin", // topics and subscriptions
    "roles/run.admin", // who may call a function
    "roles/secretmanager.admin", // secrets
    "roles/servicenetworking.networksAdmin", // private addresses of databases
    "roles/storage.admin", // buckets
    "roles/workflows.editor", // exports of databases
];

/** What a preview asks of the project; all else it has from the state. */
export const looks = ["roles/browser"];
