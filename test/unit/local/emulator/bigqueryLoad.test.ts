import type { Inputs } from "../../../../local/simulator/rules/rules";
import { Emulator, project } from "./served";

const dataset = "projects/acme-dev/datasets/scores";
const columns = [
    { name: "date", type: "DATE", mode: "REQUIRED" },
    { name: "score", type: "FLOAT64" },
];

/** A table of scores with daily partitions, and a bucket of files. */
async function started(files: Record<string, string>): Promise<Emulator> {
    const world = project();
    const put = (id: string, state: Inputs) =>
        world.cloud.store.write({ name: `//bigquery.googleapis.com/${id}`, project: "acme-dev", id, state });
    put(dataset, { datasetId: "scores", location: "EU", creationTime: 1_780_000_000_000 });
    put(`${dataset}/tables/customers`, {
        tableId: "customers",
        schema: JSON.stringify(columns),
        type: "TABLE",
        creationTime: 1_780_000_000_001,
        timePartitioning: { type: "DAY", field: "date" },
    });
    world.enable("storage");
    world.make("Bucket", { name: "acme-files", location: "EU" });
    const emulator = await Emulator.of(world);
    for (const [name, body] of Object.entries(files)) {
        const path = `/upload/storage/v1/b/acme-files/o?uploadType=media&name=${encodeURIComponent(name)}`;
        await fetch(emulator.url + path, { method: "POST", body });
    }
    return emulator;
}

async function rest(emulator: Emulator, path: string, body?: object): Promise<[number, Inputs]> {
    const post = body && { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`${emulator.url}/bigquery/v2/projects/acme-dev/${path}`, post);
    return [answer.status, (await answer.json()) as Inputs];
}

const load = (emulator: Emulator, tableId: string, more: Inputs = {}, jobId?: string) =>
    rest(emulator, "jobs", {
        jobReference: { projectId: "acme-dev", jobId },
        configuration: {
            load: {
                destinationTable: { projectId: "acme-dev", datasetId: "scores", tableId },
                sourceFormat: "NEWLINE_DELIMITED_JSON",
                sourceUris: ["gs://acme-files/scores"],
                ...more,
            },
        },
    });

async function rows(emulator: Emulator): Promise<string[][]> {
    const [, { rows = [] }] = await rest(emulator, "datasets/scores/tables/customers/data");
    return rows.map(({ f }: Inputs) => f.map(({ v }: Inputs) => v));
}

const first = '{"date": "2026-06-01", "score": 0.5}\n{"date": "2026-06-1", "score": "0.25"}\n';
const truncate = { writeDisposition: "WRITE_TRUNCATE" };

test("a job appends JSON lines from a bucket to a table, and can be read afterwards", async () => {
    const emulator = await started({ scores: first });
    const [status, job] = await load(emulator, "customers", {}, "one");
    expect([status, job]).toMatchObject([
        200,
        {
            id: "acme-dev:EU.one",
            status: { state: "DONE" },
            statistics: { load: { inputFiles: "1", inputFileBytes: String(first.length), outputRows: "2" } },
        },
    ]);
    expect(await rest(emulator, "jobs/one")).toEqual([200, job]);
    await load(emulator, "customers");
    expect(await rows(emulator)).toEqual([
        ["2026-06-01", "0.5"],
        ["2026-06-01", "0.25"],
        ["2026-06-01", "0.5"],
        ["2026-06-01", "0.25"],
    ]);
});

test("a job that truncates a partition replaces only its rows, and one that truncates the table all rows", async () => {
    const emulator = await started({ scores: first, other: '{"date": "2026-06-02", "score": 1}\n' });
    await load(emulator, "customers$20260601", truncate);
    await load(emulator, "customers$20260602", { ...truncate, sourceUris: ["gs://acme-files/other"] });
    await load(emulator, "customers$20260601", truncate);
    expect(await rows(emulator)).toEqual([
        ["2026-06-02", "1"],
        ["2026-06-01", "0.5"],
        ["2026-06-01", "0.25"],
    ]);
    await load(emulator, "customers", { ...truncate, sourceUris: ["gs://acme-files/other"] });
    expect(await rows(emulator)).toEqual([["2026-06-02", "1"]]);
});

const wrong = '{"date": "2026-06-01", "score": 1}\n{"date": "2026-06-01", "points": 1}\n';

test.each<[string, string, Inputs, string, string]>([
    [
        "rows of another partition",
        "customers$20260602",
        truncate,
        "invalid",
        "Some rows belong to different partitions rather than destination partition acme-dev:scores.customers$20260602",
    ],
    [
        "a row that does not fit",
        "customers",
        { sourceUris: ["gs://acme-files/wrong"] },
        "invalid",
        "Error while reading data, error message: JSON parsing error in row starting at position 35: no such field: points. File: gs://acme-files/wrong",
    ],
    [
        "a missing file",
        "customers",
        { sourceUris: ["gs://acme-files/none"] },
        "notFound",
        "Not found: URI gs://acme-files/none",
    ],
    [
        "a missing table",
        "none",
        { createDisposition: "CREATE_NEVER" },
        "notFound",
        "Not found: Table acme-dev:scores.none",
    ],
    ["a new table without columns", "none", {}, "invalid", "No schema specified on job or table."],
    [
        "a schema with other columns",
        "customers",
        { schema: { fields: [{ name: "points", type: "FLOAT64" }] } },
        "invalid",
        "Provided Schema does not match Table acme-dev:scores.customers. Cannot add fields (field: points)",
    ],
    [
        "a table that must be empty",
        "customers",
        { writeDisposition: "WRITE_EMPTY" },
        "duplicate",
        "Already Exists: Table acme-dev:scores.customers",
    ],
])("%s fails the job, and the table remains unchanged", async (_, tableId, more, reason, message) => {
    const emulator = await started({ scores: first, wrong });
    await load(emulator, "customers");
    const before = await rows(emulator);
    const [status, job] = await load(emulator, tableId, more);
    expect([status, job.status]).toEqual([
        200,
        { state: "DONE", errorResult: { reason, message }, errors: [{ reason, message }] },
    ]);
    expect(await rows(emulator)).toEqual(before);
});

test("a job with an existing ID, an unknown job, and an unsupported job are refused", async () => {
    const emulator = await started({ scores: first });
    await load(emulator, "customers", {}, "one");
    const message = (answer: [number, Inputs]) => [answer[0], answer[1].error.message];
    expect(message(await load(emulator, "customers", {}, "one"))).toEqual([409, "Already Exists: Job acme-dev:EU.one"]);
    expect(message(await rest(emulator, "jobs/two"))).toEqual([404, "Not found: Job acme-dev:two"]);
    const refused = [
        501,
        expect.stringContaining("runs no jobs of BigQuery but those that load objects or uploads of JSON lines or CSV"),
    ];
    expect(message(await load(emulator, "customers", { sourceFormat: "AVRO" }))).toEqual(refused);
    expect(message(await load(emulator, "customers", { encoding: "UTF-16LE" }))).toEqual(refused);
    expect(message(await rest(emulator, "jobs", { configuration: { copy: {} } }))).toEqual(refused);
});

const csv = { sourceFormat: "CSV", skipLeadingRows: "1" };

test("a job loads CSV, and refuses rows with other columns", async () => {
    const emulator = await started({
        scores: 'date,score\r\n2026-06-01,0.5\r\n"2026-06-02",\r\n',
        wide: "x\n2026-06-01,1,2\n",
        narrow: "date,score\n2026-06-01,1\n2026-06-02\n",
    });
    await load(emulator, "customers", csv);
    expect(await rows(emulator)).toEqual([
        ["2026-06-01", "0.5"],
        ["2026-06-02", null],
    ]);
    const failure = async (file: string, more: Inputs = {}) => {
        const [, job] = await load(emulator, "customers", { ...csv, sourceUris: [`gs://acme-files/${file}`], ...more });
        return job.status.errorResult?.message;
    };
    expect(await failure("wide")).toContain("Too many values in row. Found 3, expected 2.");
    expect(await failure("narrow")).toBe(
        "Error while reading data, error message: CSV table references column position 1, but line starting at position:24 contains only 1 columns. File: gs://acme-files/narrow",
    );
    expect(await failure("narrow", { allowJaggedRows: true })).toBeUndefined();
});

/** The rows of a new table that a job makes of a file. */
async function loadedNew(content: string, fields: object[] | undefined, more: Inputs): Promise<unknown> {
    const emulator = await started({ scores: content });
    const [, { status }] = await load(emulator, "new", { ...(fields && { schema: { fields } }), ...more });
    if (status.errorResult) {
        return status.errorResult.message;
    }
    const [, { rows = [] }] = await rest(emulator, "datasets/scores/tables/new/data");
    return rows.map(({ f }: Inputs) => f.map(({ v }: Inputs) => v));
}

const texts = [
    { name: "text", type: "STRING" },
    { name: "number", type: "INTEGER" },
];

test.each<[string, string, Inputs, unknown]>([
    ["an empty value is null", ",\n", {}, [[null, null]]],
    ["an empty text in quotes is null unless the column has texts", '"",""\n', {}, [["", null]]],
    [
        "a null marker is null, and an empty value a text",
        "-,-\n,1\n",
        { nullMarker: "-" },
        [
            [null, null],
            ["", "1"],
        ],
    ],
    [
        "with a null marker, no number is empty",
        "a,\n",
        { nullMarker: "-" },
        expect.stringContaining("Cannot convert an empty string to integer"),
    ],
    ["doubled quotes and commas are of the text", '"a ""b"", c",1\n', {}, [['a "b", c', "1"]]],
    ["line breaks are allowed on request", '"a\nb",1\n', { allowQuotedNewlines: true }, [["a\nb", "1"]]],
    ["line breaks are refused", '"a\nb",1\n', {}, expect.stringContaining("Missing close double quote")],
    ["quotes that do not end are refused", '"a,1\n', {}, expect.stringContaining("Error while reading data")],
    ["another delimiter", "a\t1\n", { fieldDelimiter: "\\t" }, [["a", "1"]]],
])("in CSV, %s", async (_, content, more, expected) => {
    expect(await loadedNew(content, texts, { sourceFormat: "CSV", ...more })).toEqual(expected);
});

test("in CSV, an empty line is a row if there is one column", async () => {
    const fields = [{ name: "period", type: "RANGE", rangeElementType: { type: "DATE" } }];
    const lines = '"[2026-06-01, 2026-07-01)"\n\n';
    const csv = { sourceFormat: "CSV" };
    expect(await loadedNew(lines, fields, csv)).toEqual([["[2026-06-01, 2026-07-01)"], [null]]);
    expect(await loadedNew("a,1\n\n", texts, csv)).toEqual([["a", "1"]]);
});

test("a job makes its table with the columns of its schema, unless it is refused", async () => {
    const emulator = await started({ scores: first, wrong });
    const fields = [
        { name: "date", type: "DATE" },
        { name: "score", type: "FLOAT" },
    ];
    const more = { schema: { fields }, timePartitioning: { type: "DAY", field: "date" } };
    await load(emulator, "new", { ...more, sourceUris: ["gs://acme-files/wrong"] });
    expect((await rest(emulator, "datasets/scores/tables/new"))[0]).toBe(404);
    await load(emulator, "new", more);
    expect((await rest(emulator, "datasets/scores/tables/new"))[1]).toMatchObject({
        schema: { fields },
        timePartitioning: { type: "DAY", field: "date" },
        numRows: "2",
        location: "EU",
        type: "TABLE",
    });
});

test("a job gives columns to a table that has none", async () => {
    const emulator = await started({ scores: first });
    const { store } = emulator.world.cloud;
    const id = `${dataset}/tables/empty`;
    const name = `//bigquery.googleapis.com/${id}`;
    store.write({ name, project: "acme-dev", id, state: { tableId: "empty", schema: "", type: "TABLE" } });
    await load(emulator, "empty", { schema: { fields: columns } });
    const types = columns.map((column) => ({ ...column, type: column.type.replace("64", "") }));
    expect((await rest(emulator, "datasets/scores/tables/empty"))[1]).toMatchObject({
        schema: { fields: types },
        numRows: "2",
    });
});

test("a job detects the columns of JSON lines", async () => {
    const lines = [
        { name: "tea", units: 1, price: 1, on: "2026-06-01", at: "2026-06-01T08:00:00Z", sold: true, none: null },
        { name: "2026-06-01", units: 2, price: 1.5, stores: [{ number: 1, tags: ["a"] }] },
    ];
    const emulator = await started({ scores: lines.map((line) => JSON.stringify(line)).join("\n") });
    await load(emulator, "new", { autodetect: true });
    const column = (name: string, type: string, mode = "NULLABLE") => ({ name, type, mode });
    expect((await rest(emulator, "datasets/scores/tables/new"))[1]).toMatchObject({
        schema: {
            fields: [
                column("name", "STRING"),
                column("units", "INTEGER"),
                column("price", "FLOAT"),
                column("on", "DATE"),
                column("at", "TIMESTAMP"),
                column("sold", "BOOLEAN"),
                column("none", "STRING"),
                {
                    ...column("stores", "RECORD", "REPEATED"),
                    fields: [column("number", "INTEGER"), column("tags", "STRING", "REPEATED")],
                },
            ],
        },
        numRows: "2",
    });
});

test("columns that the schema of a job does not have get their default values", async () => {
    const emulator = await started({ scores: '{"score": 1}\n' });
    const fields = [{ name: "score", type: "FLOAT" }];
    const made = [...fields, { name: "team", type: "STRING", defaultValueExpression: "'forecast'" }];
    await load(emulator, "new", { schema: { fields: made } });
    await load(emulator, "new", { schema: { fields } });
    const [, { rows }] = await rest(emulator, "datasets/scores/tables/new/data");
    expect(rows.map(({ f }: Inputs) => f[1].v)).toEqual([null, "forecast"]);
});

test("a job loads the data of a multipart or a resumable upload", async () => {
    const emulator = await started({});
    const url = `${emulator.url}/upload/bigquery/v2/projects/acme-dev/jobs?uploadType=`;
    const destinationTable = { projectId: "acme-dev", datasetId: "scores", tableId: "customers" };
    const job = JSON.stringify({
        configuration: { load: { destinationTable, sourceFormat: "NEWLINE_DELIMITED_JSON" } },
    });
    const parts = [`--b\r\ncontent-type: application/json\r\n\r\n${job}`, `--b\r\n\r\n${first}`, "--b--"].join("\r\n");
    const headers = { "content-type": "multipart/related; boundary=b" };
    const multipart = await fetch(`${url}multipart`, { method: "POST", body: parts, headers });
    expect((await multipart.json()).statistics.load.outputRows).toBe("2");

    const begun = await fetch(`${url}resumable`, { method: "POST", body: job });
    const send = (body: string, range: string) =>
        fetch(String(begun.headers.get("location")), { method: "PUT", body, headers: { "content-range": range } });
    const { length } = first;
    expect((await send(first.slice(0, 20), "bytes 0-19/*")).headers.get("range")).toBe("bytes=0-19");
    const done = await send(first.slice(20), `bytes 20-${length - 1}/${length}`);
    expect((await done.json()).status).toEqual({ state: "DONE" });
    expect(await rows(emulator)).toHaveLength(4);
    expect((await send("", `bytes */${length}`)).status).toBe(404);
});
