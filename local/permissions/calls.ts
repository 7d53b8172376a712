import type { Verb } from "../provider/faults";
import type { Context, Inputs } from "../rules/rules";
import type { Call, CallsOf, TypeCalls } from "./calls/call";
import { data } from "./calls/data";
import { groups } from "./calls/groups";
import { machines } from "./calls/machines";
import { networks } from "./calls/networks";
import { projects } from "./calls/projects";
import { tags } from "./calls/tags";
import { workloads } from "./calls/workloads";

/** APIs whose method to create is `insert`. */
const inserting = ["bigquery", "compute", "sqladmin", "storage"];

/** APIs whose method to update is `update`, as the provider calls it. */
const updating = ["bigquery", "sqladmin"];

/** APIs whose methods do not name the collections that contain one. */
const flat = ["bigquery", "compute", "dns", "sqladmin", "storage"];

/** APIs with long-running operations, which the provider polls. */
const operations: Record<string, string> = {
    "aiplatform.projects.locations.deploymentResourcePools":
        "aiplatform.projects.locations.deploymentResourcePools.operations.get",
    "aiplatform.projects.locations.endpoints": "aiplatform.projects.locations.endpoints.operations.get",
    "appengine.apps": "appengine.apps.operations.get",
    "artifactregistry.": "artifactregistry.projects.locations.operations.get",
    "certificatemanager.": "certificatemanager.projects.locations.operations.get",
    "cloudfunctions.": "cloudfunctions.projects.locations.operations.get",
    "composer.projects.locations.environments": "composer.projects.locations.operations.get",
    "compute.": "compute.globalOperations.get",
    "container.": "container.projects.locations.operations.get",
    "eventarc.": "eventarc.projects.locations.operations.get",
    "gkebackup.": "gkebackup.projects.locations.operations.get",
    "iam.projects.locations": "iam.projects.locations.workloadIdentityPools.operations.get",
    "run.": "run.projects.locations.operations.get",
    "sqladmin.": "sqladmin.operations.get",
    "vpcaccess.": "vpcaccess.projects.locations.operations.get",
    "workflows.": "workflows.projects.locations.operations.get",
};

/** Methods of these collections respond with the result. */
const immediate = ["composer.projects.locations.environments.userWorkloads", "appengine.apps.firewall"];

function operationOf(collection: string, name: string): string[] {
    if (immediate.some((start) => collection.startsWith(start))) {
        return [];
    }
    const found = Object.entries(operations).find(([start]) => `${collection}.`.startsWith(start))?.[1];
    const scope = name.includes("/regions/") ? "region" : name.includes("/zones/") ? "zone" : "global";
    return found ? [found.replace("global", scope)] : [];
}

/** The calls of Google's provider, where they differ from one method per verb, its operation and a read. */
const calls: Record<string, TypeCalls> = {
    ...projects,
    ...tags,
    ...networks,
    ...machines,
    ...groups,
    ...workloads,
    ...data,
};

/** The methods' collection of a resource: `pubsub.projects.topics` of `//pubsub.googleapis.com/projects/p/topics/t`. */
function collectionOf(name: string): string {
    const [, host = "", path = ""] = /^\/\/([^/]+)\.googleapis\.com\/(.*)$/s.exec(name) ?? [];
    const service = host === "cloudsql" ? "sqladmin" : host;
    const parts = path.split("/");
    return flat.includes(service)
        ? `${service}.${parts.at(-2)}`
        : [service, ...parts.filter((_, index) => index % 2 === 0)].join(".");
}

/** The usual calls: one method per verb, its operation, and a read after changes. */
function usual(verb: Verb, collection: string, name: string): string[] {
    const isOf = (starts: string[]) => starts.some((start) => `${collection}.`.startsWith(`${start}.`));
    const get = `${collection}.get`;
    const operation = operationOf(collection, name);
    switch (verb) {
        case "create":
            return [`${collection}.${isOf(inserting) ? "insert" : "create"}`, ...operation, get];
        case "read":
            return [get];
        case "update":
            return [`${collection}.${isOf(updating) ? "update" : "patch"}`, ...operation, get];
        case "delete":
            return [`${collection}.delete`, ...operation];
    }
}

/** Methods for policies that are not named after their resource. */
const policies: [resource: RegExp, get: string, set: string][] = [
    [
        /^\/\/cloudresourcemanager\.googleapis\.com\/projects\//,
        "cloudresourcemanager.projects.getIamPolicy",
        "cloudresourcemanager.projects.setIamPolicy",
    ],
    [
        /^\/\/iam\.googleapis\.com\/serviceAccounts\//,
        "iam.projects.serviceAccounts.getIamPolicy",
        "iam.projects.serviceAccounts.setIamPolicy",
    ],
    [
        /^\/\/bigquery\.googleapis\.com\/.*\/datasets\/[^/]+$/,
        "bigquery.datasets.getAccess",
        "bigquery.datasets.updateAccess",
    ],
    [/^\/\/appengine\.googleapis\.com\//, "iap.getIamPolicy", "iap.setIamPolicy"],
    [
        /^\/\/iap\.googleapis\.com\/projects\/[^/]+\/iap_tunnel\//,
        "iap.tunnelInstances.getIamPolicy",
        "iap.tunnelInstances.setIamPolicy",
    ],
    [/^\/\/iap\.googleapis\.com\//, "iap.webServices.getIamPolicy", "iap.webServices.setIamPolicy"],
    [/^\/\/compute\.googleapis\.com\/.*\/backendServices\//, "iap.getIamPolicyOfBackend", "iap.setIamPolicyOfBackend"],
];

/** The provider reads a policy before each change of it. */
function policyCalls(verb: Verb, resource: string): Call[] {
    const [, get, set] = policies.find(([name]) => name.test(resource)) ?? [
        undefined,
        `${collectionOf(resource)}.getIamPolicy`,
        `${collectionOf(resource)}.setIamPolicy`,
    ];
    return (verb === "read" ? [get] : [get, set]).map((method) => ({ method, on: resource }));
}

/** A resource of a call of the provider. */
export interface Called {
    token: string;
    /** Its full name. */
    name: string;
    /** For types of policies, the full name of the resource with the policy. */
    policyOf?: string;
    inputs: Inputs;
    old?: Inputs;
}

/** The API calls that Google's provider makes for a resource. */
export function callsOf(verb: Verb, { token, name, policyOf, inputs, old }: Called, context: Context): Call[] {
    if (policyOf !== undefined) {
        return policyCalls(verb, policyOf);
    }
    const of = calls[token] ?? {};
    const list = (each: CallsOf = []) => (typeof each === "function" ? each(inputs, context, old) : each);
    const all = of[verb]
        ? list(of[verb])
        : [...usual(verb, of.collection ?? collectionOf(name), name), ...list(of.also?.[verb])];
    return all.map((call) => ({ on: name, ...(typeof call === "string" ? { method: call } : call) }));
}

/** The API methods that data sources call. */
const functions: Record<string, string[]> = {
    "gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount": ["bigquery.projects.getServiceAccount"],
    "gcp:composer/getEnvironment:getEnvironment": ["composer.projects.locations.environments.get"],
    "gcp:composer/getImageVersions:getImageVersions": ["composer.projects.locations.imageVersions.list"],
    "gcp:composer/getUserWorkloadsConfigMap:getUserWorkloadsConfigMap": [
        "composer.projects.locations.environments.userWorkloadsConfigMaps.get",
    ],
    "gcp:composer/getUserWorkloadsSecret:getUserWorkloadsSecret": [
        "composer.projects.locations.environments.userWorkloadsSecrets.get",
    ],
    "gcp:compute/getDefaultServiceAccount:getDefaultServiceAccount": [
        "compute.projects.get",
        "iam.projects.serviceAccounts.get",
    ],
    // Everyone may read public images.
    "gcp:compute/getImage:getImage": [],
    "gcp:compute/getNetworks:getNetworks": ["compute.networks.list"],
    "gcp:compute/getZones:getZones": ["compute.zones.list"],
    "gcp:container/getCluster:getCluster": ["container.projects.locations.clusters.get"],
    "gcp:container/getEngineVersions:getEngineVersions": ["container.projects.locations.getServerConfig"],
    "gcp:logging/getProjectSettings:getProjectSettings": ["logging.projects.getSettings"],
    "gcp:organizations/getClientConfig:getClientConfig": [],
    "gcp:organizations/getProject:getProject": ["cloudresourcemanager.projects.get"],
    "gcp:tags/getTagKey:getTagKey": ["cloudresourcemanager.tagKeys.list"],
    "gcp:tags/getTagValue:getTagValue": ["cloudresourcemanager.tagValues.list"],
    "gcp:sql/getBackupRun:getBackupRun": ["sqladmin.backupRuns.list"],
    "gcp:sql/getCaCerts:getCaCerts": ["sqladmin.instances.get"],
    "gcp:sql/getDatabases:getDatabases": ["sqladmin.databases.list"],
    "gcp:storage/getBucketObjectContent:getBucketObjectContent": ["storage.objects.get"],
    "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": ["storage.projects.serviceAccount.get"],
};

/** The API methods that a data source calls. */
export function methodsOfFunction(token: string): string[] {
    const found = functions[token];
    if (!found) {
        throw new Error(`the API methods of ${token} are not known: add them to local/permissions/calls.ts`);
    }
    return found;
}
