import { canonical, needsNewTable, schemaError } from "../../../local/simulator/services/bigquery/schema";
import { refusalOf, World } from "./world";

const path = "projects/acme-dev/datasets/sales";
const day = { name: "day", type: "DATE", mode: "REQUIRED" };
const amount = { name: "amount", type: "INTEGER" };
const json = JSON.stringify;
const orders = { datasetId: "sales", tableId: "orders", schema: json([day, amount]), deletionProtection: false };

function prepared(...apis: string[]): World {
    const world = new World();
    world.enable("iam", "bigquery", ...apis);
    world.make("Dataset", { datasetId: "sales", location: "europe-west1" });
    return world;
}

const defaults = [
    { role: "OWNER", specialGroup: "projectOwners" },
    { role: "OWNER", userByEmail: "you@example.com" },
    { role: "READER", specialGroup: "projectReaders" },
    { role: "WRITER", specialGroup: "projectWriters" },
];

test("a dataset has server defaults, with the default access list", () => {
    const { id, state } = prepared().make("Dataset", { datasetId: "bare" });
    expect({ id, state }).toEqual({
        id: "projects/acme-dev/datasets/bare",
        state: {
            datasetId: "bare",
            project: "acme-dev",
            location: "US",
            accesses: defaults,
            creationTime: expect.any(Number),
            lastModifiedTime: expect.any(Number),
            etag: expect.any(String),
            defaultCollation: "",
            deleteContentsOnDestroy: false,
            deletionPolicy: "DELETE",
            isCaseInsensitive: false,
            maxTimeTravelHours: "168",
            storageBillingModel: "",
            selfLink: "https://bigquery.googleapis.com/bigquery/v2/projects/acme-dev/datasets/bare",
            effectiveLabels: { "goog-pulumi-provisioned": "true" },
            pulumiLabels: { "goog-pulumi-provisioned": "true" },
        },
    });
});

test.each([
    [{ datasetId: "sa-les" }, '"dataset_id" must contain only letters (a-z, A-Z), numbers (0-9), or underscores (_)'],
    [{ datasetId: "x".repeat(1025) }, '"dataset_id" cannot be greater than 1,024 characters'],
    [
        { defaultTableExpirationMs: 3_599_999 },
        '"default_table_expiration_ms" cannot be shorter than 3600000 milliseconds (one hour)',
    ],
])("a dataset with %j is refused at preview", (inputs, text) => {
    expect(refusalOf(() => prepared().make("Dataset", { datasetId: "other", ...inputs }))).toContain(text);
});

test.each([
    [{ location: "EUROPE" }, "Error 400: Invalid value for location: EUROPE is not a valid value, invalid"],
    [{ maxTimeTravelHours: "24" }, "Error 400: Invalid value for max_time_travel_hours: 24."],
    [{ maxTimeTravelHours: "50" }, "Error 400: Invalid value for max_time_travel_hours: 50."],
    [
        { accesses: [{ role: "READER", userByEmail: "no@acme-dev.iam.gserviceaccount.com" }] },
        "Error 400: IAM setPolicy failed for Dataset acme-dev:other: Service account no@acme-dev.iam.gserviceaccount.com does not exist., invalid",
    ],
    [{ datasetId: "sales" }, "Error 409: Already Exists: Dataset acme-dev:sales, duplicate"],
])("a dataset with %j is refused", (inputs, text) => {
    expect(refusalOf(() => prepared().make("Dataset", { datasetId: "other", ...inputs }))).toContain(
        `Error creating Dataset: googleapi: ${text}`,
    );
});

test("a dataset with tables cannot be deleted, unless its contents are deleted too", () => {
    const world = prepared();
    const { token, id, inputs, state } = world.make("Dataset", { datasetId: "full" });
    const made = { token, id, inputs, state };
    world.make("Table", { ...orders, datasetId: "full" });
    expect(refusalOf(() => world.remove(made))).toBe(
        "Error when reading or editing Dataset: googleapi: Error 400: Dataset acme-dev:full is still in use, resourceInUse",
    );
    world.remove(world.update(made, { datasetId: "full", deleteContentsOnDestroy: true }));
    expect(world.cloud.store.list("//bigquery.googleapis.com/projects/acme-dev/datasets/full")).toEqual([]);
});

test("the access list of a dataset is its policy: grants are entries, and entries are grants", () => {
    const world = new World();
    world.enable("iam", "bigquery");
    const member = world.account("reader");
    const made = world.make("Dataset", { datasetId: "sales" });
    const granted = world.make("DatasetIamMember", { datasetId: "sales", role: "roles/bigquery.dataViewer", member });
    expect(granted.id).toBe(`${path}/roles/bigquery.dataViewer/${member}`);
    const now = world.refreshed(made);
    const reader = { role: "READER", userByEmail: "reader@acme-dev.iam.gserviceaccount.com" };
    expect(now?.state.accesses).toEqual([...defaults, reader]);
    expect(world.changed({ ...made, ...now })).toEqual([]);

    // A program with the whole list takes precedence.
    const owner = { role: "OWNER", specialGroup: "projectOwners" };
    const list = { datasetId: "sales", accesses: [owner] };
    expect(world.changed({ ...made, ...now }, list)).toEqual(["accesses"]);
    world.update({ ...made, ...now }, list);
    expect(world.refreshed(granted)).toBeUndefined();
    expect(world.refreshed(made)?.state.accesses).toEqual([owner]);
});

// https://github.com/hashicorp/terraform-provider-google-beta/pull/12893
test("another change of a dataset keeps what was granted since the state was read", () => {
    const world = new World();
    world.enable("iam", "bigquery");
    const member = world.account("reader");
    const made = world.make("Dataset", { datasetId: "sales" });
    const granted = world.make("DatasetIamMember", { datasetId: "sales", role: "roles/bigquery.dataViewer", member });
    const reader = { role: "READER", userByEmail: "reader@acme-dev.iam.gserviceaccount.com" };
    const changed = world.update(made, { datasetId: "sales", description: "Sales of all shops" });
    expect(changed.state.accesses).toEqual([...defaults, reader]);
    expect(world.refreshed(granted)).toBeDefined();

    const own = world.make("Dataset", { datasetId: "orders", accesses: defaults });
    const other = world.make("DatasetIamMember", { datasetId: "orders", role: "roles/bigquery.dataViewer", member });
    world.update(own, { datasetId: "orders", accesses: defaults, description: "Orders" });
    expect(world.refreshed(other)).toBeDefined();
});

test("an access list is the same in any order, with both names of roles and in any case", () => {
    const world = prepared();
    const one = { role: "READER", groupByEmail: "all@acme.com" };
    const other = { role: "OWNER", specialGroup: "projectOwners" };
    const made = world.make("Dataset", { datasetId: "open", location: "eu", accesses: [one, other] });
    expect(made.state.location).toBe("EU");
    const same = { role: "roles/bigquery.dataViewer", groupByEmail: "All@acme.com" };
    expect(world.changed(made, { datasetId: "open", location: "EU", accesses: [other, same] })).toEqual([]);
    expect(world.changed(made, { datasetId: "open", location: "EU", accesses: [other] })).toEqual(["accesses"]);
});

test("a grant on a missing dataset or table, or to a missing member, is refused", () => {
    const world = prepared();
    const member = world.account("reader");
    const role = "roles/bigquery.dataViewer";
    expect(refusalOf(() => world.make("DatasetIamMember", { datasetId: "no", role, member }))).toBe(
        "Error retrieving IAM policy for Bigquery Dataset acme-dev/no: googleapi: Error 404: Not found: Dataset acme-dev:no, notFound",
    );
    expect(refusalOf(() => world.make("DatasetIamMember", { datasetId: "sales", role, member: "allUsers" }))).toBe(
        "Failed to parse BigQuery Dataset IAM member type: allUsers",
    );
    const pool = "principalSet://iam.googleapis.com/locations/global/workforcePools/P/*";
    const federated = (member: string) => world.make("DatasetIamMember", { datasetId: "sales", role, member });
    expect(refusalOf(() => federated(pool))).toBe(`Failed to parse BigQuery Dataset IAM member type: ${pool}`);
    expect(federated(`iamMember:${pool}`).state.member).toBe(`iamMember:${pool}`);
    const on = { datasetId: "sales", tableId: "orders" };
    expect(refusalOf(() => world.make("TableIamMember", { ...on, role, member }))).toBe(
        `Error retrieving IAM policy for bigquery table "${path}/tables/orders": googleapi: Error 404: Not found: Table acme-dev:sales.orders, notFound`,
    );
    world.make("Table", orders);
    expect(world.make("TableIamMember", { ...on, role, member }).id).toBe(`${path}/tables/orders/${role}/${member}`);
});

test("a table has server defaults, and its schema in BigQuery's format", () => {
    const schema = json([
        { type: "INT64", name: "amount" },
        { ...day, mode: "required" },
    ]);
    const { id, state } = prepared().make("Table", { ...orders, schema });
    expect({ id, state }).toEqual({
        id: `${path}/tables/orders`,
        state: {
            ...orders,
            schema: '[{"name":"amount","type":"INTEGER"},{"mode":"REQUIRED","name":"day","type":"DATE"}]',
            project: "acme-dev",
            location: "europe-west1",
            type: "TABLE",
            creationTime: expect.any(Number),
            lastModifiedTime: expect.any(Number),
            etag: expect.any(String),
            expirationTime: 0,
            maxStaleness: "",
            generatedSchemaColumns: "",
            ignoreAutoGeneratedSchema: false,
            numBytes: 0,
            numLongTermBytes: 0,
            numRows: 0,
            deletionPolicy: "DELETE",
            selfLink: "https://bigquery.googleapis.com/bigquery/v2/projects/acme-dev/datasets/sales/tables/orders",
            effectiveLabels: { "goog-pulumi-provisioned": "true" },
            pulumiLabels: { "goog-pulumi-provisioned": "true" },
        },
    });
});

test("a table has the dataset's default expiration", () => {
    const world = prepared();
    world.make("Dataset", {
        datasetId: "brief",
        defaultTableExpirationMs: 3_600_000,
        defaultPartitionExpirationMs: 60,
    });
    const timePartitioning = { type: "DAY" };
    const { state } = world.make("Table", { ...orders, datasetId: "brief", timePartitioning });
    expect(Math.abs(state.expirationTime - Date.now() - 3_600_000)).toBeLessThan(10_000);
    expect(state.timePartitioning).toEqual({ type: "DAY", expirationMs: 60 });
});

test.each([
    ["the order of columns", [amount, day]],
    ["another name of a type", [day, { ...amount, type: "int64" }]],
    ["the default mode", [day, { ...amount, mode: "nullable" }]],
    ["an empty description", [{ ...day, description: "" }, amount]],
    ["no policy tags", [{ ...day, policyTags: { names: [] } }, amount]],
])("%s does not change a schema", (_, schema) => {
    const world = prepared();
    const made = world.make("Table", orders);
    expect(world.changed(made, { ...orders, schema: json(schema) })).toEqual([]);
});

const inner = (...fields: object[]) => ({ name: "item", type: "RECORD", fields });

test.each([
    ["a new nullable column", [day, amount, { name: "note", type: "STRING" }], false],
    ["a dropped column", [day], false],
    ["a column made nullable", [{ ...day, mode: "NULLABLE" }, amount], false],
    ["a description", [{ ...day, description: "the day of the sale" }, amount], false],
    ["a new required column", [day, amount, { name: "note", type: "STRING", mode: "REQUIRED" }], true],
    ["a renamed column", [day, { name: "sum", type: "INTEGER" }], true],
    ["another type", [day, { ...amount, type: "STRING" }], true],
    ["a column made required", [day, { ...amount, mode: "REQUIRED" }], true],
    ["a column made repeated", [day, { ...amount, mode: "REPEATED" }], true],
])("a changed %s of a table is an update or a replacement (%#)", (_, schema, replaced) => {
    const world = prepared();
    const { token, inputs, state } = world.make("Table", orders);
    const difference = world.provider.diff(token, { ...inputs, schema: json(schema) }, inputs, state);
    expect([...difference.changed.keys()]).toEqual(["schema"]);
    expect(difference.replaced).toEqual(replaced ? ["schema"] : []);
    expect(difference.deleteFirst).toBe(replaced);
});

test("columns of a record can be added, not dropped", () => {
    const before = json([inner(amount)]);
    expect(needsNewTable(json([inner(amount, { name: "note", type: "STRING" })]), before)).toBe(false);
    expect(needsNewTable(json([inner(day)]), before)).toBe(true);
    expect(needsNewTable("no JSON", before)).toBe(true);
});

test("the provider does not recognize that STRUCT is an alias of RECORD", () => {
    const world = prepared();
    const struct = { ...orders, schema: json([{ ...inner(amount), type: "STRUCT" }]) };
    const made = world.make("Table", struct);
    expect(JSON.parse(made.state.schema)[0].type).toBe("RECORD");
    expect(world.changed(made, struct)).toEqual(["schema"]);
    expect(canonical(made.state.schema)).toBe(canonical(json([inner(amount)])));
});

test.each([
    ["{}", '"schema" is not a JSON array: {}'],
    ["[null]", '"schema" contains a nil element'],
    ["[", '"schema" contains an invalid JSON: '],
])("the schema %s is refused at preview", (schema, text) => {
    expect(schemaError(schema)).toContain(text);
    expect(refusalOf(() => prepared().make("Table", { ...orders, schema }))).toContain(`schema: ${text}`);
});

const columns = (...fields: object[]) => ({ schema: json(fields) });

test.each([
    [columns({ name: "a.b", type: "STRING" }), 'Invalid field name "a.b".'],
    [columns(amount, { ...amount, name: "AMOUNT" }), "Field AMOUNT already exists in schema"],
    [columns({ name: "a", type: "TEXT" }), "Invalid value for type: TEXT is not a valid value"],
    [columns({ name: "a" }), "Invalid value for type: undefined is not a valid value"],
    [columns({ ...amount, mode: "OPTIONAL" }), "Invalid value for mode: OPTIONAL is not a valid value"],
    [columns({ name: "a", type: "RECORD" }), "Field a is type RECORD but has no schema"],
    [columns(inner({ name: "b", type: "TEXT" })), "Invalid value for type: TEXT is not a valid value"],
    [
        columns({ ...amount, name: "_TABLE_x" }),
        'Invalid field name "_TABLE_x". Field names are not allowed to start with',
    ],
    [columns(inner({ ...amount, name: "_file_a" })), 'Invalid field name "item._file_a".'],
    [{ timePartitioning: { type: "HOUR", field: "day" } }, "Hourly partitioning is not supported on the field day"],
    [
        { ...columns({ ...day, mode: "REPEATED" }), timePartitioning: { type: "DAY", field: "day" } },
        "The field specified for partitioning cannot be REPEATED.",
    ],
    [
        { rangePartitioning: { field: "amount", range: { start: 0, end: 100_000, interval: 1 } } },
        "Too many partitions: the range makes 100000 partitions, and a table can have 10000.",
    ],
    [
        { rangePartitioning: { field: "amount", range: { start: 10, end: 0, interval: 1 } } },
        "Invalid range of partitions: start 10, end 0, interval 1.",
    ],
    [{ tableId: "or.ders" }, 'Invalid table ID "or.ders". Table IDs must be alphanumeric'],
    [
        { timePartitioning: { type: "DAY", field: "time" } },
        "The field specified for partitioning cannot be found in the schema",
    ],
    [
        { timePartitioning: { type: "DAY", field: "amount" } },
        "The field specified for time partitioning can only be of type TIMESTAMP, DATE or DATETIME. The type found is: INTEGER.",
    ],
    [
        { rangePartitioning: { field: "day", range: { start: 0, end: 10, interval: 1 } } },
        "The field specified for range partitioning can only be of type INTEGER. The type found is: DATE.",
    ],
    [
        {
            timePartitioning: { type: "DAY" },
            rangePartitioning: { field: "amount", range: { start: 0, end: 10, interval: 1 } },
        },
        "Only one of time partitioning and range partitioning can be specified.",
    ],
    [
        { clusterings: ["shop"] },
        "The field specified for clustering cannot be found in the schema. Invalid field: shop.",
    ],
    [{ view: { query: "a" }, schema: undefined, materializedView: { query: "a" } }, "A table cannot be both a view"],
])("a table with %j is refused", (inputs, text) => {
    const refusal = refusalOf(() => prepared().make("Table", { ...orders, ...inputs }));
    expect(refusal).toMatch(/^googleapi: Error 400: .*, invalid$/);
    expect(refusal).toContain(text);
});

test.each([
    [
        { timePartitioning: { type: "DAY", field: "day" } },
        { timePartitioning: { type: "MONTH", field: "day" } },
        "New partitioning spec is interval(type:month,field:day) and existing spec is interval(type:day,field:day)",
    ],
    [{}, { timePartitioning: { type: "DAY" } }, "Cannot convert non-partitioned table to partitioned table."],
    [
        { view: { query: "SELECT 1 AS amount" }, ...columns(amount) },
        { view: { query: "SELECT 1 AS amount" }, ...columns(amount, { name: "note", type: "STRING" }) },
        "Provided Schema does not match Table acme-dev:sales.orders. Cannot add fields (field: note)",
    ],
])("a table with %j cannot be changed to %j", (before, now, text) => {
    const world = prepared();
    const made = world.make("Table", { ...orders, ...before });
    const refusal = refusalOf(() => world.update(made, { ...orders, ...now }));
    expect(refusal).toMatch(/^googleapi: Error 400: .*, invalid$/);
    expect(refusal).toContain(text);
});

test("a view with another query can have other columns", () => {
    const world = prepared();
    const made = world.make("Table", { ...orders, view: { query: "SELECT 1 AS amount" }, ...columns(amount) });
    const schema = json([amount, { name: "note", type: "STRING" }]);
    const query = 'SELECT 1 AS amount, "a" AS note';
    expect(JSON.parse(world.update(made, { ...orders, view: { query }, schema }).state.schema)).toHaveLength(2);
});

test("the expiration of partitions can be changed", () => {
    const world = prepared();
    const timePartitioning = { type: "DAY", field: "day" };
    const made = world.make("Table", { ...orders, timePartitioning });
    const { state } = world.update(made, {
        ...orders,
        timePartitioning: { ...timePartitioning, expirationMs: 3_600_000 },
    });
    expect(state.timePartitioning).toMatchObject({ type: "DAY", expirationMs: 3_600_000 });
});

test("a table requires an existing dataset, and an unused name", () => {
    const world = prepared();
    expect(refusalOf(() => world.make("Table", { ...orders, datasetId: "no" }))).toBe(
        "googleapi: Error 404: Not found: Dataset acme-dev:no, notFound",
    );
    world.make("Table", orders);
    expect(refusalOf(() => world.make("Table", orders))).toBe(
        "googleapi: Error 409: Already Exists: Table acme-dev:sales.orders, duplicate",
    );
    expect(refusalOf(() => world.make("Table", { ...orders, tableId: "view", view: { query: "SELECT 1" } }))).toBe(
        "Schema cannot contain required fields when creating a view",
    );
    const tableReplicationInfo = { sourceProjectId: "acme-dev", sourceDatasetId: "sales", sourceTableId: "orders" };
    expect(refusalOf(() => world.make("Table", { ...orders, tableId: "copy", tableReplicationInfo }))).toBe(
        "Schema, view, or materialized view cannot be specified when table replication info is present",
    );
    const partitioned = { ...orders, requirePartitionFilter: true };
    expect(
        refusalOf(() =>
            world.make("Table", { ...partitioned, timePartitioning: { type: "WEEK", requirePartitionFilter: true } }),
        ),
    ).toBe(
        'requirePartitionFilter: Conflicting configuration arguments. "require_partition_filter": conflicts with time_partitioning.0.require_partition_filter\ntimePartitioning.type: expected time_partitioning.0.type to be one of ["DAY" "HOUR" "MONTH" "YEAR"], got WEEK',
    );
});

test("a table of more than 10,000 columns is refused", () => {
    const columns = Array.from({ length: 10_001 }, (_, index) => ({ name: `c${index}`, type: "STRING" }));
    const make = (count: number) => () =>
        prepared().make("Table", { ...orders, schema: json(columns.slice(0, count)) });
    expect(refusalOf(make(10_001))).toContain("Error 400: Too many total leaf fields: 10001");
    expect(make(10_000)().id).toBe(`${path}/tables/orders`);
});

test("a table has deletion protection by default", () => {
    const world = prepared();
    const { deletionProtection: _, ...bare } = orders;
    const made = world.make("Table", bare);
    expect(made.state.deletionProtection).toBe(true);
    expect(refusalOf(() => world.remove(made))).toBe(
        `cannot destroy table ${path}/tables/orders without setting deletion_protection=false and running \`terraform apply\``,
    );
    world.remove(world.update(made, orders));
    expect(world.refreshed(made)).toBeUndefined();
});

test("a key encrypts data in its location, if BigQuery's account can use it", () => {
    const world = prepared("cloudkms");
    const keyRing = "projects/acme-dev/locations/europe-west1/keyRings/data";
    const kmsKeyName = `${keyRing}/cryptoKeys/sales`;
    world.make("KeyRing", { name: "data", location: "europe-west1" });
    world.make("CryptoKey", { name: "sales", keyRing });
    const { email, member } = world.provider.invoke(
        "gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount",
        {},
    );
    expect(email).toBe(`bq-${world.number}@bigquery-encryption.iam.gserviceaccount.com`);
    const make = () => world.make("Table", { ...orders, encryptionConfiguration: { kmsKeyName } });
    expect(refusalOf(make)).toContain(
        `googleapi: Error 403: Access Denied: Please grant Cloud KMS CryptoKey Encrypter/Decrypter role to BigQuery service account ${email}`,
    );
    const defaultEncryptionConfiguration = { kmsKeyName };
    expect(
        refusalOf(() => world.make("Dataset", { datasetId: "far", location: "EU", defaultEncryptionConfiguration })),
    ).toContain(`Error 400: The Cloud KMS key ${kmsKeyName} cannot be used for data in the location EU.`);
    world.make("CryptoKeyIAMMember", {
        cryptoKeyId: kmsKeyName,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member,
    });
    expect(make().state.encryptionConfiguration).toEqual({
        kmsKeyName,
        kmsKeyVersion: `${kmsKeyName}/cryptoKeyVersions/1`,
    });
});

test("an access entry can be a separate resource, beside others", () => {
    const world = prepared();
    const member = world.account("reader");
    const userByEmail = member.replace("serviceAccount:", "");
    const access = { datasetId: "sales", role: "READER", userByEmail };
    const made = world.make("DatasetAccess", access);
    const view = { projectId: "acme-dev", datasetId: "sales", tableId: "orders" };
    const authorized = world.make("DatasetAccess", { datasetId: "sales", view });
    expect([made.id, authorized.id]).toEqual([path, path]);
    const dataset = { token: "gcp:bigquery/dataset:Dataset", id: path };
    const now = () => world.provider.read(dataset.token, path, {})?.state.accesses;
    expect(now()).toEqual([...defaults, { role: "READER", userByEmail }, { view }]);
    const condition = { title: "always", expression: "true" };
    expect(refusalOf(() => world.make("DatasetAccess", { ...access, condition }))).toBe(
        `Unable to create DatasetAccess, existing object already found: map[role:READER userByEmail:${userByEmail}]`,
    );
    expect(world.changed(made, { ...access, role: "roles/bigquery.dataViewer" })).toEqual([]);
    world.remove(authorized);
    expect([world.refreshed(made)?.state.role, world.refreshed(authorized)]).toEqual(["READER", undefined]);
    world.remove(made);
    expect(now()).toEqual(defaults);
    expect(refusalOf(() => world.make("DatasetAccess", { ...access, datasetId: "no" }))).toBe(
        "Error creating DatasetAccess: googleapi: Error 404: Not found: Dataset acme-dev:no, notFound",
    );
    expect(refusalOf(() => world.make("DatasetAccess", { ...access, domain: "acme.com" }))).toBe(
        'domain: Invalid combination of arguments. "domain": only one of `dataset,domain,group_by_email,iam_member,routine,special_group,user_by_email,view` can be specified, but `domain,user_by_email` were specified.',
    );
});

const query = { dataSourceId: "scheduled_query", displayName: "nightly", params: { query: "SELECT 1" } };

test("a scheduled query has a name that the server generates, with the project's number", () => {
    const world = prepared("bigquerydatatransfer");
    const { id, state } = world.make("DataTransferConfig", { ...query, schedule: "every 24 hours" });
    expect(id).toMatch(new RegExp(`^projects/${world.number}/locations/us/transferConfigs/[0-9a-f-]{36}$`));
    expect(state).toEqual({
        ...query,
        schedule: "every 24 hours",
        project: "acme-dev",
        location: "US",
        serviceAccountName: "",
        deletionPolicy: "DELETE",
        name: id,
    });
});

const notThere = "no@acme-dev.iam.gserviceaccount.com";

test.each([
    [{ params: {} }, "Error 400: Missing argument for parameter query."],
    [{ schedule: "0 3 * * *" }, "Error 400: Invalid schedule: 0 3 * * *."],
    [{ schedule: "daily" }, "Error 400: Invalid schedule: daily."],
    [{ schedule: "every 5 fortnights" }, "Error 400: Invalid schedule: every 5 fortnights."],
    [{ destinationDatasetId: "no" }, "Error 404: Not found: Dataset acme-dev:no, notFound"],
    [{ destinationDatasetId: "sales" }, "Error 404: Not found: Dataset acme-dev:sales was not found in location US"],
    [
        { serviceAccountName: notThere },
        `Error 403: Permission 'iam.serviceAccounts.actAs' denied on service account ${notThere} (or it may not exist).`,
    ],
    [{ notificationPubsubTopic: "projects/acme-dev/topics/no" }, "Error 404: Resource not found (resource=no)."],
])("a scheduled query with %j is refused", (inputs, text) => {
    const refusal = refusalOf(() =>
        prepared("bigquerydatatransfer").make("DataTransferConfig", { ...query, ...inputs }),
    );
    expect(refusal).toBe(`Error creating Config: googleapi: ${text}`);
});

test("a scheduled query requires that BigQuery's service agent can impersonate its account", () => {
    const world = prepared("bigquerydatatransfer");
    const serviceAccountName = world.account("queries").replace("serviceAccount:", "");
    const inputs = { ...query, location: "europe-west1", destinationDatasetId: "sales", serviceAccountName };
    const agent = `service-${world.number}@gcp-sa-bigquerydatatransfer.iam.gserviceaccount.com`;
    const grant = {
        serviceAccountId: `projects/acme-dev/serviceAccounts/${serviceAccountName}`,
        role: "roles/iam.serviceAccountTokenCreator",
        member: `serviceAccount:${agent}`,
    };
    const grantTo = () => world.make("AccountIAMMember", grant);
    expect(refusalOf(grantTo)).toContain(`Service account ${agent} does not exist.`);
    world.make("ServiceIdentity", { service: "bigquerydatatransfer.googleapis.com" });
    expect(refusalOf(() => world.make("DataTransferConfig", inputs))).toContain(
        "googleapi: Error 400: P4 service account needs iam.serviceAccounts.getAccessToken permission.",
    );
    grantTo();
    expect(world.make("DataTransferConfig", inputs).state.serviceAccountName).toBe(serviceAccountName);
});

test("a transfer's secret is in no resource file, and another source bucket replaces the transfer", () => {
    const world = prepared("bigquerydatatransfer");
    const inputs = {
        dataSourceId: "amazon_s3",
        displayName: "files",
        params: { data_path: "s3://acme/one" },
        sensitiveParams: { secretAccessKey: "hunter2" },
    };
    const made = world.make("DataTransferConfig", inputs);
    expect(world.refreshed(made)?.state).toEqual(made.state);
    expect(made.state.sensitiveParams).toEqual({ secretAccessKey: "hunter2" });
    const files = world.cloud.store.list("//bigquerydatatransfer.googleapis.com");
    expect(files).toHaveLength(1);
    expect(JSON.stringify(files)).not.toContain("hunter2");
    const moved = { ...made.inputs, params: { data_path: "s3://acme/two" } };
    expect(world.provider.diff(made.token, moved, made.inputs, made.state)).toMatchObject({
        replaced: ["params.data_path"],
        deleteFirst: false,
    });
    expect(
        refusalOf(() =>
            world.make("DataTransferConfig", { ...inputs, params: { ...inputs.params, secret_access_key: "x" } }),
        ),
    ).toContain("Sensitive param [secret_access_key] cannot be set in both");
    const hidden = { ...inputs, sensitiveParams: { secretAccessKeyWo: "hunter2", secretAccessKeyWoVersion: 1 } };
    const written = world.make("DataTransferConfig", hidden);
    expect(JSON.stringify(written.state)).not.toContain("hunter2");
    expect(world.changed(written, hidden)).toEqual([]);
});

const column = { name: "a", type: '{"typeKind":"STRING"}' };
const wrongRoutines: [string, object, string][] = [
    ["JavaScript without a return type", { language: "JAVASCRIPT" }, "The return type is required"],
    ["columns of a function", { returnTableType: '{"columns":[]}' }, "The return table type can be set only"],
    ["libraries of SQL", { importedLibraries: ["gs://acme/a.js"] }, "Imported libraries can be set only"],
    ["a statement", { definitionBody: " create function f() AS (1)" }, "Syntax error: Unexpected keyword CREATE"],
    [
        "an argument twice",
        { arguments: ["x", "X"].map((name) => ({ ...column, name, type: undefined, dataType: column.type })) },
        "Duplicate argument",
    ],
    ["an argument without a type", { arguments: [{ name: "x" }] }, "The data type of the argument x is required"],
    [
        "a table for a function",
        { arguments: [{ name: "x", argumentKind: "FIXED_TABLE", tableType: { columns: [column] } }] },
        "The argument x cannot be a table",
    ],
    [
        "a mode",
        { arguments: [{ name: "x", dataType: column.type, mode: "OUT" }] },
        "The mode of the argument x can be set for procedures only",
    ],
    ["an unknown type", { returnType: '{"typeKind":"TEXT"}' }, "Invalid value for type_kind: TEXT"],
    ["an array of nothing", { returnType: '{"typeKind":"ARRAY"}' }, "An array must have an element type"],
    [
        "an array of arrays",
        {
            returnType:
                '{"arrayElementType":{"arrayElementType":{"typeKind":"JSON"},"typeKind":"ARRAY"},"typeKind":"ARRAY"}',
        },
        "An array must have an element type",
    ],
    ["a range of nothing", { returnType: '{"typeKind":"RANGE"}' }, "A range must have an element type"],
    [
        "an unknown type in a record",
        { returnType: '{"structType":{"fields":[{"type":{"typeKind":"TEXT"}}]},"typeKind":"STRUCT"}' },
        "Invalid value for type_kind: TEXT",
    ],
    [
        "an unknown type of a column",
        { routineType: "TABLE_VALUED_FUNCTION", returnTableType: '{"columns":[{"type":{"typeKind":"TEXT"}}]}' },
        "Invalid value for type_kind: TEXT",
    ],
];

test.each(wrongRoutines)("a routine with %s is refused", (_, inputs, message) => {
    const routine = { datasetId: "sales", routineId: "f", routineType: "SCALAR_FUNCTION", definitionBody: "1" };
    expect(refusalOf(() => prepared().make("Routine", { ...routine, ...inputs }))).toContain(`Error 400: ${message}`);
});

// https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/bigquery/resource_bigquery_routine.go
test("a routine's types are stored as JSON in one form, also those of the columns of a table", () => {
    const world = prepared();
    const table = (type: string) => ({
        datasetId: "sales",
        routineId: "totals",
        routineType: "TABLE_VALUED_FUNCTION",
        language: "SQL",
        definitionBody: "SELECT * FROM orders",
        arguments: [{ name: "orders", argumentKind: "FIXED_TABLE", tableType: { columns: [{ name: "price", type }] } }],
    });
    const made = world.make("Routine", table('{ "typeKind": "NUMERIC" }'));
    expect(made.state.arguments[0].tableType.columns).toEqual([{ name: "price", type: '{"typeKind":"NUMERIC"}' }]);
    expect(world.changed(made, table('{"typeKind" :"NUMERIC"}'))).toEqual([]);
    expect(world.changed(made, table('{"typeKind":"INT64"}'))).toEqual(["arguments[0].tableType.columns[0].type"]);
    expect(refusalOf(() => world.make("Routine", table("NUMERIC")))).toContain("invalid JSON");
});

test("a routine requires an existing dataset and an unused name, and prevents deletion of the dataset", () => {
    const world = prepared();
    const routine = { datasetId: "sales", routineId: "twice", routineType: "SCALAR_FUNCTION", definitionBody: "2 * x" };
    expect(world.make("Routine", routine).state).toMatchObject({ creationTime: expect.any(Number) });
    expect(refusalOf(() => world.make("Routine", routine))).toBe(
        "Error creating Routine: googleapi: Error 409: Already Exists: Routine acme-dev:sales.twice, duplicate",
    );
    expect(refusalOf(() => world.make("Routine", { ...routine, datasetId: "no" }))).toContain("Error 404: Not found:");
    expect(refusalOf(() => world.make("Routine", { ...routine, routineId: "tw-ice" }))).toContain(
        'Error 400: Invalid routine ID "tw-ice".',
    );
    expect(refusalOf(() => world.make("Routine", { ...routine, returnType: "INT64" }))).toContain(
        'returnType: "return_type" contains an invalid JSON: ',
    );
    const dataset = { token: "gcp:bigquery/dataset:Dataset", id: path, inputs: {} };
    const { state = {} } = world.provider.read(dataset.token, path, {}) ?? {};
    expect(refusalOf(() => world.remove({ ...dataset, state }))).toContain("is still in use, resourceInUse");
});

test("the language of a remote function is not set", () => {
    const world = new World();
    world.enable("bigquery");
    world.make("Dataset", { datasetId: "sales", location: "EU" });
    const routine = { datasetId: "sales", routineType: "SCALAR_FUNCTION" };
    const connection = "projects/acme-dev/locations/eu/connections/functions";
    const remote = world.make("Routine", {
        ...routine,
        routineId: "remote",
        definitionBody: "",
        returnType: '{"typeKind":"INT64"}',
        remoteFunctionOptions: { endpoint: "https://europe-west1-acme-dev.cloudfunctions.net/add", connection },
    });
    const local = world.make("Routine", { ...routine, routineId: "local", definitionBody: "1" });
    expect([remote, local].map(({ state }) => state.language)).toEqual([undefined, "SQL"]);
    expect(world.changed(remote)).toEqual([]);
});
