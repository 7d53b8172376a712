import { projectOf } from "../cloud/access";
import { asLists } from "../rules/blocks";
import { titles, types } from "../rules/catalogue";
import type { Context, Inputs, TypeRules } from "../rules/rules";
import { type SchemaProperties, schemaOf } from "../schema/schema";
import { filterOf } from "../services/compute/listFilter";
import { ringPath } from "../services/kms/names";
import { addBuiltIn, bucketOf } from "../services/logging/bucketNames";
import { bucketName } from "../services/storage/names";
import { nameOf } from "./types";

/** A data source that reads a resource of a type. */
export interface Lookup {
    /** The token of the resource type. */
    type: string;
    /** The API method that reads it. */
    method: string;
    /** The inputs that identify the resource, if they are not the arguments of the data source. */
    inputs?(args: Inputs, context: Context): Inputs;
}

/** A resource by its self link, or by its name in its zone, which is the provider's by default. */
function inZoneOf({ selfLink = "", ...args }: Inputs, { zone: own }: Context): Inputs {
    const [, project, zone, name] = /projects\/([^/]+)\/zones\/([^/]+)\/\w+\/([^/]+)$/.exec(selfLink) ?? [];
    return name ? { project, zone, name } : { zone: own, ...args };
}

/**
 * The snapshot that a filter finds, or the latest of several:
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/data_source_google_compute_snapshot.go
 */
function snapshotOf({ filter, mostRecent }: Inputs, project: string, { cloud }: Context): unknown {
    if (!filter) {
        throw new Error("one of name or filter must be set");
    }
    const isFound = filterOf(String(filter));
    const [first, ...others] = cloud.store
        .list(`//compute.googleapis.com/projects/${project}/global/snapshots`)
        .map(({ state }) => state as Inputs)
        .filter((state) => isFound(state))
        .sort((one, other) => String(other.creationTimestamp).localeCompare(String(one.creationTimestamp)));
    if (!first || (others.length > 0 && !mostRecent)) {
        const count = first ? others.length + 1 : 0;
        throw new Error(
            `your filter has returned ${count} snapshot(s). Please refine your filter or set most_recent to return exactly one snapshot`,
        );
    }
    return first.name;
}

/** The data sources of resources, by token. */
export const lookups: Record<string, Lookup> = {
    "gcp:artifactregistry/getRepository:getRepository": {
        type: "gcp:artifactregistry/repository:Repository",
        method: "artifactregistry.projects.locations.repositories.get",
    },
    "gcp:bigquery/getDataset:getDataset": { type: "gcp:bigquery/dataset:Dataset", method: "bigquery.datasets.get" },
    "gcp:bigquery/getTable:getTable": { type: "gcp:bigquery/table:Table", method: "bigquery.tables.get" },
    "gcp:cloudfunctionsv2/getFunction:getFunction": {
        type: "gcp:cloudfunctionsv2/function:Function",
        method: "cloudfunctions.projects.locations.functions.get",
    },
    "gcp:cloudrunv2/getJob:getJob": {
        type: "gcp:cloudrunv2/job:Job",
        method: "run.projects.locations.jobs.get",
    },
    "gcp:cloudrunv2/getService:getService": {
        type: "gcp:cloudrunv2/service:Service",
        method: "run.projects.locations.services.get",
    },
    "gcp:cloudrunv2/getWorkerPool:getWorkerPool": {
        type: "gcp:cloudrunv2/workerPool:WorkerPool",
        method: "run.projects.locations.workerPools.get",
    },
    "gcp:compute/getDisk:getDisk": {
        type: "gcp:compute/disk:Disk",
        method: "compute.disks.get",
        inputs: (args, { zone }) => ({ zone, ...args }),
    },
    "gcp:compute/getRegionDisk:getRegionDisk": {
        type: "gcp:compute/regionDisk:RegionDisk",
        method: "compute.regionDisks.get",
        // The path of a regional disk differs from that of a zonal one by its zones.
        inputs: (args) => ({ ...args, replicaZones: [] }),
    },
    "gcp:compute/getSnapshot:getSnapshot": {
        type: "gcp:compute/snapshot:Snapshot",
        method: "compute.snapshots.get",
        inputs: ({ name, project, ...args }, context) => ({
            name: name ?? snapshotOf(args, project, context),
            project,
        }),
    },
    "gcp:compute/getForwardingRule:getForwardingRule": {
        type: "gcp:compute/forwardingRule:ForwardingRule",
        method: "compute.forwardingRules.get",
    },
    "gcp:compute/getGlobalForwardingRule:getGlobalForwardingRule": {
        type: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        method: "compute.globalForwardingRules.get",
        inputs: ({ name, project }) => ({ name, project }),
    },
    "gcp:compute/getNetwork:getNetwork": {
        type: "gcp:compute/network:Network",
        method: "compute.networks.get",
        inputs: ({ selfLink = "", ...args }) => {
            const [, project, name] = /projects\/([^/]+)\/global\/networks\/([^/]+)$/.exec(selfLink) ?? [];
            return name ? { project, name } : args;
        },
    },
    "gcp:compute/getSubnetwork:getSubnetwork": {
        type: "gcp:compute/subnetwork:Subnetwork",
        method: "compute.subnetworks.get",
        inputs: ({ selfLink = "", ...args }) => {
            const [, project, region, name] =
                /projects\/([^/]+)\/regions\/([^/]+)\/subnetworks\/([^/]+)$/.exec(selfLink) ?? [];
            return name ? { project, region, name } : args;
        },
    },
    "gcp:compute/getInstance:getInstance": {
        type: "gcp:compute/instance:Instance",
        method: "compute.instances.get",
        inputs: inZoneOf,
    },
    "gcp:compute/getInstanceGroup:getInstanceGroup": {
        type: "gcp:compute/instanceGroup:InstanceGroup",
        method: "compute.instanceGroups.get",
        inputs: inZoneOf,
    },
    "gcp:compute/getNetworkEndpointGroup:getNetworkEndpointGroup": {
        type: "gcp:compute/networkEndpointGroup:NetworkEndpointGroup",
        method: "compute.networkEndpointGroups.get",
        inputs: inZoneOf,
    },
    "gcp:kms/getKMSCryptoKey:getKMSCryptoKey": {
        type: "gcp:kms/cryptoKey:CryptoKey",
        method: "cloudkms.projects.locations.keyRings.cryptoKeys.get",
        inputs: ({ name, keyRing }) => ({ name, keyRing, project: ringPath(keyRing).split("/")[1] }),
    },
    "gcp:kms/getKMSKeyRing:getKMSKeyRing": {
        type: "gcp:kms/keyRing:KeyRing",
        method: "cloudkms.projects.locations.keyRings.get",
    },
    "gcp:logging/getLogView:getLogView": {
        type: "gcp:logging/logView:LogView",
        method: "logging.projects.locations.buckets.views.get",
        inputs: (args, { cloud }) => {
            const bucket = bucketOf(args);
            addBuiltIn(cloud, bucket);
            return { ...args, project: bucket.split("/")[1] };
        },
    },
    "gcp:pubsub/getSubscription:getSubscription": {
        type: "gcp:pubsub/subscription:Subscription",
        method: "pubsub.projects.subscriptions.get",
    },
    "gcp:pubsub/getTopic:getTopic": { type: "gcp:pubsub/topic:Topic", method: "pubsub.projects.topics.get" },
    "gcp:secretmanager/getRegionalSecret:getRegionalSecret": {
        type: "gcp:secretmanager/regionalSecret:RegionalSecret",
        method: "secretmanager.projects.locations.secrets.get",
    },
    "gcp:secretmanager/getSecret:getSecret": {
        type: "gcp:secretmanager/secret:Secret",
        method: "secretmanager.projects.secrets.get",
        // Without the location of the provider: that is the name of a regional secret.
        inputs: ({ secretId, project }) => ({ secretId, project }),
    },
    "gcp:serviceaccount/getAccount:getAccount": {
        type: "gcp:serviceaccount/account:Account",
        method: "iam.projects.serviceAccounts.get",
        // An ID, an e-mail address, or a resource name.
        inputs: ({ accountId, project }, { cloud }) => {
            const email = String(accountId.split("/").at(-1));
            const [id, domain = `${project}.iam.gserviceaccount.com`] = email.split("@");
            return domain.endsWith(".iam.gserviceaccount.com")
                ? { accountId: id, project: domain.split(".")[0] }
                : { accountId: id, project: cloud.iam.projectOfAccount(email) ?? project, email };
        },
    },
    "gcp:storage/getBucket:getBucket": {
        type: "gcp:storage/bucket:Bucket",
        method: "storage.buckets.get",
        // The API finds a bucket by its name alone.
        inputs: ({ name, project }, { cloud }) => ({ name, project: projectOf(cloud, bucketName(name)) || project }),
    },
};

/** The resource that a data source reads: its project, its full name, and the rules of its type. */
export function target({ type, inputs = (args) => args }: Lookup, args: Inputs, context: Context) {
    const { project, region } = context;
    const identity = inputs({ project, location: region, region, ...args }, context);
    const rules = types[type] as TypeRules;
    return { project: String(identity.project), name: nameOf(rules, identity), id: rules.id(identity), rules };
}

/** Reads a resource in the format of its data source. */
export function look(token: string, lookup: Lookup, args: Inputs, context: Context): Inputs {
    const { project, name, id, rules } = target(lookup, args, context);
    if (rules.api) {
        context.cloud.projects.requireApi(project, rules.api, titles[rules.api] ?? rules.api);
    }
    const found = context.cloud.store.read(name);
    if (!found) {
        throw new Error(`${id} not found`);
    }
    const properties = schemaOf(token)?.properties ?? {};
    const lists = Object.entries(properties).filter(([, { type }]) => type === "list" || type === "set");
    const none = Object.fromEntries(lists.map(([property]) => [property, []]));
    const given = args.project === undefined ? {} : { project: args.project };
    return { ...none, ...asLists(withAllLabels(found.state), mapsOf(properties)), ...given, id };
}

/**
 * A data source has no labels of its own, and reads all: `SetDataSourceLabels` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgresource/labels.go, and the same of annotations.
 */
const withAllLabels = ({ effectiveLabels, effectiveAnnotations, ...state }: Inputs): Inputs => ({
    ...state,
    ...(effectiveLabels && { labels: effectiveLabels, pulumiLabels: effectiveLabels, effectiveLabels }),
    ...(effectiveAnnotations && { annotations: effectiveAnnotations, effectiveAnnotations }),
});

function mapsOf(properties: SchemaProperties): string[] {
    return Object.entries(properties).flatMap(([name, { type, fields }]) => [
        ...(type === "map" ? [name] : []),
        ...mapsOf(fields ?? {}),
    ]);
}
