import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, type BigQueryDatasetArgs, BigQueryTable, type BigQueryView } from "slipway/bigquery";
import { ServerlessFunction } from "slipway/functions";
import { Alerts } from "slipway/monitoring";
import { use } from "../../../lib/internal/access/capability";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs } from "../registered";

/** The provider answers with the name of a scheduled query. */
jest.mock("../computed", () => {
    const { computed } = jest.requireActual("../computed");
    const name = "projects/123456789012/locations/europe-west1/transferConfigs/64a1b2";
    return {
        computed: (type: string, ...more: unknown[]) => ({
            ...computed(type, ...more),
            ...(type.endsWith(":DataTransferConfig") && { name }),
        }),
    };
});

const bare = { datasetId: "sale_range", location: "europe-west1", deleteContentsOnDestroy: true };
const dataset = (args: BigQueryDatasetArgs = {}) => new BigQueryDataset("sale-range", args);

test("a bare dataset is in the environment's region, with its component's name as a valid ID", async () => {
    expect(await registered(() => dataset())).toEqual({ "Dataset sale-range": bare });
});

test("a production dataset with tables cannot be deleted", async () => {
    expect(await registered(() => dataset(), { kind: "production" })).toEqual({
        "Dataset sale-range": { ...bare, deleteContentsOnDestroy: false },
    });
});

test("a dataset waits for its API, is the component's child, deleted before its replacement, and protected in production", async () => {
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

test("the output of the component is the dataset", async () => {
    expect(await registeredOutputs(() => dataset())).toEqual({
        "BigQueryDataset sale-range": { dataset: { resource: "Dataset sale-range" } },
    });
});

const options: [string, BigQueryDatasetArgs, object][] = [
    ["an id that is an output", { datasetId: pulumi.output("Sales_2026") }, { datasetId: "Sales_2026" }],
    ["a multi-region", { location: "EU" }, { location: "EU" }],
    ["a description", { description: "What was sold." }, { description: "What was sold." }],
    [
        "how long tables and partitions are kept",
        { defaultTableExpiration: "30 days", defaultPartitionExpiration: "1 hour" },
        { defaultTableExpirationMs: 2592000000, defaultPartitionExpirationMs: 3600000 },
    ],
    ["a shorter time travel", { timeTravel: "48 hours" }, { maxTimeTravelHours: "48" }],
    ["a billing model", { storageBillingModel: "PHYSICAL" }, { storageBillingModel: "PHYSICAL" }],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a transform", { transform: { dataset: { friendlyName: "Range" } } }, { friendlyName: "Range" }],
];

test.each(options)("a dataset takes %s", async (_, args, inputs) => {
    expect(await registered(() => dataset(args))).toEqual({ "Dataset sale-range": { ...bare, ...inputs } });
});

test("the tables of a dataset are components named after it, with their key as the ID", async () => {
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
    expect(made["BigQueryTable sale-range-predictions"]).toEqual({
        parent: "BigQueryDataset sale-range",
        after: ["Dataset sale-range"],
    });
    expect(made["Table sale-range-predictions"]).toMatchObject({
        parent: "BigQueryTable sale-range-predictions",
        provider: "Provider dev",
    });
});

const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales";

test("a dataset with a key waits until BigQuery can encrypt with it, and its tables have the key", async () => {
    const program = () => {
        const made = dataset({
            encryptionKey: pulumi.output(key),
            tables: { predictions: {} },
            views: { latest: { query: "SELECT 1" } },
            materializedViews: { best: { query: "SELECT 2" } },
        });
        new BigQueryTable("stores", { dataset: made });
    };
    const made = await registered(program, { environment: true });
    const grant = "CryptoKeyIAMMember bigquery-agent-sale-range-key-crypto-key-encrypter-decrypter";
    expect(made[grant]).toEqual({
        cryptoKeyId: key,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: "serviceAccount:bq-123@bigquery-encryption.iam.gserviceaccount.com",
    });
    expect(made["Dataset sale-range"]).toEqual({ ...bare, defaultEncryptionConfiguration: { kmsKeyName: key } });
    expect((await registeredOptions(program))["Dataset sale-range"]?.after).toEqual([grant, "Service bigquery"]);
    const keys = Object.entries(made).flatMap(([name, inputs]) => {
        return name.startsWith("Table ") ? [[name, Reflect.get(inputs, "encryptionConfiguration")]] : [];
    });
    expect(Object.fromEntries(keys)).toEqual({
        "Table sale-range-predictions": { kmsKeyName: key },
        "Table sale-range-best": { kmsKeyName: key },
        "Table sale-range-latest": undefined,
        "Table stores": { kmsKeyName: key },
    });
});

const member = "serviceAccount:a@b.iam.gserviceaccount.com";
const jobUser = { project: "acme-dev", role: "roles/bigquery.jobUser", member };

test("readers and writers of datasets and tables can also run queries, with one grant", async () => {
    const made = await registered(() => {
        const { reader, tables } = dataset({ tables: { predictions: {} } });
        const { writer } = new BigQueryDataset("stores");
        const { predictions } = tables as Record<"predictions", BigQueryTable>;
        use("code", { ALL: reader, STORES: writer, ONE: predictions.reader, ADD: predictions.writer }, member, {});
    });
    const on = (datasetId: string) => ({ project: "acme-dev", datasetId, member });
    const table = { ...on("sale_range"), tableId: "predictions" };
    expect(made).toMatchObject({
        "DatasetIamMember code-sale-range-data-viewer": { ...on("sale_range"), role: "roles/bigquery.dataViewer" },
        "DatasetIamMember code-stores-data-editor": { ...on("stores"), role: "roles/bigquery.dataEditor" },
        "IamMember code-sale-range-predictions-data-viewer": { ...table, role: "roles/bigquery.dataViewer" },
        "IamMember code-sale-range-predictions-data-editor": { ...table, role: "roles/bigquery.dataEditor" },
        "IAMMember code-bigquery-job-user": jobUser,
    });
    expect(Object.keys(made)).toHaveLength(8);
});

test("a function that uses two datasets can run queries with one grant", async () => {
    const source = folderOf({ "main.py": "def answer(request):\n    return ''\n" });
    const made = await registered(() => {
        const uses = { SALES: dataset().reader, STORES: new BigQueryDataset("stores").writer };
        new ServerlessFunction("answer", { source, trigger: { http: {} }, uses });
    });
    expect(Object.keys(made).filter((each) => each.includes("bigquery"))).toEqual([
        "IAMMember answer-bigquery-job-user",
    ]);
});

test("a writer of a single table gets no role on the project, and variables have the names for queries", async () => {
    const values = new Promise((resolve) => {
        registered(() => {
            const made = dataset({ tables: { predictions: {} }, views: { latest: { query: "SELECT 1" } } });
            const { predictions } = made.tables as Record<"predictions", BigQueryTable>;
            const { latest } = made.views as Record<"latest", BigQueryView>;
            expect(predictions.writer.grants).toHaveLength(1);
            const all = [made.reader, made.writer, predictions.reader, predictions.writer, latest.reader];
            pulumi.all(all.map(({ value }) => value)).apply(resolve);
        });
    });
    expect(await values).toEqual([
        ...["acme-dev.sale_range", "acme-dev.sale_range"],
        ...["acme-dev.sale_range.predictions", "acme-dev.sale_range.predictions", "acme-dev.sale_range.latest"],
    ]);
});

test("views read tables and previous views by name, are deleted before their replacement, and are not protected", async () => {
    const program = () =>
        dataset({
            tables: { predictions: {} },
            materializedViews: { best: { query: ({ predictions }) => `SELECT MAX(a) FROM ${predictions}` } },
            views: {
                latest: { query: ({ best }) => `SELECT * FROM ${best}`, description: "New.", labels: { a: "b" } },
                newest: { query: pulumi.output("SELECT 1") },
            },
        });
    const made = await registered(program, { kind: "production" });
    const view = (tableId: string) => ({
        project: "acme-dev",
        datasetId: "sale_range",
        tableId,
        deletionProtection: false,
    });
    expect(made).toEqual({
        "Dataset sale-range": { ...bare, deleteContentsOnDestroy: false },
        "Table sale-range-predictions": { ...view("predictions"), deletionProtection: true },
        "Table sale-range-best": {
            ...view("best"),
            materializedView: {
                query: "SELECT MAX(a) FROM `acme-dev.sale_range.predictions`",
                enableRefresh: true,
                refreshIntervalMs: 1800000,
            },
        },
        "Table sale-range-latest": {
            ...view("latest"),
            view: { query: "SELECT * FROM `acme-dev.sale_range.best`", useLegacySql: false },
            description: "New.",
            labels: { a: "b" },
        },
        "Table sale-range-newest": { ...view("newest"), view: { query: "SELECT 1", useLegacySql: false } },
    });
    const options = await registeredOptions(program, { kind: "production" });
    expect(options["Table sale-range-newest"]).toEqual({
        parent: "BigQueryDataset sale-range",
        provider: "Provider dev",
        deleteBeforeReplace: true,
        after: [
            "Dataset sale-range",
            "Service bigquery",
            "Table sale-range-best",
            "Table sale-range-latest",
            "Table sale-range-predictions",
        ],
    });
});

test("a materialized view is refreshed at an interval, or manually", async () => {
    const made = await registered(() =>
        dataset({
            materializedViews: {
                often: { query: "SELECT 1", refresh: "1 minute" },
                seldom: { query: "SELECT 1", refresh: "manual" },
            },
        }),
    );
    expect(made).toMatchObject({
        "Table sale-range-often": {
            materializedView: { query: "SELECT 1", enableRefresh: true, refreshIntervalMs: 60000 },
        },
        "Table sale-range-seldom": { materializedView: { query: "SELECT 1", enableRefresh: false } },
    });
});

test("a view of other datasets is created after their tables, and is authorized to read them", async () => {
    const program = () => {
        const sales = new BigQueryDataset("sales", { tables: { orders: {} } });
        new BigQueryDataset("reports", {
            views: { latest: { query: (_, { sales }) => `SELECT * FROM ${sales}.orders`, reads: { sales } } },
        });
    };
    const made = await registered(program);
    expect(made).toMatchObject({
        "Table reports-latest": { view: { query: "SELECT * FROM `acme-dev.sales`.orders" } },
        "DatasetAccess reports-latest-reads-sales": {
            project: "acme-dev",
            datasetId: "sales",
            view: { projectId: "acme-dev", datasetId: "reports", tableId: "latest" },
        },
    });
    const options = await registeredOptions(program);
    expect(options["Table reports-latest"]?.after).toContain("Table sales-orders");
    expect(options["DatasetAccess reports-latest-reads-sales"]).toMatchObject({ parent: "BigQueryDataset reports" });
});

test("a view can read a dataset that exists already", async () => {
    const all = await registered(
        () => {
            const sales = BigQueryDataset.existing("sales");
            new BigQueryDataset("reports", {
                views: { latest: { query: (_, { sales }) => `SELECT * FROM ${sales}.orders`, reads: { sales } } },
            });
        },
        { call: () => ({ datasetId: "sales", location: "EU", defaultEncryptionConfigurations: [] }) },
    );
    expect(all["Table reports-latest"]).toMatchObject({
        view: { query: "SELECT * FROM `acme-dev.sales`.orders" },
    });
    expect(all["DatasetAccess reports-latest-reads-sales"]).toMatchObject({ datasetId: "sales" });
});

test("members get roles on the dataset, and views, datasets and routines are authorized to read it", async () => {
    const made = await registered(() => {
        const tools = new BigQueryDataset("tools", { views: { latest: { query: "SELECT 1" } } });
        const { latest } = tools.views as Record<"latest", BigQueryView>;
        dataset({
            access: {
                analysts: { reader: "group:analysts@acme.com" },
                loader: { writer: pulumi.output(member as `serviceAccount:${string}`) },
                owner: { owner: "principal://iam.googleapis.com/projects/1/x" },
                latest: { view: latest },
                earlier: { view: pulumi.output("projects/acme/datasets/reports/tables/earlier") },
                tools: { dataset: tools },
                mask: { routine: pulumi.output("projects/acme/datasets/tools/routines/mask") },
            },
        });
    });
    const on = { project: "acme-dev", datasetId: "sale_range" };
    expect(made).toMatchObject({
        "DatasetIamMember sale-range-analysts": {
            ...on,
            role: "roles/bigquery.dataViewer",
            member: "group:analysts@acme.com",
        },
        "DatasetIamMember sale-range-loader": { ...on, role: "roles/bigquery.dataEditor", member },
        "DatasetIamMember sale-range-owner": {
            ...on,
            role: "roles/bigquery.dataOwner",
            // The provider refuses it without the prefix.
            member: "iamMember:principal://iam.googleapis.com/projects/1/x",
        },
        "DatasetAccess sale-range-latest": {
            ...on,
            view: { projectId: "acme-dev", datasetId: "tools", tableId: "latest" },
        },
        "DatasetAccess sale-range-earlier": {
            ...on,
            view: { projectId: "acme", datasetId: "reports", tableId: "earlier" },
        },
        "DatasetAccess sale-range-tools": {
            ...on,
            authorizedDataset: { dataset: { projectId: "acme-dev", datasetId: "tools" }, targetTypes: ["VIEWS"] },
        },
        "DatasetAccess sale-range-mask": {
            ...on,
            routine: { projectId: "acme", datasetId: "tools", routineId: "mask" },
        },
    });
});

test("scheduled queries run as the dataset's own account, after its roles are granted", async () => {
    const program = () => {
        const sales = new BigQueryDataset("sales");
        dataset({
            tables: { daily: {} },
            scheduledQueries: {
                sum: {
                    query: ({ daily }, { sales }) => `SELECT SUM(a) FROM ${sales}.orders JOIN ${daily}`,
                    schedule: "every day 03:00",
                    destination: { table: "daily", write: "WRITE_TRUNCATE" },
                    reads: { sales },
                },
                clean: {
                    query: "DELETE FROM a WHERE TRUE",
                    schedule: { cron: "every 6 hours", paused: true },
                    reads: { sales },
                },
            },
        });
    };
    const made = await registered(program, { environment: true });
    const account = "sale-range-query@acme-dev.iam.gserviceaccount.com";
    const as = `serviceAccount:${account}`;
    const common = { dataSourceId: "scheduled_query", location: "europe-west1", serviceAccountName: account };
    expect(made).toMatchObject({
        "Account sale-range-query": { accountId: "sale-range-query" },
        "DatasetIamMember sale-range-query-sale-range-data-editor": {
            datasetId: "sale_range",
            role: "roles/bigquery.dataEditor",
            member: as,
        },
        "DatasetIamMember sale-range-query-sales-data-viewer": {
            datasetId: "sales",
            role: "roles/bigquery.dataViewer",
            member: as,
        },
        "IAMMember sale-range-query-bigquery-job-user": { ...jobUser, member: as },
        "IAMMember bigquerydatatransfer-agent-sale-range-query-service-account-token-creator": {
            serviceAccountId: `projects/acme-dev/serviceAccounts/${account}`,
            role: "roles/iam.serviceAccountTokenCreator",
            member: "serviceAccount:service-123@gcp-sa-bigquerydatatransfer.iam.gserviceaccount.com",
        },
    });
    expect(made["DataTransferConfig sale-range-sum"]).toEqual({
        ...common,
        displayName: "sale-range-sum",
        destinationDatasetId: "sale_range",
        schedule: "every day 03:00",
        params: {
            query: "SELECT SUM(a) FROM `acme-dev.sales`.orders JOIN `acme-dev.sale_range.daily`",
            destination_table_name_template: "daily",
            write_disposition: "WRITE_TRUNCATE",
        },
    });
    expect(made["DataTransferConfig sale-range-clean"]).toEqual({
        ...common,
        displayName: "sale-range-clean",
        schedule: "every 6 hours",
        disabled: true,
        params: { query: "DELETE FROM a WHERE TRUE" },
    });
    const options = await registeredOptions(program);
    expect(options["DataTransferConfig sale-range-clean"]?.after).toEqual(
        expect.arrayContaining([
            "DatasetIamMember sale-range-query-sale-range-data-editor",
            "DatasetIamMember sale-range-query-sales-data-viewer",
            "IAMMember bigquerydatatransfer-agent-sale-range-query-service-account-token-creator",
            "IAMMember sale-range-query-bigquery-job-user",
            "Table sale-range-daily",
        ]),
    );
});

test.each(["every 5 minutes", "every day 03:00", "1st,3rd monday of month 15:30"])(
    "a query can run %s",
    async (schedule) => {
        const made = await registered(() => dataset({ scheduledQueries: { sum: { query: "SELECT 1", schedule } } }));
        expect(made["DataTransferConfig sale-range-sum"]).toMatchObject({ schedule });
    },
);

test("an alert about a scheduled query is about its own runs", async () => {
    const made = await registered(() =>
        dataset({
            scheduledQueries: { sum: { query: "SELECT 1", schedule: "every day 03:00" } },
            alerts: new Alerts("oncall", { to: { channels: ["projects/acme-dev/notificationChannels/1"] } }),
        }),
    );
    const filter =
        'resource.type = "bigquery_dts_config" AND resource.labels.config_id = "64a1b2" AND severity >= ERROR';
    expect(made["AlertPolicy sale-range-failedRuns-sum"]).toMatchObject({
        conditions: [{ conditionMatchedLog: { filter } }],
    });
});

const id = "datasetId: must have 1 to 1024 letters, digits and _";
const location = "location: must be a region such as europe-west1, or US or EU";
const refusals: [string, unknown, string][] = [
    ["an id with a hyphen", { datasetId: "sale-range" }, `${id} (got "sale-range").`],
    ["an id of 1025 letters", { datasetId: "a".repeat(1025) }, `${id} (got "${"a".repeat(78)}…).`],
    ["a zone", { location: "europe-west1-b" }, `${location} (got "europe-west1-b").`],
    [
        "a table's id with a dot",
        { tables: { "a.b": {} } },
        'tables.a.b: must have 1 to 1024 letters, digits, underscores, hyphens and spaces (got "a.b").',
    ],
    [
        "a wrong column of a table",
        { tables: { a: { schema: [{ name: "x", type: "TIMESTAMP" }], clustering: ["y"] } } },
        "tables.a.clustering.0: [bigquery/partition-column-missing]",
    ],
    [
        "everybody as a reader",
        { access: { all: { reader: "allUsers" } } },
        'access.all.reader: would make the dataset public (got "allUsers"). Name the members, such as group:analysts@acme.com.',
    ],
    [
        "everybody with an account as an owner",
        { access: { all: { owner: "allAuthenticatedUsers" } } },
        'access.all.owner: would make the dataset public (got "allAuthenticatedUsers"). Name the members, such as group:analysts@acme.com.',
    ],
    [
        "a member without its type",
        { access: { ana: { writer: "ana@acme.com" } } },
        'access.ana.writer: must be a member such as group:analysts@acme.com (got "ana@acme.com").',
    ],
    [
        "access of two types",
        { access: { ana: { writer: "user:ana@acme.com", reader: "user:ana@acme.com" } } },
        'access.ana: must have exactly one of reader, writer, owner, view, dataset, routine (got { writer: "user:ana@acme.com", reader: "user:ana@acme.com" }).',
    ],
    [
        "a view without its dataset",
        { access: { latest: { view: "latest" } } },
        'access.latest.view: must be a view, such as reports.views.latest, or a path such as projects/acme-dev/datasets/reports/tables/latest (got "latest").',
    ],
    ...[null, 7].map((view): [string, unknown, string] => [
        `a view that is ${view}`,
        { access: { latest: { view } } },
        `access.latest.view: must be a view, such as reports.views.latest, or a path such as projects/acme-dev/datasets/reports/tables/latest (got ${view}).`,
    ]),
    [
        "a routine by name",
        { access: { mask: { routine: "mask" } } },
        'access.mask.routine: must be a routine, such as tools.routines.mask, or a path such as projects/acme-dev/datasets/tools/routines/mask (got "mask").',
    ],
    ["a view without a query", { views: { latest: {} } }, "views.latest.query: is missing."],
    [
        "an empty query",
        { views: { latest: { query: " " } } },
        'views.latest.query: must be a query, or a function that returns a query and receives the names of the tables (got " ").',
    ],
    [
        "a view of a dataset by name",
        { views: { latest: { query: "SELECT 1", reads: { sales: "sales" } } } },
        'views.latest.reads.sales: must be a BigQueryDataset (got "sales").',
    ],
    [
        "a view with the id of a table",
        { tables: { latest: {} }, views: { latest: { query: "SELECT 1" } } },
        "views.latest: [bigquery/table-id-twice]",
    ],
    [
        "a materialized view without staleness",
        { materializedViews: { best: { query: "SELECT 1", refresh: "1 second" } } },
        'materializedViews.best.refresh: must be from 1 minute to 7 days (got "1 second").',
    ],
    [
        "a query every 4 minutes",
        { scheduledQueries: { sum: { query: "SELECT 1", schedule: "every 4 minutes" } } },
        'scheduledQueries.sum.schedule: must not be more often than every 5 minutes (got "every 4 minutes").',
    ],
    [
        "a query by cron",
        { scheduledQueries: { sum: { query: "SELECT 1", schedule: "0 3 * * *" } } },
        'scheduledQueries.sum.schedule: must be a schedule such as "every day 03:00" or "every 6 hours" (got "0 3 * * *").',
    ],
    [
        "a destination in another dataset",
        {
            scheduledQueries: {
                sum: {
                    query: "SELECT 1",
                    schedule: "every day 03:00",
                    destination: { table: "sales.daily", write: "WRITE_APPEND" },
                },
            },
        },
        'scheduledQueries.sum.destination.table: must be the ID of a table of this dataset (got "sales.daily").',
    ],
    [
        "a destination without a write disposition",
        {
            scheduledQueries: {
                sum: { query: "SELECT 1", schedule: "every day 03:00", destination: { table: "daily" } },
            },
        },
        "scheduledQueries.sum.destination.write: is missing.",
    ],
    ["a time travel of half a day", { timeTravel: "60 hours" }, 'timeTravel: must be whole days (got "60 hours").'],
    [
        "a table expiration of a minute",
        { defaultTableExpiration: "1 minute" },
        'defaultTableExpiration: must be from 1 hour to 36500 days (got "1 minute").',
    ],
    [
        "a name of access that the component uses",
        { access: { "latest-reads-sales": { reader: "user:ana@acme.com" } } },
        "access.latest-reads-sales: [bigquery/access-name-reserved]",
    ],
    [
        "a label whose value has a space",
        { labels: { team: "the team" } },
        'labels.team: a label\'s value must have up to 63 lower-case letters, digits, _ and - (got "the team").',
    ],
    ["an unknown option", { lokation: "EU" }, 'lokation: unknown option "lokation"; did you mean "location"?'],
];

test.each(refusals)("%s is refused for a dataset", async (_, args, problem) => {
    expect(await refused(() => dataset(args as BigQueryDatasetArgs))).toBe(`BigQueryDataset "sale-range": ${problem}`);
});

test("a component name that is invalid for a dataset is refused", async () => {
    expect(await refused(() => new BigQueryDataset("sale.range"))).toBe(
        `BigQueryDataset "sale.range": ${id} (got "sale.range").`,
    );
});
