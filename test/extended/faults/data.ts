import { tablesOf } from "../../../local/services/bigquery/serve/tables";
import { writeObject } from "../../../local/services/storage/object";
import { cloudOf } from "../../../local/workspace";
import type { Deployment } from "../../deploy/deployment";

const object = "written-by-users.txt";
const content = "what users wrote";
const row = { written: content };

const bucketsIn = ({ place }: Deployment) => entriesOf(place, "gcp:storage/bucket:Bucket");
const entriesOf = (place: Deployment["place"], type: string) =>
    cloudOf(place)
        .store.list()
        .filter((entry) => entry.type === type);

/** The tables of the datasets of a deployment that have rows of their own. */
const tablesIn = ({ place }: Deployment) =>
    entriesOf(place, "gcp:bigquery/dataset:Dataset")
        .flatMap(({ name }) => {
            const [, , , , project = "", , dataset = ""] = name.split("/");
            return tablesOf(cloudOf(place), project, dataset);
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
    const objects = store.list().filter(({ name }) => name.endsWith(`/${object}`));
    const hasObject = (bucket: string) =>
        objects.some(
            (each) =>
                each.content !== undefined &&
                each.id === `${bucket}-${object}` &&
                store.content(each.content).toString() === content,
        );
    return [
        ...bucketsIn(deployment).flatMap(({ id }) => (hasObject(id) ? [] : id)),
        ...tablesIn(deployment).flatMap((each) =>
            each.rows().some(({ written }) => written === content) ? [] : each.entry.id,
        ),
    ];
}
