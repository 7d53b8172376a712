import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, type BigQueryDatasetArgs } from "slipway/data";
import { refused, registered, registeredOptions, registeredOutputs } from "./registered";

const bare = { datasetId: "sale_range", location: "europe-west1", deleteContentsOnDestroy: true };
const dataset = (args: BigQueryDatasetArgs = {}) => new BigQueryDataset("sale-range", args);

test("a bare dataset is in the environment's region, with its component's name as SQL can write it", async () => {
    expect(await registered(() => dataset())).toEqual({ "Dataset sale-range": bare });
});

test("a dataset of production is not deleted with tables in it", async () => {
    expect(await registered(() => dataset(), { kind: "production" })).toEqual({
        "Dataset sale-range": { ...bare, deleteContentsOnDestroy: false },
    });
});

test("a dataset waits for its API, is the component's child, replaced only when it is gone, and protected in production", async () => {
    const child = {
        parent: "BigQueryDataset sale-range",
        provider: "Provider dev",
        deleteBeforeReplace: true,
        after: ["Service bigquery"],
    };
    const component = { "BigQueryDataset sale-range": { provider: "Provider dev" } };
    expect(await registeredOptions(() => dataset())).toEqual({ ...component, "Dataset sale-range": child });
    expect(await registeredOptions(() => dataset(), { kind: "production" })).toEqual({
        ...component,
        "Dataset sale-range": { ...child, protect: true },
    });
});

test("a dataset is what the component gives back", async () => {
    expect(await registeredOutputs(() => dataset())).toEqual({
        "BigQueryDataset sale-range": { dataset: { resource: "Dataset sale-range" } },
    });
});

const options: [string, BigQueryDatasetArgs, object][] = [
    ["an id that is an output", { datasetId: pulumi.output("Sales_2026") }, { datasetId: "Sales_2026" }],
    ["a multi-region", { location: "EU" }, { location: "EU" }],
    ["a description", { description: "What was sold." }, { description: "What was sold." }],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a transform", { transform: { dataset: { friendlyName: "Range" } } }, { friendlyName: "Range" }],
];

test.each(options)("a dataset takes %s", async (_, args, inputs) => {
    expect(await registered(() => dataset(args))).toEqual({ "Dataset sale-range": { ...bare, ...inputs } });
});

test("the tables of a dataset are components of their own, named after it, with their key as the id", async () => {
    const program = () => dataset({ tables: { predictions: { description: "What will be sold." } } });
    expect(await registered(program)).toEqual({
        "Dataset sale-range": bare,
        "Table sale-range-predictions": {
            project: "acme-dev",
            datasetId: "sale_range",
            tableId: "predictions",
            description: "What will be sold.",
            deletionProtection: false,
        },
    });
    const made = await registeredOptions(program);
    expect(made["BigQueryTable sale-range-predictions"]).toEqual({ parent: "BigQueryDataset sale-range" });
    expect(made["Table sale-range-predictions"]).toMatchObject({
        parent: "BigQueryTable sale-range-predictions",
        provider: "Provider dev",
    });
});

const id = "datasetId: must have up to 1024 letters, digits and _, and so no hyphen";
const location = "location: must be a region such as europe-west1, or US or EU";
const refusals: [string, unknown, string][] = [
    ["an id with a hyphen", { datasetId: "sale-range" }, `${id} (got "sale-range").`],
    ["an id of 1025 letters", { datasetId: "a".repeat(1025) }, `${id} (got "${"a".repeat(78)}…).`],
    ["a zone", { location: "europe-west1-b" }, `${location} (got "europe-west1-b").`],
    [
        "a table's id with a dot",
        { tables: { "a.b": {} } },
        'tables.a.b: must have up to 1024 letters, digits, _, - and spaces (got "a.b").',
    ],
    [
        "a wrong column of a table",
        { tables: { a: { schema: [{ name: "x", type: "TIMESTAMP" }], clustering: ["y"] } } },
        'tables.a.clustering.0: is no column of the table (got "y"). It has x.',
    ],
    ["an unknown option", { lokation: "EU" }, 'lokation: unknown option "lokation"; did you mean "location"?'],
];

test.each(refusals)("%s is refused for a dataset", async (_, args, problem) => {
    expect(await refused(() => dataset(args as BigQueryDatasetArgs))).toBe(`BigQueryDataset "sale-range": ${problem}`);
});

test("a component whose name is none for a dataset is refused", async () => {
    expect(await refused(() => new BigQueryDataset("sale.range"))).toBe(
        `BigQueryDataset "sale.range": ${id} (got "sale.range").`,
    );
});
