import { Deployment } from "../../deploy/deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-data-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;
const schema = [
    { name: "sold_at", type: "timestamp", mode: "REQUIRED", description: "" },
    { name: "store", type: "INT64", policyTags: { names: [] } },
    { name: "price", type: "NUMERIC", precision: 10, scale: 2 },
    { name: "open", type: "BOOL" },
    { name: "code", type: "STRING", maxLength: 8 },
    { name: "span", type: "RANGE", rangeElementType: { type: "DATE" } },
    {
        name: "items",
        type: "STRUCT",
        mode: "REPEATED",
        fields: [
            { type: "FLOAT64", name: "weight" },
            { name: "tags", type: "struct", fields: [{ name: "tag", type: "STRING" }] },
        ],
    },
];
const program = `"use strict";
const { BigQueryDataset, BigQueryTable } = require("slipway");
const stores = new BigQueryDataset("stores", { tables: { places: { schema: [{ name: "store", type: "INT64" }] } } });
const sales = new BigQueryDataset("sales", {
    description: "What was sold.",
    tables: {
        orders: {
            schema: "./schema.json",
            partition: { time: { field: "sold_at", type: "MONTH", expiration: "90 days" } },
            clustering: ["store", "code"],
            primaryKey: ["store"],
        },
        daily: {},
    },
    materializedViews: { best: { query: ({ orders }) => "SELECT MAX(price) FROM " + orders } },
    views: { latest: { query: ({ best }, { stores }) => "SELECT * FROM " + best + ", " + stores + ".places", reads: { stores } } },
    scheduledQueries: {
        sum: {
            query: ({ latest }) => "SELECT 1 FROM " + latest,
            schedule: "every day 03:00",
            destination: { table: "daily", write: "WRITE_TRUNCATE" },
            reads: { stores },
        },
    },
    access: { analysts: { reader: "group:analysts@acme.com" }, stores: { dataset: stores } },
    defaultTableExpiration: "300 days",
});
new BigQueryTable("by-range", {
    dataset: sales,
    schema: [{ name: "store", type: "INTEGER" }],
    partition: { range: { field: "store", start: 0, end: 100, interval: 10 } },
    requirePartitionFilter: true,
});
`;

function datasets(): Deployment {
    return new Deployment({
        "Pulumi.yaml": "name: data\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "data", "version": "1.0.0", "main": "index.js" }\n',
        "schema.json": JSON.stringify(schema, undefined, 2),
        "index.js": program,
    });
}

const onOneLine = (output: string) => output.replaceAll(/\s+/g, " ");

describe("datasets in development", () => {
    const deployment = datasets();
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("schema.json", (text) => text.replace(from, to));
    const preview = () => deployment.preview("dev");

    test("are created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
    });

    test("accept an equivalent schema and a new column without losing rows", async () => {
        edit('"timestamp"', '"TIMESTAMP"');
        edit('"STRUCT"', '"RECORD"');
        edit('"INT64"', '"INTEGER"');
        expect(await preview()).toEqual([]);
        edit('{\n    "name": "store"', '{ "name": "till", "type": "STRING" }, {\n    "name": "store"');
        expect(await preview()).toEqual(["update BigQueryTable sales-orders", "update Table sales-orders"]);
    });

    test("warn at preview if a schema change loses the rows", async () => {
        edit('"NUMERIC"', '"BIGNUMERIC"');
        const { output } = await deployment.run(["preview", "-s", "dev"]);
        expect(onOneLine(output)).toContain(
            'BigQueryTable "sales-orders": price changes from NUMERIC to BIGNUMERIC, which BigQuery cannot change in place: the table is replaced and its rows are lost.',
        );
        expect(await deployment.upAsPreviewed("dev")).toEqual(expect.arrayContaining(["replace Table sales-orders"]));
        expect(await preview()).toEqual([]);
    });

    test("are deleted by destroy, with their tables", async () => {
        await deployment.destroy("dev");
        expect(deployment.existing().filter((each) => /^(Dataset|Table|DataTransfer|Account)/.test(each))).toEqual([]);
    });
});

describe("datasets in production", () => {
    const deployment = datasets();
    afterAll(() => deployment.remove());

    test("refuse at preview a schema change that replaces a table, with the reason", async () => {
        await deployment.up("prod");
        expect(await deployment.preview("prod")).toEqual([]);
        const before = deployment.existing();
        deployment.edit("schema.json", (text) => text.replace('"NUMERIC"', '"BIGNUMERIC"'));
        const { code, output } = await deployment.run(["preview", "-s", "prod"]);
        expect(code).not.toBe(0);
        expect(onOneLine(output)).toContain("price changes from NUMERIC to BIGNUMERIC");
        expect(onOneLine(output)).toMatch(
            /sales-orders" cannot be replaced|unable to replace resource "[^"]*sales-orders"/,
        );
        expect(deployment.existing()).toEqual(before);
    });

    test("are destroyed in two steps: disable protection, then destroy", async () => {
        deployment.edit("schema.json", (text) => text.replace('"BIGNUMERIC"', '"NUMERIC"'));
        await deployment.succeed(["config", "set", "-s", "prod", "slipway:protection", "off"]);
        await deployment.up("prod");
        await deployment.destroy("prod");
        expect(deployment.existing().filter((each) => /^(Dataset|Table)/.test(each))).toEqual([]);
    });
});

const routines = `"use strict";
const { BigQueryDataset } = require("slipway");
const hidden = new BigQueryDataset("hidden", { tables: { orders: { schema: [{ name: "price", type: "NUMERIC" }] } } });
const tools = new BigQueryDataset("tools", {
    tables: { rates: { schema: [{ name: "rate", type: "NUMERIC" }] } },
    routines: {
        with_tax: {
            expression: ({ rates }) => "price * (SELECT MAX(rate) FROM " + rates + ")",
            arguments: { price: "numeric" },
            returns: "NUMERIC",
        },
        any: { expression: "x", arguments: { x: "ANY TYPE" } },
        shorten: {
            javascript: "return names.map((name) => name.slice(0, 3));",
            arguments: { names: "ARRAY<STRING>", span: "RANGE<DATE>" },
            returns: "ARRAY<STRUCT<name STRING, size FLOAT64>>",
            libraries: ["gs://acme-libraries/names.js"],
            deterministic: true,
        },
        above: {
            query: ({ with_tax }, { hidden }) => "SELECT " + with_tax + "(price) AS price FROM " + hidden + ".orders WHERE price > least",
            arguments: { least: "NUMERIC", more: "TABLE<price NUMERIC, tags ARRAY<STRING>>" },
            returns: "TABLE<price NUMERIC>",
            reads: { hidden },
            description: "Prices above the least.",
        },
        clear: {
            procedure: ({ rates }) => "BEGIN DELETE FROM " + rates + " WHERE TRUE; SET done = TRUE; END",
            arguments: { before: "DATE", done: { type: "BOOL", mode: "OUT" } },
        },
        mask: { expression: "SAFE.REGEXP_REPLACE(ssn, '[0-9]', 'X')", arguments: { ssn: "STRING" }, returns: "STRING", masking: true },
    },
    views: { taxed: { query: ({ with_tax, rates }) => "SELECT " + with_tax + "(rate) AS rate FROM " + rates } },
});
new BigQueryDataset("more", { access: { above: { routine: tools.routines.above } } });
`;

describe("routines", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: tools\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "package.json": '{ "name": "tools", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": routines,
    });
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));

    test("are created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
        expect(deployment.existing()).toContain("Routine projects/acme-data-deve/datasets/tools/routines/above");
    });

    test("have no difference for types in another spelling", async () => {
        edit('"numeric"', '"NUMERIC"');
        edit('"ARRAY<STRUCT<name STRING, size FLOAT64>>"', '" Array < Struct<name string,size FLOAT> > "');
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("are authorized again when they change, because BigQuery drops the authorization of a changed routine", async () => {
        edit("price > least", "price >= least");
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "replace DatasetAccess more-above",
            "replace DatasetAccess tools-above-reads-hidden",
            "update Routine tools-above",
        ]);
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("are replaced when a function becomes a procedure, and deleted by destroy", async () => {
        edit('any: { expression: "x", arguments: { x: "ANY TYPE" } }', 'any: { procedure: "SELECT 1;" }');
        expect(await deployment.upAsPreviewed("dev")).toContain("replace Routine tools-any");
        await deployment.destroy("dev");
        expect(deployment.existing().filter((each) => /^(Dataset|Table|Routine)/.test(each))).toEqual([]);
    });
});

test("many access entries of a dataset are created in one up, although BigQuery accepts 5 updates of it in 10 seconds", async () => {
    const shared = new Deployment({
        "Pulumi.yaml": "name: shared\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "package.json": '{ "name": "shared", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": `"use strict";
const { BigQueryDataset } = require("slipway");
const routine = (name) => ({ routine: "projects/acme-data-deve/datasets/functions/routines/" + name });
const readers = { ann: { reader: "user:ann@acme.com" }, analysts: { reader: "group:analysts@acme.com" } };
const access = { one: routine("one"), two: routine("two"), three: routine("three"), four: routine("four"), ...readers };
const routines = [];
const readersLast = ({ type, resource, props, opts }) => {
    if (type.endsWith(":DatasetAccess")) {
        routines.push(resource);
    }
    return { props, opts: type.endsWith(":DatasetIamMember") ? { ...opts, dependsOn: routines } : opts };
};
new BigQueryDataset("sales", { access }, { transformations: [readersLast] });
`,
    });
    const { code, output } = await shared.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
    expect([code, output]).toEqual([
        0,
        expect.stringContaining("BigQuery accepts 5 updates of a dataset in 10 seconds"),
    ]);
    expect(await shared.again("dev")).toEqual({ unchanged: expect.any(Number) });
    await shared.remove();
});

test("a dataset is destroyed at once with its access entries, although BigQuery accepts 5 updates of it in 10 seconds", async () => {
    const shared = new Deployment({
        "Pulumi.yaml": "name: shared\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "package.json": '{ "name": "shared", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": `"use strict";
const { allow, BigQueryDataset } = require("slipway");
const routine = (name) => ({ routine: "projects/acme-data-deve/datasets/functions/routines/" + name });
const readers = { ann: { reader: "user:ann@acme.com" }, analysts: { reader: "group:analysts@acme.com" } };
const access = { ...readers, one: routine("one"), two: routine("two"), three: routine("three"), four: routine("four") };
const members = [];
// The engine deletes the routines' entries first.
const routinesLast = ({ type, resource, props, opts }) => {
    if (type.endsWith(":DatasetIamMember")) {
        members.push(resource);
    }
    return { props, opts: type.endsWith(":DatasetAccess") ? { ...opts, dependsOn: members } : opts };
};
const { reader } = new BigQueryDataset("sales", { access }, { transformations: [routinesLast] });
allow(reader, ["group:buyers@acme.com", "group:sellers@acme.com"]);
`,
    });
    await shared.up("dev");
    await shared.succeed(["destroy", "-s", "dev", "--yes", "--skip-preview"]);
    expect(shared.remaining()).toEqual([]);
    await shared.remove();
});
