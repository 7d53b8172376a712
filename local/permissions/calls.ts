import { accountName } from "../cloud/iam";
import { resourceManagerName } from "../cloud/organization";
import { projectName } from "../cloud/projects";
import type { Verb } from "../provider/faults";
import { type Context, type Inputs, lastPart } from "../rules/rules";

/** A call of an API method. */
export interface Call {
    /** Such as `pubsub.projects.topics.create`. */
    method: string;
    /** The full name of the resource that it is on; by default that of the Pulumi resource. */
    on?: string;
}

type Calls = (string | Call)[];

type CallsOf = Calls | ((inputs: Inputs, context: Context, old?: Inputs) => Calls);

/** The calls of a type by verb, where they differ from the usual ones. */
type TypeCalls = Partial<Record<Verb, CallsOf>> & {
    /** Calls in addition to the usual ones. */
    also?: Partial<Record<Verb, CallsOf>>;
    /** The collection of the usual methods, if it does not follow from the resource's name. */
    collection?: string;
};

/** APIs whose method to create is `insert`. */
const inserting = ["bigquery", "compute", "sqladmin", "storage"];

/** APIs whose method to update is `update`, as the provider calls it. */
const updating = ["bigquery", "sqladmin"];

/** APIs whose methods do not name the collections that contain one. */
const flat = ["bigquery", "compute", "dns", "sqladmin", "storage"];

/** APIs with long-running operations, which the provider polls. */
const operations: Record<string, string> = {
    "appengine.apps": "appengine.apps.operations.get",
    "artifactregistry.": "artifactregistry.projects.locations.operations.get",
    "certificatemanager.": "certificatemanager.projects.locations.operations.get",
    "cloudfunctions.": "cloudfunctions.projects.locations.operations.get",
    "composer.projects.locations.environments": "composer.projects.locations.operations.get",
    "compute.": "compute.globalOperations.get",
    "container.": "container.projects.locations.operations.get",
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
    return found ? [name.includes("/regions/") ? found.replace("global", "region") : found] : [];
}

const billingAccount = (id: string) => `//cloudbilling.googleapis.com/billingAccounts/${lastPart(id)}`;

/** Budgets are subject to the policy of their billing account. */
const onBudget =
    (...verbs: string[]) =>
    ({ billingAccount: account }: Inputs): Calls =>
        verbs.map((verb) => ({
            method: `billingbudgets.billingAccounts.budgets.${verb}`,
            on: billingAccount(account),
        }));

/** Where a project or folder is created. */
function creatorOf({ folderId, orgId, parent }: Inputs): string | undefined {
    const found = parent ?? (folderId ? `folders/${lastPart(folderId)}` : orgId && `organizations/${lastPart(orgId)}`);
    return found && resourceManagerName(found);
}

/** The creator of a project, as its owner, may link it. */
function linkBilling({ billingAccount: account, projectId }: Inputs, isNew = false): Calls {
    const onProject = isNew ? [] : ["updateBillingInfo", "getBillingInfo"];
    return account
        ? [
              { method: "cloudbilling.billingAccounts.link", on: billingAccount(account) },
              ...onProject.map((verb) => ({ method: `cloudbilling.projects.${verb}`, on: projectName(projectId) })),
          ]
        : [];
}

/** Labels are set by another call after the creation; Pulumi's attribution label always is. */
const labelled = (collection: string) => [`compute.${collection}.setLabels`];

const isInternal = ({ addressType }: Inputs) => addressType === "INTERNAL";

function addresses(collection: string): TypeCalls {
    const method = (verb: string, inputs: Inputs) =>
        `compute.${collection}.${verb}${isInternal(inputs) ? "Internal" : ""}`;
    const wait = collection === "addresses" ? "compute.regionOperations.get" : "compute.globalOperations.get";
    const get = `compute.${collection}.get`;
    return {
        create: (inputs) => [method("insert", inputs), ...labelled(collection), wait, get],
        read: [get],
        update: [...labelled(collection), wait, get],
        delete: (inputs) => [method("delete", inputs), wait],
    };
}

/** Keys are subject to the policy of their account. */
const onKey =
    (...verbs: string[]) =>
    ({ serviceAccountId }: Inputs): Calls =>
        verbs.map((verb) => ({
            method: `iam.projects.serviceAccounts.keys.${verb}`,
            on: accountName(String(serviceAccountId)),
        }));

/** Whether a forwarding rule is an endpoint of Private Service Connect. */
const isEndpoint = ({ target, loadBalancingScheme }: Inputs) =>
    /serviceAttachments\/|^(all-apis|vpc-sc)$/.test(target ?? "") && !loadBalancingScheme;

function forwardingRules(collection: string): TypeCalls {
    const of = (inputs: Inputs) => (isEndpoint(inputs) ? "Endpoint" : "");
    const label = (inputs: Inputs) => `compute.${collection}.setLabels${isEndpoint(inputs) ? "OfEndpoint" : ""}`;
    const wait = collection === "forwardingRules" ? "compute.regionOperations.get" : "compute.globalOperations.get";
    const get = `compute.${collection}.get`;
    return {
        create: (inputs) => [`compute.${collection}.insert${of(inputs)}`, label(inputs), wait, get],
        read: [get],
        update: (inputs) => [label(inputs), wait, get],
        delete: (inputs) => [`compute.${collection}.delete${of(inputs)}`, wait],
    };
}

/** The provider reads the instance groups of node pools. */
const readPool = ["container.projects.locations.clusters.nodePools.get", "compute.instanceGroupManagers.get"];
const readCluster = ({ enableAutopilot }: Inputs) => [
    "container.projects.locations.clusters.get",
    ...(enableAutopilot ? [] : ["compute.instanceGroupManagers.get"]),
];
const clusterOperation = "container.projects.locations.operations.get";

const readZone = ["dns.managedZones.get"];
const bindZone = ({ privateVisibilityConfig }: Inputs) =>
    privateVisibilityConfig?.networks?.length ? ["dns.managedZones.bindNetworks"] : [];

function records(verb: string): Calls {
    return ["dns.resourceRecordSets.list", `dns.resourceRecordSets.${verb}`, "dns.changes.get"];
}

const services = {
    enable: ["serviceusage.services.batchEnable", "serviceusage.operations.get"],
    read: ["serviceusage.services.list", "cloudresourcemanager.projects.get"],
};

const version = "appengine.apps.services.versions";

/** App Engine builds the version as the caller. https://cloud.google.com/iam/docs/roles-permissions/appengine */
const deployVersion = [
    `${version}.create`,
    "appengine.apps.operations.get",
    `${version}.get`,
    "cloudbuild.projects.builds.create",
];
const versions: TypeCalls = {
    create: deployVersion,
    read: [`${version}.get`],
    update: deployVersion,
    delete: ({ noopOnDestroy, deleteServiceOnDestroy }) =>
        noopOnDestroy
            ? []
            : [
                  deleteServiceOnDestroy ? "appengine.apps.services.delete" : `${version}.delete`,
                  "appengine.apps.operations.get",
              ],
};

const onService = ["appengine.apps.services.patch", "appengine.apps.operations.get", "appengine.apps.services.get"];
const onApplication = ["appengine.apps.patch", "appengine.apps.operations.get", "appengine.apps.get"];

/** Cloud Run reads the image as the caller. */
function imagesOf({ template }: Inputs): Calls {
    return (template?.containers ?? []).flatMap(({ image = "" }: Inputs) => {
        const [, location, path] = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+\/[^/@:]+)/.exec(image) ?? [];
        const [project, repository] = path?.split("/") ?? [];
        const on = `//artifactregistry.googleapis.com/projects/${project}/locations/${location}/repositories/${repository}`;
        return path ? [{ method: "run.projects.locations.services.useImage", on }] : [];
    });
}

const runService = "run.projects.locations.services";
const disableCheck = ({ invokerIamDisabled }: Inputs) =>
    invokerIamDisabled ? [`${runService}.disableInvokerIam`] : [];

const setProjectPolicy = ["cloudresourcemanager.projects.getIamPolicy", "cloudresourcemanager.projects.setIamPolicy"];

const secretVersions = "secretmanager.projects.secrets.versions";
/** The provider reads the value too, except of write-only values. */
const readVersion = ({ secretDataWo, enabled }: Inputs) => [
    `${secretVersions}.get`,
    ...(secretDataWo !== undefined || enabled === false ? [] : [`${secretVersions}.access`]),
];

const transfers = "bigquerydatatransfer.projects.locations.transferConfigs";

/** The calls of Google's provider, where they differ from one method per verb, its operation and a read. */
const calls: Record<string, TypeCalls> = {
    "gcp:appengine/application:Application": {
        create: ["appengine.apps.create", "appengine.apps.operations.get", "appengine.apps.get"],
        read: ["appengine.apps.get"],
        update: onApplication,
        delete: [],
    },
    "gcp:appengine/applicationUrlDispatchRules:ApplicationUrlDispatchRules": {
        create: onApplication,
        read: ["appengine.apps.get"],
        update: onApplication,
        delete: onApplication,
    },
    "gcp:appengine/engineSplitTraffic:EngineSplitTraffic": {
        create: onService,
        read: ["appengine.apps.services.get"],
        update: onService,
        delete: [],
    },
    "gcp:appengine/serviceNetworkSettings:ServiceNetworkSettings": {
        create: onService,
        read: ["appengine.apps.services.get"],
        update: onService,
        delete: [],
    },
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion": versions,
    "gcp:appengine/standardAppVersion:StandardAppVersion": versions,
    "gcp:appengine/firewallRule:FirewallRule": { collection: "appengine.apps.firewall.ingressRules" },
    "gcp:bigquery/dataset:Dataset": {
        also: {
            create: ({ accesses }) => (accesses ? ["bigquery.datasets.updateAccess"] : []),
            update: ({ accesses }) => (accesses ? ["bigquery.datasets.updateAccess"] : []),
            delete: ({ deleteContentsOnDestroy }) => (deleteContentsOnDestroy ? ["bigquery.tables.delete"] : []),
        },
    },
    "gcp:bigquery/datasetAccess:DatasetAccess": {
        create: ["bigquery.datasets.getAccess", "bigquery.datasets.updateAccess"],
        read: ["bigquery.datasets.getAccess"],
        update: [],
        delete: ["bigquery.datasets.getAccess", "bigquery.datasets.updateAccess"],
    },
    "gcp:bigquery/dataTransferConfig:DataTransferConfig": {
        create: [`${transfers}.create`, `${transfers}.get`],
        read: [`${transfers}.get`],
        update: [`${transfers}.patch`, `${transfers}.get`],
        delete: [`${transfers}.delete`],
    },
    "gcp:billing/budget:Budget": {
        create: onBudget("create", "get"),
        read: onBudget("get"),
        update: onBudget("patch", "get"),
        delete: onBudget("delete"),
    },
    "gcp:cloudrunv2/service:Service": {
        also: {
            create: (inputs) => [...imagesOf(inputs), ...disableCheck(inputs)],
            update: (inputs) => [...imagesOf(inputs), ...disableCheck(inputs)],
        },
    },
    "gcp:cloudscheduler/job:Job": {
        also: {
            create: ({ paused }) => (paused ? ["cloudscheduler.projects.locations.jobs.pause"] : []),
            update: ({ paused }, _, old) =>
                Boolean(paused) === Boolean(old?.paused)
                    ? []
                    : [`cloudscheduler.projects.locations.jobs.${paused ? "pause" : "resume"}`],
        },
    },
    "gcp:composer/userWorkloadsConfigMap:UserWorkloadsConfigMap": userWorkloads("ConfigMaps"),
    "gcp:composer/userWorkloadsSecret:UserWorkloadsSecret": userWorkloads("Secrets"),
    "gcp:compute/address:Address": addresses("addresses"),
    "gcp:compute/globalAddress:GlobalAddress": addresses("globalAddresses"),
    "gcp:compute/forwardingRule:ForwardingRule": forwardingRules("forwardingRules"),
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": forwardingRules("globalForwardingRules"),
    "gcp:compute/networkPeeringRoutesConfig:NetworkPeeringRoutesConfig": {
        create: ["compute.networks.updatePeering", "compute.globalOperations.get", "compute.networks.get"],
        read: ["compute.networks.get"],
        update: ["compute.networks.updatePeering", "compute.globalOperations.get", "compute.networks.get"],
        delete: [],
    },
    "gcp:compute/routerNat:RouterNat": {
        create: ["compute.routers.patch", "compute.regionOperations.get"],
        read: ["compute.routers.get"],
        update: ["compute.routers.patch", "compute.regionOperations.get"],
        delete: ["compute.routers.patch", "compute.regionOperations.get"],
    },
    "gcp:compute/subnetwork:Subnetwork": {
        also: {
            update: ({ ipCidrRange, privateIpGoogleAccess }, _, old) => [
                ...(ipCidrRange === old?.ipCidrRange ? [] : ["compute.subnetworks.expandIpCidrRange"]),
                ...(Boolean(privateIpGoogleAccess) === Boolean(old?.privateIpGoogleAccess)
                    ? []
                    : ["compute.subnetworks.setPrivateIpGoogleAccess"]),
            ],
        },
    },
    "gcp:container/cluster:Cluster": {
        create: (inputs) => ["container.projects.locations.clusters.create", clusterOperation, ...readCluster(inputs)],
        read: readCluster,
        update: (inputs) => ["container.projects.locations.clusters.update", clusterOperation, ...readCluster(inputs)],
        delete: ["container.projects.locations.clusters.delete", clusterOperation],
    },
    "gcp:container/nodePool:NodePool": {
        create: ["container.projects.locations.clusters.nodePools.create", clusterOperation, ...readPool],
        read: readPool,
        update: ["container.projects.locations.clusters.nodePools.update", clusterOperation, ...readPool],
        delete: ["container.projects.locations.clusters.nodePools.delete", clusterOperation],
    },
    "gcp:dns/managedZone:ManagedZone": {
        create: (inputs) => ["dns.managedZones.create", ...bindZone(inputs), ...readZone],
        read: readZone,
        update: (inputs) => ["dns.managedZones.update", ...bindZone(inputs), ...readZone],
        delete: ({ forceDestroy }) => [...(forceDestroy ? records("delete") : []), "dns.managedZones.delete"],
    },
    "gcp:dns/recordSet:RecordSet": {
        create: records("create"),
        read: ["dns.resourceRecordSets.list"],
        update: ["dns.resourceRecordSets.list", "dns.resourceRecordSets.patch", "dns.changes.get"],
        delete: records("delete"),
    },
    "gcp:kms/keyRing:KeyRing": { update: [], delete: [] },
    "gcp:serviceaccount/key:Key": {
        create: onKey("create", "get"),
        read: onKey("get"),
        update: [],
        delete: onKey("delete"),
    },
    "gcp:kms/cryptoKey:CryptoKey": {
        delete: ({ rotationPeriod }) => [
            "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.list",
            "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.destroy",
            ...(rotationPeriod ? ["cloudkms.projects.locations.keyRings.cryptoKeys.patch"] : []),
        ],
    },
    "gcp:kms/cryptoKeyVersion:CryptoKeyVersion": {
        collection: "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions",
        delete: ["cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.destroy"],
    },
    "gcp:monitoring/alertPolicy:AlertPolicy": { collection: "monitoring.projects.alertPolicies" },
    "gcp:monitoring/notificationChannel:NotificationChannel": {
        collection: "monitoring.projects.notificationChannels",
    },
    "gcp:organizations/folder:Folder": {
        create: (inputs) => [
            { method: "cloudresourcemanager.folders.create", on: creatorOf(inputs) },
            { method: "cloudresourcemanager.operations.get", on: creatorOf(inputs) },
        ],
        read: ["cloudresourcemanager.folders.get"],
        update: ({ parent }, _, old) => [
            "cloudresourcemanager.folders.patch",
            ...(parent === old?.parent ? [] : ["cloudresourcemanager.folders.move"]),
        ],
        delete: ["cloudresourcemanager.folders.delete"],
    },
    "gcp:organizations/project:Project": {
        create: (inputs) => [
            { method: "cloudresourcemanager.projects.create", on: creatorOf(inputs) },
            { method: "cloudresourcemanager.operations.get", on: creatorOf(inputs) },
            ...linkBilling(inputs, true),
        ],
        read: ["cloudresourcemanager.projects.get", "cloudbilling.projects.getBillingInfo"],
        update: (inputs, _, old) => [
            "cloudresourcemanager.projects.patch",
            ...(inputs.billingAccount === old?.billingAccount ? [] : linkBilling(inputs)),
            ...(creatorOf(inputs) === creatorOf(old ?? {}) ? [] : ["cloudresourcemanager.projects.move"]),
        ],
        delete: ["cloudresourcemanager.projects.delete"],
    },
    "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts": {
        create: ({ action }) => ["iam.projects.serviceAccounts.list", ...defaultAccounts(action)],
        read: ["iam.projects.serviceAccounts.list"],
        update: ({ action }) => ["iam.projects.serviceAccounts.list", ...defaultAccounts(action)],
        delete: ({ action, restorePolicy }) => (restorePolicy === "NONE" ? [] : defaultAccounts(action, true)),
    },
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": {
        create: setProjectPolicy,
        read: ["cloudresourcemanager.projects.getIamPolicy"],
        update: setProjectPolicy,
        delete: setProjectPolicy,
    },
    "gcp:projects/service:Service": {
        create: [...services.enable, ...services.read],
        read: services.read,
        update: services.read,
        delete: ["serviceusage.services.disable", "serviceusage.operations.get"],
    },
    "gcp:projects/serviceIdentity:ServiceIdentity": {
        create: ["serviceusage.services.generateServiceIdentity", "serviceusage.operations.get"],
        read: [],
        update: [],
        delete: [],
    },
    "gcp:pubsub/schema:Schema": {
        update: ["pubsub.projects.schemas.commit", "pubsub.projects.schemas.get"],
    },
    "gcp:pubsub/topic:Topic": {
        also: {
            create: ({ schemaSettings }) =>
                schemaSettings?.schema
                    ? [
                          {
                              method: "pubsub.projects.schemas.attach",
                              on: `//pubsub.googleapis.com/${schemaSettings.schema}`,
                          },
                      ]
                    : [],
        },
    },
    "gcp:resourcemanager/lien:Lien": {
        create: ["cloudresourcemanager.liens.create", "cloudresourcemanager.liens.list"],
        read: ["cloudresourcemanager.liens.list"],
        update: [],
        delete: ["cloudresourcemanager.liens.delete"],
    },
    "gcp:secretmanager/secretVersion:SecretVersion": {
        create: (inputs) => [
            "secretmanager.projects.secrets.addVersion",
            ...(inputs.enabled === false ? [`${secretVersions}.disable`] : []),
            ...readVersion(inputs),
        ],
        read: readVersion,
        update: (inputs) => [
            `${secretVersions}.${inputs.enabled === false ? "disable" : "enable"}`,
            ...readVersion(inputs),
        ],
        delete: ({ deletionPolicy }) => {
            const verbs: Record<string, string> = { ABANDON: "", DISABLE: "disable" };
            const verb = verbs[deletionPolicy] ?? "destroy";
            return verb ? [`${secretVersions}.${verb}`] : [];
        },
    },
    "gcp:serviceaccount/account:Account": {
        collection: "iam.projects.serviceAccounts",
        also: {
            update: ({ disabled }, _, old) =>
                Boolean(disabled) === Boolean(old?.disabled)
                    ? []
                    : [`iam.projects.serviceAccounts.${disabled ? "disable" : "enable"}`],
        },
    },
    "gcp:servicenetworking/connection:Connection": {
        create: [
            "cloudresourcemanager.projects.get",
            "servicenetworking.services.connections.create",
            "servicenetworking.operations.get",
            "servicenetworking.services.connections.list",
        ],
        read: ["cloudresourcemanager.projects.get", "servicenetworking.services.connections.list"],
        update: [
            "cloudresourcemanager.projects.get",
            "servicenetworking.services.connections.patch",
            "servicenetworking.operations.get",
        ],
        delete: [
            "cloudresourcemanager.projects.get",
            "servicenetworking.services.connections.deleteConnection",
            "servicenetworking.operations.get",
        ],
    },
    "gcp:sql/databaseInstance:DatabaseInstance": {
        also: {
            create: ({ clone, restoreBackupContext, databaseVersion = "", masterInstanceName }) => [
                ...(clone ? ["sqladmin.instances.clone"] : []),
                ...(restoreBackupContext ? ["sqladmin.instances.restoreBackup"] : []),
                // The provider deletes the user root of new instances.
                ...(databaseVersion.startsWith("MYSQL") && !masterInstanceName
                    ? ["sqladmin.users.list", "sqladmin.users.delete"]
                    : []),
            ],
            update: ({ instanceType, restoreBackupContext }, _, old) => [
                ...(old?.masterInstanceName && instanceType === "CLOUD_SQL_INSTANCE"
                    ? ["sqladmin.instances.promoteReplica"]
                    : []),
                ...(restoreBackupContext ? ["sqladmin.instances.restoreBackup"] : []),
            ],
        },
    },
    "gcp:sql/user:User": {
        create: ["sqladmin.users.insert", "sqladmin.operations.get", "sqladmin.users.list"],
        read: ["sqladmin.users.list", "sqladmin.instances.get"],
        update: ["sqladmin.users.update", "sqladmin.operations.get", "sqladmin.users.list"],
        delete: ["sqladmin.users.delete", "sqladmin.operations.get"],
    },
    "gcp:storage/bucket:Bucket": {
        update: ({ publicAccessPrevention }, _, old) => [
            "storage.buckets.patch",
            ...(publicAccessPrevention === old?.publicAccessPrevention
                ? []
                : ["storage.buckets.patchPublicAccessPrevention"]),
            "storage.buckets.get",
        ],
        delete: ({ forceDestroy }) => [
            "storage.objects.list",
            ...(forceDestroy ? ["storage.objects.delete"] : []),
            "storage.buckets.delete",
        ],
    },
    "gcp:storage/bucketObject:BucketObject": {
        collection: "storage.objects",
        update: ["storage.objects.patch", "storage.objects.get"],
    },
    "gcp:storage/notification:Notification": { collection: "storage.notifications", update: [] },
};

function userWorkloads(kind: string): TypeCalls {
    const collection = `composer.projects.locations.environments.userWorkloads${kind}`;
    return { update: [`${collection}.update`, `${collection}.get`] };
}

/** What is done to default service accounts, or undone. */
function defaultAccounts(action: string, isUndone = false): string[] {
    const verbs: Record<string, string[]> = {
        DEPRIVILEGE: setProjectPolicy,
        DISABLE: [`iam.projects.serviceAccounts.${isUndone ? "enable" : "disable"}`],
        DELETE: [`iam.projects.serviceAccounts.${isUndone ? "undelete" : "delete"}`],
    };
    return verbs[action] ?? [];
}

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
    "gcp:compute/getNetworks:getNetworks": ["compute.networks.list"],
    "gcp:compute/getZones:getZones": ["compute.zones.list"],
    "gcp:container/getCluster:getCluster": ["container.projects.locations.clusters.get"],
    "gcp:container/getEngineVersions:getEngineVersions": ["container.projects.locations.getServerConfig"],
    "gcp:organizations/getClientConfig:getClientConfig": [],
    "gcp:organizations/getProject:getProject": ["cloudresourcemanager.projects.get"],
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
