import { partsOf, type Table, tablesOf } from "../../../local/runtime/services/bigquery/tables";
import { storedMessages } from "../../../local/runtime/services/pubsub/storedMessages";
import type { Entry } from "../../../local/simulator/cloud/store";
import { cloudOf } from "../../../local/simulator/cloudOf";
import { objectName } from "../../../local/simulator/services/storage/names";
import { writeObject } from "../../../local/simulator/services/storage/object";
import type { Deployment } from "../../deploy/deployment";

const object = "written-by-users.txt";
const content = "what users wrote";
const row = { written: content };
const message = { messageId: "1", published: Date.now(), data: Buffer.from(content), attributes: {}, orderingKey: "" };

const entriesOf = ({ place }: Deployment, type: string) =>
    cloudOf(place)
        .store.list()
        .filter((entry) => entry.type === type);

const bucketsIn = (deployment: Deployment) => entriesOf(deployment, "gcp:storage/bucket:Bucket");

const subscriptionsIn = (deployment: Deployment) => entriesOf(deployment, "gcp:pubsub/subscription:Subscription");

/** The tables of the datasets of a deployment that have rows of their own. */
const tablesIn = (deployment: Deployment) =>
    entriesOf(deployment, "gcp:bigquery/dataset:Dataset")
        .flatMap((entry) => {
            const [project = "", dataset = ""] = partsOf(entry);
            return tablesOf(cloudOf(deployment.place), project, dataset);
        })
        .filter(({ type }) => type === "TABLE");

/** Writes an object to each bucket and a row to each table, and publishes to each subscription, as users do between two deployments. */
export function fill(deployment: Deployment): void {
    for (const bucket of bucketsIn(deployment)) {
        writeObject(cloudOf(deployment.place), bucket, object, Buffer.from(content));
    }
    for (const table of tablesIn(deployment)) {
        table.append([row]);
    }
    for (const subscription of subscriptionsIn(deployment)) {
        storedMessages(cloudOf(deployment.place), subscription).put("waiting", message);
    }
}

/** The buckets, tables and subscriptions that have lost what {@link fill} wrote. */
export function emptied(deployment: Deployment): string[] {
    const cloud = cloudOf(deployment.place);
    const { store } = cloud;
    const hasObject = (bucket: string) => {
        const hash = store.read(objectName(bucket, object))?.content;
        return hash !== undefined && store.content(hash).toString() === content;
    };
    const hasRow = (table: Table) => table.rows().some(({ written }) => written === content);
    const hasMessage = (subscription: Entry) =>
        storedMessages(cloud, subscription)
            .read("waiting")
            .some(({ data }) => data.toString() === content);
    return [
        ...bucketsIn(deployment).flatMap(({ id }) => (hasObject(id) ? [] : id)),
        ...tablesIn(deployment).flatMap((table) => (hasRow(table) ? [] : table.entry.id)),
        ...subscriptionsIn(deployment).flatMap((entry) => (hasMessage(entry) ? [] : entry.id)),
    ];
}
