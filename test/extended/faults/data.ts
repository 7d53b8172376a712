import { partsOf, type Table, tablesOf } from "../../../local/services/bigquery/serve/tables";
import { objectName } from "../../../local/services/storage/names";
import { writeObject } from "../../../local/services/storage/object";
import { cloudOf } from "../../../local/workspace";
import type { Deployment } from "../../deploy/deployment";

const object = "written-by-users.txt";
const content = "what users wrote";
const row = { written: content };

const entriesOf = ({ place }: Deployment, type: string) =>
    cloudOf(place)
        .store.list()
        .filter((entry) => entry.type === type);

const bucketsIn = (deployment: Deployment) => entriesOf(deployment, "gcp:storage/bucket:Bucket");

/** The tables of the datasets of a deployment that have rows of their own. */
const tablesIn = (deployment: Deployment) =>
    entriesOf(deployment, "gcp:bigquery/dataset:Dataset")
        .flatMap((entry) => {
            const [project = "", dataset = ""] = partsOf(entry);
            return tablesOf(cloudOf(deployment.place), project, dataset);
        })
        .filter(({ type }) => type === "TABLE");

/** Writes an object to each bucket and a row to each table, as users do between two deployments. */
export function fill(deployment: Deployment): void {
    for (const bucket of bucketsIn(deployment)) {
        writeObject(cloudOf(deployment.place), bucket, object, Buffer.from(content));
    }
    for (const table of tablesIn(deployment)) {
        table.append([row]);
    }
}

/** The buckets and tables that have lost what {@link fill} wrote. */
export function emptied(deployment: Deployment): string[] {
    const { store } = cloudOf(deployment.place);
    const hasObject = (bucket: string) => {
        const hash = store.read(objectName(bucket, object))?.content;
        return hash !== undefined && store.content(hash).toString() === content;
    };
    const hasRow = (table: Table) => table.rows().some(({ written }) => written === content);
    return [
        ...bucketsIn(deployment).flatMap(({ id }) => (hasObject(id) ? [] : id)),
        ...tablesIn(deployment).flatMap((table) => (hasRow(table) ? [] : table.entry.id)),
    ];
}
