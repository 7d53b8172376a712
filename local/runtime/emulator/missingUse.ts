import { componentsAbove, type Exported, kindOf, nameOf } from "../../machine/exported";
import { existingStacks, resourcesOf } from "../../machine/stacks";
import type { Workspace } from "../../machine/workspace";
import { accountName, type Cloud, type Entry } from "../../simulator";

/** The capability of a component with a permission: the smallest one. */
export const capabilities: Record<string, Record<string, string>> = {
    "aiplatform.endpoints.predict": { VertexEndpoint: "predictor" },
    "bigquery.datasets.get": { BigQueryDataset: "reader" },
    "bigquery.tables.create": { BigQueryDataset: "writer" },
    "bigquery.tables.get": { BigQueryDataset: "reader", BigQueryTable: "reader", BigQueryView: "reader" },
    "bigquery.tables.list": { BigQueryDataset: "reader" },
    "bigquery.tables.getData": { BigQueryDataset: "reader", BigQueryTable: "reader", BigQueryView: "reader" },
    "bigquery.tables.updateData": { BigQueryDataset: "writer", BigQueryTable: "writer" },
    "cloudsql.instances.connect": { CloudSqlInstance: "client" },
    "cloudsql.instances.login": { CloudSqlInstance: "client" },
    "pubsub.subscriptions.consume": { PubSubSubscription: "subscriber" },
    "pubsub.topics.publish": { PubSubTopic: "publisher" },
    "run.jobs.run": { CloudRunJob: "runner" },
    "run.routes.invoke": { CloudRunService: "invoker", ServerlessFunction: "invoker" },
    "secretmanager.versions.access": { Secret: "accessor", RegionalSecret: "accessor" },
    "storage.buckets.get": { StorageBucket: "reader" },
    "storage.objects.create": { ManagedFolder: "creator", StorageBucket: "creator" },
    "storage.objects.delete": { ManagedFolder: "writer", StorageBucket: "writer" },
    "storage.objects.get": { ManagedFolder: "reader", StorageBucket: "reader" },
    "storage.objects.list": { ManagedFolder: "reader", StorageBucket: "reader" },
    "storage.objects.update": { ManagedFolder: "writer", StorageBucket: "writer" },
};

/** The component in a program's own code that a resource belongs to, of those that an allowed kind selects. */
function componentOf(place: Workspace, entry: Entry, isWanted: (kind: string) => boolean): Exported | undefined {
    for (const stack of existingStacks(place)) {
        const resources = resourcesOf(place, stack);
        const byUrn = new Map(resources.map((each) => [each.urn, each]));
        const resource = resources.find(({ type, id }) => type === entry.type && id === entry.id);
        const above = resource && componentsAbove(resource, (urn) => byUrn.get(urn));
        const found = above?.find((each) => isWanted(kindOf(each)));
        if (found) {
            return found;
        }
    }
    return undefined;
}

/**
 * What a program lacks so that an account gets a permission: `uses: { RESULTS: results.creator }` of the component with the account; undefined if
 * account or resource are not in components of the program.
 *
 * @param name the full name of the resource, such as `//storage.googleapis.com/buckets/acme-results/objects/one.txt`
 */
export function missingUse(
    place: Workspace,
    cloud: Cloud,
    account: string,
    permission: string,
    name: string,
): string | undefined {
    const offers = capabilities[permission];
    const resource = offers && nearest(cloud, name);
    const offering = resource && componentOf(place, resource, (kind) => offers[kind] !== undefined);
    const own = cloud.store.read(accountName(account));
    const using = own && componentOf(place, own, () => true);
    if (!offers || !offering || !using) {
        return undefined;
    }
    const words = nameOf(offering.urn).split(/[^A-Za-z0-9]+/);
    const variable = words.map((word, at) => (at > 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word)).join("");
    const capability = offers[kindOf(offering)];
    return `uses: { ${words.join("_").toUpperCase()}: ${variable}.${capability} } of ${kindOf(using)} "${nameOf(using.urn)}"`;
}

/** The deployed resource that has a name or contains it; the function of a service that it runs as. */
function nearest(cloud: Cloud, name: string): Entry | undefined {
    const functions = cloud.store.list("//cloudfunctions.googleapis.com/");
    const called = functions.find(({ state }) => {
        const { service } = (state.serviceConfig ?? {}) as { service?: string };
        return name === `//run.googleapis.com/${service}`;
    });
    if (called) {
        return called;
    }
    const parts = name.split("/");
    for (let end = parts.length; end > 3; end--) {
        const found = cloud.store.read(parts.slice(0, end).join("/"));
        if (found?.type !== undefined && !/:BucketObject$/.test(found.type)) {
            return found;
        }
    }
    return undefined;
}
