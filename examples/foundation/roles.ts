/** What the starters' components need of whoever deploys them: each role with what is made by it. */
export const deploys = [
    "roles/artifactregistry.admin", // repositories of images
    "roles/bigquery.admin", // data sets, tables, and jobs
    "roles/cloudfunctions.admin", // functions
    "roles/cloudscheduler.admin", // schedules
    "roles/eventarc.admin", // triggers of functions
    "roles/iam.serviceAccountAdmin", // the account of each function
    "roles/iam.serviceAccountUser", // deploying a function that runs as it
    "roles/pubsub.admin", // topics and subscriptions
    "roles/run.admin", // who may call a function
    "roles/secretmanager.admin", // secrets
    "roles/serviceusage.serviceUsageAdmin", // APIs, and accounts of Google's services
    "roles/storage.admin", // buckets
];

/** What a preview looks at: settings and policies, no data and no secret's text. */
export const looks = ["roles/browser", "roles/iam.securityReviewer", "roles/serviceusage.serviceUsageViewer"];
