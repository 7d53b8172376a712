import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refuseNewerFormat, Store } from "../../../local/simulator/cloud/store";
import { newFolder } from "./world";

/** Stores that releases have written. To add the one of a release, write these entries with its `Store`. */
const stores = join(__dirname, "stores");
const bucket = "//storage.googleapis.com/buckets/acme-models";
const objects = ["2026/model.json", "a//b", "../x", "é ☕", "x".repeat(300)];

describe.each(readdirSync(stores))("a store of release %s", (release) => {
    const folder = newFolder();
    cpSync(join(stores, release), folder, { recursive: true });
    const store = new Store(folder);

    test("has its resources and contents", () => {
        expect(store.list()).toHaveLength(9);
        expect(store.read("//cloudresourcemanager.googleapis.com/projects/acme-dev")).toMatchObject({
            project: "acme-dev",
            state: { number: "123456789012" },
        });
        for (const name of objects) {
            const entry = store.read(`${bucket}/objects/${name}`);
            expect(entry).toMatchObject({ type: "gcp:storage/bucketObject:BucketObject", id: name, state: { name } });
            expect(store.content(String(entry?.content)).toString()).toBe(`content of ${name}`);
        }
        expect(store.list(`${bucket}/`).map(({ id }) => id)).toEqual([...objects].sort());
    });

    test("has its references", () => {
        const referring = () => store.referring("projects/acme-dev/topics/sales").map(({ id }) => id);
        expect(referring()).toEqual(["store"]);
        store.remove("//pubsub.googleapis.com/projects/acme-dev/subscriptions/store");
        expect(referring()).toEqual([]);
    });

    test("is changed under the same names", () => {
        const files = () => readdirSync(join(folder, "resources"), { recursive: true }).sort();
        const before = files();
        for (const entry of store.list(`${bucket}/`)) {
            store.write({ ...entry, state: { ...entry.state, changed: true } });
            expect(store.create(entry)).toBe(false);
        }
        expect(files()).toEqual(before);
    });

    test("has the present format after a change, which an earlier release would not read", () => {
        expect(JSON.parse(readFileSync(join(folder, "format.json"), "utf8"))).toEqual({ format: 2 });
    });
});

test("the format of a later release is refused", () => {
    const folder = join(newFolder(), "cloud");
    mkdirSync(folder);
    writeFileSync(join(folder, "format.json"), '{ "format": 2 }');
    refuseNewerFormat(folder);
    writeFileSync(join(folder, "format.json"), '{ "format": 3 }');
    const message = `The local Google Cloud in ${folder} has format 3, and this version of slipway-local reads formats up to 2. Install the version that wrote it (npm install slipway-local@latest), or delete the local Google Cloud with 'slipway local reset'.`;
    expect(() => new Store(folder)).toThrow(message);
});
