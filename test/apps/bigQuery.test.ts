import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tableOf } from "../../local/runtime/services/bigquery/scheduledQueries";
import type { Inputs } from "../../local/simulator/rules/rules";
import { bigQueryName } from "../../local/simulator/services/bigquery/names";
import { run } from "../../local/toolchain/process";
import { pythonWith as enginePython } from "../../local/toolchain/python";
import { Emulator } from "../unit/local/emulator/served";
import { World } from "../unit/local/world";
import { pythonWith } from "./python";

jest.setTimeout(240_000);

const root = join(__dirname, "..", "..");
const email = "reporter@acme-dev.iam.gserviceaccount.com";
const member = `serviceAccount:${email}`;

const columns = [
    { name: "product", type: "STRING", mode: "REQUIRED" },
    { name: "units", type: "INTEGER", mode: "NULLABLE" },
    { name: "price", type: "NUMERIC", mode: "NULLABLE" },
    { name: "at", type: "TIMESTAMP", mode: "NULLABLE" },
    { name: "stores", type: "RECORD", mode: "REPEATED", fields: [{ name: "number", type: "INTEGER" }] },
];

/** A project with the dataset `sales`, its table `range` and a dataset of reports, with a view of the table. */
async function started(): Promise<Emulator> {
    const world = new World();
    world.enable("iam", "iamcredentials", "bigquery");
    world.make("Account", { accountId: "reporter" });
    world.make("Dataset", { datasetId: "sales", location: "EU" });
    world.make("Dataset", { datasetId: "reports", location: "EU" });
    world.make("Table", {
        datasetId: "sales",
        tableId: "range",
        schema: JSON.stringify(columns),
        deletionProtection: false,
    });
    world.make("Table", {
        datasetId: "reports",
        tableId: "by_product",
        deletionProtection: false,
        view: {
            query: "SELECT product, SUM(units) AS units FROM `acme-dev.sales.range` GROUP BY product",
            useLegacySql: false,
        },
    });
    const emulator = await Emulator.of(world);
    await post(emulator, "datasets/sales/tables/range/insertAll", {
        rows: [
            {
                product: "tea",
                units: 241,
                price: "2.50",
                at: "2026-06-01T22:30:00Z",
                stores: [{ number: 1 }, { number: 4 }],
            },
            { product: "mate", units: 7, price: "3", at: "2026-06-02T08:00:00Z", stores: [{ number: 4 }] },
            { product: "tea", units: 9, at: "2026-06-03T08:00:00Z" },
        ].map((row) => ({ json: row })),
    });
    return emulator;
}

async function post(emulator: Emulator, path: string, body: object, token?: string): Promise<[number, Inputs]> {
    const answer = await fetch(`${emulator.url}/bigquery/v2/projects/acme-dev/${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        ...(token && { headers: { authorization: `Bearer ${token}` } }),
    });
    return [answer.status, (await answer.json()) as Inputs];
}

/** The rows of a query as values, or its error. */
async function query(emulator: Emulator, text: string, more: object = {}, token?: string): Promise<unknown> {
    const [, answer] = await post(emulator, "queries", { query: text, useLegacySql: false, ...more }, token);
    const plain = ({ v }: Inputs): unknown => (Array.isArray(v) ? v.map(plain) : v?.f ? v.f.map(plain) : v);
    return answer.error
        ? `${answer.error.code} ${answer.error.errors[0].reason}: ${answer.error.message}`
        : (answer.numDmlAffectedRows ?? answer.rows?.map(({ f }: Inputs) => f.map(plain)) ?? answer.schema.fields);
}

test("Google's client queries, changes and creates tables", async () => {
    const emulator = await started();
    const python = await pythonWith(join(__dirname, "clients"));
    const script = `
import json
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
client = bigquery.Client(project="acme-dev", credentials=AnonymousCredentials())
answer = []
def rows(text, *parameters, **more):
    config = bigquery.QueryJobConfig(query_parameters=list(parameters), **more)
    job = client.query(text, job_config=config)
    answer.append([list(map(str, row.values())) for row in job.result()])
    return job
def refused(text):
    try:
        client.query(text).result()
    except Exception as error:
        answer.append(type(error).__name__ + ": " + str(error).splitlines()[0].split("; reason")[0].split("jobs?prettyPrint=false: ")[-1])
rows("SELECT product, SUM(units) FROM sales.range WHERE units > @least GROUP BY product ORDER BY 1", bigquery.ScalarQueryParameter("least", "INT64", 5))
rows("SELECT store.number, COUNT(*) FROM sales.range, UNNEST(stores) AS store GROUP BY 1 ORDER BY 1")
rows("SELECT DATE(at, 'Europe/Berlin'), price * 2 FROM sales.range WHERE product IN UNNEST(?) ORDER BY at LIMIT 1", bigquery.ArrayQueryParameter(None, "STRING", ["tea"]))
job = rows("UPDATE sales.range SET units = units + 1 WHERE product = 'tea'")
answer.append(job.num_dml_affected_rows)
rows("MERGE sales.range t USING (SELECT 'mate' AS product, 1 AS units UNION ALL SELECT 'chai', 2) s ON t.product = s.product WHEN MATCHED THEN UPDATE SET units = t.units + s.units WHEN NOT MATCHED THEN INSERT (product, units) VALUES (s.product, s.units)")
rows("CREATE TABLE sales.totals AS SELECT product, SUM(units) AS units FROM sales.range GROUP BY product")
rows("SELECT * FROM sales.totals ORDER BY product")
rows("SELECT units FROM reports.by_product WHERE product = 'tea'")
job = client.query("SELECT product FROM sales.range", job_config=bigquery.QueryJobConfig(dry_run=True))
answer.append([job.total_bytes_processed, [field.name for field in job.schema]])
rows("SELECT column_name, data_type FROM sales.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'range' ORDER BY ordinal_position")
rows("SELECT product FROM sales.range", destination="acme-dev.sales.copy")
answer.append(client.get_table("sales.copy").num_rows)
answer.append(len(list(client.query("SELECT * FROM UNNEST(GENERATE_ARRAY(1, 25000)) AS number").result(page_size=1000))))
refused("SELECT colour FROM sales.range")
refused("SELECT 1 / 0")
refused("SELECT * FROM sales.none")
refused("SELECT ST_GEOGPOINT(1, 2)")
print(json.dumps(answer))`;
    const env = { PATH: process.env.PATH, BIGQUERY_EMULATOR_HOST: emulator.url };
    expect(JSON.parse(await run(python, ["-W", "ignore", "-c", script], { env }))).toEqual([
        [
            ["mate", "7"],
            ["tea", "250"],
        ],
        [
            ["1", "1"],
            ["4", "2"],
        ],
        [["2026-06-02", "5"]],
        [],
        2,
        [],
        [],
        [
            ["chai", "2"],
            ["mate", "8"],
            ["tea", "252"],
        ],
        [["252"]],
        [22, ["product"]],
        [
            ["product", "STRING"],
            ["units", "INT64"],
            ["price", "NUMERIC"],
            ["at", "TIMESTAMP"],
            ["stores", "ARRAY<STRUCT<number INT64>>"],
        ],
        [["tea"], ["mate"], ["tea"], ["chai"]],
        4,
        25_000,
        "BadRequest: 400 Unrecognized name: colour",
        "BadRequest: 400 division by zero: 1 / 0",
        "NotFound: 404 Not found: Table acme-dev:sales.none",
        expect.stringContaining("The local Google Cloud does not run the function ST_GEOGPOINT in queries."),
    ]);
});

test("a caller needs permissions on what a statement reads and changes", async () => {
    const emulator = await started();
    const { cloud } = emulator.world;
    const issued = await fetch(`${emulator.url}/v1/projects/-/serviceAccounts/${email}:generateAccessToken`, {
        method: "POST",
        body: JSON.stringify({ scope: ["https://www.googleapis.com/auth/cloud-platform"] }),
    });
    const { accessToken } = (await issued.json()) as { accessToken: string };
    const ask = (text: string) => query(emulator, text, {}, accessToken);
    const grant = (role: string, dataset?: string) =>
        cloud.iam.grant(
            "acme-dev",
            dataset
                ? bigQueryName(`projects/acme-dev/datasets/${dataset}`)
                : "//cloudresourcemanager.googleapis.com/projects/acme-dev",
            { role, member },
        );
    expect(await ask("SELECT 1")).toMatch(/^403 accessDenied: .*bigquery.jobs.create/);
    grant("roles/bigquery.jobUser");
    expect(await ask("SELECT 1")).toEqual([["1"]]);
    grant("roles/bigquery.dataViewer", "reports");
    expect(await ask("SELECT units FROM reports.by_product")).toMatch(
        /^403 accessDenied: Access Denied: Table acme-dev:sales.range: User does not have permission to query/,
    );
    // An authorized view reads for its readers: https://cloud.google.com/bigquery/docs/authorized-views
    emulator.world.make("DatasetAccess", {
        datasetId: "sales",
        view: { projectId: "acme-dev", datasetId: "reports", tableId: "by_product" },
    });
    expect(await ask("SELECT units FROM reports.by_product ORDER BY 1")).toEqual([["7"], ["250"]]);
    expect(await ask("SELECT units FROM sales.range")).toMatch(/^403 accessDenied/);
    grant("roles/bigquery.dataViewer", "sales");
    expect(await ask("SELECT COUNT(*) FROM sales.range")).toEqual([["3"]]);
    expect(await ask("DELETE sales.range WHERE true")).toMatch(/^403 accessDenied: .*bigquery.tables.updateData/);
    expect(await ask("CREATE TABLE sales.copy AS SELECT 1 AS one")).toMatch(
        /^403 accessDenied: .*bigquery.tables.create/,
    );
    grant("roles/bigquery.dataEditor", "sales");
    expect(await ask("DELETE sales.range WHERE product = 'tea'")).toBe("2");
    expect(emulator.lines.filter((line) => line.includes("lacks bigquery"))).not.toEqual([]);
});

test("jobs have costs, limits and errors as BigQuery's", async () => {
    const emulator = await started();
    const more = { maximumBytesBilled: "1000" };
    expect(await query(emulator, "SELECT product FROM sales.range", more)).toBe(
        "400 bytesBilledLimitExceeded: Query exceeded limit for bytes billed: 1000. 10485760 or higher required.",
    );
    expect(await query(emulator, "SELECT 1", { useLegacySql: true })).toMatch(/^501 notImplemented: .*legacy SQL/);
    expect(await query(emulator, "INSERT sales.range (units) VALUES (1)")).toBe(
        "400 invalid: Required field product cannot be null",
    );
    expect(await query(emulator, "INSERT sales.range (product, units) VALUES ('x', 'y')")).toMatch(
        /^400 invalidQuery: Value has type STRING which cannot be inserted into column units, which has type INT64/,
    );
    // One row that fails prevents all.
    expect(await query(emulator, "SELECT product FROM sales.range WHERE units = 1")).toEqual([]);
    const [status, job] = await post(emulator, "jobs", {
        jobReference: { jobId: "mine" },
        configuration: { query: { query: "SELECT nope", useLegacySql: false } },
    });
    expect([status, job.status.errorResult]).toEqual([
        200,
        { reason: "invalidQuery", message: "Unrecognized name: nope" },
    ]);
    const list = await fetch(`${emulator.url}/bigquery/v2/projects/acme-dev/jobs`);
    const { jobs } = (await list.json()) as { jobs: Inputs[] };
    expect(jobs[0]?.jobReference.jobId).toBe("mine");
});

test("a scheduled query runs as its account, by hand and when it is due", async () => {
    const emulator = await started();
    const { world } = emulator;
    world.enable("bigquerydatatransfer");
    const agent = `service-${world.number}@gcp-sa-bigquerydatatransfer.iam.gserviceaccount.com`;
    world.make("ServiceIdentity", { service: "bigquerydatatransfer.googleapis.com" });
    world.make("AccountIAMMember", {
        serviceAccountId: `projects/acme-dev/serviceAccounts/${email}`,
        role: "roles/iam.serviceAccountTokenCreator",
        member: `serviceAccount:${agent}`,
    });
    const { state } = world.make("DataTransferConfig", {
        ...{ displayName: "totals", dataSourceId: "scheduled_query", location: "EU", destinationDatasetId: "sales" },
        ...{ schedule: "every 24 hours", serviceAccountName: email },
        params: {
            query: "SELECT product, SUM(units) AS units, @run_date AS day FROM sales.range GROUP BY product",
            destination_table_name_template: "totals_{run_date}",
            write_disposition: "WRITE_TRUNCATE",
        },
    });
    const run = async () => {
        const answer = await fetch(`${emulator.url}/v1/${state.name}:startManualRuns`, {
            method: "POST",
            body: JSON.stringify({ requestedRunTime: "2026-06-04T00:00:00Z" }),
        });
        return ((await answer.json()) as Inputs).runs[0].state;
    };
    expect(await run()).toBe("FAILED");
    expect(emulator.lines.at(-1)).toMatch(/^scheduled query totals: Access Denied: .*bigquery.jobs.create/);
    const project = "//cloudresourcemanager.googleapis.com/projects/acme-dev";
    world.cloud.iam.grant("acme-dev", project, { role: "roles/bigquery.jobUser", member });
    world.cloud.iam.grant("acme-dev", project, { role: "roles/bigquery.dataEditor", member });
    expect(await run()).toBe("SUCCEEDED");
    expect(await query(emulator, "SELECT * FROM sales.totals_20260604 ORDER BY product")).toEqual([
        ["mate", "7", "2026-06-04"],
        ["tea", "250", "2026-06-04"],
    ]);
});

test.each([
    ["sales_{run_date}", "sales_20260604"],
    ['sales_{run_time|"%Y%m%d_%H"}', "sales_20260604_05"],
    ['sales_{run_time-25h|"%Y%m%d"}', "sales_20260603"],
])("the table of %s is %s", (template, table) => {
    expect(tableOf(template, new Date("2026-06-04T05:06:07Z"))).toBe(table);
});

test("the page lists the functions that run", async () => {
    const queries = join(root, "local/runtime/services/bigquery/queries");
    const python = await enginePython(join(queries, "engine"));
    const output = await run(python, ["-B", "-m", "engine.supported"], { cwd: queries });
    const page = readFileSync(join(root, "docs/local/bigquery.md"), "utf8");
    const [, listed = ""] = /<!-- bigquery-functions -->(.*)<!-- end -->/s.exec(page) ?? [];
    const names = (text: string) => [...text.matchAll(/`([A-Z][A-Z0-9_]*)`/g)].map(([, name]) => name);
    const [functions = "", aggregates = "", windows = ""] = listed.split(/\*\*\w+\*\*/);
    const others = ["DISTINCT", "OVER", "IGNORE", "NULLS", "ORDER", "BY", "LIMIT"];
    expect({
        functions: names(functions),
        aggregates: names(aggregates).filter((name) => !others.includes(String(name))),
        windows: names(windows),
    }).toEqual(JSON.parse(output));
});
