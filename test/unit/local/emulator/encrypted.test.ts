import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTable } from "../../../../local/runtime/services/bigquery/tables";
import { Emulator, project } from "./served";

const canary = "canary-of-a-program";

test("what programs publish, insert and upload is in clear in no file", async () => {
    const world = project();
    world.enable("bigquery", "storage");
    world.make("Subscription", { name: "reader", topic: "sales", retainAckedMessages: true });
    world.make("Dataset", { datasetId: "sales" });
    world.make("Table", { datasetId: "sales", tableId: "range", schema: '[{ "name": "t", "type": "STRING" }]' });
    world.make("Bucket", { name: "acme-files", location: "EU" });
    const emulator = await Emulator.of(world);
    await emulator.publish({ data: Buffer.from(canary), attributes: { token: canary } });
    await emulator.acknowledge(await emulator.pull());
    await emulator.publish({ data: Buffer.from(canary), attributes: { token: canary } });
    const post = async (path: string, body: string) => {
        const { status } = await fetch(`${emulator.url}${path}`, { method: "POST", body });
        expect([path, status]).toEqual([path, 200]);
    };
    const table = "/bigquery/v2/projects/acme-dev/datasets/sales/tables/range";
    await post(`${table}/insertAll`, JSON.stringify({ rows: [{ json: { t: canary } }] }));
    await post("/upload/storage/v1/b/acme-files/o?uploadType=media&name=a.txt", canary);

    const { folder } = world.cloud;
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
        statSync(join(folder, file)).isFile(),
    );
    for (const part of ["resources", "contents", "rows"]) {
        expect([part, files.some((file) => file.startsWith(part))]).toEqual([part, true]);
    }
    const forms = [canary, Buffer.from(canary).toString("base64").slice(0, 22)];
    expect(files.filter((file) => forms.some((form) => readFileSync(join(folder, file)).includes(form)))).toEqual([]);
    expect(findTable(world.cloud, "acme-dev", "sales", "range").rows()).toEqual([{ t: canary }]);
    expect((await emulator.pull()).map(({ message }) => message.data.toString())).toEqual([canary]);
});

test("rows of release 0.1.0, a line of JSON each, are read with those that are appended", () => {
    const world = project();
    world.enable("bigquery");
    world.make("Dataset", { datasetId: "sales" });
    world.make("Table", { datasetId: "sales", tableId: "range", schema: '[{ "name": "t", "type": "STRING" }]' });
    const table = findTable(world.cloud, "acme-dev", "sales", "range");
    table.replace([]);
    const folder = join(world.cloud.folder, "rows", "acme-dev", "sales");
    const [file = ""] = readdirSync(folder);
    writeFileSync(join(folder, file), '{"t":"a"}\n{"t":"b"}\n');
    table.append([{ t: "c" }]);
    expect(table.rows()).toEqual([{ t: "a" }, { t: "b" }, { t: "c" }]);
});
