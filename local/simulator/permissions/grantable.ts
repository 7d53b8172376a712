import { permissionsOf } from "./permissions";

/** The permissions for a resource and for what it contains, by full name. */
const applicable: [resource: RegExp, permission: RegExp][] = [
    [
        /^\/\/cloudresourcemanager\.googleapis\.com\/projects\//,
        /^(?!resourcemanager\.(organizations|folders)\.|billing\.accounts\.)/,
    ],
    [/^\/\/storage\.googleapis\.com\/buckets\//, /^storage\.(?!hmacKeys|intelligenceConfigs)/],
    [/^\/\/bigquery\.googleapis\.com\/.*\/tables\//, /^bigquery\.(tables|rowAccessPolicies)\./],
    [/^\/\/bigquery\.googleapis\.com\/.*\/routines\//, /^bigquery\.routines\./],
    [/^\/\/bigquery\.googleapis\.com\//, /^bigquery\.(datasets|models|routines|rowAccessPolicies|tables)\./],
    [/^\/\/iam\.googleapis\.com\/serviceAccounts\//, /^iam\.(serviceAccounts|serviceAccountKeys)\./],
    [/^\/\/cloudkms\.googleapis\.com\/.*\/cryptoKeys\//, /^cloudkms\.(cryptoKeys|cryptoKeyVersions)\./],
    [/^\/\/cloudkms\.googleapis\.com\//, /^cloudkms\.(keyRings|cryptoKeys|cryptoKeyVersions|importJobs)\./],
    [/^\/\/pubsub\.googleapis\.com\/.*\/topics\//, /^pubsub\.topics\./],
    [/^\/\/pubsub\.googleapis\.com\/.*\/subscriptions\//, /^pubsub\.subscriptions\./],
    [/^\/\/pubsub\.googleapis\.com\/.*\/schemas\//, /^pubsub\.schemas\./],
    [/^\/\/secretmanager\.googleapis\.com\//, /^secretmanager\.(secrets|versions)\./],
    [/^\/\/artifactregistry\.googleapis\.com\//, /^artifactregistry\./],
    [/^\/\/run\.googleapis\.com\//, /^run\./],
    [/^\/\/cloudfunctions\.googleapis\.com\//, /^(cloudfunctions|run)\./],
    [/^\/\/logging\.googleapis\.com\/.*\/views\//, /^logging\.(views|logEntries|logs)\./],
    [/^\/\/cloudtasks\.googleapis\.com\//, /^cloudtasks\.(queues|tasks)\./],
    [/^\/\/aiplatform\.googleapis\.com\/.*\/endpoints\//, /^aiplatform\.endpoints\./],
    [/^\/\/compute\.googleapis\.com\/.*\/instances\//, /^compute\.instances\./],
    [/^\/\/compute\.googleapis\.com\/.*\/disks\//, /^compute\.disks\./],
    // Identity-Aware Proxy.
    [/^\/\/iap\.googleapis\.com\//, /^iap\./],
    [/^\/\/appengine\.googleapis\.com\//, /^iap\./],
    [/^\/\/compute\.googleapis\.com\/.*\/backendServices\//, /^iap\./],
];

/**
 * Whether a role can be granted on a resource: "A role is grantable on or above a resource if it contains any permissions for that resource
 * type." Custom roles are accepted.
 * https://cloud.google.com/iam/docs/viewing-grantable-roles
 */
export function isGrantable(role: string, resource: string): boolean {
    if (!role.startsWith("roles/")) {
        return true;
    }
    const permission = applicable.find(([name]) => name.test(resource))?.[1];
    const included = permissionsOf(role);
    return included !== undefined && (permission === undefined || [...included].some((each) => permission.test(each)));
}
