/**
 * Writes the permissions of Google Cloud's predefined roles and API methods from a clone of iann0036/iam-dataset, of which it reads
 * `gcp/roles` and `gcp/map.json`. Compares them with a file if it exists, and prints what differs.
 *
 *     node generate.mjs <clone> <file>.json.gz
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** The APIs of the services that components use or will use. */
const apis =
    "aiplatform appengine artifactregistry bigquery billingbudgets certificatemanager cloudbilling cloudbuild cloudfunctions cloudkms cloudresourcemanager cloudscheduler cloudtasks composer compute container dataflow dns essentialcontacts eventarc gkebackup iam iap logging monitoring networksecurity networkservices orgpolicy pubsub run secretmanager servicedirectory servicenetworking serviceusage storage vpcaccess workflowexecutions workflows".split(
        " ",
    );

/** The services of permissions, which are those of the APIs and others in the roles of their service agents. */
const services =
    "aiplatform appengine artifactregistry autoscaling bigquery billing binaryauthorization certificatemanager clientauthconfig cloudasset cloudbuild clouddebugger cloudfunctions cloudkms cloudprofiler cloudquotas cloudscheduler cloudsql cloudtasks cloudtrace composer compute container containeranalysis containersecurity dataflow datapipelines dataproc datastore deploymentmanager developerconnect dns errorreporting essentialcontacts eventarc firebase gkebackup gkehub iam iap logging ml monitoring networkconnectivity networkmanagement networksecurity networkservices notebooks ondemandscanning opsconfigmonitoring orgpolicy osconfig privateca pubsub recommender redis resourcemanager run secretmanager securesourcemanager servicedirectory servicenetworking serviceusage source stackdriver storage telemetry trafficdirector vpcaccess workflows workloadmanager".split(
        " ",
    );

const [clone, file] = process.argv.slice(2);
if (!clone || !file) {
    throw new Error("usage: node generate.mjs <clone of iann0036/iam-dataset> <file>.json.gz");
}
const read = (path) => JSON.parse(readFileSync(join(clone, path), "utf8"));
const isOf = (names, text) => names.includes(text.slice(0, text.indexOf(".")));

const included = readdirSync(join(clone, "gcp", "roles")).map((name) => {
    const { name: role, includedPermissions = [] } = read(join("gcp", "roles", name));
    return [role, includedPermissions.filter((permission) => isOf(services, permission))];
});
const named = included.filter(([, permissions]) => permissions.length > 0);
const permissions = [...new Set(named.flatMap(([, each]) => each))].sort();
const indexes = new Map(permissions.map((permission, index) => [permission, index]));
const sorted = (entries) => Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));

const roles = sorted(named.map(([role, each]) => [role, each.map((name) => indexes.get(name)).sort((a, b) => a - b)]));
const methods = sorted(
    Object.values(read("gcp/map.json").api)
        .flatMap(({ methods = {} }) => Object.entries(methods))
        .filter(([method, { permissions = [] }]) => isOf(apis, method) && permissions.length > 0)
        .map(([method, { permissions }]) => [
            method,
            permissions.map(({ name, resourceType, parameterName, lowConfidence }) => ({
                permission: name,
                ...(resourceType && { on: resourceType }),
                ...(parameterName && { parameter: parameterName }),
                ...(lowConfidence && { lowConfidence }),
            })),
        ]),
);

const day = execFileSync("git", ["-C", clone, "log", "-1", "--format=%cs"], { encoding: "utf8" }).trim();
const source = `iann0036/iam-dataset (MIT), snapshot ${day}; sqladmin methods are not in it`;
if (existsSync(file)) {
    const before = JSON.parse(gunzipSync(readFileSync(file)).toString());
    const lines = ({ permissions, roles, methods }) => [
        ...Object.entries(roles).map(([role, each]) => `${role} ${each.map((index) => permissions[index]).sort()}`),
        ...Object.entries(methods).map(([method, each]) => `${method} ${JSON.stringify(each)}`),
    ];
    const [old, now] = [new Set(lines(before)), new Set(lines({ permissions, roles, methods }))];
    for (const line of old) {
        now.has(line) || console.log(`- ${line}`);
    }
    for (const line of now) {
        old.has(line) || console.log(`+ ${line}`);
    }
}
writeFileSync(file, gzipSync(JSON.stringify({ source, permissions, roles, methods }), { level: 9 }));
